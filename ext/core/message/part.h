/* SPDX-License-Identifier: MIT */
/* One part of a message besides its texts: a file, an image that the HTML shows, another message. */
#ifndef OX_MESSAGE_PART_H
#define OX_MESSAGE_PART_H

#include "message/message.h"

enum {
	OX_PARTS_MAX = 1000,
	OX_PART_NAME_MAX = 255, /* octets: no file system of today has longer names */
	OX_PART_TYPE_MAX = 255,
	OX_PART_ID_MAX = 200,
	OX_NESTING_MAX = 20,    /* messages in messages */
};

typedef struct {
	ox_slice name;      /* of the file, UTF-8; empty = none */
	ox_slice type;      /* "image/png", "text/csv; charset=utf-8" */
	ox_slice id;        /* of a part that the HTML shows as "cid:ID"; empty: an attachment */
	ox_content content; /* sent in base64, so that every octet arrives */
	ox_message *nested; /* message/rfc822, instead of type and content; borrows; NULL = none */
} ox_part;

/* What a part may be made of. OX_E_FAILED: class USAGE, and the text says why. A type must not be
 * multipart/ or message/, whose insides would have to be looked at: nested messages are `nested`. */
OX_MUST_USE int ox_part_check_name(ox_slice name, ox_error *error);
OX_MUST_USE int ox_part_check_type(ox_slice type, ox_error *error);
OX_MUST_USE int ox_part_check_id(ox_slice id, ox_error *error);

#endif
