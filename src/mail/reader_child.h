/*
 * reader_child.h - the reader child's own life: closing the jail, and then
 * one mail after the other until the socket ends.
 *
 * The child is this very program, executed anew (reader_proc.h): a program
 * that links this library and is started with READER_NAME as its only
 * argument is a reader, before its main() is reached.  Its memory was never
 * ours, and it is started without an environment.
 */
#ifndef CW_MAIL_READER_CHILD_H
#define CW_MAIL_READER_CHILD_H

#include "mail/reader.h"

#define READER_NAME "caseward: reader"

/*
 * Answer requests on WIRE_FD until it ends.  In this order: no core, no
 * trace, no signal handler, no descriptor but WIRE_FD; what the parsers need
 * from files is loaded; the limits; the system calls (sandbox.h); hello.
 * NULL: mime_read_here().
 */
void reader_child_main(reader_parse *parse) __attribute__((noreturn));

#endif
