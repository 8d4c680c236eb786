/* SPDX-License-Identifier: MIT */
#include "net/dial_internal.h"

#include <stdio.h>
#include <string.h>

#include "base/string.h"
#include "net/sockaddr.h"

int ox_dial_startup(void)
{
	return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? OX_OK : OX_E_FAILED;
}

void ox_dial_shutdown(void)
{
	curl_global_cleanup();
}

/* Asked by libcurl for each address when its turn comes, after all resolving. */
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
	ox_dial *dial = context;
	(void)purpose;
	if (dial->options.policy && !ox_policy_allows_address(dial->options.policy, &address->addr)) {
		dial->facts.addresses_refused++;
		return CURL_SOCKET_BAD;
	}
	dial->addresses_tried++;
	ox_socket opened = ox_socket_open(address->family, address->socktype, address->protocol,
		&dial->system_error);
	return opened == OX_SOCKET_NONE ? CURL_SOCKET_BAD : (curl_socket_t)opened;
}

/* The connected socket outlives libcurl's connection. */
static int close_socket(void *context, curl_socket_t socket)
{
	ox_dial *dial = context;
	if (!dial->connected || (ox_socket)socket != dial->socket) {
		ox_socket_close((ox_socket)socket);
	}
	return 0;
}

/* What a proxy says beside its answer belongs to nobody; by default libcurl would print it. */
static size_t swallow(char *bytes, size_t size, size_t count, void *context)
{
	(void)bytes, (void)context;
	return size * count;
}

/* The URL is made of the host, so nothing in it may be read as another part of a URL. */
static bool is_host(const char *host)
{
	struct sockaddr_storage address;
	const char *letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
	size_t length = strlen(host);
	if (length && length < OX_DIAL_HOST_SIZE && host[strspn(host, letters)] == 0) {
		return true;
	}
	const char *zone = strchr(host, '%');
	return length < OX_DIAL_HOST_SIZE &&
		   (!zone || (zone[1] && !zone[1 + strspn(zone + 1, letters)])) &&
		   ox_sockaddr_parse(host, &address);
}

static void write_url(const ox_dial_options *options, char *url, size_t size)
{
	const char *zone = strchr(options->host, '%');
	if (!strchr(options->host, ':')) {
		snprintf(url, size, "http://%s:%u/", options->host, (unsigned)options->port);
	} else {
		int digits = (int)(zone ? zone - options->host : (long)strlen(options->host));
		snprintf(url, size, "http://[%.*s%s%s]:%u/", digits, options->host, zone ? "%25" : "",
			zone ? zone + 1 : "", (unsigned)options->port);
	}
}

static CURLcode restrict_protocols(CURL *easy)
{
#if LIBCURL_VERSION_NUM >= 0x075500
	return curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http");
#else
	return curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)CURLPROTO_HTTP);
#endif
}

static CURLcode set_callbacks(ox_dial *dial)
{
	CURL *easy = dial->easy;
	CURLcode code = CURLE_OK;
	code = code ? code : curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	code = code ? code : curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, dial);
	code = code ? code : curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
	code = code ? code : curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, dial);
	code = code ? code : curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, swallow);
	code = code ? code : curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, swallow);
	return code;
}

/* "" for both proxy options keeps http_proxy and no_proxy of the environment out. */
static CURLcode set_route(ox_dial *dial)
{
	CURL *easy = dial->easy;
	const ox_dial_options *options = &dial->options;
	CURLcode code = curl_easy_setopt(easy, CURLOPT_PROXY, options->proxy ? options->proxy : "");
	code = code ? code : curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
	code = code ? code : curl_easy_setopt(easy, CURLOPT_HTTPPROXYTUNNEL, 1L);
	code = code ? code : curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	if (options->source) {
		code = code ? code : curl_easy_setopt(easy, CURLOPT_INTERFACE, options->source);
	}
	return code;
}

static CURLcode set_options(ox_dial *dial)
{
	CURL *easy = dial->easy;
	char url[OX_DIAL_HOST_SIZE + 32];
	write_url(&dial->options, url, sizeof url);
	CURLcode code = curl_easy_setopt(easy, CURLOPT_URL, url);
	code = code ? code : restrict_protocols(easy);
	code = code ? code : curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
	code = code ? code : curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	if (dial->options.timeout_ms > 0) {
		code = code ? code : curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
		                         (long)dial->options.timeout_ms);
	}
#if LIBCURL_VERSION_NUM >= 0x075700
	/* A resolver that hangs would otherwise hold up whoever gives up on it. Its thread ends by
	 * itself; the library that holds it must not be unloaded before (see README.md). */
	code = code ? code : curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#endif
	code = code ? code : set_callbacks(dial);
	return code ? code : set_route(dial);
}

static int check_policy(ox_dial *dial, ox_error *error)
{
	const ox_dial_options *options = &dial->options;
	struct sockaddr_storage address;
	if (!options->policy) {
		return OX_OK;
	}
	if (!ox_policy_allows_host(options->policy, options->host, options->port)) {
		return ox_dial_host_refused(dial, options->host, options->port, error);
	}
	if (!options->proxy) {
		return OX_OK;
	}
	/* Or a proxy of one's own would be a way to any host and port. */
	if (!ox_policy_allows_host(options->policy, dial->proxy_host, dial->proxy_port)) {
		return ox_dial_host_refused(dial, dial->proxy_host, dial->proxy_port, error);
	}
	/* The proxy resolves or connects: what can be told of the address here is what is written. */
	if (ox_sockaddr_parse(options->host, &address) &&
	    !ox_policy_allows_address(options->policy, (const struct sockaddr *)&address)) {
		dial->facts.addresses_refused++;
		return ox_dial_address_refused(dial, error);
	}
	return OX_OK;
}

static int begin(ox_dial *dial, ox_error *error)
{
	int status;
	if (!is_host(dial->options.host) || !dial->options.port) {
		return ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_DNS, OX_FACT_NONE,
			"this is not a host and a port to connect to");
	}
	if ((status = ox_dial_read_proxy(dial, error)) != OX_OK ||
	    (status = check_policy(dial, error)) != OX_OK) {
		return status;
	}
	dial->multi = curl_multi_init();
	dial->easy = curl_easy_init();
	if (!dial->multi || !dial->easy || set_options(dial) != CURLE_OK ||
	    curl_multi_add_handle(dial->multi, dial->easy) != CURLM_OK) {
		return ox_error_memory(error, OX_STAGE_DNS);
	}
	return OX_OK;
}

int ox_dial_begin(const ox_dial_options *options, ox_dial **dial, ox_error *error)
{
	ox_dial *made = ox_alloc(sizeof *made);
	*dial = NULL;
	if (!made) {
		return ox_error_memory(error, OX_STAGE_DNS);
	}
	made->options = *options;
	made->socket = OX_SOCKET_NONE;
	made->begun_ms = ox_clock_ms();
	int status = begin(made, error);
	if (status == OX_OK) {
		*dial = made;
	} else {
		ox_dial_free(made);
	}
	return status;
}

static void note_times(ox_dial *dial)
{
	curl_off_t resolved_us = 0;
	uint64_t total_ms = ox_clock_ms() - dial->begun_ms;
	(void)curl_easy_getinfo(dial->easy, CURLINFO_NAMELOOKUP_TIME_T, &resolved_us);
	uint64_t dns_ms = resolved_us > 0 ? (uint64_t)resolved_us / 1000 : total_ms;
	dns_ms = dns_ms < total_ms ? dns_ms : total_ms;
	dial->facts.dns_ms = (uint32_t)dns_ms;
	dial->facts.connect_ms = (uint32_t)(total_ms - dns_ms);
}

static int finish(ox_dial *dial, CURLcode code, ox_error *error)
{
	curl_socket_t connected = CURL_SOCKET_BAD;
	dial->finished = true;
	note_times(dial);
	if (code == CURLE_OK) {
		code = curl_easy_getinfo(dial->easy, CURLINFO_ACTIVESOCKET, &connected);
	}
	if (code != CURLE_OK || connected == CURL_SOCKET_BAD) {
		return ox_dial_failed(dial, code == CURLE_OK ? CURLE_COULDNT_CONNECT : code, error);
	}
	dial->socket = (ox_socket)connected;
	dial->connected = true;
	ox_socket_prepare(dial->socket);
	if (ox_socket_peer(dial->socket, dial->facts.peer, sizeof dial->facts.peer) != OX_OK) {
		dial->facts.peer[0] = 0;
	}
	return OX_OK;
}

int ox_dial_step(ox_dial *dial, ox_error *error)
{
	int running = 0, left = 0;
	if (dial->finished) {
		return dial->connected
				   ? OX_OK
				   : ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_CONNECT,
								  OX_FACT_NONE, "this dial has failed already");
	}
	if (curl_multi_perform(dial->multi, &running) != CURLM_OK) {
		dial->finished = true;
		return ox_error_memory(error, OX_STAGE_CONNECT);
	}
	const CURLMsg *message = curl_multi_info_read(dial->multi, &left);
	return message ? finish(dial, message->data.result, error) : OX_AGAIN;
}

void ox_dial_wait(ox_dial *dial, int timeout_ms)
{
	if (!dial->finished) {
		int long_wait = 60 * 1000; /* libcurl has no "for ever"; its own timers cut this short */
		(void)curl_multi_poll(dial->multi, NULL, 0, timeout_ms < 0 ? long_wait : timeout_ms, NULL);
	}
}

static int wanted(curl_socket_t socket, const fd_set *readable, const fd_set *writable)
{
	/* FD_ISSET takes no const on some systems. */
	return (FD_ISSET(socket, (fd_set *)(uintptr_t)readable) ? OX_WAIT_READ : 0) |
	       (FD_ISSET(socket, (fd_set *)(uintptr_t)writable) ? OX_WAIT_WRITE : 0);
}

#ifdef _WIN32
static size_t list_sockets(const fd_set *readable, const fd_set *writable, int highest, ox_wait *waits, size_t room)
{
	const fd_set *sets[] = {readable, writable};
	size_t count = 0;
	(void)highest;
	for (size_t s = 0; s < 2; s++) {
		for (u_int i = 0; i < sets[s]->fd_count && count < room; i++) {
			curl_socket_t socket = sets[s]->fd_array[i];
			if (s == 0 || !FD_ISSET(socket, (fd_set *)(uintptr_t)readable)) {
				waits[count++] = (ox_wait){(ox_socket)socket, wanted(socket, readable, writable), 0};
			}
		}
	}
	return count;
}
#else
static size_t list_sockets(const fd_set *readable, const fd_set *writable, int highest, ox_wait *waits, size_t room)
{
	size_t count = 0;
	for (int socket = 0; socket <= highest && count < room; socket++) {
		int what = wanted(socket, readable, writable);
		if (what) {
			waits[count++] = (ox_wait){socket, what, 0};
		}
	}
	return count;
}
#endif

size_t ox_dial_interest(ox_dial *dial, ox_wait *waits, size_t room, uint64_t *until_ms)
{
	enum { BLIND_MS = 50 }; /* where libcurl has nothing to show, say a thread that resolves */
	uint64_t now = ox_clock_ms();
	long timer = -1;
	int highest = -1;
	fd_set readable, writable, strange;
	*until_ms = now;
	if (dial->finished) {
		return 0;
	}
	FD_ZERO(&readable);
	FD_ZERO(&writable);
	FD_ZERO(&strange);
	if (curl_multi_fdset(dial->multi, &readable, &writable, &strange, &highest) != CURLM_OK ||
		curl_multi_timeout(dial->multi, &timer) != CURLM_OK) {
		return 0;
	}
	uint64_t patience = highest < 0 ? BLIND_MS : 60 * 1000;
	*until_ms = now + (timer >= 0 && (uint64_t)timer < patience ? (uint64_t)timer : patience);
	return list_sockets(&readable, &writable, highest, waits, room);
}

ox_socket ox_dial_take(ox_dial *dial)
{
	ox_socket taken = dial->taken ? OX_SOCKET_NONE : dial->socket;
	dial->taken = true;
	return taken;
}

const ox_dial_facts *ox_dial_facts_of(const ox_dial *dial)
{
	return &dial->facts;
}

void ox_dial_free(ox_dial *dial)
{
	if (!dial) {
		return;
	}
	if (dial->multi && dial->easy) {
		(void)curl_multi_remove_handle(dial->multi, dial->easy);
	}
	curl_easy_cleanup(dial->easy);
	if (dial->multi) {
		(void)curl_multi_cleanup(dial->multi);
	}
	if (!dial->taken) {
		ox_socket_close(dial->socket);
	}
	ox_free(dial);
}
