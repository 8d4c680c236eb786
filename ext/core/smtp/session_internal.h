/* SPDX-License-Identifier: MIT */
/* What the files of the session share; never included from elsewhere. session.c moves bytes and
 * events, handshake.c leads to READY, transaction.c sends messages, verdict.c reads the replies. */
#ifndef OX_SMTP_SESSION_INTERNAL_H
#define OX_SMTP_SESSION_INTERNAL_H

#include "smtp/body.h"
#include "smtp/session.h"
#include "smtp/transcript.h"

typedef enum {
	STATE_GREETING,
	STATE_EHLO,
	STATE_STARTTLS,
	STATE_TLS, /* 220 has come, the driver shakes hands */
	STATE_AUTH,
	STATE_READY,
	STATE_QUIT,
	STATE_FAILED,
} session_state;

typedef enum {
	COMMAND_GREETING, /* not a command: the reply that comes first */
	COMMAND_EHLO,
	COMMAND_HELO,
	COMMAND_STARTTLS,
	COMMAND_AUTH,
	COMMAND_MAIL,
	COMMAND_RCPT,
	COMMAND_DATA,
	COMMAND_DOT,
	COMMAND_BDAT,
	COMMAND_RSET,
} command_kind;

/* Where the server limits the domains of a transaction (RFC 9422), we keep to this many at most. */
enum { DOMAINS_MAX = 16 };

/* What the send cursor does next for a message. */
typedef enum {
	STEP_MAIL,
	STEP_RCPT,
	STEP_HOLD, /* all recipients must be accepted before data: their replies are awaited */
	STEP_DATA,
	STEP_354, /* DATA is out; its reply decides */
	STEP_BODY,
	STEP_SENT, /* nothing more to send; replies decide */
} transaction_step;

typedef struct transaction {
	uint32_t number;
	ox_envelope envelope;
	ox_result *results;
	bool *in_batch; /* recipients of the transaction now under way */
	bool *accepted; /* of those, with a 2xx reply */
	size_t batch_size, accepted_count;
	size_t cursor; /* the next recipient to be named */
	const char *domains[DOMAINS_MAX]; /* the distinct ones of the batch; borrow from the envelope */
	size_t domain_count;
	size_t unanswered; /* commands without a reply */
	transaction_step step;
	bool mail_accepted;
	bool abandoned; /* no data is to be sent any more */
	bool refused;   /* all_or_nothing: a recipient was refused */
	bool again;     /* starts anew once all replies are in */
	bool full;      /* "too many recipients": no more are named in this transaction */
	bool strays;    /* recipients were accepted behind a MAIL that was not */
	bool heard;     /* a reply to one of its commands has come */
	bool named;     /* the first reply that could have given queue_id has come */
	bool bare;      /* a second try without optional parameters */
	bool reset_tried;
	ox_body body;
	uint64_t offset;   /* octets of the message framed so far */
	uint64_t end_mark; /* where its last octet stands in our output stream; 0 = not generated */
	ox_error error;
	char *queue_id;
	struct transaction *next; /* in the list of those done */
} transaction;

typedef struct {
	command_kind kind;
	transaction *owner; /* NULL for those that belong to no message */
	size_t recipient;
	uint64_t end_mark; /* where its line ends in our output; no reply may come before that is sent */
} pending_command;

/* Together with OX_SESSION_OUTPUT_MAX the bound on what is in flight. */
enum { PENDING_MAX = 1024, COMMAND_ROOM = 2048, BODY_PIECE = 65536 };

struct ox_session {
	session_state state;
	ox_tls_mode tls;
	char *ehlo, *host;
	uint16_t port;
	unsigned window, quirks;

	char *user, *password, *token; /* until AUTH is over */
	char *scram_user, *scram_password; /* the forms for SCRAM, where they are others */
	ox_credentials credentials;    /* points to those above */
	bool has_credentials;
	ox_channel_binding channel;
	ox_auth *auth;
	ox_mechanism mechanism; /* being tried, then used */
	uint32_t tried;
	bool initial_sent, initial_due, authenticated;

	ox_reply_reader reader;
	ox_capabilities capabilities;
	ox_buffer line; /* the command being made; kept, so that commands cost no allocation */
	ox_buffer output;
	size_t output_at;     /* octets of output that are sent already */
	uint64_t sent_total;  /* octets of all output reported as sent */
	uint64_t made_total;  /* octets of all output ever made */
	pending_command pending[PENDING_MAX]; /* the ring: answered cursor at pending_head */
	size_t pending_head, pending_count;

	transaction *queue[OX_SESSION_WINDOW_MAX]; /* open messages, oldest first */
	size_t queue_count;
	size_t send_index; /* the send cursor: whose commands are being made */
	transaction *done, **done_end; /* results not yet given out */
	transaction *given;            /* lives until the next call */
	uint32_t numbers, mails_begun;
	bool sounding;   /* nothing but RSET until its reply tells where the server stands */
	bool need_reset; /* a transaction is open at the server that must not go on */
	bool heard, quitting, start_tls_due, ready_due;
	uint64_t progress;
	ox_error error;
	ox_transcript transcript;
};

/* session.c */
void session_set_state(ox_session *s, session_state state);
bool session_may_pipeline(const ox_session *s);
int session_fail(ox_session *s, const ox_error *error, bool certain);
int session_fail_politely(ox_session *s, const ox_error *error);
int session_fail_memory(ox_session *s);
int session_fail_reply(ox_session *s, ox_error_class class, ox_stage stage, ox_fact fact);
int session_unexpected(ox_session *s, ox_stage stage);
ox_retry session_retry_of(uint16_t code);
void session_reply_error(const ox_session *s, ox_error *error, ox_error_class class, ox_retry retry,
	ox_stage stage, ox_fact fact);
/* Puts a command line (without CRLF) out and into the ring; shown stands for it in the transcript,
 * NULL = the line itself. */
int session_command(ox_session *s, command_kind kind, transaction *owner, size_t recipient,
	const char *line, const char *shown);
void session_push_pending(ox_session *s, command_kind kind, transaction *owner, size_t recipient);

/* handshake.c */
void handshake_on_reply(ox_session *s, command_kind kind);
void handshake_ehlo(ox_session *s);
void handshake_forget_credentials(ox_session *s);

/* transaction.c */
void transaction_free(transaction *t);
void transaction_pump(ox_session *s);
transaction *transaction_sending(const ox_session *s); /* whose body is due, NULL = none */
void transaction_finish(ox_session *s, transaction *t);
void transaction_end_body(ox_session *s, transaction *t);
void transaction_note_body(ox_session *s, const transaction *t);
void transaction_close_all(ox_session *s, const ox_error *error, bool certain);

/* verdict.c */
void transaction_on_reply(ox_session *s, const pending_command *command);
void verdict_for_open(transaction *t, const ox_error *error, ox_outcome outcome);
void verdict_for_loss(transaction *t, const ox_error *error, bool unknown);
void verdict_all_or_nothing(transaction *t);
void verdict_summarise(transaction *t);
bool verdict_early(ox_session *s); /* a reply before its time: a refusal in the middle of DATA? */

#endif
