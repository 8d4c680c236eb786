/* SPDX-License-Identifier: MIT */
#include "message_object.h"

#include "zend_attributes.h"
#include "zend_exceptions.h"

#include "message/mend.h"
#include "message_arginfo.h"

zend_class_entry *php_outbox_ce_message;
static zend_object_handlers handlers;

enum { HOST_SIZE = 256 };

static zend_object *create(zend_class_entry *class)
{
	php_outbox_message *m = zend_object_alloc(sizeof *m, class);
	memset(m, 0, offsetof(php_outbox_message, std));
	for (int i = 0; i < LIST_COUNT; i++) {
		ox_address_list_init(&m->lists[i]);
	}
	ox_message_init(&m->composed, OX_MESSAGE_MAX);
	array_init(&m->fields);
	zend_object_std_init(&m->std, class);
	object_properties_init(&m->std, class);
	m->std.handlers = &handlers;
	return &m->std;
}

static void destroy(zend_object *object)
{
	php_outbox_message *m = php_outbox_message_of(object);
	zend_string **const strings[] = {&m->subject, &m->text, &m->html, &m->calendar, &m->message_id,
		&m->unsubscribe_url, &m->unsubscribe_mailto};
	ox_message_clear(&m->composed); /* before what it borrows */
	for (int i = 0; i < LIST_COUNT; i++) {
		ox_address_list_clear(&m->lists[i]);
	}
	for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
		php_outbox_message_set(strings[i], NULL);
	}
	php_outbox_parts_clear(m);
	while (m->signer_count) {
		ox_dkim_signer_free(m->signers[--m->signer_count]);
	}
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

php_outbox_message *php_outbox_message_changing(zend_object *object)
{
	php_outbox_message *m = php_outbox_message_of(object);
	if (m->complete || m->attached) {
		zend_throw_error(NULL, "Outbox\\Message: one %s cannot be changed", m->complete
			? "made by fromString() is complete and" : "that is attached to another");
		return NULL;
	}
	m->made = false;
	return m;
}

void php_outbox_message_set(zend_string **place, zend_string *text)
{
	if (*place) {
		zend_string_release(*place);
	}
	*place = text ? zend_string_copy(text) : NULL;
}

PHP_METHOD(Outbox_Message, __construct)
{
	ZEND_PARSE_PARAMETERS_NONE();
}

static ox_field *collect_fields(php_outbox_message *m, size_t *count)
{
	zval *field;
	size_t i = 0;
	*count = zend_hash_num_elements(Z_ARRVAL(m->fields));
	ox_field *fields = safe_emalloc(*count + 1, sizeof *fields, 0);
	ZEND_HASH_FOREACH_VAL(Z_ARRVAL(m->fields), field) {
		fields[i].name = php_outbox_slice(Z_STR_P(zend_hash_index_find(Z_ARRVAL_P(field), 0)));
		fields[i++].value = php_outbox_slice(Z_STR_P(zend_hash_index_find(Z_ARRVAL_P(field), 1)));
	} ZEND_HASH_FOREACH_END();
	return fields;
}

static ox_slice given(const zend_string *text)
{
	return text ? php_outbox_slice(text) : (ox_slice){"", 0};
}

static ox_draft draft_of(php_outbox_message *m, const ox_part *parts, const ox_field *fields,
	size_t field_count)
{
	return (ox_draft){
		.from = &m->lists[LIST_FROM], .reply_to = &m->lists[LIST_REPLY_TO],
		.to = &m->lists[LIST_TO], .cc = &m->lists[LIST_CC], .bcc = &m->lists[LIST_BCC],
		.sender = m->lists[LIST_SENDER].count ? &m->lists[LIST_SENDER].items[0] : NULL,
		.subject = given(m->subject), .text = php_outbox_slice(m->text), .flowed = m->flowed,
		.html = php_outbox_slice(m->html), .calendar = php_outbox_slice(m->calendar),
		.parts = parts, .part_count = m->part_count, .priority = m->priority,
		.unsubscribe_url = given(m->unsubscribe_url), .one_click = m->one_click,
		.unsubscribe_mailto = given(m->unsubscribe_mailto),
		.fields = fields, .field_count = field_count, .message_id = given(m->message_id),
		.date = m->dated ? m->date : INT64_MIN, .date_zone_minutes = m->dated ? m->zone_minutes : 0,
	};
}

/* What no setter gave (Date, Message-ID, boundaries) is made anew after every change: two messages from
 * one object are two messages, while one that was looked at goes out as it was seen. */
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
	ox_part *parts = php_outbox_parts(m);
	ox_draft draft = draft_of(m, parts, fields, field_count);
	ox_message_clear(&m->composed);
	ox_message_init(&m->composed, (size_t)OUTBOX_G(max_message_size));
	status = ox_message_compose(&m->composed, &draft, &origin, error);
	efree(parts);
	efree(fields);
	if (status == OX_OK && m->signer_count) {
		status = ox_message_sign(&m->composed, (const ox_dkim_signer *const *)m->signers,
			m->signer_count, origin.now, error);
	}
	return status;
}

int php_outbox_message_made(zend_object *object, const ox_message **made, ox_error *error)
{
	php_outbox_message *m = php_outbox_message_of(object);
	int status = m->made ? OX_OK : compose(m, error);
	m->made = status == OX_OK;
	*made = &m->composed;
	/* Now, before a server hears of it: a message cannot be taken back in its middle. */
	return status == OX_OK && !ox_message_is_intact(&m->composed)
		? php_outbox_wrong(error, "a file that it sends is no longer what it was when it was attached")
		: status;
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

/* The same of a text that was mended before. */
static int from_mended(ox_message *message, ox_slice text, const char *domain, const ox_message_origin *origin,
	ox_error *error)
{
	ox_buffer mended;
	ox_buffer_init(&mended, OX_MESSAGE_MAX);
	int status = ox_message_mend(&mended, text, domain);
	if (status == OX_OK) {
		ox_slice slice = {ox_buffer_text(&mended), mended.size};
		status = ox_message_from_text(message, slice, origin, error);
	} else if (status == OX_E_LIMIT) {
		status = php_outbox_wrong(error, "the message is too large");
	} else {
		status = ox_error_memory(error, OX_STAGE_NONE);
	}
	ox_buffer_clear(&mended);
	return status;
}

static int from_text(zval *to, zend_string *text, bool mend, const char *domain, ox_error *error)
{
	char host[HOST_SIZE];
	ox_message_origin origin;
	int status = make_origin(&origin, host, error);
	if (status != OX_OK) {
		return status;
	}
	object_init_ex(to, php_outbox_ce_message);
	php_outbox_message *m = php_outbox_message_of(Z_OBJ_P(to));
	ox_message_init(&m->composed, (size_t)OUTBOX_G(max_message_size));
	status = mend ? from_mended(&m->composed, php_outbox_slice(text), domain, &origin, error)
	              : ox_message_from_text(&m->composed, php_outbox_slice(text), &origin, error);
	m->complete = m->made = status == OX_OK;
	if (status != OX_OK) {
		zval_ptr_dtor(to);
		ZVAL_UNDEF(to);
	}
	return status;
}

int php_outbox_message_from_text(zval *to, zend_string *text, ox_error *error)
{
	return from_text(to, text, false, NULL, error);
}

int php_outbox_message_from_mail(zval *to, zend_string *text, const char *domain, ox_error *error)
{
	return from_text(to, text, true, domain, error);
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
			zend_value_error("a file that it sends cannot be read as it was when it was attached");
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
