/* number_plain.c - numbers in lists and logs, told by the marks alone: most are nothing, and cost next to nothing. */
#include "scan/number.h"

enum { GROUPS_MAX = 6, PLAIN_MAX = 48, DIGITS_MAX = 40 };

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

struct token { ptrdiff_t start, end; uint32_t lens; int n, groups; };

/* One group of digits: false when it could be something. */
static bool lone_is_nothing(const uint8_t *t, const struct token *k)
{
	const uint8_t *d = t + k->start;

	switch (k->n) {
	case 4: case 5: case 9:
		return true;
	case 6:
		return !check_insurer(d, 6);
	case 8:
		return d[7] != '1' && !number_is_year(d) && !check_insurer(d, 8);
	case 12:
		return !check_my_number(d) && !check_licence(d);
	case 14: case 15: case 16: case 17: case 18: case 19:
		return !check_card(d, k->n);
	default:
		return k->n > 19 && k->n < DIGITS_MAX;
	}
}

/* The first four digits tell the area of a telephone number. */
static bool is_phone(const uint8_t *t, const struct token *k)
{
	UNINIT uint8_t d[4];
	ptrdiff_t i = k->start;

	if (t[i] != '0')
		return false;
	for (int n = 0; n < 4; i++) {
		d[n] = (uint8_t)(t[i] - '0');
		n += t[i] != '-';
	}
	return phone_area(d, k->n) && number_is_phone_grouping(d, k->lens, k->n);
}

/* A place may follow the number within a few signs. */
static bool text_follows(const uint8_t *t, ptrdiff_t i)
{
	for (int k = 0; k < 4 && (t[i] == ',' || t[i] == '\t' || t[i] == '"' || t[i] == '\n' || t[i] == '\r' || t[i] == ' '); k++)
		i++;
	return t[i] >= 0x80;
}

static bool report(struct scan_run *r, const struct token *k, enum scan_kind kind, int base)
{
	emit(r, kind, k->start, k->end, base + number_row_bonus(line_row(r)));
	return true;
}

/* Groups with hyphens between: true when they are settled. */
static bool grouped(struct scan_run *r, const struct token *k)
{
	const uint8_t *t = r->t;

	switch (k->lens) {
	case 0x422: case 0x412: case 0x421: case 0x411:          /* a date is somebody's birth when words say so */
		return !number_is_year(t + k->start) || line_is_wordless(r, k->start);
	case 0x34:
		return !text_follows(t, k->end) && line_is_wordless(r, k->start) && report(r, k, SCAN_postal, NUMBER_POSTAL_BASE);
	case 0x244: case 0x424: case 0x334: case 0x433: case 0x514: case 0x344: case 0x434:
		if (!is_phone(t, k))
			return true;
		return line_is_wordless(r, k->start) && report(r, k, SCAN_phone, number_phone_base(k->n));
	default:
		return false;
	}
}

static bool letter(uint8_t b)
{
	return number_neighbours[b] == NUMBER_LETTER;
}

/* May the number end here? Of a short one nothing comes but a date; a space must not lead to more digits. */
static bool ends_behind(const uint8_t *t, const struct token *k)
{
	const uint8_t *p = t + k->end;

	if (is_plain(p[0]))
		return true;
	if (p[0] != ' ')
		return k->n < 6 && k->groups == 1 && letter(p[0]);
	if (letter(p[1]) || is_plain(p[1]))
		return p[1] != '\n' && (k->n < 6 || k->groups > 1);
	return k->lens == 0x422 && is_digit(p[1]) && is_digit(p[2]) && p[3] == ':';           /* 2026-11-20 10:15 */
}

/* ...and begin there? item-12345 and the like only when they are short. */
static bool ends_before(const uint8_t *t, const struct token *k)
{
	const uint8_t *p = t + k->start;

	if (p[-1] == '\n')
		return p[-2] != '-' && p[-2] != '\r' && p[-2] < 0x80;
	if (is_plain(p[-1]))
		return true;
	if (k->n >= 6 && k->lens != 0x422)
		return false;
	return letter(p[-1]) ? k->n < 6 : (p[-1] == '-' || p[-1] == ' ') && (letter(p[-2]) || (is_plain(p[-2]) && p[-2] != '\n'));
}

bool number_plain(struct scan_run *r, ptrdiff_t at)
{
	const uint8_t *t = r->t;
	ptrdiff_t i = at - 3, lo = MAX(r->next, 2 * PLAIN_MAX);
	struct token k = { .groups = 0 };
	uint64_t digits;
	int pos = 0, n;

	if (i <= lo || at + 2 * PLAIN_MAX > r->chunk_end)
		return false;
	for (int g = 0; t[i - 1] == '-' && is_digit(t[i - 2]); g++) {
		digits = ~mark_bits(r->marks.digit, i - 65);
		i -= 1 + (digits ? __builtin_clzll(digits) : 64);
		if (i <= lo || g == GROUPS_MAX)
			return false;
	}
	k.start = i;
	for (digits = mark_bits(r->marks.digit, i);; pos += n + 1) {
		n = __builtin_ctzll(~(digits >> pos) | UINT64_C(1) << 63);
		if (pos + n > PLAIN_MAX || k.groups == GROUPS_MAX)
			return false;
		k.lens = k.lens << 4 | (uint32_t)MIN(n, 15);
		k.n += n;
		k.groups++;
		k.end = i + pos + n;
		if (t[k.end] != '-' || !is_digit(t[k.end + 1]))
			break;
	}
	if (!ends_behind(t, &k) || !ends_before(t, &k))
		return false;
	if (k.n >= 6 && !(k.groups == 1 ? lone_is_nothing(t, &k) : grouped(r, &k)))
		return false;
	r->digits_end = k.end;
	return true;
}
