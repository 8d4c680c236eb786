/* SPDX-License-Identifier: MIT */
#include "smtp/auth.h"

#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "smtp/auth_internal.h"

#define BIT(mechanism) (1u << (mechanism))

static const char *const names[OX_MECHANISM_COUNT + 1] = {
	[OX_MECHANISM_EXTERNAL] = "EXTERNAL",
	[OX_MECHANISM_OAUTHBEARER] = "OAUTHBEARER",
	[OX_MECHANISM_XOAUTH2] = "XOAUTH2",
	[OX_MECHANISM_SCRAM_SHA_256_PLUS] = "SCRAM-SHA-256-PLUS",
	[OX_MECHANISM_SCRAM_SHA_256] = "SCRAM-SHA-256",
	[OX_MECHANISM_SCRAM_SHA_1_PLUS] = "SCRAM-SHA-1-PLUS",
	[OX_MECHANISM_SCRAM_SHA_1] = "SCRAM-SHA-1",
	[OX_MECHANISM_CRAM_MD5] = "CRAM-MD5",
	[OX_MECHANISM_PLAIN] = "PLAIN",
	[OX_MECHANISM_LOGIN] = "LOGIN",
	[OX_MECHANISM_NONE] = "none",
};

const char *ox_mechanism_name(ox_mechanism mechanism)
{
	return mechanism < OX_MECHANISM_COUNT ? names[mechanism] : names[OX_MECHANISM_NONE];
}

ox_mechanism ox_mechanism_parse(ox_slice name)
{
	for (int i = 0; i < OX_MECHANISM_COUNT; i++) {
		if (ox_slice_is_nocase(name, names[i])) {
			return (ox_mechanism)i;
		}
	}
	return OX_MECHANISM_NONE;
}

static bool is_plus(ox_mechanism mechanism)
{
	return mechanism == OX_MECHANISM_SCRAM_SHA_256_PLUS ||
		mechanism == OX_MECHANISM_SCRAM_SHA_1_PLUS;
}

static bool is_scram(ox_mechanism mechanism)
{
	return mechanism >= OX_MECHANISM_SCRAM_SHA_256_PLUS && mechanism <= OX_MECHANISM_SCRAM_SHA_1;
}

static bool is_bearer(ox_mechanism mechanism)
{
	return mechanism == OX_MECHANISM_OAUTHBEARER || mechanism == OX_MECHANISM_XOAUTH2;
}

bool ox_mechanism_uses_password(ox_mechanism mechanism)
{
	return is_scram(mechanism) || mechanism == OX_MECHANISM_CRAM_MD5 ||
		mechanism == OX_MECHANISM_PLAIN || mechanism == OX_MECHANISM_LOGIN;
}

/* There, within its cap, and free of control characters: NUL and 0x01 are PLAIN's and XOAUTH2's own
 * separators, and SASLprep forbids the rest. An empty one counts as none (RFC 4616: 1*SAFE). */
static bool is_given(const char *text, size_t max)
{
	size_t size = text ? strlen(text) : 0;
	return size && size <= max && !ox_has_control(text, size);
}

static bool suits_credentials(ox_mechanism mechanism, const ox_credentials *credentials)
{
	if (mechanism == OX_MECHANISM_EXTERNAL) {
		return credentials->external &&
			(!credentials->user || !*credentials->user ||
				is_given(credentials->user, OX_AUTH_USER_MAX));
	}
	if (!is_given(credentials->user, OX_AUTH_USER_MAX)) {
		return false;
	}
	if (is_bearer(mechanism)) {
		return is_given(credentials->token, OX_AUTH_SECRET_MAX);
	}
	if (!is_given(credentials->password, OX_AUTH_SECRET_MAX)) {
		return false;
	}
	return !is_scram(mechanism) ||
		(!credentials->scram_forbidden &&
			ox_is_utf8(credentials->user, strlen(credentials->user)) &&
			ox_is_utf8(credentials->password, strlen(credentials->password)));
}

static bool can_bind(const ox_channel_binding *channel)
{
	return channel->tls && (channel->exporter_size || channel->end_point_size);
}

static bool suits_channel(ox_mechanism mechanism, const ox_channel_binding *channel,
	bool allow_plain)
{
	if (is_plus(mechanism)) {
		return can_bind(channel);
	}
	if (mechanism == OX_MECHANISM_EXTERNAL) {
		return channel->tls; /* the certificate was shown there */
	}
	bool shows_secret = is_bearer(mechanism) || mechanism == OX_MECHANISM_PLAIN ||
		mechanism == OX_MECHANISM_LOGIN;
	return !shows_secret || channel->tls || allow_plain;
}

ox_mechanism ox_auth_choose(uint32_t offered, uint32_t tried, const ox_credentials *credentials,
	const ox_channel_binding *channel, bool allow_plain)
{
	uint32_t allowed = credentials->mechanisms ? credentials->mechanisms : UINT32_MAX;
	for (int i = 0; i < OX_MECHANISM_COUNT; i++) {
		ox_mechanism mechanism = (ox_mechanism)i;
		if ((offered & allowed & ~tried & BIT(i)) && suits_credentials(mechanism, credentials) &&
			suits_channel(mechanism, channel, allow_plain)) {
			return mechanism;
		}
	}
	return OX_MECHANISM_NONE;
}

/* 'y' lets the server notice that somebody took its PLUS offer out of the list, so it must not be
 * said where PLUS was seen (RFC 5802 6). */
static void choose_binding(ox_scram_options *options, ox_mechanism mechanism, uint32_t offered,
	const ox_channel_binding *channel)
{
	uint32_t plus = BIT(OX_MECHANISM_SCRAM_SHA_256_PLUS) | BIT(OX_MECHANISM_SCRAM_SHA_1_PLUS);
	options->flag = 'n';
	if (!is_plus(mechanism)) {
		options->flag = can_bind(channel) && !(offered & plus) ? 'y' : 'n';
		return;
	}
	options->flag = 'p';
	bool exporter = channel->exporter_size != 0; /* RFC 9266 4.2: the one to use with TLS 1.3 */
	options->binding_name = exporter ? "tls-exporter" : "tls-server-end-point";
	options->binding = exporter ? channel->exporter : channel->end_point;
	options->binding_size = exporter ? channel->exporter_size : channel->end_point_size;
}

static int begin_scram(ox_auth *auth, uint32_t offered, const ox_credentials *credentials,
	const ox_channel_binding *channel)
{
	bool sha1 = auth->mechanism == OX_MECHANISM_SCRAM_SHA_1 ||
		auth->mechanism == OX_MECHANISM_SCRAM_SHA_1_PLUS;
	ox_buffer nonce;
	ox_buffer_init(&nonce, OX_SCRAM_NONCE_MAX);
	int status = ox_base64_encode(&nonce, credentials->nonce, sizeof credentials->nonce);
	if (status == OX_OK) {
		ox_scram_options options = {
			.digest = sha1 ? OX_DIGEST_SHA1 : OX_DIGEST_SHA256,
			.user = credentials->scram_user ? credentials->scram_user : credentials->user,
			.password = credentials->scram_password ? credentials->scram_password
				: credentials->password,
			.nonce = ox_buffer_text(&nonce),
		};
		choose_binding(&options, auth->mechanism, offered, channel);
		status = ox_scram_init(&auth->scram, &options);
	}
	ox_buffer_clear(&nonce);
	return status == OX_OK ? ox_scram_first(&auth->scram, &auth->initial) : status;
}

static int begin(ox_auth *auth, uint32_t offered, const ox_credentials *credentials,
	const ox_channel_binding *channel, const char *host, uint16_t port)
{
	switch (auth->mechanism) {
	case OX_MECHANISM_EXTERNAL: /* RFC 4422 A: who we want to act as, or nothing */
		return ox_buffer_append_string(&auth->initial, credentials->user ? credentials->user : "");
	case OX_MECHANISM_OAUTHBEARER:
		return ox_oauthbearer_initial(credentials, host, port, &auth->initial);
	case OX_MECHANISM_XOAUTH2: return ox_xoauth2_initial(credentials, &auth->initial);
	case OX_MECHANISM_PLAIN: return ox_plain_initial(credentials, &auth->initial);
	case OX_MECHANISM_CRAM_MD5:
	case OX_MECHANISM_LOGIN:
		auth->user = ox_copy_string(credentials->user);
		auth->password = ox_copy_string(credentials->password);
		return auth->user && auth->password ? OX_OK : OX_E_NOMEM;
	default: return begin_scram(auth, offered, credentials, channel);
	}
}

ox_auth *ox_auth_new(ox_mechanism mechanism, uint32_t offered, const ox_credentials *credentials,
	const ox_channel_binding *channel, const char *host, uint16_t port)
{
	if (mechanism >= OX_MECHANISM_COUNT || !suits_credentials(mechanism, credentials) ||
		!suits_channel(mechanism, channel, true)) {
		return NULL;
	}
	ox_auth *auth = ox_alloc(sizeof *auth);
	if (!auth) {
		return NULL;
	}
	auth->mechanism = mechanism;
	ox_buffer_init_secret(&auth->initial, OX_AUTH_RESPONSE_MAX);
	ox_buffer_init_secret(&auth->response, OX_AUTH_RESPONSE_MAX);
	if (begin(auth, offered, credentials, channel, host, port) != OX_OK) {
		ox_auth_free(auth);
		return NULL;
	}
	return auth;
}

void ox_auth_free(ox_auth *auth)
{
	if (!auth) {
		return;
	}
	ox_buffer_clear(&auth->initial);
	ox_buffer_clear(&auth->response);
	ox_free_secret(auth->user);
	ox_free_secret(auth->password);
	ox_scram_clear(&auth->scram);
	ox_free(auth);
}

bool ox_auth_initial(ox_auth *auth, ox_slice *response)
{
	if (auth->mechanism == OX_MECHANISM_LOGIN || auth->mechanism == OX_MECHANISM_CRAM_MD5) {
		return false;
	}
	response->at = ox_buffer_text(&auth->initial);
	response->size = auth->initial.size;
	return true;
}

int ox_auth_broken(const ox_auth *auth, ox_error *error, const char *why)
{
	return ox_error_set(error, OX_ERROR_AUTH, OX_RETRY_NEVER, OX_STAGE_AUTH, OX_FACT_AUTH_EXCHANGE,
		"%s: %s", ox_mechanism_name(auth->mechanism), why);
}

int ox_auth_step(ox_auth *auth, ox_slice challenge, ox_slice *response, ox_error *error)
{
	int status;
	ox_buffer_empty(&auth->response);
	switch (auth->mechanism) {
	case OX_MECHANISM_EXTERNAL:
	case OX_MECHANISM_PLAIN:
		return ox_auth_broken(auth, error, "the server asks on after the only response there is");
	case OX_MECHANISM_OAUTHBEARER:
	case OX_MECHANISM_XOAUTH2: status = ox_bearer_step(auth, challenge, error); break;
	case OX_MECHANISM_CRAM_MD5: status = ox_cram_step(auth, challenge, error); break;
	case OX_MECHANISM_LOGIN: status = ox_login_step(auth, error); break;
	default: status = ox_scram_step(&auth->scram, challenge, &auth->response, error); break;
	}
	if (status == OX_OK) {
		auth->challenges++;
		response->at = ox_buffer_text(&auth->response);
		response->size = auth->response.size;
	}
	return status;
}

int ox_auth_succeeded(ox_auth *auth, ox_error *error)
{
	if (is_scram(auth->mechanism) && auth->scram.state != OX_SCRAM_PROVEN) {
		return ox_error_set(error, OX_ERROR_AUTH, OX_RETRY_NEVER, OX_STAGE_AUTH,
			OX_FACT_AUTH_SERVER_PROOF,
			"%s: the server accepted without proving that it knows the password",
			ox_mechanism_name(auth->mechanism));
	}
	return OX_OK;
}

void ox_auth_refused(const ox_auth *auth, ox_error *error)
{
	if (!auth->token_error) {
		return;
	}
	/* A 4yz behind the JSON is the server's own trouble: that stands. */
	if (error->fact != OX_FACT_AUTH_TEMPORARY) {
		error->fact = OX_FACT_AUTH_TOKEN;
	}
	if (auth->status[0]) {
		size_t used = strlen(error->text);
		(void)snprintf(error->text + used, sizeof error->text - used, "%s(token status %s)",
			used ? " " : "", auth->status);
	}
}
