/* SPDX-License-Identifier: MIT */
/* What the files of the binding share. The binding translates between PHP and ext/core and does
 * nothing else. While the core is at work no PHP code runs, and nothing of Zend's can jump away. */
#ifndef PHP_OUTBOX_H
#define PHP_OUTBOX_H

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "php.h"

#include "client/client.h"
#include "message/dkim.h"
#include "message/message.h"
#include "message/sendmail.h"
#include "relay/diagnosis.h"
#include "relay/profile.h"
#include "spool/events.h"
#include "spool/location.h"
#include "spool/scan.h"
#include "spool/spool.h"
#include "spool/wake.h"

#define OUTBOX_VERSION "0.1.0-dev"

extern zend_module_entry outbox_module_entry;
#define phpext_outbox_ptr &outbox_module_entry

ZEND_BEGIN_MODULE_GLOBALS(outbox)
	ox_pool *pool; /* made at the first use, lives as long as the process or thread */
	ox_spool *spool; /* the same; the last one that was meant, NULL = none yet */
	uint32_t spool_user;
	ox_profile_seen profile_seen; /* in that spool */
	uint64_t looked_ms; /* when run.next was looked at */
	char *dsn, *allowed_hosts, *ca_file, *tls_cache, *ehlo, *default_from;
	char *spool_root, *runner, *spawn, *durability, *mail;
	bool override_mail, allow_private_hosts, allow_insecure, spool_any_parent, spool_any_filesystem;
	zend_long max_message_size, max_recipients, max_queue, max_queue_bytes, pool_size;
	zval magic; /* the request's finfo, UNDEF until it is needed */
ZEND_END_MODULE_GLOBALS(outbox)

ZEND_EXTERN_MODULE_GLOBALS(outbox)
#define OUTBOX_G(v) ZEND_MODULE_GLOBALS_ACCESSOR(outbox, v)

#if defined(ZTS) && defined(COMPILE_DL_OUTBOX)
ZEND_TSRMLS_CACHE_EXTERN()
#endif

static inline ox_slice php_outbox_slice(const zend_string *text)
{
	return (ox_slice){text ? ZSTR_VAL(text) : NULL, text ? ZSTR_LEN(text) : 0};
}

extern zend_class_entry *php_outbox_ce_address, *php_outbox_ce_envelope, *php_outbox_ce_message,
	*php_outbox_ce_transport;

static inline bool php_outbox_has_nul(const zend_string *text)
{
	return strlen(ZSTR_VAL(text)) != ZSTR_LEN(text);
}

/* All called by MINIT. */
void php_outbox_register_values(void);
void php_outbox_register_address(void);
void php_outbox_register_envelope(void);
void php_outbox_register_exceptions(void);
void php_outbox_register_message(void);
void php_outbox_register_transport(void);
void php_outbox_register_profile(void);
void php_outbox_register_spool(void);

/* settings.c: the INI settings as the core wants them. */
void php_outbox_settings_register(int module_number);
void php_outbox_settings_unregister(int module_number);
/* borrows policy and INI values */
ox_client_environment php_outbox_environment(ox_address_policy *policy);
/* Whether the host lets a relay be used at all, as far as its name tells; the runner is told the same. */
OX_MUST_USE int php_outbox_foresee(const ox_relay *relay, ox_error *error);
ox_pool *php_outbox_pool(void); /* NULL after an exception for want of memory */
void php_outbox_settings_status(zval *to);

/* values.c: what the core reports, as readonly objects; returns new in to. */
void php_outbox_outcome(zval *to, ox_outcome outcome);
void php_outbox_results(zval *to, const ox_delivery *delivery);
void php_outbox_diagnosis(zval *to, const ox_error *error, const ox_relay *relay);
void php_outbox_receipt(zval *to, const char *message_id, const char *queue_id,
	const ox_delivery *delivery, const ox_trace *trace); /* queue_id may be NULL */
void php_outbox_report(zval *to, const ox_check *check, const ox_trace *trace,
	const ox_error *error, const ox_relay *relay);
/* Text from the wire as PHP gets it: where it is not UTF-8, '?' for every octet past ASCII. */
zend_string *php_outbox_text(const char *text);
void php_outbox_set(zval *object, const char *name, zval *value); /* a property; takes value */

/* errors.c: the only place that throws what the core reports. relay NULL: none has to do with it. */
void php_outbox_throw(const ox_error *error, const ox_relay *relay, const ox_delivery *delivery,
	const char *transcript);
/* A \ValueError that names the argument; 0: the words alone. */
void php_outbox_throw_argument(uint32_t argument, const ox_error *error);
/* What a status that is neither OX_OK nor OX_AGAIN says, of the queue: the one or the other. */
void php_outbox_throw_any(uint32_t argument, int status, const ox_error *error);
/* The queue has no room, or as many messages as it may. */
bool php_outbox_is_full(const ox_error *error);
/* For what is wrong with a caller's value: class USAGE. Returns OX_E_FAILED. */
int php_outbox_wrong(ox_error *error, const char *format, ...) OX_PRINTF(2, 3);

/* address.c */
bool php_outbox_is_address(const zval *value);
/* A string in the form of a header field, or an Address, at the end of list. OX_E_FAILED,
 * OX_E_NOMEM; any other type is an error as well. */
int php_outbox_address_add(ox_address_list *list, zval *value, ox_error *error);
/* borrows; NULL for one that was made past its constructor */
zend_string *php_outbox_address_of(zval *object);

/* message.c */
/* The composed form; borrows, until the next change of the object. */
int php_outbox_message_made(zend_object *object, const ox_message **made, ox_error *error);
/* A complete text as a Message; returns new in to. */
int php_outbox_message_from_text(zval *to, zend_string *text, ox_error *error);
/* The same of a text that was meant for sendmail(8): see message/mend.h. */
int php_outbox_message_from_mail(zval *to, zend_string *text, const char *domain, ox_error *error);

/* media_type.c: at the end of a request. */
void php_outbox_media_type_shutdown(void);

/* dkim.c: the signer that the arguments of Message::dkim() make (returns new; options may be NULL); NULL
 * after an exception. */
ox_dkim_signer *php_outbox_dkim_signer(zend_string *domain, zend_string *selector,
	zend_string *private_key, HashTable *options);

/* message_array.c: the array form of outbox_send(). returns new in to; FAILURE after an
 * exception. */
zend_result php_outbox_message_from_array(zval *to, HashTable *fields, uint32_t argument);

/* envelope.c: into an initialised envelope, what the transaction needs: from the message, and from
 * an Envelope object (or NULL) what the caller wants otherwise. */
int php_outbox_envelope(ox_envelope *envelope, const ox_message *message, zend_object *given,
	bool all_or_nothing, ox_error *error);

/* transport.c: a Transport from a DSN or an array of options. Its core memory is the object's, so a
 * request that dies leaves no secret behind. returns new in to; FAILURE after an exception. */
zend_result php_outbox_transport_new(zval *to, zval *dsn, uint32_t argument);

/* What a Transport is made of. */
typedef struct {
	ox_profile profile;
	bool from_spool;    /* it was named, and the spool has it: there is nothing to save */
	zend_string *spool; /* of that name; NULL = the settings' */
} php_outbox_relay;
const php_outbox_relay *php_outbox_transport_relay(zend_object *object); /* NULL after an \Error */

/* A DSN or an array of options into an initialised profile, finished. open_basedir holds for its files. */
int php_outbox_relay_parse(ox_profile *profile, zval *dsn, ox_error *error);

/* send.c: message is a Message or a complete text. return_value becomes the Receipt, or there is an
 * exception; argument is the message's number. */
enum {
	PHP_OUTBOX_ELSE_QUEUE = 1,     /* what cannot be sent now and may be later is queued */
	PHP_OUTBOX_ALL_OR_NOTHING = 2, /* whatever the relay's option says */
};
void php_outbox_send(zval *return_value, const php_outbox_relay *relay, zval *message,
	zend_object *envelope, unsigned how, uint32_t argument);
void php_outbox_send_many(zval *return_value, const ox_relay *relay, zval *messages,
	zend_object *envelope);

/* queue.c: the same into the spool; return_value becomes the id. options is argument 3 of whoever was called. */
void php_outbox_queue(zval *return_value, const php_outbox_relay *relay, zval *message,
	zend_object *envelope, HashTable *options, uint32_t argument);
/* A message that is made already, for the recipients of this envelope; id is filled in. */
int php_outbox_queue_made(const php_outbox_relay *relay, const ox_message *message,
	const ox_envelope *envelope, char id[OX_SPOOL_ID_SIZE + 1], ox_error *error);
/* The same for mail(), without options; else_send: at once, where the queue has trouble. */
void php_outbox_queue_mail(zval *return_value, const php_outbox_relay *relay, zval *message,
	zend_object *envelope, bool else_send);
bool php_outbox_durability_of(const char *name, ox_durability *to); /* "full", "group", "none" */

/* spool_place.c: the spool at a path (NULL: of the settings); it stays the process's, until another is asked for.
 * Class USAGE: it lies outside of open_basedir. */
int php_outbox_spool(zend_string *path, bool make, ox_spool **spool, ox_error *error);
void php_outbox_spool_forget(void);

/* spool_facts.c: returns new in to; NULL where the message is gone. */
int php_outbox_spool_message(zval *to, ox_spool *spool, const ox_place *place, ox_error *error);
int php_outbox_spool_whole_message(zval *to, ox_spool *spool, const ox_place *place, ox_error *error);
int php_outbox_spool_overview(zval *to, ox_spool *spool, ox_error *error);
void php_outbox_spool_event(zval *to, const ox_spool_event *event);

/* spawn.c */
/* Tells the runner, and starts one where there is none and the settings allow it. id may be NULL. */
void php_outbox_wake(ox_spool *spool, ox_hint_kind kind, const char *id);
bool php_outbox_spawn_allowed(void);
const char *php_outbox_spawn_rule(void); /* "auto", or "off: " and which rule decided; static */
/* Whether a message in this queue is delivered: by a runner that is there, or that may be started, or by a service that the
 * administrator has promised with outbox.spawn=off. NULL: in one that is still to be made. */
bool php_outbox_is_delivered(ox_spool *spool);
void php_outbox_look_for_due(void); /* at the start of a request */

/* The queue of the settings, for phpinfo() and outbox_status(); no secrets. */
typedef struct {
	char path[OX_SPOOL_PATH_MAX + 1]; /* "" where it cannot be opened: fault says why */
	char fault[OX_ERROR_TEXT_MAX];
	const char *rule;                 /* php_outbox_spawn_rule() */
	char error[200];                  /* of the last start of a runner; "" = it went well, or there was none */
	uint64_t last_ms;                 /* when that was; 0 = never */
	bool running;
} php_outbox_spawning;
void php_outbox_spawn_facts(php_outbox_spawning *to);

/* mail.c: at the start and the end of the process, the handler of PHP's own mail(). */
void php_outbox_take_over_mail(void);
void php_outbox_give_back_mail(void);

/* mail_text.c: a call of mail(), and the complete message that it makes. */
typedef struct {
	zend_string *to, *subject, *body, *headers; /* headers may be NULL */
	ox_sendmail_parameters parameters;
	bool local; /* as with sendmail, who is not named or has no domain is a user of this host */
} php_outbox_mail;
bool php_outbox_mail_has_malformed_newlines(const char *headers);
zend_string *php_outbox_mail_text(const php_outbox_mail *mail, ox_error *error); /* returns new; NULL: class USAGE */

#endif
