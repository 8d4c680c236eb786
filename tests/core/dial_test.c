/* SPDX-License-Identifier: MIT */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/dial.h"

enum { PATIENCE_MS = 10000 };

/* A listener on 127.0.0.1; `answer` runs in a thread for the first connection that comes. */
typedef struct server server;
struct server {
	int listener;
	uint16_t port;
	pthread_t thread;
	bool has_thread;
	void (*answer)(server *, int connection);
	char seen[512];
	size_t seen_size;
};

static void *serve(void *context)
{
	server *self = context;
	int connection = accept(self->listener, NULL, NULL);
	if (connection >= 0) {
		self->answer(self, connection);
		close(connection);
	}
	return NULL;
}

static void start(server *self, void (*answer)(server *, int connection))
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t length = sizeof address;
	memset(self, 0, sizeof *self);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	self->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(self->listener, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(self->listener, 5), 0);
	assert_int_equal(getsockname(self->listener, (struct sockaddr *)&address, &length), 0);
	self->port = ntohs(address.sin_port);
	self->answer = answer;
	if (answer) {
		self->has_thread = true;
		assert_int_equal(pthread_create(&self->thread, NULL, serve, self), 0);
	}
}

static void stop(server *self)
{
	shutdown(self->listener, SHUT_RDWR); /* wakes an accept that nobody came to */
	if (self->has_thread) {
		pthread_join(self->thread, NULL);
	}
	close(self->listener);
}

static uint16_t closed_port(void)
{
	server gone;
	start(&gone, NULL);
	stop(&gone);
	return gone.port;
}

static int finish(ox_dial *dial, ox_error *error)
{
	uint64_t end = ox_clock_ms() + PATIENCE_MS;
	int status;
	while ((status = ox_dial_step(dial, error)) == OX_AGAIN) {
		assert_true(ox_clock_ms() < end);
		ox_dial_wait(dial, 1000);
	}
	return status;
}

static ox_dial_options options_for(const char *host, uint16_t port)
{
	const ox_dial_options options = {.host = host, .port = port, .timeout_ms = 5000};
	return options;
}

/* Dials to the end and frees; *error tells how it went. */
static int dial_once(const ox_dial_options *options, ox_error *error)
{
	ox_dial *dial;
	ox_error_clear(error);
	int status = ox_dial_begin(options, &dial, error);
	if (status == OX_OK) {
		status = finish(dial, error);
		ox_dial_free(dial);
	}
	return status;
}

static void assert_fact(const ox_error *error, ox_error_class class, ox_stage stage, ox_fact fact,
	ox_retry retry)
{
	if (error->class != class || error->stage != stage || error->fact != fact ||
	    error->retry != retry) {
		fail_msg("%s at %s, %s, retry %d: %s", ox_error_class_name(error->class),
			ox_stage_name(error->stage), ox_fact_name(error->fact), (int)error->retry, error->text);
	}
}

static void a_connected_socket_is_the_callers(void **state)
{
	server listening;
	ox_dial *dial;
	ox_error error = {0};
	char expected[64], bytes[8];
	int number = 0;
	(void)state;
	start(&listening, NULL);
	const ox_dial_options options = options_for("127.0.0.1", listening.port);
	assert_int_equal(ox_dial_begin(&options, &dial, &error), OX_OK);
	assert_int_equal(finish(dial, &error), OX_OK);
	assert_int_equal(ox_dial_step(dial, &error), OX_OK);
	snprintf(expected, sizeof expected, "127.0.0.1:%u", (unsigned)listening.port);
	assert_string_equal(ox_dial_facts_of(dial)->peer, expected);
	ox_socket taken = ox_dial_take(dial);
	assert_int_equal(ox_dial_take(dial), OX_SOCKET_NONE);
	ox_dial_free(dial);

	int peer = accept(listening.listener, NULL, NULL);
	assert_true(peer >= 0);
	assert_true(fcntl(taken, F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(taken, F_GETFD) & FD_CLOEXEC);
	/* The first octets on the wire are ours: libcurl has sent none. */
	assert_int_equal(ox_socket_write(taken, "EHLO", 4, &number), 4);
	assert_int_equal(recv(peer, bytes, sizeof bytes, 0), 4);
	assert_memory_equal(bytes, "EHLO", 4);
	ox_socket_close(taken);
	assert_int_equal(recv(peer, bytes, sizeof bytes, 0), 0);
	close(peer);
	stop(&listening);
}

static void a_socket_that_is_not_taken_is_closed(void **state)
{
	server listening;
	ox_error error;
	char byte;
	(void)state;
	start(&listening, NULL);
	const ox_dial_options options = options_for("127.0.0.1", listening.port);
	assert_int_equal(dial_once(&options, &error), OX_OK);
	int peer = accept(listening.listener, NULL, NULL);
	assert_int_equal(recv(peer, &byte, 1, 0), 0);
	close(peer);
	stop(&listening);
}

static void a_refused_port_is_named(void **state)
{
	ox_error error;
	char expected[64];
	(void)state;
	const ox_dial_options options = options_for("127.0.0.1", closed_port());
	assert_int_equal(dial_once(&options, &error), OX_E_FAILED);
	assert_fact(&error, OX_ERROR_CONNECT, OX_STAGE_CONNECT, OX_FACT_ERRNO, OX_RETRY_LATER);
	assert_int_equal(error.sys_errno, ECONNREFUSED);
	snprintf(expected, sizeof expected, "cannot connect to 127.0.0.1 port %u: Connection refused",
		(unsigned)options.port);
	assert_string_equal(error.text, expected);
}

static void localhost_falls_through_to_the_family_that_listens(void **state)
{
	server listening;
	ox_error error;
	(void)state;
	start(&listening, NULL);
	const ox_dial_options options = options_for("localhost", listening.port);
	assert_int_equal(dial_once(&options, &error), OX_OK);
	stop(&listening);
}

static void an_address_that_is_not_allowed_is_never_tried(void **state)
{
	static const char *const hosts[] = {"127.0.0.1", "localhost", "::1", "127.1", "0x7f000001",
		"2130706433", "::ffff:127.0.0.1"};
	server listening;
	ox_error error;
	ox_address_policy policy = {.allow_private = false};
	(void)state;
	start(&listening, NULL);
	assert_int_equal(fcntl(listening.listener, F_SETFL, O_NONBLOCK), 0);
	for (size_t i = 0; i < OX_COUNT(hosts); i++) {
		ox_dial_options options = options_for(hosts[i], listening.port);
		options.policy = &policy;
		assert_int_equal(dial_once(&options, &error), OX_E_FAILED);
		assert_fact(&error, OX_ERROR_CONNECT, OX_STAGE_CONNECT, OX_FACT_ADDRESS_NOT_ALLOWED,
			OX_RETRY_NEVER);
		assert_non_null(strstr(error.text, hosts[i]));
	}
	assert_int_equal(accept(listening.listener, NULL, NULL), -1);
	policy.allow_private = true;
	ox_dial_options options = options_for("127.0.0.1", listening.port);
	options.policy = &policy;
	assert_int_equal(dial_once(&options, &error), OX_OK);
	stop(&listening);
}

static void a_host_that_is_not_listed_is_not_even_resolved(void **state)
{
	ox_error error;
	const ox_address_policy policy = {.allow_private = true,
									  .allowed_hosts = "smtp.example.com:587"};
	ox_dial_options options = options_for("other.example.com", 587);
	(void)state;
	options.policy = &policy;
	assert_int_equal(dial_once(&options, &error), OX_E_FAILED);
	assert_fact(&error, OX_ERROR_CONNECT, OX_STAGE_DNS, OX_FACT_HOST_NOT_ALLOWED, OX_RETRY_NEVER);
	/* A listed host through an unlisted proxy would be a way to anywhere. */
	options.host = "smtp.example.com";
	options.proxy = "socks5h://127.0.0.1:9";
	assert_int_equal(dial_once(&options, &error), OX_E_FAILED);
	assert_fact(&error, OX_ERROR_CONNECT, OX_STAGE_DNS, OX_FACT_HOST_NOT_ALLOWED, OX_RETRY_NEVER);
	assert_non_null(strstr(error.text, "127.0.0.1 port 9"));
}

static void what_is_no_host_is_refused(void **state)
{
	static const char *const hosts[] = {"", "a b", "a/b", "user@host", "host:25", "[::1]", "a#b",
		"a\r\nb", "::1%", "::1%a/b", "fe80::1%25@x", "b\xc3\xa4r.example"};
	ox_error error;
	(void)state;
	for (size_t i = 0; i < OX_COUNT(hosts); i++) {
		const ox_dial_options options = options_for(hosts[i], 25);
		assert_int_equal(dial_once(&options, &error), OX_E_FAILED);
		assert_int_equal(error.class, OX_ERROR_USAGE);
	}
	const ox_dial_options no_port = options_for("localhost", 0);
	assert_int_equal(dial_once(&no_port, &error), OX_E_FAILED);
	assert_int_equal(error.class, OX_ERROR_USAGE);
}

static void a_name_without_address_is_told_from_a_silent_resolver(void **state)
{
	ox_error error;
	(void)state;
	const ox_dial_options options = options_for("nonexistent.invalid", 25);
	assert_int_equal(dial_once(&options, &error), OX_E_FAILED);
	if (error.class == OX_ERROR_TIMEOUT) {
		assert_fact(&error, OX_ERROR_TIMEOUT, OX_STAGE_DNS, OX_FACT_NONE, OX_RETRY_LATER);
	} else if (error.fact == OX_FACT_RESOLVER_FAILED) { /* a machine without a resolver */
		assert_fact(&error, OX_ERROR_DNS, OX_STAGE_DNS, OX_FACT_RESOLVER_FAILED, OX_RETRY_LATER);
	} else {
		assert_fact(&error, OX_ERROR_DNS, OX_STAGE_DNS, OX_FACT_HOST_NOT_FOUND, OX_RETRY_NEVER);
	}
	assert_non_null(strstr(error.text, "nonexistent.invalid"));
}

static void the_source_address_is_used_and_a_foreign_one_refused(void **state)
{
	server listening;
	ox_error error;
	struct sockaddr_in from;
	socklen_t length = sizeof from;
	(void)state;
	start(&listening, NULL);
	ox_dial_options options = options_for("127.0.0.1", listening.port);
	options.source = "127.0.0.2";
	assert_int_equal(dial_once(&options, &error), OX_OK);
	int peer = accept(listening.listener, (struct sockaddr *)&from, &length);
	assert_int_equal(ntohl(from.sin_addr.s_addr), 0x7f000002);
	close(peer);
	options.source = "203.0.113.77";
	assert_int_equal(dial_once(&options, &error), OX_E_FAILED);
	assert_int_equal(error.class, OX_ERROR_CONNECT);
	assert_int_equal(error.retry, OX_RETRY_NEVER);
	assert_non_null(strstr(error.text, "203.0.113.77"));
	stop(&listening);
}

static void take_in(server *self, int connection, size_t size)
{
	while (self->seen_size < size) {
		ssize_t got = recv(connection, self->seen + self->seen_size, size - self->seen_size, 0);
		if (got <= 0) {
			return;
		}
		self->seen_size += (size_t)got;
	}
}

static void put(int connection, const void *bytes, size_t size)
{
	assert_int_equal(send(connection, bytes, size, MSG_NOSIGNAL), (ssize_t)size);
}

static void never_answer(server *self, int connection)
{
	char byte;
	(void)self;
	while (recv(connection, &byte, 1, 0) > 0) {
	}
}

/* No method, then CONNECT by name (RFC 1928): 5 1 0 3 LENGTH NAME PORT. */
static void take_socks_request(server *self, int connection)
{
	take_in(self, connection, 2);
	take_in(self, connection, 2 + (size_t)self->seen[1]);
	self->seen_size = 0;
	put(connection, "\x05\x00", 2);
	take_in(self, connection, 5);
	take_in(self, connection, 5 + (size_t)self->seen[4] + 2);
}

static void accept_by_socks(server *self, int connection)
{
	take_socks_request(self, connection);
	put(connection, "\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00" "220 hi\r\n", 18);
	never_answer(self, connection);
}

static void refuse_by_socks(server *self, int connection)
{
	take_socks_request(self, connection);
	put(connection, "\x05\x02\x00\x01\x00\x00\x00\x00\x00\x00", 10);
	never_answer(self, connection);
}

static void take_head(server *self, int connection)
{
	while (!strstr(self->seen, "\r\n\r\n")) {
		size_t before = self->seen_size;
		take_in(self, connection, before + 1);
		if (self->seen_size == before || self->seen_size + 1 >= sizeof self->seen) {
			return;
		}
	}
}

static void accept_by_http(server *self, int connection)
{
	static const char answer[] = "HTTP/1.1 200 OK\r\nX-Proxy: 1\r\n\r\n220 hi\r\n";
	take_head(self, connection);
	put(connection, answer, sizeof answer - 1);
	never_answer(self, connection);
}

static void refuse_by_http(server *self, int connection)
{
	static const char answer[] = "HTTP/1.1 403 No\r\nContent-Length: 6\r\n\r\nsecret";
	take_head(self, connection);
	put(connection, answer, sizeof answer - 1);
	never_answer(self, connection);
}

static void hang_up(server *self, int connection)
{
	take_in(self, connection, 1);
}

/* Dials mail.example.test:25 through a proxy of this kind; the greeting sent right behind the
 * proxy's answer must still be in the socket. */
static int dial_through(const char *scheme, void (*answer)(server *, int), server *proxy,
	int timeout_ms, ox_error *error)
{
	char url[96], greeting[16];
	ox_dial *dial;
	int number = 0;
	ox_error_clear(error);
	start(proxy, answer);
	snprintf(url, sizeof url, "%s://user:hush@127.0.0.1:%u", scheme, (unsigned)proxy->port);
	ox_dial_options options = options_for("mail.example.test", 25);
	options.proxy = url;
	options.timeout_ms = timeout_ms;
	assert_int_equal(ox_dial_begin(&options, &dial, error), OX_OK);
	int status = finish(dial, error);
	if (status == OX_OK) {
		ox_socket taken = ox_dial_take(dial);
		assert_true(ox_socket_wait(taken, OX_WAIT_READ, PATIENCE_MS) & OX_WAIT_READ);
		assert_int_equal(ox_socket_read(taken, greeting, sizeof greeting, &number), 8);
		assert_memory_equal(greeting, "220 hi\r\n", 8);
		ox_socket_close(taken);
	}
	ox_dial_free(dial);
	stop(proxy);
	assert_null(strstr(error->text, "hush"));
	return status;
}

static void socks_and_http_proxies_lead_to_the_host(void **state)
{
	server proxy;
	ox_error error;
	(void)state;
	assert_int_equal(dial_through("socks5h", accept_by_socks, &proxy, 5000, &error), OX_OK);
	assert_memory_equal(proxy.seen + 5, "mail.example.test\x00\x19", 19);
	assert_int_equal(dial_through("http", accept_by_http, &proxy, 5000, &error), OX_OK);
	assert_non_null(strstr(proxy.seen, "CONNECT mail.example.test:25 HTTP/1.1\r\n"));
	assert_non_null(strstr(proxy.seen, "Proxy-Authorization: Basic dXNlcjpodXNo\r\n"));
}

static void a_proxy_that_refuses_is_named(void **state)
{
	server proxy;
	ox_error error;
	(void)state;
	assert_int_equal(dial_through("socks5h", refuse_by_socks, &proxy, 5000, &error), OX_E_FAILED);
	assert_fact(&error, OX_ERROR_CONNECT, OX_STAGE_CONNECT, OX_FACT_PROXY_REFUSED, OX_RETRY_NEVER);
	assert_non_null(strstr(error.text, "mail.example.test port 25"));
	assert_int_equal(dial_through("http", refuse_by_http, &proxy, 5000, &error), OX_E_FAILED);
	assert_fact(&error, OX_ERROR_CONNECT, OX_STAGE_CONNECT, OX_FACT_PROXY_REFUSED, OX_RETRY_NEVER);
	assert_non_null(strstr(error.text, "403"));
	assert_int_equal(dial_through("http", hang_up, &proxy, 5000, &error), OX_E_FAILED);
	assert_fact(&error, OX_ERROR_CONNECT, OX_STAGE_CONNECT, OX_FACT_PROXY_REFUSED, OX_RETRY_LATER);
	assert_int_equal(dial_through("socks5h", hang_up, &proxy, 5000, &error), OX_E_FAILED);
	assert_fact(&error, OX_ERROR_CONNECT, OX_STAGE_CONNECT, OX_FACT_PROXY_REFUSED, OX_RETRY_LATER);
}

static void a_silent_peer_costs_no_more_than_the_timeout(void **state)
{
	static const char *const schemes[] = {"socks5h", "http"};
	server proxy;
	ox_error error;
	(void)state;
	for (size_t i = 0; i < OX_COUNT(schemes); i++) {
		uint64_t before = ox_clock_ms();
		assert_int_equal(dial_through(schemes[i], never_answer, &proxy, 150, &error), OX_E_FAILED);
		assert_in_range(ox_clock_ms() - before, 140, 5000);
		assert_fact(&error, OX_ERROR_TIMEOUT, OX_STAGE_CONNECT, OX_FACT_NONE, OX_RETRY_LATER);
	}
}

static void a_proxy_that_cannot_be_reached_or_used_is_an_error(void **state)
{
	static const char *const unusable[] = {"https://127.0.0.1:1", "ftp://127.0.0.1", "127.0.0.1:1",
		"socks5h://", "http://a b"};
	char url[64];
	ox_error error;
	ox_dial_options options = options_for("mail.example.test", 25);
	(void)state;
	snprintf(url, sizeof url, "socks5h://127.0.0.1:%u", (unsigned)closed_port());
	options.proxy = url;
	assert_int_equal(dial_once(&options, &error), OX_E_FAILED);
	assert_fact(&error, OX_ERROR_CONNECT, OX_STAGE_CONNECT, OX_FACT_ERRNO, OX_RETRY_LATER);
	assert_int_equal(error.sys_errno, ECONNREFUSED);
	assert_non_null(strstr(error.text, "the proxy 127.0.0.1"));
	for (size_t i = 0; i < OX_COUNT(unusable); i++) {
		options.proxy = unusable[i];
		assert_int_equal(dial_once(&options, &error), OX_E_FAILED);
		assert_int_equal(error.class, OX_ERROR_USAGE);
	}
}

static void the_policy_holds_for_the_proxy_and_for_written_addresses(void **state)
{
	ox_error error;
	const ox_address_policy policy = {.allow_private = false};
	ox_dial_options options = options_for("mail.example.test", 25);
	(void)state;
	options.policy = &policy;
	options.proxy = "socks5h://127.0.0.1:9";
	assert_int_equal(dial_once(&options, &error), OX_E_FAILED);
	assert_int_equal(error.fact, OX_FACT_ADDRESS_NOT_ALLOWED);
	options.host = "169.254.169.254";
	options.proxy = "socks5h://198.41.0.4:9";
	assert_int_equal(dial_once(&options, &error), OX_E_FAILED);
	assert_int_equal(error.fact, OX_FACT_ADDRESS_NOT_ALLOWED);
	assert_non_null(strstr(error.text, "169.254.169.254"));
}

static void the_environment_names_no_proxy(void **state)
{
	server listening;
	ox_error error;
	(void)state;
	start(&listening, NULL);
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	setenv("all_proxy", "http://127.0.0.1:1", 1);
	const ox_dial_options options = options_for("127.0.0.1", listening.port);
	assert_int_equal(dial_once(&options, &error), OX_OK);
	unsetenv("http_proxy");
	unsetenv("all_proxy");
	stop(&listening);

	setenv("no_proxy", "*", 1);
	server proxy;
	assert_int_equal(dial_through("socks5h", accept_by_socks, &proxy, 5000, &error), OX_OK);
	unsetenv("no_proxy");
}

static void a_dial_may_be_given_up_at_any_step(void **state)
{
	server proxy;
	ox_dial *dial;
	ox_error error;
	char url[64];
	(void)state;
	start(&proxy, never_answer);
	snprintf(url, sizeof url, "socks5h://127.0.0.1:%u", (unsigned)proxy.port);
	ox_dial_options options = options_for("mail.example.test", 25);
	options.proxy = url;
	for (int steps = 0; steps < 3; steps++) {
		assert_int_equal(ox_dial_begin(&options, &dial, &error), OX_OK);
		for (int i = 0; i < steps; i++) {
			assert_int_equal(ox_dial_step(dial, &error), OX_AGAIN);
			ox_dial_wait(dial, 10);
		}
		ox_dial_free(dial);
	}
	ox_dial_free(NULL);
	stop(&proxy);
}

static uint16_t scenario_port;

static void dial_without_memory(void)
{
	ox_error error;
	const ox_dial_options options = options_for("127.0.0.1", scenario_port);
	int status = dial_once(&options, &error);
	assert_true(status == OX_OK || (status == OX_E_NOMEM && error.class == OX_ERROR_MEMORY));
}

static void every_allocation_of_a_dial_may_fail(void **state)
{
	server listening;
	(void)state;
	start(&listening, NULL);
	scenario_port = listening.port;
	ox_test_failing_allocations(dial_without_memory);
	stop(&listening);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_connected_socket_is_the_callers),
		cmocka_unit_test(a_socket_that_is_not_taken_is_closed),
		cmocka_unit_test(a_refused_port_is_named),
		cmocka_unit_test(localhost_falls_through_to_the_family_that_listens),
		cmocka_unit_test(an_address_that_is_not_allowed_is_never_tried),
		cmocka_unit_test(a_host_that_is_not_listed_is_not_even_resolved),
		cmocka_unit_test(what_is_no_host_is_refused),
		cmocka_unit_test(a_name_without_address_is_told_from_a_silent_resolver),
		cmocka_unit_test(the_source_address_is_used_and_a_foreign_one_refused),
		cmocka_unit_test(socks_and_http_proxies_lead_to_the_host),
		cmocka_unit_test(a_proxy_that_refuses_is_named),
		cmocka_unit_test(a_silent_peer_costs_no_more_than_the_timeout),
		cmocka_unit_test(a_proxy_that_cannot_be_reached_or_used_is_an_error),
		cmocka_unit_test(the_policy_holds_for_the_proxy_and_for_written_addresses),
		cmocka_unit_test(the_environment_names_no_proxy),
		cmocka_unit_test(a_dial_may_be_given_up_at_any_step),
		cmocka_unit_test(every_allocation_of_a_dial_may_fail),
	};
	if (ox_dial_startup() != OX_OK) {
		return 1;
	}
	int failed = cmocka_run_group_tests_name("dial", tests, NULL, NULL);
	ox_dial_shutdown();
	return failed;
}
