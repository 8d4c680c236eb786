<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\Oracle;

/** Chance that falls the same way whenever it is begun with the same number. */
final class Dice
{
    public function __construct(int $seed)
    {
        mt_srand($seed, MT_RAND_MT19937);
    }

    public function number(int $least, int $most): int
    {
        return mt_rand($least, $most);
    }

    /** Once in so many times. */
    public function once(int $in): bool
    {
        return mt_rand(1, $in) === 1;
    }

    public function one(array $of): mixed
    {
        return $of[mt_rand(0, count($of) - 1)];
    }

    /** @return list<mixed> what $make gives, $least to $most times */
    public function several(int $least, int $most, \Closure $make): array
    {
        $made = [];
        for ($count = mt_rand($least, $most); $count > 0; $count--) {
            $made[] = $make();
        }
        return $made;
    }

    public function octets(int $size): string
    {
        $octets = '';
        while (strlen($octets) < $size) {
            $octets .= pack('V', mt_rand(0, 0x7fffffff) | mt_rand(0, 1) << 31);
        }
        return substr($octets, 0, $size);
    }
}
