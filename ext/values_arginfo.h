/* This is a generated file, edit the .stub.php file instead.
 * Stub hash: f34cd27b415763650ad2f75dfc30a759bd06f2ee */

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_Outbox_Result___construct, 0, 0, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Outbox_Receipt___construct arginfo_class_Outbox_Result___construct

#define arginfo_class_Outbox_Report___construct arginfo_class_Outbox_Result___construct

#define arginfo_class_Outbox_Diagnosis___construct arginfo_class_Outbox_Result___construct


ZEND_METHOD(Outbox_Result, __construct);
ZEND_METHOD(Outbox_Receipt, __construct);
ZEND_METHOD(Outbox_Report, __construct);
ZEND_METHOD(Outbox_Diagnosis, __construct);


static const zend_function_entry class_Outbox_Outcome_methods[] = {
	ZEND_FE_END
};


static const zend_function_entry class_Outbox_Result_methods[] = {
	ZEND_ME(Outbox_Result, __construct, arginfo_class_Outbox_Result___construct, ZEND_ACC_PRIVATE)
	ZEND_FE_END
};


static const zend_function_entry class_Outbox_Receipt_methods[] = {
	ZEND_ME(Outbox_Receipt, __construct, arginfo_class_Outbox_Receipt___construct, ZEND_ACC_PRIVATE)
	ZEND_FE_END
};


static const zend_function_entry class_Outbox_Report_methods[] = {
	ZEND_ME(Outbox_Report, __construct, arginfo_class_Outbox_Report___construct, ZEND_ACC_PRIVATE)
	ZEND_FE_END
};


static const zend_function_entry class_Outbox_Diagnosis_methods[] = {
	ZEND_ME(Outbox_Diagnosis, __construct, arginfo_class_Outbox_Diagnosis___construct, ZEND_ACC_PRIVATE)
	ZEND_FE_END
};

static zend_class_entry *register_class_Outbox_Outcome(void)
{
	zend_class_entry *class_entry = zend_register_internal_enum("Outbox\\Outcome", IS_STRING, class_Outbox_Outcome_methods);

	zval enum_case_Sent_value;
	zend_string *enum_case_Sent_value_str = zend_string_init("sent", strlen("sent"), 1);
	ZVAL_STR(&enum_case_Sent_value, enum_case_Sent_value_str);
	zend_enum_add_case_cstr(class_entry, "Sent", &enum_case_Sent_value);

	zval enum_case_Rejected_value;
	zend_string *enum_case_Rejected_value_str = zend_string_init("rejected", strlen("rejected"), 1);
	ZVAL_STR(&enum_case_Rejected_value, enum_case_Rejected_value_str);
	zend_enum_add_case_cstr(class_entry, "Rejected", &enum_case_Rejected_value);

	zval enum_case_Deferred_value;
	zend_string *enum_case_Deferred_value_str = zend_string_init("deferred", strlen("deferred"), 1);
	ZVAL_STR(&enum_case_Deferred_value, enum_case_Deferred_value_str);
	zend_enum_add_case_cstr(class_entry, "Deferred", &enum_case_Deferred_value);

	zval enum_case_Unknown_value;
	zend_string *enum_case_Unknown_value_str = zend_string_init("unknown", strlen("unknown"), 1);
	ZVAL_STR(&enum_case_Unknown_value, enum_case_Unknown_value_str);
	zend_enum_add_case_cstr(class_entry, "Unknown", &enum_case_Unknown_value);

	return class_entry;
}

static zend_class_entry *register_class_Outbox_Result(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Outbox", "Result", class_Outbox_Result_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES;

	zval property_address_default_value;
	ZVAL_UNDEF(&property_address_default_value);
	zend_string *property_address_name = zend_string_init("address", sizeof("address") - 1, 1);
	zend_declare_typed_property(class_entry, property_address_name, &property_address_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING));
	zend_string_release(property_address_name);

	zend_string *property_outcome_class_Outbox_Outcome = zend_string_init("Outbox\\Outcome", sizeof("Outbox\\Outcome")-1, 1);
	zval property_outcome_default_value;
	ZVAL_UNDEF(&property_outcome_default_value);
	zend_string *property_outcome_name = zend_string_init("outcome", sizeof("outcome") - 1, 1);
	zend_declare_typed_property(class_entry, property_outcome_name, &property_outcome_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_CLASS(property_outcome_class_Outbox_Outcome, 0, 0));
	zend_string_release(property_outcome_name);

	zval property_code_default_value;
	ZVAL_UNDEF(&property_code_default_value);
	zend_string *property_code_name = zend_string_init("code", sizeof("code") - 1, 1);
	zend_declare_typed_property(class_entry, property_code_name, &property_code_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_LONG|MAY_BE_NULL));
	zend_string_release(property_code_name);

	zval property_enhanced_default_value;
	ZVAL_UNDEF(&property_enhanced_default_value);
	zend_string *property_enhanced_name = zend_string_init("enhanced", sizeof("enhanced") - 1, 1);
	zend_declare_typed_property(class_entry, property_enhanced_name, &property_enhanced_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING|MAY_BE_NULL));
	zend_string_release(property_enhanced_name);

	zval property_text_default_value;
	ZVAL_UNDEF(&property_text_default_value);
	zend_string *property_text_name = zend_string_init("text", sizeof("text") - 1, 1);
	zend_declare_typed_property(class_entry, property_text_name, &property_text_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING));
	zend_string_release(property_text_name);

	return class_entry;
}

static zend_class_entry *register_class_Outbox_Receipt(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Outbox", "Receipt", class_Outbox_Receipt_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES;

	zval property_messageId_default_value;
	ZVAL_UNDEF(&property_messageId_default_value);
	zend_string *property_messageId_name = zend_string_init("messageId", sizeof("messageId") - 1, 1);
	zend_declare_typed_property(class_entry, property_messageId_name, &property_messageId_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING));
	zend_string_release(property_messageId_name);

	zval property_remoteId_default_value;
	ZVAL_UNDEF(&property_remoteId_default_value);
	zend_string *property_remoteId_name = zend_string_init("remoteId", sizeof("remoteId") - 1, 1);
	zend_declare_typed_property(class_entry, property_remoteId_name, &property_remoteId_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING|MAY_BE_NULL));
	zend_string_release(property_remoteId_name);

	zval property_queueId_default_value;
	ZVAL_UNDEF(&property_queueId_default_value);
	zend_string *property_queueId_name = zend_string_init("queueId", sizeof("queueId") - 1, 1);
	zend_declare_typed_property(class_entry, property_queueId_name, &property_queueId_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING|MAY_BE_NULL));
	zend_string_release(property_queueId_name);

	zval property_recipients_default_value;
	ZVAL_UNDEF(&property_recipients_default_value);
	zend_string *property_recipients_name = zend_string_init("recipients", sizeof("recipients") - 1, 1);
	zend_declare_typed_property(class_entry, property_recipients_name, &property_recipients_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_ARRAY));
	zend_string_release(property_recipients_name);

	zval property_timings_default_value;
	ZVAL_UNDEF(&property_timings_default_value);
	zend_string *property_timings_name = zend_string_init("timings", sizeof("timings") - 1, 1);
	zend_declare_typed_property(class_entry, property_timings_name, &property_timings_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_ARRAY));
	zend_string_release(property_timings_name);

	zval property_transcript_default_value;
	ZVAL_UNDEF(&property_transcript_default_value);
	zend_string *property_transcript_name = zend_string_init("transcript", sizeof("transcript") - 1, 1);
	zend_declare_typed_property(class_entry, property_transcript_name, &property_transcript_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING));
	zend_string_release(property_transcript_name);

	return class_entry;
}

static zend_class_entry *register_class_Outbox_Report(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Outbox", "Report", class_Outbox_Report_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES;

	zval property_stages_default_value;
	ZVAL_UNDEF(&property_stages_default_value);
	zend_string *property_stages_name = zend_string_init("stages", sizeof("stages") - 1, 1);
	zend_declare_typed_property(class_entry, property_stages_name, &property_stages_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_ARRAY));
	zend_string_release(property_stages_name);

	zend_string *property_diagnosis_class_Outbox_Diagnosis = zend_string_init("Outbox\\Diagnosis", sizeof("Outbox\\Diagnosis")-1, 1);
	zval property_diagnosis_default_value;
	ZVAL_UNDEF(&property_diagnosis_default_value);
	zend_string *property_diagnosis_name = zend_string_init("diagnosis", sizeof("diagnosis") - 1, 1);
	zend_declare_typed_property(class_entry, property_diagnosis_name, &property_diagnosis_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_CLASS(property_diagnosis_class_Outbox_Diagnosis, 0, MAY_BE_NULL));
	zend_string_release(property_diagnosis_name);

	zval property_transcript_default_value;
	ZVAL_UNDEF(&property_transcript_default_value);
	zend_string *property_transcript_name = zend_string_init("transcript", sizeof("transcript") - 1, 1);
	zend_declare_typed_property(class_entry, property_transcript_name, &property_transcript_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING));
	zend_string_release(property_transcript_name);

	return class_entry;
}

static zend_class_entry *register_class_Outbox_Diagnosis(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Outbox", "Diagnosis", class_Outbox_Diagnosis_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES;

	zval property_stage_default_value;
	ZVAL_UNDEF(&property_stage_default_value);
	zend_string *property_stage_name = zend_string_init("stage", sizeof("stage") - 1, 1);
	zend_declare_typed_property(class_entry, property_stage_name, &property_stage_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING));
	zend_string_release(property_stage_name);

	zval property_class_default_value;
	ZVAL_UNDEF(&property_class_default_value);
	zend_string *property_class_name = zend_string_init("class", sizeof("class") - 1, 1);
	zend_declare_typed_property(class_entry, property_class_name, &property_class_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING));
	zend_string_release(property_class_name);

	zval property_fact_default_value;
	ZVAL_UNDEF(&property_fact_default_value);
	zend_string *property_fact_name = zend_string_init("fact", sizeof("fact") - 1, 1);
	zend_declare_typed_property(class_entry, property_fact_name, &property_fact_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING));
	zend_string_release(property_fact_name);

	zval property_code_default_value;
	ZVAL_UNDEF(&property_code_default_value);
	zend_string *property_code_name = zend_string_init("code", sizeof("code") - 1, 1);
	zend_declare_typed_property(class_entry, property_code_name, &property_code_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_LONG|MAY_BE_NULL));
	zend_string_release(property_code_name);

	zval property_enhanced_default_value;
	ZVAL_UNDEF(&property_enhanced_default_value);
	zend_string *property_enhanced_name = zend_string_init("enhanced", sizeof("enhanced") - 1, 1);
	zend_declare_typed_property(class_entry, property_enhanced_name, &property_enhanced_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING|MAY_BE_NULL));
	zend_string_release(property_enhanced_name);

	zval property_text_default_value;
	ZVAL_UNDEF(&property_text_default_value);
	zend_string *property_text_name = zend_string_init("text", sizeof("text") - 1, 1);
	zend_declare_typed_property(class_entry, property_text_name, &property_text_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING));
	zend_string_release(property_text_name);

	zval property_cause_default_value;
	ZVAL_UNDEF(&property_cause_default_value);
	zend_string *property_cause_name = zend_string_init("cause", sizeof("cause") - 1, 1);
	zend_declare_typed_property(class_entry, property_cause_name, &property_cause_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING));
	zend_string_release(property_cause_name);

	zval property_remedies_default_value;
	ZVAL_UNDEF(&property_remedies_default_value);
	zend_string *property_remedies_name = zend_string_init("remedies", sizeof("remedies") - 1, 1);
	zend_declare_typed_property(class_entry, property_remedies_name, &property_remedies_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_ARRAY));
	zend_string_release(property_remedies_name);

	zval property_link_default_value;
	ZVAL_UNDEF(&property_link_default_value);
	zend_string *property_link_name = zend_string_init("link", sizeof("link") - 1, 1);
	zend_declare_typed_property(class_entry, property_link_name, &property_link_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING|MAY_BE_NULL));
	zend_string_release(property_link_name);

	return class_entry;
}
