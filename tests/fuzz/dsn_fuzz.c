/* SPDX-License-Identifier: MIT */
/* A DSN is taken or refused with a text; what describes it shows neither user nor password. */
#include "fuzz.h"

#include "relay/relay.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *dsn = malloc(size + 1);
	ox_relay relay;
	ox_error error;
	ox_error_clear(&error);
	memcpy(dsn, data, size);
	dsn[size] = 0;
	ox_relay_init(&relay);
	if (ox_relay_parse(&relay, dsn, &error) == OX_OK && ox_relay_finish(&relay, true, &error) == OX_OK) {
		char text[320];
		uint8_t key[OX_RELAY_KEY_SIZE];
		ox_relay_describe(&relay, text, sizeof text);
		MUST(!strchr(text, '@') && !strchr(text, '?'));
		MUST(relay.host && relay.port && strlen(text) < sizeof text);
		MUST(relay.window >= 1 && relay.window <= OX_SESSION_WINDOW_MAX);
		MUST(ox_relay_key(&relay, key) == OX_OK);
	} else {
		MUST(*error.text && error.class == OX_ERROR_USAGE);
	}
	ox_relay_clear(&relay);
	free(dsn);
	return 0;
}
