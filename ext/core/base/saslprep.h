/* SPDX-License-Identifier: MIT */
/* SASLprep (RFC 4013): the one form of a user name or password in which both sides of SCRAM compute. The tables
 * are libidn's. Where that was not there when this was built, ASCII is prepared all the same (it is its own
 * form, or has control characters) and other text is refused. */
#ifndef OX_BASE_SASLPREP_H
#define OX_BASE_SASLPREP_H

#include <stdbool.h>

#include "base/error.h"

/* Which characters without a meaning in Unicode 3.2 are let through (RFC 3454 7). */
typedef enum {
	OX_SASLPREP_QUERY,  /* all: what is looked up, a user name (RFC 5802 5.1) */
	OX_SASLPREP_STORED, /* none: what a digest is made of, a password (RFC 5802 2.2) */
} ox_saslprep_use;

/* returns new (free it with ox_free_secret). OX_E_SYNTAX: no UTF-8, forbidden characters (2.3), both directions
 * of writing (2.4), nothing is left, or libidn is not there to tell. OX_E_NOMEM. libidn does not wipe the memory that it works in. */
OX_MUST_USE int ox_saslprep(const char *text, ox_saslprep_use use, char **prepared);

/* The version of libidn, NULL where text outside ASCII cannot be prepared. */
const char *ox_saslprep_library(void);

#endif
