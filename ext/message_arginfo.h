/* This is a generated file, edit the .stub.php file instead.
 * Stub hash: b519349268479e744a733da04c710d1a1df11f14 */

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_Outbox_Message___construct, 0, 0, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Outbox_Message_fromString, 0, 1, Outbox\\Message, 0)
	ZEND_ARG_TYPE_INFO(0, rfc5322, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Outbox_Message_from, 0, 0, Outbox\\Message, 0)
	ZEND_ARG_VARIADIC_OBJ_TYPE_MASK(0, addresses, Outbox\\Address, MAY_BE_STRING)
ZEND_END_ARG_INFO()

#define arginfo_class_Outbox_Message_addFrom arginfo_class_Outbox_Message_from

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Outbox_Message_sender, 0, 1, Outbox\\Message, 0)
	ZEND_ARG_OBJ_TYPE_MASK(0, address, Outbox\\Address, MAY_BE_STRING, NULL)
ZEND_END_ARG_INFO()

#define arginfo_class_Outbox_Message_replyTo arginfo_class_Outbox_Message_from

#define arginfo_class_Outbox_Message_addReplyTo arginfo_class_Outbox_Message_from

#define arginfo_class_Outbox_Message_to arginfo_class_Outbox_Message_from

#define arginfo_class_Outbox_Message_addTo arginfo_class_Outbox_Message_from

#define arginfo_class_Outbox_Message_cc arginfo_class_Outbox_Message_from

#define arginfo_class_Outbox_Message_addCc arginfo_class_Outbox_Message_from

#define arginfo_class_Outbox_Message_bcc arginfo_class_Outbox_Message_from

#define arginfo_class_Outbox_Message_addBcc arginfo_class_Outbox_Message_from

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Outbox_Message_subject, 0, 1, Outbox\\Message, 0)
	ZEND_ARG_TYPE_INFO(0, subject, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Outbox_Message_text, 0, 1, Outbox\\Message, 0)
	ZEND_ARG_TYPE_INFO(0, text, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, flowed, _IS_BOOL, 0, "false")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Outbox_Message_html, 0, 1, Outbox\\Message, 0)
	ZEND_ARG_TYPE_INFO(0, html, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Outbox_Message_calendar, 0, 1, Outbox\\Message, 0)
	ZEND_ARG_TYPE_INFO(0, icalendar, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Outbox_Message_attach, 0, 1, Outbox\\Message, 0)
	ZEND_ARG_OBJ_TYPE_MASK(0, body, Outbox\\Message, MAY_BE_STRING, NULL)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, name, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, contentType, IS_STRING, 1, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Outbox_Message_attachFromPath, 0, 1, Outbox\\Message, 0)
	ZEND_ARG_TYPE_INFO(0, path, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, name, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, contentType, IS_STRING, 1, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Outbox_Message_embed, 0, 2, Outbox\\Message, 0)
	ZEND_ARG_TYPE_INFO(0, body, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, cid, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, contentType, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, name, IS_STRING, 1, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Outbox_Message_embedFromPath, 0, 2, Outbox\\Message, 0)
	ZEND_ARG_TYPE_INFO(0, path, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, cid, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, contentType, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, name, IS_STRING, 1, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Outbox_Message_header, 0, 2, Outbox\\Message, 0)
	ZEND_ARG_TYPE_INFO(0, name, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, value, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Outbox_Message_date, 0, 1, Outbox\\Message, 0)
	ZEND_ARG_OBJ_INFO(0, date, DateTimeInterface, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Outbox_Message_messageId, 0, 1, Outbox\\Message, 0)
	ZEND_ARG_TYPE_INFO(0, id, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Outbox_Message_priority, 0, 1, Outbox\\Message, 0)
	ZEND_ARG_TYPE_INFO(0, priority, IS_LONG, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Outbox_Message_listUnsubscribe, 0, 1, Outbox\\Message, 0)
	ZEND_ARG_TYPE_INFO(0, url, IS_STRING, 1)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, mailto, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, oneClick, _IS_BOOL, 0, "true")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Outbox_Message_dkim, 0, 3, Outbox\\Message, 0)
	ZEND_ARG_TYPE_INFO(0, domain, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, selector, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, privateKeyPem, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, options, IS_ARRAY, 0, "[]")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Outbox_Message_toString, 0, 0, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Outbox_Message_size, 0, 0, IS_LONG, 0)
ZEND_END_ARG_INFO()


ZEND_METHOD(Outbox_Message, __construct);
ZEND_METHOD(Outbox_Message, fromString);
ZEND_METHOD(Outbox_Message, from);
ZEND_METHOD(Outbox_Message, addFrom);
ZEND_METHOD(Outbox_Message, sender);
ZEND_METHOD(Outbox_Message, replyTo);
ZEND_METHOD(Outbox_Message, addReplyTo);
ZEND_METHOD(Outbox_Message, to);
ZEND_METHOD(Outbox_Message, addTo);
ZEND_METHOD(Outbox_Message, cc);
ZEND_METHOD(Outbox_Message, addCc);
ZEND_METHOD(Outbox_Message, bcc);
ZEND_METHOD(Outbox_Message, addBcc);
ZEND_METHOD(Outbox_Message, subject);
ZEND_METHOD(Outbox_Message, text);
ZEND_METHOD(Outbox_Message, html);
ZEND_METHOD(Outbox_Message, calendar);
ZEND_METHOD(Outbox_Message, attach);
ZEND_METHOD(Outbox_Message, attachFromPath);
ZEND_METHOD(Outbox_Message, embed);
ZEND_METHOD(Outbox_Message, embedFromPath);
ZEND_METHOD(Outbox_Message, header);
ZEND_METHOD(Outbox_Message, date);
ZEND_METHOD(Outbox_Message, messageId);
ZEND_METHOD(Outbox_Message, priority);
ZEND_METHOD(Outbox_Message, listUnsubscribe);
ZEND_METHOD(Outbox_Message, dkim);
ZEND_METHOD(Outbox_Message, toString);
ZEND_METHOD(Outbox_Message, size);


static const zend_function_entry class_Outbox_Message_methods[] = {
	ZEND_ME(Outbox_Message, __construct, arginfo_class_Outbox_Message___construct, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Message, fromString, arginfo_class_Outbox_Message_fromString, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Outbox_Message, from, arginfo_class_Outbox_Message_from, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Message, addFrom, arginfo_class_Outbox_Message_addFrom, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Message, sender, arginfo_class_Outbox_Message_sender, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Message, replyTo, arginfo_class_Outbox_Message_replyTo, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Message, addReplyTo, arginfo_class_Outbox_Message_addReplyTo, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Message, to, arginfo_class_Outbox_Message_to, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Message, addTo, arginfo_class_Outbox_Message_addTo, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Message, cc, arginfo_class_Outbox_Message_cc, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Message, addCc, arginfo_class_Outbox_Message_addCc, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Message, bcc, arginfo_class_Outbox_Message_bcc, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Message, addBcc, arginfo_class_Outbox_Message_addBcc, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Message, subject, arginfo_class_Outbox_Message_subject, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Message, text, arginfo_class_Outbox_Message_text, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Message, html, arginfo_class_Outbox_Message_html, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Message, calendar, arginfo_class_Outbox_Message_calendar, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Message, attach, arginfo_class_Outbox_Message_attach, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Message, attachFromPath, arginfo_class_Outbox_Message_attachFromPath, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Message, embed, arginfo_class_Outbox_Message_embed, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Message, embedFromPath, arginfo_class_Outbox_Message_embedFromPath, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Message, header, arginfo_class_Outbox_Message_header, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Message, date, arginfo_class_Outbox_Message_date, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Message, messageId, arginfo_class_Outbox_Message_messageId, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Message, priority, arginfo_class_Outbox_Message_priority, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Message, listUnsubscribe, arginfo_class_Outbox_Message_listUnsubscribe, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Message, dkim, arginfo_class_Outbox_Message_dkim, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Message, toString, arginfo_class_Outbox_Message_toString, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_Message, size, arginfo_class_Outbox_Message_size, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};

static zend_class_entry *register_class_Outbox_Message(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Outbox", "Message", class_Outbox_Message_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;


#if (PHP_VERSION_ID >= 80200)
	zend_add_parameter_attribute(zend_hash_str_find_ptr(&class_entry->function_table, "dkim", sizeof("dkim") - 1), 2, ZSTR_KNOWN(ZEND_STR_SENSITIVEPARAMETER), 0);
#endif

	return class_entry;
}
