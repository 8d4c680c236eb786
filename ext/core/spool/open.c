/* SPDX-License-Identifier: MIT */
/* Opening a spool: what is refused, what is made. */
#include <stdio.h>
#include <string.h>

#include "base/string.h"
#include "spool/spool_internal.h"

enum { FORMAT = 1 };

void ox_spool_limits_default(ox_spool_limits *limits)
{
	const ox_spool_limits standard = {.message_size = 41943040, .recipients = 1000,
		.free_bytes = 67108864, .free_inodes = 1000};
	*limits = standard;
}

void ox_spool_options_init(ox_spool_options *options, const char *path)
{
	memset(options, 0, sizeof *options);
	options->path = path;
	ox_spool_limits_default(&options->limits);
}

static const char *why(ox_directory_fault fault)
{
	switch (fault) {
	case OX_DIRECTORY_RELATIVE: return "is not an absolute path without . and ..";
	case OX_DIRECTORY_LINKED: return "is a symbolic link or no directory; name the real path";
	case OX_DIRECTORY_PARENT_OWNER: return "belongs to another user";
	case OX_DIRECTORY_PARENT_OPEN: return "can be written to by other users";
	case OX_DIRECTORY_OWNER: return "does not belong to this user";
	default: return "is open to other users; its mode has to be 0700";
	}
}

static int open_root(ox_spool *spool, const ox_spool_options *options, ox_error *error)
{
	ox_directory_fault fault;
	const char *component;
	unsigned how = (options->make ? OX_DIRECTORY_MAKE : 0u) |
		(options->any_parent ? OX_DIRECTORY_ANY_PARENT : 0u);
	int failed = ox_directory_open(options->path, how, &spool->root, &fault, &component);
	if (!failed) {
		return OX_OK;
	}
	int length = (int)(component - options->path);
	if (fault != OX_DIRECTORY_SOUND) {
		return ox_spool_refuse(error, OX_FACT_SPOOL_INSECURE, "the spool %s cannot be used: %.*s %s",
			options->path, length ? length : 1, options->path, why(fault));
	}
	if (ox_spool_is(failed, OX_FILE_MISSING)) {
		return ox_spool_refuse(error, OX_FACT_SPOOL_MISSING, "there is no spool %s", options->path);
	}
	return ox_spool_error(error, failed, "opening the spool", options->path);
}

static int check_filesystem(const ox_spool *spool, const ox_spool_options *options, ox_error *error)
{
	ox_filesystem filesystem;
	int failed = ox_directory_filesystem(spool->root, &filesystem);
	if (failed) {
		return ox_spool_error(error, failed, "looking at the filesystem of", spool->path);
	}
	if (filesystem == OX_FILESYSTEM_NETWORK && !options->any_filesystem) {
		return ox_spool_refuse(error, OX_FACT_SPOOL_NETWORK, "the spool %s is on a filesystem of the "
			"network", spool->path);
	}
	return OX_OK;
}

/* 0 where there is none. */
static int read_version(const ox_spool *spool, uint64_t *version, ox_error *error)
{
	char text[24];
	size_t got = 0;
	ox_file file;
	ox_file_facts facts;
	*version = 0;
	int failed = ox_file_open(spool->root, "VERSION", false, &file, &facts);
	if (ox_spool_is(failed, OX_FILE_MISSING)) {
		return OX_OK;
	}
	if (!failed) {
		failed = ox_file_read_at(file, 0, text, sizeof text, &got);
		ox_file_close(file);
	}
	if (failed) {
		return ox_spool_error(error, failed, "reading VERSION of", spool->path);
	}
	ox_slice line = {text, got && text[got - 1] == '\n' ? got - 1 : got};
	/* Torn by a power cut while the spool was made: it is made to its end below. */
	if (line.size && (!ox_parse_number(line, version) || *version > FORMAT)) {
		return ox_spool_refuse(error, OX_FACT_SPOOL_VERSION, "the spool %s is of version %.*s, this is "
			"for version %d", spool->path, (int)line.size, line.at, FORMAT);
	}
	return OX_OK;
}

static int write_version(const ox_spool *spool)
{
	char text[24];
	ox_file file;
	ox_file_facts facts;
	int size = snprintf(text, sizeof text, "%d\n", FORMAT);
	int failed = ox_file_open_or_create(spool->root, "VERSION", &file, &facts);
	if (failed) {
		return failed;
	}
	failed = ox_file_write_at(file, 0, text, (size_t)size);
	failed = failed ? failed : ox_file_sync(file);
	ox_file_close(file);
	return failed;
}

static int make_one(ox_file in, const char *name)
{
	int failed = ox_directory_make(in, name);
	return ox_spool_is(failed, OX_FILE_EXISTS) ? 0 : failed;
}

/* VERSION comes last, so that a spool with one is whole. */
static int make_layout(const ox_spool *spool)
{
	static const char *const folders[] = {"tmp", "q", "d", "h", "f", "x", "k", "p", "ev"};
	ox_file queue = OX_FILE_NONE;
	int failed = 0;
	for (size_t i = 0; !failed && i < sizeof folders / sizeof *folders; i++) {
		failed = make_one(spool->root, folders[i]);
	}
	failed = failed ? failed : ox_directory_open_at(spool->root, "q", &queue);
	for (unsigned i = 0; !failed && i < OX_SPOOL_SHARDS; i++) {
		char name[OX_SPOOL_NAME_SIZE];
		(void)snprintf(name, sizeof name, "%x", i);
		failed = make_one(queue, name);
	}
	failed = failed ? failed : ox_directory_sync(queue);
	ox_file_close(queue);
	failed = failed ? failed : write_version(spool);
	return failed ? failed : ox_directory_sync(spool->root);
}

static int open_layout(ox_spool *spool, ox_error *error)
{
	const struct {
		const char *name;
		ox_file *directory;
	} folders[] = {{"tmp", &spool->tmp}, {"q", &spool->queue}, {"d", &spool->deferred},
		{"h", &spool->held}, {"f", &spool->failed}, {"x", &spool->quarantined},
		{"k", &spool->markers}, {"ev", &spool->events}};
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
		int failed = ox_directory_open_at(spool->root, folders[i].name, folders[i].directory);
		if (ox_spool_is(failed, OX_FILE_LINK) || ox_spool_is(failed, OX_FILE_FORBIDDEN)) {
			return ox_spool_refuse(error, OX_FACT_SPOOL_INSECURE, "%s in the spool %s is not a directory "
				"of this user alone", folders[i].name, spool->path);
		}
		if (failed) {
			return ox_spool_error(error, failed, "opening the spool's directory", folders[i].name);
		}
	}
	return OX_OK;
}

static int open_parts(ox_spool *spool, const ox_spool_options *options, ox_error *error)
{
	uint64_t version;
	int status = open_root(spool, options, error);
	status = status ? status : check_filesystem(spool, options, error);
	status = status ? status : read_version(spool, &version, error);
	if (status != OX_OK) {
		return status;
	}
	if (!version && !options->make) {
		return ox_spool_refuse(error, OX_FACT_SPOOL_MISSING, "there is no spool in %s", spool->path);
	}
	int failed = version ? 0 : make_layout(spool);
	if (failed) {
		return ox_spool_error(error, failed, "making the spool", spool->path);
	}
	return open_layout(spool, error);
}

static ox_spool *new_spool(const ox_spool_options *options)
{
	static const char folder[] = "/p";
	size_t length = strlen(options->path);
	ox_spool *spool = ox_alloc(sizeof *spool);
	if (!spool) {
		return NULL;
	}
	spool->path = ox_copy_string(options->path);
	spool->profiles = ox_alloc(length + sizeof folder);
	if (!spool->path || !spool->profiles) {
		ox_free(spool->path);
		ox_free(spool->profiles);
		ox_free(spool);
		return NULL;
	}
	memcpy(spool->profiles, options->path, length);
	memcpy(spool->profiles + length, folder, sizeof folder);
	spool->limits = options->limits;
	spool->root = spool->tmp = spool->queue = spool->deferred = spool->held = spool->failed =
		spool->quarantined = spool->markers = spool->events = spool->log = OX_FILE_NONE;
	spool->bucket.open = spool->day.open = OX_FILE_NONE;
	for (size_t i = 0; i < OX_SPOOL_SHARDS; i++) {
		spool->shards[i] = OX_FILE_NONE;
	}
	return spool;
}

int ox_spool_open(const ox_spool_options *options, ox_spool **spool, ox_error *error)
{
	*spool = NULL;
	ox_spool *made = new_spool(options);
	if (!made) {
		return ox_error_memory(error, OX_STAGE_NONE);
	}
	int status = open_parts(made, options, error);
	if (status != OX_OK) {
		ox_spool_free(made);
		return status;
	}
	*spool = made;
	return OX_OK;
}

void ox_spool_free(ox_spool *spool)
{
	if (!spool) {
		return;
	}
	const ox_file open[] = {spool->root, spool->tmp, spool->queue, spool->deferred, spool->held,
		spool->failed, spool->quarantined, spool->markers, spool->events, spool->log};
	ox_spool_folders_close(spool);
	for (size_t i = 0; i < sizeof open / sizeof *open; i++) {
		ox_file_close(open[i]);
	}
	ox_free(spool->path);
	ox_free(spool->profiles);
	ox_free(spool);
}

const char *ox_spool_path(const ox_spool *spool)
{
	return spool->path;
}

const char *ox_spool_profiles(const ox_spool *spool)
{
	return spool->profiles;
}

bool ox_spool_is_there(const ox_spool *spool)
{
	ox_file_facts named, opened;
	return ox_file_facts_at(spool->root, spool->path, &named) == 0 &&
		ox_file_facts_of(spool->root, &opened) == 0 && named.device == opened.device &&
		named.inode == opened.inode;
}

void ox_spool_set_limits(ox_spool *spool, const ox_spool_limits *limits)
{
	bool measured = spool->limits.bytes > 0;
	spool->limits = *limits;
	spool->counted_ms = limits->bytes && !measured ? 0 : spool->counted_ms;
}
