/* SPDX-License-Identifier: MIT */
/* The message that mail()'s arguments make, by mail()'s rules. */
#include "php_outbox.h"

#include "zend_smart_str.h"

#include "message/header.h"
#include "message/sendmail.h"
#include "net/user.h"

/* What PHP's own mail() refuses in $additional_headers: an empty line would end the header, and
 * what follows would be the attacker's body. */
bool php_outbox_mail_has_malformed_newlines(const char *headers)
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
static void append_field(smart_str *to, const char *name, zend_string *text)
{
	size_t size = ZSTR_LEN(text);
	while (size && isspace((unsigned char)ZSTR_VAL(text)[size - 1])) {
		size--;
	}
	smart_str_append_printf(to, "%s: ", name);
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)ZSTR_VAL(text)[i];
		smart_str_appendc(to, c < 32 || c == 127 ? ' ' : (char)c);
	}
	smart_str_appends(to, "\r\n");
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

/* Who it is from where no header says so: the sender, with the name that was given, else the settings', else the user
 * whom PHP runs as, if that will do. */
static int append_from(smart_str *to, const php_outbox_mail *mail, ox_error *error)
{
	char own[OX_USER_ADDRESS_SIZE];
	ox_buffer field;
	ox_address_list list;
	const char *address = mail->parameters.sender;
	if (!*address && *OUTBOX_G(default_from)) {
		smart_str_append_printf(to, "From: %s\r\n", OUTBOX_G(default_from));
		return OX_OK;
	}
	if (!*address && !mail->local) {
		return php_outbox_wrong(error, "there is no From header, no -f parameter and no outbox.default_from");
	}
	if (!*address) {
		ox_user_address(own);
		address = own;
	}
	ox_buffer_init(&field, OX_HEADER_MAX);
	ox_address_list_init(&list);
	int status = ox_address_list_add(&list, ox_slice_of(address), ox_slice_of(mail->parameters.name), error);
	if (status == OX_OK) {
		status = ox_header_addresses(&field, "From", &list);
		smart_str_appends(to, ox_buffer_text(&field));
	}
	ox_address_list_clear(&list);
	ox_buffer_clear(&field);
	return status == OX_OK || status == OX_E_FAILED ? status
		: php_outbox_wrong(error, "the name for a From field is too long, or no text");
}

zend_string *php_outbox_mail_text(const php_outbox_mail *mail, ox_error *error)
{
	smart_str text = {0};
	const char *lines = mail->headers ? ZSTR_VAL(mail->headers) : "";
	if (ZSTR_LEN(mail->to)) { /* else they are in Cc or Bcc */
		append_field(&text, "To", mail->to);
	}
	append_field(&text, "Subject", mail->subject);
	if (!has_field(lines, "From:") && append_from(&text, mail, error) != OX_OK) {
		smart_str_free(&text);
		return NULL;
	}
	if (*lines) {
		smart_str_append(&text, mail->headers);
		smart_str_appends(&text, "\r\n");
	}
	smart_str_appends(&text, "\r\n");
	smart_str_append(&text, mail->body);
	return smart_str_extract(&text);
}
