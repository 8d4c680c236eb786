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

static zval *find(HashTable *given, const char *key)
{
	zval *value = zend_hash_str_find(given, key, strlen(key));
	if (value) {
		ZVAL_DEREF(value);
	}
	return value && Z_TYPE_P(value) != IS_NULL ? value : NULL;
}

/* The arguments of a method by name; the first `needed` must be there. */
typedef struct {
	const char *key, *method;
	uint32_t needed;
	const char *names[5];
} form;

static zend_result refuse(const form *f, uint32_t argument)
{
	char names[80] = "";
	for (size_t i = 0; f->names[i]; i++) {
		snprintf(names + strlen(names), sizeof names - strlen(names), "%s%s", i ? ", " : "", f->names[i]);
	}
	zend_argument_value_error(argument, "has something else in \"%s\" than it takes: %s", f->key, names);
	return FAILURE;
}

static bool is_known(const form *f, zend_string *key)
{
	for (size_t i = 0; key && f->names[i]; i++) {
		if (!strcmp(ZSTR_VAL(key), f->names[i])) {
			return true;
		}
	}
	return false;
}

static zend_result call_by_name(zval *message, const form *f, HashTable *given, uint32_t argument)
{
	zval arguments[5];
	uint32_t count = 0;
	zend_string *key;
	ZEND_HASH_FOREACH_STR_KEY(given, key) {
		if (!is_known(f, key)) {
			return refuse(f, argument);
		}
	} ZEND_HASH_FOREACH_END();
	for (uint32_t i = 0; f->names[i]; i++) {
		zval *value = find(given, f->names[i]);
		if (!value && i < f->needed) {
			return refuse(f, argument);
		}
		ZVAL_NULL(&arguments[i]);
		if (value) {
			ZVAL_COPY_VALUE(&arguments[i], value);
			count = i + 1;
		}
	}
	return call(message, f->method, count, arguments);
}

static const form file_forms[] = {
	{"attachments", "attachfrompath", 1, {"path", "name", "type"}},
	{"attachments", "attach", 1, {"body", "name", "type"}},
	{"embeds", "embedfrompath", 2, {"path", "cid", "type", "name"}},
	{"embeds", "embed", 2, {"body", "cid", "type", "name"}},
};

/* A path (its key is the name, or for what is embedded the cid), a Message, or an array of arguments. */
static zend_result add_part(zval *message, const form *f, zend_string *name, zval *item, uint32_t argument)
{
	zval short_form[2];
	ZVAL_DEREF(item);
	if (Z_TYPE_P(item) == IS_ARRAY) {
		return call_by_name(message, find(Z_ARRVAL_P(item), "body") ? f + 1 : f, Z_ARRVAL_P(item), argument);
	}
	bool is_message = Z_TYPE_P(item) == IS_OBJECT && Z_OBJCE_P(item) == php_outbox_ce_message;
	if ((Z_TYPE_P(item) != IS_STRING && !is_message) || (!name && f->needed > 1)) {
		return refuse(f, argument);
	}
	ZVAL_COPY_VALUE(&short_form[0], item);
	if (name) {
		ZVAL_STR(&short_form[1], name);
	}
	return call(message, is_message ? f[1].method : f->method, name ? 2 : 1, short_form);
}

static zend_result add_parts(zval *message, const form *f, zval *list, uint32_t argument)
{
	zend_string *name;
	zval *item;
	if (Z_TYPE_P(list) != IS_ARRAY) {
		return refuse(f, argument);
	}
	ZEND_HASH_FOREACH_STR_KEY_VAL(Z_ARRVAL_P(list), name, item) {
		if (add_part(message, f, name, item, argument) != SUCCESS) {
			return FAILURE;
		}
	} ZEND_HASH_FOREACH_END();
	return SUCCESS;
}

/* A value that is an array of arguments, or the first of them alone. */
static zend_result set_structured(zval *message, const form *f, zval *value, uint32_t argument)
{
	if (Z_TYPE_P(value) == IS_ARRAY) {
		return call_by_name(message, f, Z_ARRVAL_P(value), argument);
	}
	return f->needed > 1 ? refuse(f, argument) : call(message, f->method, 1, value);
}

static zend_result set_by_key(zval *message, zend_string *key, zval *value, uint32_t argument)
{
	static const struct {
		const char *key, *method;
	} setters[] = {{"from", "from"}, {"sender", "sender"}, {"reply_to", "replyto"}, {"to", "to"},
		{"cc", "cc"}, {"bcc", "bcc"}, {"subject", "subject"}, {"text", "text"}, {"html", "html"},
		{"calendar", "calendar"}, {"date", "date"}, {"message_id", "messageid"}, {"priority", "priority"}};
	static const form structured[] = {
		{"list_unsubscribe", "listunsubscribe", 0, {"url", "mailto", "one_click"}},
		{"dkim", "dkim", 3, {"domain", "selector", "private_key", "options"}},
	};
	ZVAL_DEREF(value);
	if (key && zend_string_equals_literal(key, "headers")) {
		return add_headers(message, value, argument);
	}
	for (size_t i = 0; key && i < sizeof setters / sizeof *setters; i++) {
		if (!strcmp(ZSTR_VAL(key), setters[i].key)) {
			return call_with(message, setters[i].method, value);
		}
	}
	for (size_t i = 0; key && i < sizeof file_forms / sizeof *file_forms; i += 2) {
		if (!strcmp(ZSTR_VAL(key), file_forms[i].key)) {
			return add_parts(message, &file_forms[i], value, argument);
		}
	}
	for (size_t i = 0; key && i < sizeof structured / sizeof *structured; i++) {
		if (!strcmp(ZSTR_VAL(key), structured[i].key)) {
			return set_structured(message, &structured[i], value, argument);
		}
	}
	zend_argument_value_error(argument, "has no use for the key \"%s\"; there are from, sender, to, cc, bcc, "
		"reply_to, subject, text, html, calendar, attachments, embeds, headers, date, message_id, priority, "
		"list_unsubscribe and dkim", key ? ZSTR_VAL(key) : "");
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
