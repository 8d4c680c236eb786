/* SPDX-License-Identifier: MIT */
/* A spool file as a value. Pure: octets in, record out, so that it can be fuzzed. README.md has the
 * format. */
#ifndef OX_SPOOL_RECORD_H
#define OX_SPOOL_RECORD_H

#include "base/string.h"
#include "spool/enqueue.h"

enum {
	OX_RECORD_HOST_MAX = 255,
	OX_RECORD_TEXT_MAX = 512,
	OX_RECORD_WHY_MAX = 32,        /* why an attempt was closed: a word */
	OX_RECORD_LINE_MAX = 4096,     /* of the tail */
	OX_RECORD_TAIL_MAX = 67108864,
	OX_RECORD_START_MAX = 64,      /* the first line */
};

/* How a message ended. */
typedef enum {
	OX_ENDING_NONE,
	OX_ENDING_SENT,    /* every recipient accepted */
	OX_ENDING_FAILED,  /* at least one was refused for good */
	OX_ENDING_EXPIRED, /* its time was over */
	OX_ENDING_REMOVED, /* by a person */
} ox_ending;

typedef struct {
	const char *address, *orcpt; /* borrow from the record; orcpt may be NULL */
	unsigned notify;
	ox_outcome outcome;   /* of the last try: NONE while there was none */
	uint16_t code, enhanced[3];
	uint64_t at_ms;
	char *host, *text;    /* the server and its words, may be NULL; the record's */
	bool answered;        /* has a result of the attempt that is not over yet */
	bool uncertain;       /* the end of data was announced for it, and nothing is recorded since */
} ox_record_recipient;

typedef struct {
	char id[OX_SPOOL_ID_SIZE + 1];
	uint64_t created_ms, due_ms, expires_ms; /* due_ms as submitted; next_ms below moves */
	ox_spool_class class;
	const char *profile, *sender; /* all texts borrow from the record; those that may be missing are NULL */
	const char *tag, *message_id, *script, *envid;
	const char *held;     /* why it was queued held */
	const char *marker;   /* name of the idempotency marker, NULL = no key */
	uint32_t uid;
	unsigned flags, dsn_return;
	int mt_priority;
	bool has_mt_priority;
	ox_record_recipient *recipients;
	size_t recipient_count;

	uint64_t message_at, size; /* where the message's octets are in the file */
	uint64_t tail_at;

	uint32_t tries;       /* attempts begun */
	uint64_t next_ms;     /* as the last deferral says; 0 = none yet */
	char why[OX_RECORD_WHY_MAX + 1]; /* of the last deferral */
	uint64_t since_ms;    /* since when it could go: its time, or the last retry or release by hand */
	uint32_t told_minutes; /* at which age it was told of that it waits; 0 = not yet */
	size_t uncertain_count; /* recipients that may have the message, or not */
	ox_ending ending;
	uint64_t ended_ms;
	uint32_t torn_lines;  /* of the tail: cut off by a crash, ignored */

	char *texts;          /* the head, which the texts borrow from */
} ox_record;

void ox_record_init(ox_record *record);
void ox_record_clear(ox_record *record);

/* Neither accepted nor refused for good. */
bool ox_record_is_open(const ox_record_recipient *recipient);
size_t ox_record_open_count(const ox_record *record);
/* Why it waits: what the last deferral says, or for what it was queued held. NULL: nothing was said. Borrows. */
const char *ox_record_waits_why(const ox_record *record);

/* Why a file is none, in a few words, or NULL: for quarantine and people. */
typedef const char *ox_record_fault;

/* The first line: how long the head and the message are. OX_E_SYNTAX: *fault says why. */
typedef struct {
	uint64_t head_size, message_size;
	uint32_t head_crc;
	size_t start_size; /* of the first line itself */
} ox_record_start;
OX_MUST_USE int ox_record_parse_start(const void *bytes, size_t size, ox_record_start *start,
	ox_record_fault *fault);

/* The head's octets, head_size of them, into an initialised record. OX_E_SYNTAX, OX_E_NOMEM. */
OX_MUST_USE int ox_record_parse_head(ox_record *record, const ox_record_start *start,
	const void *bytes, ox_record_fault *fault);

/* "END <crc> <total>\n" behind the message, always as long as this. */
enum { OX_RECORD_END_SIZE = 34 };
OX_MUST_USE int ox_record_parse_end(const ox_record_start *start, const void *bytes, size_t size,
	uint32_t *message_crc, ox_record_fault *fault);

/* One line of the tail, without its end. */
typedef struct {
	char type;            /* I R A W D */
	uint32_t attempt;     /* I A */
	uint64_t at_ms;       /* I R W D */
	uint32_t minutes;     /* W */
	uint64_t due_ms;      /* A */
	uint32_t recipient;   /* R: index */
	ox_outcome outcome;   /* R */
	uint16_t code, enhanced[3];
	char host[OX_RECORD_HOST_MAX + 1], text[OX_RECORD_TEXT_MAX + 1]; /* R */
	char why[OX_RECORD_WHY_MAX + 1]; /* A */
	ox_ending ending;     /* D */
} ox_tail_entry;

/* false: torn, or of no kind that is known. */
bool ox_tail_parse(ox_slice line, ox_tail_entry *entry);
OX_MUST_USE int ox_tail_write(ox_buffer *out, const ox_tail_entry *entry);
/* What the line says about the message:
 *  I  those without a final outcome and without a result in this attempt are uncertain from here
 *  R  the recipient's outcome; who was accepted stays so
 *  A  the attempt is over, nobody is uncertain any more. Behind a D: it begins again for those who were
 *     refused, and expires OX_SPOOL_EXPIRY_MS from then at the earliest (so with retry and release)
 *  W  that it waits was told of, at this age
 *  D  the end
 * OX_E_NOMEM. */
OX_MUST_USE int ox_record_apply(ox_record *record, const ox_tail_entry *entry);

/* A whole file in memory, for tests, fuzzing and people: everything above in order. */
OX_MUST_USE int ox_record_parse(ox_record *record, const void *bytes, size_t size,
	ox_record_fault *fault);

/* The start and head of a new file. OX_E_LIMIT, OX_E_NOMEM, OX_E_SYNTAX for a text with a control
 * character. */
OX_MUST_USE int ox_record_write_head(ox_buffer *out, const ox_submission *submission,
	const char *marker, uint32_t uid, uint64_t now_ms);
void ox_record_write_end(char end[OX_RECORD_END_SIZE + 1], uint32_t message_crc, uint64_t total);

const char *ox_ending_name(ox_ending ending);

#endif
