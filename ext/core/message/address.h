/* SPDX-License-Identifier: MIT */
/* Mail addresses of RFC 5321 4.1.2, RFC 5322 3.4 and their UTF-8 forms (RFC 6531, 6532). */
#ifndef OX_MESSAGE_ADDRESS_H
#define OX_MESSAGE_ADDRESS_H

#include "base/string.h"

enum { OX_ADDRESS_NAME_MAX = 998, OX_ADDRESS_LIST_MAX = 10000 };

/* One mailbox. */
typedef struct {
	char *address; /* addr-spec without comments and folds, its local part quoted where needed */
	char *name;    /* unquoted, UTF-8 (encoded words are left as they are); "" = none */
} ox_address;

typedef struct {
	ox_address *items;
	size_t count;
	size_t capacity;
	const char *domain; /* borrows; set behind init: parsing puts it behind a lone local part ("root"). NULL: refuse */
	bool completed;     /* ... and has done so */
} ox_address_list;

/* Checks and copies one bare addr-spec as it goes into an envelope, *address returns new:
 *  - local part: dot-atom or quoted string, at most 64 octets; UTF-8 sets *utf8
 *  - domain: host name or literal ([192.0.2.1], [IPv6:2001:db8::1]); U-labels become A-labels through
 *    IDNA unless keep_utf8; what was ASCII keeps its case; a single label ("localhost") is allowed
 *  - at most 254 octets in all
 * OX_E_FAILED: class USAGE with a text that says what is wrong and where, never more than 100 octets of
 * the input; OX_E_NOMEM. utf8 may be NULL: then a local part that is not ASCII is refused. */
OX_MUST_USE int ox_address_check(ox_slice text, bool keep_utf8, char **address, bool *utf8,
	ox_error *error);

/* An address list of a header field: mailboxes, groups ("A: a@x, b@y;"), comments, folding, and the
 * obsolete route. Appends to an initialised list; on failure the list is as before. */
OX_MUST_USE int ox_address_list_parse(ox_address_list *list, ox_slice text, ox_error *error);
void ox_address_list_init(ox_address_list *list);
void ox_address_list_clear(ox_address_list *list);

/* copies. One mailbox at the end; address is checked as above (U-labels kept as they are). */
OX_MUST_USE int ox_address_list_add(ox_address_list *list, ox_slice address, ox_slice name,
	ox_error *error);

#endif
