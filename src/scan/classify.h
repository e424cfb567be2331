/* classify.h - what the widths of the first pass share: masks of a block of 64 bytes become marks. Private to scan/.
 *
 * Each width says which bytes of a block are of which class, one bit a byte; shifts of the masks, with what ran over from
 * the block before, find four digits in a row, empty lines and words. Characters of three bytes are marked at their last
 * byte; where a byte or two of them make one likely, the block is looked at again. */
#pragma once
#include "scan/inside.h"

/* Classes of ASCII: letters, digits and '_' make words; what a short number may stand beside, what may stand between a label's colon and a
 * date, what begins no date. */
enum { PLACE_DIGIT = 1, PLACE_HYPHEN = 2, PLACE_CELL = 4, PLACE_BESIDE = 8, PLACE_OPENING = 16, PLACE_UNDATED = 32, PLACE_UPPER = 64, PLACE_WORD = 128 };
extern uint8_t place_classes[256];     /* filled before main; 0 beyond ASCII */
extern const uint8_t place_others[256];         /* what else tells places, one bit each */
/* The classes in two halves: a byte is of the k-th class when row[its upper half] and column[k][its lower half] share a bit. */
extern uint8_t place_rows[16], place_columns[8][16];

/* One bit per byte of a block; `upper`, `word` and `han` only when words are looked for. Characters are marked at their first byte. */
struct raw {
	uint64_t digit, hyphen, at, colon, line, cell, beside, opening, undated;
	uint64_t upper, word, han;
	uint64_t ef, e4_e5, last_zero, mid_sei, last_sei;       /* EF; E4, E5; the last byte of 〇; the last two of 生 */
};
/* What is rare enough to be looked at afterwards: ０-９; ： and ＠; kanji of the neighbourhood of the digits. */
struct rare { uint64_t wide_digit, wide_sign, kanji_digit; };
struct around { uint64_t quote, alpha, goes_on, beside; };

/* For the widths that have it; EQ(k, x) compares the bytes k behind the first of a character. */
#define RARE()                                                                                                                     \
	((struct rare){                                                                                                                \
		.wide_digit = EQ(0, 0xEF) & EQ(1, 0xBC) & RANGE(2, 0x90, 0x99), .wide_sign = EQ(0, 0xEF) & EQ(1, 0xBC) & (EQ(2, 0x9A) | EQ(2, 0xA0)), \
		.kanji_digit = (((EQ(0, 0xE4) & RANGE(1, 0xB8, 0xBB)) | (EQ(0, 0xE5) & (EQ(1, 0x85) | EQ(1, 0x9B) | EQ(1, 0xBA)))) & RANGE(2, 0x80, 0xBF)) \
			| EQ3(0xE3, 0x80, 0x87) })

#define BEFORE(mask, old, k)  ((mask) << (k) | (old) >> (64 - (k)))
#define BEHIND(mask, next, k) ((mask) >> (k) | (next) << (64 - (k)))

/* The last of exactly the first four in a row of characters of three bytes. */
static ALWAYS uint64_t WRAPS fourth(uint64_t m, uint64_t old)
{
	return m & BEFORE(m, old, 3) & BEFORE(m, old, 6) & BEFORE(m, old, 9) & ~BEFORE(m, old, 12);
}

static ALWAYS uint64_t WRAPS rare_places(struct rare r, struct rare old)
{
	return r.wide_sign | fourth(r.wide_digit, old.wide_digit) | fourth(r.kanji_digit, old.kanji_digit);
}

/* The events of a block that has something rare in it, or just before it. A character is marked at its last byte. */
static ALWAYS uint64_t WRAPS rare_events(struct rare r, struct rare old)
{
	uint64_t at = rare_places(r, old), before = rare_places(old, (struct rare){ 0 });

	return BEFORE(at, before, 2);                   /* of `before` only the last two bits count, and what they look back on is in `old` */
}

/* Ends of lines of one byte. */
static ALWAYS uint64_t WRAPS lines_of_one(uint64_t line, uint64_t old)
{
	return line & BEFORE(line, old, 2) & ~BEFORE(line, old, 1);
}

/* ...of those, of lines that hold but a return. */
static ALWAYS uint64_t lines_of_return(const uint8_t *t, ptrdiff_t at, uint64_t line, uint64_t old)
{
	uint64_t empty = 0;

	for (uint64_t m = lines_of_one(line, at > 0 ? old : 0); m; m &= m - 1) {
		int k = __builtin_ctzll(m);

		if (at + k > 0 && t[at + k - 1] == '\r')
			empty |= UINT64_C(1) << k;
	}
	return empty;
}

/* ---- sifting: of most numbers and colons nothing can come, and they are dropped before anything branches on them ---- */

/* The fourth of four or five digits that stand, perhaps with a blank between, beside what joins them to nothing more: a year, a count. */
static ALWAYS uint64_t WRAPS short_numbers(const struct raw *r, const struct raw *next, const struct carry *c)
{
	uint64_t blank = r->opening & ~r->beside, blank_next = next->opening & ~next->beside;         /* quotes are in both */
	uint64_t four = BEHIND(r->beside, next->beside, 1) | (BEHIND(blank, blank_next, 1) & BEHIND(r->beside, next->beside, 2));
	uint64_t five = BEHIND(r->digit, next->digit, 1)
		& (BEHIND(r->beside, next->beside, 2) | (BEHIND(blank, blank_next, 2) & BEHIND(r->beside, next->beside, 3)));

	return r->digit & (four | five) & (BEFORE(r->beside, c->beside, 4) | (BEFORE(blank, c->blank, 4) & BEFORE(r->beside, c->beside, 5)));
}

/* Places before what begins no date nor, when words are looked for, a name: such ASCII or a letter and a hyphen, perhaps behind a blank or a quote
 * or two, or three digits. A colon there is no label. */
static ALWAYS uint64_t WRAPS no_labels(const struct raw *r, const struct raw *next, bool words)
{
	uint64_t letter = r->beside & ~r->opening & BEHIND(r->hyphen, next->hyphen, 1), letter_next = next->beside & ~next->opening & next->hyphen >> 1;
	uint64_t no = (r->undated | letter) & ~(words ? r->upper : 0), no_next = (next->undated | letter_next) & ~(words ? next->upper : 0);
	uint64_t d = r->digit, d_next = next->digit;
	uint64_t far = BEHIND(no, no_next, 2) | (BEHIND(r->opening, next->opening, 2) & BEHIND(no, no_next, 3));

	return BEHIND(no, no_next, 1) | (BEHIND(r->opening, next->opening, 1) & far)
		| (BEHIND(d, d_next, 1) & BEHIND(d, d_next, 2) & BEHIND(d, d_next, 3) & ~BEHIND(d, d_next, 4));
}

/* The marks of block b of the chunk; `slot` is its place in the ring, `next` what is behind it. */
static ALWAYS void WRAPS mark_block(const struct raw *r, const struct raw *next, struct marks *m, struct carry *c, ptrdiff_t b, ptrdiff_t slot, bool words,
	bool sift)
{
	uint64_t d = r->digit, d1 = BEFORE(d, c->digit, 1), two = d & d1, four = two & BEFORE(two, c->two, 2);
	uint64_t may = BEFORE(r->e4_e5, c->kanji, 2) | r->last_zero, pair = may & BEFORE(may, c->may, 3);
	uint64_t number = four & ~BEFORE(four, c->four, 1), label = r->colon & ~d1;
	uint64_t event = r->at | (r->line & BEFORE(r->line, c->line, 1) & ~BEHIND(r->line, next->line, 1)) | (r->last_sei & BEFORE(r->mid_sei, c->sei, 1));
	uint64_t rare = r->ef | BEFORE(r->ef, c->ef, 2) | (pair & BEFORE(pair, c->kanji_two, 6)) | lines_of_one(r->line, c->line);

	if (sift && (number | label))
		number &= ~short_numbers(r, next, c), label &= ~no_labels(r, next, words);
	event |= number | label;
	if (words) {
		m->capital[slot] = r->upper & ~BEFORE(r->word, c->word, 1);
		m->han[slot] = r->han;
		c->word = r->word;
	}
	m->rare |= (uint64_t)(rare != 0) << b;
	c->digit = d, c->two = two, c->four = four, c->line = r->line;
	c->beside = r->beside, c->blank = r->opening & ~r->beside;
	c->kanji = r->e4_e5, c->may = may, c->kanji_two = pair, c->sei = r->mid_sei, c->ef = r->ef;
	m->event[slot] = event;
	m->line[slot] = r->line;
	m->digit[slot] = d;
	m->hyphen[slot] = r->hyphen;
	m->cell[slot] = r->cell;
	m->busy |= (uint64_t)(event != 0) << b;
	m->lines_before[slot] = c->lines;
	c->lines += mark_ones(r->line);
}

/* Blocks with something rare in them, told exactly. */
#define LOOK_AGAIN(t, from, end, m, rare_of)                                                                             \
	do {                                                                                                                 \
		uint8_t again_[BLOCK_PAD] __attribute__((uninitialized));                                                        \
		for (uint64_t k_ = (m)->rare; k_; k_ &= k_ - 1) {                                                                \
			ptrdiff_t i_ = __builtin_ctzll(k_), at_ = (from) + i_ * 64, slot_ = at_ / 64 & (MARK_RING - 1);              \
			struct rare old_ = { 0 }, now_ = rare_of(at_ + 66 > (end) ? padded(again_, (t) + at_, (end) - at_) : (t) + at_); \
			if (at_ > 0)                                                                                                 \
				old_ = rare_of(at_ + 2 > (end) ? padded(again_, (t) + at_ - 64, (end) - at_ + 64) : (t) + at_ - 64);     \
			(m)->event[slot_] |= rare_events(now_, old_)                                                                 \
				| lines_of_return(t, at_, (m)->line[slot_], (m)->line[(slot_ - 1) & (MARK_RING - 1)]);                   \
			(m)->busy |= (uint64_t)((m)->event[slot_] != 0) << i_;                                                       \
		}                                                                                                                \
	} while (0)

/* The body of a width that marks block by block: 64 bytes from a multiple of 64 on; an end that has less is padded. The block
 * behind the last is only looked at for what it says about the last. */
#define MARK_PLACES(t, from, n, end, words, sift, m, raw_of, rare_of)                                                    \
	do {                                                                                                                 \
		ptrdiff_t count_ = ((n) + 63) / 64, first_ = (from) / 64, left_ = (end) - (from);                                \
		uint8_t pad_[BLOCK_PAD] __attribute__((uninitialized));                                                          \
		struct carry c_ = (m)->carry;                                                                                    \
		struct raw r_ = raw_of(left_ < 66 ? padded(pad_, (t) + (from), left_) : (t) + (from), words), next_;             \
		(m)->busy = (m)->rare = 0;                                                                                       \
		for (ptrdiff_t b_ = 0; b_ < count_; b_++, r_ = next_) {                                                          \
			const uint8_t *p_ = (t) + (from) + (b_ + 1) * 64;                                                            \
			left_ -= 64;                                                                                                 \
			next_ = left_ >= 66 ? raw_of(p_, words) : left_ > 0 ? raw_of(padded(pad_, p_, left_), words) : (struct raw){ 0 }; \
			mark_block(&r_, &next_, m, &c_, b_, (first_ + b_) & (MARK_RING - 1), words, sift);                           \
		}                                                                                                                \
		(m)->carry = c_;                                                                                                 \
		LOOK_AGAIN(t, from, end, m, rare_of);                                                                            \
	} while (0)
#define MARK_AROUND(t, at, end, m, around_of)                                                                            \
	do {                                                                                                                 \
		uint8_t pad_[BLOCK_PAD] __attribute__((uninitialized));                                                          \
		struct around a_ = around_of((at) + 64 > (end) ? padded(pad_, (t) + (at), (end) - (at)) : (t) + (at));           \
		ptrdiff_t slot_ = (at) / 64 & (MARK_RING - 1);                                                                   \
		(m)->quote[slot_] = a_.quote, (m)->alpha[slot_] = a_.alpha, (m)->goes_on[slot_] = a_.goes_on, (m)->beside[slot_] = a_.beside; \
	} while (0)

enum { BLOCK_PAD = 64 + 8 };
/* A block of which only n bytes are there (more may be, of which 66 count), filled up with nothing. */
const uint8_t *padded(uint8_t *pad, const uint8_t *p, ptrdiff_t n);

#if defined(__x86_64__)
extern const struct classifier classify_avx2, classify_avx512;
#endif
