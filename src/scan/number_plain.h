/* number_plain.h - numbers in lists and logs, told by the marks alone: most are nothing, and cost next to nothing.
 *
 * A token is digits, perhaps with hyphens between them. What it can be is told by its length and by where its hyphens are.
 * All of it becomes part of the loop of the engine, once for every kind of processor. Private to scan/. */
#pragma once
#include "scan/check_word.h"
#include "scan/number.h"

enum { NUMBER_LETTER = 1, NUMBER_PLAIN = 2 };
/* Letters, and the signs that end a number and say nothing about it. */
extern const uint8_t number_neighbours[256];
/* Which groups may follow the two digits behind the 0 of a telephone number. */
enum { PHONE_244 = 1, PHONE_424 = 2, PHONE_334 = 4, PHONE_514 = 8, PHONE_344 = 16 };
extern uint8_t number_phone_forms[100];
/* For neighbours that need a closer look. */
bool number_stands_apart(const struct scan_run *r, ptrdiff_t start, ptrdiff_t end, uint64_t hyphens);

/* ---- the line before a number ---- */

/* Where the line of a number begins, if it is one without words before it, else -1: line_is_wordless() told by the masks when
 * the line begins within 64 bytes. What was told is good for the numbers behind it, up to the next letter. */
static __attribute__((noinline)) ptrdiff_t WRAPS number_wordless_closely(struct scan_run *r, ptrdiff_t at)
{
	uint64_t line = mark_bits(r->marks.line, at - 64), stop;
	int since = line ? __builtin_clzll(line) : 0, rest = 64 - since;

	if (!since || r->table == TABLE_BODY || !marks_around(r, at - since, at + 64) || mark_bits(r->marks.alpha, at - 64) >> rest
			|| (since <= LABEL_ALONE && !(mark_bits(r->marks.digit, at - 64) >> rest)))      /* perhaps alone on its line */
		return line_is_wordless(r, at) ? r->words.line : -1;
	stop = mark_bits(r->marks.line, at) | mark_bits(r->marks.alpha, at);
	r->clean_line = at - since;
	r->clean_from = at;
	r->clean_to = MIN(at - since + 63, stop ? at + __builtin_ctzll(stop) : at + 63);
	return at - since;
}

/* Is it known already? */
static ALWAYS bool number_is_clean(const struct scan_run *r, ptrdiff_t at)
{
	return at >= r->clean_from && at <= r->clean_to && r->table != TABLE_BODY;
}

static ALWAYS ptrdiff_t number_wordless(struct scan_run *r, ptrdiff_t at)
{
	return number_is_clean(r, at) ? r->clean_line : number_wordless_closely(r, at);
}

/* Reports it, when the line is one without words; false: number_closely has to. */
static ALWAYS bool number_report(struct scan_run *r, ptrdiff_t start, ptrdiff_t end, enum scan_kind kind, int base)
{
	ptrdiff_t line = number_wordless(r, start);
	int score = base;

	if (line < 0)
		return false;
	if (line == r->row_at && r->row_kinds)
		score += number_row_bonus(r->row_kinds);
	if (score < SCAN_SCORE_DEFAULT && score < r->s->min_score) {
		if (score > 0)
			r->next = end;                                  /* what emit_on_line() does with it */
	} else if (score > 0) {
		emit_on_line(r, kind, start, end, score, line);
	}
	return true;
}

/* ---- dates ---- */

/* Has the text from p on one of 生, dob, bir, bor in it? All words of birth have. Many bytes are looked at together. */
#define NUMBER_BIRTH_WITHIN(name, size)                                                                                  \
	static ALWAYS bool name(const uint8_t *p, ptrdiff_t n)                                                               \
	{                                                                                                                    \
		typedef uint8_t bytes __attribute__((vector_size(size)));                                                        \
		bytes any = { 0 }, x, y, z;                                                                                      \
		uint64_t words[size / 8], found = 0;                                                                             \
                                                                                                                         \
		for (const uint8_t *end = p + n; p < end; p += size) {                                                           \
			__builtin_memcpy(&x, p, size);                                                                               \
			__builtin_memcpy(&y, p + 1, size);                                                                           \
			__builtin_memcpy(&z, p + 2, size);                                                                           \
			any |= (bytes)((x == 0xE7) & (y == 0x94));                                                                   \
			x |= 32, y |= 32, z |= 32;                                                                                   \
			any |= (bytes)((x == 'd') & (y == 'o') & (z == 'b')) | (bytes)((x == 'b') & ((y == 'i') | (y == 'o')) & (z == 'r')); \
		}                                                                                                                \
		__builtin_memcpy(words, &any, size);                                                                             \
		for (int k = 0; k < size / 8; k++)                                                                               \
			found |= words[k];                                                                                           \
		return found;                                                                                                    \
	}
NUMBER_BIRTH_WITHIN(number_birth_within, 16)
NUMBER_BIRTH_WITHIN(number_birth_within_wide, 32)
#undef NUMBER_BIRTH_WITHIN

/* Nothing stands before it on its line, and the line above is too long for a label, which a return may make one byte longer. */
static ALWAYS bool number_unlabelled(const struct scan_run *r, ptrdiff_t at)
{
	const uint8_t *above = r->t + at - SCAN_LABEL_ABOVE - 3;

	_Static_assert(SCAN_LABEL_ABOVE == 64, "as many marks as are looked at together");
	return r->t[at - 1] == '\n' && !mark_bits(r->marks.line, at - SCAN_LABEL_ABOVE - 1) && above[0] != '\n' && above[1] != '\n';
}

/* A date is somebody's birth when a word says so, on its line or above it: could one stand so near? */
static ALWAYS bool number_birth_near(const struct scan_run *r, ptrdiff_t at)
{
	enum { NEAR = 128 };

	if (at < NEAR || r->table == TABLE_BODY)
		return true;
	if (number_unlabelled(r, at))
		return false;
	return r->s->classify->wide ? number_birth_within_wide(r->t + at - NEAR, NEAR) : number_birth_within(r->t + at - NEAR, NEAR);
}

static ALWAYS bool number_date(struct scan_run *r, ptrdiff_t start)
{
	return number_is_clean(r, start) || !number_is_year(r->t + start) || !number_birth_near(r, start) || number_wordless_closely(r, start) >= 0;
}

/* ---- digits alone ---- */

static ALWAYS uint64_t number_eight(const uint8_t *d)
{
	uint64_t x;

	__builtin_memcpy(&x, d, sizeof x);                  /* bounds are known */
	return x;
}

/* An account of Japan Post ends in 1; a date may be somebody's birth. */
static ALWAYS bool number_of_eight(struct scan_run *r, ptrdiff_t start, ptrdiff_t end)
{
	const uint8_t *d = r->t + start;

	if (check_insurer_word(number_eight(d)))
		return number_report(r, start, end, SCAN_insurer_number, NUMBER_INSURER_BASE);
	if (d[7] == '1')
		return number_report(r, start, end, SCAN_bank_account, 0);
	return number_date(r, start);
}

/* Of both, what stands alone is likelier a My Number, unless it looks like a date. */
static ALWAYS bool number_of_twelve(struct scan_run *r, ptrdiff_t start, ptrdiff_t end)
{
	int passed = check_twelve(number_eight(r->t + start), number_eight(r->t + start + 4) >> 32);
	bool date;

	if (!passed)
		return true;
	date = number_is_date(r->t + start);
	if (passed == CHECK_LICENCE || (passed & CHECK_LICENCE && date))
		return number_report(r, start, end, SCAN_driver_licence, NUMBER_LICENCE_BASE);
	return number_report(r, start, end, SCAN_my_number, date ? NUMBER_MY_DATE_BASE : NUMBER_MY_BASE);
}

static ALWAYS bool number_lone(struct scan_run *r, ptrdiff_t start, ptrdiff_t end)
{
	switch (end - start) {
	case 6:
		return !check_insurer_word(number_eight(r->t + start - 2) >> 16 << 16) || number_report(r, start, end, SCAN_insurer_number, NUMBER_INSURER_BASE);
	case 8:
		return number_of_eight(r, start, end);
	case 12:
		return number_of_twelve(r, start, end);
	case 7: case 10: case 11: case 13:
		return false;
	case 14: case 15: case 16: case 17: case 18: case 19:
		return !check_card(r->t + start, (int)(end - start));
	default:
		return true;
	}
}

/* ---- groups ---- */

/* A place may follow the number within a few signs. */
static ALWAYS bool number_text_follows(const uint8_t *t, ptrdiff_t i)
{
	for (int k = 0; k < 4 && t[i] <= ',' && (t[i] == ',' || t[i] == '\t' || t[i] == '"' || t[i] == '\n' || t[i] == '\r' || t[i] == ' '); k++)
		i++;
	return t[i] >= 0x80;
}

static ALWAYS bool number_phone(struct scan_run *r, ptrdiff_t start, ptrdiff_t end, int third, uint8_t form)
{
	const uint8_t *t = r->t + start;

	if (t[0] != '0' || !(number_phone_forms[(t[1] - '0') * 10 + t[third] - '0'] & form))
		return true;
	return number_report(r, start, end, SCAN_phone, number_phone_base(form == PHONE_344 ? 11 : 10));
}

/* 0120, 0570, 0800 */
static ALWAYS bool number_phone_of_four(struct scan_run *r, ptrdiff_t start, ptrdiff_t end, uint32_t lens, int n)
{
	const uint8_t *d = r->t + start;

	if (d[0] != '0' || !phone_area(d, n) || !number_is_phone_grouping(d, lens, n))
		return true;
	return number_report(r, start, end, SCAN_phone, number_phone_base(n));
}

/* `hyphens`: at which places of the token they stand. */
static ALWAYS bool WRAPS number_grouped(struct scan_run *r, ptrdiff_t start, ptrdiff_t end, uint64_t hyphens)
{
#define TWO(a, b) (1u << (a) | 1u << (b))
#define FORM(len, hyphens) ((uint64_t)(hyphens) << 5 | (uint64_t)(len))
	switch (FORM(end - start, hyphens)) {
	case FORM(10, TWO(4, 7)): case FORM(9, TWO(4, 6)): case FORM(9, TWO(4, 7)): case FORM(8, TWO(4, 6)):
		return number_date(r, start);
	case FORM(8, 1u << 3):
		return !number_text_follows(r->t, end) && number_report(r, start, end, SCAN_postal, NUMBER_POSTAL_BASE);
	case FORM(12, TWO(2, 7)):
		return number_phone(r, start, end, 3, PHONE_244);
	case FORM(12, TWO(4, 7)):
		return number_phone(r, start, end, 2, PHONE_424);
	case FORM(12, TWO(3, 7)):
		return number_phone(r, start, end, 2, PHONE_334);
	case FORM(12, TWO(5, 7)):
		return number_phone(r, start, end, 2, PHONE_514);
	case FORM(13, TWO(3, 8)):
		return number_phone(r, start, end, 2, PHONE_344);
	case FORM(12, TWO(4, 8)):
		return number_phone_of_four(r, start, end, 0x433, 10);
	case FORM(13, TWO(4, 8)):
		return number_phone_of_four(r, start, end, 0x434, 11);
	default:
		return end - start <= 6;
	}
#undef TWO
#undef FORM
}

/* ---- a token ---- */

/* Do signs stand on both sides that end a number and say nothing about it? A line that ends in a hyphen goes on in the next. */
static ALWAYS bool number_is_apart(const uint8_t *t, ptrdiff_t start, ptrdiff_t end)
{
	if (number_neighbours[t[start - 1]] != NUMBER_PLAIN || number_neighbours[t[end]] != NUMBER_PLAIN)
		return false;
	return t[start - 1] != '\n' || (t[start - 2] < 0x80 && t[start - 2] != '-' && t[start - 2] != '\r');
}

/* Settles the token around the digit at `at`, if it can be: its marks, and those of the block before and behind, are at hand. */
static ALWAYS bool WRAPS number_settled(struct scan_run *r, ptrdiff_t at)
{
	enum { HALF = 32, LONG = 30 };
	uint64_t digit = mark_bits(r->marks.digit, at - HALF), hyphen = mark_bits(r->marks.hyphen, at - HALF);
	uint64_t gap = ~(digit | (hyphen & digit << 1 & digit >> 1));
	int left = __builtin_clzll(gap << (HALF - 1) | 1), right = __builtin_ctzll(gap >> HALF | UINT64_C(1) << HALF), len = left - 1 + right;
	ptrdiff_t start = at - left + 1, end = at + right;
	bool settled;

	if (len > LONG || start <= r->next)
		return false;
	hyphen = hyphen >> (HALF + 1 - left) & ((UINT64_C(1) << len) - 1);
	if (!number_is_apart(r->t, start, end) && !number_stands_apart(r, start, end, hyphen))
		return false;
	settled = hyphen ? number_grouped(r, start, end, hyphen) : number_lone(r, start, end);
	if (settled)
		r->digits_end = end;
	return settled;
}
