/* SPDX-License-Identifier: MIT */
#include "php_outbox.h"

#include "ext/date/php_date.h"
#include "zend_attributes.h"
#include "zend_exceptions.h"
#include "zend_interfaces.h"

#include "message/header.h"

#include "message_arginfo.h"

zend_class_entry *php_outbox_ce_message;
static zend_object_handlers handlers;

enum { HOST_SIZE = 256 };

/* The years that a Date field can hold (RFC 5322 3.3), in seconds. */
#define YEAR_1900 (-2208988800LL)
#define YEAR_9999 253402300799LL

typedef enum {
	LIST_FROM, LIST_REPLY_TO, LIST_TO, LIST_CC, LIST_BCC, LIST_SENDER, LIST_COUNT
} list_kind;

typedef struct {
	ox_address_list lists[LIST_COUNT];
	zend_string *subject, *text, *message_id; /* NULL = not set */
	zval fields; /* list of [name, value] */
	bool dated;
	int64_t date;
	int zone_minutes;
	bool complete; /* made by fromString(): nothing can be changed */
	bool made;     /* composed holds it as it now is */
	ox_message composed;
	ox_dkim_signer *signers[OX_DKIM_SIGNATURES_MAX];
	size_t signer_count;
	zend_object std;
} php_outbox_message;

static php_outbox_message *message_of(zend_object *object)
{
	return (php_outbox_message *)((char *)object - XtOffsetOf(php_outbox_message, std));
}

static ox_slice slice(const zend_string *text)
{
	return (ox_slice){text ? ZSTR_VAL(text) : "", text ? ZSTR_LEN(text) : 0};
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
	m->signer_count = 0;
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
	while (m->signer_count) {
		ox_dkim_signer_free(m->signers[--m->signer_count]);
	}
	release(m->subject);
	release(m->text);
	release(m->message_id);
	zval_ptr_dtor(&m->fields);
	zend_object_std_dtor(object);
}

/* host has HOST_SIZE octets and must live as long as the origin. */
static int make_origin(ox_message_origin *origin, char *host, ox_error *error)
{
	ox_host_name(host, HOST_SIZE);
	if (!ox_is_hostname(host)) {
		memcpy(host, "localhost", sizeof "localhost");
	}
	*origin = (ox_message_origin){.now = (int64_t)(ox_wall_clock_ms() / 1000), .host = host};
	if (ox_random(origin->random, sizeof origin->random) != OX_OK) {
		return php_outbox_wrong(error, "the system gives no randomness for a Message-ID");
	}
	return OX_OK;
}

/* NULL after an exception: the message cannot be changed any more. */
static php_outbox_message *changing(zend_object *object)
{
	php_outbox_message *m = message_of(object);
	if (m->complete) {
		zend_throw_error(NULL,
			"Outbox\\Message: one made by fromString() is complete and cannot be changed");
		return NULL;
	}
	m->made = false;
	return m;
}

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
	ox_error error;
	ox_address_list_init(&list);
	for (uint32_t i = 0; i < count; i++) {
		if (!check_type(&values[i], i + 1)) {
			ox_address_list_clear(&list);
			return;
		}
		if (php_outbox_address_add(&list, &values[i], &error) != OX_OK) {
			php_outbox_throw_argument(i + 1, &error);
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
	if (php_outbox_has_nul(text) || !ox_is_utf8(ZSTR_VAL(text), ZSTR_LEN(text))) {
		zend_argument_value_error(1, "must be valid UTF-8 without NUL");
		return;
	}
	set_string(&m->text, text);
	RETURN_OBJ_COPY(Z_OBJ_P(ZEND_THIS));
}

/* None that a method or the composer writes. */
static bool is_free_field(zend_string *name)
{
	static const char *const taken[] = {"from", "sender", "reply-to", "to", "cc", "bcc", "subject",
		"date", "message-id", "mime-version", "content-type", "content-transfer-encoding"};
	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
		if (ox_slice_is_nocase(slice(name), taken[i])) {
			zend_argument_value_error(1, "must not be \"%s\": the message writes that field itself",
				taken[i]);
			return false;
		}
	}
	if (!ox_header_is_name(slice(name))) {
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
	php_outbox_message *m = changing(Z_OBJ_P(ZEND_THIS));
	if (!m || !is_free_field(name) || !is_line(value, 2)) {
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
	php_outbox_message *m = EG(exception) ? NULL : changing(Z_OBJ_P(ZEND_THIS));
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
		zend_argument_value_error(1,
			"must have the form \"left@right\", with or without angle brackets");
		return;
	}
	release(m->message_id);
	m->message_id = zend_string_init(at, size, 0);
	RETURN_OBJ_COPY(Z_OBJ_P(ZEND_THIS));
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
	php_outbox_message *m = message_of(Z_OBJ_P(ZEND_THIS));
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

/* What no setter gave (Date, Message-ID) is made anew after every change: two messages from one
 * object are two messages, while one that was looked at goes out as it was seen. */
static int compose(php_outbox_message *m, ox_error *error)
{
	char host[HOST_SIZE];
	size_t field_count;
	ox_message_origin origin;
	int status = make_origin(&origin, host, error);
	if (status != OX_OK) {
		return status;
	}
	ox_field *fields = collect_fields(m, &field_count);
	ox_plain_message plain = {
		.from = &m->lists[LIST_FROM], .reply_to = &m->lists[LIST_REPLY_TO],
		.to = &m->lists[LIST_TO], .cc = &m->lists[LIST_CC], .bcc = &m->lists[LIST_BCC],
		.sender = m->lists[LIST_SENDER].count ? &m->lists[LIST_SENDER].items[0] : NULL,
		.subject = slice(m->subject), .text = slice(m->text),
		.fields = fields, .field_count = field_count, .message_id = slice(m->message_id),
		.date = m->dated ? m->date : INT64_MIN, .date_zone_minutes = m->dated ? m->zone_minutes : 0,
	};
	ox_message_clear(&m->composed);
	ox_message_init(&m->composed, (size_t)OUTBOX_G(max_message_size));
	status = ox_message_compose(&m->composed, &plain, &origin, error);
	efree(fields);
	if (status == OX_OK && m->signer_count) {
		status = ox_message_sign(&m->composed, (const ox_dkim_signer *const *)m->signers,
			m->signer_count, origin.now, error);
	}
	return status;
}

int php_outbox_message_made(zend_object *object, const ox_message **made, ox_error *error)
{
	php_outbox_message *m = message_of(object);
	int status = m->made ? OX_OK : compose(m, error);
	m->made = status == OX_OK;
	*made = &m->composed;
	return status;
}

/* NULL after an exception */
static const ox_message *show(zend_object *object)
{
	const ox_message *made;
	ox_error error;
	if (php_outbox_message_made(object, &made, &error) != OX_OK) {
		php_outbox_throw_argument(0, &error);
		return NULL;
	}
	return made;
}

int php_outbox_message_from_text(zval *to, zend_string *text, ox_error *error)
{
	char host[HOST_SIZE];
	ox_message_origin origin;
	int status = make_origin(&origin, host, error);
	if (status != OX_OK) {
		return status;
	}
	object_init_ex(to, php_outbox_ce_message);
	php_outbox_message *m = message_of(Z_OBJ_P(to));
	ox_message_init(&m->composed, (size_t)OUTBOX_G(max_message_size));
	status = ox_message_from_text(&m->composed, slice(text), &origin, error);
	m->complete = m->made = status == OX_OK;
	if (status != OX_OK) {
		zval_ptr_dtor(to);
		ZVAL_UNDEF(to);
	}
	return status;
}

PHP_METHOD(Outbox_Message, fromString)
{
	zend_string *text;
	ox_error error;
	ZEND_PARSE_PARAMETERS_START(1, 1)
		Z_PARAM_STR(text)
	ZEND_PARSE_PARAMETERS_END();
	if (php_outbox_message_from_text(return_value, text, &error) != OX_OK) {
		php_outbox_throw_argument(1, &error);
	}
}

static void show_octets(zval *return_value, const ox_message *made)
{
	zend_string *text = zend_string_alloc((size_t)made->size, 0);
	for (size_t done = 0; done < ZSTR_LEN(text);) {
		size_t got = ox_message_read((void *)made, done, ZSTR_VAL(text) + done,
			ZSTR_LEN(text) - done);
		if (!got) {
			zend_string_efree(text);
			zend_value_error("Outbox\\Message: a file that it sends is no longer what it was when "
				"it was attached");
			return;
		}
		done += got;
	}
	ZSTR_VAL(text)[ZSTR_LEN(text)] = 0;
	RETURN_NEW_STR(text);
}

PHP_METHOD(Outbox_Message, toString)
{
	ZEND_PARSE_PARAMETERS_NONE();
	const ox_message *made = show(Z_OBJ_P(ZEND_THIS));
	if (made) {
		show_octets(return_value, made);
	}
}

PHP_METHOD(Outbox_Message, size)
{
	ZEND_PARSE_PARAMETERS_NONE();
	const ox_message *made = show(Z_OBJ_P(ZEND_THIS));
	if (made) {
		RETURN_LONG((zend_long)made->size);
	}
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
