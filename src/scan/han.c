/* han.c - reads a run of kanji as words: the cheapest way through the dictionary decides what is a name. */
#include "scan/inside.h"
#include "base/utf8.h"
#include <assert.h>
#include <uchar.h>

enum { STATES = 14, NO_COST = INT32_MAX / 2, UNKNOWN_NOUN = 11426, UNKNOWN_LONGER = 1500, UNKNOWN_GIVEN = 7000, WORD_AS_GIVEN = 1500 };

static bool joins_han(uint32_t c)
{
	return c == 0x30F6 || c == 0x30B1 || c == 0x30CE;   /* ヶ ケ ノ */
}

uint32_t han_usual(uint32_t c)
{
	switch (c) {
	case 0x9AD9: return 0x9AD8;     /* 髙 */
	case 0xFA11: return 0x5D0E;     /* 﨑 */
	case 0x5FB7: return 0x5FB3;     /* 德 */
	case 0x6FF5: return 0x6D5C;     /* 濵 */
	case 0x6852: return 0x6851;     /* 桒 */
	case 0x9089: case 0x908A: return 0x8FBA;     /* 邉 邊 */
	case 0xFA10: return 0x585A;     /* 塚 */
	case 0x20BB7: return 0x5409;    /* 吉 with a short stroke */
	case 0x6FA4: return 0x6CA2;     /* 澤 */
	case 0x51A8: return 0x5BCC;     /* 冨 */
	case 0x9F4B: return 0x658E;     /* 齋 */
	case 0x9F4A: return 0x6589;     /* 齊 */
	case 0x5EE3: return 0x5E83;     /* 廣 */
	case 0x570B: return 0x56FD;     /* 國 */
	case 0x5BE6: return 0x5B9F;     /* 實 */
	case 0x58FD: return 0x5BFF;     /* 壽 */
	case 0x6AFB: return 0x685C;     /* 櫻 */
	case 0x6FF1: return 0x6D5C;     /* 濱 */
	case 0x7027: return 0x6EDD;     /* 瀧 */
	case 0x69AE: return 0x6804;     /* 榮 */
	case 0x60E0: return 0x6075;     /* 惠 */
	case 0x66FE: return 0x66FD;     /* 曾 */
	case 0x85CF: return 0x8535;     /* 藏 */
	case 0x5DD6: return 0x5DCC;     /* 巖 */
	case 0x8B7D: return 0x8A89;     /* 譽 */
	case 0x689D: return 0x6761;     /* 條 */
	default: return c;
	}
}

void han_read(const struct scan_run *r, ptrdiff_t at, ptrdiff_t hi, struct han *h)
{
	int len;

	h->n = 0;
	h->at[0] = at;
	while (at < hi && h->n < HAN_MAX) {
		uint32_t c = char_at(r->t, at, hi, &len);
		int len2;

		if (!char_is_han(c) && !(joins_han(c) && h->n > 0 && at + len < hi && char_is_han(char_at(r->t, at + len, hi, &len2))))
			break;
		h->c[h->n++] = han_usual(c);
		at += len;
		h->at[h->n] = at;
	}
	h->c[h->n] = 0;
}

const struct dict_word *han_word(const struct han *h, int from, int to)
{
	return dict_find(dict_hash_chars(h->c + from, to - from));
}

/* ---- titles ---- */

static const char32_t *const titles[] = { U"様", U"氏", U"殿", U"君", U"先生", U"部長", U"課長", U"係長", U"主任", U"社長", U"専務", U"常務", U"取締役",
	U"会長", U"理事", U"監査役", U"室長", U"次長", U"所長", U"支店長", U"店長", U"工場長", U"局長", U"院長", U"園長", U"校長", U"教授", U"准教授", U"助教",
	U"講師", U"博士", U"弁護士", U"税理士", U"会計士", U"行政書士", U"社労士", U"医師", U"看護師", U"保健師", U"薬剤師", U"記者", U"議員", U"県議", U"市議",
	U"区議", U"都議", U"府議", U"知事", U"市長", U"町長", U"村長", U"区長", U"首相", U"大臣", U"監督", U"選手", U"投手", U"捕手", U"容疑者", U"被告",
	U"課員", U"夫妻", U"両名", U"両氏", U"宅", U"主査", U"主幹", U"参事", U"顧問", U"相談役", U"班長", U"組長", U"隊長", U"団長", U"委員", U"委員長",
	U"書記", U"幹事", U"部員", U"代表", U"総理", U"議長", U"秘書", U"審議官", U"事務官", U"裁判官", U"検事", U"判事", U"警部", U"巡査", U"九段", U"八段",
	U"名人", U"棋士", U"監査人", U"技師", U"助手", U"巡査長", U"統括", U"本部長", U"副部長", U"副社長", U"主事", U"主務", U"教諭", U"管理者", U"責任者",
	U"大使", U"公使", U"船長", U"艦長", U"機長", U"館長", U"研究員", U"夫人", U"大統領", U"外相", U"蔵相", U"長官", U"学長", U"総長", U"親方", U"横綱", U"騎手",
	U"処長", U"将軍", U"提督", U"元帥", U"死刑囚", U"受刑者", U"住職", U"師範", U"編集長", U"頭取", U"総裁", U"主筆", U"司令", U"司令官", U"参謀", U"奉行",
	U"大佐", U"中佐", U"少佐", U"大尉", U"中尉", U"少尉", U"大将", U"中将", U"少将", U"曹長", U"軍曹", U"技佐", U"牧師", U"神父", U"親王", U"殿下",
	U"一家", U"本人", U"自身", U"親子", U"兄弟", U"姉妹" };

/* Titles by their first character; filled before main. */
enum { TITLE_SLOTS = 256 };
static struct { uint8_t first[TITLE_SLOTS], next[COUNT(titles)]; } title_slots;
_Static_assert(COUNT(titles) < 255, "title slots hold one byte");

static unsigned title_slot(uint32_t c)
{
	return (c ^ c >> 8) % TITLE_SLOTS;
}

__attribute__((constructor(201))) static void fill_title_slots(void)
{
	for (ptrdiff_t i = COUNT(titles); i-- > 0;) {
		title_slots.next[i] = title_slots.first[title_slot(titles[i][0])];
		title_slots.first[title_slot(titles[i][0])] = (uint8_t)(i + 1);
	}
}

bool han_begins_title(uint32_t c)
{
	for (unsigned i = title_slots.first[title_slot(c)]; i; i = title_slots.next[i - 1])
		if (titles[i - 1][0] == c)
			return true;
	return false;
}

bool han_may_be_title(uint32_t a, uint32_t b)
{
	for (unsigned i = title_slots.first[title_slot(a)]; i; i = title_slots.next[i - 1])
		if (titles[i - 1][0] == a && (!titles[i - 1][1] || titles[i - 1][1] == han_usual(b)))
			return true;
	return false;
}

int han_title(const struct han *h, int k)
{
	int best = 0;

	for (unsigned i = title_slots.first[title_slot(h->c[k])]; i; i = title_slots.next[i - 1]) {
		const char32_t *title = titles[i - 1];
		int n = 0;

		while (title[n] && k + n < h->n && title[n] == h->c[k + n])
			n++;
		if (!title[n] && n > best)
			best = n;
	}
	return best;
}

/* ---- the cheapest way ---- */

struct state { int cost; int8_t class, back, back_at; };
struct lattice { struct state s[HAN_MAX + 1][STATES]; int n[HAN_MAX + 1]; };

static void arrive(struct lattice *l, const struct dict *d, int from, int to, enum dict_class class, int cost)
{
	int best = NO_COST, back = 0;
	struct state *slot = NULL;

	for (int i = 0; i < l->n[from]; i++) {
		int c = l->s[from][i].cost + d->join[(int)l->s[from][i].class][class] + cost;

		if (c < best)
			best = c, back = i;
	}
	if (best == NO_COST)
		return;
	for (int i = 0; i < l->n[to]; i++)
		if (l->s[to][i].class == (int8_t)class)
			slot = &l->s[to][i];
	if (!slot) {
		if (l->n[to] == STATES)
			return;
		slot = &l->s[to][l->n[to]++];
		slot->cost = NO_COST;
	}
	if (best < slot->cost)
		*slot = (struct state){ best, (int8_t)class, (int8_t)back, (int8_t)from };
}

/* Does [from, to) hold the beginning of a title that reaches its end? 誠社長 is no given name. */
static bool runs_into_title(const struct han *h, int from, int to)
{
	for (int k = from; k < to; k++) {
		int n = han_title(h, k);

		if (n >= 2 && k + n >= to)
			return true;
	}
	return false;
}

static int given_cost(const struct dict *d, const struct han *h, int from, int to)
{
	int n = to - from, a, b;

	if (n < 2 || n > 3 || h->c[from] < DICT_HAN || h->c[from] >= DICT_HAN_END || h->c[to - 1] < DICT_HAN || h->c[to - 1] >= DICT_HAN_END)
		return -1;
	a = d->given_first[h->c[from] - DICT_HAN];
	b = d->given_last[h->c[to - 1] - DICT_HAN];
	if (a == DICT_REJECT || b == DICT_REJECT || runs_into_title(h, from, to))
		return -1;
	return UNKNOWN_GIVEN + (a + b) * 32 + (n == 3 ? 400 : 0);
}

static void words_from(struct lattice *l, const struct dict *d, const struct han *h, int from, bool kana_follows)
{
	uint64_t x = DICT_SEED;
	bool surname_before = false;

	for (int i = 0; i < l->n[from]; i++)
		surname_before |= l->s[from][i].class == DC_SURNAME;
	for (int to = from + 1; to <= h->n && to - from <= DICT_WORD_MAX; to++) {
		const struct dict_word *w;
		bool given = false, usable = false;

		x = dict_hash(x, h->c[to - 1]);
		w = dict_find(x);
		for (int k = 0; w && k < DICT_CLASSES && w->item[k] != UINT16_MAX; k++) {
			enum dict_class class = (enum dict_class)(w->item[k] >> 11);

			if (class == DC_STEM && !(to == h->n && kana_follows))
				continue;
			given |= class == DC_GIVEN;
			usable = true;
			arrive(l, d, from, to, class, (w->item[k] & 2047) * 8);
		}
		if (!given && surname_before) {
			int c = given_cost(d, h, from, to);

			if (c >= 0 && (!w || to == h->n))
				arrive(l, d, from, to, DC_GIVEN, c + (w ? WORD_AS_GIVEN : 0));
		}
		if (!usable && to - from <= 3)                          /* so every place can be reached */
			arrive(l, d, from, to, DC_NOUN, UNKNOWN_NOUN + UNKNOWN_LONGER * (to - from - 1));
	}
}

int han_parse(const struct han *h, enum dict_class before, enum dict_class after, bool kana_follows, struct han_part *ret)
{
	const struct dict *d = dict_get();
	UNINIT struct lattice l;
	int best = NO_COST, at = h->n, state = 0, n = 0;

	memset(l.n, 0, sizeof l.n);
	l.s[0][0] = (struct state){ 0, (int8_t)before, 0, 0 };
	l.n[0] = 1;
	for (int i = 0; i < h->n; i++)
		if (l.n[i])
			words_from(&l, d, h, i, kana_follows);
	for (int i = 0; i < l.n[h->n]; i++) {
		int c = l.s[h->n][i].cost + d->join[(uint8_t)l.s[h->n][i].class][after];

		if (c < best)
			best = c, state = i;
	}
	assert(best < NO_COST);
	while (at > 0) {
		const struct state *s = &l.s[at][state];

		ret[n++] = (struct han_part){ s->back_at, at, (enum dict_class)s->class };
		state = s->back;
		at = s->back_at;
	}
	for (int i = 0; i < n / 2; i++) {
		struct han_part p = ret[i];

		ret[i] = ret[n - 1 - i];
		ret[n - 1 - i] = p;
	}
	return n;
}
