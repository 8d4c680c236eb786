/* SPDX-License-Identifier: MIT */
/* What the files of Outbox\Message share: message.c is its life and its composition, message_fields.c and
 * message_parts.c are its setters. */
#ifndef PHP_OUTBOX_MESSAGE_OBJECT_H
#define PHP_OUTBOX_MESSAGE_OBJECT_H

#include "php_outbox.h"

#include "message/compose.h"
#include "net/given_file.h"

enum { PHP_OUTBOX_FILES_MAX = 100 }; /* each holds a descriptor as long as its message lives */

typedef enum {
	LIST_FROM, LIST_REPLY_TO, LIST_TO, LIST_CC, LIST_BCC, LIST_SENDER, LIST_COUNT
} php_outbox_list_kind;

/* One of body, file and nested. */
typedef struct {
	zend_string *name, *type, *id; /* NULL = none; a nested message has no type */
	zend_string *body;
	ox_given_file *file;
	zend_object *nested; /* a Message, which cannot be changed any more */
} php_outbox_part;

typedef struct {
	ox_address_list lists[LIST_COUNT];
	zend_string *subject, *text, *html, *calendar, *message_id; /* NULL = not set */
	zend_string *unsubscribe_url, *unsubscribe_mailto;
	bool flowed, one_click;
	int priority;
	php_outbox_part *parts;
	size_t part_count, part_capacity, file_count;
	zval fields; /* list of [name, value] */
	bool dated;
	int64_t date;
	int zone_minutes;
	bool complete; /* made by fromString(): nothing can be changed */
	bool attached; /* to another, which sends it as it now is */
	bool made;     /* composed holds it as it now is */
	ox_message composed;
	ox_dkim_signer *signers[OX_DKIM_SIGNATURES_MAX];
	size_t signer_count;
	zend_object std;
} php_outbox_message;

static inline php_outbox_message *php_outbox_message_of(zend_object *object)
{
	return (php_outbox_message *)((char *)object - XtOffsetOf(php_outbox_message, std));
}
/* Before a change; NULL after an exception: the message cannot be changed any more. */
php_outbox_message *php_outbox_message_changing(zend_object *object);

/* Puts a copy into place, which may be set already; text may be NULL. */
void php_outbox_message_set(zend_string **place, zend_string *text);

/* false after an exception */
bool php_outbox_is_line(zend_string *text, uint32_t argument);

/* message_parts.c */
void php_outbox_parts_clear(php_outbox_message *m);
/* As the core wants them; borrows, emalloc'ed. */
ox_part *php_outbox_parts(php_outbox_message *m);

/* media_type.c: what libmagic says, through PHP's own extension fileinfo, of a content that begins so.
 * returns new; NULL where fileinfo is not there or has no idea, and after an exception. */
#define PHP_OUTBOX_UNKNOWN_TYPE "application/octet-stream"
zend_string *php_outbox_media_type(const char *bytes, size_t size, bool whole);
enum { PHP_OUTBOX_HEAD = 65536 }; /* octets of a content that are looked at */

#endif
