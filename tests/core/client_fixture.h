/* SPDX-License-Identifier: MIT */
/* What the tests of connection, pool and client share: a server, a relay that names it, messages for it. */
#ifndef OX_CLIENT_FIXTURE_H
#define OX_CLIENT_FIXTURE_H

#include "client/client.h"
#include "smtp_server.h"

enum { CLIENT_MESSAGES_MAX = 64 };

typedef struct {
	ox_envelope envelope;
	ox_result results[4];
	char text[128];
	uint64_t size;    /* of the message: the text, then lines of filling */
	uint64_t fail_at; /* the source fails there; 0 = never */
	size_t largest;   /* that was asked for at once */
} client_message;

typedef struct {
	smtp_server server;
	ox_relay relay;
	ox_client_environment environment;
	ox_pool *pool;
	client_message messages[CLIENT_MESSAGES_MAX];
	ox_delivery deliveries[CLIENT_MESSAGES_MAX];
	ox_trace trace;
	ox_error error;
} client_case;

/* Starts the server (whose fields are set) and makes the relay "SCHEME://ACCOUNT127.0.0.1:PORT?options". */
void client_begin(client_case *it, const char *scheme, const char *account, const char *options);
void client_end(client_case *it);

/* Makes message `index` anew: sender, recipients r0@example.com ..., "Subject: m<index>", size octets. */
void client_prepare(client_case *it, size_t index, size_t recipients, uint64_t size);

/* Sends messages first to first + count - 1, each prepared small, and returns the client's status. */
int client_send(client_case *it, size_t first, size_t count);
/* The same with what client_prepare has made. */
int client_send_prepared(client_case *it, size_t first, size_t count);
void client_release(client_case *it, size_t first, size_t count);

/* Drives a connection until it is ready, done or over. */
int client_drive(ox_connection *connection, ox_error *error);

#endif
