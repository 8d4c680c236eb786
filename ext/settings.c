/* SPDX-License-Identifier: MIT */
/* The INI settings. Whatever protects a host from its sites is SYSTEM. */
#include "php_outbox.h"

#include "ext/standard/info.h"
#include "php_ini.h"

#include "net/dial.h"

static zend_result refuse(const zend_ini_entry *entry, const char *why)
{
	zend_error(E_WARNING, "%s stays as it was: %s", ZSTR_VAL(entry->name), why);
	return FAILURE;
}

static bool is_path(const zend_string *text)
{
	const char *at = ZSTR_VAL(text);
	size_t size = ZSTR_LEN(text);
	return !size || (IS_ABSOLUTE_PATH(at, size) && !ox_has_control(at, size));
}

static PHP_INI_MH(on_update_path)
{
	if (!is_path(new_value)) {
		return refuse(entry, "it must be an absolute path");
	}
	return OnUpdateString(entry, new_value, mh_arg1, mh_arg2, mh_arg3, stage);
}

static PHP_INI_MH(on_update_ehlo)
{
	ox_relay relay;
	ox_error error;
	if (ZSTR_LEN(new_value)) {
		ox_relay_init(&relay);
		ox_slice name = {ZSTR_VAL(new_value), ZSTR_LEN(new_value)};
		int status = ox_relay_set(&relay, "ehlo", name, &error);
		ox_relay_clear(&relay);
		if (status != OX_OK) {
			return refuse(entry, error.text);
		}
	}
	return OnUpdateString(entry, new_value, mh_arg1, mh_arg2, mh_arg3, stage);
}

/* NULL ends the words. */
static bool is_one_of(const zend_string *value, const char *const *words)
{
	while (*words && strcmp(ZSTR_VAL(value), *words) != 0) {
		words++;
	}
	return *words;
}

static PHP_INI_MH(on_update_spawn)
{
	/* A php.ini's "off" and "on" come as "" and "1". */
	static const char *const known[] = {"auto", "off", "", "0", "1", NULL};
	if (!is_one_of(new_value, known)) {
		return refuse(entry, "it must be auto or off");
	}
	return OnUpdateString(entry, new_value, mh_arg1, mh_arg2, mh_arg3, stage);
}

static PHP_INI_MH(on_update_mail)
{
	static const char *const known[] = {"auto", "queue", "send", NULL};
	if (!is_one_of(new_value, known)) {
		return refuse(entry, "it must be auto, queue or send");
	}
	return OnUpdateString(entry, new_value, mh_arg1, mh_arg2, mh_arg3, stage);
}

/* A site may ask for more than the host's setting, never for less. */
static PHP_INI_MH(on_update_durability)
{
	ox_durability wanted, given;
	if (!php_outbox_durability_of(ZSTR_VAL(new_value), &wanted)) {
		return refuse(entry, "it must be full, group or none");
	}
	bool is_site = stage == ZEND_INI_STAGE_RUNTIME || stage == ZEND_INI_STAGE_HTACCESS;
	const zend_string *floor = entry->modified ? entry->orig_value : entry->value;
	if (is_site && floor && php_outbox_durability_of(ZSTR_VAL(floor), &given) && wanted > given) {
		return refuse(entry, "it may only be raised");
	}
	return OnUpdateString(entry, new_value, mh_arg1, mh_arg2, mh_arg3, stage);
}

/* The DSN may hold a password: a wrong one is named without being shown. */
static PHP_INI_MH(on_update_dsn)
{
	ox_relay relay;
	ox_error error;
	if (ZSTR_LEN(new_value)) {
		ox_relay_init(&relay);
		int status = ox_relay_parse(&relay, ZSTR_VAL(new_value), &error);
		ox_relay_clear(&relay);
		if (status != OX_OK) {
			return refuse(entry, error.text);
		}
	}
	return OnUpdateString(entry, new_value, mh_arg1, mh_arg2, mh_arg3, stage);
}

static PHP_INI_MH(on_update_default_from)
{
	ox_address_list list;
	ox_error error;
	if (ZSTR_LEN(new_value)) {
		zval value;
		ox_address_list_init(&list);
		ZVAL_STR(&value, new_value);
		int status = php_outbox_address_add(&list, &value, &error);
		size_t count = list.count;
		ox_address_list_clear(&list);
		if (status != OX_OK || count != 1) {
			return refuse(entry, status != OX_OK ? error.text : "it must be one address");
		}
	}
	return OnUpdateString(entry, new_value, mh_arg1, mh_arg2, mh_arg3, stage);
}

/* "25M" is 26214400; -1 for what is no number. PHP's own reader takes anything for one. */
static int64_t quantity(const zend_string *text)
{
	const char *at = ZSTR_VAL(text), *end = at + ZSTR_LEN(text);
	static const char units[] = "kKmMgG";
	size_t digits = strspn(at, "0123456789");
	uint64_t number;
	/* Nine digits with a unit do not overflow. */
	if (digits > 9 || !ox_parse_number((ox_slice){at, digits}, &number)) {
		return -1;
	}
	at += digits;
	const char *unit = at < end ? strchr(units, *at) : NULL;
	if (at + (unit != NULL) != end) {
		return -1;
	}
	return (int64_t)number << (unit ? 10 * ((unit - units) / 2 + 1) : 0);
}

static zend_result update_bounded(zend_ini_entry *entry, zend_string *new_value, zend_long *place,
	zend_long low, zend_long high)
{
	int64_t value = quantity(new_value);
	if (value < low || value > high) {
		char why[100];
		snprintf(why, sizeof why, "it must be a number from " ZEND_LONG_FMT " to " ZEND_LONG_FMT,
			low, high);
		return refuse(entry, why);
	}
	*place = (zend_long)value;
	return SUCCESS;
}

static PHP_INI_MH(on_update_max_message_size)
{
	return update_bounded(entry, new_value, &OUTBOX_G(max_message_size), 1024, OX_MESSAGE_MAX);
}

static PHP_INI_MH(on_update_max_recipients)
{
	return update_bounded(entry, new_value, &OUTBOX_G(max_recipients), 1, OX_RECIPIENTS_MAX);
}

static PHP_INI_MH(on_update_max_queue)
{
	return update_bounded(entry, new_value, &OUTBOX_G(max_queue), 0, INT32_MAX);
}

static PHP_INI_MH(on_update_max_queue_bytes)
{
	return update_bounded(entry, new_value, &OUTBOX_G(max_queue_bytes), 0,
		(zend_long)MIN((int64_t)ZEND_LONG_MAX, INT64_C(1) << 50));
}

static PHP_INI_MH(on_update_pool_size)
{
	return update_bounded(entry, new_value, &OUTBOX_G(pool_size), 0, OX_POOL_SIZE_MAX);
}

/* phpinfo() and php -i show whether there is one, never what it is. */
static ZEND_INI_DISP(display_dsn)
{
	bool master = type == ZEND_INI_DISPLAY_ORIG && ini_entry->modified;
	zend_string *value = master ? ini_entry->orig_value : ini_entry->value;
	php_printf("%s", value && ZSTR_LEN(value) ? "set" : "not set");
}

PHP_INI_BEGIN()
	STD_PHP_INI_ENTRY_EX("outbox.dsn", "", PHP_INI_PERDIR, on_update_dsn, dsn, zend_outbox_globals,
		outbox_globals, display_dsn)
	STD_PHP_INI_ENTRY("outbox.default_from", "", PHP_INI_PERDIR, on_update_default_from,
		default_from, zend_outbox_globals, outbox_globals)
	STD_PHP_INI_BOOLEAN("outbox.override_mail", "0", PHP_INI_SYSTEM, OnUpdateBool, override_mail,
		zend_outbox_globals, outbox_globals)
	STD_PHP_INI_ENTRY("outbox.mail", "auto", PHP_INI_PERDIR, on_update_mail, mail, zend_outbox_globals,
		outbox_globals)
	STD_PHP_INI_ENTRY("outbox.allowed_hosts", "", PHP_INI_SYSTEM, OnUpdateString, allowed_hosts,
		zend_outbox_globals, outbox_globals)
	STD_PHP_INI_BOOLEAN("outbox.allow_private_hosts", "1", PHP_INI_SYSTEM, OnUpdateBool,
		allow_private_hosts, zend_outbox_globals, outbox_globals)
	STD_PHP_INI_BOOLEAN("outbox.allow_insecure", "0", PHP_INI_SYSTEM, OnUpdateBool, allow_insecure,
		zend_outbox_globals, outbox_globals)
	STD_PHP_INI_ENTRY("outbox.ca_file", "", PHP_INI_SYSTEM, on_update_path, ca_file,
		zend_outbox_globals, outbox_globals)
	STD_PHP_INI_ENTRY("outbox.tls_cache", "", PHP_INI_SYSTEM, on_update_path, tls_cache,
		zend_outbox_globals, outbox_globals)
	STD_PHP_INI_ENTRY("outbox.ehlo", "", PHP_INI_SYSTEM, on_update_ehlo, ehlo, zend_outbox_globals,
		outbox_globals)
	STD_PHP_INI_ENTRY("outbox.spool_root", "", PHP_INI_SYSTEM, on_update_path, spool_root,
		zend_outbox_globals, outbox_globals)
	STD_PHP_INI_BOOLEAN("outbox.spool_any_parent", "0", PHP_INI_SYSTEM, OnUpdateBool, spool_any_parent,
		zend_outbox_globals, outbox_globals)
	STD_PHP_INI_BOOLEAN("outbox.spool_any_filesystem", "0", PHP_INI_SYSTEM, OnUpdateBool,
		spool_any_filesystem, zend_outbox_globals, outbox_globals)
	STD_PHP_INI_ENTRY("outbox.runner", "/usr/local/bin/outbox", PHP_INI_SYSTEM, on_update_path, runner,
		zend_outbox_globals, outbox_globals)
	STD_PHP_INI_ENTRY("outbox.spawn", "auto", PHP_INI_SYSTEM, on_update_spawn, spawn,
		zend_outbox_globals, outbox_globals)
	STD_PHP_INI_ENTRY("outbox.durability", "full", PHP_INI_ALL, on_update_durability, durability,
		zend_outbox_globals, outbox_globals)
	PHP_INI_ENTRY("outbox.max_queue", "0", PHP_INI_SYSTEM, on_update_max_queue)
	PHP_INI_ENTRY("outbox.max_queue_bytes", "0", PHP_INI_SYSTEM, on_update_max_queue_bytes)
	PHP_INI_ENTRY("outbox.max_message_size", "40M", PHP_INI_SYSTEM, on_update_max_message_size)
	PHP_INI_ENTRY("outbox.max_recipients", "1000", PHP_INI_SYSTEM, on_update_max_recipients)
	PHP_INI_ENTRY("outbox.pool_size", "16", PHP_INI_SYSTEM, on_update_pool_size)
PHP_INI_END()

void php_outbox_settings_register(int module_number)
{
	zend_register_ini_entries(ini_entries, module_number);
}

void php_outbox_settings_unregister(int module_number)
{
	zend_unregister_ini_entries(module_number);
}

static const char *or_null(const char *text)
{
	return text && *text ? text : NULL;
}

ox_client_environment php_outbox_environment(ox_address_policy *policy)
{
	policy->allow_private = OUTBOX_G(allow_private_hosts);
	policy->allowed_hosts = or_null(OUTBOX_G(allowed_hosts));
	ox_client_environment environment = {
		.policy = policy,
		.default_ca_file = or_null(OUTBOX_G(ca_file)),
		.tls_cache_directory = or_null(OUTBOX_G(tls_cache)),
		.ehlo = or_null(OUTBOX_G(ehlo)),
	};
	return environment;
}

int php_outbox_foresee(const ox_relay *relay, ox_error *error)
{
	ox_address_policy policy;
	(void)php_outbox_environment(&policy);
	return ox_dial_foresee(&policy, relay->host, relay->port, error);
}

ox_pool *php_outbox_pool(void)
{
	if (!OUTBOX_G(pool)) {
		OUTBOX_G(pool) = ox_pool_new((size_t)OUTBOX_G(pool_size));
		if (!OUTBOX_G(pool)) {
			zend_throw_error(NULL, "Outbox: memory is out");
		}
	}
	return OUTBOX_G(pool);
}

static void add_text(zval *to, const char *name, const char *value)
{
	add_assoc_string(to, name, (char *)(value ? value : ""));
}

void php_outbox_settings_status(zval *to)
{
	array_init(to);
	add_assoc_bool(to, "dsn", OUTBOX_G(dsn) && *OUTBOX_G(dsn));
	add_text(to, "default_from", OUTBOX_G(default_from));
	add_assoc_bool(to, "override_mail", OUTBOX_G(override_mail));
	add_text(to, "mail", OUTBOX_G(mail));
	add_text(to, "allowed_hosts", OUTBOX_G(allowed_hosts));
	add_assoc_bool(to, "allow_private_hosts", OUTBOX_G(allow_private_hosts));
	add_assoc_bool(to, "allow_insecure", OUTBOX_G(allow_insecure));
	add_text(to, "ca_file", OUTBOX_G(ca_file));
	add_text(to, "tls_cache", OUTBOX_G(tls_cache));
	add_text(to, "ehlo", OUTBOX_G(ehlo));
	add_text(to, "spool_root", OUTBOX_G(spool_root));
	add_assoc_bool(to, "spool_any_parent", OUTBOX_G(spool_any_parent));
	add_assoc_bool(to, "spool_any_filesystem", OUTBOX_G(spool_any_filesystem));
	add_text(to, "runner", OUTBOX_G(runner));
	add_text(to, "spawn", OUTBOX_G(spawn));
	add_text(to, "durability", OUTBOX_G(durability));
	add_assoc_long(to, "max_queue", OUTBOX_G(max_queue));
	add_assoc_long(to, "max_queue_bytes", OUTBOX_G(max_queue_bytes));
	add_assoc_long(to, "max_message_size", OUTBOX_G(max_message_size));
	add_assoc_long(to, "max_recipients", OUTBOX_G(max_recipients));
	add_assoc_long(to, "pool_size", OUTBOX_G(pool_size));
}
