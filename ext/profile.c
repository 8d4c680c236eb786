/* SPDX-License-Identifier: MIT */
#include "php_outbox.h"

#include "ext/json/php_json.h"
#include "zend_attributes.h"
#include "zend_exceptions.h"

#include "profile_arginfo.h"
#include "spool/wake.h"

static zend_class_entry *profile_class;

/* Arguments are named by their number where they are wrong. */
static int check_name(zend_string *name, ox_error *error)
{
	return ox_profile_name_is_good(php_outbox_slice(name)) ? OX_OK
		: php_outbox_wrong(error, "the name " OX_PROFILE_NAME_RULE);
}

/* The core's description is JSON, for the program as well. */
static int make(zval *to, const char *name, const ox_profile *profile, ox_error *error)
{
	ox_buffer json;
	zval value, facts;
	ox_buffer_init(&json, OX_PROFILE_FILE_MAX);
	int status = ox_profile_describe(profile, &json);
	ZVAL_UNDEF(&facts);
	if (status == OX_OK && php_json_decode_ex(&facts, ox_buffer_text(&json), json.size,
		PHP_JSON_OBJECT_AS_ARRAY, 16) != SUCCESS) {
		status = OX_E_SYNTAX;
	}
	ox_buffer_clear(&json);
	if (status != OX_OK) {
		zval_ptr_dtor(&facts);
		return status == OX_E_NOMEM ? ox_error_memory(error, OX_STAGE_NONE)
			: php_outbox_wrong(error, "the profile \"%s\" cannot be shown", name);
	}
	object_init_ex(to, profile_class);
	ZVAL_STRING(&value, name);
	php_outbox_set(to, "name", &value);
	php_outbox_set(to, "facts", &facts);
	return OX_OK;
}

static int save(zval *to, zend_string *name, zval *relay, zend_string *path, ox_error *error)
{
	ox_profile profile;
	ox_spool *spool = NULL;
	bool written;
	ox_profile_init(&profile);
	int status = php_outbox_relay_parse(&profile, relay, error);
	if (status == OX_OK) {
		status = php_outbox_foresee(&profile.relay, error);
	}
	if (status == OX_OK) {
		status = php_outbox_spool(path, true, &spool, error);
	}
	if (status == OX_OK) {
		status = ox_profile_save(ox_spool_profiles(spool), ZSTR_VAL(name), &profile, &written, error);
	}
	if (status == OX_OK) {
		status = make(to, ZSTR_VAL(name), &profile, error);
		php_outbox_wake(spool, OX_HINT_LOOK, NULL);
	}
	ox_profile_clear(&profile);
	return status;
}

PHP_METHOD(Outbox_Profile, save)
{
	zend_string *name, *text, *path = NULL;
	HashTable *options;
	zval relay;
	ox_error error;
	ZEND_PARSE_PARAMETERS_START(2, 3)
		Z_PARAM_STR(name)
		Z_PARAM_ARRAY_HT_OR_STR(options, text)
		Z_PARAM_OPTIONAL
		Z_PARAM_STR_OR_NULL(path)
	ZEND_PARSE_PARAMETERS_END();
	if (options) {
		ZVAL_ARR(&relay, options);
	} else {
		ZVAL_STR(&relay, text);
	}
	if (check_name(name, &error) != OX_OK) {
		php_outbox_throw_argument(1, &error);
		return;
	}
	int status = save(return_value, name, &relay, path, &error);
	if (status != OX_OK) {
		php_outbox_throw_any(2, status, &error);
	}
}

/* NULL in to where there is none. */
static int load(zval *to, ox_spool *spool, const char *name, ox_error *error)
{
	ox_profile profile;
	ox_profile_init(&profile);
	int status = ox_profile_load(ox_spool_profiles(spool), name, true, &profile, error);
	if (status == OX_OK) {
		status = make(to, name, &profile, error);
	} else if (status == OX_E_FAILED && ox_profile_is_missing(error)) {
		ZVAL_NULL(to);
		status = OX_OK;
	}
	ox_profile_clear(&profile);
	return status;
}

/* A spool that is not there yet has no profiles. */
static int open_spool(zend_string *path, ox_spool **spool, ox_error *error)
{
	int status = php_outbox_spool(path, false, spool, error);
	if (status == OX_E_FAILED && error->fact == OX_FACT_SPOOL_MISSING) {
		*spool = NULL;
		return OX_OK;
	}
	return status;
}

/* The arguments of load() and delete(): a name, and the spool that has or had it (NULL: there is none, and so no
 * profile). FAILURE after an exception. */
static zend_result take_place(zend_execute_data *execute_data, zend_string **name, ox_spool **spool)
{
	zend_string *path = NULL;
	ox_error error;
	ZEND_PARSE_PARAMETERS_START(1, 2)
		Z_PARAM_STR(*name)
		Z_PARAM_OPTIONAL
		Z_PARAM_STR_OR_NULL(path)
	ZEND_PARSE_PARAMETERS_END_EX(return FAILURE);
	if (check_name(*name, &error) != OX_OK) {
		php_outbox_throw_argument(1, &error);
		return FAILURE;
	}
	int status = open_spool(path, spool, &error);
	if (status != OX_OK) {
		php_outbox_throw_any(2, status, &error);
	}
	return status == OX_OK ? SUCCESS : FAILURE;
}

PHP_METHOD(Outbox_Profile, load)
{
	zend_string *name;
	ox_spool *spool;
	ox_error error;
	if (take_place(execute_data, &name, &spool) != SUCCESS) {
		return;
	}
	int status = spool ? load(return_value, spool, ZSTR_VAL(name), &error) : OX_OK;
	if (status != OX_OK) {
		php_outbox_throw_any(2, status, &error);
	}
}

PHP_METHOD(Outbox_Profile, delete)
{
	zend_string *name;
	ox_spool *spool;
	bool existed = false;
	ox_error error;
	if (take_place(execute_data, &name, &spool) != SUCCESS) {
		return;
	}
	int status = spool
		? ox_profile_delete(ox_spool_profiles(spool), ZSTR_VAL(name), &existed, &error) : OX_OK;
	if (status != OX_OK) {
		php_outbox_throw_any(2, status, &error);
	}
	RETVAL_BOOL(existed);
}

static int list(zval *to, ox_spool *spool, ox_error *error)
{
	ox_buffer names;
	ox_buffer_init(&names, OX_PROFILES_MAX * (OX_PROFILE_NAME_MAX + 1));
	int status = ox_profile_list(ox_spool_profiles(spool), &names, error);
	const char *first = ox_buffer_text(&names);
	for (const char *name = first; status == OX_OK && name < first + names.size;
		name += strlen(name) + 1) {
		zval profile;
		status = load(&profile, spool, name, error);
		/* One that was deleted meanwhile is none. */
		if (status == OX_OK && Z_TYPE(profile) == IS_OBJECT) {
			add_next_index_zval(to, &profile);
		}
	}
	ox_buffer_clear(&names);
	return status;
}

PHP_METHOD(Outbox_Profile, list)
{
	zend_string *path = NULL;
	ox_spool *spool = NULL;
	ox_error error;
	ZEND_PARSE_PARAMETERS_START(0, 1)
		Z_PARAM_OPTIONAL
		Z_PARAM_STR_OR_NULL(path)
	ZEND_PARSE_PARAMETERS_END();
	array_init(return_value);
	int status = open_spool(path, &spool, &error);
	status = status == OX_OK && spool ? list(return_value, spool, &error) : status;
	if (status != OX_OK) {
		php_outbox_throw_any(1, status, &error);
	}
}

PHP_METHOD(Outbox_Profile, toArray)
{
	zval buffer;
	ZEND_PARSE_PARAMETERS_NONE();
	zval *facts = zend_read_property(profile_class, Z_OBJ_P(ZEND_THIS), "facts", 5, 1, &buffer);
	if (Z_TYPE_P(facts) == IS_ARRAY) {
		RETURN_COPY(facts);
	}
	RETURN_EMPTY_ARRAY();
}

PHP_METHOD(Outbox_Profile, __construct)
{
	ZEND_PARSE_PARAMETERS_NONE();
}

void php_outbox_register_profile(void)
{
	profile_class = register_class_Outbox_Profile();
}
