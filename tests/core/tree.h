/* SPDX-License-Identifier: MIT */
/* A directory with all that is in it; for tests/crash, too. */
#ifndef OX_TEST_TREE_H
#define OX_TEST_TREE_H

/* Links are removed, not followed. What is not there is no error. */
void remove_tree(const char *path);

#endif
