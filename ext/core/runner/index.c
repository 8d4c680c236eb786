/* SPDX-License-Identifier: MIT */
#include "runner/index.h"

#include <string.h>

#include "base/error.h"
#include "runner/index_tree.h"

enum { VICTIM_TURNS = 256 };

typedef enum { ITEM_FREE, ITEM_UNSORTED, ITEM_SORTED, ITEM_IN_HAND } item_state;

typedef struct {
	char id[OX_INDEX_ID_SIZE + 1];
	uint8_t state, class;
	uint16_t slot;
	uint32_t chained; /* in its bucket, or in the list of the free ones */
	uint32_t heap_at;
} item;

/* One class of one slot: a heap of those that were not sorted, the oldest on top, and the turns of those
 * that were. */
typedef struct {
	uint32_t *heap;
	size_t heap_size, heap_room;
	tree_node root;
} queue;

typedef struct {
	queue queues[OX_INDEX_CLASSES];
	unsigned streak[OX_INDEX_CLASSES];
	size_t waiting;
	bool more;
} slot_state;

struct ox_index {
	size_t size, count;
	item *items;          /* not touched before they are needed: an idle runner has none in memory */
	uint32_t free, fresh; /* the first of those that were used before; the first that never was */
	uint32_t *buckets;
	size_t bucket_count;
	slot_state *slots[OX_INDEX_SLOTS]; /* made when they are first named */
	turn_tree tree;
	unsigned victim, victim_age; /* the fullest slot, looked up now and then */
};

ox_index *ox_index_new(size_t size)
{
	ox_index *index = ox_alloc(sizeof *index);
	if (!index) {
		return NULL;
	}
	index->size = size;
	index->bucket_count = size * 2 + 1;
	index->items = ox_array_alloc(size + 1, sizeof *index->items);
	index->buckets = ox_array_alloc(index->bucket_count, sizeof *index->buckets);
	index->tree.links = ox_array_alloc(size + 1, sizeof *index->tree.links);
	if (!index->items || !index->buckets || !index->tree.links) {
		ox_index_free(index);
		return NULL;
	}
	index->fresh = 1;
	return index;
}

void ox_index_free(ox_index *index)
{
	if (!index) {
		return;
	}
	for (unsigned s = 0; s < OX_INDEX_SLOTS; s++) {
		ox_index_trim(index, s, 0);
		for (unsigned c = 0; index->slots[s] && c < OX_INDEX_CLASSES; c++) {
			ox_free(index->slots[s]->queues[c].heap);
		}
		ox_free(index->slots[s]);
	}
	ox_free(index->items);
	ox_free(index->buckets);
	ox_free(index->tree.links);
	ox_free(index);
}

static uint32_t *bucket_of(const ox_index *index, const char *id)
{
	uint64_t hash = 1469598103934665603u; /* FNV-1a */
	for (int i = 0; i < OX_INDEX_ID_SIZE && id[i]; i++) {
		hash = (hash ^ (unsigned char)id[i]) * 1099511628211u;
	}
	return &index->buckets[hash % index->bucket_count];
}

static uint32_t find(const ox_index *index, const char *id)
{
	uint32_t at = *bucket_of(index, id);
	while (at != NO_ITEM && strcmp(index->items[at].id, id) != 0) {
		at = index->items[at].chained;
	}
	return at;
}

static queue *queue_of(const ox_index *index, const item *it)
{
	return &index->slots[it->slot]->queues[it->class];
}

/* -- the heap of the unsorted -- */

static bool is_older(const ox_index *index, uint32_t a, uint32_t b)
{
	return strcmp(index->items[a].id, index->items[b].id) < 0;
}

static void heap_put(ox_index *index, queue *q, size_t at, uint32_t what)
{
	q->heap[at] = what;
	index->items[what].heap_at = (uint32_t)at;
}

static void heap_rise(ox_index *index, queue *q, size_t at)
{
	uint32_t what = q->heap[at];
	for (; at && is_older(index, what, q->heap[(at - 1) / 2]); at = (at - 1) / 2) {
		heap_put(index, q, at, q->heap[(at - 1) / 2]);
	}
	heap_put(index, q, at, what);
}

static void heap_sink(ox_index *index, queue *q, size_t at)
{
	uint32_t what = q->heap[at];
	for (;;) {
		size_t child = at * 2 + 1;
		if (child + 1 < q->heap_size && is_older(index, q->heap[child + 1], q->heap[child])) {
			child++;
		}
		if (child >= q->heap_size || !is_older(index, q->heap[child], what)) {
			break;
		}
		heap_put(index, q, at, q->heap[child]);
		at = child;
	}
	heap_put(index, q, at, what);
}

static int heap_add(ox_index *index, queue *q, uint32_t what)
{
	if (q->heap_size == q->heap_room) {
		size_t room = q->heap_room ? q->heap_room * 2 : 64;
		uint32_t *heap = ox_realloc(q->heap, room * sizeof *heap);
		if (!heap) {
			return OX_E_NOMEM;
		}
		q->heap = heap;
		q->heap_room = room;
	}
	q->heap[q->heap_size++] = what;
	heap_rise(index, q, q->heap_size - 1);
	return OX_OK;
}

static void heap_remove(ox_index *index, queue *q, uint32_t what)
{
	size_t at = index->items[what].heap_at;
	uint32_t last = q->heap[--q->heap_size];
	if (last != what) {
		heap_put(index, q, at, last);
		heap_rise(index, q, at);
		heap_sink(index, q, index->items[last].heap_at);
	}
}

/* -- waiting or not -- */

static void stop_waiting(ox_index *index, uint32_t what)
{
	item *it = &index->items[what];
	if (it->state == ITEM_UNSORTED) {
		heap_remove(index, queue_of(index, it), what);
	} else if (it->state == ITEM_SORTED) {
		tree_remove(&index->tree, what);
	} else {
		return;
	}
	index->slots[it->slot]->waiting--;
	it->state = ITEM_IN_HAND;
}

static int start_waiting(ox_index *index, uint32_t what)
{
	item *it = &index->items[what];
	int status = heap_add(index, queue_of(index, it), what);
	if (status == OX_OK) {
		it->state = ITEM_UNSORTED;
		index->slots[it->slot]->waiting++;
	}
	return status;
}

static void release(ox_index *index, uint32_t what)
{
	item *it = &index->items[what];
	uint32_t *place = bucket_of(index, it->id);
	stop_waiting(index, what);
	while (*place != what) {
		place = &index->items[*place].chained;
	}
	*place = it->chained;
	it->state = ITEM_FREE;
	it->chained = index->free;
	index->free = what;
	index->count--;
}

/* One of the youngest of the lowest class of a slot, above `keep_class`; NO_ITEM. */
static uint32_t dispensable(const ox_index *index, unsigned slot, unsigned keep_class)
{
	const slot_state *state = index->slots[slot];
	for (unsigned c = OX_INDEX_CLASSES; state && c-- > keep_class;) {
		const queue *q = &state->queues[c];
		if (q->heap_size) {
			return q->heap[q->heap_size - 1];
		}
		if (q->root.count) {
			return tree_youngest(&q->root);
		}
	}
	return NO_ITEM;
}

static unsigned fullest(ox_index *index)
{
	if (index->victim_age-- == 0) {
		index->victim_age = VICTIM_TURNS;
		for (unsigned s = 0; s < OX_INDEX_SLOTS; s++) {
			if (ox_index_waiting(index, s) > ox_index_waiting(index, index->victim)) {
				index->victim = s;
			}
		}
	}
	return index->victim;
}

/* Makes room for one of this slot and class at somebody else's cost, where that is fair. */
static bool make_room(ox_index *index, unsigned slot, unsigned class)
{
	unsigned victim = fullest(index);
	bool poorer = slot != victim && ox_index_waiting(index, slot) + 1 < ox_index_waiting(index, victim);
	uint32_t what = dispensable(index, poorer ? victim : slot, poorer ? 0 : class + 1);
	if (what == NO_ITEM) {
		return false;
	}
	index->slots[index->items[what].slot]->more = true;
	release(index, what);
	return true;
}

static slot_state *slot_of(ox_index *index, unsigned slot)
{
	slot_state *state = index->slots[slot];
	if (!state) {
		state = index->slots[slot] = ox_alloc(sizeof *state);
		for (unsigned c = 0; state && c < OX_INDEX_CLASSES; c++) {
			tree_root_init(&state->queues[c].root);
		}
	}
	return state;
}

int ox_index_add(ox_index *index, unsigned slot, unsigned class, const char *id)
{
	slot_state *state = slot_of(index, slot);
	if (!state) {
		return OX_E_NOMEM;
	}
	if (find(index, id) != NO_ITEM) {
		return OX_AGAIN;
	}
	bool full = index->free == NO_ITEM && index->fresh > index->size;
	if (full && !make_room(index, slot, class)) {
		state->more = true;
		return OX_E_LIMIT;
	}
	bool fresh = index->free == NO_ITEM;
	uint32_t what = fresh ? index->fresh : index->free, *bucket = bucket_of(index, id);
	item *it = &index->items[what];
	memcpy(it->id, id, OX_INDEX_ID_SIZE + 1);
	it->slot = (uint16_t)slot;
	it->class = (uint8_t)class;
	int status = start_waiting(index, what);
	if (status != OX_OK) {
		return status;
	}
	index->free = it->chained;
	index->fresh += fresh;
	it->chained = *bucket;
	*bucket = what;
	index->count++;
	return full ? OX_E_LIMIT : OX_OK;
}

bool ox_index_unsorted(const ox_index *index, unsigned slot, const char **id)
{
	const slot_state *state = index->slots[slot];
	for (unsigned c = 0; state && c < OX_INDEX_CLASSES; c++) {
		if (state->queues[c].heap_size) {
			*id = index->items[state->queues[c].heap[0]].id;
			return true;
		}
	}
	return false;
}

int ox_index_sort(ox_index *index, const char *id, uint64_t tag, uint64_t domain)
{
	uint32_t what = find(index, id);
	if (what == NO_ITEM || index->items[what].state != ITEM_UNSORTED) {
		return OX_OK;
	}
	queue *q = queue_of(index, &index->items[what]);
	int status = tree_add(&index->tree, &q->root, tag, domain, what);
	if (status == OX_OK) {
		heap_remove(index, q, what);
		index->items[what].state = ITEM_SORTED;
	}
	return status;
}

static queue *choose_class(slot_state *state)
{
	for (unsigned c = 0; c < OX_INDEX_CLASSES; c++) {
		queue *q = &state->queues[c];
		size_t own = q->heap_size + q->root.count, lower = 0;
		for (unsigned d = c + 1; d < OX_INDEX_CLASSES; d++) {
			lower += state->queues[d].heap_size + state->queues[d].root.count;
		}
		if (!own) {
			state->streak[c] = 0; /* whoever comes after a pause goes at once */
			continue;
		}
		if (lower && state->streak[c] >= OX_INDEX_STREAK) {
			state->streak[c] = 0;
			continue;
		}
		state->streak[c] = lower ? state->streak[c] + 1 : 0;
		return q;
	}
	return NULL;
}

bool ox_index_take(ox_index *index, unsigned slot, char id[OX_INDEX_ID_SIZE + 1])
{
	queue *q = ox_index_waiting(index, slot) ? choose_class(index->slots[slot]) : NULL;
	if (!q) {
		return false;
	}
	uint32_t what = q->root.count ? tree_next(&q->root) : q->heap[0];
	if (q->root.count) {
		tree_pass(&q->root);
	}
	memcpy(id, index->items[what].id, OX_INDEX_ID_SIZE + 1);
	stop_waiting(index, what);
	return true;
}

void ox_index_give_back(ox_index *index, const char *id, unsigned slot)
{
	uint32_t what = find(index, id);
	if (what == NO_ITEM || index->items[what].state != ITEM_IN_HAND) {
		return;
	}
	slot_state *state = slot_of(index, slot);
	index->items[what].slot = state ? (uint16_t)slot : index->items[what].slot;
	if (!state || start_waiting(index, what) != OX_OK) {
		/* Without memory it is found again by the next look at the disk. */
		index->slots[index->items[what].slot]->more = true;
		release(index, what);
	}
}

void ox_index_forget(ox_index *index, const char *id)
{
	uint32_t what = find(index, id);
	if (what != NO_ITEM) {
		release(index, what);
	}
}

bool ox_index_knows(const ox_index *index, const char *id)
{
	return find(index, id) != NO_ITEM;
}

size_t ox_index_waiting(const ox_index *index, unsigned slot)
{
	return index->slots[slot] ? index->slots[slot]->waiting : 0;
}

size_t ox_index_count(const ox_index *index)
{
	return index->count;
}

bool ox_index_has_more(const ox_index *index, unsigned slot)
{
	return index->slots[slot] && index->slots[slot]->more;
}

bool ox_index_has_any_more(const ox_index *index)
{
	bool more = false;
	for (unsigned s = 0; s < OX_INDEX_SLOTS && !more; s++) {
		more = ox_index_has_more(index, s);
	}
	return more;
}

void ox_index_look(ox_index *index)
{
	for (unsigned s = 0; s < OX_INDEX_SLOTS; s++) {
		if (index->slots[s]) {
			index->slots[s]->more = false;
		}
	}
}

void ox_index_trim(ox_index *index, unsigned slot, size_t keep)
{
	while (ox_index_waiting(index, slot) > keep) {
		release(index, dispensable(index, slot, 0));
		index->slots[slot]->more = true;
	}
}
