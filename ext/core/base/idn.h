/* SPDX-License-Identifier: MIT */
/* Internationalised domain names through libidn2 (IDNA 2008, UTS #46 non-transitional). */
#ifndef OX_BASE_IDN_H
#define OX_BASE_IDN_H

#include "base/error.h"

/* The A-label form of a domain in UTF-8 (returns new); a domain in ASCII comes back in lower case.
 * OX_E_SYNTAX for a name that IDNA forbids. */
OX_MUST_USE int ox_idn_to_ascii(const char *domain, char **ascii);

#endif
