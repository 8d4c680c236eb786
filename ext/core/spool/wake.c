/* SPDX-License-Identifier: MIT */
/* The FIFO. A hint has a fixed size, so that none is read in halves, and one that divides a page, so that a full
 * FIFO is full to its last octet. */
#include "spool/wake.h"

#include <stdio.h>
#include <string.h>

#include "spool/spool_internal.h"

enum { HINT_SIZE = 32 };

static const char kinds[] = {'q', 'd', '*'};
static const char fifo_name[] = "wake";

int ox_wake_poke(ox_spool *spool, ox_hint_kind kind, const char *id, ox_error *error)
{
	char hint[HINT_SIZE + 1];
	bool named = id && ox_spool_id_is_valid(id) && kind != OX_HINT_LOOK;
	(void)snprintf(hint, sizeof hint, "%c%-*s\n", named ? kinds[kind] : kinds[OX_HINT_LOOK],
		HINT_SIZE - 2, named ? id : "");
	int failed = ox_fifo_poke(spool->root, fifo_name, hint, HINT_SIZE);
	switch (ox_file_fault_of(failed)) {
	case OX_FILE_FINE:
	case OX_FILE_BUSY: return OX_OK;
	case OX_FILE_MISSING:
	case OX_FILE_NOBODY: return OX_AGAIN;
	default: return ox_spool_error(error, failed, "waking the runner of", spool->path);
	}
}

int ox_wake_open(ox_spool *spool, ox_file *fifo, ox_error *error)
{
	int failed = ox_fifo_make(spool->root, fifo_name);
	if (!failed || ox_spool_is(failed, OX_FILE_EXISTS)) {
		failed = ox_fifo_open(spool->root, fifo_name, fifo);
	}
	if (ox_spool_is(failed, OX_FILE_LINK)) {
		return ox_spool_refuse(error, OX_FACT_SPOOL_INSECURE, "wake in %s is no FIFO of this user",
			spool->path);
	}
	return failed ? ox_spool_error(error, failed, "opening the FIFO of", spool->path) : OX_OK;
}

static bool parse_hint(const char *octets, ox_hint *hint)
{
	const char *kind = memchr(kinds, octets[0], sizeof kinds);
	memset(hint, 0, sizeof *hint);
	if (!kind) {
		return false;
	}
	hint->kind = (ox_hint_kind)(kind - kinds);
	if (hint->kind != OX_HINT_LOOK) {
		memcpy(hint->id, octets + 1, OX_SPOOL_ID_SIZE);
	}
	return hint->kind == OX_HINT_LOOK || ox_spool_id_is_valid(hint->id);
}

int ox_wake_read(ox_file fifo, ox_hint *hints, size_t room, size_t *count, bool *overflow,
	ox_error *error)
{
	enum { PIECE = 64 };
	char octets[PIECE * HINT_SIZE];
	*count = 0;
	*overflow = false;
	while (*count < room) {
		size_t got, wanted = room - *count < PIECE ? room - *count : PIECE;
		bool full;
		int failed = ox_fifo_read(fifo, octets, wanted * HINT_SIZE, &got, &full);
		if (failed) {
			return ox_spool_error(error, failed, "reading", "the FIFO");
		}
		/* Octets that are no hints: somebody else's. Then anything may have been missed. */
		*overflow = *overflow || full || got % HINT_SIZE != 0;
		for (size_t i = 0; i + HINT_SIZE <= got; i += HINT_SIZE) {
			bool whole = parse_hint(octets + i, &hints[*count]);
			*overflow = *overflow || !whole;
			*count += whole;
		}
		if (got < wanted * HINT_SIZE) {
			return OX_OK;
		}
	}
	return OX_OK;
}
