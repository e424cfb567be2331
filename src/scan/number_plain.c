/* number_plain.c - numbers in lists and logs, told by the marks alone: most are nothing, and cost next to nothing. */
#include "scan/number.h"

enum { BACK = 40, PLAIN_MAX = 48, DIGITS_MAX = 40 };

const uint8_t number_neighbours[256] = { ['A' ... 'Z'] = NUMBER_LETTER, ['a' ... 'z'] = NUMBER_LETTER,
	[','] = NUMBER_PLAIN, ['\t'] = NUMBER_PLAIN, [';'] = NUMBER_PLAIN, ['|'] = NUMBER_PLAIN, ['"'] = NUMBER_PLAIN, ['\n'] = NUMBER_PLAIN,
	[':'] = NUMBER_PLAIN, ['['] = NUMBER_PLAIN, [']'] = NUMBER_PLAIN, ['<'] = NUMBER_PLAIN, ['>'] = NUMBER_PLAIN, ['\''] = NUMBER_PLAIN,
	['{'] = NUMBER_PLAIN, ['}'] = NUMBER_PLAIN };

static bool is_plain(uint8_t b)
{
	return number_neighbours[b] == NUMBER_PLAIN;
}

static bool is_digit(uint8_t b)
{
	return (uint8_t)(b - '0') < 10;
}

static bool letter(uint8_t b)
{
	return number_neighbours[b] == NUMBER_LETTER;
}

/* Digits and hyphens between them; a bit of `hyphens` for each, from the first byte on. */
struct token { ptrdiff_t start, end; uint64_t hyphens; int len; };

static bool report(struct scan_run *r, const struct token *k, enum scan_kind kind, int base)
{
	int score = base + number_row_bonus(line_row(r));

	if (score > 0)
		emit(r, kind, k->start, k->end, score);
	return true;
}

static uint64_t eight(const uint8_t *d)
{
	uint64_t x;

	__builtin_memcpy(&x, d, sizeof x);                  /* bounds are known */
	return x;
}

/* Twelve digits that pass a check: of both, what stands alone is likelier a My Number, unless it looks like a date. */
static bool twelve(struct scan_run *r, const struct token *k)
{
	const uint8_t *d = r->t + k->start;
	int passed = check_twelve(eight(d), eight(d + 4) >> 32);

	if (!passed)
		return true;
	if (!line_is_wordless(r, k->start))
		return false;
	if (passed == CHECK_LICENCE || (passed & CHECK_LICENCE && number_is_date(d)))
		return report(r, k, SCAN_driver_licence, NUMBER_LICENCE_BASE);
	return report(r, k, SCAN_my_number, number_is_date(d) ? NUMBER_MY_DATE_BASE : NUMBER_MY_BASE);
}

/* One group of digits: true when it is settled. */
static bool lone(struct scan_run *r, const struct token *k)
{
	const uint8_t *d = r->t + k->start;
	uint64_t word;

	switch (k->len) {
	case 4: case 5: case 9:
		return true;
	case 6: case 8:
		word = k->len == 6 ? eight(d - 2) >> 16 << 16 : eight(d);
		if (check_insurer_word(word))
			return line_is_wordless(r, k->start) && report(r, k, SCAN_insurer_number, NUMBER_INSURER_BASE);
		if (k->len == 6 || (d[7] != '1' && !number_is_year(d)))
			return true;
		return line_is_wordless(r, k->start) && (d[7] != '1' || report(r, k, SCAN_bank_account, 0));
	case 12:
		return twelve(r, k);
	case 14: case 15: case 16: case 17: case 18: case 19:
		return !check_card(d, k->len);
	default:
		return k->len > 19 && k->len < DIGITS_MAX;
	}
}

/* A place may follow the number within a few signs. */
static bool text_follows(const uint8_t *t, ptrdiff_t i)
{
	for (int k = 0; k < 4 && (t[i] == ',' || t[i] == '\t' || t[i] == '"' || t[i] == '\n' || t[i] == '\r' || t[i] == ' '); k++)
		i++;
	return t[i] >= 0x80;
}

static bool phone(struct scan_run *r, const struct token *k, uint32_t lens, int n)
{
	const uint8_t *t = r->t + k->start;
	int group = (int)(lens >> 8);
	uint8_t d[4] = { t[0], t[1], t[2 + (group < 3)], t[3 + (group < 4)] };      /* the first four digits tell the area */

	if (t[0] != '0' || !phone_area(d, n) || !number_is_phone_grouping(d, lens, n))
		return true;
	return line_is_wordless(r, k->start) && report(r, k, SCAN_phone, number_phone_base(n));
}

/* Groups with hyphens between: true when they are settled. */
static bool grouped(struct scan_run *r, const struct token *k)
{
#define AT(a)     (1u << (a))
#define TWO(a, b) (AT(a) | AT(b))
#define FORM(len, hyphens) ((uint64_t)(hyphens) << 4 | (len))
	if (k->len <= 6)
		return true;
	if (k->len > 13)
		return false;
	switch (FORM((uint64_t)k->len, k->hyphens)) {
	case FORM(10, TWO(4, 7)): case FORM(9, TWO(4, 6)): case FORM(9, TWO(4, 7)): case FORM(8, TWO(4, 6)):
		return !number_is_year(r->t + k->start) || line_is_wordless(r, k->start);        /* a date is somebody's birth when words say so */
	case FORM(8, AT(3)):
		return !text_follows(r->t, k->end) && line_is_wordless(r, k->start) && report(r, k, SCAN_postal, NUMBER_POSTAL_BASE);
	case FORM(12, TWO(2, 7)):
		return phone(r, k, 0x244, 10);
	case FORM(12, TWO(4, 7)):
		return phone(r, k, 0x424, 10);
	case FORM(12, TWO(3, 7)):
		return phone(r, k, 0x334, 10);
	case FORM(12, TWO(4, 8)):
		return phone(r, k, 0x433, 10);
	case FORM(12, TWO(5, 7)):
		return phone(r, k, 0x514, 10);
	case FORM(13, TWO(3, 8)):
		return phone(r, k, 0x344, 11);
	case FORM(13, TWO(4, 8)):
		return phone(r, k, 0x434, 11);
	default:
		return false;
	}
#undef AT
#undef TWO
#undef FORM
}

/* May the number end here? Of a short one nothing comes but a date; a space must not lead to more digits. */
static inline bool ends_behind(const uint8_t *t, const struct token *k)
{
	const uint8_t *p = t + k->end;
	bool is_short = k->len < 6;

	if (is_plain(p[0]))
		return true;
	if (p[0] != ' ')
		return is_short && !k->hyphens && letter(p[0]);
	if (letter(p[1]) || is_plain(p[1]))
		return p[1] != '\n' && (is_short || k->hyphens);
	return k->len == 10 && k->hyphens == (1 << 4 | 1 << 7) && is_digit(p[1]) && is_digit(p[2]) && p[3] == ':';           /* 2026-11-20 10:15 */
}

/* ...and begin there? item-12345 and the like only when they are short. */
static inline bool begins_before(const uint8_t *t, const struct token *k)
{
	const uint8_t *p = t + k->start;
	int len;

	if (p[-1] == '\n')                                   /* a line that ends in a hyphen goes on here */
		return p[-2] < 0x80 ? p[-2] != '-' && p[-2] != '\r' : sign_before(t, k->start - 1, k->start - 8, false, &len) == SIGN_NONE;
	if (is_plain(p[-1]))
		return true;
	if (k->len - (k->hyphens != 0) >= 6 && !(k->len == 10 && k->hyphens == (1 << 4 | 1 << 7)))
		return false;
	return letter(p[-1]) ? k->len < 6 : (p[-1] == '-' || p[-1] == ' ') && (letter(p[-2]) || (is_plain(p[-2]) && p[-2] != '\n'));
}

bool WRAPS number_plain(struct scan_run *r, ptrdiff_t at)
{
	ptrdiff_t lo = at - BACK;
	struct token k;
	uint64_t digits, hyphens, joined, before, behind;

	if (at < 2 * PLAIN_MAX || at + 32 > r->chunk_end)
		return false;
	digits = mark_bits(r->marks.digit, lo);
	hyphens = mark_bits(r->marks.hyphen, lo) & digits << 1 & digits >> 1;
	joined = digits | hyphens;
	before = ~joined & ((UINT64_C(1) << BACK) - 1);
	behind = ~joined >> BACK;
	if (!before || !behind)
		return false;
	k.start = lo + 64 - __builtin_clzll(before);
	k.end = at + __builtin_ctzll(behind);
	k.len = (int)(k.end - k.start);
	k.hyphens = hyphens >> (k.start - lo) & ((UINT64_C(1) << k.len) - 1);
	if (k.start <= r->next || !ends_behind(r->t, &k) || !begins_before(r->t, &k))
		return false;
	if (!(k.hyphens ? grouped(r, &k) : lone(r, &k)))
		return false;
	r->digits_end = k.end;
	return true;
}
