/* SPDX-License-Identifier: MIT */
#include "smtp/capabilities.h"

#include <string.h>

static void take_mechanisms(ox_capabilities *capabilities, ox_slice rest)
{
	for (ox_slice name = ox_slice_next_word(&rest); name.size; name = ox_slice_next_word(&rest)) {
		capabilities->auth = true; /* an empty list offers nothing */
		ox_mechanism mechanism = ox_mechanism_parse(name);
		if (mechanism != OX_MECHANISM_NONE) {
			capabilities->mechanisms |= 1u << mechanism;
		}
	}
}

static uint32_t small_number(uint64_t number)
{
	return number > UINT32_MAX ? UINT32_MAX : (uint32_t)number;
}

/* LIMITS MAILMAX=20 RCPTMAX=50: RFC 9422 4; a limit of 0 is none. */
static void take_limits(ox_capabilities *capabilities, ox_slice rest)
{
	for (ox_slice word = ox_slice_next_word(&rest); word.size; word = ox_slice_next_word(&rest)) {
		const char *equals = memchr(word.at, '=', word.size);
		if (!equals) {
			continue;
		}
		ox_slice name = {word.at, (size_t)(equals - word.at)};
		ox_slice digits = {equals + 1, word.size - name.size - 1};
		uint64_t number;
		if (!ox_parse_number(digits, &number)) {
			continue;
		}
		if (ox_slice_is_nocase(name, "MAILMAX")) {
			capabilities->mail_max = small_number(number);
		} else if (ox_slice_is_nocase(name, "RCPTMAX")) {
			capabilities->rcpt_max = small_number(number);
		} else if (ox_slice_is_nocase(name, "RCPTDOMAINMAX")) {
			capabilities->rcpt_domain_max = small_number(number);
		}
	}
}

/* RFC 1870 4: no number, or 0, means that no limit is named. */
static void take_size(ox_capabilities *capabilities, ox_slice rest)
{
	capabilities->size = true;
	capabilities->size_limit = 0;
	uint64_t number;
	if (ox_parse_number(ox_slice_next_word(&rest), &number)) {
		capabilities->size_limit = number;
	}
}

static void take_line(ox_capabilities *capabilities, ox_slice line)
{
	static const struct {
		const char *name;
		size_t flag;
	} flags[] = {
		{"PIPELINING", offsetof(ox_capabilities, pipelining)},
		{"CHUNKING", offsetof(ox_capabilities, chunking)},
		{"8BITMIME", offsetof(ox_capabilities, eightbit)},
		{"SMTPUTF8", offsetof(ox_capabilities, utf8)},
		{"DSN", offsetof(ox_capabilities, dsn)},
		{"ENHANCEDSTATUSCODES", offsetof(ox_capabilities, enhanced_codes)},
		{"STARTTLS", offsetof(ox_capabilities, starttls)},
		{"REQUIRETLS", offsetof(ox_capabilities, require_tls)},
		{"MT-PRIORITY", offsetof(ox_capabilities, mt_priority)},
	};
	ox_slice rest = line;
	ox_slice keyword = ox_slice_next_word(&rest);
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
		if (ox_slice_is_nocase(keyword, flags[i].name)) {
			*(bool *)((char *)capabilities + flags[i].flag) = true;
			return;
		}
	}
	if (ox_slice_is_nocase(keyword, "SIZE")) {
		take_size(capabilities, rest);
	} else if (ox_slice_is_nocase(keyword, "LIMITS")) {
		take_limits(capabilities, rest);
	} else if (ox_slice_is_nocase(keyword, "AUTH")) {
		take_mechanisms(capabilities, rest);
	} else if (keyword.size > 5 && ox_slice_is_nocase((ox_slice){keyword.at, 5}, "AUTH=")) {
		/* The syntax of 1998, beside or instead of RFC 4954's. */
		ox_slice list = {keyword.at + 5, (size_t)(line.at + line.size - keyword.at) - 5};
		take_mechanisms(capabilities, list);
	}
}

void ox_capabilities_parse(ox_capabilities *capabilities, const ox_reply *reply)
{
	memset(capabilities, 0, sizeof *capabilities);
	capabilities->esmtp = true;
	ox_slice rest = {ox_buffer_text(&reply->text), reply->text.size};
	for (size_t line = 0; rest.size; line++) {
		const char *feed = memchr(rest.at, '\n', rest.size);
		size_t length = feed ? (size_t)(feed - rest.at) : rest.size;
		if (line) {
			take_line(capabilities, (ox_slice){rest.at, length});
		}
		rest.at += length + (feed ? 1 : 0);
		rest.size -= length + (feed ? 1 : 0);
	}
}
