/* autoreply_days.c - weekdays and words of absence, in many languages. */
#include "mail/autoreply_part.h"

#include "base/str.h"

#include <string.h>

#define HEAD_BYTES 3 /* no word here is shorter */

/* Blank before and after each; "torstai*" is also the head of a word. */
static const char *const weekdays[7] = {
	" sunday sonntag dimanche domingo domenica zondag sondag sunnuntai*"
	" niedziela niedzieli niedziele nedele nedeli vasarnap* pazar"
	" воскресенье воскресенья κυριακη 周日* 星期日* 星期天* 日曜日* 日曜* 일요일* ",
	" monday montag lundi lunes lunedi segunda segunda-feira maandag mandag"
	" maanantai* poniedzialek poniedzialku pondeli hetfo* pazartesi*"
	" понедельник понедельника δευτερα 周一* 星期一* 月曜日* 月曜* 월요일* ",
	" tuesday dienstag mardi martes martedi terca terca-feira dinsdag tisdag"
	" tirsdag tiistai* wtorek wtorku utery uterka kedd* sali* вторник"
	" вторника τριτη 周二* 星期二* 火曜日* 火曜* 화요일* ",
	" wednesday mittwoch mercredi miercoles mercoledi quarta quarta-feira"
	" woensdag onsdag keskiviikko* sroda srody srode streda stredy stredu"
	" szerda* carsamba* среда среды среду τεταρτη 周三* 星期三* 水曜日* 水曜* 수요일* ",
	" thursday donnerstag jeudi jueves giovedi quinta quinta-feira donderdag"
	" torsdag torstai* czwartek czwartku ctvrtek ctvrtka csutortok*"
	" persembe* четверг четверга πεμπτη 周四* 星期四* 木曜日* 木曜* 목요일* ",
	" friday freitag vendredi viernes venerdi sexta sexta-feira vrijdag"
	" fredag perjantai* piatek piatku patek patku pentek* cuma пятница"
	" пятницы пятницу παρασκευη 周五* 星期五* 金曜日* 金曜* 금요일* ",
	" saturday samstag sonnabend samedi sabado sabato zaterdag lordag"
	" lauantai* sobota soboty sobotu szombat* cumartesi* суббота субботы"
	" субботу σαββατο 周六* 星期六* 土曜日* 土曜* 토요일* ",
};

static const char *const tomorrow[] = { "tomorrow", "morgen", "demain",
	"manana", "domani", "amanha", "imorgon", "i morgon", "i morgen",
	"huomenna", "huomiseen", "jutro", "jutra", "zitra", "zitrka", "yarin",
	"holnap", "завтра", "αυριο", "明天", "明日", "내일" };

static const char *const next_week[] = { "next week", "nachste woche",
	"nachster woche", "nachsten woche", "la semaine prochaine",
	"la proxima semana", "proxima semana", "la semana que viene",
	"la prossima settimana", "settimana prossima", "volgende week",
	"nasta vecka", "naeste uge", "næste uge", "neste uke", "ensi viik",
	"w przyszlym tygodniu", "przyszlego tygodnia", "pristi tyden",
	"pristiho tydne", "gelecek hafta", "jovo het",
	"на следующеи неделе", "следующеи недели", "下周", "下週", "来週",
	"다음 주" };

/* What says that somebody is away.  A machine that acknowledges a mail uses
 * none of them. */
static const struct {
	const char *words, *language;
} away[] = {
	{ "out of office", "en" }, { "out of the office", "en" },
	{ "on vacation", "en" }, { "on holiday", "en" },
	{ "on leave", "en" }, { "annual leave", "en" },
	{ "parental leave", "en" }, { "maternity leave", "en" },
	{ "paternity leave", "en" }, { "sick leave", "en" },
	{ "i am away", "en" }, { "i'm away", "en" }, { "i’m away", "en" },
	{ "will be away", "en" }, { "currently away", "en" },
	{ "am currently out", "en" }, { "not in the office", "en" },
	{ "away from the office", "en" }, { "away from my desk", "en" },
	{ "nicht im buro", "de" }, { "nicht im haus", "de" },
	{ "im urlaub", "de" }, { "in urlaub", "de" }, { "abwesend", "de" },
	{ "abwesenheit", "de" }, { "abwesenheitsnotiz", "de" },
	{ "ausser haus", "de" }, { "elternzeit", "de" },
	{ "mutterschutz", "de" }, { "nicht erreichbar", "de" },
	{ "en conge", "fr" }, { "en conges", "fr" }, { "en vacances", "fr" },
	{ "suis absent", "fr" }, { "suis absente", "fr" },
	{ "serai absent", "fr" }, { "serai absente", "fr" },
	{ "absent du bureau", "fr" }, { "absente du bureau", "fr" },
	{ "hors du bureau", "fr" }, { "message d'absence", "fr" },
	{ "actuellement absent", "fr" }, { "actuellement absente", "fr" },
	{ "fuera de la oficina", "es" }, { "fuera de oficina", "es" },
	{ "de vacaciones", "es" }, { "estoy ausente", "es" },
	{ "estare ausente", "es" }, { "de baja", "es" },
	{ "fuori ufficio", "it" }, { "fuori sede", "it" },
	{ "in ferie", "it" }, { "sono assente", "it" },
	{ "saro assente", "it" }, { "in vacanza", "it" },
	{ "fora do escritorio", "pt" }, { "de ferias", "pt" },
	{ "em ferias", "pt" }, { "estou ausente", "pt" },
	{ "estarei ausente", "pt" }, { "ausente do escritorio", "pt" },
	{ "ausencia temporaria", "pt" }, { "de licenca", "pt" },
	{ "afwezig", "nl" }, { "afwezigheid", "nl" },
	{ "niet aanwezig", "nl" }, { "met vakantie", "nl" },
	{ "op vakantie", "nl" }, { "niet op kantoor", "nl" },
	{ "met verlof", "nl" },
	{ "franvarande", "sv" }, { "franvaro", "sv" },
	{ "pa semester", "sv" }, { "har semester", "sv" },
	{ "inte pa kontoret", "sv" }, { "ar ledig", "sv" },
	{ "foraldraledig", "sv" }, { "tjanstledig", "sv" },
	{ "ikke pa kontoret", "da" }, { "pa ferie", "da" },
	{ "holder ferie", "da" }, { "har ferie", "da" },
	{ "fravaerende", "da" }, { "fraværende", "da" },
	{ "ikke til stede", "da" }, { "pa barsel", "da" },
	{ "borte fra kontoret", "no" }, { "er bortreist", "no" },
	{ "ute av kontoret", "no" }, { "i permisjon", "no" },
	{ "poissa", "fi" }, { "lomalla", "fi" }, { "vuosilomalla", "fi" },
	{ "poissaolo", "fi" }, { "vapaalla", "fi" },
	{ "poza biurem", "pl" }, { "na urlopie", "pl" },
	{ "nieobecny", "pl" }, { "nieobecna", "pl" },
	{ "nieobecnosc", "pl" }, { "nieobecnosci", "pl" },
	{ "mimo kancelar", "cs" }, { "na dovolene", "cs" },
	{ "nepritomen", "cs" }, { "nepritomna", "cs" },
	{ "dovolenou", "cs" }, { "nejsem v kancelari", "cs" },
	{ "ofis disinda", "tr" }, { "ofis disindayim", "tr" },
	{ "ofiste degilim", "tr" }, { "izindeyim", "tr" },
	{ "izinliyim", "tr" }, { "yillik izin", "tr" },
	{ "tatildeyim", "tr" },
	{ "szabadsagon", "hu" }, { "hazon kivul", "hu" },
	{ "nem vagyok az irodaban", "hu" },
	{ "in concediu", "ro" }, { "nu sunt la birou", "ro" },
	{ "в отпуске", "ru" }, { "отсутствую", "ru" },
	{ "отсутствовать", "ru" }, { "вне офиса", "ru" },
	{ "меня не будет", "ru" }, { "нахожусь в отпуске", "ru" },
	{ "у відпустці", "uk" }, { "εκτος γραφειου", "el" },
	{ "σε αδεια", "el" }, { "απουσιαζω", "el" },
	{ "不在办公室", "zh" }, { "不在辦公室", "zh" }, { "休假", "zh" },
	{ "请假", "zh" }, { "請假", "zh" }, { "外出", "zh" },
	{ "不在", "ja" }, { "休暇", "ja" }, { "お休み", "ja" },
	{ "부재", "ko" }, { "휴가", "ko" }, { "자리를 비", "ko" },
};

static bool
stands_at(const struct text *t, size_t at, const char *words)
{
	size_t len = strlen(words);

	return t->n - at >= len && memcmp(t->s + at, words, len) == 0 &&
	    ((unsigned char)words[0] >= 0xe3 || absence_is_word(t, at, len));
}

/* How any of many words begins: most places of a text begin none. */
struct heads {
	uint8_t bits[8192];
};

static size_t
head_of(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;

	return ((p[0] * 33u + p[1]) * 33u + p[2]) & 0xffff;
}

static void
heads_add(struct heads *h, const char *word)
{
	size_t i = head_of(word);

	h->bits[i / 8] |= (uint8_t)(1u << i % 8);
}

/* May one of the words stand at t[at]? */
static bool
heads_has(const struct heads *h, const struct text *t, size_t at)
{
	size_t i;

	if (t->n - at < HEAD_BYTES)
		return false;
	i = head_of(t->s + at);
	return (h->bits[i / 8] >> i % 8 & 1) != 0;
}

const char *
absence_language(const struct text *t)
{
	const size_t n = sizeof(away) / sizeof(away[0]);
	struct heads h = { 0 };
	size_t best = n;

	for (size_t i = 0; i < n; i++)
		heads_add(&h, away[i].words);
	for (size_t at = 0; at < t->n; at++) {
		if (!heads_has(&h, t, at))
			continue;
		for (size_t i = 0; i < best; i++)
			if (stands_at(t, at, away[i].words))
				best = i;
	}
	return best < n ? away[best].language : NULL;
}

/* --- days --- */

/* Bytes of the name at t[at], one of `names`; 0: none of them. */
static size_t
name_at(const struct text *t, size_t at, const char *names)
{
	while (*(names += strspn(names, " ")) != '\0') {
		size_t n = strcspn(names, " ");
		bool is_head = names[n - 1] == '*';
		size_t len = is_head ? n - 1 : n, k;

		if (t->n - at >= len && memcmp(t->s + at, names, len) == 0) {
			for (k = len; is_head && at + k < t->n &&
			     t->s[at + k] >= 'a' && t->s[at + k] <= 'z'; k++)
				;
			if (is_head || absence_is_word(t, at, len))
				return k;
		}
		names += n;
	}
	return 0;
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

/* May a name begin at t[at]?  Scripts without blanks: anywhere. */
static bool
is_head(const struct text *t, size_t at)
{
	return is_letter(t->s[at]) && (at == 0 || !is_letter(t->s[at - 1]) ||
	    (unsigned char)t->s[at] >= 0xe3);
}

/* The day named at t[at], as days since 1970; *len 0: none is. */
static int64_t
day_at(const struct text *t, size_t at, int64_t today, size_t *len)
{
	for (size_t i = 0; i < sizeof(tomorrow) / sizeof(tomorrow[0]); i++)
		if (stands_at(t, at, tomorrow[i])) {
			*len = strlen(tomorrow[i]);
			return today + 1;
		}
	for (size_t i = 0; i < sizeof(next_week) / sizeof(next_week[0]); i++)
		if (stands_at(t, at, next_week[i])) {
			*len = strlen(next_week[i]);
			return today + 7 - (civil_weekday(today) + 6) % 7;
		}
	for (int w = 0; w < 7; w++)
		if ((*len = name_at(t, at, weekdays[w])) > 0) {
			int ahead = (w - civil_weekday(today) + 7) % 7;

			return today + (ahead == 0 ? 7 : ahead);
		}
	return 0;
}

static void
add_days(struct heads *h)
{
	for (size_t i = 0; i < sizeof(tomorrow) / sizeof(tomorrow[0]); i++)
		heads_add(h, tomorrow[i]);
	for (size_t i = 0; i < sizeof(next_week) / sizeof(next_week[0]); i++)
		heads_add(h, next_week[i]);
	for (int w = 0; w < 7; w++)
		for (const char *s = weekdays[w] + 1; *s != '\0';
		    s += strcspn(s, " ") + 1)
			heads_add(h, s);
}

cw_time
absence_weekday(const struct text *t, cw_time now)
{
	struct heads h = { 0 };
	enum cue_rank best = CUE_NONE, rank;
	int64_t found = 0, day;
	size_t len = 0;

	add_days(&h);
	for (size_t at = 0; at < t->n; at++) {
		if (!heads_has(&h, t, at) || !is_head(t, at) ||
		    (day = day_at(t, at, now / CW_DAY, &len)) == 0 ||
		    (rank = absence_cue(t, at, at + len)) <= best)
			continue;
		best = rank;
		found = (rank == CUE_LAST_DAY ? day + 1 : day) * CW_DAY;
	}
	return found;
}
