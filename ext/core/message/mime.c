/* SPDX-License-Identifier: MIT */
/* The tree of a message's parts (RFC 2046, 2387), only as deep as it has to be:
 *
 *   mixed        where there are attachments
 *     alternative   where there is more than one of text, HTML and calendar, the best one last
 *       text
 *       related       where the HTML shows parts
 *         HTML, the parts
 *       calendar
 *     the attachments
 */
#include <stdio.h>
#include <string.h>

#include "message/compose_internal.h"

enum { BASE_SIZE = 26, BASE_RANDOM = 12, BASE_RANDOM_AT = 16, TRIES = 256 };

typedef enum { MIXED = 1, ALTERNATIVE, RELATED } level;

typedef struct {
	ox_message *message;
	const ox_draft *draft;
	char base[BASE_SIZE + 1]; /* a boundary is it and a digit for the level */
	bool ended; /* what was written last ends with the CRLF that the next delimiter begins with */
} writer;

static void make_base(writer *w, const ox_message_origin *origin, unsigned attempt)
{
	static const char digits[] = "0123456789abcdef";
	char *to = w->base;
	/* Neither encoding makes "=_". */
	*to++ = '=';
	*to++ = '_';
	for (size_t i = 0; i < BASE_RANDOM; i++) {
		uint8_t octet = (uint8_t)(origin->random[BASE_RANDOM_AT + i] + (i == 0 ? attempt : 0));
		*to++ = digits[octet >> 4];
		*to++ = digits[octet & 15];
	}
	*to = 0;
}

static bool holds(const writer *w, ox_slice text)
{
	const char *at = text.at ? text.at : "", *end = at + text.size;
	while (at < end && (at = memchr(at, '=', (size_t)(end - at))) != NULL) {
		if ((size_t)(end - at) >= BASE_SIZE && !memcmp(at, w->base, BASE_SIZE)) {
			return true;
		}
		at++;
	}
	return false;
}

/* Messages in the message go out as they are, and so do those in them. */
static bool message_holds(const writer *w, const ox_message *message)
{
	if (holds(w, (ox_slice){ox_buffer_text(&message->octets), message->octets.size})) {
		return true;
	}
	for (size_t i = 0; i < message->insert_count; i++) {
		const ox_insert *insert = &message->inserts[i];
		if (insert->form == OX_INSERT_AS_IT_IS && message_holds(w, insert->content.context)) {
			return true;
		}
	}
	return false;
}

/* What may go out as it is must not hold the boundary. Wrapping a flowed text and completing identifiers
 * add nothing to it that could. */
static bool is_free(const writer *w)
{
	const ox_draft *draft = w->draft;
	bool taken = holds(w, draft->text) || holds(w, draft->html) || holds(w, draft->calendar);
	for (size_t i = 0; i < draft->part_count && !taken; i++) {
		taken = draft->parts[i].nested && message_holds(w, draft->parts[i].nested);
	}
	return !taken;
}

static int find_base(writer *w, const ox_message_origin *origin)
{
	for (unsigned attempt = 0; attempt < TRIES; attempt++) {
		make_base(w, origin, attempt);
		if (is_free(w)) {
			return OX_OK;
		}
	}
	return OX_E_USAGE;
}

/* Nested messages are attachments, so only the outermost level can hold one of 8 bits (RFC 2045 6.4). */
static bool is_eightbit(const writer *w, level l)
{
	bool eightbit = false;
	for (size_t i = 0; l == MIXED && i < w->draft->part_count && !eightbit; i++) {
		const ox_message *nested = w->draft->parts[i].nested;
		eightbit = nested && nested->facts.eightbit;
	}
	return eightbit;
}

static int open_multipart(writer *w, level l)
{
	static const char *const kinds[] = {"", "mixed", "alternative", "related"};
	int status = ox_buffer_append_format(&w->message->octets,
		"Content-Type: multipart/%s;%s\r\n boundary=\"%s%d\"\r\n%s", kinds[l],
		l == RELATED ? " type=\"text/html\";" : "", w->base, (int)l,
		is_eightbit(w, l) ? "Content-Transfer-Encoding: 8bit\r\n" : "");
	w->ended = true;
	return status == OX_OK ? message_end_fields(w->message) : status;
}

static int delimiter(writer *w, level l, const char *end)
{
	return ox_buffer_append_format(&w->message->octets, "%s--%s%d%s\r\n", w->ended ? "" : "\r\n", w->base,
		(int)l, end);
}

static int close_multipart(writer *w, level l)
{
	int status = delimiter(w, l, "--");
	w->ended = true;
	return status;
}

static int write_text(writer *w)
{
	static const char plain[] = "text/plain; charset=utf-8";
	if (!w->draft->flowed) {
		return message_text_part(w->message, plain, w->draft->text, &w->ended);
	}
	ox_buffer flowed;
	ox_buffer_init(&flowed, w->message->octets.cap);
	int status = message_flow(&flowed, w->draft->text);
	if (status == OX_OK) {
		status = message_text_part(w->message, "text/plain; charset=utf-8; format=flowed",
			(ox_slice){ox_buffer_text(&flowed), flowed.size}, &w->ended);
	}
	ox_buffer_clear(&flowed);
	return status;
}

static int write_html_leaf(writer *w)
{
	static const char type[] = "text/html; charset=utf-8";
	ox_buffer html;
	if (!message_has_incomplete_ids(w->draft)) {
		return message_text_part(w->message, type, w->draft->html, &w->ended);
	}
	ox_buffer_init(&html, w->message->octets.cap);
	int status = message_complete_ids(&html, w->message, w->draft);
	if (status == OX_OK) {
		status = message_text_part(w->message, type,
			(ox_slice){ox_buffer_text(&html), html.size}, &w->ended);
	}
	ox_buffer_clear(&html);
	return status;
}

/* Without HTML nothing shows a part: it is an attachment then. */
static bool is_shown(const writer *w, const ox_part *part)
{
	return w->draft->html.at && part->id.size;
}

static size_t count_parts(const writer *w, bool shown)
{
	size_t count = 0;
	for (size_t i = 0; i < w->draft->part_count; i++) {
		count += is_shown(w, &w->draft->parts[i]) == shown;
	}
	return count;
}

static int write_parts(writer *w, level l, bool shown)
{
	int status = OX_OK;
	for (size_t i = 0; i < w->draft->part_count && status == OX_OK; i++) {
		const ox_part *part = &w->draft->parts[i];
		if (is_shown(w, part) != shown) {
			continue;
		}
		status = delimiter(w, l, "");
		if (status == OX_OK) {
			status = message_part(w->message, part, &w->ended);
		}
	}
	return status;
}

static int write_html(writer *w)
{
	if (!count_parts(w, true)) {
		return write_html_leaf(w);
	}
	int status = open_multipart(w, RELATED);
	if (status == OX_OK) {
		status = delimiter(w, RELATED, "");
	}
	if (status == OX_OK) {
		status = write_html_leaf(w);
	}
	if (status == OX_OK) {
		status = write_parts(w, RELATED, true);
	}
	return status == OX_OK ? close_multipart(w, RELATED) : status;
}

static int write_calendar(writer *w)
{
	char type[100] = "text/calendar; charset=utf-8";
	ox_slice method;
	int status = ox_calendar_check(w->draft->calendar, &method, NULL);
	if (status == OX_OK && method.size) {
		(void)snprintf(type, sizeof type, "text/calendar; charset=utf-8; method=%.*s", (int)method.size, method.at);
	}
	return status == OX_OK ? message_text_part(w->message, type, w->draft->calendar, &w->ended) : status;
}

static int write_alternatives(writer *w)
{
	int (*const writers[])(writer *) = {write_text, write_html, write_calendar};
	const bool there[] = {w->draft->text.at, w->draft->html.at, w->draft->calendar.at};
	bool several = there[0] + there[1] + there[2] > 1;
	int status = several ? open_multipart(w, ALTERNATIVE) : OX_OK;
	for (size_t i = 0; i < 3 && status == OX_OK; i++) {
		if (there[i]) {
			status = several ? delimiter(w, ALTERNATIVE, "") : OX_OK;
			status = status == OX_OK ? writers[i](w) : status;
		}
	}
	return several && status == OX_OK ? close_multipart(w, ALTERNATIVE) : status;
}

static int write_mixed(writer *w)
{
	bool says = w->draft->text.at || w->draft->html.at || w->draft->calendar.at;
	int status = open_multipart(w, MIXED);
	if (status == OX_OK && says) {
		status = delimiter(w, MIXED, "");
		status = status == OX_OK ? write_alternatives(w) : status;
	}
	if (status == OX_OK) {
		status = write_parts(w, MIXED, false);
	}
	return status == OX_OK ? close_multipart(w, MIXED) : status;
}

/* A message ends with a line. */
static int end_line(ox_message *message)
{
	const ox_buffer *out = &message->octets;
	bool ended = out->size > 1 && !memcmp(out->bytes + out->size - 2, "\r\n", 2);
	return ended ? OX_OK : ox_buffer_append(&message->octets, "\r\n", 2);
}

int message_write_tree(ox_message *message, const ox_draft *draft, const ox_message_origin *origin)
{
	writer w = {.message = message, .draft = draft};
	int status = find_base(&w, origin);
	if (status == OX_OK) {
		status = ox_buffer_append_string(&message->octets, "MIME-Version: 1.0\r\n");
	}
	if (status == OX_OK) {
		status = count_parts(&w, false) ? write_mixed(&w) : write_alternatives(&w);
	}
	return status == OX_OK ? end_line(message) : status;
}
