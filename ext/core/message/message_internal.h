/* SPDX-License-Identifier: MIT */
/* What composing (message.c), taking (complete.c) and encoding (quoted_printable.c) share. */
#ifndef OX_MESSAGE_MESSAGE_INTERNAL_H
#define OX_MESSAGE_MESSAGE_INTERNAL_H

#include "message/message.h"

int message_wrong(ox_error *error, ox_fact fact, const char *argument, const char *why);
/* A buffer's status as an error about the named argument. */
int message_status(int status, ox_error *error, const char *argument);
/* returns new; NULL: no memory. */
char *message_make_id(const ox_message_origin *origin, const char *sender);
OX_MUST_USE int message_quoted_printable(ox_buffer *out, ox_slice text);

#endif
