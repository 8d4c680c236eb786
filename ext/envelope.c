/* SPDX-License-Identifier: MIT */
/* The envelope of a transaction: what the caller gave, and from the message what was left open. */
#include "php_outbox.h"

static zval *property(zval *object, const char *name, zval *buffer)
{
	return zend_read_property(php_outbox_ce_envelope, Z_OBJ_P(object), name, strlen(name), 1, buffer);
}

/* Checks one address as the envelope needs it and hands it to add; the failure's text goes to error. */
static int take_address(ox_envelope *envelope, const char *text, size_t size, bool is_sender,
	unsigned notify, ox_error *error)
{
	char *address = NULL;
	bool utf8 = false;
	size_t index;
	int status = ox_address_check((ox_slice){text, size}, false, &address, &utf8, error);
	if (status != OX_OK) {
		return status;
	}
	status = is_sender ? ox_envelope_set_sender(envelope, address)
	                   : ox_envelope_add(envelope, address, notify, NULL, &index);
	ox_free(address);
	if (status == OX_E_NOMEM) {
		return ox_error_memory(error, OX_STAGE_NONE);
	}
	if (status != OX_OK) {
		return ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_NONE,
			"an address is too long, or there are more than %d recipients", OX_RECIPIENTS_MAX);
	}
	envelope->utf8 = envelope->utf8 || utf8;
	return OX_OK;
}

static int wrong(ox_error *error, const char *option, const char *right)
{
	return ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_NONE,
		"option \"%s\" must be %s", option, right);
}

static int take_notify_word(zval *word, unsigned *notify, ox_error *error)
{
	static const struct {
		const char *name;
		unsigned bit;
	} words[] = {{"never", OX_NOTIFY_NEVER}, {"success", OX_NOTIFY_SUCCESS},
		{"failure", OX_NOTIFY_FAILURE}, {"delay", OX_NOTIFY_DELAY}};
	for (size_t i = 0; Z_TYPE_P(word) == IS_STRING && i < sizeof words / sizeof *words; i++) {
		if (ox_equal_nocase(Z_STRVAL_P(word), words[i].name)) {
			*notify |= words[i].bit;
			return OX_OK;
		}
	}
	return wrong(error, "notify", "\"never\", or some of \"success\", \"failure\" and \"delay\"");
}

static int take_notify(zval *value, unsigned *notify, ox_error *error)
{
	int status = OX_OK;
	zval *word;
	if (Z_TYPE_P(value) != IS_ARRAY) {
		status = take_notify_word(value, notify, error);
	} else {
		ZEND_HASH_FOREACH_VAL(Z_ARRVAL_P(value), word) {
			ZVAL_DEREF(word);
			if (status == OX_OK) {
				status = take_notify_word(word, notify, error);
			}
		} ZEND_HASH_FOREACH_END();
	}
	if (status == OX_OK && (*notify & OX_NOTIFY_NEVER) && *notify != OX_NOTIFY_NEVER) {
		return wrong(error, "notify", "\"never\" alone, or others without it");
	}
	return status;
}

static int take_return(ox_envelope *envelope, zval *value, ox_error *error)
{
	if (Z_TYPE_P(value) == IS_STRING && ox_equal_nocase(Z_STRVAL_P(value), "full")) {
		envelope->dsn_return = OX_RETURN_FULL;
	} else if (Z_TYPE_P(value) == IS_STRING && ox_equal_nocase(Z_STRVAL_P(value), "headers")) {
		envelope->dsn_return = OX_RETURN_HEADERS;
	} else {
		return wrong(error, "ret", "\"full\" or \"headers\"");
	}
	return OX_OK;
}

static int take_envid(ox_envelope *envelope, zval *value, ox_error *error)
{
	bool plain = Z_TYPE_P(value) == IS_STRING && !zend_str_has_nul_byte(Z_STR_P(value));
	int status = plain ? ox_envelope_set_envid(envelope, Z_STRVAL_P(value)) : OX_E_SYNTAX;
	if (status == OX_E_NOMEM) {
		return ox_error_memory(error, OX_STAGE_NONE);
	}
	return status == OX_OK ? OX_OK : wrong(error, "envid", "1 to 100 printable ASCII characters");
}

static int take_flag(bool *flag, const char *option, zval *value, ox_error *error)
{
	if (Z_TYPE_P(value) != IS_TRUE && Z_TYPE_P(value) != IS_FALSE) {
		return wrong(error, option, "true or false");
	}
	*flag = *flag || Z_TYPE_P(value) == IS_TRUE;
	return OX_OK;
}

static int take_option(ox_envelope *envelope, zend_string *name, zval *value, unsigned *notify,
	ox_error *error)
{
	const char *option = name ? ZSTR_VAL(name) : "";
	ZVAL_DEREF(value);
	if (!strcmp(option, "ret")) {
		return take_return(envelope, value, error);
	}
	if (!strcmp(option, "envid")) {
		return take_envid(envelope, value, error);
	}
	if (!strcmp(option, "notify")) {
		return take_notify(value, notify, error);
	}
	if (!strcmp(option, "smtputf8")) {
		return take_flag(&envelope->utf8, option, value, error);
	}
	if (!strcmp(option, "requiretls")) {
		return take_flag(&envelope->require_tls, option, value, error);
	}
	if (!strcmp(option, "priority")) {
		if (Z_TYPE_P(value) != IS_LONG || Z_LVAL_P(value) < -9 || Z_LVAL_P(value) > 9) {
			return wrong(error, option, "an integer from -9 to 9");
		}
		envelope->priority = (int)Z_LVAL_P(value);
		return OX_OK;
	}
	return ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_NONE,
		"there is no option \"%.60s\"; there are ret, envid, notify, priority, smtputf8 and requiretls", option);
}

static int take_options(ox_envelope *envelope, zval *options, unsigned *notify, ox_error *error)
{
	zend_string *name;
	zval *value;
	int status = OX_OK;
	ZEND_HASH_FOREACH_STR_KEY_VAL(Z_ARRVAL_P(options), name, value) {
		if (status == OX_OK) {
			status = take_option(envelope, name, value, notify, error);
		}
	} ZEND_HASH_FOREACH_END();
	return status;
}

static int take_recipients(ox_envelope *envelope, zval *given, const ox_message *message,
	unsigned notify, ox_error *error)
{
	int status = OX_OK;
	zval *item;
	if (given && zend_hash_num_elements(Z_ARRVAL_P(given))) {
		ZEND_HASH_FOREACH_VAL(Z_ARRVAL_P(given), item) {
			if (status == OX_OK) {
				status = take_address(envelope, Z_STRVAL_P(item), Z_STRLEN_P(item), false, notify, error);
			}
		} ZEND_HASH_FOREACH_END();
		return status;
	}
	for (size_t i = 0; message && i < message->recipients.count && status == OX_OK; i++) {
		const char *address = message->recipients.items[i].address;
		status = take_address(envelope, address, strlen(address), false, notify, error);
	}
	return status;
}

static int take_sender(ox_envelope *envelope, zval *given, const ox_message *message, ox_error *error)
{
	const char *text = given && Z_TYPE_P(given) == IS_STRING ? Z_STRVAL_P(given) : NULL;
	size_t size = text ? Z_STRLEN_P(given) : 0;
	if (!text && message) {
		text = message->sender;
		size = text ? strlen(text) : 0;
		if (!text) {
			return ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_NONE,
				"the message has no From or Sender, and no envelope names a sender");
		}
	}
	if (!size) {
		int status = ox_envelope_set_sender(envelope, "");
		return status == OX_OK ? OX_OK : ox_error_memory(error, OX_STAGE_NONE);
	}
	return take_address(envelope, text, size, true, 0, error);
}

/* given is an Envelope or NULL; without a message only what is given is checked. */
static int fill(ox_envelope *envelope, const ox_message *message, zval *given, ox_error *error)
{
	zval buffers[3];
	unsigned notify = 0;
	zval *options = given ? property(given, "options", &buffers[0]) : NULL;
	zval *sender = given ? property(given, "sender", &buffers[1]) : NULL;
	zval *recipients = given ? property(given, "recipients", &buffers[2]) : NULL;
	int status = options ? take_options(envelope, options, &notify, error) : OX_OK;
	if (status == OX_OK) {
		status = take_sender(envelope, sender, message, error);
	}
	if (status == OX_OK) {
		status = take_recipients(envelope, recipients, message, notify, error);
	}
	return status;
}

zend_result php_outbox_envelope_check(zval *given)
{
	ox_envelope envelope;
	ox_error error;
	ox_envelope_init(&envelope);
	int status = fill(&envelope, NULL, given, &error);
	ox_envelope_clear(&envelope);
	if (status != OX_OK) {
		zend_string *words = php_outbox_text(error.text);
		zend_value_error("Outbox\\Envelope::__construct(): %s", ZSTR_VAL(words));
		zend_string_release(words);
	}
	return status == OX_OK ? SUCCESS : FAILURE;
}

zend_result php_outbox_envelope(ox_envelope *envelope, const ox_message *message, zval *given,
	bool all_or_nothing, uint32_t argument)
{
	ox_error error;
	int status = fill(envelope, message, given, &error);
	if (status == OX_OK && !envelope->recipient_count) {
		status = ox_error_set(&error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_NONE,
			"there is no recipient: not in To, Cc or Bcc, and not in an envelope");
	}
	if (status == OX_OK && (zend_long)envelope->recipient_count > OUTBOX_G(max_recipients)) {
		status = ox_error_set(&error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_NONE,
			"%zu recipients, and outbox.max_recipients allows " ZEND_LONG_FMT, envelope->recipient_count,
			OUTBOX_G(max_recipients));
	}
	if (status != OX_OK) {
		php_outbox_throw_argument(argument, &error);
		return FAILURE;
	}
	envelope->all_or_nothing = all_or_nothing;
	envelope->utf8 = envelope->utf8 || message->utf8_headers;
	envelope->eightbit = message->facts.eightbit;
	envelope->size = message->octets.size;
	return SUCCESS;
}
