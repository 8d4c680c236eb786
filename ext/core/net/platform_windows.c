/* SPDX-License-Identifier: MIT */
#ifdef _WIN32
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#include "net/sockaddr.h" /* winsock2.h has to come before windows.h */

#include <windows.h>
#include <bcrypt.h>
#include <mstcpip.h>
#include <stdio.h>
#include <string.h>

#include "net/platform.h"

#ifdef _MSC_VER
#pragma comment(lib, "bcrypt.lib")
#pragma comment(lib, "ws2_32.lib")
#endif

enum { KEEPALIVE_IDLE_MS = 30000, KEEPALIVE_INTERVAL_MS = 10000, MOVE_MAX = 1 << 30 };

uint64_t ox_clock_ms(void)
{
	return GetTickCount64();
}

uint64_t ox_wall_clock_ms(void)
{
	/* Windows counts 100 ns from 1601. */
	const uint64_t from_1601_to_1970_ms = 11644473600000u;
	FILETIME now;
	GetSystemTimeAsFileTime(&now);
	uint64_t ticks = (uint64_t)now.dwHighDateTime << 32 | now.dwLowDateTime;
	return ticks / 10000 - from_1601_to_1970_ms;
}

int ox_random(void *bytes, size_t size)
{
	unsigned char *at = bytes;
	while (size) {
		ULONG part = size < MOVE_MAX ? (ULONG)size : (ULONG)MOVE_MAX;
		if (BCryptGenRandom(NULL, at, part, BCRYPT_USE_SYSTEM_PREFERRED_RNG) != 0) {
			return OX_E_FAILED;
		}
		at += part;
		size -= part;
	}
	return OX_OK;
}

uint64_t ox_process_id(void)
{
	return GetCurrentProcessId();
}

uint64_t ox_boot_clock_ms(void)
{
	return GetTickCount64();
}

void ox_boot_name(char *name, size_t size)
{
	if (size) {
		name[0] = 0;
	}
}

bool ox_process_harden(void)
{
	return false;
}

/* A console's events come in a thread of their own: whoever stops a runner there sets its flag, and the runner
 * looks at it when it wakes. */
int ox_bell_open(ox_bell *bell)
{
	bell->heard = bell->rung = OX_SOCKET_NONE;
	return OX_E_FAILED;
}

void ox_bell_ring(const ox_bell *bell)
{
	(void)bell;
}

void ox_bell_close(ox_bell *bell)
{
	(void)bell;
}

void ox_host_name(char *name, size_t size)
{
	DWORD room = size < MAXDWORD ? (DWORD)size : MAXDWORD;
	if (size && !GetComputerNameExA(ComputerNameDnsFullyQualified, name, &room)) {
		name[0] = 0;
	}
}

static SHORT poll_events(int what)
{
	return (SHORT)((what & OX_WAIT_READ ? POLLRDNORM : 0) | (what & OX_WAIT_WRITE ? POLLWRNORM : 0));
}

static int wait_bits(const WSAPOLLFD *polled, int what)
{
	if (polled->revents & (POLLERR | POLLHUP | POLLNVAL)) {
		return OX_WAIT_READ | (what & OX_WAIT_WRITE);
	}
	return (polled->revents & POLLRDNORM ? OX_WAIT_READ : 0) |
	       (polled->revents & POLLWRNORM ? OX_WAIT_WRITE : 0);
}

int ox_socket_wait(ox_socket socket, int what, int timeout_ms)
{
	WSAPOLLFD poll_for = {0};
	poll_for.fd = (SOCKET)socket;
	poll_for.events = poll_events(what);
	int ready = WSAPoll(&poll_for, 1, timeout_ms);
	if (ready < 0) {
		return OX_WAIT_READ | (what & OX_WAIT_WRITE);
	}
	return ready ? wait_bits(&poll_for, what) : 0;
}

size_t ox_socket_wait_many(ox_wait *waits, size_t count, int timeout_ms)
{
	WSAPOLLFD *polled = ox_array_alloc(count, sizeof *polled);
	size_t used = 0, ready = 0;
	for (size_t i = 0; i < count; i++) {
		waits[i].ready = polled ? 0 : waits[i].what;
		if (polled && waits[i].socket != OX_SOCKET_NONE) {
			polled[used].fd = (SOCKET)waits[i].socket;
			polled[used++].events = poll_events(waits[i].what);
		}
	}
	if (!polled || !used) {
		/* WSAPoll refuses an empty list. */
		Sleep(timeout_ms >= 0 && timeout_ms < 10 ? (DWORD)timeout_ms : 10);
		ox_free(polled);
		return polled ? 0 : count;
	}
	bool any = WSAPoll(polled, (ULONG)used, timeout_ms) > 0;
	for (size_t i = 0, at = 0; any && i < count; i++) {
		if (waits[i].socket != OX_SOCKET_NONE) {
			waits[i].ready = wait_bits(&polled[at++], waits[i].what);
			ready += waits[i].ready != 0;
		}
	}
	ox_free(polled);
	return ready;
}

static long moved_or_failed(int moved, int *system_error)
{
	if (moved != SOCKET_ERROR) {
		return moved;
	}
	int error = WSAGetLastError();
	if (error == WSAEWOULDBLOCK) {
		return OX_WOULD_BLOCK;
	}
	*system_error = error;
	return OX_SOCKET_BROKEN;
}

long ox_socket_read(ox_socket socket, void *bytes, size_t size, int *system_error)
{
	int room = size < MOVE_MAX ? (int)size : MOVE_MAX;
	return moved_or_failed(recv((SOCKET)socket, bytes, room, 0), system_error);
}

long ox_socket_write(ox_socket socket, const void *bytes, size_t size, int *system_error)
{
	int count = size < MOVE_MAX ? (int)size : MOVE_MAX;
	return moved_or_failed(send((SOCKET)socket, bytes, count, 0), system_error);
}

void ox_socket_prepare(ox_socket socket)
{
	u_long nonblocking = 1;
	BOOL no_delay = TRUE;
	struct tcp_keepalive keepalive = {1, KEEPALIVE_IDLE_MS, KEEPALIVE_INTERVAL_MS};
	DWORD answered = 0;
	(void)ioctlsocket((SOCKET)socket, FIONBIO, &nonblocking);
	(void)SetHandleInformation((HANDLE)socket, HANDLE_FLAG_INHERIT, 0);
	(void)setsockopt((SOCKET)socket, IPPROTO_TCP, TCP_NODELAY, (const char *)&no_delay,
		sizeof no_delay);
	(void)WSAIoctl((SOCKET)socket, SIO_KEEPALIVE_VALS, &keepalive, sizeof keepalive, NULL, 0,
		&answered, NULL, NULL);
}

ox_socket ox_socket_open(int family, int type, int protocol, int *system_error)
{
	SOCKET opened = WSASocketW(family, type, protocol, NULL, 0,
		WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
	if (opened == INVALID_SOCKET) {
		*system_error = WSAGetLastError();
		return OX_SOCKET_NONE;
	}
	return (ox_socket)opened;
}

void ox_socket_close(ox_socket socket)
{
	if (socket != OX_SOCKET_NONE) {
		(void)closesocket((SOCKET)socket);
	}
}

int ox_socket_literal(ox_socket socket, char *literal, size_t size)
{
	struct sockaddr_storage address;
	int length = sizeof address;
	if (getsockname((SOCKET)socket, (struct sockaddr *)&address, &length) != 0) {
		return OX_E_FAILED;
	}
	return ox_sockaddr_literal((const struct sockaddr *)&address, literal, size);
}

int ox_socket_peer(ox_socket socket, char *peer, size_t size)
{
	struct sockaddr_storage address;
	int length = sizeof address;
	if (getpeername((SOCKET)socket, (struct sockaddr *)&address, &length) != 0) {
		return OX_E_FAILED;
	}
	return ox_sockaddr_text((const struct sockaddr *)&address, peer, size);
}

bool ox_socket_was_reset(ox_socket socket, int timeout_ms)
{
	WSAPOLLFD poll_for = {0};
	int pending = 0, size = sizeof pending;
	poll_for.fd = (SOCKET)socket;
	if (WSAPoll(&poll_for, 1, timeout_ms) <= 0 || !(poll_for.revents & POLLERR)) {
		return false;
	}
	(void)getsockopt((SOCKET)socket, SOL_SOCKET, SO_ERROR, (char *)&pending, &size);
	return pending == WSAECONNRESET;
}

ox_system_fault ox_system_fault_of(int system_error)
{
	switch (system_error) {
	case WSAECONNREFUSED: return OX_FAULT_REFUSED;
	case WSAENETUNREACH:
	case WSAEHOSTUNREACH:
	case WSAENETDOWN:
	case WSAEHOSTDOWN: return OX_FAULT_UNREACHABLE;
	case WSAETIMEDOUT: return OX_FAULT_TIMEOUT;
	case WSAECONNRESET:
	case WSAECONNABORTED: return OX_FAULT_RESET;
	case WSAEACCES: return OX_FAULT_FORBIDDEN;
	case WSAEMFILE:
	case WSAENOBUFS: return OX_FAULT_RESOURCES;
	case WSAEADDRNOTAVAIL:
	case WSAEADDRINUSE: return OX_FAULT_ADDRESS;
	default: return OX_FAULT_OTHER;
	}
}

void ox_system_message(int system_error, char *text, size_t size)
{
	wchar_t wide[256];
	if (!size) {
		return;
	}
	DWORD length = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL,
		(DWORD)system_error, 0, wide, sizeof wide / sizeof *wide, NULL);
	while (length && (wide[length - 1] <= L' ' || wide[length - 1] == L'.')) {
		wide[--length] = 0;
	}
	int room = size < MOVE_MAX ? (int)size : MOVE_MAX;
	if (!length || !WideCharToMultiByte(CP_UTF8, 0, wide, -1, text, room, NULL, NULL)) {
		snprintf(text, size, "error %d", system_error);
	}
}

/* Privacy is a mode and an owner on POSIX; an access list here, which a cache of TLS sessions is
 * not worth: web servers on Windows are long-lived processes, whose sessions stay in memory. */
bool ox_private_is_usable(const char *directory)
{
	(void)directory;
	return false;
}

int ox_private_read(const char *directory, const char *name, void *bytes, size_t *size)
{
	(void)directory, (void)name, (void)bytes, (void)size;
	return OX_E_FAILED;
}

int ox_private_write(const char *directory, const char *name, const void *bytes, size_t size)
{
	(void)directory, (void)name, (void)bytes, (void)size;
	return OX_E_FAILED;
}

void ox_private_remove(const char *directory, const char *name)
{
	(void)directory, (void)name;
}

int ox_private_save(const char *directory, const char *name, const void *bytes, size_t size,
	int *system_error)
{
	(void)directory, (void)name, (void)bytes, (void)size;
	*system_error = 0;
	return OX_E_FAILED;
}

int ox_private_delete(const char *directory, const char *name, int *system_error)
{
	(void)directory, (void)name;
	*system_error = 0;
	return OX_E_FAILED;
}

int ox_private_stamp(const char *directory, const char *name, uint64_t *stamp, bool *settled)
{
	(void)directory, (void)name, (void)settled;
	*stamp = 0;
	return OX_E_FAILED;
}

int ox_private_list(const char *directory, ox_buffer *names)
{
	(void)directory, (void)names;
	return OX_E_FAILED;
}

#endif
