/* SPDX-License-Identifier: MIT */
/* Any octets as a spool file: refused with a reason, or a record within its caps whose parts can be written
 * again. The same octets as a tail behind a good message, so that the sums in front of it are no wall. */
#include "fuzz.h"

#include "base/crc32c.h"
#include "spool/record.h"

static const char message[] = "Subject: x\r\n\r\nHello.\r\n";

static void check_text(const char *text, size_t max)
{
	MUST(!text || (strlen(text) <= max && !ox_has_control(text, strlen(text))));
}

static void check_record(const ox_record *record, size_t size)
{
	size_t uncertain = 0, open = 0;
	MUST(ox_spool_id_is_valid(record->id));
	MUST(ox_spool_profile_is_valid(record->profile));
	MUST(record->recipient_count && record->recipient_count <= OX_SPOOL_RECIPIENTS_MAX);
	MUST(record->tail_at <= size && record->message_at + record->size < record->tail_at);
	check_text(record->sender, OX_SPOOL_ADDRESS_MAX);
	check_text(record->tag, OX_SPOOL_TAG_MAX);
	check_text(record->script, OX_SPOOL_HEAD_MAX);
	MUST(!record->marker || ox_spool_id_is_valid(record->marker));
	for (size_t i = 0; i < record->recipient_count; i++) {
		const ox_record_recipient *recipient = &record->recipients[i];
		MUST(recipient->address && *recipient->address);
		check_text(recipient->address, OX_SPOOL_ADDRESS_MAX);
		check_text(recipient->host, OX_RECORD_HOST_MAX);
		check_text(recipient->text, OX_RECORD_TEXT_MAX);
		uncertain += recipient->uncertain;
		open += ox_record_is_open(recipient);
		MUST(!recipient->uncertain || ox_record_is_open(recipient));
	}
	MUST(uncertain == record->uncertain_count && open == ox_record_open_count(record));
}

static int parse(const uint8_t *data, size_t size)
{
	ox_record record;
	ox_record_fault fault = NULL;
	ox_record_init(&record);
	int status = ox_record_parse(&record, data, size, &fault);
	MUST(status == OX_OK || (status == OX_E_SYNTAX && fault && *fault));
	if (status == OX_OK) {
		check_record(&record, size);
	}
	ox_record_clear(&record);
	return status;
}

/* Lines of the input with their sums made right, and the input as it is. */
static void parse_as_tail(const uint8_t *data, size_t size)
{
	static const ox_spool_recipient recipients[] = {{.address = "a@example.com"}, {.address = "b@example.com"}};
	ox_submission submission = {.profile = "p", .sender = "", .recipients = recipients, .recipient_count = 2,
		.size = sizeof message - 1, .id = "01HF7YAT00ABCDEFGHJKMNPQRS"};
	char end[OX_RECORD_END_SIZE + 1];
	ox_buffer file;
	ox_buffer_init(&file, 1 << 20);
	MUST(ox_record_write_head(&file, &submission, NULL, 0, 1) == OX_OK);
	MUST(ox_buffer_append(&file, message, sizeof message - 1) == OX_OK);
	ox_record_write_end(end, ox_crc32c(0, message, sizeof message - 1), file.size);
	MUST(ox_buffer_append_string(&file, end) == OX_OK);
	for (size_t at = 0; at < size;) {
		const uint8_t *line_end = memchr(data + at, '\n', size - at);
		size_t length = line_end ? (size_t)(line_end - data) - at : size - at;
		MUST(ox_buffer_append_format(&file, "%08x ", ox_crc32c(0, data + at, length)) == OX_OK);
		MUST(ox_buffer_append(&file, data + at, length) == OX_OK);
		MUST(ox_buffer_append_byte(&file, '\n') == OX_OK);
		at += length + 1;
	}
	MUST(parse(file.bytes, file.size) == OX_OK);
	MUST(ox_buffer_append(&file, data, size) == OX_OK);
	MUST(parse(file.bytes, file.size) == OX_OK);
	ox_buffer_clear(&file);
}

/* The input as a head, its sum and length made right. */
static void parse_as_head(const uint8_t *data, size_t size)
{
	ox_record record;
	ox_record_fault fault = NULL;
	ox_record_start start = {.head_size = size, .head_crc = ox_crc32c(0, data, size), .start_size = 40};
	ox_record_init(&record);
	int status = size ? ox_record_parse_head(&record, &start, data, &fault) : OX_E_SYNTAX;
	if (status == OX_OK) {
		check_record(&record, size + 40 + OX_RECORD_END_SIZE);
	}
	ox_record_clear(&record);
}

static void tail_line_comes_back(const uint8_t *data, size_t size)
{
	ox_tail_entry entry, again;
	ox_buffer out;
	if (!ox_tail_parse((ox_slice){(const char *)data, size}, &entry)) {
		return;
	}
	ox_buffer_init(&out, 65536);
	MUST(ox_tail_write(&out, &entry) == OX_OK);
	MUST(ox_tail_parse((ox_slice){(const char *)out.bytes, out.size - 1}, &again));
	MUST(!memcmp(&entry, &again, sizeof entry));
	ox_buffer_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	(void)parse(data, size);
	parse_as_tail(data, size);
	parse_as_head(data, size);
	tail_line_comes_back(data, size);
	return 0;
}
