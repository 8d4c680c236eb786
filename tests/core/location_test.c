/* SPDX-License-Identifier: MIT */
#include "test.h"

#include <errno.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "spool/location.h"

static char folder[64];

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/outbox-location-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_entry(const char *path, const struct stat *found, int kind, struct FTW *walk)
{
	(void)found;
	(void)kind;
	(void)walk;
	return remove(path);
}

static int remove_folder(void **state)
{
	(void)state;
	return nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static const char *in_folder(const char *name)
{
	static char path[200];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static ox_user somebody(const char *home)
{
	ox_user user = {.id = geteuid(), .group = getegid()};
	snprintf(user.home, sizeof user.home, "%s", home);
	return user;
}

static void expect_mode(const char *path, unsigned mode)
{
	struct stat found;
	assert_int_equal(lstat(path, &found), 0);
	assert_int_equal(found.st_mode & 07777, mode);
	assert_true(S_ISDIR(found.st_mode));
}

static void a_spool_is_in_the_root_by_the_number_of_its_user(void **state)
{
	char path[OX_SPOOL_PATH_MAX + 1], expected[300];
	ox_error error;
	(void)state;
	ox_user user = somebody("/home/ann");
	assert_int_equal(ox_spool_locate(folder, &user, path, &error), OX_OK);
	snprintf(expected, sizeof expected, "%s/%u", folder, (unsigned)user.id);
	assert_string_equal(path, expected);
}

static void without_a_prepared_one_a_spool_is_in_the_home(void **state)
{
	char path[OX_SPOOL_PATH_MAX + 1];
	ox_error error;
	(void)state;
	ox_user user = {.id = 4000000000u, .home = "/home/ann"};
	assert_int_equal(ox_spool_locate(NULL, &user, path, &error), OX_OK);
	assert_string_equal(path, "/home/ann/.local/state/outbox");
}

static void a_user_without_a_home_is_told_what_root_has_to_do(void **state)
{
	char path[OX_SPOOL_PATH_MAX + 1];
	ox_error error;
	(void)state;
	ox_user user = {.id = 4000000000u, .home = "/"};
	assert_int_equal(ox_spool_locate(NULL, &user, path, &error), OX_E_FAILED);
	assert_int_equal(error.class, OX_ERROR_STORAGE);
	assert_int_equal(error.fact, OX_FACT_SPOOL_MISSING);
	assert_non_null(strstr(error.text, "outbox setup --user 4000000000"));
}

static void a_root_that_is_no_absolute_path_is_refused(void **state)
{
	char path[OX_SPOOL_PATH_MAX + 1], endless[4000];
	static const char *const wrong[] = {"", "spool", "./spool", "/a\nb"};
	ox_error error;
	(void)state;
	for (size_t i = 0; i < OX_COUNT(wrong); i++) {
		assert_int_equal(ox_spool_locate(wrong[i], NULL, path, &error), OX_E_FAILED);
		assert_int_equal(error.class, OX_ERROR_USAGE);
	}
	memset(endless, 'a', sizeof endless);
	endless[0] = '/';
	endless[sizeof endless - 1] = 0;
	assert_int_equal(ox_spool_prepare(endless, NULL, path, &error), OX_E_FAILED);
	assert_int_equal(error.class, OX_ERROR_USAGE);
}

static void a_prepared_spool_is_private_in_a_root_that_nobody_can_list(void **state)
{
	char path[OX_SPOOL_PATH_MAX + 1], root[200];
	ox_error error;
	(void)state;
	snprintf(root, sizeof root, "%s", in_folder("deep/er/root"));
	assert_int_equal(ox_spool_prepare(root, NULL, path, &error), OX_OK);
	expect_mode(root, 0711);
	expect_mode(path, 0700);
	/* And a second time it is simply there. */
	assert_int_equal(ox_spool_prepare(root, NULL, path, &error), OX_OK);
}

static void a_spool_made_by_root_belongs_to_its_user(void **state)
{
	char path[OX_SPOOL_PATH_MAX + 1];
	struct stat found;
	ox_error error;
	(void)state;
	if (geteuid() != 0) {
		skip(); /* only root can give a directory away */
	}
	ox_user user;
	assert_true(ox_user_find("nobody", &user));
	assert_int_equal(ox_spool_prepare(in_folder("given"), &user, path, &error), OX_OK);
	expect_mode(path, 0700);
	assert_int_equal(lstat(path, &found), 0);
	assert_int_equal(found.st_uid, user.id);
}

static void what_somebody_else_put_there_is_not_taken_for_a_spool(void **state)
{
	char path[OX_SPOOL_PATH_MAX + 1], root[200], target[300];
	ox_error error;
	(void)state;
	snprintf(root, sizeof root, "%s", in_folder("trap"));
	assert_int_equal(mkdir(root, 0711), 0);
	assert_int_equal(chmod(root, 0711), 0);
	snprintf(target, sizeof target, "%s/%u", root, (unsigned)geteuid());
	assert_int_equal(symlink("/etc", target), 0);
	assert_int_equal(ox_spool_prepare(root, NULL, path, &error), OX_E_FAILED);
	assert_int_equal(error.fact, OX_FACT_SPOOL_INSECURE);

	assert_int_equal(unlink(target), 0);
	assert_int_equal(mkdir(target, 0700), 0);
	assert_int_equal(chmod(target, 0755), 0);
	assert_int_equal(ox_spool_prepare(root, NULL, path, &error), OX_E_FAILED);
	assert_int_equal(error.fact, OX_FACT_SPOOL_INSECURE);
}

static void a_root_that_others_may_write_to_is_not_taken(void **state)
{
	char path[OX_SPOOL_PATH_MAX + 1], root[200];
	ox_error error;
	(void)state;
	snprintf(root, sizeof root, "%s", in_folder("open"));
	assert_int_equal(mkdir(root, 0777), 0);
	assert_int_equal(chmod(root, 0777), 0);
	assert_int_equal(ox_spool_prepare(root, NULL, path, &error), OX_E_FAILED);
	assert_int_equal(error.fact, OX_FACT_SPOOL_INSECURE);
}

static void users_are_found_by_name_and_by_number(void **state)
{
	ox_user user;
	(void)state;
	assert_true(ox_user_find("root", &user));
	assert_int_equal(user.id, 0);
	assert_true(ox_user_find("0", &user));
	assert_string_equal(user.name, "root");
	assert_true(ox_user_find("3999999999", &user));
	assert_string_equal(user.name, "");
	assert_false(ox_user_find("no such user", &user));
	assert_false(ox_user_find("4294967295", &user)); /* (uid_t)-1 means "leave it" to chown */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_spool_is_in_the_root_by_the_number_of_its_user),
		cmocka_unit_test(without_a_prepared_one_a_spool_is_in_the_home),
		cmocka_unit_test(a_user_without_a_home_is_told_what_root_has_to_do),
		cmocka_unit_test(a_root_that_is_no_absolute_path_is_refused),
		cmocka_unit_test(a_prepared_spool_is_private_in_a_root_that_nobody_can_list),
		cmocka_unit_test(a_spool_made_by_root_belongs_to_its_user),
		cmocka_unit_test(what_somebody_else_put_there_is_not_taken_for_a_spool),
		cmocka_unit_test(a_root_that_others_may_write_to_is_not_taken),
		cmocka_unit_test(users_are_found_by_name_and_by_number),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
