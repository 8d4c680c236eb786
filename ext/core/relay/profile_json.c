/* SPDX-License-Identifier: MIT */
/* A profile as JSON (jansson):
 *
 *     {"version": 1, "relay": {"host": "smtp.example.com", "port": "465", "tls": "implicit", ...},
 *      "queue": {"rate_day": "500", "on_uncertain": "hold"}}
 *
 * Values are the texts of ox_relay_set. People who write one by hand may use numbers, true and false; octets
 * that are no UTF-8 stand as {"base64": "..."}. */
#include "relay/profile_internal.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "relay/relay_internal.h"

enum { FORMAT_VERSION = 1, HEADER_SIZE = 16 };

/* Octets of a secret in jansson's memory; only called right before it is freed. */
static void wipe_string(const json_t *value)
{
	if (json_is_string(value)) {
		ox_wipe((char *)(uintptr_t)json_string_value(value), json_string_length(value));
	}
}

static void wipe_strings(json_t *value)
{
	const char *key;
	json_t *member;
	wipe_string(value);
	json_object_foreach(value, key, member) {
		wipe_string(member);
		wipe_string(json_object_get(member, "base64"));
	}
}

/* ---- writing ---- */

static json_t *json_of(const ox_buffer *text)
{
	const char *octets = ox_buffer_text(text);
	if (ox_is_utf8(octets, text->size)) {
		return json_stringn(octets, text->size);
	}
	ox_buffer encoded;
	ox_buffer_init_secret(&encoded, OX_RELAY_OPTION_MAX * 2);
	json_t *object = NULL;
	if (ox_base64_encode(&encoded, text->bytes, text->size) == OX_OK) {
		object = json_pack("{s:s}", "base64", ox_buffer_text(&encoded));
	}
	ox_buffer_clear(&encoded);
	return object;
}

static int add_relay(json_t *object, const ox_relay *relay)
{
	ox_buffer text;
	ox_buffer_init_secret(&text, OX_RELAY_OPTION_MAX);
	int status = OX_OK;
	for (int i = 0; i < OPTION_COUNT && status == OX_OK; i++) {
		bool says;
		ox_buffer_empty(&text);
		status = relay_option_text(relay, (relay_option)i, &text, &says);
		/* The file's name is the profile's. */
		if (status == OX_OK && says && i != OPTION_PROFILE &&
			json_object_set_new(object, relay_option_name((relay_option)i), json_of(&text)) != 0) {
			status = OX_E_NOMEM;
		}
	}
	ox_buffer_clear(&text);
	return status;
}

static int add_queue(json_t *object, const ox_profile *profile)
{
	for (int i = 0; i < QUEUE_COUNT; i++) {
		queue_option option = (queue_option)i;
		char digits[16];
		const char *text = profile->on_uncertain == OX_UNCERTAIN_HOLD ? "hold" : "resend";
		if (option != QUEUE_ON_UNCERTAIN) {
			(void)snprintf(digits, sizeof digits, "%u", queue_option_number(profile, option));
			text = digits;
		}
		if (queue_option_is_given(profile, option) &&
			json_object_set_new(object, queue_option_name(option), json_string(text)) != 0) {
			return OX_E_NOMEM;
		}
	}
	return OX_OK;
}

static int append_piece(const char *bytes, size_t size, void *context)
{
	return ox_buffer_append(context, bytes, size) == OX_OK ? 0 : -1;
}

int profile_write_json(const ox_profile *profile, ox_buffer *out)
{
	json_t *relay = json_object(), *queue = json_object();
	json_t *root = relay && queue
		? json_pack("{s:i,s:O,s:O}", "version", FORMAT_VERSION, "relay", relay, "queue", queue)
		: NULL;
	int status = root ? add_relay(relay, &profile->relay) : OX_E_NOMEM;
	status = status == OX_OK ? add_queue(queue, profile) : status;
	if (status == OX_OK && json_dump_callback(root, append_piece, out, JSON_INDENT(2)) != 0) {
		status = OX_E_NOMEM;
	}
	status = status == OX_OK ? ox_buffer_append_byte(out, '\n') : status;
	wipe_strings(relay);
	json_decref(root);
	json_decref(relay);
	json_decref(queue);
	return status;
}

/* ---- reading ---- */

static int refuse(ox_error *error, const char *why, int line)
{
	char where[32] = "";
	if (line > 0) {
		(void)snprintf(where, sizeof where, " (line %d)", line);
	}
	return ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_NONE,
		"the profile %s%s", why, where);
}

static int set_base64(ox_profile *profile, const char *name, const json_t *encoded, ox_error *error)
{
	ox_buffer octets;
	ox_buffer_init_secret(&octets, OX_RELAY_OPTION_MAX);
	int status = ox_base64_decode(&octets, json_string_value(encoded), json_string_length(encoded));
	if (status == OX_OK) {
		status = ox_profile_set(profile, name, (ox_slice){ox_buffer_text(&octets), octets.size}, error);
	} else if (status == OX_E_NOMEM) {
		status = ox_error_memory(error, OX_STAGE_NONE);
	} else {
		status = relay_refuse(error, name, "is not base64, or too long");
	}
	ox_buffer_clear(&octets);
	return status;
}

static int set_value(ox_profile *profile, const char *name, const json_t *value, ox_error *error)
{
	char digits[32];
	const json_t *encoded = json_object_get(value, "base64");
	if (json_is_string(value)) {
		ox_slice text = {json_string_value(value), json_string_length(value)};
		return ox_profile_set(profile, name, text, error);
	}
	if (json_is_integer(value) && json_integer_value(value) >= 0) {
		(void)snprintf(digits, sizeof digits, "%lld", (long long)json_integer_value(value));
		return ox_profile_set(profile, name, ox_slice_of(digits), error);
	}
	if (json_is_boolean(value)) {
		return ox_profile_set(profile, name, ox_slice_of(json_is_true(value) ? "1" : "0"), error);
	}
	if (json_is_string(encoded) && json_object_size(value) == 1) {
		return set_base64(profile, name, encoded, error);
	}
	return refuse(error, "has an option that is no text, number, true or false", 0);
}

/* relay: the section may hold a relay's options, else the queue's. */
static int read_section(ox_profile *profile, json_t *section, bool relay, ox_error *error)
{
	const char *name;
	json_t *value;
	int status = OX_OK;
	if (!json_is_object(section)) {
		return refuse(error, relay ? "has no object \"relay\"" : "has a \"queue\" that is no object", 0);
	}
	json_object_foreach(section, name, value) {
		bool known = relay_option_find(ox_slice_of(name)) != OPTION_COUNT;
		if (relay && !known) {
			status = relay_option_unknown(ox_slice_of(name), true, error);
		} else if (!relay && known) {
			status = refuse(error, "has an option of the relay in \"queue\"", 0);
		} else {
			status = set_value(profile, name, value, error);
		}
		if (status != OX_OK) {
			break;
		}
	}
	return status;
}

static int read_root(ox_profile *profile, json_t *root, ox_error *error)
{
	const char *name;
	json_t *value;
	if (!json_is_object(root)) {
		return refuse(error, "is no JSON object", 0);
	}
	json_object_foreach(root, name, value) {
		if (strcmp(name, "version") != 0 && strcmp(name, "relay") != 0 && strcmp(name, "queue") != 0) {
			return refuse(error, "has something beside version, relay and queue", 0);
		}
	}
	value = json_object_get(root, "version");
	if (!json_is_integer(value) || json_integer_value(value) != FORMAT_VERSION) {
		return refuse(error, "is of a version that is not known here", 0);
	}
	int status = read_section(profile, json_object_get(root, "relay"), true, error);
	value = json_object_get(root, "queue");
	return status == OX_OK && value ? read_section(profile, value, false, error) : status;
}

int ox_profile_parse(ox_slice text, bool allow_insecure, ox_profile *profile, ox_error *error)
{
	json_error_t fault;
	if (text.size > OX_PROFILE_FILE_MAX) {
		return refuse(error, "is larger than 524288 octets", 0);
	}
	json_t *root = json_loadb(text.at, text.size, JSON_REJECT_DUPLICATES, &fault);
	if (!root && json_error_code(&fault) == json_error_out_of_memory) {
		return ox_error_memory(error, OX_STAGE_NONE);
	}
	if (!root) {
		/* jansson's own text quotes what it stumbled over: perhaps a password without its quotes. */
		return refuse(error, "is not JSON", fault.line);
	}
	int status = read_root(profile, root, error);
	wipe_strings(json_object_get(root, "relay"));
	json_decref(root);
	return status == OX_OK ? ox_relay_finish(&profile->relay, allow_insecure, error) : status;
}

/* ---- for people ---- */

/* An account in front of the last '@' of a proxy's URL is cut out. */
static int redact_proxy(ox_buffer *text)
{
	const char *url = ox_buffer_text(text), *scheme = strstr(url, "://"), *at = strrchr(url, '@');
	if (!scheme || !at) {
		return OX_OK;
	}
	ox_buffer shown;
	ox_buffer_init(&shown, text->cap);
	int status = ox_buffer_append(&shown, url, (size_t)(scheme + 3 - url));
	status = status == OX_OK ? ox_buffer_append_string(&shown, at + 1) : status;
	if (status == OX_OK) {
		ox_buffer_empty(text);
		status = ox_buffer_append(text, shown.bytes, shown.size);
	}
	ox_buffer_clear(&shown);
	return status;
}

static int describe_option(json_t *object, const ox_relay *relay, relay_option option, ox_buffer *text)
{
	bool says;
	ox_buffer_empty(text);
	int status = relay_option_text(relay, option, text, &says);
	if (status == OX_OK && option == OPTION_PROXY) {
		status = redact_proxy(text);
	}
	if (status != OX_OK || !says || option == OPTION_PROFILE) {
		return status;
	}
	bool secret = option == OPTION_PASSWORD || option == OPTION_TOKEN;
	json_t *value = secret ? json_true()
		: option == OPTION_PORT ? json_integer(relay->port)
		: ox_is_utf8(ox_buffer_text(text), text->size) ? json_of(text) : json_true();
	return json_object_set_new(object, relay_option_name(option), value) == 0 ? OX_OK : OX_E_NOMEM;
}

int ox_profile_describe(const ox_profile *profile, ox_buffer *out)
{
	ox_buffer text;
	ox_buffer_init_secret(&text, OX_RELAY_OPTION_MAX);
	json_t *object = json_object();
	int status = object ? OX_OK : OX_E_NOMEM;
	for (int i = 0; i < OPTION_COUNT && status == OX_OK; i++) {
		status = describe_option(object, &profile->relay, (relay_option)i, &text);
	}
	status = status == OX_OK ? add_queue(object, profile) : status;
	if (status == OX_OK && json_dump_callback(object, append_piece, out, JSON_COMPACT) != 0) {
		status = OX_E_NOMEM;
	}
	ox_buffer_clear(&text);
	json_decref(object);
	return status;
}

/* ---- memory ---- */

static void *take_memory(size_t size)
{
	size_t *block = size <= SIZE_MAX - HEADER_SIZE ? ox_alloc(size + HEADER_SIZE) : NULL;
	if (!block) {
		return NULL;
	}
	*block = size;
	return (char *)block + HEADER_SIZE;
}

static void give_memory(void *memory)
{
	if (memory) {
		size_t *block = (size_t *)(void *)((char *)memory - HEADER_SIZE);
		ox_wipe(memory, *block);
		ox_free(block);
	}
}

void ox_profile_wipe_memory(void)
{
	json_set_alloc_funcs(take_memory, give_memory);
}
