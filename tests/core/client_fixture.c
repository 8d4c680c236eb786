/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "client_fixture.h"

static size_t read_message(void *context, uint64_t offset, void *bytes, size_t size)
{
	static const char filling[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd\r\n";
	client_message *message = context;
	size_t head = strlen(message->text);
	char *to = bytes;
	message->largest = size > message->largest ? size : message->largest;
	if (message->fail_at && offset + size > message->fail_at) {
		return 0;
	}
	size_t i = 0;
	for (; i < size && offset + i < message->size; i++) {
		uint64_t at = offset + i;
		/* The last two octets are an end of line, whatever the size. */
		to[i] = at < head ? message->text[at]
			: at + 2 >= message->size ? "\r\n"[at + 2 - message->size]
			: at + 3 == message->size ? 'x'
			: filling[(at - head) % (sizeof filling - 1)];
	}
	return i;
}

void client_prepare(client_case *it, size_t index, size_t recipients, uint64_t size)
{
	client_message *message = &it->messages[index];
	ox_delivery *delivery = &it->deliveries[index];
	memset(message, 0, sizeof *message);
	memset(delivery, 0, sizeof *delivery);
	snprintf(message->text, sizeof message->text, "Subject: m%zu\r\n\r\n", index);
	message->size = size > strlen(message->text) ? size : strlen(message->text);
	ox_envelope_init(&message->envelope);
	int status = ox_envelope_set_sender(&message->envelope, "me@example.com");
	for (size_t i = 0; i < recipients && status == OX_OK; i++) {
		char address[48];
		size_t place;
		snprintf(address, sizeof address, "r%zu@example.com", i);
		status = ox_envelope_add(&message->envelope, address, 0, NULL, &place);
	}
	message->envelope.size = message->size;
	delivery->envelope = &message->envelope;
	delivery->results = message->results;
	delivery->source.context = message;
	delivery->source.read = read_message;
}

void client_release(client_case *it, size_t first, size_t count)
{
	for (size_t i = first; i < first + count; i++) {
		ox_envelope_clear(&it->messages[i].envelope);
		ox_free(it->deliveries[i].queue_id);
		it->deliveries[i].queue_id = NULL;
	}
}

void client_begin(client_case *it, const char *scheme, const char *account, const char *options)
{
	char dsn[512];
	ox_error error = {0};
	smtp_server_start(&it->server);
	snprintf(dsn, sizeof dsn, "%s://%s127.0.0.1:%u?ehlo=client.example%s", scheme, account,
		it->server.port, options);
	ox_relay_init(&it->relay);
	if (ox_relay_parse(&it->relay, dsn, &error) != OX_OK ||
		ox_relay_finish(&it->relay, true, &error) != OX_OK) {
		fail_msg("%s: %s", dsn, error.text);
	}
	it->pool = ox_pool_new(4);
	assert_non_null(it->pool);
}

void client_end(client_case *it)
{
	ox_trace_clear(&it->trace);
	ox_pool_free(it->pool);
	ox_relay_clear(&it->relay);
	smtp_server_stop(&it->server);
}

int client_send_prepared(client_case *it, size_t first, size_t count)
{
	ox_trace_clear(&it->trace);
	ox_error_clear(&it->error);
	return ox_client_send(it->pool, &it->relay, &it->environment, &it->deliveries[first], count,
		&it->trace, &it->error);
}

int client_send(client_case *it, size_t first, size_t count)
{
	for (size_t i = first; i < first + count; i++) {
		client_prepare(it, i, 1, 0);
	}
	int status = client_send_prepared(it, first, count);
	for (size_t i = first; i < first + count; i++) {
		assert_true(it->deliveries[i].done);
		assert_int_not_equal(it->messages[i].results[0].outcome, OX_OUTCOME_NONE);
	}
	client_release(it, first, count);
	return status;
}

int client_drive(ox_connection *connection, ox_error *error)
{
	int status;
	while ((status = ox_connection_step(connection, error)) == OX_AGAIN) {
		ox_connection_wait(connection, UINT64_MAX);
	}
	return status;
}
