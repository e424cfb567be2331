/* check_word.h - check digits of eight digits at once, as ASCII or values in one word, the first the lowest byte. Every second
 * digit is in a lane of 16 bits, so that one product adds up all lanes. Private to scan/. */
#pragma once
#include "base/base.h"

#define CHECK_LANES                UINT64_C(0x000F000F000F000F)
#define CHECK_WEIGHTS(a, b, c, d)  ((uint64_t)(a) << 48 | (uint64_t)(b) << 32 | (uint64_t)(c) << 16 | (uint64_t)(d))

static inline unsigned WRAPS check_weighted(uint64_t lanes, uint64_t weights)
{
	return (unsigned)(lanes * weights >> 48);
}

/* The kind of insurance in two digits, prefecture in two, insurer, check; the national insurance has no kind: two zeros. */
static inline bool WRAPS check_insurer_word(uint64_t digits)
{
	uint64_t twice = digits & CHECK_LANES, once = digits >> 8 & CHECK_LANES;
	uint64_t over = (twice + UINT64_C(0x007B007B007B007B)) >> 7 & UINT64_C(0x0001000100010001);
	unsigned prefecture = (unsigned)(digits >> 16 & 15) * 10 + (unsigned)(digits >> 24 & 15);

	return (prefecture - 1 < 47) & (check_weighted(once + 2 * twice - 9 * over, CHECK_WEIGHTS(1, 1, 1, 1)) % 10 == 0);
}

/* Digits of a My Number and of a licence, the first eight and the last four in a word each: CHECK_MY_NUMBER, CHECK_LICENCE.
 * My Number: Ordinance 85 of 2014 of the Ministry of Internal Affairs, Art. 5. Licence: no official text says how its
 * digit is computed; this is the rule generally observed. The first two digits are the prefecture that issued it
 * (10-97), the last counts re-issues. */
enum { CHECK_MY_NUMBER = 1, CHECK_LICENCE = 2 };
static inline int WRAPS check_twelve(uint64_t first, uint64_t last)
{
	static const uint8_t rest_my[11] = { 0, 0, 9, 8, 7, 6, 5, 4, 3, 2, 1 }, rest_licence[11] = { 1, 0, 9, 8, 7, 6, 5, 4, 3, 2, 1 };
	uint64_t even = first & CHECK_LANES, odd = first >> 8 & CHECK_LANES, even2 = last & CHECK_LANES, odd2 = last >> 8 & CHECK_LANES;
	unsigned my = check_weighted(even, CHECK_WEIGHTS(6, 4, 2, 6)) + check_weighted(odd, CHECK_WEIGHTS(5, 3, 7, 5))
		+ check_weighted(even2, CHECK_WEIGHTS(4, 2, 0, 0)) + check_weighted(odd2, CHECK_WEIGHTS(3, 0, 0, 0));
	unsigned licence = check_weighted(even, CHECK_WEIGHTS(5, 3, 7, 5)) + check_weighted(odd, CHECK_WEIGHTS(4, 2, 6, 4))
		+ check_weighted(even2, CHECK_WEIGHTS(3, 0, 0, 0)) + check_weighted(odd2, CHECK_WEIGHTS(2, 0, 0, 0));
	unsigned prefecture = (unsigned)(first & 15) * 10 + (unsigned)(first >> 8 & 15);
	bool is_my = rest_my[my % 11] == (odd2 >> 16 & 15), is_licence = prefecture - 10 <= 87 && rest_licence[licence % 11] == (even2 >> 16 & 15);

	return is_my * CHECK_MY_NUMBER | is_licence * CHECK_LICENCE;
}
