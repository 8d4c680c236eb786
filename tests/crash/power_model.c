/* SPDX-License-Identifier: MIT */
/* From a record to the states that a disk may be in. */
#include "power.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crash.h"

/* What became of an operation. */
enum { MISSING, THERE, AS_ZEROS, BY_HALF };

static bool is_name_op(const power_op *op)
{
	return op->kind == POWER_CREATE || op->kind == POWER_MKDIR || op->kind == POWER_RENAME ||
		op->kind == POWER_UNLINK || op->kind == POWER_RMDIR;
}

static bool is_content_op(const power_op *op)
{
	return op->kind == POWER_WRITE || op->kind == POWER_CUT || op->kind == POWER_TIME;
}

/* -- which operations a crash point leaves open -- */

static void force(const power_log *log, size_t index, uint8_t *fates)
{
	const power_op *op = &log->ops[index];
	if (fates[index] == THERE) {
		return;
	}
	fates[index] = THERE;
	for (size_t i = 0; i < op->need_count; i++) {
		force(log, (size_t)op->needs[i], fates);
	}
}

/* What was synced before the point, and what that needs. */
static void force_synced(const power_log *log, size_t point, uint8_t *fates)
{
	for (size_t s = 0; s < point; s++) {
		const power_op *sync = &log->ops[s];
		for (size_t i = 0; sync->kind == POWER_SYNC && i < s; i++) {
			const power_op *op = &log->ops[i];
			bool of_names = is_name_op(op) && (op->from == sync->node || op->to == sync->node);
			if (of_names || (is_content_op(op) && op->node == sync->node)) {
				force(log, i, fates);
			}
		}
	}
}

/* -- a state as a tree -- */

typedef struct {
	uint8_t *bytes;
	size_t size;
	uint64_t modified_s;
	int parent;                  /* directory it is in, -1: in none */
	char name[POWER_NAME_MAX];
} node_state;

static void put_bytes(node_state *node, const power_op *op, int fate)
{
	size_t end = (size_t)op->at + op->size;
	size_t part = fate == BY_HALF ? op->size / 2 : op->size;
	if (fate == BY_HALF) {
		end = (size_t)op->at + part;
	}
	if (end > node->size) {
		node->bytes = realloc(node->bytes, end);
		memset(node->bytes + node->size, 0, end - node->size);
		node->size = end;
	}
	/* Zeros are what a new block has; over old octets the old ones stay. */
	if (fate != AS_ZEROS) {
		memcpy(node->bytes + op->at, op->bytes, part);
	}
}

static void apply(node_state *nodes, const power_op *op, int fate)
{
	node_state *node = op->node >= 0 ? &nodes[op->node] : NULL;
	switch (op->kind) {
	case POWER_CREATE:
	case POWER_MKDIR:
		node->parent = op->from;
		snprintf(node->name, POWER_NAME_MAX, "%s", op->name);
		break;
	case POWER_RENAME:
		node->parent = op->to;
		snprintf(node->name, POWER_NAME_MAX, "%s", op->as);
		break;
	case POWER_UNLINK:
	case POWER_RMDIR: node->parent = -1; break;
	case POWER_WRITE: put_bytes(node, op, fate); break;
	case POWER_CUT: node->size = op->at < node->size ? (size_t)op->at : node->size; break;
	case POWER_TIME: node->modified_s = op->at; break;
	default: break;
	}
}

static bool path_of(const power_log *log, const node_state *nodes, int node, const char *root, char *path,
	size_t size)
{
	char above[400];
	if (node == 0) {
		return snprintf(path, size, "%s", root) > 0;
	}
	bool base = (size_t)node < log->base_count;
	int parent = base ? log->parent[node] : nodes[node].parent;
	if (parent < 0 || !path_of(log, nodes, parent, root, above, sizeof above)) {
		return false;
	}
	return snprintf(path, size, "%s/%s", above, base ? log->name[node] : nodes[node].name) < (int)size;
}

static void write_file(const char *path, const node_state *node)
{
	int file = open(path, O_CREAT | O_EXCL | O_WRONLY, 0600);
	if (file < 0 || (node->size && write(file, node->bytes, node->size) != (ssize_t)node->size)) {
		perror(path);
		exit(1);
	}
	if (node->modified_s) {
		const struct timespec times[2] = {{.tv_sec = (time_t)node->modified_s},
			{.tv_sec = (time_t)node->modified_s}};
		futimens(file, times);
	}
	close(file);
}

static void make_tree(const power_log *log, const node_state *nodes, const char *root)
{
	char path[512];
	/* Directories first, in the order of their making, so that one above comes before one below. */
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = log->base_count; i < log->node_count; i++) {
			bool wanted = log->is_directory[i] == (pass == 0);
			if (wanted && nodes[i].parent >= 0 && path_of(log, nodes, (int)i, root, path, sizeof path)) {
				if (pass == 0) {
					mkdir(path, 0700);
				} else {
					write_file(path, &nodes[i]);
				}
			}
		}
	}
}

static void build(const power_log *log, size_t point, const uint8_t *fates, const char *root,
	const power_visitor *visitor)
{
	node_state *nodes = calloc(log->node_count, sizeof *nodes);
	for (size_t i = 0; i < log->node_count; i++) {
		nodes[i].parent = -1;
	}
	for (size_t i = 0; i < point; i++) {
		if (fates[i] != MISSING) {
			apply(nodes, &log->ops[i], fates[i]);
		}
	}
	visitor->make_base(root, visitor->context);
	make_tree(log, nodes, root);
	for (size_t i = 0; i < log->node_count; i++) {
		free(nodes[i].bytes);
	}
	free(nodes);
}

/* -- all states of one point -- */

typedef struct {
	const power_log *log;
	const power_visitor *visitor;
	const char *folder;
	size_t point, states;
	uint64_t dice;
	uint64_t *seen;      /* digests of states of this point */
	size_t seen_count, seen_room;
} walker;

static uint64_t digest_of(const uint8_t *fates, size_t count)
{
	uint64_t digest = 0xcbf29ce484222325u;
	for (size_t i = 0; i < count; i++) {
		digest = (digest ^ fates[i]) * 0x100000001b3u;
	}
	return digest;
}

static bool is_new(walker *w, const uint8_t *fates)
{
	uint64_t digest = digest_of(fates, w->point);
	for (size_t i = 0; i < w->seen_count; i++) {
		if (w->seen[i] == digest) {
			return false;
		}
	}
	if (w->seen_count == w->seen_room) {
		w->seen_room = w->seen_room ? 2 * w->seen_room : 1024;
		w->seen = realloc(w->seen, w->seen_room * sizeof *w->seen);
	}
	w->seen[w->seen_count++] = digest;
	return true;
}

static void visit(walker *w, const uint8_t *chosen)
{
	uint8_t fates[POWER_OPS_MAX];
	char root[300];
	memcpy(fates, chosen, w->point);
	for (size_t i = 0; i < w->point; i++) {
		/* What is there has what it needs. */
		for (size_t k = 0; fates[i] != MISSING && k < w->log->ops[i].need_count; k++) {
			force(w->log, (size_t)w->log->ops[i].needs[k], fates);
		}
	}
	if (!is_new(w, fates)) {
		return;
	}
	snprintf(root, sizeof root, "%s/state", w->folder);
	build(w->log, w->point, fates, root, w->visitor);
	w->visitor->visit(root, w->point, w->visitor->context);
	remove_tree(root);
	w->states++;
}

static unsigned fates_of(const power_op *op)
{
	return op->kind == POWER_WRITE ? 4 : 2;
}

static uint64_t roll(walker *w)
{
	w->dice ^= w->dice << 13;
	w->dice ^= w->dice >> 7;
	w->dice ^= w->dice << 17;
	return w->dice;
}

static void visit_point(walker *w)
{
	uint8_t fates[POWER_OPS_MAX] = {0};
	size_t open[POWER_OPS_MAX], count = 0;
	double combinations = 1;
	force_synced(w->log, w->point, fates);
	for (size_t i = 0; i < w->point; i++) {
		const power_op *op = &w->log->ops[i];
		if (fates[i] == MISSING && (is_name_op(op) || is_content_op(op))) {
			open[count++] = i;
			combinations *= fates_of(op);
		}
	}
	uint64_t most = (uint64_t)1 << w->visitor->limit;
	bool all = combinations <= (double)most;
	uint64_t turns = all ? (uint64_t)combinations : most;
	for (uint64_t turn = 0; turn < turns; turn++) {
		uint64_t rest = turn;
		/* By chance: nothing and everything first, then anything. */
		for (size_t i = 0; i < count; i++) {
			unsigned choices = fates_of(&w->log->ops[open[i]]);
			fates[open[i]] = (uint8_t)(all ? rest % choices : turn < 2 ? turn : roll(w) % choices);
			rest /= choices;
		}
		visit(w, fates);
	}
}

size_t power_visit(const power_log *log, const char *folder, const power_visitor *visitor)
{
	walker w = {.log = log, .visitor = visitor, .folder = folder, .dice = visitor->dice | 1};
	for (w.point = 0; w.point <= log->count; w.point++) {
		w.seen_count = 0;
		visit_point(&w);
	}
	free(w.seen);
	return w.states;
}
