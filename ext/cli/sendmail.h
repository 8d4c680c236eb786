/* SPDX-License-Identifier: MIT */
/* What sendmail.c (one message on standard input) and sendmail_dialogue.c (SMTP there, -bs) share. */
#ifndef OUTBOX_CLI_SENDMAIL_H
#define OUTBOX_CLI_SENDMAIL_H

#include "letter.h"
#include "net/platform.h"

typedef struct {
	bool from_header, ignore_dot, dialogue, help;
	const char *sender;  /* NULL = the message's; "" = the null sender */
	const char *name;    /* for a From that is missing */
	const char *profile, *tag;
	char **recipients;
	size_t recipient_count;
} sendmail_wishes;

/* Speaks SMTP (RFC 5321) as a server to whoever started us: lock-step or pipelined, no TLS, no AUTH. Ends at QUIT
 * or the end of input. Returns the exit code. */
int sendmail_dialogue(const cli *cli, const sendmail_wishes *wishes, ox_spool *spool);

#endif
