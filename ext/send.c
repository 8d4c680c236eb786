/* SPDX-License-Identifier: MIT */
/* From messages to receipts: everything that can be wrong with them is found before the first octet
 * goes out, the core sends all of them, and only then are objects made of what came back. */
#include "php_outbox.h"

#include "ext/spl/spl_iterators.h"
#include "zend_exceptions.h"

typedef struct {
	zval object;               /* the Message: holds it meanwhile */
	const ox_message *message; /* the object's */
	ox_envelope envelope;
	ox_delivery delivery;
} outgoing;

typedef struct {
	outgoing *items;
	ox_delivery *deliveries; /* the items', side by side as the core wants them */
	size_t count;
	ox_trace trace;
	ox_error error;
} shipment;

static void shipment_init(shipment *s, size_t count)
{
	memset(s, 0, sizeof *s);
	s->count = count;
	s->items = ecalloc(count, sizeof *s->items);
	s->deliveries = ecalloc(count, sizeof *s->deliveries);
	for (size_t i = 0; i < count; i++) {
		ZVAL_UNDEF(&s->items[i].object);
		ox_envelope_init(&s->items[i].envelope);
	}
}

static void shipment_clear(shipment *s)
{
	for (size_t i = 0; i < s->count; i++) {
		if (s->deliveries[i].results) {
			efree(s->deliveries[i].results);
		}
		ox_free(s->deliveries[i].queue_id);
		ox_envelope_clear(&s->items[i].envelope);
		zval_ptr_dtor(&s->items[i].object);
	}
	efree(s->deliveries);
	efree(s->items);
	ox_trace_clear(&s->trace);
}

/* given is a Message or a string. */
static int load(shipment *s, size_t i, zval *given, zend_object *envelope, bool all_or_nothing)
{
	outgoing *item = &s->items[i];
	ox_delivery *delivery = &s->deliveries[i];
	int status = OX_OK;
	if (Z_TYPE_P(given) == IS_OBJECT) {
		ZVAL_COPY(&item->object, given);
	} else {
		status = php_outbox_message_from_text(&item->object, Z_STR_P(given), &s->error);
	}
	if (status == OX_OK) {
		status = php_outbox_message_made(Z_OBJ(item->object), &item->message, &s->error);
	}
	if (status == OX_OK) {
		status = php_outbox_envelope(&item->envelope, item->message, envelope, all_or_nothing,
			&s->error);
	}
	if (status == OX_OK) {
		delivery->envelope = &item->envelope;
		delivery->source = (ox_source){(void *)item->message, ox_message_read};
		delivery->results = ecalloc(item->envelope.recipient_count, sizeof *delivery->results);
	}
	return status;
}

static int ship(shipment *s, const ox_relay *relay)
{
	ox_address_policy policy;
	ox_client_environment environment = php_outbox_environment(&policy);
	return ox_client_send(OUTBOX_G(pool), relay, &environment, s->deliveries, s->count, &s->trace,
		&s->error);
}

/* Whether a recipient who was not served now may be later. Trouble with the account or the relay is nobody's
 * fault who is written to, however final it looks today. */
static bool may_wait(const ox_delivery *delivery, const ox_error *error, size_t recipient)
{
	ox_outcome outcome = delivery->results[recipient].outcome;
	bool about_message = !error || error->class == OX_ERROR_MESSAGE || error->class == OX_ERROR_REJECTED
		|| error->class == OX_ERROR_USAGE || error->class == OX_ERROR_MEMORY;
	return outcome == OX_OUTCOME_DEFERRED || outcome == OX_OUTCOME_NONE
		|| (outcome == OX_OUTCOME_REJECTED && !about_message);
}

/* Queues the message for those who may wait. id stays "" where there are none. */
static int queue_rest(const php_outbox_relay *relay, outgoing *item, const ox_delivery *delivery,
	const ox_error *error, char id[OX_SPOOL_ID_SIZE + 1], ox_error *trouble)
{
	ox_envelope rest = item->envelope;
	rest.recipients = ecalloc(item->envelope.recipient_count, sizeof *rest.recipients);
	rest.recipient_count = 0;
	for (size_t i = 0; i < item->envelope.recipient_count; i++) {
		if (may_wait(delivery, error, i)) {
			rest.recipients[rest.recipient_count++] = item->envelope.recipients[i];
		}
	}
	*id = 0;
	int status = rest.recipient_count ? php_outbox_queue_made(relay, item->message, &rest,
		id, trouble) : OX_OK;
	efree(rest.recipients);
	return status;
}

static void answer(zval *return_value, shipment *s, const php_outbox_relay *relay,
	const ox_error *error, bool else_queue)
{
	char id[OX_SPOOL_ID_SIZE + 1] = "";
	const ox_delivery *delivery = &s->deliveries[0];
	ox_error trouble;
	if (else_queue && queue_rest(relay, &s->items[0], delivery, error, id, &trouble) != OX_OK) {
		php_outbox_throw(&trouble, NULL, delivery, s->trace.transcript);
	} else if (error && !*id) {
		php_outbox_throw(error, &relay->profile.relay, delivery, s->trace.transcript);
	} else {
		php_outbox_receipt(return_value, s->items[0].message->id, id, delivery, &s->trace);
	}
}

void php_outbox_send(zval *return_value, const php_outbox_relay *relay, zval *message,
	zend_object *envelope, unsigned how, uint32_t argument)
{
	bool all_or_nothing = relay->profile.relay.all_or_nothing || (how & PHP_OUTBOX_ALL_OR_NOTHING);
	shipment s;
	if (!php_outbox_pool()) {
		return;
	}
	shipment_init(&s, 1);
	if (load(&s, 0, message, envelope, all_or_nothing) != OX_OK) {
		php_outbox_throw_argument(argument, &s.error);
		shipment_clear(&s);
		return;
	}
	int status = ship(&s, &relay->profile.relay);
	const ox_error *error = s.deliveries[0].error.class != OX_ERROR_NONE ? &s.deliveries[0].error
		: status != OX_OK                                                ? &s.error
		                                                                 : NULL;
	answer(return_value, &s, relay, error, how & PHP_OUTBOX_ELSE_QUEUE);
	shipment_clear(&s);
}

static int collect_one(zend_object_iterator *iterator, void *context)
{
	zval *item = iterator->funcs->get_current_data(iterator);
	if (EG(exception) || !item) {
		return ZEND_HASH_APPLY_STOP;
	}
	ZVAL_DEREF(item);
	Z_TRY_ADDREF_P(item);
	add_next_index_zval(context, item);
	return ZEND_HASH_APPLY_KEEP;
}

/* A generator's code runs here, before any core memory is taken: it may throw, and it may end the
 * request. */
static zend_result collect(zval *list, zval *messages)
{
	zval *item;
	array_init(list);
	if (Z_TYPE_P(messages) == IS_OBJECT) {
		spl_iterator_apply(messages, (spl_iterator_apply_func_t)collect_one, list);
	} else {
		ZEND_HASH_FOREACH_VAL(Z_ARRVAL_P(messages), item) {
			ZVAL_DEREF(item);
			Z_TRY_ADDREF_P(item);
			add_next_index_zval(list, item);
		} ZEND_HASH_FOREACH_END();
	}
	return EG(exception) ? FAILURE : SUCCESS;
}

static zend_result check_types(zval *list)
{
	zval *item;
	ZEND_HASH_FOREACH_VAL(Z_ARRVAL_P(list), item) {
		bool good = Z_TYPE_P(item) == IS_STRING ||
			(Z_TYPE_P(item) == IS_OBJECT && Z_OBJCE_P(item) == php_outbox_ce_message);
		if (!good) {
			zend_argument_type_error(1, "must contain only Outbox\\Message and string, %s given",
				zend_zval_type_name(item));
			return FAILURE;
		}
	} ZEND_HASH_FOREACH_END();
	return SUCCESS;
}

static zend_result load_all(shipment *s, zval *list, zend_object *envelope, bool all_or_nothing)
{
	zval *item;
	size_t i = 0;
	ZEND_HASH_FOREACH_VAL(Z_ARRVAL_P(list), item) {
		if (load(s, i++, item, envelope, all_or_nothing) != OX_OK) {
			ox_error error = s->error;
			if (error.class != OX_ERROR_MEMORY) {
				(void)php_outbox_wrong(&error, "message %zu of %zu: %s", i, s->count,
					s->error.text);
			}
			php_outbox_throw_argument(1, &error);
			return FAILURE;
		}
	} ZEND_HASH_FOREACH_END();
	return SUCCESS;
}

static void ship_all(zval *return_value, shipment *s, const ox_relay *relay)
{
	bool begun = false;
	int status = ship(s, relay);
	for (size_t i = 0; i < s->count; i++) {
		begun = begun || s->deliveries[i].number;
	}
	if (status != OX_OK && !begun) {
		php_outbox_throw(&s->error, relay, &s->deliveries[0], s->trace.transcript);
		return;
	}
	array_init_size(return_value, (uint32_t)s->count);
	for (size_t i = 0; i < s->count; i++) {
		zval receipt;
		php_outbox_receipt(&receipt, s->items[i].message->id, NULL, &s->deliveries[i], &s->trace);
		add_next_index_zval(return_value, &receipt);
	}
}

void php_outbox_send_many(zval *return_value, const ox_relay *relay, zval *messages,
	zend_object *envelope)
{
	zval list;
	shipment s;
	bool good = collect(&list, messages) == SUCCESS && check_types(&list) == SUCCESS;
	if (!good || !php_outbox_pool()) {
		zval_ptr_dtor(&list);
		return;
	}
	if (!zend_hash_num_elements(Z_ARRVAL(list))) {
		array_init(return_value);
		zval_ptr_dtor(&list);
		return;
	}
	shipment_init(&s, zend_hash_num_elements(Z_ARRVAL(list)));
	if (load_all(&s, &list, envelope, relay->all_or_nothing) == SUCCESS) {
		ship_all(return_value, &s, relay);
	}
	shipment_clear(&s);
	zval_ptr_dtor(&list);
}
