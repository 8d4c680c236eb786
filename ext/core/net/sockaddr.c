/* SPDX-License-Identifier: MIT */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* EAI_NODATA */
#endif
#include "net/sockaddr.h"

#include <stdio.h>
#include <string.h>

#ifndef _WIN32
#include <arpa/inet.h>
#include <netdb.h>
#endif

const unsigned char *ox_sockaddr_ipv4(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET) {
		return (const unsigned char *)&((const struct sockaddr_in *)(const void *)address)
			->sin_addr;
	}
	if (address->sa_family == AF_INET6) {
		const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)(const void *)address;
		if (IN6_IS_ADDR_V4MAPPED(&six->sin6_addr)) {
			return six->sin6_addr.s6_addr + 12;
		}
	}
	return NULL;
}

/* The digits of the address; what tells whether they are IPv6. */
static bool to_digits(const struct sockaddr *address, char *digits, size_t size, bool *is_ipv6)
{
	const unsigned char *four = ox_sockaddr_ipv4(address);
	*is_ipv6 = !four;
	if (four) {
		return inet_ntop(AF_INET, four, digits, (socklen_t)size) != NULL;
	}
	if (address->sa_family != AF_INET6) {
		return false;
	}
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)(const void *)address;
	return inet_ntop(AF_INET6, &six->sin6_addr, digits, (socklen_t)size) != NULL;
}

int ox_sockaddr_literal(const struct sockaddr *address, char *text, size_t size)
{
	char digits[INET6_ADDRSTRLEN];
	bool is_ipv6;
	if (!to_digits(address, digits, sizeof digits, &is_ipv6)) {
		return OX_E_FAILED;
	}
	int length = snprintf(text, size, "[%s%s]", is_ipv6 ? "IPv6:" : "", digits);
	return length > 0 && (size_t)length < size ? OX_OK : OX_E_LIMIT;
}

int ox_sockaddr_text(const struct sockaddr *address, char *text, size_t size)
{
	char digits[INET6_ADDRSTRLEN];
	bool is_ipv6;
	if (!to_digits(address, digits, sizeof digits, &is_ipv6)) {
		return OX_E_FAILED;
	}
	unsigned port = ntohs(address->sa_family == AF_INET
	                          ? ((const struct sockaddr_in *)(const void *)address)->sin_port
	                          : ((const struct sockaddr_in6 *)(const void *)address)->sin6_port);
	int length = snprintf(text, size, is_ipv6 ? "[%s]:%u" : "%s:%u", digits, port);
	return length > 0 && (size_t)length < size ? OX_OK : OX_E_LIMIT;
}

bool ox_sockaddr_parse(const char *text, struct sockaddr_storage *address)
{
	char digits[INET6_ADDRSTRLEN];
	size_t length = strcspn(text, "%");
	memset(address, 0, sizeof *address);
	if (length >= sizeof digits) {
		return false;
	}
	memcpy(digits, text, length);
	digits[length] = 0;
	if (inet_pton(AF_INET, text, &((struct sockaddr_in *)address)->sin_addr) == 1) {
		address->ss_family = AF_INET;
		return true;
	}
	if (inet_pton(AF_INET6, digits, &((struct sockaddr_in6 *)address)->sin6_addr) == 1) {
		address->ss_family = AF_INET6;
		return true;
	}
	return false;
}

bool ox_name_is_unknown(const char *name)
{
	struct addrinfo hints = {0}, *found = NULL;
	hints.ai_socktype = SOCK_STREAM;
	int status = getaddrinfo(name, NULL, &hints, &found);
	if (status == 0) {
		freeaddrinfo(found);
		return false;
	}
#if defined(EAI_NODATA) && EAI_NODATA != EAI_NONAME
	if (status == EAI_NODATA) {
		return true;
	}
#endif
	return status == EAI_NONAME;
}
