/* SPDX-License-Identifier: MIT */
#include "net/user.h"

#include <stdio.h>

#include "base/string.h"
#include "net/platform.h"

void ox_user_address(char address[OX_USER_ADDRESS_SIZE])
{
	char host[256];
	ox_user user;
	ox_host_name(host, sizeof host);
	bool known = ox_user_current(&user) && *user.name;
	snprintf(address, OX_USER_ADDRESS_SIZE, "%s@%s", known ? user.name : "nobody",
		ox_is_hostname(host) ? host : "localhost");
}
