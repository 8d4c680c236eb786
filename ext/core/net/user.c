/* SPDX-License-Identifier: MIT */
#include "net/user.h"

#include <stdio.h>

#include "base/string.h"
#include "net/platform.h"

void ox_user_domain(char domain[OX_USER_DOMAIN_SIZE])
{
	ox_host_name(domain, OX_USER_DOMAIN_SIZE);
	if (!ox_is_hostname(domain)) {
		snprintf(domain, OX_USER_DOMAIN_SIZE, "localhost");
	}
}

void ox_user_address(char address[OX_USER_ADDRESS_SIZE])
{
	char domain[OX_USER_DOMAIN_SIZE];
	ox_user user;
	bool known = ox_user_current(&user) && *user.name;
	ox_user_domain(domain);
	snprintf(address, OX_USER_ADDRESS_SIZE, "%s@%s", known ? user.name : "nobody", domain);
}
