/* SPDX-License-Identifier: MIT */
/* Signing a message that is made. */
#include "message/dkim_internal.h"

enum { PIECE = 16384 }; /* on the stack */

static int feed_body(ox_dkim_signing *signing, ox_message *message, ox_error *error)
{
	char piece[PIECE];
	uint64_t offset = message->header_size + 2; /* the empty line belongs to neither */
	int status = OX_OK;
	while (status == OX_OK && offset < message->size) {
		size_t size = ox_message_read(message, offset, piece, sizeof piece);
		if (!size) {
			return ox_error_set(error, OX_ERROR_MESSAGE, OX_RETRY_NEVER, OX_STAGE_NONE,
				OX_FACT_BODY_SOURCE, "dkim: a part of the message could not be read to sign it");
		}
		status = ox_dkim_feed(signing, (ox_slice){piece, size}, error);
		offset += size;
	}
	return status;
}

int ox_message_sign(ox_message *message, const ox_dkim_signer *const *signers, size_t count,
	int64_t now, ox_error *error)
{
	ox_dkim_signing *signing;
	ox_buffer fields;
	ox_slice header = {ox_buffer_text(&message->octets), message->header_size};
	int status = ox_dkim_begin(&signing, signers, count, header, error);
	if (status != OX_OK) {
		return status;
	}
	ox_buffer_init(&fields, OX_DKIM_SIGNATURES_MAX * OX_DKIM_FIELD_MAX);
	status = feed_body(signing, message, error);
	if (status == OX_OK) {
		status = ox_dkim_finish(signing, now, &fields, error);
	}
	if (status == OX_OK) {
		ox_slice made = {ox_buffer_text(&fields), fields.size};
		status = dkim_status(ox_message_prepend(message, made), error);
	}
	ox_buffer_clear(&fields);
	ox_dkim_free(signing);
	return status;
}
