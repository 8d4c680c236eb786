/* SPDX-License-Identifier: MIT */
#include "php_outbox.h"

#include "zend_attributes.h"
#include "zend_exceptions.h"

#include "transport_arginfo.h"

zend_class_entry *php_outbox_ce_transport;
static zend_object_handlers handlers;

typedef struct {
	php_outbox_relay relay;
	bool ready; /* the constructor has run */
	zend_object std;
} transport;

static transport *transport_of(zend_object *object)
{
	return (transport *)((char *)object - XtOffsetOf(transport, std));
}

static zend_object *create(zend_class_entry *class)
{
	transport *t = zend_object_alloc(sizeof *t, class);
	ox_profile_init(&t->relay.profile);
	t->relay.spool = NULL;
	t->relay.from_spool = t->ready = false;
	zend_object_std_init(&t->std, class);
	object_properties_init(&t->std, class);
	t->std.handlers = &handlers;
	return &t->std;
}

static void clear(php_outbox_relay *relay)
{
	ox_profile_clear(&relay->profile);
	if (relay->spool) {
		zend_string_release(relay->spool);
		relay->spool = NULL;
	}
}

static void destroy(zend_object *object)
{
	clear(&transport_of(object)->relay);
	zend_object_std_dtor(object);
}

static int set_option(ox_profile *profile, zend_string *name, zval *value, ox_error *error)
{
	ZVAL_DEREF(value);
	if (!name) {
		return php_outbox_wrong(error, "an option has no name");
	}
	if (Z_TYPE_P(value) > IS_STRING || Z_TYPE_P(value) == IS_NULL) {
		return php_outbox_wrong(error, "option \"%.60s\" must be a string, a number or a boolean",
			ZSTR_VAL(name));
	}
	bool is_bool = Z_TYPE_P(value) == IS_TRUE || Z_TYPE_P(value) == IS_FALSE;
	zend_string *text = is_bool ? zend_string_init(Z_TYPE_P(value) == IS_TRUE ? "1" : "0", 1, 0)
	                            : zval_get_string(value);
	ox_slice slice = {ZSTR_VAL(text), ZSTR_LEN(text)};
	int status = ox_profile_set(profile, ZSTR_VAL(name), slice, error);
	zend_string_release(text);
	return status;
}

static int parse_text(ox_profile *profile, zend_string *dsn, ox_error *error)
{
	return php_outbox_has_nul(dsn) ? php_outbox_wrong(error, "it holds a NUL octet")
	                                  : ox_relay_parse(&profile->relay, ZSTR_VAL(dsn), error);
}

/* "dsn" first, so that the options beside it have the last word. */
static int parse_array(ox_profile *profile, HashTable *options, ox_error *error)
{
	zend_string *name;
	zval *value, *dsn = zend_hash_str_find(options, "dsn", sizeof "dsn" - 1);
	int status = OX_OK;
	if (dsn) {
		ZVAL_DEREF(dsn);
	}
	if (dsn && Z_TYPE_P(dsn) != IS_STRING) {
		return php_outbox_wrong(error, "option \"dsn\" must be a string");
	}
	if (dsn) {
		status = parse_text(profile, Z_STR_P(dsn), error);
	}
	ZEND_HASH_FOREACH_STR_KEY_VAL(options, name, value) {
		if (status == OX_OK && !(name && zend_string_equals_literal(name, "dsn"))) {
			status = set_option(profile, name, value, error);
		}
	} ZEND_HASH_FOREACH_END();
	return status;
}

/* Files that PHP code names are read by us: open_basedir holds for them too. */
static int check_files(const ox_relay *relay, ox_error *error)
{
	const struct {
		const char *option, *path;
	} files[] = {{"ca_file", relay->ca_file}, {"cert", relay->certificate}, {"key", relay->key}};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		if (files[i].path && php_check_open_basedir_ex(files[i].path, 0)) {
			return php_outbox_wrong(error, "%s: the file lies outside of open_basedir",
				files[i].option);
		}
	}
	return OX_OK;
}

int php_outbox_relay_parse(ox_profile *profile, zval *dsn, ox_error *error)
{
	int status = Z_TYPE_P(dsn) == IS_STRING ? parse_text(profile, Z_STR_P(dsn), error)
	                                        : parse_array(profile, Z_ARRVAL_P(dsn), error);
	if (status == OX_OK) {
		status = ox_relay_finish(&profile->relay, OUTBOX_G(allow_insecure), error);
	}
	return status == OX_OK ? check_files(&profile->relay, error) : status;
}

/* ["profile" => NAME], and perhaps "spool", without a word about the relay itself: the spool knows it. */
static bool names_profile(zval *dsn, zval **profile, zval **spool)
{
	HashTable *options = Z_TYPE_P(dsn) == IS_ARRAY ? Z_ARRVAL_P(dsn) : NULL;
	*profile = options ? zend_hash_str_find_deref(options, "profile", sizeof "profile" - 1) : NULL;
	*spool = options ? zend_hash_str_find_deref(options, "spool", sizeof "spool" - 1) : NULL;
	return *profile && Z_TYPE_P(*profile) == IS_STRING && (!*spool || Z_TYPE_P(*spool) == IS_STRING)
		&& zend_hash_num_elements(options) == (*spool ? 2u : 1u);
}

static int load_profile(php_outbox_relay *relay, zend_string *name, zend_string *path, ox_error *error)
{
	ox_spool *spool;
	if (!ox_profile_name_is_good(php_outbox_slice(name))) {
		return php_outbox_wrong(error, "option \"profile\" " OX_PROFILE_NAME_RULE);
	}
	int status = php_outbox_spool(path, false, &spool, error);
	if (status == OX_OK) {
		status = ox_profile_load(ox_spool_profiles(spool), ZSTR_VAL(name), OUTBOX_G(allow_insecure),
			&relay->profile, error);
	}
	if (status == OX_OK && !relay->profile.relay.profile) {
		status = ox_profile_set(&relay->profile, "profile", php_outbox_slice(name), error);
	}
	relay->from_spool = true;
	relay->spool = path ? zend_string_copy(path) : NULL;
	return status;
}

static zend_result fill(transport *t, zval *dsn, uint32_t argument)
{
	ox_error error;
	zval *profile, *spool;
	int status = names_profile(dsn, &profile, &spool)
		? load_profile(&t->relay, Z_STR_P(profile), spool ? Z_STR_P(spool) : NULL, &error)
		: php_outbox_relay_parse(&t->relay.profile, dsn, &error);
	t->ready = status == OX_OK;
	if (!t->ready) {
		php_outbox_throw_any(argument, status, &error);
	}
	return t->ready ? SUCCESS : FAILURE;
}

zend_result php_outbox_transport_new(zval *to, zval *dsn, uint32_t argument)
{
	object_init_ex(to, php_outbox_ce_transport);
	if (fill(transport_of(Z_OBJ_P(to)), dsn, argument) != SUCCESS) {
		zval_ptr_dtor(to);
		ZVAL_UNDEF(to);
		return FAILURE;
	}
	return SUCCESS;
}

const php_outbox_relay *php_outbox_transport_relay(zend_object *object)
{
	transport *t = transport_of(object);
	if (!t->ready) {
		zend_throw_error(NULL, "Outbox\\Transport: the constructor has not run");
		return NULL;
	}
	return &t->relay;
}

PHP_METHOD(Outbox_Transport, __construct)
{
	HashTable *options;
	zend_string *text;
	zval dsn;
	ZEND_PARSE_PARAMETERS_START(1, 1)
		Z_PARAM_ARRAY_HT_OR_STR(options, text)
	ZEND_PARSE_PARAMETERS_END();
	transport *t = transport_of(Z_OBJ_P(ZEND_THIS));
	if (t->ready) {
		zend_throw_error(NULL, "Outbox\\Transport: the constructor has run already");
		return;
	}
	if (options) {
		ZVAL_ARR(&dsn, options);
	} else {
		ZVAL_STR(&dsn, text);
	}
	clear(&t->relay); /* of a constructor that failed */
	ox_profile_init(&t->relay.profile);
	(void)fill(t, &dsn, 1);
}

/* The only option of send(): 'else' => 'queue'. FAILURE after an exception. */
static zend_result take_else(HashTable *options, unsigned *how)
{
	zend_string *name;
	zval *value;
	*how = 0;
	ZEND_HASH_FOREACH_STR_KEY_VAL(options, name, value) {
		ZVAL_DEREF(value);
		bool good = name && zend_string_equals_literal(name, "else") && Z_TYPE_P(value) == IS_STRING
			&& zend_string_equals_literal(Z_STR_P(value), "queue");
		if (!good) {
			zend_argument_value_error(3, "has only \"else\", which must be \"queue\"");
			return FAILURE;
		}
		*how = PHP_OUTBOX_ELSE_QUEUE;
	} ZEND_HASH_FOREACH_END();
	return SUCCESS;
}

/* What send() and queue() have in common: their arguments, which message borrows from. NULL after an exception. */
static const php_outbox_relay *take_arguments(zend_execute_data *execute_data, zval *message,
	zend_object **envelope, HashTable **options)
{
	zend_object *object;
	zend_string *text;
	*envelope = NULL;
	*options = (HashTable *)&zend_empty_array;
	ZEND_PARSE_PARAMETERS_START(1, 3)
		Z_PARAM_OBJ_OF_CLASS_OR_STR(object, php_outbox_ce_message, text)
		Z_PARAM_OPTIONAL
		Z_PARAM_OBJ_OF_CLASS_OR_NULL(*envelope, php_outbox_ce_envelope)
		Z_PARAM_ARRAY_HT(*options)
	ZEND_PARSE_PARAMETERS_END_EX(return NULL);
	if (object) {
		ZVAL_OBJ(message, object);
	} else {
		ZVAL_STR(message, text);
	}
	return php_outbox_transport_relay(Z_OBJ_P(ZEND_THIS));
}

PHP_METHOD(Outbox_Transport, send)
{
	zend_object *envelope;
	HashTable *options;
	unsigned how;
	zval message;
	const php_outbox_relay *relay = take_arguments(execute_data, &message, &envelope, &options);
	if (relay && take_else(options, &how) == SUCCESS) {
		php_outbox_send(return_value, relay, &message, envelope, how, 1);
	}
}

PHP_METHOD(Outbox_Transport, queue)
{
	zend_object *envelope;
	HashTable *options;
	zval message;
	const php_outbox_relay *relay = take_arguments(execute_data, &message, &envelope, &options);
	if (relay) {
		php_outbox_queue(return_value, relay, &message, envelope, options, 1);
	}
}

PHP_METHOD(Outbox_Transport, sendMany)
{
	zval *messages;
	zend_object *envelope = NULL;
	ZEND_PARSE_PARAMETERS_START(1, 2)
		Z_PARAM_ITERABLE(messages)
		Z_PARAM_OPTIONAL
		Z_PARAM_OBJ_OF_CLASS_OR_NULL(envelope, php_outbox_ce_envelope)
	ZEND_PARSE_PARAMETERS_END();
	const php_outbox_relay *relay = php_outbox_transport_relay(Z_OBJ_P(ZEND_THIS));
	if (relay) {
		php_outbox_send_many(return_value, &relay->profile.relay, messages, envelope);
	}
}

PHP_METHOD(Outbox_Transport, check)
{
	ZEND_PARSE_PARAMETERS_NONE();
	const php_outbox_relay *whole = php_outbox_transport_relay(Z_OBJ_P(ZEND_THIS));
	if (!whole || !php_outbox_pool()) {
		return;
	}
	const ox_relay *relay = &whole->profile.relay;
	ox_address_policy policy;
	ox_client_environment environment = php_outbox_environment(&policy);
	ox_check check;
	ox_trace trace = {0};
	ox_error error;
	int status = ox_client_check(OUTBOX_G(pool), relay, &environment, &check, &trace, &error);
	php_outbox_report(return_value, &check, &trace, status == OX_OK ? NULL : &error, relay);
	ox_trace_clear(&trace);
}

/* NULL before the constructor */
static zend_string *describe(zend_object *object)
{
	char text[320];
	if (!transport_of(object)->ready) {
		return NULL;
	}
	ox_relay_describe(&transport_of(object)->relay.profile.relay, text, sizeof text);
	return php_outbox_text(text);
}

PHP_METHOD(Outbox_Transport, __toString)
{
	ZEND_PARSE_PARAMETERS_NONE();
	zend_string *text = describe(Z_OBJ_P(ZEND_THIS));
	if (!text) {
		RETURN_EMPTY_STRING();
	}
	RETURN_STR(text);
}

PHP_METHOD(Outbox_Transport, __debugInfo)
{
	ZEND_PARSE_PARAMETERS_NONE();
	zend_string *text = describe(Z_OBJ_P(ZEND_THIS));
	array_init(return_value);
	if (text) {
		add_assoc_str(return_value, "relay", text);
	}
}

void php_outbox_register_transport(void)
{
	php_outbox_ce_transport = register_class_Outbox_Transport();
	php_outbox_ce_transport->create_object = create;
	handlers = *zend_get_std_object_handlers();
	handlers.offset = XtOffsetOf(transport, std);
	handlers.free_obj = destroy;
	handlers.clone_obj = NULL;
}
