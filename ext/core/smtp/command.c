/* SPDX-License-Identifier: MIT */
#include "smtp/command.h"

static bool has_priority(const ox_envelope *envelope, const ox_capabilities *capabilities)
{
	return capabilities->mt_priority && envelope->priority != OX_PRIORITY_NONE;
}

bool ox_command_mail_has_options(const ox_envelope *envelope, const ox_capabilities *capabilities)
{
	bool dsn = capabilities->dsn && (envelope->envid || envelope->dsn_return != OX_RETURN_DEFAULT);
	return capabilities->size || dsn || has_priority(envelope, capabilities);
}

static int append_mail_options(
	ox_buffer *line, const ox_envelope *envelope, const ox_capabilities *capabilities)
{
	int status = OX_OK;
	if (capabilities->size) {
		status = ox_buffer_append_format(line, " SIZE=%llu", (unsigned long long)envelope->size);
	}
	if (status == OX_OK && capabilities->dsn && envelope->dsn_return != OX_RETURN_DEFAULT) {
		status = ox_buffer_append_string(
			line, envelope->dsn_return == OX_RETURN_FULL ? " RET=FULL" : " RET=HDRS");
	}
	if (status == OX_OK && capabilities->dsn && envelope->envid) {
		status = ox_buffer_append_string(line, " ENVID=");
		if (status == OX_OK) {
			ox_slice envid = ox_slice_of(envelope->envid);
			status = ox_append_xtext(line, envid.at, envid.size);
		}
	}
	if (status == OX_OK && has_priority(envelope, capabilities)) {
		status = ox_buffer_append_format(line, " MT-PRIORITY=%d", envelope->priority);
	}
	return status;
}

int ox_command_mail(
	ox_buffer *line, const ox_envelope *envelope, const ox_capabilities *capabilities, bool bare)
{
	int status = ox_buffer_append_format(
		line, "MAIL FROM:<%s>", envelope->sender ? envelope->sender : "");
	if (status == OX_OK && !bare) {
		status = append_mail_options(line, envelope, capabilities);
	}
	if (status == OX_OK && envelope->eightbit && capabilities->eightbit) {
		status = ox_buffer_append_string(line, " BODY=8BITMIME");
	}
	if (status == OX_OK && envelope->utf8) {
		status = ox_buffer_append_string(line, " SMTPUTF8");
	}
	if (status == OX_OK && envelope->require_tls) {
		status = ox_buffer_append_string(line, " REQUIRETLS");
	}
	return status;
}

static int append_notify(ox_buffer *line, unsigned notify)
{
	static const struct {
		unsigned bit;
		const char *word;
	} words[] = {{OX_NOTIFY_NEVER, "NEVER"}, {OX_NOTIFY_SUCCESS, "SUCCESS"},
		{OX_NOTIFY_FAILURE, "FAILURE"}, {OX_NOTIFY_DELAY, "DELAY"}};
	const char *before = " NOTIFY=";
	int status = OX_OK;
	for (size_t i = 0; i < sizeof words / sizeof *words && status == OX_OK; i++) {
		if (notify & words[i].bit) {
			status = ox_buffer_append_format(line, "%s%s", before, words[i].word);
			before = ",";
		}
	}
	return status;
}

/* ORCPT=type;xtext: RFC 3461 4.2 escapes the address, not the type and not the semicolon. */
static int append_orcpt(ox_buffer *line, const char *orcpt)
{
	ox_slice all = ox_slice_of(orcpt);
	size_t type = 0;
	while (type < all.size && all.at[type] != ';') {
		type++;
	}
	int status = ox_buffer_append_format(line, " ORCPT=%.*s;", (int)type, orcpt);
	if (status == OX_OK && type < all.size) {
		status = ox_append_xtext(line, all.at + type + 1, all.size - type - 1);
	}
	return status;
}

int ox_command_rcpt(ox_buffer *line, const ox_envelope *envelope, size_t recipient,
	const ox_capabilities *capabilities, bool bare)
{
	const ox_recipient *to = &envelope->recipients[recipient];
	int status = ox_buffer_append_format(line, "RCPT TO:<%s>", to->address);
	if (status == OX_OK && capabilities->dsn && !bare) {
		status = append_notify(line, to->notify);
		if (status == OX_OK && to->orcpt) {
			status = append_orcpt(line, to->orcpt);
		}
	}
	return status;
}
