/* SPDX-License-Identifier: MIT */
/* A user name or password: what comes out is UTF-8 without control characters, ASCII comes out as it went in, and
 * what a stored string may hold a query may hold too, in the same form. */
#include "fuzz.h"

#include "base/saslprep.h"
#include "base/string.h"

static void check(const char *text, const char *form)
{
	size_t size = strlen(form);
	MUST(size > 0);
	MUST(ox_is_utf8(form, size) && !ox_has_control(form, size));
	MUST(ox_has_8bit(text, strlen(text)) || strcmp(text, form) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char text[4097], *query = NULL, *stored = NULL;
	size = size < sizeof text - 1 ? size : sizeof text - 1;
	memcpy(text, bytes, size);
	text[size] = 0;
	int looked_up = ox_saslprep(text, OX_SASLPREP_QUERY, &query);
	int kept = ox_saslprep(text, OX_SASLPREP_STORED, &stored);
	MUST((looked_up == OX_OK) == (query != NULL) && (kept == OX_OK) == (stored != NULL));
	MUST(!stored || (query && strcmp(query, stored) == 0));
	if (query) {
		check(text, query);
	}
	ox_free_secret(query);
	ox_free_secret(stored);
	return 0;
}
