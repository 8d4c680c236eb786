/* SPDX-License-Identifier: MIT */
/* What every message has, however it was made. */
#include "message/message.h"

#include <string.h>

#include "message/message_internal.h"

enum { ID_RANDOM = 16 };

void ox_message_init(ox_message *message, size_t cap)
{
	memset(message, 0, sizeof *message);
	ox_buffer_init(&message->octets, cap < OX_MESSAGE_MAX ? cap : OX_MESSAGE_MAX);
	ox_address_list_init(&message->recipients);
	message->depth = 1;
}

void ox_message_clear(ox_message *message)
{
	size_t cap = message->octets.cap;
	ox_buffer_clear(&message->octets);
	ox_address_list_clear(&message->recipients);
	ox_free(message->inserts);
	ox_free(message->id);
	ox_free(message->sender);
	ox_message_init(message, cap);
}

int message_wrong(ox_error *error, ox_fact fact, const char *argument, const char *why)
{
	return ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, fact, "%s: %s",
						argument, why);
}

int message_status(int status, ox_error *error, const char *argument)
{
	switch (status) {
	case OX_OK: return OX_OK;
	case OX_E_NOMEM: return ox_error_memory(error, OX_STAGE_NONE);
	case OX_E_LIMIT:
		return message_wrong(error, OX_FACT_SIZE_LIMIT, argument, "the message is too large");
	default:
		return message_wrong(error, OX_FACT_NONE, argument,
							 "it cannot be written in a header field");
	}
}

int message_end_fields(ox_message *message)
{
	if (!message->header_size) {
		message->header_size = message->octets.size;
	}
	return ox_buffer_append(&message->octets, "\r\n", 2);
}

/* "unique@sender-domain" (RFC 5322 3.6.4), returns new. */
char *message_make_id(const ox_message_origin *origin, const char *sender)
{
	static const char digits[] = "0123456789abcdef";
	char unique[2 * ID_RANDOM + 1];
	for (size_t i = 0; i < ID_RANDOM; i++) {
		unique[2 * i] = digits[origin->random[i] >> 4];
		unique[2 * i + 1] = digits[origin->random[i] & 15];
	}
	unique[2 * ID_RANDOM] = 0;
	const char *sign = sender ? strrchr(sender, '@') : NULL;
	const char *domain = sign && ox_is_hostname(sign + 1) ? sign + 1 : origin->host;
	ox_buffer id;
	ox_buffer_init(&id, 400);
	char *made = ox_buffer_append_format(&id, "%s@%s", unique, domain) == OX_OK
					 ? ox_buffer_take(&id)
					 : NULL;
	ox_buffer_clear(&id);
	return made;
}
