/* SPDX-License-Identifier: MIT */
/* The spool that PHP code means: found, opened once for a process, and with the limits of the settings. */
#include "php_outbox.h"

#include "net/file.h"
#include "spool/location.h"

void php_outbox_spool_forget(void)
{
	ox_spool_free(OUTBOX_G(spool));
	OUTBOX_G(spool) = NULL;
	memset(&OUTBOX_G(profile_seen), 0, sizeof OUTBOX_G(profile_seen));
}

static int locate(zend_string *given, char path[OX_SPOOL_PATH_MAX + 1], ox_error *error)
{
	if (!given) {
		return ox_spool_locate(*OUTBOX_G(spool_root) ? OUTBOX_G(spool_root) : NULL, NULL, path, error);
	}
	if (php_outbox_has_nul(given) || ZSTR_LEN(given) > OX_SPOOL_PATH_MAX || ZSTR_VAL(given)[0] != '/') {
		return php_outbox_wrong(error, "the path of a spool must be absolute, of at most %d octets",
			OX_SPOOL_PATH_MAX);
	}
	if (php_check_open_basedir_ex(ZSTR_VAL(given), 0)) {
		return php_outbox_wrong(error, "the spool lies outside of open_basedir");
	}
	memcpy(path, ZSTR_VAL(given), ZSTR_LEN(given) + 1);
	return OX_OK;
}

static ox_spool_limits limits(void)
{
	ox_spool_limits to;
	ox_spool_limits_default(&to);
	to.message_size = (uint64_t)OUTBOX_G(max_message_size);
	to.recipients = (uint32_t)OUTBOX_G(max_recipients);
	to.messages = (uint64_t)OUTBOX_G(max_queue);
	to.bytes = (uint64_t)OUTBOX_G(max_queue_bytes);
	return to;
}

int php_outbox_spool(zend_string *path, bool make, ox_spool **spool, ox_error *error)
{
	char place[OX_SPOOL_PATH_MAX + 1];
	ox_spool_options options;
	int status = locate(path, place, error);
	if (status != OX_OK) {
		return status;
	}
	/* The same one, by the same user: PHP-FPM's workers change theirs before the first request only, a
	 * program in PHP may do so at any time. */
	if (OUTBOX_G(spool) && OUTBOX_G(spool_user) == ox_file_user()
		&& !strcmp(ox_spool_path(OUTBOX_G(spool)), place)) {
		ox_spool_limits now = limits();
		ox_spool_set_limits(OUTBOX_G(spool), &now);
		*spool = OUTBOX_G(spool);
		return OX_OK;
	}

	php_outbox_spool_forget();
	ox_spool_options_init(&options, place);
	options.make = make;
	options.any_parent = OUTBOX_G(spool_any_parent);
	options.any_filesystem = OUTBOX_G(spool_any_filesystem);
	options.limits = limits();
	status = ox_spool_open(&options, &OUTBOX_G(spool), error);
	OUTBOX_G(spool_user) = ox_file_user();
	*spool = OUTBOX_G(spool);
	return status;
}
