/* gadget_web_test.c - the type nobody foresaw, on pages: list, form, record, sweep, many at once, import, own columns, routes, files. */
#include "tests/unit/visit.h"
#include "tests/unit/world.h"
#include "crypto/password.h"

static void enter(struct world *w, struct visitor *v, const char *login, int64_t staff)
{
	act_as(w, 0);
	people_account(&w->rq, login, staff, staff);
	visit_login(v, login);
}

/* Whoever shapes a type must also be able to read it: top management here looks after systems as well. */
static void both_roles(struct world *w)
{
	struct record *a = blank(w, "appointment");

	a->v[appointment_f_role] = value_of_text(S("system_manager"));
	a->v[appointment_f_staff] = value_of_link(w->boss);
	a->v[appointment_f_valid_from] = value_of_date(date_make(2020, 1, 1));
	assert_int_equal(save(w, a), ST_OK);
	assert_int_equal(move(w, a, "console", S("")), ST_OK);
}

static void on_every_page(const char *where)
{
	struct world w;
	struct people p = { 0 };
	struct site *site;
	char path[200], form[400];

	IGNORE(password_setup(8 << 10, 1, 2));
	world_open(&w, where);
	p.conn = w.conn;
	p.store = w.store;
	assert_int_equal(site_make(w.store, &site), ST_OK);
	struct visitor v = { .p = &p, .site = site }, mika = v, manager = v, top = v;
	enter(&w, &v, "system", w.system);
	enter(&w, &mika, "mika", w.mika);
	both_roles(&w);
	enter(&w, &top, "top", w.boss);
	enter(&w, &manager, "manager", w.manager);

	/* a form, a refusal at the field, a record and its page */
	assert_int_equal(visit_get(&v, "/r/gadget/new"), 200);
	assert_non_null(strstr(v.page, "所有者の秘密"));
	snprintf(form, sizeof form, "_version=0&name=hammer&holders=3&size=abc&department=%lld", (long long)w.sales);
	assert_int_equal(visit_post(&v, "/r/gadget/new", form), 422);
	assert_non_null(strstr(v.page, "hammer"));
	snprintf(form, sizeof form, "_version=0&name=hammer&holders=3&size=12&year=2026&secret=hidden7731&department=%lld", (long long)w.sales);
	assert_int_equal(visit_post(&v, "/r/gadget/new", form), 303);
	snprintf(path, sizeof path, "%.100s", v.location);
	*strchrnul(path, '?') = 0;
	assert_int_equal(visit_get(&v, path), 200);
	assert_non_null(strstr(v.page, "hidden7731"));
	/* found, listed, and nobody's who may not */
	assert_int_equal(visit_get(&v, "/r/gadget?q=hammer"), 200);
	assert_non_null(strstr(v.page, "hammer"));
	assert_int_equal(visit_get(&mika, path), 404);
	assert_int_equal(visit_get(&mika, "/r/gadget"), 200);
	assert_null(strstr(mika.page, "hammer"));
	assert_int_equal(visit_get(&mika, "/r/gadget/import"), 403);
	assert_int_equal(visit_get(&mika, "/r/gadget/export/csv"), 403);
	assert_int_equal(visit_get(&manager, path), 404);
	/* out, in every format */
	static const char *const formats[] = { "csv", "xlsx", "json", "pdf" };
	for (ptrdiff_t i = 0; i < COUNT(formats); i++) {
		char to[64];
		snprintf(to, sizeof to, "/r/gadget/export/%s", formats[i]);
		assert_int_equal(visit_get(&v, to), 200);
		assert_true(strlen(v.page) > 3);
	}
	/* the page of imports, the sweep, and many at once */
	assert_int_equal(visit_get(&v, "/r/gadget/import"), 200);
	assert_non_null(strstr(v.page, "type=\"file\""));
	assert_int_equal(visit_get(&v, "/r/gadget/sweep/submit?since=2020-01-01"), 200);
	assert_non_null(strstr(v.page, "hammer"));
	snprintf(form, sizeof form, "_move=submit&pick=%s", strrchr(path, '/') + 1);
	int status = visit_post(&v, "/r/gadget/bulk", form);
	assert_true(status == 200 || status == 303);
	assert_int_equal(visit_get(&v, path), 200);
	assert_non_null(strstr(v.page, "審査"));
	/* to the next year: in a form that is filled in, and for many at once */
	snprintf(form, sizeof form, "/r/gadget/new?from=%s&years=1", strrchr(path, '/') + 1);
	assert_int_equal(visit_get(&v, form), 200);
	assert_non_null(strstr(v.page, "value=\"2027\""));
	assert_null(strstr(v.page, "value=\"hammer\""));         /* a name that only one may bear */
	assert_null(strstr(v.page, "hidden7731"));
	snprintf(form, sizeof form, "_copy=1&pick=%s", strrchr(path, '/') + 1);
	assert_int_equal(visit_post(&v, "/r/gadget/bulk", form), 303);
	assert_int_equal(visit_get(&v, "/r/gadget?sort=year&dir=desc"), 200);
	assert_non_null(strstr(v.page, ">2027<"));
	assert_int_equal(visit_post(&manager, "/r/gadget/bulk", form), 200);       /* whoever may not read it copies nothing */
	assert_non_null(strstr(manager.page, "0件を処理しました"));
	/* a department's own, and another day: in force or known, of one record and of all */
	snprintf(form, sizeof form, "/r/gadget?department=%lld", (long long)w.support);
	assert_int_equal(visit_get(&v, form), 200);
	assert_null(strstr(v.page, "hammer"));
	snprintf(form, sizeof form, "/r/gadget?department=%lld", (long long)w.office);
	assert_int_equal(visit_get(&v, form), 200);
	assert_non_null(strstr(v.page, "hammer"));
	assert_int_equal(visit_get(&v, "/r/gadget?as_of=2020-01-01"), 200);
	assert_null(strstr(v.page, "hammer"));
	assert_non_null(strstr(v.page, "2020-01-01 の時点で登録されていた内容"));
	assert_int_equal(visit_get(&v, "/r/gadget?as_of=2999-01-01"), 200);
	assert_non_null(strstr(v.page, "?as_of=2999-01-01"));      /* what the list leads to is of the same day */
	assert_non_null(strstr(v.page, "hammer"));
	assert_int_equal(visit_get(&v, "/r/gadget?on=2999-01-01"), 200);
	assert_null(strstr(v.page, "hammer"));                     /* not in force */
	assert_int_equal(visit_get(&v, "/r/gadget?on=tomorrow"), 200);
	assert_non_null(strstr(v.page, "id=\"e-on\""));
	assert_non_null(strstr(v.page, "value=\"tomorrow\""));
	assert_int_equal(visit_get(&v, "/r/gadget/export/csv?as_of=2020-01-01"), 200);
	assert_null(strstr(v.page, "hammer"));
	snprintf(form, sizeof form, "%s?as_of=2999-01-01", path);
	assert_int_equal(visit_get(&v, form), 200);
	assert_non_null(strstr(v.page, "現在の内容との違い"));
	snprintf(form, sizeof form, "%s?on=2020-01-01", path);
	assert_int_equal(visit_get(&v, form), 404);
	assert_non_null(strstr(v.page, "まだ登録されていないか"));
	/* two versions, field by field */
	snprintf(form, sizeof form, "%s/v/2?with=1", path);
	assert_int_equal(visit_get(&v, form), 200);
	assert_non_null(strstr(v.page, "第1版"));
	assert_non_null(strstr(v.page, "下書き"));
	/* approval routes and own columns */
	assert_int_equal(visit_get(&manager, "/settings/approvals"), 200);
	assert_non_null(strstr(manager.page, "道具"));
	assert_int_equal(visit_get(&top, "/settings/columns/gadget"), 200);
	assert_int_equal(visit_post(&top, "/settings/columns/gadget", "_do=add&label_ja=mark&label_en=Mark&kind=text"), 303);
	assert_int_equal(visit_get(&v, "/r/gadget/new"), 200);
	assert_non_null(strstr(v.page, "mark"));
	visit_end(&v);
	visit_end(&mika);
	visit_end(&manager);
	visit_end(&top);
	site_free(site);
	world_close(&w);
}
BOTH(on_every_page)

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH_TESTS(on_every_page) };

	return cmocka_run_group_tests_name("gadget on pages", tests, NULL, NULL);
}
