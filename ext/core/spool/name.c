/* SPDX-License-Identifier: MIT */
/* Ids and the names of folders. Pure. */
#include <stdio.h>
#include <string.h>

#include "base/crc32c.h"
#include "base/string.h"
#include "spool/spool_internal.h"

/* Where an id has what, in bits from its start. The first two are 0: 26 characters are 130 bits. */
enum {
	TIME_AT = 2, TIME_BITS = 48,
	CLASS_AT = TIME_AT + TIME_BITS, CLASS_BITS = 2,
	LANE_AT = CLASS_AT + CLASS_BITS, LANE_BITS = 12,
	RANDOM_AT = LANE_AT + LANE_BITS,
	BITS_OF_CHARACTER = 5,
};

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static unsigned value_of(char character)
{
	const char *at = character ? strchr(alphabet, character) : NULL;
	return at ? (unsigned)(at - alphabet) : 32;
}

static void put_bits(uint8_t *characters, size_t at, unsigned count, uint64_t value)
{
	for (unsigned i = 0; i < count; i++, at++) {
		uint8_t bit = value >> (count - 1 - i) & 1;
		characters[at / BITS_OF_CHARACTER] |=
			(uint8_t)(bit << (BITS_OF_CHARACTER - 1 - at % BITS_OF_CHARACTER));
	}
}

static uint64_t get_bits(const char *id, size_t at, unsigned count)
{
	uint64_t value = 0;
	for (unsigned i = 0; i < count; i++, at++) {
		unsigned character = value_of(id[at / BITS_OF_CHARACTER]);
		value = value << 1 | (character >> (BITS_OF_CHARACTER - 1 - at % BITS_OF_CHARACTER) & 1);
	}
	return value;
}

static void spell(char id[OX_SPOOL_ID_SIZE + 1], const uint8_t characters[OX_SPOOL_ID_SIZE])
{
	for (size_t i = 0; i < OX_SPOOL_ID_SIZE; i++) {
		id[i] = alphabet[characters[i]];
	}
	id[OX_SPOOL_ID_SIZE] = 0;
}

void ox_spool_make_id(char id[OX_SPOOL_ID_SIZE + 1], uint64_t now_ms, ox_spool_class class,
	unsigned lane, const uint8_t random[OX_SPOOL_RANDOM_SIZE])
{
	uint8_t characters[OX_SPOOL_ID_SIZE] = {0};
	put_bits(characters, TIME_AT, TIME_BITS, now_ms);
	put_bits(characters, CLASS_AT, CLASS_BITS, (uint64_t)class);
	put_bits(characters, LANE_AT, LANE_BITS, lane);
	for (size_t i = 0; i < 8; i++) {
		put_bits(characters, RANDOM_AT + 8 * i, 8, random[i]);
	}
	put_bits(characters, RANDOM_AT + 64, 2, random[8]);
	spell(id, characters);
}

void ox_spool_name_digest(char name[OX_SPOOL_ID_SIZE + 1], const uint8_t digest[16])
{
	uint8_t characters[OX_SPOOL_ID_SIZE] = {0};
	for (size_t i = 0; i < 16; i++) {
		put_bits(characters, 2 + 8 * i, 8, digest[i]);
	}
	spell(name, characters);
}

bool ox_spool_id_is_valid(const char *id)
{
	size_t i = 0;
	while (i < OX_SPOOL_ID_SIZE && value_of(id[i]) < 32) {
		i++;
	}
	return i == OX_SPOOL_ID_SIZE && !id[i] && value_of(id[0]) < 8;
}

ox_spool_class ox_spool_id_class(const char *id)
{
	uint64_t class = get_bits(id, CLASS_AT, CLASS_BITS);
	return class < OX_SPOOL_CLASS_COUNT ? (ox_spool_class)class : OX_SPOOL_BULK;
}

uint64_t ox_spool_id_created_ms(const char *id)
{
	return get_bits(id, TIME_AT, TIME_BITS);
}

unsigned ox_spool_id_lane(const char *id)
{
	return (unsigned)get_bits(id, LANE_AT, LANE_BITS);
}

unsigned ox_spool_lane(const char *profile)
{
	return ox_crc32c(0, profile, strlen(profile)) & (OX_SPOOL_LANES - 1);
}

unsigned ox_spool_id_shard(const char *id)
{
	return value_of(id[OX_SPOOL_ID_SIZE - 1]) % OX_SPOOL_SHARDS;
}

void ox_spool_id_set_shard(char *id, unsigned shard)
{
	unsigned last = value_of(id[OX_SPOOL_ID_SIZE - 1]);
	id[OX_SPOOL_ID_SIZE - 1] = alphabet[(last & 16) | (shard & 15)];
}

static bool is_name_octet(char c, bool first)
{
	bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
	return plain || (!first && (c == '.' || c == '_' || c == '-'));
}

bool ox_spool_profile_is_valid(const char *name)
{
	size_t i = 0;
	while (name[i] && i <= OX_SPOOL_PROFILE_MAX && is_name_octet(name[i], i == 0)) {
		i++;
	}
	return i && i <= OX_SPOOL_PROFILE_MAX && !name[i];
}

uint64_t ox_spool_bucket_of(uint64_t due_ms)
{
	return due_ms / 1000 >> OX_SPOOL_BUCKET_BITS;
}

uint64_t ox_spool_bucket_start_ms(uint64_t bucket)
{
	return (bucket << OX_SPOOL_BUCKET_BITS) * 1000;
}

bool ox_spool_bucket_is_past(uint64_t bucket, uint64_t now_ms)
{
	return ox_spool_bucket_start_ms(bucket + 1) <= now_ms;
}

uint64_t ox_spool_day_of(uint64_t now_ms)
{
	return now_ms / OX_SPOOL_DAY_MS;
}

void ox_spool_bucket_name(char name[OX_SPOOL_NAME_SIZE], uint64_t bucket)
{
	(void)snprintf(name, OX_SPOOL_NAME_SIZE, "%09llx", (unsigned long long)bucket);
}

void ox_spool_day_name(char name[OX_SPOOL_NAME_SIZE], uint64_t day)
{
	(void)snprintf(name, OX_SPOOL_NAME_SIZE, "%llu", (unsigned long long)day);
}

bool ox_spool_bucket_parse(const char *name, uint64_t *bucket)
{
	size_t i = 0;
	*bucket = 0;
	for (; name[i] && i < 10; i++) {
		unsigned digit = name[i] >= '0' && name[i] <= '9' ? (unsigned)(name[i] - '0') :
			name[i] >= 'a' && name[i] <= 'f' ? (unsigned)(name[i] - 'a' + 10) : 16;
		if (digit == 16) {
			return false;
		}
		*bucket = *bucket << 4 | digit;
	}
	return i == 9;
}

bool ox_spool_day_parse(const char *name, uint64_t *day)
{
	char again[OX_SPOOL_NAME_SIZE];
	if (strlen(name) > 12 || !ox_parse_number(ox_slice_of(name), day)) {
		return false;
	}
	ox_spool_day_name(again, *day);
	return !strcmp(again, name);
}

const char *ox_spool_state_name(ox_spool_state state)
{
	static const char *const names[OX_SPOOL_STATE_COUNT] = {"due", "deferred", "held", "failed",
		"quarantined"};
	return (unsigned)state < OX_SPOOL_STATE_COUNT ? names[state] : "none";
}

static const char *const class_names[OX_SPOOL_CLASS_COUNT] = {"urgent", "normal", "bulk"};

const char *ox_spool_class_name(ox_spool_class class)
{
	return (unsigned)class < OX_SPOOL_CLASS_COUNT ? class_names[class] : "none";
}

bool ox_spool_class_of(const char *name, ox_spool_class *class)
{
	for (int i = 0; i < OX_SPOOL_CLASS_COUNT; i++) {
		if (!strcmp(name, class_names[i])) {
			*class = (ox_spool_class)i;
			return true;
		}
	}
	return false;
}
