/* SPDX-License-Identifier: MIT */
/* What is in memory before there is any code of ours: a program that has started libcurl, which the runner dials with, and
 * OpenSSL, and does nothing. Prints {"ready":true}; ends with standard input. */
#include <curl/curl.h>
#include <openssl/ssl.h>
#include <stdio.h>

int main(void)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || !context) {
		return 1;
	}
	puts("{\"ready\":true}");
	fflush(stdout);
	while (getchar() != EOF) {
	}
	SSL_CTX_free(context);
	return 0;
}
