/* SPDX-License-Identifier: MIT */
#include "php_outbox.h"

#include <curl/curl.h>
#include <idn2.h>
#include <openssl/crypto.h>

#include "ext/standard/info.h"
#include "zend_attributes.h"

#include "base/saslprep.h"
#include "net/platform.h"
#include "outbox_arginfo.h"

ZEND_DECLARE_MODULE_GLOBALS(outbox)

/* All the forms of outbox_send()'s message; FAILURE after an exception. */
static zend_result to_message(zval *to, zval *given)
{
	bool known = Z_TYPE_P(given) == IS_STRING ||
		(Z_TYPE_P(given) == IS_OBJECT && Z_OBJCE_P(given) == php_outbox_ce_message);
	if (Z_TYPE_P(given) == IS_ARRAY) {
		return php_outbox_message_from_array(to, Z_ARRVAL_P(given), 2);
	}
	if (!known) {
		zend_argument_type_error(2, "must be of type Outbox\\Message|array|string, %s given",
			zend_zval_type_name(given));
		return FAILURE;
	}
	ZVAL_COPY(to, given);
	return SUCCESS;
}

PHP_FUNCTION(outbox_send)
{
	HashTable *options;
	zend_string *text;
	zval dsn, *given, message, transport;
	ZEND_PARSE_PARAMETERS_START(2, 2)
		Z_PARAM_ARRAY_HT_OR_STR(options, text)
		Z_PARAM_ZVAL(given)
	ZEND_PARSE_PARAMETERS_END();
	if (options) {
		ZVAL_ARR(&dsn, options);
	} else {
		ZVAL_STR(&dsn, text);
	}
	if (to_message(&message, given) != SUCCESS) {
		return;
	}
	if (php_outbox_transport_new(&transport, &dsn, 1) == SUCCESS) {
		php_outbox_send(return_value, php_outbox_transport_relay(Z_OBJ(transport)), &message, NULL, 0, 2);
		zval_ptr_dtor(&transport);
	}
	zval_ptr_dtor(&message);
}

PHP_FUNCTION(outbox_queue)
{
	HashTable *relay, *options = (HashTable *)&zend_empty_array;
	zend_string *text;
	zval dsn, *given, message, transport;
	ZEND_PARSE_PARAMETERS_START(2, 3)
		Z_PARAM_ARRAY_HT_OR_STR(relay, text)
		Z_PARAM_ZVAL(given)
		Z_PARAM_OPTIONAL
		Z_PARAM_ARRAY_HT(options)
	ZEND_PARSE_PARAMETERS_END();
	if (relay) {
		ZVAL_ARR(&dsn, relay);
	} else {
		ZVAL_STR(&dsn, text);
	}
	if (to_message(&message, given) != SUCCESS) {
		return;
	}
	if (php_outbox_transport_new(&transport, &dsn, 1) == SUCCESS) {
		php_outbox_queue(return_value, php_outbox_transport_relay(Z_OBJ(transport)), &message, NULL,
			options, 2);
		zval_ptr_dtor(&transport);
	}
	zval_ptr_dtor(&message);
}

static void add_libraries(zval *to)
{
	zval libraries;
	array_init(&libraries);
	add_assoc_string(&libraries, "libcurl", (char *)curl_version_info(CURLVERSION_NOW)->version);
	add_assoc_string(&libraries, "openssl", (char *)OpenSSL_version(OPENSSL_VERSION_STRING));
	add_assoc_string(&libraries, "libidn2", (char *)idn2_check_version(NULL));
	if (ox_saslprep_library()) {
		add_assoc_string(&libraries, "libidn", (char *)ox_saslprep_library());
	} else {
		add_assoc_null(&libraries, "libidn");
	}
	add_assoc_zval(to, "libraries", &libraries);
}

static void add_pool(zval *to)
{
	zval pool;
	ox_pool_facts facts = {0};
	if (OUTBOX_G(pool)) {
		facts = ox_pool_facts_of(OUTBOX_G(pool));
	}
	array_init(&pool);
	add_assoc_long(&pool, "idle", (zend_long)facts.idle);
	add_assoc_long(&pool, "opened", (zend_long)facts.opened);
	add_assoc_long(&pool, "reused", (zend_long)facts.reused);
	add_assoc_long(&pool, "expired", (zend_long)facts.expired);
	add_assoc_long(&pool, "stale", (zend_long)facts.stale);
	add_assoc_long(&pool, "closed", (zend_long)facts.closed);
	add_assoc_zval(to, "pool", &pool);
}

static void add_text(zval *to, const char *name, const char *text)
{
	if (*text) {
		add_assoc_string(to, name, (char *)text);
	} else {
		add_assoc_null(to, name);
	}
}

static void add_spool(zval *to)
{
	zval spool;
	php_outbox_spawning facts;
	php_outbox_spawn_facts(&facts);
	array_init(&spool);
	add_text(&spool, "path", facts.path);
	add_text(&spool, "error", facts.fault);
	add_assoc_bool(&spool, "running", facts.running);
	add_assoc_string(&spool, "spawn", (char *)facts.rule);
	if (facts.last_ms) {
		add_assoc_double(&spool, "spawn_last", (double)facts.last_ms / 1000);
	} else {
		add_assoc_null(&spool, "spawn_last");
	}
	add_text(&spool, "spawn_error", facts.error);
	add_assoc_zval(to, "spool", &spool);
}

PHP_FUNCTION(outbox_status)
{
	zval settings;
	ZEND_PARSE_PARAMETERS_NONE();
	array_init(return_value);
	add_assoc_string(return_value, "version", OUTBOX_VERSION);
	add_libraries(return_value);
	add_pool(return_value);
	const char *tls_cache = OUTBOX_G(tls_cache);
	if (tls_cache && *tls_cache) {
		add_assoc_bool(return_value, "tls_cache", ox_private_is_usable(tls_cache));
	} else {
		add_assoc_null(return_value, "tls_cache");
	}
	add_spool(return_value);
	php_outbox_settings_status(&settings);
	add_assoc_zval(return_value, "settings", &settings);
}

static PHP_GINIT_FUNCTION(outbox)
{
#if defined(COMPILE_DL_OUTBOX) && defined(ZTS)
	ZEND_TSRMLS_CACHE_UPDATE();
#endif
	memset(outbox_globals, 0, sizeof *outbox_globals);
}

/* At the end of the process or thread: QUIT to idle servers, in the process that opened them. */
static PHP_GSHUTDOWN_FUNCTION(outbox)
{
	ox_pool_free(outbox_globals->pool);
	outbox_globals->pool = NULL;
	ox_spool_free(outbox_globals->spool);
	outbox_globals->spool = NULL;
}

static PHP_MINIT_FUNCTION(outbox)
{
	if (ox_dial_startup() != OX_OK) {
		php_error_docref(NULL, E_CORE_ERROR, "libcurl cannot be initialised");
		return FAILURE;
	}
	php_outbox_settings_register(module_number);
	php_outbox_register_values();
	php_outbox_register_address();
	php_outbox_register_envelope();
	php_outbox_register_exceptions();
	php_outbox_register_message();
	php_outbox_register_transport();
	php_outbox_register_profile();
	php_outbox_register_spool();
	register_outbox_symbols(module_number);
	php_outbox_take_over_mail();
	return SUCCESS;
}

static PHP_MSHUTDOWN_FUNCTION(outbox)
{
	php_outbox_give_back_mail();
	/* Before the libraries are shut down; without threads this is the only pool. */
	ox_pool_free(OUTBOX_G(pool));
	OUTBOX_G(pool) = NULL;
	php_outbox_settings_unregister(module_number);
	ox_dial_shutdown();
	return SUCCESS;
}

static PHP_RINIT_FUNCTION(outbox)
{
	php_outbox_look_for_due();
	return SUCCESS;
}

/* What is in the pool is idle and stays. */
static PHP_RSHUTDOWN_FUNCTION(outbox)
{
	php_outbox_media_type_shutdown();
	return SUCCESS;
}

static void show_spool(void)
{
	php_outbox_spawning facts;
	php_outbox_spawn_facts(&facts);
	php_info_print_table_row(2, "Queue", *facts.path ? facts.path : facts.fault);
	php_info_print_table_row(2, "Runner", facts.running ? "running" : "not running");
	php_info_print_table_row(2, "Starting the runner", facts.rule);
	php_info_print_table_row(2, "Its last start",
		*facts.error ? facts.error : facts.last_ms ? "went well" : "none");
}

static PHP_MINFO_FUNCTION(outbox)
{
	char idle[32];
	snprintf(idle, sizeof idle, "%zu", OUTBOX_G(pool) ? ox_pool_facts_of(OUTBOX_G(pool)).idle : 0);
	php_info_print_table_start();
	php_info_print_table_row(2, "Outbox", "enabled");
	php_info_print_table_row(2, "Version", OUTBOX_VERSION);
	php_info_print_table_row(2, "libcurl", curl_version_info(CURLVERSION_NOW)->version);
	php_info_print_table_row(2, "OpenSSL", OpenSSL_version(OPENSSL_VERSION_STRING));
	php_info_print_table_row(2, "libidn2", idn2_check_version(NULL));
	php_info_print_table_row(2, "libidn", ox_saslprep_library() ? ox_saslprep_library() : "no");
	php_info_print_table_row(2, "Idle connections of this process", idle);
	show_spool();
	php_info_print_table_end();
	DISPLAY_INI_ENTRIES();
}

zend_module_entry outbox_module_entry = {
	STANDARD_MODULE_HEADER,
	"outbox",
	ext_functions,
	PHP_MINIT(outbox),
	PHP_MSHUTDOWN(outbox),
	PHP_RINIT(outbox),
	PHP_RSHUTDOWN(outbox),
	PHP_MINFO(outbox),
	OUTBOX_VERSION,
	PHP_MODULE_GLOBALS(outbox),
	PHP_GINIT(outbox),
	PHP_GSHUTDOWN(outbox),
	NULL,
	STANDARD_MODULE_PROPERTIES_EX,
};

#ifdef COMPILE_DL_OUTBOX
#ifdef ZTS
ZEND_TSRMLS_CACHE_DEFINE()
#endif
ZEND_GET_MODULE(outbox)
#endif
