/* SPDX-License-Identifier: MIT */
/* Who sends, who receives, and what the transaction is asked for (RFC 5321 2.3.1). */
#ifndef OX_SMTP_ENVELOPE_H
#define OX_SMTP_ENVELOPE_H

#include "base/string.h"

enum {
	OX_NOTIFY_NEVER = 1, /* RFC 3461 4.1; NEVER excludes the others */
	OX_NOTIFY_SUCCESS = 2,
	OX_NOTIFY_FAILURE = 4,
	OX_NOTIFY_DELAY = 8,

	OX_PRIORITY_NONE = 127, /* MT-PRIORITY goes from -9 to 9 */
	OX_PATH_MAX = 254,      /* octets of an address in an envelope: RFC 5321 4.5.3.1.3 less <> */
	OX_LOCAL_PART_MAX = 64,
	OX_ENVID_MAX = 100,     /* RFC 3461 4.4 */
	OX_RECIPIENTS_MAX = 10000,
};

typedef enum { OX_RETURN_DEFAULT, OX_RETURN_FULL, OX_RETURN_HEADERS } ox_return;

typedef struct {
	char *address;   /* without <>; the domain as A-labels, or UTF-8 where the envelope has utf8 */
	unsigned notify; /* OX_NOTIFY_* bits, 0 = the server's default */
	char *orcpt;     /* "type;address" in clear, NULL = none */
	uint32_t hash;   /* of the address without case: finds doubles in a list of thousands */
} ox_recipient;

typedef struct {
	char *sender; /* "" is the null sender */
	ox_recipient *recipients;
	size_t recipient_count;
	size_t recipient_capacity;
	ox_return dsn_return;
	char *envid;      /* in clear, NULL = none */
	int priority;     /* -9 to 9, OX_PRIORITY_NONE */
	bool utf8;        /* an address or a header field is in UTF-8: needs SMTPUTF8 */
	bool require_tls; /* RFC 8689 */
	bool all_or_nothing; /* recipients=all: nothing is sent if one recipient is refused */
	uint64_t size;    /* octets of the message, CRLF line ends, before dot-stuffing */
	bool eightbit;    /* the message has octets over 127 */
} ox_envelope;

void ox_envelope_init(ox_envelope *envelope);
void ox_envelope_clear(ox_envelope *envelope);

/* copy. OX_E_SYNTAX for an address that could break out of its command (control characters, '<', '>',
 * a blank outside quotes), OX_E_LIMIT past a cap. The grammar of addresses is message/address.h's. */
OX_MUST_USE int ox_envelope_set_sender(ox_envelope *envelope, const char *address);
OX_MUST_USE int ox_envelope_set_envid(ox_envelope *envelope, const char *envid);

/* copies. An address that is there already (local part to the byte, domain in any case) is not added
 * again: *index is the first one's. notify and orcpt of the first stand. */
OX_MUST_USE int ox_envelope_add(ox_envelope *envelope, const char *address, unsigned notify,
	const char *orcpt, size_t *index);

/* copies everything into an initialised, empty envelope; the addresses are checked again. */
OX_MUST_USE int ox_envelope_copy(ox_envelope *to, const ox_envelope *from);

#endif
