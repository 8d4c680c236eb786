/* SPDX-License-Identifier: MIT */
/* The Castagnoli CRC (RFC 9260 appendix A): finds what a disk or a power cut did to a file. It is no
 * defence against people. */
#ifndef OX_BASE_CRC32C_H
#define OX_BASE_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* Goes on from the CRC of what came before; begin with 0. */
uint32_t ox_crc32c(uint32_t crc, const void *bytes, size_t size);

#endif
