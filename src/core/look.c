/* look.c - palette, contrast, style block. */
#include "core/look.h"

#include <string.h>

const struct look_pair look_pairs[] = {
	{ "text on the card", LOOK_INK, LOOK_CARD },
	{ "secondary text on the card", LOOK_MUTED, LOOK_CARD },
	{ "secondary text on the page", LOOK_MUTED, LOOK_PAGE },
	{ "text on the page", LOOK_INK, LOOK_PAGE },
	{ "links and outlined buttons", LOOK_ACTION, LOOK_CARD },
	{ "links on the page", LOOK_ACTION, LOOK_PAGE },
	{ "filled buttons", LOOK_ON_ACTION, LOOK_ACTION },
	{ "red tag", LOOK_RED, LOOK_ON_RED },
	{ "red figure", LOOK_RED, LOOK_CARD },
	{ "amber tag", LOOK_AMBER, LOOK_ON_AMBER },
	{ "amber figure", LOOK_AMBER, LOOK_CARD },
	{ "dark: text on the card", LOOK_DARK_INK, LOOK_DARK_CARD },
	{ "dark: text on the page", LOOK_DARK_INK, LOOK_DARK_PAGE },
	{ "dark: secondary text on the card", LOOK_DARK_MUTED, LOOK_DARK_CARD },
	{ "dark: secondary text on the page", LOOK_DARK_MUTED, LOOK_DARK_PAGE },
	{ "dark: links and outlined buttons", LOOK_DARK_ACTION, LOOK_DARK_CARD },
	{ "dark: links on the page", LOOK_DARK_ACTION, LOOK_DARK_PAGE },
	{ "dark: red tag", LOOK_DARK_RED, LOOK_DARK_ON_RED },
	{ "dark: red figure", LOOK_DARK_RED, LOOK_DARK_CARD },
	{ "dark: amber tag", LOOK_DARK_AMBER, LOOK_DARK_ON_AMBER },
	{ "dark: amber figure", LOOK_DARK_AMBER, LOOK_DARK_CARD },
	{ NULL, NULL, NULL },
};

/* Classes are short because a digest repeats them hundreds of times: i ink,
 * m muted, r rule, t track of a bar, b filled and o outlined button, x red
 * and a amber tags, fx and fa figures, bx ba bg bars. */
const char look_mail_css[] =
    "@media (max-width:480px){"
    ".hide{display:none!important}"
    ".out{padding:0!important}"
    ".pad{padding-left:16px!important;padding-right:16px!important}"
    ".stat{display:inline-block!important;width:48%!important}"
    ".act{display:block!important;margin:0 0 8px!important}"
    ".gap{display:none!important}}"
    "@media (prefers-color-scheme:dark){"
    "body,.page{background:" LOOK_DARK_PAGE "!important}"
    ".card{background:" LOOK_DARK_CARD "!important}"
    ".i{color:" LOOK_DARK_INK "!important}"
    ".m{color:" LOOK_DARK_MUTED "!important}"
    ".r{border-color:" LOOK_DARK_RULE "!important}"
    ".t{background:" LOOK_DARK_RULE "!important}"
    "a{color:" LOOK_DARK_ACTION "!important}"
    ".b a{color:" LOOK_ON_ACTION "!important}"
    ".o{background:" LOOK_DARK_CARD "!important;"
    "border-color:" LOOK_DARK_ACTION "!important}"
    ".x{background:" LOOK_DARK_ON_RED "!important;"
    "color:" LOOK_DARK_RED "!important}"
    ".a{background:" LOOK_DARK_ON_AMBER "!important;"
    "color:" LOOK_DARK_AMBER "!important}"
    ".fx{color:" LOOK_DARK_RED "!important}"
    ".fa{color:" LOOK_DARK_AMBER "!important}"
    ".bx{background:" LOOK_DARK_BAR_RED "!important}"
    ".ba{background:" LOOK_DARK_BAR_AMBER "!important}"
    ".bg{background:" LOOK_DARK_BAR_GREEN "!important}}";

static double
channel(const char *hex)
{
	int v = 0;
	double c;

	for (int i = 0; i < 2; i++) {
		const char *digits = "0123456789abcdef";
		const char *at = strchr(digits, hex[i]);

		v = v * 16 + (at != NULL ? (int)(at - digits) : 0);
	}
	c = v / 255.0;
	if (c <= 0.04045)
		return c / 12.92;
	/* ((c + 0.055) / 1.055) ^ 2.4 without libm: x^2.4 = x^2 * x^0.4, and
	 * x^0.4 = y with y^5 = x^2, by Newton's method */
	c = (c + 0.055) / 1.055;
	double y = 1.0;
	for (int i = 0; i < 40; i++)
		y -= (y * y * y * y * y - c * c) / (5.0 * y * y * y * y);
	return c * c * y;
}

static double
luminance(const char *colour)
{
	return 0.2126 * channel(colour + 1) + 0.7152 * channel(colour + 3) +
	    0.0722 * channel(colour + 5);
}

double
look_contrast(const char *a, const char *b)
{
	double x = luminance(a) + 0.05, y = luminance(b) + 0.05;

	return x > y ? x / y : y / x;
}

static const char *
entity_of(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void
look_escape(struct str *out, const char *s, size_t n)
{
	const char *entity;
	size_t from = 0;

	for (size_t i = 0; i < n; i++) {
		if ((entity = entity_of(s[i])) == NULL)
			continue;
		str_addn(out, s + from, i - from);
		str_add(out, entity);
		from = i + 1;
	}
	str_addn(out, s + from, n - from);
}

void
look_escape_text(struct str *out, const char *s)
{
	look_escape(out, s, strlen(s));
}
