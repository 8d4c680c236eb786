/* SPDX-License-Identifier: MIT */
/* Room that is kept for the moment when there is none: a message that is put off needs a name elsewhere, which may need
 * a block or an inode. */
#include "spool/spool_internal.h"

enum { BALLAST = 1048576, ROOM = 4 * BALLAST };
static const char name[] = "ballast";

static bool fill(ox_spool *spool)
{
	ox_file file;
	ox_file_facts facts;
	int failed = ox_file_open_or_create(spool->root, name, &file, &facts);
	if (failed) {
		return false;
	}
	/* Octets that a filesystem which compresses cannot make fewer. */
	uint8_t *octets = ox_alloc(BALLAST);
	bool full = octets && ox_file_is_sound(&facts) && ox_random(octets, BALLAST) == OX_OK &&
		ox_file_write_at(file, 0, octets, BALLAST) == 0;
	ox_free(octets);
	ox_file_close(file);
	return full;
}

void ox_spool_keep_ballast(ox_spool *spool)
{
	ox_file_facts facts;
	ox_file_space space;
	if (ox_file_facts_at(spool->root, name, &facts) == 0 && facts.size == BALLAST) {
		return;
	}
	if (ox_directory_space(spool->root, &space) == 0 && space.free_bytes >= ROOM && !fill(spool)) {
		(void)!ox_file_remove(spool->root, name);
	}
}

bool ox_spool_drop_ballast(ox_spool *spool)
{
	return ox_file_remove(spool->root, name) == 0;
}
