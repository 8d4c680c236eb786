/* SPDX-License-Identifier: MIT */
/* The other side of a TLS connection, for tests: certificates made in memory, and a server in a thread on
 * one end of a socket pair. */
#ifndef OX_TLS_PEER_H
#define OX_TLS_PEER_H

#include <pthread.h>

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "net/tls.h"

typedef struct {
	X509 *certificate;
	EVP_PKEY *key;
} tls_identity;

/* common_name may be NULL; names is a subjectAltName ("DNS:localhost,IP:127.0.0.1") or NULL; the validity
 * is from..to days from now; issuer NULL makes it sign itself. */
tls_identity tls_identity_new(const char *common_name, const char *names, int from, int to,
	const tls_identity *issuer);
tls_identity tls_authority_new(const char *common_name);
void tls_identity_free(tls_identity *identity);

/* Writes certificate and/or key as PEM; passphrase may be NULL. */
void tls_write_certificate(const char *path, const tls_identity *identity);
void tls_write_key(const char *path, const tls_identity *identity, const char *passphrase);

typedef struct tls_peer tls_peer;
struct tls_peer {
	SSL_CTX *context; /* borrows */
	void (*serve)(tls_peer *, int socket);
	pthread_t thread;
	int sockets[2];      /* ours (the client's), the server's */
	char server_name[64]; /* what SNI said, "" = nothing */
	size_t received;
	size_t records;
	bool ended_orderly;
};

SSL_CTX *tls_server_context(const tls_identity *identity);

/* Starts serving; the client's socket is sockets[0]. */
void tls_peer_start(tls_peer *peer, SSL_CTX *context, void (*serve)(tls_peer *, int socket));
void tls_peer_stop(tls_peer *peer); /* closes sockets[0] and waits for the thread */

/* Ways to serve. */
void tls_serve_echo(tls_peer *peer, int socket);
void tls_serve_bindings(tls_peer *peer, int socket);      /* sends exporter and end point, 32 octets each */
void tls_serve_and_break(tls_peer *peer, int socket);     /* "hello", no close_notify */
void tls_serve_and_end(tls_peer *peer, int socket);       /* "hello", close_notify */
void tls_serve_count(tls_peer *peer, int socket);         /* reads all there is */
void tls_serve_plain_greeting(tls_peer *peer, int socket);
void tls_serve_ssh_greeting(tls_peer *peer, int socket);
void tls_serve_hang_up(tls_peer *peer, int socket);       /* ends after the ClientHello */

#endif
