/*
 * letters.c - every template with the sample's facts, as files to look at.
 *
 *	letters DIR     writes DIR/NAME.html, DIR/NAME.txt, DIR/index.html
 */
#include "../unit/fixture_letter.h"

#include <string.h>

static void
write_file(const char *dir, const char *name, const char *suffix,
    const char *text)
{
	struct arena *a = arena_new();
	struct err e;

	if (fsx_write_atomic(arena_printf(a, "%s/%s%s", dir, name, suffix),
	    text, strlen(text), 0644, &e) != RC_OK)
		die("%s", e.text);
	arena_free(&a);
}

static void
render(const struct templates *t, const struct policy *p, const char *name,
    const char *file, const struct case_facts *f, const struct digest *d,
    const char *dir, struct arena *a)
{
	struct letter_more more = { .digest = d };
	struct letter_to to;
	struct letter l;
	struct err e;

	letter_sample_words(name, &more);
	letter_sample_to(name, p, f, &to);
	if (letter_render(t, name, p, f, &to, &more, LETTER_SAMPLE_NOW, a, &l,
	    &e) != RC_OK)
		die("%s: %s", name, e.text);
	write_file(dir, file, ".html", l.html);
	write_file(dir, file, ".txt", arena_printf(a, "Subject: %s\n\n%s",
	    l.subject, l.text));
}

int
main(int argc, char **argv)
{
	struct arena *a = arena_new();
	const struct templates *t = fixture_templates(a);
	const struct policy *p = fixture_policy(a);
	struct case_facts f, secret;
	struct digest d, nothing = { .for_name = "Dana Ruiz", .open = 12 };
	const char *name;

	if (argc != 2 || t == NULL)
		return 2;
	letter_sample(p, a, &f, &d);
	for (size_t i = 0; (name = templates_name(i)) != NULL; i++)
		render(t, p, name, name, &f, &d, argv[1], a);
	/* the same, when there is something to hide or nothing to say */
	secret = f;
	secret.c.risk = RISK_CONFIDENTIAL;
	secret.n_history = 0;
	render(t, p, "ack", "ack-confidential", &secret, &d, argv[1], a);
	render(t, p, "notice", "notice-confidential", &secret, &d, argv[1], a);
	render(t, p, "weekly-update", "weekly-update-no-news", &secret, &d,
	    argv[1], a);
	render(t, p, "work-list", "work-list-empty", &f, &nothing, argv[1], a);
	render(t, p, "lead-digest", "lead-digest-empty", &f, &nothing, argv[1],
	    a);
	arena_free(&a);
	return 0;
}
