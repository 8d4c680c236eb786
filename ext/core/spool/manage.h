/* SPDX-License-Identifier: MIT */
/* What people do to messages, while a runner may be at work. Each call is one step: a message that is being
 * sent at this moment stays as it is. */
#ifndef OX_SPOOL_MANAGE_H
#define OX_SPOOL_MANAGE_H

#include "spool/scan.h"

/* All: OX_OK when it was done (and its event written); OX_AGAIN when there is nothing to do: no such
 * message, not in a state for it, or in a runner's hands. OX_E_FAILED, OX_E_NOMEM. */

/* Due now: from d/, h/ or f/ (there the recipients that were refused are tried again). Wake the runner
 * afterwards. */
OX_MUST_USE int ox_spool_retry(ox_spool *spool, const char *id, uint64_t now_ms, ox_error *error);
/* From q/ or d/ to h/. */
OX_MUST_USE int ox_spool_hold(ox_spool *spool, const char *id, uint64_t now_ms, ox_error *error);
/* From h/ to q/, or to d/ where its time has not come. */
OX_MUST_USE int ox_spool_release(ox_spool *spool, const char *id, uint64_t now_ms, ox_error *error);
/* From anywhere to nowhere. */
OX_MUST_USE int ox_spool_remove(ox_spool *spool, const char *id, uint64_t now_ms, ox_error *error);

#endif
