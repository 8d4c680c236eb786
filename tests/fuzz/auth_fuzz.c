/* SPDX-License-Identifier: MIT */
/* Whatever a server challenges with, a mechanism answers or gives up, and never shows the password of SCRAM or
 * CRAM-MD5. The first octet chooses the mechanism, line feeds part the challenges. */
#include "fuzz.h"

#include "smtp/auth.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char password[] = "pass\xc3\xa4word-canary";
	if (!size || memmem(data, size, password, sizeof password - 1)) {
		return 0; /* a server that has the password already may say it */
	}
	ox_mechanism mechanism = (ox_mechanism)(data[0] % OX_MECHANISM_COUNT);
	ox_credentials credentials = {.user = "us=er,", .password = password, .token = "token", .external = true};
	ox_channel_binding channel = {.tls = true, .exporter = {1}, .exporter_size = 32, .end_point = {2}, .end_point_size = 32};
	ox_auth *auth = ox_auth_new(mechanism, ~0u, &credentials, &channel, "host.example", 465);
	ox_slice response, rest = {(const char *)data + 1, size - 1};
	ox_error error;
	MUST(auth);
	bool hidden = mechanism >= OX_MECHANISM_SCRAM_SHA_256_PLUS && mechanism <= OX_MECHANISM_CRAM_MD5;
	(void)ox_auth_initial(auth, &response);
	for (int turn = 0; turn < 8 && rest.size; turn++) {
		const char *feed = memchr(rest.at, '\n', rest.size);
		ox_slice challenge = {rest.at, feed ? (size_t)(feed - rest.at) : rest.size};
		rest.at += challenge.size + (feed != NULL);
		rest.size -= challenge.size + (feed != NULL);
		if (ox_auth_step(auth, challenge, &response, &error) != OX_OK) {
			MUST(*error.text && !strstr(error.text, password));
			break;
		}
		MUST(!hidden || !response.size || !memmem(response.at, response.size, password, sizeof password - 1));
	}
	if (ox_auth_succeeded(auth, &error) == OX_OK) {
		/* Nobody can prove the password without knowing it. */
		MUST(mechanism < OX_MECHANISM_SCRAM_SHA_256_PLUS || mechanism > OX_MECHANISM_SCRAM_SHA_1);
	}
	ox_auth_free(auth);
	return 0;
}
