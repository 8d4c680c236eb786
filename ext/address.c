/* SPDX-License-Identifier: MIT */
#include "php_outbox.h"

#include "zend_smart_str.h"

#include "address_arginfo.h"

zend_class_entry *php_outbox_ce_address;

/* One made by unserialize() or by reflection may lack its properties. */
static zend_string *property(zval *object, const char *name)
{
	zval buffer;
	zval *value = zend_read_property(php_outbox_ce_address, Z_OBJ_P(object), name, strlen(name), 1,
		&buffer);
	return Z_TYPE_P(value) == IS_STRING ? Z_STR_P(value) : NULL;
}

bool php_outbox_is_address(const zval *value)
{
	return Z_TYPE_P(value) == IS_OBJECT && Z_OBJCE_P(value) == php_outbox_ce_address;
}

zend_string *php_outbox_address_of(zval *object)
{
	return property(object, "address");
}

static ox_slice slice(const zend_string *text)
{
	return (ox_slice){ZSTR_VAL(text), ZSTR_LEN(text)};
}

static int add_object(ox_address_list *list, zval *object, ox_error *error)
{
	const zend_string *address = property(object, "address"), *name = property(object, "name");
	if (!address || !name) {
		return php_outbox_wrong(error, "an Address was made without its constructor");
	}
	return ox_address_list_add(list, slice(address), slice(name), error);
}

int php_outbox_address_add(ox_address_list *list, zval *value, ox_error *error)
{
	size_t before = list->count;
	ZVAL_DEREF(value);
	if (php_outbox_is_address(value)) {
		return add_object(list, value, error);
	}
	if (Z_TYPE_P(value) != IS_STRING) {
		return php_outbox_wrong(error, "an address must be a string or an Outbox\\Address, not %s",
			zend_zval_type_name(value));
	}
	/* A header field may be folded; what somebody hands in as an address may not. */
	if (ox_has_control(Z_STRVAL_P(value), Z_STRLEN_P(value))) {
		return php_outbox_wrong(error, "an address has control characters, line ends among them");
	}
	int status = ox_address_list_parse(list, slice(Z_STR_P(value)), error);
	if (status == OX_OK && list->count == before) {
		return php_outbox_wrong(error, "there is no address in \"%.100s\"", Z_STRVAL_P(value));
	}
	return status;
}

static void set_text(zval *object, const char *name, const char *text)
{
	zval value;
	ZVAL_STRING(&value, text);
	php_outbox_set(object, name, &value);
}

PHP_METHOD(Outbox_Address, __construct)
{
	zend_string *address, *name = ZSTR_EMPTY_ALLOC();
	ZEND_PARSE_PARAMETERS_START(1, 2)
		Z_PARAM_STR(address)
		Z_PARAM_OPTIONAL
		Z_PARAM_STR(name)
	ZEND_PARSE_PARAMETERS_END();

	ox_address_list list;
	ox_error error;
	uint32_t argument = 1;
	ox_address_list_init(&list);
	int status = ox_address_list_add(&list, slice(address), (ox_slice){"", 0}, &error);
	if (status == OX_OK) {
		argument = 2;
		status = ox_address_list_add(&list, slice(address), slice(name), &error);
	}
	if (status != OX_OK) {
		php_outbox_throw_argument(argument, &error);
	} else {
		set_text(ZEND_THIS, "address", list.items[1].address);
	}
	if (!EG(exception)) { /* of the first property, where a constructor is called again */
		set_text(ZEND_THIS, "name", list.items[1].name);
	}
	ox_address_list_clear(&list);
}

/* Quoted, so that what is printed reads back as the same address (RFC 5322 3.2.4). */
static zend_string *quoted(const zend_string *name, const zend_string *address)
{
	smart_str text = {0};
	smart_str_appendc(&text, '"');
	for (size_t i = 0; i < ZSTR_LEN(name); i++) {
		if (ZSTR_VAL(name)[i] == '"' || ZSTR_VAL(name)[i] == '\\') {
			smart_str_appendc(&text, '\\');
		}
		smart_str_appendc(&text, ZSTR_VAL(name)[i]);
	}
	smart_str_appends(&text, "\" <");
	smart_str_append(&text, address);
	smart_str_appendc(&text, '>');
	return smart_str_extract(&text);
}

PHP_METHOD(Outbox_Address, __toString)
{
	ZEND_PARSE_PARAMETERS_NONE();
	zend_string *name = property(ZEND_THIS, "name"), *address = property(ZEND_THIS, "address");
	if (!address) {
		RETURN_EMPTY_STRING();
	}
	if (!name || !ZSTR_LEN(name)) {
		RETURN_STR_COPY(address);
	}
	RETURN_STR(quoted(name, address));
}

void php_outbox_register_address(void)
{
	php_outbox_ce_address = register_class_Outbox_Address();
}
