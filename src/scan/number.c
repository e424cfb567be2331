/* number.c - what a cluster of digits is: gathered in any spelling, told by its grouping, checked, then weighed. */
#include "scan/number.h"

enum { DIGITS = 40, GROUPS = 14, SPAN = 160 };
enum join { JOIN_NONE, JOIN_HYPHEN, JOIN_DOT, JOIN_SPACE, JOIN_SLASH, JOIN_BRACKET };

struct group { uint8_t first, n, before; uint16_t from, to; };      /* before: enum join; from, to: bytes from `start` */
struct cluster {
	const uint8_t *t;
	ptrdiff_t      lo, hi, start, end;
	bool           kanji;
	int            nd, ng;
	uint8_t        d[DIGITS + 8];
	struct group   g[GROUPS];
};
struct guess { enum scan_kind kind; int score; };

static ptrdiff_t group_at(const struct cluster *c, int k)
{
	return c->start + c->g[k].from;
}

static ptrdiff_t group_end(const struct cluster *c, int k)
{
	return c->start + c->g[k].to;
}

/* ---- gathering ---- */

/* Reads the separators at *at up to the next digit; JOIN_NONE when the cluster ends here. */
static enum join join_at(const struct cluster *c, ptrdiff_t *at)
{
	ptrdiff_t i = *at;
	int seen[SIGN_NONE + 1] = { 0 }, count = 0, len, s;

	for (; i < c->hi && count < 4; count++, i += len) {
		s = sign_at(c->t, i, c->hi, c->kanji, &len);
		if (s <= 9 || s == SIGN_NONE)
			break;
		if (s == SIGN_LINE && !seen[SIGN_HYPHEN])
			return JOIN_NONE;                       /* a line goes on behind a hyphen; one that begins with it is an item of a list */
		seen[s]++;
	}
	if (count == 0 || i >= c->hi || sign_at(c->t, i, c->hi, c->kanji, &len) > 9)
		return JOIN_NONE;
	*at = i;
	if (seen[SIGN_LINE] && (seen[SIGN_HYPHEN] != 1 || count > 3))
		return JOIN_NONE;
	if (seen[SIGN_OPEN] + seen[SIGN_CLOSE])
		return seen[SIGN_DOT] + seen[SIGN_SLASH] ? JOIN_NONE : JOIN_BRACKET;
	if (seen[SIGN_HYPHEN])
		return seen[SIGN_HYPHEN] == 1 && !seen[SIGN_DOT] && !seen[SIGN_SLASH] ? JOIN_HYPHEN : JOIN_NONE;
	if (seen[SIGN_DOT] + seen[SIGN_SLASH])
		return count == 1 ? (seen[SIGN_DOT] ? JOIN_DOT : JOIN_SLASH) : JOIN_NONE;
	return count == 1 ? JOIN_SPACE : JOIN_NONE;
}

/* Walks back from a digit to where its cluster begins, by the same rules. */
static ptrdiff_t cluster_start(struct cluster *c, ptrdiff_t at)
{
	ptrdiff_t i = at, best = at;
	int len, seps = 0, s;

	while (i > c->lo && at - i < SPAN) {
		s = sign_before(c->t, i, c->lo, c->kanji, &len);
		if (s == SIGN_NONE)
			break;
		i -= len;
		if (s <= 9) {
			ptrdiff_t to = i + len;

			if (seps && join_at(c, &to) == JOIN_NONE)
				break;
			best = i;
			seps = 0;
		} else if (++seps > 3) {
			break;
		}
	}
	return best;
}

static void gather(struct cluster *c)
{
	ptrdiff_t i = c->start;
	enum join before = JOIN_NONE;
	int len, s;

	while (i < c->hi && c->ng < GROUPS) {
		struct group *g = &c->g[c->ng];

		*g = (struct group){ .first = (uint8_t)c->nd, .before = (uint8_t)before, .from = (uint16_t)(i - c->start) };
		for (; i < c->hi && (s = sign_at(c->t, i, c->hi, c->kanji, &len)) <= 9; i += len) {
			if (c->nd == DIGITS) {                          /* no number of ours is as long: pass over all of it */
				c->ng = 0;
				c->end = i + len;
				continue;
			}
			c->d[c->nd] = (uint8_t)s;
			c->nd++;
			g->to = (uint16_t)(i + len - c->start);
			g->n++;
		}
		if (c->nd == DIGITS && c->end > i - 1)
			return;
		c->ng++;
		c->end = i;
		before = join_at(c, &i);
		if (before == JOIN_NONE)
			return;
	}
}

/* ---- the common case: plain digits with single signs between ---- */

enum { BYTE_END, BYTE_DIGIT, BYTE_JOIN, BYTE_OTHER };       /* OTHER: must be looked at closely */
static const struct { uint8_t of[256]; } bytes = { {
	['0' ... '9'] = BYTE_DIGIT, ['-'] = BYTE_JOIN, [' '] = BYTE_JOIN,
	['.'] = BYTE_JOIN, ['/'] = BYTE_JOIN, ['('] = BYTE_OTHER, [')'] = BYTE_OTHER, ['+'] = BYTE_OTHER,
	[0x80 ... 0xE3] = BYTE_OTHER, [0xEA ... 0xFF] = BYTE_OTHER,
} };

/* Does a cluster begin at i: is there no sign before it, or one that no digit stands before? False leaves it to cluster_start(). */
static bool begins_here(const uint8_t *t, ptrdiff_t i, ptrdiff_t lo)
{
	int len, len2, s;

	if (i <= lo)
		return true;
	if (t[i - 1] < 0x80 && bytes.of[t[i - 1]] == BYTE_END && t[i - 1] != '\n' && t[i - 1] != '\r')
		return true;
	s = sign_before(t, i, lo, false, &len);
	if (s <= 9 || s == SIGN_NONE)
		return s == SIGN_NONE;
	return i - len <= lo || sign_before(t, i - len, lo, false, &len2) == SIGN_NONE;
}

/* Eight digits as values; what stands behind the last is overwritten by the next, or never read. */
static void WRAPS copy_digits(uint8_t *to, const uint8_t *from)
{
	uint64_t x;

	__builtin_memcpy(&x, from, sizeof x);               /* bounds are known: no check at each */
	x -= UINT64_C(0x3030303030303030);
	__builtin_memcpy(to, &x, sizeof x);
}

/* Gathers from the marks, without decoding; false leaves the cluster to the general way. `at` is the fourth digit of a run. */
static bool gather_plain(const struct scan_run *r, struct cluster *c, ptrdiff_t at)
{
	const uint8_t *t = c->t;
	ptrdiff_t i = at - 3, e;
	enum join before = JOIN_NONE;
	uint64_t digits;
	int pos = 0, n;

	if (i < c->lo || at < 2 * SPAN || at + SPAN > r->chunk_end)
		return false;
	while (i - 2 >= c->lo && t[i - 1] == '-' && bytes.of[t[i - 2]] == BYTE_DIGIT && at - i < SPAN) {
		digits = ~mark_bits(r->marks.digit, i - 65);
		i = digits ? MAX(i - 1 - __builtin_clzll(digits), c->lo) : c->lo;
	}
	if (!begins_here(t, i, c->lo))
		return false;
	c->start = i;
	for (digits = mark_bits(r->marks.digit, i); c->ng < GROUPS; pos += n + 1) {
		struct group *g = &c->g[c->ng++];

		n = ~(digits >> pos) ? __builtin_ctzll(~(digits >> pos)) : 64;
		if (pos + n >= 56 || c->nd + n > DIGITS)
			return false;
		for (int k = 0; k < n; k += 8)
			copy_digits(c->d + c->nd + k, t + i + pos + k);
		*g = (struct group){ (uint8_t)c->nd, (uint8_t)n, (uint8_t)before, (uint16_t)pos, (uint16_t)(pos + n) };
		c->nd += n;
		c->end = e = i + pos + n;
		if (bytes.of[t[e]] == BYTE_END)
			return true;
		if (bytes.of[t[e]] != BYTE_JOIN)
			return sign_at(t, e, c->hi, false, &n) > 9 && join_at(c, &e) == JOIN_NONE;
		if (bytes.of[t[e + 1]] != BYTE_DIGIT)
			return bytes.of[t[e + 1]] == BYTE_END && t[e + 1] != '\n' && t[e + 1] != '\r';
		before = t[e] == '-' ? JOIN_HYPHEN : t[e] == ' ' ? JOIN_SPACE : t[e] == '.' ? JOIN_DOT : JOIN_SLASH;
	}
	return false;
}

/* ---- weighing ---- */

int number_row_bonus(uint32_t row)
{
	int kinds = ((row & SCAN_BIT(SCAN_person_name)) != 0) + ((row & SCAN_BIT(SCAN_address)) != 0) + ((row & SCAN_BIT(SCAN_date_of_birth)) != 0);

	return MIN(kinds * 10, 20);
}

static int weigh(const struct context *x, enum scan_kind kind, int base)
{
	uint32_t bit = SCAN_BIT(kind), named = x->taken ? x->direct & ~(SCAN_BIT(SCAN_person_name) | SCAN_BIT(SCAN_address)) : x->direct;
	int s = base;

	if (x->direct & bit)
		s += 60;
	else if (named)
		s -= 35;
	else if (x->other)
		s -= 45;
	else if (x->near & bit)
		s += 30;
	else if (x->other_near)
		s -= 15;
	if (x->unit && !(x->direct & bit))
		s -= 60;
	return s + number_row_bonus(x->row);
}

struct form { int n, groups; uint32_t lens; enum join join; };   /* lens: one nibble a group, first the highest */

static struct form form_of(const struct cluster *c, int a, int b)
{
	struct form f = { .groups = b - a };

	for (int i = a; i < b; i++) {
		f.n += c->g[i].n;
		f.lens = f.lens << 4 | (uint32_t)MIN(c->g[i].n, 15);
		if (i > a)
			f.join = (enum join)c->g[i].before;
	}
	if (b - a > 8)
		f.lens = 0;
	return f;
}

/* What the digits could be, before the context is asked. */
enum { OFFERS = 8 };
struct trial { int n; struct { enum scan_kind kind; int base; } offer[OFFERS]; };

static void offer(struct trial *t, enum scan_kind kind, int base)
{
	if (t->n < OFFERS) {
		t->offer[t->n].kind = kind;
		t->offer[t->n++].base = base;
	}
}

static struct guess best_of(const struct trial *t, const struct context *x)
{
	struct guess best = { .score = 0 };

	for (int i = 0; i < t->n; i++) {
		int s = weigh(x, t->offer[i].kind, t->offer[i].base);

		if (s > best.score)
			best = (struct guess){ t->offer[i].kind, s };
	}
	return best;
}

bool number_is_phone_grouping(const uint8_t *digits, uint32_t lens, int n)
{
	int d[4] = { digits[0] & 15, digits[1] & 15, digits[2] & 15, digits[3] & 15 };

	switch (lens) {
	case 0x344: return n == 11;
	case 0x434: return n == 11 && (d[1] == 8 && d[2] == 0 && d[3] == 0);      /* 0800 */
	case 0x443: return false;
	case 0x433: return d[1] == 1 ? d[2] == 2 && d[3] == 0 : d[1] == 5 && d[2] == 7 && d[3] == 0;   /* 0120, 0570 */
	case 0x424: return d[1] != 3 && !(d[1] == 6 && d[2] != 0);
	case 0x334: return d[1] != 3;
	case 0x244: return d[1] == 3 || d[1] == 4 || d[1] == 6;
	case 0x514: return d[1] != 3 && d[1] != 6;
	default: return false;
	}
}

bool number_is_date(const uint8_t *d)
{
	int y = (d[0] & 15) * 1000 + (d[1] & 15) * 100 + (d[2] & 15) * 10 + (d[3] & 15), m = (d[4] & 15) * 10 + (d[5] & 15), day = (d[6] & 15) * 10 + (d[7] & 15);

	return y >= 1950 && y <= 2049 && m >= 1 && m <= 12 && day >= 1 && day <= 31;
}

static void try_12(struct trial *t, const uint8_t *d, const struct form *f)
{
	bool plain = f->groups == 1;

	if (!plain && f->lens != 0x444)
		return;
	if (check_my_number(d))
		offer(t, SCAN_my_number, plain ? (number_is_date(d) ? NUMBER_MY_DATE_BASE : NUMBER_MY_BASE) : 45);
	if (check_licence(d))
		offer(t, SCAN_driver_licence, plain ? NUMBER_LICENCE_BASE : 10);
}

static void try_13(struct trial *t, const uint8_t *d, const struct form *f)
{
	if (f->groups != 1 && f->lens != 0x1444 && f->lens != 0x4441)
		return;
	if (f->lens != 0x4441 && check_corporate(d))
		offer(t, SCAN_corporate_number, 60);
	if (f->groups == 1 && check_card(d, 13) && !check_ean(d, 13))
		offer(t, SCAN_credit_card, 30);
}

static void try_card(struct trial *t, const uint8_t *d, const struct form *f)
{
	bool grouped = f->lens == 0x4444 || f->lens == 0x465 || f->lens == 0x464 || f->lens == 0x44443;

	if ((f->groups != 1 && !grouped) || !check_card(d, f->n))
		return;
	if (f->n == 14 && number_is_date(d))
		return;
	offer(t, SCAN_credit_card, grouped ? 78 : 62);
}

static void try_phone(struct trial *t, const uint8_t *d, const struct form *f)
{
	int area = phone_area(d, f->n);

	if (!area)
		return;
	if (f->groups == 1)
		offer(t, SCAN_phone, f->n == 11 && d[1] >= 7 ? 58 : 35);
	else if (number_is_phone_grouping(d, f->lens, f->n))
		offer(t, SCAN_phone, number_phone_base(f->n) - (f->join == JOIN_SPACE ? 10 : f->join == JOIN_DOT ? 8 : 0));
}

static void try_7(struct trial *t, const struct form *f, bool mark, bool town)
{
	if (f->lens == 0x34 && f->join == JOIN_HYPHEN)
		offer(t, SCAN_postal, mark ? 98 : town ? 85 : NUMBER_POSTAL_BASE);
	else if (f->groups == 1 && mark)
		offer(t, SCAN_postal, 90);
	else if (f->groups == 1)
		offer(t, SCAN_postal, town ? 25 : 0);
	if (f->groups == 1 || f->lens == 0x34)
		offer(t, SCAN_bank_account, 0);
}

static void try_others(struct trial *t, const uint8_t *d, const struct form *f)
{
	if (f->n == 10 && f->lens == 0x46 && f->join != JOIN_DOT)
		offer(t, SCAN_pension_number, 38);
	if (f->n == 10 && f->groups == 1)
		offer(t, SCAN_pension_number, 0);
	if (f->n == 11 && f->lens == 0x461)
		offer(t, SCAN_employment_insurance, 62);
	if (f->n == 11 && f->groups == 1)
		offer(t, SCAN_employment_insurance, 0);
	if (f->n == 11 && (f->groups == 1 || f->lens == 0x443))
		offer(t, SCAN_resident_code, 2);
	if ((f->n == 8 || f->n == 6) && f->groups == 1 && check_insurer(d, f->n))
		offer(t, SCAN_insurer_number, NUMBER_INSURER_BASE);
	if (f->lens == 0x437)
		offer(t, SCAN_bank_account, 55);
	if ((f->lens == 0x58 || f->lens == 0x57 || f->lens == 0x56 || f->lens == 0x518) && d[0] == 1 && d[4] == 0)
		offer(t, SCAN_bank_account, 30);
	if (f->groups == 1 && f->n == 8 && d[7] == 1)
		offer(t, SCAN_bank_account, 0);                 /* Japan Post */
}

/* ---- neighbours ---- */

static bool latin(uint32_t c)
{
	c = char_ascii(c) | 32;
	return c >= 'a' && c <= 'z';
}

static bool upper(uint32_t c)
{
	c = char_ascii(c);
	return c >= 'A' && c <= 'Z';
}

/* Letters or an underscore touch the digits: part of a word, not a number. */
static bool glued(const struct cluster *c, ptrdiff_t start, ptrdiff_t end)
{
	/* commas, tabs, ends of lines: the usual neighbours need no closer look */
	if (start > c->lo && end < c->hi && bytes.of[c->t[start - 1]] == BYTE_END && bytes.of[c->t[end]] == BYTE_END && c->t[start - 1] <= ','
			&& c->t[end] <= ',' && c->t[start - 1] != '#' && c->t[start - 1] != '%' && c->t[start - 1] != '&')
		return false;
	int len, len2;
	uint32_t b = start > c->lo ? char_before(c->t, start, c->lo, &len) : 0, a = end < c->hi ? char_at(c->t, end, c->hi, &len2) : 0;

	if (latin(b) || b == '_' || b == '#' || b == '%' || latin(a) || a == '_')
		return true;
	if ((b == '-' || b == '.' || b == '/' || b == '=' || b == '&') && start - 1 > c->lo) {
		uint32_t bb = char_before(c->t, start - 1, c->lo, &len);

		if (b == '-' ? latin(bb) : b == '.' ? bb >= '0' && bb <= '9' : b == '/' && latin(bb) && false)
			return true;
	}
	if (a == '-' && end + 1 < c->hi && latin(c->t[end + 1]))
		return true;
	return a == '.' && end + 1 < c->hi && c->t[end + 1] >= '0' && c->t[end + 1] <= '9';
}

/* Where the 〒 before the digits stands, or -1. */
static ptrdiff_t postal_mark(const struct cluster *c, ptrdiff_t start)
{
	ptrdiff_t i = start;

	while (i - 1 > c->lo && c->t[i - 1] == ' ')
		i--;
	if (i - 3 >= c->lo && memcmp(c->t + i - 3, "　", 3) == 0)
		i -= 3;
	return i - 3 >= c->lo && memcmp(c->t + i - 3, "〒", 3) == 0 ? i - 3 : -1;
}

/* Does a place follow: within a few characters one of 都道府県市区郡町村? */
static bool town_follows(const struct cluster *c, ptrdiff_t at)
{
	ptrdiff_t i = at;
	int len, seen = 0, blanks = 0;
	uint32_t x;

	while (i < c->hi && blanks++ < 4 && (c->t[i] == ' ' || c->t[i] == ',' || c->t[i] == '\t' || c->t[i] == '"' || c->t[i] == '\n'
			|| c->t[i] == '\r'))
		i++;
	if (i >= c->hi || c->t[i] < 0x80)
		return false;
	if (i + 3 <= c->hi && memcmp(c->t + i, "　", 3) == 0)
		i += 3;
	for (; i < c->hi && seen < 6; i += len, seen++) {
		x = char_at(c->t, i, c->hi, &len);
		if (x == 0x90FD || x == 0x9053 || x == 0x5E9C || x == 0x770C || x == 0x5E02 || x == 0x533A || x == 0x90E1 || x == 0x753A || x == 0x6751)
			return seen > 0;
		if (!char_is_han(x) && !char_is_kana(x))
			return false;
	}
	return false;
}

/* Two letters before seven digits, or before eight with two behind. */
static bool try_letters(struct scan_run *r, const struct cluster *c, int k)
{
	const struct group *g = &c->g[k];
	ptrdiff_t start = group_at(c, k), end = group_end(c, k), from = start;
	struct guess best;
	struct context x;
	UNINIT struct trial t;
	int len, letters = 0;

	t.n = 0;
	if ((g->n != 7 && g->n != 8) || start == c->lo || !(c->t[start - 1] >= 0x80 || c->t[start - 1] == ' ' || upper(c->t[start - 1])))
		return false;
	if (g->n == 7 && from - 1 > c->lo && c->t[from - 1] == ' ' && from - 3 >= c->lo && upper(c->t[from - 2]))
		from--;
	while (from > c->lo && letters < 3 && upper(char_before(c->t, from, c->lo, &len)))
		from -= len, letters++;
	if (letters != 2 || (from > c->lo && (latin(char_before(c->t, from, c->lo, &len)) || c->t[from - 1] == '_' || c->t[from - 1] == '-')))
		return false;
	if (g->n == 8) {
		for (letters = 0; end < c->hi && letters < 3 && upper(char_at(c->t, end, c->hi, &len)); letters++)
			end += len;
		if (letters != 2)
			return false;
	}
	if (end < c->hi && (latin(c->t[end]) || c->t[end] == '_' || (c->t[end] >= '0' && c->t[end] <= '9') || c->t[end] == '-'))
		return false;
	x = context_of(r, from, end);
	if (g->n == 8)
		offer(&t, SCAN_residence_card, 64);
	else
		offer(&t, SCAN_passport, 30);
	best = best_of(&t, &x);
	if (best.score <= 0)
		return false;
	emit(r, best.kind, from, end, best.score);
	return true;
}

/* ---- deciding ---- */

/* T and thirteen digits: a qualified invoice issuer. */
static bool invoice_issuer(struct scan_run *r, const struct cluster *c, ptrdiff_t start, ptrdiff_t end, const uint8_t *d, int n)
{
	int len;

	if (n != 13 || start == c->lo || char_ascii(char_before(c->t, start, c->lo, &len)) != 'T' || !check_corporate(d))
		return false;
	emit(r, SCAN_corporate_number, start, end, 95);
	return true;
}

static bool decide(struct scan_run *r, const struct cluster *c, int a, int b, int bonus)
{
	ptrdiff_t start = group_at(c, a), end = group_end(c, b - 1);
	const uint8_t *d = c->d + c->g[a].first;
	struct form f = form_of(c, a, b);
	UNINIT struct trial t;
	struct guess best;
	struct context x;
	ptrdiff_t mark = -1;

	t.n = 0;
	if (f.n < 6 || f.n > 19 || f.lens == 0)
		return false;
	if (f.n == 12)
		try_12(&t, d, &f);
	else if (f.n == 13)
		try_13(&t, d, &f);
	if (f.n >= 14)
		try_card(&t, d, &f);
	if (f.n == 10 || f.n == 11)
		try_phone(&t, d, &f);
	if (f.n == 7) {
		mark = postal_mark(c, start);
		try_7(&t, &f, mark >= 0, town_follows(c, end));
	}
	try_others(&t, d, &f);
	if (t.n == 0)
		return false;
	if (glued(c, start, end))
		return invoice_issuer(r, c, start, end, d, f.n);
	x = context_of(r, start, end);
	best = best_of(&t, &x);
	best.score += bonus;
	if (best.score <= 0)
		return false;
	if (best.kind == SCAN_postal && mark >= 0)
		emit(r, best.kind, mark, end, MAX(best.score, 95));
	else
		emit(r, best.kind, start, end, best.score);
	return true;
}

/* 03(1234)5678, (03)1234-5678 */
static bool bracketed_phone(struct scan_run *r, const struct cluster *c, int a)
{
	struct form f;
	struct context x;
	ptrdiff_t start, end;
	int len, s;

	if (a + 3 > c->ng || (c->g[a + 1].before != JOIN_BRACKET && c->g[a + 2].before != JOIN_BRACKET))
		return false;
	f = form_of(c, a, a + 3);
	if (f.n < 10 || f.n > 11 || !phone_area(c->d + c->g[a].first, f.n) || !number_is_phone_grouping(c->d + c->g[a].first, f.lens, f.n))
		return false;
	if (a + 3 < c->ng && c->g[a + 3].before == JOIN_HYPHEN)
		return false;
	start = group_at(c, a);
	end = group_end(c, a + 2);
	if (start > c->lo) {
		s = sign_before(c->t, start, c->lo, false, &len);
		if (s == SIGN_OPEN && c->g[a + 2].before != JOIN_BRACKET)
			start -= len;
	}
	x = context_of(r, start, end);
	emit(r, SCAN_phone, start, end, weigh(&x, SCAN_phone, 78));
	return true;
}

/* +81 3 1234 5678, +81-(0)90-1234-5678 */
static int international_phone(struct scan_run *r, const struct cluster *c, int a)
{
	ptrdiff_t start = group_at(c, a), end;
	uint8_t d[16] = { 0 };
	int n = 1, len, k = a + 1;
	struct context x;
	const struct group *g = &c->g[a];

	if (g->n < 2 || c->d[g->first] != 8 || c->d[g->first + 1] != 1 || start == c->lo)
		return 0;
	if (char_ascii(char_before(c->t, start, c->lo, &len)) != '+')
		return 0;
	start -= len;
	for (int i = 2; i < g->n && n < 12; i++)
		d[n++] = c->d[g->first + i];
	for (; k < c->ng && n < 10 + (d[1] >= 5 && d[2] == 0 && n > 2); k++) {
		if (c->g[k].before == JOIN_SLASH)
			break;
		for (int i = 0; i < c->g[k].n && n < 12; i++)
			if (n > 1 || c->d[c->g[k].first + i])           /* the 0 in (0) goes */
				d[n++] = c->d[c->g[k].first + i];
	}
	if (!phone_area(d, n))
		return 0;
	end = group_end(c, k - 1);
	x = context_of(r, start, end);
	emit(r, SCAN_phone, start, end, weigh(&x, SCAN_phone, 88));
	return k - a;
}

/* A date: how many groups it takes, 0 when it is none; reported when words of birth are near. */
static int birth_date(struct scan_run *r, const struct cluster *c, int a)
{
	const struct group *g = &c->g[a];
	ptrdiff_t start = group_at(c, a), end = group_end(c, a);
	bool three = a + 2 < c->ng && g[1].n <= 2 && g[2].n <= 2 && g[1].before == g[2].before && g[1].before >= JOIN_HYPHEN && g[1].before != JOIN_SPACE;
	bool words = end + 3 <= c->hi && memcmp(c->t + end, "年", 3) == 0, plain8, born;
	int score, used = g->n == 4 && three ? 3 : words ? 1 : 0;
	struct context x;

	if ((g->n != 4 && g->n != 8) || !number_is_year(c->d + g->first) || (g->n == 4 && !three && !words))
		return 0;
	x = context_of(r, start, end);
	born = c->end < c->hi && (c->t[c->end] >= 0x80 || c->t[c->end] == ' ');
	if (!((x.direct | x.near) & SCAN_BIT(SCAN_date_of_birth)) && !born)
		return used;
	end = date_at(c->t, start, c->hi, &plain8);
	if (end < 0)
		return 0;
	for (used = a + 1; used < c->ng && group_at(c, used) < end;)
		used++;
	born = (end + 3 <= c->hi && memcmp(c->t + end, "生", 3) == 0) || (end + 4 <= c->hi && memcmp(c->t + end, " 生", 4) == 0);
	score = born ? 88 : x.direct & SCAN_BIT(SCAN_date_of_birth) ? (plain8 ? 85 : 92)
		: !plain8 && !x.other && x.near & SCAN_BIT(SCAN_date_of_birth) ? 55 : 0;
	if (!score)
		return plain8 ? 0 : used - a;                   /* a date, but nobody's birth */
	emit(r, SCAN_date_of_birth, start, end, score);
	return used - a;
}

/* The groups [a, b) joined by spaces: the whole, or any part that has the look of a number. */
static int spaced(struct scan_run *r, const struct cluster *c, int a, int b)
{
	for (int n = MIN(b - a, 5); n >= 2; n--) {
		uint32_t lens = form_of(c, a, a + n).lens;

		if (lens != 0x444 && lens != 0x4444 && lens != 0x465 && lens != 0x464 && lens != 0x344 && lens != 0x244 && lens != 0x334 && lens != 0x424
				&& lens != 0x433 && lens != 0x434 && lens != 0x46 && lens != 0x461 && lens != 0x1444 && lens != 0x44443)
			continue;
		if (decide(r, c, a, a + n, n == b - a ? 0 : -10))
			return n;
	}
	return 0;
}

static void judge(struct scan_run *r, const struct cluster *c)
{
	for (int a = 0; a < c->ng;) {
		int b = a + 1, used;
		enum join j = b < c->ng ? (enum join)c->g[b].before : JOIN_NONE;

		if ((used = international_phone(r, c, a)) || (used = birth_date(r, c, a)) || (used = bracketed_phone(r, c, a) ? 3 : 0)) {
			a += used;
			continue;
		}
		if (try_letters(r, c, a)) {
			a++;
			continue;
		}
		if (j == JOIN_HYPHEN || j == JOIN_DOT || j == JOIN_SPACE)
			while (b < c->ng && c->g[b].before == j)
				b++;
		if (j == JOIN_SPACE) {
			if (b < c->ng && (c->g[b].before == JOIN_HYPHEN || c->g[b].before == JOIN_DOT))
				b--;                                    /* the last one belongs to what follows */
			used = b - a >= 2 ? spaced(r, c, a, b) : 0;
			if (!used)
				IGNORE(decide(r, c, a, a + 1, 0));
			a += used ? used : 1;
			continue;
		}
		IGNORE(decide(r, c, a, b, j == JOIN_DOT ? -5 : 0));
		a = b;
	}
}

/* Digits that go on as the local part of a mail address are not ours. */
static bool is_mail(const struct cluster *c)
{
	ptrdiff_t i = c->end;

	while (i < c->hi && i < c->end + 64 && ((c->t[i] | 32) >= 'a' && (c->t[i] | 32) <= 'z' ? true : (c->t[i] >= '0' && c->t[i] <= '9')
			|| c->t[i] == '.' || c->t[i] == '_' || c->t[i] == '+' || c->t[i] == '-'))
		i++;
	return i < c->hi && c->t[i] == '@' && i > c->lo && c->t[i - 1] != ' ';
}

void number_closely(struct scan_run *r, ptrdiff_t at)
{
	UNINIT struct cluster c;
	int len;

	c.t = r->t;
	c.lo = MAX(view_lo(r, at), r->next);
	c.hi = view_hi(r, at);
	c.nd = c.ng = 0;
	c.end = at + 1;
	c.kanji = false;
	if (r->t[at] >= 0x80 || !gather_plain(r, &c, at)) {
		c.nd = c.ng = 0;
		c.end = at + 1;
		while (at > c.lo && (r->t[at] & 0xC0) == 0x80)
			at--;
		if (sign_at(r->t, at, c.hi, true, &len) > 9)
			return;
		c.kanji = sign_at(r->t, at, c.hi, false, &len) > 9;
		c.start = cluster_start(&c, at);
		gather(&c);
	}
	r->digits_end = c.end;
	if (c.ng && (c.nd >= 6 || (c.end < c.hi && c.t[c.end] >= 0x80)) && !is_mail(&c))
		judge(r, &c);
}

void number_at(struct scan_run *r, ptrdiff_t at)
{
	if (at >= r->digits_end)
		number_closely(r, at);
}
