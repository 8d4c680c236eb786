/* SPDX-License-Identifier: MIT */
/* A complete message that came in on standard input or in a file, with its envelope: what send and sendmail
 * queue or submit. */
#ifndef OUTBOX_CLI_LETTER_H
#define OUTBOX_CLI_LETTER_H

#include "cli.h"

#include "message/message.h"
#include "smtp/envelope.h"
#include "spool/enqueue.h"

enum { LETTER_TEXT_MAX = 268435456 };

typedef struct {
	ox_buffer text;
	ox_message message;
	ox_envelope envelope;
	bool mended; /* by letter_mend(): then a lone local part ("root") means one of this host, everywhere */
} letter;

void letter_init(letter *letter);
void letter_clear(letter *letter);

/* What ends a message besides the end of input: nothing; a line that is a dot, however it ends; a dot between two
 * CRLF and no other, which is what a client that ends its commands with CRLF means (RFC 5321 4.1.1.4: a server
 * that takes LF there as well can be told of a second message inside the first). */
typedef enum { LETTER_TO_END, LETTER_TO_DOT, LETTER_TO_CRLF_DOT } letter_ending;

/* Reads to the end, also of one that has too much. *dot (may be NULL): it ended with the dot. OX_OK, OX_E_NOMEM, or
 * OX_E_FAILED: the system's error, or over LETTER_TEXT_MAX octets. */
OX_MUST_USE int letter_read(letter *letter, FILE *from, letter_ending ending, bool *dot, ox_error *error);

/* Before letter_take(), of what was meant for sendmail(8): mended (message/mend.h), and where From is missing
 * this one; address may be NULL or "": user@host. name may be NULL. */
OX_MUST_USE int letter_mend(letter *letter, const char *address, const char *name, ox_error *error);

/* Makes the message of the text, and the envelope: sender (NULL: the message's), then the recipients given,
 * and those of the header with from_header, or where none are given. */
OX_MUST_USE int letter_take(letter *letter, const char *sender, char **recipients, size_t count,
	bool from_header, ox_error *error);

/* The profile that was asked for, or "default", or the only one there is. EX_OK or an exit code after a
 * complaint. */
int letter_profile(const cli *cli, ox_spool *spool, const char *wanted, char profile[65]);

/* Queues it and wakes the runner. submission: the rest of the wishes; its profile is set. */
OX_MUST_USE int letter_queue(letter *letter, ox_spool *spool, ox_submission *submission, ox_error *error);

#endif
