/* This is a generated file, edit the .stub.php file instead.
 * Stub hash: dbf3eaaf543b1ef41eb88b0f024d672bfe3a44d4 */

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Outbox_Exception_getDiagnosis, 0, 0, Outbox\\Diagnosis, 1)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Outbox_Exception_getOutcome, 0, 0, Outbox\\Outcome, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Outbox_Exception_getTranscript, 0, 0, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Outbox_Exception_getResults, 0, 0, IS_ARRAY, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Outbox_TransportException_getDiagnosis arginfo_class_Outbox_Exception_getDiagnosis

#define arginfo_class_Outbox_TransportException_getOutcome arginfo_class_Outbox_Exception_getOutcome

#define arginfo_class_Outbox_TransportException_getTranscript arginfo_class_Outbox_Exception_getTranscript

#define arginfo_class_Outbox_TransportException_getResults arginfo_class_Outbox_Exception_getResults


ZEND_METHOD(Outbox_TransportException, getDiagnosis);
ZEND_METHOD(Outbox_TransportException, getOutcome);
ZEND_METHOD(Outbox_TransportException, getTranscript);
ZEND_METHOD(Outbox_TransportException, getResults);


static const zend_function_entry class_Outbox_Exception_methods[] = {
	ZEND_ABSTRACT_ME_WITH_FLAGS(Outbox_Exception, getDiagnosis, arginfo_class_Outbox_Exception_getDiagnosis, ZEND_ACC_PUBLIC|ZEND_ACC_ABSTRACT)
	ZEND_ABSTRACT_ME_WITH_FLAGS(Outbox_Exception, getOutcome, arginfo_class_Outbox_Exception_getOutcome, ZEND_ACC_PUBLIC|ZEND_ACC_ABSTRACT)
	ZEND_ABSTRACT_ME_WITH_FLAGS(Outbox_Exception, getTranscript, arginfo_class_Outbox_Exception_getTranscript, ZEND_ACC_PUBLIC|ZEND_ACC_ABSTRACT)
	ZEND_ABSTRACT_ME_WITH_FLAGS(Outbox_Exception, getResults, arginfo_class_Outbox_Exception_getResults, ZEND_ACC_PUBLIC|ZEND_ACC_ABSTRACT)
	ZEND_FE_END
};


static const zend_function_entry class_Outbox_TransportException_methods[] = {
	ZEND_ME(Outbox_TransportException, getDiagnosis, arginfo_class_Outbox_TransportException_getDiagnosis, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_TransportException, getOutcome, arginfo_class_Outbox_TransportException_getOutcome, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_TransportException, getTranscript, arginfo_class_Outbox_TransportException_getTranscript, ZEND_ACC_PUBLIC)
	ZEND_ME(Outbox_TransportException, getResults, arginfo_class_Outbox_TransportException_getResults, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};


static const zend_function_entry class_Outbox_MessageException_methods[] = {
	ZEND_FE_END
};


static const zend_function_entry class_Outbox_ConnectException_methods[] = {
	ZEND_FE_END
};


static const zend_function_entry class_Outbox_TlsException_methods[] = {
	ZEND_FE_END
};


static const zend_function_entry class_Outbox_AuthException_methods[] = {
	ZEND_FE_END
};


static const zend_function_entry class_Outbox_RejectedException_methods[] = {
	ZEND_FE_END
};


static const zend_function_entry class_Outbox_TimeoutException_methods[] = {
	ZEND_FE_END
};


static const zend_function_entry class_Outbox_SpoolException_methods[] = {
	ZEND_FE_END
};


static const zend_function_entry class_Outbox_SpoolFullException_methods[] = {
	ZEND_FE_END
};


static const zend_function_entry class_Outbox_ProtocolException_methods[] = {
	ZEND_FE_END
};

static zend_class_entry *register_class_Outbox_Exception(zend_class_entry *class_entry_Throwable)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Outbox", "Exception", class_Outbox_Exception_methods);
	class_entry = zend_register_internal_interface(&ce);
	zend_class_implements(class_entry, 1, class_entry_Throwable);

	return class_entry;
}

static zend_class_entry *register_class_Outbox_TransportException(zend_class_entry *class_entry_RuntimeException, zend_class_entry *class_entry_Outbox_Exception)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Outbox", "TransportException", class_Outbox_TransportException_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_RuntimeException);
	class_entry->ce_flags |= ZEND_ACC_ABSTRACT;
	zend_class_implements(class_entry, 1, class_entry_Outbox_Exception);

	zend_string *property_diagnosis_class_Outbox_Diagnosis = zend_string_init("Outbox\\Diagnosis", sizeof("Outbox\\Diagnosis")-1, 1);
	zval property_diagnosis_default_value;
	ZVAL_NULL(&property_diagnosis_default_value);
	zend_string *property_diagnosis_name = zend_string_init("diagnosis", sizeof("diagnosis") - 1, 1);
	zend_declare_typed_property(class_entry, property_diagnosis_name, &property_diagnosis_default_value, ZEND_ACC_PRIVATE, NULL, (zend_type) ZEND_TYPE_INIT_CLASS(property_diagnosis_class_Outbox_Diagnosis, 0, MAY_BE_NULL));
	zend_string_release(property_diagnosis_name);

	zend_string *property_outcome_class_Outbox_Outcome = zend_string_init("Outbox\\Outcome", sizeof("Outbox\\Outcome")-1, 1);
	zval property_outcome_default_value;
	ZVAL_NULL(&property_outcome_default_value);
	zend_string *property_outcome_name = zend_string_init("outcome", sizeof("outcome") - 1, 1);
	zend_declare_typed_property(class_entry, property_outcome_name, &property_outcome_default_value, ZEND_ACC_PRIVATE, NULL, (zend_type) ZEND_TYPE_INIT_CLASS(property_outcome_class_Outbox_Outcome, 0, MAY_BE_NULL));
	zend_string_release(property_outcome_name);

	zval property_transcript_default_value;
	ZVAL_EMPTY_STRING(&property_transcript_default_value);
	zend_string *property_transcript_name = zend_string_init("transcript", sizeof("transcript") - 1, 1);
	zend_declare_typed_property(class_entry, property_transcript_name, &property_transcript_default_value, ZEND_ACC_PRIVATE, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING));
	zend_string_release(property_transcript_name);

	zval property_results_default_value;
	ZVAL_EMPTY_ARRAY(&property_results_default_value);
	zend_string *property_results_name = zend_string_init("results", sizeof("results") - 1, 1);
	zend_declare_typed_property(class_entry, property_results_name, &property_results_default_value, ZEND_ACC_PRIVATE, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_ARRAY));
	zend_string_release(property_results_name);

	return class_entry;
}

static zend_class_entry *register_class_Outbox_MessageException(zend_class_entry *class_entry_Outbox_TransportException)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Outbox", "MessageException", class_Outbox_MessageException_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_Outbox_TransportException);
	class_entry->ce_flags |= ZEND_ACC_FINAL;

	return class_entry;
}

static zend_class_entry *register_class_Outbox_ConnectException(zend_class_entry *class_entry_Outbox_TransportException)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Outbox", "ConnectException", class_Outbox_ConnectException_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_Outbox_TransportException);
	class_entry->ce_flags |= ZEND_ACC_FINAL;

	return class_entry;
}

static zend_class_entry *register_class_Outbox_TlsException(zend_class_entry *class_entry_Outbox_TransportException)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Outbox", "TlsException", class_Outbox_TlsException_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_Outbox_TransportException);
	class_entry->ce_flags |= ZEND_ACC_FINAL;

	return class_entry;
}

static zend_class_entry *register_class_Outbox_AuthException(zend_class_entry *class_entry_Outbox_TransportException)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Outbox", "AuthException", class_Outbox_AuthException_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_Outbox_TransportException);
	class_entry->ce_flags |= ZEND_ACC_FINAL;

	return class_entry;
}

static zend_class_entry *register_class_Outbox_RejectedException(zend_class_entry *class_entry_Outbox_TransportException)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Outbox", "RejectedException", class_Outbox_RejectedException_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_Outbox_TransportException);
	class_entry->ce_flags |= ZEND_ACC_FINAL;

	return class_entry;
}

static zend_class_entry *register_class_Outbox_TimeoutException(zend_class_entry *class_entry_Outbox_TransportException)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Outbox", "TimeoutException", class_Outbox_TimeoutException_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_Outbox_TransportException);
	class_entry->ce_flags |= ZEND_ACC_FINAL;

	return class_entry;
}

static zend_class_entry *register_class_Outbox_SpoolException(zend_class_entry *class_entry_Outbox_TransportException)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Outbox", "SpoolException", class_Outbox_SpoolException_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_Outbox_TransportException);

	return class_entry;
}

static zend_class_entry *register_class_Outbox_SpoolFullException(zend_class_entry *class_entry_Outbox_SpoolException)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Outbox", "SpoolFullException", class_Outbox_SpoolFullException_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_Outbox_SpoolException);
	class_entry->ce_flags |= ZEND_ACC_FINAL;

	return class_entry;
}

static zend_class_entry *register_class_Outbox_ProtocolException(zend_class_entry *class_entry_Outbox_TransportException)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Outbox", "ProtocolException", class_Outbox_ProtocolException_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_Outbox_TransportException);
	class_entry->ce_flags |= ZEND_ACC_FINAL;

	return class_entry;
}
