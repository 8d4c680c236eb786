/* SPDX-License-Identifier: MIT */
/* outbox_mail(): mail()'s arguments and mail()'s rules, over a relay. */
#include "php_outbox.h"

#include "zend_exceptions.h"
#include "zend_smart_str.h"

#include "message/header.h"

/* What PHP's own mail() refuses in $additional_headers: an empty line would end the header, and
 * what follows would be the attacker's body. */
static bool has_malformed_newlines(const char *headers)
{
	if (!*headers) {
		return false;
	}
	if (*headers < 33 || *headers > 126 || *headers == ':') {
		return true;
	}
	while (*headers) {
		bool is_break = *headers == '\r' || *headers == '\n';
		headers += *headers == '\r' && headers[1] == '\n' ? 2 : 1;
		if (is_break && (!*headers || *headers == '\r' || *headers == '\n')) {
			return true;
		}
	}
	return false;
}

/* As mail() does for $to and $subject: blanks at the end go, control characters become blanks,
 * folding too. */
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

/* "-fann@example.org" or "-r ann@example.org"; anything else would be for a sendmail that is not
 * there. */
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

/* A field of $to or $subject: encoded where mail() would put raw UTF-8 into the header, which only
 * servers with SMTPUTF8 take. What cannot be encoded goes as it is. */
static void append_field(smart_str *to, const char *name, zend_string *text)
{
	smart_str line = {0};
	ox_buffer encoded;
	ox_address_list list;
	append_one_line(&line, text);
	smart_str_0(&line);
	ox_slice value = {line.s ? ZSTR_VAL(line.s) : "", line.s ? ZSTR_LEN(line.s) : 0};
	ox_buffer_init(&encoded, OX_HEADER_MAX);
	ox_address_list_init(&list);
	bool plain = !ox_has_8bit(value.at, value.size) || !ox_is_utf8(value.at, value.size);
	int status = OX_E_SYNTAX;
	if (!plain && !strcmp(name, "To")) {
		ox_error error;
		status = ox_address_list_parse(&list, value, &error);
		status = status == OX_OK ? ox_header_addresses(&encoded, name, &list) : status;
	} else if (!plain) {
		status = ox_header_text(&encoded, name, value);
	}
	if (status == OX_OK) {
		smart_str_appends(to, ox_buffer_text(&encoded));
	} else {
		smart_str_append_printf(to, "%s: %s\r\n", name, value.at);
	}
	ox_address_list_clear(&list);
	ox_buffer_clear(&encoded);
	smart_str_free(&line);
}

static zend_string *compose(zend_string *to, zend_string *subject, zend_string *body,
	zend_string *headers, const char *sender)
{
	smart_str text = {0};
	const char *lines = headers ? ZSTR_VAL(headers) : "";
	if (ZSTR_LEN(to)) { /* else they are in Cc or Bcc */
		append_field(&text, "To", to);
	}
	append_field(&text, "Subject", subject);
	if (!has_field(lines, "From:")) {
		smart_str_append_printf(&text, "From: %s\r\n", *sender ? sender : OUTBOX_G(default_from));
	}
	if (*lines) {
		smart_str_append(&text, headers);
		smart_str_appends(&text, "\r\n");
	}
	smart_str_appends(&text, "\r\n");
	smart_str_append(&text, body);
	return smart_str_extract(&text);
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
static zend_result make_envelope(zval *envelope, const char *sender)
{
	zval name;
	ZVAL_UNDEF(envelope);
	if (!*sender) {
		return SUCCESS;
	}
	ZVAL_STRING(&name, sender);
	object_init_ex(envelope, php_outbox_ce_envelope);
	zend_call_known_instance_method_with_1_params(php_outbox_ce_envelope->constructor,
		Z_OBJ_P(envelope), NULL, &name);
	zval_ptr_dtor(&name);
	return EG(exception) ? FAILURE : SUCCESS;
}

static bool deliver(zend_string *text, const char *sender)
{
	zval dsn, transport, message, envelope, receipt;
	ZVAL_STRING(&dsn, OUTBOX_G(dsn));
	zend_result made = php_outbox_transport_new(&transport, &dsn, 0);
	zval_ptr_dtor(&dsn);
	if (made != SUCCESS) {
		warn_instead("outbox.dsn: ");
		return false;
	}
	ZVAL_STR(&message, text);
	ZVAL_UNDEF(&receipt);
	if (make_envelope(&envelope, sender) == SUCCESS) {
		zend_object *given = Z_TYPE(envelope) == IS_OBJECT ? Z_OBJ(envelope) : NULL;
		php_outbox_send(&receipt, php_outbox_transport_relay(Z_OBJ(transport)), &message, given,
			false, 0);
	}
	zval_ptr_dtor(&envelope);
	zval_ptr_dtor(&receipt);
	zval_ptr_dtor(&transport);
	if (EG(exception)) {
		warn_instead("");
		return false;
	}
	return true;
}

static bool refuse(const char *why)
{
	php_error_docref(NULL, E_WARNING, "%s", why);
	return false;
}

bool php_outbox_mail(zend_string *to, zend_string *subject, zend_string *body, zend_string *headers,
	zend_string *parameters)
{
	char sender[OX_PATH_MAX + 1];
	const char *lines = headers ? ZSTR_VAL(headers) : "";
	if (!*OUTBOX_G(dsn)) {
		return refuse("the INI setting outbox.dsn names no relay");
	}
	if (has_malformed_newlines(lines)) {
		return refuse("Multiple or malformed newlines found in additional_header");
	}
	if (!parse_parameters(parameters ? ZSTR_VAL(parameters) : "", sender, sizeof sender)) {
		return refuse("of the additional parameters only -f and -r with an address are understood");
	}
	if (!*sender && !has_field(lines, "From:") && !*OUTBOX_G(default_from)) {
		return refuse("there is no From header, no -f parameter and no outbox.default_from");
	}
	zend_string *text = compose(to, subject, body, headers, sender);
	bool sent = deliver(text, sender);
	zend_string_release(text);
	return sent;
}
