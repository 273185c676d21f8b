/*
 * connect.h - from settings to open connections: secrets are read here.
 */
#ifndef CW_APP_CONNECT_H
#define CW_APP_CONNECT_H

#include "app/app.h"
#include "net/sink.h"
#include "net/source.h"

/* `a` must outlive the connection. */
enum rc connect_source(struct app *app, const struct mailbox *box,
    struct arena *a, struct source **out, struct err *e);
enum rc connect_sink(struct app *app, struct arena *a, struct sink **out,
    struct err *e);

/* Where they are; without a password. */
struct net_host connect_host_of_mailbox(const struct mailbox *box);
struct net_host connect_host_of_transport(const struct transport *t);

#endif
