/*
 * thread.h - which case a mail belongs to (PROTOCOL TH-8, M4).
 *
 * Pure: app gathers the signals that the mail carries, in the order of
 * TH-8, and says for each whether the sender belongs to that case.
 *
 *   keyed address > keyed Message-ID > known Message-ID > subject token
 *
 * A keyed signal (valid MAC) leads to its case whoever sends it; a known id
 * or a token leads there only for somebody who belongs; for anybody else
 * the mail is kept as unverified and shown to the owner, and nothing of the
 * case goes back.  Signals of the same strength that name different cases
 * go to a person; a weaker one that contradicts a stronger one is followed
 * by the stronger, and flagged.
 */
#ifndef CW_CORE_THREAD_H
#define CW_CORE_THREAD_H

#include "core/casefile.h"

enum signal_kind {
	SIGNAL_ADDRESS,   /* keyed reply address */
	SIGNAL_KEYED_ID,  /* keyed Message-ID in In-Reply-To or References */
	SIGNAL_KNOWN_ID,  /* a Message-ID that is on a case */
	SIGNAL_TOKEN,     /* [ER-000123] in the subject */
	SIGNAL_FORGED     /* looks keyed, the MAC is wrong: leads nowhere */
};

struct thread_signal {
	enum signal_kind kind;
	int64_t case_no;
	enum audience audience;  /* of the thread it names; for a token that of
	                            the sender on that case */
	int64_t out_id;          /* our mail it answers, 0 unknown */
	bool exists;             /* there is such a case */
	bool sender_belongs;     /* is a participant of that case */
};

enum thread_what {
	THREAD_NEW,        /* open a case */
	THREAD_CASE,       /* goes on case_no, in the thread of `audience` */
	THREAD_UNVERIFIED, /* kept, shown to the owner of case_no (0: the desk) */
};

struct thread_verdict {
	enum thread_what what;
	int64_t case_no;
	enum audience audience;
	int64_t out_id;
	bool is_keyed;     /* a valid MAC led here: commands may be obeyed */
	bool sender_belongs; /* else a stranger has the key: an event of its own */
	bool is_flagged;   /* a person should look: see why */
	const char *why;   /* in words, for explain and the notice */
};

void thread_match(const struct thread_signal *v, size_t n,
    bool token_is_ambiguous, struct arena *a, struct thread_verdict *out);

const char *signal_kind_name(enum signal_kind k);

#endif
