/* SPDX-License-Identifier: MIT */
/* One addr-spec: RFC 5321 4.1.2 with the UTF-8 of RFC 6531. The lists of header fields are
 * address_list.c's. */
#include "message/address.h"

#include <string.h>

#include "base/idn.h"

enum { LOCAL_MAX = 64, ADDRESS_MAX = 254, SHOWN_MAX = 100 };

static int refuse(ox_error *error, ox_slice text, const char *why)
{
	char shown[SHOWN_MAX + 1];
	size_t size = text.size < SHOWN_MAX ? text.size : SHOWN_MAX;
	memcpy(shown, text.size ? text.at : "", size);
	shown[size] = 0;
	for (size_t i = 0; i < size; i++) {
		shown[i] = shown[i] ? shown[i] : '?';
	}
	return ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_NONE,
						"the address \"%s\" %s", shown, why);
}

/* atext of RFC 5322 3.2.3, and UTF-8 beyond ASCII. */
static bool is_atext(unsigned char c)
{
	return c > ' ' && c != 0x7f && !strchr("()<>[]:;@\\,.\"", c);
}

static bool is_dot_atom(const char *at, size_t size)
{
	bool after_dot = true;
	for (size_t i = 0; i < size; i++) {
		if (at[i] == '.') {
			if (after_dot) {
				return false;
			}
			after_dot = true;
		} else if (is_atext((unsigned char)at[i])) {
			after_dot = false;
		} else {
			return false;
		}
	}
	return !after_dot;
}

/* The octets of a quoted string with its quotes; 0 where it is none. */
static size_t quoted_size(const char *at, size_t size)
{
	for (size_t i = 1; i < size; i++) {
		unsigned char c = (unsigned char)at[i];
		if (c == '"') {
			return i + 1;
		}
		if (c == '\\') {
			c = ++i < size ? (unsigned char)at[i] : 0;
			if (c & 0x80) {
				return 0;
			}
		}
		if (c < ' ' || c == 0x7f) {
			return 0;
		}
	}
	return 0;
}

static size_t local_size(ox_slice text)
{
	if (text.size && text.at[0] == '"') {
		return quoted_size(text.at, text.size);
	}
	const char *sign = memchr(text.at, '@', text.size);
	size_t size = sign ? (size_t)(sign - text.at) : text.size;
	return is_dot_atom(text.at, size) ? size : 0;
}

static bool parse_octet(const char **at, const char *end)
{
	unsigned value = 0, digits = 0;
	while (*at < end && **at >= '0' && **at <= '9' && digits < 3) {
		value = value * 10 + (unsigned)(**at - '0');
		digits++;
		(*at)++;
	}
	return digits && value < 256;
}

static bool is_ipv4(const char *at, const char *end)
{
	for (int i = 0; i < 4; i++) {
		if (i && (at == end || *at++ != '.')) {
			return false;
		}
		if (!parse_octet(&at, end)) {
			return false;
		}
	}
	return at == end;
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Eight groups, "::" for one run of them, the last two perhaps as IPv4 (RFC 4291 2.2). */
static bool is_ipv6(const char *at, const char *end)
{
	int groups = 0;
	bool gap = false;
	if (end - at >= 2 && at[0] == ':' && at[1] == ':') {
		gap = true;
		at += 2;
	}
	while (at < end) {
		size_t digits = 0;
		while (at + digits < end && is_hex(at[digits]) && digits < 4) {
			digits++;
		}
		if (at + digits < end && at[digits] == '.') {
			return is_ipv4(at, end) && (gap ? groups <= 5 : groups == 6);
		}
		if (!digits) {
			return false;
		}
		groups++;
		at += digits;
		if (at == end) {
			break;
		}
		if (*at++ != ':' || at == end) {
			return false;
		}
		if (*at == ':') {
			if (gap) {
				return false;
			}
			gap = true;
			at++;
		}
	}
	return gap ? groups < 8 : groups == 8;
}

static bool is_literal(ox_slice domain)
{
	const char *at = domain.at + 1, *end = domain.at + domain.size - 1;
	if (domain.size < 4 || *end != ']') {
		return false;
	}
	if (end - at > 5 && ox_slice_is_nocase((ox_slice){at, 5}, "IPv6:")) {
		return is_ipv6(at + 5, end);
	}
	return is_ipv4(at, end);
}

/* RFC 3696 2: a top-level domain is never all digits; such a name is a mistyped address. */
static bool ends_in_number(const char *domain)
{
	const char *dot = strrchr(domain, '.');
	const char *label = dot ? dot + 1 : domain;
	return label[strspn(label, "0123456789")] == 0;
}

/* The domain as it goes out, returns new in *out. */
static int check_domain(ox_slice text, ox_slice domain, bool keep_utf8, char **out, ox_error *error)
{
	if (!domain.size) {
		return refuse(error, text, "has no domain");
	}
	char *copy = ox_copy_bytes(domain.at, domain.size);
	if (!copy) {
		return ox_error_memory(error, OX_STAGE_NONE);
	}
	if (*copy == '[') {
		if (!is_literal(domain)) {
			ox_free(copy);
			return refuse(error, text, "has a malformed address literal");
		}
		*out = copy;
		return OX_OK;
	}
	bool high = ox_has_8bit(domain.at, domain.size);
	char *ascii = NULL;
	int status = high ? ox_idn_to_ascii(copy, &ascii) : OX_OK;
	const char *name = high ? ascii : copy;
	bool good = status == OX_OK && ox_is_hostname(name) && name[strlen(name) - 1] != '.' &&
				!ends_in_number(name);
	*out = high && !keep_utf8 ? ascii : copy;
	ox_free(*out == copy ? ascii : copy);
	if (!good) {
		ox_free(*out);
		*out = NULL;
		return status == OX_E_NOMEM ? ox_error_memory(error, OX_STAGE_NONE)
									: refuse(error, text, "has a domain that is no host name");
	}
	return OX_OK;
}

/* "john.doe" in quotes is the same mailbox without them (RFC 5321 4.1.2); the plain form is the
 * safer. */
static ox_slice unquote(ox_slice local)
{
	bool needless = local.size > 2 && local.at[0] == '"' &&
					is_dot_atom(local.at + 1, local.size - 2);
	return needless ? (ox_slice){local.at + 1, local.size - 2} : local;
}

static int join(ox_slice local, const char *domain, char **address)
{
	ox_buffer out;
	ox_buffer_init(&out, 4096);
	int status = ox_buffer_append(&out, local.at, local.size);
	if (status == OX_OK) {
		status = ox_buffer_append_format(&out, "@%s", domain);
	}
	*address = status == OX_OK ? ox_buffer_take(&out) : NULL;
	ox_buffer_clear(&out);
	return *address ? OX_OK : OX_E_NOMEM;
}

int ox_address_check(ox_slice text, bool keep_utf8, char **address, bool *utf8, ox_error *error)
{
	if (text.size > 1000 || ox_has_control(text.at, text.size) || !ox_is_utf8(text.at, text.size)) {
		return refuse(error, text,
					  text.size > 1000 ? "is too long"
									   : "has control characters or is not valid UTF-8");
	}
	size_t size = text.size ? local_size(text) : 0;
	if (!size) {
		return refuse(error, text, "has a malformed local part");
	}
	if (size == text.size || text.at[size] != '@') {
		return refuse(error, text, "has no @ behind its local part");
	}
	ox_slice local = unquote((ox_slice){text.at, size});
	ox_slice domain = {text.at + size + 1, text.size - size - 1};
	bool high = ox_has_8bit(local.at, local.size);
	if (local.size > LOCAL_MAX) {
		return refuse(error, text, "has a local part of over 64 octets");
	}
	if (high && !utf8) {
		return refuse(error, text, "has a local part that is not ASCII");
	}
	char *name = NULL;
	int status = check_domain(text, domain, keep_utf8, &name, error);
	if (status != OX_OK) {
		return status;
	}
	if (local.size + 1 + strlen(name) > ADDRESS_MAX) {
		status = refuse(error, text, "has over 254 octets");
	} else if (join(local, name, address) != OX_OK) {
		status = ox_error_memory(error, OX_STAGE_NONE);
	} else if (utf8) {
		*utf8 = high || ox_has_8bit(name, strlen(name));
	}
	ox_free(name);
	return status;
}
