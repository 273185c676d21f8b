/*
 * reader_child.h - what the two sides of the reader's socket agree on.
 *
 * Both are the same binary, so numbers travel as they lie in memory.
 */
#ifndef CW_MAIL_READER_CHILD_H
#define CW_MAIL_READER_CHILD_H

#include <stddef.h>
#include <stdint.h>

enum reader_job { READER_BODY, READER_ATTACHMENT };

struct reader_request {
	uint32_t job;
	uint32_t index; /* READER_ATTACHMENT: which */
	uint64_t len;   /* of the mail that follows */
};

struct reader_response {
	uint32_t found; /* 0: no such attachment */
	uint32_t flags; /* READER_ENCRYPTED ... */
	uint64_t len;   /* of the payload that follows */
};

enum { READER_ENCRYPTED = 1, READER_SIGNED = 2, READER_TNEF = 4 };

/*
 * Payload of READER_BODY: seven texts (text, reply_text, report_type,
 * delivery_status, embedded_headers, calendar_method, problem), then for
 * each attachment filename, type, sha256 and size.  A text is a uint32_t
 * length and its bytes, a size a uint64_t; the number of attachments stands
 * in front as a uint32_t.  Payload of READER_ATTACHMENT: the bytes.
 */
#define READER_TEXTS 7
#define READER_MAX_ATTACHMENTS 1000
#define READER_MAX_PAYLOAD ((size_t)8 * 1024 * 1024)

/* Answer requests on `fd` until it is closed.  Does not return. */
void reader_child_main(int fd, unsigned limit_s) __attribute__((noreturn));

#endif
