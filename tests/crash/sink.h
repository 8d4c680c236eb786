/* SPDX-License-Identifier: MIT */
/* The server that deliveries meet: a thread for each connection, in the test's own process, so that it outlives the
 * runner that is killed. It keeps a ledger of what came, octet by octet, and fails on demand: 14 places, 12 ways. */
#ifndef OX_CRASH_SINK_H
#define OX_CRASH_SINK_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/ssl.h>

#include "base/source.h"

enum { SINK_ROOM = 256, SINK_PEERS_MAX = 256 };

typedef enum {
	AT_NOWHERE,
	AT_BANNER,
	AT_EHLO,
	AT_STARTTLS,
	AT_HANDSHAKE,
	AT_EHLO_AGAIN, /* behind STARTTLS */
	AT_AUTH,
	AT_MAIL,
	AT_RCPT,
	AT_RCPT_LAST,
	AT_DATA,
	AT_BODY,       /* in its middle */
	AT_END,        /* in place of the reply to the end of data */
	AT_AFTER,      /* right behind that reply */
	AT_SECOND,     /* MAIL of the next message */
	AT_COUNT
} sink_place;

typedef enum {
	FAULT_CLOSE,
	FAULT_RESET,
	FAULT_STALL,
	FAULT_GARBAGE,
	FAULT_TRICKLE, /* the right reply, octet by octet: no fault */
	FAULT_4YZ,
	FAULT_5YZ,
	FAULT_421,
	FAULT_LONG,    /* 64 KiB in many lines */
	FAULT_NUL,
	FAULT_WRONG,   /* a well-formed reply that does not fit */
	FAULT_HALF,    /* half a reply, then the end */
	FAULT_COUNT
} sink_fault;

/* What came of one message, named by its seed. */
typedef struct {
	uint32_t seed;
	unsigned copies;    /* whole, so that 250 was to be said */
	unsigned recipients; /* of all copies together */
	unsigned torn;      /* accepted, and not what was sent: never */
} sink_entry;

typedef struct {
	bool tls, starttls, pipelining, chunking; /* before the start */
	sink_place place;
	sink_fault fault;
	unsigned faults;    /* so many connections meet it, then it heals */
	size_t room;        /* for so many messages; 0 = SINK_ROOM */

	unsigned port;
	int listener;
	SSL_CTX *context;
	pthread_t thread;
	pthread_mutex_t lock;
	unsigned connections;
	int sockets[SINK_PEERS_MAX];
	pthread_t peers[SINK_PEERS_MAX];
	sink_entry *entries; /* by their seed; twice as many places as there is room */
	size_t entry_count;
	uint64_t first_ms, last_ms; /* when the first and the last message was whole */
} sink;

void sink_start(sink *s);
void sink_stop(sink *s); /* closes all and waits */
/* What is known of a message; zeroed if it never came. */
sink_entry sink_look(sink *s, uint32_t seed);
size_t sink_count(sink *s); /* different messages so far */
const char *sink_place_name(sink_place place);
const char *sink_fault_name(sink_fault fault);

/* A message that a server can check: lines of letters, made of its seed and size. */
typedef struct {
	uint32_t seed;
	size_t size; /* at least 64 */
} letter;
ox_source letter_source(letter *of);

#endif
