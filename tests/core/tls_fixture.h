/* SPDX-License-Identifier: MIT */
/* What the TLS tests share: an authority, a good server, a folder, and the client's side of a visit. */
#ifndef OX_TLS_FIXTURE_H
#define OX_TLS_FIXTURE_H

#include "tls_peer.h"

extern tls_identity tls_authority, tls_good;
extern SSL_CTX *tls_good_context;
extern char tls_ca_file[96], tls_cache[96], tls_good_pin[80];

/* A group's set-up and tear-down; the second fails where a file is left over. */
int tls_set_up(void **state);
int tls_tear_down(void **state);
const char *tls_in_folder(const char *name); /* borrows, until the fourth call from now */
unsigned tls_empty_folder(const char *path); /* how many files were removed */

void tls_write_pin(const tls_identity *identity, char *pin, size_t size);
ox_tls_options tls_default_options(void);
ox_tls_trust *tls_trust_for(const ox_tls_options *options);

/* Shakes hands; NULL where that fails with *error. */
ox_tls *tls_connect(ox_tls_trust *trust, tls_peer *peer, const char *name, ox_error *error);
ox_tls *tls_connect_port(ox_tls_trust *trust, tls_peer *peer, const char *name, uint16_t port,
	ox_error *error);
void tls_wait(ox_tls *tls, const tls_peer *peer);

/* Reads size octets; fewer where the connection ends, and *last is what the last read returned. */
size_t tls_read_some(ox_tls *tls, tls_peer *peer, void *bytes, size_t size, long *last,
	ox_error *error);
void tls_echo(ox_tls *tls, tls_peer *peer);

/* One whole connection with an echo; whether it was resumed. */
bool tls_visit(ox_tls_trust *trust, SSL_CTX *context);
bool tls_visit_port(ox_tls_trust *trust, SSL_CTX *context, const char *name, uint16_t port);

/* The error of a handshake that must fail. */
ox_error tls_refused_by(ox_tls_trust *trust, SSL_CTX *context, const char *name,
	void (*serve)(tls_peer *, int));

#endif
