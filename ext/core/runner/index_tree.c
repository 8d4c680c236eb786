/* SPDX-License-Identifier: MIT */
#include "runner/index_tree.h"

#include <string.h>

#include "base/error.h"

void tree_root_init(tree_node *root)
{
	memset(root, 0, sizeof *root);
	root->first = root->last = NO_ITEM;
}

static size_t bucket_of(const tree_node *parent, uint64_t key)
{
	uint64_t mixed = (key ^ (uint64_t)(uintptr_t)parent) * 0x9e3779b97f4a7c15u;
	return (size_t)(mixed >> 40) % TREE_BUCKETS;
}

/* Behind all others of its parent: right before the one whose turn it is. */
static void join_ring(tree_node *node)
{
	tree_node *parent = node->parent, *turn = parent->turn;
	if (!turn) {
		node->before = node->behind = node;
		parent->turn = node;
		return;
	}
	node->behind = turn;
	node->before = turn->before;
	turn->before->behind = node;
	turn->before = node;
}

static tree_node *child_of(turn_tree *tree, tree_node *parent, uint64_t key)
{
	tree_node **bucket = &tree->buckets[bucket_of(parent, key)];
	for (tree_node *node = *bucket; node; node = node->chained) {
		if (node->parent == parent && node->key == key) {
			return node;
		}
	}
	tree_node *node = ox_alloc(sizeof *node);
	if (node) {
		node->parent = parent;
		node->key = key;
		node->first = node->last = NO_ITEM;
		node->chained = *bucket;
		*bucket = node;
		join_ring(node);
	}
	return node;
}

static void drop_if_empty(turn_tree *tree, tree_node *node)
{
	tree_node *parent = node->parent;
	if (node->count || !parent) {
		return;
	}
	tree_node **place = &tree->buckets[bucket_of(parent, node->key)];
	while (*place != node) {
		place = &(*place)->chained;
	}
	*place = node->chained;
	if (parent->turn == node) {
		parent->turn = node->behind == node ? NULL : node->behind;
	}
	node->before->behind = node->behind;
	node->behind->before = node->before;
	ox_free(node);
}

int tree_add(turn_tree *tree, tree_node *root, uint64_t tag, uint64_t domain, uint32_t item)
{
	tree_node *above = child_of(tree, root, tag);
	tree_node *line = above ? child_of(tree, above, domain) : NULL;
	if (!line) {
		if (above) {
			drop_if_empty(tree, above);
		}
		return OX_E_NOMEM;
	}
	tree_link *link = &tree->links[item];
	*link = (tree_link){line, line->last, NO_ITEM};
	if (line->last == NO_ITEM) {
		line->first = item;
	} else {
		tree->links[line->last].behind = item;
	}
	line->last = item;
	for (tree_node *node = line; node; node = node->parent) {
		node->count++;
	}
	return OX_OK;
}

void tree_remove(turn_tree *tree, uint32_t item)
{
	tree_link *link = &tree->links[item];
	tree_node *line = link->domain, *tag = line->parent;
	if (link->before == NO_ITEM) {
		line->first = link->behind;
	} else {
		tree->links[link->before].behind = link->behind;
	}
	if (link->behind == NO_ITEM) {
		line->last = link->before;
	} else {
		tree->links[link->behind].before = link->before;
	}
	link->domain = NULL;
	for (tree_node *node = line; node; node = node->parent) {
		node->count--;
	}
	drop_if_empty(tree, line);
	drop_if_empty(tree, tag);
}

uint32_t tree_next(const tree_node *root)
{
	return root->turn ? root->turn->turn->first : NO_ITEM;
}

void tree_pass(tree_node *root)
{
	tree_node *tag = root->turn;
	if (tag) {
		tag->turn = tag->turn->behind;
		root->turn = tag->behind;
	}
}

uint32_t tree_youngest(const tree_node *root)
{
	return root->turn ? root->turn->before->turn->before->last : NO_ITEM;
}
