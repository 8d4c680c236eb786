/* SPDX-License-Identifier: MIT */
/* outbox_mail(), and PHP's own mail() where outbox.override_mail has it served here: mail()'s arguments and mail()'s
 * rules, into the queue or over a relay, and no shell. */
#include "php_outbox.h"

#include <time.h>

#include "ext/date/php_date.h"
#include "ext/standard/php_mail.h"
#include "ext/standard/php_string.h"
#include "php_syslog.h"
#include "zend_exceptions.h"

#include "net/user.h"

/* mail()'s own function, which everything goes to that is not for us. Set before there is a second thread. */
static zif_handler original;

static bool refuse(const char *why)
{
	php_error_docref(NULL, E_WARNING, "%s", why);
	return false;
}

/* An exception becomes a warning: mail() never threw for what servers say. */
static void warn_instead(const char *about)
{
	zval copy;
	zend_object *exception = EG(exception);
	GC_ADDREF(exception);
	zend_clear_exception();
	zval *message = zend_read_property(exception->ce, exception, "message", 7, 1, &copy);
	php_error_docref(NULL, E_WARNING, "%s%s", about,
		Z_TYPE_P(message) == IS_STRING ? Z_STRVAL_P(message) : "");
	OBJ_RELEASE(exception);
}

/* UNDEF where there is no sender of its own; FAILURE after an exception. */
static zend_result make_envelope(zval *envelope, const ox_sendmail_parameters *parameters)
{
	zval name;
	ZVAL_UNDEF(envelope);
	if (!parameters->has_sender) {
		return SUCCESS;
	}
	ZVAL_STRING(&name, parameters->sender);
	object_init_ex(envelope, php_outbox_ce_envelope);
	zend_call_known_instance_method_with_1_params(php_outbox_ce_envelope->constructor,
		Z_OBJ_P(envelope), NULL, &name);
	zval_ptr_dtor(&name);
	return EG(exception) ? FAILURE : SUCCESS;
}

/* The relay of outbox.dsn, or else the profile that the queue has for all who name none. */
static zend_result make_transport(zval *transport)
{
	char name[OX_PROFILE_NAME_MAX + 1];
	ox_spool *spool;
	ox_error error;
	zval relay;
	if (*OUTBOX_G(dsn)) {
		ZVAL_STRING(&relay, OUTBOX_G(dsn));
	} else {
		int status = php_outbox_spool(NULL, false, &spool, &error);
		status = status == OX_OK ? ox_profile_choose(ox_spool_profiles(spool), name, &error) : status;
		if (status != OX_OK) {
			php_error_docref(NULL, E_WARNING, "the INI setting outbox.dsn names no relay, and the queue gives none: %s",
				status == OX_E_NOMEM ? "memory is out" : error.text);
			return FAILURE;
		}
		array_init(&relay);
		add_assoc_string(&relay, "profile", name);
	}
	zend_result made = php_outbox_transport_new(transport, &relay, 0);
	if (made != SUCCESS) {
		warn_instead(*OUTBOX_G(dsn) ? "outbox.dsn: " : "");
	}
	zval_ptr_dtor(&relay);
	return made;
}

/* Whether the queue is there and somebody empties it: a message must not be safe and stay for ever. */
static bool is_queue_served(void)
{
	ox_spool *spool;
	ox_error error;
	return php_outbox_spool(NULL, php_outbox_is_delivered(NULL), &spool, &error) == OX_OK
		&& php_outbox_is_delivered(spool);
}

static void hand_over(zval *transport, zval *message, zend_object *envelope)
{
	const php_outbox_relay *relay = php_outbox_transport_relay(Z_OBJ_P(transport));
	bool either = !strcmp(OUTBOX_G(mail), "auto");
	zval answer;
	ZVAL_UNDEF(&answer);
	if (!strcmp(OUTBOX_G(mail), "send") || (either && !is_queue_served())) {
		php_outbox_send(&answer, relay, message, envelope, 0, 0);
	} else {
		php_outbox_queue_mail(&answer, relay, message, envelope, either);
	}
	zval_ptr_dtor(&answer);
}

static bool deliver(zval *message, const ox_sendmail_parameters *parameters)
{
	zval transport, envelope;
	if (make_transport(&transport) != SUCCESS) {
		return false;
	}
	if (make_envelope(&envelope, parameters) == SUCCESS) {
		hand_over(&transport, message, Z_TYPE(envelope) == IS_OBJECT ? Z_OBJ(envelope) : NULL);
	}
	zval_ptr_dtor(&envelope);
	zval_ptr_dtor(&transport);
	if (EG(exception)) {
		warn_instead("");
		return false;
	}
	return true;
}

static int make_message(zval *message, const php_outbox_mail *mail, ox_error *error)
{
	char domain[OX_USER_DOMAIN_SIZE];
	zend_string *text = php_outbox_mail_text(mail, error);
	if (!text) {
		return OX_E_FAILED;
	}
	ox_user_domain(domain);
	int status = php_outbox_message_from_mail(message, text, mail->local ? domain : NULL, error);
	zend_string_release(text);
	return status;
}

static bool send_mail(php_outbox_mail *mail, const char *parameters)
{
	ox_error error;
	zval message;
	if (mail->headers && php_outbox_mail_has_malformed_newlines(ZSTR_VAL(mail->headers))) {
		return refuse("Multiple or malformed newlines found in additional_header");
	}
	if (ox_sendmail_parse(parameters, &mail->parameters) != OX_OK) {
		return refuse("of the additional parameters only -f, -r and -F with a value, -t, -i and their like are understood");
	}
	if (make_message(&message, mail, &error) != OX_OK) {
		return refuse(error.text);
	}
	bool done = deliver(&message, &mail->parameters);
	zval_ptr_dtor(&message);
	return done;
}

/* What mail.log asks of mail(): a line for each call, to a file or to the system's log. */
static void log_call(const php_outbox_mail *mail)
{
	const char *place = INI_STR("mail.log");
	if (!place || !*place) {
		return;
	}
	zend_string *line = zend_strpprintf(0, "mail() on [%s:%u]: To: %s -- Headers: %s -- Subject: %s",
		zend_get_executed_filename(), zend_get_executed_lineno(), ZSTR_VAL(mail->to),
		mail->headers ? ZSTR_VAL(mail->headers) : "", ZSTR_VAL(mail->subject));
	for (char *at = ZSTR_VAL(line); (at = strpbrk(at, "\r\n"));) {
		*at = ' ';
	}
	if (!strcmp(place, "syslog")) {
		php_syslog(LOG_NOTICE, "%s", ZSTR_VAL(line));
	} else {
		zend_string *date = php_format_date("d-M-Y H:i:s e", sizeof "d-M-Y H:i:s e" - 1, time(NULL), 1);
		php_stream *file = php_stream_open_wrapper((char *)place, "a", REPORT_ERRORS, NULL);
		if (file) {
			php_stream_printf(file, "[%s] %s" PHP_EOL, ZSTR_VAL(date), ZSTR_VAL(line));
			php_stream_close(file);
		}
		zend_string_release(date);
	}
	zend_string_release(line);
}

/* The arguments of both; is_mail: php.ini's settings for mail() hold. */
static void serve(INTERNAL_FUNCTION_PARAMETERS, bool is_mail)
{
	php_outbox_mail mail = {.local = is_mail};
	zend_string *text = NULL, *parameters = NULL;
	HashTable *list = NULL;
	ZEND_PARSE_PARAMETERS_START(3, 5)
		Z_PARAM_PATH_STR(mail.to)
		Z_PARAM_PATH_STR(mail.subject)
		Z_PARAM_PATH_STR(mail.body)
		Z_PARAM_OPTIONAL
		Z_PARAM_ARRAY_HT_OR_STR(list, text)
		Z_PARAM_PATH_STR(parameters)
	ZEND_PARSE_PARAMETERS_END();
	if (text && php_outbox_has_nul(text)) {
		zend_argument_value_error(4, "must not contain any null bytes");
		return;
	}
	mail.headers = text ? php_trim(text, NULL, 0, 2) : list ? php_mail_build_headers(list) : NULL;
	if (EG(exception)) {
		return;
	}
	const char *forced = is_mail ? INI_STR("mail.force_extra_parameters") : NULL;
	if (is_mail) {
		log_call(&mail);
	}
	RETVAL_BOOL(send_mail(&mail, forced && *forced ? forced : parameters ? ZSTR_VAL(parameters) : ""));
	if (mail.headers) {
		zend_string_release(mail.headers);
	}
}

PHP_FUNCTION(outbox_mail)
{
	serve(INTERNAL_FUNCTION_PARAM_PASSTHRU, false);
}

static ZEND_NAMED_FUNCTION(mail_handler)
{
	if (OUTBOX_G(override_mail)) {
		serve(INTERNAL_FUNCTION_PARAM_PASSTHRU, true);
	} else {
		original(INTERNAL_FUNCTION_PARAM_PASSTHRU);
	}
}

static zend_internal_function *find_mail(void)
{
	zend_function *found = zend_hash_str_find_ptr(CG(function_table), "mail", sizeof "mail" - 1);
	return found && found->type == ZEND_INTERNAL_FUNCTION ? &found->internal_function : NULL;
}

/* In any case: PHP-FPM's pools and Apache's hosts have their settings long after modules are started, and every thread
 * gets a copy of what is there now. Nothing but the handler changes, so that arguments, reflection and
 * disable_functions are mail()'s, and opcache's compiler finds us like any other. */
void php_outbox_take_over_mail(void)
{
	zend_internal_function *mail = find_mail();
	if (mail) {
		original = mail->handler;
		mail->handler = mail_handler;
	}
}

/* Whoever came after us and stands in front keeps its place; we go on passing through to the original then. */
void php_outbox_give_back_mail(void)
{
	zend_internal_function *mail = find_mail();
	if (mail && mail->handler == mail_handler) {
		mail->handler = original;
	}
}
