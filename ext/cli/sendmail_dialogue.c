/* SPDX-License-Identifier: MIT */
#include "sendmail.h"

#include <string.h>

#include "smtp/envelope.h"

/* RFC 5321 4.5.3.1.4 asks for 512 octets at least; SMTPUTF8 addresses and parameters need more. */
enum { LINE_SIZE = 2050, RECIPIENTS_MAX = 1000 };

typedef struct {
	const cli *cli;
	const sendmail_wishes *wishes;
	ox_spool *spool;
	bool crlf; /* the last command ended with CRLF, as it must: then only CRLF.CRLF ends a message */
	bool has_sender;
	char *sender;
	char *recipients[RECIPIENTS_MAX];
	size_t recipient_count;
} dialogue;

static void say(const char *line)
{
	fputs(line, stdout);
	fputs("\r\n", stdout);
	fflush(stdout);
}

static void reset(dialogue *d)
{
	ox_free(d->sender);
	d->sender = NULL;
	d->has_sender = false;
	while (d->recipient_count) {
		ox_free(d->recipients[--d->recipient_count]);
	}
}

/* Where the path that begins at text ends, behind its '>'; a '>' in a quoted local part is none. NULL: nowhere. */
static const char *end_of_path(const char *text)
{
	bool quoted = false;
	for (const char *p = text; *p; p++) {
		if (*p == '\\' && p[1]) {
			p++;
		} else if (*p == '"') {
			quoted = !quoted;
		} else if (*p == '>' && !quoted) {
			return p + 1;
		}
	}
	return NULL;
}

/* The path behind "FROM:" or "TO:", and *rest what comes behind it. NULL: it is none. returns new. */
static char *take_path(const char *text, const char *keyword, const char **rest)
{
	size_t size = strlen(keyword);
	char *address = NULL;
	bool utf8 = false;
	ox_error error;
	if (!ox_slice_is_nocase((ox_slice){text, strnlen(text, size)}, keyword)) {
		return NULL;
	}
	text += size;
	text += strspn(text, " ");
	*rest = *text == '<' ? end_of_path(text) : NULL;
	if (!*rest || (**rest && **rest != ' ')) {
		return NULL;
	}
	if (*rest == text + 2) {
		return *keyword == 'F' ? ox_copy_string("") : NULL;
	}
	return ox_address_check((ox_slice){text + 1, (size_t)(*rest - text - 2)}, false, &address, &utf8, &error)
		== OX_OK ? address : NULL;
}

/* Why the parameters of MAIL cannot be kept, as an answer; NULL: they can. The message itself says what BODY and
 * SMTPUTF8 say; others would be promises that nobody keeps (RFC 5321 4.1.1.11). */
static const char *refuse_parameters(const char *text)
{
	ox_slice rest = ox_slice_of(text), word;
	while ((word = ox_slice_next_word(&rest)).size) {
		uint64_t size = 0;
		bool sized = word.size > 5 && ox_slice_is_nocase((ox_slice){word.at, 5}, "SIZE=") &&
			ox_parse_number((ox_slice){word.at + 5, word.size - 5}, &size);
		if (size > LETTER_TEXT_MAX) {
			return "552 5.3.4 the message is too large";
		}
		if (!sized && !ox_slice_is_nocase(word, "SMTPUTF8") && !ox_slice_is_nocase(word, "BODY=7BIT") &&
			!ox_slice_is_nocase(word, "BODY=8BITMIME")) {
			return "555 5.5.4 that parameter is not known here";
		}
	}
	return NULL;
}

static void on_mail(dialogue *d, const char *rest)
{
	if (d->has_sender) {
		say("503 5.5.1 there is a transaction already");
		return;
	}
	const char *parameters, *refusal;
	d->sender = take_path(rest, "FROM:", &parameters);
	if (!d->sender) {
		say("501 5.1.7 that is no sender");
	} else if ((refusal = refuse_parameters(parameters))) {
		say(refusal);
		reset(d);
	} else {
		d->has_sender = true;
		say("250 2.1.0 sender ok");
	}
}

static void on_rcpt(dialogue *d, const char *rest)
{
	if (!d->has_sender) {
		say("503 5.5.1 MAIL comes first");
		return;
	}
	if (d->recipient_count == RECIPIENTS_MAX) {
		say("452 4.5.3 too many recipients");
		return;
	}
	const char *parameters;
	char *address = take_path(rest, "TO:", &parameters);
	if (!address || parameters[strspn(parameters, " ")]) {
		say(address ? "555 5.5.4 that parameter is not known here" : "501 5.1.3 that is no recipient");
		ox_free(address);
		return;
	}
	d->recipients[d->recipient_count++] = address;
	say("250 2.1.5 recipient ok");
}

/* RFC 5321 4.5.2: a dot in front of a line goes. In place. */
static void unstuff(ox_buffer *text)
{
	bool at_start = true;
	size_t to = 0;
	for (size_t from = 0; from < text->size; from++) {
		if (!at_start || text->bytes[from] != '.') {
			text->bytes[to++] = text->bytes[from];
		}
		at_start = text->bytes[from] == '\n';
	}
	text->size = to;
}

/* Reads a message to its dot and queues it. */
static int take_message(dialogue *d, letter *letter, ox_submission *submission, ox_error *error)
{
	bool dot;
	int status = letter_read(letter, stdin, d->crlf ? LETTER_TO_CRLF_DOT : LETTER_TO_DOT, &dot, error);
	/* The end of input is no end of data: half a message is none. */
	if (status == OX_OK && !dot) {
		status = ox_error_set(error, OX_ERROR_PROTOCOL, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_NONE,
			"the input ended inside a message");
	}
	if (status == OX_OK) {
		unstuff(&letter->text);
		status = letter_mend(letter, d->sender, d->wishes->name, error);
	}
	if (status == OX_OK) {
		status = letter_take(letter, d->sender, d->recipients, d->recipient_count, false, error);
	}
	return status == OX_OK ? letter_queue(letter, d->spool, submission, error) : status;
}

static void on_data(dialogue *d)
{
	char line[200];
	letter letter;
	ox_error error;
	ox_submission submission = {.profile = d->wishes->profile, .tag = d->wishes->tag,
		.class = OX_SPOOL_NORMAL};
	if (!d->recipient_count) {
		say("503 5.5.1 RCPT comes first");
		return;
	}
	say("354 end with a line that is a dot");
	letter_init(&letter);
	int status = take_message(d, &letter, &submission, &error);
	if (status == OX_OK) {
		snprintf(line, sizeof line, "250 2.0.0 Ok: queued as %s", submission.id);
	} else {
		bool later = status != OX_E_FAILED || error.class == OX_ERROR_STORAGE;
		snprintf(line, sizeof line, "%s %.150s", later ? "451 4.3.0" : "554 5.6.0",
			status == OX_E_FAILED ? error.text : "memory is out");
	}
	say(line);
	letter_clear(&letter);
	reset(d);
}

/* false at QUIT. */
static bool obey(dialogue *d, const char *line)
{
	ox_slice rest = {line, strlen(line)};
	ox_slice word = ox_slice_next_word(&rest);
	const char *argument = rest.at ? rest.at + strspn(rest.at, " \t") : "";
	if (ox_slice_is_nocase(word, "quit")) {
		say("221 2.0.0 bye");
		return false;
	}
	if (ox_slice_is_nocase(word, "ehlo")) {
		reset(d);
		say("250-outbox\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-ENHANCEDSTATUSCODES\r\n250 SIZE 268435456");
	} else if (ox_slice_is_nocase(word, "helo")) {
		reset(d);
		say("250 outbox");
	} else if (ox_slice_is_nocase(word, "mail")) {
		on_mail(d, argument);
	} else if (ox_slice_is_nocase(word, "rcpt")) {
		on_rcpt(d, argument);
	} else if (ox_slice_is_nocase(word, "data")) {
		on_data(d);
	} else if (ox_slice_is_nocase(word, "rset")) {
		reset(d);
		say("250 2.0.0 ok");
	} else if (ox_slice_is_nocase(word, "noop")) {
		say("250 2.0.0 ok");
	} else {
		say("500 5.5.2 that command is not known here");
	}
	return true;
}

/* Without its line end, which sets *crlf. 0: the end of input; -1: too long, or with a NUL, and passed over. */
static int read_line(char *line, size_t size, bool *crlf)
{
	size_t length = 0;
	bool good = true;
	int byte;
	while ((byte = getc_unlocked(stdin)) != EOF && byte != '\n') {
		good = good && byte && length + 1 < size;
		if (good) {
			line[length++] = (char)byte;
		}
	}
	if (byte == EOF) { /* half a command is none */
		return 0;
	}
	*crlf = length && line[length - 1] == '\r';
	line[length - *crlf] = 0;
	return good ? 1 : -1;
}

int sendmail_dialogue(const cli *cli, const sendmail_wishes *wishes, ox_spool *spool)
{
	dialogue d = {.cli = cli, .wishes = wishes, .spool = spool};
	char line[LINE_SIZE];
	int got;
	say("220 outbox ESMTP");
	while ((got = read_line(line, sizeof line, &d.crlf)) != 0) {
		if (got < 0) {
			say("500 5.5.2 the line is too long, or has a NUL");
		} else if (!obey(&d, line)) {
			break;
		}
	}
	reset(&d);
	return ferror(stdout) ? EX_IOERR : EX_OK;
}
