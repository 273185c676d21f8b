/* autoreply_absence.c - until when somebody is away, and who stands in. */
#include "mail/autoreply_part.h"

#include "base/str.h"
#include "mail/fold.h"
#include "mail/scan.h"

#include <string.h>

#define MAX_TEXT (8 * 1024)
#define MAX_DATES 40
#define MAX_ADDRESSES 20
#define DEPUTY_BEFORE 160 /* bytes around an address where its reason stands */
#define DEPUTY_AFTER 60
#define PAST_DAYS 60
#define FUTURE_DAYS 730

/* --- words, as fold_text() leaves them --- */

/* Names of one month, blank before and after each. */
static const char *const months[12] = {
	" january jan januar janvier janv enero ene gennaio gen januari janeiro"
	" tammikuuta styczen stycznia sty ledna ianuarie ocak января января янв"
	" tammi tammikuun januara ιανουαριου січня ",
	" february feb februar fevrier fevr febrero febbraio februari fevereiro"
	" fev helmikuuta luty lutego unora februarie subat февраля фев"
	" helmi helmikuun februara φεβρουαριου лютого ",
	" march mar marz maerz mrz mars marzo maart mrt marco maaliskuuta"
	" marzec marca brezna martie mart марта мар"
	" maalis marcius μαρτιου березня ",
	" april apr avril avr abril abr aprile huhtikuuta kwiecien kwietnia"
	" dubna aprilie nisan апреля апр"
	" huhti aprilis απριλιου квітня ",
	" may mai mayo maggio mag mei maj maio toukokuuta maja kvetna mayis"
	" мая"
	" touko majus toukokuun μαιου травня ",
	" june jun juni juin junio giugno giu junho kesakuuta czerwiec czerwca"
	" cervna iunie haziran июня июн"
	" kesa junius ιουνιου червня ",
	" july jul juli juillet juil julio luglio lug julho heinakuuta lipiec"
	" lipca cervence iulie temmuz июля июл"
	" heina julius ιουλιου липня ",
	" august aug aout agosto ago augustus augusti elokuuta sierpien sierpnia"
	" srpna agustos августа авг"
	" elo augusztus αυγουστου серпня ",
	" september sep sept septembre septiembre settembre set setembro"
	" syyskuuta wrzesien wrzesnia zari septembrie eylul сентября сен"
	" syys szeptember σεπτεμβριου вересня ",
	" october oct oktober okt octobre octubre ottobre ott outubro out"
	" lokakuuta pazdziernik pazdziernika rijna octombrie ekim октября окт"
	" loka οκτωβριου жовтня ",
	" november nov novembre noviembre novembro marraskuuta listopad"
	" listopada listopadu noiembrie kasim ноября ноя"
	" marras νοεμβριου листопада ",
	" december dec dezember dez decembre diciembre dic dicembre dezembro"
	" joulukuuta grudzien grudnia prosince decembrie aralik декабря дек"
	" joulu desember δεκεμβριου грудня ",
};

/* How many bytes may stand between a cue and its date: "until" reaches over
 * "Monday the", a mere "to" over a weekday, a dash over a blank. */
enum { NEAR = 48, CLOSE = 14, TOUCHING = 1 };

/* What is said in front of the date.  "Until" is taken as the day of the
 * return: asking again a day too early does no harm. */
static const struct {
	const char *word;
	enum cue_rank rank;
	size_t reach;
} cues[] = {
	{ "back", CUE_BACK, NEAR }, { "return", CUE_BACK, NEAR },
	{ "returning", CUE_BACK, NEAR }, { "available again", CUE_BACK, NEAR },
	{ "reachable again", CUE_BACK, NEAR }, { "wieder", CUE_BACK, NEAR },
	{ "zuruck", CUE_BACK, NEAR }, { "zurueck", CUE_BACK, NEAR },
	{ "ruckkehr", CUE_BACK, NEAR }, { "retour", CUE_BACK, NEAR },
	{ "reviendrai", CUE_BACK, NEAR }, { "de vuelta", CUE_BACK, NEAR },
	{ "regreso", CUE_BACK, NEAR }, { "volvere", CUE_BACK, NEAR },
	{ "regresare", CUE_BACK, NEAR }, { "reincorporo", CUE_BACK, NEAR },
	{ "rientro", CUE_BACK, NEAR }, { "rientrero", CUE_BACK, NEAR },
	{ "tornero", CUE_BACK, NEAR }, { "di nuovo", CUE_BACK, NEAR },
	{ "terug", CUE_BACK, NEAR }, { "weer", CUE_BACK, NEAR },
	{ "tillbaka", CUE_BACK, NEAR }, { "ater", CUE_BACK, NEAR },
	{ "tilbage", CUE_BACK, NEAR }, { "tilbake", CUE_BACK, NEAR },
	{ "volto", CUE_BACK, NEAR }, { "voltarei", CUE_BACK, NEAR },
	{ "regresso", CUE_BACK, NEAR }, { "retorno", CUE_BACK, NEAR },
	{ "takaisin", CUE_BACK, NEAR }, { "palaan", CUE_BACK, NEAR },
	{ "wracam", CUE_BACK, NEAR }, { "wroce", CUE_BACK, NEAR },
	{ "zpet", CUE_BACK, NEAR }, { "vratim", CUE_BACK, NEAR },
	{ "вернусь", CUE_BACK, NEAR }, { "возвращаюсь", CUE_BACK, NEAR },
	{ "vuelvo", CUE_BACK, NEAR }, { "reincorporare", CUE_BACK, NEAR },
	{ "torno", CUE_BACK, NEAR }, { "retornarei", CUE_BACK, NEAR },
	{ "palaa", CUE_BACK, NEAR }, { "powrot", CUE_BACK, NEAR },
	{ "vracim", CUE_BACK, NEAR }, { "revin", CUE_BACK, NEAR },
	{ "vissza", CUE_BACK, NEAR }, { "visszaterek", CUE_BACK, NEAR },
	{ "donecegim", CUE_BACK, NEAR }, { "donus", CUE_BACK, NEAR },
	{ "вернусь", CUE_BACK, NEAR }, { "буду на месте", CUE_BACK, NEAR },
	{ "повернусь", CUE_BACK, NEAR }, { "επιστρεφω", CUE_BACK, NEAR },
	{ "indtil", CUE_UNTIL, NEAR }, { "inntil", CUE_UNTIL, NEAR },
	{ "tills", CUE_UNTIL, NEAR }, { "wlacznie do", CUE_LAST_DAY, NEAR },
	{ "vcetne do", CUE_LAST_DAY, NEAR }, { "μεχρι", CUE_UNTIL, NEAR },
	{ "jusque", CUE_UNTIL, NEAR }, { "jusqu’au", CUE_UNTIL, NEAR },
	{ "through", CUE_LAST_DAY, NEAR }, { "thru", CUE_LAST_DAY, NEAR },
	{ "up to and including", CUE_LAST_DAY, NEAR },
	{ "bis einschliesslich", CUE_LAST_DAY, NEAR },
	{ "bis inklusive", CUE_LAST_DAY, NEAR },
	{ "tot en met", CUE_LAST_DAY, NEAR }, { "t/m", CUE_LAST_DAY, NEAR },
	{ "till och med", CUE_LAST_DAY, NEAR }, { "t.o.m.", CUE_LAST_DAY, NEAR },
	{ "til og med", CUE_LAST_DAY, NEAR }, { "until", CUE_UNTIL, NEAR },
	{ "till", CUE_UNTIL, NEAR }, { "til", CUE_UNTIL, NEAR },
	{ "bis", CUE_UNTIL, NEAR }, { "jusqu'au", CUE_UNTIL, NEAR },
	{ "jusqu'a", CUE_UNTIL, NEAR }, { "hasta", CUE_UNTIL, NEAR },
	{ "fino al", CUE_UNTIL, NEAR }, { "fino a", CUE_UNTIL, NEAR },
	{ "ate", CUE_UNTIL, NEAR }, { "tot", CUE_UNTIL, NEAR },
	{ "do dnia", CUE_UNTIL, NEAR }, { "pana", CUE_UNTIL, NEAR },
	{ "to", CUE_UNTIL, CLOSE }, { "au", CUE_UNTIL, CLOSE },
	{ "al", CUE_UNTIL, CLOSE }, { "do", CUE_UNTIL, CLOSE },
	{ "до", CUE_UNTIL, CLOSE }, { "по", CUE_LAST_DAY, CLOSE },
	{ "-", CUE_UNTIL, TOUCHING }, { "～", CUE_UNTIL, TOUCHING },
};

/* What is said right behind it. */
static const struct {
	const char *word;
	enum cue_rank rank;
} suffixes[] = {
	{ "まで", CUE_UNTIL }, { "까지", CUE_UNTIL }, { "に戻", CUE_BACK },
	{ "返回", CUE_BACK }, { "回来", CUE_BACK }, { "asti", CUE_UNTIL },
	{ "saakka", CUE_UNTIL }, { "'a kadar", CUE_UNTIL },
	{ "'e kadar", CUE_UNTIL }, { "'ye kadar", CUE_UNTIL },
	{ "gunune kadar", CUE_UNTIL }, { "e kadar", CUE_UNTIL },
	{ "a kadar", CUE_UNTIL }, { "'de donecegim", CUE_BACK },
	{ "-ig", CUE_LAST_DAY }, { "之前", CUE_UNTIL }, { "回到", CUE_BACK },
	{ "から出社", CUE_BACK }, { "より出社", CUE_BACK },
	{ "에 복귀", CUE_BACK }, { "에 돌아", CUE_BACK }, { "tarihine kadar", CUE_UNTIL },
	{ "wieder", CUE_BACK }, { "zuruck", CUE_BACK },
	{ "weer", CUE_BACK }, { "terug", CUE_BACK },
};

static const char *const deputy_words[] = {
	"contact", "reach", "deputy", "replac", "cover", "stand in",
	"stands in", "instead", "backup", "back-up", "colleague", "urgent",
	"emergenc", "assist", "wenden", "vertret", "kontakt", "dringend",
	"kolleg", "adress", "remplac", "collegue", "dirij", "escrib",
	"suplent", "sustitu", "rivolg", "contatt", "sostitu", "urgenz",
	"vervang", "bereik", "spoed", "kontakta", "bradskande", "erstatt",
	"kiire", "zastep", "pilne", "zastup", "contato", "substitu", "обра",
	"замеща", "срочн", "連絡", "代理", "联系", "聯絡", "연락", "긴급",
};

/* --- dates --- */

struct date {
	size_t start, end; /* in the text */
	int year, month, day; /* year 0: not said */
	int alt_month, alt_day; /* the other reading of 3/4/2026, or 0 */
};

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A number of at most `max` digits at *i, not followed by another digit. */
static bool
take_number(const struct text *t, size_t *i, size_t max, int *out)
{
	size_t start = *i;

	*out = 0;
	while (*i < t->n && is_digit(t->s[*i]) && *i - start < max)
		*out = *out * 10 + (t->s[(*i)++] - '0');
	return *i > start && (*i >= t->n || !is_digit(t->s[*i]));
}

static bool
take_text(const struct text *t, size_t *i, const char *word)
{
	size_t len = strlen(word);

	if (t->n - *i < len || memcmp(t->s + *i, word, len) != 0)
		return false;
	*i += len;
	return true;
}

static void
take_any(const struct text *t, size_t *i, const char *chars)
{
	while (*i < t->n && strchr(chars, t->s[*i]) != NULL)
		(*i)++;
}

/* The month that the word at *i names, 0 if none; moves on. */
static int
take_month(const struct text *t, size_t *i)
{
	char word[32] = " ";
	size_t len = 0;

	while (*i + len < t->n && is_letter(t->s[*i + len]) &&
	    len < sizeof(word) - 3) {
		word[len + 1] = t->s[*i + len];
		len++;
	}
	word[len + 1] = ' ';
	for (int m = 0; len >= 3 && m < 12; m++)
		if (strstr(months[m], word) != NULL) {
			*i += len;
			return m + 1;
		}
	return 0;
}

static int
full_year(int year, size_t digits)
{
	return digits == 2 ? 2000 + year : year;
}

/* A year at *i behind blanks, commas and "de"; 0 if there is none. */
static int
take_year(const struct text *t, size_t *i)
{
	size_t j = *i;
	int year;

	take_any(t, &j, " ,.-/");
	(void)(take_text(t, &j, "de ") || take_text(t, &j, "del "));
	if (j + 4 > t->n || !take_number(t, &j, 4, &year) || year < 2000 ||
	    year > 2199)
		return 0;
	*i = j;
	return year;
}

/* 2026-11-30, 2026/11/30, 2026年11月30日 behind its year */
static bool
year_first(const struct text *t, size_t i, struct date *d)
{
	bool wide = take_text(t, &i, "年");
	const char sep = i < t->n ? t->s[i] : '\0';

	if (!wide && (sep == '\0' || strchr("-/.", sep) == NULL))
		return false;
	i += !wide;
	take_any(t, &i, " ");
	if (!take_number(t, &i, 2, &d->month))
		return false;
	if (wide ? !take_text(t, &i, "月") : i >= t->n || t->s[i++] != sep)
		return false;
	take_any(t, &i, " ");
	if (!take_number(t, &i, 2, &d->day))
		return false;
	(void)take_text(t, &i, "日");
	d->end = i;
	return true;
}

/* 30.11.2026, 30.11., 30/11/2026, 11/30/26, 30-11-2026 behind its first */
static bool
numbers(const struct text *t, size_t i, int first, struct date *d)
{
	const char sep = i < t->n ? t->s[i] : '\0';
	size_t year_at;
	int second;

	if (sep == '\0' || strchr("./-", sep) == NULL)
		return false;
	i++;
	take_any(t, &i, sep == '.' ? " " : "");
	if (!take_number(t, &i, 2, &second))
		return false;
	d->day = first;
	d->month = second;
	d->end = i;
	if (i < t->n && t->s[i] == sep) {
		d->end = year_at = i + 1;
		if (take_number(t, &year_at, 4, &d->year)) {
			d->year = full_year(d->year, year_at - d->end);
			d->end = year_at;
		} else if (sep != '.') {
			return false;
		}
	} else if (sep != '/') {
		return false; /* 10.30 is a time, 10-12 a range */
	}
	if (sep == '/') { /* either order; US English writes month first */
		d->alt_day = second;
		d->alt_month = first;
	}
	return true;
}

/* 30 November 2026, 30th of Nov, 1er decembre, 30 de noviembre de 2026 */
static bool
day_then_month(const struct text *t, size_t i, int day, struct date *d)
{
	static const char *const ordinals[] = { "st", "nd", "rd", "th", "er",
		".", "º", "ª", "-" };
	static const char *const links[] = { "of ", "de ", "d'", "di " };

	for (size_t k = 0; k < sizeof(ordinals) / sizeof(ordinals[0]); k++)
		if (take_text(t, &i, ordinals[k]))
			break;
	take_any(t, &i, " ");
	for (size_t k = 0; k < sizeof(links) / sizeof(links[0]); k++)
		if (take_text(t, &i, links[k]))
			break;
	d->day = day;
	if ((d->month = take_month(t, &i)) == 0)
		return false;
	d->year = take_year(t, &i);
	d->end = i;
	return true;
}

/* 11月30日, 11월 30일 behind its month */
static bool
month_sign(const struct text *t, size_t i, int month, struct date *d)
{
	if (!take_text(t, &i, "月") && !take_text(t, &i, "월"))
		return false;
	take_any(t, &i, " ");
	if (!take_number(t, &i, 2, &d->day) ||
	    (!take_text(t, &i, "日") && !take_text(t, &i, "일")))
		return false;
	d->month = month;
	d->end = i;
	return true;
}

/* November 30, 2026; Nov 30th */
static bool
month_then_day(const struct text *t, size_t i, struct date *d)
{
	if ((d->month = take_month(t, &i)) == 0)
		return false;
	take_any(t, &i, " .");
	if (!take_number(t, &i, 2, &d->day))
		return false;
	(void)(take_text(t, &i, "st") || take_text(t, &i, "nd") ||
	    take_text(t, &i, "rd") || take_text(t, &i, "th"));
	d->year = take_year(t, &i);
	d->end = i;
	return true;
}

static bool
date_at(const struct text *t, size_t start, struct date *d)
{
	static bool (*const forms[])(const struct text *, size_t, int,
	    struct date *) = { numbers, day_then_month, month_sign };
	size_t i = start;
	int first;

	*d = (struct date){ .start = start };
	if (is_letter(t->s[start]))
		return month_then_day(t, start, d);
	if (!take_number(t, &i, 4, &first))
		return false;
	if (i - start == 4) {
		d->year = first;
		return year_first(t, i, d);
	}
	if (i - start > 2)
		return false;
	for (size_t k = 0; k < sizeof(forms) / sizeof(forms[0]); k++) {
		if (forms[k](t, i, first, d))
			return true;
		*d = (struct date){ .start = start };
	}
	return false;
}

/* May a date begin here?  Only at the head of a word. */
static bool
is_head(const struct text *t, size_t i)
{
	if (!is_letter(t->s[i]) && !is_digit(t->s[i]))
		return false;
	return i == 0 || (is_digit(t->s[i]) ?
	        !is_digit(t->s[i - 1]) && t->s[i - 1] != '.' &&
	            !(t->s[i - 1] >= 'a' && t->s[i - 1] <= 'z') :
	        !is_letter(t->s[i - 1]));
}

static size_t
find_dates(const struct text *t, struct date out[MAX_DATES])
{
	size_t n = 0;

	for (size_t i = 0; i < t->n && n < MAX_DATES; i++) {
		if (!is_head(t, i) || !date_at(t, i, &out[n]))
			continue;
		i = out[n].end - 1;
		n++;
	}
	return n;
}

/* --- which date it is --- */

static bool
to_time(int year, int month, int day, cw_time now, cw_time *out)
{
	struct civil c = { .year = year, .month = month, .day = day };
	struct civil today;

	civil_from_utc(now, &today);
	if (year == 0) {
		c.year = today.year;
		if (civil_is_valid(&c) &&
		    civil_to_utc(&c) < now - PAST_DAYS * CW_DAY)
			c.year++;
	}
	if (!civil_is_valid(&c))
		return false;
	*out = civil_to_utc(&c);
	return *out >= now - PAST_DAYS * CW_DAY &&
	    *out <= now + FUTURE_DAYS * CW_DAY;
}

/*
 * 3/4: day or month first as they write it where the mail is from; else of
 * two readings the earlier that is not over: we ask again sooner.
 */
static bool
resolve(const struct date *d, cw_time now, enum date_order order,
    cw_time *out)
{
	cw_time other;
	bool ok = to_time(d->year, d->month, d->day, now, out);

	if (d->alt_month == 0 ||
	    !to_time(d->year, d->alt_month, d->alt_day, now, &other))
		return ok;
	if (ok && order == DAY_FIRST)
		return true;
	if (order == MONTH_FIRST) {
		*out = other;
		return true;
	}
	if (!ok || (other >= now && (*out < now || other < *out)))
		*out = other;
	return true;
}

/* Does a sentence end at i?  "d. 29." and "t.o.m. 30" are none. */
static bool
is_stop(const struct text *t, size_t i)
{
	if (strchr("!?;", t->s[i]) != NULL)
		return true;
	return t->s[i] == '.' && i + 1 < t->n && t->s[i + 1] == ' ' &&
	    !(i >= 2 && is_letter(t->s[i - 1]) && !is_letter(t->s[i - 2]));
}

/* Where the words begin that speak of a date: after the sentence before,
 * after the last digit (another date), NEAR bytes and a word back at most. */
static size_t
words_before(const struct text *t, size_t date)
{
	size_t i = date;

	while (i > 0 && date - i < NEAR + 16 && !is_digit(t->s[i - 1]) &&
	    !is_stop(t, i - 1))
		i--;
	return i;
}

bool
absence_is_word(const struct text *t, size_t at, size_t len)
{
	return !is_letter(t->s[at]) ||
	    ((at == 0 || !is_letter(t->s[at - 1])) &&
	        !is_letter(t->s[at + len]));
}

/* Does the cue stand in t[from .. date), close enough to the date? */
static bool
has_cue(const struct text *t, size_t from, size_t date, size_t cue)
{
	size_t len = strlen(cues[cue].word);

	for (size_t i = from; i + len <= date; i++)
		if (date - i - len <= cues[cue].reach &&
		    memcmp(t->s + i, cues[cue].word, len) == 0 &&
		    absence_is_word(t, i, len))
			return true;
	return false;
}

enum cue_rank
absence_cue(const struct text *t, size_t start, size_t end)
{
	size_t from = words_before(t, start);
	enum cue_rank best = CUE_NONE;

	for (size_t i = 0; i < sizeof(cues) / sizeof(cues[0]); i++)
		if (cues[i].rank > best && has_cue(t, from, start, i))
			best = cues[i].rank;
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		size_t at = end;

		take_any(t, &at, " ,");
		if (suffixes[i].rank > best &&
		    take_text(t, &at, suffixes[i].word))
			best = suffixes[i].rank;
	}
	return best;
}

static const char *const from_cues[] = { "from", "starting", "beginning",
	"as of", "von", "vom", "ab", "du", "a partir du", "desde", "del", "dal",
	"a partir de", "de", "van", "vanaf", "fran", "fra", "alkaen", "od", "с",
	"з", "din", "dal giorno" };

/* Does a word that begins a span stand right before the date? */
static bool
begins_span(const struct text *t, size_t date)
{
	for (size_t i = 0; i < sizeof(from_cues) / sizeof(from_cues[0]); i++) {
		size_t len = strlen(from_cues[i]);

		for (size_t gap = 1; gap <= CLOSE && gap + len <= date; gap++)
			if (memcmp(t->s + date - gap - len, from_cues[i],
			    len) == 0 && absence_is_word(t, date - gap - len,
			    len))
				return true;
	}
	return false;
}

/* "from 3 to 14 Nov", "vom 3. bis 14. November": the day before the link. */
static int
bare_day_before(const struct text *t, size_t date)
{
	size_t i = date, digits;
	int day = 0;

	while (i > 0 && date - i < CLOSE && !is_digit(t->s[i - 1]) &&
	    strchr("!?;", t->s[i - 1]) == NULL)
		i--;
	for (digits = i; digits > 0 && is_digit(t->s[digits - 1]);)
		digits--;
	if (digits == i || i - digits > 2 || (digits > 0 &&
	    strchr(" (", t->s[digits - 1]) == NULL) ||
	    !take_number(t, &digits, 2, &day))
		return 0;
	return day;
}

struct found {
	cw_time from, back;
};

/* The first day away, of the date that said the return. */
static cw_time
find_start(const struct text *t, const struct date *v, size_t at,
    cw_time now, enum date_order order)
{
	struct date d = v[at];
	cw_time from;

	for (size_t i = at; i > 0; i--)
		if (begins_span(t, v[i - 1].start))
			return resolve(&v[i - 1], now, order, &from) ? from : 0;
	d.day = bare_day_before(t, d.start);
	d.alt_month = 0;
	return d.day != 0 && resolve(&d, now, order, &from) ? from : 0;
}

static struct found
find_span(const struct text *t, cw_time now, enum date_order order)
{
	struct date dates[MAX_DATES];
	size_t n = find_dates(t, dates);
	enum cue_rank best = CUE_NONE;
	struct found f = { 0, 0 };
	cw_time at;

	for (size_t i = 0; i < n; i++) {
		enum cue_rank rank = absence_cue(t, dates[i].start,
		    dates[i].end);

		if (rank <= best || !resolve(&dates[i], now, order, &at))
			continue;
		best = rank;
		f.back = rank == CUE_LAST_DAY ? at + CW_DAY : at;
		f.from = find_start(t, dates, i, now, order);
	}
	if (f.from >= f.back)
		f.from = 0;
	if (f.back == 0)
		f.back = absence_weekday(t, now);
	return f;
}

/* --- who stands in --- */

static bool
is_known(const struct addrs *v, const char *email)
{
	for (size_t i = 0; i < v->n; i++)
		if (str_caseeq(v->v[i].email, email))
			return true;
	return false;
}

/* Do the words around the address say why it is there? */
static bool
is_deputy(const struct text *t, const struct scan_span *at)
{
	size_t from = at->start > DEPUTY_BEFORE ? at->start - DEPUTY_BEFORE : 0;
	size_t to = t->n - at->end > DEPUTY_AFTER ? at->end + DEPUTY_AFTER :
	                                            t->n;

	for (size_t i = 0; i < sizeof(deputy_words) / sizeof(deputy_words[0]);
	     i++) {
		const char *w = deputy_words[i];

		if (memmem(t->s + from, at->start - from, w, strlen(w)) ||
		    memmem(t->s + at->end, to - at->end, w, strlen(w)))
			return true;
	}
	return false;
}

static const char *
find_deputy(const struct msg *m, const struct text *t, struct arena *a)
{
	struct scan_span at;
	size_t from = 0;

	for (size_t i = 0; i < MAX_ADDRESSES &&
	     scan_address(t->s, t->n, from, &at); i++, from = at.end) {
		const char *email = arena_strndup(a, t->s + at.start,
		    at.end - at.start);

		if (!is_known(&m->from, email) && !is_known(&m->to, email) &&
		    !is_known(&m->cc, email) && is_deputy(t, &at))
			return email;
	}
	return "";
}

/* How 3/4 is meant: by the language, and for English by the writer's zone. */
static enum date_order
order_of(const struct msg *m, const char *language)
{
	static const char *const month_first[] = { "ja", "zh", "ko", "hu" };
	const char *date = header_get(&m->headers, "Date"), *zone;

	if (language == NULL)
		return ANY_ORDER;
	for (size_t i = 0; i < 4; i++)
		if (strcmp(language, month_first[i]) == 0)
			return MONTH_FIRST;
	if (strcmp(language, "en") != 0)
		return DAY_FIRST;
	if (date == NULL || (zone = strpbrk(date, "+-")) == NULL)
		return ANY_ORDER;
	if (zone[0] == '+')
		return DAY_FIRST;
	return zone[1] == '0' && zone[2] >= '4' ? MONTH_FIRST : ANY_ORDER;
}

bool
autoreply_absence(const struct msg *m, cw_time now, struct arena *a,
    struct absence *out)
{
	const char *body = str_is_empty(m->body.reply_text) ? m->body.text :
	                                                      m->body.reply_text;
	char *raw = arena_printf(a, "%.*s ; %.*s",
	    (int)utf8_cut(m->subject, strlen(m->subject), 500), m->subject,
	    (int)utf8_cut(body, strlen(body), MAX_TEXT), body);
	char *folded = fold_text(a, raw, strlen(raw));
	struct text t = { folded, strlen(folded) };
	const char *language;
	struct found f;

	for (char *p = folded; *p != '\0'; p++)
		*p = *p == '\n' || *p == '\r' ? ' ' : *p;
	language = absence_language(&t);
	f = find_span(&t, now, order_of(m, language));
	*out = (struct absence){ f.from, f.back, find_deputy(m, &t, a) };
	return language != NULL || (f.back != 0 &&
	    autoreply_subject(m->subject, a) >= AUTOREPLY_LIKELY);
}
