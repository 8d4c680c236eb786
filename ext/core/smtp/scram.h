/* SPDX-License-Identifier: MIT */
/* The client's side of SCRAM (RFC 5802, RFC 7677) over messages that are not base64 yet.
 *
 * User and password have to be UTF-8 without control characters, prepared by SASLprep: base/saslprep.h. */
#ifndef OX_SMTP_SCRAM_H
#define OX_SMTP_SCRAM_H

#include "base/buffer.h"
#include "base/digest.h"
#include "base/string.h"

enum {
	OX_SCRAM_NONCE_MAX = 512, /* octets of client's and server's nonce together */
	OX_SCRAM_SALT_MAX = 512,
	OX_SCRAM_MESSAGE_MAX = 16384,
};

typedef enum {
	OX_SCRAM_FIRST,  /* our first message is due or out, the server's first is awaited */
	OX_SCRAM_FINAL,  /* our proof is out, the server's is awaited */
	OX_SCRAM_PROVEN, /* the server knows the password */
	OX_SCRAM_FAILED, /* sticky */
} ox_scram_state;

/* All-zero is valid: it does nothing and proves nothing. */
typedef struct {
	ox_scram_state state;
	ox_digest digest;
	size_t header_size;    /* the gs2 header is the front of binding */
	ox_buffer binding;     /* what c= encodes: gs2 header and channel binding data */
	ox_buffer first_bare;  /* client-first-message-bare */
	size_t nonce_at;       /* where our nonce starts in it */
	char *password;        /* NULL once the proof is made */
	uint8_t server_signature[OX_DIGEST_MAX]; /* the one that we expect */
} ox_scram;

typedef struct {
	ox_digest digest;
	const char *user, *password;
	const char *nonce;        /* printable, without ','; in tests a vector's */
	char flag;                /* 'p', 'y' or 'n' */
	const char *binding_name; /* for 'p': "tls-exporter" */
	const uint8_t *binding;   /* for 'p' */
	size_t binding_size;
} ox_scram_options;

/* Appends a saslname of RFC 5802 5.1: ',' as "=2C", '=' as "=3D". */
OX_MUST_USE int ox_scram_append_name(ox_buffer *out, const char *name);

/* copies. OX_OK or OX_E_NOMEM (OX_E_LIMIT past a cap); clear it in every case. */
OX_MUST_USE int ox_scram_init(ox_scram *scram, const ox_scram_options *options);
void ox_scram_clear(ox_scram *scram); /* wipes */

/* Appends client-first-message. */
OX_MUST_USE int ox_scram_first(const ox_scram *scram, ox_buffer *out);

/* Answers server-first-message with client-final-message, and server-final-message with nothing.
 * Anything but OX_OK fills *error and is sticky. */
OX_MUST_USE int ox_scram_step(ox_scram *scram, ox_slice challenge, ox_buffer *out, ox_error *error);

#endif
