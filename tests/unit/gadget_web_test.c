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

struct office { struct world w; struct people p; struct site *site; };

static struct visitor open_office(struct office *o, const char *where)
{
	*o = (struct office){ 0 };
	IGNORE(password_setup(8 << 10, 1, 2));
	world_open(&o->w, where);
	o->p.conn = o->w.conn;
	o->p.store = o->w.store;
	assert_int_equal(site_make(o->w.store, &o->site), ST_OK);
	return (struct visitor){ .p = &o->p, .site = o->site };
}

static void close_office(struct office *o)
{
	site_free(o->site);
	world_close(&o->w);
}

static void on_every_page(const char *where)
{
	struct office o;
	struct visitor v = open_office(&o, where), mika = v, manager = v, top = v;
	char path[200], form[400];

	enter(&o.w, &v, "system", o.w.system);
	enter(&o.w, &mika, "mika", o.w.mika);
	both_roles(&o.w);
	enter(&o.w, &top, "top", o.w.boss);
	enter(&o.w, &manager, "manager", o.w.manager);

	/* a form, a refusal at the field, a record and its page */
	assert_int_equal(visit_get(&v, "/r/gadget/new"), 200);
	assert_non_null(strstr(v.page, "所有者の秘密"));
	snprintf(form, sizeof form, "_version=0&name=hammer&holders=3&size=abc&department=%lld", (long long)o.w.sales);
	assert_int_equal(visit_post(&v, "/r/gadget/new", form), 422);
	assert_non_null(strstr(v.page, "hammer"));
	snprintf(form, sizeof form, "_version=0&name=hammer&holders=3&size=12&year=2026&secret=hidden7731&department=%lld", (long long)o.w.sales);
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
	snprintf(form, sizeof form, "/r/gadget?department=%lld", (long long)o.w.support);
	assert_int_equal(visit_get(&v, form), 200);
	assert_null(strstr(v.page, "hammer"));
	snprintf(form, sizeof form, "/r/gadget?department=%lld", (long long)o.w.office);
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
	close_office(&o);
}
BOTH(on_every_page)

static int64_t found(struct world *w, const char *name, struct record **ret)
{
	struct list_query q = { .type = store_type(w->store, S("gadget")), .words = str_z(name), .sort = LIST_SORT_CHANGED, .limit = 10 };
	struct list_page page;

	act_as(w, 0);
	assert_int_equal(db_begin(w->rq.db, DB_READ), ST_OK);
	assert_int_equal(record_list(&w->rq, &q, &page), ST_OK);
	assert_int_equal(db_commit(w->rq.db), ST_OK);
	assert_int_equal(page.n, 1);
	return load(w, page.rows[0]->id, ret) == ST_OK ? page.rows[0]->id : 0;
}

/* A list comes by upload: compared first, then applied; brought again it changes nothing; who may not, may not. */
static void by_upload(const char *where)
{
	static const char csv[] = "名称,人数,部門,秘密\r\nかなづち,約300名,営業部,ないしょ8841\r\nのこぎり,12,サポート部,\r\n";
	struct office o;
	struct visitor v = open_office(&o, where), mika = v;
	char form[1000];
	struct record *r;

	enter(&o.w, &v, "system", o.w.system);
	enter(&o.w, &mika, "mika", o.w.mika);
	for (int round = 0; round < 2; round++) {
		assert_int_equal(visit_get(&v, "/r/gadget/import"), 200);
		assert_int_equal(visit_upload(&v, "/r/gadget/import", "", "file", "list.csv", str_z(csv)), 200);
		snprintf(form, sizeof form, "_file=%s", visit_between(&v, "name=\"_file\" value=\"", "\""));
		snprintf(form + strlen(form), sizeof form - strlen(form), "&_file_token=%s&_do=apply",
			visit_between(&v, "name=\"_file_token\" value=\"", "\""));
		assert_int_equal(visit_upload(&mika, "/r/gadget/import", form, NULL, NULL, S("")), 403);
		assert_int_equal(visit_upload(&v, "/r/gadget/import", form, NULL, NULL, S("")), 303);
		assert_true(found(&o.w, "かなづち", &r) > 0);
		assert_int_equal(r->version, 1);
		assert_int_equal(r->department, o.w.sales);
		assert_int_equal(r->v[gadget_f_holders].num, 300);
		assert_true(str_eq(r->v[gadget_f_secret].text, S("ないしょ8841")));
		assert_true(found(&o.w, "のこぎり", &r) > 0);
		assert_int_equal(r->version, 1);
	}
	/* a file that is none is refused with a page, and applies nothing */
	assert_int_equal(visit_upload(&v, "/r/gadget/import", "", "file", "list.csv", S("名称\n\"offen")), 422);
	visit_end(&v);
	visit_end(&mika);
	close_office(&o);
}
BOTH(by_upload)

static int64_t made(struct world *w, const char *name)
{
	struct record *r = blank(w, "gadget");

	act_as(w, w->system);
	r->creator = w->system;
	r->v[gadget_f_name] = value_of_text(str_z(name));
	r->v[gadget_f_holders] = value_of_count(3, COUNT_EXACT);
	r->v[gadget_f_department] = value_of_link(w->sales);
	assert_int_equal(save(w, r), ST_OK);
	return r->id;
}

/* Many at once: a department for two, then a move for three of which one cannot make it any more. */
static void many_together(const char *where)
{
	struct office o;
	struct visitor v = open_office(&o, where), ken = v;
	char form[300];
	struct record *r;

	int64_t a = made(&o.w, "一"), b = made(&o.w, "二"), c = made(&o.w, "三");
	enter(&o.w, &v, "system", o.w.system);
	enter(&o.w, &ken, "ken", o.w.ken);
	assert_int_equal(visit_get(&v, "/r/gadget"), 200);
	assert_non_null(strstr(v.page, "name=\"a.department\""));
	snprintf(form, sizeof form, "_assign=department&a.department=%lld&pick=%lld&pick=%lld", (long long)o.w.support, (long long)a, (long long)b);
	assert_int_equal(visit_get(&ken, "/r/gadget"), 200);
	assert_null(strstr(ken.page, "name=\"a.department\""));              /* he may not assign */
	assert_int_equal(visit_post(&ken, "/r/gadget/bulk", form), 200);
	assert_non_null(strstr(ken.page, "権限"));
	assert_int_equal(visit_post(&v, "/r/gadget/bulk", form), 303);
	act_as(&o.w, 0);
	assert_int_equal(load(&o.w, a, &r), ST_OK);
	assert_int_equal(r->department, o.w.support);
	assert_int_equal(load(&o.w, b, &r), ST_OK);
	assert_int_equal(r->department, o.w.support);
	assert_int_equal(load(&o.w, c, &r), ST_OK);
	assert_int_equal(r->department, o.w.sales);
	/* the same move for three */
	snprintf(form, sizeof form, "_move=submit&pick=%lld", (long long)c);
	assert_int_equal(visit_post(&v, "/r/gadget/bulk", form), 303);
	snprintf(form, sizeof form, "_move=submit&pick=%lld&pick=%lld&pick=%lld", (long long)a, (long long)b, (long long)c);
	assert_int_equal(visit_post(&v, "/r/gadget/bulk", form), 200);          /* tells which one did not */
	assert_non_null(strstr(v.page, "三"));
	act_as(&o.w, 0);
	const int64_t all[] = { a, b, c };
	for (ptrdiff_t i = 0; i < COUNT(all); i++) {
		assert_int_equal(load(&o.w, all[i], &r), ST_OK);
		assert_true(str_eq(r->step, S("review")));
	}
	visit_end(&v);
	visit_end(&ken);
	close_office(&o);
}
BOTH(many_together)

/* A decision on paper: entered by whoever may edit, with signer, day and scan; afterwards the page tells all of it, and the scan opens. */
static void decided_on_paper(const char *where)
{
	struct office o;
	struct visitor v = open_office(&o, where), mika = v;
	char path[100], form[300], file[300];

	int64_t id = made(&o.w, "棚");
	enter(&o.w, &v, "system", o.w.system);
	enter(&o.w, &mika, "mika", o.w.mika);
	snprintf(path, sizeof path, "/r/gadget/%lld", (long long)id);
	snprintf(form, sizeof form, "_move=submit&pick=%lld", (long long)id);
	assert_int_equal(visit_get(&v, "/r/gadget"), 200);
	assert_int_equal(visit_post(&v, "/r/gadget/bulk", form), 303);
	assert_int_equal(visit_get(&v, path), 200);
	assert_non_null(strstr(v.page, "name=\"paper_file\""));
	snprintf(form, sizeof form, "%s/move", path);
	static const char paper[] = "_version=2&_paper=approve&paper_signer=%E4%BD%90%E3%80%85%E6%9C%A8&paper_on=2020-05-01";
	assert_int_equal(visit_upload(&v, form, paper, NULL, NULL, S("")), 422);
	assert_non_null(strstr(v.page, "id=\"e-paper_file\""));              /* said at the input, and what was typed is there */
	assert_non_null(strstr(v.page, "value=\"佐々木\""));
	assert_int_equal(visit_upload(&v, form, "_version=2&_paper=approve&paper_on=2020-05-01", "paper_file", "scan.pdf", S("%PDF-1.4")), 422);
	assert_non_null(strstr(v.page, "id=\"e-paper_signer\""));
	assert_int_equal(visit_upload(&v, form, "_version=2&_paper=approve&paper_signer=a&paper_on=2999-01-01", "paper_file", "scan.pdf",
		S("%PDF-1.4")), 422);
	assert_non_null(strstr(v.page, "id=\"e-paper_on\""));
	assert_int_equal(visit_upload(&v, form, paper, "paper_file", "scan.pdf", S("%PDF-1.4 signed")), 303);
	assert_int_equal(visit_get(&v, path), 200);
	assert_non_null(strstr(v.page, "佐々木"));
	assert_non_null(strstr(v.page, "入力: 情シス"));
	assert_non_null(strstr(v.page, "2020-05-01"));
	snprintf(file, sizeof file, "%s/file/paper-%s", path, visit_between(&v, "/file/paper-", "\""));
	assert_int_equal(visit_get(&v, file), 200);
	assert_string_equal(v.page, "%PDF-1.4 signed");
	assert_int_equal(visit_get(&mika, file), 404);                         /* not hers to read */
	snprintf(file, sizeof file, "%s/file/paper-1", path);
	assert_int_equal(visit_get(&v, file), 404);                            /* no other file by its number */
	visit_end(&v);
	visit_end(&mika);
	close_office(&o);
}
BOTH(decided_on_paper)

static int64_t pin_of(struct world *w, int64_t id)
{
	struct record *r;

	act_as(w, 0);
	assert_int_equal(load(w, id, &r), ST_OK);
	return r->v[gadget_f_parent].num2;
}

/* A link that pins means the version of its day: the page names it, leads to it and says that there is a newer one; saving leaves it
 * alone, a box of the form renews it, another choice takes the newest; a list that comes back changes nothing. */
static void pinned(const char *where)
{
	struct office o;
	struct visitor v = open_office(&o, where);
	char page[64], edit[80], form[400], old[80], upload[1000];

	int64_t parent = made(&o.w, "本体"), child = made(&o.w, "付属品");
	enter(&o.w, &v, "system", o.w.system);
	snprintf(page, sizeof page, "/r/gadget/%lld", (long long)child);
	snprintf(edit, sizeof edit, "%s/edit", page);
	snprintf(old, sizeof old, "href=\"/r/gadget/%lld/v/1\">第1版</a>", (long long)parent);
	assert_int_equal(visit_get(&v, edit), 200);
	snprintf(form, sizeof form, "_version=1&name=%%E4%%BB%%98%%E5%%B1%%9E%%E5%%93%%81&holders=3&department=%lld&parent=%lld", (long long)o.w.sales, (long long)parent);
	assert_int_equal(visit_post(&v, edit, form), 303);
	assert_int_equal(pin_of(&o.w, child), 1);
	assert_int_equal(visit_get(&v, page), 200);
	assert_non_null(strstr(v.page, old));
	assert_null(strstr(v.page, "に更新されています"));
	/* what is pinned changes */
	struct record *r;
	act_as(&o.w, 0);
	assert_int_equal(load(&o.w, parent, &r), ST_OK);
	r->v[gadget_f_about] = value_of_text(S("改めた"));
	assert_int_equal(write_free(&o.w, r), ST_OK);
	assert_int_equal(visit_get(&v, page), 200);
	assert_non_null(strstr(v.page, old));
	assert_non_null(strstr(v.page, "その後、第2版に更新されています"));
	assert_int_equal(visit_get(&v, edit), 200);
	assert_non_null(strstr(v.page, old));
	assert_non_null(strstr(v.page, "name=\"parent.newest\""));
	form[9] = '2';
	assert_int_equal(visit_post(&v, edit, form), 303);
	assert_int_equal(pin_of(&o.w, child), 1);
	/* out and in again: the same record, the same version */
	assert_int_equal(visit_get(&v, "/r/gadget/export/csv"), 200);
	struct str bytes = str_dup(&o.w.a, str_z(v.page));
	assert_int_equal(visit_get(&v, "/r/gadget/import"), 200);
	assert_int_equal(visit_upload(&v, "/r/gadget/import", "", "file", "list.csv", bytes), 200);
	snprintf(upload, sizeof upload, "_file=%s", visit_between(&v, "name=\"_file\" value=\"", "\""));
	snprintf(upload + strlen(upload), sizeof upload - strlen(upload), "&_file_token=%s&_do=apply", visit_between(&v, "name=\"_file_token\" value=\"", "\""));
	assert_int_equal(visit_upload(&v, "/r/gadget/import", upload, NULL, NULL, S("")), 303);
	act_as(&o.w, 0);
	assert_int_equal(load(&o.w, child, &r), ST_OK);
	assert_int_equal(r->version, 3);
	assert_int_equal(r->v[gadget_f_parent].num2, 1);
	struct record *copy = record_copy(&o.w.rq, r, 0);
	assert_true(copy->v[gadget_f_parent].num == parent && copy->v[gadget_f_parent].num2 == 0);
	/* the box; and a mistake elsewhere does not lose it */
	assert_int_equal(visit_get(&v, edit), 200);
	snprintf(form + strlen(form), sizeof form - strlen(form), "&parent.newest=1");
	form[9] = '3';
	snprintf(upload, sizeof upload, "%s&size=abc", form);
	assert_int_equal(visit_post(&v, edit, upload), 422);
	assert_non_null(strstr(v.page, "name=\"parent.newest\" checked"));
	assert_int_equal(visit_post(&v, edit, form), 303);
	assert_int_equal(pin_of(&o.w, child), 2);
	assert_int_equal(visit_get(&v, page), 200);
	assert_null(strstr(v.page, "に更新されています"));
	visit_end(&v);
	close_office(&o);
}
BOTH(pinned)

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH_TESTS(on_every_page), BOTH_TESTS(by_upload), BOTH_TESTS(many_together),
		BOTH_TESTS(decided_on_paper), BOTH_TESTS(pinned) };

	return cmocka_run_group_tests_name("gadget on pages", tests, NULL, NULL);
}
