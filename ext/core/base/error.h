/* SPDX-License-Identifier: MIT */
/* An error is a value: what failed, where, by which fact, and whether trying again makes sense. It is
 * decided once, where the error is born, copied by value, and holds no secret. */
#ifndef OX_BASE_ERROR_H
#define OX_BASE_ERROR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/memory.h"

/* What a function that can fail returns; details, where there are any, go to an ox_error. */
enum {
	OX_OK = 0,
	OX_AGAIN = 1,       /* not an error: nothing to do until bytes or time have passed */
	OX_E_FAILED = -1,   /* the ox_error says what */
	OX_E_NOMEM = -2,    /* memory is out */
	OX_E_LIMIT = -3,    /* a cap was reached; nothing was changed */
	OX_E_SYNTAX = -4,   /* the input is malformed */
	OX_E_USAGE = -5,    /* called in a state that does not allow it */
};

/* Where on its way a message or a connection was. The order is the order of a submission. */
typedef enum {
	OX_STAGE_NONE,
	OX_STAGE_DNS,
	OX_STAGE_CONNECT,
	OX_STAGE_TLS,
	OX_STAGE_GREETING,
	OX_STAGE_EHLO,
	OX_STAGE_STARTTLS,
	OX_STAGE_AUTH,
	OX_STAGE_READY,
	OX_STAGE_MAIL,
	OX_STAGE_RCPT,
	OX_STAGE_DATA,
	OX_STAGE_BODY, /* octets of the message are going out */
	OX_STAGE_DOT,  /* the end of data was sent, its reply is awaited: a loss here is OX_RETRY_UNKNOWN */
	OX_STAGE_QUIT,
	OX_STAGE_COUNT
} ox_stage;

/* Who has to act; maps one to one to an exception class in the binding. */
typedef enum {
	OX_ERROR_NONE,
	OX_ERROR_USAGE,    /* the caller: a wrong argument or a wrong order of calls */
	OX_ERROR_MEMORY,
	OX_ERROR_MESSAGE,  /* the message: it cannot be sent to this server as it is */
	OX_ERROR_DNS,
	OX_ERROR_CONNECT,  /* no connection, or it was lost */
	OX_ERROR_TLS,
	OX_ERROR_AUTH,     /* the account: credentials, mechanism, permission to submit */
	OX_ERROR_PROTOCOL, /* the peer speaks something else, or breaks the rules */
	OX_ERROR_REJECTED, /* a well-formed refusal of this message */
	OX_ERROR_TIMEOUT,
	OX_ERROR_STORAGE,
	OX_ERROR_CLASS_COUNT
} ox_error_class;

/* May the same message be tried again? */
typedef enum {
	OX_RETRY_NEVER,
	OX_RETRY_LATER,
	OX_RETRY_UNKNOWN, /* it may have been delivered: trying again may make a duplicate */
} ox_retry;

/* What became of a message for one recipient. */
typedef enum {
	OX_OUTCOME_NONE, /* still open */
	OX_OUTCOME_SENT,
	OX_OUTCOME_REJECTED,
	OX_OUTCOME_DEFERRED,
	OX_OUTCOME_UNKNOWN,
} ox_outcome;

/* The fact behind an error, for diagnosis: never derived from a server's sentence. */
typedef enum {
	OX_FACT_NONE,
	OX_FACT_REPLY,              /* smtp_code and enhanced tell */
	OX_FACT_ERRNO,              /* sys_errno tells */
	OX_FACT_CERTIFICATE,        /* tls_verify (X509_V_ERR_*) tells */
	OX_FACT_HOST_NOT_FOUND,     /* the name does not exist or has no address */
	OX_FACT_RESOLVER_FAILED,    /* the resolver did not answer, or with an error */
	OX_FACT_PROXY_REFUSED,
	OX_FACT_HOST_NOT_ALLOWED,   /* outbox.allowed_hosts */
	OX_FACT_ADDRESS_NOT_ALLOWED, /* outbox.allow_private_hosts */
	OX_FACT_PEER_CLOSED,        /* end of stream where a reply was due */
	OX_FACT_PEER_SPEAKS_TLS,    /* plain text was spoken to a port that wants TLS */
	OX_FACT_PEER_SPEAKS_PLAIN,  /* TLS was spoken to a port that greets in plain text */
	OX_FACT_PEER_SPEAKS_HTTP,
	OX_FACT_PEER_SPEAKS_SSH,
	OX_FACT_PEER_SPEAKS_OTHER,
	OX_FACT_TLS_VERSION,        /* no protocol version in common */
	OX_FACT_TLS_HANDSHAKE,      /* any other failure of the handshake */
	OX_FACT_TLS_TRUNCATED,      /* end of stream without close_notify inside a reply */
	OX_FACT_PIN_MISMATCH,
	OX_FACT_TLS_SETUP,          /* CA file, client certificate or key cannot be used */
	OX_FACT_STARTTLS_MISSING,   /* not offered, and required */
	OX_FACT_STARTTLS_REFUSED,
	OX_FACT_STARTTLS_INJECTION, /* bytes arrived in plain text behind the 220 */
	OX_FACT_EARLY_REPLY,        /* a reply nobody asked for */
	OX_FACT_BAD_REPLY,          /* not a reply by RFC 5321 4.2 */
	OX_FACT_NUL_IN_REPLY,
	OX_FACT_REPLY_TOO_LONG,
	OX_FACT_UNEXPECTED_REPLY,   /* well-formed, but not allowed for this command */
	OX_FACT_AUTH_MISSING,       /* credentials given, AUTH not offered */
	OX_FACT_AUTH_NO_MECHANISM,  /* none in common */
	OX_FACT_AUTH_REFUSED,       /* 535 and its kin: the credentials */
	OX_FACT_AUTH_TEMPORARY,     /* 4yz during AUTH */
	OX_FACT_AUTH_TOKEN,         /* the server's JSON says that the token is not valid */
	OX_FACT_AUTH_EXCHANGE,      /* a challenge that breaks the mechanism's rules */
	OX_FACT_AUTH_SERVER_PROOF,  /* SCRAM: the server did not prove that it knows the password */
	OX_FACT_AUTH_NEEDS_TLS,     /* a mechanism that must not be used without TLS */
	OX_FACT_SIZE_LIMIT,         /* larger than the server's SIZE */
	OX_FACT_UTF8_MISSING,       /* needs SMTPUTF8, not offered */
	OX_FACT_8BIT_MISSING,       /* needs 8BITMIME, not offered */
	OX_FACT_REQUIRETLS_MISSING,
	OX_FACT_NUL_IN_BODY,
	OX_FACT_LINE_TOO_LONG,      /* a line of the message is over 998 octets */
	OX_FACT_BODY_SOURCE,        /* the source of the message failed or changed its size */
	OX_FACT_RECIPIENT_REFUSED,  /* recipients=all, and one was refused */
	OX_FACT_TOO_MANY_RECIPIENTS,
	OX_FACT_SPOOL_MISSING,
	OX_FACT_SPOOL_INSECURE,     /* an owner, a mode or a link on its way lets others in */
	OX_FACT_SPOOL_NETWORK,      /* on a filesystem of the network */
	OX_FACT_SPOOL_VERSION,      /* of a newer version than ours */
	OX_FACT_SPOOL_UNSUPPORTED,  /* not on this system */
	OX_FACT_SPOOL_FULL,         /* room, inodes or a quota are out */
	OX_FACT_SPOOL_TOO_MANY,     /* as many messages as may wait */
	OX_FACT_SPOOL_TOO_LARGE,    /* the message is larger than may come in */
	OX_FACT_SPOOL_TOO_MANY_RECIPIENTS,
	OX_FACT_SPOOL_BUSY,         /* another process holds what this one needs */
	OX_FACT_PROFILE_MISSING,    /* no relay profile has this name */
	OX_FACT_SPOOL_DAMAGED,      /* a file that is none of ours any more */
	OX_FACT_COUNT
} ox_fact;

enum { OX_ERROR_TEXT_MAX = 512 };

typedef struct {
	ox_error_class class;
	ox_retry retry;
	ox_stage stage;
	ox_fact fact;
	uint16_t smtp_code;   /* 0 = none */
	uint16_t enhanced[3]; /* RFC 3463; {0,0,0} = none */
	int sys_errno;        /* 0 = none */
	long tls_verify;      /* X509_V_OK = none */
	char text[OX_ERROR_TEXT_MAX]; /* UTF-8, one line, no secrets; for a reply the server's words */
} ox_error;

/* Fills *error: class, retry, stage and fact as given, the text formatted and cut at its cap, with
 * control bytes replaced by '?'. error may be NULL. Always returns OX_E_FAILED, so that a caller can
 * `return ox_error_set(...)`. */
int ox_error_set(ox_error *error, ox_error_class class, ox_retry retry, ox_stage stage,
	ox_fact fact, const char *format, ...) OX_PRINTF(6, 7);

/* The same for memory that is out: class MEMORY, retry LATER. Returns OX_E_NOMEM. */
int ox_error_memory(ox_error *error, ox_stage stage);

void ox_error_clear(ox_error *error);

/* What the error means for a recipient that has no reply of its own. */
ox_outcome ox_error_outcome(const ox_error *error);

/* Static strings: "rcpt", "tls", "starttls_missing", "deferred" ... never NULL. */
const char *ox_stage_name(ox_stage stage);
const char *ox_error_class_name(ox_error_class class);
const char *ox_fact_name(ox_fact fact);
const char *ox_outcome_name(ox_outcome outcome);

#endif
