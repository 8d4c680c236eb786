/* This is a generated file, edit the .stub.php file instead.
 * Stub hash: 493ca1b355c5af6c7ebc21e380bdf0c5a59c7b0c */

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_Outbox_Transport___construct, 0, 0, 1)
	ZEND_ARG_TYPE_MASK(0, dsn, MAY_BE_STRING|MAY_BE_ARRAY, NULL)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Outbox_Transport_send, 0, 1, Outbox\\Receipt, 0)
	ZEND_ARG_OBJ_TYPE_MASK(0, message, Outbox\\Message, MAY_BE_STRING, NULL)
	ZEND_ARG_OBJ_INFO_WITH_DEFAULT_VALUE(0, envelope, Outbox\\Envelope, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, options, IS_ARRAY, 0, "[]")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Outbox_Transport_queue, 0, 1, IS_STRING, 0)
	ZEND_ARG_OBJ_TYPE_MASK(0, message, Outbox\\Message, MAY_BE_STRING, NULL)
	ZEND_ARG_OBJ_INFO_WITH_DEFAULT_VALUE(0, envelope, Outbox\\Envelope, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, options, IS_ARRAY, 0, "[]")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Outbox_Transport_sendMany, 0, 1, IS_ARRAY, 0)
	ZEND_ARG_OBJ_TYPE_MASK(0, messages, Traversable, MAY_BE_ARRAY, NULL)
	ZEND_ARG_OBJ_INFO_WITH_DEFAULT_VALUE(0, envelope, Outbox\\Envelope, 1, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Outbox_Transport_check, 0, 0, Outbox\\Report, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Outbox_Transport___toString, 0, 0, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Outbox_Transport___debugInfo, 0, 0, IS_ARRAY, 0)
ZEND_END_ARG_INFO()


ZEND_METHOD(Outbox_Transport, __construct);
ZEND_METHOD(Outbox_Transport, send);
ZEND_METHOD(Outbox_Transport, queue);
ZEND_METHOD(Outbox_Transport, sendMany);
ZEND_METHOD(Outbox_Transport, check);
ZEND_METHOD(Outbox_Transport, __toString);
ZEND_METHOD(Outbox_Transport, __debugInfo);


static const zend_function_entry class_Outbox_Transport_methods[] = {
	ZEND_ME(Outbox_Transport, __construct, arginfo_class_Outbox_Transport___construct, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Transport, send, arginfo_class_Outbox_Transport_send, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Transport, queue, arginfo_class_Outbox_Transport_queue, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Transport, sendMany, arginfo_class_Outbox_Transport_sendMany, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Transport, check, arginfo_class_Outbox_Transport_check, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Transport, __toString, arginfo_class_Outbox_Transport___toString, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Transport, __debugInfo, arginfo_class_Outbox_Transport___debugInfo, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};

static zend_class_entry *register_class_Outbox_Transport(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Outbox", "Transport", class_Outbox_Transport_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;


#if (PHP_VERSION_ID >= 80200)
	zend_add_parameter_attribute(zend_hash_str_find_ptr(&class_entry->function_table, "__construct", sizeof("__construct") - 1), 0, ZSTR_KNOWN(ZEND_STR_SENSITIVEPARAMETER), 0);
#endif

	return class_entry;
}
