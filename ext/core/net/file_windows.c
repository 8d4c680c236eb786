/* SPDX-License-Identifier: MIT */
#ifdef _WIN32
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#include <windows.h>

#include "net/file.h"

/* Who may read a file is an access list here, a lock is mandatory, and no directory can be synced: a
 * spool would need another set of promises, not another set of calls. Until there is one, every way in
 * says that there is none. */

ox_file_fault ox_file_fault_of(int system_error)
{
	return system_error ? OX_FILE_UNSUPPORTED : OX_FILE_FINE;
}

uint32_t ox_file_user(void)
{
	return 0;
}

int ox_directory_open(const char *path, unsigned how, ox_file *directory,
	ox_directory_fault *fault, const char **component)
{
	(void)how;
	*directory = OX_FILE_NONE;
	*fault = OX_DIRECTORY_SOUND;
	*component = path;
	return ERROR_NOT_SUPPORTED;
}

int ox_directory_open_at(ox_file in, const char *name, ox_file *directory)
{
	(void)in, (void)name;
	*directory = OX_FILE_NONE;
	return ERROR_NOT_SUPPORTED;
}

int ox_directory_make(ox_file in, const char *name)
{
	(void)in, (void)name;
	return ERROR_NOT_SUPPORTED;
}

int ox_directory_remove(ox_file in, const char *name)
{
	(void)in, (void)name;
	return ERROR_NOT_SUPPORTED;
}

int ox_directory_sync(ox_file directory)
{
	(void)directory;
	return ERROR_NOT_SUPPORTED;
}

int ox_listing_open(ox_file directory, ox_listing **listing)
{
	(void)directory;
	*listing = NULL;
	return ERROR_NOT_SUPPORTED;
}

int ox_listing_next(ox_listing *listing, const char **name)
{
	(void)listing;
	*name = NULL;
	return ERROR_NOT_SUPPORTED;
}

void ox_listing_free(ox_listing *listing)
{
	(void)listing;
}

int ox_directory_filesystem(ox_file directory, ox_filesystem *filesystem)
{
	(void)directory, (void)filesystem;
	return ERROR_NOT_SUPPORTED;
}

int ox_directory_space(ox_file directory, ox_file_space *space)
{
	(void)directory, (void)space;
	return ERROR_NOT_SUPPORTED;
}

int ox_file_create(ox_file in, const char *name, ox_file *file)
{
	(void)in, (void)name;
	*file = OX_FILE_NONE;
	return ERROR_NOT_SUPPORTED;
}

int ox_file_open(ox_file in, const char *name, bool writable, ox_file *file,
	ox_file_facts *facts)
{
	(void)in, (void)name, (void)writable, (void)facts;
	*file = OX_FILE_NONE;
	return ERROR_NOT_SUPPORTED;
}

bool ox_file_is_sound(const ox_file_facts *facts)
{
	(void)facts;
	return false;
}

int ox_file_open_or_create(ox_file in, const char *name, ox_file *file, ox_file_facts *facts)
{
	(void)in, (void)name, (void)facts;
	*file = OX_FILE_NONE;
	return ERROR_NOT_SUPPORTED;
}

int ox_file_open_log(ox_file in, const char *name, ox_file *file, ox_file_facts *facts)
{
	(void)in, (void)name, (void)facts;
	*file = OX_FILE_NONE;
	return ERROR_NOT_SUPPORTED;
}

int ox_file_facts_at(ox_file in, const char *name, ox_file_facts *facts)
{
	(void)in, (void)name, (void)facts;
	return ERROR_NOT_SUPPORTED;
}

int ox_file_facts_of(ox_file file, ox_file_facts *facts)
{
	(void)file, (void)facts;
	return ERROR_NOT_SUPPORTED;
}

int ox_file_read_at(ox_file file, uint64_t offset, void *bytes, size_t size, size_t *got)
{
	(void)file, (void)offset, (void)bytes, (void)size;
	*got = 0;
	return ERROR_NOT_SUPPORTED;
}

int ox_file_write_at(ox_file file, uint64_t offset, const void *bytes, size_t size)
{
	(void)file, (void)offset, (void)bytes, (void)size;
	return ERROR_NOT_SUPPORTED;
}

int ox_file_append(ox_file file, const void *bytes, size_t size, size_t *put)
{
	(void)file, (void)bytes, (void)size;
	*put = 0;
	return ERROR_NOT_SUPPORTED;
}

int ox_file_cut(ox_file file, uint64_t size)
{
	(void)file, (void)size;
	return ERROR_NOT_SUPPORTED;
}

int ox_file_reserve(ox_file file, uint64_t offset, uint64_t size)
{
	(void)file, (void)offset, (void)size;
	return ERROR_NOT_SUPPORTED;
}

int ox_file_set_modified(ox_file file, uint64_t modified_ms)
{
	(void)file, (void)modified_ms;
	return ERROR_NOT_SUPPORTED;
}

int ox_file_sync(ox_file file)
{
	(void)file;
	return ERROR_NOT_SUPPORTED;
}

int ox_file_sync_data(ox_file file)
{
	(void)file;
	return ERROR_NOT_SUPPORTED;
}

void ox_file_start_sync(ox_file file)
{
	(void)file;
}

int ox_file_lock(ox_file file, bool shared)
{
	(void)file, (void)shared;
	return ERROR_NOT_SUPPORTED;
}

int ox_file_wait_lock(ox_file file)
{
	(void)file;
	return ERROR_NOT_SUPPORTED;
}

void ox_file_unlock(ox_file file)
{
	(void)file;
}

int ox_file_rename(ox_file from, const char *name, ox_file to, const char *as, bool replace)
{
	(void)from, (void)name, (void)to, (void)as, (void)replace;
	return ERROR_NOT_SUPPORTED;
}

int ox_file_remove(ox_file in, const char *name)
{
	(void)in, (void)name;
	return ERROR_NOT_SUPPORTED;
}

void ox_file_close(ox_file file)
{
	(void)file;
}

int ox_fifo_make(ox_file in, const char *name)
{
	(void)in, (void)name;
	return ERROR_NOT_SUPPORTED;
}

int ox_fifo_open(ox_file in, const char *name, ox_file *fifo)
{
	(void)in, (void)name;
	*fifo = OX_FILE_NONE;
	return ERROR_NOT_SUPPORTED;
}

int ox_fifo_read(ox_file fifo, void *bytes, size_t size, size_t *got, bool *full)
{
	(void)fifo, (void)bytes, (void)size, (void)full;
	*got = 0;
	return ERROR_NOT_SUPPORTED;
}

int ox_fifo_poke(ox_file in, const char *name, const void *bytes, size_t size)
{
	(void)in, (void)name, (void)bytes, (void)size;
	return ERROR_NOT_SUPPORTED;
}

#endif
