/* SPDX-License-Identifier: MIT */
/* From a name to a connected socket. libcurl does it (CURLOPT_CONNECT_ONLY): resolver, Happy Eyeballs
 * (RFC 8305), SOCKS and HTTP proxies, source address. Not one byte of ours is sent. */
#ifndef OX_NET_DIAL_H
#define OX_NET_DIAL_H

#include "net/address_policy.h"
#include "net/platform.h"

typedef struct {
	const char *host; /* name, IPv4, or IPv6 without brackets; all strings borrow until ox_dial_free */
	uint16_t port;
	const char *proxy;  /* "socks5h://user:pass@host:1080", "http://host:3128", socks4(a)://, socks5://;
	                     * NULL or "" = none. "https://" is refused */
	const char *source; /* address or interface to bind to; NULL = the system's choice. A host name works,
	                     * but is resolved without regard to the timeout */
	int timeout_ms;     /* for resolving, connecting and the proxy's dialogue together */
	const ox_address_policy *policy; /* NULL = everything is allowed. With a proxy: its name and address,
	                                  * the host's name, and the host's address where it is a literal */
} ox_dial_options;

typedef struct {
	uint32_t dns_ms, connect_ms; /* each stage by itself */
	char peer[64];               /* ox_socket_peer of the result */
	unsigned addresses_refused;  /* by the policy */
} ox_dial_facts;

typedef struct ox_dial ox_dial;

/* What can be told of a policy before anything is resolved: the host's name and port, and its address where it is
 * written as one. OX_E_FAILED as when dialling. */
OX_MUST_USE int ox_dial_foresee(const ox_address_policy *policy, const char *host, unsigned port,
	ox_error *error);

/* Once per process, before any other call; not thread-safe (the binding's MINIT). */
OX_MUST_USE int ox_dial_startup(void);
void ox_dial_shutdown(void);

/* Starts; returns new in *dial. Environment variables that name proxies are not read. OX_E_FAILED: class
 * USAGE for what is no host, port or proxy; HOST_NOT_ALLOWED, ADDRESS_NOT_ALLOWED. */
OX_MUST_USE int ox_dial_begin(const ox_dial_options *options, ox_dial **dial, ox_error *error);

/* Goes on without blocking. OX_AGAIN: wait with ox_dial_wait and call again. OX_OK: connected.
 * OX_E_FAILED: *error has stage DNS or CONNECT and the fact: HOST_NOT_FOUND (never), RESOLVER_FAILED
 * (later), ERRNO with sys_errno, PROXY_REFUSED, ADDRESS_NOT_ALLOWED, HOST_NOT_ALLOWED, class TIMEOUT. */
OX_MUST_USE int ox_dial_step(ox_dial *dial, ox_error *error);

/* Waits until a step makes sense, at most timeout_ms. */
void ox_dial_wait(ox_dial *dial, int timeout_ms);

/* For those who wait for more than this: what ox_dial_wait() would wait for. Fills at most room entries and
 * returns how many; *until_ms of ox_clock_ms(): when a step makes sense whatever happens. */
enum { OX_DIAL_SOCKETS_MAX = 16 };
size_t ox_dial_interest(ox_dial *dial, ox_wait *waits, size_t room, uint64_t *until_ms);

/* The connected, prepared socket is the caller's from now on. */
ox_socket ox_dial_take(ox_dial *dial);
const ox_dial_facts *ox_dial_facts_of(const ox_dial *dial);
void ox_dial_free(ox_dial *dial); /* closes what was not taken */

#endif
