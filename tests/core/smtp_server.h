/* SPDX-License-Identifier: MIT */
/* A submission server for tests: a thread for each connection, in the test's process, on 127.0.0.1. It plays by
 * the book unless a hook plays otherwise. */
#ifndef OX_SMTP_SERVER_H
#define OX_SMTP_SERVER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include <openssl/ssl.h>

enum { SMTP_PEERS_MAX = 4096, SMTP_LINE_MAX = 4096 };

typedef enum {
	PLAY_ON,      /* as usual */
	PLAY_HANDLED, /* the hook has answered, or wants silence */
	PLAY_CLOSE,
} smtp_play;

typedef struct smtp_server smtp_server;

typedef struct {
	smtp_server *server;
	int socket;
	SSL *ssl;
	unsigned number; /* of the connection, from 0 */
	unsigned mails;  /* MAIL commands on it */
	char in[65536];
	size_t in_size;
	pthread_t thread;
	bool ended; /* the client has left */
} smtp_peer;

struct smtp_server {
	/* To be set before the start. */
	SSL_CTX *context;   /* NULL = no TLS */
	bool implicit;
	const char *offers; /* EHLO keywords split by ' ', with '_' for a blank in one; NULL = none */
	bool lossy;         /* forgets what comes behind the first line of a segment */
	/* Called with each line, and with "CONNECT", "DOT" (data or BDAT complete), "IDLE" (after the reply to
	 * it). */
	smtp_play (*hook)(smtp_peer *peer, const char *line);
	void *context_of_hook;

	unsigned port;
	int listener;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	smtp_peer *peers[SMTP_PEERS_MAX];
	/* Counted; read them with smtp_server_count. */
	unsigned connections, closed, mails, accepted, quits, resets;
	uint64_t octets;
	char subjects[64][32]; /* of the accepted messages, in their order */
};

void smtp_server_start(smtp_server *server);
void smtp_server_stop(smtp_server *server); /* closes all and waits */
unsigned smtp_server_count(smtp_server *server, const unsigned *counter);
/* Until a counter is at least that; fails the test after 10 seconds. */
void smtp_server_await(smtp_server *server, const unsigned *counter, unsigned least);

/* For hooks. */
void smtp_say(smtp_peer *peer, const char *text);
void smtp_wait_readable(smtp_peer *peer);
void smtp_pause(int milliseconds); /* a slow server; nothing waits for it */
bool smtp_is(const char *line, const char *verb);

#endif
