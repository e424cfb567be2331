/* sign.c - one character at a time: digits and separators in every spelling an office knows. */
#include "scan/inside.h"

static int kanji_digit(uint32_t c)
{
	switch (c) {
	case 0x3007: case 0x96F6: return 0;      /* 〇 零 */
	case 0x4E00: return 1;
	case 0x4E8C: return 2;
	case 0x4E09: return 3;
	case 0x56DB: return 4;
	case 0x4E94: return 5;
	case 0x516D: return 6;
	case 0x4E03: return 7;
	case 0x516B: return 8;
	case 0x4E5D: return 9;
	default: return SIGN_NONE;
	}
}

static int sign_of(uint32_t c, bool kanji)
{
	if (c >= '0' && c <= '9')
		return (int)(c - '0');
	if (c >= 0xFF10 && c <= 0xFF19)
		return (int)(c - 0xFF10);
	switch (c) {
	case '-': case 0xAD: case 0x2212: case 0x2043: case 0x30FC: case 0xFF0D: case 0xFF70: case 0xFE63: case 0xFE58:
	case 0x2500: case 0x2501:
		return SIGN_HYPHEN;
	case ' ': case 0xA0: case 0x3000: case 0x202F: case 0x2009: case 0x2007:
		return SIGN_SPACE;
	case '.': case 0xFF0E:
		return SIGN_DOT;
	case '/': case 0xFF0F:
		return SIGN_SLASH;
	case '(': case 0xFF08:
		return SIGN_OPEN;
	case ')': case 0xFF09:
		return SIGN_CLOSE;
	case '\n': case '\r':
		return SIGN_LINE;
	default:
		if (c >= 0x2010 && c <= 0x2015)
			return SIGN_HYPHEN;
		return kanji ? kanji_digit(c) : SIGN_NONE;
	}
}

int sign_at(const uint8_t *t, ptrdiff_t i, ptrdiff_t hi, bool kanji, int *ret_len)
{
	return sign_of(char_at(t, i, hi, ret_len), kanji);
}

int sign_before(const uint8_t *t, ptrdiff_t i, ptrdiff_t lo, bool kanji, int *ret_len)
{
	return sign_of(char_before(t, i, lo, ret_len), kanji);
}
