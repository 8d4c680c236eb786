/* SPDX-License-Identifier: MIT */
/* Message::dkim(): its options, and the signers that a message has. */
#include "message_object.h"

static ox_slice slice_of(const zend_string *text)
{
	return (ox_slice){ZSTR_VAL(text), ZSTR_LEN(text)};
}

static bool wrong(const char *why)
{
	zend_argument_value_error(4, "is wrong: %s", why);
	return false;
}

static bool take_text(ox_slice *to, zval *value, const char *why)
{
	if (Z_TYPE_P(value) != IS_STRING) {
		return wrong(why);
	}
	*to = slice_of(Z_STR_P(value));
	return true;
}

static bool take_canonicalization(ox_dkim_options *options, zval *value)
{
	static const struct {
		const char *text;
		bool simple_header, simple_body;
	} forms[] = {{"relaxed/relaxed", false, false}, {"relaxed/simple", false, true},
		{"simple/relaxed", true, false}, {"simple/simple", true, true}};
	for (size_t i = 0; Z_TYPE_P(value) == IS_STRING && i < sizeof forms / sizeof *forms; i++) {
		if (zend_string_equals_cstr(Z_STR_P(value), forms[i].text, strlen(forms[i].text))) {
			options->simple_header = forms[i].simple_header;
			options->simple_body = forms[i].simple_body;
			return true;
		}
	}
	return wrong("canonicalization: \"relaxed/relaxed\", \"relaxed/simple\", \"simple/relaxed\" or "
		"\"simple/simple\"");
}

static bool take_expires_in(ox_dkim_options *options, zval *value)
{
	if (Z_TYPE_P(value) != IS_LONG || Z_LVAL_P(value) <= 0) {
		return wrong("expires_in: seconds, more than 0");
	}
	options->expires_in = Z_LVAL_P(value);
	return true;
}

/* names has room for OX_DKIM_HEADERS_MAX. */
static bool take_headers(ox_dkim_options *options, ox_slice *names, zval *value)
{
	static const char why[] = "headers: a list of field names, at most 64";
	zval *name;
	if (Z_TYPE_P(value) != IS_ARRAY ||
		zend_hash_num_elements(Z_ARRVAL_P(value)) > OX_DKIM_HEADERS_MAX) {
		return wrong(why);
	}
	options->headers = names;
	ZEND_HASH_FOREACH_VAL(Z_ARRVAL_P(value), name) {
		ZVAL_DEREF(name);
		if (!take_text(&names[options->header_count++], name, why)) {
			return false;
		}
	} ZEND_HASH_FOREACH_END();
	return true;
}

static bool take_option(ox_dkim_options *options, ox_slice *names, zend_string *key, zval *value)
{
	ZVAL_DEREF(value);
	if (key && zend_string_equals_literal(key, "headers")) {
		return take_headers(options, names, value);
	}
	if (key && zend_string_equals_literal(key, "canonicalization")) {
		return take_canonicalization(options, value);
	}
	if (key && zend_string_equals_literal(key, "expires_in")) {
		return take_expires_in(options, value);
	}
	if (key && zend_string_equals_literal(key, "identity")) {
		return take_text(&options->identity, value, "identity: a string");
	}
	if (key && zend_string_equals_literal(key, "algorithm")) {
		return take_text(&options->algorithm, value, "algorithm: a string");
	}
	zend_argument_value_error(4, "has no use for the key \"%s\"; there are headers, canonicalization, "
		"expires_in, identity and algorithm", key ? ZSTR_VAL(key) : "");
	return false;
}

ox_dkim_signer *php_outbox_dkim_signer(zend_string *domain, zend_string *selector,
	zend_string *private_key, HashTable *given)
{
	ox_slice names[OX_DKIM_HEADERS_MAX];
	ox_dkim_options options = {.domain = slice_of(domain), .selector = slice_of(selector),
		.private_key = slice_of(private_key)};
	ox_dkim_signer *signer;
	ox_dkim_argument argument;
	ox_error error;
	zend_string *key;
	zval *value;
	if (given) {
		ZEND_HASH_FOREACH_STR_KEY_VAL(given, key, value) {
			if (!take_option(&options, names, key, value)) {
				return NULL;
			}
		} ZEND_HASH_FOREACH_END();
	}
	if (ox_dkim_signer_new(&signer, &options, &argument, &error) != OX_OK) {
		php_outbox_throw_argument(argument, &error); /* they are numbered alike */
	}
	return signer;
}

/* A complete message is signed where it stands. takes signer; false after an exception. */
static bool sign_complete(php_outbox_message *m, ox_dkim_signer *signer)
{
	const ox_dkim_signer *const signers[] = {signer};
	ox_error error;
	int status = ox_message_sign(&m->composed, signers, 1, (int64_t)(ox_wall_clock_ms() / 1000), &error);
	ox_dkim_signer_free(signer);
	if (status != OX_OK) {
		php_outbox_throw_argument(0, &error);
	}
	return status == OX_OK;
}

PHP_METHOD(Outbox_Message, dkim)
{
	zend_string *domain, *selector, *private_key;
	HashTable *options = NULL;
	ZEND_PARSE_PARAMETERS_START(3, 4)
		Z_PARAM_STR(domain)
		Z_PARAM_STR(selector)
		Z_PARAM_STR(private_key)
		Z_PARAM_OPTIONAL
		Z_PARAM_ARRAY_HT(options)
	ZEND_PARSE_PARAMETERS_END();
	php_outbox_message *m = php_outbox_message_of(Z_OBJ_P(ZEND_THIS));
	if (m->attached && !php_outbox_message_changing(Z_OBJ_P(ZEND_THIS))) {
		return;
	}
	if (m->signer_count == OX_DKIM_SIGNATURES_MAX) {
		zend_throw_error(NULL, "Outbox\\Message: it has %d signatures, and can have no more",
			OX_DKIM_SIGNATURES_MAX);
		return;
	}
	ox_dkim_signer *signer = php_outbox_dkim_signer(domain, selector, private_key, options);
	if (!signer) {
		return;
	}
	if (!m->complete) {
		m->signers[m->signer_count++] = signer;
		m->made = false;
	} else if (!sign_complete(m, signer)) {
		return;
	}
	RETURN_OBJ_COPY(Z_OBJ_P(ZEND_THIS));
}
