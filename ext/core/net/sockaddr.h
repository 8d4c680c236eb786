/* SPDX-License-Identifier: MIT */
/* Internal to net/: the system's socket addresses, read and written in numbers. */
#ifndef OX_NET_SOCKADDR_H
#define OX_NET_SOCKADDR_H

#include <stdbool.h>
#include <stddef.h>

#ifdef _WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
#else
#include <netinet/in.h>
#include <sys/socket.h>
#endif

#include "base/error.h"

/* The 4 octets of an IPv4 address, also where it is wrapped as ::ffff:a.b.c.d; NULL for others. borrows. */
const unsigned char *ox_sockaddr_ipv4(const struct sockaddr *address);

/* "[192.0.2.1]" or "[IPv6:2001:db8::1]" (RFC 5321 4.1.3). */
OX_MUST_USE int ox_sockaddr_literal(const struct sockaddr *address, char *text, size_t size);

/* "192.0.2.1:587" or "[2001:db8::1]:587". */
OX_MUST_USE int ox_sockaddr_text(const struct sockaddr *address, char *text, size_t size);

/* Reads an address in numbers, without brackets; a zone ("%eth0") is passed over. */
bool ox_sockaddr_parse(const char *text, struct sockaddr_storage *address);

/* Asks the system's resolver, blocking, and tells whether it answers that the name has no address; false
 * also where it fails to answer. */
bool ox_name_is_unknown(const char *name);

#endif
