/* bounce_text.c - bounces in plain words. */
#include "mail/bounce_text.h"

#include "base/str.h"
#include "mail/fold.h"
#include "mail/scan.h"
#include "mail/subject.h"

#include <string.h>

#define MAX_TEXT (16 * 1024)

/* Where the returned mail begins. */
static const char *const original_marks[] = {
	"--- Below this line is a copy of the message",
	"------ This is a copy of",
	"----- Original message -----",
	"-----Original Message-----",
	"Original message headers:",
	"\nMessage-ID:",
	"\nReceived:",
	"\nReturn-Path:",
};

static size_t
report_length(const char *text)
{
	size_t n = strnlen(text, MAX_TEXT);

	for (size_t i = 0; i < sizeof(original_marks) /
	     sizeof(original_marks[0]); i++) {
		const char *p = memmem(text, n, original_marks[i],
		    strlen(original_marks[i]));

		if (p != NULL)
			n = (size_t)(p - text);
	}
	return n;
}

bool
bounce_text_is_qmail(const char *text)
{
	text += strspn(text, " \t\r\n");
	return str_has_prefix(text, "Hi. This is the qmail-send program at ");
}

/* How subjects of bounces begin, folded. */
static const char *const error_subjects[] = {
	"undeliverable", "undelivered", "delivery status notification",
	"delivery failure", "delivery has failed", "delivery delayed",
	"mail delivery fail", "mail delivery system", "returned mail",
	"failure notice", "message delivery", "mail system error",
	"warning: could not send", "warning: message",
	"unzustellbar", "nicht zustellbar", "nachricht nicht zugestellt",
	"non remis", "echec de la remise", "notification d'etat de remise",
	"non recapitabile", "mancato recapito", "no se puede entregar",
	"no entregado", "nao entregue", "nao e possivel entregar",
	"onbestelbaar", "niet-bestelbaar", "kan inte levereras",
	"ej levererat", "ikke leveret", "kan ikke leveres", "toimittamaton",
	"konnte nicht zugestellt werden", "zustellung fehlgeschlagen",
	"mail konnte nicht", "fehler bei der zustellung",
	"remise impossible", "message non distribue", "non distribuable",
	"impossible de remettre", "echec de la distribution",
	"impossibile recapitare", "mancata consegna", "non consegnato",
	"no se pudo entregar", "mensaje no entregado", "error de entrega",
	"notificacion del estado de la entrega", "entrega fallida",
	"nao foi possivel entregar", "falha na entrega",
	"notificacao de status de entrega", "kan niet worden bezorgd",
	"niet bezorgd", "bezorging mislukt", "levereringsfel",
	"gick inte att leverera", "leveringsfejl", "kunne ikke leveres",
	"uleverbar", "kan inte leverer", "viestia ei voi",
	"ei voitu toimittaa", "nie mozna dostarczyc", "niedostarczon",
	"zwrot:", "nelze dorucit", "nedoruceno", "teslim edilemedi",
	"iletilemedi", "kezbesithetetlen", "nem kezbesitheto",
	"imposibil de livrat", "не доставлено", "сообщение не доставлено",
	"не удалось доставить", "недоставленное сообщение",
	"αδυναμια παραδοσης", "未配信", "配信できません", "配信エラー",
	"无法投递", "无法送达", "退信", "傳遞失敗", "전송 실패", "반송",
	"niedostarczalne", "nedorucitelne", "не удается доставить",
	"недоставленное", "配信不能", "未送达", "未傳遞", "배달되지 않음",
};

bool
bounce_text_is_error(const struct msg *m)
{
	struct scan_span at;
	struct arena *a;
	struct subject s;
	const char *subject;
	bool hit = false;

	if (*m->body.embedded_headers != '\0' ||
	    scan_status(m->body.text, report_length(m->body.text), 0, &at))
		return true;
	a = arena_new();
	subject_parse(m->subject, &s);
	subject = fold_text(a, s.base, strnlen(s.base, 200));
	for (size_t i = 0; i < sizeof(error_subjects) /
	     sizeof(error_subjects[0]) && !hit; i++)
		hit = str_has_prefix(subject, error_subjects[i]);
	arena_free(&a);
	return hit;
}

/* Words for servers that give no enhanced code, folded. */
static const struct {
	const char *words, *status;
} phrases[] = {
	{ "user unknown", "5.1.1" },
	{ "unknown user", "5.1.1" },
	{ "no such user", "5.1.1" },
	{ "no mailbox here by that name", "5.1.1" },
	{ "address couldn't be found", "5.1.1" },
	{ "mailbox not found", "5.1.1" },
	{ "mailbox unavailable", "5.1.1" },
	{ "does not exist", "5.1.1" },
	{ "host not found", "5.1.2" },
	{ "domain not found", "5.1.2" },
	{ "couldn't find any host", "5.1.2" },
	{ "account is disabled", "5.2.1" },
	{ "mailbox is full", "5.2.2" },
	{ "mailbox full", "5.2.2" },
	{ "quota exceeded", "5.2.2" },
	{ "over quota", "5.2.2" },
	{ "message size exceeds", "5.3.4" },
	{ "message is too large", "5.3.4" },
	{ "recipient address rejected", "5.1.1" },
	{ "recipient not found", "5.1.1" },
	{ "invalid recipient", "5.1.1" },
	{ "no such recipient", "5.1.1" },
	{ "not listed in domino directory", "5.1.1" },
	{ "not listed in public name", "5.1.1" },
	{ "this user doesn't have", "5.1.1" },
	{ "account has been disabled or discontinued", "5.2.1" },
	{ "mailbox is disabled", "5.2.1" },
	{ "address not found", "5.1.1" },
	{ "e-mail account does not exist", "5.1.1" },
	{ "unrouteable address", "5.1.2" },
	{ "all relevant mx records point to non-existent", "5.1.2" },
	{ "no mx", "5.1.2" },
	{ "mailbox size limit exceeded", "5.2.2" },
	{ "storage quota", "5.2.2" },
	{ "exceeded storage allocation", "5.2.2" },
	{ "quota has been exceeded", "5.2.2" },
	{ "mailbox quota", "5.2.2" },
	{ "insufficient storage", "5.2.2" },
	{ "inbox is full", "5.2.2" },
	{ "postfach ist voll", "5.2.2" },
	{ "boite aux lettres est pleine", "5.2.2" },
	{ "buzon lleno", "5.2.2" },
	{ "buzon del destinatario esta lleno", "5.2.2" },
	{ "casella piena", "5.2.2" },
	{ "exceeds the maximum message size", "5.3.4" },
	{ "message too large", "5.3.4" },
	{ "message too big", "5.3.4" },
	{ "exceeds size limit", "5.3.4" },
	{ "unbekannter empfanger", "5.1.1" },
	{ "empfanger unbekannt", "5.1.1" },
	{ "empfanger nicht gefunden", "5.1.1" },
	{ "destinataire inconnu", "5.1.1" },
	{ "utilisateur inconnu", "5.1.1" },
	{ "usuario desconocido", "5.1.1" },
	{ "destinatario desconocido", "5.1.1" },
	{ "destinatario sconosciuto", "5.1.1" },
	{ "blocked using", "5.7.1" },
	{ "message rejected due to", "5.7.1" },
	{ "access denied", "5.7.1" },
	{ "dmarc policy", "5.7.1" },
	{ "spf check failed", "5.7.1" },
	{ "content rejected", "5.7.1" },
	{ "connection timed out", "4.4.1" },
	{ "relay access denied", "5.7.1" },
	{ "rejected as spam", "5.7.1" },
};

static const char *
status_in(const char *s, size_t n, struct arena *a)
{
	struct scan_span at;
	const char *folded;

	if (scan_status(s, n, 0, &at))
		return arena_strndup(a, s + at.start, at.end - at.start);
	folded = fold_text(a, s, n);
	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++)
		if (strstr(folded, phrases[i].words) != NULL)
			return phrases[i].status;
	return "";
}

const char *
bounce_text_status(const char *text, struct arena *a)
{
	return status_in(text, report_length(text), a);
}

/* Mails that are only a warning say so. */
static const char *const delay_words[] = {
	"warning message only", "will be retried", "will keep trying",
	"will continue to try", "has been delayed", "delivery delayed",
	"delivery is delayed", "not yet been delivered", "(delay)",
	"do not need to resend", "delivery incomplete",
	"temporary problem delivering", "verzogert", "zustellung verzogert",
	"a ete retarde", "retard de remise", "se ha retrasado",
	"entrega retrasada", "consegna ritardata", "entrega atrasada",
	"vertraagd", "forsenad", "forsinket", "opozniono",
};

const char *
bounce_text_action(const struct msg *m)
{
	struct arena *a = arena_new();
	const char *text = fold_text(a, m->body.text,
	    report_length(m->body.text));
	const char *subject = fold_text(a, m->subject,
	    strnlen(m->subject, 200));
	const char *action = "failed";

	for (size_t i = 0; i < sizeof(delay_words) / sizeof(delay_words[0]); i++)
		if (strstr(text, delay_words[i]) != NULL ||
		    strstr(subject, delay_words[i]) != NULL)
			action = "delayed";
	arena_free(&a);
	return action;
}

static bool
is_among(const struct addrs *v, const char *email)
{
	for (size_t i = 0; i < v->n; i++)
		if (str_caseeq(v->v[i].email, email))
			return true;
	return false;
}

/* The reporting server and we ourselves are not who failed. */
static bool
is_candidate(const struct msg *m, const char *email)
{
	return !is_among(&m->from, email) && !is_among(&m->to, email) &&
	    !str_has_caseprefix(email, "postmaster@") &&
	    !str_has_caseprefix(email, "mailer-daemon@");
}

struct found {
	const char *email;
	size_t end; /* where its explanation begins */
};

/* Addresses that lines begin with: "<bob@x>:", "  bob@x", "'bob@x' on". */
static size_t
leading_addresses(const struct msg *m, size_t n, struct arena *a,
    struct found out[BOUNCE_TEXT_MAX])
{
	const char *text = m->body.text;
	size_t at = 0, found = 0;
	struct scan_span line, hit;

	while (found < BOUNCE_TEXT_MAX && scan_line(text, n, &at, &line)) {
		size_t i = line.start;
		const char *email;

		while (i < line.end && strchr(" \t<'\"*-", text[i]) != NULL)
			i++;
		if (!scan_address(text, line.end, i, &hit) ||
		    hit.start != i)
			continue;
		email = arena_strndup(a, text + i, hit.end - i);
		if (is_candidate(m, email))
			out[found++] = (struct found){ email, hit.end };
	}
	return found;
}

/* The first address anywhere: "Your message to bob@x was not delivered". */
static size_t
first_address(const struct msg *m, size_t n, struct arena *a,
    struct found out[BOUNCE_TEXT_MAX])
{
	const char *text = m->body.text, *email;
	struct scan_span hit;

	for (size_t from = 0; scan_address(text, n, from, &hit);
	     from = hit.end) {
		email = arena_strndup(a, text + hit.start,
		    hit.end - hit.start);
		if (is_candidate(m, email)) {
			out[0] = (struct found){ email, hit.end };
			return 1;
		}
	}
	return 0;
}

size_t
bounce_text_rcpts(const struct msg *m, struct arena *a,
    struct bounce_rcpt out[BOUNCE_TEXT_MAX])
{
	struct found v[BOUNCE_TEXT_MAX];
	const char *text = m->body.text, *action = bounce_text_action(m);
	const char *overall = bounce_text_status(text, a);
	size_t n = report_length(text), found;

	if ((found = leading_addresses(m, n, a, v)) == 0)
		found = first_address(m, n, a, v);
	for (size_t i = 0; i < found; i++) {
		size_t end = i + 1 < found ? v[i + 1].end : n;
		const char *status = status_in(text + v[i].end,
		    end - v[i].end, a);

		out[i] = (struct bounce_rcpt){ v[i].email,
			*status != '\0' ? status : overall, action };
	}
	if (found > 0 || *overall == '\0')
		return found;
	out[0] = (struct bounce_rcpt){ "", overall, action };
	return 1;
}
