/* SPDX-License-Identifier: MIT */
/* The value objects: readonly, filled once from what the core returns. */
#include "php_outbox.h"

#include "zend_enum.h"

#include "values_arginfo.h"

static zend_class_entry *outcome_class, *result_class, *receipt_class, *report_class,
	*diagnosis_class;

void php_outbox_set(zval *object, const char *name, zval *value)
{
	zend_update_property(Z_OBJCE_P(object), Z_OBJ_P(object), name, strlen(name), value);
	zval_ptr_dtor(value);
}

static void set_text(zval *object, const char *name, const char *text)
{
	zval value;
	ZVAL_STR(&value, php_outbox_text(text));
	php_outbox_set(object, name, &value);
}

static void set_text_or_null(zval *object, const char *name, const char *text)
{
	zval value;
	ZVAL_NULL(&value);
	if (text && *text) {
		ZVAL_STR(&value, php_outbox_text(text));
	}
	php_outbox_set(object, name, &value);
}

static void set_code(zval *object, uint16_t code)
{
	zval value;
	ZVAL_NULL(&value);
	if (code) {
		ZVAL_LONG(&value, code);
	}
	php_outbox_set(object, "code", &value);
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

static void make_enhanced(zval *to, const uint16_t enhanced[3])
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
		[OX_OUTCOME_NONE] = "Deferred",     [OX_OUTCOME_SENT] = "Sent",
		[OX_OUTCOME_REJECTED] = "Rejected", [OX_OUTCOME_DEFERRED] = "Deferred",
		[OX_OUTCOME_UNKNOWN] = "Unknown",
	};
	ZVAL_OBJ_COPY(to, zend_enum_get_case_cstr(outcome_class, names[outcome]));
}

static void make_result(zval *to, const char *address, const ox_result *result)
{
	zval value;
	object_init_ex(to, result_class);
	set_text(to, "address", address);
	php_outbox_outcome(&value, result->outcome);
	php_outbox_set(to, "outcome", &value);
	set_code(to, result->code);
	make_enhanced(&value, result->enhanced);
	php_outbox_set(to, "enhanced", &value);
	set_text(to, "text", result->text);
}

void php_outbox_results(zval *to, const ox_delivery *delivery)
{
	const ox_envelope *envelope = delivery->envelope;
	array_init_size(to, (uint32_t)envelope->recipient_count);
	for (size_t i = 0; i < envelope->recipient_count; i++) {
		zval result;
		const char *address = envelope->recipients[i].address;
		make_result(&result, address, &delivery->results[i]);
		zend_hash_str_update(Z_ARRVAL_P(to), address, strlen(address), &result);
	}
}

static void make_timings(zval *to, const ox_timings *timings)
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

void php_outbox_receipt(zval *to, const char *message_id, const char *queue_id,
	const ox_delivery *delivery, const ox_trace *trace)
{
	zval value;
	object_init_ex(to, receipt_class);
	set_text(to, "messageId", message_id);
	set_text_or_null(to, "remoteId", delivery->queue_id);
	set_text_or_null(to, "queueId", queue_id);
	php_outbox_results(&value, delivery);
	php_outbox_set(to, "recipients", &value);
	make_timings(&value, &trace->timings);
	php_outbox_set(to, "timings", &value);
	set_text(to, "transcript", trace->transcript ? trace->transcript : "");
}

void php_outbox_diagnosis(zval *to, const ox_error *error, const ox_relay *relay)
{
	ox_diagnosis diagnosis;
	ox_diagnose(error, relay, &diagnosis);
	zval value;
	object_init_ex(to, diagnosis_class);
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
	php_outbox_set(to, "remedies", &value);
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

void php_outbox_report(zval *to, const ox_check *check, const ox_trace *trace,
	const ox_error *error, const ox_relay *relay)
{
	zval value;
	object_init_ex(to, report_class);
	array_init(&value);
	for (size_t i = 0; i < check->count; i++) {
		zval stage;
		make_stage(&stage, &check->stages[i]);
		add_next_index_zval(&value, &stage);
	}
	php_outbox_set(to, "stages", &value);
	ZVAL_NULL(&value);
	if (error) {
		php_outbox_diagnosis(&value, error, relay);
	}
	php_outbox_set(to, "diagnosis", &value);
	set_text(to, "transcript", trace->transcript ? trace->transcript : "");
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
	outcome_class = register_class_Outbox_Outcome();
	result_class = register_class_Outbox_Result();
	receipt_class = register_class_Outbox_Receipt();
	report_class = register_class_Outbox_Report();
	diagnosis_class = register_class_Outbox_Diagnosis();
}
