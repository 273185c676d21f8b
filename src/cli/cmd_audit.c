/* cmd_audit.c - audit, audit verify. */
#include "cli/cli.h"

#include "base/str.h"
#include "mail/token.h"
#include "store/audit_store.h"
#include "store/history_store.h"

#include <stdio.h>

static int
verify(struct cli *c)
{
	int64_t cases = 0, events = 0;
	struct err e = { "" };
	enum rc rc = history_store_verify(c->app.db, &cases, &events, &e);

	if (rc != RC_OK && rc != RC_BAD)
		return cli_end(c, rc, &e);
	if (c->json)
		cli_json(json_pack("{s:b,s:I,s:I,s:s}", "sound", rc == RC_OK,
		    "cases", (json_int_t)cases, "events", (json_int_t)events,
		    "finding", e.text));
	else if (rc == RC_OK)
		(void)printf("%lld events of %lld cases: every chain is"
		    " sound.\n", (long long)events, (long long)cases);
	else
		(void)printf("The record was changed: %s\n", e.text);
	return rc == RC_OK ? EXIT_DONE : EXIT_FOUND;
}

int
cmd_audit(struct cli *c)
{
	json_t *all = json_array();
	struct audit_finding *v;
	struct err e = { "" };
	size_t n = 0;
	enum rc rc;

	if (c->argc == 1 && str_eq(c->argv[0], "verify")) {
		json_decref(all);
		return verify(c);
	}
	rc = audit_store_check(c->app.db, c->app.now, 1000, c->a, &v, &n, &e);
	for (size_t i = 0; i < n; i++) {
		if (!c->json)
			(void)printf("%s  %s: %s\n", v[i].case_no == 0 ? "-" :
			    token_number(c->a, v[i].case_no), v[i].rule,
			    v[i].text);
		(void)json_array_append_new(all, json_pack("{s:I,s:s,s:s}",
		    "case", (json_int_t)v[i].case_no, "rule", v[i].rule,
		    "text", v[i].text));
	}
	if (c->json)
		cli_json(json_incref(all));
	else if (n == 0 && !c->quiet)
		(void)puts("Every open case has its dates and alarms ahead.");
	json_decref(all);
	if (rc != RC_OK && rc != RC_NONE)
		return cli_end(c, rc, &e);
	return n == 0 ? EXIT_DONE : EXIT_FOUND;
}
