/* context.c - what the words around a value, above it and beside it say it is. */
#include "scan/inside.h"

enum { WORD_MAX = 32, INDEX = 4096, NEAR_BACK = 120, DIRECT_GAP = 24 };

struct word { struct str text; uint32_t kinds; };
static const struct word words[] = {
#define WORD(text, kinds) { SLIT(text), kinds },
#include "scan/words.def"
#undef WORD
};

/* Words by the hash of their first three bytes; filled before main so that every thread only reads. */
static struct { uint16_t first[INDEX], next[COUNT(words)]; } index_of;

/* Pairs of bytes with which a word begins, in any case: nearly every other place is passed over at once. */
static uint64_t pairs[1024];

static bool may_begin(const uint8_t *t, ptrdiff_t i)
{
	return pairs[t[i] << 2 | t[i + 1] >> 6] >> (t[i + 1] & 63) & 1;
}

static void add_pair(uint8_t a, uint8_t b)
{
	pairs[a << 2 | b >> 6] |= UINT64_C(1) << (b & 63);
}

static uint8_t small(uint8_t b)
{
	return b >= 'A' && b <= 'Z' ? (uint8_t)(b + 32) : b;
}

static unsigned WRAPS key(uint8_t a, uint8_t b, uint8_t c)
{
	return (((uint32_t)a << 16 | (uint32_t)b << 8 | c) * UINT32_C(2654435761)) >> 20;
}

__attribute__((constructor)) static void fill_index(void)
{
	for (ptrdiff_t w = COUNT(words); w-- > 0;) {
		const uint8_t *p = (const uint8_t *)words[w].text.p;
		unsigned k = key(p[0], p[1], p[2]);

		for (int c = 0; c < 4; c++) {
			bool up = c & 1 && p[0] >= 'a' && p[0] <= 'z', up2 = c & 2 && p[1] >= 'a' && p[1] <= 'z';

			add_pair((uint8_t)(p[0] - (up ? 32 : 0)), (uint8_t)(p[1] - (up2 ? 32 : 0)));
		}
		index_of.next[w] = index_of.first[k];
		index_of.first[k] = (uint16_t)(w + 1);
	}
}

static bool letter(uint8_t b)
{
	return (small(b) >= 'a' && small(b) <= 'z');
}

static bool word_is_at(const struct word *w, const uint8_t *t, ptrdiff_t i, ptrdiff_t lo, ptrdiff_t hi)
{
	const uint8_t *p = (const uint8_t *)w->text.p;

	if (w->text.n > hi - i)
		return false;
	for (ptrdiff_t k = 0; k < w->text.n; k++)
		if (small(t[i + k]) != p[k])
			return false;
	if (!letter(p[0]))
		return true;
	/* A Latin word begins where no small letter runs on, and a short one ends there too. */
	if (i > lo && letter(t[i - 1]) && !(t[i - 1] >= 'a' && t[i] < 'a'))
		return false;
	return w->text.n > 5 || i + w->text.n >= hi || !(t[i + w->text.n] >= 'a' && t[i + w->text.n] <= 'z');
}

/* The longest word at i, or NULL. */
static const struct word *word_at(const uint8_t *t, ptrdiff_t i, ptrdiff_t lo, ptrdiff_t hi)
{
	const struct word *best = NULL;

	if (hi - i < 3)
		return NULL;
	for (unsigned w = index_of.first[key(small(t[i]), small(t[i + 1]), small(t[i + 2]))]; w; w = index_of.next[w - 1])
		if ((!best || words[w - 1].text.n > best->text.n) && word_is_at(&words[w - 1], t, i, lo, hi))
			best = &words[w - 1];
	return best;
}

/* 番号 and 日 are no label by themselves but may stand between a label and its value. */
static bool gap_is_plain(const uint8_t *t, ptrdiff_t from, ptrdiff_t to)
{
	int digits = 0;

	if (to - from > DIRECT_GAP)
		return false;
	for (ptrdiff_t i = from; i < to; i++) {
		digits += t[i] >= '0' && t[i] <= '9';
		if (t[i] == '\t' || t[i] == ';' || t[i] == '|')
			return false;
		if (t[i] == 0xE3 && i + 2 < to && t[i + 1] == 0x80 && (t[i + 2] == 0x81 || t[i + 2] == 0x82))
			return false;                           /* 、 。 */
	}
	return digits <= 1;
}

/* Letters or Japanese between a word and a value: what the word names may stand there. */
static bool gap_has_words(const uint8_t *t, ptrdiff_t from, ptrdiff_t to)
{
	for (ptrdiff_t i = from; i < to; i++)
		if (letter(t[i]) || (t[i] >= 0xE4 && t[i] <= 0xE9) || (t[i] == 0xE3 && i + 1 < to && t[i + 1] >= 0x81))
			return true;
	return false;
}

/* Adds the words that begin in [from, at) and end by `at` to the list; the list keeps the latest. With `marks`, those of
 * [from, at), only letters are looked at. */
static void find_words(struct line_words *l, const uint8_t *t, const struct marks *marks, ptrdiff_t lo, ptrdiff_t from, ptrdiff_t at)
{
	for (ptrdiff_t i = from; i + 3 <= at;) {
		const struct word *w;
		struct word_hit *last;

		if (marks && (i = mark_next(marks->alpha, i, at - 2)) == at - 2)
			return;
		w = may_begin(t, i) ? word_at(t, i, lo, at) : NULL;
		if (!w) {
			i++;
			continue;
		}
		last = l->n ? &l->hit[(l->n - 1) % LINE_WORDS] : NULL;
		i += w->text.n;
		if (w->kinds == 0 && last && last->end == i - w->text.n && last->kinds) {
			last->end = i;                                  /* 個人番号登録番号: the first word says what it is */
			continue;
		}
		l->hit[l->n++ % LINE_WORDS] = (struct word_hit){ i - w->text.n, i, w->kinds };
	}
}

/* Brings the words of the line to `at`. Places come mostly in order, so little is looked at twice. */
static const struct line_words *words_to(struct scan_run *r, ptrdiff_t at, struct line_words *other)
{
	struct line_words *l = &r->words;
	ptrdiff_t from;

	if (at < l->at) {                                       /* back a little: afresh, without disturbing the order */
		ptrdiff_t line = line_start(r, at);

		other->n = 0;
		other->line = line;
		from = MAX(line, at - NEAR_BACK);
		find_words(other, r->t, marks_around(r, from, at) ? &r->marks : NULL, line, from, at);
		return other;
	}
	line_to(r, at);
	from = MAX(MAX(l->line, at - NEAR_BACK), l->n ? l->hit[(l->n - 1) % LINE_WORDS].end : 0);
	/* A word may run over the place where looking stopped, unless that was a digit. */
	from = MAX(from, l->looked < r->n && r->t[MAX(l->looked, 0)] - '0' < 10 && r->t[MAX(l->looked, 0)] >= '0' ? l->looked : l->looked - WORD_MAX - 4);
	if (r->table == TABLE_BODY && r->cell_at <= at)
		from = MAX(from, r->cell_at);
	while (from < at && (r->t[from] & 0xC0) == 0x80)
		from++;
	find_words(l, r->t, marks_around(r, from, at) ? &r->marks : NULL, l->line, from, at);
	l->looked = at;
	return l;
}

/* The nearest word that ends by `at` names the value, if nothing but plain signs lies between. */
static void weigh_words(struct context *c, const struct line_words *l, const uint8_t *t, ptrdiff_t lo, ptrdiff_t at)
{
	bool nearest = true;

	for (int k = l->n - 1; k >= 0 && k >= l->n - LINE_WORDS; k--) {
		const struct word_hit *w = &l->hit[k % LINE_WORDS];

		if (w->end > at)
			continue;
		if (w->start < lo)
			break;
		c->near |= w->kinds;
		c->other_near |= !w->kinds;
		if (nearest && gap_is_plain(t, w->end, at)) {
			c->direct |= w->kinds;
			c->other |= !w->kinds;
			c->taken = gap_has_words(t, w->end, at);
		}
		nearest = false;
	}
}

static void look_back(struct context *c, const uint8_t *t, ptrdiff_t lo, ptrdiff_t at)
{
	UNINIT struct line_words l;

	l.n = 0;
	find_words(&l, t, NULL, lo, lo, at);
	weigh_words(c, &l, t, lo, at);
}

/* The last newline of [lo, hi), or -1. */
static ptrdiff_t last_newline(const struct scan_run *r, ptrdiff_t lo, ptrdiff_t hi)
{
	const uint8_t *p;

	if (is_marked(r, lo, hi))
		return mark_last(r->marks.line, lo, hi);
	p = memrchr(r->t + lo, '\n', (size_t)(hi - lo));
	return p ? p - r->t : -1;
}

ptrdiff_t line_start(const struct scan_run *r, ptrdiff_t at)
{
	ptrdiff_t lo = view_lo(r, at), last = last_newline(r, lo, at);

	return last < 0 ? lo : last + 1;
}

ptrdiff_t line_to(struct scan_run *r, ptrdiff_t at)
{
	struct line_words *l = &r->words;
	ptrdiff_t last;

	if (at <= l->at)
		return at >= l->line ? l->line : line_start(r, at);
	if (at - l->at < 64 && is_marked(r, l->at, at)) {
		uint64_t m = mark_bits(r->marks.line, l->at) << (64 - (at - l->at));

		last = m ? at - 1 - __builtin_clzll(m) : -1;
		if (last >= 0) {
			l->line = last + 1;
			l->n = 0;
			l->looked = l->line;
		}
	} else if (at - l->at > SCAN_BACK) {
		l->line = line_start(r, at);
		l->n = 0;
		l->looked = l->line;
	} else if ((last = last_newline(r, l->at, at)) >= 0) {
		l->line = last + 1;
		l->n = 0;
		l->looked = l->line;
	}
	l->at = at;
	return l->line;
}

/* Is there nothing but bullets and brackets before the value on its line? Then the line above may be its label. */
static bool is_alone(const uint8_t *t, ptrdiff_t from, ptrdiff_t to)
{
	for (ptrdiff_t i = from; i < to; i++)
		if (t[i] > ' ' && t[i] < 0x80 && (letter(t[i]) || (t[i] >= '0' && t[i] <= '9')))
			return false;
	return true;
}

/* The line above as [*beg, *end), if it is short enough for a label. */
static bool label_above(const struct scan_run *r, ptrdiff_t line, ptrdiff_t *beg, ptrdiff_t *end)
{
	*end = line - 1;
	if (*end <= 0)
		return false;
	if (r->t[*end - 1] == '\r')
		--*end;
	*beg = line_start(r, *end);
	return *end - *beg <= SCAN_LABEL_ABOVE && *beg < *end;
}

static void look_above(struct context *c, const struct scan_run *r, ptrdiff_t line)
{
	ptrdiff_t beg, end;

	if (label_above(r, line, &beg, &end))
		look_back(c, r->t, beg, end);
}

static bool unit_at(const uint8_t *t, ptrdiff_t at, ptrdiff_t hi)
{
	static const struct str units[] = { SLIT("円"), SLIT("個"), SLIT("件"), SLIT("枚"), SLIT("本"), SLIT("台"), SLIT("点"), SLIT("株"), SLIT("kg"), SLIT("km"),
		SLIT("mm"), SLIT("KB"), SLIT("MB"), SLIT("GB"), SLIT("bytes"), SLIT("ms"), SLIT("％"), SLIT("%"), SLIT("ドル"), SLIT("万"), SLIT("億"), SLIT("人"),
		SLIT("名"), SLIT("行"), SLIT("回"), SLIT("秒"), SLIT("㎡"), SLIT("トン"), SLIT("USD"), SLIT("JPY") };

	for (ptrdiff_t k = 0; k < COUNT(units); k++)
		if ((uint8_t)units[k].p[0] == t[at] && units[k].n <= hi - at && memcmp(t + at, units[k].p, (size_t)units[k].n) == 0)
			return true;
	return false;
}

/* （携帯）, "(mobile)" and units behind the value. */
static void look_ahead(struct context *c, const uint8_t *t, ptrdiff_t at, ptrdiff_t hi)
{
	int len;

	while (at < hi && t[at] == ' ')
		at++;
	if (at >= hi || (t[at] < 0x80 && t[at] != '%' && t[at] != '(' && !letter(t[at])))
		return;
	c->unit = unit_at(t, at, hi);
	if (sign_at(t, at, hi, false, &len) == SIGN_OPEN) {
		const struct word *w = word_at(t, at + len, at, MIN(hi, at + WORD_MAX));

		if (w)
			c->direct |= w->kinds, c->other |= !w->kinds;
	}
}

static void look_at_currency(struct context *c, const uint8_t *t, ptrdiff_t at, ptrdiff_t lo)
{
	int len;
	uint32_t b;

	if (at <= lo || (t[at - 1] < 0x80 && t[at - 1] != ' ' && t[at - 1] != '$'))
		return;
	b = char_before(t, at, lo, &len);
	if (b == ' ' && at - 1 > lo)
		b = char_before(t, at - 1, lo, &len);
	if (b == 0xA5 || b == 0xFFE5 || b == '$' || b == 0x20AC)
		c->unit = true;
}

/* The line is wordless up to `at`: how far does that go on? */
static inline void look_on(struct scan_run *r, ptrdiff_t at)
{
	uint64_t stop;

	if (!marks_around(r, at, at + 64))
		return;
	stop = mark_bits(r->marks.line, at) | mark_bits(r->marks.alpha, at);
	r->words.clean_to = at + (stop ? __builtin_ctzll(stop) : 63);
}

/* The usual case: since the place asked about last nothing but signs and digits, on its line or on one that began since. */
static inline bool is_still_wordless(struct scan_run *r, ptrdiff_t at)
{
	struct line_words *l = &r->words;
	ptrdiff_t n = at - l->at, since = n;
	uint64_t line, alpha;

	if (n >= 0 && at <= l->clean_to && r->table != TABLE_BODY) {
		l->at = l->looked = at;
		return true;
	}
	if (n <= 0 || n >= 64 || r->table == TABLE_BODY || !marks_around(r, l->at, at))
		return false;
	line = mark_bits(r->marks.line, l->at) << (64 - n);
	alpha = mark_bits(r->marks.alpha, l->at) << (64 - n);
	if (line) {
		since = __builtin_clzll(line);
		if (since <= LABEL_ALONE && is_alone(r->t, at - since, at))
			return false;
		alpha = since ? alpha >> (64 - since) : 0;
	} else if (l->n || l->looked != l->at || l->at - l->line <= LABEL_ALONE) {
		return false;
	}
	if (alpha)
		return false;
	if (line) {
		l->line = at - since;
		l->n = 0;
	}
	l->at = l->looked = at;
	look_on(r, at);
	return true;
}

bool line_is_wordless(struct scan_run *r, ptrdiff_t at)
{
	UNINIT struct line_words other;
	struct line_words *l = &r->words;
	ptrdiff_t lo, beg, end;

	if (is_still_wordless(r, at))
		return true;
	if (r->table == TABLE_BODY || at < l->at || !is_marked(r, l->at, at))
		return false;
	line_to(r, at);
	lo = MAX(l->line, at - NEAR_BACK);
	if (l->n)
		return false;
	if (at - l->line <= LABEL_ALONE && is_alone(r->t, l->line, at) && label_above(r, l->line, &beg, &end)) {
		other.n = 0;
		find_words(&other, r->t, marks_around(r, beg, end) ? &r->marks : NULL, beg, beg, end);
		if (other.n)
			return false;
	}
	if (!marks_around(r, lo, at) || mark_next(r->marks.alpha, MAX(lo, l->looked), at) < at)
		return words_to(r, at, &other)->n == 0;
	l->looked = at;
	return true;
}

struct context context_of(struct scan_run *r, ptrdiff_t start, ptrdiff_t end)
{
	struct context c = { 0 };
	UNINIT struct line_words other;
	const struct line_words *l;
	ptrdiff_t lo;

	if (line_is_wordless(r, start)) {
		look_ahead(&c, r->t, end, MIN(view_hi(r, start), end + 64));
		look_at_currency(&c, r->t, start, MAX(r->words.line, start - NEAR_BACK));
		c.row = line_row(r);
		return c;
	}
	l = words_to(r, start, &other);
	lo = MAX(l->line, start - NEAR_BACK);

	if (r->table == TABLE_BODY && r->cell_at <= start) {
		if (r->col < r->ncols) {
			c.direct |= r->col_kinds[r->col] & SCAN_ALL;
			c.other |= (r->col_kinds[r->col] & HEADER_OTHER) != 0;
		}
		lo = MAX(lo, r->cell_at);
	}
	if (l->n)
		weigh_words(&c, l, r->t, lo, start);
	if (r->table != TABLE_BODY && start - l->line <= LABEL_ALONE && is_alone(r->t, l->line, start))
		look_above(&c, r, l->line);
	look_ahead(&c, r->t, end, MIN(view_hi(r, start), end + 64));
	look_at_currency(&c, r->t, start, lo);
	if (l->line == r->row_at)
		c.row = r->row_kinds;
	return c;
}

uint32_t context_words(struct str s, bool *ret_other)
{
	struct context c = { 0 };

	look_back(&c, (const uint8_t *)s.p, 0, s.n);
	*ret_other = c.other_near && !c.direct;
	return c.direct;
}
