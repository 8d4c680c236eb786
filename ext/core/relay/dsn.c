/* SPDX-License-Identifier: MIT */
/* "scheme://user:password@host:port/?option=value&..." (RFC 3986 2 and 3), for relays. */
#include <string.h>

#include "relay/relay_internal.h"

static int refuse(ox_error *error, const char *why)
{
	return relay_refuse(error, "dsn", why);
}

/* Cuts what stands before the first of `marks` off the front of *rest; the mark stays. */
static ox_slice cut(ox_slice *rest, const char *marks)
{
	ox_slice part = {rest->at, 0};
	while (part.size < rest->size && !strchr(marks, rest->at[part.size])) {
		part.size++;
	}
	rest->at += part.size;
	rest->size -= part.size;
	return part;
}

static void skip(ox_slice *rest, size_t count)
{
	rest->at += count;
	rest->size -= count;
}

static int hex(char c)
{
	int lower = ox_lower((unsigned char)c);
	return c >= '0' && c <= '9' ? c - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* Once, and '+' is a plus: this is no form of a web page. */
static int decode(ox_slice part, ox_buffer *out, const char *name, ox_error *error)
{
	int status = OX_OK;
	ox_buffer_empty(out);
	for (size_t i = 0; i < part.size && status == OX_OK; i++) {
		int byte = (unsigned char)part.at[i];
		if (byte == '%') {
			int high = part.size - i > 2 ? hex(part.at[i + 1]) : -1;
			int low = high >= 0 ? hex(part.at[i + 2]) : -1;
			if (low < 0) {
				return relay_refuse(error, name,
					"has a % without two hexadecimal digits behind it; write a % itself as %25");
			}
			byte = high * 16 + low;
			i += 2;
		}
		status = ox_buffer_append_byte(out, (uint8_t)byte);
	}
	return status == OX_OK ? OX_OK : ox_error_memory(error, OX_STAGE_NONE);
}

static int set_decoded(ox_relay *relay, const char *name, ox_slice part, ox_error *error)
{
	ox_buffer value;
	ox_buffer_init_secret(&value, OX_RELAY_DSN_MAX);
	int status = decode(part, &value, name, error);
	if (status == OX_OK) {
		status = ox_relay_set(relay, name, (ox_slice){ox_buffer_text(&value), value.size}, error);
	}
	ox_buffer_clear(&value);
	return status;
}

static int parse_account(ox_relay *relay, ox_slice account, ox_error *error)
{
	ox_slice rest = account;
	ox_slice user = cut(&rest, ":");
	int status = set_decoded(relay, "user", user, error);
	if (status == OX_OK && rest.size) {
		skip(&rest, 1);
		status = set_decoded(relay, "password", rest, error);
	}
	return status;
}

static int parse_server(ox_relay *relay, ox_slice rest, ox_error *error)
{
	static const char unclear[] =
		"host and port cannot be told apart: write IPv6 as [2001:db8::1], and in user and password "
		"/ as %2F, ? as %3F, # as %23, @ as %40, : as %3A";
	const char *bracket = rest.size && *rest.at == '[' ? memchr(rest.at, ']', rest.size) : NULL;
	ox_slice host = {rest.at, bracket ? (size_t)(bracket - rest.at) + 1 : 0};
	uint64_t port;
	if (bracket) {
		skip(&rest, host.size);
	} else {
		host = cut(&rest, ":");
	}
	if (!host.size) {
		return relay_refuse(error, "host", "is missing");
	}
	if (rest.size && (*rest.at != ':' || !ox_parse_number((ox_slice){rest.at + 1, rest.size - 1}, &port))) {
		return refuse(error, unclear);
	}
	/* A zone's % is written %25 (RFC 6874); everything else in a host is decoded alike. */
	int status = set_decoded(relay, "host", host, error);
	if (status == OX_OK && rest.size) {
		status = ox_relay_set(relay, "port", (ox_slice){rest.at + 1, rest.size - 1}, error);
	}
	return status;
}

typedef struct {
	uint32_t seen;
	bool quote; /* names may be shown */
} query_state;

static int set_option(ox_relay *relay, query_state *state, ox_slice name, ox_slice value, ox_error *error)
{
	relay_option option = relay_option_find(name);
	if (option == OPTION_COUNT) {
		return relay_option_unknown(name, state->quote, error);
	}
	char text[32] = "";
	memcpy(text, name.at, name.size);
	if (option <= OPTION_PORT) {
		return relay_refuse(error, text, "stands at the front of a DSN, not among its options");
	}
	if (state->seen & 1u << option) {
		return relay_refuse(error, text, "is given twice");
	}
	state->seen |= 1u << option;
	return set_decoded(relay, text, value, error);
}

static int parse_query(ox_relay *relay, ox_slice query, query_state *state, ox_error *error)
{
	int status = OX_OK;
	while (query.size && status == OX_OK) {
		ox_slice pair = cut(&query, "&");
		ox_slice name = cut(&pair, "=");
		skip(&query, query.size ? 1 : 0);
		if (!name.size && !pair.size) {
			continue; /* "&&", or a '?' or '&' at the end */
		}
		if (!pair.size) {
			status = refuse(error, "an option needs = and a value");
			break;
		}
		skip(&pair, 1);
		status = set_option(relay, state, name, pair, error);
	}
	return status;
}

/* The last '@' ends user and password, so that a mail address may stand there as it is. */
static int parse_authority(ox_relay *relay, ox_slice authority, query_state *state, ox_error *error)
{
	size_t at = authority.size;
	while (at && authority.at[at - 1] != '@') {
		at--;
	}
	if (!at) {
		return parse_server(relay, authority, error);
	}
	state->seen = 1u << OPTION_USER;
	ox_slice account = {authority.at, at - 1};
	if (memchr(account.at, ':', account.size)) {
		state->seen |= 1u << OPTION_PASSWORD;
	}
	int status = parse_account(relay, account, error);
	skip(&authority, at);
	return status == OX_OK ? parse_server(relay, authority, error) : status;
}

int ox_relay_parse(ox_relay *relay, const char *dsn, ox_error *error)
{
	ox_slice rest = ox_slice_of(dsn);
	query_state state = {0, true};
	if (rest.size > OX_RELAY_DSN_MAX) {
		return refuse(error, "is longer than 65536 octets");
	}
	if (ox_has_control(rest.at, rest.size)) {
		return refuse(error, "must not hold control characters");
	}
	const char *colon = strstr(dsn, "://");
	if (!colon) {
		return refuse(error, "must look like smtps://user:password@mail.example.com");
	}
	ox_slice scheme = {dsn, (size_t)(colon - dsn)};
	skip(&rest, scheme.size + 3);
	int status = ox_relay_set(relay, "scheme", scheme, error);
	if (status != OX_OK) {
		return status;
	}
	ox_slice authority = cut(&rest, "/?#");
	bool account = memchr(authority.at, '@', authority.size) != NULL;
	state.quote = account || !memchr(rest.at, '@', rest.size);
	if (rest.size && *rest.at == '/') {
		skip(&rest, 1);
	}
	if (rest.size && *rest.at != '?') {
		return refuse(error, "must end with the host and port, or go on with ?option=value; in user and "
			"password write / as %2F, ? as %3F, # as %23");
	}
	status = parse_authority(relay, authority, &state, error);
	if (status != OX_OK || !rest.size) {
		return status;
	}
	skip(&rest, 1);
	if (memchr(rest.at, '#', rest.size)) {
		return refuse(error, "must not have a fragment; write # as %23");
	}
	return parse_query(relay, rest, &state, error);
}
