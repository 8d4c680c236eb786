/* SPDX-License-Identifier: MIT */
#include "net/address_policy.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/string.h"
#include "net/sockaddr.h"

typedef enum { PUBLIC, PRIVATE, NEVER } reach;

typedef struct {
	uint32_t network;
	unsigned bits;
	reach reach;
} ipv4_range;

/* What IANA's special-purpose registry calls not globally reachable, and the two metadata services
 * that clouds put on public addresses. First match decides. */
static const ipv4_range ipv4_ranges[] = {
	{0x00000000, 8, NEVER},    /* 0.0.0.0/8: a connect to 0.0.0.0 reaches this very machine */
	{0xffffffff, 32, NEVER},   /* broadcast */
	{0xe0000000, 4, NEVER},    /* 224.0.0.0/4 multicast */
	{0x7f000000, 8, PRIVATE},  /* 127.0.0.0/8 loopback */
	{0x0a000000, 8, PRIVATE},  /* 10.0.0.0/8 */
	{0xac100000, 12, PRIVATE}, /* 172.16.0.0/12 */
	{0xc0a80000, 16, PRIVATE}, /* 192.168.0.0/16 */
	{0xa9fe0000, 16, PRIVATE}, /* 169.254.0.0/16 link-local, with the metadata services */
	{0x64400000, 10, PRIVATE}, /* 100.64.0.0/10 CGNAT, with Alibaba's metadata service */
	{0xc0000000, 24, PRIVATE}, /* 192.0.0.0/24 protocols, with Oracle's metadata service */
	{0xc0000200, 24, PRIVATE}, /* 192.0.2.0/24 documentation */
	{0xc0586300, 24, PRIVATE}, /* 192.88.99.0/24 6to4 relays, given up */
	{0xc6120000, 15, PRIVATE}, /* 198.18.0.0/15 benchmarks */
	{0xc6336400, 24, PRIVATE}, /* 198.51.100.0/24 documentation */
	{0xcb007100, 24, PRIVATE}, /* 203.0.113.0/24 documentation */
	{0xf0000000, 4, PRIVATE},  /* 240.0.0.0/4 reserved, used inside some networks */
	{0xa83f8110, 32, PRIVATE}, /* 168.63.129.16 Azure's host */
};

static reach reach_of_ipv4(const unsigned char *octets)
{
	uint32_t address = (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 |
	                   (uint32_t)octets[2] << 8 | octets[3];
	for (size_t i = 0; i < sizeof ipv4_ranges / sizeof *ipv4_ranges; i++) {
		const ipv4_range *range = &ipv4_ranges[i];
		if ((address ^ range->network) >> (32 - range->bits) == 0) {
			return range->reach;
		}
	}
	return PUBLIC;
}

static bool has_prefix(const unsigned char *octets, const char *prefix, size_t size)
{
	return memcmp(octets, prefix, size) == 0;
}

static reach reach_of_ipv6(const unsigned char *octets)
{
	static const unsigned char zeros[16];
	if (octets[0] == 0xff || memcmp(octets, zeros, 16) == 0) {
		return NEVER; /* multicast, unspecified */
	}
	/* Forms that carry an IPv4 address lead to it where a translator or tunnel is near. */
	if (has_prefix(octets, "\x00\x64\xff\x9b\0\0\0\0\0\0\0\0", 12)) {
		return reach_of_ipv4(octets + 12); /* 64:ff9b::/96 NAT64 */
	}
	if (memcmp(octets, zeros, 12) == 0) {
		reach inner = reach_of_ipv4(octets + 12); /* ::a.b.c.d, given up; ::1 */
		return inner == NEVER && octets[12] ? NEVER : PRIVATE;
	}
	if (has_prefix(octets, "\x20\x02", 2)) {
		return reach_of_ipv4(octets + 2); /* 2002::/16 6to4 */
	}
	/* 2000::/3 is all the global unicast there is, without these parts. */
	if ((octets[0] & 0xe0) != 0x20 || has_prefix(octets, "\x20\x01\x0d\xb8", 4) ||
	    (has_prefix(octets, "\x20\x01", 2) && octets[2] < 2) || /* 2001::/23, with Teredo */
	    (has_prefix(octets, "\x3f\xff", 2) && octets[2] < 0x10)) {
		return PRIVATE;
	}
	return PUBLIC;
}

bool ox_policy_allows_address(const ox_address_policy *policy, const struct sockaddr *address)
{
	const unsigned char *four = ox_sockaddr_ipv4(address);
	reach reach = NEVER;
	if (four) {
		reach = reach_of_ipv4(four);
	} else if (address->sa_family == AF_INET6) {
		const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)(const void *)address;
		reach = reach_of_ipv6(six->sin6_addr.s6_addr);
	}
	return reach == PUBLIC || (reach == PRIVATE && (!policy || policy->allow_private));
}

static ox_slice without_final_dot(ox_slice name)
{
	if (name.size && name.at[name.size - 1] == '.') {
		name.size--;
	}
	return name;
}

static bool same_name(ox_slice a, ox_slice b)
{
	if (a.size != b.size) {
		return false;
	}
	for (size_t i = 0; i < a.size; i++) {
		if (ox_lower((unsigned char)a.at[i]) != ox_lower((unsigned char)b.at[i])) {
			return false;
		}
	}
	return true;
}

/* Cuts ":port" off the entry; false where there is one that is not `port`. A bare IPv6 address has
 * more than one colon and no port. */
static bool port_fits(ox_slice *entry, unsigned port)
{
	const char *bracket = memchr(entry->at, ']', entry->size);
	const char *from = bracket ? bracket : entry->at;
	size_t rest = (size_t)(entry->at + entry->size - from);
	const char *colon = memchr(from, ':', rest);
	if (colon && !bracket && memchr(colon + 1, ':', rest - (size_t)(colon + 1 - from))) {
		colon = NULL;
	}
	if (colon) {
		ox_slice digits = {colon + 1, (size_t)(entry->at + entry->size - colon - 1)};
		uint64_t number;
		if (!ox_parse_number(digits, &number) || number != port) {
			return false;
		}
		entry->size = (size_t)(colon - entry->at);
	}
	if (entry->size >= 2 && entry->at[0] == '[' && entry->at[entry->size - 1] == ']') {
		entry->at++;
		entry->size -= 2;
	}
	return true;
}

static bool entry_allows(ox_slice entry, ox_slice host, unsigned port)
{
	if (!port_fits(&entry, port)) {
		return false;
	}
	entry = without_final_dot(entry);
	if (!entry.size || entry.at[0] != '*') {
		return same_name(entry, host);
	}
	ox_slice suffix = {entry.at + 1, entry.size - 1};
	if (!suffix.size) {
		return true;
	}
	/* "*.example.com" is not example.com itself, and "*example.com" is nothing we promise. */
	if (suffix.at[0] != '.' || host.size <= suffix.size) {
		return false;
	}
	ox_slice tail = {host.at + host.size - suffix.size, suffix.size};
	return same_name(suffix, tail);
}

bool ox_policy_allows_host(const ox_address_policy *policy, const char *host, unsigned port)
{
	static const char separators[] = ", \t\r\n";
	const char *list = policy && policy->allowed_hosts ? policy->allowed_hosts : "";
	ox_slice name = without_final_dot(ox_slice_of(host));
	list += strspn(list, separators);
	if (!*list) {
		return true;
	}
	while (*list) {
		ox_slice entry = {list, strcspn(list, separators)};
		if (entry_allows(entry, name, port)) {
			return true;
		}
		list += entry.size;
		list += strspn(list, separators);
	}
	return false;
}
