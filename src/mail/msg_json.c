/* msg_json.c - a mail as one JSON object. */
#include "mail/msg_json.h"

#include "base/clock.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* Jansson refuses text that is not UTF-8; ours is, but never lose a key. */
static json_t *
text(const char *s)
{
	json_t *j = json_string(s);

	return j != NULL ? j : json_string("");
}

static void
set(json_t *o, const char *key, json_t *value)
{
	if (json_object_set_new(o, key, value) != 0)
		die("out of memory");
}

static json_t *
addr(const struct addr *v)
{
	json_t *o = json_object();

	set(o, "name", text(v->name));
	set(o, "address", text(v->email));
	return o;
}

static json_t *
addrs(const struct addrs *list)
{
	json_t *j = json_array();

	for (size_t i = 0; i < list->n; i++)
		(void)json_array_append_new(j, addr(&list->v[i]));
	return j;
}

static json_t *
texts(const struct texts *list)
{
	json_t *j = json_array();

	for (size_t i = 0; i < list->n; i++)
		(void)json_array_append_new(j, text(list->v[i]));
	return j;
}

static json_t *
attachments(const struct body *b)
{
	json_t *j = json_array();

	for (size_t i = 0; i < b->n_attachments; i++) {
		const struct attachment *at = &b->attachments[i];
		json_t *o = json_object();

		set(o, "filename", text(at->filename));
		set(o, "type", text(at->type));
		set(o, "size", json_integer((json_int_t)at->size));
		set(o, "sha256", text(at->sha256));
		(void)json_array_append_new(j, o);
	}
	return j;
}

static json_t *
bounce(const struct bounce *b)
{
	json_t *j = json_array();

	for (size_t i = 0; i < b->n; i++) {
		json_t *o = json_object();

		set(o, "recipient", text(b->rcpts[i].recipient));
		set(o, "status", text(b->rcpts[i].status));
		set(o, "action", text(b->rcpts[i].action));
		(void)json_array_append_new(j, o);
	}
	return j;
}

static json_t *
auth(const struct auth *v)
{
	static const char *const verdicts[] = {
		[AUTH_NONE] = "none",
		[AUTH_FAIL] = "fail",
		[AUTH_PASS] = "pass",
	};
	json_t *o = json_object();

	set(o, "verdict", text(verdicts[v->dmarc]));
	set(o, "authserv_id", text(v->authserv_id));
	set(o, "spf", text(v->spf));
	set(o, "dkim", text(v->dkim));
	set(o, "dmarc", text(v->dmarc_text));
	set(o, "why", text(v->why));
	return o;
}

static json_t *
whole(const struct msg *m, struct arena *a)
{
	json_t *o = json_object();

	set(o, "from", addr(m->from.n > 0 ? &m->from.v[0] :
	    &(struct addr){ .name = "", .email = "" }));
	set(o, "to", addrs(&m->to));
	set(o, "cc", addrs(&m->cc));
	set(o, "subject", text(m->subject));
	set(o, "date", m->date == 0 ? json_null() :
	    text(time_format(a, m->date)));
	set(o, "message_id", text(m->message_id));
	set(o, "in_reply_to", texts(&m->in_reply_to));
	set(o, "references", texts(&m->references));
	set(o, "text", text(m->body.text));
	set(o, "reply_text", text(m->body.reply_text));
	set(o, "attachments", attachments(&m->body));
	set(o, "class", text(msg_class_name(m->class)));
	set(o, "bounce", bounce(&m->bounce));
	set(o, "token", m->token == NULL ? json_null() : text(m->token));
	set(o, "auth", auth(&m->auth));
	set(o, "commands", texts(&m->commands));
	return o;
}

char *
msg_to_json(const struct msg *m, struct arena *a)
{
	json_t *o = whole(m, a);
	char *s = json_dumps(o, JSON_INDENT(2)), *out;

	if (s == NULL)
		die("out of memory");
	out = arena_strdup(a, s);
	free(s);
	json_decref(o);
	return out;
}
