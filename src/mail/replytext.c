/* replytext.c - what is new in a mail, without quotes and signatures. */
#include "mail/replytext.h"

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#define MAX_SIGNATURE 25 /* lines; more is no signature but text */
#define MAX_WROTE 500    /* bytes of "On ... wrote:" over three lines */
#define COUNT(t) (sizeof(t) / sizeof((t)[0]))

struct line {
	const char *s; /* trimmed on both sides */
	size_t n;
	const char *raw; /* trimmed on the right only */
	size_t raw_n;
};

struct lines {
	struct line *v;
	size_t n;
};

/* "On <date>, <somebody> wrote:" in the languages of HT-6.  start NULL: the
 * line may begin with anything; is_last: the verb stands before the colon. */
static const struct {
	const char *start, *verb;
	bool is_last;
} wrote[] = {
	{ "On ", "wrote", true },
	{ "Am ", "schrieb", false },
	{ "Le ", "a écrit", true },
	{ "El ", "escribió", true },
	{ "Il ", "ha scritto", true },
	{ "Em ", "escreveu", true },
	{ "A ", "escreveu", true },
	{ "Op ", "schreef", false },
	{ "Den ", "skrev", false },
	{ "På ", "skrev", false },
	{ "W dniu ", "pisze", true },
	{ "W dniu ", "napisał", true },
	{ "W dniu ", "napisała", true },
	{ "W dniu ", "napisał(a)", true },
	{ "Dnia ", "napisał(a)", true },
	{ "Am ", "geschrieben", true },
	{ "Den ", "skrev følgende", true },
	{ "Dne ", "napsal(a)", true },
	{ "Dne ", "napsal", true },
	{ "Dne ", "napsala", true },
	{ "Dňa ", "napísal(a)", true },
	{ "Dana ", "je napisao", false },
	{ "Pe ", "a scris", true },
	{ "În ", "a scris", true },
	{ "Στις ", "έγραψε", true },
	{ "在", "写道", true },
	{ "於", "寫道", true },
	{ NULL, "kirjoitti", true },
	{ NULL, "написал", true },
	{ NULL, "написала", true },
	{ NULL, "написал(а)", true },
	{ NULL, "пишет", true },
	{ NULL, "写道", true },
	{ NULL, "寫道", true },
	{ NULL, "のメッセージ", true },
	{ NULL, "のメール", true },
	{ NULL, "作成", true },
	{ NULL, "написав", true },
	{ NULL, "пише", true },
	{ NULL, "ezt írta", true },
	{ NULL, "írta", true },
	{ NULL, "şunu yazdı", true },
	{ NULL, "şunları yazdı", true },
	{ NULL, "yazdı", true },
	{ NULL, "napsal(a)", true },
	{ NULL, "kirjoitti näin", true },
	{ NULL, "schreef het volgende", true },
	{ NULL, "skrev", false },
	{ NULL, "schrieb", true },
	{ NULL, "a écrit", true },
	{ NULL, "escribió", true },
	{ NULL, "escreveu", true },
	{ NULL, "ha scritto", true },
	{ NULL, "님이 작성", true },
	{ NULL, "님이 쓴 글", true },
	{ NULL, "작성", true },
	{ NULL, "wrote", true },
};

/* Between dashes, above the mail that is answered or passed on (HT-5). */
static const char *const originals[] = { "Original Message",
	"Original Appointment", "Reply Message", "Ursprüngliche Nachricht",
	"Original-Nachricht", "Message d'origine", "Message d’origine",
	"Message original", "Mensaje original", "Messaggio originale",
	"Mensagem original", "Oorspronkelijk bericht",
	"Ursprungligt meddelande", "Oprindelig meddelelse",
	"Opprinnelig melding", "Alkuperäinen viesti", "Wiadomość oryginalna",
	"Oryginalna wiadomość", "Исходное сообщение", "原始邮件", "原始郵件",
	"邮件原件", "Původní zpráva", "Özgün İleti", "Orijinal Mesaj",
	"Orijinal İleti", "Eredeti üzenet", "Mesaj original",
	"Αρχικό μήνυμα", "Вихідне повідомлення", "Originalmeddelande",
	"Opprinnelig e-post", "Original besked", "Originele bericht",
	"Alkuperäinen sähköposti", "Původní e-mail", "元のメッセージ", "원본 메시지", "Forwarded message",
	"Weitergeleitete Nachricht", "Message transféré",
	"Mensaje reenviado", "Messaggio inoltrato", "Mensagem encaminhada",
	"Doorgestuurd bericht", "Vidarebefordrat meddelande",
	"Videresendt meddelelse", "Пересылаемое сообщение", "转发邮件",
	"Videresendt melding", "Vidarebefordrat mejl", "Wiadomość przekazana",
	"Přeposlaná zpráva", "İletilmiş mesaj", "Välitetty viesti",
	"Továbbított üzenet", "Forwarded by", "転送メッセージ", "转发的邮件",
	"轉寄的郵件", "전달된 메시지" };

/* The same, without dashes. */
static const char *const forwards[] = { "Begin forwarded message:",
	"Anfang der weitergeleiteten Nachricht:",
	"Début du message réexpédié :", "Inicio del mensaje reenviado:",
	"Inizio messaggio inoltrato:", "Start van doorgestuurd bericht:",
	"Begin doorgestuurd bericht:", "Início da mensagem reencaminhada:",
	"Início da mensagem encaminhada:", "Vidarebefordrat brev:",
	"Videresendt besked:", "Videresendt e-post:",
	"Välitetty viesti alkaa:", "Początek przekazywanej wiadomości:",
	"Začátek přeposílané zprávy:", "İletilen ileti başlangıcı:",
	"Начало переадресованного сообщения:", "転送されたメッセージ:",
	"开始转发的邮件：", "전달된 메시지 시작:" };

enum { H_FROM = 1, H_SENT = 2, H_TO = 4, H_SUBJECT = 8 };

static const struct {
	const char *name;
	unsigned kind;
} labels[] = {
	{ "From", H_FROM }, { "Von", H_FROM }, { "De", H_FROM },
	{ "Da", H_FROM }, { "Van", H_FROM }, { "Från", H_FROM },
	{ "Fra", H_FROM }, { "发件人", H_FROM }, { "寄件者", H_FROM },
	{ "差出人", H_FROM }, { "От", H_FROM }, { "Od", H_FROM },
	{ "Lähettäjä", H_FROM }, { "Kimden", H_FROM }, { "Feladó", H_FROM },
	{ "Gönderen", H_FROM }, { "Από", H_FROM }, { "Від", H_FROM },
	{ "보낸 사람", H_FROM }, { "보낸사람", H_FROM }, { "送信者", H_FROM },
	{ "Expéditeur", H_FROM },
	{ "Sent", H_SENT }, { "Date", H_SENT }, { "Gesendet", H_SENT },
	{ "Envoyé", H_SENT }, { "Enviado", H_SENT },
	{ "Enviada em", H_SENT }, { "Enviado el", H_SENT },
	{ "Data", H_SENT }, { "Datum", H_SENT }, { "Inviato", H_SENT },
	{ "Verzonden", H_SENT }, { "Skickat", H_SENT }, { "Sendt", H_SENT },
	{ "Fecha", H_SENT }, { "发送时间", H_SENT }, { "日期", H_SENT },
	{ "送信日時", H_SENT }, { "Отправлено", H_SENT }, { "Дата", H_SENT },
	{ "Wysłano", H_SENT }, { "Lähetetty", H_SENT },
	{ "Odesláno", H_SENT }, { "Gönderildi", H_SENT }, { "Tarih", H_SENT },
	{ "Gönderme Tarihi", H_SENT }, { "Elküldve", H_SENT },
	{ "Küldve", H_SENT }, { "Dátum", H_SENT }, { "Päivämäärä", H_SENT },
	{ "Dato", H_SENT }, { "Sendt dato", H_SENT }, { "Στάλθηκε", H_SENT },
	{ "Надіслано", H_SENT }, { "日付", H_SENT }, { "寄件日期", H_SENT },
	{ "보낸 날짜", H_SENT }, { "날짜", H_SENT }, { "Trimis", H_SENT },
	{ "To", H_TO }, { "An", H_TO }, { "À", H_TO }, { "Para", H_TO },
	{ "A", H_TO }, { "Aan", H_TO }, { "Till", H_TO }, { "Til", H_TO },
	{ "收件人", H_TO }, { "收件者", H_TO }, { "宛先", H_TO },
	{ "Кому", H_TO }, { "Do", H_TO }, { "Vastaanottaja", H_TO },
	{ "Komu", H_TO }, { "Kime", H_TO }, { "Címzett", H_TO },
	{ "Προς", H_TO }, { "받는 사람", H_TO }, { "받는사람", H_TO },
	{ "Către", H_TO }, { "Kopia", H_TO }, { "Destinataire", H_TO },
	{ "Subject", H_SUBJECT }, { "Betreff", H_SUBJECT },
	{ "Objet", H_SUBJECT }, { "Asunto", H_SUBJECT },
	{ "Assunto", H_SUBJECT }, { "Oggetto", H_SUBJECT },
	{ "Onderwerp", H_SUBJECT }, { "Ämne", H_SUBJECT },
	{ "Emne", H_SUBJECT }, { "主题", H_SUBJECT }, { "主旨", H_SUBJECT },
	{ "件名", H_SUBJECT }, { "Тема", H_SUBJECT }, { "Temat", H_SUBJECT },
	{ "Aihe", H_SUBJECT }, { "Předmět", H_SUBJECT },
	{ "Konu", H_SUBJECT }, { "Tárgy", H_SUBJECT }, { "Θέμα", H_SUBJECT },
	{ "제목", H_SUBJECT }, { "Subiect", H_SUBJECT },
};

/* What phones and web mailers put below a text (HT-9). */
static const char *const mobile[] = { "Sent from my ", "Sent from Mail for ",
	"Sent from Outlook", "Sent from Yahoo", "Sent from a mobile",
	"Sent via ", "Get Outlook for ", "Gesendet von ",
	"Von meinem iPhone gesendet", "Von meinem iPad gesendet",
	"Gesendet mit ", "Diese Nachricht wurde von meinem ", "Envoyé de ",
	"Envoyé depuis ", "Envoyé à partir de ", "Enviado desde ",
	"Enviado do meu ", "Enviado de mi ", "Verzonden vanaf ",
	"Verstuurd vanaf ", "Inviato da ", "Skickat från ", "Sendt fra ",
	"Lähetetty ", "Wysłano z ", "Отправлено с ", "Отправлено из ",
	"Odesláno z ", "iPhone'umdan gönderildi", "iPhone’umdan gönderildi",
	"iPad'imden gönderildi", "Elküldve az ", "Küldve az ",
	"Sendt fra min ", "Skickat via ", "Hanki Outlook ",
	"Pobierz aplikację Outlook", "Obtenir Outlook pour ",
	"Obtener Outlook para ", "Baixar o Outlook para ",
	"Ottieni Outlook per ", "Scarica Outlook per ",
	"Outlook für Android", "Outlook für iOS", "Download Outlook voor ", "Надіслано з ",
	"Στάλθηκε από ", "發自我的", "获取 Outlook",
	"发自我的", "從我的", "iPhoneから送信", "나의 iPhone에서 보냄" };

static size_t
blank_len(const char *s, size_t n)
{
	if (n >= 1 && (*s == ' ' || (*s >= '\t' && *s <= '\r')))
		return 1;
	if (n >= 2 && memcmp(s, "\xc2\xa0", 2) == 0) /* no-break space */
		return 2;
	if (n >= 3 && (memcmp(s, "\xe2\x80\xaf", 3) == 0 ||
	    memcmp(s, "\xe2\x80\x8b", 3) == 0 ||
	    memcmp(s, "\xef\xbb\xbf", 3) == 0))
		return 3;
	return 0;
}

static struct line
make_line(const char *s, size_t n)
{
	struct line l = { .raw = s };
	size_t k, end = n, at = 0;

	while (end > 0 && (s[end - 1] == ' ' || s[end - 1] == '\t' ||
	    s[end - 1] == '\r'))
		end--;
	l.raw_n = end;
	while ((k = blank_len(s + at, end - at)) > 0)
		at += k;
	l.s = s + at, l.n = end - at;
	return l;
}

static struct lines
split(struct arena *a, const char *text)
{
	struct lines ls = { 0 };
	size_t cap = 0;

	while (*text != '\0') {
		size_t n = strcspn(text, "\n");

		*ARENA_PUSH(a, ls.v, ls.n, cap) = make_line(text, n);
		text += n + (text[n] == '\n');
	}
	return ls;
}

static bool
is_quote(const struct line *l)
{
	return l->n > 0 && l->s[0] == '>';
}

static bool
has(const char *s, size_t n, const char *what)
{
	return memmem(s, n, what, strlen(what)) != NULL;
}

static bool
begins(const char *s, size_t n, const char *what)
{
	size_t len = strlen(what);

	return n >= len && strncasecmp(s, what, len) == 0;
}

/* The core of our own line in each language that we write (core/words.c). */
static bool
is_delimiter(const struct line *l)
{
	static const char *const ours[] = { "Please reply above this line",
		"Por favor, responda por encima de esta línea" };

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (l->n < 200 && has(l->s, l->n, ours[i]))
			return true;
	return false;
}

/* --- "On ... wrote:" --- */

/* Lines i .. i + k - 1 as one, blanks collapsed, colons made ASCII. */
static size_t
join(const struct lines *ls, size_t i, size_t k, char buf[MAX_WROTE + 1])
{
	size_t n = 0, len;

	for (size_t end = i + k; i < end; i++) {
		const struct line *l = &ls->v[i];

		for (size_t at = 0; at < l->n; at += len) {
			if (n + 2 > MAX_WROTE)
				return 0;
			if ((len = blank_len(l->s + at, l->n - at)) > 0) {
				if (n > 0 && buf[n - 1] != ' ')
					buf[n++] = ' ';
			} else if (l->n - at >= 3 &&
			    memcmp(l->s + at, "：", 3) == 0) {
				buf[n++] = ':';
				len = 3;
			} else {
				buf[n++] = l->s[at];
				len = 1;
			}
		}
		if (n > 0 && buf[n - 1] != ' ')
			buf[n++] = ' ';
	}
	while (n > 0 && (buf[n - 1] == ' ' || buf[n - 1] == '*'))
		n--;
	buf[n] = '\0';
	return n;
}

enum evidence { NO_DATE, WEAK, STRONG };

/* Does it name a day or an address, as a mailer's line does?  A colleague
 * who writes "On Monday she wrote:" does not. */
static enum evidence
evidence(const char *s)
{
	enum evidence e = NO_DATE;

	for (size_t run = 0; *s != '\0'; s++) {
		bool digit = *s >= '0' && *s <= '9';

		run = digit ? run + 1 : 0;
		if (run == 4 || *s == '@' || (*s == ':' && s[1] >= '0' &&
		    s[1] <= '9'))
			return STRONG;
		if (digit)
			e = WEAK;
	}
	return e;
}

static bool
is_wrote_text(const char *s, size_t n)
{
	if (n < 8 || s[n - 1] != ':')
		return false;
	for (n--; n > 0 && s[n - 1] == ' ';)
		n--;
	for (size_t i = 0; i < COUNT(wrote); i++) {
		size_t len = strlen(wrote[i].verb);

		if (wrote[i].start != NULL &&
		    !str_has_prefix(s, wrote[i].start))
			continue;
		if (wrote[i].start == NULL && strchr(s, '@') == NULL &&
		    (!wrote[i].is_last || evidence(s) != STRONG))
			continue;
		if (wrote[i].is_last ? n > len && memcmp(s + n - len,
		    wrote[i].verb, len) == 0 : has(s, n, wrote[i].verb))
			return true;
	}
	/* Some mailers have no verb: 2026-05-03 10:00 Ann <a@x.org>: */
	return *s >= '0' && *s <= '9' && s[n - 1] == '>' &&
	    strchr(s, '@') != NULL && evidence(s) == STRONG;
}

static bool
ends_with_colon(const struct line *l)
{
	size_t n = l->n;

	while (n > 0 && l->s[n - 1] == '*')
		n--;
	return (n > 0 && l->s[n - 1] == ':') ||
	    (n > 2 && memcmp(l->s + n - 3, "：", 3) == 0);
}

/* How many lines (1 - 3) from i on are a "wrote" line; 0: none. */
static size_t
match_wrote(const struct lines *ls, size_t i, enum evidence *e)
{
	char buf[MAX_WROTE + 1];

	for (size_t k = 1; k <= 3 && i + k <= ls->n; k++) {
		const struct line *l = &ls->v[i + k - 1];
		size_t n;

		if (l->n == 0 || is_quote(l))
			return 0;
		if (!ends_with_colon(l) || (n = join(ls, i, k, buf)) == 0)
			continue;
		if (is_wrote_text(buf, n)) {
			*e = evidence(buf);
			return k;
		}
	}
	return 0;
}

/* --- lines above an older mail --- */

static bool
is_original(const struct line *l)
{
	size_t at = 0, n = l->n, dashes = 0;

	for (; at < n && strchr("-_=* ", l->s[at]) != NULL; at++)
		dashes += l->s[at] == '-' || l->s[at] == '=';
	while (n > at && strchr("-_=* :", l->s[n - 1]) != NULL)
		n--;
	for (size_t i = 0; dashes >= 2 && i < COUNT(originals); i++)
		if (strlen(originals[i]) == n - at &&
		    begins(l->s + at, n - at, originals[i]))
			return true;
	for (size_t i = 0; i < COUNT(forwards); i++)
		if (l->n < 80 && begins(l->s, l->n, forwards[i]))
			return true;
	return false;
}

/* The line that Outlook draws above a mail that is answered. */
static bool
is_ruler(const struct line *l)
{
	return l->n >= 32 && strspn(l->s, "_") >= l->n;
}

static unsigned
label_kind(const struct line *l)
{
	size_t at = 0, n, end;
	const char *colon;

	while (at < l->n && (l->s[at] == '*' || l->s[at] == '_'))
		at++;
	n = l->n - at < 40 ? l->n - at : 40;
	if ((colon = memchr(l->s + at, ':', n)) == NULL &&
	    (colon = memmem(l->s + at, n, "：", 3)) == NULL)
		return 0;
	end = (size_t)(colon - l->s);
	while (end > at && strchr("* _", l->s[end - 1]) != NULL)
		end--;
	if (end - at >= 2 && memcmp(l->s + end - 2, "\xc2\xa0", 2) == 0)
		end -= 2;
	for (size_t i = 0; i < COUNT(labels); i++)
		if (strlen(labels[i].name) == end - at &&
		    begins(l->s + at, end - at, labels[i].name))
			return labels[i].kind;
	return 0;
}

/*
 * Fields of a mail header within six lines (HT-7): From and another one, or
 * three.  "Date: 3 May / Subject: overtime" is a form that an employee has
 * filled in, "From: 3 May / To: 10 May" a request for leave: these two alone
 * need an address.
 */
static bool
is_header_block(const struct lines *ls, size_t i)
{
	unsigned kinds = label_kind(&ls->v[i]);
	bool has_at = false;

	if (kinds == 0)
		return false;
	for (size_t seen = 0; i < ls->n && seen < 6; i++) {
		unsigned kind = label_kind(&ls->v[i]);

		seen += ls->v[i].n != 0;
		kinds |= kind;
		has_at = has_at || (kind != 0 &&
		    has(ls->v[i].s, ls->v[i].n, "@"));
	}
	if ((kinds & H_FROM) == 0)
		return kinds == (H_SENT | H_TO | H_SUBJECT);
	return (kinds & (H_SENT | H_SUBJECT)) != 0 ||
	    ((kinds & H_TO) != 0 && has_at);
}

/* From here on everything is an older mail. */
static bool
is_older(const struct lines *ls, size_t i)
{
	return is_original(&ls->v[i]) || is_ruler(&ls->v[i]) ||
	    is_header_block(ls, i);
}

/* --- signatures --- */

static bool
is_signature(const struct line *l)
{
	return l->raw_n == 2 && memcmp(l->raw, "--", 2) == 0;
}

/* The line behind a signature that begins at i; i: it is none. */
static size_t
skip_signature(const struct lines *ls, size_t i)
{
	enum evidence e;
	size_t k = i + 1;

	for (; k < ls->n && k - i <= MAX_SIGNATURE; k++)
		if (is_quote(&ls->v[k]) || match_wrote(ls, k, &e) > 0 ||
		    is_older(ls, k))
			break;
	return k - i > MAX_SIGNATURE ? i : k;
}

static bool
is_mobile(const struct line *l)
{
	for (size_t i = 0; l->n <= 90 && i < COUNT(mobile); i++)
		if (begins(l->s, l->n, mobile[i]))
			return true;
	return false;
}

/* Is there no more new text at or after line i? */
static bool
is_end(const struct lines *ls, size_t i)
{
	enum evidence e;

	while (i < ls->n && ls->v[i].n == 0)
		i++;
	return i == ls->n || is_quote(&ls->v[i]) || is_older(ls, i) ||
	    match_wrote(ls, i, &e) > 0;
}

/* What a telephone wrote: a paragraph of its own, or the last line. */
static bool
is_mobile_line(const struct lines *ls, size_t i)
{
	const struct line *l = &ls->v[i];

	if (!is_mobile(l))
		return false;
	if (i > 0 && l[-1].n > 0 && !is_mobile(&l[-1]) && !is_quote(&l[-1]))
		return is_end(ls, i + 1);
	return i + 1 == ls->n || l[1].n == 0 || is_mobile(&l[1]) ||
	    is_end(ls, i + 1);
}

/* The armour of a clear-signed mail; i: there is none. */
static size_t
skip_armour(const struct lines *ls, size_t i)
{
	const struct line *l = &ls->v[i];
	size_t k = i;

	if (begins(l->s, l->n, "-----BEGIN PGP SIGNED MESSAGE-----")) {
		while (k < ls->n && ls->v[k].n > 0)
			k++;
	} else if (begins(l->s, l->n, "-----BEGIN PGP SIGNATURE-----")) {
		while (k < ls->n && !begins(ls->v[k].s, ls->v[k].n,
		    "-----END PGP SIGNATURE-----"))
			k++;
		k += k < ls->n;
	}
	return k;
}

/* --- all together --- */

/* The next line to look at if line i is not new text; i: it is new. */
static size_t
skip(const struct lines *ls, size_t i)
{
	const struct line *l = &ls->v[i];
	enum evidence e;
	size_t k, next;

	if (l->n == 0)
		return i;
	if (is_quote(l) || is_delimiter(l) || is_mobile_line(ls, i))
		return i + 1;
	if (is_older(ls, i))
		return ls->n;
	if (is_signature(l))
		return skip_signature(ls, i);
	if ((k = match_wrote(ls, i, &e)) > 0) {
		for (next = i + k; next < ls->n && ls->v[next].n == 0; next++)
			;
		if (next == ls->n || is_quote(&ls->v[next]))
			return next;
		return e == STRONG ? ls->n : i;
	}
	return skip_armour(ls, i);
}

static char *
extract(const struct lines *ls, struct arena *a)
{
	struct str b = { 0 };
	size_t i = 0, next, blank = 0;
	bool cut = false;
	char *out;

	while (i < ls->n) {
		if ((next = skip(ls, i)) > i) {
			cut = true;
			i = next;
			continue;
		}
		if (ls->v[i].n == 0) {
			blank++;
		} else {
			if (b.len == 0 || (cut && blank > 1))
				blank = b.len > 0;
			for (; blank > 0; blank--)
				str_addc(&b, '\n');
			cut = false;
			str_addn(&b, ls->v[i].raw, ls->v[i].raw_n);
			str_addc(&b, '\n');
		}
		i++;
	}
	if (b.len > 0)
		b.len--; /* the last newline */
	out = arena_memdup(a, str_text(&b), b.len);
	str_fini(&b);
	return out;
}

const char *
replytext_extract(const char *text, struct arena *a)
{
	struct lines ls = split(a, text), above = ls;
	char *out;

	for (size_t i = 0; i < ls.n; i++) {
		if (!is_delimiter(&ls.v[i]))
			continue;
		above.n = i;
		out = extract(&above, a);
		if (!str_is_empty(out))
			return out;
		break; /* answered below: the quotes must show where */
	}
	out = extract(&ls, a);
	return str_is_empty(out) ? text : out;
}
