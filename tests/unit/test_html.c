/* test_html.c - HTML to text (M8, HT-1, HT-3, HT-4, L22). */
#include "base/str.h"
#include "mail/html.h"
#include "mail/htmlstrip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <time.h>

static void
test_to_text_HT3_HT4(void **state)
{
	static const struct {
		const char *name, *in, *want;
	} tests[] = {
		{ "paragraphs", "<p>a</p><p>b</p>", "a\n\nb\n" },
		{ "lines", "<div>a</div><div>b<br>c</div>", "a\nb\nc\n" },
		{ "an empty line", "<div>a</div><div><br></div><div>b</div>",
		    "a\n\nb\n" },
		{ "Outlook's paragraphs are lines", "<p class=MsoNormal>a</p>"
		    "<p class=MsoNormal>&nbsp;</p><p class=MsoNormal>b</p>",
		    "a\n\nb\n" },
		{ "blanks collapse", "<p>a\n  b &nbsp; c</p>", "a b c\n" },
		{ "words in pieces", "<p>a<b>b</b>c</p>", "abc\n" },
		{ "entities, once", "<p>&lt;b&gt; &amp;amp; &#8364; &auml;</p>",
		    "<b> &amp; € ä\n" },
		{ "list", "<ul><li>a</li><li>b</li></ul>", "- a\n- b\n" },
		{ "table", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td>"
		    "</tr></table>", "a b\nc\n" },
		{ "preformatted", "<pre>a\n  b</pre>", "a\n  b\n" },
		{ "link", "<a href='https://x.example/1'>here</a>",
		    "here <https://x.example/1>\n" },
		{ "link that shows itself",
		    "<a href='https://x.example/1'>https://x.example/1</a>",
		    "https://x.example/1\n" },
		{ "mail link", "<a href='mailto:a@x.org'>a@x.org</a>",
		    "a@x.org\n" },
		{ "script link", "<a href='javascript:x()'>here</a>", "here\n" },
		{ "what cannot be seen", "<head><title>t</title><style>s</style>"
		    "</head><body><!-- c --><script>j</script><p>a</p>"
		    "<span style='DISPLAY : none'>h</span><i hidden>i</i>"
		    "<b style='mso-hide: all'>#close</b>"
		    "<b style='visibility:hidden'>v</b>",
		    "a\n" },
		{ "a picture of a face", "<p>ok <img alt='😀' src=x></p>",
		    "ok 😀\n" },
		{ "another picture", "<p>ok <img alt='logo' src=x></p>",
		    "ok\n" },
		{ "not closed", "<div>a<p>b<b>c", "a\n\nbc\n" },
		{ "no markup", "a < b & c", "a < b & c\n" },
		{ "nothing", "", "" },
		{ "Gmail quote", "<div>new</div><div class=\"gmail_quote\">old"
		    "<br>older</div>", "new\n> old\n> older\n" },
		{ "Gmail quote with a second class", "<div>new</div><div class="
		    "\"gmail_quote gmail_quote_container\">old</div>",
		    "new\n> old\n" },
		{ "Gmail extra", "<div>new</div><div class=\"gmail_extra\">x<blockquote>"
		    "old</blockquote>below</div>", "new\nx\n\n> old\n\nbelow\n" },
		{ "Gmail forward is content", "<div>fyi</div><div class=\"gmail_quote\">"
		    "---------- Forwarded message ---------<br>From: x</div>",
		    "fyi\n---------- Forwarded message ---------\nFrom: x\n" },
		{ "cited block", "<div>new</div><blockquote type=cite>old</blockquote>",
		    "new\n\n> old\n" },
		{ "cited in cited", "<blockquote type=cite>a<blockquote "
		    "type=cite>b</blockquote></blockquote>", "> a\n\n> > b\n" },
		{ "an indented block is no quote", "<div>a</div><blockquote>b</blockquote>",
		    "a\n\nb\n" },
		{ "Outlook on the web", "<div>new</div><div id=appendonsend></div><hr>"
		    "<div id=divRplyFwdMsg>Da: x</div>old",
		    "new\n________________________________\nDa: x\nold\n" },
		{ "Outlook for Windows", "<p class=MsoNormal>new</p><div style="
		    "'border:none;border-top:solid #E1E1E1 1.0pt'><p "
		    "class=MsoNormal><b>Od:</b> x</p></div>old",
		    "new\n________________________________\nOd: x\nold\n" },
		{ "Yahoo", "<div>new</div><div class=yahoo_quoted>old</div>",
		    "new\n> old\n" },
		{ "Thunderbird", "<div class=moz-cite-prefix>ER:</div>"
		    "<blockquote type=cite cite='mid:1'>old</blockquote>new",
		    "> ER:\n\n> old\n\nnew\n" },
		{ "Proton", "<div>new</div><div class='protonmail_quote'>old</div>",
		    "new\n> old\n" },
		{ "Zimbra", "<div>new</div><div data-marker='__QUOTED_TEXT__'>old</div>",
		    "new\n> old\n" },
		{ "signature of Gmail", "<div>new</div><div class=gmail_signature>Bo</div>",
		    "new\n--\nBo\n" },
		{ "signature of Outlook, empty", "<div>new</div><div id=Signature></div>",
		    "new\n" },
		{ "signature of Thunderbird", "<div>new</div><div class=moz-signature>-- "
		    "<br>Bo</div>", "new\n--\nBo\n" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		char *got = html_to_text(a, tests[i].in, strlen(tests[i].in));
		size_t n = strlen(got);

		if (n > 0 && got[n - 1] != '\n') /* the last one may lack it */
			got = arena_printf(a, "%s\n", got);
		if (strcmp(got, tests[i].want) != 0)
			fail_msg("%s: got \"%s\", want \"%s\"", tests[i].name,
			    got, tests[i].want);
	}
	arena_free(&a);
}

static void
test_strip_L22(void **state)
{
	static const struct {
		const char *name, *in, *want;
	} tests[] = {
		{ "lines", "<div>a</div><div>b<br>c</div>", "a\nb\nc\n" },
		{ "entities", "&lt;x&gt; &#65;&#x42; &euro; &nosuch; AT&T",
		    "<x> AB € &nosuch; AT&T" },
		{ "not shown", "<style>s</style><!-- c -->a<script>j</script>b",
		    "ab" },
		{ "a style that never ends", "a<style>b", "ab" },
		{ "quote", "a<blockquote>b</blockquote>c", "a\n> b\nc" },
		{ "greater than in an attribute", "<a title=\"x>y\">a</a>", "a" },
		{ "less than", "1 < 2", "1 < 2" },
		{ "tag that never ends", "a<div", "a<div" },
		{ "list", "<ul><li>a<li>b</ul>", "- a\n- b\n" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		const char *got = htmlstrip(a, tests[i].in,
		    strlen(tests[i].in));

		if (strcmp(got, tests[i].want) != 0)
			fail_msg("%s: got \"%s\", want \"%s\"", tests[i].name,
			    got, tests[i].want);
	}
	arena_free(&a);
}

static void
test_charset_HT2(void **state)
{
	static const struct {
		const char *in, *want;
	} tests[] = {
		{ "<meta charset=\"iso-8859-2\">", "iso-8859-2" },
		{ "<META http-equiv=Content-Type content=\"text/html; "
		    "charset=Shift_JIS\">", "Shift_JIS" },
		{ "<p>charset=x</p>", "" },
		{ "", "" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		assert_string_equal(html_charset(a, tests[i].in,
		    strlen(tests[i].in)), tests[i].want);
	arena_free(&a);
}

static clock_t
time_of(struct arena *a, const char *again, size_t size)
{
	struct str b = { 0 };
	clock_t start;

	str_add(&b, "word ");
	while (b.len < size)
		str_add(&b, again);
	start = clock();
	assert_true(str_has_prefix(html_to_text(a, b.s, b.len), "word"));
	start = clock() - start;
	str_fini(&b);
	arena_reset(a);
	return start;
}

/* Too large or too deep for the parser: the text comes all the same, soon. */
static void
test_hostile_HTML_L22(void **state)
{
	static const char *const worst[] = { "<div>", "<p>x", "<a href=",
		"<a b='>", "<", "&#", "&", "<!--", "<style>", "</style",
		"<blockquote type=cite>", "<table><tr><td>" };
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(worst) / sizeof(worst[0]); i++)
		/* Squared time would be sixteen times as much. */
		if (time_of(a, worst[i], 1200000) > CLOCKS_PER_SEC +
		    10 * time_of(a, worst[i], 300000))
			fail_msg("\"%s\" takes too long", worst[i]);
	for (size_t i = 0; i < sizeof(worst) / sizeof(worst[0]); i++)
		if (time_of(a, worst[i], 60000) > 10 * CLOCKS_PER_SEC)
			fail_msg("\"%s\" takes too long", worst[i]);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_to_text_HT3_HT4),
		cmocka_unit_test(test_strip_L22),
		cmocka_unit_test(test_charset_HT2),
		cmocka_unit_test(test_hostile_HTML_L22),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
