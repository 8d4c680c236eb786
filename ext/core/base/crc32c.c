/* SPDX-License-Identifier: MIT */
#include "base/crc32c.h"

/* Eight octets a step need eight tables of 256. The CRC is linear over its bits, so the compiler makes each
 * entry out of the eight that belong to single bits: step k of them shifts through k + 1 octets of zeros
 * (reflected polynomial 0x82f63b78). */
#define BIT(n, i, value) (((n) >> (i) & 1u) * (value))
#define ENTRY(n, a, b, c, d, e, f, g, h) \
	(BIT(n, 0, a) ^ BIT(n, 1, b) ^ BIT(n, 2, c) ^ BIT(n, 3, d) ^ BIT(n, 4, e) ^ BIT(n, 5, f) ^ \
		BIT(n, 6, g) ^ BIT(n, 7, h))
#define FOUR(n, a, b, c, d, e, f, g, h) \
	ENTRY((n), a, b, c, d, e, f, g, h), ENTRY((n) + 1u, a, b, c, d, e, f, g, h), \
		ENTRY((n) + 2u, a, b, c, d, e, f, g, h), ENTRY((n) + 3u, a, b, c, d, e, f, g, h)
#define SIXTEEN(n, a, b, c, d, e, f, g, h) \
	FOUR((n), a, b, c, d, e, f, g, h), FOUR((n) + 4u, a, b, c, d, e, f, g, h), \
		FOUR((n) + 8u, a, b, c, d, e, f, g, h), FOUR((n) + 12u, a, b, c, d, e, f, g, h)
#define QUARTER(n, a, b, c, d, e, f, g, h) \
	SIXTEEN((n), a, b, c, d, e, f, g, h), SIXTEEN((n) + 16u, a, b, c, d, e, f, g, h), \
		SIXTEEN((n) + 32u, a, b, c, d, e, f, g, h), SIXTEEN((n) + 48u, a, b, c, d, e, f, g, h)
#define TABLE(a, b, c, d, e, f, g, h) \
	{QUARTER(0u, a, b, c, d, e, f, g, h), QUARTER(64u, a, b, c, d, e, f, g, h), \
		QUARTER(128u, a, b, c, d, e, f, g, h), QUARTER(192u, a, b, c, d, e, f, g, h)}

static const uint32_t tables[8][256] = {
	TABLE(0xf26b8303u, 0xe13b70f7u, 0xc79a971fu, 0x8ad958cfu, 0x105ec76fu, 0x20bd8edeu,
		0x417b1dbcu, 0x82f63b78u),
	TABLE(0x13a29877u, 0x274530eeu, 0x4e8a61dcu, 0x9d14c3b8u, 0x3fc5f181u, 0x7f8be302u,
		0xff17c604u, 0xfbc3faf9u),
	TABLE(0xa541927eu, 0x4f6f520du, 0x9edea41au, 0x38513ec5u, 0x70a27d8au, 0xe144fb14u,
		0xc76580d9u, 0x8b277743u),
	TABLE(0xdd45aab8u, 0xbf672381u, 0x7b2231f3u, 0xf64463e6u, 0xe964b13du, 0xd725148bu,
		0xaba65fe7u, 0x52a0c93fu),
	TABLE(0x38116facu, 0x7022df58u, 0xe045beb0u, 0xc5670b91u, 0x8f2261d3u, 0x1ba8b557u,
		0x37516aaeu, 0x6ea2d55cu),
	TABLE(0xef306b19u, 0xdb8ca0c3u, 0xb2f53777u, 0x6006181fu, 0xc00c303eu, 0x85f4168du,
		0x0e045bebu, 0x1c08b7d6u),
	TABLE(0x68032cc8u, 0xd0065990u, 0xa5e0c5d1u, 0x4e2dfd53u, 0x9c5bfaa6u, 0x3d5b83bdu,
		0x7ab7077au, 0xf56e0ef4u),
	TABLE(0x493c7d27u, 0x9278fa4eu, 0x211d826du, 0x423b04dau, 0x847609b4u, 0x0d006599u,
		0x1a00cb32u, 0x34019664u),
};

static uint32_t little_endian(const uint8_t *at)
{
	return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

uint32_t ox_crc32c(uint32_t crc, const void *bytes, size_t size)
{
	const uint8_t *at = bytes;
	crc = ~crc;
	for (; size >= 8; size -= 8, at += 8) {
		uint32_t low = crc ^ little_endian(at), high = little_endian(at + 4);
		crc = tables[7][low & 0xff] ^ tables[6][low >> 8 & 0xff] ^ tables[5][low >> 16 & 0xff] ^
			tables[4][low >> 24] ^ tables[3][high & 0xff] ^ tables[2][high >> 8 & 0xff] ^
			tables[1][high >> 16 & 0xff] ^ tables[0][high >> 24];
	}
	for (; size; size--, at++) {
		crc = crc >> 8 ^ tables[0][(crc ^ *at) & 0xff];
	}
	return ~crc;
}
