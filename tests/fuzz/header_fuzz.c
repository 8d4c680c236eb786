/* SPDX-License-Identifier: MIT */
/* Fields: whatever text goes in, a reader that unfolds and decodes gets it back, and no line is too long. */
#include "fuzz.h"

#include "message/header.h"
#include "message/parameter.h"
#include "mime_reader.h"

static void check_lines(const ox_buffer *out)
{
	const char *text = ox_buffer_text(out);
	MUST(out->size > 2 && !strcmp(text + out->size - 2, "\r\n") && strlen(text) == out->size);
	for (const char *line = text; *line; line = strchr(line, '\n') + 1) {
		size_t size = strcspn(line, "\r\n");
		MUST(line[size] == '\r' && line[size + 1] == '\n' && size <= 998);
		MUST(line == text || ((*line == ' ' || *line == '\t') && strspn(line, " \t") < size));
	}
}

static mime_part *read_fields(const ox_buffer *out)
{
	ox_buffer whole;
	const char *why;
	ox_buffer_init(&whole, out->size + 64);
	MUST(ox_buffer_append(&whole, out->bytes, out->size) == OX_OK);
	MUST(ox_buffer_append_string(&whole, "MIME-Version: 1.0\r\n\r\n") == OX_OK);
	mime_part *read = mime_read(ox_buffer_text(&whole), whole.size, &why);
	MUST(read);
	ox_buffer_clear(&whole);
	return read;
}

static void check_text(ox_slice text)
{
	ox_buffer out;
	ox_buffer_init(&out, 1 << 20);
	MUST(ox_header_text(&out, "Subject", text) == OX_OK);
	check_lines(&out);
	mime_part *read = read_fields(&out);
	char *field = mime_field(read, "Subject"), *back = mime_words(field);
	MUST(back && strlen(back) == text.size && !memcmp(back, text.at, text.size));
	free(field);
	free(back);
	mime_free(read);
	ox_buffer_clear(&out);
}

static void check_parameter(ox_slice value)
{
	ox_buffer out;
	ox_buffer_init(&out, 1 << 20);
	MUST(ox_buffer_append_string(&out, "Content-Type: a/b") == OX_OK);
	MUST(ox_parameter_plain(&out, "name", value) == OX_OK);
	MUST(ox_parameter(&out, "filename", value) == OX_OK);
	MUST(ox_buffer_append_string(&out, "\r\n") == OX_OK);
	check_lines(&out);
	mime_part *read = read_fields(&out);
	char *back = mime_parameter(read, "Content-Type", "filename"), *plain = mime_parameter(read, "Content-Type", "name");
	MUST(back && strlen(back) == value.size && !memcmp(back, value.at, value.size));
	MUST(plain && strlen(plain) <= 60);
	free(back);
	free(plain);
	mime_free(read);
	ox_buffer_clear(&out);
}

enum { NAME_MAX_TAKEN_AGAIN = 500 }; /* octets: a longer one may be past the cap in its encoded form */

/* A name comes back as it was, in front of the same address. */
static void check_name(ox_slice name)
{
	ox_address_list list, again;
	ox_buffer out;
	ox_error error;
	ox_address_list_init(&list);
	ox_address_list_init(&again);
	ox_buffer_init(&out, 1 << 20);
	if (name.size <= NAME_MAX_TAKEN_AGAIN &&
		ox_address_list_add(&list, ox_slice_of("a@example.org"), name, &error) == OX_OK &&
		ox_address_list_add(&list, ox_slice_of("b@example.org"), name, &error) == OX_OK) {
		MUST(ox_header_addresses(&out, "To", &list) == OX_OK);
		check_lines(&out);
		ox_slice value = {ox_buffer_text(&out) + 3, out.size - 3};
		MUST(ox_address_list_parse(&again, value, &error) == OX_OK && again.count == 2);
		char *back = mime_words(again.items[1].name);
		MUST(!strcmp(again.items[1].address, "b@example.org"));
		MUST(back && !strcmp(back, list.items[1].name));
		free(back);
	}
	ox_address_list_clear(&list);
	ox_address_list_clear(&again);
	ox_buffer_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ox_slice text = {(const char *)data, size};
	if (ox_has_control(text.at, size) || !ox_is_utf8(text.at, size)) {
		return 0;
	}
	check_text(text);
	check_name(text);
	if (size <= 255) {
		check_parameter(text);
	}
	return 0;
}
