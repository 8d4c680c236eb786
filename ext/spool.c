/* SPDX-License-Identifier: MIT */
#include "php_outbox.h"

#include "zend_exceptions.h"

#include "runner/runner.h"
#include "spool/events.h"
#include "spool/manage.h"
#include "spool_arginfo.h"

enum { LIST_DEFAULT = 100, LIST_MAX = 10000, EVENTS_MAX = 100000, SECONDS_MAX = 86400, STEP_MS = 200 };

static zend_class_entry *spool_class;
static zend_object_handlers handlers;

/* The spool itself is the process's; the object knows which one it means. */
typedef struct {
	zend_string *path; /* NULL before open() */
	zend_object std;
} spool_object;

static spool_object *object_of(zend_object *object)
{
	return (spool_object *)((char *)object - XtOffsetOf(spool_object, std));
}

static zend_object *create(zend_class_entry *class)
{
	spool_object *s = zend_object_alloc(sizeof *s, class);
	s->path = NULL;
	zend_object_std_init(&s->std, class);
	object_properties_init(&s->std, class);
	s->std.handlers = &handlers;
	return &s->std;
}

static void destroy(zend_object *object)
{
	if (object_of(object)->path) {
		zend_string_release(object_of(object)->path);
	}
	zend_object_std_dtor(object);
}

/* NULL after an exception */
static ox_spool *open_of(zval *this)
{
	spool_object *s = object_of(Z_OBJ_P(this));
	ox_spool *spool;
	ox_error error;
	if (!s->path) {
		zend_throw_error(NULL, "Outbox\\Spool: use Spool::open()");
		return NULL;
	}
	int status = php_outbox_spool(s->path, false, &spool, &error);
	if (status != OX_OK) {
		php_outbox_throw_any(0, status, &error);
		return NULL;
	}
	return spool;
}

PHP_METHOD(Outbox_Spool, open)
{
	zend_string *path = NULL;
	ox_spool *spool;
	ox_error error;
	ZEND_PARSE_PARAMETERS_START(0, 1)
		Z_PARAM_OPTIONAL
		Z_PARAM_STR_OR_NULL(path)
	ZEND_PARSE_PARAMETERS_END();
	/* One that is not there begins empty: so does a site's first look at it. */
	int status = php_outbox_spool(path, true, &spool, &error);
	if (status != OX_OK) {
		php_outbox_throw_any(1, status, &error);
		return;
	}
	object_init_ex(return_value, spool_class);
	object_of(Z_OBJ_P(return_value))->path = zend_string_init(ox_spool_path(spool),
		strlen(ox_spool_path(spool)), 0);
}

PHP_METHOD(Outbox_Spool, status)
{
	ox_error error;
	ZEND_PARSE_PARAMETERS_NONE();
	ox_spool *spool = open_of(ZEND_THIS);
	int status = spool ? php_outbox_spool_overview(return_value, spool, &error) : OX_OK;
	if (status != OX_OK) {
		php_outbox_throw_any(0, status, &error);
	}
}

static int take_state(ox_spool_filter *filter, const char *word, ox_error *error)
{
	for (int state = 0; state < OX_SPOOL_STATE_COUNT; state++) {
		if (!strcmp(word, ox_spool_state_name((ox_spool_state)state))) {
			filter->of_state = true;
			filter->state = (ox_spool_state)state;
			return OX_OK;
		}
	}
	return php_outbox_wrong(error, "\"state\" must be due, deferred, held, failed or quarantined");
}

static int take_condition(ox_spool_filter *filter, const char *name, zval *value, ox_error *error)
{
	if (!strcmp(name, "limit")) {
		if (Z_TYPE_P(value) != IS_LONG || Z_LVAL_P(value) < 1 || Z_LVAL_P(value) > LIST_MAX) {
			return php_outbox_wrong(error, "\"limit\" must be a number from 1 to %d", LIST_MAX);
		}
		filter->limit = (size_t)Z_LVAL_P(value);
		return OX_OK;
	}
	const struct {
		const char *name;
		const char **place;
	} texts[] = {{"profile", &filter->profile}, {"tag", &filter->tag}, {"recipient", &filter->recipient},
		{"after", &filter->after}};
	if (Z_TYPE_P(value) != IS_STRING || php_outbox_has_nul(Z_STR_P(value))) {
		return php_outbox_wrong(error, "\"%.60s\" must be a string", name);
	}
	if (!strcmp(name, "state")) {
		return take_state(filter, Z_STRVAL_P(value), error);
	}
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		if (!strcmp(name, texts[i].name)) {
			*texts[i].place = Z_STRVAL_P(value);
			return filter->after && !ox_spool_id_is_valid(filter->after)
				? php_outbox_wrong(error, "\"after\" must be an id") : OX_OK;
		}
	}
	return php_outbox_wrong(error, "\"%.60s\" is unknown; the filter has state, profile, tag, recipient, "
		"limit, after", name);
}

static int take_filter(ox_spool_filter *filter, HashTable *given, ox_error *error)
{
	zend_string *name;
	zval *value;
	int status = OX_OK;
	*filter = (ox_spool_filter){.limit = LIST_DEFAULT};
	ZEND_HASH_FOREACH_STR_KEY_VAL(given, name, value) {
		ZVAL_DEREF(value);
		if (status == OX_OK && Z_TYPE_P(value) != IS_NULL) {
			status = take_condition(filter, name ? ZSTR_VAL(name) : "0", value, error);
		}
	} ZEND_HASH_FOREACH_END();
	return status;
}

static int list(zval *to, ox_spool *spool, const ox_spool_filter *filter, ox_error *error)
{
	ox_place *places = ecalloc(filter->limit, sizeof *places);
	size_t count = 0;
	int status = ox_spool_list(spool, filter, places, &count, error);
	array_init(to);
	for (size_t i = 0; status == OX_OK && i < count; i++) {
		zval message;
		status = php_outbox_spool_message(&message, spool, &places[i], error);
		/* One that went meanwhile is not listed. */
		if (status == OX_OK && Z_TYPE(message) == IS_ARRAY) {
			add_next_index_zval(to, &message);
		}
	}
	efree(places);
	return status == OX_E_NOMEM ? ox_error_memory(error, OX_STAGE_NONE) : status;
}

PHP_METHOD(Outbox_Spool, list)
{
	HashTable *given = (HashTable *)&zend_empty_array;
	ox_spool_filter filter;
	ox_error error;
	ZEND_PARSE_PARAMETERS_START(0, 1)
		Z_PARAM_OPTIONAL
		Z_PARAM_ARRAY_HT(given)
	ZEND_PARSE_PARAMETERS_END();
	ox_spool *spool = open_of(ZEND_THIS);
	if (!spool) {
		return;
	}
	int status = take_filter(&filter, given, &error);
	status = status == OX_OK ? list(return_value, spool, &filter, &error) : status;
	if (status != OX_OK) {
		php_outbox_throw_any(1, status, &error);
	}
}

static bool is_id(const zend_string *text)
{
	return ZSTR_LEN(text) == OX_SPOOL_ID_SIZE && ox_spool_id_is_valid(ZSTR_VAL(text));
}

PHP_METHOD(Outbox_Spool, get)
{
	zend_string *id;
	ox_place place;
	ox_error error;
	ZEND_PARSE_PARAMETERS_START(1, 1)
		Z_PARAM_STR(id)
	ZEND_PARSE_PARAMETERS_END();
	ox_spool *spool = open_of(ZEND_THIS);
	if (!spool) {
		return;
	}
	if (!is_id(id)) {
		zend_argument_value_error(1, "must be the id of a message");
		return;
	}
	int status = ox_spool_find(spool, ZSTR_VAL(id), &place, &error);
	if (status == OX_OK) {
		status = php_outbox_spool_whole_message(return_value, spool, &place, &error);
	}
	if (status != OX_OK && status != OX_AGAIN) {
		php_outbox_throw_any(0, status, &error);
	}
}

typedef int (*step)(ox_spool *spool, const char *id, uint64_t now_ms, ox_error *error);

static void change(INTERNAL_FUNCTION_PARAMETERS, step step, bool wake)
{
	zval *ids;
	int count;
	zend_long changed = 0;
	ox_error error;
	ZEND_PARSE_PARAMETERS_START(0, -1)
		Z_PARAM_VARIADIC('*', ids, count)
	ZEND_PARSE_PARAMETERS_END();
	ox_spool *spool = open_of(ZEND_THIS);
	for (int i = 0; spool && i < count; i++) {
		if (Z_TYPE(ids[i]) != IS_STRING || !is_id(Z_STR(ids[i]))) {
			zend_argument_value_error((uint32_t)i + 1, "must be the id of a message");
			return;
		}
	}
	for (int i = 0; spool && i < count; i++) {
		int status = step(spool, Z_STRVAL(ids[i]), ox_wall_clock_ms(), &error);
		if (status != OX_OK && status != OX_AGAIN) {
			php_outbox_throw_any(0, status, &error);
			return;
		}
		changed += status == OX_OK;
	}
	if (spool && wake && changed) {
		php_outbox_wake(spool, OX_HINT_LOOK, NULL);
	}
	RETVAL_LONG(changed);
}

PHP_METHOD(Outbox_Spool, retry)
{
	change(INTERNAL_FUNCTION_PARAM_PASSTHRU, ox_spool_retry, true);
}

PHP_METHOD(Outbox_Spool, hold)
{
	change(INTERNAL_FUNCTION_PARAM_PASSTHRU, ox_spool_hold, false);
}

PHP_METHOD(Outbox_Spool, release)
{
	change(INTERNAL_FUNCTION_PARAM_PASSTHRU, ox_spool_release, true);
}

PHP_METHOD(Outbox_Spool, remove)
{
	change(INTERNAL_FUNCTION_PARAM_PASSTHRU, ox_spool_remove, false);
}

static int read_events(zval *to, ox_spool *spool, const char *from, zend_long limit, ox_error *error)
{
	char cursor[OX_EVENT_CURSOR_SIZE] = "";
	ox_event_reader *reader = NULL;
	ox_spool_event event;
	zval events, one;
	int status = ox_event_reader_open(spool, from, &reader, error);
	array_init(&events);
	while (status == OX_OK && limit-- && (status = ox_event_reader_next(reader, &event, error)) == OX_OK) {
		php_outbox_spool_event(&one, &event);
		add_next_index_zval(&events, &one);
	}
	if (reader) {
		ox_event_reader_cursor(reader, cursor);
	}
	ox_event_reader_free(reader);
	array_init(to);
	if (*cursor) {
		add_assoc_string(to, "cursor", cursor);
	} else {
		add_assoc_null(to, "cursor");
	}
	add_assoc_zval(to, "events", &events);
	return status == OX_AGAIN ? OX_OK : status == OX_E_NOMEM ? ox_error_memory(error, OX_STAGE_NONE) : status;
}

PHP_METHOD(Outbox_Spool, events)
{
	zend_string *cursor = NULL;
	zend_long limit = 1000;
	ox_error error;
	ZEND_PARSE_PARAMETERS_START(0, 2)
		Z_PARAM_OPTIONAL
		Z_PARAM_STR_OR_NULL(cursor)
		Z_PARAM_LONG(limit)
	ZEND_PARSE_PARAMETERS_END();
	ox_spool *spool = open_of(ZEND_THIS);
	if (!spool) {
		return;
	}
	if (limit < 1 || limit > EVENTS_MAX) {
		zend_argument_value_error(2, "must be a number from 1 to %d", EVENTS_MAX);
		return;
	}
	int status = read_events(return_value, spool, cursor ? ZSTR_VAL(cursor) : NULL, limit, &error);
	if (status != OX_OK) {
		php_outbox_throw_any(1, status, &error);
	}
}

static int take_limit(ox_runner_options *options, const char *name, zval *value, ox_error *error)
{
	zend_long number = Z_TYPE_P(value) == IS_LONG ? Z_LVAL_P(value) : 0;
	if (!strcmp(name, "until")) {
		bool idle = Z_TYPE_P(value) == IS_STRING && zend_string_equals_literal(Z_STR_P(value), "idle");
		bool empty = Z_TYPE_P(value) == IS_STRING && zend_string_equals_literal(Z_STR_P(value), "empty");
		options->mode = empty ? OX_RUN_EMPTY : OX_RUN_IDLE;
		return idle || empty ? OX_OK : php_outbox_wrong(error, "\"until\" must be \"idle\" or \"empty\"");
	}
	if (!strcmp(name, "messages")) {
		options->messages_max = (uint64_t)number;
		return number > 0 ? OX_OK : php_outbox_wrong(error, "\"messages\" must be a number above 0");
	}
	if (!strcmp(name, "seconds")) {
		options->run_ms = (uint64_t)number * 1000;
		return number > 0 && number <= SECONDS_MAX ? OX_OK
			: php_outbox_wrong(error, "\"seconds\" must be a number from 1 to %d", SECONDS_MAX);
	}
	return php_outbox_wrong(error, "\"%.60s\" is unknown; run() has until, messages, seconds", name);
}

static int take_limits(ox_runner_options *options, HashTable *given, ox_error *error)
{
	zend_string *name;
	zval *value;
	int status = OX_OK;
	ox_runner_options_init(options);
	options->mode = OX_RUN_IDLE;
	options->version = OUTBOX_VERSION;
	options->lock_wait_ms = 0;
	options->allow_insecure = OUTBOX_G(allow_insecure);
	ZEND_HASH_FOREACH_STR_KEY_VAL(given, name, value) {
		ZVAL_DEREF(value);
		if (status == OX_OK) {
			status = take_limit(options, name ? ZSTR_VAL(name) : "0", value, error);
		}
	} ZEND_HASH_FOREACH_END();
	return status;
}

static void report_run(zval *to, bool running, const ox_run_facts *facts)
{
	array_init(to);
	add_assoc_bool(to, "running", running);
	add_assoc_long(to, "attempts", (zend_long)facts->attempts);
	add_assoc_long(to, "sent", (zend_long)facts->sent);
	add_assoc_long(to, "deferred", (zend_long)facts->deferred);
	add_assoc_long(to, "failed", (zend_long)(facts->failed + facts->expired));
	add_assoc_long(to, "uncertain", (zend_long)facts->uncertain);
	add_assoc_long(to, "remaining", (zend_long)facts->waiting);
}

/* max_execution_time is over, or a signal of PHP's waits. */
static bool is_interrupted(void)
{
#if PHP_VERSION_ID >= 80200
	return zend_atomic_bool_load_ex(&EG(vm_interrupt));
#else
	return EG(vm_interrupt);
#endif
}

/* Bails out of nothing while it delivers: max_execution_time and the like end it between two steps. */
static int deliver(zval *to, ox_spool *spool, const ox_runner_options *options, ox_error *error)
{
	ox_runner *runner = NULL;
	ox_run_facts none = {0};
	int status = ox_runner_open(spool, options, &runner, error);
	if (status == OX_AGAIN) {
		report_run(to, true, &none);
		return OX_OK;
	}
	while (status == OX_OK && (status = ox_runner_step(runner, STEP_MS, error)) == OX_AGAIN) {
		status = OX_OK;
		if (is_interrupted()) {
			ox_runner_stop(runner);
		}
	}
	if (status == OX_OK) {
		report_run(to, false, ox_runner_facts(runner));
	}
	ox_runner_free(runner);
	return status == OX_E_NOMEM ? ox_error_memory(error, OX_STAGE_NONE) : status;
}

PHP_METHOD(Outbox_Spool, run)
{
	HashTable *given = (HashTable *)&zend_empty_array;
	ox_runner_options options;
	ox_address_policy policy;
	ox_error error;
	ZEND_PARSE_PARAMETERS_START(0, 1)
		Z_PARAM_OPTIONAL
		Z_PARAM_ARRAY_HT(given)
	ZEND_PARSE_PARAMETERS_END();
	ox_spool *spool = open_of(ZEND_THIS);
	if (!spool) {
		return;
	}
	int status = take_limits(&options, given, &error);
	options.environment = php_outbox_environment(&policy);
	status = status == OX_OK ? deliver(return_value, spool, &options, &error) : status;
	if (status != OX_OK) {
		php_outbox_throw_any(1, status, &error);
	}
}

PHP_METHOD(Outbox_Spool, __construct)
{
	ZEND_PARSE_PARAMETERS_NONE();
}

void php_outbox_register_spool(void)
{
	spool_class = register_class_Outbox_Spool();
	spool_class->create_object = create;
	handlers = *zend_get_std_object_handlers();
	handlers.offset = XtOffsetOf(spool_object, std);
	handlers.free_obj = destroy;
	handlers.clone_obj = NULL;
}
