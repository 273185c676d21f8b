/*
 * policy_table.h - the settings as rows of a table, and how a row is read.
 *
 * Internal to core/policy_*.c.  A setting is one row: section, key, type,
 * where the value goes, default, help.  A type is one row too: the function
 * that turns the text into a value (policy_value.c).  Unknown keys, missing
 * keys, wrong types and names of things that do not exist are found from the
 * rows alone; what rows cannot say stands in policy_check.c.
 *
 * Lists of things (people, teams, ...) are counted and their ids known
 * before any value is read, so that a name becomes a pointer at once.
 */
#ifndef CW_CORE_POLICY_TABLE_H
#define CW_CORE_POLICY_TABLE_H

#include "core/policy.h"
#include "core/yaml_doc.h"
#include "mail/msg.h"

#include <stdint.h>

enum setting_type {
	SET_TEXT,     /* one line without controls */
	SET_ID,       /* small letters, digits, . _ - */
	SET_EMAIL,    /* one address, made lower case */
	SET_EMAILS,
	SET_HOST,     /* a host name or IP address */
	SET_URL,      /* https://, or http:// to this machine */
	SET_ENV,      /* the name of an environment variable */
	SET_LANGUAGE, /* "en", "pt-br" */
	SET_PATH,     /* beside the file in which it stands */
	SET_FIELDS,   /* {{field}} text of the case subject */
	SET_DATE,     /* 2027-05-01, its first moment in UTC; "" is 0 */
	SET_URL_FILE, /* a file whose first line is such an address */
	SET_NUMBER,   /* min .. max */
	SET_BOOL,
	SET_DURATION, /* at least min hours or days */
	SET_CLOCK,    /* "09:00" as minutes after midnight */
	SET_CHOICE,   /* one of words, kept as text */
	SET_WORD,     /* one of words, kept as its index; none is -1 */
	SET_FLAGS,    /* some of words, bit 0 is the first */
	SET_TEXTS,    /* list of text, of `words` if there are any */
	SET_PATHS,
	SET_PATTERN,  /* a regular expression or a list of them */
	SET_WORDS,    /* the same, each at the start of a word */
	SET_REF,      /* the id of an item of `refers`: a pointer to it */
	SET_REFS,
	SET_ZONE,     /* the next three fill a struct calendar */
	SET_HOURS,
	SET_HOLIDAYS,
	SET_REFUSED   /* must not stand here; help says why */
};

enum section_id {
	SEC_DESK, SEC_FILES, SEC_DAEMON, SEC_ALARMS, SEC_DIRECTORY, SEC_TIMING,
	SEC_DUE, SEC_ABSENCE, SEC_LADDER, SEC_TRANSPORT,
	/* lists, things that are referred to first */
	SEC_OAUTH2, SEC_CALENDARS, SEC_PEOPLE, SEC_TEAMS, SEC_DEPARTMENTS, SEC_CATEGORIES,
	SEC_RULES, SEC_STEPS, SEC_MAILBOXES,
	SEC_N
};

struct setting {
	const char *key;
	enum setting_type type;
	size_t at;            /* offset of the field */
	size_t at_n;          /* offset of its count, for lists */
	const char *fallback; /* as it would be written; NULL: required */
	const char *help;
	const char *const *words; /* NULL at the end */
	int64_t min, max;
	enum section_id refers;
	const char *only_for; /* has a meaning only for this `kind` */
	bool is_secret;       /* not shown by config show */
};

struct section {
	const char *path;    /* "desk", "ladder.steps" */
	size_t item_size;    /* of a list item; 0: one group, in the policy */
	const char *id_key;  /* what names an item: "id", "name" */
	const struct setting *rows;
	size_t n_rows;
	const char *help;
};

extern const struct section policy_sections[SEC_N];

/* The items of a list section, and where they stand in the text. */
struct item_list {
	struct node **nodes;
	size_t n, cap;
	char *items;  /* n * item_size bytes */
	const char **ids;
};

#define POLICY_MAX_FILES 16

struct loader {
	const struct policy_io *io;
	struct arena *a;
	struct problems *probs;
	struct policy *p;
	int year;
	const char *path;
	struct node *docs[POLICY_MAX_FILES];
	size_t n_docs;
	bool is_incomplete; /* a file could not be read to its end */
	struct item_list lists[SEC_N];
	struct node *groups[SEC_N]; /* of single sections; NULL: not there */
	struct setting_view *views;
	size_t n_views, cap_views;
};

/* One value on its way from text into its field. */
struct value {
	struct loader *l;
	const struct setting *row;
	const struct node *node; /* a made-up one for a default */
	const char *key;         /* full: "people[kim].email" */
	void *field, *count;
};

/* Read the value; false after a problem was added. */
bool value_read(struct value *v);
/* "text", "a number", for problems and help. */
const char *setting_type_words(enum setting_type t);

void value_problem(const struct value *v, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* --- for the readers of values --- */
/* The texts of a list, of a single value, or of a default "a, b". */
struct texts value_texts(struct value *v);
bool value_has_control(const char *s);
/* Is a host of n bytes this very machine: 127.x, ::1, localhost? */
bool value_is_this_machine(const char *host, size_t n);
/* The address in lower case; NULL after a problem was added. */
const char *value_email_of(struct value *v, const char *s);
/* Index of a word of the row; -1 after a problem was added. */
int value_word_index(struct value *v, const char *s);
/* "09:00" at *s, moved behind it.  24:00 is midnight. */
bool value_scan_clock(const char **s, int *minute);
bool value_read_texts(struct value *v);
bool value_read_paths(struct value *v);
bool value_read_emails(struct value *v);
bool value_read_flags(struct value *v);
bool value_read_pattern(struct value *v);
bool value_read_ref(struct value *v);
bool value_read_refs(struct value *v);
bool value_read_zone(struct value *v);
bool value_read_hours(struct value *v);
bool value_read_holidays(struct value *v);

/* The item of a list section with that id, or NULL. */
void *loader_item(const struct loader *l, enum section_id s, const char *id);
/* Where an item of a list stands, for problems about it. */
const struct node *loader_node(const struct loader *l, enum section_id s,
    const void *item);
/* "people[kim]" */
char *loader_item_key(const struct loader *l, enum section_id s, size_t i);

/* The stages of policy_load, in this order. */
void policy_read_files(struct loader *l); /* policy_files.c */
void policy_fill(struct loader *l);       /* policy_fill.c */
void policy_link(struct loader *l);       /* policy_link.c: what follows */
void policy_check(struct loader *l);      /* policy_check.c: does it hold? */

#endif
