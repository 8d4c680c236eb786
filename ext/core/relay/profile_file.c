/* SPDX-License-Identifier: MIT */
/* Profiles in their directory. */
#include "relay/profile_internal.h"

#include <errno.h>
#include <string.h>

#include "base/digest.h"
#include "net/file.h"
#include "net/platform.h"
#include "relay/relay_internal.h"

enum { NAMED_MAX = 5, PROFILE_FILE_USUAL = 8192 };

static int check_name(const char *name, ox_error *error)
{
	return ox_profile_name_is_good(ox_slice_of(name)) ? OX_OK
	                                                  : relay_refuse(error, "profile", OX_PROFILE_NAME_RULE);
}

static int fail(ox_error *error, const char *what, const char *name, int system_error)
{
	char words[128] = "its directory or file is not ours alone (owner, mode 0700 and 0600, no link)";
	if (system_error) {
		ox_system_message(system_error, words, sizeof words);
	}
	ox_fact fact = ox_file_fault_of(system_error) == OX_FILE_FULL ? OX_FACT_SPOOL_FULL
		: system_error                                            ? OX_FACT_ERRNO
		                                                          : OX_FACT_NONE;
	(void)ox_error_set(error, OX_ERROR_STORAGE, OX_RETRY_LATER, OX_STAGE_NONE, fact, "the profile \"%s\" %s: %s", name, what, words);
	if (error) {
		error->sys_errno = system_error;
	}
	return OX_E_FAILED;
}

/* `, only "a", "b" and 7 more`. Without memory nothing is added. */
static void add_names(ox_buffer *text, const char *directory)
{
	ox_buffer names;
	unsigned count = 0;
	ox_buffer_init(&names, OX_PROFILES_MAX * 256);
	if (ox_profile_list(directory, &names, NULL) == OX_OK) {
		const char *first = ox_buffer_text(&names);
		for (const char *name = first; name < first + names.size; name += strlen(name) + 1, count++) {
			if (count < NAMED_MAX) {
				(void)!ox_buffer_append_format(text, "%s \"%s\"", count ? "," : ", only", name);
			}
		}
		if (count > NAMED_MAX) {
			(void)!ox_buffer_append_format(text, " and %u more", count - NAMED_MAX);
		} else if (!count) {
			(void)!ox_buffer_append_format(text, ", nor any other");
		}
	}
	ox_buffer_clear(&names);
}

static int missing(ox_error *error, const char *directory, const char *name)
{
	ox_buffer text;
	ox_buffer_init(&text, OX_ERROR_TEXT_MAX);
	add_names(&text, directory);
	(void)ox_error_set(error, OX_ERROR_STORAGE, OX_RETRY_LATER, OX_STAGE_NONE, OX_FACT_PROFILE_MISSING,
		"there is no relay profile \"%s\"%s, in %s", name, text.size ? ox_buffer_text(&text) : "", directory);
	if (error) {
		error->sys_errno = ENOENT;
	}
	ox_buffer_clear(&text);
	return OX_E_FAILED;
}

int ox_profile_require(const char *directory, const char *name, ox_error *error)
{
	uint64_t stamp = 0;
	if (check_name(name, error) != OX_OK) {
		return OX_E_FAILED;
	}
	return ox_private_stamp(directory, name, &stamp, NULL) == OX_OK && !stamp ? missing(error, directory, name)
		: OX_OK;
}

bool ox_profile_is_missing(const ox_error *error)
{
	return error->class == OX_ERROR_STORAGE && error->sys_errno == ENOENT;
}

/* Whether the file holds exactly these octets. */
static int is_same(const char *directory, const char *name, const ox_buffer *json, bool *same)
{
	ox_buffer found;
	ox_buffer_init_secret(&found, json->size + 1);
	*same = false;
	uint8_t *room = ox_buffer_reserve(&found, json->size + 1);
	if (!room) {
		return OX_E_NOMEM;
	}
	size_t size = json->size + 1;
	if (ox_private_read(directory, name, room, &size) == OX_OK) {
		*same = size == json->size && ox_equal_secret(room, json->bytes, size);
	}
	ox_buffer_clear(&found);
	return OX_OK;
}

/* -- what is remembered of it -- */

static int mac_of(const ox_profile_seen *seen, const ox_buffer *json, uint8_t mac[OX_DIGEST_MAX])
{
	return ox_digest_hmac(OX_DIGEST_SHA256, seen->key, sizeof seen->key, json->bytes, json->size, mac);
}

/* Whether the file holds these octets, by what was seen of it before. Errors mean that it has to be read. */
static bool is_remembered(const char *directory, const char *name, const ox_buffer *json,
	const ox_profile_seen *seen)
{
	uint8_t mac[OX_DIGEST_MAX];
	uint64_t stamp;
	return seen->stamp && !strcmp(seen->name, name) && mac_of(seen, json, mac) == OX_OK &&
		ox_equal_secret(mac, seen->mac, sizeof seen->mac) &&
		ox_private_stamp(directory, name, &stamp, NULL) == OX_OK && stamp == seen->stamp;
}

/* stamp: of before the file was read, so that a change in between is seen the next time. */
static void remember(ox_profile_seen *seen, const char *name, const ox_buffer *json, uint64_t stamp)
{
	bool made = ox_random(seen->key, sizeof seen->key) == OX_OK && mac_of(seen, json, seen->mac) == OX_OK;
	seen->stamp = made ? stamp : 0;
	memcpy(seen->name, name, strlen(name) + 1);
}

/* -- saving -- */

/* One more than there may be, for whom there is no file yet. Two at once may both find room for the last. */
static int check_count(const char *directory, const char *name, ox_error *error)
{
	ox_buffer names;
	uint64_t stamp = 0;
	size_t count = 0;
	if (ox_private_stamp(directory, name, &stamp, NULL) != OX_OK || stamp) {
		return OX_OK;
	}
	ox_buffer_init(&names, OX_PROFILES_MAX * 256);
	int status = ox_profile_list(directory, &names, error);
	for (size_t at = 0; at < names.size; at++) {
		count += !names.bytes[at];
	}
	ox_buffer_clear(&names);
	if (status == OX_OK && count >= OX_PROFILES_MAX) {
		return ox_error_set(error, OX_ERROR_STORAGE, OX_RETRY_LATER, OX_STAGE_NONE, OX_FACT_NONE,
			"the profile \"%s\" could not be saved: there are %d, which is as many as a queue may have; delete "
			"some that are not used", name, OX_PROFILES_MAX);
	}
	return status;
}

static int save_json(const char *directory, const char *name, const ox_buffer *json, ox_profile_seen *seen,
	bool *written, ox_error *error)
{
	bool same = false, settled = false;
	int system_error = 0;
	uint64_t stamp = 0;
	if (seen && is_remembered(directory, name, json, seen)) {
		return OX_OK;
	}
	/* A file that was changed a moment ago could be changed once more without its times telling. */
	bool worth = seen && ox_private_stamp(directory, name, &stamp, &settled) == OX_OK && settled;
	int status = is_same(directory, name, json, &same);
	if (status != OX_OK) {
		return ox_error_memory(error, OX_STAGE_NONE);
	}
	if (same) {
		if (worth) {
			remember(seen, name, json, stamp);
		}
		return OX_OK;
	}
	status = check_count(directory, name, error);
	if (status != OX_OK) {
		return status;
	}
	if (ox_private_save(directory, name, json->bytes, json->size, &system_error) != OX_OK) {
		return fail(error, "could not be saved", name, system_error);
	}
	*written = true;
	return OX_OK;
}

static int save(const char *directory, const char *name, const ox_profile *profile, ox_profile_seen *seen,
	bool *written, ox_error *error)
{
	*written = false;
	if (check_name(name, error) != OX_OK) {
		return OX_E_FAILED;
	}
	ox_buffer json;
	ox_buffer_init_secret(&json, OX_PROFILE_FILE_MAX);
	int status = profile_write_json(profile, &json);
	if (status == OX_E_NOMEM) {
		(void)ox_error_memory(error, OX_STAGE_NONE);
	} else if (status == OX_E_LIMIT) {
		status = relay_refuse(error, "profile", "its options have more than 524288 octets together");
	} else {
		status = save_json(directory, name, &json, seen, written, error);
	}
	ox_buffer_clear(&json);
	return status;
}

int ox_profile_save(const char *directory, const char *name, const ox_profile *profile, bool *written,
	ox_error *error)
{
	return save(directory, name, profile, NULL, written, error);
}

int ox_profile_keep(const char *directory, const char *name, const ox_profile *profile,
	ox_profile_seen *seen, ox_error *error)
{
	bool written;
	return save(directory, name, profile, seen, &written, error);
}

/* *size: the room that is made, all of which is wiped afterwards; then what was read. */
static int read_into(ox_buffer *json, const char *directory, const char *name, size_t *size)
{
	uint8_t *room = ox_buffer_reserve(json, *size);
	return room ? ox_private_read(directory, name, room, size) : OX_E_NOMEM;
}

int ox_profile_load(const char *directory, const char *name, bool allow_insecure, ox_profile *profile,
	ox_error *error)
{
	ox_buffer json;
	if (ox_profile_require(directory, name, error) != OX_OK) {
		return OX_E_FAILED;
	}
	ox_buffer_init_secret(&json, OX_PROFILE_FILE_MAX);
	size_t size = PROFILE_FILE_USUAL;
	int status = read_into(&json, directory, name, &size);
	if (status == OX_E_FAILED) {
		/* Or it is a long one. */
		size = OX_PROFILE_FILE_MAX;
		status = read_into(&json, directory, name, &size);
	}
	if (status == OX_E_NOMEM) {
		(void)ox_error_memory(error, OX_STAGE_NONE);
	} else if (status != OX_OK) {
		status = fail(error, "cannot be read", name, 0);
	} else {
		status = ox_profile_parse((ox_slice){ox_buffer_text(&json), size}, allow_insecure, profile, error);
	}
	ox_buffer_clear(&json);
	return status;
}

int ox_profile_delete(const char *directory, const char *name, bool *existed, ox_error *error)
{
	int system_error = 0;
	*existed = false;
	if (check_name(name, error) != OX_OK) {
		return OX_E_FAILED;
	}
	if (ox_private_delete(directory, name, &system_error) == OX_OK) {
		*existed = true;
		return OX_OK;
	}
	return system_error == ENOENT ? OX_OK : fail(error, "could not be deleted", name, system_error);
}

/* The place of `name` among sorted names, each with its NUL. */
static size_t place_of(const ox_buffer *sorted, const char *name)
{
	size_t at = 0;
	while (at < sorted->size && strcmp((const char *)sorted->bytes + at, name) < 0) {
		at += strlen((const char *)sorted->bytes + at) + 1;
	}
	return at;
}

static int insert(ox_buffer *sorted, const char *name)
{
	size_t size = strlen(name) + 1, at = place_of(sorted, name);
	if (!ox_buffer_reserve(sorted, size)) {
		return OX_E_NOMEM;
	}
	memmove(sorted->bytes + at + size, sorted->bytes + at, sorted->size - at);
	memcpy(sorted->bytes + at, name, size);
	sorted->size += size;
	return OX_OK;
}

int ox_profile_list(const char *directory, ox_buffer *names, ox_error *error)
{
	ox_buffer found, sorted;
	ox_buffer_init(&found, OX_PROFILES_MAX * 256);
	ox_buffer_init(&sorted, OX_PROFILES_MAX * 256);
	int status = ox_private_list(directory, &found);
	for (size_t at = 0; at < found.size && status == OX_OK;) {
		const char *name = (const char *)found.bytes + at;
		at += strlen(name) + 1;
		status = ox_profile_name_is_good(ox_slice_of(name)) ? insert(&sorted, name) : OX_OK;
	}
	if (status == OX_OK && sorted.size) {
		status = ox_buffer_append(names, sorted.bytes, sorted.size);
	}
	ox_buffer_clear(&found);
	ox_buffer_clear(&sorted);
	if (status == OX_E_NOMEM) {
		return ox_error_memory(error, OX_STAGE_NONE);
	}
	return status == OX_OK ? OX_OK
		: ox_error_set(error, OX_ERROR_STORAGE, OX_RETRY_LATER, OX_STAGE_NONE, OX_FACT_NONE,
			  "the directory of profiles cannot be read, or holds too many");
}

int ox_profile_choose(const char *directory, char name[OX_PROFILE_NAME_MAX + 1], ox_error *error)
{
	ox_buffer names;
	const char *chosen = NULL;
	ox_buffer_init(&names, OX_PROFILES_MAX * (OX_PROFILE_NAME_MAX + 1));
	int status = ox_profile_list(directory, &names, error);
	const char *first = ox_buffer_text(&names);
	for (const char *each = first; each < first + names.size; each += strlen(each) + 1) {
		bool only = strlen(first) + 1 == names.size;
		chosen = only || !strcmp(each, "default") ? each : chosen;
	}
	if (chosen) {
		memcpy(name, chosen, strlen(chosen) + 1);
	} else if (status == OX_OK) {
		status = ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_NONE, "%s",
			names.size ? "there are several relay profiles and none is \"default\""
			           : "there is no relay profile yet");
	}
	ox_buffer_clear(&names);
	return status;
}

int ox_profile_stamp(const char *directory, const char *name, uint64_t *stamp)
{
	*stamp = 0;
	return ox_profile_name_is_good(ox_slice_of(name)) ? ox_private_stamp(directory, name, stamp, NULL)
	                                                  : OX_E_FAILED;
}
