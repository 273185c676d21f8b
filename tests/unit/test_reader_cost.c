/*
 * test_reader_cost.c - what a mail costs grows with its size, whatever its
 * shape (M7, L22): four times the size takes about four times the processor
 * time, and memory beyond the mail itself stays within what the jail gives.
 *
 * Processor time of a process of its own, the least of several runs: other
 * work on the machine does not count.  COST=1 in the environment prints it.
 */
#include "base/str.h"
#include "mail/header.h"
#include "mail/mime.h"
#include "mail/msg.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define KIB ((size_t)1024)
#define MIB (1024 * KIB)
#define RUNS 3
#define FACTOR 4 /* between the two sizes */
#define LINEAR 9.0 /* at most this much time for FACTOR times the size */
#define BEYOND_MS 4.0 /* what is faster than this is not told apart */
#define SPARE (96 * MIB) /* the jail gives 128 and twice the size */

#define PLAIN "Content-Type: text/plain; charset=utf-8\n\n"
#define HTML "Content-Type: text/html; charset=utf-8\n\n"
#define MIXED "Content-Type: multipart/mixed; boundary=b\n\n"

/* Head, then `piece` until the size is reached, then tail. */
struct shape {
	const char *name;
	const char *head, *piece, *tail;
	size_t n; /* the smaller size */
};

static const struct shape shapes[] = {
	{ "many header fields", "", "X-%zu: some words\n", "\nbody", 64 * KIB },
	{ "one huge header", "Subject: ", "word ", "\n\nbody", MIB },
	{ "a huge folded header", "Subject:", " word\n", "\nbody", MIB },
	{ "header of many encoded words", "Subject: ",
	    "=?utf-8?q?w=C3=B6rd?= ", "\n\nbody", 16 * KIB },
	{ "encoded words that never end", "Subject: ", "=?utf-8?q?", "\n\nbody",
	    16 * KIB },
	{ "many recipients", "To: ", "\"A, B\" <u%zu@x.example>,\n ",
	    "c@x.example\n\nbody", 16 * KIB },
	{ "recipients that nest", "To: ", "(<\"a", "\n\nbody", 16 * KIB },
	{ "long References", "References: ", "<id.%zu@mua.example>\n ",
	    "<a@b>\n\nbody", 16 * KIB },
	{ "a huge line", PLAIN, "word ", "", 512 * KIB },
	{ "short lines", PLAIN, "a\n", "", 256 * KIB },
	{ "quoted lines", PLAIN, "> > on %zu he wrote:\n", "", 256 * KIB },
	{ "signature lines", PLAIN, "-- \nAnn\n", "", 256 * KIB },
	{ "nested quotes", PLAIN, ">", "", 256 * KIB },
	{ "flowed quotes", "Content-Type: text/plain; format=flowed; delsp=yes"
	    "\n\n", ">> flowed \n> text \n", "", 256 * KIB },
	{ "pieces of a parameter", "Content-Type: application/x; ",
	    "name*%zu=\"piece\";\n ", "x=y\n\nbody", 12 * KIB },
	{ "parameters", "Content-Type: text/plain; ", "p%zu=\"piece\";\n ",
	    "x=y\n\nbody", 12 * KIB },
	{ "text of raw bytes", "Content-Type: text/plain\n\n", "\xfc\x80\xe4 ",
	    "", 256 * KIB },
	{ "charset with states", "Content-Type: text/plain;"
	    " charset=iso-2022-kr\n\n", "\033$)C\016!!\017a", "", 256 * KIB },
	{ "base64", "Content-Type: application/pdf\n"
	    "Content-Transfer-Encoding: base64\n\n",
	    "JVBERi0xLjQgbm90IHJlYWxseSBhIGZpbGUgYnV0IGxvbmc=\n", "",
	    2 * MIB },
	{ "base64 garbage", "Content-Type: application/pdf\n"
	    "Content-Transfer-Encoding: base64\n\n", "=A=$!Q-=\r=", "",
	    2 * MIB },
	{ "base64 in one line", "Content-Type: application/pdf\n"
	    "Content-Transfer-Encoding: base64\n\n", "JVBERi0x", "", 2 * MIB },
	{ "soft breaks", PLAIN "", "=\n", "", 256 * KIB },
	{ "quoted-printable file", "Content-Type: application/pdf\n"
	    "Content-Transfer-Encoding: quoted-printable\n\n", "=41=\n", "",
	    2 * MIB },
	{ "quoted-printable of blanks", "Content-Type: application/pdf\n"
	    "Content-Transfer-Encoding: quoted-printable\n\n=", "    ", "x",
	    2 * MIB },
	{ "uuencoded file", "Content-Type: application/pdf\n"
	    "Content-Transfer-Encoding: x-uuencode\n\nbegin 644 a.pdf\n",
	    "M)5!$1BTQ+C0@;F]T(')E86QL>2!A(&9I;&4@8G5T(&QO;F<@96YO=6=H\n",
	    "end\n", MIB },
	{ "uuencoded beginnings", PLAIN, "begin 644 a\n", "", 256 * KIB },
	{ "uuencoded files in the text", PLAIN, "begin 644 a\n!80\nend\n", "",
	    256 * KIB },
	{ "many parts", MIXED, "--b\nContent-Type: text/plain\n\nx\n", "--b--\n",
	    256 * KIB },
	{ "many empty parts", MIXED, "--b\n\n", "--b--\n", 128 * KIB },
	{ "many files", MIXED, "--b\nContent-Type: image/png;"
	    " name=\"a%zu.png\"\n\nx\n", "--b--\n", 256 * KIB },
	{ "many headers of a part", MIXED "--b\n", "X-%zu: a\n", "\nbody\n--b--",
	    256 * KIB },
	{ "a huge header of a part", MIXED "--b\nContent-Type: text/plain; n=",
	    "word ", "\n\nbody\n--b--", 512 * KIB },
	{ "lines that are nearly boundaries", MIXED "--b\n\n", "--bb\n-", "",
	    MIB },
	{ "boundaries that nest", MIXED, "--b\nContent-Type: multipart/mixed;"
	    " boundary=b%zu\n\n", "", 64 * KIB },
	{ "boundaries that nest and count", MIXED "--b\n", "Content-Type:"
	    " multipart/mixed; boundary=c%zu\n\n--c%zu\n", "", 64 * KIB },
	{ "mails within mails", "", "Content-Type: message/rfc822\n\n", "",
	    64 * KIB },
	{ "many mails within the mail", MIXED, "--b\n"
	    "Content-Type: message/rfc822\n\nSubject: %zu\n\nbody\n", "--b--\n",
	    256 * KIB },
	{ "mails of headers alone", MIXED, "--b\n"
	    "Content-Type: message/rfc822\n\nSubject: %zu\n", "--b--\n",
	    256 * KIB },
	{ "alternatives", "Content-Type: multipart/alternative; boundary=b\n\n",
	    "--b\nContent-Type: text/html\n\n<p>a %zu\n", "--b--\n",
	    256 * KIB },
	{ "HTML tags", HTML, "<p>word<b>word</b>", "", 60 * KIB },
	{ "HTML that nests", HTML, "<div>", "", 60 * KIB },
	{ "HTML that nests inline", HTML, "<b><i>", "", 60 * KIB },
	{ "HTML tables that nest", HTML, "<table><tr><td>", "", 60 * KIB },
	{ "HTML end tags alone", HTML "<div><div><div>", "</p></b></i>", "",
	    60 * KIB },
	{ "HTML that nests and ends wrongly", HTML, "<div><p><a></i>", "",
	    60 * KIB },
	{ "HTML attributes", HTML "<p ", "a%zu=b ", ">text", 60 * KIB },
	{ "the same HTML attribute", HTML "<p ", "a=b ", ">text", 60 * KIB },
	{ "HTML attributes of many tags", HTML, "<p class=a style=b id=c>w",
	    "", 60 * KIB },
	{ "HTML attributes without blanks", HTML "<p ", "a%zu=\"b\"", ">text",
	    60 * KIB },
	{ "HTML attributes behind an end", HTML "<p a=\">\" ", "a%zu ",
	    ">text", 60 * KIB },
	{ "HTML attributes behind a quote", HTML "<p =\" ", "a%zu ", ">text",
	    60 * KIB },
	{ "HTML attributes with tags in them", HTML "<p ", "a%zu=\"<\" ",
	    ">text", 60 * KIB },
	{ "HTML comments", HTML, "<!-- a --><!-", "", 60 * KIB },
	{ "an HTML comment without end", HTML, "<!-- a ", "", 60 * KIB },
	{ "HTML entities", HTML, "&amp;&nbsp;&#252;&x", "", 60 * KIB },
	{ "HTML less-than signs", HTML, "<<", "", 60 * KIB },
	{ "HTML quotes without end", HTML, "<a href=\"", "", 60 * KIB },
	{ "HTML scripts", HTML, "<script>", "", 60 * KIB },
	{ "HTML links", HTML, "<a href=http://x.example/%zu>l</a>", "",
	    60 * KIB },
	{ "HTML options", HTML, "<select><option>", "", 60 * KIB },
	{ "large HTML tags", HTML, "<p>word<b>word</b>", "", MIB },
	{ "large HTML that nests", HTML, "<blockquote>a", "", MIB },
	{ "large HTML attributes", HTML "<p ", "a%zu=\"b\" ", ">text", MIB },
	{ "large HTML entities", HTML, "&amp;&nbsp;&#252;&x", "", MIB },
	{ "large HTML quotes without end", HTML, "<a href=\"", "", MIB },
	{ "large HTML scripts", HTML, "<script>", "", MIB },
};

#if defined(__SANITIZE_ADDRESS__)
#define IS_INSTRUMENTED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IS_INSTRUMENTED true
#endif
#endif
#ifndef IS_INSTRUMENTED
#define IS_INSTRUMENTED false
#endif

#define N_SHAPES (sizeof(shapes) / sizeof(shapes[0]))

/* A piece may count: %zu, once or twice. */
static void
add_piece(struct str *b, const char *piece, size_t i)
{
	const char *p;

	for (; (p = strstr(piece, "%zu")) != NULL; piece = p + 3) {
		str_addn(b, piece, (size_t)(p - piece));
		str_printf(b, "%zu", i);
	}
	str_add(b, piece);
}

static void
build(struct str *b, const struct shape *s, size_t size)
{
	str_add(b, s->head);
	for (size_t i = 0; b->len < size; i++)
		add_piece(b, s->piece, i);
	str_add(b, s->tail);
}

struct cost {
	double ms;
	size_t memory; /* beyond the mail's own bytes */
};

static size_t
peak(void)
{
	struct rusage u;

	(void)getrusage(RUSAGE_SELF, &u);
	return (size_t)u.ru_maxrss * KIB;
}

static double
cpu_ms(void)
{
	struct rusage u;

	(void)getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e3 +
	    (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e3;
}

/* In a process of its own: what its header and its body cost. */
static void
measure(const struct shape *s, size_t size, struct cost *c)
{
	struct str mail = { 0 };
	size_t before;

	build(&mail, s, size);
	before = peak();
	c->ms = 1e9;
	for (int i = 0; i < RUNS; i++) {
		struct arena *a = arena_new();
		double start = cpu_ms(), took;
		struct msg m = { 0 };

		msg_scan(mail.s, mail.len, a, &m);
		mime_read(mail.s, mail.len, a, &m.body);
		took = cpu_ms() - start;
		c->ms = took < c->ms ? took : c->ms;
		if (i == 0)
			c->memory = peak() - before;
		arena_free(&a);
	}
	str_fini(&mail);
}

static struct cost
cost_of(const struct shape *s, size_t size)
{
	struct cost c = { 0 };
	int fds[2], status;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	if ((pid = fork()) == 0) {
		(void)alarm(60);
		measure(s, size, &c);
		_exit(write(fds[1], &c, sizeof(c)) == sizeof(c) ? 0 : 1);
	}
	(void)close(fds[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (status != 0 || read(fds[0], &c, sizeof(c)) != sizeof(c))
		fail_msg("%s, %zu bytes: ended with %d", s->name, size, status);
	(void)close(fds[0]);
	return c;
}

/* A loaded machine may spoil one look, not three. */
static bool
is_linear(const struct shape *s, struct cost *small, struct cost *large)
{
	for (int i = 0; i < 3; i++) {
		*small = cost_of(s, s->n);
		*large = cost_of(s, FACTOR * s->n);
		if (large->ms < BEYOND_MS || large->ms < LINEAR * small->ms)
			return true;
	}
	return false;
}

static void
test_time_and_memory_are_linear_M7_L22(void **state)
{
	bool print = getenv("COST") != NULL;
	size_t bad = 0;

	(void)state;
	if (IS_INSTRUMENTED) /* it would be the cost of the sanitizer */
		skip();
	for (size_t i = 0; i < N_SHAPES; i++) {
		const struct shape *s = &shapes[i];
		struct cost small, large;
		bool is_good = is_linear(s, &small, &large) &&
		    large.memory < SPARE;

		if (print || !is_good)
			print_message("%-34s %6zu KiB %7.1f ms %6.1f MiB,"
			    " x%d: %7.1f ms %6.1f MiB%s\n", s->name,
			    s->n / KIB, small.ms,
			    (double)small.memory / (double)MIB, FACTOR,
			    large.ms, (double)large.memory / (double)MIB,
			    is_good ? "" : "  TOO MUCH");
		bad += !is_good;
	}
	assert_int_equal(bad, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_time_and_memory_are_linear_M7_L22),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
