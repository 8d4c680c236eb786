/* SPDX-License-Identifier: MIT */
#ifdef _WIN32

#include "net/program.h"

#include <errno.h>

int ox_program_check(const char *path)
{
	(void)path;
	return ENOSYS;
}

int ox_program_start(const char *path, const char *const arguments[])
{
	(void)path;
	(void)arguments;
	return ENOSYS;
}

void ox_process_close_inherited(void)
{
}

void ox_process_step_back(void)
{
}

#endif
