/* cmd_clock.c - clock: is it to be trusted, and a person's word that it is. */
#include "cli/cli.h"

#include "app/passmark.h"
#include "base/str.h"

#include <stdio.h>

static int
show(struct cli *c)
{
	static const char *const words[] = {
		[CLOCK_PLAUSIBLE] = "plausible", [CLOCK_AHEAD] = "ahead",
		[CLOCK_BEHIND] = "behind",
	};
	enum clock_verdict v = CLOCK_PLAUSIBLE;
	struct passmark last;
	struct err e = { "" };
	enum rc rc = passmark_look(&c->app, &last, &v, &e);

	if (rc != RC_OK)
		return cli_end(c, rc, &e);
	if (c->app.manual_clock)
		v = CLOCK_PLAUSIBLE;
	if (c->json)
		cli_json(json_pack("{s:o,s:o,s:s}", "now", cli_json_time(c,
		    c->app.now), "last_pass", cli_json_time(c, last.at),
		    "verdict", words[v]));
	else
		(void)printf("now        %s\nlast pass  %s\n%s\n",
		    time_format(c->a, c->app.now), last.at == 0 ? "-" :
		    time_format(c->a, last.at), v == CLOCK_PLAUSIBLE ?
		    "The clock is plausible." : "Nothing is taken in or sent"
		    " until the clock is mended.  If it is right now, say"
		    " caseward clock accept");
	return v == CLOCK_PLAUSIBLE ? EXIT_DONE : EXIT_FOUND;
}

int
cmd_clock(struct cli *c)
{
	struct err e = { "" };
	enum rc rc;

	if (c->argc == 0)
		return show(c);
	if (c->argc != 1 || !str_eq(c->argv[0], "accept"))
		return cli_usage(c, "accept, or nothing");
	rc = passmark_accept(&c->app, &e);
	if (rc == RC_OK && !c->quiet)
		(void)printf("%s is taken for right; the next pass goes on"
		    " from here.\n", time_format(c->a, c->app.now));
	return cli_end(c, rc, &e);
}
