/* SPDX-License-Identifier: MIT */
/* An address that is accepted cannot break out of its command, and is accepted again as it came out. */
#include "fuzz.h"

#include "message/address.h"
#include "smtp/envelope.h"

static void check_accepted(const char *address)
{
	size_t size = strlen(address);
	bool quoted = false;
	MUST(size <= 254 && !ox_has_control(address, size) && ox_is_utf8(address, size) && strchr(address, '@'));
	for (size_t i = 0; i < size; i++) {
		if (quoted && address[i] == '\\') {
			i++;
		} else if (address[i] == '"') {
			quoted = !quoted;
		} else {
			MUST(quoted || !strchr("<> ,;", address[i]));
		}
	}
	ox_envelope envelope;
	ox_envelope_init(&envelope);
	MUST(ox_envelope_set_sender(&envelope, address) == OX_OK);
	ox_envelope_clear(&envelope);
}

static void check_bare(ox_slice text, bool keep_utf8)
{
	char *address = NULL, *again = NULL;
	bool utf8 = false;
	ox_error error;
	if (ox_address_check(text, keep_utf8, &address, &utf8, &error) != OX_OK) {
		return;
	}
	check_accepted(address);
	MUST(ox_address_check(ox_slice_of(address), keep_utf8, &again, &utf8, &error) == OX_OK);
	MUST(!strcmp(address, again));
	ox_free(address);
	ox_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ox_slice text = {(const char *)data, size};
	ox_address_list list;
	ox_error error;
	check_bare(text, true);
	check_bare(text, false);
	ox_address_list_init(&list);
	if (ox_address_list_parse(&list, text, &error) != OX_OK) {
		MUST(list.count == 0);
	}
	for (size_t i = 0; i < list.count; i++) {
		check_accepted(list.items[i].address);
		MUST(!ox_has_control(list.items[i].name, strlen(list.items[i].name)));
	}
	ox_address_list_clear(&list);
	return 0;
}
