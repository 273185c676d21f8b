/*
 * directory.h - the employees, as a CSV file tells them (G7), and who a mail
 * may be about.
 *
 * CSV by RFC 4180: quotes, doubled quotes, line breaks inside quotes, CRLF
 * or LF, a UTF-8 mark in front.  The first row names the columns, in any
 * order and case ("Employee ID" is employee_id).  A semicolon separates
 * where the first row has one and no comma.  A row that is wrong is reported
 * with its line and left out; the others are taken.
 */
#ifndef CW_CORE_DIRECTORY_H
#define CW_CORE_DIRECTORY_H

#include "core/policy.h"
#include "mail/msg.h"

#define DIRECTORY_MAX_FIELD 1000 /* bytes */
#define DIRECTORY_MAX_COLUMNS 64

enum employee_status { EMPLOYEE_ACTIVE, EMPLOYEE_LEFT };

struct employee {
	const char *employee_id, *name, *email; /* email: lower case or "" */
	const char *client, *client_id, *division, *region, *zone, *language;
	const char *manager; /* as written: an id, a name or an address */
	struct texts other_emails; /* lower case */
	enum employee_status status;
};

const char *employee_status_name(enum employee_status s); /* active left */

struct directory_result {
	size_t n_rows;    /* taken */
	size_t n_bad;     /* left out, each a problem (the first 200) */
	const char *note; /* "columns not used: badge, floor", or "" */
};

/*
 * Call `take` for each good row; what it points to lives till take returns.
 * take returns false to stop.  Memory grows with the number of rows only by
 * what must not stand twice (about 64 bytes a row).  RC_BAD: nothing behind
 * the problem can be read (no header, a needed column is missing, a quote
 * never ends); rows that are wrong leave it at RC_OK.  Who is not in a file
 * that had bad rows has not necessarily left.
 */
enum rc directory_each(const char *file, const char *text, size_t len,
    struct arena *a, bool (*take)(void *ctx, const struct employee *e),
    void *ctx, struct directory_result *res, struct problems *probs);

/* All good rows at once, in `a`. */
enum rc directory_parse(const char *file, const char *text, size_t len,
    struct arena *a, struct employee **v, struct directory_result *res,
    struct problems *probs);

#define DIRECTORY_MAX_HINTS 8

/* Whom a mail may be about; to be looked up in the order given. */
struct directory_hints {
	const char *ids[DIRECTORY_MAX_HINTS];   /* as written, upper case */
	size_t n_ids;
	const char *names[DIRECTORY_MAX_HINTS]; /* "Maria Lopez" */
	size_t n_names;
};

/*
 * Employee ids (setting directory.employee_id_pattern) in the subject, then
 * in the text; names from the sender's display name, "I am ...", "my name
 * is ..." and the signature, in several languages.  Hints only: a name is
 * used where exactly one employee has it.
 */
void directory_find_hints(const struct policy *p, const struct msg *m,
    struct arena *a, struct directory_hints *out);

#endif
