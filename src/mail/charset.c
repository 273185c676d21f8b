/* charset.c - bytes in any character set to clean UTF-8. */
#include "mail/charset.h"

#include "base/err.h"
#include "base/str.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#define NAME_MAX_LEN 40
#define REPLACEMENT "\xef\xbf\xbd"

/* Names as mails write them, and the superset that really was meant. */
static const struct {
	const char *name, *use;
} aliases[] = {
	{ "ascii", "us-ascii" },
	{ "ansi_x3.4-1968", "us-ascii" },
	{ "646", "us-ascii" },
	{ "utf8", "utf-8" },
	{ "utf-8n", "utf-8" },
	{ "unicode-1-1-utf-8", "utf-8" },
	{ "unicode-1-1-utf-7", "utf-7" },
	{ "unknown-8bit", "" },
	{ "x-unknown", "" },
	{ "default", "" },
	{ "iso-8859-1", "windows-1252" },
	{ "iso8859-1", "windows-1252" },
	{ "iso_8859-1", "windows-1252" },
	{ "latin1", "windows-1252" },
	{ "latin-1", "windows-1252" },
	{ "cp1252", "windows-1252" },
	{ "x-ansi", "windows-1252" },
	{ "iso-8859-8-i", "iso-8859-8" },
	{ "iso-8859-8-e", "iso-8859-8" },
	{ "iso-8859-11", "cp874" },
	{ "windows-874", "cp874" },
	{ "gb2312", "gb18030" },
	{ "gb_2312-80", "gb18030" },
	{ "euc-cn", "gb18030" },
	{ "x-gbk", "gb18030" },
	{ "gbk", "gb18030" },
	{ "cp936", "gb18030" },
	{ "big5", "big5-hkscs" },
	{ "x-x-big5", "big5-hkscs" },
	{ "cn-big5", "big5-hkscs" },
	{ "shift_jis", "cp932" },
	{ "shift-jis", "cp932" },
	{ "sjis", "cp932" },
	{ "x-sjis", "cp932" },
	{ "windows-31j", "cp932" },
	{ "euc-jp", "euc-jp-ms" },
	{ "x-euc-jp", "euc-jp-ms" },
	{ "euc-kr", "cp949" },
	{ "ks_c_5601-1987", "cp949" },
	{ "ks_c_5601-1989", "cp949" },
	{ "ksc5601", "cp949" },
	{ "windows-949", "cp949" },
	{ "x-mac-roman", "macintosh" },
	{ "x-mac-cyrillic", "mac-cyrillic" },
	{ "x-mac-ce", "mac-centraleurope" },
};

/* In these, bytes below 0x80 are ASCII, so pure ASCII needs no work. */
static const char *const over_ascii[] = { "us-ascii", "utf-8", "windows-",
	"iso-8859-", "gb18030", "big5", "euc-", "koi8-", "cp9", "cp8", "mac" };

/* 0x80 - 0x9f of windows-1252; 0 where nothing is defined. */
static const uint16_t w1252[32] = { 0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026,
	0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0,
	0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc,
	0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178 };

bool
charset_is_ascii(const char *s, size_t n)
{
	uint64_t w;
	size_t i = 0;

	for (; i + sizeof(w) <= n; i += sizeof(w)) {
		memcpy(&w, s + i, sizeof(w));
		if ((w & UINT64_C(0x8080808080808080)) != 0)
			return false;
	}
	for (; i < n; i++)
		if ((s[i] & 0x80) != 0)
			return false;
	return true;
}

/* Lower case, without blanks and quotes; "" for what cannot be a name. */
static void
clean_name(const char *charset, char out[NAME_MAX_LEN])
{
	size_t n = 0;

	for (; *charset != '\0'; charset++) {
		char c = *charset;

		if (c == ' ' || c == '\t' || c == '"' || c == '\'')
			continue;
		if (c >= 'A' && c <= 'Z')
			c = (char)(c + ('a' - 'A'));
		if (n + 1 == NAME_MAX_LEN || !((c >= 'a' && c <= 'z') ||
		    (c >= '0' && c <= '9') || strchr("-_.:+", c) != NULL)) {
			n = 0;
			break;
		}
		out[n++] = c;
	}
	out[n] = '\0';
}

static const char *
real_name(const char *name)
{
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (strcmp(name, aliases[i].name) == 0)
			return aliases[i].use;
	return name;
}

static bool
is_over_ascii(const char *name)
{
	for (size_t i = 0; i < sizeof(over_ascii) / sizeof(over_ascii[0]); i++)
		if (str_has_prefix(name, over_ascii[i]))
			return true;
	return *name == '\0';
}

/* How many characters beyond ASCII and how many bad bytes as UTF-8. */
static void
count_utf8(const char *s, size_t n, size_t *good, size_t *bad)
{
	*good = *bad = 0;
	for (size_t i = 0, len; i < n; i += len == 0 ? 1 : len) {
		len = utf8_len(s + i, n - i);
		*good += len > 1;
		*bad += len == 0;
	}
}

static char *
from_w1252(struct arena *a, const char *s, size_t n)
{
	struct str b = { 0 };
	char *out;

	for (size_t i = 0, run; i < n; i++) {
		unsigned c;
		char u[3];

		for (run = i; run < n && (s[run] & 0x80) == 0; run++)
			;
		str_addn(&b, s + i, run - i);
		if ((i = run) == n)
			break;
		c = (unsigned char)s[i];
		if (c < 0xa0)
			c = w1252[c - 0x80] != 0 ? w1252[c - 0x80] : 0xfffd;
		u[0] = (char)(c < 0x800 ? 0xc0 | c >> 6 : 0xe0 | c >> 12);
		u[1] = (char)(0x80 | (c >> 6 & 0x3f));
		u[2] = (char)(0x80 | (c & 0x3f));
		if (c < 0x800)
			u[1] = u[2];
		str_addn(&b, u, c < 0x800 ? 2 : 3);
	}
	out = utf8_clean(a, str_text(&b), b.len);
	str_fini(&b);
	return out;
}

/* UTF-8 also where a cut or a careless gateway spoilt a byte of it. */
static char *
guess(struct arena *a, const char *s, size_t n)
{
	size_t good, bad;

	count_utf8(s, n, &good, &bad);
	if (bad == 0 || good / 4 >= bad)
		return utf8_clean(a, s, n);
	return from_w1252(a, s, n);
}

/*
 * ISO-2022-JP as EUC-JP-MS: glibc's own converter knows neither the NEC
 * characters nor half-width kana that Japanese mailers put into it.
 */
static void
jis_to_euc(const char *s, size_t n, struct str *out)
{
	char set = 'B';
	bool is_double = false;

	for (size_t i = 0; i < n; i++) {
		if (s[i] == '\033' && i + 2 < n &&
		    (s[i + 1] == '$' || s[i + 1] == '(')) {
			is_double = s[++i] == '$';
			set = s[++i];
			if (is_double && set == '(' && i + 1 < n)
				set = s[++i]; /* ESC $ ( D: JIS X 0212 */
			continue;
		}
		if (s[i] == '\n')
			is_double = false, set = 'B';
		if (s[i] <= ' ' || (!is_double && set != 'I')) {
			str_addc(out, s[i]);
			continue;
		}
		if (!is_double || set == 'D')
			str_addc(out, is_double ? '\x8f' : '\x8e');
		str_addc(out, (char)(s[i] | 0x80));
		if (is_double && i + 1 < n)
			str_addc(out, (char)(s[++i] | 0x80));
	}
}

/* A text that ends within a character says that it was cut, not that its
 * charset is wrong; but "caf\xe9" is no Chinese. */
static bool
is_cut_end(int why, size_t unit, const struct str *out)
{
	return why == EINVAL && (unit > 1 || !charset_is_ascii(str_text(out),
	    out->len));
}

/* Everything through iconv; *errors counts what had to be replaced. */
static bool
convert(const char *from, const char *s, size_t n, struct str *out,
    size_t *errors)
{
	iconv_t cd = iconv_open("UTF-8", from);
	size_t unit = str_has_prefix(from, "utf-16") ? 2 :
	    str_has_prefix(from, "utf-32") ? 4 : 1;
	char buf[4096];
	int why;

	*errors = 0;
	if (cd == (iconv_t)-1)
		return false;
	for (;;) {
		char *in = (char *)(uintptr_t)s, *o = buf;
		size_t left = n, room = sizeof(buf), r;

		r = iconv(cd, n == 0 ? NULL : &in, n == 0 ? NULL : &left, &o,
		    &room);
		why = errno;
		str_addn(out, buf, sizeof(buf) - room);
		if (r != (size_t)-1 && n == 0)
			break;
		s = in, n = left;
		if (r != (size_t)-1 || (why == E2BIG && room < sizeof(buf)))
			continue;
		*errors += !is_cut_end(why, unit, out);
		str_add(out, REPLACEMENT);
		if (n <= unit) /* also an incomplete last character */
			break;
		s += unit, n -= unit;
	}
	(void)iconv_close(cd);
	return true;
}

static char *
by_iconv(struct arena *a, const char *name, const char *s, size_t n)
{
	struct str jis = { 0 }, b = { 0 };
	size_t errors, good, bad;
	char *out = NULL;

	if (str_has_prefix(name, "iso-2022-jp")) {
		jis_to_euc(s, n, &jis);
		name = "euc-jp-ms", s = str_text(&jis), n = jis.len;
	}
	if (convert(name, s, n, &b, &errors)) {
		count_utf8(s, n, &good, &bad);
		if (errors == 0 || (bad != 0 && errors <= b.len / 16))
			out = utf8_clean(a, str_text(&b), b.len);
	}
	if (out == NULL)
		out = guess(a, s, n);
	str_fini(&jis);
	str_fini(&b);
	return out;
}

void
charset_load(void)
{
	static const char *const names[] = { "iso-8859-1", "iso-8859-2",
		"iso-8859-3", "iso-8859-4", "iso-8859-5", "iso-8859-6",
		"iso-8859-7", "iso-8859-8", "iso-8859-9", "iso-8859-10",
		"iso-8859-11", "iso-8859-13", "iso-8859-14", "iso-8859-15",
		"iso-8859-16", "cp1250", "cp1251", "cp1252", "cp1253",
		"cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp437",
		"cp850", "cp852", "cp855", "cp866", "cp874", "koi8-r",
		"koi8-u", "macintosh", "mac-cyrillic", "mac-centraleurope",
		"tis-620", "viscii", "gb18030", "gbk", "gb2312", "big5",
		"big5-hkscs", "euc-tw", "euc-jp", "euc-jp-ms", "shift_jis",
		"cp932", "iso-2022-jp", "euc-kr", "cp949", "johab",
		"iso-2022-kr", "iso-2022-cn", "utf-7", "utf-16", "utf-32" };

	/* Never closed: a table without a user may be unloaded. */
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		(void)iconv_open("UTF-8", names[i]);
}

char *
charset_to_utf8(struct arena *a, const char *charset, const char *s, size_t n)
{
	char given[NAME_MAX_LEN];
	const char *name;

	clean_name(charset, given);
	name = real_name(given);
	if (is_over_ascii(name) && charset_is_ascii(s, n))
		return utf8_clean(a, s, n);
	if (strcmp(name, "windows-1252") == 0)
		return from_w1252(a, s, n);
	if (*name == '\0' || strcmp(name, "utf-8") == 0 ||
	    strcmp(name, "us-ascii") == 0)
		return guess(a, s, n);
	return by_iconv(a, name, s, n);
}
