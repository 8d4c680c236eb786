/* SPDX-License-Identifier: MIT */
/* The setters of Outbox\Message for what stands in its body: texts, attachments, embedded parts. */
#include "message_object.h"

#include "ext/standard/php_string.h"
#include "zend_exceptions.h"

static bool read_string(void *context, uint64_t offset, void *bytes, size_t size)
{
	memcpy(bytes, ZSTR_VAL((const zend_string *)context) + offset, size);
	return true;
}

ox_part *php_outbox_parts(php_outbox_message *m)
{
	ox_part *parts = safe_emalloc(m->part_count + 1, sizeof *parts, 0);
	for (size_t i = 0; i < m->part_count; i++) {
		const php_outbox_part *from = &m->parts[i];
		parts[i] = (ox_part){php_outbox_slice(from->name), php_outbox_slice(from->type),
			php_outbox_slice(from->id), {NULL, NULL, 0}, NULL};
		if (from->file) {
			parts[i].content = (ox_content){from->file, ox_given_file_read, ox_given_file_size(from->file)};
		} else if (from->nested) {
			parts[i].nested = &php_outbox_message_of(from->nested)->composed;
		} else {
			parts[i].content = (ox_content){from->body, read_string, from->body ? ZSTR_LEN(from->body) : 0};
		}
	}
	return parts;
}

static void part_clear(php_outbox_part *part)
{
	php_outbox_message_set(&part->name, NULL);
	php_outbox_message_set(&part->type, NULL);
	php_outbox_message_set(&part->id, NULL);
	php_outbox_message_set(&part->body, NULL);
	ox_given_file_free(part->file);
	if (part->nested) {
		OBJ_RELEASE(part->nested);
	}
	memset(part, 0, sizeof *part);
}

void php_outbox_parts_clear(php_outbox_message *m)
{
	while (m->part_count) {
		part_clear(&m->parts[--m->part_count]);
	}
	if (m->parts) {
		efree(m->parts);
	}
	m->parts = NULL;
}

/* A new part at the end, empty and with a type that fits anything: from now on the message owns what is put
 * into it, because looking for a better type runs code of PHP's. NULL after an exception. */
static php_outbox_part *begin_part(zend_object *object, bool is_file)
{
	php_outbox_message *m = php_outbox_message_changing(object);
	if (!m) {
		return NULL;
	}
	if (m->part_count >= OX_PARTS_MAX || m->file_count + is_file > PHP_OUTBOX_FILES_MAX) {
		zend_value_error("A message has at most %d parts, %d of them files", OX_PARTS_MAX,
			PHP_OUTBOX_FILES_MAX);
		return NULL;
	}
	if (m->part_count == m->part_capacity) {
		size_t capacity = m->part_capacity ? 2 * m->part_capacity : 4;
		m->parts = safe_erealloc(m->parts, capacity, sizeof *m->parts, 0);
		m->part_capacity = capacity;
	}
	php_outbox_part *part = &m->parts[m->part_count];
	memset(part, 0, sizeof *part);
	part->type = zend_string_init(PHP_OUTBOX_UNKNOWN_TYPE, sizeof PHP_OUTBOX_UNKNOWN_TYPE - 1, 0);
	m->part_count++;
	return part;
}

/* The part stays, or where something was thrown, goes. takes type, which may be NULL. A message that was
 * attached to another meanwhile stays as it then was. */
static void end_part(INTERNAL_FUNCTION_PARAMETERS, size_t index, zend_string *type)
{
	php_outbox_message *m = php_outbox_message_of(Z_OBJ_P(ZEND_THIS));
	php_outbox_part *part = &m->parts[index];
	if (!m->attached) {
		m->made = false;
		if (EG(exception)) {
			m->file_count -= part->file != NULL;
			part_clear(part);
			memmove(part, part + 1, (--m->part_count - index) * sizeof *part);
		} else if (type) {
			php_outbox_message_set(&part->type, type);
		}
	}
	if (type) {
		zend_string_release(type);
	}
	if (!EG(exception)) {
		RETVAL_OBJ_COPY(Z_OBJ_P(ZEND_THIS));
	}
}

typedef int check(ox_slice text, ox_error *error);

/* false after an exception; NULL is always good. */
static bool is_good(zend_string *text, check *good, uint32_t argument)
{
	ox_error error;
	if (!text || good(php_outbox_slice(text), &error) == OX_OK) {
		return true;
	}
	php_outbox_throw_argument(argument, &error);
	return false;
}

/* Nothing can be written of an empty name. */
static zend_string *copy(zend_string *text)
{
	return text && ZSTR_LEN(text) ? zend_string_copy(text) : NULL;
}

static zend_string *type_of_string(zend_string *body, zend_string *type)
{
	bool whole = ZSTR_LEN(body) <= PHP_OUTBOX_HEAD;
	return type ? zend_string_copy(type)
	            : php_outbox_media_type(ZSTR_VAL(body), whole ? ZSTR_LEN(body) : PHP_OUTBOX_HEAD, whole);
}

static zend_string *type_of_file(ox_given_file *file, uint32_t argument)
{
	bool whole = ox_given_file_size(file) <= PHP_OUTBOX_HEAD;
	size_t size = whole ? (size_t)ox_given_file_size(file) : PHP_OUTBOX_HEAD;
	char *head = emalloc(size + 1);
	zend_string *type = NULL;
	if (ox_given_file_read(file, 0, head, size)) {
		type = php_outbox_media_type(head, size, whole);
	} else {
		zend_argument_value_error(argument, "is wrong: the file cannot be read");
	}
	efree(head);
	return type;
}

/* A path in the form of PHP: of the working directory, which under ZTS is the thread's. Of its wrappers only
 * plain files: nothing that reaches out. returns new; NULL after an exception. */
static char *plain_path(zend_string *path, uint32_t argument)
{
	const char *local = ZSTR_VAL(path);
	size_t scheme = strspn(local, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
	bool foreign = !strncmp(local + scheme, "://", 3) && strncasecmp(local, "file:", 5);
	/* One that PHP does not know would be a warning, and then a plain file. */
	php_stream_wrapper *wrapper = foreign ? NULL
	                                      : php_stream_locate_url_wrapper(ZSTR_VAL(path), &local, 0);
	char *full = wrapper == &php_plain_files_wrapper ? expand_filepath(local, NULL) : NULL;
	if (!full && !EG(exception)) {
		zend_argument_value_error(argument, "must be the path of a plain file");
	}
	return full;
}

/* Of the file that is open, not of a name that may lead elsewhere by now. */
static bool is_allowed(const ox_given_file *file, const char *path)
{
	char found[MAXPATHLEN];
	const char *limit = PG(open_basedir);
	if (!limit || !*limit) {
		return true;
	}
	return ox_given_file_path(file, path, found, sizeof found) == OX_OK && !php_check_open_basedir_ex(found, 0);
}

/* Into a part, which owns it from the first moment on; there is none after an exception. */
static void open_file(php_outbox_message *m, size_t index, zend_string *path, uint32_t argument)
{
	ox_error error;
	char *full = plain_path(path, argument);
	if (!full) {
		return;
	}
	ox_given_file **file = &m->parts[index].file;
	if (php_check_open_basedir_ex(full, 0)) { /* or its existence would be told */
		zend_argument_value_error(argument, "is wrong: the file lies outside of open_basedir");
	} else if (ox_given_file_open(full, file, &error) != OX_OK) {
		php_outbox_throw_argument(argument, &error);
	} else {
		m->file_count++;
		if (!is_allowed(*file, full)) {
			zend_argument_value_error(argument, "is wrong: the file lies outside of open_basedir");
		}
	}
	efree(full);
}

static void add_string(INTERNAL_FUNCTION_PARAMETERS, zend_string *body, zend_string *id, zend_string *name,
	zend_string *type)
{
	php_outbox_part *part = begin_part(Z_OBJ_P(ZEND_THIS), false);
	if (part) {
		size_t index = php_outbox_message_of(Z_OBJ_P(ZEND_THIS))->part_count - 1;
		part->body = zend_string_copy(body);
		part->name = copy(name);
		part->id = copy(id);
		end_part(INTERNAL_FUNCTION_PARAM_PASSTHRU, index, type_of_string(body, type));
	}
}

static void add_file(INTERNAL_FUNCTION_PARAMETERS, zend_string *path, zend_string *id, zend_string *name,
	zend_string *type)
{
	zend_string *own = name ? NULL : php_basename(ZSTR_VAL(path), ZSTR_LEN(path), NULL, 0);
	bool good = !own || is_good(own, ox_part_check_name, 1);
	php_outbox_part *part = good ? begin_part(Z_OBJ_P(ZEND_THIS), true) : NULL;
	if (part) {
		php_outbox_message *m = php_outbox_message_of(Z_OBJ_P(ZEND_THIS));
		size_t index = m->part_count - 1;
		part->name = copy(own ? own : name);
		part->id = copy(id);
		open_file(m, index, path, 1);
		bool look = !type && !EG(exception); /* never into a file that is not allowed */
		type = look ? type_of_file(m->parts[index].file, 1) : type ? zend_string_copy(type) : NULL;
		end_part(INTERNAL_FUNCTION_PARAM_PASSTHRU, index, type);
	}
	if (own) {
		zend_string_release(own);
	}
}

/* It is composed now and stays so: what it borrows from, nobody can change. */
static void add_message(INTERNAL_FUNCTION_PARAMETERS, zend_object *nested, zend_string *name)
{
	const ox_message *made;
	ox_error error;
	if (nested == Z_OBJ_P(ZEND_THIS)) {
		zend_argument_value_error(1, "must be another message");
		return;
	}
	if (php_outbox_message_made(nested, &made, &error) != OX_OK) {
		php_outbox_throw_argument(1, &error);
		return;
	}
	php_outbox_part *part = begin_part(Z_OBJ_P(ZEND_THIS), false);
	if (part) {
		GC_ADDREF(nested);
		part->nested = nested;
		part->name = copy(name);
		php_outbox_message_of(nested)->attached = true;
		end_part(INTERNAL_FUNCTION_PARAM_PASSTHRU,
			php_outbox_message_of(Z_OBJ_P(ZEND_THIS))->part_count - 1, NULL);
	}
}

PHP_METHOD(Outbox_Message, attach)
{
	zend_object *nested = NULL;
	zend_string *body = NULL, *name = NULL, *type = NULL;
	ZEND_PARSE_PARAMETERS_START(1, 3)
		Z_PARAM_OBJ_OF_CLASS_OR_STR(nested, php_outbox_ce_message, body)
		Z_PARAM_OPTIONAL
		Z_PARAM_STR_OR_NULL(name)
		Z_PARAM_STR_OR_NULL(type)
	ZEND_PARSE_PARAMETERS_END();
	if (nested && type) {
		zend_argument_value_error(3, "must be null for a message, which is message/rfc822");
		return;
	}
	if (!is_good(name, ox_part_check_name, 2) || !is_good(type, ox_part_check_type, 3)) {
		return;
	}
	if (nested) {
		add_message(INTERNAL_FUNCTION_PARAM_PASSTHRU, nested, name);
	} else {
		add_string(INTERNAL_FUNCTION_PARAM_PASSTHRU, body, NULL, name, type);
	}
}

PHP_METHOD(Outbox_Message, attachFromPath)
{
	zend_string *path, *name = NULL, *type = NULL;
	ZEND_PARSE_PARAMETERS_START(1, 3)
		Z_PARAM_PATH_STR(path)
		Z_PARAM_OPTIONAL
		Z_PARAM_STR_OR_NULL(name)
		Z_PARAM_STR_OR_NULL(type)
	ZEND_PARSE_PARAMETERS_END();
	if (is_good(name, ox_part_check_name, 2) && is_good(type, ox_part_check_type, 3)) {
		add_file(INTERNAL_FUNCTION_PARAM_PASSTHRU, path, NULL, name, type);
	}
}

PHP_METHOD(Outbox_Message, embed)
{
	zend_string *body, *id, *type = NULL, *name = NULL;
	ZEND_PARSE_PARAMETERS_START(2, 4)
		Z_PARAM_STR(body)
		Z_PARAM_STR(id)
		Z_PARAM_OPTIONAL
		Z_PARAM_STR_OR_NULL(type)
		Z_PARAM_STR_OR_NULL(name)
	ZEND_PARSE_PARAMETERS_END();
	if (is_good(id, ox_part_check_id, 2) && is_good(type, ox_part_check_type, 3) &&
		is_good(name, ox_part_check_name, 4)) {
		add_string(INTERNAL_FUNCTION_PARAM_PASSTHRU, body, id, name, type);
	}
}

PHP_METHOD(Outbox_Message, embedFromPath)
{
	zend_string *path, *id, *type = NULL, *name = NULL;
	ZEND_PARSE_PARAMETERS_START(2, 4)
		Z_PARAM_PATH_STR(path)
		Z_PARAM_STR(id)
		Z_PARAM_OPTIONAL
		Z_PARAM_STR_OR_NULL(type)
		Z_PARAM_STR_OR_NULL(name)
	ZEND_PARSE_PARAMETERS_END();
	if (is_good(id, ox_part_check_id, 2) && is_good(type, ox_part_check_type, 3) &&
		is_good(name, ox_part_check_name, 4)) {
		add_file(INTERNAL_FUNCTION_PARAM_PASSTHRU, path, id, name, type);
	}
}

static bool is_text(zend_string *text)
{
	if (php_outbox_has_nul(text) || !ox_is_utf8(ZSTR_VAL(text), ZSTR_LEN(text))) {
		zend_argument_value_error(1, "must be valid UTF-8 without NUL");
		return false;
	}
	return true;
}

PHP_METHOD(Outbox_Message, text)
{
	zend_string *text;
	bool flowed = false;
	ZEND_PARSE_PARAMETERS_START(1, 2)
		Z_PARAM_STR(text)
		Z_PARAM_OPTIONAL
		Z_PARAM_BOOL(flowed)
	ZEND_PARSE_PARAMETERS_END();
	php_outbox_message *m = php_outbox_message_changing(Z_OBJ_P(ZEND_THIS));
	if (!m || !is_text(text)) {
		return;
	}
	php_outbox_message_set(&m->text, text);
	m->flowed = flowed;
	RETURN_OBJ_COPY(Z_OBJ_P(ZEND_THIS));
}

PHP_METHOD(Outbox_Message, html)
{
	zend_string *html;
	ZEND_PARSE_PARAMETERS_START(1, 1)
		Z_PARAM_STR(html)
	ZEND_PARSE_PARAMETERS_END();
	php_outbox_message *m = php_outbox_message_changing(Z_OBJ_P(ZEND_THIS));
	if (!m || !is_text(html)) {
		return;
	}
	php_outbox_message_set(&m->html, html);
	RETURN_OBJ_COPY(Z_OBJ_P(ZEND_THIS));
}

PHP_METHOD(Outbox_Message, calendar)
{
	zend_string *calendar;
	ox_slice method;
	ox_error error;
	ZEND_PARSE_PARAMETERS_START(1, 1)
		Z_PARAM_STR(calendar)
	ZEND_PARSE_PARAMETERS_END();
	php_outbox_message *m = php_outbox_message_changing(Z_OBJ_P(ZEND_THIS));
	if (!m) {
		return;
	}
	if (ox_calendar_check(php_outbox_slice(calendar), &method, &error) != OX_OK) {
		php_outbox_throw_argument(1, &error);
		return;
	}
	php_outbox_message_set(&m->calendar, calendar);
	RETURN_OBJ_COPY(Z_OBJ_P(ZEND_THIS));
}
