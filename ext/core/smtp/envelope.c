/* SPDX-License-Identifier: MIT */
#include "smtp/envelope.h"

#include <string.h>

void ox_envelope_init(ox_envelope *envelope)
{
	memset(envelope, 0, sizeof *envelope);
	envelope->priority = OX_PRIORITY_NONE;
}

void ox_envelope_clear(ox_envelope *envelope)
{
	for (size_t i = 0; i < envelope->recipient_count; i++) {
		ox_free(envelope->recipients[i].address);
		ox_free(envelope->recipients[i].orcpt);
	}
	ox_free(envelope->recipients);
	ox_free(envelope->sender);
	ox_free(envelope->envid);
	ox_envelope_init(envelope);
}

/* Whether an address can stand between '<' and '>' without ending its command or starting
 * parameters. */
static int check_path(const char *address)
{
	size_t size = strlen(address);
	if (size > OX_PATH_MAX) {
		return OX_E_LIMIT;
	}
	if (ox_has_control(address, size)) {
		return OX_E_SYNTAX;
	}
	bool quoted = false;
	for (size_t i = 0; i < size; i++) {
		char c = address[i];
		if (quoted && c == '\\') {
			if (++i == size) {
				return OX_E_SYNTAX;
			}
		} else if (c == '"') {
			/* Only a whole local part may be quoted: elsewhere servers disagree where it ends. */
			if (quoted ? i + 1 < size && address[i + 1] != '@' : i != 0) {
				return OX_E_SYNTAX;
			}
			quoted = !quoted;
		} else if (!quoted && (c == '<' || c == '>' || c == ' ')) {
			return OX_E_SYNTAX;
		}
	}
	return quoted ? OX_E_SYNTAX : OX_OK;
}

static int replace(char **place, const char *text)
{
	char *copy = ox_copy_string(text);
	if (!copy && text) {
		return OX_E_NOMEM;
	}
	ox_free(*place);
	*place = copy;
	return OX_OK;
}

int ox_envelope_set_sender(ox_envelope *envelope, const char *address)
{
	int status = check_path(address);
	return status == OX_OK ? replace(&envelope->sender, address) : status;
}

int ox_envelope_set_envid(ox_envelope *envelope, const char *envid)
{
	size_t size = strlen(envid);
	if (size > OX_ENVID_MAX) {
		return OX_E_LIMIT;
	}
	if (!size || ox_has_control(envid, size) || ox_has_8bit(envid, size)) {
		return OX_E_SYNTAX;
	}
	return replace(&envelope->envid, envid);
}

/* RFC 5321 2.4: the local part is the receiver's own, the domain has no case. */
static bool same_mailbox(const char *a, const char *b)
{
	const char *at_a = strrchr(a, '@'), *at_b = strrchr(b, '@');
	if (!at_a || !at_b) {
		return !strcmp(a, b);
	}
	size_t local = (size_t)(at_a - a);
	return local == (size_t)(at_b - b) && !memcmp(a, b, local) && ox_equal_nocase(at_a, at_b);
}

static uint32_t hash_of(const char *address)
{
	uint32_t hash = 2166136261u; /* FNV-1a */
	for (; *address; address++) {
		hash = (hash ^ (uint32_t)ox_lower((unsigned char)*address)) * 16777619u;
	}
	return hash;
}

static int make_room(ox_envelope *envelope)
{
	if (envelope->recipient_count < envelope->recipient_capacity) {
		return OX_OK;
	}
	size_t capacity = envelope->recipient_capacity ? envelope->recipient_capacity * 2 : 4;
	ox_recipient *recipients = ox_realloc(
		envelope->recipients, capacity * sizeof *envelope->recipients);
	if (!recipients) {
		return OX_E_NOMEM;
	}
	envelope->recipients = recipients;
	envelope->recipient_capacity = capacity;
	return OX_OK;
}

static int append(ox_envelope *envelope, const char *address, unsigned notify, const char *orcpt)
{
	int status = make_room(envelope);
	if (status != OX_OK) {
		return status;
	}
	ox_recipient recipient = {
		ox_copy_string(address), notify, ox_copy_string(orcpt), hash_of(address)};
	if (!recipient.address || (orcpt && !recipient.orcpt)) {
		ox_free(recipient.address);
		ox_free(recipient.orcpt);
		return OX_E_NOMEM;
	}
	envelope->recipients[envelope->recipient_count++] = recipient;
	return OX_OK;
}

static bool is_orcpt(const char *orcpt)
{
	const char *semicolon = strchr(orcpt, ';');
	size_t size = strlen(orcpt);
	return semicolon && semicolon != orcpt && size <= OX_PATH_MAX + 64 &&
		!ox_has_control(orcpt, size);
}

int ox_envelope_add(
	ox_envelope *envelope, const char *address, unsigned notify, const char *orcpt, size_t *index)
{
	int status = *address ? check_path(address) : OX_E_SYNTAX;
	if (status != OX_OK) {
		return status;
	}
	bool never = notify & OX_NOTIFY_NEVER;
	if ((never && notify != OX_NOTIFY_NEVER) || notify > 15 || (orcpt && !is_orcpt(orcpt))) {
		return OX_E_SYNTAX;
	}
	uint32_t hash = hash_of(address);
	for (size_t i = 0; i < envelope->recipient_count; i++) {
		const ox_recipient *recipient = &envelope->recipients[i];
		if (recipient->hash == hash && same_mailbox(recipient->address, address)) {
			*index = i;
			return OX_OK;
		}
	}
	if (envelope->recipient_count >= OX_RECIPIENTS_MAX) {
		return OX_E_LIMIT;
	}
	*index = envelope->recipient_count;
	return append(envelope, address, notify, orcpt);
}

int ox_envelope_copy(ox_envelope *to, const ox_envelope *from)
{
	int status = from->sender ? check_path(from->sender) : OX_OK;
	if (status == OX_OK) {
		status = replace(&to->sender, from->sender);
	}
	if (status == OX_OK) {
		status = replace(&to->envid, from->envid);
	}
	for (size_t i = 0; i < from->recipient_count && status == OX_OK; i++) {
		const ox_recipient *recipient = &from->recipients[i];
		status = check_path(recipient->address);
		if (status == OX_OK) {
			status = append(to, recipient->address, recipient->notify, recipient->orcpt);
		}
	}
	if (status != OX_OK) {
		ox_envelope_clear(to);
		return status;
	}
	to->dsn_return = from->dsn_return;
	to->priority = from->priority;
	to->utf8 = from->utf8;
	to->require_tls = from->require_tls;
	to->all_or_nothing = from->all_or_nothing;
	to->size = from->size;
	to->eightbit = from->eightbit;
	return OX_OK;
}
