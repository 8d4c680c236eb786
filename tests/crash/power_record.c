/* SPDX-License-Identifier: MIT */
/* Stands between the core and libc (ld --wrap) and writes down what changes a filesystem. */
#include "power.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static power_log log_;
static bool recording;
static ino_t inode_of[POWER_NODES_MAX]; /* 0: gone */

int __real_openat(int in, const char *name, int flags, ...);
int __real_mkdirat(int in, const char *name, mode_t mode);
int __real_unlinkat(int in, const char *name, int flags);
int __real_renameat(int from, const char *name, int to, const char *as);
int __real_renameat2(int from, const char *name, int to, const char *as, unsigned flags);
ssize_t __real_write(int file, const void *bytes, size_t size);
ssize_t __real_pwrite(int file, const void *bytes, size_t size, off_t at);
int __real_ftruncate(int file, off_t size);
int __real_fsync(int file);
int __real_fdatasync(int file);
int __real_futimens(int file, const struct timespec times[2]);

static void give_up(const char *why)
{
	fprintf(stderr, "the recorder: %s\n", why);
	exit(1);
}

static int add_node(ino_t inode, bool is_directory)
{
	if (log_.node_count == POWER_NODES_MAX) {
		give_up("too many files");
	}
	inode_of[log_.node_count] = inode;
	log_.is_directory[log_.node_count] = is_directory;
	return (int)log_.node_count++;
}

static int node_of_inode(ino_t inode)
{
	for (size_t i = log_.node_count; i-- > 0;) {
		if (inode_of[i] == inode) {
			return (int)i;
		}
	}
	return -1;
}

static int node_of(int file)
{
	struct stat found;
	return fstat(file, &found) == 0 ? node_of_inode(found.st_ino) : -1;
}

static int node_at(int in, const char *name)
{
	struct stat found;
	return fstatat(in, name, &found, AT_SYMLINK_NOFOLLOW) == 0 ? node_of_inode(found.st_ino) : -1;
}

static void add_base(const char *path, int parent)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	struct stat found;
	if (!directory || stat(path, &found) != 0) {
		give_up("cannot read the tree");
	}
	int node = add_node(found.st_ino, true);
	log_.parent[node] = parent;
	const char *slash = strrchr(path, '/');
	snprintf(log_.name[node], POWER_NAME_MAX, "%s", slash + 1);
	while ((entry = readdir(directory))) {
		char below[400];
		snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
		if (entry->d_name[0] != '.' && lstat(below, &found) == 0 && S_ISDIR(found.st_mode)) {
			add_base(below, node);
		}
	}
	closedir(directory);
}

void power_begin(const char *root)
{
	add_base(root, -1);
	log_.base_count = log_.node_count;
	recording = true;
}

const power_log *power_end(void)
{
	recording = false;
	return &log_;
}

static power_op *add_op(power_kind kind, int node)
{
	if (log_.count == POWER_OPS_MAX) {
		give_up("too many operations");
	}
	power_op *op = &log_.ops[log_.count++];
	op->kind = kind;
	op->node = node;
	op->from = op->to = -1;
	return op;
}

void power_mark(int mark)
{
	if (recording) {
		add_op(POWER_MARK, -1)->mark = mark;
	}
}

/* -- what an operation needs -- */

static bool touches_name(const power_op *op, int directory, const char *name)
{
	return (op->from == directory && !strcmp(op->name, name)) || (op->to == directory && !strcmp(op->as, name));
}

static void need(power_op *op, size_t other)
{
	if (op->need_count == sizeof op->needs / sizeof *op->needs) {
		give_up("too many needs");
	}
	op->needs[op->need_count++] = (int)other;
}

/* The last change of the name, and what made the directory. */
static void need_name(power_op *op, int directory, const char *name)
{
	size_t self = (size_t)(op - log_.ops);
	for (size_t i = self; i-- > 0;) {
		if (touches_name(&log_.ops[i], directory, name)) {
			need(op, i);
			break;
		}
	}
	for (size_t i = self; i-- > 0;) {
		if (log_.ops[i].kind == POWER_MKDIR && log_.ops[i].node == directory) {
			need(op, i);
			break;
		}
	}
}

/* An empty directory is one that everything has left. */
static void need_emptiness(power_op *op)
{
	for (size_t i = (size_t)(op - log_.ops); i-- > 0;) {
		const power_op *other = &log_.ops[i];
		if (other->kind == POWER_RENAME && other->from == op->node) {
			need(op, i);
		}
	}
}

static power_op *add_name_op(power_kind kind, int node, int directory, const char *name)
{
	power_op *op = add_op(kind, node);
	op->from = directory;
	snprintf(op->name, POWER_NAME_MAX, "%s", name);
	need_name(op, directory, name);
	return op;
}

/* -- the calls -- */

int __wrap_openat(int in, const char *name, int flags, ...)
{
	va_list arguments;
	va_start(arguments, flags);
	mode_t mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
	va_end(arguments);
	bool is_new = recording && flags & O_CREAT && faccessat(in, name, F_OK, AT_SYMLINK_NOFOLLOW) != 0;
	int file = __real_openat(in, name, flags, mode);
	if (file >= 0 && is_new) {
		struct stat found;
		fstat(file, &found);
		add_name_op(POWER_CREATE, add_node(found.st_ino, false), node_of(in), name);
	}
	return file;
}

int __wrap_mkdirat(int in, const char *name, mode_t mode)
{
	int result = __real_mkdirat(in, name, mode);
	if (recording && result == 0) {
		struct stat found;
		fstatat(in, name, &found, 0);
		add_name_op(POWER_MKDIR, add_node(found.st_ino, true), node_of(in), name);
	}
	return result;
}

int __wrap_unlinkat(int in, const char *name, int flags)
{
	int node = recording ? node_at(in, name) : -1;
	int result = __real_unlinkat(in, name, flags);
	if (recording && result == 0) {
		power_op *op = add_name_op(flags & AT_REMOVEDIR ? POWER_RMDIR : POWER_UNLINK, node, node_of(in), name);
		if (flags & AT_REMOVEDIR) {
			need_emptiness(op);
		}
		inode_of[node] = 0;
	}
	return result;
}

static void record_rename(int node, int from, const char *name, int to, const char *as)
{
	power_op *op = add_name_op(POWER_RENAME, node, node_of(from), name);
	int target = node_of(to);
	need_name(op, target, as);
	op->to = target;
	snprintf(op->as, POWER_NAME_MAX, "%s", as);
}

int __wrap_renameat(int from, const char *name, int to, const char *as)
{
	int node = recording ? node_at(from, name) : -1;
	int result = __real_renameat(from, name, to, as);
	if (recording && result == 0) {
		record_rename(node, from, name, to, as);
	}
	return result;
}

int __wrap_renameat2(int from, const char *name, int to, const char *as, unsigned flags)
{
	int node = recording ? node_at(from, name) : -1;
	int result = __real_renameat2(from, name, to, as, flags);
	if (recording && result == 0) {
		record_rename(node, from, name, to, as);
	}
	return result;
}

int __wrap_linkat(int from, const char *name, int to, const char *as, int flags)
{
	(void)from, (void)name, (void)to, (void)as, (void)flags;
	give_up("linkat: this filesystem has no renameat2");
	return -1;
}

static void record_write(int file, const void *bytes, ssize_t size, off_t at)
{
	int node = recording && size > 0 ? node_of(file) : -1;
	if (node >= 0) {
		power_op *op = add_op(POWER_WRITE, node);
		op->at = (uint64_t)at;
		op->size = (size_t)size;
		op->bytes = malloc(op->size);
		memcpy(op->bytes, bytes, op->size);
	}
}

ssize_t __wrap_write(int file, const void *bytes, size_t size)
{
	struct stat found;
	off_t at = recording && fstat(file, &found) == 0 ? found.st_size : 0; /* the core appends */
	ssize_t result = __real_write(file, bytes, size);
	record_write(file, bytes, result, at);
	return result;
}

ssize_t __wrap_pwrite(int file, const void *bytes, size_t size, off_t at)
{
	ssize_t result = __real_pwrite(file, bytes, size, at);
	record_write(file, bytes, result, at);
	return result;
}

int __wrap_ftruncate(int file, off_t size)
{
	int result = __real_ftruncate(file, size);
	if (recording && result == 0) {
		add_op(POWER_CUT, node_of(file))->at = (uint64_t)size;
	}
	return result;
}

int __wrap_futimens(int file, const struct timespec times[2])
{
	int result = __real_futimens(file, times);
	if (recording && result == 0) {
		add_op(POWER_TIME, node_of(file))->at = (uint64_t)times[1].tv_sec;
	}
	return result;
}

static int record_sync(int file, int result)
{
	if (recording && result == 0) {
		add_op(POWER_SYNC, node_of(file));
	}
	return result;
}

int __wrap_fsync(int file)
{
	return record_sync(file, __real_fsync(file));
}

int __wrap_fdatasync(int file)
{
	return record_sync(file, __real_fdatasync(file));
}
