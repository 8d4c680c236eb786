/* SPDX-License-Identifier: MIT */
#include "tree.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void remove_tree(const char *path)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	while (directory && (entry = readdir(directory))) {
		char name[512];
		struct stat found;
		snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
			if (lstat(name, &found) == 0 && S_ISDIR(found.st_mode)) {
				remove_tree(name);
			} else {
				unlink(name);
			}
		}
	}
	if (directory) {
		closedir(directory);
	}
	rmdir(path);
}
