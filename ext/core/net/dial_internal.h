/* SPDX-License-Identifier: MIT */
/* Internal to net/dial*.c. */
#ifndef OX_NET_DIAL_INTERNAL_H
#define OX_NET_DIAL_INTERNAL_H

#include "net/sockaddr.h" /* before curl.h, which brings windows.h */

#include <curl/curl.h>

#include "net/dial.h"

enum { OX_DIAL_HOST_SIZE = 256 };

struct ox_dial {
	ox_dial_options options;
	CURLM *multi;
	CURL *easy;
	ox_dial_facts facts;
	ox_socket socket;
	bool finished, connected, taken;
	uint64_t begun_ms;
	unsigned addresses_tried;
	int system_error; /* of a socket that could not be opened */
	char proxy_host[OX_DIAL_HOST_SIZE];
	unsigned proxy_port;
};

/* Reads where the proxy is, for policy and error texts; refuses what cannot be used. */
OX_MUST_USE int ox_dial_read_proxy(ox_dial *dial, ox_error *error);

/* All fill *error and return OX_E_FAILED (or OX_E_NOMEM). */
int ox_dial_failed(ox_dial *dial, CURLcode code, ox_error *error);
int ox_dial_host_refused(ox_dial *dial, const char *host, unsigned port, ox_error *error);
int ox_dial_address_refused(ox_dial *dial, ox_error *error);

#endif
