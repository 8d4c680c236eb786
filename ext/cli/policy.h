/* SPDX-License-Identifier: MIT */
/* What the host lets the program do. Root's word is the file /etc/outbox/policy, in lines as those of php.ini
 * (outbox.allowed_hosts = ..., also allow_private_hosts, allow_insecure, ca_file, tls_cache and ehlo): it holds for every
 * user, whoever starts the program and however. An option holds where the file says nothing. */
#ifndef OUTBOX_CLI_POLICY_H
#define OUTBOX_CLI_POLICY_H

#include "cli.h"

#include "client/connection.h"

#define POLICY_FILE "/etc/outbox/policy"

typedef enum { POLICY_SILENT, POLICY_NO, POLICY_YES } policy_word;

typedef struct {
	const char *allowed_hosts, *ca_file, *tls_cache, *ehlo; /* borrow; NULL = nothing was said */
	policy_word private_hosts, insecure;
	ox_address_policy addresses; /* of the environment */
} policy;

/* Puts the file's word over what the options said; without a file nothing. EX_OK; EX_CONFIG after a complaint about a file that
 * is not root's alone to write, or cannot be read or understood: then nothing is sent; EX_USAGE where
 * the name for EHLO is none. */
int policy_load(const cli *cli, policy *policy);

/* What a connection gets; borrows from the policy. */
ox_client_environment policy_environment(policy *policy);

/* Whether verify=0 may be used; silence means no. */
bool policy_allows_insecure(const policy *policy);

#endif
