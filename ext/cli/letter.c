/* SPDX-License-Identifier: MIT */
#include "letter.h"

#include <errno.h>
#include <string.h>

#include "message/header.h"
#include "message/mend.h"
#include "net/platform.h"
#include "net/user.h"
#include "relay/profile.h"
#include "runner/submit.h"

enum { PIECE = 65536 };

void letter_init(letter *letter)
{
	ox_buffer_init(&letter->text, LETTER_TEXT_MAX);
	ox_message_init(&letter->message, OX_MESSAGE_MAX);
	ox_envelope_init(&letter->envelope);
	letter->mended = false;
}

void letter_clear(letter *letter)
{
	ox_buffer_clear(&letter->text);
	ox_message_clear(&letter->message);
	ox_envelope_clear(&letter->envelope);
}

static int too_much(int status, ox_error *error)
{
	return status == OX_E_LIMIT ? ox_error_set(error, OX_ERROR_MESSAGE, OX_RETRY_NEVER, OX_STAGE_NONE,
		OX_FACT_SPOOL_TOO_LARGE, "the message has more than %d octets", LETTER_TEXT_MAX) : status;
}

/* How many octets of the dot's line the last octets (newest lowest) end with; 0: they are no end. */
static size_t dot_line(uint64_t last, letter_ending ending)
{
	if (ending == LETTER_TO_CRLF_DOT) {
		return (last & 0xffffffffffU) == 0x0d0a2e0d0aU ? 3 : 0;
	}
	return (last & 0xffffffU) == 0x0a2e0aU ? 2 : (last & 0xffffffffU) == 0x0a2e0d0aU ? 3 : 0;
}

/* By octets, since a NUL is one like any other here: ox_message_from_text() refuses it then. What has no room is
 * read on to its end and dropped, or the rest of a message would be taken for commands. */
static int read_to_dot(ox_buffer *text, FILE *from, letter_ending ending, bool *dot)
{
	uint64_t last = 0x0d0a; /* the first line may be the dot */
	int status = OX_OK, byte;
	while ((byte = getc_unlocked(from)) != EOF) {
		uint8_t octet = (uint8_t)byte;
		status = status == OX_OK ? ox_buffer_append(text, &octet, 1) : status;
		last = last << 8 | octet;
		size_t size = dot_line(last, ending);
		if (size) {
			*dot = true;
			if (status == OX_OK) {
				text->size -= size;
				text->bytes[text->size] = 0;
			}
			return status;
		}
	}
	return status;
}

static int read_to_end(ox_buffer *text, FILE *from)
{
	while (!feof(from) && !ferror(from)) { /* a terminal says its end once */
		uint8_t *room = ox_buffer_reserve(text, PIECE);
		if (!room) {
			return text->size + PIECE > text->cap ? OX_E_LIMIT : OX_E_NOMEM;
		}
		text->size += fread(room, 1, PIECE, from);
		text->bytes[text->size] = 0;
	}
	return OX_OK;
}

int letter_read(letter *letter, FILE *from, letter_ending ending, bool *dot, ox_error *error)
{
	bool ended = false;
	int status = ending == LETTER_TO_END ? read_to_end(&letter->text, from)
	                                     : read_to_dot(&letter->text, from, ending, &ended);
	if (dot) {
		*dot = ended;
	}
	if (status != OX_OK) {
		return too_much(status, error);
	}
	return !ferror(from) ? OX_OK : ox_error_set(error, OX_ERROR_STORAGE, OX_RETRY_NEVER, OX_STAGE_NONE,
		OX_FACT_ERRNO, "cannot read the message: %s", strerror(errno));
}

static bool has_from(const ox_buffer *text)
{
	const char *line = ox_buffer_text(text);
	while (*line && *line != '\r' && *line != '\n') {
		if (ox_slice_is_nocase((ox_slice){line, strcspn(line, ":\r\n ")}, "from")) {
			return true;
		}
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	return false;
}

/* *address returns new, checked, and complete. */
static int take_address(letter *letter, const char *text, char **address, ox_error *error)
{
	char domain[OX_USER_DOMAIN_SIZE];
	bool utf8 = false, lone = letter->mended && *text && !strchr(text, '@');
	ox_buffer whole;
	ox_buffer_init(&whole, OX_PATH_MAX + OX_USER_DOMAIN_SIZE);
	ox_user_domain(domain);
	int status = lone ? ox_buffer_append_format(&whole, "%.*s@%s", OX_PATH_MAX, text, domain) : OX_OK;
	if (status == OX_OK) {
		status = ox_address_check(ox_slice_of(lone ? ox_buffer_text(&whole) : text), false, address, &utf8,
			error);
	}
	letter->envelope.utf8 = letter->envelope.utf8 || utf8;
	ox_buffer_clear(&whole);
	return status;
}

static int write_from(letter *letter, ox_buffer *text, const char *address, const char *name, ox_error *error)
{
	ox_address_list list;
	char *whole = NULL;
	ox_address_list_init(&list);
	int status = take_address(letter, address, &whole, error);
	if (status == OX_OK) {
		status = ox_address_list_add(&list, ox_slice_of(whole), ox_slice_of(name), error);
	}
	status = status == OX_OK ? ox_header_addresses(text, "From", &list) : status;
	ox_address_list_clear(&list);
	ox_free(whole);
	return status;
}

int letter_mend(letter *letter, const char *address, const char *name, ox_error *error)
{
	char domain[OX_USER_DOMAIN_SIZE];
	int status = OX_OK;
	ox_buffer text;
	letter->mended = true;
	ox_buffer_init(&text, LETTER_TEXT_MAX);
	if (!has_from(&letter->text)) {
		char own[OX_USER_ADDRESS_SIZE]; /* a message that names nobody is of who started us */
		ox_user_address(own);
		status = write_from(letter, &text, address && *address ? address : own, name, error);
	}
	ox_user_domain(domain);
	if (status == OX_OK) {
		status = ox_message_mend(&text, (ox_slice){ox_buffer_text(&letter->text), letter->text.size},
			domain);
	}
	if (status != OX_OK) {
		ox_buffer_clear(&text);
		return too_much(status, error);
	}
	ox_buffer_clear(&letter->text);
	letter->text = text;
	return OX_OK;
}

static int add(letter *letter, const char *text, ox_error *error)
{
	char *address = NULL;
	size_t index;
	int status = take_address(letter, text, &address, error);
	if (status == OX_OK) {
		status = ox_envelope_add(&letter->envelope, address, 0, NULL, &index);
	}
	ox_free(address);
	return status == OX_E_LIMIT ? ox_error_set(error, OX_ERROR_MESSAGE, OX_RETRY_NEVER, OX_STAGE_NONE,
		OX_FACT_SPOOL_TOO_MANY_RECIPIENTS, "there are more than %d recipients", OX_RECIPIENTS_MAX) : status;
}

static int set_sender(letter *letter, const char *sender, ox_error *error)
{
	char *address = NULL;
	if (!sender || !*sender) {
		return ox_envelope_set_sender(&letter->envelope, "");
	}
	int status = take_address(letter, sender, &address, error);
	if (status == OX_OK) {
		status = ox_envelope_set_sender(&letter->envelope, address);
	}
	ox_free(address);
	return status;
}

static int make_message(letter *letter, ox_error *error)
{
	char domain[OX_USER_DOMAIN_SIZE];
	ox_message_origin origin = {.now = (int64_t)(ox_wall_clock_ms() / 1000), .host = domain};
	ox_user_domain(domain);
	if (ox_random(origin.random, sizeof origin.random) != OX_OK) {
		return ox_error_set(error, OX_ERROR_STORAGE, OX_RETRY_LATER, OX_STAGE_NONE, OX_FACT_ERRNO,
			"the system gives no randomness for a Message-ID");
	}
	return ox_message_from_text(&letter->message, (ox_slice){ox_buffer_text(&letter->text),
		letter->text.size}, &origin, error);
}

int letter_take(letter *letter, const char *sender, char **recipients, size_t count, bool from_header,
	ox_error *error)
{
	const ox_message *message = &letter->message;
	ox_envelope *envelope = &letter->envelope;
	int status = make_message(letter, error);
	if (status == OX_OK) {
		status = set_sender(letter, sender ? sender : message->sender, error);
	}
	for (size_t i = 0; status == OX_OK && i < count; i++) {
		status = add(letter, recipients[i], error);
	}
	for (size_t i = 0; status == OX_OK && (from_header || !count) && i < message->recipients.count; i++) {
		status = add(letter, message->recipients.items[i].address, error);
	}
	if (status != OX_OK) {
		return status;
	}
	if (!envelope->recipient_count) {
		return ox_error_set(error, OX_ERROR_MESSAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_NONE,
			"the message has no recipient");
	}
	envelope->size = message->size;
	envelope->eightbit = message->facts.eightbit;
	envelope->utf8 = envelope->utf8 || message->utf8_headers;
	return OX_OK;
}

int letter_profile(const cli *cli, ox_spool *spool, const char *wanted, char profile[65])
{
	ox_error error;
	const char *profiles = ox_spool_profiles(spool);
	int status = wanted ? ox_profile_require(profiles, wanted, &error)
	                    : ox_profile_choose(profiles, profile, &error);
	if (!wanted && status == OX_E_FAILED && error.class == OX_ERROR_USAGE) {
		fprintf(stderr, "outbox %s: %s; make one with outbox profile save NAME, or name one with --profile\n",
			cli->command, error.text);
		return EX_CONFIG;
	}
	if (status == OX_OK && wanted) {
		snprintf(profile, 65, "%s", wanted);
	}
	return status == OX_OK ? EX_OK : cli_fail(cli, status, &error, NULL);
}

int letter_queue(letter *letter, ox_spool *spool, ox_submission *submission, ox_error *error)
{
	ox_spool_recipient *recipients = NULL;
	submission->message_id = letter->message.id;
	submission->source = (ox_source){&letter->message, ox_message_read};
	int status = ox_submission_fill(submission, &letter->envelope, &recipients);
	if (status == OX_OK) {
		status = ox_spool_enqueue(spool, submission, OX_DURABILITY_FULL, cli_now(), error);
	}
	if (status == OX_OK && !submission->duplicate && !submission->held) {
		cli_wake(spool, submission->send_at_ms > cli_now() ? OX_HINT_DEFERRED : OX_HINT_DUE, submission->id);
	}
	ox_free(recipients);
	return status;
}
