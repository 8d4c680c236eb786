/* SPDX-License-Identifier: MIT */
/* A file of the caller's that is read while a message is sent: opened once and held open, so that what was
 * checked is what is read, whatever becomes of its name. */
#ifndef OX_NET_GIVEN_FILE_H
#define OX_NET_GIVEN_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

typedef struct ox_given_file ox_given_file;

/* Opens a regular file for reading; *file returns new. Waits for nobody (a FIFO, a terminal), and no child
 * process inherits it. On Windows the path is UTF-8. OX_E_FAILED: class USAGE, the text says why in words
 * that do not repeat the path; OX_E_NOMEM. */
OX_MUST_USE int ox_given_file_open(const char *path, ox_given_file **file, ox_error *error);
void ox_given_file_free(ox_given_file *file);

/* Octets when it was opened. */
uint64_t ox_given_file_size(const ox_given_file *file);

/* Where the file that is open lies, without links, as the system says; path is the one it was opened by.
 * OX_E_FAILED: the system cannot tell, or another file has that name by now. */
OX_MUST_USE int ox_given_file_path(const ox_given_file *file, const char *path, char *found, size_t size);

/* Reads exactly size octets from offset. false: they cannot be read, or size or time of change are no longer
 * what they were when the file was opened. The read of an ox_content with the file as its context. */
bool ox_given_file_read(void *file, uint64_t offset, void *bytes, size_t size);

#endif
