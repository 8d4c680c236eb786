/* SPDX-License-Identifier: MIT */
/* When a message is tried again, and when its time is over. Pure: clocks and dice are arguments. */
#ifndef OX_RUNNER_SCHEDULE_H
#define OX_RUNNER_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	OX_SCHEDULE_DELAY_MAX_MS = 17280000, /* the longest wait between two tries: 4 hours and a fifth */
	OX_CLOCK_JUMPS_MAX = 16,
	OX_CLOCK_BOOT_SIZE = 40,      /* the system's name for one run of itself, with its NUL */
	OX_CLOCK_TOLERANCE_MS = 60000, /* a clock that is set by less is not noticed */
	OX_CLOCK_PATIENT_MS = 345600000, /* 4 days: who has so long is not told over by a clock nobody had in sight */
};

/* Milliseconds to wait after `tries` tries: 1, 5, 15, 30 minutes, 1, 2 hours, then always 4; a fifth more or
 * less, as the dice (any 32 bits) say, so that what failed together does not come back together. */
uint64_t ox_schedule_delay_ms(uint32_t tries, uint32_t dice);

/* The moment of the next try; never past the message's expiry, which is looked at then. */
uint64_t ox_schedule_next_ms(uint32_t tries, uint64_t now_ms, uint64_t expires_ms, uint32_t dice);

/* A wall clock that is set does not make mail old. What it was set by is told from the clock that counts since
 * the system's start, and is taken off the age of everything from before. */
typedef struct {
	uint64_t at_ms;  /* what the wall clock would show, had it not been set */
	int64_t by_ms;   /* forward is positive */
} ox_clock_jump;

typedef struct {
	char boot[OX_CLOCK_BOOT_SIZE]; /* "" = nothing noted yet */
	uint64_t since_boot_ms, wall_ms;
	ox_clock_jump jumps[OX_CLOCK_JUMPS_MAX]; /* the oldest goes first */
	unsigned jump_count;
	uint64_t seen_ms;        /* the wall clock at the last note */
	uint64_t unseen_from_ms, unseen_to_ms; /* nobody noted clocks between these two: before the first note since the
	                                        * system's start */
} ox_clocks; /* zeroed: no jump is known */

/* To be told often; true if the wall clock was set since the last time. Nothing can be told across a restart of
 * the system. */
bool ox_clocks_note(ox_clocks *clocks, const char *boot, uint64_t since_boot_ms, uint64_t wall_ms);

/* How long ago that was, by both clocks; 0 for the future. Where the clock was set back and shows a time for the second
 * time, it is the younger. */
uint64_t ox_clocks_age_ms(const ox_clocks *clocks, uint64_t since_ms, uint64_t now_ms);

/* How long that many tries take by the table, without jitter. */
uint64_t ox_schedule_elapsed_ms(uint32_t tries);

/* Whether a message that was made for so long is over. One with 4 days or more that came in while nobody had the clocks
 * in sight, or under a clock that cannot have been right, is not older than its tries. */
bool ox_clocks_is_over(const ox_clocks *clocks, uint64_t created_ms, uint64_t expires_ms, uint32_t tries,
	uint64_t now_ms);

#endif
