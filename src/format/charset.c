/* charset.c - detection by rule and by usualness, conversion through iconv. */
#include "format/charset.h"
#include "base/utf8.h"
#include <errno.h>
#include <iconv.h>

static const struct { const char *name, *iconv; } KINDS[CHARSET_MAX] = {
	[CHARSET_UTF8]        = { "UTF-8", NULL },
	[CHARSET_UTF16LE]     = { "UTF-16LE", "UTF-16LE" },
	[CHARSET_UTF16BE]     = { "UTF-16BE", "UTF-16BE" },
	[CHARSET_CP932]       = { "Windows-31J", "CP932" },
	[CHARSET_EUC_JP]      = { "EUC-JP", "EUC-JP-MS" },
	[CHARSET_ISO_2022_JP] = { "ISO-2022-JP", "EUC-JP-MS" },    /* its escapes are read here, see jis_to_euc */
	[CHARSET_LATIN1]      = { "Windows-1252", "CP1252" },
	[CHARSET_BINARY]      = { "binary", NULL },
};

static const struct { struct str name; enum charset charset; } NAMES[] = {
	{ SLIT("utf-8"), CHARSET_UTF8 },                { SLIT("utf8"), CHARSET_UTF8 },
	{ SLIT("us-ascii"), CHARSET_UTF8 },             { SLIT("ascii"), CHARSET_UTF8 },
	{ SLIT("utf-16"), CHARSET_UTF16LE },            { SLIT("utf-16le"), CHARSET_UTF16LE },
	{ SLIT("utf-16be"), CHARSET_UTF16BE },          { SLIT("unicode"), CHARSET_UTF16LE },
	{ SLIT("shift_jis"), CHARSET_CP932 },           { SLIT("shift-jis"), CHARSET_CP932 },
	{ SLIT("sjis"), CHARSET_CP932 },                { SLIT("x-sjis"), CHARSET_CP932 },
	{ SLIT("ms_kanji"), CHARSET_CP932 },            { SLIT("cp932"), CHARSET_CP932 },
	{ SLIT("windows-31j"), CHARSET_CP932 },         { SLIT("ms932"), CHARSET_CP932 },
	{ SLIT("euc-jp"), CHARSET_EUC_JP },             { SLIT("x-euc-jp"), CHARSET_EUC_JP },
	{ SLIT("eucjp"), CHARSET_EUC_JP },              { SLIT("euc-jp-ms"), CHARSET_EUC_JP },
	{ SLIT("iso-2022-jp"), CHARSET_ISO_2022_JP },   { SLIT("iso-2022-jp-ms"), CHARSET_ISO_2022_JP },
	{ SLIT("iso-2022-jp-1"), CHARSET_ISO_2022_JP }, { SLIT("iso-2022-jp-2"), CHARSET_ISO_2022_JP },
	{ SLIT("csiso2022jp"), CHARSET_ISO_2022_JP },   { SLIT("cp50220"), CHARSET_ISO_2022_JP },
	{ SLIT("cp50221"), CHARSET_ISO_2022_JP },       { SLIT("jis"), CHARSET_ISO_2022_JP },
	{ SLIT("iso-8859-1"), CHARSET_LATIN1 },         { SLIT("latin1"), CHARSET_LATIN1 },
	{ SLIT("windows-1252"), CHARSET_LATIN1 },       { SLIT("iso-8859-15"), CHARSET_LATIN1 },
};

const char *charset_name(enum charset c)
{
	return KINDS[c].name;
}

enum charset charset_of_name(struct str name)
{
	name = str_trim(name);
	for (ptrdiff_t i = 0; i < COUNT(NAMES); i++)
		if (str_eq_nocase(name, NAMES[i].name))
			return NAMES[i].charset;
	return CHARSET_BINARY;
}

/* ---- detection ---- */

static unsigned byte_at(struct str s, ptrdiff_t i)
{
	return i < s.n ? (unsigned char)s.p[i] : 0;
}

/* Bytes no text file has: controls besides tab, line ends, form feed, backspace, ESC and the old end-of-file mark. */
static ptrdiff_t count_controls(struct str s)
{
	ptrdiff_t n = 0;

	for (ptrdiff_t i = 0; i < s.n; i++) {
		unsigned c = byte_at(s, i);
		n += (c < 0x20 && !(c >= 8 && c <= 13) && c != 0x1B && c != 0x1A) || c == 0x7F;
	}
	return n;
}

/* How a reading of the bytes went: what could not be, and how usual the characters were. */
struct judgement { ptrdiff_t errors, wide; int64_t points; };

static bool may_be_cut(struct str s, ptrdiff_t at, ptrdiff_t need, bool whole)
{
	return !whole && s.n - at < need;
}

static struct judgement judge_utf8(struct str s, bool whole)
{
	struct judgement j = { 0, 0, 0 };

	for (ptrdiff_t at = 0; at < s.n; ) {
		if (!(byte_at(s, at) & 0x80)) {
			at++;
			continue;
		}
		ptrdiff_t from = at;
		uint32_t c = utf8_next(s, &at);
		if (at - from > 1)
			j.wide++;
		else if (c == UTF8_BAD && may_be_cut(s, from, 4, whole) && byte_at(s, from) >= 0xC2)
			break;
		else
			j.errors++;
	}
	return j;
}

/* Points for a character of JIS X 0208 by its row (1-94) and cell. */
static int points_of_row(unsigned row, unsigned cell)
{
	if (row == 4)
		return cell <= 83 ? 6 : -20;
	if (row == 5)
		return cell <= 86 ? 6 : -20;
	if (row == 1)
		return 3;
	if (row == 3)
		return (cell >= 16 && cell <= 25) || (cell >= 33 && cell <= 58) || (cell >= 65 && cell <= 90) ? 3 : -20;
	if (row >= 16 && row <= 47)
		return row == 47 && cell > 51 ? -20 : 4;
	if (row == 2 || (row >= 48 && row <= 84))
		return row == 84 && cell > 6 ? -20 : 0;
	if (row == 13)
		return 1;
	if (row >= 6 && row <= 8)
		return -2;
	return -12;
}

static bool takes_voiced_mark(unsigned kana)       /* half-width ka to to, ha to ho, u */
{
	return (kana >= 0xB6 && kana <= 0xC4) || (kana >= 0xCA && kana <= 0xCE) || kana == 0xB3;
}

/* Half-width kana as people write them: words, with marks only where they belong. */
static int points_of_kana(unsigned c, unsigned before)
{
	bool after_kana = before >= 0xA6 && before <= 0xDF;

	if (c == 0xDE || c == 0xDF)
		return takes_voiced_mark(before) && (c == 0xDE || before >= 0xCA) ? 3 : -6;
	if (c == 0xB0 || (c >= 0xA7 && c <= 0xAF))
		return after_kana ? 1 : -6;
	if (c < 0xA6)
		return -1;
	return after_kana ? 2 : 1;
}

static struct judgement judge_cp932(struct str s, bool whole)
{
	struct judgement j = { 0, 0, 0 };

	for (ptrdiff_t at = 0; at < s.n; at++) {
		unsigned c = byte_at(s, at);
		if (c < 0x80)
			continue;
		if (c >= 0xA1 && c <= 0xDF) {
			j.wide++;
			j.points += points_of_kana(c, at ? byte_at(s, at - 1) : 0);
			continue;
		}
		unsigned d = byte_at(s, at + 1);
		if (c == 0x80 || c == 0xA0 || c > 0xFC || d < 0x40 || d == 0x7F || d > 0xFC) {
			if (at + 1 == s.n && may_be_cut(s, at, 2, whole))
				break;
			j.errors++;
			continue;
		}
		unsigned row = (c - (c >= 0xE0 ? 0xC1 : 0x81)) * 2 + 1, cell = d - 0x3F - (d > 0x7F);
		row += d >= 0x9F;
		cell = d >= 0x9F ? d - 0x9E : cell;
		j.wide++;
		j.points += row >= 95 ? (c >= 0xFA ? 1 : -4) : points_of_row(row, cell);
		at++;
	}
	return j;
}

static bool high(unsigned c)
{
	return c >= 0xA1 && c <= 0xFE;
}

static struct judgement judge_euc(struct str s, bool whole)
{
	struct judgement j = { 0, 0, 0 };

	for (ptrdiff_t at = 0; at < s.n; at++) {
		unsigned c = byte_at(s, at), d = byte_at(s, at + 1);
		if (c < 0x80)
			continue;
		j.wide++;
		if (c == 0x8E && d >= 0xA1 && d <= 0xDF) {
			j.points += at > 1 && byte_at(s, at - 2) == 0x8E ? 6 : 2;    /* a run of these is no chance */
			at++;
		} else if (c == 0x8F && high(d) && high(byte_at(s, at + 2))) {
			j.points -= 2;
			at += 2;
		} else if (high(c) && high(d)) {
			j.points += points_of_row(c - 0xA0, d - 0xA0);
			at++;
		} else if (may_be_cut(s, at, 3, whole) && (at + 1 == s.n || c == 0x8F)) {
			break;
		} else {
			j.errors++;
			j.wide--;
		}
	}
	return j;
}

static bool usual_in_utf16(unsigned u)
{
	return (u >= 0x20 && u < 0x7F) || (u >= 9 && u <= 13) || (u >= 0x3000 && u < 0x3100) || (u >= 0x4E00 && u < 0xA000) ||
	       (u >= 0xFF00 && u < 0xFFF0);
}

/* The share of usual characters in hundredths, -1 when these bytes are no UTF-16. */
static int judge_utf16(struct str s, bool big)
{
	ptrdiff_t usual = 0, all = 0;
	unsigned expect_low = 0;

	for (ptrdiff_t at = 0; at + 1 < s.n; at += 2) {
		unsigned a = byte_at(s, at), b = byte_at(s, at + 1), u = big ? a << 8 | b : b << 8 | a;
		bool low = u >= 0xDC00 && u < 0xE000;
		if (u == 0 || u == 0xFFFE || u == 0xFFFF || low != (expect_low != 0))
			return -1;
		expect_low = u >= 0xD800 && u < 0xDC00;
		usual += usual_in_utf16(u) || low || expect_low;
		all++;
	}
	return all ? (int)(usual * 100 / all) : -1;
}

static bool detect_utf16(struct str s, bool whole, enum charset *ret)
{
	if (s.n < 2 || (whole && s.n % 2))
		return false;
	int le = judge_utf16(s, false), be = judge_utf16(s, true);
	if (MAX(le, be) < 90)
		return false;
	*ret = le >= be ? CHARSET_UTF16LE : CHARSET_UTF16BE;
	return true;
}

/* ESC sequences of ISO-2022-JP in bytes that are all 7-bit. */
static bool is_jis(struct str s)
{
	bool escape = false;

	for (ptrdiff_t i = 0; i < s.n; i++) {
		if (s.p[i] & 0x80)
			return false;
		if (s.p[i] != 0x1B)
			continue;
		unsigned a = byte_at(s, i + 1), b = byte_at(s, i + 2);
		escape |= (a == '$' && (b == 'B' || b == '@' || b == '(')) || (a == '(' && (b == 'J' || b == 'I'));
	}
	return escape;
}

static bool few(ptrdiff_t part, ptrdiff_t all)
{
	return part * 50 <= all;
}

/* Nothing fits without a flaw: the reading with the fewest, where these are few. */
static enum charset least_flawed(struct str s, struct judgement u, struct judgement c, struct judgement e)
{
	ptrdiff_t worst = MIN(u.errors, MIN(c.errors, e.errors)), wide = 0;

	for (ptrdiff_t i = 0; i < s.n; i++)
		wide += (s.p[i] & 0x80) != 0;
	if (u.wide > u.errors * 4)
		return CHARSET_UTF8;
	if (worst * 20 > wide)
		return wide * 4 < s.n ? CHARSET_LATIN1 : CHARSET_BINARY;
	return c.errors <= e.errors ? CHARSET_CP932 : CHARSET_EUC_JP;
}

enum charset charset_detect(struct str s, bool whole, ptrdiff_t *ret_bom)
{
	enum charset found;

	*ret_bom = 0;
	if (str_starts(s, S("\xEF\xBB\xBF"))) {
		*ret_bom = 3;
		return CHARSET_UTF8;
	}
	if (str_starts(s, S("\xFF\xFE")) || str_starts(s, S("\xFE\xFF"))) {
		*ret_bom = 2;
		return byte_at(s, 0) == 0xFF ? CHARSET_UTF16LE : CHARSET_UTF16BE;
	}
	ptrdiff_t controls = count_controls(s);
	if (controls && detect_utf16(s, whole, &found))
		return found;
	if (!few(controls, s.n))
		return CHARSET_BINARY;
	if (is_jis(s))
		return CHARSET_ISO_2022_JP;
	struct judgement u = judge_utf8(s, whole);
	if (u.errors == 0)
		return CHARSET_UTF8;
	struct judgement c = judge_cp932(s, whole), e = judge_euc(s, whole);
	bool unusual = (c.errors || c.points <= 0) && (e.errors || e.points <= 0);
	if (unusual && detect_utf16(s, whole, &found))       /* kanji only: no zero byte gave it away */
		return found;
	if (!c.errors && !e.errors)
		return e.points >= c.points ? CHARSET_EUC_JP : CHARSET_CP932;
	if (!c.errors || !e.errors)
		return c.errors ? CHARSET_EUC_JP : CHARSET_CP932;
	return least_flawed(s, u, c, e);
}

/* ---- conversion ---- */

void charset_prepare(void)
{
	static iconv_t keep[CHARSET_MAX];    /* an open converter keeps its code loaded */

	for (int i = 0; i < CHARSET_MAX; i++)
		if (KINDS[i].iconv && !keep[i])
			keep[i] = iconv_open("UTF-8", KINDS[i].iconv);
}

enum status charset_open(struct charset_reader *r, enum charset c)
{
	struct charset_reader fresh = { .charset = c };

	if (c < 0 || c >= CHARSET_BINARY)
		return ST_BAD_INPUT;
	if (KINDS[c].iconv) {
		iconv_t cd = iconv_open("UTF-8", KINDS[c].iconv);
		if (cd == (iconv_t)-1)
			return ST_UNAVAILABLE;
		fresh.cd_ = cd;
	}
	*r = fresh;
	return ST_OK;
}

void charset_close(struct charset_reader *r)
{
	if (r->cd_)
		iconv_close(r->cd_);
	wipe(r->rest_, (ptrdiff_t)sizeof r->rest_);
	r->cd_ = NULL;
}

static void replace(struct charset_reader *r, struct buf *out)
{
	r->replaced++;
	buf_lit(out, "\xEF\xBF\xBD");
}

/* Takes what remains of a piece for the next one; malformed at the end of the text. */
static void keep_rest(struct charset_reader *r, const char *p, size_t n, bool last, struct buf *out)
{
	if (last || n > sizeof r->rest_) {
		if (n)
			replace(r, out);
		n = 0;
	}
	memmove(r->rest_, p, n);
	r->nrest_ = (ptrdiff_t)n;
}

/* How many bytes of a malformed character to pass over: all of it where its bytes belong together (a character of nobody's
 * table), or what follows would be read shifted; but never a byte that may be ASCII. */
static size_t malformed(enum charset c, const char *p, size_t left)
{
	unsigned a = (unsigned char)p[0], b = left > 1 ? (unsigned char)p[1] : 0;

	if (c == CHARSET_UTF16LE || c == CHARSET_UTF16BE)
		return MIN(2, left);
	if (c == CHARSET_CP932)
		return ((a > 0x80 && a < 0xA0) || (a >= 0xE0 && a <= 0xFC)) && b >= 0x80 && b <= 0xFC ? 2 : 1;
	if ((c == CHARSET_EUC_JP || c == CHARSET_ISO_2022_JP) && a == 0x8F)
		return high(b) && left > 2 && high((unsigned char)p[2]) ? 3 : 1;
	if (c == CHARSET_EUC_JP || c == CHARSET_ISO_2022_JP)
		return (high(a) || a == 0x8E) && high(b) ? 2 : 1;
	return 1;
}

static void add_iconv(struct charset_reader *r, struct str in, bool last, struct buf *out)
{
	char piece[16384];
	union { const char *in; char *p; } from = { .in = in.p };    /* iconv's parameter lacks a const */
	size_t left = (size_t)in.n;

	while (left && !out->failed) {
		char *to = piece;
		size_t room = sizeof piece;
		size_t got = iconv(r->cd_, &from.p, &left, &to, &room);
		int why = got == (size_t)-1 ? errno : 0;
		buf_add(out, (struct str){ piece, to - piece });
		if (why == EINVAL)
			break;
		if (why == EILSEQ) {
			replace(r, out);
			size_t skip = malformed(r->charset, from.in, left);
			from.p += skip;
			left -= skip;
		}
	}
	keep_rest(r, from.in, left, last, out);
}

/* A character cut at the end of a piece: a lead byte with too few bytes behind it. */
static bool cut_utf8(struct str s, ptrdiff_t at)
{
	unsigned c = byte_at(s, at);
	ptrdiff_t need = c >= 0xF0 && c < 0xF5 ? 4 : c >= 0xE0 ? 3 : c >= 0xC2 ? 2 : 1;

	if (c >= 0xF5 || s.n - at >= need)
		return false;
	for (ptrdiff_t i = at + 1; i < s.n; i++)
		if ((byte_at(s, i) & 0xC0) != 0x80)
			return false;
	return true;
}

static void add_utf8(struct charset_reader *r, struct str in, bool last, struct buf *out)
{
	ptrdiff_t good = 0, at = 0;

	while (at < in.n) {
		ptrdiff_t from = at;
		if (!(in.p[at] & 0x80)) {
			at++;
			continue;
		}
		IGNORE(utf8_next(in, &at));
		if (at - from > 1)
			continue;
		buf_add(out, str_sub(in, good, from));
		good = at;
		if (cut_utf8(in, from)) {
			keep_rest(r, in.p + from, (size_t)(in.n - from), last, out);
			return;
		}
		replace(r, out);
	}
	buf_add(out, str_sub(in, good, in.n));
}

/* ISO-2022-JP becomes EUC-JP byte for byte; rest_[7] keeps which set is on: 0 ASCII, 1 JIS X 0208, 2 0212, 3 kana. */
enum { JIS_SET = 7, SET_ASCII = 0, SET_0208, SET_0212, SET_KANA };

/* Length of the escape at `at` and the set it turns on; 0 unknown, -1 cut. */
static int jis_escape(struct str s, ptrdiff_t at, char *ret_set)
{
	static const struct { struct str text; char set; } ESCAPES[] = {
		{ SLIT("\x1B$(D"), SET_0212 }, { SLIT("\x1B$(B"), SET_0208 }, { SLIT("\x1B$(@"), SET_0208 },
		{ SLIT("\x1B$B"), SET_0208 }, { SLIT("\x1B$@"), SET_0208 }, { SLIT("\x1B(B"), SET_ASCII },
		{ SLIT("\x1B(J"), SET_ASCII }, { SLIT("\x1B(H"), SET_ASCII }, { SLIT("\x1B(I"), SET_KANA },
	};
	struct str here = str_sub(s, at, s.n);

	for (ptrdiff_t i = 0; i < COUNT(ESCAPES); i++) {
		if (str_starts(here, ESCAPES[i].text)) {
			*ret_set = ESCAPES[i].set;
			return (int)ESCAPES[i].text.n;
		}
		if (here.n < 4 && str_starts(ESCAPES[i].text, here))
			return -1;
	}
	return 0;
}

static ptrdiff_t jis_char(struct str s, ptrdiff_t at, char set, struct buf *euc)
{
	unsigned c = byte_at(s, at), d = byte_at(s, at + 1);

	if (set == SET_KANA && c >= 0x21 && c <= 0x5F) {
		buf_char(euc, (char)0x8E);
		buf_char(euc, (char)(c | 0x80));
		return 1;
	}
	if (c & 0x80) {
		buf_char(euc, (char)0xFF);                    /* this encoding has seven bits: malformed, in EUC-JP too */
		return 1;
	}
	if (set == SET_ASCII || set == SET_KANA || c < 0x21 || c > 0x7E) {
		buf_char(euc, (char)c);
		return 1;
	}
	if (at + 1 == s.n)
		return 0;
	if (d < 0x21 || d > 0x7E) {
		buf_char(euc, (char)0xFF);                    /* half a character: malformed in EUC-JP too */
		return 1;
	}
	if (set == SET_0212)
		buf_char(euc, (char)0x8F);
	buf_char(euc, (char)(c | 0x80));
	buf_char(euc, (char)(d | 0x80));
	return 2;
}

/* Returns how many bytes of `s` were read; what remains is cut. */
static ptrdiff_t jis_to_euc(struct str s, char *set, struct buf *euc)
{
	ptrdiff_t at = 0;

	while (at < s.n) {
		if (s.p[at] == 0x1B) {
			int n = jis_escape(s, at, set);
			if (n < 0)
				break;
			at += n ? n : 1;
			continue;
		}
		if (s.p[at] == '\n')
			*set = SET_ASCII;
		ptrdiff_t n = jis_char(s, at, *set, euc);
		if (n == 0)
			break;
		at += n;
	}
	return at;
}

static void add_jis(struct charset_reader *r, struct str in, bool last, struct buf *out)
{
	char *set = &r->rest_[JIS_SET];

	for (ptrdiff_t at = 0; at < in.n || last; ) {
		struct buf euc CLEANUP(buf_free) = buf_make(0);
		struct str piece = str_sub(in, at, at + 16384);
		bool end = at + piece.n == in.n;
		ptrdiff_t n = jis_to_euc(piece, set, &euc);
		char keep = *set;
		r->nrest_ = 0;
		add_iconv(r, buf_str(&euc), true, out);       /* whole characters only: nothing is cut in it */
		*set = keep;
		at += n;
		if (end) {
			struct str rest = str_sub(in, at, in.n);
			if (rest.n && last)
				replace(r, out);
			memcpy(r->rest_, rest.p, last ? 0 : (size_t)rest.n);
			r->nrest_ = last ? 0 : rest.n;
			return;
		}
	}
}

void charset_add(struct charset_reader *r, struct str in, bool last, struct buf *out)
{
	void (*add)(struct charset_reader *, struct str, bool, struct buf *) =
		r->charset == CHARSET_UTF8 ? add_utf8 : r->charset == CHARSET_ISO_2022_JP ? add_jis : add_iconv;

	if (r->nrest_) {                                  /* complete the cut character with a few bytes of this piece */
		char joint[24];
		ptrdiff_t take = MIN(in.n, 8), before = r->nrest_;
		memcpy(joint, r->rest_, (size_t)before);
		memcpy(joint + before, in.p, (size_t)take);
		r->nrest_ = 0;
		add(r, (struct str){ joint, before + take }, last && take == in.n, out);
		in = str_sub(in, take, in.n);
		if (in.n == 0)
			return;
		if (r->nrest_) {                              /* the few bytes end in another cut: these come back to the piece */
			in = (struct str){ in.p - r->nrest_, in.n + r->nrest_ };
			r->nrest_ = 0;
		}
	}
	if (in.n || last)
		add(r, in, last, out);
}


enum status charset_to_utf8(struct arena *a, struct str in, ptrdiff_t max, struct str *ret, enum charset *ret_charset)
{
	ptrdiff_t bom;
	enum charset c = charset_detect(in, true, &bom);
	struct charset_reader r;

	in = str_sub(in, bom, in.n);
	if (c == CHARSET_UTF8 && in.n <= max && utf8_valid(in)) {
		*ret = in;
		*ret_charset = c;
		return ST_OK;
	}
	TRY(charset_open(&r, c));
	struct buf out CLEANUP(buf_free) = buf_make(max);
	charset_add(&r, in, true, &out);
	charset_close(&r);
	if (out.failed)
		return ST_TOO_BIG;
	*ret = str_dup(a, buf_str(&out));
	*ret_charset = c;
	return ST_OK;
}
