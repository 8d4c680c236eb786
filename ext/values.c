/* SPDX-License-Identifier: MIT */
/* The value objects: readonly, filled once from what the core returns. */
#include "php_outbox.h"

#include "zend_attributes.h"
#include "zend_enum.h"
#include "zend_smart_str.h"

#include "values_arginfo.h"

zend_class_entry *php_outbox_ce_outcome, *php_outbox_ce_address, *php_outbox_ce_envelope,
	*php_outbox_ce_result, *php_outbox_ce_receipt, *php_outbox_ce_report, *php_outbox_ce_diagnosis;

static void set(zval *object, const char *name, zval *value)
{
	zend_update_property(Z_OBJCE_P(object), Z_OBJ_P(object), name, strlen(name), value);
	zval_ptr_dtor(value);
}

static void set_text(zval *object, const char *name, const char *text)
{
	zval value;
	ZVAL_STR(&value, php_outbox_text(text));
	set(object, name, &value);
}

static void set_text_or_null(zval *object, const char *name, const char *text)
{
	zval value;
	ZVAL_NULL(&value);
	if (text && *text) {
		ZVAL_STR(&value, php_outbox_text(text));
	}
	set(object, name, &value);
}

static void set_code(zval *object, uint16_t code)
{
	zval value;
	ZVAL_NULL(&value);
	if (code) {
		ZVAL_LONG(&value, code);
	}
	set(object, "code", &value);
}

zend_string *php_outbox_text(const char *text)
{
	size_t size = strlen(text);
	zend_string *copy = zend_string_init(text, size, 0);
	if (!ox_is_utf8(text, size)) {
		for (size_t i = 0; i < size; i++) {
			ZSTR_VAL(copy)[i] = text[i] & 0x80 ? '?' : text[i];
		}
	}
	return copy;
}

void php_outbox_enhanced(zval *to, const uint16_t enhanced[3])
{
	if (enhanced[0]) {
		ZVAL_STR(to, zend_strpprintf(0, "%u.%u.%u", enhanced[0], enhanced[1], enhanced[2]));
	} else {
		ZVAL_NULL(to);
	}
}

void php_outbox_outcome(zval *to, ox_outcome outcome)
{
	static const char *const names[] = {
		[OX_OUTCOME_NONE] = "Deferred",         [OX_OUTCOME_SENT] = "Sent",
		[OX_OUTCOME_REJECTED] = "Rejected", [OX_OUTCOME_DEFERRED] = "Deferred",
		[OX_OUTCOME_UNKNOWN] = "Unknown",
	};
	ZVAL_OBJ_COPY(to, zend_enum_get_case_cstr(php_outbox_ce_outcome, names[outcome]));
}

static void make_result(zval *to, const char *address, const ox_result *result)
{
	zval value;
	object_init_ex(to, php_outbox_ce_result);
	set_text(to, "address", address);
	php_outbox_outcome(&value, result->outcome);
	set(to, "outcome", &value);
	set_code(to, result->code);
	php_outbox_enhanced(&value, result->enhanced);
	set(to, "enhanced", &value);
	set_text(to, "text", result->text);
}

void php_outbox_results(zval *to, const ox_envelope *envelope, const ox_result *results)
{
	array_init_size(to, (uint32_t)envelope->recipient_count);
	for (size_t i = 0; i < envelope->recipient_count; i++) {
		zval result;
		const char *address = envelope->recipients[i].address;
		make_result(&result, address, &results[i]);
		zend_hash_str_update(Z_ARRVAL_P(to), address, strlen(address), &result);
	}
}

void php_outbox_timings(zval *to, const ox_timings *timings)
{
	array_init(to);
	add_assoc_long(to, "dns", timings->dns_ms);
	add_assoc_long(to, "connect", timings->connect_ms);
	add_assoc_long(to, "tls", timings->tls_ms);
	add_assoc_long(to, "greeting", timings->greeting_ms);
	add_assoc_long(to, "ehlo", timings->ehlo_ms);
	add_assoc_long(to, "auth", timings->auth_ms);
	add_assoc_long(to, "transaction", timings->transaction_ms);
	add_assoc_long(to, "total", timings->total_ms);
	add_assoc_long(to, "round_trips", timings->round_trips);
	add_assoc_bool(to, "reused", timings->reused);
	add_assoc_bool(to, "tls_resumed", timings->tls_resumed);
}

void php_outbox_receipt(zval *to, const char *message_id, const ox_delivery *delivery, const ox_trace *trace)
{
	zval value;
	object_init_ex(to, php_outbox_ce_receipt);
	set_text(to, "messageId", message_id);
	set_text_or_null(to, "remoteId", delivery->queue_id);
	php_outbox_results(&value, delivery->envelope, delivery->results);
	set(to, "recipients", &value);
	php_outbox_timings(&value, &trace->timings);
	set(to, "timings", &value);
	set_text(to, "transcript", trace->transcript ? trace->transcript : "");
}

void php_outbox_diagnosis(zval *to, const ox_error *error, const ox_relay *relay)
{
	ox_diagnosis diagnosis;
	ox_diagnose(error, relay, &diagnosis);
	zval value;
	object_init_ex(to, php_outbox_ce_diagnosis);
	set_text(to, "stage", diagnosis.stage);
	set_text(to, "class", diagnosis.class_name);
	set_text(to, "fact", diagnosis.fact);
	set_code(to, diagnosis.code);
	set_text_or_null(to, "enhanced", diagnosis.enhanced);
	set_text(to, "text", diagnosis.text);
	set_text(to, "cause", diagnosis.cause);
	array_init(&value);
	for (unsigned i = 0; i < diagnosis.remedy_count; i++) {
		add_next_index_str(&value, php_outbox_text(diagnosis.remedies[i]));
	}
	set(to, "remedies", &value);
	set_text_or_null(to, "link", diagnosis.link);
}

static void make_stage(zval *to, const ox_check_stage *stage)
{
	array_init(to);
	add_assoc_string(to, "name", (char *)ox_stage_name(stage->stage));
	add_assoc_bool(to, "ok", stage->ok);
	add_assoc_long(to, "milliseconds", stage->milliseconds);
	add_assoc_str(to, "detail", php_outbox_text(stage->detail));
}

void php_outbox_report(zval *to, const ox_check *check, const ox_trace *trace, const ox_error *error,
	const ox_relay *relay)
{
	zval value;
	object_init_ex(to, php_outbox_ce_report);
	array_init(&value);
	for (size_t i = 0; i < check->count; i++) {
		zval stage;
		make_stage(&stage, &check->stages[i]);
		add_next_index_zval(&value, &stage);
	}
	set(to, "stages", &value);
	ZVAL_NULL(&value);
	if (error) {
		php_outbox_diagnosis(&value, error, relay);
	}
	set(to, "diagnosis", &value);
	set_text(to, "transcript", trace->transcript ? trace->transcript : "");
}

PHP_METHOD(Outbox_Address, __construct)
{
	zend_string *address, *name = NULL;
	ZEND_PARSE_PARAMETERS_START(1, 2)
		Z_PARAM_STR(address)
		Z_PARAM_OPTIONAL
		Z_PARAM_STR(name)
	ZEND_PARSE_PARAMETERS_END();

	ox_address_list list;
	ox_error error;
	ox_address_list_init(&list);
	ox_slice display = {name ? ZSTR_VAL(name) : "", name ? ZSTR_LEN(name) : 0};
	int status = ox_address_list_add(&list, (ox_slice){ZSTR_VAL(address), ZSTR_LEN(address)}, display, &error);
	if (status == OX_OK) {
		set_text(ZEND_THIS, "address", list.items[0].address);
		set_text(ZEND_THIS, "name", list.items[0].name);
	} else {
		php_outbox_throw_argument(1, &error);
	}
	ox_address_list_clear(&list);
}

static zend_string *property(zval *object, const char *name)
{
	zval buffer;
	return Z_STR_P(zend_read_property(Z_OBJCE_P(object), Z_OBJ_P(object), name, strlen(name), 1, &buffer));
}

PHP_METHOD(Outbox_Address, __toString)
{
	ZEND_PARSE_PARAMETERS_NONE();
	zend_string *name = property(ZEND_THIS, "name"), *address = property(ZEND_THIS, "address");
	if (!ZSTR_LEN(name)) {
		RETURN_STR_COPY(address);
	}
	/* Quoted, so that what is printed reads back as the same address (RFC 5322 3.2.4). */
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
	RETURN_STR(smart_str_extract(&text));
}

PHP_METHOD(Outbox_Envelope, __construct)
{
	zval *sender = NULL, *recipients = NULL, *options = NULL, value;
	ZEND_PARSE_PARAMETERS_START(0, 3)
		Z_PARAM_OPTIONAL
		Z_PARAM_ZVAL(sender)
		Z_PARAM_ARRAY(recipients)
		Z_PARAM_ARRAY(options)
	ZEND_PARSE_PARAMETERS_END();

	ZVAL_NULL(&value);
	if (sender && Z_TYPE_P(sender) == IS_OBJECT && Z_OBJCE_P(sender) == php_outbox_ce_address) {
		ZVAL_STR_COPY(&value, property(sender, "address"));
	} else if (sender && Z_TYPE_P(sender) == IS_STRING) {
		ZVAL_COPY(&value, sender);
	} else if (sender && Z_TYPE_P(sender) != IS_NULL) {
		zend_argument_type_error(1, "must be of type Outbox\\Address|string|null, %s given",
			zend_zval_type_name(sender));
		return;
	}
	set(ZEND_THIS, "sender", &value);
	array_init(&value);
	zval *item;
	if (recipients) {
		ZEND_HASH_FOREACH_VAL(Z_ARRVAL_P(recipients), item) {
			ZVAL_DEREF(item);
			bool is_address = Z_TYPE_P(item) == IS_OBJECT && Z_OBJCE_P(item) == php_outbox_ce_address;
			if (!is_address && Z_TYPE_P(item) != IS_STRING) {
				zval_ptr_dtor(&value);
				zend_argument_type_error(2, "must contain only strings and Outbox\\Address objects");
				return;
			}
			add_next_index_str(&value,
				zend_string_copy(is_address ? property(item, "address") : Z_STR_P(item)));
		} ZEND_HASH_FOREACH_END();
	}
	set(ZEND_THIS, "recipients", &value);
	if (options) {
		ZVAL_COPY(&value, options);
	} else {
		array_init(&value);
	}
	set(ZEND_THIS, "options", &value);
	(void)php_outbox_envelope_check(ZEND_THIS);
}

PHP_METHOD(Outbox_Result, __construct)
{
	ZEND_PARSE_PARAMETERS_NONE();
}

PHP_METHOD(Outbox_Receipt, __construct)
{
	ZEND_PARSE_PARAMETERS_NONE();
}

PHP_METHOD(Outbox_Report, __construct)
{
	ZEND_PARSE_PARAMETERS_NONE();
}

PHP_METHOD(Outbox_Diagnosis, __construct)
{
	ZEND_PARSE_PARAMETERS_NONE();
}

void php_outbox_register_values(void)
{
	php_outbox_ce_outcome = register_class_Outbox_Outcome();
	php_outbox_ce_address = register_class_Outbox_Address();
	php_outbox_ce_envelope = register_class_Outbox_Envelope();
	php_outbox_ce_result = register_class_Outbox_Result();
	php_outbox_ce_receipt = register_class_Outbox_Receipt();
	php_outbox_ce_report = register_class_Outbox_Report();
	php_outbox_ce_diagnosis = register_class_Outbox_Diagnosis();
}
