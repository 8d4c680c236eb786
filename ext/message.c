/* SPDX-License-Identifier: MIT */
#include "php_outbox.h"

#include "ext/date/php_date.h"
#include "zend_exceptions.h"
#include "zend_interfaces.h"

#include "message_arginfo.h"

zend_class_entry *php_outbox_ce_message;
static zend_object_handlers handlers;

typedef enum { LIST_FROM, LIST_REPLY_TO, LIST_TO, LIST_CC, LIST_BCC, LIST_SENDER, LIST_COUNT } list_kind;

struct php_outbox_message {
	ox_address_list lists[LIST_COUNT];
	zend_string *subject, *text, *message_id; /* NULL = not set */
	zval fields; /* list of [name, value] */
	bool dated;
	int64_t date;
	int zone_minutes;
	bool complete; /* made by fromString(): nothing can be changed */
	bool made;     /* composed holds it as it now is */
	ox_message composed;
	zend_object std;
};

static php_outbox_message *message_of(zend_object *object)
{
	return (php_outbox_message *)((char *)object - XtOffsetOf(php_outbox_message, std));
}

static zend_object *create(zend_class_entry *class)
{
	php_outbox_message *m = zend_object_alloc(sizeof *m, class);
	for (int i = 0; i < LIST_COUNT; i++) {
		ox_address_list_init(&m->lists[i]);
	}
	ox_message_init(&m->composed, OX_MESSAGE_MAX);
	m->subject = m->text = m->message_id = NULL;
	m->dated = m->complete = m->made = false;
	array_init(&m->fields);
	zend_object_std_init(&m->std, class);
	object_properties_init(&m->std, class);
	m->std.handlers = &handlers;
	return &m->std;
}

static void release(zend_string *text)
{
	if (text) {
		zend_string_release(text);
	}
}

static void destroy(zend_object *object)
{
	php_outbox_message *m = message_of(object);
	for (int i = 0; i < LIST_COUNT; i++) {
		ox_address_list_clear(&m->lists[i]);
	}
	ox_message_clear(&m->composed);
	release(m->subject);
	release(m->text);
	release(m->message_id);
	zval_ptr_dtor(&m->fields);
	zend_object_std_dtor(object);
}

ox_message_origin php_outbox_origin(void)
{
	static char host[256];
	ox_message_origin origin = {.now = (int64_t)(ox_wall_clock_ms() / 1000), .zone_minutes = 0, .host = host};
	ox_host_name(host, sizeof host);
	if (!ox_is_hostname(host)) {
		memcpy(host, "localhost", sizeof "localhost");
	}
	if (ox_random(origin.random, sizeof origin.random) != OX_OK) {
		zend_throw_error(NULL, "Outbox: the system gives no randomness");
	}
	return origin;
}

/* NULL after an exception: the message cannot be changed any more. */
static php_outbox_message *changing(zend_object *object)
{
	php_outbox_message *m = message_of(object);
	if (m->complete) {
		zend_throw_error(NULL, "Outbox\\Message: one made by fromString() is complete and cannot be changed");
		return NULL;
	}
	m->made = false;
	return m;
}

zend_result php_outbox_address(ox_address_list *list, zval *value, uint32_t argument)
{
	ox_error error;
	int status;
	ZVAL_DEREF(value);
	if (Z_TYPE_P(value) == IS_OBJECT && Z_OBJCE_P(value) == php_outbox_ce_address) {
		zval a, n;
		zval *address = zend_read_property(php_outbox_ce_address, Z_OBJ_P(value), "address", 7, 1, &a);
		zval *name = zend_read_property(php_outbox_ce_address, Z_OBJ_P(value), "name", 4, 1, &n);
		status = ox_address_list_add(list, (ox_slice){Z_STRVAL_P(address), Z_STRLEN_P(address)},
			(ox_slice){Z_STRVAL_P(name), Z_STRLEN_P(name)}, &error);
	} else if (Z_TYPE_P(value) == IS_STRING && ox_has_control(Z_STRVAL_P(value), Z_STRLEN_P(value))) {
		/* Folding belongs to header fields; in an argument a line end is an attempt at a second field. */
		zend_argument_value_error(argument, "must not contain control characters, line ends among them");
		return FAILURE;
	} else if (Z_TYPE_P(value) == IS_STRING) {
		size_t before = list->count;
		status = ox_address_list_parse(list, (ox_slice){Z_STRVAL_P(value), Z_STRLEN_P(value)}, &error);
		if (status == OX_OK && list->count == before) {
			status = ox_error_set(&error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_NONE,
				"there is no address in it");
		}
	} else {
		zend_argument_type_error(argument, "must be of type Outbox\\Address|string, %s given",
			zend_zval_type_name(value));
		return FAILURE;
	}
	if (status != OX_OK) {
		php_outbox_throw_argument(argument, &error);
		return FAILURE;
	}
	return SUCCESS;
}

/* The whole list is set, or nothing is. */
static void set_list(INTERNAL_FUNCTION_PARAMETERS, list_kind kind)
{
	zval *values;
	uint32_t count;
	ZEND_PARSE_PARAMETERS_START(0, -1)
		Z_PARAM_VARIADIC('*', values, count)
	ZEND_PARSE_PARAMETERS_END();
	php_outbox_message *m = changing(Z_OBJ_P(ZEND_THIS));
	if (!m) {
		return;
	}
	ox_address_list list;
	ox_address_list_init(&list);
	for (uint32_t i = 0; i < count; i++) {
		if (php_outbox_address(&list, &values[i], i + 1) != SUCCESS) {
			ox_address_list_clear(&list);
			return;
		}
	}
	ox_address_list_clear(&m->lists[kind]);
	m->lists[kind] = list;
	RETURN_OBJ_COPY(Z_OBJ_P(ZEND_THIS));
}

PHP_METHOD(Outbox_Message, __construct)
{
	ZEND_PARSE_PARAMETERS_NONE();
}

PHP_METHOD(Outbox_Message, from)
{
	set_list(INTERNAL_FUNCTION_PARAM_PASSTHRU, LIST_FROM);
}

PHP_METHOD(Outbox_Message, replyTo)
{
	set_list(INTERNAL_FUNCTION_PARAM_PASSTHRU, LIST_REPLY_TO);
}

PHP_METHOD(Outbox_Message, to)
{
	set_list(INTERNAL_FUNCTION_PARAM_PASSTHRU, LIST_TO);
}

PHP_METHOD(Outbox_Message, cc)
{
	set_list(INTERNAL_FUNCTION_PARAM_PASSTHRU, LIST_CC);
}

PHP_METHOD(Outbox_Message, bcc)
{
	set_list(INTERNAL_FUNCTION_PARAM_PASSTHRU, LIST_BCC);
}

PHP_METHOD(Outbox_Message, sender)
{
	if (ZEND_NUM_ARGS() != 1) {
		zend_wrong_parameters_count_error(1, 1);
		return;
	}
	set_list(INTERNAL_FUNCTION_PARAM_PASSTHRU, LIST_SENDER);
}

static bool is_line(zend_string *text, uint32_t argument)
{
	if (ox_has_control(ZSTR_VAL(text), ZSTR_LEN(text))) {
		zend_argument_value_error(argument, "must not contain control characters, line ends among them");
		return false;
	}
	if (!ox_is_utf8(ZSTR_VAL(text), ZSTR_LEN(text))) {
		zend_argument_value_error(argument, "must be valid UTF-8");
		return false;
	}
	return true;
}

static void set_string(zend_string **place, zend_string *text)
{
	release(*place);
	*place = zend_string_copy(text);
}

PHP_METHOD(Outbox_Message, subject)
{
	zend_string *subject;
	ZEND_PARSE_PARAMETERS_START(1, 1)
		Z_PARAM_STR(subject)
	ZEND_PARSE_PARAMETERS_END();
	php_outbox_message *m = changing(Z_OBJ_P(ZEND_THIS));
	if (!m || !is_line(subject, 1)) {
		return;
	}
	set_string(&m->subject, subject);
	RETURN_OBJ_COPY(Z_OBJ_P(ZEND_THIS));
}

PHP_METHOD(Outbox_Message, text)
{
	zend_string *text;
	ZEND_PARSE_PARAMETERS_START(1, 1)
		Z_PARAM_STR(text)
	ZEND_PARSE_PARAMETERS_END();
	php_outbox_message *m = changing(Z_OBJ_P(ZEND_THIS));
	if (!m) {
		return;
	}
	if (zend_str_has_nul_byte(text) || !ox_is_utf8(ZSTR_VAL(text), ZSTR_LEN(text))) {
		zend_argument_value_error(1, "must be valid UTF-8 without NUL");
		return;
	}
	set_string(&m->text, text);
	RETURN_OBJ_COPY(Z_OBJ_P(ZEND_THIS));
}

/* The name of a further field: RFC 5322 3.6.8, and none that a method or the composer writes. */
static bool is_free_field(zend_string *name)
{
	static const char *const taken[] = {"from", "sender", "reply-to", "to", "cc", "bcc", "subject", "date",
		"message-id", "mime-version", "content-type", "content-transfer-encoding"};
	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
		if (ox_equal_nocase(ZSTR_VAL(name), taken[i])) {
			zend_argument_value_error(1, "must not be \"%s\": the message writes that field itself", taken[i]);
			return false;
		}
	}
	bool good = ZSTR_LEN(name) > 0 && ZSTR_LEN(name) <= 76;
	for (size_t i = 0; good && i < ZSTR_LEN(name); i++) {
		unsigned char c = (unsigned char)ZSTR_VAL(name)[i];
		good = c > 32 && c < 127 && c != ':';
	}
	if (!good) {
		zend_argument_value_error(1, "must be 1 to 76 printable ASCII characters without blanks and colons");
	}
	return good;
}

static bool add_field(php_outbox_message *m, zend_string *name, zend_string *value)
{
	if (!is_free_field(name) || !is_line(value, 2)) {
		return false;
	}
	zval field;
	array_init_size(&field, 2);
	add_next_index_str(&field, zend_string_copy(name));
	add_next_index_str(&field, zend_string_copy(value));
	add_next_index_zval(&m->fields, &field);
	return true;
}

PHP_METHOD(Outbox_Message, header)
{
	zend_string *name, *value;
	ZEND_PARSE_PARAMETERS_START(2, 2)
		Z_PARAM_STR(name)
		Z_PARAM_STR(value)
	ZEND_PARSE_PARAMETERS_END();
	php_outbox_message *m = changing(Z_OBJ_P(ZEND_THIS));
	if (m && add_field(m, name, value)) {
		RETURN_OBJ_COPY(Z_OBJ_P(ZEND_THIS));
	}
}

PHP_METHOD(Outbox_Message, date)
{
	zval *date, timestamp, offset;
	ZEND_PARSE_PARAMETERS_START(1, 1)
		Z_PARAM_OBJECT_OF_CLASS(date, php_date_get_interface_ce())
	ZEND_PARSE_PARAMETERS_END();
	php_outbox_message *m = changing(Z_OBJ_P(ZEND_THIS));
	if (!m) {
		return;
	}
	ZVAL_UNDEF(&timestamp);
	ZVAL_UNDEF(&offset);
	zend_call_method_with_0_params(Z_OBJ_P(date), Z_OBJCE_P(date), NULL, "gettimestamp", &timestamp);
	if (!EG(exception)) {
		zend_call_method_with_0_params(Z_OBJ_P(date), Z_OBJCE_P(date), NULL, "getoffset", &offset);
	}
	if (!EG(exception)) {
		m->dated = true;
		m->date = zval_get_long(&timestamp);
		m->zone_minutes = (int)(zval_get_long(&offset) / 60);
		RETURN_OBJ_COPY(Z_OBJ_P(ZEND_THIS));
	}
}

PHP_METHOD(Outbox_Message, messageId)
{
	zend_string *id;
	ZEND_PARSE_PARAMETERS_START(1, 1)
		Z_PARAM_STR(id)
	ZEND_PARSE_PARAMETERS_END();
	php_outbox_message *m = changing(Z_OBJ_P(ZEND_THIS));
	if (!m || !is_line(id, 1)) {
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
		zend_argument_value_error(1, "must have the form \"left@right\", with or without angle brackets");
		return;
	}
	release(m->message_id);
	m->message_id = zend_string_init(at, size, 0);
	RETURN_OBJ_COPY(Z_OBJ_P(ZEND_THIS));
}

static ox_slice slice(zend_string *text)
{
	return (ox_slice){text ? ZSTR_VAL(text) : "", text ? ZSTR_LEN(text) : 0};
}

static ox_field *collect_fields(php_outbox_message *m, size_t *count)
{
	zval *field;
	size_t i = 0;
	*count = zend_hash_num_elements(Z_ARRVAL(m->fields));
	ox_field *fields = safe_emalloc(*count + 1, sizeof *fields, 0);
	ZEND_HASH_FOREACH_VAL(Z_ARRVAL(m->fields), field) {
		fields[i].name = slice(Z_STR_P(zend_hash_index_find(Z_ARRVAL_P(field), 0)));
		fields[i++].value = slice(Z_STR_P(zend_hash_index_find(Z_ARRVAL_P(field), 1)));
	} ZEND_HASH_FOREACH_END();
	return fields;
}

static void throw_message_error(const ox_error *error)
{
	zend_string *words = php_outbox_text(error->text);
	if (error->class == OX_ERROR_MEMORY) {
		zend_throw_error(NULL, "Outbox: memory is out");
	} else {
		zend_value_error("Outbox\\Message: %s", ZSTR_VAL(words));
	}
	zend_string_release(words);
}

/* Date and Message-ID of the first composition stay, so that what was shown is what is sent. */
static void keep_identity(php_outbox_message *m, const ox_message_origin *origin)
{
	if (!m->dated) {
		m->dated = true;
		m->date = origin->now;
		m->zone_minutes = origin->zone_minutes;
	}
	if (!m->message_id) {
		m->message_id = zend_string_init(m->composed.id, strlen(m->composed.id), 0);
	}
}

const ox_message *php_outbox_message_made(zend_object *object)
{
	php_outbox_message *m = message_of(object);
	if (m->made) {
		return &m->composed;
	}
	ox_message_origin origin = php_outbox_origin();
	if (EG(exception)) {
		return NULL;
	}
	size_t field_count;
	ox_field *fields = collect_fields(m, &field_count);
	ox_plain_message plain = {
		.from = &m->lists[LIST_FROM], .reply_to = &m->lists[LIST_REPLY_TO], .to = &m->lists[LIST_TO],
		.cc = &m->lists[LIST_CC], .bcc = &m->lists[LIST_BCC],
		.sender = m->lists[LIST_SENDER].count ? &m->lists[LIST_SENDER].items[0] : NULL,
		.subject = slice(m->subject), .text = slice(m->text), .fields = fields, .field_count = field_count,
		.message_id = slice(m->message_id), .date = m->dated ? m->date : INT64_MIN,
		.date_zone_minutes = m->dated ? m->zone_minutes : 0,
	};
	ox_error error;
	ox_message_clear(&m->composed);
	ox_message_init(&m->composed, (size_t)OUTBOX_G(max_message_size));
	int status = ox_message_compose(&m->composed, &plain, &origin, &error);
	efree(fields);
	if (status != OX_OK) {
		throw_message_error(&error);
		return NULL;
	}
	keep_identity(m, &origin);
	m->made = true;
	return &m->composed;
}

PHP_METHOD(Outbox_Message, fromString)
{
	zend_string *text;
	ZEND_PARSE_PARAMETERS_START(1, 1)
		Z_PARAM_STR(text)
	ZEND_PARSE_PARAMETERS_END();
	ox_message_origin origin = php_outbox_origin();
	if (EG(exception)) {
		return;
	}
	object_init_ex(return_value, php_outbox_ce_message);
	php_outbox_message *m = message_of(Z_OBJ_P(return_value));
	ox_error error;
	ox_message_init(&m->composed, (size_t)OUTBOX_G(max_message_size));
	if (ox_message_from_text(&m->composed, slice(text), &origin, &error) != OX_OK) {
		php_outbox_throw_argument(1, &error);
		zval_ptr_dtor(return_value);
		ZVAL_UNDEF(return_value);
		return;
	}
	m->complete = m->made = true;
}

PHP_METHOD(Outbox_Message, toString)
{
	ZEND_PARSE_PARAMETERS_NONE();
	const ox_message *made = php_outbox_message_made(Z_OBJ_P(ZEND_THIS));
	if (made) {
		RETURN_STRINGL(ox_buffer_text(&made->octets), made->octets.size);
	}
}

PHP_METHOD(Outbox_Message, size)
{
	ZEND_PARSE_PARAMETERS_NONE();
	const ox_message *made = php_outbox_message_made(Z_OBJ_P(ZEND_THIS));
	if (made) {
		RETURN_LONG((zend_long)made->octets.size);
	}
}

/* Calls the method named like the key with the value, or with each of the values of a list. */
static zend_result call_setter(zval *message, const char *method, zval *value)
{
	zval name, result;
	ZVAL_STRING(&name, method);
	ZVAL_UNDEF(&result);
	uint32_t count = 1;
	zval *arguments = value;
	zval *copy = NULL;
	if (Z_TYPE_P(value) == IS_ARRAY) {
		count = 0;
		copy = safe_emalloc(zend_hash_num_elements(Z_ARRVAL_P(value)) + 1, sizeof(zval), 0);
		zval *item;
		ZEND_HASH_FOREACH_VAL(Z_ARRVAL_P(value), item) {
			ZVAL_COPY_VALUE(&copy[count++], item);
		} ZEND_HASH_FOREACH_END();
		arguments = copy;
	}
	call_user_function(NULL, message, &name, &result, count, arguments);
	if (copy) {
		efree(copy);
	}
	zval_ptr_dtor(&name);
	zval_ptr_dtor(&result);
	return EG(exception) ? FAILURE : SUCCESS;
}

static zend_result add_headers(zval *message, zval *headers)
{
	zend_string *name;
	zval *value;
	if (Z_TYPE_P(headers) != IS_ARRAY) {
		zend_value_error("Outbox: \"headers\" must be an array of name => value");
		return FAILURE;
	}
	ZEND_HASH_FOREACH_STR_KEY_VAL(Z_ARRVAL_P(headers), name, value) {
		ZVAL_DEREF(value);
		if (!name || Z_TYPE_P(value) != IS_STRING) {
			zend_value_error("Outbox: \"headers\" must be an array of name => value");
			return FAILURE;
		}
		if (!add_field(message_of(Z_OBJ_P(message)), name, Z_STR_P(value))) {
			return FAILURE;
		}
	} ZEND_HASH_FOREACH_END();
	return SUCCESS;
}

static zend_result set_by_key(zval *message, zend_string *key, zval *value, uint32_t argument)
{
	static const char *const methods[][2] = {{"from", "from"}, {"sender", "sender"}, {"to", "to"},
		{"cc", "cc"}, {"bcc", "bcc"}, {"reply_to", "replyTo"}, {"subject", "subject"}, {"text", "text"},
		{"date", "date"}, {"message_id", "messageId"}};
	const char *name = key ? ZSTR_VAL(key) : "";
	ZVAL_DEREF(value);
	if (!strcmp(name, "headers")) {
		return add_headers(message, value);
	}
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
		if (!strcmp(name, methods[i][0])) {
			return call_setter(message, methods[i][1], value);
		}
	}
	zend_argument_value_error(argument, "has no use for the key \"%s\"; there are from, sender, to, cc, bcc, "
		"reply_to, subject, text, headers, date and message_id", name);
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

void php_outbox_register_message(void)
{
	php_outbox_ce_message = register_class_Outbox_Message();
	php_outbox_ce_message->create_object = create;
	handlers = *zend_get_std_object_handlers();
	handlers.offset = XtOffsetOf(php_outbox_message, std);
	handlers.free_obj = destroy;
	handlers.clone_obj = NULL;
}
