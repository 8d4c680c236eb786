/* SPDX-License-Identifier: MIT */
#include "net/tls_internal.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509_vfy.h>
#include <string.h>

#include "base/base64.h"
#include "base/string.h"

static bool is_given(const char *option)
{
	return option && *option;
}

static int setup_error(ox_error *error, const char *option, const char *value, const char *reason)
{
	ERR_clear_error();
	return ox_error_set(error, OX_ERROR_TLS, OX_RETRY_NEVER, OX_STAGE_TLS, OX_FACT_TLS_SETUP,
		"%s: %s cannot be used: %s", option, value, reason);
}

/* The same with the earliest reason of OpenSSL's queue: later ones only say that something failed.
 */
static int file_error(ox_error *error, const char *option, const char *path)
{
	unsigned long code = ERR_peek_error();
	char message[128];
	const char *reason = ERR_reason_error_string(code);
	if (ERR_SYSTEM_ERROR(code)) {
		ox_system_message(ERR_GET_REASON(code), message, sizeof message);
		reason = message;
	} else if (ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE) {
		ERR_clear_error();
		return ox_error_memory(error, OX_STAGE_TLS);
	}
	return setup_error(error, option, path, reason ? reason : "it holds nothing usable");
}

static int verify_result(int passed, X509_STORE_CTX *store)
{
	SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
	ox_tls *tls = ssl ? SSL_get_app_data(ssl) : NULL;
	X509 *leaf = X509_STORE_CTX_get0_cert(store);
	if (!passed && tls && !tls->refused && leaf && X509_up_ref(leaf)) {
		tls->refused = leaf;
	}
	return passed;
}

static int keep_session(SSL *ssl, SSL_SESSION *session)
{
	ox_tls *tls = SSL_get_app_data(ssl);
	if (!tls) {
		return 0;
	}
	if (tls->established) {
		ox_tls_cache_put(tls, session);
	} else {
		SSL_SESSION_free(tls->early);
		tls->early = session;
	}
	return 1; /* the reference is ours */
}

/* Without a callback OpenSSL would ask the terminal. */
static int refuse_passphrase(char *buffer, int size, int writing, void *asked)
{
	(void)buffer, (void)size, (void)writing;
	if (asked) {
		*(bool *)asked = true;
	}
	return -1;
}

static int set_versions(SSL_CTX *context, int version_min, ox_error *error)
{
	int version = version_min ? version_min : OX_TLS_VERSION_1_2;
	if (version < OX_TLS_VERSION_1_0 || version > OX_TLS_VERSION_1_3) {
		return setup_error(error, "tls_min", "the version", "1.0, 1.1, 1.2 and 1.3 are known");
	}
	/* OpenSSL 3 has the SHA-1 signatures of 1.0 and 1.1 at level 0 only; asked for, so given. */
	if (version < OX_TLS_VERSION_1_2 &&
	    !SSL_CTX_set_cipher_list(context, "DEFAULT:@SECLEVEL=0")) {
		return ox_error_memory(error, OX_STAGE_TLS);
	}
	return SSL_CTX_set_min_proto_version(context, version) ? OX_OK
	                                                       : ox_error_memory(error, OX_STAGE_TLS);
}

static int set_verification(SSL_CTX *context, const ox_tls_options *options, ox_error *error)
{
	SSL_CTX_set_verify(context, options->verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, verify_result);
	if (is_given(options->ca_file)) {
		/* A file that names an intermediate or the server itself means just that. */
		X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN);
		return SSL_CTX_load_verify_locations(context, options->ca_file, NULL)
		           ? OX_OK
		           : file_error(error, "ca_file", options->ca_file);
	}
	if (options->verify && !SSL_CTX_set_default_verify_paths(context)) {
		return ox_error_memory(error, OX_STAGE_TLS);
	}
	return OX_OK;
}

static int set_client_certificate(SSL_CTX *context, const ox_tls_options *options, ox_error *error)
{
	bool asked = false;
	int status = OX_OK;
	const char *key = is_given(options->key) ? options->key : options->certificate;
	if (!is_given(options->certificate)) {
		return is_given(options->key) ? setup_error(error, "key", options->key,
													"there is no certificate (cert) for it")
									  : OX_OK;
	}
	SSL_CTX_set_default_passwd_cb_userdata(context, &asked);
	if (!SSL_CTX_use_certificate_chain_file(context, options->certificate)) {
		status = file_error(error, "cert", options->certificate);
	} else if (!SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM)) {
		status = asked ? setup_error(error, "key", key, "it is protected by a passphrase")
		               : file_error(error, "key", key);
	} else if (!SSL_CTX_check_private_key(context)) {
		status = setup_error(error, "key", key, "it is not the certificate's");
	}
	SSL_CTX_set_default_passwd_cb_userdata(context, NULL);
	return status;
}

static int add_pin(ox_tls_trust *trust, ox_slice pin)
{
	static const char prefix[] = "sha256//";
	const size_t prefix_size = sizeof prefix - 1;
	int status = OX_E_SYNTAX;
	ox_buffer digest;
	ox_buffer_init(&digest, 32);
	if (pin.size > prefix_size && memcmp(pin.at, prefix, prefix_size) == 0) {
		status = ox_base64_decode(&digest, pin.at + prefix_size, pin.size - prefix_size);
	}
	if (status == OX_OK && digest.size == sizeof *trust->pins) {
		memcpy(trust->pins[trust->pin_count++], digest.bytes, digest.size);
	} else if (status != OX_E_NOMEM) {
		status = OX_E_SYNTAX;
	}
	ox_buffer_clear(&digest);
	return status;
}

static int set_pins(ox_tls_trust *trust, const char *pins, ox_error *error)
{
	int status = OX_OK;
	if (!is_given(pins)) {
		return OX_OK;
	}
	trust->pins = ox_array_alloc(OX_TLS_PINS_MAX, sizeof *trust->pins);
	if (!trust->pins) {
		return ox_error_memory(error, OX_STAGE_TLS);
	}
	while (status == OX_OK) {
		ox_slice pin = {pins, strcspn(pins, ";")};
		status = trust->pin_count < OX_TLS_PINS_MAX ? add_pin(trust, pin) : OX_E_SYNTAX;
		pins += pin.size;
		if (!*pins++) {
			break;
		}
	}
	if (status == OX_E_NOMEM) {
		return ox_error_memory(error, OX_STAGE_TLS);
	}
	return status == OX_OK ? OX_OK
	                       : setup_error(error, "pin", "the value",
	                             "it is not sha256// and the Base64 of 32 octets");
}

static bool digest_text(EVP_MD_CTX *digest, const char *text)
{
	return EVP_DigestUpdate(digest, text ? text : "", text ? strlen(text) + 1 : 1) == 1;
}

/* The content, not only the path: a changed file is another trust. */
static bool digest_file(EVP_MD_CTX *digest, const char *path)
{
	unsigned char bytes[4096];
	size_t count;
	bool fine = digest_text(digest, path);
	BIO *file = is_given(path) ? BIO_new_file(path, "rb") : NULL;
	while (fine && file && BIO_read_ex(file, bytes, sizeof bytes, &count)) {
		fine = EVP_DigestUpdate(digest, bytes, count) == 1;
	}
	BIO_free(file);
	return fine;
}

static int set_identity(ox_tls_trust *trust, const ox_tls_options *options, ox_error *error)
{
	const uint8_t fixed[4] = {1 /* of this recipe */, (uint8_t)options->verify,
		(uint8_t)(options->version_min >> 8), (uint8_t)options->version_min};
	EVP_MD_CTX *digest = EVP_MD_CTX_new();
	bool fine = digest && EVP_DigestInit_ex(digest, EVP_sha256(), NULL) == 1 &&
	            EVP_DigestUpdate(digest, fixed, sizeof fixed) == 1 &&
	            digest_text(digest, options->pin) && digest_file(digest, options->ca_file) &&
	            digest_file(digest, options->certificate) && digest_text(digest, options->key) &&
	            EVP_DigestFinal_ex(digest, trust->identity.bytes, NULL) == 1;
	EVP_MD_CTX_free(digest);
	return fine ? OX_OK : ox_error_memory(error, OX_STAGE_TLS);
}

static int make_context(ox_tls_trust *trust, ox_error *error)
{
	trust->method = ox_tls_bio_method();
	trust->context = SSL_CTX_new(TLS_client_method());
	if (!trust->method || !trust->context) {
		return ox_error_memory(error, OX_STAGE_TLS);
	}
	SSL_CTX_set_mode(trust->context, SSL_MODE_ENABLE_PARTIAL_WRITE |
		SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
	/* A renegotiation could bring another certificate behind the pin's back. */
	SSL_CTX_set_options(trust->context, SSL_OP_NO_RENEGOTIATION);
	SSL_CTX_clear_options(trust->context, SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_session_cache_mode(trust->context,
		SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_sess_set_new_cb(trust->context, keep_session);
	SSL_CTX_set_default_passwd_cb(trust->context, refuse_passphrase);
	return OX_OK;
}

int ox_tls_trust_new(const ox_tls_options *options, ox_tls_trust **trust, ox_error *error)
{
	int status;
	ox_tls_trust *made = ox_alloc(sizeof *made);
	*trust = NULL;
	if (!made) {
		return ox_error_memory(error, OX_STAGE_TLS);
	}
	made->holders = 1;
	made->verify = options->verify;
	ERR_clear_error();
	if ((status = make_context(made, error)) != OX_OK ||
	    (status = set_versions(made->context, options->version_min, error)) != OX_OK ||
	    (status = set_verification(made->context, options, error)) != OX_OK ||
	    (status = set_client_certificate(made->context, options, error)) != OX_OK ||
	    (status = set_pins(made, options->pin, error)) != OX_OK ||
	    (status = set_identity(made, options, error)) != OX_OK) {
		goto done;
	}
	if (is_given(options->cache_directory)) {
		made->cache.directory = ox_copy_string(options->cache_directory);
		if (!made->cache.directory) {
			status = ox_error_memory(error, OX_STAGE_TLS);
			goto done;
		}
	}
	*trust = made;
	made = NULL;
done:
	ERR_clear_error();
	ox_tls_trust_free(made);
	return status;
}

ox_tls_trust *ox_tls_trust_share(ox_tls_trust *trust)
{
	trust->holders++;
	return trust;
}

void ox_tls_trust_free(ox_tls_trust *trust)
{
	if (!trust || --trust->holders) {
		return;
	}
	ox_tls_cache_clear(&trust->cache);
	SSL_CTX_free(trust->context);
	BIO_meth_free(trust->method);
	ox_free(trust->pins);
	ox_free(trust);
}
