/* SPDX-License-Identifier: MIT */
/* From the core's errors to PHP's exceptions: here and nowhere else. */
#include "php_outbox.h"

#include <stdarg.h>

#include "ext/spl/spl_exceptions.h"
#include "zend_exceptions.h"

#include "exceptions_arginfo.h"

static zend_class_entry *transport_exception;
static zend_class_entry *class_of[OX_ERROR_CLASS_COUNT], *spool_full;

static void set(zend_object *object, const char *name, zval *value)
{
	zend_update_property(transport_exception, object, name, strlen(name), value);
	zval_ptr_dtor(value);
}

/* Recipients may differ. Whoever asks for one answer wants to know whether to try again, and above
 * all whether that may make a duplicate. */
static ox_outcome outcome_of(const ox_error *error, const ox_delivery *delivery)
{
	bool deferred = false;
	if (!delivery || !delivery->done) {
		return ox_error_outcome(error);
	}
	for (size_t i = 0; i < delivery->envelope->recipient_count; i++) {
		if (delivery->results[i].outcome == OX_OUTCOME_UNKNOWN) {
			return OX_OUTCOME_UNKNOWN;
		}
		deferred = deferred || delivery->results[i].outcome == OX_OUTCOME_DEFERRED;
	}
	return deferred ? OX_OUTCOME_DEFERRED : OX_OUTCOME_REJECTED;
}

bool php_outbox_is_full(const ox_error *error)
{
	return error->fact == OX_FACT_SPOOL_FULL || error->fact == OX_FACT_SPOOL_TOO_MANY;
}

static zend_string *words_of(const ox_error *error, const ox_relay *relay)
{
	char place[300];
	zend_string *words = php_outbox_text(error->text);
	if (!relay) {
		return words; /* of the queue, which no relay has to do with */
	}
	ox_relay_describe(relay, place, sizeof place);
	const char *whose = error->smtp_code ? "The server said: " : "";
	zend_string *message = zend_strpprintf(0, "%s%s (stage %s, %s)", whose, ZSTR_VAL(words),
		ox_stage_name(error->stage), place);
	zend_string_release(words);
	return message;
}

void php_outbox_throw(const ox_error *error, const ox_relay *relay, const ox_delivery *delivery,
	const char *transcript)
{
	if (error->class == OX_ERROR_MEMORY) {
		zend_throw_error(NULL, "Outbox: memory is out");
		return;
	}
	zval exception, value;
	zend_class_entry *class = class_of[error->class];
	if (php_outbox_is_full(error)) {
		class = spool_full;
	}
	object_init_ex(&exception, class ? class : class_of[OX_ERROR_CONNECT]);
	zend_object *object = Z_OBJ(exception);
	ZVAL_STR(&value, words_of(error, relay));
	set(object, "message", &value);
	ZVAL_LONG(&value, error->smtp_code);
	set(object, "code", &value);
	php_outbox_diagnosis(&value, error, relay);
	set(object, "diagnosis", &value);
	php_outbox_outcome(&value, outcome_of(error, delivery));
	set(object, "outcome", &value);
	ZVAL_STR(&value, php_outbox_text(transcript ? transcript : ""));
	set(object, "transcript", &value);
	if (delivery && delivery->done) {
		php_outbox_results(&value, delivery);
		set(object, "results", &value);
	}
	zend_throw_exception_object(&exception);
}

void php_outbox_throw_argument(uint32_t argument, const ox_error *error)
{
	if (error->class == OX_ERROR_MEMORY) {
		zend_throw_error(NULL, "Outbox: memory is out");
		return;
	}
	zend_string *words = php_outbox_text(error->text);
	if (argument) {
		zend_argument_value_error(argument, "is wrong: %s", ZSTR_VAL(words));
	} else {
		zend_value_error("%s", ZSTR_VAL(words));
	}
	zend_string_release(words);
}

void php_outbox_throw_any(uint32_t argument, int status, const ox_error *error)
{
	if (status == OX_E_NOMEM) {
		zend_throw_error(NULL, "Outbox: memory is out");
	} else if (error->class == OX_ERROR_USAGE) {
		php_outbox_throw_argument(argument, error);
	} else {
		php_outbox_throw(error, NULL, NULL, NULL);
	}
}

int php_outbox_wrong(ox_error *error, const char *format, ...)
{
	char text[OX_ERROR_TEXT_MAX];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	return ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_NONE, "%s",
		text);
}

static void get(INTERNAL_FUNCTION_PARAMETERS, const char *name)
{
	zval buffer, *value;
	ZEND_PARSE_PARAMETERS_NONE();
	value = zend_read_property(transport_exception, Z_OBJ_P(ZEND_THIS), name, strlen(name), 1,
		&buffer);
	RETURN_COPY_DEREF(value);
}

PHP_METHOD(Outbox_TransportException, getDiagnosis)
{
	get(INTERNAL_FUNCTION_PARAM_PASSTHRU, "diagnosis");
}

PHP_METHOD(Outbox_TransportException, getOutcome)
{
	get(INTERNAL_FUNCTION_PARAM_PASSTHRU, "outcome");
	if (Z_TYPE_P(return_value) == IS_NULL) {
		/* Thrown by somebody else's hand: nothing was sent by us. */
		php_outbox_outcome(return_value, OX_OUTCOME_DEFERRED);
	}
}

PHP_METHOD(Outbox_TransportException, getTranscript)
{
	get(INTERNAL_FUNCTION_PARAM_PASSTHRU, "transcript");
}

PHP_METHOD(Outbox_TransportException, getResults)
{
	get(INTERNAL_FUNCTION_PARAM_PASSTHRU, "results");
}

void php_outbox_register_exceptions(void)
{
	zend_class_entry *interface = register_class_Outbox_Exception(zend_ce_throwable);
	zend_class_entry *base = register_class_Outbox_TransportException(spl_ce_RuntimeException,
		interface);
	transport_exception = base;
	class_of[OX_ERROR_MESSAGE] = register_class_Outbox_MessageException(base);
	class_of[OX_ERROR_USAGE] = class_of[OX_ERROR_MESSAGE];
	class_of[OX_ERROR_CONNECT] = register_class_Outbox_ConnectException(base);
	class_of[OX_ERROR_DNS] = class_of[OX_ERROR_CONNECT];
	class_of[OX_ERROR_TLS] = register_class_Outbox_TlsException(base);
	class_of[OX_ERROR_AUTH] = register_class_Outbox_AuthException(base);
	class_of[OX_ERROR_REJECTED] = register_class_Outbox_RejectedException(base);
	class_of[OX_ERROR_TIMEOUT] = register_class_Outbox_TimeoutException(base);
	class_of[OX_ERROR_PROTOCOL] = register_class_Outbox_ProtocolException(base);
	class_of[OX_ERROR_STORAGE] = register_class_Outbox_SpoolException(base);
	spool_full = register_class_Outbox_SpoolFullException(class_of[OX_ERROR_STORAGE]);
}
