/* SPDX-License-Identifier: MIT */
#include "spool/marker.h"

#include <stdio.h>
#include <string.h>

#include "base/digest.h"

static const char *const words[] = {"", "pending", "queued ", "ended  "};
enum { WORD_SIZE = 7, LINE_SIZE = WORD_SIZE + 1 + OX_SPOOL_ID_SIZE + 1, FOLDER_SIZE = 2 };

int ox_marker_name(ox_slice key, char name[OX_SPOOL_ID_SIZE + 1])
{
	char user[16];
	uint8_t digest[OX_DIGEST_MAX];
	ox_buffer text;
	ox_buffer_init(&text, sizeof user + OX_SPOOL_KEY_MAX);
	(void)snprintf(user, sizeof user, "%u|", ox_file_user());
	int status = ox_buffer_append_string(&text, user);
	status = status ? status : ox_buffer_append(&text, key.at, key.size);
	status = status ? status : ox_digest_hash(OX_DIGEST_SHA256, text.bytes, text.size, digest);
	ox_buffer_clear(&text);
	if (status == OX_OK) {
		ox_spool_name_digest(name, digest);
	}
	return status;
}

static ox_marker_word read_line(const char *line, char id[OX_SPOOL_ID_SIZE + 1])
{
	char named[OX_SPOOL_ID_SIZE + 1] = "";
	memcpy(named, line + WORD_SIZE + 1, OX_SPOOL_ID_SIZE);
	for (int word = OX_MARKER_PENDING; word <= OX_MARKER_ENDED; word++) {
		if (!memcmp(line, words[word], WORD_SIZE) && line[LINE_SIZE - 1] == '\n' &&
		    ox_spool_id_is_valid(named)) {
			memcpy(id, named, sizeof named);
			return (ox_marker_word)word;
		}
	}
	return OX_MARKER_NONE;
}

static ox_marker_word read_word(ox_slice octets, char id[OX_SPOOL_ID_SIZE + 1])
{
	ox_marker_word word = OX_MARKER_NONE;
	for (size_t at = 0; at + LINE_SIZE <= octets.size; at += LINE_SIZE) {
		ox_marker_word later = read_line(octets.at + at, id);
		word = later == OX_MARKER_NONE ? word : later;
	}
	return word;
}

bool ox_marker_is_over(ox_slice octets, uint64_t modified_ms, uint64_t now_ms)
{
	char id[OX_SPOOL_ID_SIZE + 1];
	uint64_t kept_ms = read_word(octets, id) == OX_MARKER_ENDED ? OX_SPOOL_MARKER_MS :
		OX_SPOOL_MARKER_OPEN_MS;
	return modified_ms + kept_ms < now_ms;
}

static void folder_of(const char *name, char folder[FOLDER_SIZE + 1])
{
	/* The last ones: the first has two bits that are always 0. */
	memcpy(folder, name + OX_SPOOL_ID_SIZE - FOLDER_SIZE, FOLDER_SIZE);
	folder[FOLDER_SIZE] = 0;
}

static int open_folder(ox_spool *spool, const char *name, bool make, ox_file *directory)
{
	char folder[FOLDER_SIZE + 1];
	folder_of(name, folder);
	return ox_spool_open_folder(spool->markers, folder, make, directory);
}

/* Locked, and still the file of that name: it may have been removed while its lock was waited for. */
static int lock_named(ox_file directory, ox_marker *marker, bool make, ox_file_facts *facts)
{
	for (int attempt = 0; attempt < 100; attempt++) {
		ox_file_facts named;
		int failed = make ? ox_file_open_or_create(directory, marker->name, &marker->file, facts) :
			ox_file_open(directory, marker->name, true, &marker->file, facts);
		failed = failed ? failed : ox_file_wait_lock(marker->file);
		if (failed) {
			return failed;
		}
		failed = ox_file_facts_at(directory, marker->name, &named);
		if (!failed && named.inode == facts->inode && named.device == facts->device) {
			return ox_file_facts_of(marker->file, facts);
		}
		ox_marker_close(marker);
	}
	return ox_file_lock(OX_FILE_NONE, false); /* the system's word for a file that is none */
}

static int open_marker(ox_spool *spool, const char *name, bool make, ox_marker *marker,
	uint64_t *modified_ms)
{
	char octets[OX_MARKER_MAX];
	size_t got = 0;
	ox_file directory;
	ox_file_facts facts;
	memset(marker, 0, sizeof *marker);
	memcpy(marker->name, name, OX_SPOOL_ID_SIZE);
	marker->file = OX_FILE_NONE;
	int failed = open_folder(spool, name, make, &directory);
	if (failed) {
		return failed;
	}
	failed = lock_named(directory, marker, make, &facts);
	ox_file_close(directory);
	failed = failed ? failed : ox_file_read_at(marker->file, 0, octets, sizeof octets, &got);
	if (failed) {
		ox_marker_close(marker);
		return failed;
	}
	marker->word = read_word((ox_slice){octets, got}, marker->id);
	/* What a crash cut off is filled up by the next line: its start is no word. */
	marker->end = got - got % LINE_SIZE + (got % LINE_SIZE ? LINE_SIZE : 0);
	*modified_ms = facts.modified_ms;
	return 0;
}

int ox_marker_open(ox_spool *spool, const char *name, uint64_t now_ms, ox_marker *marker,
	ox_error *error)
{
	uint64_t modified_ms;
	int failed = open_marker(spool, name, true, marker, &modified_ms);
	if (failed) {
		return ox_spool_error(error, failed, "opening the marker of a key", name);
	}
	if (marker->word == OX_MARKER_ENDED && modified_ms + OX_SPOOL_MARKER_MS < now_ms) {
		marker->word = OX_MARKER_NONE;
	}
	return OX_OK;
}

static int sync_marker(ox_spool *spool, const ox_marker *marker)
{
	ox_file directory;
	int failed = ox_file_sync_data(marker->file);
	failed = failed ? failed : open_folder(spool, marker->name, false, &directory);
	if (!failed) {
		failed = ox_directory_sync(directory);
		ox_file_close(directory);
	}
	return failed;
}

int ox_marker_write(ox_spool *spool, ox_marker *marker, ox_marker_word word, const char *id,
	bool sync, ox_error *error)
{
	char text[LINE_SIZE + 1];
	(void)snprintf(text, sizeof text, "%s %s\n", words[word], id);
	int failed = 0;
	if (marker->word == OX_MARKER_NONE && marker->end > OX_MARKER_MAX - 3 * LINE_SIZE) {
		failed = ox_file_cut(marker->file, 0);
		marker->end = 0;
	}
	failed = failed ? failed : ox_file_write_at(marker->file, marker->end, text, LINE_SIZE);
	marker->end += failed ? 0 : LINE_SIZE;
	failed = failed || !sync ? failed : sync_marker(spool, marker);
	if (failed) {
		return ox_spool_error(error, failed, "writing the marker of a key", marker->name);
	}
	marker->word = word;
	memcpy(marker->id, id, sizeof marker->id);
	return OX_OK;
}

void ox_marker_close(ox_marker *marker)
{
	ox_file_close(marker->file);
	marker->file = OX_FILE_NONE;
}

void ox_marker_discard(ox_spool *spool, ox_marker *marker)
{
	ox_file directory;
	if (open_folder(spool, marker->name, false, &directory) == 0) {
		(void)!ox_file_remove(directory, marker->name);
		ox_file_close(directory);
	}
	ox_marker_close(marker);
}

int ox_marker_end(ox_spool *spool, const char *name, const char *id, ox_error *error)
{
	ox_marker marker;
	uint64_t modified_ms;
	int failed = open_marker(spool, name, false, &marker, &modified_ms);
	if (failed) {
		return ox_spool_is(failed, OX_FILE_MISSING) ? OX_OK :
			ox_spool_error(error, failed, "opening the marker of a key", name);
	}
	int status = marker.word == OX_MARKER_NONE || strcmp(marker.id, id) != 0 ? OX_OK :
		ox_marker_write(spool, &marker, OX_MARKER_ENDED, id, true, error);
	ox_marker_close(&marker);
	return status;
}
