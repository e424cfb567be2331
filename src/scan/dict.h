/* dict.h - the dictionary of names, places and words as tools/scan_dict.c writes it and the scanner maps it: one
 * constant struct, built from the packaged IPA dictionary (docs/DATA.md), linked into the program. Private to scan/. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a word may be in a sentence. The first is the edge of a text, the last three are only contexts. */
enum dict_class {
	DC_EDGE, DC_SURNAME, DC_GIVEN, DC_PERSON, DC_PLACE, DC_ORG, DC_NOUN, DC_VERBAL, DC_PROPER, DC_SUFFIX, DC_TITLE, DC_REGION,
	DC_COUNTER, DC_NUMBER, DC_ADVERB, DC_ADJECTIVE, DC_PREFIX, DC_STEM, DC_PARTICLE, DC_COMMA, DC_MAX, DC_NONE = 31
};

enum {
	DICT_WORD_BITS = 18, DICT_WORDS = 1 << DICT_WORD_BITS, DICT_CLASSES = 4, DICT_WORD_MAX = 6,   /* characters of a word */
	DICT_HAN = 0x3000, DICT_HAN_END = 0xA000, DICT_HANS = DICT_HAN_END - DICT_HAN,
	DICT_PAIR_BITS = 17, DICT_SET_BITS = 15, DICT_SET = 1 << DICT_SET_BITS, DICT_REJECT = 255
};

struct dict_word { uint32_t print; uint16_t item[DICT_CLASSES]; };   /* item: class << 11 | cost / 8 */

struct dict {
	char     magic[16];
	int16_t  join[DC_MAX][DC_MAX];                  /* cost of a class on the left meeting one on the right */
	uint64_t pair[(1 << DICT_PAIR_BITS) / 64];      /* the first two characters of a surname */
	uint64_t follow[DICT_HANS];                     /* by a first character: the last six bits of the second, of both kinds of pairs */
	uint8_t  single[DICT_HANS / 8];                 /* characters that are a surname by themselves */
	uint8_t  surname_start[DICT_HANS / 8];          /* characters with which a longer surname begins */
	uint8_t  given_start[DICT_HANS / 8];            /* characters with which a given name begins */
	uint64_t given_pair[(1 << DICT_PAIR_BITS) / 64];/* the first two characters of a given name that is no other word */
	uint8_t  given_first[DICT_HANS], given_last[DICT_HANS];   /* how unlike a given name, in 32nds; DICT_REJECT never */
	uint32_t kana_surname[DICT_SET], kana_given[DICT_SET];    /* prints of readings in katakana */
	uint32_t roman_surname[DICT_SET], roman_given[DICT_SET];  /* prints of readings in the spelling of roman_plain() */
	struct dict_word words[DICT_WORDS];
};

#define DICT_MAGIC "tobari names 4\n"
#define DICT_SEED  UINT64_C(0x243F6A8885A308D3)

#ifdef __clang__
__attribute__((no_sanitize("unsigned-integer-overflow")))
#endif
static inline uint64_t dict_hash(uint64_t h, uint32_t c)
{
	h = (h ^ c) * UINT64_C(0x9FB21C651E98DF25);
	return h ^ h >> 32;
}

static inline uint32_t dict_hash_bit(uint64_t h)
{
	return (uint32_t)(h >> 40) & ((1u << DICT_PAIR_BITS) - 1);
}

static inline uint32_t dict_pair_bit(uint32_t a, uint32_t b)
{
	return dict_hash_bit(dict_hash(dict_hash(DICT_SEED, a), b));
}

static inline bool dict_bit(const uint8_t *set, uint32_t c)
{
	return c >= DICT_HAN && c < DICT_HAN_END && (set[(c - DICT_HAN) / 8] >> ((c - DICT_HAN) % 8) & 1);
}

/* Quick: may the pair be in `pair` or in `given_pair`? */
static inline bool dict_may_follow(const struct dict *d, uint32_t a, uint32_t b)
{
	return d->follow[a - DICT_HAN] >> (b & 63) & 1;
}

static inline bool dict_in_set(const uint32_t *set, uint64_t h)
{
	uint32_t print = (uint32_t)(h >> 32) | 1;

	for (uint32_t i = (uint32_t)h & (DICT_SET - 1); set[i]; i = (i + 1) & (DICT_SET - 1))
		if (set[i] == print)
			return true;
	return false;
}

/* Is the word a given name, and nothing but a name of persons? */
static inline bool dict_names_only(const struct dict_word *w)
{
	bool given = false;

	for (int k = 0; w && k < DICT_CLASSES && w->item[k] != UINT16_MAX; k++) {
		int class = w->item[k] >> 11;

		if (class != DC_GIVEN && class != DC_SURNAME && class != DC_PERSON)
			return false;
		given |= class == DC_GIVEN;
	}
	return given;
}

/* Brings a Latin spelling of a Japanese name to one form: Hepburn, Kunrei, long vowels written or not ("Ohno",
 * "Ono", "Oono" are one). Writes small letters to out (at least n + 1 bytes) and returns how many; 0 when it is no
 * such word. Shared with the tool, so that both sides agree. */
static inline int roman_plain(const char *s, int n, char *out)
{
	char t[64];
	int m = 0, k = 0;

	if (n < 2 || n > 30)
		return 0;
	for (int i = 0; i < n; i++) {
		char c = (char)(s[i] | 32);
		char d = i + 1 < n ? (char)(s[i + 1] | 32) : 0, e = i + 2 < n ? (char)(s[i + 2] | 32) : 0;

		if (s[i] == '\'')
			continue;
		if (c < 'a' || c > 'z')
			return 0;
		if (c == 's' && d == 'h') {
			t[m++] = 's';
			if (e != 'i')
				t[m++] = 'y';
			i++;
		} else if (c == 'c' && d == 'h') {
			t[m++] = 't';
			if (e != 'i')
				t[m++] = 'y';
			i++;
		} else if (c == 't' && d == 's') {
			t[m++] = 't';
			i++;
		} else if (c == 't' && d == 'c' && e == 'h') {
			t[m++] = 't';
		} else if (c == 'j') {
			t[m++] = 'z';
			if (d != 'i' && d != 'y')
				t[m++] = 'y';
		} else if (c == 'f') {
			t[m++] = 'h';
		} else if (c == 'm' && (d == 'b' || d == 'p' || d == 'm')) {
			t[m++] = 'n';
		} else if (c == 'h' && m > 0 && t[m - 1] == 'o' && d != 'a' && d != 'i' && d != 'u' && d != 'e' && d != 'o' && d != 'y') {
			continue;
		} else {
			t[m++] = c;
		}
	}
	for (int i = 0; i < m; i++) {
		if (k > 0 && ((t[i] == 'u' && (out[k - 1] == 'o' || out[k - 1] == 'u')) || (t[i] == 'o' && out[k - 1] == 'o')))
			continue;
		out[k++] = t[i];
	}
	out[k] = 0;
	return k;
}
