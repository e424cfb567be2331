/* classify.h - what the widths of the first pass share: masks of a block of 64 bytes become marks. Private to scan/.
 *
 * Each width says which bytes of a block are of which class, one bit a byte; shifts of the masks, with what ran over from
 * the block before, find four digits in a row, empty lines and words. Characters of three bytes are told at their first
 * byte by looking at the two behind it, and marked at their last. */
#pragma once
#include "scan/inside.h"

/* Classes of ASCII bytes; CLASS_CELL are the signs that divide cells, CLASS_WORD letters, digits and '_'. */
enum { CLASS_DIGIT = 1, CLASS_AT = 2, CLASS_COLON = 4, CLASS_LINE = 8, CLASS_CELL = 16, CLASS_UPPER = 32, CLASS_WORD = 64, CLASS_CR = 128 };
/* ...and of the others: first bytes E3, E4 and E5, E7, EF, of kanji (E4-E9), of any character; bytes that go on. */
enum { CLASS_E3 = 1, CLASS_E4_E5 = 2, CLASS_E7 = 4, CLASS_EF = 8, CLASS_HAN = 16, CLASS_FIRST = 32, CLASS_GOES_ON = 64 };

/* Indexed by the byte; the upper half holds the second kind of classes. */
#define CLASS_TABLE                                                                                                      \
	['\t'] = CLASS_CELL, ['\n'] = CLASS_LINE, ['\r'] = CLASS_CR, ['"'] = CLASS_CELL, [','] = CLASS_CELL,                   \
	['0' ... '9'] = CLASS_DIGIT | CLASS_WORD, [':'] = CLASS_COLON, [';'] = CLASS_CELL, ['@'] = CLASS_AT,                   \
	['A' ... 'Z'] = CLASS_UPPER | CLASS_WORD, ['_'] = CLASS_WORD, ['a' ... 'z'] = CLASS_WORD, ['|'] = CLASS_CELL,          \
	[0x80 ... 0xBF] = CLASS_GOES_ON, [0xC0 ... 0xE2] = CLASS_FIRST, [0xE3] = CLASS_FIRST | CLASS_E3,                       \
	[0xE4 ... 0xE5] = CLASS_FIRST | CLASS_HAN | CLASS_E4_E5, [0xE6] = CLASS_FIRST | CLASS_HAN,                             \
	[0xE7] = CLASS_FIRST | CLASS_HAN | CLASS_E7, [0xE8 ... 0xE9] = CLASS_FIRST | CLASS_HAN,                                \
	[0xEA ... 0xEE] = CLASS_FIRST, [0xEF] = CLASS_FIRST | CLASS_EF, [0xF0 ... 0xFF] = CLASS_FIRST

/* One bit per byte of a block. The second line is only filled when a byte of the block is not ASCII. */
struct raw {
	uint64_t digit, at, colon, line, cell, upper, word, cr, high;
	uint64_t first, goes_on, han;
	uint64_t wide_digit, wide_sign, sei, e4_e5, zero;       /* at the first byte: ０-９; ： and ＠; 生; ...; 〇 */
};

#define ALWAYS inline __attribute__((always_inline))
#define BEFORE(mask, old, k) ((mask) << (k) | (old) >> (64 - (k)))

/* The last of exactly the first four in a row of characters of three bytes. */
static ALWAYS uint64_t WRAPS fourth(uint64_t m, uint64_t old)
{
	return m & BEFORE(m, old, 3) & BEFORE(m, old, 6) & BEFORE(m, old, 9) & ~BEFORE(m, old, 12);
}

/* Kanji of the neighbourhood of the digits, at their first byte, in the block at p; the second pass looks closer. */
typedef uint64_t kanji_digits_fn(const uint8_t *p);

static ALWAYS uint64_t WRAPS high_events(const struct raw *r, struct carry *c, const uint8_t *p, bool before, kanji_digits_fn *kanji_digits)
{
	uint64_t may = r->e4_e5 | r->zero, at, old = c->high_at;

	at = r->wide_sign | r->sei | fourth(r->wide_digit, c->wide_digit);
	if (may & BEFORE(may, c->kanji_may, 3) & BEFORE(may, c->kanji_may, 6) & BEFORE(may, c->kanji_may, 9))
		at |= fourth(kanji_digits(p), before ? kanji_digits(p - 64) : 0);
	c->kanji_may = may;
	c->wide_digit = r->wide_digit;
	c->high_at = at;
	return BEFORE(at, old, 2);
}

/* The marks of block b of the chunk; `slot` is its place in the ring. */
static ALWAYS void WRAPS mark_block(const struct raw *r, struct marks *m, ptrdiff_t b, ptrdiff_t slot, bool words, const uint8_t *p, bool before,
	kanji_digits_fn *kanji_digits)
{
	struct carry *c = &m->carry;
	uint64_t d = r->digit, event = r->at | (r->colon & ~BEFORE(d, c->digit, 1));

	if (d)
		event |= d & BEFORE(d, c->digit, 1) & BEFORE(d, c->digit, 2) & BEFORE(d, c->digit, 3) & ~BEFORE(d, c->digit, 4);
	if (r->line)
		event |= r->line & (BEFORE(r->line, c->line, 1) | (BEFORE(r->cr, c->cr, 1) & BEFORE(r->line, c->line, 2)));
	if (r->high || c->high)
		event |= high_events(r, c, p, before, kanji_digits);
	if (words) {
		m->capital[slot] = r->upper & ~BEFORE(r->word, c->word, 1);
		m->han[slot] = r->han;
		c->word = r->word;
	}
	c->digit = d, c->line = r->line, c->cr = r->cr, c->high = r->high;
	m->event[slot] = event;
	m->line[slot] = r->line;
	m->cell[slot] = r->cell;
	m->digit[slot] = d;
	m->alpha[slot] = (r->word & ~d) | r->first;
	m->goes_on[slot] = r->goes_on;
	m->busy |= (uint64_t)(event != 0) << b;
	m->lines += __builtin_popcountll(r->line);
}

/* The body of every width. Blocks are 64 bytes from a multiple of 64 on; two bytes behind a block are read, too: an end
 * that has less is padded. */
#define CLASSIFY(t, from, n, end, words, m, raw_of, kanji_digits)                                                        \
	do {                                                                                                                 \
		uint8_t pad[2 * 64 + 8];                                                                                         \
		(m)->busy = 0;                                                                                                   \
		(m)->lines = 0;                                                                                                  \
		for (ptrdiff_t b_ = 0; b_ * 64 < (n); b_++) {                                                                    \
			const uint8_t *p_ = (t) + (from) + b_ * 64;                                                                  \
			bool before_ = (from) + b_ * 64 > 0;                                                                         \
			ptrdiff_t slot_ = ((from) / 64 + b_) % MARK_RING;                                                            \
			struct raw r_;                                                                                               \
			if ((from) + b_ * 64 + 66 > (end)) {                                                                         \
				memset(pad, 0, sizeof pad);                                                                              \
				if (before_)                                                                                             \
					memcpy(pad, p_ - 64, 64);                                                                            \
				memcpy(pad + 64, p_, (size_t)((end) - (from) - b_ * 64));                                                \
				p_ = pad + 64;                                                                                           \
			}                                                                                                            \
			r_ = raw_of(p_, words);                                                                                      \
			mark_block(&r_, m, b_, slot_, words, p_, before_, kanji_digits);                                             \
		}                                                                                                                \
	} while (0)
