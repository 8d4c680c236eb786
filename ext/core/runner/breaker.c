/* SPDX-License-Identifier: MIT */
#include "runner/breaker.h"

bool ox_breaker_is_open(const ox_breaker *breaker)
{
	return breaker->failures > 0;
}

bool ox_breaker_allows(const ox_breaker *breaker, uint64_t now_ms)
{
	return !breaker->failures || (!breaker->probing && now_ms >= breaker->until_ms);
}

void ox_breaker_begin(ox_breaker *breaker)
{
	breaker->probing = breaker->failures > 0;
}

void ox_breaker_failed(ox_breaker *breaker, uint64_t now_ms, uint32_t dice)
{
	if (breaker->failures && !breaker->probing) {
		return; /* one of several that were begun before the first failed */
	}
	uint64_t pause = OX_BREAKER_FIRST_MS;
	for (uint32_t i = 0; i < breaker->failures && pause < OX_BREAKER_MAX_MS; i++) {
		pause *= 2;
	}
	pause = pause < OX_BREAKER_MAX_MS ? pause : OX_BREAKER_MAX_MS;
	/* Never longer than the limit, a fifth shorter at most: servers that share a fault are not all asked in
	 * the same second. */
	pause -= pause / 5 * dice / UINT32_MAX;
	breaker->failures += breaker->failures < UINT32_MAX;
	breaker->until_ms = now_ms + pause;
	breaker->probing = false;
}

void ox_breaker_succeeded(ox_breaker *breaker)
{
	breaker->failures = 0;
	breaker->until_ms = 0;
	breaker->probing = false;
}

void ox_breaker_withdraw(ox_breaker *breaker)
{
	breaker->probing = false;
}

uint64_t ox_breaker_next_ms(const ox_breaker *breaker, uint64_t now_ms)
{
	if (!breaker->failures || (!breaker->probing && now_ms >= breaker->until_ms)) {
		return 0;
	}
	return breaker->probing ? UINT64_MAX : breaker->until_ms;
}
