/* SPDX-License-Identifier: MIT */
#include "runner/submit.h"

int ox_submission_fill(ox_submission *submission, const ox_envelope *envelope,
	ox_spool_recipient **recipients)
{
	ox_spool_recipient *list = ox_array_alloc(envelope->recipient_count, sizeof *list);
	if (!list) {
		return OX_E_NOMEM;
	}
	for (size_t i = 0; i < envelope->recipient_count; i++) {
		const ox_recipient *from = &envelope->recipients[i];
		list[i] = (ox_spool_recipient){from->address, from->notify, from->orcpt};
	}
	submission->sender = envelope->sender;
	submission->recipients = *recipients = list;
	submission->recipient_count = envelope->recipient_count;
	submission->size = envelope->size;
	submission->flags |= (envelope->utf8 ? OX_SPOOL_UTF8 : 0) | (envelope->eightbit ? OX_SPOOL_EIGHTBIT : 0)
		| (envelope->require_tls ? OX_SPOOL_REQUIRE_TLS : 0)
		| (envelope->all_or_nothing ? OX_SPOOL_ALL_OR_NOTHING : 0);
	submission->dsn_return = (unsigned)envelope->dsn_return;
	submission->envid = envelope->envid;
	submission->has_mt_priority = envelope->priority != OX_PRIORITY_NONE;
	submission->mt_priority = submission->has_mt_priority ? envelope->priority : 0;
	return OX_OK;
}
