/* SPDX-License-Identifier: MIT */
/* What HTML calls "cid:logo" is the part whose Content-ID is <logo@domain> (RFC 2392): an identifier without a
 * domain gets the Message-ID's, in both places. */
#include <string.h>

#include "message/compose_internal.h"

bool message_is_id_octet(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		   (c && strchr("!$*+-.=_~", c));
}

/* It goes into HTML too: a Message-ID that somebody gave may have anything behind its '@'. */
static const char *domain_of(const ox_message *message)
{
	const char *sign = strrchr(message->id, '@');
	return ox_is_hostname(sign + 1) ? sign : "@cid.invalid";
}

static bool is_complete(ox_slice id)
{
	return memchr(id.at, '@', id.size) != NULL;
}

int message_content_id(ox_message *message, ox_slice id)
{
	return ox_buffer_append_format(&message->octets, "Content-ID: <%.*s%s>\r\n", (int)id.size, id.at,
		is_complete(id) ? "" : domain_of(message));
}

bool message_has_incomplete_ids(const ox_draft *draft)
{
	for (size_t i = 0; i < draft->part_count; i++) {
		if (draft->parts[i].id.size && !is_complete(draft->parts[i].id)) {
			return true;
		}
	}
	return false;
}

/* The reference at `text`, which begins behind "cid:". */
static size_t reference_size(ox_slice text)
{
	size_t size = 0;
	while (size < text.size && (message_is_id_octet(text.at[size]) || text.at[size] == '@')) {
		size++;
	}
	return size;
}

static bool is_incomplete_part(const ox_draft *draft, ox_slice id)
{
	for (size_t i = 0; i < draft->part_count; i++) {
		ox_slice known = draft->parts[i].id;
		if (known.size && known.size == id.size && !memcmp(known.at, id.at, id.size)) {
			return !is_complete(id);
		}
	}
	return false;
}

/* Not the end of another scheme's name (RFC 3986 3.1). */
static bool begins_scheme(const char *at, const char *begin)
{
	return at == begin || !(message_is_id_octet(at[-1]) && at[-1] != '=');
}

/* Where the next "cid:" ends, or the end of text. */
static const char *next_reference(const char *begin, const char *at, const char *end)
{
	for (; at < end && (at = memchr(at, ':', (size_t)(end - at))) != NULL; at++) {
		bool named = at - begin >= 3 && ox_slice_is_nocase((ox_slice){at - 3, 3}, "cid");
		if (named && begins_scheme(at - 3, begin)) {
			return at + 1;
		}
	}
	return end;
}

int message_complete_ids(ox_buffer *out, const ox_message *message, const ox_draft *draft)
{
	ox_slice html = draft->html;
	const char *at = html.at, *end = html.at + html.size;
	int status = OX_OK;
	while (at < end && status == OX_OK) {
		const char *stop = next_reference(html.at, at, end);
		ox_slice rest = {stop, (size_t)(end - stop)};
		size_t size = reference_size(rest);
		status = ox_buffer_append(out, at, (size_t)(stop - at) + size);
		if (status == OX_OK && is_incomplete_part(draft, (ox_slice){stop, size})) {
			status = ox_buffer_append_string(out, domain_of(message));
		}
		at = stop + size;
	}
	return status;
}
