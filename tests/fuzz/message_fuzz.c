/* SPDX-License-Identifier: MIT */
/* A complete text is refused, or becomes one clean message without Bcc that is taken again as it is. */
#include "fuzz.h"

#include "message/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ox_message message, again;
	ox_message_origin origin = {.now = 1790000000, .host = "host.example"};
	ox_error error;
	ox_message_init(&message, 1 << 20);
	if (ox_message_from_text(&message, (ox_slice){(const char *)data, size}, &origin, &error) == OX_OK) {
		ox_slice text = {ox_buffer_text(&message.octets), message.octets.size};
		MUST(message.facts.clean && !message.facts.nul && message.facts.longest <= 998 && message.id);
		ox_message_init(&again, 1 << 20);
		MUST(ox_message_from_text(&again, text, &origin, &error) == OX_OK);
		MUST(again.octets.size == message.octets.size &&
			!memcmp(again.octets.bytes, message.octets.bytes, message.octets.size));
		MUST(again.recipients.count <= message.recipients.count);
		ox_message_clear(&again);
	} else {
		MUST(*error.text && message.octets.size == 0);
	}
	ox_message_clear(&message);
	return 0;
}
