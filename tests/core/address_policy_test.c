/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "net/address_policy.h"
#include "net/sockaddr.h"

static bool allows(bool allow_private, const char *text)
{
	struct sockaddr_storage address;
	const ox_address_policy policy = {.allow_private = allow_private};
	if (!ox_sockaddr_parse(text, &address)) {
		fail_msg("%s is not an address", text);
	}
	return ox_policy_allows_address(&policy, (const struct sockaddr *)&address);
}

static void public_addresses_are_always_allowed(void **state)
{
	static const char *const addresses[] = {"8.8.8.8", "1.1.1.1", "11.0.0.0", "9.255.255.255",
		"172.15.255.255", "172.32.0.0", "100.63.255.255", "100.128.0.0", "223.255.255.255",
		"168.63.129.15", "192.0.1.0", "198.17.255.255", "198.20.0.0", "2606:4700::1111",
		"2a00:1450::1", "2001:200::1", "2001:4860:4860::8888", "2002:808:808::1",
		"64:ff9b::8.8.8.8", "::ffff:8.8.8.8"};
	(void)state;
	for (size_t i = 0; i < OX_COUNT(addresses); i++) {
		if (!allows(false, addresses[i])) {
			fail_msg("%s is refused", addresses[i]);
		}
	}
}

static void addresses_that_are_not_public_need_permission(void **state)
{
	static const char *const addresses[] = {"127.0.0.1", "127.255.255.255", "10.1.2.3",
		"172.16.0.1", "172.31.255.255", "192.168.0.1", "169.254.169.254", "100.64.0.1",
		"100.100.100.200", "192.0.0.192", "192.0.2.1", "198.18.0.1", "198.19.255.255",
		"198.51.100.1", "203.0.113.9", "240.0.0.1", "255.255.255.254", "168.63.129.16",
		"192.88.99.1", "::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::10.0.0.1",
		"64:ff9b::10.0.0.1", "64:ff9b:1::1", "fd00:ec2::254", "fc00::1", "fe80::1",
		"fe80::1%eth0", "fec0::1", "100::1", "2001:db8::1", "2001::1", "2001:1ff::1",
		"2002:7f00:1::1", "2002:a9fe:a9fe::", "3fff::1", "5f00::1", "4000::1"};
	(void)state;
	for (size_t i = 0; i < OX_COUNT(addresses); i++) {
		if (allows(false, addresses[i]) || !allows(true, addresses[i])) {
			fail_msg("%s is not taken for private", addresses[i]);
		}
	}
}

static void addresses_of_no_single_machine_are_never_allowed(void **state)
{
	static const char *const addresses[] = {"0.0.0.0", "0.1.2.3", "255.255.255.255", "224.0.0.1",
		"239.255.255.255", "::", "ff02::1", "::ffff:0.0.0.0", "::ffff:224.0.0.1",
		"64:ff9b::224.0.0.1", "::224.0.0.1"};
	(void)state;
	for (size_t i = 0; i < OX_COUNT(addresses); i++) {
		if (allows(true, addresses[i])) {
			fail_msg("%s is allowed", addresses[i]);
		}
	}
}

static void an_unknown_family_is_refused(void **state)
{
	struct sockaddr_storage address;
	const ox_address_policy policy = {.allow_private = true};
	(void)state;
	memset(&address, 0, sizeof address);
	address.ss_family = AF_UNIX;
	assert_false(ox_policy_allows_address(&policy, (const struct sockaddr *)&address));
}

static void the_list_of_hosts_decides_by_name_and_port(void **state)
{
	static const struct {
		const char *list, *host;
		unsigned port;
		bool allowed;
	} cases[] = {
		{NULL, "any.example", 25, true},
		{"", "any.example", 25, true},
		{" , ", "any.example", 25, true},
		{"smtp.example.com", "smtp.example.com", 25, true},
		{"smtp.example.com", "SMTP.Example.COM", 25, true},
		{"smtp.example.com", "smtp.example.com.", 25, true},
		{"smtp.example.com.", "smtp.example.com", 25, true},
		{"smtp.example.com", "xsmtp.example.com", 25, false},
		{"smtp.example.com", "smtp.example.comx", 25, false},
		{"smtp.example.com", "", 25, false},
		{"a.example,b.example c.example\tsmtp.example", "c.example", 25, true},
		{"a.example,b.example c.example\tsmtp.example", "smtp.example", 25, true},
		{"a.example,b.example", "a.example,b.example", 25, false},
		{"*.example.com", "mail.example.com", 25, true},
		{"*.example.com", "a.b.example.com", 25, true},
		{"*.example.com", "MAIL.EXAMPLE.COM.", 25, true},
		{"*.example.com", "example.com", 25, false},
		{"*.example.com", ".example.com", 25, false},
		{"*.example.com", "badexample.com", 25, false},
		{"*.example.com", "example.com.evil.test", 25, false},
		{"*example.com", "badexample.com", 25, false},
		{"*", "any.example", 25, true},
		{"*:587", "any.example", 587, true},
		{"*:587", "any.example", 25, false},
		{"smtp.example:587", "smtp.example", 587, true},
		{"smtp.example:587", "smtp.example", 465, false},
		{"smtp.example:587,smtp.example:465", "smtp.example", 465, true},
		{"smtp.example:x", "smtp.example", 25, false},
		{"smtp.example:", "smtp.example", 25, false},
		{"*.example.com:465", "a.example.com", 465, true},
		{"*.example.com:465", "a.example.com", 25, false},
		{"127.0.0.1", "127.0.0.1", 25, true},
		{"127.0.0.1:25", "127.0.0.1", 2525, false},
		{"2001:db8::1", "2001:DB8::1", 25, true},
		{"[2001:db8::1]", "2001:db8::1", 25, true},
		{"[2001:db8::1]:25", "2001:db8::1", 25, true},
		{"[2001:db8::1]:25", "2001:db8::1", 26, false},
	};
	(void)state;
	for (size_t i = 0; i < OX_COUNT(cases); i++) {
		const ox_address_policy policy = {.allowed_hosts = cases[i].list};
		if (ox_policy_allows_host(&policy, cases[i].host, cases[i].port) != cases[i].allowed) {
			fail_msg("list '%s', host '%s' port %u", cases[i].list, cases[i].host, cases[i].port);
		}
	}
	assert_true(ox_policy_allows_host(NULL, "any.example", 25));
}

static void addresses_are_written_as_literals_and_with_ports(void **state)
{
	static const struct {
		const char *address, *literal, *text;
	} cases[] = {
		{"192.0.2.1", "[192.0.2.1]", "192.0.2.1:587"},
		{"2001:db8:0::1", "[IPv6:2001:db8::1]", "[2001:db8::1]:587"},
		{"::ffff:192.0.2.1", "[192.0.2.1]", "192.0.2.1:587"},
	};
	(void)state;
	for (size_t i = 0; i < OX_COUNT(cases); i++) {
		struct sockaddr_storage address;
		char text[64];
		assert_true(ox_sockaddr_parse(cases[i].address, &address));
		if (address.ss_family == AF_INET) {
			((struct sockaddr_in *)&address)->sin_port = htons(587);
		} else {
			((struct sockaddr_in6 *)&address)->sin6_port = htons(587);
		}
		const struct sockaddr *generic = (const struct sockaddr *)&address;
		assert_int_equal(ox_sockaddr_literal(generic, text, sizeof text), OX_OK);
		assert_string_equal(text, cases[i].literal);
		assert_int_equal(ox_sockaddr_text(generic, text, sizeof text), OX_OK);
		assert_string_equal(text, cases[i].text);
		assert_int_equal(ox_sockaddr_text(generic, text, strlen(cases[i].text)), OX_E_LIMIT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(public_addresses_are_always_allowed),
		cmocka_unit_test(addresses_that_are_not_public_need_permission),
		cmocka_unit_test(addresses_of_no_single_machine_are_never_allowed),
		cmocka_unit_test(an_unknown_family_is_refused),
		cmocka_unit_test(the_list_of_hosts_decides_by_name_and_port),
		cmocka_unit_test(addresses_are_written_as_literals_and_with_ports),
	};
	return cmocka_run_group_tests_name("address_policy", tests, NULL, NULL);
}
