/* cli.c - what the commands share: arguments, errors, tables, JSON. */
#include "cli/cli.h"

#include "base/str.h"
#include "store/audit_store.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

int
cli_end(const struct cli *c, enum rc rc, const struct err *e)
{
	(void)c;
	if (rc == RC_OK)
		return EXIT_DONE;
	(void)fprintf(stderr, "caseward: %s\n",
	    e->text[0] != '\0' ? e->text : rc_name(rc));
	return rc == RC_RETRY || rc == RC_UNSURE ? EXIT_TEMPORARY :
	    EXIT_PERMANENT;
}

int
cli_usage(const struct cli *c, const char *fmt, ...)
{
	va_list ap;

	(void)fprintf(stderr, "caseward %s: ", c->command->name);
	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
	(void)fprintf(stderr, "\nusage: caseward %s %s\n", c->command->name,
	    c->command->args);
	return EXIT_USAGE;
}

static void
take_out(struct cli *c, int at, int n)
{
	c->argc -= n;
	memmove(c->argv + at, c->argv + at + n,
	    (size_t)(c->argc - at) * sizeof(*c->argv));
}

bool
cli_flag(struct cli *c, const char *name)
{
	for (int i = 0; i < c->argc && !str_eq(c->argv[i], "--"); i++)
		if (str_eq(c->argv[i], name)) {
			take_out(c, i, 1);
			return true;
		}
	return false;
}

const char *
cli_option(struct cli *c, const char *name)
{
	size_t len = strlen(name);
	const char *value;

	for (int i = 0; i < c->argc && !str_eq(c->argv[i], "--"); i++) {
		if (strncmp(c->argv[i], name, len) == 0 &&
		    c->argv[i][len] == '=') {
			value = c->argv[i] + len + 1;
			take_out(c, i, 1);
			return value;
		}
		if (str_eq(c->argv[i], name) && i + 1 < c->argc) {
			value = c->argv[i + 1];
			take_out(c, i, 2);
			return value;
		}
	}
	return NULL;
}

bool
cli_case_no(const char *s, int64_t *no)
{
	char digits[16] = "";

	s += *s == '[';
	if (str_has_caseprefix(s, "ER-"))
		s += 3;
	(void)snprintf(digits, sizeof(digits), "%.*s",
	    (int)strspn(s, "0123456789"), s);
	s += strlen(digits);
	s += *s == ']';
	return *s == '\0' && str_to_int(digits, 1, INT64_C(999999999), no);
}

enum rc
cli_who(struct cli *c, const struct person **out, struct err *e)
{
	*out = NULL;
	if (c->as == NULL)
		return RC_OK;
	*out = policy_person(&c->app.policy, c->as);
	if (*out == NULL)
		*out = policy_person_by_email(&c->app.policy, c->as);
	return *out != NULL ? RC_OK : err_set(e, RC_BAD,
	    "--as %s: nobody of that name; caseward people lists them", c->as);
}

void
cli_json(json_t *j)
{
	char *s = json_dumps(j, JSON_INDENT(2));

	if (s != NULL)
		(void)puts(s);
	free(s);
	json_decref(j);
}

json_t *
cli_json_time(struct cli *c, cw_time t)
{
	return t == 0 ? json_null() : json_string(time_format(c->a, t));
}

const char *
cli_time(struct cli *c, cw_time t)
{
	const struct calendar *cal = c->app.policy.calendar;
	struct civil civil;

	if (t == 0)
		return "-";
	(void)zone_civil(cal->zone, t, &civil, NULL);
	return arena_printf(c->a, "%s %02d:%02d",
	    calendar_format_day(c->a, cal, t), civil.hour, civil.minute);
}

/* ---- tables ------------------------------------------------------------ */

void
table_init(struct table *t, struct arena *a, const char *const *heads,
    size_t n)
{
	*t = (struct table){ .a = a, .heads = heads, .n_cols = n };
}

void
table_row(struct table *t, const char *const *cells)
{
	if (t->n_rows == t->cap) {
		size_t cap = t->cap == 0 ? 16 : 2 * t->cap;

		t->cells = arena_grow(t->a, t->cells, t->n_rows * t->n_cols,
		    cap * t->n_cols, sizeof(*t->cells));
		t->cap = cap;
	}
	for (size_t i = 0; i < t->n_cols; i++)
		t->cells[t->n_rows * t->n_cols + i] = cells[i];
	t->n_rows++;
}

/* Characters, not bytes. */
static size_t
width(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

static void
print_row(const char *const *cells, size_t n, const size_t *widths,
    size_t window)
{
	size_t used = 0;

	while (n > 1 && *cells[n - 1] == '\0') /* no blanks at the end */
		n--;
	for (size_t i = 0; i < n; i++) {
		size_t w = width(cells[i]);
		size_t room = window > used ? window - used : 0;
		size_t bytes = strlen(cells[i]);

		if (i == n - 1 && w > room && room > 1)
			bytes = utf8_cut(cells[i], bytes, room);
		(void)printf("%.*s%*s", (int)bytes, cells[i], i == n - 1 ? 0 :
		    (int)(widths[i] - w + 2), "");
		used += widths[i] + 2;
	}
	(void)putchar('\n');
}

void
table_print(const struct table *t)
{
	size_t *widths = arena_array(t->a, t->n_cols, sizeof(*widths));
	struct winsize ws;
	size_t window = 10000;

	if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 &&
	    ws.ws_col > 20)
		window = ws.ws_col;
	for (size_t i = 0; i < t->n_cols; i++)
		widths[i] = width(t->heads[i]);
	for (size_t i = 0; i < t->n_rows * t->n_cols; i++)
		if (width(t->cells[i]) > widths[i % t->n_cols])
			widths[i % t->n_cols] = width(t->cells[i]);
	if (*t->heads[0] != '\0')
		print_row(t->heads, t->n_cols, widths, window);
	for (size_t i = 0; i < t->n_rows; i++)
		print_row(t->cells + i * t->n_cols, t->n_cols, widths, window);
}

/* Without --now: the clock of the world, or where a manual one stands. */
enum rc
cli_set_now(struct cli *c, struct err *e)
{
	const char *now = c->now;
	char *stands;
	enum rc rc;

	if (now == NULL && c->app.manual_clock) {
		rc = meta_store_get(c->app.db, "clock", c->a, &stands, e);
		if (rc != RC_OK && rc != RC_NONE)
			return rc;
		now = rc == RC_OK ? stands : NULL;
	}
	return app_set_now(&c->app, now, e);
}
