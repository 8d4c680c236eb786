/* SPDX-License-Identifier: MIT */
#include "letter.h"

#include <errno.h>
#include <string.h>

#include "message/header.h"
#include "net/platform.h"
#include "relay/profile.h"
#include "runner/submit.h"

enum { PIECE = 65536, HOST_SIZE = 256 };

void letter_init(letter *letter)
{
	ox_buffer_init(&letter->text, LETTER_TEXT_MAX);
	ox_message_init(&letter->message, OX_MESSAGE_MAX);
	ox_envelope_init(&letter->envelope);
}

void letter_clear(letter *letter)
{
	ox_buffer_clear(&letter->text);
	ox_message_clear(&letter->message);
	ox_envelope_clear(&letter->envelope);
}

/* The last line of what was read is "."; the line end in front of it stays. */
static bool ends_with_dot(ox_buffer *text, size_t line)
{
	const char *at = (const char *)text->bytes + line;
	size_t size = text->size - line;
	if ((size == 2 && !memcmp(at, ".\n", 2)) || (size == 3 && !memcmp(at, ".\r\n", 3))) {
		text->size = line;
		text->bytes[line] = 0;
		return true;
	}
	return false;
}

static int too_much(int status, ox_error *error)
{
	return status == OX_E_LIMIT ? ox_error_set(error, OX_ERROR_MESSAGE, OX_RETRY_NEVER, OX_STAGE_NONE,
		OX_FACT_SPOOL_TOO_LARGE, "the message has more than %d octets", LETTER_TEXT_MAX) : status;
}

int letter_read(letter *letter, FILE *from, bool dot, ox_error *error)
{
	ox_buffer *text = &letter->text;
	size_t line = 0;
	for (;;) {
		char *room = (char *)ox_buffer_reserve(text, PIECE);
		if (!room) {
			return too_much(text->size + PIECE > text->cap ? OX_E_LIMIT : OX_E_NOMEM, error);
		}
		/* By lines only where a line can be the end: fgets stops at a NUL as well, which
		 * ox_message_from_text() refuses then. */
		size_t got = dot ? (fgets(room, PIECE, from) ? strlen(room) : 0) : fread(room, 1, PIECE, from);
		text->size += got;
		if (!got) {
			break;
		}
		if (dot && ends_with_dot(text, line)) {
			return OX_OK;
		}
		line = room[got - 1] == '\n' ? text->size : line;
	}
	if (!ferror(from)) {
		return OX_OK;
	}
	return ox_error_set(error, OX_ERROR_STORAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_ERRNO,
		"cannot read the message: %s", strerror(errno));
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

int letter_set_from(letter *letter, const char *address, const char *name, ox_error *error)
{
	ox_buffer text;
	ox_address_list list;
	if (has_from(&letter->text)) {
		return OX_OK;
	}
	ox_buffer_init(&text, LETTER_TEXT_MAX);
	ox_address_list_init(&list);
	int status = ox_address_list_add(&list, ox_slice_of(address), ox_slice_of(name), error);
	status = status == OX_OK ? ox_header_addresses(&text, "From", &list) : status;
	status = status == OX_OK ? ox_buffer_append(&text, letter->text.bytes, letter->text.size) : status;
	ox_address_list_clear(&list);
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
	bool utf8 = false;
	size_t index;
	int status = ox_address_check(ox_slice_of(text), false, &address, &utf8, error);
	if (status == OX_OK) {
		status = ox_envelope_add(&letter->envelope, address, 0, NULL, &index);
		letter->envelope.utf8 = letter->envelope.utf8 || utf8;
	}
	ox_free(address);
	return status == OX_E_LIMIT ? ox_error_set(error, OX_ERROR_MESSAGE, OX_RETRY_NEVER, OX_STAGE_NONE,
		OX_FACT_SPOOL_TOO_MANY_RECIPIENTS, "there are more than %d recipients", OX_RECIPIENTS_MAX) : status;
}

static int set_sender(letter *letter, const char *sender, ox_error *error)
{
	char *address = NULL;
	bool utf8 = false;
	if (!sender || !*sender) {
		return ox_envelope_set_sender(&letter->envelope, "");
	}
	int status = ox_address_check(ox_slice_of(sender), false, &address, &utf8, error);
	if (status == OX_OK) {
		status = ox_envelope_set_sender(&letter->envelope, address);
		letter->envelope.utf8 = letter->envelope.utf8 || utf8;
	}
	ox_free(address);
	return status;
}

static int make_message(letter *letter, ox_error *error)
{
	char host[HOST_SIZE];
	ox_host_name(host, sizeof host);
	ox_message_origin origin = {.now = (int64_t)(ox_wall_clock_ms() / 1000),
		.host = ox_is_hostname(host) ? host : "localhost"};
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
	ox_buffer names;
	ox_error error;
	int code = EX_OK;
	ox_buffer_init(&names, OX_PROFILES_MAX * (OX_PROFILE_NAME_MAX + 1));
	int status = wanted ? OX_OK : ox_profile_list(ox_spool_profiles(spool), &names, &error);
	const char *first = ox_buffer_text(&names), *chosen = wanted;
	for (const char *name = first; !wanted && name < first + names.size; name += strlen(name) + 1) {
		bool only = strlen(first) + 1 == names.size;
		chosen = only || !strcmp(name, "default") ? name : chosen;
	}
	if (status != OX_OK) {
		code = cli_fail(cli, status, &error, NULL);
	} else if (!chosen) {
		fprintf(stderr, "outbox %s: %s; make one with outbox profile save NAME, or name one with --profile\n",
			cli->command, names.size ? "there are several relay profiles and none is \"default\""
			: "there is no relay profile yet");
		code = EX_CONFIG;
	} else if (!ox_profile_name_is_good(ox_slice_of(chosen))) {
		code = cli_wrong(cli, "a profile's name " OX_PROFILE_NAME_RULE);
	} else {
		snprintf(profile, 65, "%s", chosen);
	}
	ox_buffer_clear(&names);
	return code;
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
