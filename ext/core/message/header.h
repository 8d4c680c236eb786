/* SPDX-License-Identifier: MIT */
/* Writing header fields: names checked, text encoded (RFC 2047) and folded (RFC 5322 2.2.3) at 78
 * octets, with 998 as the wall. */
#ifndef OX_MESSAGE_HEADER_H
#define OX_MESSAGE_HEADER_H

#include "message/address.h"

enum { OX_HEADER_FOLD = 78, OX_HEADER_NAME_MAX = 76 };

/* RFC 5322 3.6.8: printable ASCII without blanks and colons. */
bool ox_header_is_name(ox_slice name);

/* "Name: text CRLF" of free text without control characters: plain where it is ASCII, keeps its blanks and
 * fits; else in encoded words of at most 75 octets that never split a character. */
OX_MUST_USE int ox_header_text(ox_buffer *out, const char *name, ox_slice text);

/* "Name: mailboxes CRLF", folded between them; nothing for an empty list. */
OX_MUST_USE int ox_header_addresses(ox_buffer *out, const char *name, const ox_address_list *list);

/* "Date: ..." of RFC 5322 3.3, in no locale. OX_E_SYNTAX: a year it cannot write, a zone of a day. */
OX_MUST_USE int ox_header_date(ox_buffer *out, int64_t seconds, int zone_minutes);

#endif
