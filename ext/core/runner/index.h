/* SPDX-License-Identifier: MIT */
/* Which of the messages that are due goes next. Bounded: what does not fit stays on the disk, and its slot
 * knows that there is more. A slot is one relay profile; within a slot the class goes first, then the tags take
 * turns, then the domains of a tag. Pure. */
#ifndef OX_RUNNER_INDEX_H
#define OX_RUNNER_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"

enum {
	OX_INDEX_MAX = 20000,
	OX_INDEX_SLOTS = 2048, /* more than there may be profiles: those that are gone may have mail, too */
	OX_INDEX_CLASSES = 3,  /* urgent, normal, bulk: 0, 1, 2 */
	OX_INDEX_ID_SIZE = 26,
	/* The lower classes wait while the higher ones have something, but not for ever: behind so many in a row one
	 * of the next class gets its turn. */
	OX_INDEX_STREAK = 8,
};

typedef struct ox_index ox_index;

/* returns new, for at most size messages; NULL when memory is out. */
ox_index *ox_index_new(size_t size);
void ox_index_free(ox_index *index);

/* A message waits. OX_OK; OX_AGAIN: it is known already; OX_E_LIMIT: there is no room for it, or it took the
 * place of another one (a younger one, a lesser class, a fuller slot): whoever has none is remembered by
 * ox_index_has_more(); OX_E_NOMEM. */
OX_MUST_USE int ox_index_add(ox_index *index, unsigned slot, unsigned class, const char *id);

/* One that waits in the order of its age, not sorted by tag and domain yet, the oldest of the highest class
 * first; false if there is none. *id borrows, until the next call. */
bool ox_index_unsorted(const ox_index *index, unsigned slot, const char **id);
/* Its tag and domain, as any numbers. OX_E_NOMEM: it stays where it is. */
OX_MUST_USE int ox_index_sort(ox_index *index, const char *id, uint64_t tag, uint64_t domain);

/* Takes the next one of a slot in hand: known, but not waiting. false if none waits. */
bool ox_index_take(ox_index *index, unsigned slot, char id[OX_INDEX_ID_SIZE + 1]);
/* It waits again, in front of those that are younger. to: another slot, if it turned out to be another's. */
void ox_index_give_back(ox_index *index, const char *id, unsigned slot);
/* It is not due any more, or gone; waiting or in hand. */
void ox_index_forget(ox_index *index, const char *id);

bool ox_index_knows(const ox_index *index, const char *id);
size_t ox_index_waiting(const ox_index *index, unsigned slot);
size_t ox_index_count(const ox_index *index); /* waiting and in hand, of all slots */

/* Whether messages of this slot were turned away or dropped since ox_index_look(): the disk has more. */
bool ox_index_has_more(const ox_index *index, unsigned slot);
bool ox_index_has_any_more(const ox_index *index);
/* A look at all names begins: nobody was turned away so far. */
void ox_index_look(ox_index *index);

/* Drops the youngest of a slot that can do nothing now, so that its backlog does not fill the index. */
void ox_index_trim(ox_index *index, unsigned slot, size_t keep);

#endif
