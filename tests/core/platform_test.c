/* SPDX-License-Identifier: MIT */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "net/platform.h"

static char folder[64];
static char cache[96];

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/outbox-platform-XXXXXX");
	if (!mkdtemp(folder)) {
		return -1;
	}
	snprintf(cache, sizeof cache, "%s/cache", folder);
	return 0;
}

static int remove_folder(void **state)
{
	static const char *const names[] = {"cache/a", "cache/link", "cache/other", "cache/fifo",
		"cache", "link", "elsewhere"};
	char path[160];
	(void)state;
	for (size_t i = 0; i < OX_COUNT(names); i++) {
		snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		remove(path);
	}
	return rmdir(folder); /* a leftover (a temporary file that nobody renamed) fails here */
}

static const char *in_cache(const char *name)
{
	static char path[160];
	snprintf(path, sizeof path, "%s/%s", cache, name);
	return path;
}

static int read_name(const char *name)
{
	char bytes[16];
	size_t size = sizeof bytes;
	return ox_private_read(cache, name, bytes, &size);
}

static void a_private_file_is_read_as_it_was_written(void **state)
{
	char bytes[16];
	size_t size = sizeof bytes;
	struct stat found;
	(void)state;
	assert_int_equal(ox_private_read(cache, "a", bytes, &size), OX_E_FAILED);
	assert_int_equal(ox_private_write(cache, "a", "first", 5), OX_OK);
	assert_int_equal(ox_private_write(cache, "a", "second", 6), OX_OK);
	assert_int_equal(ox_private_read(cache, "a", bytes, &size), OX_OK);
	assert_int_equal(size, 6);
	assert_memory_equal(bytes, "second", 6);
	assert_int_equal(stat(in_cache("a"), &found), 0);
	assert_int_equal(found.st_mode & 07777, 0600);
	assert_int_equal(stat(cache, &found), 0);
	assert_int_equal(found.st_mode & 07777, 0700);
	ox_private_remove(cache, "a");
	assert_int_equal(read_name("a"), OX_E_FAILED);
}

static void a_file_larger_than_the_room_is_refused(void **state)
{
	char bytes[16];
	size_t size = 5;
	(void)state;
	assert_int_equal(ox_private_write(cache, "a", "second", 6), OX_OK);
	assert_int_equal(ox_private_read(cache, "a", bytes, &size), OX_E_FAILED);
	size = 6;
	assert_int_equal(ox_private_read(cache, "a", bytes, &size), OX_OK);
}

static void a_name_never_leaves_the_directory(void **state)
{
	static const char *const names[] = {"", ".", "..", "../a", "a/b", "/etc/passwd", ".hidden"};
	(void)state;
	for (size_t i = 0; i < OX_COUNT(names); i++) {
		assert_int_equal(ox_private_write(cache, names[i], "x", 1), OX_E_FAILED);
		assert_int_equal(read_name(names[i]), OX_E_FAILED);
	}
}

static void a_file_that_others_can_touch_is_refused(void **state)
{
	(void)state;
	assert_int_equal(ox_private_write(cache, "a", "x", 1), OX_OK);
	assert_int_equal(read_name("a"), OX_OK);
	assert_int_equal(chmod(in_cache("a"), 0640), 0);
	assert_int_equal(read_name("a"), OX_E_FAILED);
	assert_int_equal(chmod(in_cache("a"), 0602), 0);
	assert_int_equal(read_name("a"), OX_E_FAILED);
	assert_int_equal(chmod(in_cache("a"), 0600), 0);
	assert_int_equal(read_name("a"), OX_OK);
}

static void links_and_special_files_are_refused(void **state)
{
	char original[160];
	(void)state;
	assert_int_equal(ox_private_write(cache, "a", "x", 1), OX_OK);
	snprintf(original, sizeof original, "%s", in_cache("a"));
	assert_int_equal(symlink(original, in_cache("link")), 0);
	assert_int_equal(read_name("link"), OX_E_FAILED);
	assert_int_equal(mkfifo(in_cache("fifo"), 0600), 0);
	assert_int_equal(read_name("fifo"), OX_E_FAILED);
	assert_int_equal(link(original, in_cache("other")), 0);
	assert_int_equal(read_name("a"), OX_E_FAILED);
	/* Writing through the symbolic link replaces the link and leaves its target alone. */
	assert_int_equal(ox_private_write(cache, "link", "new", 3), OX_OK);
	struct stat found;
	assert_int_equal(stat(original, &found), 0);
	assert_int_equal(found.st_size, 1);
}

static void a_directory_that_is_not_private_is_refused(void **state)
{
	char path[160];
	(void)state;
	assert_int_equal(ox_private_write(cache, "a", "x", 1), OX_OK);
	assert_true(ox_private_is_usable(cache));
	assert_int_equal(chmod(cache, 0710), 0);
	assert_int_equal(read_name("a"), OX_E_FAILED);
	assert_int_equal(ox_private_write(cache, "a", "x", 1), OX_E_FAILED);
	assert_false(ox_private_is_usable(cache));
	assert_int_equal(chmod(cache, 0700), 0);
	snprintf(path, sizeof path, "%s/link", folder);
	assert_int_equal(symlink(cache, path), 0);
	assert_int_equal(ox_private_write(path, "a", "x", 1), OX_E_FAILED);
	assert_false(ox_private_is_usable(path));
	snprintf(path, sizeof path, "%s/link/", folder);
	assert_int_equal(ox_private_write(path, "a", "x", 1), OX_E_FAILED);
	assert_false(ox_private_is_usable(path));
	snprintf(path, sizeof path, "%s/not/there", folder);
	assert_int_equal(ox_private_write(path, "a", "x", 1), OX_E_FAILED);
	assert_false(ox_private_is_usable(path));
}

static void write_without_memory(void)
{
	(void)!ox_private_write(cache, "a", "x", 1);
}

static void every_allocation_of_a_write_may_fail(void **state)
{
	(void)state;
	ox_test_failing_allocations(write_without_memory);
}

static void the_clock_goes_forward_and_the_dice_differ(void **state)
{
	uint8_t a[300] = {0}, b[300] = {0};
	(void)state;
	uint64_t before = ox_clock_ms();
	assert_true(ox_clock_ms() >= before);
	assert_true(ox_wall_clock_ms() > 1700000000000u);
	assert_int_equal(ox_random(a, sizeof a), OX_OK);
	assert_int_equal(ox_random(b, sizeof b), OX_OK);
	assert_memory_not_equal(a, b, sizeof a);
	assert_memory_not_equal(a + 256, b + 256, 44);
	assert_int_equal(ox_process_id(), getpid());
}

static void a_name_that_does_not_fit_is_terminated(void **state)
{
	char name[256], two[2] = {'x', 'x'};
	(void)state;
	ox_host_name(name, sizeof name);
	assert_true(strlen(name) < sizeof name);
	ox_host_name(two, sizeof two);
	assert_int_equal(two[1], 0);
	ox_system_message(ECONNREFUSED, name, sizeof name);
	assert_string_equal(name, "Connection refused");
	ox_system_message(ECONNREFUSED, two, sizeof two);
	assert_true(strlen(two) < 2);
}

static void on_alarm(int number)
{
	(void)number;
}

static void a_signal_does_not_shorten_a_wait(void **state)
{
	int pair[2];
	struct sigaction action = {.sa_handler = on_alarm};
	struct itimerval every = {{0, 5000}, {0, 5000}}, never = {{0, 0}, {0, 0}};
	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &every, NULL);
	uint64_t before = ox_clock_ms();
	int ready = ox_socket_wait(pair[0], OX_WAIT_READ, 60);
	uint64_t waited = ox_clock_ms() - before;
	setitimer(ITIMER_REAL, &never, NULL);
	assert_int_equal(ready, 0);
	assert_in_range(waited, 59, 5000);
	close(pair[0]);
	close(pair[1]);
}

static void a_wait_tells_what_holds(void **state)
{
	int pair[2];
	char byte;
	int number = 0;
	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	ox_socket_prepare(pair[0]);
	assert_int_equal(ox_socket_wait(pair[0], OX_WAIT_READ, 0), 0);
	assert_int_equal(ox_socket_wait(pair[0], OX_WAIT_READ | OX_WAIT_WRITE, 0), OX_WAIT_WRITE);
	assert_int_equal(ox_socket_read(pair[0], &byte, 1, &number), OX_WOULD_BLOCK);
	assert_int_equal(write(pair[1], "x", 1), 1);
	assert_int_equal(ox_socket_wait(pair[0], OX_WAIT_READ, OX_FOREVER), OX_WAIT_READ);
	assert_int_equal(ox_socket_read(pair[0], &byte, 1, &number), 1);
	close(pair[1]);
	assert_true(ox_socket_wait(pair[0], OX_WAIT_READ, OX_FOREVER) & OX_WAIT_READ);
	assert_int_equal(ox_socket_read(pair[0], &byte, 1, &number), 0);
	/* The default action of SIGPIPE would end this program here. */
	assert_int_equal(ox_socket_write(pair[0], "x", 1, &number), OX_SOCKET_BROKEN);
	assert_int_equal(number, EPIPE);
	assert_true(ox_socket_wait(pair[0], OX_WAIT_WRITE, 0) & OX_WAIT_READ);
	ox_socket_close(pair[0]);
	ox_socket_close(OX_SOCKET_NONE);
}

static int option_of(int socket, int level, int name)
{
	int value = -1;
	socklen_t size = sizeof value;
	assert_int_equal(getsockopt(socket, level, name, &value, &size), 0);
	return value;
}

static void a_prepared_socket_tells_its_addresses(void **state)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t length = sizeof address;
	char text[64], expected[64];
	int number = 0;
	(void)state;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ox_socket listener = ox_socket_open(AF_INET, SOCK_STREAM, 0, &number);
	ox_socket client = ox_socket_open(AF_INET, SOCK_STREAM, 0, &number);
	assert_true(fcntl(client, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(ox_socket_peer(client, text, sizeof text), OX_E_FAILED);
	assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &length), 0);
	assert_int_equal(connect(client, (struct sockaddr *)&address, sizeof address), 0);
	ox_socket_prepare(client);
	assert_true(fcntl(client, F_GETFL) & O_NONBLOCK);
	assert_true(option_of(client, IPPROTO_TCP, TCP_NODELAY));
	assert_true(option_of(client, SOL_SOCKET, SO_KEEPALIVE));
#ifdef TCP_KEEPIDLE
	assert_int_equal(option_of(client, IPPROTO_TCP, TCP_KEEPIDLE), 30);
#endif
	assert_int_equal(ox_socket_literal(client, text, sizeof text), OX_OK);
	assert_string_equal(text, "[127.0.0.1]");
	snprintf(expected, sizeof expected, "127.0.0.1:%u", (unsigned)ntohs(address.sin_port));
	assert_int_equal(ox_socket_peer(client, text, sizeof text), OX_OK);
	assert_string_equal(text, expected);
	ox_socket_close(client);
	ox_socket_close(listener);
	assert_int_equal(ox_socket_open(-1, SOCK_STREAM, 0, &number), OX_SOCKET_NONE);
	assert_int_equal(number, EAFNOSUPPORT);
}

#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FOLDER(a_private_file_is_read_as_it_was_written),
		WITH_FOLDER(a_file_larger_than_the_room_is_refused),
		WITH_FOLDER(a_name_never_leaves_the_directory),
		WITH_FOLDER(a_file_that_others_can_touch_is_refused),
		WITH_FOLDER(links_and_special_files_are_refused),
		WITH_FOLDER(a_directory_that_is_not_private_is_refused),
		WITH_FOLDER(every_allocation_of_a_write_may_fail),
		cmocka_unit_test(the_clock_goes_forward_and_the_dice_differ),
		cmocka_unit_test(a_name_that_does_not_fit_is_terminated),
		cmocka_unit_test(a_signal_does_not_shorten_a_wait),
		cmocka_unit_test(a_wait_tells_what_holds),
		cmocka_unit_test(a_prepared_socket_tells_its_addresses),
	};
	return cmocka_run_group_tests_name("platform", tests, NULL, NULL);
}
