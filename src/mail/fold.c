/* fold.c - text made alike, for comparing it with words we know. */
#include "mail/fold.h"

#include "base/str.h"

#include <string.h>

uint32_t
fold_char(const char *s, size_t n, size_t *len)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t l = utf8_len(s, n);
	uint32_t c;

	*len = l == 0 ? 1 : l;
	if (l == 0)
		return 0xfffd;
	if (l == 1)
		return p[0];
	c = p[0] & (0xffu >> (l + 1));
	for (size_t i = 1; i < l; i++)
		c = c << 6 | (p[i] & 0x3fu);
	return c;
}

bool
fold_is_blank(uint32_t c)
{
	return c == ' ' || c == '\t' || c == 0xa0 || c == 0x1680 ||
	    c == 0x180e || (c >= 0x2000 && c <= 0x200a) || c == 0x202f ||
	    c == 0x205f || c == 0x3000;
}

bool
fold_is_dash(uint32_t c)
{
	return c == '-' || (c >= 0x2010 && c <= 0x2015) || c == 0x2212 ||
	    c == 0xff0d;
}

static bool
is_dropped(uint32_t c)
{
	return (c >= 0x300 && c <= 0x36f) ||  /* combining marks */
	    (c >= 0x200b && c <= 0x200f) ||   /* zero width, direction */
	    (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x2069) ||
	    c == 0xad || c == 0xfeff || c == 0xfffd;
}

/* Latin-1 and Latin Extended-A, or 0. */
static char
latin_base(uint32_t c)
{
	static const char latin1[] =
	    "aaaaaaaceeeeiiiidnooooo*ouuuuyts"
	    "aaaaaaaceeeeiiiidnooooo/ouuuuyty";
	static const char extended[] =
	    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkk"
	    "llllllllllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuu"
	    "wwyyyzzzzzzs";

	_Static_assert(sizeof(latin1) == 64 + 1, "U+00C0 to U+00FF");
	_Static_assert(sizeof(extended) == 128 + 1, "U+0100 to U+017F");
	if (c >= 0xc0 && c <= 0xff)
		return latin1[c - 0xc0];
	if (c >= 0x100 && c <= 0x17f)
		return extended[c - 0x100];
	return 0;
}

static uint32_t
greek_base(uint32_t c)
{
	static const struct {
		uint16_t from, to;
	} accented[] = {
		{ 0x386, 0x3b1 }, { 0x388, 0x3b5 }, { 0x389, 0x3b7 },
		{ 0x38a, 0x3b9 }, { 0x38c, 0x3bf }, { 0x38e, 0x3c5 },
		{ 0x38f, 0x3c9 }, { 0x3ac, 0x3b1 }, { 0x3ad, 0x3b5 },
		{ 0x3ae, 0x3b7 }, { 0x3af, 0x3b9 }, { 0x3cc, 0x3bf },
		{ 0x3cd, 0x3c5 }, { 0x3ce, 0x3c9 }, { 0x3c2, 0x3c3 },
	};

	for (size_t i = 0; i < sizeof(accented) / sizeof(accented[0]); i++)
		if (accented[i].from == c)
			return accented[i].to;
	return c >= 0x391 && c <= 0x3ab ? c + 32 : c;
}

static uint32_t
cyrillic_base(uint32_t c)
{
	if (c >= 0x410 && c <= 0x42f)
		c += 0x20;
	else if (c >= 0x400 && c <= 0x40f)
		c += 0x50;
	/* What is left of them when their combining marks are dropped. */
	return c == 0x439 ? 0x438 : c == 0x451 ? 0x435 : c;
}

static uint32_t
base_of(uint32_t c)
{
	char latin;

	if (c >= 0xff01 && c <= 0xff5e) /* full-width ASCII */
		c -= 0xfee0;
	if (c >= 'A' && c <= 'Z')
		return c + 32;
	if (c < 0x80)
		return c == '\t' ? ' ' : c;
	if ((latin = latin_base(c)) != 0)
		return (unsigned char)latin;
	if (c >= 0x370 && c <= 0x3ff)
		return greek_base(c);
	if (c >= 0x400 && c <= 0x45f)
		return cyrillic_base(c);
	if (c == 0x2018 || c == 0x2019 || c == 0x2bc || c == 0xb4)
		return '\'';
	return fold_is_dash(c) ? '-' : fold_is_blank(c) ? ' ' : c;
}

static char *
put_char(char *o, uint32_t c)
{
	if (c < 0x80) {
		*o++ = (char)c;
	} else if (c < 0x800) {
		*o++ = (char)(0xc0 | c >> 6);
		*o++ = (char)(0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		*o++ = (char)(0xe0 | c >> 12);
		*o++ = (char)(0x80 | (c >> 6 & 0x3f));
		*o++ = (char)(0x80 | (c & 0x3f));
	} else {
		*o++ = (char)(0xf0 | c >> 18);
		*o++ = (char)(0x80 | (c >> 12 & 0x3f));
		*o++ = (char)(0x80 | (c >> 6 & 0x3f));
		*o++ = (char)(0x80 | (c & 0x3f));
	}
	return o;
}

/* Two letters for one; all of them take two bytes before and after. */
static const char *
ligature(uint32_t c)
{
	switch (c) {
	case 0xc6: case 0xe6:
		return "ae";
	case 0xdf:
		return "ss";
	case 0x152: case 0x153:
		return "oe";
	default:
		return NULL;
	}
}

size_t
fold_into(char *out, const char *s, size_t n)
{
	char *o = out;
	size_t len;

	/* No folded character is longer than what it came from. */
	for (size_t i = 0; i < n; i += len) {
		uint32_t c = fold_char(s + i, n - i, &len);
		const char *two;

		if (c > 0 && c < 0x80) { /* most are */
			*o++ = (char)base_of(c);
			continue;
		}
		if ((two = ligature(c)) != NULL) {
			*o++ = two[0];
			*o++ = two[1];
		} else if (c != 0 && !is_dropped(c)) {
			o = put_char(o, base_of(c));
		}
	}
	*o = '\0';
	return (size_t)(o - out);
}

char *
fold_text(struct arena *a, const char *s, size_t n)
{
	char *out = arena_alloc(a, n + 1);

	(void)fold_into(out, s, n);
	return out;
}
