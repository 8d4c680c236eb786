/* SPDX-License-Identifier: MIT */
/* Internal to net/tls*.c. */
#ifndef OX_NET_TLS_INTERNAL_H
#define OX_NET_TLS_INTERNAL_H

#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "net/tls.h"

enum {
	OX_TLS_KEY_SIZE = 32,
	OX_TLS_SESSIONS_MAX = 64,         /* in memory, of one trust */
	OX_TLS_SESSIONS_PER_HOST_MAX = 4, /* as many as connections that one process opens at once */
	OX_TLS_PINS_MAX = 32,
	OX_TLS_FIRST_BYTES = 5, /* what OpenSSL reads first: a record's header */
};

/* What a session belongs to: all that decides whom we believe, the name, and the port. */
typedef struct {
	uint8_t bytes[OX_TLS_KEY_SIZE];
} ox_tls_key;

typedef struct {
	ox_tls_key key;
	SSL_SESSION *session; /* NULL = a free place */
	uint64_t stored;      /* a count, for age */
} ox_tls_cached;

typedef struct {
	ox_tls_cached places[OX_TLS_SESSIONS_MAX];
	uint64_t count;
	char *directory; /* NULL = memory only */
} ox_tls_cache;

struct ox_tls_trust {
	unsigned holders;
	SSL_CTX *context;
	BIO_METHOD *method;
	bool verify;
	uint8_t (*pins)[32];
	size_t pin_count;
	ox_tls_key identity; /* the digest of the options, without name and port */
	ox_tls_cache cache;
};

/* The socket as OpenSSL sees it, and what it saw there. */
typedef struct {
	ox_socket socket;
	bool ended;
	int system_error;
	uint8_t first[OX_TLS_FIRST_BYTES];
	size_t first_size;
} ox_tls_link;

struct ox_tls {
	ox_tls_trust *trust;
	SSL *ssl;
	ox_tls_link link;
	ox_tls_key key;
	char *name;
	uint16_t port;
	bool established;
	bool failed;
	bool said_goodbye;
	bool stored_in_file;  /* one ticket of a connection is for other processes, the others are ours */
	SSL_SESSION *early;   /* came before the pin was looked at (TLS 1.2) */
	X509 *refused;        /* the leaf that did not pass; the handshake forgets it */
	int wants;
	char description[96];
};

/* tls_bio.c */
BIO_METHOD *ox_tls_bio_method(void);
OX_MUST_USE int ox_tls_bio_attach(ox_tls *tls);

/* tls_certificate.c: subject, issuer, dates and names in one printable line. */
void ox_certificate_describe(X509 *certificate, char *text, size_t size);
OX_MUST_USE int ox_certificate_spki_digest(X509 *certificate, uint8_t digest[32]);

/* tls_errors.c: both name what failed from OpenSSL's queue and the link, and empty the queue. */
int ox_tls_handshake_error(ox_tls *tls, int result, ox_error *error);
void ox_tls_stream_error(ox_tls *tls, int result, ox_error *error);
int ox_tls_pin_error(ox_tls *tls, X509 *leaf, ox_error *error);

/* tls_session_cache.c */
void ox_tls_cache_put(ox_tls *tls, SSL_SESSION *session); /* takes one reference */
SSL_SESSION *ox_tls_cache_get(ox_tls *tls);               /* returns new, or NULL */
void ox_tls_cache_clear(ox_tls_cache *cache);

#endif
