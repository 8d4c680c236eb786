/* SPDX-License-Identifier: MIT */
#include "php_outbox.h"

#include "ext/spl/spl_iterators.h"
#include "zend_attributes.h"
#include "zend_exceptions.h"
#include "zend_interfaces.h"

#include "transport_arginfo.h"

zend_class_entry *php_outbox_ce_transport;
static zend_object_handlers handlers;

typedef struct {
	ox_relay relay;
	bool ready; /* the constructor has run */
	zend_object std;
} transport;

/* One message on its way through a call. */
typedef struct {
	const ox_message *message; /* the object's, or own */
	zval object;               /* holds the object meanwhile */
	ox_envelope envelope;
} outgoing;

static transport *transport_of(zend_object *object)
{
	return (transport *)((char *)object - XtOffsetOf(transport, std));
}

static zend_object *create(zend_class_entry *class)
{
	transport *t = zend_object_alloc(sizeof *t, class);
	ox_relay_init(&t->relay);
	t->ready = false;
	zend_object_std_init(&t->std, class);
	object_properties_init(&t->std, class);
	t->std.handlers = &handlers;
	return &t->std;
}

static void destroy(zend_object *object)
{
	ox_relay_clear(&transport_of(object)->relay);
	zend_object_std_dtor(object);
}

static int set_option(ox_relay *relay, zend_string *name, zval *value, ox_error *error)
{
	ZVAL_DEREF(value);
	if (!name || Z_TYPE_P(value) > IS_STRING || Z_TYPE_P(value) == IS_NULL) {
		return ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_NONE,
			"option \"%.60s\" must be a string, a number or a boolean", name ? ZSTR_VAL(name) : "");
	}
	bool is_bool = Z_TYPE_P(value) == IS_TRUE || Z_TYPE_P(value) == IS_FALSE;
	zend_string *text = is_bool ? zend_string_init(Z_TYPE_P(value) == IS_TRUE ? "1" : "0", 1, 0)
	                            : zval_get_string(value);
	int status = ox_relay_set(relay, ZSTR_VAL(name), (ox_slice){ZSTR_VAL(text), ZSTR_LEN(text)}, error);
	zend_string_release(text);
	return status;
}

static int parse_text(ox_relay *relay, zend_string *dsn, ox_error *error)
{
	if (zend_str_has_nul_byte(dsn)) {
		return ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_NONE,
			"it holds a NUL octet");
	}
	return ox_relay_parse(relay, ZSTR_VAL(dsn), error);
}

/* "dsn" first, "scheme" next, so that the options beside them have the last word. */
static int parse_array(ox_relay *relay, HashTable *options, ox_error *error)
{
	zend_string *name;
	zval *dsn = zend_hash_str_find(options, "dsn", 3), *scheme = zend_hash_str_find(options, "scheme", 6);
	zval *value;
	int status = OX_OK;
	if (dsn) {
		ZVAL_DEREF(dsn);
		status = Z_TYPE_P(dsn) == IS_STRING
			? parse_text(relay, Z_STR_P(dsn), error)
			: ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_NONE,
				  "option \"dsn\" must be a string");
	}
	if (status == OX_OK && scheme) {
		zend_string *key = zend_string_init("scheme", 6, 0);
		status = set_option(relay, key, scheme, error);
		zend_string_release(key);
	}
	ZEND_HASH_FOREACH_STR_KEY_VAL(options, name, value) {
		bool seen = name && (zend_string_equals_literal(name, "dsn") || zend_string_equals_literal(name, "scheme"));
		if (status == OX_OK && !seen) {
			status = set_option(relay, name, value, error);
		}
	} ZEND_HASH_FOREACH_END();
	return status;
}

zend_result php_outbox_relay(ox_relay *relay, zval *dsn, uint32_t argument)
{
	ox_error error;
	int status = Z_TYPE_P(dsn) == IS_STRING ? parse_text(relay, Z_STR_P(dsn), &error)
	                                        : parse_array(relay, Z_ARRVAL_P(dsn), &error);
	if (status == OX_OK) {
		status = ox_relay_finish(relay, OUTBOX_G(allow_insecure), &error);
	}
	if (status != OX_OK) {
		php_outbox_throw_argument(argument, &error);
		return FAILURE;
	}
	return SUCCESS;
}

/* Files that PHP code names are read by us: open_basedir holds for them too. */
static bool files_are_allowed(const ox_relay *relay)
{
	const char *const files[] = {relay->ca_file, relay->certificate, relay->key};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		if (files[i] && php_check_open_basedir(files[i])) {
			zend_value_error("Outbox: a file that the DSN names lies outside open_basedir");
			return false;
		}
	}
	return true;
}

PHP_METHOD(Outbox_Transport, __construct)
{
	zval *dsn;
	ZEND_PARSE_PARAMETERS_START(1, 1)
		Z_PARAM_ZVAL(dsn)
	ZEND_PARSE_PARAMETERS_END();
	if (Z_TYPE_P(dsn) != IS_STRING && Z_TYPE_P(dsn) != IS_ARRAY) {
		zend_argument_type_error(1, "must be of type array|string, %s given", zend_zval_type_name(dsn));
		return;
	}
	transport *t = transport_of(Z_OBJ_P(ZEND_THIS));
	if (t->ready) {
		zend_throw_error(NULL, "Outbox\\Transport: the constructor has run already");
		return;
	}
	t->ready = php_outbox_relay(&t->relay, dsn, 1) == SUCCESS && files_are_allowed(&t->relay);
}

static size_t read_octets(void *context, uint64_t offset, void *bytes, size_t size)
{
	const ox_buffer *octets = context;
	size_t left = offset < octets->size ? octets->size - (size_t)offset : 0;
	size = size < left ? size : left;
	memcpy(bytes, octets->bytes + offset, size);
	return size;
}

static void outgoing_clear(outgoing *out)
{
	ox_envelope_clear(&out->envelope);
	zval_ptr_dtor(&out->object);
}

/* A string becomes a Message, so that both are the same from here on. */
static zend_result outgoing_fill(outgoing *out, zval *message, zval *envelope, bool all_or_nothing,
	uint32_t argument)
{
	ZVAL_UNDEF(&out->object);
	ox_envelope_init(&out->envelope);
	ZVAL_DEREF(message);
	if (Z_TYPE_P(message) == IS_OBJECT && Z_OBJCE_P(message) == php_outbox_ce_message) {
		ZVAL_COPY(&out->object, message);
	} else if (Z_TYPE_P(message) == IS_STRING) {
		zend_call_method_with_1_params(NULL, php_outbox_ce_message, NULL, "fromstring", &out->object, message);
		if (EG(exception)) {
			return FAILURE;
		}
	} else {
		zend_argument_type_error(argument, "must be of type Outbox\\Message|string, %s given",
			zend_zval_type_name(message));
		return FAILURE;
	}
	out->message = php_outbox_message_made(Z_OBJ(out->object));
	if (!out->message) {
		return FAILURE;
	}
	return php_outbox_envelope(&out->envelope, out->message, envelope, all_or_nothing, argument);
}

static void delivery_init(ox_delivery *delivery, const outgoing *out)
{
	memset(delivery, 0, sizeof *delivery);
	delivery->envelope = &out->envelope;
	delivery->source.context = (void *)&out->message->octets;
	delivery->source.read = read_octets;
	delivery->results = ecalloc(out->envelope.recipient_count, sizeof *delivery->results);
}

static void delivery_clear(ox_delivery *delivery)
{
	efree(delivery->results);
	ox_free(delivery->queue_id);
}

static int run(const ox_relay *relay, ox_delivery *deliveries, size_t count, ox_trace *trace, ox_error *error)
{
	ox_address_policy policy;
	ox_client_environment environment = php_outbox_environment(&policy);
	return ox_client_send(OUTBOX_G(pool), relay, &environment, deliveries, count, trace, error);
}

void php_outbox_send(zval *return_value, const ox_relay *relay, zval *message, zval *envelope,
	uint32_t message_argument)
{
	outgoing out;
	ox_delivery delivery;
	ox_trace trace = {0};
	ox_error error;
	if (!php_outbox_pool()) {
		return;
	}
	if (outgoing_fill(&out, message, envelope, relay->all_or_nothing, message_argument) != SUCCESS) {
		outgoing_clear(&out);
		return;
	}
	delivery_init(&delivery, &out);
	int status = run(relay, &delivery, 1, &trace, &error);
	if (delivery.error.class != OX_ERROR_NONE) {
		php_outbox_throw(&delivery.error, relay, &delivery, trace.transcript);
	} else if (status != OX_OK) {
		php_outbox_throw(&error, relay, &delivery, trace.transcript);
	} else {
		php_outbox_receipt(return_value, out.message->id, &delivery, &trace);
	}
	ox_trace_clear(&trace);
	delivery_clear(&delivery);
	outgoing_clear(&out);
}

static bool is_constructed(const transport *t)
{
	if (!t->ready) {
		zend_throw_error(NULL, "Outbox\\Transport: the constructor has not run");
	}
	return t->ready;
}

PHP_METHOD(Outbox_Transport, send)
{
	zval *message, *envelope = NULL;
	ZEND_PARSE_PARAMETERS_START(1, 2)
		Z_PARAM_ZVAL(message)
		Z_PARAM_OPTIONAL
		Z_PARAM_OBJECT_OF_CLASS_OR_NULL(envelope, php_outbox_ce_envelope)
	ZEND_PARSE_PARAMETERS_END();
	transport *t = transport_of(Z_OBJ_P(ZEND_THIS));
	if (is_constructed(t)) {
		php_outbox_send(return_value, &t->relay, message, envelope, 1);
	}
}

/* All messages of the call; they are composed before the first is sent, so that a wrong one stops all. */
typedef struct {
	outgoing *items;
	size_t count, capacity;
	zval *envelope;
	bool all_or_nothing;
} batch;

static zend_result batch_add(batch *b, zval *message)
{
	if (b->count == b->capacity) {
		b->capacity = b->capacity ? b->capacity * 2 : 16;
		b->items = safe_erealloc(b->items, b->capacity, sizeof *b->items, 0);
	}
	return outgoing_fill(&b->items[b->count++], message, b->envelope, b->all_or_nothing, 1);
}

static int on_element(zend_object_iterator *iterator, void *context)
{
	zval *message = iterator->funcs->get_current_data(iterator);
	if (EG(exception) || !message || batch_add(context, message) != SUCCESS) {
		return ZEND_HASH_APPLY_STOP;
	}
	return ZEND_HASH_APPLY_KEEP;
}

static void batch_fill(batch *b, zval *messages)
{
	zval *message;
	if (Z_TYPE_P(messages) == IS_ARRAY) {
		ZEND_HASH_FOREACH_VAL(Z_ARRVAL_P(messages), message) {
			if (batch_add(b, message) != SUCCESS) {
				return;
			}
		} ZEND_HASH_FOREACH_END();
	} else {
		spl_iterator_apply(messages, (spl_iterator_apply_func_t)on_element, b);
	}
}

static void batch_send(zval *return_value, const ox_relay *relay, batch *b)
{
	ox_trace trace = {0};
	ox_error error;
	ox_delivery *deliveries = safe_emalloc(b->count, sizeof *deliveries, 0);
	bool begun = false;
	for (size_t i = 0; i < b->count; i++) {
		delivery_init(&deliveries[i], &b->items[i]);
	}
	int status = run(relay, deliveries, b->count, &trace, &error);
	for (size_t i = 0; i < b->count; i++) {
		begun = begun || deliveries[i].number;
	}
	if (status != OX_OK && !begun) {
		php_outbox_throw(&error, relay, &deliveries[0], trace.transcript);
	} else {
		array_init_size(return_value, (uint32_t)b->count);
		for (size_t i = 0; i < b->count; i++) {
			zval receipt;
			php_outbox_receipt(&receipt, b->items[i].message->id, &deliveries[i], &trace);
			add_next_index_zval(return_value, &receipt);
		}
	}
	for (size_t i = 0; i < b->count; i++) {
		delivery_clear(&deliveries[i]);
	}
	efree(deliveries);
	ox_trace_clear(&trace);
}

PHP_METHOD(Outbox_Transport, sendMany)
{
	zval *messages;
	batch b = {0};
	ZEND_PARSE_PARAMETERS_START(1, 2)
		Z_PARAM_ITERABLE(messages)
		Z_PARAM_OPTIONAL
		Z_PARAM_OBJECT_OF_CLASS_OR_NULL(b.envelope, php_outbox_ce_envelope)
	ZEND_PARSE_PARAMETERS_END();
	transport *t = transport_of(Z_OBJ_P(ZEND_THIS));
	if (!is_constructed(t) || !php_outbox_pool()) {
		return;
	}
	b.all_or_nothing = t->relay.all_or_nothing;
	batch_fill(&b, messages);
	if (!EG(exception) && b.count) {
		batch_send(return_value, &t->relay, &b);
	} else if (!EG(exception)) {
		array_init(return_value);
	}
	for (size_t i = 0; i < b.count; i++) {
		outgoing_clear(&b.items[i]);
	}
	if (b.items) {
		efree(b.items);
	}
}

PHP_METHOD(Outbox_Transport, check)
{
	ZEND_PARSE_PARAMETERS_NONE();
	transport *t = transport_of(Z_OBJ_P(ZEND_THIS));
	if (!is_constructed(t) || !php_outbox_pool()) {
		return;
	}
	ox_address_policy policy;
	ox_client_environment environment = php_outbox_environment(&policy);
	ox_check check;
	ox_trace trace = {0};
	ox_error error;
	int status = ox_client_check(OUTBOX_G(pool), &t->relay, &environment, &check, &trace, &error);
	php_outbox_report(return_value, &check, &trace, status == OX_OK ? NULL : &error, &t->relay);
	ox_trace_clear(&trace);
}

static zend_string *describe(zend_object *object)
{
	char text[320];
	ox_relay_describe(&transport_of(object)->relay, text, sizeof text);
	return php_outbox_text(text);
}

PHP_METHOD(Outbox_Transport, __toString)
{
	ZEND_PARSE_PARAMETERS_NONE();
	RETURN_STR(transport_of(Z_OBJ_P(ZEND_THIS))->ready ? describe(Z_OBJ_P(ZEND_THIS)) : ZSTR_EMPTY_ALLOC());
}

PHP_METHOD(Outbox_Transport, __debugInfo)
{
	ZEND_PARSE_PARAMETERS_NONE();
	array_init(return_value);
	if (transport_of(Z_OBJ_P(ZEND_THIS))->ready) {
		add_assoc_str(return_value, "relay", describe(Z_OBJ_P(ZEND_THIS)));
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
