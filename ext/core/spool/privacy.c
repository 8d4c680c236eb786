/* SPDX-License-Identifier: MIT */
#include "spool/privacy.h"

#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "net/platform.h"
#include "spool/spool_internal.h"

enum { FILE_MAX = 200, HASH_SIZE = 8 };
static const char file_name[] = "privacy";
static const char *const words[OX_ADDRESSES_COUNT] = {"plain", "hash", "none"};

const char *ox_event_addresses_name(ox_event_addresses addresses)
{
	return (unsigned)addresses < OX_ADDRESSES_COUNT ? words[addresses] : "none";
}

bool ox_event_addresses_of(const char *name, ox_event_addresses *addresses)
{
	for (int i = 0; i < OX_ADDRESSES_COUNT; i++) {
		if (!strcmp(name, words[i])) {
			*addresses = (ox_event_addresses)i;
			return true;
		}
	}
	return false;
}

/* -- the file: "addresses: hash\nkey: <32 hexadecimal digits>\n" -- */

static void put_hex(char *to, const uint8_t *bytes, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < size; i++) {
		to[2 * i] = digits[bytes[i] >> 4];
		to[2 * i + 1] = digits[bytes[i] & 15];
	}
	to[2 * size] = 0;
}

static bool take_key(const char *text, uint8_t key[OX_PRIVACY_KEY_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	if (strspn(text, digits) != 2 * OX_PRIVACY_KEY_SIZE || strcmp(text + 2 * OX_PRIVACY_KEY_SIZE, "\n") != 0) {
		return false;
	}
	for (size_t i = 0; i < OX_PRIVACY_KEY_SIZE; i++) {
		key[i] = (uint8_t)((strchr(digits, text[2 * i]) - digits) << 4 | (strchr(digits, text[2 * i + 1]) - digits));
	}
	return true;
}

static bool parse(const char *text, ox_event_privacy *privacy)
{
	static const char first[] = "addresses: ", second[] = "\nkey: ";
	char word[8] = "";
	const char *end = strchr(text, '\n');
	if (strncmp(text, first, strlen(first)) != 0 || !end || strncmp(end, second, strlen(second)) != 0) {
		return false;
	}
	text += strlen(first);
	memcpy(word, text, (size_t)(end - text) < sizeof word ? (size_t)(end - text) : sizeof word - 1);
	return ox_event_addresses_of(word, &privacy->addresses) && take_key(end + strlen(second), privacy->key);
}

void ox_event_privacy_read(ox_spool *spool, ox_event_privacy *privacy)
{
	char text[FILE_MAX + 1] = "";
	size_t got = 0;
	ox_file file;
	ox_file_facts facts;
	memset(privacy, 0, sizeof *privacy);
	int failed = ox_file_open(spool->root, file_name, false, &file, &facts);
	if (ox_spool_is(failed, OX_FILE_MISSING)) {
		return;
	}
	if (!failed) {
		failed = ox_file_read_at(file, 0, text, FILE_MAX, &got);
		ox_file_close(file);
	}
	text[got] = 0;
	if (failed || !ox_file_is_sound(&facts) || !parse(text, privacy)) {
		privacy->addresses = OX_ADDRESSES_NONE;
	}
}

int ox_event_privacy_write(ox_spool *spool, ox_event_addresses addresses, ox_error *error)
{
	static const uint8_t none[OX_PRIVACY_KEY_SIZE];
	char text[FILE_MAX], key[2 * OX_PRIVACY_KEY_SIZE + 1];
	ox_event_privacy privacy;
	int system_error = 0;
	ox_event_privacy_read(spool, &privacy);
	if (!memcmp(privacy.key, none, sizeof none) && ox_random(privacy.key, sizeof privacy.key) != OX_OK) {
		return ox_spool_refuse(error, OX_FACT_ERRNO, "this system gives no randomness");
	}
	put_hex(key, privacy.key, sizeof privacy.key);
	int size = snprintf(text, sizeof text, "addresses: %s\nkey: %s\n", ox_event_addresses_name(addresses), key);
	return ox_private_save(spool->path, file_name, text, (size_t)size, &system_error) == OX_OK ? OX_OK :
		ox_spool_error(error, system_error, "writing", file_name);
}

/* -- masking -- */

static void put_hash(const ox_event_privacy *privacy, ox_slice address, char *to, size_t room)
{
	char lower[OX_SPOOL_ADDRESS_MAX], digits[2 * HASH_SIZE + 1];
	uint8_t mac[OX_DIGEST_MAX];
	size_t size = address.size < sizeof lower ? address.size : sizeof lower;
	for (size_t i = 0; i < size; i++) {
		lower[i] = (char)ox_lower((unsigned char)address.at[i]);
	}
	if (ox_digest_hmac(OX_DIGEST_SHA256, privacy->key, sizeof privacy->key, lower, size, mac) != OX_OK) {
		(void)snprintf(to, room, "h:?");
		return;
	}
	put_hex(digits, mac, HASH_SIZE);
	(void)snprintf(to, room, "h:%s", digits);
}

static bool is_of_address(unsigned char c)
{
	return c >= 0x80 || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
		(c && strchr("!#$%&'*+-/=?^_`{|}~.", c));
}

/* From the start of the local part, which may be quoted, to the end of the domain. */
static ox_slice address_around(const char *text, const char *at)
{
	const char *from = at, *to = at + 1;
	if (from > text && from[-1] == '"') {
		for (from--; from > text && from[-1] != '"'; from--) {
		}
		from -= from > text;
	}
	while (from > text && is_of_address((unsigned char)from[-1])) {
		from--;
	}
	if (*to == '[') {
		to += strcspn(to, "]");
		to += *to == ']';
	}
	while (is_of_address((unsigned char)*to)) {
		to++;
	}
	while (to > at + 1 && to[-1] == '.') {
		to--; /* of the sentence */
	}
	return (ox_slice){from, (size_t)(to - from)};
}

static void mask_text(const ox_event_privacy *privacy, const char *text, char *to, size_t room)
{
	size_t used = 0;
	const char *at;
	to[0] = 0;
	while (used + 1 < room && (at = strchr(text, '@'))) {
		char put[2 * HASH_SIZE + 8] = "...";
		ox_slice address = address_around(text, at);
		if (privacy->addresses == OX_ADDRESSES_HASH) {
			put_hash(privacy, address, put, sizeof put);
		}
		(void)snprintf(to + used, room - used, "%.*s%s", (int)(address.at - text), text, put);
		used += strlen(to + used);
		text = address.at + address.size;
	}
	(void)snprintf(to + used, room - used, "%s", text);
}

void ox_event_mask(const ox_event_privacy *privacy, const ox_spool_event *event, ox_spool_event *masked,
	ox_event_room *room)
{
	*masked = *event;
	if (privacy->addresses == OX_ADDRESSES_PLAIN) {
		return;
	}
	masked->transcript = NULL; /* it names people in almost every line */
	if (event->recipient) {
		put_hash(privacy, ox_slice_of(event->recipient), room->recipient, sizeof room->recipient);
		masked->recipient = privacy->addresses == OX_ADDRESSES_HASH ? room->recipient : NULL;
	}
	if (event->text) {
		mask_text(privacy, event->text, room->text, sizeof room->text);
		masked->text = room->text;
	}
}
