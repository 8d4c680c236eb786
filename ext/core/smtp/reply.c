/* SPDX-License-Identifier: MIT */
#include "smtp/reply.h"

#include <string.h>

static int broken(ox_error *error, ox_fact fact, const char *why)
{
	return ox_error_set(error, OX_ERROR_PROTOCOL, OX_RETRY_LATER, OX_STAGE_NONE, fact, "%s", why);
}

void ox_reply_reader_init(ox_reply_reader *reader)
{
	memset(reader, 0, sizeof *reader);
	ox_buffer_init(&reader->reply.text, OX_REPLY_TEXT_MAX);
	ox_buffer_init(&reader->line, OX_CHALLENGE_MAX + 8);
}

void ox_reply_reader_clear(ox_reply_reader *reader)
{
	ox_buffer_clear(&reader->reply.text);
	ox_buffer_clear(&reader->line);
}

bool ox_reply_reader_is_empty(const ox_reply_reader *reader)
{
	return reader->line.size == 0 && !reader->dropping &&
		(reader->complete || reader->reply.lines == 0);
}

static void begin_reply(ox_reply_reader *reader)
{
	ox_reply *reply = &reader->reply;
	ox_buffer_empty(&reply->text);
	memset(reply->enhanced, 0, sizeof reply->enhanced);
	reply->code = 0;
	reply->lines = 0;
	reply->mixed_codes = false;
	reader->complete = false;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "2.1.5 " at the front of a reply's text, RFC 2034 4; the class must be the code's own, or text
 * that only begins with numbers would count. */
static size_t enhanced_code(ox_slice text, uint16_t code, uint16_t enhanced[3])
{
	unsigned value[3] = {0, 0, 0};
	size_t i = 0;
	for (int part = 0; part < 3; part++) {
		size_t digits = 0;
		while (i < text.size && is_digit(text.at[i]) && digits < 3) {
			value[part] = value[part] * 10 + (unsigned)(text.at[i] - '0');
			digits++;
			i++;
		}
		if (!digits || (part < 2 && (i >= text.size || text.at[i++] != '.'))) {
			return 0;
		}
	}
	if ((i < text.size && text.at[i] != ' ') || value[0] != code / 100u) {
		return 0;
	}
	for (int part = 0; part < 3; part++) {
		enhanced[part] = (uint16_t)value[part];
	}
	return i < text.size ? i + 1 : i;
}

/* A handshake or an alert, RFC 8446 5.1. */
static bool is_tls_record(const char *line, size_t size)
{
	return size >= 2 && (line[0] == 0x16 || line[0] == 0x15) && line[1] == 0x03;
}

/* What else may answer on a port that was taken for SMTP's: named, because the remedy differs. */
static int not_a_reply(const char *line, size_t size, ox_error *error)
{
	if (is_tls_record(line, size)) {
		return broken(
			error, OX_FACT_PEER_SPEAKS_TLS, "the server speaks TLS where plain text was expected");
	}
	if (size >= 5 && !memcmp(line, "HTTP/", 5)) {
		return broken(error, OX_FACT_PEER_SPEAKS_HTTP, "the server speaks HTTP, not SMTP");
	}
	if (size >= 4 && !memcmp(line, "SSH-", 4)) {
		return broken(error, OX_FACT_PEER_SPEAKS_SSH, "the server speaks SSH, not SMTP");
	}
	char shown[81];
	size_t length = 0;
	for (; length < size && length < sizeof shown - 1; length++) {
		unsigned char c = (unsigned char)line[length];
		shown[length] = (char)(c < 0x20 || c > 0x7e ? '?' : c);
	}
	shown[length] = 0;
	return ox_error_set(error, OX_ERROR_PROTOCOL, OX_RETRY_LATER, OX_STAGE_NONE, OX_FACT_BAD_REPLY,
		"not an SMTP reply: \"%s\"", shown);
}

static bool has_reply_form(const char *line, size_t size)
{
	return size >= 3 && line[0] >= '2' && line[0] <= '5' && is_digit(line[1]) &&
		is_digit(line[2]) && (size == 3 || line[3] == ' ' || line[3] == '-');
}

static int keep_text(ox_reply *reply, ox_slice text, ox_error *error)
{
	/* A challenge (334) is data and must stay whole: the answer to half of one would look like a
	 * wrong password. Any other line is text for people. */
	size_t max = reply->code == 334 ? OX_CHALLENGE_MAX : OX_REPLY_LINE_MAX;
	if (reply->code == 334 && text.size > max) {
		return broken(error, OX_FACT_REPLY_TOO_LONG, "the challenge is longer than 12288 octets");
	}
	int status = reply->lines ? ox_buffer_append_byte(&reply->text, '\n') : OX_OK;
	if (status == OX_OK) {
		status = ox_buffer_append(&reply->text, text.at, text.size < max ? text.size : max);
	}
	if (status == OX_E_LIMIT) {
		return broken(error, OX_FACT_REPLY_TOO_LONG, "the reply is longer than 64 KiB");
	}
	return status == OX_OK ? OX_OK : ox_error_memory(error, OX_STAGE_NONE);
}

/* One whole line, its end cut off. OX_AGAIN: the reply goes on. */
static int take_line(ox_reply_reader *reader, const char *line, size_t size, ox_error *error)
{
	ox_reply *reply = &reader->reply;
	if (!has_reply_form(line, size)) {
		return not_a_reply(line, size, error);
	}
	uint16_t code = (uint16_t)((line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0'));
	ox_slice text = {size > 4 ? line + 4 : "", size > 4 ? size - 4 : 0};
	if (reply->lines && reply->code != code) {
		/* RFC 5321 4.2.1: the codes must agree. The last line ends the reply, so it decides. */
		reply->mixed_codes = true;
		memset(reply->enhanced, 0, sizeof reply->enhanced);
	}
	reply->code = code;
	if (!reply->enhanced[0]) {
		(void)enhanced_code(text, code, reply->enhanced);
	}
	int status = keep_text(reply, text, error);
	if (status != OX_OK) {
		return status;
	}
	if (++reply->lines > OX_REPLY_LINES_MAX) {
		return broken(error, OX_FACT_REPLY_TOO_LONG, "the reply has more than 500 lines");
	}
	if (size > 3 && line[3] == '-') {
		return OX_AGAIN;
	}
	reader->complete = true;
	return OX_OK;
}

/* Adds to the unfinished line. What is past the cap is dropped: servers put whole stories there,
 * and only the code decides. */
static int add_to_line(ox_reply_reader *reader, const uint8_t *bytes, size_t size, ox_error *error)
{
	size_t room = reader->line.cap - reader->line.size;
	if (size > room) {
		size = room;
		reader->dropping = true;
	}
	return ox_buffer_append(&reader->line, bytes, size) == OX_OK
		? OX_OK
		: ox_error_memory(error, OX_STAGE_NONE);
}

/* Before the first line feed: TLS records, and protocols that wait for us, may never send one. */
static int looks_foreign(const ox_reply_reader *reader, ox_error *error)
{
	const char *line = ox_buffer_text(&reader->line);
	bool foreign = reader->reply.lines == 0 && is_tls_record(line, reader->line.size);
	return foreign ? not_a_reply(line, reader->line.size, error) : OX_OK;
}

static int end_line(ox_reply_reader *reader, ox_error *error)
{
	const char *line = ox_buffer_text(&reader->line);
	size_t size = reader->line.size;
	if (size && line[size - 1] == '\r' && !reader->dropping) {
		size--;
	}
	/* One blank line before a reply is a habit of some servers; it answers nothing. */
	if (size == 0 && reader->reply.lines == 0 && !reader->blank) {
		reader->blank = true;
		ox_buffer_empty(&reader->line);
		return OX_AGAIN;
	}
	int status = take_line(reader, line, size, error);
	ox_buffer_empty(&reader->line);
	reader->dropping = false;
	if (status == OX_OK) {
		reader->blank = false;
	}
	return status;
}

int ox_reply_read(
	ox_reply_reader *reader, const uint8_t *bytes, size_t size, size_t *used, ox_error *error)
{
	*used = 0;
	if (reader->complete) {
		begin_reply(reader);
	}
	while (*used < size) {
		const uint8_t *from = bytes + *used;
		/* The first two octets one by one: they tell a TLS record, which holds a NUL soon after. */
		size_t span = reader->line.size < 2 ? 1 : size - *used;
		const uint8_t *feed = memchr(from, '\n', span);
		size_t length = feed ? (size_t)(feed - from) : span;
		if (length && memchr(from, 0, length)) {
			/* It would cut C strings short and hide what follows it. */
			return broken(error, OX_FACT_NUL_IN_REPLY, "the reply holds a NUL octet");
		}
		int status = add_to_line(reader, from, length, error);
		if (status == OX_OK) {
			status = looks_foreign(reader, error);
		}
		*used += length + (feed ? 1 : 0);
		if (status == OX_OK) {
			status = feed ? end_line(reader, error) : OX_AGAIN;
		}
		if (status != OX_AGAIN) {
			return status;
		}
	}
	return OX_AGAIN;
}

void ox_reply_describe(const ox_reply *reply, char *out, size_t size)
{
	ox_slice rest = {ox_buffer_text(&reply->text), reply->text.size};
	size_t written = 0;
	while (rest.size && written + 1 < size) {
		const char *feed = memchr(rest.at, '\n', rest.size);
		ox_slice line = {rest.at, feed ? (size_t)(feed - rest.at) : rest.size};
		uint16_t ignored[3];
		size_t skip = enhanced_code(line, reply->code, ignored);
		for (size_t i = skip; i < line.size && written + 1 < size; i++) {
			unsigned char c = (unsigned char)line.at[i];
			out[written++] = (char)(c < 0x20 || c == 0x7f ? '?' : c);
		}
		rest.at += line.size + (feed ? 1 : 0);
		rest.size -= line.size + (feed ? 1 : 0);
		if (rest.size && written + 1 < size) {
			out[written++] = ' ';
		}
	}
	/* Cut at a character's border, and hand on nothing that is not UTF-8. */
	while (written && !ox_is_utf8(out, written) && ((unsigned char)out[written - 1] & 0x80) &&
		written + 4 > size) {
		written--;
	}
	out[written] = 0;
	for (size_t i = 0; !ox_is_utf8(out, written) && i < written; i++) {
		if ((unsigned char)out[i] & 0x80) {
			out[i] = '?';
		}
	}
}

static bool is_id_byte(char c)
{
	return c > ' ' && c < 0x7f && c != '<' && c != '>' && c != ',' && c != ';' && c != '[' &&
		c != ']';
}

static char *copy_id(const char *at, const char *end)
{
	while (at < end && !is_id_byte(*at)) {
		at++;
	}
	const char *stop = at;
	while (stop < end && is_id_byte(*stop)) {
		stop++;
	}
	while (stop > at && stop[-1] == '.') {
		stop--;
	}
	size_t size = (size_t)(stop - at);
	return size && size <= 128 ? ox_copy_bytes(at, size) : NULL;
}

/* The end of `key` where it stands in the text in any case, NULL if it does not. */
static const char *behind(const char *text, const char *key)
{
	size_t size = strlen(key);
	for (; *text; text++) {
		size_t i = 0;
		while (i < size && ox_lower((unsigned char)text[i]) == key[i]) {
			i++;
		}
		if (i == size) {
			return text + size;
		}
	}
	return NULL;
}

/* A word of 8 octets or more with a digit in it is a name, "thanks" is not. */
static char *copy_word_id(ox_slice word)
{
	bool digit = false;
	for (size_t i = 0; i < word.size; i++) {
		digit = digit || is_digit(word.at[i]);
	}
	return word.size >= 8 && digit ? copy_id(word.at, word.at + word.size) : NULL;
}

char *ox_reply_queue_id(const ox_reply *reply)
{
	char text[512] = "";
	ox_reply_describe(reply, text, sizeof text);
	const char *end = text + strlen(text);
	static const char *const keys[] = {"queued as ", " id=", "message accepted for delivery: "};
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const char *at = behind(text, keys[i]);
		if (at) {
			return copy_id(at, end);
		}
	}
	/* SES and Gmail: "Ok 0100..." and "OK 1700000000 abc - gsmtp"; Sendmail and OpenSMTPD begin with
	 * the name. */
	ox_slice rest = ox_slice_of(text);
	ox_slice first = ox_slice_next_word(&rest);
	if (ox_slice_is_nocase(first, "ok")) {
		return copy_word_id(ox_slice_next_word(&rest));
	}
	return behind(text, " message accepted for delivery") ? copy_word_id(first) : NULL;
}
