/* SPDX-License-Identifier: MIT */
/* Names and addresses of a relay. */
#include <string.h>

#include "base/idn.h"
#include "relay/relay_internal.h"

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
		c == '_';
}

static bool is_ipv4(ox_slice text)
{
	unsigned parts = 0;
	while (parts < 4) {
		unsigned value = 0;
		size_t digits = 0;
		while (digits < text.size && text.at[digits] >= '0' && text.at[digits] <= '9' && digits < 4) {
			value = value * 10 + (unsigned)(text.at[digits++] - '0');
		}
		if (!digits || digits > 3 || value > 255) {
			return false;
		}
		parts++;
		text.at += digits;
		text.size -= digits;
		if (!text.size || *text.at != '.') {
			break;
		}
		text.at++;
		text.size--;
	}
	return parts == 4 && !text.size;
}

/* Cuts "%zone" off; false for an empty or strange one. */
static bool cut_zone(ox_slice *text)
{
	const char *zone = memchr(text->at, '%', text->size);
	if (!zone) {
		return true;
	}
	size_t length = text->size - (size_t)(zone - text->at) - 1;
	for (size_t i = 0; i < length; i++) {
		if (!is_word(zone[1 + i]) && zone[1 + i] != '.') {
			return false;
		}
	}
	text->size = (size_t)(zone - text->at);
	return length > 0;
}

/* RFC 4291 2.2: eight groups, or fewer with one "::", the last two perhaps as IPv4. */
bool relay_is_ipv6(ox_slice text)
{
	unsigned groups = 0;
	bool gap = false;
	if (!text.size || !cut_zone(&text)) {
		return false;
	}
	size_t i = 0;
	while (i < text.size) {
		size_t start = i;
		while (i < text.size && is_hex(text.at[i])) {
			i++;
		}
		ox_slice rest = {text.at + start, text.size - start};
		if (i < text.size && text.at[i] == '.' && is_ipv4(rest)) {
			groups += 2;
			break;
		}
		if (i - start > 4) {
			return false;
		}
		groups += i > start;
		if (i == text.size) {
			break;
		}
		if (text.at[i++] != ':') {
			return false;
		}
		bool second = i < text.size && text.at[i] == ':';
		if (second && gap) {
			return false;
		}
		if (second) {
			gap = true;
			i++;
		} else if (i - 1 == start || i == text.size) {
			return false; /* one colon at either end */
		}
	}
	return gap ? groups < 8 : groups == 8;
}

/* As ox_is_hostname, but container networks name their machines "my_mail". */
static bool is_name(const char *text, size_t size)
{
	size_t label = 0;
	if (size && text[size - 1] == '.') {
		size--;
	}
	if (!size || size > 253) {
		return false;
	}
	for (size_t i = 0; i <= size; i++) {
		bool end = i == size || text[i] == '.';
		if (end && (!label || text[i - 1] == '-')) {
			return false;
		}
		if (!end && (!is_word(text[i]) || (!label && text[i] == '-') || label == 63)) {
			return false;
		}
		label = end ? 0 : label + 1;
	}
	return true;
}

static const char bad_host[] = "this is no host name and no address (write IPv6 as [2001:db8::1])";

static int take(char *copy, char **host, ox_error *error)
{
	if (!copy) {
		return ox_error_memory(error, OX_STAGE_NONE);
	}
	for (char *p = copy; *p; p++) {
		*p = (char)ox_lower((unsigned char)*p);
	}
	*host = copy;
	return OX_OK;
}

static int from_unicode(ox_slice value, char **host, ox_error *error)
{
	char *copy = ox_copy_bytes(value.at, value.size), *ascii = NULL;
	int status = copy ? ox_idn_to_ascii(copy, &ascii) : OX_E_NOMEM;
	ox_free(copy);
	if (status == OX_E_NOMEM) {
		return ox_error_memory(error, OX_STAGE_NONE);
	}
	if (status != OX_OK) {
		return relay_refuse(error, "host", "this is not a name that internationalised DNS allows");
	}
	*host = ascii;
	return OX_OK;
}

int relay_host_from(ox_slice value, char **host, ox_error *error)
{
	bool brackets = value.size > 2 && value.at[0] == '[' && value.at[value.size - 1] == ']';
	if (brackets) {
		value.at++;
		value.size -= 2;
	}
	if (relay_is_ipv6(value)) {
		return take(ox_copy_bytes(value.at, value.size), host, error);
	}
	if (!brackets && ox_has_8bit(value.at, value.size) && ox_is_utf8(value.at, value.size)) {
		return from_unicode(value, host, error);
	}
	if (brackets || !is_name(value.at, value.size)) {
		return relay_refuse(error, "host", bad_host);
	}
	return take(ox_copy_bytes(value.at, value.size), host, error);
}

/* RFC 5321 4.1.3: a domain, or an address in brackets. */
int relay_ehlo_check(ox_slice value, ox_error *error)
{
	ox_slice inner = {value.at + 1, value.size > 2 ? value.size - 2 : 0};
	bool literal = value.size > 2 && value.at[0] == '[' && value.at[value.size - 1] == ']';
	if (literal && inner.size > 5 && ox_slice_is_nocase((ox_slice){inner.at, 5}, "IPv6:")) {
		inner.at += 5;
		inner.size -= 5;
		literal = relay_is_ipv6(inner) && !memchr(inner.at, '%', inner.size);
	} else if (literal) {
		literal = is_ipv4(inner);
	}
	if (!literal && !is_name(value.at, value.size)) {
		return relay_refuse(error, "ehlo",
			"must be a host name such as www.example.com, or an address such as [192.0.2.1]");
	}
	return OX_OK;
}
