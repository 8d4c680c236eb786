/* SPDX-License-Identifier: MIT */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/given_file.h"

static char folder[64];
static char path[96];

static int begin(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/outbox-file-XXXXXX");
	if (!mkdtemp(folder)) {
		return -1;
	}
	snprintf(path, sizeof path, "%s/a file", folder);
	return 0;
}

static int end(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(folder);
}

static void write_file(const char *text)
{
	FILE *to = fopen(path, "w");
	assert_non_null(to);
	fputs(text, to);
	assert_int_equal(fclose(to), 0);
}

static ox_given_file *opened(void)
{
	ox_given_file *file = NULL;
	ox_error error;
	assert_int_equal(ox_given_file_open(path, &file, &error), OX_OK);
	return file;
}

static void any_piece_can_be_read_and_read_again(void **state)
{
	(void)state;
	char got[10] = "";
	write_file("0123456789");
	ox_given_file *file = opened();
	assert_int_equal(ox_given_file_size(file), 10);
	assert_int_equal(unlink(path), 0); /* the name may go */
	for (int i = 0; i < 2; i++) {
		assert_true(ox_given_file_read(file, 3, got, 4));
		assert_memory_equal(got, "3456", 4);
		assert_true(ox_given_file_read(file, 0, got, 10));
		assert_false(ox_given_file_read(file, 8, got, 3));
	}
	ox_given_file_free(file);
}

static void a_file_that_changed_is_read_no_more(void **state)
{
	(void)state;
	static const char *const changes[] = {"0123", "0123456789a", "xxxxxxxxxx"};
	for (size_t i = 0; i < OX_COUNT(changes); i++) {
		char got[4];
		struct timespec past[2] = {{1000, 0}, {1000, 0}};
		write_file("0123456789");
		assert_int_equal(utimensat(AT_FDCWD, path, past, 0), 0);
		ox_given_file *file = opened();
		assert_true(ox_given_file_read(file, 0, got, 4));
		write_file(changes[i]);
		assert_false(ox_given_file_read(file, 0, got, 4));
		ox_given_file_free(file);
	}
}

static void only_regular_files_are_opened_and_nobody_is_waited_for(void **state)
{
	(void)state;
	ox_given_file *file = NULL;
	ox_error error;
	assert_int_equal(ox_given_file_open(path, &file, &error), OX_E_FAILED);
	assert_int_equal(error.sys_errno, ENOENT);
	assert_int_equal(ox_given_file_open(folder, &file, &error), OX_E_FAILED);
	assert_string_equal(error.text, "it is not a regular file");
	assert_int_equal(ox_given_file_open("/dev/null", &file, &error), OX_E_FAILED);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(ox_given_file_open(path, &file, &error), OX_E_FAILED);
	assert_string_equal(error.text, "it is not a regular file");
	assert_int_equal(unlink(path), 0);
	assert_null(file);
}

static void the_path_is_that_of_what_was_opened(void **state)
{
	(void)state;
	char link[96], found[256], expected[256];
	write_file("x");
	snprintf(link, sizeof link, "%s/link", folder);
	assert_int_equal(symlink(path, link), 0);
	ox_given_file *file = NULL;
	ox_error error;
	assert_int_equal(ox_given_file_open(link, &file, &error), OX_OK);
	assert_int_equal(unlink(link), 0);
	assert_int_equal(symlink("/etc/passwd", link), 0);
	assert_int_equal(ox_given_file_path(file, link, found, sizeof found), OX_OK);
	assert_non_null(realpath(path, expected));
	assert_string_equal(found, expected);
	ox_given_file_free(file);
	assert_int_equal(unlink(link), 0);
}

static void no_child_inherits_it(void **state)
{
	(void)state;
	char name[64];
	write_file("x");
	int before = dup(0);
	assert_true(before >= 0);
	close(before);
	ox_given_file *file = opened();
	snprintf(name, sizeof name, "/proc/self/fd/%d", before);
	assert_true(fcntl(before, F_GETFD) & FD_CLOEXEC); /* the lowest free number was its */
	ox_given_file_free(file);
	assert_int_equal(access(name, F_OK), -1);
}

static void open_and_free(void)
{
	ox_given_file *file = NULL;
	ox_error error;
	int status = ox_given_file_open(path, &file, &error);
	assert_true(status == OX_OK || status == OX_E_NOMEM);
	ox_given_file_free(file);
}

static void without_memory_nothing_stays_open(void **state)
{
	(void)state;
	write_file("x");
	ox_test_failing_allocations(open_and_free);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(any_piece_can_be_read_and_read_again, begin, end),
		cmocka_unit_test_setup_teardown(a_file_that_changed_is_read_no_more, begin, end),
		cmocka_unit_test_setup_teardown(only_regular_files_are_opened_and_nobody_is_waited_for, begin, end),
		cmocka_unit_test_setup_teardown(the_path_is_that_of_what_was_opened, begin, end),
		cmocka_unit_test_setup_teardown(no_child_inherits_it, begin, end),
		cmocka_unit_test_setup_teardown(without_memory_nothing_stays_open, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
