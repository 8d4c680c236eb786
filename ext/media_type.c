/* SPDX-License-Identifier: MIT */
/* The type of a content, by libmagic as PHP carries it: no list of ours, no library more to link, and the same
 * on Windows. */
#include "message_object.h"

#include "zend_exceptions.h"
#include "zend_interfaces.h"

enum { WITH_CHARSET = 0x410 }; /* FILEINFO_MIME */

/* The request's finfo, made at the first use: it reads its whole database. NULL: there is none. */
static zend_object *magic(void)
{
	zend_class_entry *class = zend_hash_str_find_ptr(CG(class_table), "finfo", sizeof "finfo" - 1);
	zval flags;
	if (!class || class->type != ZEND_INTERNAL_CLASS) {
		return NULL;
	}
	if (Z_TYPE(OUTBOX_G(magic)) == IS_OBJECT) {
		return Z_OBJ(OUTBOX_G(magic));
	}
	object_init_ex(&OUTBOX_G(magic), class);
	ZVAL_LONG(&flags, WITH_CHARSET);
	zend_call_known_instance_method_with_1_params(class->constructor, Z_OBJ(OUTBOX_G(magic)), NULL, &flags);
	if (EG(exception)) {
		php_outbox_media_type_shutdown();
		return NULL;
	}
	return Z_OBJ(OUTBOX_G(magic));
}

void php_outbox_media_type_shutdown(void)
{
	zval_ptr_dtor(&OUTBOX_G(magic));
	ZVAL_UNDEF(&OUTBOX_G(magic));
}

/* "text/plain; charset=utf-8" stays as it is; a charset of what is no text, or was only seen in part, is
 * dropped, and so is what a part cannot be. */
static zend_string *usable(const zend_string *found, bool whole)
{
	const char *charset = strstr(ZSTR_VAL(found), "; charset=");
	bool text = !strncmp(ZSTR_VAL(found), "text/", 5);
	bool keep = charset && text && (whole || !strstr(charset, "us-ascii")) && !strstr(charset, "binary") &&
		!strstr(charset, "unknown");
	size_t size = charset && !keep ? (size_t)(charset - ZSTR_VAL(found)) : ZSTR_LEN(found);
	ox_slice type = {ZSTR_VAL(found), size};
	ox_error error;
	bool empty = type.size > 7 && !memcmp(type.at + type.size - 7, "x-empty", 7);
	return !empty && ox_part_check_type(type, &error) == OX_OK ? zend_string_init(type.at, type.size, 0) : NULL;
}

zend_string *php_outbox_media_type(const char *bytes, size_t size, bool whole)
{
	zend_object *finfo = size ? magic() : NULL;
	zend_string *type = NULL;
	if (finfo) {
		zend_function *buffer = zend_hash_str_find_ptr(&finfo->ce->function_table, "buffer", 6);
		zval head, found;
		ZVAL_STRINGL(&head, bytes, size);
		ZVAL_UNDEF(&found);
		zend_call_known_instance_method_with_1_params(buffer, finfo, &found, &head);
		if (Z_TYPE(found) == IS_STRING) {
			type = usable(Z_STR(found), whole);
		}
		zval_ptr_dtor(&found);
		zval_ptr_dtor(&head);
	}
	if (type && EG(exception)) { /* a handler of errors may throw */
		zend_string_release(type);
		return NULL;
	}
	return type;
}
