/* SPDX-License-Identifier: MIT */
/* The mechanisms that send the password, or a digest of it: PLAIN, LOGIN, CRAM-MD5; and its form for SCRAM. */
#include <string.h>

#include "base/digest.h"
#include "base/saslprep.h"
#include "smtp/auth_internal.h"

/* RFC 4616: [authzid] NUL authcid NUL passwd. */
int ox_plain_initial(const ox_credentials *credentials, ox_buffer *out)
{
	int status = ox_buffer_append_byte(out, 0);
	if (status == OX_OK) {
		status = ox_buffer_append_string(out, credentials->user);
	}
	if (status == OX_OK) {
		status = ox_buffer_append_byte(out, 0);
	}
	return status == OX_OK ? ox_buffer_append_string(out, credentials->password) : status;
}

/* By order, not by the challenge's words: servers ask with "Username:", "User Name\0", other
 * languages or nothing at all. */
int ox_login_step(ox_auth *auth, ox_error *error)
{
	if (auth->challenges > 1) {
		return ox_auth_broken(auth, error, "the server asks on after the password");
	}
	int status = ox_buffer_append_string(&auth->response,
		auth->challenges ? auth->password : auth->user);
	return status == OX_OK ? OX_OK : ox_error_memory(error, OX_STAGE_AUTH);
}

/* RFC 2195 2: user, blank, HMAC-MD5 of the challenge in lower-case hexadecimal. */
int ox_cram_step(ox_auth *auth, ox_slice challenge, ox_error *error)
{
	if (auth->challenges) {
		return ox_auth_broken(auth, error, "the server asks on after the digest");
	}
	if (!challenge.size) {
		return ox_auth_broken(auth, error, "the server's challenge is empty");
	}
	uint8_t digest[OX_DIGEST_MAX];
	int status = ox_digest_hmac(OX_DIGEST_MD5, auth->password, strlen(auth->password),
		challenge.at, challenge.size, digest);
	if (status == OX_OK) {
		status = ox_buffer_append_format(&auth->response, "%s ", auth->user);
	}
	for (size_t i = 0; i < ox_digest_size(OX_DIGEST_MD5) && status == OX_OK; i++) {
		status = ox_buffer_append_format(&auth->response, "%02x", digest[i]);
	}
	return status == OX_OK ? OX_OK : ox_error_memory(error, OX_STAGE_AUTH);
}

/* NULL where the text is its own form. */
static int prepare(const char *text, ox_saslprep_use use, char **form)
{
	*form = NULL;
	return text && ox_has_8bit(text, strlen(text)) ? ox_saslprep(text, use, form) : OX_OK;
}

/* RFC 5802: the name is a query string (5.1), the password a stored one (2.2). PLAIN leaves that to the verifier
 * (RFC 4616 2), and LOGIN and CRAM-MD5 know nothing of it. */
int ox_credentials_prepare(ox_credentials *credentials, char **user, char **password)
{
	*password = NULL;
	int status = prepare(credentials->user, OX_SASLPREP_QUERY, user);
	if (status == OX_OK) {
		status = prepare(credentials->password, OX_SASLPREP_STORED, password);
	}
	credentials->scram_user = *user;
	credentials->scram_password = *password;
	credentials->scram_forbidden = status == OX_E_SYNTAX;
	return status == OX_E_SYNTAX ? OX_OK : status;
}
