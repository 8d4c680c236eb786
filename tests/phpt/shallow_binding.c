/* SPDX-License-Identifier: MIT */
/* Loaded in front of ASan: PHP opens extensions with RTLD_DEEPBIND, and the sanitizer's own malloc cannot work
 * then (google/sanitizers issue 611). */
#include <dlfcn.h>

void *dlopen(const char *file, int mode)
{
	void *(*next)(const char *, int) = (void *(*)(const char *, int))dlsym(RTLD_NEXT, "dlopen");
	return next(file, mode & ~RTLD_DEEPBIND);
}
