/* SPDX-License-Identifier: MIT */
/* What a server offers in its reply to EHLO. */
#ifndef OX_SMTP_CAPABILITIES_H
#define OX_SMTP_CAPABILITIES_H

#include "smtp/auth.h"
#include "smtp/reply.h"

typedef struct {
	bool esmtp; /* EHLO was accepted; false after HELO */
	bool pipelining, chunking, eightbit, utf8, dsn, enhanced_codes, starttls, require_tls;
	bool mt_priority;
	bool size;           /* SIZE was offered */
	uint64_t size_limit; /* octets; 0 = none named */
	bool auth;
	uint32_t mechanisms; /* OX_MECHANISM_* bits of the AUTH and AUTH= lines together */
	uint32_t mail_max, rcpt_max, rcpt_domain_max; /* LIMITS of RFC 9422; 0 = none named */
} ox_capabilities;

/* Reads the lines behind the first; keywords in any case, with blanks around them. Cannot fail:
 * what is not understood is not offered. */
void ox_capabilities_parse(ox_capabilities *capabilities, const ox_reply *reply);

#endif
