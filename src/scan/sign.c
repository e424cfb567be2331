/* sign.c - one character at a time: digits and separators in every spelling an office knows. */
#include "scan/inside.h"
#include "base/utf8.h"

uint32_t char_at(const uint8_t *t, ptrdiff_t i, ptrdiff_t hi, int *ret_len)
{
	uint32_t b = t[i];

	*ret_len = 1;
	if (b < 0x80)
		return b;
	if (b >= 0xE0 && b < 0xF0 && i + 2 < hi && (t[i + 1] & 0xC0) == 0x80 && (t[i + 2] & 0xC0) == 0x80) {
		*ret_len = 3;
		return (b & 15) << 12 | (uint32_t)(t[i + 1] & 63) << 6 | (t[i + 2] & 63);
	}
	if (b >= 0xC2 && b < 0xE0 && i + 1 < hi && (t[i + 1] & 0xC0) == 0x80) {
		*ret_len = 2;
		return (b & 31) << 6 | (t[i + 1] & 63);
	}
	if (b >= 0xF0 && b < 0xF5 && i + 3 < hi && (t[i + 1] & 0xC0) == 0x80 && (t[i + 2] & 0xC0) == 0x80 && (t[i + 3] & 0xC0) == 0x80) {
		*ret_len = 4;
		return (b & 7) << 18 | (uint32_t)(t[i + 1] & 63) << 12 | (uint32_t)(t[i + 2] & 63) << 6 | (t[i + 3] & 63);
	}
	return UTF8_BAD;
}

uint32_t char_before(const uint8_t *t, ptrdiff_t i, ptrdiff_t lo, int *ret_len)
{
	ptrdiff_t k = i - 1;
	uint32_t c;

	while (k > lo && k > i - 4 && (t[k] & 0xC0) == 0x80)
		k--;
	c = char_at(t, k, i, ret_len);
	if (k + *ret_len == i)
		return c;
	*ret_len = 1;
	return UTF8_BAD;
}

bool char_is_han(uint32_t c)
{
	return (c >= 0x4E00 && c <= 0x9FFF) || c == 0x3005 || c == 0x3006 || (c >= 0x3400 && c <= 0x4DBF)
		|| (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFF);
}

bool char_is_kana(uint32_t c)
{
	return (c >= 0x3041 && c <= 0x3096) || (c >= 0x30A1 && c <= 0x30FA) || c == 0x30FC || (c >= 0xFF66 && c <= 0xFF9F);
}

uint32_t char_ascii(uint32_t c)
{
	return c >= 0xFF01 && c <= 0xFF5E ? c - 0xFEE0 : c == 0x3000 || c == 0xA0 ? ' ' : c;
}

bool char_is_digit(uint32_t c)
{
	c = char_ascii(c);
	return c >= '0' && c <= '9';
}

bool char_is_latin(uint32_t c)
{
	c = char_ascii(c) | 32;
	return c >= 'a' && c <= 'z';
}

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
