/* value_text.c - values as people write and read them, and as programs do. */
#include "base/calendar.h"
#include "base/num.h"
#include "base/utf8.h"
#include "record/value.h"
#include <assert.h>
#include <stdio.h>

enum { TEXT_MAX = 2000, LONG_TEXT_MAX = 50000 };
static const int64_t NUMBER_MAX = INT64_C(1000000000000000);

static enum status bad(struct problems *ps, struct str place, enum msg_id m)
{
	problem(ps, place, m);
	return ST_BAD_INPUT;
}

static struct str decimal(struct arena *a, int64_t v)
{
	char t[24];

	return str_dup(a, (struct str){ t, snprintf(t, sizeof t, "%lld", (long long)v) });
}

/* ---- reading ---- */

static bool has_control(struct str s, bool lines)
{
	for (ptrdiff_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if ((c < 0x20 && !(lines && (c == '\n' || c == '\t'))) || c == 0x7F)
			return true;
	}
	return false;
}

/* Line ends become "\n"; a text of one line has none. */
static struct str one_newline(struct arena *a, struct str s)
{
	char *p = new_n(a, char, s.n);
	ptrdiff_t n = 0;

	for (ptrdiff_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
			continue;
		p[n++] = s.p[i] == '\r' ? '\n' : s.p[i];
	}
	return (struct str){ p, n };
}

static enum status parse_text(struct arena *a, const struct field *f, struct str s, struct str place, struct problems *ps,
	struct value *ret)
{
	ptrdiff_t max = f->max ? f->max : f->kind == FK_LONG_TEXT ? LONG_TEXT_MAX : TEXT_MAX;

	s = str_trim(one_newline(a, s));
	if (!utf8_valid(s) || has_control(s, true))
		return bad(ps, place, MSG_REC_BAD_TEXT);
	if (utf8_length(s) > max) {
		problem(ps, place, MSG_REC_TOO_LONG, .arg = { decimal(a, max) });
		return ST_BAD_INPUT;
	}
	*ret = value_of_text(s);
	return ST_OK;
}

static bool strip_end(struct str *s, struct str end)
{
	if (!str_ends(*s, end))
		return false;
	*s = str_trim(str_sub(*s, 0, s->n - end.n));
	return true;
}

static bool strip_start(struct str *s, struct str start)
{
	if (!str_starts(*s, start))
		return false;
	*s = str_trim(str_sub(*s, start.n, s->n));
	return true;
}

/* Digits with separators: "1,200", "１２００". False when it is anything else. */
static bool digits(struct str s, int64_t *ret)
{
	char t[24];
	ptrdiff_t n = 0;

	for (ptrdiff_t i = 0; i < s.n; i++) {
		if (s.p[i] == ',' && i)
			continue;
		if (n == (ptrdiff_t)sizeof t || s.p[i] < '0' || s.p[i] > '9')
			return false;
		t[n++] = s.p[i];
	}
	return n && num_parse((struct str){ t, n }, 0, NUMBER_MAX, ret) == ST_OK;
}

static enum status parse_number(struct arena *a, const struct field *f, struct str s, struct str place, struct problems *ps,
	struct value *ret)
{
	int64_t v, max = f->max ? (int64_t)f->max : NUMBER_MAX;

	s = str_trim(utf8_nfkc(a, s));
	if (f->kind == FK_MONEY) {
		if (!strip_start(&s, S("\xc2\xa5")))
			strip_start(&s, S("JPY"));
		strip_end(&s, S("円"));
	}
	if (!digits(s, &v))
		return bad(ps, place, MSG_REC_NOT_A_NUMBER);
	if (v > max) {
		problem(ps, place, MSG_REC_NUMBER_RANGE, .arg = { decimal(a, max) });
		return ST_BAD_INPUT;
	}
	*ret = value_of_number(v);
	return ST_OK;
}

/* "1万2千", "3万": units of the spoken count. */
static bool spoken(struct str s, int64_t *ret)
{
	static const struct { struct str unit; int64_t times; } units[] = {
		{ SLIT("億"), 100000000 }, { SLIT("万"), 10000 }, { SLIT("千"), 1000 }, { SLIT("百"), 100 },
	};
	int64_t sum = 0, v;

	for (ptrdiff_t i = 0; i < COUNT(units); i++) {
		ptrdiff_t at = str_find(s, units[i].unit);
		if (at < 0)
			continue;
		if (at == 0 ? (v = 1, false) : !digits(str_sub(s, 0, at), &v))
			return false;
		if (v > NUMBER_MAX / units[i].times)
			return false;
		sum += v * units[i].times;
		s = str_sub(s, at + units[i].unit.n, s.n);
	}
	if (s.n && !digits(s, &v))
		return false;
	*ret = sum + (s.n ? v : 0);
	return *ret <= NUMBER_MAX;
}

static enum status parse_count(struct arena *a, const struct field *f, struct str text, struct str place,
	struct problems *ps, struct value *ret)
{
	static const struct str unknown[] = { SLIT("不明"), SLIT("unknown"), SLIT("-"), SLIT("未定"), SLIT("未把握") };
	static const struct str about_start[] = { SLIT("約"), SLIT("およそ"), SLIT("about"), SLIT("ca."), SLIT("~") };
	static const struct str about_end[] = { SLIT("程度"), SLIT("くらい"), SLIT("ぐらい"), SLIT("前後"), SLIT("以上"), SLIT("弱"), SLIT("強") };
	static const struct str unit[] = { SLIT("件"), SLIT("名分"), SLIT("名"), SLIT("人分"), SLIT("人"), SLIT("枚"), SLIT("部"), SLIT("通"), SLIT("冊") };
	struct str s = str_trim(utf8_nfkc(a, text));
	bool about = false;
	int64_t v;

	for (ptrdiff_t i = 0; i < COUNT(unknown); i++) {
		if (str_eq_nocase(s, unknown[i])) {
			*ret = value_of_count(0, COUNT_UNKNOWN);
			return ST_OK;
		}
	}
	for (ptrdiff_t i = 0; i < COUNT(about_start); i++)
		about |= strip_start(&s, about_start[i]);
	for (ptrdiff_t i = 0; i < COUNT(about_end); i++)
		about |= strip_end(&s, about_end[i]);
	for (ptrdiff_t i = 0; i < COUNT(unit); i++)
		strip_end(&s, unit[i]);
	for (ptrdiff_t i = 0; i < COUNT(about_end); i++)
		about |= strip_end(&s, about_end[i]);
	if (!digits(s, &v) && !spoken(s, &v))
		return bad(ps, place, MSG_REC_NOT_A_COUNT);
	if (f->max && v > (int64_t)f->max) {
		problem(ps, place, MSG_REC_NUMBER_RANGE, .arg = { decimal(a, (int64_t)f->max) });
		return ST_BAD_INPUT;
	}
	*ret = value_of_count(v, about ? COUNT_ABOUT : COUNT_EXACT);
	return ST_OK;
}

static enum status parse_date(struct arena *a, struct str s, struct str place, struct problems *ps, struct value *ret)
{
	struct written_date w;
	struct date iso;

	s = str_trim(s);
	if (date_parse_iso(s, &iso) == ST_OK) {
		*ret = value_of_date(iso);
		return ST_OK;
	}
	if (calendar_parse(a, s, &w) != ST_OK || w.precision != PRECISION_DAY)
		return bad(ps, place, MSG_REC_NOT_A_DATE);
	*ret = value_of_date(w.first);
	ret->text = str_dup(a, s);
	return ST_OK;
}

static enum status parse_instant(struct arena *a, struct str text, struct str place, struct problems *ps, struct value *ret)
{
	struct str s = str_trim(utf8_nfkc(a, text));
	ptrdiff_t at = str_find_char(s, 'T') >= 0 ? str_find_char(s, 'T') : str_find_char(s, ' ');
	struct value day;
	int64_t hour, minute;
	struct str time = str_sub(s, at + 1, s.n);
	ptrdiff_t colon = str_find_char(time, ':');

	if (at < 0 || colon < 0 || time.n < colon + 3 || parse_date(a, str_sub(s, 0, at), place, ps, &day) != ST_OK
	    || num_parse(str_sub(time, 0, colon), 0, 23, &hour) || num_parse(str_sub(time, colon + 1, colon + 3), 0, 59, &minute))
		return bad(ps, place, MSG_REC_NOT_AN_INSTANT);
	*ret = value_of_number(instant_of_tokyo(value_day(&day), (int)hour, (int)minute, 0).us);
	return ST_OK;
}

/* "5年", "契約終了後3年", "退職後5年", "永年", "6か月"; what cannot be read as a length stays as text. */
static void parse_period(struct arena *a, struct str text, struct value *ret)
{
	static const struct { struct str word; int start; } starts[] = {
		{ SLIT("取得"), PERIOD_FROM_ACQUIRED }, { SLIT("契約終了"), PERIOD_FROM_CONTRACT_END },
		{ SLIT("契約満了"), PERIOD_FROM_CONTRACT_END }, { SLIT("退職"), PERIOD_FROM_LEAVING },
		{ SLIT("完了"), PERIOD_FROM_COMPLETION }, { SLIT("終了"), PERIOD_FROM_COMPLETION },
	};
	struct str s = str_trim(utf8_nfkc(a, text));
	int64_t v = 0, months = 0;

	*ret = value_of_text(str_dup(a, str_trim(text)));
	if (str_find(s, S("永年")) >= 0 || str_find(s, S("永久")) >= 0 || str_eq_nocase(s, S("permanent"))) {
		ret->num = -1;
		return;
	}
	for (ptrdiff_t i = COUNT(starts) - 1; i >= 0; i--)
		if (str_find(s, starts[i].word) >= 0)
			ret->num2 = starts[i].start;
	ptrdiff_t after = str_find(s, S("後"));
	if (after >= 0) {
		if (!ret->num2)
			ret->num2 = PERIOD_FROM_OTHER;
		s = str_trim(str_sub(s, after + 3, s.n));
	}
	strip_end(&s, S("間"));
	if (strip_end(&s, S("years")) || strip_end(&s, S("year")) || strip_end(&s, S("年")))
		months = 12;
	else if (strip_end(&s, S("か月")) || strip_end(&s, S("ヶ月")) || strip_end(&s, S("ケ月")) || strip_end(&s, S("カ月"))
	         || strip_end(&s, S("months")) || strip_end(&s, S("month")))
		months = 1;
	if (months && digits(s, &v) && v <= 1200)
		ret->num = v * months;
}

/* A choice by its code or either label, as folded. */
static const struct choice *find_choice(struct arena *a, const struct field *f, struct str s)
{
	struct str folded = utf8_fold(a, s);

	for (const struct choice *c = f->choices; c && c->code; c++)
		if (str_eq(s, str_z(c->code)) || str_eq(folded, utf8_fold(a, c->label[JA])) || str_eq(folded, utf8_fold(a, c->label[EN])))
			return c;
	return NULL;
}

static enum status parse_choices(struct arena *a, const struct field *f, struct str s, struct str place, struct problems *ps,
	struct value *ret)
{
	struct buf b = buf_make(4096);
	char *z = str_to_z(a, utf8_nfkc(a, s));
	struct str rest, part;

	for (char *p = z; *p; p++)
		if (*p == '\n' || *p == ';' || *p == '/')
			*p = ',';
	rest = str_z(z);
	for (ptrdiff_t at; (at = str_find(rest, S("、"))) >= 0; )      /* a comma of the same three bytes */
		memcpy(z + (rest.p - z) + at, ",  ", 3);
	rest = str_z(z);
	if (str_find_char(rest, ',') < 0 && !find_choice(a, f, str_trim(rest)))
		for (char *p = z; *p; p++)
			if (*p == ' ')
				*p = ',';
	bool wrong = false;
	for (const struct choice *c = f->choices; c && c->code; c++) {          /* in the order of the table, each once */
		struct str r = str_z(z);
		while (str_cut(&r, ',', &part)) {
			if (find_choice(a, f, str_trim(part)) == c) {
				if (b.n)
					buf_char(&b, ' ');
				buf_add(&b, str_z(c->code));
				break;
			}
		}
	}
	while (str_cut(&rest, ',', &part))
		wrong |= str_trim(part).n && !find_choice(a, f, str_trim(part));
	*ret = value_of_text(str_dup(a, buf_str(&b)));
	buf_free(&b);
	return wrong ? bad(ps, place, MSG_REC_NOT_A_CHOICE) : ST_OK;
}

static enum status parse_yes_no(struct arena *a, struct str text, struct str place, struct problems *ps, struct value *ret)
{
	static const struct { struct str word; const char *code; } words[] = {
		{ SLIT("yes"), "yes" }, { SLIT("はい"), "yes" }, { SLIT("有"), "yes" }, { SLIT("あり"), "yes" }, { SLIT("有り"), "yes" },
		{ SLIT("○"), "yes" }, { SLIT("〇"), "yes" }, { SLIT("◯"), "yes" }, { SLIT("✓"), "yes" }, { SLIT("レ"), "yes" },
		{ SLIT("該当"), "yes" }, { SLIT("true"), "yes" }, { SLIT("1"), "yes" }, { SLIT("on"), "yes" }, { SLIT("要"), "yes" },
		{ SLIT("no"), "no" }, { SLIT("いいえ"), "no" }, { SLIT("無"), "no" }, { SLIT("なし"), "no" }, { SLIT("無し"), "no" },
		{ SLIT("×"), "no" }, { SLIT("✕"), "no" }, { SLIT("非該当"), "no" }, { SLIT("false"), "no" }, { SLIT("0"), "no" },
		{ SLIT("-"), "no" }, { SLIT("否"), "no" }, { SLIT("x"), "no" },
		{ SLIT("unknown"), "unknown" }, { SLIT("不明"), "unknown" }, { SLIT("?"), "unknown" }, { SLIT("未確認"), "unknown" },
	};
	struct str s = utf8_fold(a, str_trim(text));

	for (ptrdiff_t i = 0; i < COUNT(words); i++) {
		if (str_eq(s, utf8_fold(a, words[i].word))) {
			*ret = value_of_text(str_z(words[i].code));
			return ST_OK;
		}
	}
	return bad(ps, place, MSG_REC_NOT_YES_NO);
}

bool value_clears(struct str s)
{
	return str_eq(s, S("（削除）")) || str_eq(s, S("(削除)")) || str_eq_nocase(s, S("(delete)"));
}

enum status value_parse(struct arena *a, const struct field *f, struct str text, struct str place, struct problems *ps,
	struct value *ret)
{
	const struct choice *c;
	int64_t id;

	if (str_trim(text).n == 0) {
		*ret = (struct value){ .set = false };
		return ST_OK;
	}
	if (text.n > (ptrdiff_t)LONG_TEXT_MAX * 4)
		return bad(ps, place, MSG_REC_BAD_TEXT);
	switch (f->kind) {
	case FK_TEXT: case FK_LONG_TEXT: case FK_PERSON: case FK_FILE: case FK_SERIAL:
		return parse_text(a, f, text, place, ps, ret);
	case FK_NUMBER: case FK_MONEY:
		return parse_number(a, f, text, place, ps, ret);
	case FK_COUNT:
		return parse_count(a, f, text, place, ps, ret);
	case FK_DATE:
		return parse_date(a, text, place, ps, ret);
	case FK_INSTANT:
		return parse_instant(a, text, place, ps, ret);
	case FK_PERIOD: {
		struct value plain;
		TRY(parse_text(a, f, text, place, ps, &plain));
		parse_period(a, plain.text, ret);
		return ST_OK;
	}
	case FK_CHOICE:
		c = find_choice(a, f, str_trim(text));
		if (!c)
			return bad(ps, place, MSG_REC_NOT_A_CHOICE);
		*ret = value_of_text(str_z(c->code));
		return ST_OK;
	case FK_CHOICES:
		return parse_choices(a, f, text, place, ps, ret);
	case FK_YES_NO:
		return parse_yes_no(a, text, place, ps, ret);
	case FK_LINK: case FK_STAFF: case FK_DEPARTMENT: {
		struct str s = str_trim(text);
		if (s.p[0] == '#' && num_parse(str_sub(s, 1, s.n), 1, INT64_MAX, &id) == ST_OK) {
			*ret = value_of_link(id);
			return ST_OK;
		}
		return parse_text(a, f, text, place, ps, ret);
	}
	case FK_ROWS: case FK_MAX:
	default:
		assert(false && "rows are read field by field");
		return ST_BROKEN;
	}
}

/* ---- writing ---- */

static void add_thousands(struct buf *b, int64_t v)
{
	char t[24];
	int n = snprintf(t, sizeof t, "%lld", (long long)v);

	for (int i = 0; i < n; i++) {
		buf_char(b, t[i]);
		if (t[i] != '-' && i < n - 1 && (n - 1 - i) % 3 == 0)
			buf_char(b, ',');
	}
}

static void add_choices(struct buf *b, const struct field *f, struct str codes, enum lang lang)
{
	struct str code;
	bool first = true;

	while (str_cut(&codes, ' ', &code)) {
		const struct choice *c = field_choice(f, code);
		if (!first)
			buf_add(b, lang == JA ? S("、") : S(", "));
		buf_add(b, c ? c->label[lang] : code);
		first = false;
	}
}

static void add_rows(struct buf *b, const struct field *f, const struct value *v, enum lang lang, bool plain)
{
	for (const struct row *r = v->rows; r; r = r->next) {
		bool first = true;
		for (int i = 0; f->rows && f->rows[i].name; i++) {
			if (!r->v[i].set)
				continue;
			if (!first)
				buf_add(b, S(" / "));
			if (plain)
				value_print_plain(b, &f->rows[i], &r->v[i]);
			else
				value_print(b, &f->rows[i], &r->v[i], lang);
			first = false;
		}
		if (r->next)
			buf_char(b, '\n');
	}
}

static enum msg_id yes_no_msg(struct str code)
{
	return str_eq(code, S("yes")) ? MSG_REC_YES : str_eq(code, S("no")) ? MSG_REC_NO : MSG_REC_UNKNOWN;
}

void value_print(struct buf *b, const struct field *f, const struct value *v, enum lang lang)
{
	if (!v->set)
		return;
	if (value_is_raw(v)) {
		buf_add(b, v->text);
		return;
	}
	switch (f->kind) {
	case FK_NUMBER:
		add_thousands(b, v->num);
		break;
	case FK_MONEY:
		if (lang == EN)
			buf_lit(b, "JPY ");
		add_thousands(b, v->num);
		if (lang == JA)
			buf_lit(b, "円");
		break;
	case FK_COUNT: {
		struct buf t = buf_make(64);
		add_thousands(&t, v->num);
		struct str s = buf_str(&t);
		if (v->num2 == COUNT_UNKNOWN)
			buf_add(b, msg_text(MSG_REC_UNKNOWN, lang));
		else if (v->num2 == COUNT_ABOUT)
			msg_add(b, lang, MSG_REC_ABOUT, &s, 1);
		else
			buf_add(b, s);
		buf_free(&t);
		break;
	}
	case FK_DATE:
		date_add_iso(b, value_day(v));
		break;
	case FK_INSTANT:
		instant_add_tokyo(b, (struct instant){ v->num });
		break;
	case FK_CHOICE: case FK_CHOICES:
		add_choices(b, f, v->text, lang);
		break;
	case FK_YES_NO:
		buf_add(b, msg_text(yes_no_msg(v->text), lang));
		break;
	case FK_ROWS:
		add_rows(b, f, v, lang, false);
		break;
	case FK_TEXT: case FK_LONG_TEXT: case FK_PERIOD: case FK_SERIAL: case FK_LINK: case FK_STAFF: case FK_PERSON:
	case FK_DEPARTMENT: case FK_FILE: case FK_MAX:
	default:
		buf_add(b, v->text);
	}
}

void value_print_plain(struct buf *b, const struct field *f, const struct value *v)
{
	if (!v->set)
		return;
	if (value_is_raw(v)) {
		buf_add(b, v->text);
		return;
	}
	switch (f->kind) {
	case FK_NUMBER: case FK_MONEY:
		buf_int(b, v->num);
		break;
	case FK_COUNT:
		if (v->num2 == COUNT_UNKNOWN) {
			buf_add(b, msg_text(MSG_REC_UNKNOWN, JA));
		} else {
			char t[24];
			struct str s = { t, snprintf(t, sizeof t, "%lld", (long long)v->num) };
			if (v->num2 == COUNT_ABOUT)
				msg_add(b, JA, MSG_REC_ABOUT, &s, 1);
			else
				buf_add(b, s);
		}
		break;
	case FK_DATE:
		date_add_iso(b, value_day(v));
		break;
	case FK_INSTANT:
		instant_add_tokyo(b, (struct instant){ v->num });
		break;
	case FK_LINK: case FK_STAFF: case FK_DEPARTMENT:
		if (v->num) {
			buf_char(b, '#');
			buf_int(b, v->num);
		} else {
			buf_add(b, v->text);
		}
		break;
	case FK_ROWS:
		add_rows(b, f, v, JA, true);
		break;
	case FK_TEXT: case FK_LONG_TEXT: case FK_PERIOD: case FK_CHOICE: case FK_CHOICES: case FK_YES_NO: case FK_SERIAL:
	case FK_PERSON: case FK_FILE: case FK_MAX:
	default:
		buf_add(b, v->text);
	}
}
