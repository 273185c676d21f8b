/* triage.c - what a mail is about: rules from the settings, in order. */
#include "core/triage.h"

#include "base/str.h"
#include "mail/subject.h"

#include <string.h>

#define EXCERPT_MAX 40
#define MAX_HITS 64
#define MAX_ESCALATIONS 16

/* What the patterns look at, cut to size and into words once. */
struct view {
	struct re_words subject, body, from;
	struct arena *a;
	bool gave_up; /* a pattern hit its limit */
};

static void
cut(struct view *v, const char *s, size_t max, struct re_words *out)
{
	re_words_find(s, utf8_cut(s, strlen(s), max), v->a, out);
}

static void
view_init(struct view *v, const char *subject, const char *body,
    const struct addrs *from, struct arena *a)
{
	*v = (struct view){ .a = a };
	cut(v, subject, TRIAGE_MAX_SUBJECT, &v->subject);
	cut(v, body, TRIAGE_MAX_BODY, &v->body);
	cut(v, from->n > 0 ? from->v[0].email : "", TRIAGE_MAX_SUBJECT,
	    &v->from);
}

/* The words that matched, on one line. */
static const char *
excerpt(struct arena *a, const char *s, struct re_span at)
{
	size_t n = utf8_cut(s + at.start, at.end - at.start, EXCERPT_MAX);
	char *words = arena_memdup(a, s + at.start, n);

	for (char *p = words; *p != '\0'; p++)
		if ((unsigned char)*p < ' ')
			*p = ' ';
	return words;
}

/* Does the pattern match here?  *reason gains: body matches at "hostile". */
static bool
matches(struct view *v, const struct re *re, const char *where,
    const struct re_words *text, const char **reason)
{
	struct re_span at;
	enum rc rc = re_match_words(re, text, &at);

	if (rc == RC_OK)
		*reason = arena_printf(v->a, "%s%s%s matches at \"%s\"",
		    *reason, **reason == '\0' ? "" : ", ", where,
		    excerpt(v->a, text->s, at));
	v->gave_up = v->gave_up || rc == RC_BAD;
	return rc == RC_OK;
}

static bool
matches_any(struct view *v, const struct re *re, const char **reason)
{
	return matches(v, re, "subject", &v->subject, reason) ||
	    matches(v, re, "body", &v->body, reason);
}

/* The cheap questions first: sender, subject, then the text. */
static bool
holds(struct view *v, const struct rule *r, const char **reason)
{
	const char *ignored = "";

	*reason = "";
	v->gave_up = false;
	if (r->from != NULL &&
	    !matches(v, r->from, "sender", &v->from, reason))
		return false;
	if (r->subject != NULL &&
	    !matches(v, r->subject, "subject", &v->subject, reason))
		return false;
	if (r->words != NULL && !matches_any(v, r->words, reason))
		return false;
	if (r->any != NULL && !matches_any(v, r->any, reason))
		return false;
	if (r->body != NULL &&
	    !matches(v, r->body, "body", &v->body, reason))
		return false;
	return r->unless == NULL || !matches_any(v, r->unless, &ignored);
}

/* --- what the rules decide --- */

/* The fields that are set so far, and which rule set each. */
struct decision {
	struct triage *t;
	const char *category, *type, *department, *priority, *risk;
	struct triage_hit *hits;
	struct triage_escalation *escalations;
	struct str explain;
};

static void
escalate(struct decision *d, const struct rule *r, struct arena *a)
{
	struct triage *t = d->t;
	size_t i = 0;

	while (i < t->n_escalations && d->escalations[i].to != r->escalate_to)
		i++;
	if (i == MAX_ESCALATIONS)
		return;
	if (i == t->n_escalations) {
		t->n_escalations++;
		d->escalations[i].to = r->escalate_to;
		d->escalations[i].why = r->escalate_why;
	} else {
		d->escalations[i].why = arena_printf(a, "%s; %s",
		    d->escalations[i].why, r->escalate_why);
	}
	t->escalate_why = t->escalate_why[0] == '\0' ? r->escalate_why :
	    arena_printf(a, "%s; %s", t->escalate_why, r->escalate_why);
}

static void
apply_rule(struct decision *d, const struct rule *r, struct arena *a)
{
	struct triage *t = d->t;

	if (r->category != NULL && d->category == NULL) {
		t->category = r->category;
		d->category = r->name;
	}
	if (r->type != NULL && d->type == NULL) {
		t->type = r->type;
		d->type = r->name;
	}
	if (r->department != NULL && d->department == NULL) {
		t->department = r->department;
		d->department = r->name;
	}
	if (r->priority >= 0 && d->priority == NULL) {
		t->priority = (enum priority)r->priority;
		d->priority = r->name;
	}
	if (r->risk >= 0 && d->risk == NULL) {
		t->risk = (enum risk)r->risk;
		d->risk = r->name;
	}
	t->money = t->money || r->money;
	if (r->escalate_to != NULL)
		escalate(d, r, a);
}

/* What no rule has set: from the category, else from the desk (G3). */
static void
apply_defaults(struct decision *d, const struct policy *p)
{
	struct triage *t = d->t;

	if (d->category == NULL) {
		t->category = p->default_category;
		d->category = "default";
	}
	if (d->department == NULL) {
		t->department = t->category->department;
		d->department = "category";
	}
	if (t->department == NULL) {
		t->department = p->default_department;
		d->department = "default";
	}
	if (d->risk == NULL) {
		t->risk = t->category->risk;
		d->risk = "category";
	}
	if (d->priority == NULL)
		d->priority = "default";
	t->public_title = t->category->public_title;
	t->escalate_to = t->n_escalations > 0 ? d->escalations[0].to : NULL;
}

static void
explain(struct decision *d)
{
	const struct triage *t = d->t;

	str_printf(&d->explain, "category: %s (%s)\n", t->category->id,
	    d->category);
	if (t->type[0] != '\0')
		str_printf(&d->explain, "type: %s (%s)\n", t->type, d->type);
	str_printf(&d->explain, "department: %s (%s)\n", t->department->id,
	    d->department);
	str_printf(&d->explain, "priority: %s (%s)\n",
	    priority_name(t->priority), d->priority);
	str_printf(&d->explain, "risk: %s (%s)\n", risk_name(t->risk),
	    d->risk);
	for (size_t i = 0; i < t->n_escalations; i++)
		str_printf(&d->explain, "escalate to: %s (%s)\n",
		    t->escalations[i].to->id, t->escalations[i].why);
}

/* A short description: the subject without what mailers put in front, else
 * the first line that says something. */
static const char *
brief_of(const struct msg *m, struct arena *a)
{
	struct subject s;
	const char *text, *end, *token;
	struct str b = { 0 };

	subject_parse(m->subject, &s);
	text = s.base;
	if (m->token != NULL && (token = strstr(text, m->token)) != NULL) {
		str_addn(&b, text, (size_t)(token - text));
		str_add(&b, token + strlen(m->token));
		text = str_trim(a, str_text(&b), b.len);
		str_fini(&b);
	}
	if (str_is_empty(text)) {
		text = m->body.reply_text;
		text += strspn(text, " \t\r\n");
	}
	end = text + strcspn(text, "\r\n");
	return str_trim(a, text, utf8_cut(text, (size_t)(end - text),
	    TRIAGE_MAX_BRIEF));
}

void
triage_classify(const struct policy *p, const struct msg *m, struct arena *a,
    struct triage *out)
{
	struct decision d = { .t = out };
	struct view v;

	*out = (struct triage){ .type = "", .escalate_why = "" };
	out->hits = d.hits = arena_array(a, MAX_HITS, sizeof(*d.hits));
	out->escalations = d.escalations = arena_array(a, MAX_ESCALATIONS,
	    sizeof(*d.escalations));
	view_init(&v, m->subject, m->body.text, &m->from, a);
	for (size_t i = 0; i < p->n_rules; i++) {
		const struct rule *r = &p->rules[i];
		const char *reason;

		if (r->is_resolution)
			continue;
		if (!holds(&v, r, &reason)) {
			if (v.gave_up)
				str_printf(&d.explain, "rule %s: a pattern "
				    "gave up at its limit\n", r->name);
			continue;
		}
		str_printf(&d.explain, "rule %s: %s\n", r->name, reason);
		if (out->n_hits < MAX_HITS)
			d.hits[out->n_hits++] = (struct triage_hit){ r,
			    reason };
		apply_rule(&d, r, a);
	}
	apply_defaults(&d, p);
	out->brief = brief_of(m, a);
	explain(&d);
	out->explain = str_dup(&d.explain, a);
	str_fini(&d.explain);
}

bool
triage_reads_resolved(const struct policy *p, const struct msg *m,
    const struct rule **rule)
{
	struct arena *a = arena_new();
	const struct rule *found = NULL;
	const char *reason;
	struct view v;

	/* the subject is ours, or a reply to it: it says nothing new */
	view_init(&v, "", m->body.reply_text, &m->from, a);
	for (size_t i = 0; i < p->n_rules && found == NULL; i++)
		if (p->rules[i].is_resolution && holds(&v, &p->rules[i],
		    &reason))
			found = &p->rules[i];
	arena_free(&a);
	if (found != NULL && rule != NULL)
		*rule = found;
	return found != NULL;
}
