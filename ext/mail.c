/* SPDX-License-Identifier: MIT */
/* outbox_mail(): mail()'s arguments and mail()'s rules, over a relay. */
#include "php_outbox.h"

#include "zend_exceptions.h"
#include "zend_smart_str.h"

/* What PHP's own mail() refuses in $additional_headers: an empty line would end the header, and what follows
 * would be the attacker's body. */
static bool has_malformed_newlines(const char *headers)
{
	if (!*headers) {
		return false;
	}
	if (*headers < 33 || *headers > 126 || *headers == ':') {
		return true;
	}
	while (*headers) {
		if (*headers == '\r') {
			bool empty = headers[1] == '\0' || headers[1] == '\r' ||
				(headers[1] == '\n' && (headers[2] == '\0' || headers[2] == '\n' || headers[2] == '\r'));
			if (empty) {
				return true;
			}
			headers += headers[1] == '\n' ? 2 : 1;
		} else if (*headers == '\n') {
			if (headers[1] == '\0' || headers[1] == '\r' || headers[1] == '\n') {
				return true;
			}
			headers++;
		} else {
			headers++;
		}
	}
	return false;
}

/* As mail() does for $to and $subject: blanks at the end go, control characters become blanks, folding too. */
static void append_one_line(smart_str *to, zend_string *text)
{
	size_t size = ZSTR_LEN(text);
	while (size && isspace((unsigned char)ZSTR_VAL(text)[size - 1])) {
		size--;
	}
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)ZSTR_VAL(text)[i];
		smart_str_appendc(to, c < 32 || c == 127 ? ' ' : (char)c);
	}
}

static bool has_field(const char *headers, const char *name)
{
	size_t size = strlen(name);
	for (const char *line = headers; line; line = strpbrk(line, "\r\n")) {
		line += strspn(line, "\r\n");
		if (!strncasecmp(line, name, size)) {
			return true;
		}
		if (!*line) {
			break;
		}
	}
	return false;
}

/* "-fann@example.org" or "-r ann@example.org"; anything else would be for a sendmail that is not there. */
static bool parse_parameters(const char *parameters, char *sender, size_t size)
{
	*sender = 0;
	parameters += strspn(parameters, " \t");
	if (!*parameters) {
		return true;
	}
	if (strncmp(parameters, "-f", 2) && strncmp(parameters, "-r", 2)) {
		return false;
	}
	parameters += 2;
	parameters += strspn(parameters, " \t");
	size_t length = strcspn(parameters, " \t");
	const char *rest = parameters + length + strspn(parameters + length, " \t");
	if (!length || length >= size || *rest) {
		return false;
	}
	memcpy(sender, parameters, length);
	sender[length] = 0;
	return true;
}

static zend_string *compose(zend_string *to, zend_string *subject, zend_string *body, zend_string *headers,
	const char *sender)
{
	smart_str text = {0};
	const char *lines = headers ? ZSTR_VAL(headers) : "";
	smart_str_appends(&text, "To: ");
	append_one_line(&text, to);
	smart_str_appends(&text, "\r\nSubject: ");
	append_one_line(&text, subject);
	if (!has_field(lines, "From:")) {
		smart_str_appends(&text, "\r\nFrom: ");
		smart_str_appends(&text, *sender ? sender : OUTBOX_G(default_from));
	}
	smart_str_appends(&text, "\r\n");
	if (*lines) {
		smart_str_append(&text, headers);
		smart_str_appends(&text, "\r\n");
	}
	smart_str_appends(&text, "\r\n");
	smart_str_append(&text, body);
	return smart_str_extract(&text);
}

/* An exception becomes a warning: mail() never threw for what servers say. */
static void warn_instead(void)
{
	zval copy, *message;
	zend_object *exception = EG(exception);
	GC_ADDREF(exception);
	zend_clear_exception();
	message = zend_read_property(exception->ce, exception, "message", 7, 1, &copy);
	php_error_docref(NULL, E_WARNING, "%s", Z_TYPE_P(message) == IS_STRING ? Z_STRVAL_P(message) : "");
	OBJ_RELEASE(exception);
}

static bool deliver(zend_string *text, const char *sender)
{
	ox_relay relay;
	zval dsn, message, envelope, receipt;
	ox_relay_init(&relay);
	ZVAL_STRING(&dsn, OUTBOX_G(dsn));
	ZVAL_STR(&message, text);
	ZVAL_UNDEF(&envelope);
	ZVAL_UNDEF(&receipt);
	if (*sender) {
		zval name;
		ZVAL_STRING(&name, sender);
		object_init_ex(&envelope, php_outbox_ce_envelope);
		zend_call_known_instance_method_with_1_params(php_outbox_ce_envelope->constructor, Z_OBJ(envelope), NULL, &name);
		zval_ptr_dtor(&name);
	}
	if (!EG(exception) && php_outbox_relay(&relay, &dsn, 1) == SUCCESS) {
		php_outbox_send(&receipt, &relay, &message, *sender ? &envelope : NULL, 1);
	}
	zval_ptr_dtor(&dsn);
	zval_ptr_dtor(&envelope);
	zval_ptr_dtor(&receipt);
	ox_relay_clear(&relay);
	if (EG(exception)) {
		warn_instead();
		return false;
	}
	return true;
}

bool php_outbox_mail(zend_string *to, zend_string *subject, zend_string *body, zend_string *headers,
	zend_string *parameters)
{
	char sender[OX_PATH_MAX + 1];
	const char *lines = headers ? ZSTR_VAL(headers) : "";
	if (!OUTBOX_G(dsn) || !*OUTBOX_G(dsn)) {
		php_error_docref(NULL, E_WARNING, "the INI setting outbox.dsn names no relay");
		return false;
	}
	if (has_malformed_newlines(lines)) {
		php_error_docref(NULL, E_WARNING, "Multiple or malformed newlines found in additional_header");
		return false;
	}
	if (!parse_parameters(parameters ? ZSTR_VAL(parameters) : "", sender, sizeof sender)) {
		php_error_docref(NULL, E_WARNING, "Of the additional parameters only -f and -r with an address are understood");
		return false;
	}
	if (!*sender && !has_field(lines, "From:") && !*OUTBOX_G(default_from)) {
		php_error_docref(NULL, E_WARNING, "there is no From header, no -f parameter and no outbox.default_from");
		return false;
	}
	zend_string *text = compose(to, subject, body, headers, sender);
	bool sent = deliver(text, sender);
	zend_string_release(text);
	return sent;
}
