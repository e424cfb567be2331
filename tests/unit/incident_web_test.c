/* incident_web_test.c - what employees and managers see of an incident: the report in a minute, the case page, statistics. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "record/settings.h"
#include "sys/sys.h"
#include "tests/unit/visit.h"

static struct people *people;
static struct site *site;

static int begin(void **state)
{
	(void)state;
	sys_set_now(instant_of_tokyo(date_make(2026, 3, 2), 10, 0, 0));
	people = people_make();
	return site_make(people->store, &site) == ST_OK ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	site_free(site);
	people_free(people);
	sys_set_now(SYS_RUNNING);
	return 0;
}

static struct visitor visitor(const char *login)
{
	struct visitor v = { .p = people, .site = site };

	if (login)
		visit_login(&v, login);
	return v;
}

static bool shows(const struct visitor *v, const char *text)
{
	return v->page && strstr(v->page, text);
}

static enum status work_allow(struct request *rq, void *arg)
{
	const char *text = arg;

	return setting_put(rq, SETTING_anonymous_reports, str_z(text));
}

static void allow_anonymous(const char *text)
{
	char copy[2] = { text[0], 0 };

	assert_int_equal(request_run(&people->rq, DB_WRITE, work_allow, copy), ST_OK);
}

/* REQ: INC-40 - one sentence is enough; it stands in the manager's queue with the next page. */
static void anybody_reports_in_a_sentence(void **state)
{
	struct visitor staff = visitor("staff"), manager = visitor("manager");

	(void)state;
	assert_int_equal(visit_get(&staff, "/"), 200);
	assert_true(shows(&staff, "/r/incident/page/report"));
	assert_int_equal(visit_get(&staff, "/r/incident/page/report"), 200);
	assert_true(shows(&staff, "value=\"2026-03-02\""));                  /* noticed today, unless said otherwise */
	assert_int_equal(visit_post(&staff, "/r/incident/page/report", "summary=+&at_once=deleted"), 422);
	assert_true(shows(&staff, "href=\"#f-summary\"") && shows(&staff, "deleted"));
	assert_int_equal(visit_post(&staff, "/r/incident/page/report",
		"summary=Sent+Mr+Kaede%27s+invoice+to+another&_kind=misdelivery&_item=%E6%B0%8F%E5%90%8D&known=2026-03-01&_time=18%3A30&at_once=Called+them"), 303);
	assert_string_equal(staff.location, "/r/incident/page/reported?sent=1");
	assert_int_equal(visit_get(&staff, staff.location), 200);
	assert_true(shows(&staff, "INC2025-0001") && shows(&staff, "個人 守"));
	assert_int_equal(visit_get(&manager, "/"), 200);
	assert_true(shows(&manager, "間違えて送った"));
	assert_false(shows(&manager, "Kaede"));                               /* what was written is sealed, not a title */
	assert_int_equal(visit_get(&manager, "/r/incident"), 200);
	assert_true(shows(&manager, "2026-03-01"));
	visit_end(&staff);
	visit_end(&manager);
}

static void a_near_miss_says_so(void **state)
{
	struct visitor staff = visitor("staff");

	(void)state;
	assert_int_equal(visit_get(&staff, "/r/incident/page/report"), 200);
	assert_int_equal(visit_post(&staff, "/r/incident/page/report", "summary=Nearly+sent+it&_near=yes"), 303);
	assert_int_equal(visit_get(&staff, "/r/incident/page/reported"), 200);
	assert_true(shows(&staff, "【ヒヤリハット】事故・ヒヤリハットの報告"));
	visit_end(&staff);
}

/* REQ: INC-40 - an anonymous report, only where the setting allows it, and then it names nobody. */
static void anonymous_where_allowed(void **state)
{
	struct visitor nobody = visitor(NULL), staff = visitor("staff"), manager = visitor("manager");

	(void)state;
	assert_int_equal(visit_get(&nobody, "/open/incident/report"), 404);
	assert_int_equal(visit_get(&staff, "/r/incident/page/report"), 200);
	assert_false(shows(&staff, "_anonymous"));
	allow_anonymous("1");
	assert_int_equal(visit_get(&nobody, "/"), 200);
	assert_true(shows(&nobody, "/open/incident/report"));
	assert_int_equal(visit_get(&nobody, "/open/incident/report"), 200);
	assert_int_equal(visit_post(&nobody, "/open/incident/report", "summary=Seen+on+the+desk&council=x&_kind=exposed"), 303);
	assert_int_equal(visit_get(&nobody, nobody.location), 200);
	assert_false(shows(&nobody, "INC"));                                  /* nobody may follow it */
	assert_int_equal(visit_get(&staff, "/r/incident/page/report"), 200);
	assert_int_equal(visit_post(&staff, "/r/incident/page/report", "summary=I+saw+it&_kind=misuse&_anonymous=yes"), 303);
	assert_int_equal(visit_get(&staff, "/r/incident/page/reported"), 200);
	assert_false(shows(&staff, "無断の持ち出し"));
	assert_int_equal(visit_get(&manager, "/"), 200);
	assert_true(shows(&manager, "無断の持ち出し") && shows(&manager, "見える状態だった"));
	allow_anonymous("0");
	assert_int_equal(visit_get(&nobody, "/open/incident/report"), 404);
	assert_int_equal(visit_post(&nobody, "/open/incident/report", "summary=x"), 404);
	visit_end(&nobody);
	visit_end(&staff);
	visit_end(&manager);
}

/* INC-40 - near misses are kept for statistics; who may read the whole counts the whole, others nothing. */
static void statistics_count_by_the_index(void **state)
{
	struct visitor manager = visitor("manager"), staff = visitor("staff");

	(void)state;
	people_record(people, "incident", NULL, "title", "誤送信", "summary", "a", "known", "2024-05-01", "kinds", "leak loss", "medium", "paper", NULL);
	people_record(people, "incident", NULL, "title", "紛失", "summary", "b", "known", "2024-06-01", "kinds", "loss", "medium", "media", NULL);
	assert_int_equal(visit_get(&staff, "/r/incident/page/statistics"), 404);
	assert_int_equal(visit_get(&manager, "/r/incident/page/statistics?year=2024"), 200);
	assert_true(shows(&manager, "2件を集計しています"));
	assert_true(shows(&manager, "紛失</th><td class=\"chart-cell\">"));
	assert_true(shows(&manager, "<td class=\"num\">2</td>"));                /* loss: once alone, once with leak */
	assert_int_equal(visit_get(&manager, "/r/incident/page/statistics?year=2024&kinds=leak"), 200);
	assert_true(shows(&manager, "1件を集計しています"));
	assert_int_equal(visit_get(&manager, "/r/incident/page/statistics?medium=media&kinds=leak"), 200);
	assert_true(shows(&manager, "0件を集計しています"));
	assert_int_equal(visit_get(&manager, "/r/incident/file/statistics.xlsx?year=2024"), 200);
	assert_memory_equal(manager.page, "PK", 2);
	assert_int_equal(visit_get(&staff, "/r/incident/file/statistics.xlsx"), 404);
	visit_end(&manager);
	visit_end(&staff);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(anybody_reports_in_a_sentence),
		cmocka_unit_test(a_near_miss_says_so),
		cmocka_unit_test(anonymous_where_allowed),
		cmocka_unit_test(statistics_count_by_the_index),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
