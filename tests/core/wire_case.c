/* SPDX-License-Identifier: MIT */
#include "wire_case.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "message/lines.h"

enum { TEXT_CAP = 4 << 20 };

/* Where the reader is, for complaints. */
static const char *place_file;
static int place_line;

static void complain(const char *what, const char *text)
{
	fprintf(stderr, "tests/wire/%s:%d: %s: %s\n", place_file, place_line, what, text);
	exit(2);
}

static void must(int status)
{
	if (status != OX_OK) {
		complain("cannot be stored", "");
	}
}

/* Escapes: \r \n \t \\ \xHH. */
static const char *take_escape(const char *at, ox_buffer *out)
{
	static const char letters[] = "rnt\\", bytes[] = "\r\n\t\\";
	const char *letter = *at ? strchr(letters, *at) : NULL;
	unsigned value;
	if (letter) {
		must(ox_buffer_append_byte(out, (uint8_t)bytes[letter - letters]));
		return at + 1;
	}
	char digits[3] = {at[0] == 'x' ? at[1] : '\0', at[0] == 'x' && at[1] ? at[2] : '\0', 0};
	char *end;
	value = (unsigned)strtoul(digits, &end, 16);
	if (end != digits + 2) {
		complain("unknown escape", at);
	}
	must(ox_buffer_append_byte(out, (uint8_t)value));
	return at + 3;
}

static const char *expand(const char *at, bool nested, ox_buffer *out);

/* Text that is repeated, each '#' in it the count. */
static void repeat(const ox_buffer *inner, unsigned long times, bool counting, ox_buffer *out)
{
	for (unsigned long i = 1; i <= times; i++) {
		for (size_t k = 0; k < inner->size; k++) {
			if (counting && inner->bytes[k] == '#') {
				must(ox_buffer_append_format(out, "%lu", i));
			} else {
				must(ox_buffer_append_byte(out, inner->bytes[k]));
			}
		}
	}
}

/* {N*text}, {N#text} and {base64 text}; at stands behind the brace. */
static const char *take_brace(const char *at, ox_buffer *out)
{
	ox_buffer inner;
	ox_buffer_init(&inner, TEXT_CAP);
	char *star;
	unsigned long times = strtoul(at, &star, 10);
	if (!strncmp(at, "base64 ", 7)) {
		at = expand(at + 7, true, &inner);
		must(ox_base64_encode(out, inner.bytes ? inner.bytes : (uint8_t *)"", inner.size));
	} else if (star != at && (*star == '*' || *star == '#')) {
		bool counting = *star == '#';
		at = expand(star + 1, true, &inner);
		repeat(&inner, times, counting, out);
	} else {
		complain("neither {N*text}, {N#text} nor {base64 text}", at);
	}
	ox_buffer_clear(&inner);
	return at;
}

static const char *expand(const char *at, bool nested, ox_buffer *out)
{
	while (*at && !(nested && *at == '}')) {
		if (*at == '\\') {
			at = take_escape(at + 1, out);
		} else if (*at == '{') {
			at = take_brace(at + 1, out);
		} else {
			must(ox_buffer_append_byte(out, (uint8_t)*at++));
		}
	}
	if (nested && *at != '}') {
		complain("a brace is not closed", at);
	}
	return nested ? at + 1 : at;
}

/* returns new: text with its escapes and repetitions done, and `tail` behind it. */
static char *expanded(const char *text, const char *tail, size_t *size)
{
	ox_buffer out;
	ox_buffer_init(&out, TEXT_CAP);
	expand(text, false, &out);
	must(ox_buffer_append_string(&out, tail));
	*size = out.size;
	return ox_buffer_take(&out);
}

static const char *keep(wire_case *into, const char *value)
{
	size_t size;
	if (into->string_count == sizeof into->strings / sizeof into->strings[0]) {
		complain("too many options", value);
	}
	return into->strings[into->string_count++] = expanded(value, "", &size);
}

/* Cuts the next word off, at a blank or at another separator; NULL at the end. */
static char *next_part(char **rest, const char *separators)
{
	*rest += strspn(*rest, separators);
	char *word = *rest;
	if (!*word) {
		return NULL;
	}
	*rest += strcspn(*rest, separators);
	if (**rest) {
		*(*rest)++ = 0;
	}
	return word;
}

static char *next_word(char **rest)
{
	return next_part(rest, " ");
}

typedef struct {
	const char *word;
	unsigned value;
} wire_word;

static unsigned look_up(const wire_word *words, const char *word)
{
	for (; words->word; words++) {
		if (!strcmp(words->word, word)) {
			return words->value;
		}
	}
	complain("unknown word", word);
	return 0;
}

static unsigned look_up_all(const wire_word *words, char *value)
{
	unsigned bits = 0;
	for (char *word; (word = next_part(&value, " ,"));) {
		bits |= look_up(words, word);
	}
	return bits;
}

static const wire_word tls_modes[] = {{"implicit", OX_TLS_IMPLICIT},
	{"starttls", OX_TLS_STARTTLS}, {"opportunistic", OX_TLS_OPPORTUNISTIC}, {"none", OX_TLS_NONE},
	{NULL, 0}};
static const wire_word quirk_words[] = {{"no-pipelining", OX_QUIRK_NO_PIPELINING},
	{"no-chunking", OX_QUIRK_NO_CHUNKING}, {"no-initial-response", OX_QUIRK_NO_INITIAL_RESPONSE},
	{"helo", OX_QUIRK_HELO}, {"none", 0}, {NULL, 0}};
static const wire_word notify_words[] = {{"never", OX_NOTIFY_NEVER},
	{"success", OX_NOTIFY_SUCCESS}, {"failure", OX_NOTIFY_FAILURE}, {"delay", OX_NOTIFY_DELAY},
	{NULL, 0}};

static void read_mechanisms(wire_case *into, char *value)
{
	for (char *word; (word = next_word(&value));) {
		into->credentials.mechanisms |= 1u << ox_mechanism_parse(ox_slice_of(word));
	}
}

static void read_binding(wire_case *into, const char *value)
{
	static const uint8_t data[8] = "BINDING";
	bool exporter = !strcmp(value, "exporter");
	if (!exporter && strcmp(value, "end-point")) {
		complain("unknown binding", value);
	}
	memcpy(exporter ? into->channel.exporter : into->channel.end_point, data, 7);
	*(exporter ? &into->channel.exporter_size : &into->channel.end_point_size) = 7;
}

static void add_recipient(ox_envelope *envelope, const char *address)
{
	size_t index;
	must(ox_envelope_add(envelope, address, 0, NULL, &index));
}

/* `key=value` of a message line; values may hold escapes. */
static void read_message_value(wire_message *message, const char *key, const char *escaped)
{
	ox_envelope *envelope = &message->envelope;
	size_t size;
	char *value = expanded(escaped, "", &size);
	ox_recipient *last = envelope->recipient_count
		? &envelope->recipients[envelope->recipient_count - 1] : NULL;
	if (!strcmp(key, "from")) {
		must(ox_envelope_set_sender(envelope, value));
	} else if (!strcmp(key, "to")) {
		add_recipient(envelope, value);
	} else if (!strcmp(key, "notify") && last) {
		last->notify = look_up_all(notify_words, value);
	} else if (!strcmp(key, "orcpt") && last) {
		last->orcpt = ox_copy_string(value);
	} else if (!strcmp(key, "ret")) {
		envelope->dsn_return = !strcmp(value, "full") ? OX_RETURN_FULL : OX_RETURN_HEADERS;
	} else if (!strcmp(key, "envid")) {
		must(ox_envelope_set_envid(envelope, value));
	} else if (!strcmp(key, "priority")) {
		envelope->priority = (int)strtol(value, NULL, 10);
	} else if (!strcmp(key, "size")) {
		envelope->size = strtoul(value, NULL, 10);
	} else if (!strcmp(key, "breaks")) {
		message->breaks_at = strtoul(value, NULL, 10);
	} else {
		complain("unknown message option", key);
	}
	ox_free(value);
}

/* Many at once: to=500#user#@example.com */
static bool read_many_recipients(wire_message *message, const char *value)
{
	char *star;
	unsigned long count = strtoul(value, &star, 10);
	const char *mark = *star == '#' ? strchr(star + 1, '#') : NULL;
	if (star == value || !mark) {
		return false;
	}
	for (unsigned long i = 1; i <= count; i++) {
		char address[WIRE_TEXT_MAX];
		(void)snprintf(address, sizeof address, "%.*s%lu%s", (int)(mark - star - 1), star + 1, i,
			mark + 1);
		add_recipient(&message->envelope, address);
	}
	return true;
}

static void read_message(wire_case *into, char *value)
{
	if (into->message_count == WIRE_MESSAGES_MAX) {
		complain("too many messages", value);
	}
	wire_message *message = &into->messages[into->message_count++];
	ox_envelope_init(&message->envelope);
	must(ox_envelope_set_sender(&message->envelope, "a@example.com"));
	message->breaks_at = SIZE_MAX;
	for (char *word; (word = next_word(&value));) {
		char *equals = strchr(word, '=');
		if (equals) {
			*equals = 0;
			if (strcmp(word, "to") || !read_many_recipients(message, equals + 1)) {
				read_message_value(message, word, equals + 1);
			}
		} else if (!strcmp(word, "utf8")) {
			message->envelope.utf8 = true;
		} else if (!strcmp(word, "requiretls")) {
			message->envelope.require_tls = true;
		} else if (!strcmp(word, "all")) {
			message->envelope.all_or_nothing = true;
		} else if (!strcmp(word, "raw")) {
			message->raw = true;
		} else if (!strcmp(word, "later")) {
			message->later = true;
		} else {
			complain("unknown message option", word);
		}
	}
	if (!message->envelope.recipient_count) {
		add_recipient(&message->envelope, "b@example.com");
	}
}

static void read_body(wire_case *into, const char *value)
{
	if (!into->message_count) {
		complain("a body before its message", value);
	}
	wire_message *message = &into->messages[into->message_count - 1];
	ox_buffer body;
	size_t size;
	char *more = expanded(value, "", &size);
	ox_buffer_init(&body, TEXT_CAP);
	must(ox_buffer_append(&body, message->body, message->body_size));
	must(ox_buffer_append(&body, more, size));
	ox_free(more);
	ox_free(message->body);
	message->body_size = body.size;
	message->body = ox_buffer_take(&body);
}

static void read_option(wire_case *into, const char *key, char *value)
{
	ox_credentials *credentials = &into->credentials;
	if (!strcmp(key, "tls")) {
		into->options.tls = (ox_tls_mode)look_up(tls_modes, value);
	} else if (!strcmp(key, "ehlo")) {
		into->options.ehlo = keep(into, value);
	} else if (!strcmp(key, "host")) {
		into->options.host = keep(into, value);
		into->options.port = 587;
	} else if (!strcmp(key, "user")) {
		credentials->user = keep(into, value);
	} else if (!strcmp(key, "password")) {
		credentials->password = keep(into, value);
	} else if (!strcmp(key, "token")) {
		credentials->token = keep(into, value);
	} else if (!strcmp(key, "external")) {
		credentials->external = true;
	} else if (!strcmp(key, "mechanisms")) {
		read_mechanisms(into, value);
	} else if (!strcmp(key, "binding")) {
		read_binding(into, value);
	} else if (!strcmp(key, "window")) {
		into->options.window = (unsigned)strtoul(value, NULL, 10);
	} else if (!strcmp(key, "quirks")) {
		into->options.quirks = look_up_all(quirk_words, value);
	} else if (!strcmp(key, "message")) {
		read_message(into, value);
	} else if (!strcmp(key, "body")) {
		read_body(into, value);
	} else {
		complain("unknown option", key);
	}
}

static wire_step *add_step(wire_case *into, wire_kind kind, const char *text, const char *tail)
{
	if (into->step_count == WIRE_STEPS_MAX) {
		complain("too many steps", text);
	}
	wire_step *step = &into->steps[into->step_count++];
	step->kind = kind;
	step->line = place_line;
	step->bytes = expanded(text, tail, &step->size);
	return step;
}

/* HELLO PIPELINING, SIZE 1000: greeting, EHLO and its reply with these keywords. */
static void add_hello(wire_case *into, char *keywords)
{
	char line[WIRE_TEXT_MAX];
	const char *name = into->options.ehlo ? into->options.ehlo : "client.example";
	if (into->step_count == 0 || into->steps[into->step_count - 1].kind != WIRE_TLS) {
		add_step(into, WIRE_SERVER, "220 mx.example ESMTP", "\r\n");
	}
	(void)snprintf(line, sizeof line, "EHLO %s", name);
	add_step(into, WIRE_CLIENT, line, "\r\n");
	const char *before = "mx.example";
	for (char *rest = keywords; rest && *rest;) {
		(void)snprintf(line, sizeof line, "250-%s", before);
		add_step(into, WIRE_SERVER, line, "\r\n");
		rest += strspn(rest, " ");
		before = rest;
		rest = strchr(rest, ',');
		if (rest) {
			*rest++ = 0;
		}
	}
	(void)snprintf(line, sizeof line, "250 %s", before);
	add_step(into, WIRE_SERVER, line, "\r\n");
}

static void add_waits(wire_case *into, char *rest)
{
	char *stage = next_word(&rest);
	wire_step *step = add_step(into, WIRE_WAITS, stage ? stage : "", "");
	step->number = strtoul(rest, NULL, 10);
}

/* A step of one word, or of a word and its argument. */
static void read_step(wire_case *into, char *line)
{
	static const wire_word kinds[] = {{"TLS", WIRE_TLS}, {"TIMEOUT", WIRE_TIMEOUT},
		{"ABORT", WIRE_ABORT}, {"TAKES", WIRE_TAKES}, {"QUIT", WIRE_QUIT}, {"SUBMIT", WIRE_SUBMIT},
		{"READY", WIRE_EVENT}, {"DONE", WIRE_EVENT}, {"ERROR", WIRE_EVENT},
		{"CLOSED", WIRE_EVENT}, {"MECHANISM", WIRE_MECHANISM}, {"QUIRKS", WIRE_QUIRKS},
		{"STATE", WIRE_STATE}, {"SAYS", WIRE_SAYS}, {"SHOWS", WIRE_SHOWS},
		{"HIDES", WIRE_HIDES}, {"PROGRESS", WIRE_PROGRESS}, {NULL, 0}};
	char *rest = strchr(line, ' ') ? strchr(line, ' ') + 1 : line + strlen(line);
	char word[16];
	(void)snprintf(word, sizeof word, "%.*s", (int)strcspn(line, " "), line);
	if (!strcmp(word, "HELLO")) {
		add_hello(into, rest);
		return;
	}
	if (!strcmp(word, "WAITS")) {
		add_waits(into, rest);
		return;
	}
	wire_kind kind = (wire_kind)look_up(kinds, word);
	wire_step *step = add_step(into, kind, kind == WIRE_EVENT ? line : rest, "");
	if (kind == WIRE_TAKES) {
		step->number = !strcmp(rest, "all") ? ULONG_MAX : strtoul(rest, NULL, 10);
	} else if (kind == WIRE_SUBMIT) {
		step->number = strtoul(rest, NULL, 10);
	} else if (kind == WIRE_PROGRESS) {
		step->number = !strcmp(rest, "yes");
	} else if (kind == WIRE_QUIRKS) {
		step->number = look_up_all(quirk_words, rest);
	}
}

static void read_line(wire_case *into, char *line)
{
	char *end = line + strlen(line);
	if (!strcmp(line, "S: <close>") || !strcmp(line, "S: <truncated>")) {
		add_step(into, WIRE_CLOSE, line[4] == 't' ? "truncated" : "", "");
	} else if (end - line >= 2 && strchr("SC", line[0]) && strchr(":|", line[1])) {
		add_step(into, line[0] == 'S' ? WIRE_SERVER : WIRE_CLIENT,
			line + (line[2] == ' ' ? 3 : 2), line[1] == ':' ? "\r\n" : "");
	} else if (line[0] >= 'a' && line[0] <= 'z') {
		char *colon = strchr(line, ':');
		if (!colon) {
			complain("neither an option nor a step", line);
		}
		*colon = 0;
		read_option(into, line, colon + 1 + (colon[1] == ' '));
	} else if (*line) {
		read_step(into, line);
	}
}

/* The body as the message layer would hand it on, and what the envelope says of it. */
static void finish_message(wire_message *message)
{
	static const char usual[] = "Subject: hi\r\n\r\nhello\r\n";
	if (!message->body) {
		message->body = ox_copy_string(usual);
		message->body_size = sizeof usual - 1;
	}
	if (!message->raw) {
		ox_buffer out;
		ox_buffer_init(&out, TEXT_CAP);
		must(ox_lines_normalise(&out, (const uint8_t *)message->body, message->body_size));
		ox_free(message->body);
		message->body_size = out.size;
		message->body = ox_buffer_take(&out);
	}
	message->envelope.eightbit = ox_has_8bit(message->body, message->body_size);
	if (!message->envelope.size) {
		message->envelope.size = message->body_size;
	}
}

static wire_case *new_case(wire_book *book, const char *heading)
{
	wire_case **cases = realloc(book->cases, (book->count + 1) * sizeof *cases);
	wire_case *made = calloc(1, sizeof *made);
	if (!cases || !made || !*heading) {
		complain("a block without a heading", "");
	}
	book->cases = cases;
	cases[book->count++] = made;
	(void)snprintf(made->name, sizeof made->name, "%.*s: %s", (int)strcspn(place_file, "."),
		place_file, heading);
	(void)snprintf(made->file, sizeof made->file, "%s", place_file);
	made->options.tls = OX_TLS_NONE;
	made->channel.tls = true;
	return made;
}

static void finish_case(wire_case *made)
{
	if (!made->options.ehlo) {
		made->options.ehlo = "client.example";
	}
	if (made->credentials.user || made->credentials.external) {
		made->options.credentials = &made->credentials;
	}
	for (size_t i = 0; i < made->message_count; i++) {
		finish_message(&made->messages[i]);
	}
	if (!made->step_count) {
		complain("a case without steps", made->name);
	}
}

static void read_file(wire_book *book, FILE *file)
{
	static char line[65536];
	char heading[WIRE_TEXT_MAX / 2] = "";
	wire_case *open = NULL;
	for (place_line = 1; fgets(line, sizeof line, file); place_line++) {
		line[strcspn(line, "\n")] = 0;
		if (!strncmp(line, "```", 3)) {
			if (open) {
				finish_case(open);
				heading[0] = 0;
				open = NULL;
			} else {
				open = new_case(book, heading);
			}
		} else if (open) {
			read_line(open, line);
		} else if (!strncmp(line, "## ", 3)) {
			if (heading[0]) {
				complain("a heading without a block", heading);
			}
			(void)snprintf(heading, sizeof heading, "%.120s", line + 3);
		}
	}
	if (open || heading[0]) {
		complain("the last case has no end", heading);
	}
}

static int is_dialogue(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');
	return dot && !strcmp(dot, ".md") && strcmp(entry->d_name, "README.md");
}

void wire_book_read(wire_book *book, const char *folder)
{
	struct dirent **names;
	int count = scandir(folder, &names, is_dialogue, alphasort);
	*book = (wire_book){0};
	for (int i = 0; i < count; i++) {
		char path[512];
		(void)snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
		place_file = names[i]->d_name;
		FILE *file = fopen(path, "r");
		if (!file) {
			complain("cannot be opened", path);
		} else {
			read_file(book, file);
			(void)fclose(file);
		}
		book->files++;
		free(names[i]);
	}
	if (count >= 0) {
		free(names);
	}
}

void wire_book_free(wire_book *book)
{
	for (size_t i = 0; i < book->count; i++) {
		wire_case *old = book->cases[i];
		for (size_t k = 0; k < old->message_count; k++) {
			ox_envelope_clear(&old->messages[k].envelope);
			ox_free(old->messages[k].body);
		}
		for (size_t k = 0; k < old->step_count; k++) {
			ox_free(old->steps[k].bytes);
		}
		for (size_t k = 0; k < old->string_count; k++) {
			ox_free(old->strings[k]);
		}
		free(old);
	}
	free(book->cases);
	*book = (wire_book){0};
}
