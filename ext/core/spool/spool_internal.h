/* SPDX-License-Identifier: MIT */
/* Internal to spool/: the open directories, and how a place becomes a file. */
#ifndef OX_SPOOL_SPOOL_INTERNAL_H
#define OX_SPOOL_SPOOL_INTERNAL_H

#include "net/platform.h"
#include "spool/scan.h"
#include "spool/spool.h"

enum {
	OX_SPOOL_SHARDS = 16,
	OX_SPOOL_BUCKET_BITS = 9,           /* 512 s */
	OX_SPOOL_DAY_MS = 86400000,
	OX_SPOOL_TEMPORARY_MS = 600000,     /* an unfinished file that nobody has locked is removed after */
	OX_SPOOL_FAILED_MS = 604800000,
	OX_SPOOL_MARKER_MS = 86400000,      /* a marker is kept so long after its message ended */
	OX_SPOOL_MARKER_OPEN_MS = 864000000, /* and otherwise so long: longer than a message waits */
	OX_SPOOL_RESERVE = 4096,            /* for the tail */
	OX_SPOOL_FOLDER_ATTEMPTS = 8,       /* to put a file into a folder that others remove when it is empty */
	OX_SPOOL_NAME_SIZE = 32,            /* of a folder: bucket, day, two letters of a marker */
};

/* The directory of a state that has one for each of its folders, the last one kept open. */
typedef struct {
	ox_file open;
	uint64_t number;
} ox_spool_folder_cache;

struct ox_spool {
	char *path, *profiles;
	ox_file root, tmp, queue, deferred, held, failed, quarantined, markers, events;
	ox_file shards[OX_SPOOL_SHARDS];
	ox_spool_folder_cache bucket, day;
	ox_spool_limits limits;
	uint64_t counted, counted_bytes, counted_ms; /* for limits.messages and limits.bytes */
	ox_file log;                  /* the segment events are appended to */
	uint64_t log_segment, log_owner;
};

/* error.c: class STORAGE, the fact by the system's number; OX_E_NOMEM where memory is out. `doing` and
 * `name` become "doing name: the system's words". */
int ox_spool_error(ox_error *error, int system_error, const char *doing, const char *name);
int ox_spool_refuse(ox_error *error, ox_fact fact, const char *format, ...) OX_PRINTF(3, 4);
static inline bool ox_spool_is(int system_error, ox_file_fault fault)
{
	return ox_file_fault_of(system_error) == fault;
}

/* name.c */
enum { OX_SPOOL_RANDOM_SIZE = 9 };
void ox_spool_make_id(char id[OX_SPOOL_ID_SIZE + 1], uint64_t now_ms, ox_spool_class class,
	unsigned lane, const uint8_t random[OX_SPOOL_RANDOM_SIZE]);
unsigned ox_spool_id_shard(const char *id);
void ox_spool_id_set_shard(char *id, unsigned shard);
/* 128 bits of a digest as a name of the same form. */
void ox_spool_name_digest(char name[OX_SPOOL_ID_SIZE + 1], const uint8_t digest[16]);
uint64_t ox_spool_bucket_of(uint64_t due_ms);
uint64_t ox_spool_bucket_start_ms(uint64_t bucket);
bool ox_spool_bucket_is_past(uint64_t bucket, uint64_t now_ms); /* nothing new comes into it */
uint64_t ox_spool_day_of(uint64_t now_ms);
void ox_spool_bucket_name(char name[OX_SPOOL_NAME_SIZE], uint64_t bucket);
void ox_spool_day_name(char name[OX_SPOOL_NAME_SIZE], uint64_t day);
bool ox_spool_bucket_parse(const char *name, uint64_t *bucket);
bool ox_spool_day_parse(const char *name, uint64_t *day);

/* folder.c: 0 or the system's number. The directory of a place, which stays the spool's; made (and synced into its
 * parent) where it is missing and `make` says so. */
OX_MUST_USE int ox_spool_folder(ox_spool *spool, const ox_place *place, bool make, ox_file *directory);
/* A directory in one of the spool's, to be closed by the caller; made and synced with `make`. */
OX_MUST_USE int ox_spool_open_folder(ox_file in, const char *name, bool make, ox_file *directory);
OX_MUST_USE int ox_spool_shard(ox_spool *spool, unsigned shard, ox_file *directory);
/* A directory that is kept open may have been removed, and made again by others. */
void ox_spool_forget_folder(ox_spool *spool, const ox_place *place);
/* The file at `from` becomes the one at `to` in one step; OX_FILE_EXISTS where there is one. A folder that is removed
 * at this moment is made anew. */
OX_MUST_USE int ox_spool_move(ox_spool *spool, const ox_place *from, const ox_place *to);
OX_MUST_USE int ox_spool_open_file(ox_spool *spool, const ox_place *place, bool writable,
	ox_file *file, ox_file_facts *facts);
OX_MUST_USE int ox_spool_unlink(ox_spool *spool, const ox_place *place);
/* Makes the name at a place durable. */
OX_MUST_USE int ox_spool_sync_name(ox_spool *spool, const ox_place *place);
void ox_spool_folders_close(ox_spool *spool);
ox_place ox_place_of(const char *id, ox_spool_state state, uint64_t folder);
/* "q/7/ID": for errors. */
enum { OX_PLACE_TEXT_SIZE = 64 };
void ox_place_text(const ox_place *place, char text[OX_PLACE_TEXT_SIZE]);

/* ballast.c: makes room; false where that was done before. */
bool ox_spool_drop_ballast(ox_spool *spool);

/* scan.c: the names of q/, d/ and h/, and the octets of their files: an estimate where there are more than 10,000. bytes
 * may be NULL: that costs more. */
OX_MUST_USE int ox_spool_count(ox_spool *spool, uint64_t *count, uint64_t *bytes, ox_error *error);

#endif
