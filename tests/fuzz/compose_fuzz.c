/* SPDX-License-Identifier: MIT */
/* A draft is refused with a reason, or composed into a message that a strict reader takes apart again: every
 * text, name and content is what went in, however the octets are asked for. */
#include "fuzz.h"

#include "message/compose.h"
#include "mime_reader.h"

enum { TEXT, HTML, CALENDAR, FLOWED, PRIORITY, LIST, FLAGS_SIZE = 2, PARTS = 4 };

typedef struct {
	ox_slice octets;
} memory;

static bool read_memory(void *context, uint64_t offset, void *bytes, size_t size)
{
	memcpy(bytes, ((const memory *)context)->octets.at + offset, size);
	return true;
}

/* The next piece up to 0x01. */
static ox_slice cut(ox_slice *rest)
{
	const char *stop = rest->size ? memchr(rest->at, 1, rest->size) : NULL;
	ox_slice piece = {rest->at, stop ? (size_t)(stop - rest->at) : rest->size};
	size_t taken = piece.size + (stop != NULL);
	rest->at += taken;
	rest->size -= taken;
	return piece;
}

static ox_slice cut_if(ox_slice *rest, unsigned flags, int bit)
{
	return flags >> bit & 1 ? cut(rest) : (ox_slice){NULL, 0};
}

static char *read_whole(ox_message *message, size_t step)
{
	char *whole = malloc((size_t)message->size + 1);
	for (size_t done = 0; done < message->size;) {
		size_t got = ox_message_read(message, done, whole + done,
			step < message->size - done ? step : (size_t)message->size - done);
		MUST(got);
		done += got;
	}
	whole[message->size] = 0;
	return whole;
}

static const mime_part *leaf(const mime_part *part, const char *type)
{
	if (!part->count) {
		return strcmp(part->type, type) ? NULL : part;
	}
	const mime_part *found = NULL;
	for (size_t i = 0; i < part->count && !found; i++) {
		found = leaf(part->children[i], type);
	}
	return found;
}

static void check_text(const mime_part *part, ox_slice text, bool flowed)
{
	ox_buffer clean;
	if (!text.at) {
		return;
	}
	MUST(part);
	ox_buffer_init(&clean, 1 << 20);
	MUST(ox_lines_normalise(&clean, (const uint8_t *)text.at, text.size) == OX_OK);
	size_t size = part->size;
	/* A message ends with a line, whether its text did or not. */
	MUST(flowed || size == clean.size || size + 2 == clean.size);
	MUST(flowed || !size || !memcmp(part->body, clean.bytes, size));
	ox_buffer_clear(&clean);
}

static void check_part(const mime_part *part, const ox_part *given)
{
	const memory *content = given->content.context;
	char *name = mime_parameter(part, "Content-Disposition", "filename");
	MUST(part->size == content->octets.size);
	MUST(!part->size || !memcmp(part->body, content->octets.at, part->size));
	MUST(given->name.size ? name && strlen(name) == given->name.size && !memcmp(name, given->name.at, given->name.size)
						  : !name);
	free(name);
}

static void check(ox_message *message, const ox_draft *draft, size_t step)
{
	const char *why = "";
	char *whole = read_whole(message, step), *at_once = read_whole(message, (size_t)message->size + 1);
	MUST(!memcmp(whole, at_once, (size_t)message->size));
	mime_part *root = mime_read(whole, (size_t)message->size, &why);
	if (!root) {
		fprintf(stderr, "%s:\n%s\n", why, whole);
	}
	MUST(root && message->facts.clean && !message->facts.eightbit && !message->utf8_headers);
	char *field = mime_field(root, "Subject"), *subject = field ? mime_words(field) : NULL;
	MUST(subject && strlen(subject) == draft->subject.size && !memcmp(subject, draft->subject.at, draft->subject.size));
	check_text(leaf(root, "text/plain"), draft->text, draft->flowed);
	check_text(leaf(root, "text/html"), draft->html, false);
	size_t attached = draft->part_count ? root->count - draft->part_count : 0;
	for (size_t i = 0; i < draft->part_count; i++) {
		check_part(root->children[attached + i], &draft->parts[i]);
	}
	free(field);
	free(subject);
	mime_free(root);
	free(whole);
	free(at_once);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ox_message_origin origin = {.now = 1790000000, .host = "host.example"};
	ox_part parts[PARTS];
	memory contents[PARTS];
	ox_address author = {"a@example.org", ""};
	ox_address_list from = {.items = &author, .count = 1, .capacity = 1};
	ox_message message;
	ox_error error;
	if (size < FLAGS_SIZE) {
		return 0;
	}
	unsigned flags = data[0];
	ox_slice rest = {(const char *)data + FLAGS_SIZE, size - FLAGS_SIZE};
	ox_draft draft = {.from = &from, .date = INT64_MIN, .parts = parts, .subject = cut(&rest), .flowed = flags >> FLOWED & 1};
	draft.text = cut_if(&rest, flags, TEXT);
	draft.html = cut_if(&rest, flags, HTML);
	draft.calendar = cut_if(&rest, flags, CALENDAR);
	draft.priority = flags >> PRIORITY & 1;
	draft.unsubscribe_url = cut_if(&rest, flags, LIST);
	draft.one_click = true;
	while (rest.size && draft.part_count < PARTS) {
		memory *content = &contents[draft.part_count];
		ox_part *part = &parts[draft.part_count++];
		*part = (ox_part){.name = cut(&rest), .type = {"a/b", 3}};
		content->octets = cut(&rest);
		part->content = (ox_content){content, read_memory, content->octets.size};
	}
	ox_message_init(&message, 1 << 20);
	if (ox_message_compose(&message, &draft, &origin, &error) == OX_OK) {
		check(&message, &draft, data[1] + 1u);
	} else {
		MUST(*error.text && !message.octets.size && !message.insert_count);
	}
	ox_message_clear(&message);
	return 0;
}
