/* SPDX-License-Identifier: MIT */
/* A complete text is refused, or becomes one clean message without Bcc that is taken again as it
 * is. */
#include "fuzz.h"

#include <strings.h>

#include "message/mend.h"
#include "message/message.h"

/* No line of the header names who is blind. */
static void check_header(const char *text)
{
	while (*text && strncmp(text, "\r\n", 2)) {
		MUST(strncasecmp(text, "Bcc:", 4) && strncasecmp(text, "Resent-Bcc:", 11));
		text = strstr(text, "\r\n") + 2;
	}
}

static bool says(const uint8_t *data, size_t size, const char *word)
{
	size_t length = strlen(word);
	for (size_t i = 0; i + length <= size; i++) {
		if (!strncasecmp((const char *)data + i, word, length)) {
			return true;
		}
	}
	return false;
}

/* Without its Resent-Bcc a message is no longer a resent one: then To counts, and may be wrong. */
static void take_again(const ox_message *message, const ox_message_origin *origin, bool was_resent)
{
	ox_message again;
	ox_error error;
	ox_slice text = {ox_buffer_text(&message->octets), message->octets.size};
	ox_message_init(&again, 1 << 20);
	int status = ox_message_from_text(&again, text, origin, &error);
	MUST(status == OX_OK || was_resent);
	if (status == OX_OK) {
		MUST(again.octets.size == text.size && !memcmp(again.octets.bytes, text.at, text.size));
		MUST(again.recipients.count <= message->recipients.count || was_resent);
	}
	ox_message_clear(&again);
}

/* What is a message stays one, with as many recipients, and mending again changes nothing. */
static void mend(ox_slice text, const ox_message_origin *origin, const ox_message *taken)
{
	ox_buffer mended, again;
	ox_message message;
	ox_error error;
	ox_buffer_init(&mended, 1 << 22);
	ox_buffer_init(&again, 1 << 22);
	ox_message_init(&message, 1 << 22);
	MUST(ox_message_mend(&mended, text, "host.example") == OX_OK);
	ox_slice first = {ox_buffer_text(&mended), mended.size};
	MUST(ox_message_mend(&again, first, "host.example") == OX_OK);
	MUST(again.size == first.size && !memcmp(again.bytes ? (const char *)again.bytes : "", first.at, first.size));
	if (taken) {
		MUST(ox_message_from_text(&message, first, origin, &error) == OX_OK);
		MUST(message.recipients.count == taken->recipients.count);
	}
	ox_message_clear(&message);
	ox_buffer_clear(&mended);
	ox_buffer_clear(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ox_message message;
	ox_message_origin origin = {.now = 1790000000, .host = "host.example"};
	ox_error error;
	ox_message_init(&message, 1 << 20);
	if (ox_message_from_text(&message, (ox_slice){(const char *)data, size}, &origin, &error) ==
		OX_OK) {
		check_header(ox_buffer_text(&message.octets));
		MUST(!ox_has_control(message.id, strlen(message.id)));
		MUST(message.facts.clean && !message.facts.nul && message.facts.longest <= 998 &&
			 message.id);
		take_again(&message, &origin, says(data, size, "Resent-Bcc"));
		mend((ox_slice){(const char *)data, size}, &origin, &message);
	} else {
		MUST(*error.text && message.octets.size == 0);
		mend((ox_slice){(const char *)data, size}, &origin, NULL);
	}
	ox_message_clear(&message);
	return 0;
}
