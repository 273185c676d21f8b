/*
 * reader_wire.h - what the two sides of the reader's socket agree on.
 *
 * The child says hello once, when its jail is closed; then each request
 * (head and mail) is answered (head and payload), in order.  Both sides are
 * the same binary, so numbers travel as they lie in memory.  The parent
 * trusts nothing of it: wire_get_body() checks every length and cleans every
 * text.
 */
#ifndef CW_MAIL_READER_WIRE_H
#define CW_MAIL_READER_WIRE_H

#include "base/arena.h"
#include "base/str.h"
#include "mail/msg.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WIRE_FD 3 /* the child's end, its only descriptor */
#define WIRE_HELLO 0x63775244u
#define WIRE_TEXTS 7
#define WIRE_MAX_ATTACHMENTS 1000
#define WIRE_MAX_PAYLOAD ((size_t)8 * 1024 * 1024)

struct wire_hello {
	uint32_t magic;
	uint32_t jail;  /* enum sandbox */
	uint32_t error; /* errno of what the kernel refused */
};

enum wire_job { WIRE_BODY, WIRE_ATTACHMENT };

struct wire_request {
	uint32_t job;
	uint32_t index; /* WIRE_ATTACHMENT: which */
	uint64_t len;   /* of the mail that follows */
};

struct wire_response {
	uint32_t found; /* 0: no such attachment */
	uint32_t flags; /* WIRE_ENCRYPTED ... */
	uint64_t len;   /* of the payload that follows */
};

enum { WIRE_ENCRYPTED = 1, WIRE_SIGNED = 2, WIRE_TNEF = 4 };

/*
 * Payload of WIRE_BODY: seven texts (text, reply_text, report_type,
 * delivery_status, embedded_headers, calendar_method, problem), then for
 * each attachment filename, type, sha256 and size.  A text is a uint32_t
 * length and its bytes, a size a uint64_t; the number of attachments stands
 * in front as a uint32_t.  Payload of WIRE_ATTACHMENT: the bytes.
 */

/* Adds the payload; returns the flags of the response. */
uint32_t wire_put_body(struct str *b, const struct body *body);

/* All of *b from the payload; false: it is not one. */
bool wire_get_body(const char *payload, size_t n, uint32_t flags,
    struct arena *a, struct body *b);

#endif
