/* This is a generated file, edit the .stub.php file instead.
 * Stub hash: 6cb981538d1c5e0931d4c77429a2c6c6343d9f42 */

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_Outbox_Profile___construct, 0, 0, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Outbox_Profile_save, 0, 2, Outbox\\Profile, 0)
	ZEND_ARG_TYPE_INFO(0, name, IS_STRING, 0)
	ZEND_ARG_TYPE_MASK(0, relay, MAY_BE_STRING|MAY_BE_ARRAY, NULL)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, spool, IS_STRING, 1, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Outbox_Profile_load, 0, 1, Outbox\\Profile, 1)
	ZEND_ARG_TYPE_INFO(0, name, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, spool, IS_STRING, 1, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Outbox_Profile_delete, 0, 1, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, name, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, spool, IS_STRING, 1, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Outbox_Profile_list, 0, 0, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, spool, IS_STRING, 1, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Outbox_Profile_toArray, 0, 0, IS_ARRAY, 0)
ZEND_END_ARG_INFO()


ZEND_METHOD(Outbox_Profile, __construct);
ZEND_METHOD(Outbox_Profile, save);
ZEND_METHOD(Outbox_Profile, load);
ZEND_METHOD(Outbox_Profile, delete);
ZEND_METHOD(Outbox_Profile, list);
ZEND_METHOD(Outbox_Profile, toArray);


static const zend_function_entry class_Outbox_Profile_methods[] = {
	ZEND_ME(Outbox_Profile, __construct, arginfo_class_Outbox_Profile___construct, ZEND_ACC_PRIVATE)
	ZEND_ME(Outbox_Profile, save, arginfo_class_Outbox_Profile_save, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Outbox_Profile, load, arginfo_class_Outbox_Profile_load, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Outbox_Profile, delete, arginfo_class_Outbox_Profile_delete, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Outbox_Profile, list, arginfo_class_Outbox_Profile_list, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Outbox_Profile, toArray, arginfo_class_Outbox_Profile_toArray, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};

static zend_class_entry *register_class_Outbox_Profile(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Outbox", "Profile", class_Outbox_Profile_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;

	zval property_name_default_value;
	ZVAL_UNDEF(&property_name_default_value);
	zend_string *property_name_name = zend_string_init("name", sizeof("name") - 1, 1);
	zend_declare_typed_property(class_entry, property_name_name, &property_name_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING));
	zend_string_release(property_name_name);

	zval property_facts_default_value;
	ZVAL_UNDEF(&property_facts_default_value);
	zend_string *property_facts_name = zend_string_init("facts", sizeof("facts") - 1, 1);
	zend_declare_typed_property(class_entry, property_facts_name, &property_facts_default_value, ZEND_ACC_PRIVATE|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_ARRAY));
	zend_string_release(property_facts_name);


#if (PHP_VERSION_ID >= 80200)
	zend_add_parameter_attribute(zend_hash_str_find_ptr(&class_entry->function_table, "save", sizeof("save") - 1), 1, ZSTR_KNOWN(ZEND_STR_SENSITIVEPARAMETER), 0);
#endif

	return class_entry;
}
