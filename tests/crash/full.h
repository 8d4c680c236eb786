/* SPDX-License-Identifier: MIT */
/* The disks that full_crash fills. */
#ifndef OX_CRASH_FULL_H
#define OX_CRASH_FULL_H

#include "crash.h"

enum { FULL_PATH_SIZE = 256 };

typedef struct {
	const char *name, *type;
	const char *options;    /* of a tmpfs */
	unsigned mebibytes;     /* of an image, for the others */
	bool inodes;            /* they run out first */
	bool roomy;             /* its last octets cannot be taken: it writes nothing in place */
} disk;

/* A filesystem of its kind in a file, on a loop device; all of it taken but a mebibyte. False: this machine has not
 * what it takes. */
bool full_disk_mount(const disk *of, char point[FULL_PATH_SIZE]);
void full_disk_unmount(const disk *of);

/* Looks at what the filesystem has handed to its disk up to this moment, as after a sudden halt: the image is copied while it is
 * mounted, the copy mounted (which replays its journal), and what was acknowledged has to be there, once and whole.
 * That a disk keeps what it took is presumed: power.h has the model that does not. */
void full_disk_check(const disk *of, const ledger *book, uint64_t now_ms);

#endif
