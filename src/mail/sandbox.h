/*
 * sandbox.h - what the reader child may ask of the kernel.
 *
 * From sandbox_enter() on, this process can read and map files, use memory
 * and its open descriptors, and end; all else fails with EPERM: no new
 * process or program, no connection, no file made or written to.
 */
#ifndef CW_MAIL_SANDBOX_H
#define CW_MAIL_SANDBOX_H

/* Does nothing on a machine or in a build where it cannot work: there the
 * limits of the caller have to do. */
void sandbox_enter(void);

#endif
