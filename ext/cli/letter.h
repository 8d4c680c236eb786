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
} letter;

void letter_init(letter *letter);
void letter_clear(letter *letter);

/* Reads to the end; dot: a line with a single dot is an end as well. OX_OK, OX_E_LIMIT, OX_E_NOMEM, or
 * OX_E_FAILED with the system's error. */
OX_MUST_USE int letter_read(letter *letter, FILE *from, bool dot, ox_error *error);

/* Missing From: this one goes on top of the text, before letter_take(). name may be NULL. */
OX_MUST_USE int letter_set_from(letter *letter, const char *address, const char *name, ox_error *error);

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
