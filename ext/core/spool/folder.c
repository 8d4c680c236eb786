/* SPDX-License-Identifier: MIT */
/* From places to directories. */
#include <stdio.h>
#include <string.h>

#include "spool/spool_internal.h"

ox_place ox_place_of(const char *id, ox_spool_state state, uint64_t folder)
{
	ox_place place = {.state = state, .folder = folder};
	memcpy(place.id, id, OX_SPOOL_ID_SIZE);
	return place;
}

void ox_place_text(const ox_place *place, char text[OX_PLACE_TEXT_SIZE])
{
	static const char letters[OX_SPOOL_STATE_COUNT] = {'q', 'd', 'h', 'f', 'x'};
	char letter = letters[place->state], folder[OX_SPOOL_NAME_SIZE] = "";
	if (place->state == OX_SPOOL_DUE) {
		(void)snprintf(folder, sizeof folder, "%x", ox_spool_id_shard(place->id));
	} else if (place->state == OX_SPOOL_DEFERRED) {
		ox_spool_bucket_name(folder, place->folder);
	} else if (place->state == OX_SPOOL_FAILED) {
		ox_spool_day_name(folder, place->folder);
	}
	(void)snprintf(text, OX_PLACE_TEXT_SIZE, "%c/%s%s%s", letter, folder, *folder ? "/" : "", place->id);
}

int ox_spool_shard(ox_spool *spool, unsigned shard, ox_file *directory)
{
	char name[OX_SPOOL_NAME_SIZE];
	int failed = 0;
	if (spool->shards[shard] == OX_FILE_NONE) {
		(void)snprintf(name, sizeof name, "%x", shard);
		failed = ox_directory_open_at(spool->queue, name, &spool->shards[shard]);
	}
	*directory = spool->shards[shard];
	return failed;
}

static void forget(ox_spool_folder_cache *cache)
{
	ox_file_close(cache->open);
	cache->open = OX_FILE_NONE;
}

int ox_spool_open_folder(ox_file in, const char *name, bool make, ox_file *directory)
{
	int failed = ox_directory_open_at(in, name, directory);
	if (!make || !ox_spool_is(failed, OX_FILE_MISSING)) {
		return failed;
	}
	failed = ox_directory_make(in, name);
	if (failed && !ox_spool_is(failed, OX_FILE_EXISTS)) {
		return failed;
	}
	failed = ox_directory_open_at(in, name, directory);
	/* Before anything is put into it, so that it cannot come back from a power cut without its name. */
	return failed ? failed : ox_directory_sync(in);
}

static int cached_folder(ox_spool_folder_cache *cache, ox_file in, const char *name, uint64_t number,
	bool make, ox_file *directory)
{
	if (cache->open == OX_FILE_NONE || cache->number != number) {
		forget(cache);
		int failed = ox_spool_open_folder(in, name, make, &cache->open);
		if (failed) {
			forget(cache);
			*directory = OX_FILE_NONE;
			return failed;
		}
		cache->number = number;
	}
	*directory = cache->open;
	return 0;
}

int ox_spool_folder(ox_spool *spool, const ox_place *place, bool make, ox_file *directory)
{
	char name[OX_SPOOL_NAME_SIZE];
	switch (place->state) {
	case OX_SPOOL_DUE: return ox_spool_shard(spool, ox_spool_id_shard(place->id), directory);
	case OX_SPOOL_DEFERRED:
		ox_spool_bucket_name(name, place->folder);
		return cached_folder(&spool->bucket, spool->deferred, name, place->folder, make, directory);
	case OX_SPOOL_FAILED:
		ox_spool_day_name(name, place->folder);
		return cached_folder(&spool->day, spool->failed, name, place->folder, make, directory);
	case OX_SPOOL_HELD: *directory = spool->held; return 0;
	default: *directory = spool->quarantined; return 0;
	}
}

static ox_spool_folder_cache *cache_of(ox_spool *spool, ox_spool_state state)
{
	return state == OX_SPOOL_DEFERRED ? &spool->bucket :
		state == OX_SPOOL_FAILED ? &spool->day : NULL;
}

void ox_spool_forget_folder(ox_spool *spool, const ox_place *place)
{
	ox_spool_folder_cache *cache = cache_of(spool, place->state);
	if (cache) {
		forget(cache);
	}
}

static int move_once(ox_spool *spool, const ox_place *from, const ox_place *to)
{
	ox_file source, target;
	/* Of two buckets only one can be the one that is kept open. */
	bool two_of_a_kind = from->state == to->state && cache_of(spool, from->state);
	int failed = ox_spool_folder(spool, from, false, &source);
	if (!failed && two_of_a_kind) {
		failed = ox_directory_open_at(source, ".", &source);
	}
	if (failed) {
		return failed;
	}
	failed = ox_spool_folder(spool, to, true, &target);
	failed = failed ? failed : ox_file_rename(source, from->id, target, to->id, false);
	if (two_of_a_kind) {
		ox_file_close(source);
	}
	return failed;
}

int ox_spool_move(ox_spool *spool, const ox_place *from, const ox_place *to)
{
	if (from->state == to->state && from->folder == to->folder && !strcmp(from->id, to->id)) {
		return 0;
	}
	int failed = move_once(spool, from, to);
	for (int attempt = 1; ox_spool_is(failed, OX_FILE_MISSING) && attempt < OX_SPOOL_FOLDER_ATTEMPTS;
		attempt++) {
		/* Either the message is gone, or a folder that was kept open, and others made it anew. */
		ox_spool_forget_folder(spool, from);
		ox_spool_forget_folder(spool, to);
		failed = move_once(spool, from, to);
	}
	/* What has been queued goes on its way, too, where nothing new is taken in. */
	return ox_spool_is(failed, OX_FILE_FULL) && ox_spool_drop_ballast(spool) ? move_once(spool, from, to) : failed;
}

int ox_spool_open_file(ox_spool *spool, const ox_place *place, bool writable, ox_file *file,
	ox_file_facts *facts)
{
	ox_file directory;
	*file = OX_FILE_NONE;
	int failed = ox_spool_folder(spool, place, false, &directory);
	if (!failed) {
		failed = ox_file_open(directory, place->id, writable, file, facts);
	}
	if (ox_spool_is(failed, OX_FILE_MISSING) && cache_of(spool, place->state)) {
		ox_spool_forget_folder(spool, place);
		failed = ox_spool_folder(spool, place, false, &directory);
		failed = failed ? failed : ox_file_open(directory, place->id, writable, file, facts);
	}
	return failed;
}

int ox_spool_unlink(ox_spool *spool, const ox_place *place)
{
	ox_file directory;
	int failed = ox_spool_folder(spool, place, false, &directory);
	return failed ? failed : ox_file_remove(directory, place->id);
}

int ox_spool_sync_name(ox_spool *spool, const ox_place *place)
{
	ox_file directory;
	int failed = ox_spool_folder(spool, place, false, &directory);
	if (!failed) {
		failed = ox_directory_sync(directory);
	}
	/* Somebody else may have made the bucket a moment ago, and not have synced it yet. */
	if (!failed && place->state == OX_SPOOL_DEFERRED) {
		failed = ox_directory_sync(spool->deferred);
	}
	return failed;
}

void ox_spool_folders_close(ox_spool *spool)
{
	for (size_t i = 0; i < OX_SPOOL_SHARDS; i++) {
		ox_file_close(spool->shards[i]);
	}
	forget(&spool->bucket);
	forget(&spool->day);
}
