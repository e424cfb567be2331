/* chart.c - bars, time lines and progress as SVG with classes. */
#include "web/chart.h"
#include "web/page.h"
#include <assert.h>

enum { BAR_WIDTH = 1000, BAR_HEIGHT = 24, LINE_WIDTH = 880, LINE_LEFT = 140, LINE_RIGHT = 24, LANE_HEIGHT = 36, LINE_TOP = 28, TICKS_MAX = 8 };

static const struct str part_class[CHART_PARTS_MAX] = { SLIT("p0"), SLIT("p1"), SLIT("p2"), SLIT("p3"), SLIT("p4"), SLIT("p5") };

static void rect(struct html *h, struct str class, int64_t x, int64_t y, int64_t width, int64_t height)
{
	EL(h, "rect") {
		h_attr(h, "class", class);
		h_attr_int(h, "x", x);
		h_attr_int(h, "y", y);
		h_attr_int(h, "width", width);
		h_attr_int(h, "height", height);
	}
}

/* "0 0 W H" */
static struct str box(struct arena *a, int64_t width, int64_t height)
{
	struct buf b = buf_make(64);

	buf_fmt(&b, "0 0 %lld %lld", (long long)width, (long long)height);
	struct str s = str_dup(a, buf_str(&b));
	buf_free(&b);
	return s;
}

/* ---- bars ---- */

static int64_t row_sum(const struct bars *b, int row)
{
	int64_t sum = 0;

	for (int p = 0; p < b->nparts; p++)
		sum += b->value[row * b->nparts + p];
	return sum;
}

static void one_bar(struct html *h, struct arena *a, const struct bars *b, int row, int64_t most)
{
	int64_t at = 0;

	EL(h, "svg", " class=\"chart-bar\" preserveAspectRatio=\"none\" aria-hidden=\"true\" focusable=\"false\"") {
		h_attr(h, "viewBox", box(a, BAR_WIDTH, BAR_HEIGHT));
		for (int p = 0; p < b->nparts; p++) {
			int64_t v = b->value[row * b->nparts + p], width = most ? v * BAR_WIDTH / most : 0;
			if (v) {
				rect(h, part_class[p], at, 0, MAX(width, 4), BAR_HEIGHT);
				at += width;
			}
		}
	}
}

static void parts_legend(struct html *h, const struct bars *b)
{
	EL(h, "ul", " class=\"legend\"")
		for (int p = 0; p < b->nparts; p++)
			EL(h, "li") {
				EL(h, "svg", " viewBox=\"0 0 12 12\" aria-hidden=\"true\" focusable=\"false\"")
					rect(h, part_class[p], 0, 0, 12, 12);
				h_text(h, b->part[p]);
			}
}

static void head_row(struct html *h, const struct bars *b)
{
	EL(h, "thead")
		EL(h, "tr") {
			h_el_text(h, "th", b->what, " scope=\"col\"");
			EL(h, "td", " class=\"chart-cell\"") { }
			for (int p = 0; p < b->nparts; p++)
				h_el_text(h, "th", b->part[p], " scope=\"col\" class=\"num\"");
			if (b->nparts > 1)
				h_el_msg(h, "th", MSG_WEB_CHART_SUM, " scope=\"col\" class=\"num\"");
		}
}

void h_bars(struct html *h, struct arena *a, const struct bars *b)
{
	int64_t most = 0;

	assert(b->nparts >= 1 && b->nparts <= CHART_PARTS_MAX);
	for (int i = 0; i < b->n; i++)
		most = MAX(most, row_sum(b, i));
	EL(h, "figure", " class=\"chart\"") {
		if (b->nparts > 1)
			parts_legend(h, b);
		EL(h, "table") {
			h_el_text(h, "caption", b->title, " class=\"hide\"");
			head_row(h, b);
			EL(h, "tbody")
				for (int i = 0; i < b->n; i++)
					EL(h, "tr") {
						h_el_text(h, "th", b->label[i], " scope=\"row\"");
						EL(h, "td", " class=\"chart-cell\"")
							one_bar(h, a, b, i, most);
						for (int p = 0; p < b->nparts; p++)
							EL(h, "td", " class=\"num\"")
								h_count(h, b->value[i * b->nparts + p]);
						if (b->nparts > 1)
							EL(h, "td", " class=\"num\"")
								h_count(h, row_sum(b, i));
					}
		}
	}
}

/* ---- time lines ---- */

struct span { int32_t first, last; };

static int64_t x_of(struct span s, int32_t day)
{
	int64_t width = LINE_WIDTH - LINE_LEFT - LINE_RIGHT;

	return LINE_LEFT + (s.last > s.first ? (day - s.first) * width / (s.last - s.first) : width / 2);
}

static void svg_text(struct html *h, int64_t x, int64_t y, struct str anchor, struct str text)
{
	EL(h, "text") {
		h_attr_int(h, "x", x);
		h_attr_int(h, "y", y);
		h_attr(h, "text-anchor", anchor);
		h_text(h, text);
	}
}

static void upright(struct html *h, struct str class, int64_t x, int64_t bottom)
{
	EL(h, "line") {
		h_attr(h, "class", class);
		h_attr_int(h, "x1", x);
		h_attr_int(h, "x2", x);
		h_attr_int(h, "y1", LINE_TOP - 6);
		h_attr_int(h, "y2", bottom);
	}
}

static struct str month_day(struct arena *a, int32_t day)
{
	struct civil c = date_civil((struct date){ day });
	struct buf b = buf_make(32);

	buf_fmt(&b, "%d/%d", c.month, c.day);
	struct str s = str_dup(a, buf_str(&b));
	buf_free(&b);
	return s;
}

/* Days between two ticks: the smallest usual step that leaves at most TICKS_MAX of them. */
static int32_t tick_step(struct span s)
{
	static const int32_t usual[] = { 1, 2, 5, 10, 30, 60, 90, 180, 365 };
	ptrdiff_t i = 0;

	while (i < COUNT(usual) - 1 && (s.last - s.first) / usual[i] > TICKS_MAX)
		i++;
	return MAX(usual[i], (s.last - s.first) / TICKS_MAX);
}

static void axis(struct html *h, struct arena *a, const struct timeline *t, struct span s)
{
	int64_t bottom = LINE_TOP + t->nlanes * LANE_HEIGHT;

	for (int32_t d = s.first; d <= s.last; d += tick_step(s)) {
		upright(h, S("grid"), x_of(s, d), bottom);
		svg_text(h, x_of(s, d), LINE_TOP - 12, S("middle"), month_day(a, d));
	}
	for (int i = 0; i < t->nlanes; i++) {
		rect(h, i % 2 ? S("lane odd") : S("lane"), LINE_LEFT - 8, LINE_TOP + i * LANE_HEIGHT, LINE_WIDTH - LINE_LEFT + 8, LANE_HEIGHT);
		svg_text(h, 0, LINE_TOP + i * LANE_HEIGHT + LANE_HEIGHT / 2 + 5, S("start"), t->lane[i]);
	}
	if (t->today.days >= s.first && t->today.days <= s.last)
		upright(h, S("today"), x_of(s, t->today.days), bottom);
}

static void dots(struct html *h, const struct timeline *t, const struct timeline_event *e, struct span s)
{
	static const struct str looks[] = { [LOOK_DONE] = SLIT("dot"), [LOOK_DUE] = SLIT("dot due"), [LOOK_LATE] = SLIT("dot late") };

	for (int i = 0; i < t->n; i++) {
		int same = 0;
		for (int k = 0; k < i; k++)
			same += e[k].day.days == e[i].day.days && e[k].lane == e[i].lane;
		EL(h, "circle", " r=\"7\"") {
			h_attr(h, "class", looks[e[i].look]);
			h_attr_int(h, "cx", x_of(s, e[i].day.days) + MIN(same, 6) * 6);
			h_attr_int(h, "cy", LINE_TOP + e[i].lane * LANE_HEIGHT + LANE_HEIGHT / 2);
		}
	}
}

static void timeline_list(struct html *h, const struct timeline *t, const struct timeline_event *e)
{
	const enum msg_id words[] = { [LOOK_DONE] = t->done, [LOOK_DUE] = t->due, [LOOK_LATE] = t->late };
	static const struct str marks[] = { [LOOK_DONE] = SLIT("mark"), [LOOK_DUE] = SLIT("mark key"), [LOOK_LATE] = SLIT("mark warn") };

	EL(h, "ol", " class=\"timeline-list\"")
		for (int i = 0; i < t->n; i++)
			EL(h, "li") {
				h_day(h, e[i].day);
				EL(h, "span", " class=\"what\"")
					if (e[i].link.s.n)
						EL(h, "a") {
							h_url(h, "href", e[i].link);
							h_text(h, e[i].text);
						}
					else
						h_text(h, e[i].text);
				if (e[i].look != LOOK_DONE)
					EL(h, "span") {
						h_attr(h, "class", marks[e[i].look]);
						h_msg(h, words[e[i].look]);
					}
			}
}

static int by_day(const void *pa, const void *pb)
{
	const struct timeline_event *a = pa, *b = pb;

	return (a->day.days > b->day.days) - (a->day.days < b->day.days);
}

/* A copy in order of days; those of one day stay as they came. */
static struct timeline_event *in_order(struct arena *a, const struct timeline *t)
{
	struct timeline_event *e = new_n(a, struct timeline_event, t->n);

	for (int i = 0; i < t->n; i++) {
		int k = i;
		for (; k > 0 && by_day(&e[k - 1], &t->event[i]) > 0; k--)
			e[k] = e[k - 1];
		e[k] = t->event[i];
	}
	return e;
}

static void looks_legend(struct html *h, const struct timeline *t)
{
	const struct { const char *class; enum msg_id word; } looks[] = { { "dot", t->done }, { "dot due", t->due }, { "dot late", t->late } };

	EL(h, "ul", " class=\"legend\"") {
		for (ptrdiff_t i = 0; i < COUNT(looks); i++)
			EL(h, "li") {
				EL(h, "svg", " viewBox=\"0 0 18 18\" aria-hidden=\"true\" focusable=\"false\"")
					EL(h, "circle", " r=\"7\" cx=\"9\" cy=\"9\"")
						h_attr(h, "class", str_z(looks[i].class));
				h_msg(h, looks[i].word);
			}
		EL(h, "li") {
			EL(h, "svg", " viewBox=\"0 0 18 18\" aria-hidden=\"true\" focusable=\"false\"")
				EL(h, "line", " class=\"today\" x1=\"9\" x2=\"9\" y1=\"0\" y2=\"18\"") { }
			h_msg(h, t->now);
		}
	}
}

void h_timeline(struct html *h, struct arena *a, const struct timeline *t)
{
	assert(t->nlanes <= LANES_MAX);
	if (!t->n)
		return;
	struct timeline_event *e = in_order(a, t);
	struct span s = { e[0].day.days, MAX(e[t->n - 1].day.days, e[0].day.days + 1) };
	int64_t height = LINE_TOP + t->nlanes * LANE_HEIGHT + 4;

	EL(h, "figure", " class=\"chart\"") {
		EL(h, "div", " class=\"scroll bare\" tabindex=\"0\" role=\"region\"") {
			h_attr(h, "aria-label", t->title);
			EL(h, "svg", " class=\"timeline\" role=\"img\"") {
				h_attr(h, "aria-label", t->title);
				h_attr(h, "viewBox", box(a, LINE_WIDTH, height));
				h_attr_int(h, "width", LINE_WIDTH);
				h_attr_int(h, "height", height);
				axis(h, a, t, s);
				dots(h, t, e, s);
			}
		}
		looks_legend(h, t);
		timeline_list(h, t, e);
	}
}

/* ---- progress ---- */

void h_progress(struct html *h, struct arena *a, int64_t done, int64_t all)
{
	EL(h, "svg", " class=\"progress\" preserveAspectRatio=\"none\" aria-hidden=\"true\" focusable=\"false\"") {
		h_attr(h, "viewBox", box(a, BAR_WIDTH, BAR_HEIGHT));
		rect(h, S("rest"), 0, 0, BAR_WIDTH, BAR_HEIGHT);
		if (all > 0 && done > 0)
			rect(h, S("p0"), 0, 0, MIN(done, all) * BAR_WIDTH / all, BAR_HEIGHT);
	}
}
