/* SPDX-License-Identifier: MIT */
/* Internal to spool/: passes over names, ours and foreign ones. */
#ifndef OX_SPOOL_SCAN_INTERNAL_H
#define OX_SPOOL_SCAN_INTERNAL_H

#include "spool/scan.h"
#include "spool/spool_internal.h"

/* Numbers of buckets or days, ascending. */
typedef struct {
	uint64_t *numbers;
	size_t count, capacity;
} ox_folders;

OX_MUST_USE int ox_folders_read(ox_spool *spool, ox_spool_state state, ox_folders *folders,
	ox_error *error);
void ox_folders_clear(ox_folders *folders);

struct ox_scan {
	ox_spool *spool;
	ox_spool_state state;
	ox_folders folders;
	size_t next, last;   /* which directory comes next */
	ox_listing *listing; /* of the one before it, or NULL */
	ox_file directory;   /* of the same; the spool's, until its next use of another of the kind */
	uint64_t folder;
};

/* As ox_scan_next(), with names of any form. *name borrows, until the next call. */
OX_MUST_USE int ox_scan_next_name(ox_scan *scan, const char **name, ox_error *error);

#endif
