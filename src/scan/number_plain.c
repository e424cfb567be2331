/* number_plain.c - numbers in lists and logs, told by the marks alone: most are nothing, and cost next to nothing. */
#include "scan/check_word.h"
#include "scan/number.h"

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

/* ---- telephone numbers: which groups may follow the two digits behind the 0 ---- */

enum { PHONE_244 = 1, PHONE_424 = 2, PHONE_334 = 4, PHONE_514 = 8, PHONE_344 = 16 };
static uint8_t phone_forms[100];

/* What decides is told by number_is_phone_grouping() and phone_area(); the fourth digit says nothing here. */
__attribute__((constructor)) static void fill_phone_forms(void)
{
	static const struct { uint32_t lens; int n; uint8_t bit; } forms[] = { { 0x244, 10, PHONE_244 }, { 0x424, 10, PHONE_424 }, { 0x334, 10, PHONE_334 },
		{ 0x514, 10, PHONE_514 }, { 0x344, 11, PHONE_344 } };

	for (int k = 0; k < 100; k++)
		for (ptrdiff_t i = 0; i < COUNT(forms); i++)
			if (phone_area((uint8_t []){ 0, (uint8_t)(k / 10), (uint8_t)(k % 10), 1 }, forms[i].n)
					&& number_is_phone_grouping((uint8_t []){ 0, (uint8_t)(k / 10), (uint8_t)(k % 10), 1 }, forms[i].lens, forms[i].n))
				phone_forms[k] |= forms[i].bit;
}

/* ---- the line before a number ---- */

static __attribute__((noinline)) ptrdiff_t wordless_line_closely(struct scan_run *r, ptrdiff_t at)
{
	return line_is_wordless(r, at) ? r->words.line : -1;
}

/* Where the line of a number begins, if it is one without words before it, else -1: line_is_wordless() told by the masks when
 * the line begins within 64 bytes. */
static ALWAYS ptrdiff_t WRAPS wordless_line(struct scan_run *r, ptrdiff_t at)
{
	uint64_t line = mark_bits(r->marks.line, at - 64);
	int since = line ? __builtin_clzll(line) : 0, rest = 64 - since;

	if (!since || r->table == TABLE_BODY || !marks_around(r, at - since, at) || mark_bits(r->marks.alpha, at - 64) >> rest)
		return wordless_line_closely(r, at);
	if (since <= LABEL_ALONE && !(mark_bits(r->marks.digit, at - 64) >> rest))         /* perhaps alone on its line */
		return wordless_line_closely(r, at);
	return at - since;
}

/* ---- digits alone ---- */

static ALWAYS bool report(struct scan_run *r, ptrdiff_t start, ptrdiff_t end, ptrdiff_t line, enum scan_kind kind, int base)
{
	int score = base + (line == r->row_at && r->row_kinds ? number_row_bonus(r->row_kinds) : 0);

	if (score > 0)
		emit_on_line(r, kind, start, end, score, line);
	return true;
}

/* Reports it, when the line is one without words. */
static __attribute__((noinline)) bool report_wordless(struct scan_run *r, ptrdiff_t start, ptrdiff_t end, enum scan_kind kind, int base)
{
	ptrdiff_t line = wordless_line(r, start);

	return line >= 0 && report(r, start, end, line, kind, base);
}

static ALWAYS uint64_t eight(const uint8_t *d)
{
	uint64_t x;

	__builtin_memcpy(&x, d, sizeof x);                  /* bounds are known */
	return x;
}

static bool nothing(struct scan_run *r, ptrdiff_t start, ptrdiff_t end)
{
	(void)r, (void)start, (void)end;
	return true;
}

static bool unsettled(struct scan_run *r, ptrdiff_t start, ptrdiff_t end)
{
	(void)r, (void)start, (void)end;
	return false;
}

static bool six(struct scan_run *r, ptrdiff_t start, ptrdiff_t end)
{
	return !check_insurer_word(eight(r->t + start - 2) >> 16 << 16) || report_wordless(r, start, end, SCAN_insurer_number, NUMBER_INSURER_BASE);
}

/* An account of Japan Post ends in 1; a date may be somebody's birth. */
static bool eight_digits(struct scan_run *r, ptrdiff_t start, ptrdiff_t end)
{
	const uint8_t *d = r->t + start;

	if (check_insurer_word(eight(d)))
		return report_wordless(r, start, end, SCAN_insurer_number, NUMBER_INSURER_BASE);
	if (d[7] == '1')
		return report_wordless(r, start, end, SCAN_bank_account, 0);
	return !number_is_year(d) || wordless_line(r, start) >= 0;
}

/* Of both, what stands alone is likelier a My Number, unless it looks like a date. */
static __attribute__((noinline)) bool twelve_passed(struct scan_run *r, ptrdiff_t start, ptrdiff_t end, int passed)
{
	bool date = number_is_date(r->t + start);

	if (passed == CHECK_LICENCE || (passed & CHECK_LICENCE && date))
		return report_wordless(r, start, end, SCAN_driver_licence, NUMBER_LICENCE_BASE);
	return report_wordless(r, start, end, SCAN_my_number, date ? NUMBER_MY_DATE_BASE : NUMBER_MY_BASE);
}

static bool twelve(struct scan_run *r, ptrdiff_t start, ptrdiff_t end)
{
	int passed = check_twelve(eight(r->t + start), eight(r->t + start + 4) >> 32);

	return !passed || twelve_passed(r, start, end, passed);
}

static bool card(struct scan_run *r, ptrdiff_t start, ptrdiff_t end)
{
	return !check_card(r->t + start, (int)(end - start));
}

number_judge_fn *const number_lone[NUMBER_LONE_MAX] = { [0 ... 3] = unsettled, [4] = nothing, [5] = nothing, [6] = six, [7] = unsettled, [8] = eight_digits,
	[9] = nothing, [10] = unsettled, [11] = unsettled, [12] = twelve, [13] = unsettled, [14 ... 19] = card, [20 ... NUMBER_LONE_MAX - 1] = nothing };

/* ---- groups ---- */

/* A place may follow the number within a few signs. */
static ALWAYS bool text_follows(const uint8_t *t, ptrdiff_t i)
{
	for (int k = 0; k < 4 && t[i] <= ',' && (t[i] == ',' || t[i] == '\t' || t[i] == '"' || t[i] == '\n' || t[i] == '\r' || t[i] == ' '); k++)
		i++;
	return t[i] >= 0x80;
}

static ALWAYS bool phone(struct scan_run *r, ptrdiff_t start, ptrdiff_t end, int third, uint8_t form)
{
	const uint8_t *t = r->t + start;

	if (t[0] != '0' || !(phone_forms[(t[1] - '0') * 10 + t[third] - '0'] & form))
		return true;
	return report_wordless(r, start, end, SCAN_phone, number_phone_base(form == PHONE_344 ? 11 : 10));
}

/* 0120, 0570, 0800 */
static bool phone_of_four(struct scan_run *r, ptrdiff_t start, ptrdiff_t end, uint32_t lens, int n)
{
	const uint8_t *d = r->t + start;

	if (d[0] != '0' || !phone_area(d, n) || !number_is_phone_grouping(d, lens, n))
		return true;
	return report_wordless(r, start, end, SCAN_phone, number_phone_base(n));
}

bool WRAPS number_grouped(struct scan_run *r, ptrdiff_t start, ptrdiff_t end)
{
#define TWO(a, b) (1u << (a) | 1u << (b))
#define FORM(len, hyphens) ((uint64_t)(hyphens) << 4 | (len))
	uint64_t len = (uint64_t)(end - start), hyphens = mark_bits(r->marks.hyphen, start) & ((UINT64_C(1) << len) - 1);

	switch (FORM(len, hyphens)) {
	case FORM(10, TWO(4, 7)): case FORM(9, TWO(4, 6)): case FORM(9, TWO(4, 7)): case FORM(8, TWO(4, 6)):
		return !number_is_year(r->t + start) || wordless_line(r, start) >= 0;            /* a date is somebody's birth when words say so */
	case FORM(8, 1u << 3):
		return !text_follows(r->t, end) && report_wordless(r, start, end, SCAN_postal, NUMBER_POSTAL_BASE);
	case FORM(12, TWO(2, 7)):
		return phone(r, start, end, 3, PHONE_244);
	case FORM(12, TWO(4, 7)):
		return phone(r, start, end, 2, PHONE_424);
	case FORM(12, TWO(3, 7)):
		return phone(r, start, end, 2, PHONE_334);
	case FORM(12, TWO(5, 7)):
		return phone(r, start, end, 2, PHONE_514);
	case FORM(13, TWO(3, 8)):
		return phone(r, start, end, 2, PHONE_344);
	case FORM(12, TWO(4, 8)):
		return phone_of_four(r, start, end, 0x433, 10);
	case FORM(13, TWO(4, 8)):
		return phone_of_four(r, start, end, 0x434, 11);
	default:
		return false;
	}
#undef TWO
#undef FORM
}

/* ---- where it begins and ends ---- */

static bool is_day(int len, uint64_t hyphens)
{
	return len == 10 && hyphens == (1 << 4 | 1 << 7);
}

/* May the number end here? Of a short one nothing comes but a date; a space must not lead to more digits. */
static bool ends_behind(const uint8_t *p, int len, uint64_t hyphens)
{
	if (is_plain(p[0]))
		return true;
	if (p[0] != ' ')
		return len < 6 && !hyphens && letter(p[0]);
	if (letter(p[1]) || is_plain(p[1]))
		return p[1] != '\n' && (len < 6 || hyphens);
	return is_day(len, hyphens) && is_digit(p[1]) && is_digit(p[2]) && p[3] == ':';           /* 2026-11-20 10:15 */
}

/* ...and begin there? item-12345 and the like only when they are short. */
static bool begins_before(const uint8_t *t, ptrdiff_t start, int len, uint64_t hyphens)
{
	const uint8_t *p = t + start;
	int sign;

	if (p[-1] == '\n')                                   /* a line that ends in a hyphen goes on here */
		return p[-2] < 0x80 ? p[-2] != '-' && p[-2] != '\r' : sign_before(t, start - 1, start - 8, false, &sign) == SIGN_NONE;
	if (is_plain(p[-1]))
		return true;
	if (len - (hyphens != 0) >= 6 && !is_day(len, hyphens))
		return false;
	return letter(p[-1]) ? len < 6 : (p[-1] == '-' || p[-1] == ' ') && (letter(p[-2]) || (is_plain(p[-2]) && p[-2] != '\n'));
}

bool number_stands_apart(const struct scan_run *r, ptrdiff_t start, ptrdiff_t end, uint64_t hyphens)
{
	int len = (int)(end - start);

	return ends_behind(r->t + end, len, hyphens) && begins_before(r->t, start, len, hyphens);
}
