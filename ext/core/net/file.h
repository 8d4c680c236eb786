/* SPDX-License-Identifier: MIT */
/* Files and directories of a spool, always named from an open directory, so that nobody can put another
 * tree under a path between two calls. Nothing follows a symbolic link, nothing is inherited by a child
 * process, nothing waits for a FIFO's other end. file_posix.c, or file_windows.c, where all but the closing
 * calls answer "not supported": Windows has no mode that keeps a file from others in these terms.
 *
 * Every function that can fail returns 0 or the system's error number; ox_file_fault_of() says what it
 * means. EINTR is never one. Names hold no '/'. */
#ifndef OX_NET_FILE_H
#define OX_NET_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"

typedef int ox_file; /* an open file or directory */
enum { OX_FILE_NONE = -1 };

typedef enum {
	OX_FILE_FINE,
	OX_FILE_MISSING,
	OX_FILE_EXISTS,
	OX_FILE_FULL,        /* no room, no inode, or over a quota */
	OX_FILE_BUSY,        /* somebody else holds the lock */
	OX_FILE_NOBODY,      /* a FIFO without a reader */
	OX_FILE_NOT_EMPTY,
	OX_FILE_LINK,        /* a symbolic link, or not the kind of file that was asked for */
	OX_FILE_FORBIDDEN,   /* the system does not let us */
	OX_FILE_READ_ONLY,   /* the filesystem */
	OX_FILE_RESOURCES,   /* descriptors or memory are out */
	OX_FILE_UNSUPPORTED, /* this system or filesystem cannot */
	OX_FILE_BROKEN,      /* the medium fails (EIO), or anything else */
} ox_file_fault;
ox_file_fault ox_file_fault_of(int system_error);

typedef enum { OX_FILE_REGULAR, OX_FILE_DIRECTORY, OX_FILE_FIFO, OX_FILE_OTHER } ox_file_kind;

typedef struct {
	ox_file_kind kind;
	bool ours;    /* owned by who we act as */
	bool alone;   /* group and others may nothing */
	uint64_t links;
	uint64_t size;
	uint64_t modified_ms;
	uint64_t device, inode; /* two descriptions of one file have both alike */
} ox_file_facts;

/* The number of who we act as (geteuid). */
uint32_t ox_file_user(void);

/* -- directories -- */

enum {
	OX_DIRECTORY_MAKE = 1,       /* make what is missing of the path, 0700, and sync it */
	OX_DIRECTORY_ANY_PARENT = 2, /* do not judge the directories above: the caller vouches for them */
};

/* Why ox_directory_open() refused, when the system did not. */
typedef enum {
	OX_DIRECTORY_SOUND,
	OX_DIRECTORY_RELATIVE,       /* the path is not absolute, or has "." or ".." in it */
	OX_DIRECTORY_LINKED,         /* a component is a symbolic link or no directory */
	OX_DIRECTORY_PARENT_OWNER,   /* a component belongs to somebody else who is not root */
	OX_DIRECTORY_PARENT_OPEN,    /* others may write to a component */
	OX_DIRECTORY_OWNER,          /* the directory itself is not ours */
	OX_DIRECTORY_MODE,           /* the directory itself is not 0700 */
} ox_directory_fault;

/* Walks down from the root without following a link. Every component above has to belong to root or to us
 * and be writable by nobody else (the group root apart): so never below /tmp. The last one has to be ours
 * and 0700. *fault is the reason where it is not the system's (then the result is not 0 either), and
 * *component borrows: where in `path` the component ends that is to blame. */
OX_MUST_USE int ox_directory_open(const char *path, unsigned how, ox_file *directory,
	ox_directory_fault *fault, const char **component);

/* A directory below, which has to be ours. */
OX_MUST_USE int ox_directory_open_at(ox_file in, const char *name, ox_file *directory);
OX_MUST_USE int ox_directory_make(ox_file in, const char *name); /* 0700 */
OX_MUST_USE int ox_directory_remove(ox_file in, const char *name); /* only an empty one */
OX_MUST_USE int ox_directory_sync(ox_file directory);

/* One pass over the names, "." and ".." left out, in no order. What is added or removed meanwhile may be
 * seen or not. *listing returns new. */
typedef struct ox_listing ox_listing;
OX_MUST_USE int ox_listing_open(ox_file directory, ox_listing **listing);
/* borrows, until the next call; *name is NULL at the end. */
OX_MUST_USE int ox_listing_next(ox_listing *listing, const char **name);
void ox_listing_free(ox_listing *listing);

typedef enum { OX_FILESYSTEM_LOCAL, OX_FILESYSTEM_MEMORY, OX_FILESYSTEM_OVERLAY,
	OX_FILESYSTEM_NETWORK } ox_filesystem;
OX_MUST_USE int ox_directory_filesystem(ox_file directory, ox_filesystem *filesystem);

typedef struct {
	uint64_t free_bytes;  /* for us, not for root */
	uint64_t free_inodes; /* UINT64_MAX where the filesystem counts none */
} ox_file_space;
OX_MUST_USE int ox_directory_space(ox_file directory, ox_file_space *space);

/* -- files -- */

/* A new one, 0600, for reading and writing; OX_FILE_EXISTS. */
OX_MUST_USE int ox_file_create(ox_file in, const char *name, ox_file *file);

/* One that is there, opened first and looked at afterwards: facts are those of what was opened. Succeeds
 * for whatever opens; the caller judges. OX_FILE_LINK for a symbolic link. */
OX_MUST_USE int ox_file_open(ox_file in, const char *name, bool writable, ox_file *file,
	ox_file_facts *facts);
/* A regular file of ours with one name, and nobody else's to touch. */
bool ox_file_is_sound(const ox_file_facts *facts);

/* One that is there or is made (0600). */
OX_MUST_USE int ox_file_open_or_create(ox_file in, const char *name, ox_file *file,
	ox_file_facts *facts);
/* One that is there or is made (0600), for appending: writes go to its end, one write whole. */
OX_MUST_USE int ox_file_open_log(ox_file in, const char *name, ox_file *file, ox_file_facts *facts);

OX_MUST_USE int ox_file_facts_at(ox_file in, const char *name, ox_file_facts *facts); /* of the link itself */
OX_MUST_USE int ox_file_facts_of(ox_file file, ox_file_facts *facts);

/* *got < size at the end of the file only. */
OX_MUST_USE int ox_file_read_at(ox_file file, uint64_t offset, void *bytes, size_t size, size_t *got);
/* All of it, or an error. */
OX_MUST_USE int ox_file_write_at(ox_file file, uint64_t offset, const void *bytes, size_t size);
/* At the place of an ox_file_open_log(): *put octets are in the file, also on failure. */
OX_MUST_USE int ox_file_append(ox_file file, const void *bytes, size_t size, size_t *put);
OX_MUST_USE int ox_file_cut(ox_file file, uint64_t size);
/* Room behind the end that later writes find, the size unchanged. OX_FILE_FULL counts; a filesystem that
 * cannot is no error. */
OX_MUST_USE int ox_file_reserve(ox_file file, uint64_t offset, uint64_t size);
/* The modification time, which a spool uses for its own purposes. */
OX_MUST_USE int ox_file_set_modified(ox_file file, uint64_t modified_ms);
OX_MUST_USE int ox_file_sync(ox_file file);      /* with all its facts */
OX_MUST_USE int ox_file_sync_data(ox_file file); /* with what it takes to read it again */
void ox_file_start_sync(ox_file file);           /* begins to write out, waits for nothing */

/* Exclusive (or shared), without waiting; gone with the last descriptor of this opening: OX_FILE_BUSY. */
OX_MUST_USE int ox_file_lock(ox_file file, bool shared);
/* The same, waiting: only for what is held for moments. */
OX_MUST_USE int ox_file_wait_lock(ox_file file);
void ox_file_unlock(ox_file file);

/* One step. replace: over what has that name, else OX_FILE_EXISTS. */
OX_MUST_USE int ox_file_rename(ox_file from, const char *name, ox_file to, const char *as, bool replace);
OX_MUST_USE int ox_file_remove(ox_file in, const char *name);
void ox_file_close(ox_file file); /* OX_FILE_NONE is allowed */

/* -- a FIFO between processes of one user -- */

OX_MUST_USE int ox_fifo_make(ox_file in, const char *name); /* 0600; OX_FILE_EXISTS */
/* The end that is read: poll it, read it with ox_fifo_read(). While it is open, writers find a reader, and
 * it is never at an end. */
OX_MUST_USE int ox_fifo_open(ox_file in, const char *name, ox_file *fifo);
/* Never waits. *got is 0 when it is empty; *full: it was, before, so writers may have been turned away. */
OX_MUST_USE int ox_fifo_read(ox_file fifo, void *bytes, size_t size, size_t *got, bool *full);
/* Writes a few octets, all or none, without waiting and without SIGPIPE. OX_FILE_NOBODY: no reader.
 * OX_FILE_BUSY: it is full, so a reader has enough to wake up for. */
OX_MUST_USE int ox_fifo_poke(ox_file in, const char *name, const void *bytes, size_t size);

#endif
