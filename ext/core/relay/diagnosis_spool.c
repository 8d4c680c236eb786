/* SPDX-License-Identifier: MIT */
/* The queue on disk. */
#include "relay/diagnosis_internal.h"

#define PREPARE "Let the administrator prepare it: outbox setup"

const diagnosis_rule diagnosis_spool_rules[] = {
	{.fact = OX_FACT_SPOOL_MISSING, .cause = "There is no spool at this place.",
		.remedies = {PREPARE, "Check the path in outbox.spool_root"}},
	{.fact = OX_FACT_SPOOL_INSECURE,
		.cause = "Somebody else could get at the spool; the text says where.",
		.remedies = {"Give the directory that the text names to its user alone, or choose another place",
			PREPARE}},
	{.fact = OX_FACT_SPOOL_NETWORK,
		.cause = "The spool is on a filesystem of the network, where locks and syncs cannot be relied on.",
		.remedies = {"Put the spool on a local disk of this machine"}},
	{.fact = OX_FACT_SPOOL_VERSION, .cause = "A newer Outbox has made this spool.",
		.remedies = {"Update Outbox on this machine", "Use another spool"}},
	{.fact = OX_FACT_SPOOL_UNSUPPORTED, .cause = "This system cannot keep a spool.",
		.remedies = {"Send without the queue"}},
	{.fact = OX_FACT_SPOOL_FULL, .cause = "The disk, its inodes or the user's quota is full.",
		.remedies = {"Make room on the filesystem of the spool", "Raise the user's quota"}},
	{.fact = OX_FACT_SPOOL_TOO_MANY, .cause = "As much mail is waiting as the limits allow.",
		.remedies = {"See why they wait: outbox status", "Raise outbox.max_queue or outbox.max_queue_bytes"}},
	{.fact = OX_FACT_SPOOL_TOO_LARGE, .cause = "The message is larger than the spool takes.",
		.remedies = {"Make the attachments smaller, or send links to them",
			"Raise outbox.max_message_size"}},
	{.fact = OX_FACT_SPOOL_TOO_MANY_RECIPIENTS,
		.cause = "The message has more recipients than the spool takes.",
		.remedies = {"Send to fewer recipients at once", "Raise outbox.max_recipients"}},
	{.fact = OX_FACT_SPOOL_BUSY, .cause = "Another process is at work on the same message.",
		.remedies = {"Try again in a moment"}},
	{.fact = OX_FACT_PROFILE_MISSING, .cause = "There is no relay profile of this name.",
		.remedies = {"Save it: outbox profile save NAME, or Outbox\\Profile::save()",
			"Name one that is there: outbox profile list"}},
	{.fact = OX_FACT_SPOOL_DAMAGED, .cause = "A file of the spool is damaged.",
		.remedies = {"Look at it and its reason in the spool's folder x",
			"Check the disk and its filesystem"}},
	/* Whatever else the system says of a file: no server is to blame. */
	{.class = OX_ERROR_STORAGE, .cause = "A file on this machine could not be used; the text says which and why.",
		.remedies = {"Check the path, and who may read and write there",
			"Check the filesystem: whether it is mounted read-only, full or damaged"}},
	{.cause = NULL},
};
