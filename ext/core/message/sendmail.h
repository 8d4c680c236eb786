/* SPDX-License-Identifier: MIT */
/* The command line of sendmail(8), as far as we go along with it: a fixed list, read without a shell. What an
 * attacker smuggles into PHP's fifth argument (-X, -O, -C) is not on it. */
#ifndef OX_MESSAGE_SENDMAIL_H
#define OX_MESSAGE_SENDMAIL_H

#include "base/string.h"

enum {
	OX_SENDMAIL_UNKNOWN = 0,
	OX_SENDMAIL_NOTHING = 1,     /* accepted, and changes nothing */
	OX_SENDMAIL_FROM_HEADER = 2, /* -t: recipients are those of the header */
	OX_SENDMAIL_IGNORE_DOT = 4,  /* -i, -oi; both of these: -ti */
	OX_SENDMAIL_DIALOGUE = 8,    /* -bs */
	OX_SENDMAIL_SENDER = 16,     /* -f and -r. Its value is the rest of the word, or else the next one */
	OX_SENDMAIL_NAME = 32,       /* -F, the same */
};

unsigned ox_sendmail_option_of(const char *word);

/* The envelope sender that a value of -f or -r means; borrows: the value itself, or "" for "<>". */
const char *ox_sendmail_sender_of(const char *value);

enum { OX_SENDMAIL_WORD_MAX = 500 };

typedef struct {
	bool has_sender;
	char sender[OX_SENDMAIL_WORD_MAX + 1]; /* not checked yet; "" = the null sender */
	char name[OX_SENDMAIL_WORD_MAX + 1];   /* for a From field that is missing; "" = none */
} ox_sendmail_parameters;

/* The fifth argument of PHP's mail(): words parted by blanks; '...' and "..." keep blanks together, as in the shell
 * that would get to see them, and nothing else of a shell is known. Only -f, -r, -F and what changes nothing for a
 * message with a header (-t, -i and the like): OX_E_SYNTAX for every other word, also for a bare one, which would be
 * another recipient, and for a value that is missing or longer than OX_SENDMAIL_WORD_MAX. */
OX_MUST_USE int ox_sendmail_parse(const char *text, ox_sendmail_parameters *parameters);

#endif
