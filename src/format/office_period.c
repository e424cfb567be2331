/* office_period.c - reads how long something is kept or used: lengths, events, days, for ever. */
#include "format/office.h"
#include "base/utf8.h"
#include "format/office_words.h"

#define WORDS(name, ...)
#define PERIOD_WORDS WORD_LIST
#include "format/office.def"

/* NFKC and without white space, but the kana as written: the event is shown to people. */
static struct str squeeze(struct arena *a, struct str text)
{
	struct str s = utf8_nfkc(a, text);
	char *out = new_n(a, char, s.n + 1);
	ptrdiff_t n = 0;

	for (ptrdiff_t at = 0; at < s.n; ) {
		ptrdiff_t from = at;
		uint32_t c = utf8_next(s, &at);
		if (c == ' ' || (c >= '\t' && c <= '\r') || c == 0x3000)
			continue;
		for (ptrdiff_t i = from; i < at; i++)
			out[n++] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] + 32) : s.p[i];
	}
	return (struct str){ out, n };
}

static bool has(struct str s, struct str word)
{
	return str_find(s, word) >= 0;
}

static bool has_any(struct str s, struct words w)
{
	for (ptrdiff_t i = 0; i < w.n; i++)
		if (has(s, w.word[i]))
			return true;
	return false;
}

static ptrdiff_t find_any(struct str s, struct words w)
{
	ptrdiff_t at = -1;

	for (ptrdiff_t i = 0; i < w.n && at < 0; i++)
		at = str_find(s, w.word[i]);
	return at;
}

static bool take(struct str *s, struct str word)
{
	if (!str_starts(*s, word))
		return false;
	*s = str_sub(*s, word.n, s->n);
	return true;
}

static bool take_any(struct str *s, struct words w)
{
	ptrdiff_t n = begins(*s, w);

	*s = str_sub(*s, n, s->n);
	return n > 0;
}

static int kanji_digit(struct str *s)
{
	for (int i = 0; i < (int)kanji_digits.n; i++)
		if (take(s, kanji_digits.word[i]))
			return i;
	return -1;
}

/* 5, 十, 十五, 二十, 30: up to 9,999. */
static bool take_number(struct str *s, int *ret)
{
	struct str t = *s;
	int v = 0;
	bool any = false;

	while (t.n && t.p[0] >= '0' && t.p[0] <= '9' && v < 1000) {
		v = v * 10 + (t.p[0] - '0');
		t = str_sub(t, 1, t.n);
		any = true;
	}
	if (!any) {
		int tens = kanji_digit(&t);
		if (take(&t, S("十"))) {
			int ones = kanji_digit(&t);
			v = MAX(tens, 0) * 10 + (tens < 0 ? 10 : 0) + MAX(ones, 0);
			any = true;
		} else if (tens >= 0) {
			v = tens;
			any = true;
		}
	}
	if (!any)
		return false;
	*s = t;
	*ret = v;
	return true;
}

enum unit { UNIT_NONE, UNIT_YEAR, UNIT_MONTH, UNIT_WEEK, UNIT_DAY };

static enum unit take_unit(struct str *s)
{
	const struct words units[] = { [UNIT_YEAR] = unit_year, [UNIT_MONTH] = unit_month, [UNIT_WEEK] = unit_week, [UNIT_DAY] = unit_day };

	for (enum unit u = UNIT_YEAR; u <= UNIT_DAY; u++)
		if (take_any(s, units[u]))
			return u;
	return UNIT_NONE;
}

/* One or more lengths at the front of *s: 5年, 1年6か月, 半年, 2年半. False, and *s untouched, when there is none. */
static bool take_length(struct str *s, struct office_period *p)
{
	struct str t = *s;
	int v, months = 0, days = 0;
	bool any = false;

	for (;;) {
		struct str u = t;
		if (take_any(&u, half_year)) {
			months += 6;
		} else if (take_number(&u, &v)) {
			enum unit unit = take_unit(&u);
			if (unit == UNIT_NONE)
				break;
			months += unit == UNIT_YEAR ? 12 * v : unit == UNIT_MONTH ? v : 0;
			days += unit == UNIT_WEEK ? 7 * v : unit == UNIT_DAY ? v : 0;
			IGNORE(take(&u, S("間")));
			if (unit == UNIT_YEAR && take(&u, S("半")))
				months += 6;
		} else {
			break;
		}
		t = u;
		any = true;
	}
	if (!any)
		return false;
	*s = t;
	p->months = months;
	p->days = days;
	return true;
}


/* Nothing but closing words is left. */
static bool is_rest(struct str s)
{
	while (take_any(&s, rest_words))
		;
	return s.n == 0;
}

static struct str trim_event(struct str s)
{

	IGNORE(take(&s, S("(")));
	for (ptrdiff_t i = 0; i < behind_event.n; i++)
		if (s.n > behind_event.word[i].n + 3 && str_ends(s, behind_event.word[i]))
			s.n -= behind_event.word[i].n;
	return s;
}

/* 退職後5年, 最終取引日から7年, 契約終了の翌年度より10年, 契約終了後速やかに廃棄 */
static bool after_event(struct str s, struct office_period *p)
{

	for (ptrdiff_t at = 3; at < s.n; at++)
		for (ptrdiff_t k = 0; k < after_marks.n; k++) {
			struct str rest = str_sub(s, at, s.n);
			if (!take(&rest, after_marks.word[k]))
				continue;
			IGNORE(take_any(&rest, commas));
			IGNORE(take_any(&rest, before_length));
			struct str event = trim_event(str_sub(s, 0, at));
			if (take_length(&rest, p) && (is_rest(rest) || str_starts(rest, S("("))))
				;
			else if (has_any(rest, at_once))
				p->months = p->days = 0;
			else
				continue;
			p->kind = PERIOD_AFTER;
			p->event = event;
			return true;
		}
	return false;
}

/* 3yearsaftercontractend: the length first. */
static bool after_event_english(struct str s, struct office_period *p)
{
	if (!take_length(&s, p) || !take_any(&s, english_after) || s.n == 0)
		return false;
	p->kind = PERIOD_AFTER;
	p->event = s;
	return true;
}

static bool until_event(struct str s, struct office_period *p)
{
	ptrdiff_t at = str_find(s, until_mark.word[0]);

	p->kind = PERIOD_UNTIL;
	if (at > 0) {
		p->event = str_sub(s, 0, at);
		return true;
	}
	for (ptrdiff_t i = 0; i < lasting.n; i++)
		if (has(s, lasting.word[i])) {
			p->event = s;
			return true;
		}
	struct str t = s;
	if (take_any(&t, english_until) && t.n) {
		p->event = t;
		return true;
	}
	return false;
}

static bool until_day(struct arena *a, struct str s, struct office_period *p)
{
	struct written_date w;

	IGNORE(take_any(&s, english_until));
	s.n -= ends(s, until_mark);
	if (ends(s, day_of_end))
		s.n -= ends(s, day_of_end);
	else if (ends(s, end_of_unit))
		s.n -= S("末").n;
	/* a bare number is a length without its unit, no date */
	if (s.n < 5 || calendar_parse(a, s, &w) != ST_OK)
		return false;
	p->kind = PERIOD_DATE;
	p->until = w.last;
	return true;
}

enum office_state office_period(struct arena *a, struct str text, struct office_period *ret)
{
	enum office_state st = office_text(a, text);
	struct str s = squeeze(a, text), rest = s;
	struct office_period p = { .kind = PERIOD_LENGTH };

	if (st != OFFICE_OK)
		return st;
	IGNORE(take_any(&rest, before_length));
	if (take_length(&rest, &p) && is_rest(rest)) {
		*ret = p;
		return OFFICE_OK;
	}
	/* 5年(退職後): the event in brackets */
	rest = s;
	if (take_length(&rest, &p) && str_starts(rest, S("(")) && str_ends(rest, S(")"))) {
		struct str in = str_sub(rest, 1, rest.n - 1);
		ptrdiff_t at = find_any(in, after_marks);
		if (at > 0) {
			p.kind = PERIOD_AFTER;
			p.event = trim_event(str_sub(in, 0, at));
		} else if (has_any(in, by_law) || str_ends(in, S("法")) || has(in, S("条"))) {
			p.kind = PERIOD_LAW;
		}
		*ret = p;
		return OFFICE_OK;
	}
	p = (struct office_period){ .kind = PERIOD_FOREVER };
	if (has_any(s, forever)) {
		*ret = p;
		return OFFICE_OK;
	}
	if (until_day(a, s, &p) || after_event(s, &p) || after_event_english(s, &p)) {
		*ret = p;
		return OFFICE_OK;
	}
	if (has_any(s, by_law)) {
		p.kind = PERIOD_LAW;
		for (ptrdiff_t at = 0; at < s.n; at++) {      /* 法定保存期間(7年) */
			rest = str_sub(s, at, s.n);
			if (s.p[at] >= '0' && s.p[at] <= '9' && take_length(&rest, &p))
				break;
			if (s.p[at] >= '0' && s.p[at] <= '9')
				break;
		}
		*ret = p;
		return OFFICE_OK;
	}
	if (until_event(s, &p)) {
		*ret = p;
		return OFFICE_OK;
	}
	if (has_any(s, at_once)) {
		*ret = (struct office_period){ .kind = PERIOD_UNTIL, .event = s };
		return OFFICE_OK;
	}
	return OFFICE_ODD;
}
