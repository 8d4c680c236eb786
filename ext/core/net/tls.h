/* SPDX-License-Identifier: MIT */
/* TLS by OpenSSL 3 on a socket that is already connected; never blocks. A trust (whom to believe, who
 * we are) is shared by connections; a resumable session belongs to one trust and one host. */
#ifndef OX_NET_TLS_H
#define OX_NET_TLS_H

#include "net/platform.h"

enum {
	OX_TLS_VERSION_1_0 = 0x0301,
	OX_TLS_VERSION_1_1 = 0x0302,
	OX_TLS_VERSION_1_2 = 0x0303, /* the default minimum */
	OX_TLS_VERSION_1_3 = 0x0304,
};

/* All strings borrow, until ox_tls_trust_new has returned. */
typedef struct {
	int version_min;         /* OX_TLS_VERSION_*; 0 = 1.2 */
	bool verify;             /* chain and name */
	const char *ca_file;     /* PEM; NULL = the system's store */
	const char *pin;         /* "sha256//BASE64", several split by ';': SHA-256 of the SPKI of the leaf; NULL = none.
	                          * In addition to verification, or alone where verify is off */
	const char *certificate; /* PEM file with chain; NULL = none */
	const char *key;         /* PEM file; NULL = in the certificate file */
	const char *cache_directory; /* sessions shared by processes, see platform.h; NULL = none */
} ox_tls_options;

typedef struct ox_tls_trust ox_tls_trust;

/* returns new in *trust. OX_E_FAILED: class TLS, fact TLS_SETUP, text naming the option, retry NEVER. */
OX_MUST_USE int ox_tls_trust_new(const ox_tls_options *options, ox_tls_trust **trust, ox_error *error);

/* Counted: a trust lives until its owner and all connections have let go. It and they belong to one
 * thread at a time. */
ox_tls_trust *ox_tls_trust_share(ox_tls_trust *trust);
void ox_tls_trust_free(ox_tls_trust *trust);

typedef struct ox_tls ox_tls;

/* returns new. name is verified and sent as SNI (an IP literal is matched against IP SANs and not sent;
 * a trailing dot is cut). Sessions are kept under name and port. The socket stays the caller's. */
OX_MUST_USE int ox_tls_new(ox_tls_trust *trust, ox_socket socket, const char *name, uint16_t port,
	ox_tls **tls, ox_error *error);

/* Goes on with the handshake. OX_AGAIN: wait for ox_tls_wants(). OX_E_FAILED: stage TLS; facts
 * CERTIFICATE with tls_verify, PIN_MISMATCH, PEER_SPEAKS_PLAIN (or _SSH, _HTTP, _OTHER), TLS_VERSION,
 * TLS_HANDSHAKE, PEER_CLOSED, ERRNO. A certificate's text names subject, issuer and dates of what was shown. */
OX_MUST_USE int ox_tls_handshake(ox_tls *tls, ox_error *error);
int ox_tls_wants(const ox_tls *tls); /* OX_WAIT_* bits after OX_AGAIN or OX_WOULD_BLOCK */

/* Octets moved, 0 for an orderly end (read), OX_WOULD_BLOCK, or OX_SOCKET_BROKEN with *error; an end
 * without close_notify is fact TLS_TRUNCATED. The error's stage is NONE and its retry LATER: the caller
 * knows what was under way. size is not 0. A write moves as much as the socket takes, in records of 16 KiB;
 * after OX_WOULD_BLOCK or a short count the bytes that did not move must come first in the next call, at
 * least as many as before (they may have moved in memory and more may follow). */
long ox_tls_read(ox_tls *tls, void *bytes, size_t size, ox_error *error);
long ox_tls_write(ox_tls *tls, const void *bytes, size_t size, ox_error *error);

/* Decrypted octets that wait inside: the socket may be silent while there is something to read. */
bool ox_tls_has_pending(const ox_tls *tls);

/* Octets for channel binding, size 0 where not available: RFC 9266 (TLS 1.3 only), RFC 5929 4. */
void ox_tls_exporter(ox_tls *tls, uint8_t *out, size_t capacity, size_t *size);
void ox_tls_end_point(ox_tls *tls, uint8_t *out, size_t capacity, size_t *size);

bool ox_tls_resumed(const ox_tls *tls);
const char *ox_tls_describe(const ox_tls *tls); /* "TLSv1.3 TLS_AES_256_GCM_SHA384"; borrows until free */
/* The peer's certificate in one printable line: names, dates, subject, issuer. "" before the handshake. */
void ox_tls_certificate(const ox_tls *tls, char *text, size_t size);

/* close_notify, once, without waiting; not after fork and not after an error. */
void ox_tls_goodbye(ox_tls *tls);

/* Frees without a byte on the wire: right after a fork, in the child. */
void ox_tls_free(ox_tls *tls);

#endif
