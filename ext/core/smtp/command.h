/* SPDX-License-Identifier: MIT */
/* The lines of a mail transaction (RFC 5321 4.1.1) with the parameters that the server offers. */
#ifndef OX_SMTP_COMMAND_H
#define OX_SMTP_COMMAND_H

#include "smtp/capabilities.h"
#include "smtp/envelope.h"

/* Octets; what extensions add is counted in (RFC 3461 4, 6710 4.1). */
enum { OX_COMMAND_LINE_MAX = 2000 };

/* Append the command without CRLF. bare leaves out what the message can do without: SIZE, DSN,
 * priority. */
OX_MUST_USE int ox_command_mail(ox_buffer *line, const ox_envelope *envelope,
	const ox_capabilities *capabilities, bool bare);
OX_MUST_USE int ox_command_rcpt(ox_buffer *line, const ox_envelope *envelope, size_t recipient,
	const ox_capabilities *capabilities, bool bare);

/* Whether a bare MAIL would differ. */
bool ox_command_mail_has_options(const ox_envelope *envelope, const ox_capabilities *capabilities);

#endif
