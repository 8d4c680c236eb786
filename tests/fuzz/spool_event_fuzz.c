/* SPDX-License-Identifier: MIT */
/* Any octets as a line of the events journal: refused, or an event that comes back from its own line. */
#include "fuzz.h"

#include "spool/events.h"

static void is_same(const char *a, const char *b)
{
	/* What is too long is cut, and loses what is not ASCII. */
	MUST(!a || !*a ? !b : b && (strlen(a) >= 1024 || !strcmp(a, b)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ox_spool_event event, again;
	ox_event_block *block = NULL, *second = NULL;
	ox_buffer out;
	int status = ox_event_parse((ox_slice){(const char *)data, size}, &event, &block);
	MUST(status == OX_OK || status == OX_E_SYNTAX);
	MUST((block != NULL) == (status == OX_OK));
	if (status != OX_OK) {
		return 0;
	}
	ox_buffer_init(&out, 65536);
	status = ox_event_write(&out, &event);
	MUST(status == OX_OK || status == OX_E_LIMIT);
	if (status == OX_OK) {
		MUST(!memchr(out.bytes, '\n', out.size));
		MUST(ox_event_parse((ox_slice){(const char *)out.bytes, out.size}, &again, &second) == OX_OK);
		MUST(again.type == event.type && again.at_ms == event.at_ms && again.code == event.code);
		is_same(event.id, again.id);
		is_same(event.profile, again.profile);
		is_same(event.text, again.text);
	}
	ox_event_block_free(second);
	ox_event_block_free(block);
	ox_buffer_clear(&out);
	return 0;
}
