/* SPDX-License-Identifier: MIT */
/* Facts about known submission services: what they allow on one connection, and where their users find
 * help. A table, matched by host name; sources in reference notes beside each row. */
#ifndef OX_RELAY_PROVIDER_H
#define OX_RELAY_PROVIDER_H

#include <stdint.h>

#include "smtp/session.h"

typedef struct {
	const char *name;         /* "gmail" */
	const char *title;        /* "Gmail" */
	const char *host_prefix;  /* "email-smtp.": how the host begins; NULL = anyhow */
	const char *host_suffix;  /* "smtp.gmail.com": equal, or following a dot; any case */
	uint32_t idle_ms;         /* 0 = ours */
	uint32_t max_messages;    /* on one connection; 0 = ours */
	uint32_t max_connections; /* at once with one account; 0 = ours */
	uint32_t max_recipients;  /* in one transaction; 0 = the server says */
	uint32_t rate_second, rate_minute, rate_day; /* messages at most; 0 = none that is the same for all */
	unsigned quirks;          /* OX_QUIRK_* */
	unsigned implicit_port;   /* 0: the service has no port with implicit TLS */
	unsigned starttls_port;
	const char *password_hint; /* what the password is: "an app password", NULL = nothing to say */
	const char *link;          /* where the account is set up; NULL = none */
} ox_provider;

/* NULL for a host that is not known. Static. */
const ox_provider *ox_provider_find(const char *host);

#endif
