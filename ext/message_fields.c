/* SPDX-License-Identifier: MIT */
/* The setters of Outbox\Message for what stands in its header. */
#include "message_object.h"

#include "ext/date/php_date.h"
#include "zend_exceptions.h"
#include "zend_interfaces.h"

#include "message/header.h"

/* The years that a Date field can hold (RFC 5322 3.3), in seconds. */
#define YEAR_1900 (-2208988800LL)
#define YEAR_9999 253402300799LL

static bool check_type(zval *value, uint32_t argument)
{
	ZVAL_DEREF(value);
	if (Z_TYPE_P(value) == IS_STRING || php_outbox_is_address(value)) {
		return true;
	}
	zend_argument_type_error(argument, "must be of type Outbox\\Address|string, %s given",
		zend_zval_type_name(value));
	return false;
}

static void cut_list(ox_address_list *list, size_t count)
{
	while (list->count > count) {
		ox_address *last = &list->items[--list->count];
		ox_free(last->address);
		ox_free(last->name);
	}
}

/* All of them, or after an exception none. */
static bool add_all(ox_address_list *list, zval *values, uint32_t count)
{
	size_t before = list->count;
	ox_error error;
	for (uint32_t i = 0; i < count; i++) {
		if (!check_type(&values[i], i + 1)) {
			cut_list(list, before);
			return false;
		}
		if (php_outbox_address_add(list, &values[i], &error) != OX_OK) {
			cut_list(list, before);
			php_outbox_throw_argument(i + 1, &error);
			return false;
		}
	}
	return true;
}

static void change_list(INTERNAL_FUNCTION_PARAMETERS, php_outbox_list_kind kind, bool anew)
{
	zval *values;
	uint32_t count;
	ox_address_list fresh;
	ZEND_PARSE_PARAMETERS_START(0, -1)
		Z_PARAM_VARIADIC('*', values, count)
	ZEND_PARSE_PARAMETERS_END();
	php_outbox_message *m = php_outbox_message_changing(Z_OBJ_P(ZEND_THIS));
	if (!m) {
		return;
	}
	ox_address_list_init(&fresh);
	if (!add_all(anew ? &fresh : &m->lists[kind], values, count)) {
		ox_address_list_clear(&fresh);
		return;
	}
	if (anew) {
		ox_address_list_clear(&m->lists[kind]);
		m->lists[kind] = fresh;
	}
	RETURN_OBJ_COPY(Z_OBJ_P(ZEND_THIS));
}

PHP_METHOD(Outbox_Message, from)
{
	change_list(INTERNAL_FUNCTION_PARAM_PASSTHRU, LIST_FROM, true);
}

PHP_METHOD(Outbox_Message, addFrom)
{
	change_list(INTERNAL_FUNCTION_PARAM_PASSTHRU, LIST_FROM, false);
}

PHP_METHOD(Outbox_Message, replyTo)
{
	change_list(INTERNAL_FUNCTION_PARAM_PASSTHRU, LIST_REPLY_TO, true);
}

PHP_METHOD(Outbox_Message, addReplyTo)
{
	change_list(INTERNAL_FUNCTION_PARAM_PASSTHRU, LIST_REPLY_TO, false);
}

PHP_METHOD(Outbox_Message, to)
{
	change_list(INTERNAL_FUNCTION_PARAM_PASSTHRU, LIST_TO, true);
}

PHP_METHOD(Outbox_Message, addTo)
{
	change_list(INTERNAL_FUNCTION_PARAM_PASSTHRU, LIST_TO, false);
}

PHP_METHOD(Outbox_Message, cc)
{
	change_list(INTERNAL_FUNCTION_PARAM_PASSTHRU, LIST_CC, true);
}

PHP_METHOD(Outbox_Message, addCc)
{
	change_list(INTERNAL_FUNCTION_PARAM_PASSTHRU, LIST_CC, false);
}

PHP_METHOD(Outbox_Message, bcc)
{
	change_list(INTERNAL_FUNCTION_PARAM_PASSTHRU, LIST_BCC, true);
}

PHP_METHOD(Outbox_Message, addBcc)
{
	change_list(INTERNAL_FUNCTION_PARAM_PASSTHRU, LIST_BCC, false);
}

PHP_METHOD(Outbox_Message, sender)
{
	if (ZEND_NUM_ARGS() != 1) {
		zend_wrong_parameters_count_error(1, 1);
		return;
	}
	change_list(INTERNAL_FUNCTION_PARAM_PASSTHRU, LIST_SENDER, true);
}

bool php_outbox_is_line(zend_string *text, uint32_t argument)
{
	if (ox_has_control(ZSTR_VAL(text), ZSTR_LEN(text))) {
		zend_argument_value_error(argument,
			"must not contain control characters, line ends among them");
		return false;
	}
	if (!ox_is_utf8(ZSTR_VAL(text), ZSTR_LEN(text))) {
		zend_argument_value_error(argument, "must be valid UTF-8");
		return false;
	}
	return true;
}

PHP_METHOD(Outbox_Message, subject)
{
	zend_string *subject;
	ZEND_PARSE_PARAMETERS_START(1, 1)
		Z_PARAM_STR(subject)
	ZEND_PARSE_PARAMETERS_END();
	php_outbox_message *m = php_outbox_message_changing(Z_OBJ_P(ZEND_THIS));
	if (!m || !php_outbox_is_line(subject, 1)) {
		return;
	}
	php_outbox_message_set(&m->subject, subject);
	RETURN_OBJ_COPY(Z_OBJ_P(ZEND_THIS));
}

/* None that a method or the composer writes. */
static bool is_free_field(zend_string *name)
{
	if (ox_header_is_reserved(php_outbox_slice(name))) {
		zend_argument_value_error(1, "must not be \"%s\": the message writes that field itself, or the "
			"last server does", ZSTR_VAL(name));
		return false;
	}
	if (!ox_header_is_name(php_outbox_slice(name))) {
		zend_argument_value_error(1,
			"must be 1 to 76 printable ASCII characters without blanks and colons");
		return false;
	}
	return true;
}

PHP_METHOD(Outbox_Message, header)
{
	zend_string *name, *value;
	zval field;
	ZEND_PARSE_PARAMETERS_START(2, 2)
		Z_PARAM_STR(name)
		Z_PARAM_STR(value)
	ZEND_PARSE_PARAMETERS_END();
	php_outbox_message *m = php_outbox_message_changing(Z_OBJ_P(ZEND_THIS));
	if (!m || !is_free_field(name) || !php_outbox_is_line(value, 2)) {
		return;
	}
	array_init_size(&field, 2);
	add_next_index_str(&field, zend_string_copy(name));
	add_next_index_str(&field, zend_string_copy(value));
	add_next_index_zval(&m->fields, &field);
	RETURN_OBJ_COPY(Z_OBJ_P(ZEND_THIS));
}

PHP_METHOD(Outbox_Message, date)
{
	zval *date, timestamp, offset;
	ZEND_PARSE_PARAMETERS_START(1, 1)
		Z_PARAM_OBJECT_OF_CLASS(date, php_date_get_interface_ce())
	ZEND_PARSE_PARAMETERS_END();
	/* The methods may be a subclass's: what they do to this message comes before the change. */
	ZVAL_UNDEF(&timestamp);
	ZVAL_UNDEF(&offset);
	zend_call_method_with_0_params(Z_OBJ_P(date), Z_OBJCE_P(date), NULL, "gettimestamp",
		&timestamp);
	if (!EG(exception)) {
		zend_call_method_with_0_params(Z_OBJ_P(date), Z_OBJCE_P(date), NULL, "getoffset", &offset);
	}
	php_outbox_message *m = EG(exception) ? NULL : php_outbox_message_changing(Z_OBJ_P(ZEND_THIS));
	if (!m) {
		return;
	}
	if (Z_LVAL(timestamp) < YEAR_1900 || Z_LVAL(timestamp) > YEAR_9999) {
		zend_argument_value_error(1, "must lie between the years 1900 and 9999");
		return;
	}
	m->dated = true;
	m->date = Z_LVAL(timestamp);
	m->zone_minutes = (int)(Z_LVAL(offset) / 60);
	RETURN_OBJ_COPY(Z_OBJ_P(ZEND_THIS));
}

PHP_METHOD(Outbox_Message, messageId)
{
	zend_string *id;
	ZEND_PARSE_PARAMETERS_START(1, 1)
		Z_PARAM_STR(id)
	ZEND_PARSE_PARAMETERS_END();
	php_outbox_message *m = php_outbox_message_changing(Z_OBJ_P(ZEND_THIS));
	if (!m || !php_outbox_is_line(id, 1)) {
		return;
	}
	const char *at = ZSTR_VAL(id);
	size_t size = ZSTR_LEN(id);
	if (size > 2 && at[0] == '<' && at[size - 1] == '>') {
		at++;
		size -= 2;
	}
	const char *sign = memchr(at, '@', size);
	bool stray = memchr(at, ' ', size) || memchr(at, '<', size) || memchr(at, '>', size);
	if (!sign || sign == at || sign == at + size - 1 || stray) {
		zend_argument_value_error(1,
			"must have the form \"left@right\", with or without angle brackets");
		return;
	}
	php_outbox_message_set(&m->message_id, NULL);
	m->message_id = zend_string_init(at, size, 0);
	RETURN_OBJ_COPY(Z_OBJ_P(ZEND_THIS));
}

PHP_METHOD(Outbox_Message, priority)
{
	zend_long priority;
	ZEND_PARSE_PARAMETERS_START(1, 1)
		Z_PARAM_LONG(priority)
	ZEND_PARSE_PARAMETERS_END();
	php_outbox_message *m = php_outbox_message_changing(Z_OBJ_P(ZEND_THIS));
	if (!m) {
		return;
	}
	if (priority < OX_PRIORITY_HIGHEST || priority > OX_PRIORITY_LOWEST) {
		zend_argument_value_error(1, "must be between 1 (highest) and 5 (lowest)");
		return;
	}
	m->priority = (int)priority;
	RETURN_OBJ_COPY(Z_OBJ_P(ZEND_THIS));
}

static ox_slice or_empty(const zend_string *text)
{
	return text ? php_outbox_slice(text) : (ox_slice){"", 0};
}

PHP_METHOD(Outbox_Message, listUnsubscribe)
{
	zend_string *url, *mailto = NULL;
	bool one_click = true;
	ox_error error;
	ZEND_PARSE_PARAMETERS_START(1, 3)
		Z_PARAM_STR_OR_NULL(url)
		Z_PARAM_OPTIONAL
		Z_PARAM_STR_OR_NULL(mailto)
		Z_PARAM_BOOL(one_click)
	ZEND_PARSE_PARAMETERS_END();
	php_outbox_message *m = php_outbox_message_changing(Z_OBJ_P(ZEND_THIS));
	if (!m) {
		return;
	}
	one_click = one_click && url;
	if (ox_unsubscribe_check(or_empty(url), or_empty(mailto), one_click, &error) != OX_OK) {
		php_outbox_throw_argument(!strncmp(error.text, "mailto", 6) ? 2 : 1, &error);
		return;
	}
	php_outbox_message_set(&m->unsubscribe_url, url);
	php_outbox_message_set(&m->unsubscribe_mailto, mailto);
	m->one_click = one_click;
	RETURN_OBJ_COPY(Z_OBJ_P(ZEND_THIS));
}
