/* SPDX-License-Identifier: MIT */
/* What the files that compose a message share: its fields (fields.c), the tree (mime.c), its leaves
 * (text_part.c, part.c, content_id.c, flowed.c). All return a buffer's status; each leaf says in *ended
 * whether its last CRLF is the one that a delimiter begins with (RFC 2046 5.1.1). */
#ifndef OX_MESSAGE_COMPOSE_INTERNAL_H
#define OX_MESSAGE_COMPOSE_INTERNAL_H

#include "message/compose.h"
#include "message/message_internal.h"

/* Everything but the fields of MIME; message->id is there. OX_E_FAILED: *error says more. */
OX_MUST_USE int message_check_draft(const ox_draft *draft, ox_error *error);
OX_MUST_USE int message_write_fields(ox_message *message, const ox_draft *draft,
	const ox_message_origin *origin, ox_error *error);

/* The fields of MIME, the empty line and the body. OX_E_USAGE: no boundary can be found. */
OX_MUST_USE int message_write_tree(ox_message *message, const ox_draft *draft,
	const ox_message_origin *origin);

OX_MUST_USE int message_part(ox_message *message, const ox_part *part, bool *ended);
OX_MUST_USE int message_content_id(ox_message *message, ox_slice id);
bool message_is_id_octet(char c);
bool message_has_incomplete_ids(const ox_draft *draft);
/* The HTML with references to embedded parts as their Content-IDs have them. */
OX_MUST_USE int message_complete_ids(ox_buffer *out, const ox_message *message, const ox_draft *draft);

#endif
