/* SPDX-License-Identifier: MIT */
/* From an envelope, as a transaction needs it, to a submission, as the spool keeps it; the runner goes the
 * other way. */
#ifndef OX_RUNNER_SUBMIT_H
#define OX_RUNNER_SUBMIT_H

#include "smtp/envelope.h"
#include "spool/enqueue.h"

/* Fills in sender, recipients, size, flags and what RFC 3461 and 6710 know; all of it borrows from the
 * envelope. The rest (profile, source, key, times ...) stays as it is. *recipients returns new: what
 * submission->recipients points to. OX_E_NOMEM. */
OX_MUST_USE int ox_submission_fill(ox_submission *submission, const ox_envelope *envelope,
	ox_spool_recipient **recipients);

#endif
