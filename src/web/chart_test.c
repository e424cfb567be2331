/* chart_test.c - pictures: their numbers, their order, and that the words are there too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "web/chart.h"
#include <string.h>

static struct arena a;
static char page[1 << 16];

static const char *written(void (*draw)(struct html *h, void *arg), void *arg)
{
	struct buf b = buf_make(1 << 20);
	struct html h = { .out = &b, .lang = JA };

	draw(&h, arg);
	assert_true(html_whole(&h));
	assert_true(b.n < (ptrdiff_t)sizeof page);
	if (b.n)
		memcpy(page, b.p, (size_t)b.n);
	page[b.n] = 0;
	buf_free(&b);
	return page;
}

static int count(const char *text, const char *what)
{
	int n = 0;

	for (const char *p = text; (p = strstr(p, what)) != NULL; p++)
		n++;
	return n;
}

static void draw_bars(struct html *h, void *arg)
{
	h_bars(h, &a, arg);
}

static void bars_share_one_scale(void **state)
{
	static const struct str label[] = { SLIT("漏えい"), SLIT("紛失 <&>") }, part[] = { SLIT("事故"), SLIT("ヒヤリハット") };
	static const int64_t value[] = { 3, 1, 0, 1 };
	struct bars b = { .title = S("種類別"), .what = S("種類"), .part = part, .nparts = 2, .label = label, .n = 2, .value = value };

	(void)state;
	const char *p = written(draw_bars, &b);
	assert_non_null(strstr(p, "class=\"p0\" x=\"0\" y=\"0\" width=\"750\""));       /* three of four: the longest bar is the whole width */
	assert_non_null(strstr(p, "class=\"p1\" x=\"750\" y=\"0\" width=\"250\""));
	assert_non_null(strstr(p, "class=\"p1\" x=\"0\" y=\"0\" width=\"250\""));       /* nothing is drawn for none */
	assert_non_null(strstr(p, "紛失 &lt;&amp;&gt;"));
	assert_non_null(strstr(p, "<td class=\"num\">4</td>"));
	assert_int_equal(count(p, "style="), 0);
}

static void no_bars_of_nothing(void **state)
{
	static const struct str label[] = { SLIT("漏えい") }, part[] = { SLIT("件数") };
	static const int64_t value[] = { 0 };
	struct bars b = { .title = S("種類別"), .what = S("種類"), .part = part, .nparts = 1, .label = label, .n = 1, .value = value };

	(void)state;
	const char *p = written(draw_bars, &b);
	assert_int_equal(count(p, "<rect"), 0);
	assert_non_null(strstr(p, "<td class=\"num\">0</td>"));
	assert_int_equal(count(p, "legend"), 0);
}

static void draw_timeline(struct html *h, void *arg)
{
	h_timeline(h, &a, arg);
}

static void days_stand_in_order(void **state)
{
	static const struct str lane[] = { SLIT("事実"), SLIT("報告") };
	struct timeline_event e[] = {
		{ date_make(2026, 3, 31), 1, LOOK_DUE, S("確報の期限"), { S("") } },
		{ date_make(2026, 3, 1), 0, LOOK_DONE, S("発生"), { S("") } },
		{ date_make(2026, 3, 6), 1, LOOK_LATE, S("速報の目安"), { S("/r/filing/7") } },
	};
	struct timeline t = { .title = S("経過"), .lane = lane, .nlanes = 2, .event = e, .n = 3, .today = date_make(2026, 3, 16),
		.done = MSG_REC_YES, .due = MSG_REC_NO, .late = MSG_REC_UNKNOWN, .now = MSG_WEB_TODAY };

	(void)state;
	const char *p = written(draw_timeline, &t);
	assert_non_null(strstr(p, "class=\"dot\" cx=\"140\""));                /* the first day at the left, the last at the right */
	assert_non_null(strstr(p, "class=\"dot due\" cx=\"856\""));
	assert_non_null(strstr(p, "class=\"today\" x1=\"498\""));              /* half-way */
	const char *list = strstr(p, "timeline-list");
	assert_non_null(list);
	assert_true(strstr(list, "発生") < strstr(list, "速報の目安") && strstr(list, "速報の目安") < strstr(list, "確報の期限"));
	assert_non_null(strstr(list, "href=\"/r/filing/7\""));
	assert_true(count(p, "text-anchor=\"middle\"") <= 9);
	t.n = 0;
	assert_string_equal(written(draw_timeline, &t), "");
	t.n = 1;
	assert_non_null(strstr(written(draw_timeline, &t), "<circle"));        /* one day alone has a place too */
}

static void draw_progress(struct html *h, void *arg)
{
	const int64_t *n = arg;

	h_progress(h, &a, n[0], n[1]);
}

static void progress_stays_within(void **state)
{
	int64_t half[] = { 5, 10 }, none[] = { 0, 0 }, over[] = { 12, 10 };

	(void)state;
	assert_non_null(strstr(written(draw_progress, half), "class=\"p0\" x=\"0\" y=\"0\" width=\"500\""));
	assert_int_equal(count(written(draw_progress, none), "p0"), 0);
	assert_non_null(strstr(written(draw_progress, over), "class=\"p0\" x=\"0\" y=\"0\" width=\"1000\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bars_share_one_scale),
		cmocka_unit_test(no_bars_of_nothing),
		cmocka_unit_test(days_stand_in_order),
		cmocka_unit_test(progress_stays_within),
	};

	a = arena_make(0);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(&a);
	return failed;
}
