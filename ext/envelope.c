/* SPDX-License-Identifier: MIT */
/* The envelope of a transaction: what the caller gave, and from the message what was left open. */
#include "php_outbox.h"

#include "envelope_arginfo.h"

zend_class_entry *php_outbox_ce_envelope;

/* What an Envelope asks for besides what ox_envelope has a place for. */
typedef struct {
	unsigned notify;       /* for all recipients */
	HashTable *notify_by;  /* or by recipient; borrows, NULL = none */
	bool utf8_forbidden;
} wishes;

/* Of an Envelope that was made past its constructor a property may have any value of its type, or
 * none: then it counts as not given. */
static zval *property(zend_object *object, const char *name, zval *buffer)
{
	return zend_read_property(php_outbox_ce_envelope, object, name, strlen(name), 1, buffer);
}

static int take_address(ox_envelope *envelope, ox_slice text, bool is_sender, unsigned notify,
	size_t *index, ox_error *error)
{
	char *address = NULL;
	bool utf8 = false;
	int status = ox_address_check(text, false, &address, &utf8, error);
	if (status != OX_OK) {
		return status;
	}
	status = is_sender ? ox_envelope_set_sender(envelope, address)
	                   : ox_envelope_add(envelope, address, notify, NULL, index);
	ox_free(address);
	if (status == OX_E_NOMEM) {
		return ox_error_memory(error, OX_STAGE_NONE);
	}
	if (status != OX_OK) {
		return php_outbox_wrong(error,
			"an address is too long, or there are more than %d recipients", OX_RECIPIENTS_MAX);
	}
	envelope->utf8 = envelope->utf8 || utf8;
	return OX_OK;
}

static int wrong(ox_error *error, const char *option, const char *right)
{
	return php_outbox_wrong(error, "option \"%s\" must be %s", option, right);
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
	*notify = 0;
	ZVAL_DEREF(value);
	if (Z_TYPE_P(value) != IS_ARRAY) {
		status = take_notify_word(value, notify, error);
	} else {
		ZEND_HASH_FOREACH_VAL(Z_ARRVAL_P(value), word) {
			ZVAL_DEREF(word);
			status = status == OX_OK ? take_notify_word(word, notify, error) : status;
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
	bool plain = Z_TYPE_P(value) == IS_STRING && !php_outbox_has_nul(Z_STR_P(value));
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
	*flag = Z_TYPE_P(value) == IS_TRUE;
	return OX_OK;
}

static int take_utf8(ox_envelope *envelope, wishes *wish, zval *value, ox_error *error)
{
	int status = take_flag(&envelope->utf8, "smtputf8", value, error);
	wish->utf8_forbidden = status == OX_OK && !envelope->utf8;
	return status;
}

static int take_priority(ox_envelope *envelope, zval *value, ox_error *error)
{
	if (Z_TYPE_P(value) != IS_LONG || Z_LVAL_P(value) < -9 || Z_LVAL_P(value) > 9) {
		return wrong(error, "priority", "an integer from -9 to 9");
	}
	envelope->priority = (int)Z_LVAL_P(value);
	return OX_OK;
}

static int take_option(ox_envelope *envelope, wishes *wish, zend_string *name, zval *value,
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
		bool by = Z_TYPE_P(value) == IS_ARRAY && !zend_array_is_list(Z_ARRVAL_P(value));
		wish->notify_by = by ? Z_ARRVAL_P(value) : NULL;
		return by ? OX_OK : take_notify(value, &wish->notify, error);
	}
	if (!strcmp(option, "smtputf8")) {
		return take_utf8(envelope, wish, value, error);
	}
	if (!strcmp(option, "requiretls")) {
		return take_flag(&envelope->require_tls, option, value, error);
	}
	if (!strcmp(option, "priority")) {
		return take_priority(envelope, value, error);
	}
	return php_outbox_wrong(error, "there is no option \"%.60s\"; there are ret, envid, notify, "
		"priority, smtputf8 and requiretls", option);
}

static int take_options(ox_envelope *envelope, wishes *wish, zval *options, ox_error *error)
{
	zend_string *name;
	zval *value;
	int status = OX_OK;
	if (!options || Z_TYPE_P(options) != IS_ARRAY) {
		return OX_OK;
	}
	ZEND_HASH_FOREACH_STR_KEY_VAL(Z_ARRVAL_P(options), name, value) {
		status = status == OX_OK ? take_option(envelope, wish, name, value, error) : status;
	} ZEND_HASH_FOREACH_END();
	return status;
}

/* Without recipients, which may be the message's, only the words can be checked. */
static int take_notify_by(ox_envelope *envelope, const wishes *wish, ox_error *error)
{
	zend_string *address;
	zval *value;
	size_t count = envelope->recipient_count;
	ZEND_HASH_FOREACH_STR_KEY_VAL(wish->notify_by, address, value) {
		unsigned notify;
		size_t index = 0;
		int status = take_notify(value, &notify, error);
		if (status == OX_OK && !address) {
			status = wrong(error, "notify", "for all, or an array with recipients as keys");
		}
		if (status == OX_OK && count) {
			ox_slice text = {ZSTR_VAL(address), ZSTR_LEN(address)};
			status = take_address(envelope, text, false, notify, &index, error);
		}
		if (status != OX_OK) {
			return status;
		}
		if (count && index >= count) {
			return php_outbox_wrong(error, "option \"notify\" names %s, who is no recipient",
				envelope->recipients[index].address);
		}
		if (count) {
			envelope->recipients[index].notify = notify;
		}
	} ZEND_HASH_FOREACH_END();
	return OX_OK;
}

static int take_given(ox_envelope *envelope, HashTable *given, unsigned notify, ox_error *error)
{
	zval *item;
	size_t index;
	int status = OX_OK;
	ZEND_HASH_FOREACH_VAL(given, item) {
		if (Z_TYPE_P(item) != IS_STRING) {
			return php_outbox_wrong(error, "a recipient must be a string");
		}
		if (status == OX_OK) {
			ox_slice text = {Z_STRVAL_P(item), Z_STRLEN_P(item)};
			status = take_address(envelope, text, false, notify, &index, error);
		}
	} ZEND_HASH_FOREACH_END();
	return status;
}

static int take_recipients(ox_envelope *envelope, const wishes *wish, zval *given,
	const ox_message *message, ox_error *error)
{
	int status = OX_OK;
	if (given && Z_TYPE_P(given) == IS_ARRAY && zend_hash_num_elements(Z_ARRVAL_P(given))) {
		status = take_given(envelope, Z_ARRVAL_P(given), wish->notify, error);
	} else if (message) {
		const ox_address_list *list = &message->recipients;
		for (size_t i = 0, index; i < list->count && status == OX_OK; i++) {
			ox_slice text = ox_slice_of(list->items[i].address);
			status = take_address(envelope, text, false, wish->notify, &index, error);
		}
	}
	return status;
}

static int take_sender(ox_envelope *envelope, zval *given, const ox_message *message,
	ox_error *error)
{
	bool is_given = given && Z_TYPE_P(given) == IS_STRING;
	if (!is_given && message && !message->sender) {
		return php_outbox_wrong(error,
			"the message has no From or Sender, and no envelope names a sender");
	}
	ox_slice text = is_given ? (ox_slice){Z_STRVAL_P(given), Z_STRLEN_P(given)}
	                         : ox_slice_of(message ? message->sender : NULL);
	if (!text.size) {
		int status = ox_envelope_set_sender(envelope, "");
		return status == OX_OK ? OX_OK : ox_error_memory(error, OX_STAGE_NONE);
	}
	return take_address(envelope, text, true, 0, NULL, error);
}

/* given is an Envelope or NULL; without a message only what is given is checked. *argument becomes
 * the number of the constructor's argument that is looked at. */
static int fill(ox_envelope *envelope, wishes *wish, const ox_message *message, zend_object *given,
	uint32_t *argument, ox_error *error)
{
	zval buffers[3];
	zval *sender = given ? property(given, "sender", &buffers[0]) : NULL;
	zval *recipients = given ? property(given, "recipients", &buffers[1]) : NULL;
	zval *options = given ? property(given, "options", &buffers[2]) : NULL;
	*argument = 3;
	int status = take_options(envelope, wish, options, error);
	if (status == OX_OK) {
		*argument = 1;
		status = take_sender(envelope, sender, message, error);
	}
	if (status == OX_OK) {
		*argument = 2;
		status = take_recipients(envelope, wish, recipients, message, error);
	}
	if (status == OX_OK && wish->notify_by) {
		*argument = 3;
		status = take_notify_by(envelope, wish, error);
	}
	return status;
}

static void check(zend_object *given)
{
	ox_envelope envelope;
	ox_error error;
	wishes wish = {0};
	uint32_t argument;
	ox_envelope_init(&envelope);
	int status = fill(&envelope, &wish, NULL, given, &argument, &error);
	ox_envelope_clear(&envelope);
	if (status != OX_OK) {
		php_outbox_throw_argument(argument, &error);
	}
}

int php_outbox_envelope(ox_envelope *envelope, const ox_message *message, zend_object *given,
	bool all_or_nothing, ox_error *error)
{
	wishes wish = {0};
	uint32_t argument;
	int status = fill(envelope, &wish, message, given, &argument, error);
	if (status != OX_OK) {
		return status;
	}
	if (!envelope->recipient_count) {
		return php_outbox_wrong(error,
			"there is no recipient: not in To, Cc or Bcc, and not in an envelope");
	}
	if ((zend_long)envelope->recipient_count > OUTBOX_G(max_recipients)) {
		return php_outbox_wrong(error,
			"%zu recipients, and outbox.max_recipients allows " ZEND_LONG_FMT,
			envelope->recipient_count, OUTBOX_G(max_recipients));
	}
	envelope->all_or_nothing = all_or_nothing;
	envelope->utf8 = envelope->utf8 || message->utf8_headers;
	envelope->eightbit = message->facts.eightbit;
	envelope->size = message->size;
	if (envelope->utf8 && wish.utf8_forbidden) {
		return php_outbox_wrong(error, "an address or a header field is in UTF-8, and the "
			"envelope's option \"smtputf8\" is false");
	}
	return OX_OK;
}

/* Address objects become strings, the rest stays for the check; FAILURE after a \TypeError. */
static zend_result copy_recipients(zval *to, HashTable *given)
{
	zval *item;
	array_init_size(to, zend_hash_num_elements(given));
	ZEND_HASH_FOREACH_VAL(given, item) {
		ZVAL_DEREF(item);
		zend_string *address = php_outbox_is_address(item) ? php_outbox_address_of(item)
			: Z_TYPE_P(item) == IS_STRING                  ? Z_STR_P(item)
			                                               : NULL;
		if (!address) {
			zend_argument_type_error(2, "must contain strings and Outbox\\Address objects, "
				"%s given", zend_zval_type_name(item));
			zval_ptr_dtor(to);
			return FAILURE;
		}
		add_next_index_str(to, zend_string_copy(address));
	} ZEND_HASH_FOREACH_END();
	return SUCCESS;
}

PHP_METHOD(Outbox_Envelope, __construct)
{
	zend_object *sender_object = NULL;
	zend_string *sender = NULL;
	HashTable *recipients = (HashTable *)&zend_empty_array;
	zval *options = NULL, value, list;
	ZEND_PARSE_PARAMETERS_START(0, 3)
		Z_PARAM_OPTIONAL
		Z_PARAM_OBJ_OF_CLASS_OR_STR_OR_NULL(sender_object, php_outbox_ce_address, sender)
		Z_PARAM_ARRAY_HT(recipients)
		Z_PARAM_ARRAY(options)
	ZEND_PARSE_PARAMETERS_END();

	if (copy_recipients(&list, recipients) != SUCCESS) {
		return;
	}
	if (sender_object) {
		ZVAL_OBJ(&value, sender_object);
		sender = php_outbox_address_of(&value);
	}
	ZVAL_NULL(&value);
	if (sender) {
		ZVAL_STR_COPY(&value, sender);
	}
	php_outbox_set(ZEND_THIS, "sender", &value);
	if (EG(exception)) { /* the second call of a constructor */
		zval_ptr_dtor(&list);
		return;
	}
	php_outbox_set(ZEND_THIS, "recipients", &list);
	ZVAL_EMPTY_ARRAY(&value);
	if (options) {
		ZVAL_COPY(&value, options);
	}
	php_outbox_set(ZEND_THIS, "options", &value);
	check(Z_OBJ_P(ZEND_THIS));
}

void php_outbox_register_envelope(void)
{
	php_outbox_ce_envelope = register_class_Outbox_Envelope();
}
