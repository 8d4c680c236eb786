/* SPDX-License-Identifier: MIT */
#include "policy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/string.h"

enum { FILE_MAX = 65536 };

/* -- reading -- */

/* Root's, and nobody else's to write: it binds whoever runs the program. */
static bool is_roots(int file, mode_t type)
{
	struct stat found;
	return fstat(file, &found) == 0 && (found.st_mode & S_IFMT) == type && found.st_uid == 0 &&
		!(found.st_mode & (S_IWGRP | S_IWOTH));
}

static int complain(const cli *cli, const char *why)
{
	fprintf(stderr, "outbox %s: %s %s\n", cli->command, POLICY_FILE, why);
	return EX_CONFIG;
}

static int read_whole(int file, char text[FILE_MAX + 1])
{
	size_t size = 0;
	ssize_t got;
	while ((got = read(file, text + size, FILE_MAX - size)) > 0) {
		size += (size_t)got;
	}
	text[size] = 0;
	return got < 0 ? errno : size == FILE_MAX || strlen(text) != size ? EFBIG : 0;
}

/* *there is false where there is no file. */
static int read_file(const cli *cli, char text[FILE_MAX + 1], bool *there)
{
	int folder = open("/etc/outbox", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int file = folder < 0 ? -1 : openat(folder, "policy", O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	int failed = file < 0 ? errno : 0;
	bool roots = file >= 0 && is_roots(folder, S_IFDIR) && is_roots(file, S_IFREG);
	failed = roots ? read_whole(file, text) : failed;
	*there = file >= 0;
	if (file >= 0) {
		close(file);
	}
	if (folder >= 0) {
		close(folder);
	}
	if (failed == ENOENT) {
		return EX_OK;
	}
	if (failed) {
		return complain(cli, failed == EFBIG ? "is no text of at most 64 KiB" : strerror(failed));
	}
	return roots ? EX_OK : complain(cli, "or its directory does not belong to root, or others may write to it");
}

/* -- understanding -- */

static char *trim(char *text)
{
	size_t size;
	text += strspn(text, " \t");
	size = strlen(text);
	while (size && strchr(" \t\r", text[size - 1])) {
		text[--size] = 0;
	}
	if (size >= 2 && *text == '"' && text[size - 1] == '"') {
		text[size - 1] = 0;
		text++;
	}
	return text;
}

static bool take_word(const char *value, policy_word *to)
{
	static const char *const words[] = {"0", "1", "off", "on", "no", "yes", "false", "true"};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (ox_equal_nocase(value, words[i])) {
			*to = i % 2 ? POLICY_YES : POLICY_NO;
			return true;
		}
	}
	return false;
}

static bool take_text(const char *value, const char **to)
{
	*to = *value ? value : *to;
	return true;
}

static bool take(policy *policy, const char *name, const char *value)
{
	if (!strcmp(name, "outbox.allowed_hosts")) {
		return take_text(value, &policy->allowed_hosts);
	}
	if (!strcmp(name, "outbox.allow_private_hosts")) {
		return take_word(value, &policy->private_hosts);
	}
	if (!strcmp(name, "outbox.allow_insecure")) {
		return take_word(value, &policy->insecure);
	}
	if (!strcmp(name, "outbox.ca_file")) {
		return *value == '/' && take_text(value, &policy->ca_file);
	}
	if (!strcmp(name, "outbox.tls_cache")) {
		return *value == '/' && take_text(value, &policy->tls_cache);
	}
	return !strcmp(name, "outbox.ehlo") && *value && take_text(value, &policy->ehlo);
}

/* "name = value", a comment, or nothing. */
static bool understand(policy *policy, char *line)
{
	char *text = trim(line), *equals = strchr(text, '=');
	if (!*text || *text == ';' || *text == '#') {
		return true;
	}
	if (!equals) {
		return false;
	}
	*equals = 0;
	return take(policy, trim(text), trim(equals + 1));
}

/* It becomes part of a command. */
static int check_ehlo(const cli *cli, const char *name)
{
	ox_relay relay;
	ox_error error;
	ox_relay_init(&relay);
	int status = ox_relay_set(&relay, "ehlo", ox_slice_of(name), &error);
	ox_relay_clear(&relay);
	return status == OX_OK ? EX_OK : cli_wrong(cli, "%s", error.text);
}

int policy_load(const cli *cli, policy *policy)
{
	static char text[FILE_MAX + 1]; /* its words are used until the end */
	char why[96];
	unsigned number = 0;
	bool there;
	int code = read_file(cli, text, &there);
	for (char *line = text, *next; code == EX_OK && there && line; line = next) {
		next = strchr(line, '\n');
		if (next) {
			*next++ = 0;
		}
		number++;
		if (!understand(policy, line)) {
			snprintf(why, sizeof why, "cannot be understood in line %u: nothing is sent", number);
			code = complain(cli, why);
		}
	}
	return code == EX_OK && policy->ehlo ? check_ehlo(cli, policy->ehlo) : code;
}

ox_client_environment policy_environment(policy *policy)
{
	policy->addresses = (ox_address_policy){.allow_private = policy->private_hosts != POLICY_NO,
		.allowed_hosts = policy->allowed_hosts};
	return (ox_client_environment){.policy = &policy->addresses, .default_ca_file = policy->ca_file,
		.tls_cache_directory = policy->tls_cache, .ehlo = policy->ehlo};
}

bool policy_allows_insecure(const policy *policy)
{
	return policy->insecure == POLICY_YES;
}
