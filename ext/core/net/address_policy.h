/* SPDX-License-Identifier: MIT */
/* Which addresses a host lets its sites connect to. Asked after resolution, for the very address that is
 * about to be tried, so that no second lookup can give another one (DNS rebinding). */
#ifndef OX_NET_ADDRESS_POLICY_H
#define OX_NET_ADDRESS_POLICY_H

#include <stdbool.h>
#include <stddef.h>

struct sockaddr;

typedef struct {
	bool allow_private; /* loopback, RFC 1918, link-local, ULA, CGNAT, metadata, mapped forms of these */
	const char *allowed_hosts; /* borrows: names, "*.suffix" (any depth), "*", each also with ":port"
	                            * (IPv6 then in brackets), split by commas or blanks; NULL or nothing
	                            * but separators allows every host */
} ox_address_policy;

/* Whether the name (and port) may be asked for at all; names compare in any case. */
bool ox_policy_allows_host(const ox_address_policy *policy, const char *host, unsigned port);

/* Whether the resolved address may be connected to. Unspecified, multicast and broadcast addresses
 * never; those that are not public only with allow_private. */
bool ox_policy_allows_address(const ox_address_policy *policy, const struct sockaddr *address);

#endif
