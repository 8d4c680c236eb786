/* SPDX-License-Identifier: MIT */
/* The mechanisms that send an OAuth 2 access token: XOAUTH2 and OAUTHBEARER (RFC 7628). */
#include <string.h>

#include "smtp/auth_internal.h"

int ox_xoauth2_initial(const ox_credentials *credentials, ox_buffer *out)
{
	return ox_buffer_append_format(out, "user=%s\x01" "auth=Bearer %s\x01\x01", credentials->user,
		credentials->token);
}

/* RFC 7628 3.1: a gs2 header with the user as authzid, then key=value pairs, each ended by 0x01. */
int ox_oauthbearer_initial(const ox_credentials *credentials, const char *host, uint16_t port,
	ox_buffer *out)
{
	int status = ox_buffer_append_string(out, "n,a=");
	if (status == OX_OK) {
		status = ox_scram_append_name(out, credentials->user);
	}
	if (status == OX_OK) {
		status = ox_buffer_append_string(out, ",\x01");
	}
	if (status == OX_OK && host) {
		status = ox_buffer_append_format(out, "host=%s\x01", host);
	}
	if (status == OX_OK && port) {
		status = ox_buffer_append_format(out, "port=%u\x01", (unsigned)port);
	}
	return status == OX_OK
		? ox_buffer_append_format(out, "auth=Bearer %s\x01\x01", credentials->token)
		: status;
}

static ox_slice skip_blanks(ox_slice json)
{
	while (json.size && strchr(" \t\r\n", json.at[0]) && json.at[0]) {
		json.at++;
		json.size--;
	}
	return json;
}

/* The value of the first "status" in the object, a string or a number; empty where there is none.
 * The server wrote it for a client's log, so a scan for the key is enough. */
static ox_slice find_status(ox_slice json)
{
	static const char key[] = "\"status\"";
	ox_slice none = {0};
	while (json.size >= sizeof key - 1 && memcmp(json.at, key, sizeof key - 1)) {
		json.at++;
		json.size--;
	}
	if (json.size < sizeof key - 1) {
		return none;
	}
	json.at += sizeof key - 1;
	json.size -= sizeof key - 1;
	json = skip_blanks(json);
	if (!json.size || json.at[0] != ':') {
		return none;
	}
	json.at++;
	json.size--;
	json = skip_blanks(json);
	bool quoted = json.size && json.at[0] == '"';
	if (quoted) {
		json.at++;
		json.size--;
	}
	ox_slice value = {json.at, 0};
	while (value.size < json.size && !strchr(quoted ? "\"\\" : ",} \t\r\n", json.at[value.size])) {
		value.size++;
	}
	return value;
}

static void keep_status(ox_auth *auth, ox_slice value)
{
	size_t kept = 0;
	for (size_t i = 0; i < value.size && kept < OX_AUTH_STATUS_MAX; i++) {
		if (value.at[i] >= ' ' && value.at[i] <= '~') {
			auth->status[kept++] = value.at[i];
		}
	}
	auth->status[kept] = 0;
}

/* The only challenge there is says in JSON why the token was refused. It has to be answered before
 * the server gives its 535: with an empty line to XOAUTH2, with 0x01 to OAUTHBEARER (RFC 7628
 * 3.2.3). */
int ox_bearer_step(ox_auth *auth, ox_slice challenge, ox_error *error)
{
	if (auth->challenges) {
		return ox_auth_broken(auth, error, "the server asks on after its error");
	}
	ox_slice json = skip_blanks(challenge);
	if (json.size && json.at[0] == '{') {
		auth->token_error = true;
		keep_status(auth, find_status(json));
	}
	if (auth->mechanism == OX_MECHANISM_OAUTHBEARER &&
		ox_buffer_append_byte(&auth->response, 1) != OX_OK) {
		return ox_error_memory(error, OX_STAGE_AUTH);
	}
	return OX_OK;
}
