/* subject.c - what stands in front of a subject. */
#include "mail/subject.h"

#include "base/str.h"
#include "mail/fold.h"
#include "mail/scan.h"

#include <string.h>

#define MAX_PREFIX 24 /* bytes of the longest word or tag, with room */
#define MAX_BLOCK_TEXT (64 * 1024)
#define BLOCK_LINES 6

/* As fold_text() leaves them. */
static const struct {
	const char *word;
	enum subject_kind kind;
} prefixes[] = {
	{ "re", SUBJECT_REPLY },     { "aw", SUBJECT_REPLY },
	{ "sv", SUBJECT_REPLY },     { "antw", SUBJECT_REPLY },
	{ "odp", SUBJECT_REPLY },    { "res", SUBJECT_REPLY },
	{ "r", SUBJECT_REPLY },      { "rif", SUBJECT_REPLY },
	{ "ynt", SUBJECT_REPLY },    { "va", SUBJECT_REPLY },
	{ "ref", SUBJECT_REPLY },    { "απ", SUBJECT_REPLY },
	{ "σχετ", SUBJECT_REPLY },   { "回复", SUBJECT_REPLY },
	{ "回覆", SUBJECT_REPLY },   { "答复", SUBJECT_REPLY },
	{ "antwort", SUBJECT_REPLY },  { "reponse", SUBJECT_REPLY },
	{ "bls", SUBJECT_REPLY },
	{ "atb", SUBJECT_REPLY },      { "ats", SUBJECT_REPLY },
	{ "svar", SUBJECT_REPLY },     { "vast", SUBJECT_REPLY },
	{ "odpowiedz", SUBJECT_REPLY }, { "odpoved", SUBJECT_REPLY },
	{ "yanit", SUBJECT_REPLY },    { "cevap", SUBJECT_REPLY },
	{ "отв", SUBJECT_REPLY },      { "ответ", SUBJECT_REPLY },
	{ "відп", SUBJECT_REPLY },     { "返信", SUBJECT_REPLY },
	{ "回信", SUBJECT_REPLY },
	{ "답장", SUBJECT_REPLY },     { "회신", SUBJECT_REPLY },
	{ "vs", SUBJECT_UNKNOWN },   { "fw", SUBJECT_FORWARD },
	{ "fwd", SUBJECT_FORWARD },  { "wg", SUBJECT_FORWARD },
	{ "vb", SUBJECT_FORWARD },   { "doorst", SUBJECT_FORWARD },
	{ "tr", SUBJECT_FORWARD },   { "rv", SUBJECT_FORWARD },
	{ "enc", SUBJECT_FORWARD },  { "pd", SUBJECT_FORWARD },
	{ "i", SUBJECT_FORWARD },    { "vl", SUBJECT_FORWARD },
	{ "πρθ", SUBJECT_FORWARD },  { "转发", SUBJECT_FORWARD },
	{ "轉寄", SUBJECT_FORWARD },
	{ "weitergeleitet", SUBJECT_FORWARD },
	{ "doorgestuurd", SUBJECT_FORWARD },
	{ "transfere", SUBJECT_FORWARD }, { "reenv", SUBJECT_FORWARD },
	{ "inoltra", SUBJECT_FORWARD }, { "inoltrato", SUBJECT_FORWARD },
	{ "encam", SUBJECT_FORWARD },  { "videres", SUBJECT_FORWARD },
	{ "vidarebef", SUBJECT_FORWARD },
	{ "valit", SUBJECT_FORWARD },
	{ "preposlano", SUBJECT_FORWARD }, { "ilt", SUBJECT_FORWARD },
	{ "tovabbitva", SUBJECT_FORWARD }, { "tov", SUBJECT_FORWARD },
	{ "redir", SUBJECT_FORWARD },  { "пересл", SUBJECT_FORWARD },
	{ "転送", SUBJECT_FORWARD },   { "轉發", SUBJECT_FORWARD },
	{ "전달", SUBJECT_FORWARD },
};

/* What mail gateways write in front. */
static const char *const gateway_tags[] = {
	"external", "external email", "external mail", "external sender",
	"extern", "externe", "externo", "esterno", "ext", "caution",
	"caution external", "spam", "bulk", "suspicious", "secure", "encrypted",
};

/* Length of the blanks at s. */
static size_t
blanks(const char *s, size_t n)
{
	size_t i = 0, len;

	while (i < n && fold_is_blank(fold_char(s + i, n - i, &len)))
		i += len;
	return i;
}

static bool
is_colon(const char *s, size_t n, size_t *len)
{
	uint32_t c;

	*len = 0;
	if (n == 0)
		return false;
	c = fold_char(s, n, len);
	return c == ':' || c == 0xff1a;
}

/* "[2]", "(2)": its length, else 0. */
static size_t
counter(const char *s, size_t n)
{
	size_t i = 1;

	if (n < 3 || (s[0] != '[' && s[0] != '('))
		return 0;
	while (i < n && i < 5 && s[i] >= '0' && s[i] <= '9')
		i++;
	return i > 1 && i < n && s[i] == (s[0] == '[' ? ']' : ')') ? i + 1 : 0;
}

/* Bytes of the prefix word at s: up to a blank, a counter or a colon. */
static size_t
word_length(const char *s, size_t n)
{
	size_t i = 0, len = 0;

	while (i < n && i <= MAX_PREFIX && s[i] != '[' && s[i] != '(' &&
	    !is_colon(s + i, n - i, &len) &&
	    !fold_is_blank(fold_char(s + i, n - i, &len)))
		i += len;
	return i;
}

/* The length of the reply or forward prefix at s with its colon, or 0. */
static size_t
reply_prefix(const char *s, size_t n, enum subject_kind *kind)
{
	size_t word = word_length(s, n), i = word, len;
	char folded[MAX_PREFIX + 1];

	if (word == 0 || word > MAX_PREFIX)
		return 0;
	i += counter(s + i, n - i);
	i += blanks(s + i, n - i);
	if (!is_colon(s + i, n - i, &len))
		return 0;
	(void)fold_into(folded, s, word);
	for (size_t k = 0; k < sizeof(prefixes) / sizeof(prefixes[0]); k++)
		if (strcmp(folded, prefixes[k].word) == 0) {
			*kind = prefixes[k].kind;
			return i + len;
		}
	return 0;
}

/* The length of a gateway's "[EXTERNAL]" or "EXTERNAL:" at s, or 0. */
static size_t
gateway_tag(const char *s, size_t n)
{
	bool bracket = n > 0 && (s[0] == '[' || s[0] == '(');
	const char *end = NULL;
	size_t from = bracket ? 1 : 0, len;
	char folded[MAX_PREFIX + 1];

	if (bracket)
		end = memchr(s, s[0] == '[' ? ']' : ')', n);
	else if (n > 0)
		end = memchr(s, ':', n < MAX_PREFIX ? n : MAX_PREFIX);
	if (end == NULL || (len = (size_t)(end - s) - from) > MAX_PREFIX)
		return 0;
	(void)fold_into(folded, s + from, len);
	for (size_t k = 0; k < sizeof(gateway_tags) / sizeof(gateway_tags[0]);
	     k++)
		if (strcmp(folded, gateway_tags[k]) == 0)
			return (size_t)(end - s) + 1;
	return 0;
}

void
subject_parse(const char *subject, struct subject *out)
{
	size_t n = strlen(subject), i = 0, len;
	enum subject_kind kind;

	*out = (struct subject){ subject, SUBJECT_PLAIN };
	for (;;) {
		i += blanks(subject + i, n - i);
		if ((len = gateway_tag(subject + i, n - i)) == 0) {
			len = reply_prefix(subject + i, n - i, &kind);
			if (len == 0)
				break;
			if (out->kind == SUBJECT_PLAIN)
				out->kind = kind;
		}
		i += len;
	}
	out->base = subject + i;
}

/* The labels of a header block as mail programs write them into the text
 * (PROTOCOL HT-7), folded; one bit per kind of field. */
static const struct {
	const char *label;
	unsigned field;
} labels[] = {
	{ "from", 1 }, { "von", 1 }, { "de", 1 }, { "da", 1 }, { "van", 1 },
	{ "fran", 1 }, { "fra", 1 }, { "od", 1 }, { "lahettaja", 1 },
	{ "от", 1 }, { "发件人", 1 }, { "差出人", 1 },
	{ "kimden", 1 }, { "felado", 1 }, { "απο", 1 }, { "寄件者", 1 },
	{ "보낸 사람", 1 }, { "보낸사람", 1 }, { "від", 1 }, { "送信者", 1 },
	{ "sent", 2 }, { "date", 2 }, { "gesendet", 2 }, { "datum", 2 },
	{ "envoye", 2 }, { "enviado", 2 }, { "enviada em", 2 }, { "data", 2 },
	{ "inviato", 2 }, { "verzonden", 2 }, { "fecha", 2 },
	{ "skickat", 2 }, { "sendt", 2 }, { "wyslano", 2 }, { "дата", 2 },
	{ "发送时间", 2 }, { "送信日時", 2 }, { "lahetetty", 2 },
	{ "paivamaara", 2 }, { "odeslano", 2 }, { "gonderildi", 2 },
	{ "tarih", 2 }, { "kuldve", 2 }, { "надіслано", 2 },
	{ "отправлено", 2 }, { "дата отправки", 2 }, { "στάλθηκε", 2 },
	{ "日期", 2 }, { "日付", 2 }, { "寄件日期", 2 }, { "보낸 날짜", 2 },
	{ "날짜", 2 }, { "dato", 2 }, { "enviado el", 2 }, { "fecha de envio", 2 },
	{ "to", 4 }, { "an", 4 }, { "a", 4 }, { "para", 4 }, { "aan", 4 },
	{ "till", 4 }, { "til", 4 }, { "do", 4 }, { "кому", 4 },
	{ "收件人", 4 }, { "宛先", 4 }, { "komu", 4 }, { "kime", 4 },
	{ "cimzett", 4 }, { "vastaanottaja", 4 }, { "προς", 4 },
	{ "收件者", 4 }, { "받는 사람", 4 }, { "받는사람", 4 },
	{ "subject", 8 }, { "betreff", 8 }, { "objet", 8 }, { "asunto", 8 },
	{ "assunto", 8 }, { "oggetto", 8 }, { "onderwerp", 8 },
	{ "amne", 8 }, { "emne", 8 }, { "temat", 8 }, { "тема", 8 },
	{ "主题", 8 }, { "件名", 8 }, { "aihe", 8 }, { "predmet", 8 },
	{ "konu", 8 }, { "targy", 8 }, { "θεμα", 8 }, { "主旨", 8 },
	{ "제목", 8 },
};

/* Which field of a header block the folded line names, 0 if none. */
static unsigned
block_field(const char *line, size_t n)
{
	const char *colon;
	size_t len;

	while (n > 0 && strchr(" >*|", *line) != NULL && *line != '\0')
		line++, n--;
	if ((colon = memchr(line, ':', n < 32 ? n : 32)) == NULL)
		return 0;
	len = (size_t)(colon - line);
	while (len > 0 && (line[len - 1] == ' ' || line[len - 1] == '*'))
		len--;
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (strlen(labels[i].label) == len &&
		    memcmp(labels[i].label, line, len) == 0)
			return labels[i].field;
	return 0;
}

/* Two different fields, one of them From, within six lines. */
static bool
has_header_block(const char *text, struct arena *a)
{
	const char *folded;
	unsigned recent[BLOCK_LINES] = { 0 };
	size_t n = strlen(text), at = 0, line_no = 0;
	struct scan_span line;

	folded = fold_text(a, text, utf8_cut(text, n, MAX_BLOCK_TEXT));
	n = strlen(folded);
	while (scan_line(folded, n, &at, &line)) {
		unsigned seen = 0;

		recent[line_no++ % BLOCK_LINES] = block_field(
		    folded + line.start, line.end - line.start);
		for (size_t i = 0; i < BLOCK_LINES; i++)
			seen |= recent[i];
		if ((seen & 1) != 0 && (seen & ~1u) != 0)
			return true;
	}
	return false;
}

bool
subject_is_forward(const char *subject, const char *text,
    const char *embedded_headers, struct arena *a)
{
	struct subject s;

	subject_parse(subject, &s);
	return s.kind == SUBJECT_FORWARD &&
	    (!str_is_empty(embedded_headers) || has_header_block(text, a));
}
