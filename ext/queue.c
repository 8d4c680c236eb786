/* SPDX-License-Identifier: MIT */
/* Into the queue: the options of Transport::queue(), the relay as a profile, and one durable write. */
#include "php_outbox.h"

#include "ext/date/php_date.h"
#include "zend_exceptions.h"
#include "zend_interfaces.h"

#include "runner/submit.h"

enum { EXPIRES_IN_MAX = 31536000 };

/* What queue() was asked for; zend_strings borrow from the options. */
typedef struct {
	zend_string *key, *tag, *profile, *spool;
	const char *held; /* the same; NULL = it is not */
	uint64_t send_at_ms, expires_in_ms;
	ox_spool_class class;
	ox_durability durability;
	bool hold_uncertain, trace;
	bool direct_if_full; /* at once, where there is no room: to all or to nobody, since no list of results comes back */
	bool direct_if_any;  /* at once, whatever the queue's trouble is */
} wishes;

static int wrong(ox_error *error, const char *option, const char *right)
{
	return php_outbox_wrong(error, "option \"%s\" must be %s", option, right);
}

static int take_text(zval *value, const char *name, zend_string **to, ox_error *error)
{
	if (Z_TYPE_P(value) != IS_STRING || !Z_STRLEN_P(value) || php_outbox_has_nul(Z_STR_P(value))) {
		return wrong(error, name, "a string that is not empty");
	}
	*to = Z_STR_P(value);
	return OX_OK;
}

/* A DateTimeInterface, or seconds since 1970. */
static int take_send_at(zval *value, wishes *w, ox_error *error)
{
	zend_long seconds = -1;
	if (Z_TYPE_P(value) == IS_LONG) {
		seconds = Z_LVAL_P(value);
	} else if (Z_TYPE_P(value) == IS_OBJECT
		&& instanceof_function(Z_OBJCE_P(value), php_date_get_interface_ce())) {
		zval stamp;
		zend_call_method_with_0_params(Z_OBJ_P(value), Z_OBJCE_P(value), NULL, "gettimestamp", &stamp);
		seconds = Z_TYPE(stamp) == IS_LONG ? Z_LVAL(stamp) : -1;
		zval_ptr_dtor(&stamp);
	}
	if (seconds < 0 || seconds > (zend_long)UINT32_MAX * 2) {
		return wrong(error, "send_at", "a DateTimeInterface, or seconds since 1970");
	}
	w->send_at_ms = (uint64_t)seconds * 1000;
	return OX_OK;
}

static int take_expires_in(zval *value, wishes *w, ox_error *error)
{
	if (Z_TYPE_P(value) != IS_LONG || Z_LVAL_P(value) < 1 || Z_LVAL_P(value) > EXPIRES_IN_MAX) {
		return wrong(error, "expires_in", "seconds, from 1 to a year");
	}
	w->expires_in_ms = (uint64_t)Z_LVAL_P(value) * 1000;
	return OX_OK;
}

static int take_priority(zval *value, wishes *w, ox_error *error)
{
	return Z_TYPE_P(value) == IS_STRING && ox_spool_class_of(Z_STRVAL_P(value), &w->class)
		? OX_OK : wrong(error, "priority", "\"urgent\", \"normal\" or \"bulk\"");
}

bool php_outbox_durability_of(const char *name, ox_durability *to)
{
	static const char *const names[] = {[OX_DURABILITY_FULL] = "full", [OX_DURABILITY_GROUP] = "group",
		[OX_DURABILITY_NONE] = "none"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (!strcmp(name, names[i])) {
			*to = (ox_durability)i;
			return true;
		}
	}
	return false;
}

static int take_durability(zval *value, wishes *w, ox_error *error)
{
	return Z_TYPE_P(value) == IS_STRING && php_outbox_durability_of(Z_STRVAL_P(value), &w->durability)
		? OX_OK : wrong(error, "durability", "\"full\", \"group\" or \"none\"");
}

/* One of two words; *is_second says which. */
static int take_either(zval *value, const char *name, const char *first, const char *second, bool *is_second,
	ox_error *error)
{
	const char *word = Z_TYPE_P(value) == IS_STRING && !php_outbox_has_nul(Z_STR_P(value)) ? Z_STRVAL_P(value) : "";
	*is_second = !strcmp(word, second);
	return *is_second || !strcmp(word, first) ? OX_OK
		: php_outbox_wrong(error, "option \"%s\" must be \"%s\" or \"%s\"", name, first, second);
}

/* true, or why. */
static int take_held(zval *value, wishes *w, ox_error *error)
{
	if (Z_TYPE_P(value) == IS_FALSE || Z_TYPE_P(value) == IS_TRUE) {
		w->held = Z_TYPE_P(value) == IS_TRUE ? "" : NULL;
		return OX_OK;
	}
	if (Z_TYPE_P(value) != IS_STRING || !Z_STRLEN_P(value) || Z_STRLEN_P(value) > OX_SPOOL_HELD_MAX
		|| ox_has_control(Z_STRVAL_P(value), Z_STRLEN_P(value))) {
		return wrong(error, "held", "a bool, or why: a line of at most 200 octets");
	}
	w->held = Z_STRVAL_P(value);
	return OX_OK;
}

static int take_option(const char *name, zval *value, wishes *w, ox_error *error)
{
	if (!strcmp(name, "key")) {
		return take_text(value, name, &w->key, error);
	}
	if (!strcmp(name, "tag")) {
		return take_text(value, name, &w->tag, error);
	}
	if (!strcmp(name, "profile")) {
		int status = take_text(value, name, &w->profile, error);
		return status != OX_OK || ox_profile_name_is_good(php_outbox_slice(w->profile)) ? status
			: php_outbox_wrong(error, "option \"profile\" " OX_PROFILE_NAME_RULE);
	}
	if (!strcmp(name, "spool")) {
		return take_text(value, name, &w->spool, error);
	}
	if (!strcmp(name, "send_at")) {
		return take_send_at(value, w, error);
	}
	if (!strcmp(name, "expires_in")) {
		return take_expires_in(value, w, error);
	}
	if (!strcmp(name, "priority")) {
		return take_priority(value, w, error);
	}
	if (!strcmp(name, "durability")) {
		return take_durability(value, w, error);
	}
	if (!strcmp(name, "on_uncertain")) {
		return take_either(value, name, "resend", "hold", &w->hold_uncertain, error);
	}
	if (!strcmp(name, "held")) {
		return take_held(value, w, error);
	}
	if (!strcmp(name, "trace")) {
		w->trace = Z_TYPE_P(value) == IS_TRUE;
		return w->trace || Z_TYPE_P(value) == IS_FALSE ? OX_OK : wrong(error, name, "a bool");
	}
	if (!strcmp(name, "on_full")) {
		return take_either(value, name, "error", "direct", &w->direct_if_full, error);
	}
	return php_outbox_wrong(error, "option \"%.60s\" is unknown; queue() has key, send_at, expires_in, "
		"priority, tag, durability, profile, spool, on_uncertain, held, trace, on_full", name);
}

static int take_options(HashTable *options, wishes *w, ox_error *error)
{
	zend_string *name;
	zval *value;
	int status = OX_OK;
	*w = (wishes){.class = OX_SPOOL_NORMAL};
	(void)php_outbox_durability_of(OUTBOX_G(durability), &w->durability);
	ZEND_HASH_FOREACH_STR_KEY_VAL(options, name, value) {
		ZVAL_DEREF(value);
		if (status == OX_OK && Z_TYPE_P(value) != IS_NULL) {
			status = take_option(name ? ZSTR_VAL(name) : "0", value, w, error);
		}
	} ZEND_HASH_FOREACH_END();
	/* Without the queue there is nobody who remembers a key, and nobody who waits. */
	if (status == OX_OK && w->direct_if_full && (w->key || w->send_at_ms || w->held)) {
		return php_outbox_wrong(error, "option \"on_full\" cannot be \"direct\" with key, send_at or held");
	}
	return status;
}

/* The profile's name, and its file where the relay came as a DSN. */
static int keep_profile(ox_spool *spool, const ox_profile *profile, bool from_spool, zend_string *wanted,
	char name[OX_PROFILE_MADE_NAME_SIZE], ox_error *error)
{
	const char *given = wanted ? ZSTR_VAL(wanted) : profile->relay.profile;
	if (given) {
		memcpy(name, given, strlen(given) + 1);
	} else if (ox_profile_make_name(&profile->relay, name) != OX_OK) {
		return ox_error_memory(error, OX_STAGE_NONE);
	}
	if (from_spool) {
		/* The relay's own may be gone for now; what is named here must be no slip of the pen. */
		return wanted ? ox_profile_require(ox_spool_profiles(spool), name, error) : OX_OK;
	}
	return ox_profile_keep(ox_spool_profiles(spool), name, profile, &OUTBOX_G(profile_seen), error);
}

static const char *script(void)
{
	const char *path = zend_is_executing() ? zend_get_executed_filename() : NULL;
	/* "[no active file]" and its kind are no script. */
	return path && *path != '[' && !ox_has_control(path, strlen(path)) ? path : NULL;
}

static int enqueue(ox_spool *spool, const ox_message *message, const ox_envelope *envelope,
	const wishes *w, const char *profile, ox_submission *submission, ox_error *error)
{
	ox_spool_recipient *recipients = NULL;
	uint64_t now = ox_wall_clock_ms();
	*submission = (ox_submission){
		.profile = profile,
		.source = {(void *)message, ox_message_read},
		.message_id = message->id,
		.flags = (w->hold_uncertain ? OX_SPOOL_HOLD_UNCERTAIN : 0u) | (w->trace ? OX_SPOOL_TRACE : 0u),
		.key = w->key ? (ox_slice){ZSTR_VAL(w->key), ZSTR_LEN(w->key)} : (ox_slice){NULL, 0},
		.send_at_ms = w->send_at_ms,
		.expires_ms = w->expires_in_ms ? MAX(now, w->send_at_ms) + w->expires_in_ms : 0,
		.class = w->class,
		.tag = w->tag ? ZSTR_VAL(w->tag) : NULL,
		.held = w->held,
		.script = script(),
	};
	int status = ox_submission_fill(submission, envelope, &recipients);
	if (status == OX_OK) {
		status = ox_spool_enqueue(spool, submission, w->durability, now, error);
	}
	ox_free(recipients);
	return status == OX_E_NOMEM ? ox_error_memory(error, OX_STAGE_NONE) : status;
}

static int queue(const php_outbox_relay *relay, const ox_message *message, const ox_envelope *envelope,
	const wishes *w, ox_submission *submission, ox_error *error)
{
	char name[OX_PROFILE_MADE_NAME_SIZE];
	ox_spool *spool = NULL;
	int status = php_outbox_foresee(&relay->profile.relay, error);
	if (status == OX_OK) {
		status = php_outbox_spool(w->spool ? w->spool : relay->spool, true, &spool, error);
	}
	if (status == OX_OK) {
		status = keep_profile(spool, &relay->profile, relay->from_spool, w->profile, name, error);
	}
	if (status == OX_OK) {
		status = enqueue(spool, message, envelope, w, name, submission, error);
	}
	if (status == OX_OK && !submission->duplicate && !submission->held) {
		bool later = submission->send_at_ms > ox_wall_clock_ms();
		php_outbox_wake(spool, later ? OX_HINT_DEFERRED : OX_HINT_DUE, submission->id);
	}
	return status;
}

static int queue_made(const php_outbox_relay *relay, const ox_message *message,
	const ox_envelope *envelope, const wishes *w, char id[OX_SPOOL_ID_SIZE + 1], ox_error *error)
{
	ox_submission submission;
	int status = queue(relay, message, envelope, w, &submission, error);
	if (status != OX_OK && error->class == OX_ERROR_STORAGE && error->sys_errno == ENOENT) {
		/* The spool that this process has open was taken away, and another may be in its place. */
		php_outbox_spool_forget();
		status = queue(relay, message, envelope, w, &submission, error);
	}
	if (status == OX_OK) {
		memcpy(id, submission.id, sizeof submission.id);
	}
	return status;
}

int php_outbox_queue_made(const php_outbox_relay *relay, const ox_message *message,
	const ox_envelope *envelope, char id[OX_SPOOL_ID_SIZE + 1], ox_error *error)
{
	wishes w;
	int status = take_options((HashTable *)&zend_empty_array, &w, error);
	return status == OX_OK ? queue_made(relay, message, envelope, &w, id, error) : status;
}

/* Whether it may go past the queue, which has left no trace of it. */
static bool may_go_direct(const wishes *w, const ox_error *error)
{
	return error->class == OX_ERROR_STORAGE && (w->direct_if_any
		|| (w->direct_if_full && php_outbox_is_full(error)));
}

static void queue_given(zval *return_value, const php_outbox_relay *relay, zval *given,
	zend_object *envelope_given, const wishes *w, uint32_t argument)
{
	char id[OX_SPOOL_ID_SIZE + 1];
	const ox_message *message = NULL;
	ox_envelope envelope;
	ox_error error;
	zval object;
	int status = OX_OK;
	ZVAL_UNDEF(&object);
	ox_envelope_init(&envelope);
	if (Z_TYPE_P(given) == IS_OBJECT) {
		ZVAL_COPY(&object, given);
	} else {
		status = php_outbox_message_from_text(&object, Z_STR_P(given), &error);
	}
	if (status == OX_OK) {
		status = php_outbox_message_made(Z_OBJ(object), &message, &error);
	}
	if (status == OX_OK) {
		status = php_outbox_envelope(&envelope, message, envelope_given,
			relay->profile.relay.all_or_nothing, &error);
	}
	if (status == OX_OK) {
		status = queue_made(relay, message, &envelope, w, id, &error);
	}
	ox_envelope_clear(&envelope);
	if (status == OX_OK) {
		RETVAL_STRINGL(id, OX_SPOOL_ID_SIZE);
	} else if (status == OX_E_FAILED && may_go_direct(w, &error)) {
		zval receipt;
		ZVAL_UNDEF(&receipt);
		php_outbox_send(&receipt, relay, &object, envelope_given,
			w->direct_if_full ? PHP_OUTBOX_ALL_OR_NOTHING : 0, argument);
		zval_ptr_dtor(&receipt);
		RETVAL_EMPTY_STRING();
	} else {
		php_outbox_throw_any(argument, status, &error);
	}
	zval_ptr_dtor(&object);
}

void php_outbox_queue(zval *return_value, const php_outbox_relay *relay, zval *given,
	zend_object *envelope, HashTable *options, uint32_t argument)
{
	wishes w;
	ox_error error;
	if (take_options(options, &w, &error) != OX_OK) {
		php_outbox_throw_argument(3, &error);
		return;
	}
	queue_given(return_value, relay, given, envelope, &w, argument);
}

void php_outbox_queue_mail(zval *return_value, const php_outbox_relay *relay, zval *given,
	zend_object *envelope, bool else_send)
{
	wishes w;
	ox_error error;
	if (take_options((HashTable *)&zend_empty_array, &w, &error) != OX_OK) {
		php_outbox_throw_argument(0, &error);
		return;
	}
	w.direct_if_any = else_send;
	queue_given(return_value, relay, given, envelope, &w, 0);
}
