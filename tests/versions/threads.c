/* SPDX-License-Identifier: MIT */
/* Runs a PHP script in several threads of one process at once, several requests in each, as a threaded web server
 * does. The script finds the number of its thread in $thread. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include <sapi/embed/php_embed.h>

enum { THREADS_MAX = 64 };

static const char *script;
static int requests;

static void run_request(int number)
{
	zend_file_handle file;
	zval value;
	if (php_request_startup() == FAILURE) {
		fprintf(stderr, "thread %d: no request\n", number);
		exit(1);
	}
	ZVAL_LONG(&value, number);
	zend_hash_str_update(&EG(symbol_table), "thread", sizeof "thread" - 1, &value);
	zend_stream_init_filename(&file, script);
	zend_try {
		php_execute_script(&file);
	} zend_end_try();
	zend_destroy_file_handle(&file);
	php_request_shutdown(NULL);
}

static void *run_thread(void *number)
{
	(void)ts_resource(0);
	for (int i = 0; i < requests; i++) {
		run_request((int)(intptr_t)number);
	}
	ts_free_thread();
	return NULL;
}

int main(int count, char **arguments)
{
	pthread_t threads[THREADS_MAX];
	long wanted = count == 5 ? strtol(arguments[3], NULL, 10) : 0;
	if (wanted < 1 || wanted > THREADS_MAX) {
		fprintf(stderr, "usage: threads PHP.INI SCRIPT THREADS REQUESTS\n");
		return 64;
	}
	script = arguments[2];
	requests = (int)strtol(arguments[4], NULL, 10);
	php_embed_module.php_ini_path_override = arguments[1];
	if (php_embed_init(1, arguments) == FAILURE) {
		return 1;
	}
	for (long i = 0; i < wanted; i++) {
		if (pthread_create(&threads[i], NULL, run_thread, (void *)(intptr_t)(i + 1)) != 0) {
			return 1;
		}
	}
	for (long i = 0; i < wanted; i++) {
		pthread_join(threads[i], NULL);
	}
	php_embed_shutdown();
	return 0;
}
