/* inside.h - what the parts of the scanner share: the window over the text, signs, context, detectors. Private to scan/.
 *
 * Every detector decides about a place by the text within SCAN_BACK bytes before and SCAN_AHEAD bytes after it and by
 * the state of the run, never by where a block ended: so block by block finds what the whole text finds. */
#pragma once
#include "base/utf8.h"
#include "scan/dict.h"
#include "scan/scan.h"

enum { SCAN_BACK = 1024, SCAN_AHEAD = 2048, MARKED_AHEAD = 576, SCAN_CHUNK = 4096, SCAN_BLOCKS = SCAN_CHUNK / 64, SCAN_COLUMNS = 256 };

/* Memory that is written before it is read, although the flags would clear it first. */
#define UNINIT __attribute__((uninitialized))
#define ALWAYS inline __attribute__((always_inline))

/* ---- first pass: one bit per byte for the places where something may be ----
 *
 * A ring of masks, one of 64 bits for each block of 64 bytes; the window slides by whole rings, so that a place keeps its
 * bit. The ring holds the present chunk and the one before it. What tells where to look is made for every block; what
 * is only asked about near such a place is made then: most blocks are never asked about. */
enum { MARK_RING = 2 * SCAN_BLOCKS };
struct carry { uint64_t digit, two, four, line, word, kanji, kanji_two, may, sei, ef, beside, blank; int64_t lines; };   /* of the block before; '\n' so far */
struct marks {
	uint64_t event[MARK_RING];         /* the fourth digit of a run, '@', the colon of a label, 生, an empty line */
	uint64_t han[MARK_RING];           /* first bytes of kanji; like the next, only when words are looked for */
	uint64_t capital[MARK_RING];       /* a capital that begins a word */
	uint64_t line[MARK_RING];          /* '\n' */
	uint64_t digit[MARK_RING];         /* 0-9 */
	uint64_t hyphen[MARK_RING];        /* - */
	uint64_t cell[MARK_RING];          /* tab , ; | */
	int64_t  lines_before[MARK_RING];  /* '\n' in the text before the block */
	uint64_t busy, rare;               /* blocks of the chunk that have an event; that were looked at twice */
	struct carry carry;
	/* made by marks_around() */
	uint64_t quote[MARK_RING];         /* " */
	uint64_t alpha[MARK_RING];         /* letters and first bytes of characters beyond ASCII: words begin there */
	uint64_t goes_on[MARK_RING];       /* bytes that begin no character */
	uint64_t beside[MARK_RING];        /* letters and signs that a short number may stand beside, but not '\n' */
	int64_t  made[MARK_RING];          /* for which block of the text, counted from 1 */
};
/* What sift_lists() made of them, up to where: events that matter only below a header; the last places of the block before that
 * a line without words reaches, and its lead before the first digit. Up to `anew_to` it was taken back. */
struct sifted { uint64_t weak[MARK_RING]; ptrdiff_t to, anew_to; uint64_t clean, lead; int stale; };
/* Marks the bytes [from, from + n) of t; `from` is a multiple of 64 and where the call before ended (or 0, with an empty
 * carry), n <= SCAN_CHUNK; reads t up to `end` at most. */
typedef void mark_places_fn(const uint8_t *t, ptrdiff_t from, ptrdiff_t n, ptrdiff_t end, bool words, struct marks *ret);
/* The second kind of marks for the block at `at`, a multiple of 64. */
typedef void mark_around_fn(const uint8_t *t, ptrdiff_t at, ptrdiff_t end, struct marks *ret);
/* The weak events of a chunk with many, and the second kind of marks of all its blocks, of which the first is the nth of the text; NULL: block by block. */
typedef void sift_fn(const uint8_t *t, ptrdiff_t from, ptrdiff_t n, ptrdiff_t end, int64_t nth, struct marks *m, struct sifted *s);
struct classifier { const char *name; mark_places_fn *places; mark_around_fn *around; sift_fn *sift; bool wide; };
extern const struct classifier classify_portable, classify_reference;        /* the reference does not sift events */
const struct classifier *classify_choose(enum scan_path path);

static inline size_t mark_slot(ptrdiff_t i)
{
	return (size_t)i / 64 % MARK_RING;
}
/* The marks of the 64 places from i on. */
static inline uint64_t WRAPS mark_bits(const uint64_t *ring, ptrdiff_t i)
{
	return ring[mark_slot(i)] >> (i & 63) | ring[mark_slot(i + 64)] << 1 << (63 - (i & 63));
}
/* From the places `starts` as far as `through` goes on without a gap: a sum carries over a run of ones. */
static ALWAYS uint64_t WRAPS mark_reach(uint64_t starts, uint64_t through)
{
	starts &= through;
	return (((starts + through) ^ through) | starts) & through;
}
/* The first marked place of [from, to), or `to`; both within the ring. */
static inline ptrdiff_t mark_next(const uint64_t *ring, ptrdiff_t from, ptrdiff_t to)
{
	for (ptrdiff_t i = from; i < to; i = (i | 63) + 1) {
		uint64_t m = ring[mark_slot(i)] >> (i & 63);

		if (m)
			return MIN(i + __builtin_ctzll(m), to);
	}
	return to;
}
/* The last marked place of [from, to), or -1. */
static inline ptrdiff_t mark_last(const uint64_t *ring, ptrdiff_t from, ptrdiff_t to)
{
	for (ptrdiff_t i = to - 1; i >= from; i = (i & ~(ptrdiff_t)63) - 1) {
		uint64_t m = ring[mark_slot(i)] << (63 - (i & 63));

		if (m)
			return i - __builtin_clzll(m) >= from ? i - __builtin_clzll(m) : -1;
	}
	return -1;
}
/* How many bits are set; not every processor counts them by itself. */
static inline int64_t WRAPS mark_ones(uint64_t m)
{
	m -= m >> 1 & UINT64_C(0x5555555555555555);
	m = (m & UINT64_C(0x3333333333333333)) + (m >> 2 & UINT64_C(0x3333333333333333));
	return (int64_t)(((m + (m >> 4)) & UINT64_C(0x0F0F0F0F0F0F0F0F)) * UINT64_C(0x0101010101010101) >> 56);
}
/* How many are marked in [from, to). */
static inline int64_t mark_count(const uint64_t *ring, ptrdiff_t from, ptrdiff_t to)
{
	int64_t n = 0;

	for (ptrdiff_t i = from; i < to; i = (i | 63) + 1) {
		uint64_t m = ring[mark_slot(i)] >> (i & 63);

		if (to - i < 64)
			m &= (UINT64_C(1) << (to - i)) - 1;
		n += mark_ones(m);
	}
	return n;
}

#define HEADER_OTHER (1u << 31)             /* in col_kinds: the header names something that is no kind of ours */

struct scan_run;
/* Hands what is marked up to `to` to the detectors; `busy` tells which blocks from `from` on have events. */
typedef void look_fn(struct scan_run *r, ptrdiff_t from, ptrdiff_t to, uint64_t busy);
struct scanner {
	uint32_t     kinds;
	int          min_score;
	bool         places, words;        /* words: any kind that needs the dictionaries */
	const struct classifier *classify;
	look_fn     *look;
	bool         sifts;                /* drop the numbers of lists that no score lets pass */
	bool         plainly;              /* settle the common case of numbers by the masks alone */
};

/* Words met on the line of the last place: the latest of them, and where looking stopped; there is none up to `clean_to`. */
enum { LINE_WORDS = 16 };
struct word_hit { ptrdiff_t start, end; uint32_t kinds; };
struct line_words { ptrdiff_t line, at, looked, clean_to; int n; struct word_hit hit[LINE_WORDS]; };

/* A run of kanji, and its words. */
enum { HAN_MAX = 40, PARSED_MAX = 8 };
struct han { int n; uint32_t c[HAN_MAX + 1]; ptrdiff_t at[HAN_MAX + 1]; };  /* at[n] is the end */
struct han_part { int from, to; enum dict_class class; };
/* The bytes of a short one that held nothing; the last of those with the same slot. */
enum { SEEN_BITS = 11 };
struct seen { uint64_t low, high; };
struct parsed { int n, parts; enum dict_class before, after; uint32_t c[PARSED_MAX]; struct han_part part[PARSED_MAX]; bool nameless; };

enum table_state { TABLE_NONE, TABLE_HEAD, TABLE_BODY };

struct scan_run {
	const struct scanner *s;
	scan_found_fn *found;
	void          *user;
	uint8_t       *room;               /* our own window, for texts that come in blocks */
	const uint8_t *t;                  /* the window: t[0 .. n) is the text from `base` on */
	ptrdiff_t      n, base;
	ptrdiff_t      at;                 /* places before this have been looked at */
	ptrdiff_t      next;               /* places before this belong to something recognised */
	ptrdiff_t      digits_end;         /* digits before this have been judged */
	ptrdiff_t      han_end;            /* kanji before this have been judged */
	bool           last;               /* n is the end of the text */
	bool           busy;
	uint64_t       busy_later;         /* of the blocks from `at` on that are marked: which have events */
	ptrdiff_t      chunk_end;          /* the marks are those of [at, chunk_end), and of a chunk before it */
	ptrdiff_t      line_beg;           /* where the line began that goes on where the marks begin */
	ptrdiff_t      char_at;            /* characters of a line are counted up to here */
	int64_t        chars;
	/* the table we stand in: cells by column, and what their headers promise */
	enum table_state table;
	int            head_lines;
	char           delimiter;
	bool           quoted;
	int            col, ncols;
	ptrdiff_t      cell_at;            /* where the present cell begins */
	uint32_t       col_kinds[SCAN_COLUMNS];
	/* what was found on the present line, for kinds that stand together */
	ptrdiff_t      row_at;             /* start of the line of the last finding */
	uint32_t       row_kinds;
	struct line_words words;
	/* a line without letters: it begins at clean_line, and a number may begin at [clean_from, clean_to] without any before it */
	ptrdiff_t      clean_line, clean_from, clean_to;
	struct marks   marks;
	struct sifted  sifted;
	struct parsed  parsed[256];        /* short runs whose words are known */
	struct seen    seen[1 << SEEN_BITS];
	ptrdiff_t      kin_end;            /* where a run with a word for a relative at its end did */
};

void run_begin(struct scan_run *r);    /* nothing of a text before */
/* Reports [start, end) of the window as `kind`, if asked for and sure enough; later places begin at `end`. */
void emit(struct scan_run *r, enum scan_kind kind, ptrdiff_t start, ptrdiff_t end, int score);
/* The same of a place behind all that was recognised, where the beginning of its line is known. */
void emit_on_line(struct scan_run *r, enum scan_kind kind, ptrdiff_t start, ptrdiff_t end, int score, ptrdiff_t line);

/* The bounds within which the place `at` may be judged. */
static inline ptrdiff_t view_lo(const struct scan_run *r, ptrdiff_t at)
{
	ptrdiff_t lo = at - SCAN_BACK;

	(void)r;
	return lo < 0 ? 0 : lo;
}
static inline ptrdiff_t view_hi(const struct scan_run *r, ptrdiff_t at)
{
	ptrdiff_t hi = at + SCAN_AHEAD - 64;

	return hi > r->n ? r->n : hi;
}

void marks_make(struct scan_run *r, ptrdiff_t block);
/* Finds the events of the chunk from `from` on that matter only below a header. */
void sift_lists(struct scan_run *r, ptrdiff_t from);
/* Takes it back for the rest of the line. */
void unsift_line(struct scan_run *r, ptrdiff_t at);
/* As far back the marks are at hand, or to the beginning of the text. */
static inline ptrdiff_t marked_from(const struct scan_run *r)
{
	return r->chunk_end - (MARK_RING - 1) * 64;
}

/* Are those of all of [from, to)? */
static inline bool is_marked(const struct scan_run *r, ptrdiff_t from, ptrdiff_t to)
{
	return to <= r->chunk_end && from >= 0 && from >= marked_from(r);
}

/* ...and those of the neighbourhood, now? */
static inline bool marks_around(struct scan_run *r, ptrdiff_t from, ptrdiff_t to)
{
	if (!is_marked(r, from, to))
		return false;
	for (ptrdiff_t b = from & ~(ptrdiff_t)63; b < to; b += 64)
		if (r->marks.made[mark_slot(b)] != (r->base + b) / 64 + 1)
			marks_make(r, b);
	return true;
}

/* ---- lines ---- */

/* Newlines before the place: the first pass has counted them block by block. */
static inline int64_t WRAPS lines_before(const struct scan_run *r, ptrdiff_t at)
{
	int64_t n = r->marks.carry.lines;

	if (at < r->chunk_end)
		return r->marks.lines_before[mark_slot(at)] + mark_ones(r->marks.line[mark_slot(at)] & ((UINT64_C(1) << (at & 63)) - 1));
	for (ptrdiff_t i = r->chunk_end; i < at; i++)           /* seldom: blanks and no more between a label and its value */
		n += r->t[i] == '\n';
	return n;
}

/* Where the line of the place begins: before the window even, if it is a long one. */
static inline ptrdiff_t line_begin(const struct scan_run *r, ptrdiff_t at)
{
	const uint8_t *p = at > r->chunk_end ? memrchr(r->t + r->chunk_end, '\n', (size_t)(at - r->chunk_end)) : NULL;
	ptrdiff_t last = p ? p - r->t : mark_last(r->marks.line, MAX(marked_from(r), 0), MIN(at, r->chunk_end));

	return last < 0 ? r->line_beg : last + 1;
}

/* ---- signs: digits and separators in every spelling ---- */
enum sign {
	/* 0-9 are digits */
	SIGN_HYPHEN = 16, SIGN_SPACE, SIGN_DOT, SIGN_SLASH, SIGN_OPEN, SIGN_CLOSE, SIGN_LINE, SIGN_NONE
};
/* The sign at i (reads below hi), and its length in bytes in *ret_len; kanji digits only when asked for. */
int  sign_at(const uint8_t *t, ptrdiff_t i, ptrdiff_t hi, bool kanji, int *ret_len);
/* The sign that ends just before i. */
int  sign_before(const uint8_t *t, ptrdiff_t i, ptrdiff_t lo, bool kanji, int *ret_len);
/* One code point at i (UTF8_BAD for malformed bytes, one byte each). */
static inline uint32_t char_at(const uint8_t *t, ptrdiff_t i, ptrdiff_t hi, int *ret_len)
{
	uint32_t b = t[i];

	*ret_len = 1;
	if (b < 0x80)
		return b;
	if (b >= 0xE0 && b < 0xF0 && i + 2 < hi && (t[i + 1] & 0xC0) == 0x80 && (t[i + 2] & 0xC0) == 0x80) {
		*ret_len = 3;
		return (b & 15) << 12 | (uint32_t)(t[i + 1] & 63) << 6 | (t[i + 2] & 63);
	}
	if (b >= 0xC2 && b < 0xE0 && i + 1 < hi && (t[i + 1] & 0xC0) == 0x80) {
		*ret_len = 2;
		return (b & 31) << 6 | (t[i + 1] & 63);
	}
	if (b >= 0xF0 && b < 0xF5 && i + 3 < hi && (t[i + 1] & 0xC0) == 0x80 && (t[i + 2] & 0xC0) == 0x80 && (t[i + 3] & 0xC0) == 0x80) {
		*ret_len = 4;
		return (b & 7) << 18 | (uint32_t)(t[i + 1] & 63) << 12 | (uint32_t)(t[i + 2] & 63) << 6 | (t[i + 3] & 63);
	}
	return UTF8_BAD;
}

/* ...or the one that ends before i. */
static inline uint32_t char_before(const uint8_t *t, ptrdiff_t i, ptrdiff_t lo, int *ret_len)
{
	ptrdiff_t k = i - 1;
	uint32_t c;

	while (k > lo && k > i - 4 && (t[k] & 0xC0) == 0x80)
		k--;
	c = char_at(t, k, i, ret_len);
	if (k + *ret_len == i)
		return c;
	*ret_len = 1;
	return UTF8_BAD;
}

static inline bool char_is_han(uint32_t c)
{
	return (c >= 0x4E00 && c <= 0x9FFF) || c == 0x3005 || c == 0x3006 || (c >= 0x3400 && c <= 0x4DBF)
		|| (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFF);
}

/* Hiragana and katakana, half-width too. */
static inline bool char_is_kana(uint32_t c)
{
	return (c >= 0x3041 && c <= 0x3096) || (c >= 0x30A1 && c <= 0x30FA) || c == 0x30FC || (c >= 0xFF66 && c <= 0xFF9F);
}

/* Full-width ASCII as plain, everything else as it is. */
static inline uint32_t char_ascii(uint32_t c)
{
	return c >= 0xFF01 && c <= 0xFF5E ? c - 0xFEE0 : c == 0x3000 || c == 0xA0 ? ' ' : c;
}

/* Arabic, full-width too. */
static inline bool char_is_digit(uint32_t c)
{
	c = char_ascii(c);
	return c >= '0' && c <= '9';
}

/* A letter of the alphabet, full-width too. */
static inline bool char_is_latin(uint32_t c)
{
	c = char_ascii(c) | 32;
	return c >= 'a' && c <= 'z';
}

/* ---- check digits over digits, given as values or as ASCII ---- */
bool check_my_number(const uint8_t *d);                 /* 12 */
bool check_corporate(const uint8_t *d);                 /* 13 */
bool check_licence(const uint8_t *d);                   /* 12 */
bool check_insurer(const uint8_t *d, int n);            /* 8 or 6 */
bool check_card(const uint8_t *d, int n);               /* Luhn and a known issuer with that length */
bool check_ean(const uint8_t *d, int n);                /* JAN 13 and 8 */
/* Is it a Japanese telephone number (leading 0, national)? 0 no, else how the digits are grouped: area code length. */
int  phone_area(const uint8_t *d, int n);

/* ---- context ---- */
struct context {
	uint32_t direct;                   /* kinds named just before the value, just after in brackets, or by the column */
	uint32_t near;                     /* kinds named elsewhere on the line before it */
	bool     other;                    /* named just before as something that is none of our kinds */
	bool     other_near;
	bool     taken;                    /* words stand between the naming word and the value: 担当：高橋健太 03-... */
	bool     unit;                     /* an amount: a unit or currency stands beside it */
	uint32_t row;                      /* kinds already found on this line */
};
enum { LABEL_ALONE = 8, SCAN_LABEL_ABOVE = 64 };       /* a value that begins as near to its line's start may have its label on the line above, if that is not longer */
struct context context_of(struct scan_run *r, ptrdiff_t start, ptrdiff_t end);
/* Is there no letter before `at` on its line (and in the cell of a table), but something else? Then no word can say
 * anything about a value there: the usual case in lists. */
bool           line_is_wordless(struct scan_run *r, ptrdiff_t at);
/* Kinds found so far on the line that was asked about last. */
static inline uint32_t line_row(const struct scan_run *r)
{
	return r->words.line == r->row_at ? r->row_kinds : 0;
}
/* The kinds named by a piece of text, e.g. a header cell; *ret_other when it names something else. */
uint32_t       context_words(struct str s, bool *ret_other);
ptrdiff_t      line_start(const struct scan_run *r, ptrdiff_t at);     /* within SCAN_BACK */
ptrdiff_t      line_to(struct scan_run *r, ptrdiff_t at);              /* the same, remembered from place to place */

/* ---- the dictionary ---- */
const struct dict      *dict_get(void);
const struct dict_word *dict_find(uint64_t h);
int      dict_cost(const struct dict_word *w, enum dict_class class);       /* -1 when it is none of that class */
uint64_t dict_hash_chars(const uint32_t *c, int n);
bool     dict_reading(const uint32_t *c, int n, bool surname);              /* in any kana */
bool     dict_roman(const uint8_t *p, ptrdiff_t n, bool surname);           /* in Latin letters */

/* ---- runs of kanji ---- */
void han_read(const struct scan_run *r, ptrdiff_t at, ptrdiff_t hi, struct han *h);
/* Forms that registers keep for names (髙, 邉), as the dictionary has them. */
uint32_t han_usual(uint32_t c);
const struct dict_word *han_word(const struct han *h, int from, int to);
/* Length in characters of the honorific or title that begins with character k; 0 when there is none. */
int  han_title(const struct han *h, int k);
bool han_begins_title(uint32_t c);
/* Quick: is there a title that these two begin, or the first is? */
bool han_may_be_title(uint32_t a, uint32_t b);
/* Divides the run into words, given what stands before and after; at most HAN_MAX parts. */
int  han_parse(const struct han *h, enum dict_class before, enum dict_class after, bool kana_follows, struct han_part *ret);

/* ---- detectors: what stands at a marked place ---- */
void number_at(struct scan_run *r, ptrdiff_t at);
void email_at(struct scan_run *r, ptrdiff_t at);
void birth_at(struct scan_run *r, ptrdiff_t at);        /* 生 */
/* A date in any western or Japanese spelling that begins at i: its end, or -1. */
ptrdiff_t date_at(const uint8_t *t, ptrdiff_t i, ptrdiff_t hi, bool *ret_plain8);
/* Told by its first byte alone, or by the one behind it, too. */
extern const bool date_first[256];
bool      date_may_begin(const uint8_t *t, ptrdiff_t i, ptrdiff_t hi);
/* A date that ends at i: its start, or -1. */
ptrdiff_t date_before(const uint8_t *t, ptrdiff_t i, ptrdiff_t lo);
/* A run of kanji begins at `at`, or a Latin word with a capital. */
void han_at(struct scan_run *r, ptrdiff_t at);
void roman_at(struct scan_run *r, ptrdiff_t at);
/* A value that a label or header calls a name, within [at, hi) (one cell, or what follows a label). */
void name_cell(struct scan_run *r, ptrdiff_t at, ptrdiff_t hi, bool header);
/* A value called an address. */
void address_cell(struct scan_run *r, ptrdiff_t at, ptrdiff_t hi);
/* The end of the address that begins with character k of the run, or -1; its score. `cell`: where the cell ends in which it
 * stands and whose lines may be broken, -1: none. */
ptrdiff_t address_from(struct scan_run *r, const struct han *h, int k, ptrdiff_t cell, int *ret_score);
/* Could an address begin with character k? The first character of a place before 市 counts. */
bool      address_may_begin(const struct han *h, int k);
/* Tell han_lead the two characters with which prefectures and sensitive words begin; called before main. */
void      address_leads(void);
void      hint_leads(void);
void      han_lead(uint32_t a, uint32_t b);
/* The end of the sensitive word that begins with character k, or 0. */
int       hint_at(const struct han *h, int k, const struct scan_run *r, ptrdiff_t *ret_end);
/* The sign after a label: its value follows. */
void label_at(struct scan_run *r, ptrdiff_t at);
/* ---- tables ---- */
/* A cell begins at `at` under a header that promises `kinds`. */
void cell_begins(struct scan_run *r, ptrdiff_t at, uint32_t kinds);
void table_line(struct scan_run *r, ptrdiff_t at);      /* a line begins at `at` */
