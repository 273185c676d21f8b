/*
 * command.h - what people say about a case, by mail or on the command line.
 */
#ifndef CW_APP_COMMAND_H
#define CW_APP_COMMAND_H

#include "app/app.h"
#include "core/facts.h"
#include "core/plan.h"
#include "core/thread.h"

/*
 * The "#..." lines of a mail on a case.  Obeyed only for the addressee of a
 * keyed internal reply address (M9), and only if the check of the sender,
 * where the mailbox has one, says who it is (is_proven); every line is confirmed or refused
 * with the reason, in one mail to the registered address.  Inside the
 * caller's transaction.
 */
enum rc command_mail(struct app *app, struct case_facts *f,
    const struct msg *m, const struct person *who,
    const struct thread_verdict *thread, bool is_proven, const char *cause,
    struct arena *a, struct err *e);

/* One line from the command line, as its own transaction; *said in `a`.
 * who may be NULL: the operator. */
enum rc command_case(struct app *app, int64_t no, const struct person *who,
    const char *line, struct arena *a, const char **said, struct err *e);

#endif
