/*
 * smtp_impl.h - what the files of the SMTP sink share.
 *
 * A lane is one transfer after the other: one mail to one recipient on one
 * easy handle; the multi handle keeps the connections.
 */
#ifndef CW_NET_SMTP_IMPL_H
#define CW_NET_SMTP_IMPL_H

#include "net/curlx.h"
#include "net/sink_impl.h"
#include "net/smtp_rules.h"

/* One transfer; `curl` and its settings are kept for the next mail. */
struct smtp_lane {
	CURL *curl;
	struct curl_slist *rcpt;
	const struct sink *sink; /* whose watcher is told */
	struct sink_mail *mail; /* NULL: free */
	size_t sent;     /* bytes that libcurl has taken */
	bool is_at_end;  /* libcurl was told that there are no more */
	enum smtp_stage stage;
	size_t heard;    /* bytes of replies */
	bool is_second;  /* try, after a connection that had died */
	unsigned n_waits; /* for a connection, as there were too many */
	unsigned token;  /* which one it logs in with */
	char last[256];  /* last line of the server */
	char detail[CURL_ERROR_SIZE];
};

struct smtp {
	CURLM *multi;
	struct smtp_lane *lanes;
	size_t n_lanes;
	int *sockets; /* that are open; -1: none */
	size_t n_sockets;
	char url[CURLX_URL_SIZE];
	bool is_proven; /* the server took or judged a mail */
	size_t n_allowed; /* lanes at once, as far as the server lets us */
	char *token;    /* OAuth2; NULL: none */
	unsigned n_token; /* counts them */
};

/* ---- smtp_lane.c: one transfer ----------------------------------------- */

void smtp_lane_init(struct smtp_lane *l, struct smtp *p,
    const struct sink *s);
/* Begin a mail; `second`: on a connection of its own. */
void smtp_lane_start(struct smtp *p, struct smtp_lane *l, struct sink_mail *m,
    bool second);
/* A kept connection that the server had closed meanwhile says nothing. */
bool smtp_lane_is_stale(const struct smtp_lane *l, CURLcode r, int code);
/* Put the words of a result into the mail: the server's, or libcurl's. */
void smtp_lane_say(const struct smtp_lane *l, CURLcode r, enum rc rc,
    int code);

/* libcurl says QUIT and waits for the answer, one connection after the
 * other, as long as after the dot.  We do not listen to it. */
void smtp_hang_up(const struct smtp *p);

/* ---- sink_smtp.c: many of them ----------------------------------------- */

/* The token for the next login; `refused`: the last one was. */
enum rc smtp_take_token(struct smtp *p, const struct sink *s, bool refused,
    struct err *e);
/* The server let us in. */
void smtp_accepted(struct smtp *p, const struct sink *s);

/* ---- smtp_try.c: only the login ---------------------------------------- */

enum rc smtp_try(struct sink *s, const char *from, struct err *e);

#endif
