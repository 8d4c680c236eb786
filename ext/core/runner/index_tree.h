/* SPDX-License-Identifier: MIT */
/* Internal to runner/index*.c: turns. A root has tags, a tag has domains, a domain has items in a line; whoever is
 * asked gives one item of the child whose turn it is. Nodes come and go with their items. */
#ifndef OX_RUNNER_INDEX_TREE_H
#define OX_RUNNER_INDEX_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"

enum { TREE_BUCKETS = 4096, NO_ITEM = 0 }; /* items count from 1, so that memory full of zeros has none */

typedef struct tree_node {
	struct tree_node *parent;
	uint64_t key;
	struct tree_node *chained;         /* in its bucket */
	struct tree_node *before, *behind; /* the ring of its parent's children */
	struct tree_node *turn;            /* the child that gives next; NULL = no children */
	uint32_t first, last;              /* a domain's items; NO_ITEM = none */
	size_t count;                      /* items below */
} tree_node;

/* What an item needs to stand in a line; the caller's array, one for each item. */
typedef struct {
	tree_node *domain;
	uint32_t before, behind;
} tree_link;

typedef struct {
	tree_node *buckets[TREE_BUCKETS];
	tree_link *links; /* borrows */
} turn_tree;

void tree_root_init(tree_node *root);
/* At the end of its domain's line. OX_E_NOMEM. */
OX_MUST_USE int tree_add(turn_tree *tree, tree_node *root, uint64_t tag, uint64_t domain, uint32_t item);
void tree_remove(turn_tree *tree, uint32_t item);
uint32_t tree_next(const tree_node *root); /* whose turn it is, without taking it; NO_ITEM */
void tree_pass(tree_node *root);           /* the turn goes on */
uint32_t tree_youngest(const tree_node *root); /* the last of some line */

#endif
