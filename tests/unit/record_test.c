/* record_test.c - the record engine on a type nobody foresaw, on both databases. */
#include "tests/unit/world.h"
#include "record/audit.h"
#include "record/index.h"
#include "record/store_impl.h"
#include "record/trail.h"

static struct record *gadget(struct world *w, const char *name)
{
	struct record *r = blank(w, "gadget");

	r->v[gadget_f_name] = value_of_text(str_z(name));
	r->v[gadget_f_holders] = value_of_count(300, COUNT_ABOUT);
	r->v[gadget_f_department] = value_of_link(w->sales);
	return r;
}

static enum status compare_titles(struct request *rq, void *arg)
{
	const int64_t *ids = arg;
	enum { N = 40 };
	struct str one[N];

	for (int i = 0; i < N; i++)
		one[i] = record_title_of(rq, ids[i]);
	assert_false(str_eq(one[3], one[4]) && one[3].n);
	rq->titles = NULL;
	record_titles_ahead(rq, ids, N);
	for (int i = 0; i < N; i++)
		assert_true(str_eq(record_title_of(rq, ids[i]), one[i]));
	return ST_OK;
}

/* Titles read together are those read one by one: some twice, some of nothing, some that may not be read. */
static void titles_read_ahead(const char *where)
{
	struct world w;
	int64_t ids[40];

	world_open(&w, where);
	for (int i = 0; i < 40; i++) {
		char *name = str_to_z(&w.a, text_of_int(&w.a, 1000 + i));
		struct record *r = gadget(&w, name);
		r->v[gadget_f_department] = value_of_link(i % 3 ? w.sales : w.support);
		assert_int_equal(save(&w, r), ST_OK);
		ids[i] = i % 7 == 0 ? 0 : i % 7 == 1 ? 999999999 : i % 7 == 2 && i > 7 ? ids[3] : r->id;
	}
	assert_int_equal(request_run(&w.rq, DB_READ, compare_titles, ids), ST_OK);
	act_as(&w, w.mika);
	assert_int_equal(request_run(&w.rq, DB_READ, compare_titles, ids), ST_OK);
	world_close(&w);
}

/* Every kind of field, from the text of a form to the store and back. */
static void every_kind(const char *where)
{
	static const char *const texts[][3] = {
		{ "name", "望遠鏡", NULL }, { "about", "遠くを\nみる", NULL }, { "size", "１，２００", "REFUSED" }, { "size", "120", NULL },
		{ "holders", "約３００名", "約300" }, { "price", "12,000円", "12000" }, { "made_on", "令和8年3月2日", "2026-03-02" },
		{ "seen", "2026-03-02 14:30", NULL }, { "kept", "退職後5年", NULL }, { "colour", "緑", "green" },
		{ "colours", "青、赤", "red blue" }, { "dangerous", "○", "yes" }, { "warning", "さわらない", NULL },
		{ "owner", "山田 花子", NULL }, { "mail", "hanako@example.jp", NULL }, { "secret", "だれにも", NULL },
		{ "owners_secret", "花子だけ", NULL }, { "picture", "a.png", NULL },
	};
	struct world w;
	struct record *r, *back;

	world_open(&w, where);
	r = blank(&w, "gadget");
	for (ptrdiff_t i = 0; i < COUNT(texts); i++) {
		int at = type_place(r->type, str_z(texts[i][0]));
		struct problems ps = { .a = &w.a };
		enum status st = value_parse(&w.a, &r->type->fields[at], str_z(texts[i][1]), S("x"), &ps, &r->v[at]);
		assert_int_equal(st, texts[i][2] && strcmp(texts[i][2], "REFUSED") == 0 ? ST_BAD_INPUT : ST_OK);
	}
	struct row *row = new(&w.a, struct row);
	row->id = 1;
	row->v = new_n(&w.a, struct value, 3);
	row->v[0] = value_of_text(S("ねじ"));
	row->v[1] = value_of_number(12);
	row->v[2] = value_of_date(date_make(2030, 1, 1));
	r->v[gadget_f_parts] = (struct value){ .set = true, .num = 1, .rows = row };
	r->v[gadget_f_department] = value_of_link(w.sales);
	r->v[gadget_f_keeper] = value_of_link(w.mika);
	r->v[gadget_f_parent] = value_of_text(S("まだない道具"));
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(load(&w, r->id, &back), ST_OK);
	for (int i = 0; i < r->type->nfields; i++)
		assert_true(value_eq(&r->type->fields[i], &r->v[i], &back->v[i]));
	assert_true(back->v[gadget_f_owner].num > 0);
	assert_true(str_eq(gadget_owners_secret(back), S("花子だけ")));
	for (ptrdiff_t i = 0; i < COUNT(texts); i++) {
		int at = type_place(r->type, str_z(texts[i][0]));
		struct buf b = buf_make(0);
		value_print_plain(&b, &r->type->fields[at], &back->v[at]);
		if (!texts[i][2] || strcmp(texts[i][2], "REFUSED") != 0)
			assert_true(str_eq(buf_str(&b), str_z(texts[i][2] ? texts[i][2] : texts[i][1])));
		buf_free(&b);
	}
	assert_true(str_starts(back->serial, S("G20")));
	world_close(&w);
}
BOTH(every_kind)
BOTH(titles_read_ahead)

/* Nothing sealed is found in the database file, under any table. */
static const char canary[] = "カナリア7731";

/* What was written beside the record, by those who may read it. */
static enum status notes_come_back(struct request *rq, void *arg)
{
	const struct record *r = arg;
	struct version *v;
	struct approved *a;

	TRY(record_versions(rq, r->id, &v));
	assert_true(v && str_eq(v->comment, str_z(canary)));              /* of the submission: one approval is still to come */
	TRY(record_approvals(rq, r->id, &a));
	assert_true(a && str_eq(a->comment, str_z(canary)) && str_eq(a->signer, str_z(canary)));
	return ST_OK;
}

static void sealed_nowhere(const char *where)
{
	struct world w;
	struct str bytes;

	world_open(&w, where);
	struct record *r = gadget(&w, "箱");
	r->v[gadget_f_owner] = value_of_text(str_z(canary));
	r->v[gadget_f_mail] = value_of_text(str_z(canary));
	r->v[gadget_f_secret] = value_of_text(str_z(canary));
	r->v[gadget_f_owners_secret] = value_of_text(str_z(canary));
	assert_int_equal(save(&w, r), ST_OK);
	r->v[gadget_f_about] = value_of_text(S("見本ABC"));
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "submit", str_z(canary)), ST_OK);
	struct paper paper = { str_z(canary), date_make(2020, 5, 1), 1 };
	struct moving on_paper = { r, "approve", str_z(canary), &paper };
	assert_int_equal(request_run(&w.rq, DB_WRITE, work_move, &on_paper), ST_OK);
	if (db_kind(w.conn->db) == DB_SQLITE) {
		bool open_seen = false;
		for (int wal = 0; wal < 2; wal++) {
			char path[512];
			snprintf(path, sizeof path, "%s%s", where, wal ? "-wal" : "");
			if (sys_read_file(&w.a, str_z(path), 1 << 28, &bytes) != ST_OK)
				continue;
			assert_int_equal(str_find(bytes, str_z(canary)), -1);
			open_seen |= str_find(bytes, S("見本ABC")) >= 0;
		}
		assert_true(open_seen);                 /* the search itself can find */
	}
	struct value ask = value_of_text(S("カナリア７７３１"));
	int64_t found[2];
	assert_int_equal(db_begin(w.rq.db, DB_READ), ST_OK);
	assert_int_equal(index_find(&w.rq, r->type, gadget_f_mail, &ask, found, 2), 1);
	assert_int_equal(found[0], r->id);
	assert_int_equal(db_commit(w.rq.db), ST_OK);
	assert_int_equal(request_run(&w.rq, DB_READ, notes_come_back, r), ST_OK);
	world_close(&w);
}
BOTH(sealed_nowhere)

static void versions_and_days(const char *where)
{
	struct world w;
	struct record *r, *then;
	int differ[64];

	sys_set_now(instant_of_tokyo(date_make(2026, 3, 1), 10, 0, 0));
	world_open(&w, where);
	r = gadget(&w, "机");
	assert_int_equal(save(&w, r), ST_OK);
	sys_set_now(instant_of_tokyo(date_make(2026, 3, 5), 10, 0, 0));
	act_as(&w, 0);
	r->v[gadget_f_size] = value_of_number(5);
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(r->version, 2);
	w.rq.as_of = date_make(2026, 3, 4);
	assert_int_equal(load(&w, r->id, &then), ST_OK);
	assert_int_equal(then->version, 1);
	assert_false(then->v[gadget_f_size].set);
	assert_int_equal(record_difference(then, r, differ), 1);
	assert_int_equal(differ[0], gadget_f_size);
	w.rq.as_of = date_make(2026, 2, 27);
	assert_int_equal(load(&w, r->id, &then), ST_NOT_FOUND);
	w.rq.as_of = DATE_NEVER;
	struct record stale = *r;
	stale.version = 1;
	assert_int_equal(save(&w, &stale), ST_CONFLICT);
	assert_true(has_problem(&w, "", MSG_REC_STALE));
	world_close(&w);
}
BOTH(versions_and_days)

static enum status work_names(struct request *rq, void *arg)
{
	struct list_query q = { .type = store_type(conn_store(rq->conn), S("gadget")), .sort = LIST_SORT_SERIAL };
	struct list_page page;
	struct buf *b = arg;

	TRY(record_list(rq, &q, &page));
	for (int i = 0; i < page.n; i++) {
		buf_add(b, gadget_name(page.rows[i]));
		buf_fmt(b, " %lld;", (long long)page.rows[i]->v[gadget_f_size].num);
	}
	return ST_OK;
}

/* The list of gadgets on two days, as text: name and size of each. */
static void assert_list(struct world *w, struct date as_of, struct date holds_on, const char *expected)
{
	struct buf b = buf_make(4096);

	act_as(w, 0);
	w->rq.as_of = as_of;
	w->rq.holds_on = holds_on;
	assert_int_equal(request_run(&w->rq, DB_READ, work_names, &b), ST_OK);
	buf_char(&b, 0);
	assert_string_equal(b.p, expected);
	buf_free(&b);
	act_as(w, 0);
}

static void approve_gadget(struct world *w, struct record *r)
{
	const int64_t who[] = { w->ken, w->system, w->desk };

	assert_int_equal(move(w, r, "submit", S("")), ST_OK);
	for (ptrdiff_t i = 0; i < COUNT(who); i++) {
		act_as(w, who[i]);
		assert_int_equal(move(w, r, "approve", S("")), ST_OK);
	}
	assert_true(str_eq(r->step, S("active")));
}

/* What was in force on a day, and what was known of it on another: a correction made later, from a day before it was made. */
static void two_axes(const char *where)
{
	const struct date january = date_make(2026, 1, 15), march = date_make(2026, 3, 20), april = date_make(2026, 4, 20), may = date_make(2026, 5, 20);
	struct world w;
	struct record *r, *draft, *then;

	sys_set_now(instant_of_tokyo(date_make(2026, 3, 1), 10, 0, 0));
	world_open(&w, where);
	act_as(&w, w.mika);
	r = gadget(&w, "机");
	r->v[gadget_f_size] = value_of_number(1);
	assert_int_equal(save(&w, r), ST_OK);
	sys_set_now(instant_of_tokyo(date_make(2026, 3, 10), 10, 0, 0));
	act_as(&w, w.mika);
	approve_gadget(&w, r);
	assert_int_equal(r->holds_from.days, date_make(2026, 3, 10).days);
	sys_set_now(instant_of_tokyo(date_make(2026, 5, 10), 10, 0, 0));
	act_as(&w, w.desk);
	draft = gadget(&w, "椅子");                       /* on its way: in force on no day */
	assert_int_equal(save(&w, draft), ST_OK);
	r->v[gadget_f_size] = value_of_number(2);           /* in May it is entered that it has been so since April */
	r->holds_from = date_make(2026, 4, 1);
	assert_int_equal(save(&w, r), ST_OK);
	assert_list(&w, DATE_NEVER, DATE_NEVER, "机 2;椅子 0;");
	assert_list(&w, DATE_NEVER, january, "");           /* nothing was in force in January */
	assert_list(&w, DATE_NEVER, march, "机 1;");
	assert_list(&w, DATE_NEVER, april, "机 2;");        /* as known today */
	assert_list(&w, april, april, "机 1;");             /* as it was known then */
	assert_list(&w, april, DATE_NEVER, "机 1;");
	assert_list(&w, date_make(2026, 3, 5), march, "");  /* not approved yet, as far as was known */
	w.rq.holds_on = april;
	assert_int_equal(load(&w, r->id, &then), ST_OK);
	assert_int_equal(then->v[gadget_f_size].num, 2);
	w.rq.as_of = april;
	assert_int_equal(load(&w, r->id, &then), ST_OK);
	assert_int_equal(then->v[gadget_f_size].num, 1);
	w.rq.holds_on = january;
	assert_int_equal(load(&w, r->id, &then), ST_NOT_FOUND);
	w.rq.holds_on = may;
	assert_int_equal(load(&w, draft->id, &then), ST_NOT_FOUND);
	world_close(&w);
}
BOTH(two_axes)

/* Last year's record begins this year's: its days move on, and what only one record may say is asked for anew. */
static void copied_to_the_next_year(const char *where)
{
	struct world w;
	struct record *r, *c;

	world_open(&w, where);
	act_as(&w, w.desk);
	r = gadget(&w, "年次点検");
	struct row *row = new(&w.a, struct row);
	row->v = new_n(&w.a, struct value, 3);
	row->v[0] = value_of_text(S("ねじ"));
	row->v[2] = value_of_date(date_make(2026, 9, 30));
	r->v[gadget_f_parts] = (struct value){ .set = true, .num = 1, .rows = row };
	r->v[gadget_f_year] = value_of_number(2027);
	r->v[gadget_f_made_on] = value_of_date(date_make(2028, 2, 29));
	r->v[gadget_f_seen] = value_of_number(1);
	r->v[gadget_f_about] = value_of_text(S("毎年の点検"));
	r->v[gadget_f_owner] = value_of_text(S("山田 花子"));
	r->v[gadget_f_secret] = value_of_text(S("だれにも"));
	assert_int_equal(save(&w, r), ST_OK);
	c = record_copy(&w.rq, r, 1);
	assert_int_equal(c->id, 0);
	assert_int_equal(c->v[gadget_f_year].num, 2028);
	assert_int_equal(value_day(&c->v[gadget_f_made_on]).days, date_make(2029, 2, 28).days);
	assert_int_equal(value_day(&c->v[gadget_f_parts].rows->v[2]).days, date_make(2027, 9, 30).days);
	assert_true(str_eq(gadget_about(c), S("毎年の点検")));
	static const int anew[] = { gadget_f_serial, gadget_f_name, gadget_f_seen, gadget_f_owner, gadget_f_secret };
	for (ptrdiff_t i = 0; i < COUNT(anew); i++)
		assert_false(c->v[anew[i]].set);
	assert_int_equal(save(&w, c), ST_OK);
	assert_true(c->id != r->id && str_eq(c->step, S("draft")) && !str_eq(c->serial, r->serial));
	c = record_copy(&w.rq, r, 0);                       /* as it is, without moving on */
	assert_int_equal(c->v[gadget_f_year].num, 2027);
	assert_int_equal(value_day(&c->v[gadget_f_made_on]).days, date_make(2028, 2, 29).days);
	r->v[gadget_f_made_on] = value_of_date(date_make(9999, 1, 1));
	assert_false(record_copy(&w.rq, r, 1)->v[gadget_f_made_on].set);
	world_close(&w);
}
BOTH(copied_to_the_next_year)

/* Drafts may be incomplete; submitting names what is missing; approvals come in order, from the right people. */
static void moves_and_approvals(const char *where)
{
	struct world w;
	struct record *r;

	world_open(&w, where);
	act_as(&w, w.mika);
	r = blank(&w, "gadget");
	r->v[gadget_f_dangerous] = value_of_text(S("yes"));
	r->v[gadget_f_department] = value_of_link(w.sales);
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "submit", S("")), ST_BAD_INPUT);
	assert_true(has_problem(&w, "name", MSG_REC_REQUIRED));
	assert_true(has_problem(&w, "holders", MSG_REC_REQUIRED));
	assert_true(has_problem(&w, "warning", MSG_REC_REQUIRED));
	r->v[gadget_f_dangerous] = value_of_text(S("no"));
	r->v[gadget_f_name] = value_of_text(S("梯子"));
	r->v[gadget_f_holders] = value_of_count(1, COUNT_EXACT);
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "submit", S("")), ST_OK);
	assert_true(str_eq(r->step, S("review")));
	assert_int_equal(save(&w, r), ST_NO);                            /* under review nobody edits */
	assert_int_equal(move(&w, r, "approve", S("")), ST_DENIED);
	act_as(&w, w.taro);                                              /* a manager, of another department */
	assert_int_equal(move(&w, r, "approve", S("")), ST_DENIED);
	act_as(&w, w.desk);                                              /* the second order is not open yet */
	assert_int_equal(move(&w, r, "approve", S("")), ST_DENIED);
	act_as(&w, w.ken);
	assert_int_equal(move(&w, r, "approve", S("")), ST_OK);
	assert_true(str_eq(r->step, S("review")));
	assert_int_equal(move(&w, r, "approve", S("")), ST_DENIED);
	act_as(&w, w.desk);                                              /* of equal order: either may come first */
	assert_int_equal(move(&w, r, "approve", S("")), ST_OK);
	act_as(&w, w.system);
	assert_int_equal(move(&w, r, "return", S("  ")), ST_BAD_INPUT);
	assert_true(has_problem(&w, "comment", MSG_REC_REASON));
	assert_int_equal(move(&w, r, "approve", S("")), ST_OK);
	assert_true(str_eq(r->step, S("active")));
	act_as(&w, w.ken);
	r->v[gadget_f_about] = value_of_text(S("変えた"));
	assert_int_equal(save(&w, r), ST_BAD_INPUT);
	assert_true(has_problem(&w, "about", MSG_REC_FIXED));
	world_close(&w);
}
BOTH(moves_and_approvals)

/* After a return the approvals begin again; where the applicant alone would decide, the next higher role does. */
static void returned_and_higher(const char *where)
{
	struct world w;
	struct record *r;
	struct turn *turns;

	world_open(&w, where);
	act_as(&w, w.ken);                                               /* the only manager of sales applies */
	r = gadget(&w, "台車");
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "submit", S("")), ST_OK);
	assert_int_equal(move(&w, r, "approve", S("")), ST_NO);
	assert_true(has_problem(&w, "", MSG_REC_OWN_CASE));
	assert_int_equal(db_begin(w.rq.db, DB_READ), ST_OK);
	assert_int_equal(record_turns(&w.rq, r, &turns), ST_OK);
	assert_int_equal(db_commit(w.rq.db), ST_OK);
	assert_int_equal(turns->role, ROLE_privacy_manager);             /* no department head exists: one higher again */
	assert_int_equal(move(&w, r, "return", S("自分で")), ST_DENIED);         /* who applies takes it back, and judges nothing */
	act_as(&w, w.manager);                                           /* who decides instead may say no, too */
	assert_int_equal(move(&w, r, "return", S("")), ST_BAD_INPUT);
	assert_int_equal(move(&w, r, "return", S("台数がない")), ST_OK);
	assert_true(str_eq(r->step, S("draft")));
	act_as(&w, w.ken);
	assert_int_equal(move(&w, r, "submit", S("")), ST_OK);
	act_as(&w, w.manager);
	assert_int_equal(move(&w, r, "approve", S("")), ST_OK);
	act_as(&w, w.system);
	assert_int_equal(move(&w, r, "return", S("型番がない")), ST_OK);
	assert_true(str_eq(r->step, S("draft")));
	act_as(&w, w.ken);
	assert_int_equal(move(&w, r, "submit", S("")), ST_OK);
	act_as(&w, w.system);
	assert_int_equal(move(&w, r, "approve", S("")), ST_DENIED);      /* the first approval must be given again */
	act_as(&w, w.ken);
	assert_int_equal(move(&w, r, "withdraw", S("")), ST_OK);
	world_close(&w);
}
BOTH(returned_and_higher)

static void on_paper(const char *where)
{
	struct world w;
	struct record *r;
	struct paper p = { S("営業部長 佐々木"), date_make(2020, 5, 1), 1 };

	world_open(&w, where);
	act_as(&w, w.desk);
	r = gadget(&w, "書類棚");
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "submit", S("")), ST_OK);
	struct moving m = { r, "approve", S(""), &p };
	p.on = date_make(2999, 1, 1);
	assert_int_equal(request_run(&w.rq, DB_WRITE, work_move, &m), ST_BAD_INPUT);
	p.on = date_make(2020, 5, 1);
	p.file = 0;
	assert_int_equal(request_run(&w.rq, DB_WRITE, work_move, &m), ST_BAD_INPUT);
	assert_true(has_problem(&w, "paper_file", MSG_REC_PAPER_FILE));
	p.file = 1;
	assert_int_equal(request_run(&w.rq, DB_WRITE, work_move, &m), ST_OK);
	m.move = "withdraw";
	assert_int_equal(request_run(&w.rq, DB_WRITE, work_move, &m), ST_NO);
	assert_true(has_problem(&w, "", MSG_REC_NO_PAPER));
	world_close(&w);
}
BOTH(on_paper)

static enum status work_list(struct request *rq, void *arg)
{
	void **x = arg;

	return record_list(rq, x[0], x[1]);
}

static int listed(struct world *w, const struct list_query *q, struct list_page *p)
{
	void *x[] = { (void *)(uintptr_t)q, p };

	enum status st = request_run(&w->rq, DB_READ, work_list, x);
	if (st != ST_OK)
		fail_msg("%s: %.*s", status_name(st), STR_FMT(db_error(w->rq.db)));
	return p->n;
}

static enum status work_shelves(struct request *rq, void *arg)
{
	struct world *w = arg;

	for (int i = 0; i < 1100; i++) {
		char name[32];
		snprintf(name, sizeof name, "棚%04d番", i);
		struct record *r = record_new(rq, store_type(w->store, S("gadget")));
		r->v[gadget_f_name] = value_of_text(str_dup(rq->a, str_z(name)));
		r->v[gadget_f_colour] = value_of_text(i % 11 ? S("red") : S("blue"));
		r->v[gadget_f_department] = value_of_link(w->sales);
		TRY(record_write(rq, r, S("test")));
	}
	return ST_OK;
}

/* All pages of a question, in order and each row once; *ret_total as the first page says. */
static int walked(struct world *w, struct list_query q, int64_t *ret_total)
{
	struct list_page p;
	struct str last = S("");
	int n = 0;

	q.limit = 300;
	do {
		listed(w, &q, &p);
		if (!q.after.n)
			*ret_total = p.total;
		for (int i = 0; i < p.n; i++) {
			struct str name = gadget_name(p.rows[i]);
			assert_true(!last.n || (str_cmp(last, name) < 0) == !q.descending);
			last = str_dup(&w->a, name);
		}
		n += p.n;
		q.after = str_dup(&w->a, p.next);
	} while (p.next.n);
	return n;
}

/* Few that are looked up and many that are walked to give the same pages. */
static void searches(const char *where)
{
	static const struct { const char *words, *step; bool blue, down; int found, total; } asked[] = {
		{ "棚", "", false, false, 1100, -1 }, { "棚", "", true, true, 100, 100 }, { "番", "draft", false, true, 1100, -1 },
		{ "棚00", "", false, false, 100, 100 }, { "棚0", "", false, true, 1000, 1000 }, { "番 00棚", "", false, false, 0, 0 },
		{ "0番 棚０５", "*", false, false, 10, 10 }, { "棚 9番", "", false, true, 110, 110 }, { "1099", "", false, false, 1, 1 },
		{ "机", "", false, false, 0, 0 }, { "", "active", false, false, 0, 0 }, { "", "", true, false, 100, 100 },
		{ "棚1", "draft", true, true, 9, 9 },
	};
	struct world w;
	int64_t total;

	world_open(&w, where);
	act_as(&w, 0);
	assert_int_equal(request_run(&w.rq, DB_WRITE, work_shelves, &w), ST_OK);
	for (ptrdiff_t i = 0; i < COUNT(asked); i++) {
		struct list_query q = { .type = store_type(w.store, S("gadget")), .sort = gadget_f_name, .descending = asked[i].down,
			.words = str_z(asked[i].words), .step = str_z(asked[i].step) };
		if (asked[i].blue)
			q.filter[q.nfilters++] = (struct list_filter){ .place = gadget_f_colour, .equal = S("blue") };
		assert_int_equal(walked(&w, q, &total), asked[i].found);
		assert_int_equal(total, asked[i].total);
	}
	act_as(&w, w.taro);                                              /* another department */
	struct list_query q = { .type = store_type(w.store, S("gadget")), .sort = gadget_f_name, .words = S("棚00") };
	assert_int_equal(walked(&w, q, &total), 0);
	world_close(&w);
}
BOTH(searches)

static void lists(const char *where)
{
	struct world w;
	struct list_page p;
	int seen = 0;

	world_open(&w, where);
	for (int i = 0; i < 130; i++) {
		char name[32];
		snprintf(name, sizeof name, "道具%03d号", i);
		struct record *r = gadget(&w, name);
		r->v[gadget_f_size] = value_of_number(i % 7);
		r->v[gadget_f_department] = value_of_link(i % 2 ? w.sales : w.support);
		r->v[gadget_f_colour] = value_of_text(i % 3 ? S("red") : S("blue"));
		assert_int_equal(save(&w, r), ST_OK);
	}
	struct list_query q = { .type = store_type(w.store, S("gadget")), .sort = gadget_f_size, .limit = 20 };
	int64_t last = -1;
	do {
		listed(&w, &q, &p);
		for (int i = 0; i < p.n; i++) {
			assert_true(gadget_size(p.rows[i]) >= last);
			last = gadget_size(p.rows[i]);
		}
		seen += p.n;
		q.after = p.next;
	} while (p.next.n);
	assert_int_equal(seen, 130);
	q = (struct list_query){ .type = q.type, .sort = gadget_f_name, .descending = true, .words = S("道具０４ 号") };
	assert_int_equal(listed(&w, &q, &p), 10);
	assert_true(str_eq(gadget_name(p.rows[0]), S("道具049号")));
	q = (struct list_query){ .type = q.type, .sort = gadget_f_name, .nfilters = 1, .filter = { { .place = gadget_f_colour, .equal = S("blue") } } };
	assert_int_equal(listed(&w, &q, &p), 44);
	assert_int_equal(p.total, 44);
	struct value three = value_of_number(3), four = value_of_number(4);
	struct str from, to;
	value_sort_key(&w.a, &q.type->fields[gadget_f_size], &three, &from);
	value_sort_key(&w.a, &q.type->fields[gadget_f_size], &four, &to);
	q = (struct list_query){ .type = q.type, .sort = gadget_f_name, .nfilters = 1, .filter = { { .place = gadget_f_size, .from = from, .to = to } } };
	assert_int_equal(listed(&w, &q, &p), 37);
	act_as(&w, w.ken);                                               /* sees sales only */
	q = (struct list_query){ .type = q.type, .sort = gadget_f_name, .limit = 200 };
	assert_int_equal(listed(&w, &q, &p), 65);
	act_as(&w, w.mika);                                              /* sees what she made herself: nothing */
	assert_int_equal(listed(&w, &q, &p), 0);
	act_as(&w, w.ken);
	struct record *r = gadget(&w, "健の道具");
	assert_int_equal(save(&w, r), ST_OK);
	q.mine = true;
	assert_int_equal(listed(&w, &q, &p), 1);                         /* a draft waits for the one who began it */
	world_close(&w);
}
BOTH(lists)

static void rights(const char *where)
{
	struct world w;
	struct record *r, *back;

	world_open(&w, where);
	act_as(&w, w.boss);
	r = blank(&w, "process");                                        /* the top reads processes and writes none but the own */
	r->v[type_place(r->type, S("name"))] = value_of_text(S("受注"));
	r->creator = w.ken;
	assert_int_equal(save(&w, r), ST_DENIED);
	act_as(&w, w.ken);
	r = gadget(&w, "営業の物");
	assert_int_equal(save(&w, r), ST_OK);
	act_as(&w, w.taro);
	assert_int_equal(load(&w, r->id, &back), ST_NOT_FOUND);
	act_as(&w, w.boss);
	assert_int_equal(load(&w, r->id, &back), ST_NOT_FOUND);          /* no permit, no access: not even at the top */
	act_as(&w, w.taro);
	r->v[gadget_f_size] = value_of_number(1);
	assert_int_equal(save(&w, r), ST_DENIED);
	act_as(&w, w.ken);
	struct record *twin = gadget(&w, "営業の物");
	assert_int_equal(save(&w, twin), ST_BAD_INPUT);
	assert_true(has_problem(&w, "name", MSG_REC_NOT_UNIQUE));
	world_close(&w);
}
BOTH(rights)

static void erased(const char *where)
{
	struct world w;
	struct record *r, *back;
	int64_t number;

	world_open(&w, where);
	r = gadget(&w, "遺品");
	r->v[gadget_f_owner] = value_of_text(S("山田"));
	r->v[gadget_f_owners_secret] = value_of_text(S("ひみつ"));
	r->v[gadget_f_secret] = value_of_text(S("のこる"));
	assert_int_equal(save(&w, r), ST_OK);
	struct key_ref ref = { KEY_SUBJECT, r->v[gadget_f_owner].num, KEY_ALL_SETS };
	assert_int_equal(keystore_destroy(conn_keys(w.conn), &ref, 1, 1, &number), ST_OK);
	assert_int_equal(load(&w, r->id, &back), ST_OK);
	assert_false(back->v[gadget_f_owners_secret].set);
	assert_false(back->v[gadget_f_owner].set);
	assert_true(str_eq(gadget_secret(back), S("のこる")));
	world_close(&w);
}
BOTH(erased)

static void ignore_fault(void *arg, const struct audit_finding *f)
{
	(void)arg, (void)f;
}

/* Each act leaves an entry, refusals too, and the chain is whole. */
static void audited(const char *where)
{
	struct world w;
	struct record *r, *back;
	struct audit_summary before, after;
	unsigned char public[SIGN_PUBLIC_BYTES];

	world_open(&w, where);
	keyring_public(w.keys, public);
	assert_int_equal(audit_verify(w.conn->db, public, (struct str){ NULL, 0 }, ignore_fault, NULL, &before), ST_OK);
	act_as(&w, w.ken);
	r = gadget(&w, "鋏");
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(load(&w, r->id, &back), ST_OK);
	act_as(&w, w.taro);
	assert_int_equal(load(&w, r->id, &back), ST_NOT_FOUND);
	assert_int_equal(move(&w, r, "submit", S("")), ST_DENIED);
	assert_int_equal(audit_verify(w.conn->db, public, (struct str){ NULL, 0 }, ignore_fault, NULL, &after), ST_OK);
	assert_int_equal(after.entries - before.entries, 4);
	world_close(&w);
}
BOTH(audited)

/* A page that asks for a list notes it with its rows; a list that is only a part of another page notes nothing. */
static enum status list_twice(struct request *rq, void *arg)
{
	struct list_query q = { .type = arg, .sort = LIST_SORT_CHANGED, .part = true };
	struct list_page p;

	TRY(record_list(rq, &q, &p));
	q.part = false;
	return record_list(rq, &q, &p);
}

static enum status last_list(void *arg, const struct audit_row *row)
{
	int64_t *seen = arg;

	if (str_eq(row->e.action, TRAIL_LIST)) {
		seen[0]++;
		seen[1] = row->e.count;
	}
	return ST_OK;
}

static void lists_noted(const char *where)
{
	struct world w;
	int64_t seen[2] = { 0 };

	world_open(&w, where);
	act_as(&w, w.ken);
	assert_int_equal(save(&w, gadget(&w, "鋏")), ST_OK);
	assert_int_equal(save(&w, gadget(&w, "糊")), ST_OK);
	union { const struct type *in; void *out; } t = { .in = store_type(w.store, S("gadget")) };
	assert_int_equal(request_run(&w.rq, DB_READ, list_twice, t.out), ST_OK);
	assert_int_equal(audit_list(w.conn->db, last_list, seen), ST_OK);
	assert_int_equal(seen[0], 1);
	assert_int_equal(seen[1], 2);
	world_close(&w);
}
BOTH(lists_noted)

/* Look-ups in a transaction see what is not written yet: added, changed, and more of it than is remembered. */
static enum status find_unwritten(struct request *rq, void *arg)
{
	struct world *w = arg;
	const struct type *t = store_type(w->store, S("gadget"));
	struct value red = value_of_text(S("red")), blue = value_of_text(S("blue"));
	int64_t ids[100], first = 0;
	struct record *r;
	char name[32];

	for (int i = 0; i < 70; i++) {
		snprintf(name, sizeof name, "道具%03d号", i);
		r = gadget(w, name);
		r->v[gadget_f_colour] = red;
		TRY(record_write(rq, r, S("")));
		first = first ? first : r->id;
		assert_int_equal(index_find(rq, t, gadget_f_colour, &red, ids, 100), i + 1);
		assert_int_equal(ids[0], first);
		assert_int_equal(ids[i], r->id);
	}
	r->v[gadget_f_colour] = blue;
	TRY(record_write(rq, r, S("")));
	assert_int_equal(index_find(rq, t, gadget_f_colour, &red, ids, 100), 69);
	assert_int_equal(index_find(rq, t, gadget_f_colour, &red, ids, 2), 2);
	assert_int_equal(index_find(rq, t, gadget_f_colour, &blue, ids, 100), 1);
	assert_int_equal(ids[0], r->id);
	r->v[gadget_f_colour] = red;
	TRY(record_write(rq, r, S("")));
	assert_int_equal(index_find(rq, t, gadget_f_colour, &blue, ids, 100), 0);
	return ST_OK;
}

static void unwritten(const char *where)
{
	struct world w;

	world_open(&w, where);
	assert_int_equal(request_run(&w.rq, DB_WRITE, find_unwritten, &w), ST_OK);
	world_close(&w);
}
BOTH(unwritten)

/* Every statement is prepared by each database. */
static void statements(const char *where)
{
	struct world w;
	int n;
	const struct db_statement *const *all = record_queries(&n);

	world_open(&w, where);
	for (int i = 0; i < n; i++) {
		assert_int_equal(db_begin(w.rq.db, DB_WRITE), ST_OK);
		struct db_q *q = db_query(w.rq.db, all[i]);
		if (db_end(q) != ST_OK)
			fail_msg("%s: %.*s", all[i]->name, STR_FMT(db_error(w.rq.db)));
		db_rollback(w.rq.db);
	}
	world_close(&w);
}
BOTH(statements)

/* What is made behind a key leaves it as it is, whatever runs of digits the serial has. */
static void keys_of_serials(void **state)
{
	static const struct str serials[] = { SLIT("L2026-1"), SLIT("1"), SLIT("a1b2c3d4"), SLIT("0"), SLIT("007"), SLIT("2026-04-0001") };
	struct arena a = arena_make(0);

	(void)state;
	for (ptrdiff_t i = 0; i < COUNT(serials); i++) {
		struct str key = index_serial_key(&a, serials[i]);
		memset(new_n(&a, char, 8), 0xFF, 8);
		assert_true(str_ends(key, serials[i]));
		assert_true(str_eq(key, index_serial_key(&a, serials[i])));
	}
	assert_true(str_cmp(index_serial_key(&a, S("L2026-9")), index_serial_key(&a, S("L2026-10"))) < 0);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_of_serials),
		BOTH_TESTS(every_kind), BOTH_TESTS(titles_read_ahead),
		BOTH_TESTS(sealed_nowhere), BOTH_TESTS(versions_and_days), BOTH_TESTS(two_axes), BOTH_TESTS(copied_to_the_next_year), BOTH_TESTS(moves_and_approvals),
		BOTH_TESTS(returned_and_higher), BOTH_TESTS(on_paper), BOTH_TESTS(lists), BOTH_TESTS(searches), BOTH_TESTS(rights), BOTH_TESTS(erased),
		BOTH_TESTS(audited), BOTH_TESTS(lists_noted), BOTH_TESTS(unwritten), BOTH_TESTS(statements),
	};

	return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
