/* dict.c - the dictionary, linked into the program as it was built, and look-up in it. */
#include "scan/inside.h"
#include "base/utf8.h"

/* SCAN_DICT_FILE comes from scan.mk. */
__asm__(".section .rodata,\"a\"\n.balign 64\n.hidden scan_dict_bytes\n.globl scan_dict_bytes\nscan_dict_bytes:\n"
	".incbin \"" SCAN_DICT_FILE "\"\n.previous\n");
extern const struct dict scan_dict_bytes;

const struct dict *dict_get(void)
{
	return &scan_dict_bytes;
}

const struct dict_word *dict_find(uint64_t h)
{
	const struct dict *d = &scan_dict_bytes;
	uint32_t print = (uint32_t)(h >> 32) | 1;

	for (uint32_t i = (uint32_t)h & (DICT_WORDS - 1); d->words[i].print; i = (i + 1) & (DICT_WORDS - 1))
		if (d->words[i].print == print)
			return &d->words[i];
	return NULL;
}

int dict_cost(const struct dict_word *w, enum dict_class class)
{
	for (int k = 0; w && k < DICT_CLASSES; k++)
		if (w->item[k] != UINT16_MAX && (enum dict_class)(w->item[k] >> 11) == class)
			return (w->item[k] & 2047) * 8;
	return -1;
}

uint64_t dict_hash_chars(const uint32_t *c, int n)
{
	uint64_t h = DICT_SEED;

	for (int i = 0; i < n; i++)
		h = dict_hash(h, c[i]);
	return h;
}

static uint32_t katakana(uint32_t c)
{
	return c >= 0x3041 && c <= 0x3096 ? c + 0x60 : c;
}

/* A reading in hiragana, katakana or half-width kana: is it one of a surname (or a given name)? */
bool dict_reading(const uint32_t *c, int n, bool surname)
{
	/* ｦ to ﾝ in the order of Unicode; ﾞ and ﾟ change what stands before. */
	static const uint16_t half[] = { 0x30F2, 0x30A1, 0x30A3, 0x30A5, 0x30A7, 0x30A9, 0x30E3, 0x30E5, 0x30E7, 0x30C3, 0x30FC, 0x30A2, 0x30A4, 0x30A6,
		0x30A8, 0x30AA, 0x30AB, 0x30AD, 0x30AF, 0x30B1, 0x30B3, 0x30B5, 0x30B7, 0x30B9, 0x30BB, 0x30BD, 0x30BF, 0x30C1, 0x30C4, 0x30C6, 0x30C8, 0x30CA,
		0x30CB, 0x30CC, 0x30CD, 0x30CE, 0x30CF, 0x30D2, 0x30D5, 0x30D8, 0x30DB, 0x30DE, 0x30DF, 0x30E0, 0x30E1, 0x30E2, 0x30E4, 0x30E6, 0x30E8, 0x30E9,
		0x30EA, 0x30EB, 0x30EC, 0x30ED, 0x30EF, 0x30F3 };
	const struct dict *d = &scan_dict_bytes;
	uint64_t h = DICT_SEED;
	uint32_t last = 0;
	/* Capital kana of bank lists have no small signs: both spellings are tried elsewhere by their readings. */

	for (int i = 0; i <= n; i++) {
		uint32_t x = i < n ? c[i] : 0;

		if (x == 0xFF9E || x == 0xFF9F) {
			last += x == 0xFF9E ? 1 : 2;
			continue;
		}
		if (last)
			h = dict_hash(h, last);
		last = x >= 0xFF66 && x <= 0xFF9D ? half[x - 0xFF66] : katakana(x);
	}
	return dict_in_set(surname ? d->kana_surname : d->kana_given, h);
}

bool dict_roman(const uint8_t *p, ptrdiff_t n, bool surname)
{
	const struct dict *d = &scan_dict_bytes;
	char plain[80];
	uint64_t h = DICT_SEED;
	int m = n <= 30 ? roman_plain((const char *)p, (int)n, plain) : 0;

	for (int i = 0; i < m; i++)
		h = dict_hash(h, (uint8_t)plain[i]);
	return m >= 2 && dict_in_set(surname ? d->roman_surname : d->roman_given, h);
}
