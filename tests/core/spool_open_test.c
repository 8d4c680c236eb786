/* SPDX-License-Identifier: MIT */
#include "test.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "spool_fixture.h"

static char base[256]; /* a folder whose parents are nobody else's: below the checkout */

static int make_base(void **state)
{
	char here[200];
	(void)state;
	if (!getcwd(here, sizeof here)) {
		return -1;
	}
	snprintf(base, sizeof base, "%s/../../.work/open-XXXXXX", here);
	char *made = mkdtemp(base);
	char *real = made ? realpath(made, NULL) : NULL;
	if (!real) {
		return -1;
	}
	snprintf(base, sizeof base, "%s", real);
	free(real);
	return 0;
}

static int remove_base(void **state)
{
	(void)state;
	remove_tree(base);
	return 0;
}

static const char *at(const char *name)
{
	static char paths[4][400];
	static unsigned next;
	char *path = paths[next++ % 4];
	snprintf(path, sizeof paths[0], "%s/%s", base, name);
	return path;
}

static ox_error last;

static int open_at(const char *path, bool make, bool any_parent)
{
	ox_spool_options options;
	ox_spool *spool;
	ox_error_clear(&last);
	ox_spool_options_init(&options, path);
	options.make = make;
	options.any_parent = any_parent;
	int status = ox_spool_open(&options, &spool, &last);
	assert_true((spool != NULL) == (status == OX_OK));
	ox_spool_free(spool);
	return status;
}

static void is_refused(const char *path, ox_fact fact)
{
	assert_int_equal(open_at(path, true, false), OX_E_FAILED);
	assert_int_equal(last.class, OX_ERROR_STORAGE);
	if (last.fact != fact) {
		fail_msg("%s: %s, %s", path, ox_fact_name(last.fact), last.text);
	}
}

static void a_spool_is_made_once_and_opened_again(void **state)
{
	struct stat found;
	(void)state;
	assert_int_equal(open_at(at("a/b/spool"), false, false), OX_E_FAILED);
	assert_int_equal(last.fact, OX_FACT_SPOOL_MISSING);
	assert_int_equal(access(at("a"), F_OK), -1);
	assert_int_equal(open_at(at("a/b/spool"), true, false), OX_OK);
	assert_int_equal(open_at(at("a/b/spool"), false, false), OX_OK);
	assert_int_equal(open_at(at("a/b/spool/"), false, false), OX_OK);
	assert_int_equal(stat(at("a/b/spool"), &found), 0);
	assert_int_equal(found.st_mode & 0777, 0700);
	assert_int_equal(stat(at("a/b/spool/q/f"), &found), 0);
	assert_int_equal(found.st_mode & 0777, 0700);
}

static void a_half_made_spool_is_made_to_its_end(void **state)
{
	(void)state;
	assert_int_equal(mkdir(at("half"), 0700), 0);
	assert_int_equal(mkdir(at("half/q"), 0700), 0);
	assert_int_equal(open_at(at("half"), false, false), OX_E_FAILED);
	assert_int_equal(last.fact, OX_FACT_SPOOL_MISSING);
	assert_int_equal(open_at(at("half"), true, false), OX_OK);
	/* Torn by a power cut. */
	assert_int_equal(truncate(at("half/VERSION"), 0), 0);
	assert_int_equal(open_at(at("half"), true, false), OX_OK);
	assert_int_equal(open_at(at("half"), false, false), OX_OK);
}

static void a_newer_version_is_refused(void **state)
{
	(void)state;
	assert_int_equal(open_at(at("newer"), true, false), OX_OK);
	FILE *file = fopen(at("newer/VERSION"), "w");
	fputs("2\n", file);
	fclose(file);
	is_refused(at("newer"), OX_FACT_SPOOL_VERSION);
	file = fopen(at("newer/VERSION"), "w");
	fputs("one\n", file);
	fclose(file);
	is_refused(at("newer"), OX_FACT_SPOOL_VERSION);
}

static void paths_that_are_not_plain_are_refused(void **state)
{
	static const char *const paths[] = {"", "spool", "./spool", "/", "//", "/srv/../spool", "/srv/./spool"};
	(void)state;
	for (size_t i = 0; i < OX_COUNT(paths); i++) {
		is_refused(paths[i], OX_FACT_SPOOL_INSECURE);
	}
}

static void nothing_is_made_below_tmp(void **state)
{
	(void)state;
	is_refused("/tmp/outbox-never-made/spool", OX_FACT_SPOOL_INSECURE);
	assert_int_equal(access("/tmp/outbox-never-made", F_OK), -1);
	is_refused("/var/tmp/outbox-never-made", OX_FACT_SPOOL_INSECURE);
	is_refused("/dev/shm/outbox-never-made", OX_FACT_SPOOL_INSECURE);
	assert_non_null(strstr(last.text, "/dev/shm can be written to by other users"));
}

static void links_are_refused_anywhere_on_the_way(void **state)
{
	(void)state;
	assert_int_equal(mkdir(at("real"), 0700), 0);
	assert_int_equal(open_at(at("real/spool"), true, false), OX_OK);
	assert_int_equal(symlink("real", at("link")), 0);
	assert_int_equal(symlink("real/spool", at("direct")), 0);
	is_refused(at("link/spool"), OX_FACT_SPOOL_INSECURE);
	is_refused(at("direct"), OX_FACT_SPOOL_INSECURE);
	is_refused(at("direct/"), OX_FACT_SPOOL_INSECURE);
	assert_int_equal(rename(at("real/spool/q"), at("real/q")), 0);
	assert_int_equal(symlink("../q", at("real/spool/q")), 0);
	is_refused(at("real/spool"), OX_FACT_SPOOL_INSECURE);
}

static void modes_that_let_others_in_are_refused(void **state)
{
	(void)state;
	assert_int_equal(open_at(at("open"), true, false), OX_OK);
	assert_int_equal(chmod(at("open"), 0750), 0);
	is_refused(at("open"), OX_FACT_SPOOL_INSECURE);
	assert_int_equal(chmod(at("open"), 0701), 0);
	is_refused(at("open"), OX_FACT_SPOOL_INSECURE);
	assert_int_equal(chmod(at("open"), 0700), 0);
	assert_int_equal(chmod(at("open/d"), 0770), 0);
	is_refused(at("open"), OX_FACT_SPOOL_INSECURE);
	assert_int_equal(chmod(at("open/d"), 0700), 0);
	assert_int_equal(open_at(at("open"), false, false), OX_OK);
	assert_int_equal(mkdir(at("wide"), 0700), 0);
	assert_int_equal(chmod(at("wide"), 0777), 0);
	is_refused(at("wide/spool"), OX_FACT_SPOOL_INSECURE);
	assert_int_equal(chmod(at("wide"), 01777), 0);
	is_refused(at("wide/spool"), OX_FACT_SPOOL_INSECURE);
	assert_int_equal(open_at(at("wide/spool"), true, true), OX_OK);
}

static void owners_that_are_others_are_refused(void **state)
{
	(void)state;
	if (geteuid() != 0) {
		skip();
	}
	assert_int_equal(open_at(at("owned"), true, false), OX_OK);
	assert_int_equal(chown(at("owned"), 12345, 12345), 0);
	is_refused(at("owned"), OX_FACT_SPOOL_INSECURE);
	assert_int_equal(mkdir(at("theirs"), 0755), 0);
	assert_int_equal(chown(at("theirs"), 12345, 12345), 0);
	is_refused(at("theirs/spool"), OX_FACT_SPOOL_INSECURE);
	assert_int_equal(open_at(at("theirs/spool"), true, true), OX_OK);
}

static void every_allocation_may_fail(void **state)
{
	(void)state;
	for (long successes = 0;; successes++) {
		ox_memory_fail_after(successes);
		int status = open_at(at("allocations"), true, false);
		if (ox_memory_fail_after(-1) <= successes) {
			assert_int_equal(status, OX_OK);
			return;
		}
		assert_int_equal(status, OX_E_NOMEM);
	}
}

static void names_tell_class_lane_and_time(void **state)
{
	static const char *const none[] = {"", "01HF7YAT00ABCDEFGHJKMNPQR", "01HF7YAT00ABCDEFGHJKMNPQRSS",
		"81HF7YAT00ABCDEFGHJKMNPQRS", "01HF7YAT00ABCDEFGHJKMNPQRU", "01hf7yat00ABCDEFGHJKMNPQRS",
		"../../../etc/passwd0000000"};
	(void)state;
	assert_true(ox_spool_id_is_valid("01HF7YAT00ABCDEFGHJKMNPQRS"));
	assert_int_equal(ox_spool_id_created_ms("01HF7YAT000000000000000000"), 1700000000000);
	for (size_t i = 0; i < OX_COUNT(none); i++) {
		assert_false(ox_spool_id_is_valid(none[i]));
	}
	assert_int_not_equal(ox_spool_lane("main"), ox_spool_lane("other"));
	assert_true(ox_spool_profile_is_valid("smtp.gmail.com-1_a"));
	assert_false(ox_spool_profile_is_valid("-x"));
	assert_false(ox_spool_profile_is_valid("a/b"));
	assert_false(ox_spool_profile_is_valid(
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
}

/* As outbox setup makes /var/spool/outbox: everybody passes, nobody lists who has a queue. */
static void a_directory_that_cannot_be_read_can_be_on_the_way(void **state)
{
	enum { NOBODY = 65534 };
	char folder[] = "/tmp/outbox-open-XXXXXX", spool[64];
	int status = -1;
	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(spool, sizeof spool, "%s/spool", folder);
	assert_int_equal(mkdir(spool, 0700), 0);
	assert_int_equal(chmod(folder, 0311), 0);
	pid_t child = fork();
	if (child == 0) {
		bool other = geteuid() == 0;
		if (other && (chown(spool, NOBODY, NOBODY) != 0 || chmod(folder, 0711) != 0 || seteuid(NOBODY) != 0)) {
			_exit(100);
		}
		_exit(open_at(spool, true, true) == OX_OK ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	(void)chmod(folder, 0700);
	remove_tree(folder);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_spool_is_made_once_and_opened_again),
		cmocka_unit_test(a_half_made_spool_is_made_to_its_end),
		cmocka_unit_test(a_newer_version_is_refused),
		cmocka_unit_test(paths_that_are_not_plain_are_refused),
		cmocka_unit_test(nothing_is_made_below_tmp),
		cmocka_unit_test(links_are_refused_anywhere_on_the_way),
		cmocka_unit_test(modes_that_let_others_in_are_refused),
		cmocka_unit_test(owners_that_are_others_are_refused),
		cmocka_unit_test(every_allocation_may_fail),
		cmocka_unit_test(names_tell_class_lane_and_time),
		cmocka_unit_test(a_directory_that_cannot_be_read_can_be_on_the_way),
	};
	return cmocka_run_group_tests(tests, make_base, remove_base);
}
