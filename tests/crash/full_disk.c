/* SPDX-License-Identifier: MIT */
#include "full.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_SIZE = 256, LEFT_OCTETS = 6 << 20 };

/* Quietly; its exit code, 127 where it cannot be started. */
static int run(const char *const *words)
{
	int status = -1;
	pid_t child = fork();
	if (child == 0) {
		int nothing = open("/dev/null", O_RDWR);
		(void)dup2(nothing, 0);
		(void)dup2(nothing, 1);
		(void)dup2(nothing, 2);
		(void)setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
		execvp(words[0], (char *const *)words);
		_exit(127);
	}
	return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool mount_image(const disk *of, const char *image, const char *point)
{
	/* The copy has the name of the original, which XFS would refuse. */
	const char *options = !strcmp(of->type, "xfs") ? "loop,nouuid" : "loop";
	const char *const words[] = {"mount", "-t", of->type, "-o", options, image, point, NULL};
	return (mkdir(point, 0700) == 0 || errno == EEXIST) && run(words) == 0 && chmod(point, 0700) == 0;
}

static void unmount(const char *point)
{
	const char *const words[] = {"umount", point, NULL};
	if (run(words) != 0) {
		(void)umount2(point, MNT_DETACH);
	}
}

static void path_of(const disk *of, const char *what, char path[PATH_SIZE])
{
	snprintf(path, PATH_SIZE, "%s/%s.%s", crash_folder(), of->name, what);
}

/* All but a little is taken, so that a few messages fill it. */
static void take_room(const char *point)
{
	char path[PATH_SIZE + 16];
	struct statvfs room;
	snprintf(path, sizeof path, "%s/taken", point);
	int file = open(path, O_CREAT | O_WRONLY, 0600);
	for (uint64_t at = 0; file >= 0 && statvfs(point, &room) == 0;) {
		uint64_t left = room.f_bavail * (uint64_t)room.f_frsize;
		uint64_t part = left > LEFT_OCTETS ? (left - LEFT_OCTETS + 1) / 2 : 0;
		if (part < 4096 || posix_fallocate(file, (off_t)at, (off_t)part) != 0) {
			break;
		}
		at += part;
	}
	if (file >= 0) {
		close(file);
	}
}

bool full_disk_mount(const disk *of, char point[FULL_PATH_SIZE])
{
	char image[PATH_SIZE], size[32], make[32];
	snprintf(make, sizeof make, "mkfs.%s", of->type);
	path_of(of, "image", image);
	path_of(of, "mount", point);
	int file = open(image, O_CREAT | O_WRONLY, 0600);
	bool made = file >= 0 && ftruncate(file, (off_t)of->mebibytes << 20) == 0;
	if (file >= 0) {
		close(file);
	}
	snprintf(size, sizeof size, "%s", !strcmp(of->type, "ext4") ? "-F" : "-f");
	const char *const words[] = {make, size, image, NULL};
	made = made && run(words) == 0 && mount_image(of, image, point);
	if (made) {
		take_room(point);
	}
	return made;
}

void full_disk_unmount(const disk *of)
{
	char path[PATH_SIZE];
	path_of(of, "mount", path);
	unmount(path);
	path_of(of, "image", path);
	(void)unlink(path);
}

void full_disk_check(const disk *of, const ledger *book, uint64_t now_ms)
{
	char image[PATH_SIZE], copy[PATH_SIZE], point[PATH_SIZE], path[PATH_SIZE + 16];
	path_of(of, "image", image);
	path_of(of, "copy", copy);
	path_of(of, "copy-mount", point);
	const char *const words[] = {"cp", "--sparse=always", image, copy, NULL};
	if (!check(run(words) == 0 && mount_image(of, copy, point), "%s: what the disk has cannot be mounted", of->name)) {
		return;
	}
	snprintf(path, sizeof path, "%s/spool", point);
	ox_spool *spool = crash_open(path, false);
	if (check(spool != NULL, "%s: no spool on the disk", of->name)) {
		spool_census census;
		take_census(spool, book, now_ms, &census);
		check(!census.unknown, "%s: %zu messages nobody queued are on the disk", of->name, census.unknown);
		for (size_t i = 0; i < book->count; i++) {
			check(!book->entries[i].acked || census.found[i] == 1, "%s: acknowledged, and %zu times on the disk",
				of->name, census.found[i]);
		}
	}
	ox_spool_free(spool);
	unmount(point);
	(void)unlink(copy);
}
