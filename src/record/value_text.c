/* value_text.c - values as people write and read them, and as programs do. */
#include "base/calendar.h"
#include "base/num.h"
#include "base/utf8.h"
#include "format/office.h"
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
	if (str_find_char(s, '\r') < 0)
		return str_dup(a, s);
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
	if (s.n > max && utf8_length(s) > max) {
		problem(ps, place, MSG_REC_TOO_LONG, .arg = { text_of_int(a, max) });
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
		problem(ps, place, MSG_REC_NUMBER_RANGE, .arg = { text_of_int(a, max) });
		return ST_BAD_INPUT;
	}
	*ret = value_of_number(v);
	return ST_OK;
}

static bool is_plain_number(struct str s)
{
	for (ptrdiff_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0 && s.n <= 15;
}

/* As nearly all counts are written. */
static enum office_state plain_count(struct str s, struct office_count *ret)
{
	*ret = (struct office_count){ 0 };
	IGNORE(num_parse(s, 0, NUMBER_MAX, &ret->low));
	ret->high = ret->low;
	return OFFICE_OK;
}

static enum status parse_count(struct arena *a, const struct field *f, struct str text, struct str place,
	struct problems *ps, struct value *ret)
{
	struct office_count c;
	struct str s = str_trim(text);
	int64_t plain;

	switch (is_plain_number(s) ? plain_count(s, &c) : office_count(a, s, &c)) {
	case OFFICE_UNKNOWN: case OFFICE_BLANK:                      /* a dash in a column of counts: nobody has counted */
		*ret = value_of_count(0, COUNT_UNKNOWN);
		break;
	case OFFICE_OK:
		*ret = value_of_count(c.high > c.low ? c.high : c.low, c.approx ? COUNT_ABOUT : COUNT_EXACT);
		break;
	case OFFICE_DELETE: case OFFICE_ODD:
	default:
		return bad(ps, place, MSG_REC_NOT_A_COUNT);
	}
	if (f->max && ret->num > (int64_t)f->max) {
		problem(ps, place, MSG_REC_NUMBER_RANGE, .arg = { text_of_int(a, (int64_t)f->max) });
		return ST_BAD_INPUT;
	}
	if (ret->num2 == COUNT_UNKNOWN ? !str_eq(s, msg_text(MSG_REC_UNKNOWN, JA)) : num_parse(s, 0, INT64_MAX, &plain) != ST_OK)
		ret->text = str_dup(a, s);
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

/* Where a length begins, by the words of the event. */
static int64_t period_start(struct str event)
{
	static const struct { struct str word; int start; } starts[] = {
		{ SLIT("契約"), PERIOD_FROM_CONTRACT_END }, { SLIT("退職"), PERIOD_FROM_LEAVING }, { SLIT("取得"), PERIOD_FROM_ACQUIRED },
		{ SLIT("完了"), PERIOD_FROM_COMPLETION }, { SLIT("終了"), PERIOD_FROM_COMPLETION },
	};

	for (ptrdiff_t i = 0; i < COUNT(starts); i++)
		if (str_find(event, starts[i].word) >= 0)
			return starts[i].start;
	return PERIOD_FROM_OTHER;
}

/* What can be read as a length is; the words stay as they were written. */
static void parse_period(struct arena *a, struct str text, struct value *ret)
{
	struct office_period p;

	*ret = value_of_text(str_dup(a, str_trim(text)));
	if (office_period(a, text, &p) != OFFICE_OK)
		return;
	if (p.kind == PERIOD_FOREVER)
		ret->num = -1;
	else if (p.kind == PERIOD_LENGTH || p.kind == PERIOD_AFTER || p.kind == PERIOD_LAW)
		ret->num = p.months;
	if (p.kind == PERIOD_AFTER)
		ret->num2 = period_start(p.event);
}

/* A choice by its code or either label, as folded. */
static bool is_also(struct arena *a, const struct choice *c, struct str folded)
{
	struct str rest = str_z(c->also), word;

	while (str_cut(&rest, ';', &word))
		if (word.n && str_eq(utf8_fold(a, word), folded))
			return true;
	return false;
}

static const struct choice *find_choice(struct arena *a, const struct field *f, struct str s)
{
	struct str folded = utf8_fold(a, s);

	for (const struct choice *c = f->choices; c && c->code; c++)
		if (str_eq(s, str_z(c->code)) || str_eq(folded, utf8_fold(a, c->label[JA])) || str_eq(folded, utf8_fold(a, c->label[EN])) || is_also(a, c, folded))
			return c;
	return NULL;
}

/* Bytes of what separates choices here; 0 for none. */
static ptrdiff_t separator_at(struct str s, ptrdiff_t at)
{
	if (str_starts(str_sub(s, at, s.n), S("、")))
		return 3;
	return at < s.n && (s.p[at] == ',' || s.p[at] == ';' || s.p[at] == '/' || s.p[at] == '\n' || s.p[at] == ' ');
}

/* The choice with the longest label that stands whole at this place, and how long it is; NULL for none. */
static const struct choice *label_at(struct arena *a, const struct field *f, struct str s, ptrdiff_t at, ptrdiff_t *ret_n)
{
	const struct choice *best = NULL;

	*ret_n = 0;
	for (const struct choice *c = f->choices; c && c->code; c++)
		for (int lang = 0; lang < LANG_MAX; lang++) {
			struct str label = utf8_nfkc(a, c->label[lang]);
			if (label.n > *ret_n && str_starts(str_sub(s, at, s.n), label) && (at + label.n == s.n || separator_at(s, at + label.n))) {
				best = c;
				*ret_n = label.n;
			}
		}
	return best;
}

/* A label may itself hold what separates, as その他、緊急事態と判断したもの: labels become codes before the text is cut. */
static struct str with_codes(struct arena *a, const struct field *f, struct str s)
{
	struct buf b = buf_in(a, 0);
	bool begins = true;

	for (ptrdiff_t at = 0, n; at < s.n; at += n) {
		const struct choice *c = begins ? label_at(a, f, s, at, &n) : NULL;
		ptrdiff_t sep = separator_at(s, at);
		if (c) {
			buf_add(&b, str_z(c->code));
		} else {
			n = sep ? sep : 1;
			buf_add(&b, str_sub(s, at, at + n));
		}
		begins = !c && sep;
	}
	return buf_take(&b);
}

static enum status parse_choices(struct arena *a, const struct field *f, struct str s, struct str place, struct problems *ps,
	struct value *ret)
{
	struct buf b = buf_make(4096);
	char *z = str_to_z(a, with_codes(a, f, utf8_nfkc(a, s)));
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
	struct str s = str_trim(text);
	bool yes;

	if (str_eq(s, S("on"))) {                                    /* a ticked box of a form */
		*ret = value_of_text(S("yes"));
		return ST_OK;
	}
	if (str_eq(s, S("unknown"))) {
		*ret = value_of_text(S("unknown"));
		return ST_OK;
	}
	switch (office_yes_no(a, s, &yes)) {
	case OFFICE_OK:
		*ret = value_of_text(yes ? S("yes") : S("no"));
		return ST_OK;
	case OFFICE_UNKNOWN:
		*ret = value_of_text(S("unknown"));
		return ST_OK;
	case OFFICE_BLANK:
		*ret = value_of_text(S("no"));                       /* a dash */
		return ST_OK;
	case OFFICE_DELETE: case OFFICE_ODD:
	default:
		return bad(ps, place, MSG_REC_NOT_YES_NO);
	}
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
		if (i < n - 1 && t[i] != '-' && (n - 1 - i) % 3 == 0)
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
		if (f->max && f->max <= 9999)                /* no amount: a year, a place in an order */
			buf_fmt(b, "%lld", (long long)v->num);
		else
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
