/* SPDX-License-Identifier: MIT */
#include "message/mend.h"

#include <string.h>

#include "message/header.h"
#include "message/message_internal.h"

enum { BASE64_LINE = 76 };

/* What the fields say of the body. */
typedef enum { BODY_PLAIN, BODY_BASE64, BODY_OTHER } body_kind;

typedef struct {
	bool typed, versioned; /* has Content-Type, MIME-Version */
	body_kind kind;
	bool encode;           /* the body has a line too long, and can be encoded */
} body;

static bool is(const message_field *f, const char *name)
{
	return ox_slice_is_nocase(f->name, name);
}

static bool is_one_of(const message_field *f, const char *const *names)
{
	while (*names && !is(f, *names)) {
		names++;
	}
	return *names;
}

static bool holds_addresses(const message_field *f)
{
	static const char *const names[] = {"From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Resent-From",
		"Resent-Sender", "Resent-To", "Resent-Cc", "Resent-Bcc", NULL};
	return is_one_of(f, names);
}

/* An encoded word has no place in these (RFC 2047 5), or somebody else wrote them. */
static bool has_structure(const message_field *f)
{
	static const char *const names[] = {"Received", "Return-Path", "Message-ID", "In-Reply-To", "References",
		"Date", "MIME-Version", "DKIM-Signature", "Authentication-Results", NULL};
	return is_one_of(f, names) ||
		(f->name.size > 8 && ox_slice_is_nocase((ox_slice){f->name.at, 8}, "Content-"));
}

static int as_utf8(ox_buffer *out, ox_slice text)
{
	int status = OX_OK;
	for (size_t i = 0; i < text.size && status == OX_OK; i++) {
		unsigned char c = (unsigned char)text.at[i];
		if (c > 0x7f) {
			status = ox_buffer_append_byte(out, (uint8_t)(0xc0 | c >> 6));
			c = (unsigned char)(0x80 | (c & 0x3f));
		}
		status = status == OX_OK ? ox_buffer_append_byte(out, c) : status;
	}
	return status;
}

/* The value without its folds and the blanks around it, as UTF-8. */
static int plain_value(ox_buffer *out, ox_slice value)
{
	ox_buffer flat;
	ox_buffer_init(&flat, OX_HEADER_MAX);
	int status = OX_OK;
	for (size_t i = 0; i < value.size && status == OX_OK; i++) {
		char c = value.at[i];
		bool blank = c == ' ' || c == '\t';
		if (c != '\r' && c != '\n' && !(blank && !flat.size)) {
			status = ox_buffer_append_byte(&flat, blank ? ' ' : (uint8_t)c);
		}
	}
	while (flat.size && flat.bytes[flat.size - 1] == ' ') {
		flat.size--;
	}
	ox_slice text = {ox_buffer_text(&flat), flat.size};
	if (status == OX_OK) {
		status = ox_is_utf8(text.at, text.size) ? ox_buffer_append(out, text.at, text.size) : as_utf8(out, text);
	}
	ox_buffer_clear(&flat);
	return status;
}

/* Addresses that are UTF-8 themselves need SMTPUTF8 anyhow. */
static bool has_raw_name(const ox_address_list *list)
{
	size_t i = 0;
	while (i < list->count && !ox_has_8bit(list->items[i].name, strlen(list->items[i].name))) {
		i++;
	}
	return i < list->count;
}

static int write_addresses(ox_buffer *out, const char *name, ox_slice value, const char *domain, bool *done)
{
	ox_address_list list;
	ox_error error;
	ox_address_list_init(&list);
	list.domain = domain;
	int status = ox_address_list_parse(&list, value, &error);
	*done = status == OX_OK && (list.completed || has_raw_name(&list));
	status = *done ? ox_header_addresses(out, name, &list) : status == OX_E_NOMEM ? status : OX_OK;
	ox_address_list_clear(&list);
	return status;
}

static int mend_field(ox_buffer *out, const message_field *f, const char *domain)
{
	char name[OX_HEADER_NAME_MAX + 1];
	bool addresses = holds_addresses(f), done = false;
	ox_buffer value;
	if (!addresses && (has_structure(f) || !ox_has_8bit(f->value.at, f->value.size))) {
		return ox_buffer_append(out, f->whole.at, f->whole.size);
	}
	memcpy(name, f->name.at, f->name.size); /* message_next_field() gives no longer one */
	name[f->name.size] = 0;
	ox_buffer_init(&value, 2 * OX_HEADER_MAX);
	int status = plain_value(&value, f->value);
	ox_slice text = {ox_buffer_text(&value), value.size};
	if (status == OX_OK && addresses) {
		status = write_addresses(out, name, text, domain, &done);
	} else if (status == OX_OK && !ox_has_control(text.at, text.size)) {
		status = ox_header_text(out, name, text);
		done = true;
	}
	ox_buffer_clear(&value);
	return status == OX_OK && !done ? ox_buffer_append(out, f->whole.at, f->whole.size) : status;
}

static body_kind kind_of_encoding(ox_slice value)
{
	ox_slice word = ox_slice_next_word(&value);
	while (word.size && (word.at[word.size - 1] == '\r' || word.at[word.size - 1] == '\n')) {
		word.size--;
	}
	return ox_slice_is_nocase(word, "base64") ? BODY_BASE64
		: ox_slice_is_nocase(word, "7bit") || ox_slice_is_nocase(word, "8bit") || !word.size ? BODY_PLAIN
		: BODY_OTHER;
}

static bool is_text(ox_slice value)
{
	static const char text[] = "text/";
	while (value.size && (unsigned char)*value.at <= ' ') {
		value.at++;
		value.size--;
	}
	return value.size > sizeof text && ox_slice_is_nocase((ox_slice){value.at, sizeof text - 1}, text);
}

static void look(ox_slice header, ox_slice content, body *found)
{
	message_fields reader = {.rest = header};
	message_field f;
	ox_error error;
	ox_lines_facts facts;
	bool text = true;
	*found = (body){.kind = BODY_PLAIN};
	while (message_next_field(&reader, &f, &error) == OX_OK) {
		if (is(&f, "Content-Type")) {
			found->typed = true;
			text = is_text(f.value);
		} else if (is(&f, "Content-Transfer-Encoding")) {
			found->kind = kind_of_encoding(f.value);
		}
		found->versioned = found->versioned || is(&f, "MIME-Version");
	}
	ox_lines_scan((const uint8_t *)content.at, content.size, &facts);
	found->encode = facts.longest > OX_LINE_MAX && !facts.nul &&
		(found->kind == BODY_BASE64 || (found->kind == BODY_PLAIN && text));
}

/* What a body that is encoded here needs. */
static int add_fields(ox_buffer *out, const body *found)
{
	int status = found->versioned ? OX_OK : ox_buffer_append_string(out, "MIME-Version: 1.0\r\n");
	if (status == OX_OK && !found->typed) {
		status = ox_buffer_append_string(out, "Content-Type: text/plain; charset=utf-8\r\n");
	}
	return status == OX_OK ? ox_buffer_append_string(out, "Content-Transfer-Encoding: quoted-printable\r\n")
		: status;
}

/* A line that is neither field nor fold, and what is behind it, goes as it is. */
static int mend_header(ox_buffer *out, ox_slice header, const body *found, const char *domain)
{
	message_fields reader = {.rest = header};
	message_field f;
	ox_error error;
	bool encode = found->encode && found->kind == BODY_PLAIN;
	int status = OX_OK;
	while (status == OX_OK && message_next_field(&reader, &f, &error) == OX_OK) {
		if (!encode || !is(&f, "Content-Transfer-Encoding")) {
			status = mend_field(out, &f, domain);
		}
	}
	if (status == OX_OK && encode) {
		status = add_fields(out, found);
	}
	return status == OX_OK ? ox_buffer_append(out, reader.rest.at, reader.rest.size) : status;
}

static int break_base64(ox_buffer *out, ox_slice text)
{
	size_t column = 0;
	int status = OX_OK;
	for (size_t i = 0; i < text.size && status == OX_OK; i++) {
		if ((unsigned char)text.at[i] <= ' ') {
			continue;
		}
		if (column == BASE64_LINE) {
			status = ox_buffer_append_string(out, "\r\n");
			column = 0;
		}
		column++;
		status = status == OX_OK ? ox_buffer_append_byte(out, (uint8_t)text.at[i]) : status;
	}
	return status == OX_OK ? ox_buffer_append_string(out, "\r\n") : status;
}

int ox_message_mend(ox_buffer *out, ox_slice text, const char *domain)
{
	ox_buffer clean;
	body found;
	size_t gap;
	ox_buffer_init(&clean, out->cap);
	int status = ox_lines_normalise(&clean, (const uint8_t *)text.at, text.size);
	size_t size = message_header_size(&clean, &gap);
	ox_slice header = {ox_buffer_text(&clean), size};
	ox_slice content = {header.at + size + gap, clean.size - size - gap};
	if (status == OX_OK) {
		look(header, content, &found);
		status = mend_header(out, header, &found, domain);
	}
	if (status == OX_OK && gap) {
		status = ox_buffer_append_string(out, "\r\n");
	}
	if (status == OX_OK) {
		status = !found.encode ? ox_buffer_append(out, content.at, content.size)
			: found.kind == BODY_BASE64 ? break_base64(out, content) : message_quoted_printable(out, content);
	}
	ox_buffer_clear(&clean);
	return status;
}
