/* SPDX-License-Identifier: MIT */
/* Writes start and head of a new file. Checking comes first, so that what is written parses. */
#include <stdio.h>
#include <string.h>

#include "base/crc32c.h"
#include "spool/record_internal.h"

static int wrong(ox_error *error, const char *field, const char *what)
{
	return ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_NONE, "%s: %s",
		field, what);
}

static int check_text(const char *field, const char *text, size_t max, bool needed, ox_error *error)
{
	size_t size = text ? strlen(text) : 0;
	if (!size) {
		return needed ? wrong(error, field, "is empty") : OX_OK;
	}
	if (size > max) {
		return wrong(error, field, "is too long");
	}
	if (ox_has_control(text, size)) {
		return wrong(error, field, "has a control character in it");
	}
	return OX_OK;
}

static int check_recipients(const ox_submission *submission, ox_error *error)
{
	int status = OX_OK;
	if (!submission->recipient_count) {
		return wrong(error, "recipients", "there is none");
	}
	for (size_t i = 0; status == OX_OK && i < submission->recipient_count; i++) {
		const ox_spool_recipient *recipient = &submission->recipients[i];
		status = check_text("recipient", recipient->address, OX_SPOOL_ADDRESS_MAX, true, error);
		status = status ? status : check_text("orcpt", recipient->orcpt, OX_RECORD_ORCPT_MAX, false, error);
		if (status == OX_OK && recipient->notify > 15) {
			status = wrong(error, "notify", "is none");
		}
	}
	return status;
}

int ox_submission_check(const ox_submission *submission, ox_error *error)
{
	const struct {
		const char *field, *text;
		size_t max;
	} texts[] = {{"sender", submission->sender, OX_SPOOL_ADDRESS_MAX},
		{"tag", submission->tag, OX_SPOOL_TAG_MAX},
		{"message id", submission->message_id, OX_RECORD_MESSAGE_ID_MAX},
		{"script", submission->script, OX_RECORD_SCRIPT_MAX},
		{"held", submission->held, OX_SPOOL_HELD_MAX},
		{"envid", submission->envid, OX_RECORD_ENVID_MAX}};
	if (!submission->profile || !ox_spool_profile_is_valid(submission->profile)) {
		return wrong(error, "profile", "must be 1 to 64 letters, digits, dots, hyphens or underscores, "
			"and begin with a letter or digit");
	}
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		int status = check_text(texts[i].field, texts[i].text, texts[i].max, false, error);
		if (status != OX_OK) {
			return status;
		}
	}
	if (submission->key.size > OX_SPOOL_KEY_MAX) {
		return wrong(error, "key", "is too long");
	}
	if ((unsigned)submission->class >= OX_SPOOL_CLASS_COUNT || submission->flags & ~(unsigned)OX_SPOOL_FLAGS ||
	    submission->dsn_return > 2 || submission->mt_priority < -9 || submission->mt_priority > 9) {
		return wrong(error, "options", "one of them is none");
	}
	if (submission->send_at_ms > OX_RECORD_TIME_MAX || submission->expires_ms > OX_RECORD_TIME_MAX) {
		return wrong(error, "send_at", "is too far away");
	}
	return check_recipients(submission, error);
}

static int put_text(ox_buffer *out, const char *name, const char *text)
{
	return text && *text ? ox_buffer_append_format(out, "%s: %s\n", name, text) : OX_OK;
}

static int put_number(ox_buffer *out, const char *name, uint64_t number)
{
	return ox_buffer_append_format(out, "%s: %llu\n", name, (unsigned long long)number);
}

static int put_recipients(ox_buffer *out, const ox_submission *submission)
{
	int status = OX_OK;
	for (size_t i = 0; status == OX_OK && i < submission->recipient_count; i++) {
		const ox_spool_recipient *recipient = &submission->recipients[i];
		status = put_text(out, "rcpt", recipient->address);
		status = status || !recipient->notify ? status : put_number(out, "notify", recipient->notify);
		status = status ? status : put_text(out, "orcpt", recipient->orcpt);
	}
	return status;
}

static int put_fields(ox_buffer *out, const ox_submission *submission, const char *marker, uint32_t uid,
	uint64_t now_ms)
{
	uint64_t due_ms = submission->send_at_ms > now_ms ? submission->send_at_ms : now_ms;
	uint64_t expires_ms = submission->expires_ms ? submission->expires_ms : due_ms + OX_SPOOL_EXPIRY_MS;
	int status = put_text(out, "id", submission->id);
	status = status ? status : put_number(out, "created", now_ms);
	status = status ? status : put_number(out, "due", due_ms);
	status = status ? status : put_number(out, "expires", expires_ms);
	status = status ? status : put_text(out, "class", ox_spool_class_name(submission->class));
	status = status ? status : put_text(out, "profile", submission->profile);
	status = status ? status : put_number(out, "uid", uid);
	status = status ? status : put_number(out, "flags", submission->flags);
	status = status ? status : put_text(out, "tag", submission->tag);
	status = status ? status : put_text(out, "message-id", submission->message_id);
	status = status ? status : put_text(out, "script", submission->script);
	status = status ? status : put_text(out, "key", marker);
	status = status || !submission->dsn_return ? status : put_number(out, "ret", submission->dsn_return);
	status = status ? status : put_text(out, "envid", submission->envid);
	status = status || !submission->has_mt_priority ? status :
		ox_buffer_append_format(out, "priority: %d\n", submission->mt_priority);
	status = status ? status : put_text(out, "held", submission->held);
	status = status ? status : ox_buffer_append_format(out, "from: %s\n",
		submission->sender ? submission->sender : "");
	status = status ? status : put_recipients(out, submission);
	return status ? status : ox_buffer_append_byte(out, '\n');
}

int ox_record_write_head(ox_buffer *out, const ox_submission *submission, const char *marker,
	uint32_t uid, uint64_t now_ms)
{
	ox_buffer head;
	ox_buffer_init(&head, OX_SPOOL_HEAD_MAX);
	int status = put_fields(&head, submission, marker, uid, now_ms);
	status = status ? status : ox_buffer_append_format(out, "SPOOL1 %zu %llu %08x\n", head.size,
		(unsigned long long)submission->size, ox_crc32c(0, head.bytes, head.size));
	status = status ? status : ox_buffer_append(out, head.bytes, head.size);
	ox_buffer_clear(&head);
	return status;
}

void ox_record_write_end(char end[OX_RECORD_END_SIZE + 1], uint32_t message_crc, uint64_t total)
{
	(void)snprintf(end, OX_RECORD_END_SIZE + 1, "END %08x %020llu\n", message_crc,
		(unsigned long long)total);
}
