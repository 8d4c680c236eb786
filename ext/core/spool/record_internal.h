/* SPDX-License-Identifier: MIT */
/* Internal to spool/record*.c: caps of a head's texts, and sums in hex. */
#ifndef OX_SPOOL_RECORD_INTERNAL_H
#define OX_SPOOL_RECORD_INTERNAL_H

#include "spool/record.h"

enum {
	OX_RECORD_MESSAGE_ID_MAX = 998,
	OX_RECORD_SCRIPT_MAX = 1024,
	OX_RECORD_ENVID_MAX = 100,
	OX_RECORD_ORCPT_MAX = 1000,
};
#define OX_RECORD_TIME_MAX ((uint64_t)1 << 53) /* milliseconds: some 285,000 years */

/* Why an attempt was closed by a person. */
#define OX_WHY_RETRY   "retry"
#define OX_WHY_RELEASE "release"

/* USAGE for what may not be written. */
OX_MUST_USE int ox_submission_check(const ox_submission *submission, ox_error *error);

/* Eight digits of lower case. */
bool ox_record_parse_sum(ox_slice digits, uint32_t *sum);

#endif
