/* SPDX-License-Identifier: MIT */
/* A profile's file is refused with a reason, or whole: what it describes holds no secret, and written and read
 * again it is the same relay. */
#include "fuzz.h"

#include "relay/profile_internal.h"

static void check_description(const ox_profile *profile)
{
	ox_buffer json;
	ox_buffer_init(&json, 1 << 20);
	MUST(ox_profile_describe(profile, &json) == OX_OK);
	const char *password = profile->relay.password;
	/* Short ones are found in anything. */
	MUST(!password || strlen(password) < 12 || !profile->relay.user ||
		strstr(profile->relay.user, password) || strstr(profile->relay.host, password) ||
		profile->relay.ca_file || profile->relay.certificate || profile->relay.proxy ||
		profile->relay.source || !strstr(ox_buffer_text(&json), password));
	ox_buffer_clear(&json);
}

static void check_again(const ox_profile *profile)
{
	ox_profile again;
	ox_buffer json;
	ox_error error;
	uint8_t a[OX_RELAY_KEY_SIZE], b[OX_RELAY_KEY_SIZE];
	ox_profile_init(&again);
	ox_buffer_init_secret(&json, OX_PROFILE_FILE_MAX);
	MUST(profile_write_json(profile, &json) == OX_OK);
	MUST(ox_profile_parse((ox_slice){ox_buffer_text(&json), json.size}, true, &again, &error) == OX_OK);
	MUST(ox_relay_key(&profile->relay, a) == OX_OK && ox_relay_key(&again.relay, b) == OX_OK);
	MUST(!memcmp(a, b, sizeof a) && profile->queue_given == again.queue_given);
	ox_buffer_clear(&json);
	ox_profile_clear(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ox_profile profile;
	ox_error error;
	ox_error_clear(&error);
	ox_profile_init(&profile);
	if (ox_profile_parse((ox_slice){(const char *)data, size}, true, &profile, &error) == OX_OK) {
		ox_profile_limits limits = ox_profile_limits_of(&profile);
		MUST(limits.connections >= 1 && limits.connections <= OX_PROFILE_CONNECTIONS_MAX);
		MUST(profile.relay.host && profile.relay.port);
		check_description(&profile);
		check_again(&profile);
	} else {
		MUST(*error.text && error.class == OX_ERROR_USAGE);
	}
	ox_profile_clear(&profile);
	return 0;
}
