/* SPDX-License-Identifier: MIT */
/* The address lists of header fields: RFC 5322 3.4 with the obsolete forms of 4.4. */
#include "message/address.h"

#include <string.h>

enum { WORDS_MAX = 4096, COMMENT_DEPTH_MAX = 32 };

void ox_address_list_init(ox_address_list *list)
{
	memset(list, 0, sizeof *list);
}

static void cut(ox_address_list *list, size_t count)
{
	while (list->count > count) {
		list->count--;
		ox_free(list->items[list->count].address);
		ox_free(list->items[list->count].name);
	}
}

void ox_address_list_clear(ox_address_list *list)
{
	cut(list, 0);
	ox_free(list->items);
	ox_address_list_init(list);
}

static int wrong(ox_error *error, const char *why)
{
	return ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_NONE, "%s",
						why);
}

static int make_room(ox_address_list *list)
{
	if (list->count < list->capacity) {
		return OX_OK;
	}
	size_t capacity = list->capacity ? list->capacity * 2 : 4;
	ox_address *items = ox_realloc(list->items, capacity * sizeof *items);
	if (!items) {
		return OX_E_NOMEM;
	}
	list->items = items;
	list->capacity = capacity;
	return OX_OK;
}

int ox_address_list_add(ox_address_list *list, ox_slice address, ox_slice name, ox_error *error)
{
	bool utf8;
	char *checked = NULL;
	if (name.size > OX_ADDRESS_NAME_MAX || ox_has_control(name.at, name.size) ||
		!ox_is_utf8(name.at, name.size)) {
		return wrong(error,
					 "a display name is too long, has control characters or is not valid UTF-8");
	}
	if (list->count >= OX_ADDRESS_LIST_MAX) {
		return wrong(error, "there are more than 10000 addresses");
	}
	int status = ox_address_check(address, true, &checked, &utf8, error);
	if (status != OX_OK) {
		return status;
	}
	char *copy = ox_copy_bytes(name.at, name.size);
	if (!copy || make_room(list) != OX_OK) {
		ox_free(copy);
		ox_free(checked);
		return ox_error_memory(error, OX_STAGE_NONE);
	}
	list->items[list->count++] = (ox_address){checked, copy};
	return OX_OK;
}

/* What stands before '<', ',', ';' or ':' : once as a display name, once as a bare address. */
typedef struct {
	const char *at, *end;
	ox_buffer name; /* words joined by one blank, quotes resolved */
	ox_buffer bare; /* as written, without comments and blanks */
	bool gap;       /* blanks or a comment since the last word */
	bool in_group;
} reader;

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Comments nest (RFC 5322 3.2.2); how deep is bounded. False: one is not closed. */
static bool skip_comment(reader *r)
{
	int depth = 0;
	while (r->at < r->end) {
		char c = *r->at++;
		if (c == '\\' && r->at < r->end) {
			r->at++;
		} else if (c == '(' && ++depth > COMMENT_DEPTH_MAX) {
			return false;
		} else if (c == ')' && --depth == 0) {
			return true;
		}
	}
	return false;
}

static bool skip_blanks(reader *r)
{
	while (r->at < r->end && (is_blank(*r->at) || *r->at == '(')) {
		r->gap = true;
		if (*r->at == '(') {
			if (!skip_comment(r)) {
				return false;
			}
		} else {
			r->at++;
		}
	}
	return true;
}

static int begin_word(reader *r, bool joins)
{
	int status = OX_OK;
	if (r->gap && r->name.size) {
		status = ox_buffer_append_byte(&r->name, ' ');
		/* Blanks around '.' and '@' are obsolete and mean nothing; between words they part them. */
		char last = r->bare.size ? (char)r->bare.bytes[r->bare.size - 1] : '.';
		if (status == OX_OK && !joins && last != '.' && last != '@') {
			status = ox_buffer_append_byte(&r->bare, ' ');
		}
	}
	r->gap = false;
	return status;
}

static int take_quoted(reader *r, ox_error *error)
{
	int status = begin_word(r, false);
	const char *start = r->at++;
	while (r->at < r->end && *r->at != '"' && status == OX_OK) {
		if (*r->at == '\\' && r->at + 1 < r->end) {
			r->at++;
		}
		if (*r->at != '\r' && *r->at != '\n') {
			status = ox_buffer_append_byte(&r->name, (uint8_t)*r->at);
		}
		r->at++;
	}
	if (r->at == r->end) {
		return wrong(error, "a quoted string in the addresses is not closed");
	}
	r->at++;
	return status == OX_OK ? ox_buffer_append(&r->bare, start, (size_t)(r->at - start)) : status;
}

static int take_word(reader *r)
{
	const char *start = r->at;
	bool joins = *start == '.' || *start == '@';
	if (*start == '[') {
		while (r->at < r->end && *r->at != ']' && *r->at != '\n') {
			r->at++;
		}
		r->at += r->at < r->end;
	} else {
		do {
			r->at++;
		} while (!joins && r->at < r->end && !is_blank(*r->at) && !strchr("()<>,;:\"[@.", *r->at));
	}
	int status = begin_word(r, joins);
	if (status == OX_OK) {
		status = ox_buffer_append(&r->name, start, (size_t)(r->at - start));
	}
	return status == OX_OK ? ox_buffer_append(&r->bare, start, (size_t)(r->at - start)) : status;
}

/* Words up to one of "<,;:>" or the end. */
static int take_words(reader *r, ox_error *error)
{
	int status = OX_OK;
	ox_buffer_empty(&r->name);
	ox_buffer_empty(&r->bare);
	r->gap = false;
	while (status == OX_OK) {
		if (!skip_blanks(r)) {
			return wrong(error, "a comment in the addresses is not closed");
		}
		if (r->at == r->end || strchr("<,;:>", *r->at)) {
			break;
		}
		status = *r->at == '"' ? take_quoted(r, error) : take_word(r);
	}
	if (status == OX_E_LIMIT) {
		return wrong(error, "an address or display name is too long");
	}
	return status == OX_E_NOMEM ? ox_error_memory(error, OX_STAGE_NONE) : status;
}

static ox_slice text_of(const ox_buffer *buffer)
{
	return (ox_slice){ox_buffer_text(buffer), buffer->size};
}

/* What was read as a bare address; a lone local part gets the list's domain. */
static int add_bare(reader *r, ox_address_list *list, ox_slice name, ox_error *error)
{
	bool lone = list->domain && r->bare.size && !memchr(r->bare.bytes, '@', r->bare.size);
	int status = lone ? ox_buffer_append_format(&r->bare, "@%s", list->domain) : OX_OK;
	if (status != OX_OK) {
		return status == OX_E_LIMIT ? wrong(error, "an address is too long") : ox_error_memory(error, OX_STAGE_NONE);
	}
	list->completed = list->completed || lone;
	return ox_address_list_add(list, text_of(&r->bare), name, error);
}

/* "<a@b>" behind a display name, with the obsolete route "<@c,@d:a@b>". */
static int take_angle(reader *r, ox_address_list *list, ox_error *error)
{
	char *name = ox_copy_bytes(ox_buffer_text(&r->name), r->name.size);
	size_t name_size = r->name.size;
	if (!name) {
		return ox_error_memory(error, OX_STAGE_NONE);
	}
	r->at++;
	int status = take_words(r, error);
	while (status == OX_OK && r->at < r->end && (*r->at == ',' || *r->at == ':') &&
		   (!r->bare.size || *r->bare.bytes == '@')) {
		r->at++;
		status = take_words(r, error);
	}
	if (status == OX_OK && (r->at == r->end || *r->at != '>')) {
		status = wrong(error, "an address in angle brackets is not closed");
	}
	if (status == OX_OK) {
		r->at++;
		status = add_bare(r, list, (ox_slice){name, name_size}, error);
	}
	ox_free(name);
	r->gap = false;
	if (status == OX_OK && (!skip_blanks(r) || (r->at < r->end && !strchr(",;", *r->at)))) {
		status = wrong(error, "something stands behind an address in angle brackets");
	}
	return status;
}

static int take_item(reader *r, ox_address_list *list, ox_error *error)
{
	int status = take_words(r, error);
	char next = r->at < r->end ? *r->at : 0;
	if (status != OX_OK) {
		return status;
	}
	if (next == '<') {
		status = take_angle(r, list, error);
	} else if (next == ':') {
		if (r->in_group || !r->name.size) {
			return wrong(error, "a colon stands where none can be");
		}
		r->in_group = true;
		r->at++;
		return OX_OK;
	} else if (next == '>') {
		return wrong(error, "an angle bracket closes nothing");
	} else if (r->bare.size) {
		status = add_bare(r, list, (ox_slice){"", 0}, error);
	}
	if (status == OX_OK && r->at < r->end && *r->at == ';') {
		if (!r->in_group) {
			return wrong(error, "a semicolon ends no group");
		}
		r->in_group = false;
		r->at++;
	} else if (status == OX_OK && r->at < r->end) {
		r->at++; /* the comma */
	}
	return status;
}

int ox_address_list_parse(ox_address_list *list, ox_slice text, ox_error *error)
{
	if (!text.size) {
		return OX_OK;
	}
	reader r = {.at = text.at, .end = text.at + text.size};
	size_t before = list->count;
	int status = OX_OK;
	if (memchr(text.at, 0, text.size)) {
		return wrong(error, "the addresses hold a NUL octet");
	}
	ox_buffer_init(&r.name, WORDS_MAX);
	ox_buffer_init(&r.bare, WORDS_MAX);
	while (r.at < r.end && status == OX_OK) {
		status = take_item(&r, list, error);
	}
	if (status == OX_OK && r.in_group) {
		status = wrong(error, "a group of addresses is not closed");
	}
	if (status != OX_OK) {
		cut(list, before);
	}
	ox_buffer_clear(&r.name);
	ox_buffer_clear(&r.bare);
	return status;
}
