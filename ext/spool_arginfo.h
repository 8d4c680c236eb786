/* This is a generated file, edit the .stub.php file instead.
 * Stub hash: 8bf343403a155f6cc141a899e052bdf138b88c68 */

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_Outbox_Spool___construct, 0, 0, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Outbox_Spool_open, 0, 0, Outbox\\Spool, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, path, IS_STRING, 1, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Outbox_Spool_status, 0, 0, IS_ARRAY, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Outbox_Spool_list, 0, 0, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, filter, IS_ARRAY, 0, "[]")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Outbox_Spool_get, 0, 1, IS_ARRAY, 1)
	ZEND_ARG_TYPE_INFO(0, id, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Outbox_Spool_retry, 0, 0, IS_LONG, 0)
	ZEND_ARG_VARIADIC_TYPE_INFO(0, ids, IS_STRING, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Outbox_Spool_hold arginfo_class_Outbox_Spool_retry

#define arginfo_class_Outbox_Spool_release arginfo_class_Outbox_Spool_retry

#define arginfo_class_Outbox_Spool_remove arginfo_class_Outbox_Spool_retry

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Outbox_Spool_events, 0, 0, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, cursor, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, limit, IS_LONG, 0, "1000")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Outbox_Spool_run, 0, 0, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, limits, IS_ARRAY, 0, "[]")
ZEND_END_ARG_INFO()


ZEND_METHOD(Outbox_Spool, __construct);
ZEND_METHOD(Outbox_Spool, open);
ZEND_METHOD(Outbox_Spool, status);
ZEND_METHOD(Outbox_Spool, list);
ZEND_METHOD(Outbox_Spool, get);
ZEND_METHOD(Outbox_Spool, retry);
ZEND_METHOD(Outbox_Spool, hold);
ZEND_METHOD(Outbox_Spool, release);
ZEND_METHOD(Outbox_Spool, remove);
ZEND_METHOD(Outbox_Spool, events);
ZEND_METHOD(Outbox_Spool, run);


static const zend_function_entry class_Outbox_Spool_methods[] = {
	ZEND_ME(Outbox_Spool, __construct, arginfo_class_Outbox_Spool___construct, ZEND_ACC_PRIVATE)
	ZEND_ME(Outbox_Spool, open, arginfo_class_Outbox_Spool_open, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Outbox_Spool, status, arginfo_class_Outbox_Spool_status, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Spool, list, arginfo_class_Outbox_Spool_list, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Spool, get, arginfo_class_Outbox_Spool_get, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Spool, retry, arginfo_class_Outbox_Spool_retry, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Spool, hold, arginfo_class_Outbox_Spool_hold, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Spool, release, arginfo_class_Outbox_Spool_release, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Spool, remove, arginfo_class_Outbox_Spool_remove, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Spool, events, arginfo_class_Outbox_Spool_events, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Spool, run, arginfo_class_Outbox_Spool_run, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};

static zend_class_entry *register_class_Outbox_Spool(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Outbox", "Spool", class_Outbox_Spool_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;

	return class_entry;
}
