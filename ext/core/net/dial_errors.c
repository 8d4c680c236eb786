/* SPDX-License-Identifier: MIT */
/* What libcurl reports, as facts. A proxy's URL may hold a password: texts name its host and port
 * only. */
#include "net/dial_internal.h"
#include "net/sockaddr.h"

#include <stdio.h>
#include <string.h>

/* A lookup that took longer than this has met a resolver in trouble; asking once more would block.
 */
enum { QUICK_ANSWER_MS = 1500 };

static const char *host_of(const ox_dial *dial)
{
	return dial->options.host;
}

static unsigned port_of(const ox_dial *dial)
{
	return dial->options.port;
}

static int host_refused(const char *host, unsigned port, ox_error *error)
{
	return ox_error_set(error, OX_ERROR_CONNECT, OX_RETRY_NEVER, OX_STAGE_DNS,
		OX_FACT_HOST_NOT_ALLOWED, "connections to %s port %u are not allowed on this server", host,
		port);
}

static int address_refused(const char *host, ox_error *error)
{
	return ox_error_set(
		error, OX_ERROR_CONNECT, OX_RETRY_NEVER, OX_STAGE_CONNECT, OX_FACT_ADDRESS_NOT_ALLOWED,
		"%s has an address that this server does not allow connections to (private or special)",
		host);
}

int ox_dial_host_refused(ox_dial *dial, const char *host, unsigned port, ox_error *error)
{
	(void)dial;
	return host_refused(host, port, error);
}

int ox_dial_address_refused(ox_dial *dial, ox_error *error)
{
	return address_refused(dial->options.proxy && dial->multi ? dial->proxy_host : host_of(dial), error);
}

int ox_dial_foresee(const ox_address_policy *policy, const char *host, unsigned port, ox_error *error)
{
	struct sockaddr_storage address;
	if (!ox_policy_allows_host(policy, host, port)) {
		return host_refused(host, port, error);
	}
	bool literal = ox_sockaddr_parse(host, &address);
	return literal && !ox_policy_allows_address(policy, (const struct sockaddr *)&address)
		? address_refused(host, error) : OX_OK;
}

static bool is_usable_scheme(const char *scheme)
{
	static const char *const usable[] = {"http", "socks4", "socks4a", "socks5", "socks5h"};
	for (size_t i = 0; i < sizeof usable / sizeof *usable; i++) {
		if (strcmp(scheme, usable[i]) == 0) {
			return true;
		}
	}
	return false;
}

/* Copies host and port out of the parsed URL; false if the proxy cannot be used. "https" cannot:
 * its TLS would be libcurl's, and the socket alone no use to us. */
static bool take_proxy(ox_dial *dial, CURLU *url)
{
	char *scheme = NULL, *host = NULL, *port = NULL;
	bool usable = false;
	if (curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK && is_usable_scheme(scheme) &&
	    curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK) {
		size_t length = strlen(host);
		bool brackets = host[0] == '[' && host[length - 1] == ']';
		usable = length < sizeof dial->proxy_host;
		snprintf(dial->proxy_host, sizeof dial->proxy_host, "%.*s",
			(int)(brackets ? length - 2 : length), host + brackets);
		dial->proxy_port = 1080; /* libcurl's own default */
		if (curl_url_get(url, CURLUPART_PORT, &port, 0) == CURLUE_OK) {
			unsigned number = 0;
			for (const char *p = port; *p >= '0' && *p <= '9' && number < 65536; p++) {
				number = number * 10 + (unsigned)(*p - '0');
			}
			dial->proxy_port = number;
		}
	}
	curl_free(scheme);
	curl_free(host);
	curl_free(port);
	return usable;
}

int ox_dial_read_proxy(ox_dial *dial, ox_error *error)
{
	if (dial->options.proxy && !*dial->options.proxy) {
		dial->options.proxy = NULL;
	}
	if (!dial->options.proxy) {
		return OX_OK;
	}
	CURLU *url = curl_url();
	if (!url) {
		return ox_error_memory(error, OX_STAGE_DNS);
	}
	CURLUcode code =
		curl_url_set(url, CURLUPART_URL, dial->options.proxy, CURLU_NON_SUPPORT_SCHEME);
	bool usable = code == CURLUE_OK && take_proxy(dial, url);
	curl_url_cleanup(url);
	return usable ? OX_OK
	              : ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_DNS, OX_FACT_NONE,
	                    "proxy: http://, socks4://, socks4a://, socks5:// or socks5h:// with host "
	                    "and port is needed");
}

static int not_resolved(ox_dial *dial, const char *name, ox_error *error)
{
	/* libcurl does not say why. Where the resolver was quick, asking again is quick too. */
	if (dial->facts.dns_ms < QUICK_ANSWER_MS && ox_name_is_unknown(name)) {
		return ox_error_set(error, OX_ERROR_DNS, OX_RETRY_NEVER, OX_STAGE_DNS,
			OX_FACT_HOST_NOT_FOUND, "the name %s does not exist or has no address", name);
	}
	return ox_error_set(error, OX_ERROR_DNS, OX_RETRY_LATER, OX_STAGE_DNS, OX_FACT_RESOLVER_FAILED,
		"the resolver gave no answer for %s", name);
}

static int timed_out(ox_dial *dial, ox_error *error)
{
	curl_off_t resolved_us = 0;
	(void)curl_easy_getinfo(dial->easy, CURLINFO_NAMELOOKUP_TIME_T, &resolved_us);
	bool resolved = resolved_us > 0;
	return ox_error_set(error, OX_ERROR_TIMEOUT, OX_RETRY_LATER,
		resolved ? OX_STAGE_CONNECT : OX_STAGE_DNS, OX_FACT_NONE,
		"%s %s port %u took longer than %d ms",
		resolved ? "connecting to" : "resolving the name of", host_of(dial), port_of(dial),
		dial->options.timeout_ms);
}

static int not_connected(ox_dial *dial, ox_error *error)
{
	long number = 0;
	char message[128], others[64] = "";
	bool by_proxy = dial->options.proxy != NULL;
	(void)curl_easy_getinfo(dial->easy, CURLINFO_OS_ERRNO, &number);
	if (!dial->addresses_tried && dial->facts.addresses_refused) {
		return ox_dial_address_refused(dial, error);
	}
	if (!number) {
		number = dial->system_error;
	}
	ox_system_message((int)number, message, sizeof message);
	if (dial->facts.addresses_refused) {
		snprintf(others, sizeof others, " (%u further addresses are not allowed)",
			dial->facts.addresses_refused);
	}
	int status = ox_error_set(error, OX_ERROR_CONNECT, OX_RETRY_LATER, OX_STAGE_CONNECT,
		number ? OX_FACT_ERRNO : OX_FACT_NONE, "cannot connect to %s%s port %u: %s%s",
		by_proxy ? "the proxy " : "", by_proxy ? dial->proxy_host : host_of(dial),
		by_proxy ? dial->proxy_port : port_of(dial), number ? message : "no address works", others);
	if (error) {
		error->sys_errno = (int)number;
	}
	return status;
}

static int proxy_refused(ox_dial *dial, ox_retry retry, const char *reason, ox_error *error)
{
	return ox_error_set(error, OX_ERROR_CONNECT, retry, OX_STAGE_CONNECT, OX_FACT_PROXY_REFUSED,
		"the proxy %s port %u does not connect to %s port %u: %s", dial->proxy_host,
		dial->proxy_port, host_of(dial), port_of(dial), reason);
}

static int socks_refused(ox_dial *dial, ox_error *error)
{
	long code = 0;
	(void)curl_easy_getinfo(dial->easy, CURLINFO_PROXY_ERROR, &code);
	switch (code) {
	case CURLPX_USER_REJECTED:
	case CURLPX_NO_AUTH:
		return proxy_refused(dial, OX_RETRY_NEVER, "it does not accept the login", error);
	case CURLPX_REPLY_NOT_ALLOWED:
		return proxy_refused(dial, OX_RETRY_NEVER, "its rules forbid it", error);
	case CURLPX_REPLY_CONNECTION_REFUSED:
		return proxy_refused(dial, OX_RETRY_LATER, "the connection was refused", error);
	case CURLPX_REPLY_HOST_UNREACHABLE:
	case CURLPX_REPLY_NETWORK_UNREACHABLE:
		return proxy_refused(dial, OX_RETRY_LATER, "the host cannot be reached", error);
	case CURLPX_REPLY_TTL_EXPIRED:
		return proxy_refused(dial, OX_RETRY_LATER, "its own connection timed out", error);
	case CURLPX_RESOLVE_HOST: return not_resolved(dial, host_of(dial), error);
	case CURLPX_BAD_VERSION:
	case CURLPX_UNKNOWN_MODE:
		return proxy_refused(dial, OX_RETRY_NEVER, "it does not speak this kind of SOCKS", error);
	default: return proxy_refused(dial, OX_RETRY_LATER, "its answer was a failure", error);
	}
}

static int http_refused(ox_dial *dial, long answer, ox_error *error)
{
	char reason[64];
	if (!answer) {
		return proxy_refused(dial, OX_RETRY_LATER, "it gave no proper answer to CONNECT", error);
	}
	snprintf(reason, sizeof reason, "it answered %ld to CONNECT", answer);
	return proxy_refused(dial, answer >= 500 ? OX_RETRY_LATER : OX_RETRY_NEVER, reason, error);
}

static int source_refused(ox_dial *dial, ox_error *error)
{
	long number = 0;
	char message[128];
	(void)curl_easy_getinfo(dial->easy, CURLINFO_OS_ERRNO, &number);
	ox_system_message((int)number, message, sizeof message);
	int status = ox_error_set(error, OX_ERROR_CONNECT, OX_RETRY_NEVER, OX_STAGE_CONNECT,
							  number ? OX_FACT_ERRNO : OX_FACT_NONE,
							  "source: %s cannot be used for connections to %s port %u: %s",
							  dial->options.source, host_of(dial), port_of(dial),
							  number ? message : "it is no address or interface of this machine");
	if (error) {
		error->sys_errno = (int)number;
	}
	return status;
}

int ox_dial_failed(ox_dial *dial, CURLcode code, ox_error *error)
{
	long answer = 0;
	(void)curl_easy_getinfo(dial->easy, CURLINFO_HTTP_CONNECTCODE, &answer);
	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST: return not_resolved(dial, host_of(dial), error);
	case CURLE_COULDNT_RESOLVE_PROXY: return not_resolved(dial, dial->proxy_host, error);
	case CURLE_OPERATION_TIMEDOUT: return timed_out(dial, error);
	case CURLE_INTERFACE_FAILED: return source_refused(dial, error);
	case CURLE_OUT_OF_MEMORY: return ox_error_memory(error, OX_STAGE_CONNECT);
	case CURLE_PROXY: return socks_refused(dial, error);
	case CURLE_COULDNT_CONNECT:
		return answer ? http_refused(dial, answer, error) : not_connected(dial, error);
	default: break;
	}
	if (dial->options.proxy) {
		return http_refused(dial, answer, error);
	}
	return ox_error_set(error, OX_ERROR_CONNECT, OX_RETRY_LATER, OX_STAGE_CONNECT, OX_FACT_NONE,
		"cannot connect to %s port %u: %s", host_of(dial), port_of(dial), curl_easy_strerror(code));
}
