/* sweep_test.c - hundreds of rows worked through on one page, and fields given to many records at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "record/list.h"
#include "sys/sys.h"
#include "tests/unit/visit.h"
#include <stdio.h>
#include <stdlib.h>

enum { ROWS = 500 };

struct counted { const char *type, *field; struct str text; int n; };

static enum status count_row(struct request *rq, struct record *r, void *arg)
{
	struct counted *c = arg;
	struct buf b = buf_make(4096);
	int place = type_place(r->type, str_z(c->field));

	(void)rq;
	value_print_plain(&b, &r->type->fields[place], &r->v[place]);
	if (r->type->fields[place].kind == FK_DEPARTMENT) {
		b.n = 0;
		buf_int(&b, r->v[place].num);
	}
	c->n += str_eq(buf_str(&b), c->text);
	buf_free(&b);
	return ST_OK;
}

static enum status count_all(struct request *rq, void *arg)
{
	struct counted *c = arg;
	struct list_query q = { .type = store_type(conn_store(rq->conn), str_z(c->type)), .sort = LIST_SORT_CHANGED, .step = S("*") };

	c->n = 0;
	return record_each(rq, &q, count_row, c);
}

static int count(struct people *p, const char *type, const char *field, const char *text)
{
	struct counted c = { type, field, str_z(text), 0 };

	assert_int_equal(request_run(&p->rq, DB_READ, count_all, &c), ST_OK);
	return c.n;
}

/* REQ: LED-03 - 500 rows in one page and one press; a row's own button does that row alone; whoever may not move them moves none. */
static void five_hundred_rows(void **state)
{
	struct people *p = people_make();
	struct site *site;
	static char form[ROWS * 20 + 200];
	char name[40], today[40];
	int64_t first = 0;
	size_t n = 0;

	(void)state;
	assert_int_equal(site_make(p->store, &site), ST_OK);
	struct visitor v = { .p = p, .site = site };
	n += (size_t)snprintf(form + n, sizeof form - n, "_move=check&comment=ok");
	for (int i = 0; i < ROWS; i++) {
		snprintf(name, sizeof name, "規範%03d", i);
		int64_t id = people_record(p, "norm", NULL, "name", name, "kind", "law", "issuer", "国", NULL);
		first = first ? first : id;
		n += (size_t)snprintf(form + n, sizeof form - n, "&pick=%lld", (long long)id);
	}
	visit_login(&v, "manager");
	assert_int_equal(visit_get(&v, "/r/norm/sweep/check?since=2020-01-01"), 200);
	assert_non_null(strstr(v.page, "残り 500 件 / 全 500 件"));
	char one[80];
	snprintf(one, sizeof one, "_move=check&_one=%lld&pick=%lld", (long long)first, (long long)(first + 1));
	assert_int_equal(visit_post(&v, "/r/norm/sweep/check?since=2020-01-01", one), 303);
	assert_int_equal(visit_get(&v, "/r/norm/sweep/check?since=2020-01-01"), 200);
	assert_non_null(strstr(v.page, "残り 499 件 / 全 500 件"));
	assert_int_equal(visit_post(&v, "/r/norm/sweep/check?since=2020-01-01", form), 303);
	assert_int_equal(visit_get(&v, "/r/norm/sweep/check?since=2020-01-01"), 200);
	assert_non_null(strstr(v.page, "すべての行が済みました。"));
	struct date d = instant_date_tokyo(sys_now());
	struct civil c = date_civil(d);
	snprintf(today, sizeof today, "%04d-%02d-%02d", c.year, c.month, c.day);
	assert_int_equal(count(p, "norm", "checked_on", today), ROWS);
	visit_end(&v);

	struct visitor s = { .p = p, .site = site };
	visit_login(&s, "staff");
	assert_int_equal(visit_get(&s, "/r/norm/sweep/check?since=2099-01-01"), 200);
	assert_int_equal(visit_post(&s, "/r/norm/sweep/check?since=2099-01-01", one), 200);
	assert_non_null(strstr(s.page, "0件を処理しました"));
	assert_int_equal(visit_get(&s, "/r/norm/sweep/repeal"), 404);              /* no move for many */
	visit_end(&s);
	site_free(site);
	people_free(p);
}

/* 担当・部門の一括変更: only who may assign, only fields that may be assigned, a value is demanded. */
static void giving_to_many(void **state)
{
	struct people *p = people_make();
	struct site *site;
	char form[300], to[30], from[30];
	int64_t a, b;

	(void)state;
	assert_int_equal(site_make(p->store, &site), ST_OK);
	snprintf(from, sizeof from, "#%lld", (long long)p->sales);
	snprintf(to, sizeof to, "%lld", (long long)p->system);
	a = people_record(p, "process", NULL, "name", "受注", "department", from, NULL);
	b = people_record(p, "process", NULL, "name", "発注", "department", from, NULL);
	struct visitor v = { .p = p, .site = site };
	visit_login(&v, "manager");
	assert_int_equal(visit_get(&v, "/r/process"), 200);
	assert_non_null(strstr(v.page, "「部門」を変更する"));
	snprintf(form, sizeof form, "_assign=department&a.department=&pick=%lld", (long long)a);
	assert_int_equal(visit_post(&v, "/r/process/bulk", form), 200);            /* nothing chosen */
	assert_non_null(strstr(v.page, "入力してください。"));
	snprintf(form, sizeof form, "_assign=name&a.name=x&pick=%lld", (long long)a);
	assert_int_equal(visit_post(&v, "/r/process/bulk", form), 403);
	snprintf(form, sizeof form, "_assign=department&a.department=%s&pick=%lld&pick=%lld", to, (long long)a, (long long)b);
	assert_int_equal(visit_post(&v, "/r/process/bulk", form), 303);
	assert_int_equal(count(p, "process", "department", to), 2);
	visit_end(&v);

	struct visitor h = { .p = p, .site = site };
	visit_login(&h, "head");
	assert_int_equal(visit_get(&h, "/r/process"), 200);
	assert_null(strstr(h.page, "「部門」を変更する"));
	snprintf(form, sizeof form, "_assign=department&a.department=%lld&pick=%lld", (long long)p->sales, (long long)a);
	assert_int_equal(visit_post(&h, "/r/process/bulk", form), 200);
	assert_int_equal(count(p, "process", "department", to), 2);
	visit_end(&h);
	site_free(site);
	people_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(five_hundred_rows), cmocka_unit_test(giving_to_many) };

	return cmocka_run_group_tests_name("sweep", tests, NULL, NULL);
}
