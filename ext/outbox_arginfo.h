/* This is a generated file, edit the .stub.php file instead.
 * Stub hash: 96888612fb591c772fe04f7c2f8d5aac8b96d564 */

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_outbox_send, 0, 2, Outbox\\Receipt, 0)
	ZEND_ARG_TYPE_MASK(0, dsn, MAY_BE_STRING|MAY_BE_ARRAY, NULL)
	ZEND_ARG_OBJ_TYPE_MASK(0, message, Outbox\\Message, MAY_BE_STRING|MAY_BE_ARRAY, NULL)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_outbox_queue, 0, 2, IS_STRING, 0)
	ZEND_ARG_TYPE_MASK(0, dsn, MAY_BE_STRING|MAY_BE_ARRAY, NULL)
	ZEND_ARG_OBJ_TYPE_MASK(0, message, Outbox\\Message, MAY_BE_STRING|MAY_BE_ARRAY, NULL)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, options, IS_ARRAY, 0, "[]")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_outbox_mail, 0, 3, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, to, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, subject, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, message, IS_STRING, 0)
	ZEND_ARG_TYPE_MASK(0, additional_headers, MAY_BE_ARRAY|MAY_BE_STRING, "[]")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, additional_params, IS_STRING, 0, "\"\"")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_outbox_status, 0, 0, IS_ARRAY, 0)
ZEND_END_ARG_INFO()


ZEND_FUNCTION(outbox_send);
ZEND_FUNCTION(outbox_queue);
ZEND_FUNCTION(outbox_mail);
ZEND_FUNCTION(outbox_status);


static const zend_function_entry ext_functions[] = {
	ZEND_FE(outbox_send, arginfo_outbox_send)
	ZEND_FE(outbox_queue, arginfo_outbox_queue)
	ZEND_FE(outbox_mail, arginfo_outbox_mail)
	ZEND_FE(outbox_status, arginfo_outbox_status)
	ZEND_FE_END
};

static void register_outbox_symbols(int module_number)
{

#if (PHP_VERSION_ID >= 80200)
	zend_add_parameter_attribute(zend_hash_str_find_ptr(CG(function_table), "outbox_send", sizeof("outbox_send") - 1), 0, ZSTR_KNOWN(ZEND_STR_SENSITIVEPARAMETER), 0);
#endif

#if (PHP_VERSION_ID >= 80200)
	zend_add_parameter_attribute(zend_hash_str_find_ptr(CG(function_table), "outbox_send", sizeof("outbox_send") - 1), 1, ZSTR_KNOWN(ZEND_STR_SENSITIVEPARAMETER), 0);
#endif

#if (PHP_VERSION_ID >= 80200)
	zend_add_parameter_attribute(zend_hash_str_find_ptr(CG(function_table), "outbox_queue", sizeof("outbox_queue") - 1), 0, ZSTR_KNOWN(ZEND_STR_SENSITIVEPARAMETER), 0);
#endif

#if (PHP_VERSION_ID >= 80200)
	zend_add_parameter_attribute(zend_hash_str_find_ptr(CG(function_table), "outbox_queue", sizeof("outbox_queue") - 1), 1, ZSTR_KNOWN(ZEND_STR_SENSITIVEPARAMETER), 0);
#endif
}
