/* SPDX-License-Identifier: MIT */
/* A spool: the queue of one user on local disk. README.md has the layout, the states and the guarantees.
 * Time is always an argument: milliseconds since 1970. */
#ifndef OX_SPOOL_SPOOL_H
#define OX_SPOOL_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "net/file.h"

enum {
	OX_SPOOL_ID_SIZE = 26,        /* Crockford base32, 130 bits of which 128 are used */
	OX_SPOOL_PROFILE_MAX = 64,    /* octets: letters, digits, '.', '_', '-'; first a letter or digit */
	OX_SPOOL_TAG_MAX = 64,
	OX_SPOOL_HELD_MAX = 200,      /* why a message is held, for people */
	OX_SPOOL_KEY_MAX = 1024,
	OX_SPOOL_ADDRESS_MAX = 320,
	OX_SPOOL_HEAD_MAX = 1048576,
	OX_SPOOL_RECIPIENTS_MAX = 10000, /* what a file may hold; limits.recipients is what may come in */
	OX_SPOOL_MESSAGE_MAX = 268435456,
	OX_SPOOL_LANES = 4096,
	OX_SPOOL_EXPIRY_MS = 345600000,  /* 4 days */
};

/* Where a message is. The directory is the state: there is no other record of it. */
typedef enum {
	OX_SPOOL_DUE,         /* q/: now */
	OX_SPOOL_DEFERRED,    /* d/: at a time */
	OX_SPOOL_HELD,        /* h/: when somebody releases it */
	OX_SPOOL_FAILED,      /* f/: given up; kept for a week */
	OX_SPOOL_QUARANTINED, /* x/: damaged */
	OX_SPOOL_STATE_COUNT
} ox_spool_state;

/* How urgent. It is part of the id, so that a look at the names is enough to send a password reset before
 * a hundred thousand newsletters. */
typedef enum { OX_SPOOL_URGENT, OX_SPOOL_NORMAL, OX_SPOOL_BULK, OX_SPOOL_CLASS_COUNT } ox_spool_class;

/* What a successful enqueue promises. */
typedef enum {
	OX_DURABILITY_FULL,  /* on the disk, name and all */
	OX_DURABILITY_GROUP, /* the same, one sync of the directory shared by all messages of the call */
	OX_DURABILITY_NONE,  /* survives the end of this process, not of the power */
} ox_durability;

/* What comes in. 0 is no limit of that kind (recipients and size then have the hard ones above). */
typedef struct {
	uint64_t message_size;  /* octets */
	uint32_t recipients;
	uint64_t messages;      /* in q/, d/ and h/; counted anew every few seconds, so a little more may slip in */
	uint64_t bytes;         /* of their files, the same; an estimate where there are more than 10,000 */
	uint64_t free_bytes;    /* what has to be free besides twice the message */
	uint64_t free_inodes;
} ox_spool_limits;

void ox_spool_limits_default(ox_spool_limits *limits); /* 40 MiB, 1000, 0, 0, 64 MiB, 1000 */

typedef struct {
	const char *path;       /* absolute; borrows */
	bool make;              /* make what is missing */
	bool any_parent;        /* do not judge the directories above it */
	bool any_filesystem;    /* even one of the network, where locks and syncs may be lies */
	ox_spool_limits limits;
} ox_spool_options;

void ox_spool_options_init(ox_spool_options *options, const char *path);

typedef struct ox_spool ox_spool;

/* *spool returns new. It is for one thread at a time; a forked child may go on with it. Refused, and
 * nothing made: a directory that is not ours or not 0700, a symbolic link on the way, a directory above
 * that others may write to (so everything below /tmp), a filesystem of the network, a spool of a newer
 * version. OX_E_FAILED: class STORAGE, fact SPOOL_MISSING (never with make), SPOOL_INSECURE, SPOOL_NETWORK,
 * SPOOL_VERSION, SPOOL_FULL, SPOOL_UNSUPPORTED or ERRNO; OX_E_NOMEM. */
OX_MUST_USE int ox_spool_open(const ox_spool_options *options, ox_spool **spool, ox_error *error);
void ox_spool_free(ox_spool *spool); /* NULL is allowed */

/* Whether its path leads to it still: it may have been deleted, moved away or replaced meanwhile. */
bool ox_spool_is_there(const ox_spool *spool);

const char *ox_spool_path(const ox_spool *spool); /* borrows, as long as the spool */
void ox_spool_set_limits(ox_spool *spool, const ox_spool_limits *limits); /* copies */
const char *ox_spool_profiles(const ox_spool *spool); /* the path of p/, for relay/profile.h; the same */

/* -- names -- */

/* 26 octets of the alphabet, upper case, as they are made here. */
bool ox_spool_id_is_valid(const char *id);
ox_spool_class ox_spool_id_class(const char *id);
uint64_t ox_spool_id_created_ms(const char *id);
unsigned ox_spool_id_lane(const char *id);
/* Twelve bits of the profile's name that are part of the id of each of its messages: another lane is
 * another profile; the same lane is most likely the same. */
unsigned ox_spool_lane(const char *profile);
bool ox_spool_profile_is_valid(const char *name);

const char *ox_spool_state_name(ox_spool_state state); /* "due" ... never NULL */
const char *ox_spool_class_name(ox_spool_class class); /* "urgent", "normal", "bulk" */
bool ox_spool_class_of(const char *name, ox_spool_class *class);

/* -- what it holds -- */

typedef struct {
	uint64_t count[OX_SPOOL_STATE_COUNT];
	uint64_t oldest_ms;   /* when the oldest of due, deferred and held came in; 0 = there is none */
	uint64_t next_ms;     /* when the next deferred one is due; 0 = there is none */
	uint64_t bytes;       /* of all files; an estimate where there are more than 10,000 */
	uint64_t foreign;     /* names that are none of ours */
	ox_file_space space;
	uint32_t *lanes;      /* the caller's array of OX_SPOOL_LANES, or NULL: how many of due, deferred and held
	                       * each lane has */
} ox_spool_status;

/* Reads names and sizes, opens no message. lanes is set before; all else is filled in. */
OX_MUST_USE int ox_spool_status_read(ox_spool *spool, ox_spool_status *status, ox_error *error);

/* -- upkeep, by the runner at its start and every hour -- */

typedef struct {
	uint64_t temporary;   /* unfinished files of dead processes removed */
	uint64_t unacknowledged; /* torn files that nobody was promised, removed after a day */
	uint64_t failed;      /* failed messages removed after a week */
	uint64_t markers;     /* idempotency markers forgotten after a day */
	uint64_t buckets;     /* empty directories of d/ and f/ removed */
	uint64_t segments;    /* of the events journal */
} ox_spool_swept;

/* Looks at names and times only; one message that cannot be removed does not keep the others. Appends
 * the event dropped_unacked. */
OX_MUST_USE int ox_spool_sweep(ox_spool *spool, uint64_t now_ms, ox_spool_swept *swept,
	ox_error *error);

/* A file of 1 MiB, made where it is missing and 4 MiB are free: whoever has to move a message, and has no room
 * for its name, removes it. By the runner now and then; without it all the same goes on, while there is room. */
void ox_spool_keep_ballast(ox_spool *spool);

#endif
