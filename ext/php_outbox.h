/* SPDX-License-Identifier: MIT */
/* What the files of the binding share. The binding translates between PHP and ext/core and does nothing else. */
#ifndef PHP_OUTBOX_H
#define PHP_OUTBOX_H

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "php.h"

#include "client/client.h"
#include "message/message.h"
#include "relay/diagnosis.h"
#include "relay/relay.h"

#define OUTBOX_VERSION "0.1.0-dev"

extern zend_module_entry outbox_module_entry;
#define phpext_outbox_ptr &outbox_module_entry

ZEND_BEGIN_MODULE_GLOBALS(outbox)
	ox_pool *pool; /* made at the first use, lives as long as the process or thread */
	char *dsn, *allowed_hosts, *ca_file, *tls_cache, *ehlo, *default_from;
	bool allow_private_hosts, allow_insecure;
	zend_long max_message_size, max_recipients, pool_size;
ZEND_END_MODULE_GLOBALS(outbox)

ZEND_EXTERN_MODULE_GLOBALS(outbox)
#define OUTBOX_G(v) ZEND_MODULE_GLOBALS_ACCESSOR(outbox, v)

#if defined(ZTS) && defined(COMPILE_DL_OUTBOX)
ZEND_TSRMLS_CACHE_EXTERN()
#endif

extern zend_class_entry *php_outbox_ce_outcome, *php_outbox_ce_address, *php_outbox_ce_envelope,
	*php_outbox_ce_result, *php_outbox_ce_receipt, *php_outbox_ce_report, *php_outbox_ce_diagnosis,
	*php_outbox_ce_message, *php_outbox_ce_transport;

/* One class, one registration; all called by MINIT. */
void php_outbox_register_values(void);
void php_outbox_register_exceptions(void);
void php_outbox_register_message(void);
void php_outbox_register_transport(void);

/* settings.c: the INI settings as the core wants them. */
void php_outbox_settings_register(int module_number);
void php_outbox_settings_unregister(int module_number);
ox_client_environment php_outbox_environment(ox_address_policy *policy); /* borrows policy and INI values */
ox_pool *php_outbox_pool(void); /* NULL after an exception for want of memory */
void php_outbox_settings_status(zval *return_value);

/* values.c */
void php_outbox_outcome(zval *to, ox_outcome outcome);
void php_outbox_results(zval *to, const ox_envelope *envelope, const ox_result *results);
void php_outbox_timings(zval *to, const ox_timings *timings);
void php_outbox_diagnosis(zval *to, const ox_error *error, const ox_relay *relay);
void php_outbox_receipt(zval *to, const char *message_id, const ox_delivery *delivery, const ox_trace *trace);
void php_outbox_report(zval *to, const ox_check *check, const ox_trace *trace, const ox_error *error,
	const ox_relay *relay);
/* Text from the wire as PHP gets it: invalid UTF-8 becomes '?'. returns new. */
zend_string *php_outbox_text(const char *text);
void php_outbox_enhanced(zval *to, const uint16_t enhanced[3]); /* "5.1.1" or null */

/* errors.c: the only place that throws what the core reports. */
void php_outbox_throw(const ox_error *error, const ox_relay *relay, const ox_delivery *delivery,
	const char *transcript);
void php_outbox_throw_argument(uint32_t argument, const ox_error *error); /* a \ValueError */

/* message.c */
typedef struct php_outbox_message php_outbox_message;
ox_message_origin php_outbox_origin(void);
/* The composed form; borrows, until the next change of the object. NULL after an exception. */
const ox_message *php_outbox_message_made(zend_object *object);
/* The fields of outbox_send()'s array form. returns new object in to; FAILURE after an exception. */
zend_result php_outbox_message_from_array(zval *to, HashTable *fields, uint32_t argument);
/* An address string or Address object at the end of list; FAILURE after a \ValueError. */
zend_result php_outbox_address(ox_address_list *list, zval *value, uint32_t argument);

/* envelope.c: what the transaction needs, from the message and what the caller gave instead. */
zend_result php_outbox_envelope(ox_envelope *envelope, const ox_message *message, zval *given,
	bool all_or_nothing, uint32_t argument);
zend_result php_outbox_envelope_check(zval *given); /* an Envelope's own arguments */

/* transport.c: what the functions of outbox.c need of it. */
zend_result php_outbox_relay(ox_relay *relay, zval *dsn, uint32_t argument);
void php_outbox_send(zval *return_value, const ox_relay *relay, zval *message, zval *envelope,
	uint32_t message_argument);

/* mail.c */
bool php_outbox_mail(zend_string *to, zend_string *subject, zend_string *body, zend_string *headers,
	zend_string *parameters);

#endif
