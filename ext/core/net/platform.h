/* SPDX-License-Identifier: MIT */
/* Everything that POSIX and Windows do differently, and the clock and the dice. platform_posix.c and
 * platform_windows.c keep it. No other file of the core includes a system header for these. */
#ifndef OX_NET_PLATFORM_H
#define OX_NET_PLATFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

#ifdef _WIN32
typedef uintptr_t ox_socket; /* SOCKET */
#define OX_SOCKET_NONE ((ox_socket)~(uintptr_t)0)
#else
typedef int ox_socket;
#define OX_SOCKET_NONE (-1)
#endif

enum { OX_WAIT_READ = 1, OX_WAIT_WRITE = 2, OX_FOREVER = -1 };

/* Milliseconds of a clock that only goes forward; its zero means nothing. */
uint64_t ox_clock_ms(void);

/* Milliseconds since 1970-01-01T00:00:00Z. */
uint64_t ox_wall_clock_ms(void);

/* Cryptographic randomness. OX_E_FAILED where the system gives none. */
OX_MUST_USE int ox_random(void *bytes, size_t size);

uint64_t ox_process_id(void);

/* Milliseconds since the system started, sleep included, and a name for this run of it ("" if it has none). */
uint64_t ox_boot_clock_ms(void);
void ox_boot_name(char *name, size_t size);

/* No core dump, no look into this process by others of the same user. False where that cannot be had. */
bool ox_process_harden(void);

/* The machine's name as the system has it, "" if it has none. */
void ox_host_name(char *name, size_t size);

/* Waits until the socket can do one of `what` or timeout_ms is over (0: only look). Returns the bits that
 * hold (a broken socket counts as readable), 0 at timeout. A signal does not shorten the wait. */
int ox_socket_wait(ox_socket socket, int what, int timeout_ms);

/* The same for many at once. ready becomes what holds of each; returns how many have something, 0 at timeout
 * and when a signal came. Entries with OX_SOCKET_NONE are passed over. */
typedef struct {
	ox_socket socket;
	int what, ready; /* OX_WAIT_* bits */
} ox_wait;
size_t ox_socket_wait_many(ox_wait *waits, size_t count, int timeout_ms);

/* Wakes a wait from a signal handler: ring from there, wait for `heard` to be readable. */
typedef struct {
	ox_socket heard, rung;
} ox_bell;
OX_MUST_USE int ox_bell_open(ox_bell *bell); /* OX_E_FAILED: both are OX_SOCKET_NONE then, and ringing does nothing */
void ox_bell_ring(const ox_bell *bell);
void ox_bell_close(ox_bell *bell);

/* Non-blocking. Both return octets moved, 0 at end of stream (read only), OX_WOULD_BLOCK, or
 * OX_SOCKET_BROKEN with *system_error set. No SIGPIPE. */
enum { OX_WOULD_BLOCK = -1, OX_SOCKET_BROKEN = -2 };
long ox_socket_read(ox_socket socket, void *bytes, size_t size, int *system_error);
long ox_socket_write(ox_socket socket, const void *bytes, size_t size, int *system_error);

/* Non-blocking, close-on-exec, no delay (RFC 896 costs 40 ms a message against delayed ACK), keep-alive
 * probes after 30 s. */
void ox_socket_prepare(ox_socket socket);

/* A new socket that no child process inherits; OX_SOCKET_NONE with *system_error set. family and the
 * others are the system's numbers. */
ox_socket ox_socket_open(int family, int type, int protocol, int *system_error);
void ox_socket_close(ox_socket socket);

/* Our own address of a connected socket as an EHLO literal, "[192.0.2.1]" or "[IPv6:2001:db8::1]". */
OX_MUST_USE int ox_socket_literal(ox_socket socket, char *literal, size_t size);

/* The peer's address in numbers and the port, "192.0.2.1:587" or "[2001:db8::1]:587". */
OX_MUST_USE int ox_socket_peer(ox_socket socket, char *peer, size_t size);

/* Whether the connection was reset, within timeout_ms: the peer's system got octets that no program of it
 * will read. An orderly end of stream by itself is none. The answer is given once. */
bool ox_socket_was_reset(ox_socket socket, int timeout_ms);

/* What an error number says, the same on every system. */
typedef enum {
	OX_FAULT_OTHER,
	OX_FAULT_REFUSED,     /* nobody listens there, or a firewall says so */
	OX_FAULT_UNREACHABLE, /* no way to the network or host */
	OX_FAULT_TIMEOUT,     /* the system itself gave up waiting */
	OX_FAULT_RESET,       /* broken off by the peer or somebody on the way */
	OX_FAULT_FORBIDDEN,   /* this system does not let us */
	OX_FAULT_RESOURCES,   /* descriptors, ports or memory are out */
	OX_FAULT_ADDRESS,     /* the source address is not ours */
} ox_system_fault;
ox_system_fault ox_system_fault_of(int system_error);

/* The system's sentence for an error number; always terminated. */
void ox_system_message(int system_error, char *text, size_t size);

/* Small private files (the TLS session cache). The directory must be ours, mode 0700, not a link; it is
 * made (one level) where it does not exist. Writes go to a new file that is renamed into place (0600):
 * a reader sees the old or the new one whole, but a power cut may lose both.
 * OX_E_FAILED: not there, not ours, not private, too large (always on Windows, which has no such mode).
 * name holds no '/'. *size goes in as the room at bytes and comes out as what was read. */
OX_MUST_USE int ox_private_read(const char *directory, const char *name, void *bytes, size_t *size);
OX_MUST_USE int ox_private_write(const char *directory, const char *name, const void *bytes, size_t size);
void ox_private_remove(const char *directory, const char *name);
/* Whether files can be kept there; makes the directory where it does not exist. */
bool ox_private_is_usable(const char *directory);

/* The same for what must outlive a power cut (relay profiles): file and directory are on disk when these
 * return. *system_error says why they failed, 0 where the directory or file is not private or the name is
 * none. ox_private_delete fails with the system's ENOENT where there is no such file. */
OX_MUST_USE int ox_private_save(const char *directory, const char *name, const void *bytes, size_t size,
	int *system_error);
OX_MUST_USE int ox_private_delete(const char *directory, const char *name, int *system_error);

/* A number that is another one when the file was replaced or written to; 0 and OX_OK where there is none. One system call,
 * which says nothing of who may read it: reading does. *settled (NULL is allowed): the last change is so long ago that
 * the clock of the filesystem tells any other from it. */
OX_MUST_USE int ox_private_stamp(const char *directory, const char *name, uint64_t *stamp, bool *settled);

/* Appends the names in the directory, each with its NUL, in no order; those that begin with a dot are left
 * out. No directory is an empty one. OX_E_LIMIT past the buffer's cap, OX_E_NOMEM, OX_E_FAILED. */
OX_MUST_USE int ox_private_list(const char *directory, ox_buffer *names);

#endif
