/* SPDX-License-Identifier: MIT */
#ifndef _WIN32
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* SOCK_CLOEXEC, getrandom */
#endif
#include "net/platform.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "net/sockaddr.h"

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 /* macOS: SO_NOSIGPIPE does it, see ox_socket_prepare */
#endif

enum {
	KEEPALIVE_IDLE_S = 30,
	KEEPALIVE_INTERVAL_S = 10,
	KEEPALIVE_PROBES = 3,
	/* Octets nobody acknowledges: longer than a server's pause over a body, shorter than the
	 * kernel's quarter of an hour. */
	UNACKNOWLEDGED_MS = 120000,
	/* A read or write of one call; keeps the count inside a long and a ssize_t everywhere. */
	MOVE_MAX = 1 << 30,
};

static uint64_t milliseconds(clockid_t clock)
{
	struct timespec now;
	if (clock_gettime(clock, &now) != 0) {
		return 0;
	}
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

uint64_t ox_clock_ms(void)
{
	return milliseconds(CLOCK_MONOTONIC);
}

uint64_t ox_wall_clock_ms(void)
{
	return milliseconds(CLOCK_REALTIME);
}

int ox_random(void *bytes, size_t size)
{
	unsigned char *at = bytes;
	while (size) {
#if defined(__linux__)
		ssize_t got = getrandom(at, size, 0);
#else
		size_t part = size < 256 ? size : 256; /* getentropy() gives no more at once */
		ssize_t got = getentropy(at, part) == 0 ? (ssize_t)part : -1;
#endif
		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got <= 0) {
			return OX_E_FAILED;
		}
		at += got;
		size -= (size_t)got;
	}
	return OX_OK;
}

uint64_t ox_process_id(void)
{
	return (uint64_t)getpid();
}

uint64_t ox_boot_clock_ms(void)
{
#ifdef CLOCK_BOOTTIME
	return milliseconds(CLOCK_BOOTTIME);
#else
	return milliseconds(CLOCK_MONOTONIC);
#endif
}

void ox_boot_name(char *name, size_t size)
{
	int file = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t got = file >= 0 && size ? read(file, name, size - 1) : 0;
	if (file >= 0) {
		close(file);
	}
	if (size) {
		name[got > 0 ? got : 0] = 0;
		name[strcspn(name, "\n")] = 0;
	}
}

bool ox_process_harden(void)
{
	const struct rlimit none = {0, 0};
	bool hardened = setrlimit(RLIMIT_CORE, &none) == 0;
#ifdef PR_SET_DUMPABLE
	hardened = prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && hardened;
#endif
	return hardened;
}

int ox_bell_open(ox_bell *bell)
{
	int ends[2];
	bell->heard = bell->rung = OX_SOCKET_NONE;
	if (pipe(ends) != 0) {
		return OX_E_FAILED;
	}
	for (int i = 0; i < 2; i++) {
		(void)fcntl(ends[i], F_SETFD, FD_CLOEXEC);
		(void)fcntl(ends[i], F_SETFL, O_NONBLOCK);
	}
	bell->heard = ends[0];
	bell->rung = ends[1];
	return OX_OK;
}

void ox_bell_ring(const ox_bell *bell)
{
	int before = errno; /* a signal handler leaves no trace */
	if (bell->rung != OX_SOCKET_NONE) {
		ssize_t written = write(bell->rung, "", 1);
		(void)written;
	}
	errno = before;
}

void ox_bell_close(ox_bell *bell)
{
	ox_socket_close(bell->heard);
	ox_socket_close(bell->rung);
	bell->heard = bell->rung = OX_SOCKET_NONE;
}

void ox_host_name(char *name, size_t size)
{
	if (!size) {
		return;
	}
	if (gethostname(name, size) != 0) {
		name[0] = 0;
	}
	name[size - 1] = 0; /* POSIX leaves open whether a cut name is terminated */
}

static short poll_events(int what)
{
	return (short)((what & OX_WAIT_READ ? POLLIN : 0) | (what & OX_WAIT_WRITE ? POLLOUT : 0));
}

static int wait_bits(const struct pollfd *polled, int what)
{
	if (polled->revents & (POLLERR | POLLHUP | POLLNVAL)) {
		return OX_WAIT_READ | (what & OX_WAIT_WRITE);
	}
	return (polled->revents & POLLIN ? OX_WAIT_READ : 0) |
	       (polled->revents & POLLOUT ? OX_WAIT_WRITE : 0);
}

int ox_socket_wait(ox_socket socket, int what, int timeout_ms)
{
	struct pollfd poll_for = {.fd = socket};
	poll_for.events = poll_events(what);
	uint64_t end = timeout_ms > 0 ? ox_clock_ms() + (uint64_t)timeout_ms : 0;
	int remaining = timeout_ms;
	int ready;
	while ((ready = poll(&poll_for, 1, remaining)) < 0 && errno == EINTR) {
		if (timeout_ms > 0) {
			uint64_t now = ox_clock_ms();
			remaining = now < end ? (int)(end - now) : 0;
		}
	}
	if (ready < 0) {
		return OX_WAIT_READ | (what & OX_WAIT_WRITE);
	}
	return ready ? wait_bits(&poll_for, what) : 0;
}

size_t ox_socket_wait_many(ox_wait *waits, size_t count, int timeout_ms)
{
	struct pollfd few[64];
	struct pollfd *polled = count <= sizeof few / sizeof *few ? few : ox_array_alloc(count, sizeof *polled);
	size_t ready = 0;
	if (!polled) {
		/* Without memory nobody sleeps past what is ready, and nobody turns round and round. */
		(void)poll(NULL, 0, timeout_ms >= 0 && timeout_ms < 10 ? timeout_ms : 10);
	}
	for (size_t i = 0; polled && i < count; i++) {
		polled[i] = (struct pollfd){.fd = waits[i].socket, .events = poll_events(waits[i].what)};
	}
	bool any = polled && poll(polled, (nfds_t)count, timeout_ms) > 0;
	for (size_t i = 0; i < count; i++) {
		/* Without memory all are said to be ready: whoever looks finds out. */
		waits[i].ready = any ? wait_bits(&polled[i], waits[i].what) : polled ? 0 : waits[i].what;
		ready += waits[i].ready != 0;
	}
	if (polled != few) {
		ox_free(polled);
	}
	return ready;
}

static long moved_or_failed(ssize_t moved, int *system_error)
{
	if (moved >= 0) {
		return (long)moved;
	}
	if (errno == EAGAIN || errno == EWOULDBLOCK) {
		return OX_WOULD_BLOCK;
	}
	*system_error = errno;
	return OX_SOCKET_BROKEN;
}

long ox_socket_read(ox_socket socket, void *bytes, size_t size, int *system_error)
{
	ssize_t moved;
	do {
		moved = recv(socket, bytes, size < MOVE_MAX ? size : MOVE_MAX, 0);
	} while (moved < 0 && errno == EINTR);
	return moved_or_failed(moved, system_error);
}

long ox_socket_write(ox_socket socket, const void *bytes, size_t size, int *system_error)
{
	ssize_t moved;
	do {
		moved = send(socket, bytes, size < MOVE_MAX ? size : MOVE_MAX, MSG_NOSIGNAL);
	} while (moved < 0 && errno == EINTR);
	return moved_or_failed(moved, system_error);
}

static void set_option(ox_socket socket, int level, int name, int value)
{
	/* Comfort, not correctness: a socket of another kind (a test's socket pair) refuses some. */
	(void)setsockopt(socket, level, name, &value, sizeof value);
}

void ox_socket_prepare(ox_socket socket)
{
	(void)fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK);
	(void)fcntl(socket, F_SETFD, fcntl(socket, F_GETFD) | FD_CLOEXEC);
	set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
	set_option(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
#ifdef SO_NOSIGPIPE
	set_option(socket, SOL_SOCKET, SO_NOSIGPIPE, 1);
#endif
#if defined(TCP_KEEPIDLE)
	set_option(socket, IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE_S);
#elif defined(TCP_KEEPALIVE)
	set_option(socket, IPPROTO_TCP, TCP_KEEPALIVE, KEEPALIVE_IDLE_S);
#endif
#ifdef TCP_KEEPINTVL
	set_option(socket, IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_INTERVAL_S);
#endif
#ifdef TCP_KEEPCNT
	set_option(socket, IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_PROBES);
#endif
#ifdef TCP_USER_TIMEOUT
	set_option(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, UNACKNOWLEDGED_MS);
#endif
}

ox_socket ox_socket_open(int family, int type, int protocol, int *system_error)
{
#ifdef SOCK_CLOEXEC
	int opened = socket(family, type | SOCK_CLOEXEC, protocol);
#else
	int opened = socket(family, type, protocol);
	if (opened >= 0) {
		(void)fcntl(opened, F_SETFD, FD_CLOEXEC);
	}
#endif
	if (opened < 0) {
		*system_error = errno;
		return OX_SOCKET_NONE;
	}
	return opened;
}

void ox_socket_close(ox_socket socket)
{
	if (socket != OX_SOCKET_NONE) {
		/* Not again on EINTR: on Linux the number is free already and may be somebody else's. */
		(void)close(socket);
	}
}

int ox_socket_literal(ox_socket socket, char *literal, size_t size)
{
	struct sockaddr_storage address;
	socklen_t length = sizeof address;
	if (getsockname(socket, (struct sockaddr *)&address, &length) != 0) {
		return OX_E_FAILED;
	}
	return ox_sockaddr_literal((const struct sockaddr *)&address, literal, size);
}

int ox_socket_peer(ox_socket socket, char *peer, size_t size)
{
	struct sockaddr_storage address;
	socklen_t length = sizeof address;
	if (getpeername(socket, (struct sockaddr *)&address, &length) != 0) {
		return OX_E_FAILED;
	}
	return ox_sockaddr_text((const struct sockaddr *)&address, peer, size);
}

bool ox_socket_was_reset(ox_socket socket, int timeout_ms)
{
	struct pollfd poll_for = {.fd = socket}; /* no events: errors are reported unasked */
	int pending = 0;
	socklen_t size = sizeof pending;
	if (poll(&poll_for, 1, timeout_ms) <= 0 || !(poll_for.revents & POLLERR)) {
		return false;
	}
	(void)getsockopt(socket, SOL_SOCKET, SO_ERROR, &pending, &size);
	return pending == ECONNRESET || pending == EPIPE;
}

ox_system_fault ox_system_fault_of(int system_error)
{
	switch (system_error) {
	case ECONNREFUSED: return OX_FAULT_REFUSED;
	case ENETUNREACH:
	case EHOSTUNREACH:
	case ENETDOWN:
	case EHOSTDOWN: return OX_FAULT_UNREACHABLE;
	case ETIMEDOUT: return OX_FAULT_TIMEOUT;
	case ECONNRESET:
	case ECONNABORTED:
	case EPIPE: return OX_FAULT_RESET;
	case EACCES:
	case EPERM: return OX_FAULT_FORBIDDEN;
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM: return OX_FAULT_RESOURCES;
	case EADDRNOTAVAIL:
	case EADDRINUSE: return OX_FAULT_ADDRESS;
	default: return OX_FAULT_OTHER;
	}
}

void ox_system_message(int system_error, char *text, size_t size)
{
	if (!size) {
		return;
	}
	text[0] = 0;
#if defined(__GLIBC__)
	const char *message = strerror_r(system_error, text, size);
	if (message != text) {
		snprintf(text, size, "%s", message);
	}
#else
	if (strerror_r(system_error, text, size) != 0 && !text[0]) {
		snprintf(text, size, "error %d", system_error);
	}
#endif
}

#endif
