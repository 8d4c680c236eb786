/* SPDX-License-Identifier: MIT */
#include "message/parameter.h"

#include <string.h>

#include "message/message_internal.h"

enum {
	LINE = 78,
	PLAIN_MAX = 60,  /* of a value in quotes: fits one line with its name */
	ENDING_MAX = 10, /* ".jpeg" and the like */
	FALLBACK_MAX = 256,
};

static bool is_token_octet(unsigned char c)
{
	return c > ' ' && c < 0x7f && !strchr("()<>@,;:\\\"/[]?=", c);
}

/* RFC 2231 7: what stands for itself in an extended value. */
static bool is_attribute_octet(unsigned char c)
{
	return is_token_octet(c) && c != '*' && c != '\'' && c != '%';
}

/* What needs no quotes: a token without what readers of RFC 2231 take for a sign of their own. */
static bool is_bare(ox_slice value)
{
	bool good = value.size > 0;
	for (size_t i = 0; i < value.size && good; i++) {
		good = is_attribute_octet((unsigned char)value.at[i]);
	}
	return good;
}

static bool is_plain_octet(unsigned char c)
{
	return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
}

static bool is_plain(ox_slice value)
{
	for (size_t i = 0; i < value.size; i++) {
		bool encoded = i + 1 < value.size && value.at[i] == '=' && value.at[i + 1] == '?';
		if (!is_plain_octet((unsigned char)value.at[i]) || encoded) {
			return false;
		}
	}
	/* A reader may drop blanks at either end. */
	return value.size <= PLAIN_MAX &&
		   (!value.size || (value.at[0] != ' ' && value.at[value.size - 1] != ' '));
}

static int begin(ox_buffer *out, size_t size)
{
	size_t column = message_column(out);
	return ox_buffer_append_string(out, column + 2 + size > LINE ? ";\r\n " : "; ");
}

static int write_plain(ox_buffer *out, const char *name, ox_slice value)
{
	const char *quote = is_bare(value) ? "" : "\"";
	int status = begin(out, strlen(name) + 1 + value.size + 2 * strlen(quote));
	return status == OX_OK ? ox_buffer_append_format(out, "%s=%s%.*s%s", name, quote, (int)value.size,
								 value.at, quote)
						   : status;
}

static size_t character_size(ox_slice text)
{
	size_t size = 1;
	while (size < text.size && ((unsigned char)text.at[size] & 0xc0) == 0x80) {
		size++;
	}
	return size;
}

/* How wide the first character is when it is encoded. */
static size_t width_of(ox_slice text, size_t size)
{
	return size == 1 && is_attribute_octet((unsigned char)*text.at) ? 1 : 3 * size;
}

/* How many octets of the value have room in `room` columns, whole characters. */
static size_t share_of(ox_slice value, size_t room)
{
	size_t share = 0;
	while (share < value.size) {
		ox_slice rest = {value.at + share, value.size - share};
		size_t size = character_size(rest), width = width_of(rest, size);
		if (width > room) {
			break;
		}
		room -= width;
		share += size;
	}
	return share ? share : character_size(value);
}

static int write_encoded(ox_buffer *out, ox_slice value)
{
	int status = OX_OK;
	for (size_t i = 0; i < value.size && status == OX_OK; i++) {
		unsigned char c = (unsigned char)value.at[i];
		status = is_attribute_octet(c) ? ox_buffer_append_byte(out, c)
									   : ox_buffer_append_format(out, "%%%02X", (unsigned)c);
	}
	return status;
}

/* A number of up to three digits and "*=" or "*0*=". */
enum { SECTION_ROOM = 7, CHARSET_ROOM = 7 };

static int write_extended(ox_buffer *out, const char *name, ox_slice value)
{
	size_t room = LINE - 2 - strlen(name) - SECTION_ROOM - CHARSET_ROOM;
	bool one = share_of(value, room) == value.size;
	int status = OX_OK;
	for (unsigned section = 0; (value.size || !section) && status == OX_OK; section++) {
		size_t share = one ? value.size : share_of(value, room);
		status = ox_buffer_append_format(out, ";\r\n %s*", name);
		if (status == OX_OK && !one) {
			status = ox_buffer_append_format(out, "%u*", section);
		}
		if (status == OX_OK) {
			status = ox_buffer_append_string(out, section ? "=" : "=UTF-8''");
		}
		if (status == OX_OK) {
			status = write_encoded(out, (ox_slice){value.at, share});
		}
		value.at += share;
		value.size -= share;
	}
	return status;
}

int ox_parameter(ox_buffer *out, const char *name, ox_slice value)
{
	return is_plain(value) ? write_plain(out, name, value) : write_extended(out, name, value);
}

/* Of ".ending" at the end of a long name, 0 if it has none. */
static size_t ending_of(ox_slice value)
{
	for (size_t size = 1; size <= ENDING_MAX && size < value.size; size++) {
		if (value.at[value.size - size] == '.') {
			return size;
		}
	}
	return 0;
}

int ox_parameter_plain(ox_buffer *out, const char *name, ox_slice value)
{
	char plain[FALLBACK_MAX];
	size_t size = 0;
	for (size_t at = 0; at < value.size && size < sizeof plain;) {
		ox_slice rest = {value.at + at, value.size - at};
		size_t width = character_size(rest);
		char c = *rest.at;
		bool keep = width == 1 && is_plain_octet((unsigned char)c) && c != '=' && c != '?';
		plain[size] = '_';
		if (keep) {
			plain[size] = c;
		}
		size++;
		at += width;
	}
	if (size > PLAIN_MAX) {
		size_t ending = ending_of((ox_slice){plain, size});
		memmove(plain + PLAIN_MAX - ending, plain + size - ending, ending);
		size = PLAIN_MAX;
	}
	for (size_t i = 0; i < size; i += size > 1 ? size - 1 : 1) {
		if (plain[i] == ' ') {
			plain[i] = '_';
		}
	}
	return write_plain(out, name, (ox_slice){plain, size});
}

static void skip_blanks(ox_slice *rest)
{
	while (rest->size && (*rest->at == ' ' || *rest->at == '\t')) {
		rest->at++;
		rest->size--;
	}
}

static ox_slice take_token(ox_slice *rest)
{
	ox_slice token = {rest->at, 0};
	while (rest->size && is_token_octet((unsigned char)*rest->at)) {
		rest->at++;
		rest->size--;
		token.size++;
	}
	return token;
}

static bool take(ox_slice *rest, char c)
{
	bool there = rest->size && *rest->at == c;
	rest->at += there;
	rest->size -= there;
	return there;
}

int ox_media_type(ox_slice *rest, ox_slice *type)
{
	skip_blanks(rest);
	ox_slice first = take_token(rest);
	bool slash = take(rest, '/');
	ox_slice second = take_token(rest);
	*type = (ox_slice){first.at, first.size + 1 + second.size};
	return first.size && slash && second.size ? OX_OK : OX_E_SYNTAX;
}

static int take_quoted(ox_slice *rest, ox_buffer *value)
{
	while (rest->size && *rest->at != '"') {
		(void)take(rest, '\\');
		if (!rest->size || (unsigned char)*rest->at < ' ' || (unsigned char)*rest->at > 0x7e) {
			return OX_E_SYNTAX;
		}
		int status = ox_buffer_append(value, rest->at++, 1);
		rest->size--;
		if (status != OX_OK) {
			return status;
		}
	}
	return take(rest, '"') ? OX_OK : OX_E_SYNTAX;
}

int ox_media_parameter(ox_slice *rest, ox_slice *name, ox_buffer *value)
{
	ox_buffer_empty(value);
	skip_blanks(rest);
	bool parted = take(rest, ';');
	skip_blanks(rest);
	if (!rest->size) {
		return OX_AGAIN; /* a semicolon at the end hides nothing */
	}
	*name = take_token(rest);
	if (!parted || !name->size || !take(rest, '=')) {
		return OX_E_SYNTAX;
	}
	if (take(rest, '"')) {
		return take_quoted(rest, value);
	}
	ox_slice token = take_token(rest);
	return token.size ? ox_buffer_append(value, token.at, token.size) : OX_E_SYNTAX;
}
