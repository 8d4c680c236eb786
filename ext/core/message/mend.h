/* SPDX-License-Identifier: MIT */
/* What programs hand to sendmail(8) is often no message yet that any relay takes, and they rely on sendmail to
 * make one of it. This does so, for mail() and for the program's sendmail. */
#ifndef OX_MESSAGE_MEND_H
#define OX_MESSAGE_MEND_H

#include "base/error.h"
#include "base/string.h"

/* Appends the text with these changed, and the rest as it is (line ends become CRLF):
 *  - raw text beyond ASCII in a field: encoded (RFC 2047), so that no relay needs SMTPUTF8 for it; what is not
 *    valid UTF-8 counts as Latin-1. MIME's and trace fields, and addresses that are UTF-8 themselves, stay.
 *  - a lone local part in an address field ("root", as cron writes): gets the domain (may be NULL: stays)
 *  - a body of text with a line over 998 octets: quoted-printable, or base64 broken into lines where it is that.
 *    In a multipart it stays, and is refused later: encoding means to understand every part.
 * What cannot be read stays as it is too: to refuse it is ox_message_from_text()'s.
 * OX_E_LIMIT, OX_E_NOMEM. */
OX_MUST_USE int ox_message_mend(ox_buffer *out, ox_slice text, const char *domain);

#endif
