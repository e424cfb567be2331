/* value_period.c - reads how long something is kept or used: lengths, events, days, for ever. */
#include "format/value.h"
#include "base/utf8.h"

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

static bool has_any(struct str s, const struct str *words, ptrdiff_t n)
{
	for (ptrdiff_t i = 0; i < n; i++)
		if (has(s, words[i]))
			return true;
	return false;
}

static bool take(struct str *s, struct str word)
{
	if (!str_starts(*s, word))
		return false;
	*s = str_sub(*s, word.n, s->n);
	return true;
}

static int kanji_digit(struct str *s)
{
	static const struct str digits[] = { SLIT("〇"), SLIT("一"), SLIT("二"), SLIT("三"), SLIT("四"), SLIT("五"), SLIT("六"), SLIT("七"), SLIT("八"), SLIT("九") };

	for (int i = 0; i < (int)COUNT(digits); i++)
		if (take(s, digits[i]))
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
	static const struct { struct str word; enum unit unit; } units[] = {
		{ SLIT("年度"), UNIT_YEAR }, { SLIT("年間"), UNIT_YEAR }, { SLIT("ヵ年"), UNIT_YEAR }, { SLIT("か年"), UNIT_YEAR }, { SLIT("カ年"), UNIT_YEAR },
		{ SLIT("ヶ年"), UNIT_YEAR }, { SLIT("ケ年"), UNIT_YEAR }, { SLIT("箇年"), UNIT_YEAR }, { SLIT("年"), UNIT_YEAR },
		{ SLIT("years"), UNIT_YEAR }, { SLIT("year"), UNIT_YEAR }, { SLIT("yrs"), UNIT_YEAR }, { SLIT("yr"), UNIT_YEAR },
		{ SLIT("ヶ月"), UNIT_MONTH }, { SLIT("ケ月"), UNIT_MONTH }, { SLIT("か月"), UNIT_MONTH }, { SLIT("カ月"), UNIT_MONTH }, { SLIT("ヵ月"), UNIT_MONTH },
		{ SLIT("箇月"), UNIT_MONTH }, { SLIT("個月"), UNIT_MONTH }, { SLIT("月"), UNIT_MONTH }, { SLIT("months"), UNIT_MONTH }, { SLIT("month"), UNIT_MONTH },
		{ SLIT("週間"), UNIT_WEEK }, { SLIT("週"), UNIT_WEEK }, { SLIT("weeks"), UNIT_WEEK }, { SLIT("week"), UNIT_WEEK },
		{ SLIT("日間"), UNIT_DAY }, { SLIT("日"), UNIT_DAY }, { SLIT("days"), UNIT_DAY }, { SLIT("day"), UNIT_DAY },
	};

	for (ptrdiff_t i = 0; i < COUNT(units); i++)
		if (take(s, units[i].word))
			return units[i].unit;
	return UNIT_NONE;
}

/* One or more lengths at the front of *s: 5年, 1年6か月, 半年, 2年半. False, and *s untouched, when there is none. */
static bool take_length(struct str *s, struct value_period *p)
{
	struct str t = *s;
	int v, months = 0, days = 0;
	bool any = false;

	for (;;) {
		struct str u = t;
		if (take(&u, S("半年"))) {
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

static const struct str forever[] = { SLIT("永年"), SLIT("永久"), SLIT("無期限"), SLIT("無期"), SLIT("恒久"), SLIT("期限なし"), SLIT("期限無し"), SLIT("定めなし"), SLIT("期間の定め無し"),
	SLIT("期限の定めなし"), SLIT("permanent"), SLIT("indefinite"), SLIT("forever"), SLIT("unlimited") };
static const struct str by_law[] = { SLIT("法定"), SLIT("法令"), SLIT("法律"), SLIT("statutory"), SLIT("asrequiredbylaw") };
static const struct str at_once[] = { SLIT("直ちに"), SLIT("ただちに"), SLIT("即時"), SLIT("即日"), SLIT("速やかに"), SLIT("すみやかに"), SLIT("遅滞なく"), SLIT("都度"), SLIT("すぐ"), SLIT("immediately") };
static const struct str rest_words[] = { SLIT("保存"), SLIT("保管"), SLIT("保有"), SLIT("間"), SLIT("廃棄"), SLIT("で廃棄"), SLIT("利用"), SLIT("使用"), SLIT("まで"), SLIT("後廃棄"), SLIT("経過後廃棄"), SLIT("経過後"),
	SLIT("経過まで"), SLIT("経過時"), SLIT("とする"), SLIT("以上"), SLIT("以内"), SLIT("程度"), SLIT("。"), SLIT("を経過するまで"), SLIT("は保管"), SLIT("後に廃棄"), SLIT("後削除"), SLIT("retention"), SLIT(".") };

/* Nothing but closing words is left. */
static bool is_rest(struct str s)
{
	for (bool taken = true; taken && s.n; ) {
		taken = false;
		for (ptrdiff_t i = 0; i < COUNT(rest_words) && !taken; i++)
			taken = take(&s, rest_words[i]);
	}
	return s.n == 0;
}

static struct str trim_event(struct str s)
{
	static const struct str behind[] = { SLIT("の日"), SLIT("した日"), SLIT("された日"), SLIT("日"), SLIT("時"), SLIT("の"), SLIT("して"), SLIT("した"), SLIT("、"), SLIT(",") };

	IGNORE(take(&s, S("(")));
	for (ptrdiff_t i = 0; i < COUNT(behind); i++)
		if (s.n > behind[i].n + 3 && str_ends(s, behind[i]))
			s.n -= behind[i].n;
	return s;
}

/* 退職後5年, 最終取引日から7年, 契約終了の翌年度より10年, 契約終了後速やかに廃棄 */
static bool after_event(struct str s, struct value_period *p)
{
	static const struct str marks[] = { SLIT("後"), SLIT("から"), SLIT("より"), SLIT("以降"), SLIT("以後") };

	for (ptrdiff_t at = 3; at < s.n; at++)
		for (ptrdiff_t k = 0; k < COUNT(marks); k++) {
			struct str rest = str_sub(s, at, s.n);
			if (!take(&rest, marks[k]))
				continue;
			IGNORE(take(&rest, S("、")));
			IGNORE(take(&rest, S(",")));
			IGNORE(take(&rest, S("起算して")) || take(&rest, S("も")) || take(&rest, S("最低")) || take(&rest, S("約")));
			struct str event = trim_event(str_sub(s, 0, at));
			if (take_length(&rest, p) && (is_rest(rest) || str_starts(rest, S("("))))
				;
			else if (has_any(rest, at_once, COUNT(at_once)))
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
static bool after_event_english(struct str s, struct value_period *p)
{
	if (!take_length(&s, p) || !(take(&s, S("after")) || take(&s, S("from")) || take(&s, S("following"))) || s.n == 0)
		return false;
	p->kind = PERIOD_AFTER;
	p->event = s;
	return true;
}

static bool until_event(struct str s, struct value_period *p)
{
	static const struct str lasting[] = { SLIT("在職中"), SLIT("在籍中"), SLIT("契約中"), SLIT("契約期間中"), SLIT("期間中"), SLIT("継続中"), SLIT("加入中"), SLIT("利用中"), SLIT("使用中"),
		SLIT("雇用中"), SLIT("会員期間"), SLIT("在籍期間"), SLIT("契約期間"), SLIT("雇用期間"), SLIT("在任中"), SLIT("取引中") };
	ptrdiff_t at = str_find(s, S("まで"));

	p->kind = PERIOD_UNTIL;
	if (at > 0) {
		p->event = str_sub(s, 0, at);
		return true;
	}
	for (ptrdiff_t i = 0; i < COUNT(lasting); i++)
		if (has(s, lasting[i])) {
			p->event = s;
			return true;
		}
	struct str t = s;
	if ((take(&t, S("until")) || take(&t, S("during")) || take(&t, S("while")) || take(&t, S("till"))) && t.n) {
		p->event = t;
		return true;
	}
	return false;
}

static bool until_day(struct arena *a, struct str s, struct value_period *p)
{
	struct written_date w;

	IGNORE(take(&s, S("until")));
	if (str_ends(s, S("まで")))
		s.n -= S("まで").n;
	if (str_ends(s, S("月末日")))
		s.n -= S("末日").n;
	else if (str_ends(s, S("月末")) || str_ends(s, S("年末")) || str_ends(s, S("年度末")))
		s.n -= S("末").n;
	/* a bare number is a length without its unit, no date */
	if (s.n < 5 || calendar_parse(a, s, &w) != ST_OK)
		return false;
	p->kind = PERIOD_DATE;
	p->until = w.last;
	return true;
}

enum value_state value_period(struct arena *a, struct str text, struct value_period *ret)
{
	enum value_state st = value_text(a, text);
	struct str s = squeeze(a, text), rest = s;
	struct value_period p = { .kind = PERIOD_LENGTH };

	if (st != VALUE_OK)
		return st;
	IGNORE(take(&rest, S("約")) || take(&rest, S("最低")) || take(&rest, S("最長")));
	if (take_length(&rest, &p) && is_rest(rest)) {
		*ret = p;
		return VALUE_OK;
	}
	/* 5年(退職後): the event in brackets */
	rest = s;
	if (take_length(&rest, &p) && str_starts(rest, S("(")) && str_ends(rest, S(")"))) {
		struct str in = str_sub(rest, 1, rest.n - 1);
		ptrdiff_t at = MAX(str_find(in, S("後")), str_find(in, S("から")));
		if (at > 0) {
			p.kind = PERIOD_AFTER;
			p.event = trim_event(str_sub(in, 0, at));
		} else if (has_any(in, by_law, COUNT(by_law)) || str_ends(in, S("法")) || has(in, S("条"))) {
			p.kind = PERIOD_LAW;
		}
		*ret = p;
		return VALUE_OK;
	}
	p = (struct value_period){ .kind = PERIOD_FOREVER };
	if (has_any(s, forever, COUNT(forever))) {
		*ret = p;
		return VALUE_OK;
	}
	if (until_day(a, s, &p) || after_event(s, &p) || after_event_english(s, &p)) {
		*ret = p;
		return VALUE_OK;
	}
	if (has_any(s, by_law, COUNT(by_law))) {
		p.kind = PERIOD_LAW;
		for (ptrdiff_t at = 0; at < s.n; at++) {      /* 法定保存期間(7年) */
			rest = str_sub(s, at, s.n);
			if (s.p[at] >= '0' && s.p[at] <= '9' && take_length(&rest, &p))
				break;
			if (s.p[at] >= '0' && s.p[at] <= '9')
				break;
		}
		*ret = p;
		return VALUE_OK;
	}
	if (until_event(s, &p)) {
		*ret = p;
		return VALUE_OK;
	}
	if (has_any(s, at_once, COUNT(at_once))) {
		*ret = (struct value_period){ .kind = PERIOD_UNTIL, .event = s };
		return VALUE_OK;
	}
	return VALUE_ODD;
}
