/* SPDX-License-Identifier: MIT */
/* Power cuts, without a disk. Every change of the filesystem is recorded as the program makes it; a crash point
 * is a place in that record; a state is what may be on the disk then.
 *
 * The model is the weakest that a filesystem with a journal of names gives: until something is synced,
 *  - any of its changes may be there or not, in any order: a rename without the octets, the second of
 *    two renames without the first
 *  - octets may be missing, there by half, or zeros where there were none before
 *  - a sync of a file promises its octets and nothing of its name; a sync of a directory its names and no octets
 * What holds: a rename is there as a whole or not at all, and a change of a name has those before it that made the name
 * and its directory. */
#ifndef OX_CRASH_POWER_H
#define OX_CRASH_POWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { POWER_OPS_MAX = 512, POWER_NODES_MAX = 256, POWER_NAME_MAX = 64 };

typedef enum {
	POWER_CREATE, POWER_MKDIR, POWER_WRITE, POWER_CUT, POWER_RENAME, POWER_UNLINK, POWER_RMDIR,
	POWER_TIME, POWER_SYNC, POWER_MARK,
} power_kind;

typedef struct {
	power_kind kind;
	int node;             /* the file or directory it is about */
	int from, to;         /* directories: of the name, and of a rename's new name */
	char name[POWER_NAME_MAX], as[POWER_NAME_MAX];
	uint64_t at;          /* WRITE: offset; CUT: size; TIME: seconds */
	uint8_t *bytes;
	size_t size;
	int mark;             /* MARK: what the scenario wants to know about */
	int needs[8];         /* operations without which this one cannot be */
	size_t need_count;
} power_op;

typedef struct {
	power_op ops[POWER_OPS_MAX];
	size_t count;
	size_t base_count;    /* nodes of the tree before the record began */
	size_t node_count;
	bool is_directory[POWER_NODES_MAX];
	int parent[POWER_NODES_MAX];      /* of base nodes */
	char name[POWER_NODES_MAX][POWER_NAME_MAX];
} power_log;

/* power_record.c: from here on; what is below `root` belongs to the tree. */
void power_begin(const char *root);
void power_mark(int mark);
const power_log *power_end(void);

/* power_model.c: calls visit for every state of every crash point, each state once, as a tree of the same form at
 * `root`: what was not recorded is made by make_base. crash_point: operations before it have been made. A point with
 * more than 2^limit states is looked into by chance. Returns the number of states. */
typedef struct {
	void (*make_base)(const char *root, void *context);
	void (*visit)(const char *root, size_t crash_point, void *context);
	void *context;
	unsigned limit;
	uint64_t dice;
} power_visitor;
size_t power_visit(const power_log *log, const char *folder, const power_visitor *visitor);

#endif
