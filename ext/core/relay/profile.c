/* SPDX-License-Identifier: MIT */
#include "relay/profile_internal.h"

#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "relay/provider.h"
#include "relay/relay_internal.h"

enum { IDENTITY_MAX = OX_RELAY_OPTION_MAX * 2, MADE_DIGITS = 10, MADE_HOST_MAX = 53 };

typedef struct {
	const char *name;
	size_t at; /* in ox_profile */
	uint64_t least, most;
	const char *expected;
} number_option;

#define RATE_RULE "must be a number from 0 (no bound) to 100000000"

static const number_option numbers[] = {
	[QUEUE_CONNECTIONS] = {"connections", offsetof(ox_profile, connections), 1, OX_PROFILE_CONNECTIONS_MAX,
		"must be a number from 1 to 50"},
	[QUEUE_RECIPIENTS_MAX] = {"recipients_max", offsetof(ox_profile, recipients_max), 1, OX_RECIPIENTS_MAX,
		"must be a number from 1 to 10000"},
	[QUEUE_RATE_SECOND] = {"rate_second", offsetof(ox_profile, rate_second), 0, 100000000, RATE_RULE},
	[QUEUE_RATE_MINUTE] = {"rate_minute", offsetof(ox_profile, rate_minute), 0, 100000000, RATE_RULE},
	[QUEUE_RATE_DAY] = {"rate_day", offsetof(ox_profile, rate_day), 0, 100000000, RATE_RULE},
};

static const char on_uncertain[] = "on_uncertain";

const char *queue_option_name(queue_option option)
{
	return option == QUEUE_ON_UNCERTAIN ? on_uncertain : numbers[option].name;
}

bool queue_option_is_given(const ox_profile *profile, queue_option option)
{
	return profile->queue_given & 1u << option;
}

uint32_t queue_option_number(const ox_profile *profile, queue_option option)
{
	return *(const uint32_t *)(const void *)((const char *)profile + numbers[option].at);
}

void ox_profile_init(ox_profile *profile)
{
	memset(profile, 0, sizeof *profile);
	ox_relay_init(&profile->relay);
}

void ox_profile_clear(ox_profile *profile)
{
	ox_relay_clear(&profile->relay);
	memset(profile, 0, sizeof *profile);
}

void ox_profile_drop_secrets(ox_profile *profile)
{
	ox_relay *relay = &profile->relay;
	ox_free_secret(relay->password);
	ox_free_secret(relay->token);
	ox_free_secret(relay->proxy);
	relay->password = relay->token = relay->proxy = NULL;
}

static int set_number(ox_profile *profile, queue_option option, ox_slice value, ox_error *error)
{
	const number_option *self = &numbers[option];
	uint64_t number;
	if (!ox_parse_number(value, &number) || number < self->least || number > self->most) {
		return relay_refuse(error, self->name, self->expected);
	}
	*(uint32_t *)(void *)((char *)profile + self->at) = (uint32_t)number;
	profile->queue_given |= 1u << option;
	return OX_OK;
}

static int set_on_uncertain(ox_profile *profile, ox_slice value, ox_error *error)
{
	bool hold = ox_slice_is_nocase(value, "hold");
	if (!hold && !ox_slice_is_nocase(value, "resend")) {
		return relay_refuse(error, on_uncertain, "must be resend or hold");
	}
	profile->on_uncertain = hold ? OX_UNCERTAIN_HOLD : OX_UNCERTAIN_RESEND;
	profile->queue_given |= 1u << QUEUE_ON_UNCERTAIN;
	return OX_OK;
}

int ox_profile_set(ox_profile *profile, const char *name, ox_slice value, ox_error *error)
{
	if (!strcmp(name, on_uncertain)) {
		return set_on_uncertain(profile, value, error);
	}
	for (int i = 0; i < QUEUE_ON_UNCERTAIN; i++) {
		if (!strcmp(name, numbers[i].name)) {
			return set_number(profile, (queue_option)i, value, error);
		}
	}
	return ox_relay_set(&profile->relay, name, value, error);
}

static uint32_t chosen(const ox_profile *profile, queue_option option, uint32_t of_provider)
{
	return queue_option_is_given(profile, option) ? queue_option_number(profile, option) : of_provider;
}

ox_profile_limits ox_profile_limits_of(const ox_profile *profile)
{
	static const ox_provider nobody = {.name = NULL};
	const ox_provider *provider = profile->relay.host ? ox_provider_find(profile->relay.host) : NULL;
	provider = provider ? provider : &nobody;
	uint32_t connections = provider->max_connections && provider->max_connections < OX_PROFILE_CONNECTIONS
		? provider->max_connections
		: OX_PROFILE_CONNECTIONS;
	return (ox_profile_limits){
		.connections = chosen(profile, QUEUE_CONNECTIONS, connections),
		.recipients_max = chosen(profile, QUEUE_RECIPIENTS_MAX, provider->max_recipients),
		.rate_second = chosen(profile, QUEUE_RATE_SECOND, provider->rate_second),
		.rate_minute = chosen(profile, QUEUE_RATE_MINUTE, provider->rate_minute),
		.rate_day = chosen(profile, QUEUE_RATE_DAY, provider->rate_day),
		.hold_uncertain = profile->on_uncertain == OX_UNCERTAIN_HOLD,
	};
}

static bool is_name_letter(char c)
{
	int lower = ox_lower((unsigned char)c);
	return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9');
}

bool ox_profile_name_is_good(ox_slice name)
{
	bool good = name.size && name.size <= OX_PROFILE_NAME_MAX && is_name_letter(name.at[0]);
	for (size_t i = 0; good && i < name.size; i++) {
		good = is_name_letter(name.at[i]) || (name.at[i] && strchr("._-", name.at[i]));
	}
	return good;
}

int ox_profile_make_name(const ox_relay *relay, char name[OX_PROFILE_MADE_NAME_SIZE])
{
	uint8_t digest[OX_DIGEST_MAX];
	ox_buffer identity;
	ox_buffer_init(&identity, IDENTITY_MAX);
	int status = ox_buffer_append_format(&identity, "%s:%u:%s", relay->host, (unsigned)relay->port,
		relay->user ? relay->user : "");
	if (status == OX_OK) {
		status = ox_digest_hash(OX_DIGEST_SHA256, identity.bytes, identity.size, digest);
	}
	ox_buffer_clear(&identity);
	if (status != OX_OK) {
		return OX_E_NOMEM;
	}
	size_t size = 0;
	for (const char *c = relay->host; *c && size < MADE_HOST_MAX; c++) {
		name[size] = is_name_letter(*c) || *c == '.' || *c == '-' ? *c : '_';
		size++;
	}
	name[0] = is_name_letter(name[0]) ? name[0] : 'x'; /* an address such as ::1 */
	(void)snprintf(name + size, OX_PROFILE_MADE_NAME_SIZE - size, "-%02x%02x%02x%02x%02x", digest[0],
		digest[1], digest[2], digest[3], digest[4]);
	return OX_OK;
}
