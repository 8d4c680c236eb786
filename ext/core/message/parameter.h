/* SPDX-License-Identifier: MIT */
/* Parameters of MIME fields (RFC 2045 5.1), and their values beyond ASCII (RFC 2231). */
#ifndef OX_MESSAGE_PARAMETER_H
#define OX_MESSAGE_PARAMETER_H

#include "base/string.h"

/* Appends "; name=value", on a line of its own where this one would pass 78. The value is a token, a quoted
 * string, or where it is not ASCII, long, or what readers have got wrong (quotes, backslashes, encoded words)
 * percent-encoded UTF-8, in as many sections as it takes; no section splits a character. */
OX_MUST_USE int ox_parameter(ox_buffer *out, const char *name, ox_slice value);

/* The same with a value that any reader takes: what is not plain becomes '_', a long one loses its middle but
 * keeps its ending. */
OX_MUST_USE int ox_parameter_plain(ox_buffer *out, const char *name, ox_slice value);

/* Takes "type/subtype; a=b; c=\"d\"" apart. *rest goes in as the text, and comes out without what was taken;
 * the value is unquoted into `value`, which is emptied first. OX_AGAIN: nothing is left. OX_E_SYNTAX. */
OX_MUST_USE int ox_media_type(ox_slice *rest, ox_slice *type);
OX_MUST_USE int ox_media_parameter(ox_slice *rest, ox_slice *name, ox_buffer *value);

#endif
