/* SPDX-License-Identifier: MIT */
/* Internal to relay/diagnosis*.c: what a row of the tables asks and says. */
#ifndef OX_RELAY_DIAGNOSIS_INTERNAL_H
#define OX_RELAY_DIAGNOSIS_INTERNAL_H

#include "net/platform.h"
#include "relay/diagnosis.h"
#include "relay/provider.h"

/* The kind of a refused certificate, from X509_V_ERR_*. */
typedef enum {
	CERTIFICATE_ANY,
	CERTIFICATE_EXPIRED,
	CERTIFICATE_NOT_YET,
	CERTIFICATE_SELF_SIGNED,
	CERTIFICATE_UNKNOWN_CA,
	CERTIFICATE_WRONG_NAME,
	CERTIFICATE_REVOKED,
	CERTIFICATE_WEAK,
} certificate_kind;

/* What must hold of the relay; bits. */
enum {
	IF_IMPLICIT = 1,  /* TLS from the first octet */
	IF_PLAIN = 2,     /* plain text first */
	IF_PORT_25 = 4,
	IF_PORT_465 = 8,
	IF_PROXY = 16,
	IF_PROVIDER = 32, /* the service is a known one */
	IF_NO_ACCOUNT = 64,
	IF_TOKEN = 128,
	IF_NO_TLS = 256,  /* tls=none */
	IF_NO_465 = 512,  /* the service has no port with implicit TLS */
	IF_PASSWORD = 1024,
};

#define STAGE(name) (1u << OX_STAGE_##name)

/* Every zero matches anything; the first row that fits is the diagnosis. Texts hold {host} {port} {code}
 * {service} {password} {ehlo} {smtps} {smtp}: see diagnosis.c. */
typedef struct {
	ox_fact fact;
	ox_error_class class;
	uint32_t stages;        /* STAGE() bits */
	uint16_t code;
	uint16_t enhanced[3];   /* {0,0,0} = any */
	ox_system_fault fault;  /* with FACT_ERRNO */
	certificate_kind certificate;
	unsigned when;          /* IF_* bits, all of them */
	const char *provider;   /* by name */
	const char *cause;
	const char *remedies[OX_REMEDIES_MAX];
	const char *link;       /* "provider" = the provider's; NULL = none */
} diagnosis_rule;

/* Ends with a row without cause. The last table has a row for everything. */
extern const diagnosis_rule diagnosis_connection_rules[];
extern const diagnosis_rule diagnosis_account_rules[];
extern const diagnosis_rule diagnosis_spool_rules[];
extern const diagnosis_rule diagnosis_message_rules[];

#endif
