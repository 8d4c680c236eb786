/* SPDX-License-Identifier: MIT */
/* The values of fields: encoded words, parameters, and flowed text. */
#include "mime_reader.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mime_decode.h"

static char *copy(const char *text, size_t size)
{
	char *made = malloc(size + 1);
	memcpy(made, text, size);
	made[size] = 0;
	return made;
}

char *mime_field(const mime_part *part, const char *name)
{
	size_t size = strlen(name);
	char *found = NULL;
	for (const char *line = part->header; *line; line = strchr(line, '\n') + 1) {
		if (strncasecmp(line, name, size) || line[size] != ':') {
			continue;
		}
		if (found) {
			free(found);
			return NULL;
		}
		const char *value = line + size + 1 + strspn(line + size + 1, " \t");
		size_t length = strcspn(value, "\n");
		while (length && (value[length - 1] == ' ' || value[length - 1] == '\t')) {
			length--;
		}
		found = copy(value, length);
	}
	return found;
}

/* One word "=?UTF-8?B?...?=": its octets at to; how long it is, or 0. */
static size_t read_word(const char *at, char *to, size_t *count)
{
	static const char begin[] = "=?UTF-8?B?";
	const char *end = strstr(at + sizeof begin - 1, "?=");
	if (strncmp(at, begin, sizeof begin - 1) || !end || end - at + 2 > 75) {
		return 0;
	}
	size_t size = (size_t)(end - at) - (sizeof begin - 1);
	*count = mime_base64(at + sizeof begin - 1, size, to);
	return *count != MIME_WRONG && *count && mime_is_utf8(to, *count) ? (size_t)(end - at) + 2 : 0;
}

char *mime_words(const char *value)
{
	char *text = malloc(strlen(value) + 1), *to = text;
	bool was_word = false;
	while (*value) {
		size_t blanks = strspn(value, " \t");
		if (!strncmp(value + blanks, "=?", 2)) {
			size_t count = 0, size = read_word(value + blanks, to + (was_word ? 0 : blanks), &count);
			if (!size || (value[blanks + size] && !strchr(" \t", value[blanks + size]))) {
				free(text);
				return NULL;
			}
			if (!was_word) {
				memcpy(to, value, blanks);
				to += blanks;
			}
			to += count;
			value += blanks + size;
			was_word = true;
			continue;
		}
		size_t word = strcspn(value + blanks, " \t");
		memcpy(to, value, blanks + word);
		to += blanks + word;
		value += blanks + word;
		was_word = false;
	}
	*to = 0;
	return text;
}

/* Behind one parameter's ';': its name and value; NULL at the end or where it is wrong. */
static const char *next_parameter(const char *at, char *name, char *value, bool *extended)
{
	at += strspn(at, " \t");
	size_t size = strcspn(at, "= \t;\"");
	if (!size || size > 60 || at[size] != '=') {
		return NULL;
	}
	memcpy(name, at, size);
	name[size] = 0;
	*extended = name[size - 1] == '*';
	at += size + 1;
	if (*at != '"') {
		size = strcspn(at, "; \t\"");
		memcpy(value, at, size);
		value[size] = 0;
		at += size;
	} else {
		for (at++; *at && *at != '"'; at++) {
			at += *at == '\\' && at[1];
			*value++ = *at;
		}
		*value = 0;
		at += *at == '"';
	}
	return at + strspn(at, " \t");
}

/* "%C3%A4" in place; false where it is wrong. */
static bool unescape(char *text)
{
	char *to = text;
	for (; *text; text++) {
		if (*text == '%') {
			char digits[] = {text[1], text[1] ? text[2] : 0, 0};
			if (strlen(digits) != 2 || strspn(digits, "0123456789ABCDEF") != 2) {
				return false;
			}
			*to++ = (char)strtol(digits, NULL, 16);
			text += 2;
		} else {
			*to++ = *text;
		}
	}
	*to = 0;
	return true;
}

static void append(char *to, const char *text)
{
	memcpy(to + strlen(to), text, strlen(text) + 1);
}

/* Adds one section where it is the next one. */
static bool add_section(char *to, const char *name, const char *wanted, char *value, bool extended, unsigned *next)
{
	char plain[80], single[80], section[80];
	snprintf(plain, sizeof plain, "%s", wanted);
	snprintf(single, sizeof single, "%s*", wanted);
	snprintf(section, sizeof section, "%s*%u*", wanted, *next);
	bool first = !*next;
	if (!strcasecmp(name, plain)) {
		append(to, value);
		(*next)++;
		return first;
	}
	if (strcasecmp(name, first && !strcasecmp(name, single) ? single : section)) {
		return strncasecmp(name, wanted, strlen(wanted)) || name[strlen(wanted)] != '*';
	}
	if (first) {
		if (strncmp(value, "UTF-8''", 7)) {
			return false;
		}
		value += 7;
	}
	(*next)++;
	/* No section splits a character. */
	bool good = extended && unescape(value) && mime_is_utf8(value, strlen(value));
	append(to, good ? value : "");
	return good;
}

char *mime_parameter(const mime_part *part, const char *field, const char *name)
{
	char *whole = mime_field(part, field), *found = whole ? malloc(strlen(whole) + 1) : NULL;
	const char *at = whole ? strchr(whole, ';') : NULL;
	unsigned sections = 0;
	bool good = true;
	if (found) {
		*found = 0;
	}
	while (at && *at == ';' && good) {
		char own[64], *value = malloc(strlen(whole) + 1);
		bool extended;
		at = next_parameter(at + 1, own, value, &extended);
		good = at && add_section(found, own, name, value, extended, &sections);
		free(value);
	}
	good = good && sections && at && !*at;
	free(whole);
	if (!good) {
		free(found);
	}
	return good ? found : NULL;
}

char *mime_unflow(const char *text, size_t size)
{
	char *made = malloc(2 * size + 1), *to = made;
	const char *end = text + size;
	bool joined = false, was_quote = false;
	while (text < end) {
		const char *stop = memchr(text, '\r', (size_t)(end - text));
		size_t length = (size_t)((stop ? stop : end) - text);
		bool quote = length && *text == '>';
		bool signature = length == 3 && !strncmp(text, "-- ", 3);
		size_t stuffed = length && *text == ' ' && !quote;
		if (joined && quote != was_quote) {
			*to++ = '\n'; /* RFC 3676 4.5: another depth is another paragraph */
		}
		was_quote = quote;
		memcpy(to, text + stuffed, length - stuffed);
		to += length - stuffed;
		joined = length > stuffed && text[length - 1] == ' ' && !signature;
		if (stop && !joined) {
			*to++ = '\n';
		}
		text = stop ? stop + 2 : end;
	}
	*to = 0;
	return made;
}
