/* SPDX-License-Identifier: MIT */
/* A message from an array: every key is a method of Message. */
#include "php_outbox.h"

#include "zend_exceptions.h"

static zend_result call(zval *message, const char *method, uint32_t count, zval *arguments)
{
	zend_function *function = zend_hash_str_find_ptr(&php_outbox_ce_message->function_table, method,
		strlen(method));
	zval result;
	ZVAL_UNDEF(&result);
	zend_call_known_instance_method(function, Z_OBJ_P(message), &result, count, arguments);
	zval_ptr_dtor(&result);
	return EG(exception) ? FAILURE : SUCCESS;
}

/* An array stands for several arguments. */
static zend_result call_with(zval *message, const char *method, zval *value)
{
	if (Z_TYPE_P(value) != IS_ARRAY) {
		return call(message, method, 1, value);
	}
	uint32_t count = 0;
	uint32_t most = zend_hash_num_elements(Z_ARRVAL_P(value));
	zval *item, *arguments = safe_emalloc(most, sizeof(zval), sizeof(zval));
	ZEND_HASH_FOREACH_VAL(Z_ARRVAL_P(value), item) {
		ZVAL_COPY_DEREF(&arguments[count++], item);
	} ZEND_HASH_FOREACH_END();
	zend_result status = call(message, method, count, arguments);
	while (count) {
		zval_ptr_dtor(&arguments[--count]);
	}
	efree(arguments);
	return status;
}

static zend_result refuse_headers(uint32_t argument)
{
	zend_argument_value_error(argument, "must have an array of name => value as \"headers\"");
	return FAILURE;
}

static zend_result add_headers(zval *message, zval *headers, uint32_t argument)
{
	zend_string *name;
	zval *value;
	if (Z_TYPE_P(headers) != IS_ARRAY) {
		return refuse_headers(argument);
	}
	ZEND_HASH_FOREACH_STR_KEY_VAL(Z_ARRVAL_P(headers), name, value) {
		zval pair[2];
		ZVAL_DEREF(value);
		if (!name || Z_TYPE_P(value) != IS_STRING) {
			return refuse_headers(argument);
		}
		ZVAL_STR(&pair[0], name);
		ZVAL_COPY_VALUE(&pair[1], value);
		if (call(message, "header", 2, pair) != SUCCESS) {
			return FAILURE;
		}
	} ZEND_HASH_FOREACH_END();
	return SUCCESS;
}

static zend_result set_by_key(zval *message, zend_string *key, zval *value, uint32_t argument)
{
	static const struct {
		const char *key, *method;
	} setters[] = {{"from", "from"}, {"sender", "sender"}, {"reply_to", "replyto"}, {"to", "to"},
		{"cc", "cc"}, {"bcc", "bcc"}, {"subject", "subject"}, {"text", "text"}, {"date", "date"},
		{"message_id", "messageid"}};
	ZVAL_DEREF(value);
	if (key && zend_string_equals_literal(key, "headers")) {
		return add_headers(message, value, argument);
	}
	for (size_t i = 0; key && i < sizeof setters / sizeof *setters; i++) {
		if (!strcmp(ZSTR_VAL(key), setters[i].key)) {
			return call_with(message, setters[i].method, value);
		}
	}
	zend_argument_value_error(argument, "has no use for the key \"%s\"; there are from, sender, "
		"to, cc, bcc, reply_to, subject, text, headers, date and message_id", key ? ZSTR_VAL(key) : "");
	return FAILURE;
}

zend_result php_outbox_message_from_array(zval *to, HashTable *fields, uint32_t argument)
{
	zend_string *key;
	zval *value;
	object_init_ex(to, php_outbox_ce_message);
	ZEND_HASH_FOREACH_STR_KEY_VAL(fields, key, value) {
		if (set_by_key(to, key, value, argument) != SUCCESS) {
			zval_ptr_dtor(to);
			ZVAL_UNDEF(to);
			return FAILURE;
		}
	} ZEND_HASH_FOREACH_END();
	return SUCCESS;
}
