/* property_test.c - what holds for every type there is, with random values in every field: it is created, read back as it was, listed,
 * found by its words, and goes out as csv, xlsx and json; brought in again, what went out changes nothing. */
#include "record/import_file.h"
#include "record/import_run.h"
#include "record/version_verify.h"
#include "tests/unit/fill.h"
#include "tests/unit/world.h"

enum { EACH = 3, LONGEST = 300 };
static const char word[] = "目印7731";
struct dice { uint64_t state; struct arena *a; };

static uint64_t WRAPS roll(struct dice *d, uint64_t n)
{
	d->state = d->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (d->state >> 33) % n;
}

/* What offices type and programs trip over: quotes, separators, leading zeros and signs, wide forms, rare letters, and lines where a
 * field has several. Never empty, nor blank at its ends. */
static struct str random_text(struct dice *d, const struct field *f)
{
	static const char *const pieces[] = { "帳", "髙橋", "𠮷野家", "é", "\"", "'", ",", ";", "\t", "0012", "=1+1", "-5", "+81", "１２", "㈱", "～", "<b>", "&amp;", "\\", "%", "_",
		"（削除しない）", "約300", "R8.3.2", "はい", "%s", "{0}", "\n" };
	struct buf b = buf_make(LONGEST);
	ptrdiff_t max = MIN(f->max ? f->max : LONGEST, LONGEST) / 4;

	buf_lit(&b, "x");
	for (uint64_t n = roll(d, 12); n > 0; n--) {
		const char *p = pieces[roll(d, COUNT(pieces))];
		if ((*p == '\n' || *p == '\t') && f->kind != FK_LONG_TEXT)
			continue;
		if (b.n + (ptrdiff_t)strlen(p) + 1 < max)
			buf_add(&b, str_z(p));
	}
	if (max > 4)
		buf_lit(&b, "z");
	struct str s = str_dup(d->a, buf_str(&b));
	buf_free(&b);
	return s;
}

static struct value random_choice(struct dice *d, const struct field *f)
{
	int n = 0;

	while (f->choices && f->choices[n].code)
		n++;
	return n ? value_of_text(str_z(f->choices[roll(d, (uint64_t)n)].code)) : (struct value){ 0 };
}

static struct value random_scalar(struct request *rq, struct dice *d, const struct field *f)
{
	static const char *const answers[] = { "yes", "no", "unknown" };
	uint64_t most = f->max ? (uint64_t)f->max + 1 : 100000;
	struct value v = { 0 };

	switch (f->kind) {
	case FK_TEXT: case FK_LONG_TEXT: case FK_PERSON:
		return value_of_text(random_text(d, f));
	case FK_NUMBER: case FK_MONEY:
		return value_of_number((int64_t)roll(d, most));
	case FK_COUNT:
		return value_of_count((int64_t)roll(d, most), roll(d, 2) ? COUNT_EXACT : COUNT_ABOUT);
	case FK_DATE:
		return value_of_date((struct date){ (int32_t)(rq->today.days - (int64_t)roll(d, 4000)) });
	case FK_INSTANT:
		return value_of_number((rq->now.us - (int64_t)roll(d, 4000) * INT64_C(3600000000)) / 60000000 * 60000000);
	case FK_PERIOD:
		v = value_of_number((int64_t)roll(d, 120) + 1);
		return v;
	case FK_CHOICE: case FK_CHOICES:
		return random_choice(d, f);
	case FK_YES_NO:
		return value_of_text(str_z(answers[roll(d, 3)]));
	case FK_SERIAL: case FK_LINK: case FK_STAFF: case FK_DEPARTMENT: case FK_FILE: case FK_ROWS: case FK_MAX:
		return v;
	}
	return v;
}

/* Most fields are filled, some are not, one in ten points where it may. */
static bool random_value(struct request *rq, const struct type *t, int place, struct value *ret, void *arg)
{
	struct dice *d = arg;
	const struct field *f = &t->fields[place];

	if (f->flags & DERIVED || roll(d, 10) == 0)
		return false;
	*ret = random_scalar(rq, d, f);
	if (f->flags & SEARCHABLE && fill_is_text(f) && (!f->max || f->max > 60)) {
		struct buf b = buf_make(LONGEST + 40);
		buf_fmt(&b, "%s %.*s", word, STR_FMT(ret->text));
		*ret = value_of_text(str_dup(d->a, buf_str(&b)));
		buf_free(&b);
	}
	return ret->set;
}

/* ---- out, and in again ---- */

static int64_t versions(struct world *w)
{
	int64_t n, faults;

	assert_int_equal(version_verify(conn_db(w->conn), NULL, NULL, &n, &faults), ST_OK);
	assert_int_equal(faults, 0);
	return n;
}

/* What the program alone makes is in no list that people bring. */
static bool made_by_people(const struct type *t)
{
	for (int i = 0; i < t->t->npermits; i++)
		if (t->t->permits[i].acts & (MAY_CREATE | MAY_IMPORT))
			return true;
	return false;
}

static bool comes_back_unchanged(struct world *w, const struct type *t)
{
	struct buf out = buf_make(0);
	bool wrong = false;

	for (int f = EXPORT_CSV; f <= EXPORT_JSON; f++) {
		act_as(w, 0);
		assert_int_equal(fill_export(&w->rq, t, (enum export_format)f, &out), ST_OK);
		assert_true(out.n > 0);
		if (f == EXPORT_JSON || !made_by_people(t))
			continue;
		struct import_source s = { .bytes = buf_str(&out) };
		struct import_read read = { 0 };
		struct problems ps = { .a = &w->a };
		int64_t before = versions(w);
		assert_int_equal(db_begin(w->rq.db, DB_READ), ST_OK);
		enum status st = import_read_file(&w->a, &w->rq, t, &s, &ps, &read);
		assert_int_equal(db_commit(w->rq.db), ST_OK);
		if (st != ST_OK) {
			print_message("%s: what went out is not read\n", t->t->name);
			return false;
		}
		struct import_report *report = new_n(&w->a, struct import_report, read.ntables);
		st = import_run(&w->rq, &w->a, &read, true, &ps, NULL, report);
		for (ptrdiff_t i = 0; i < ps.n; i++)
			print_message("%s: %.*s %.*s\n", t->t->name, STR_FMT(ps.p[i].place), STR_FMT(msg_text(ps.p[i].msg, EN)));
		for (ptrdiff_t i = 0; i < w->rq.problems.n; i++)
			print_message("%s: %.*s %.*s\n", t->t->name, STR_FMT(w->rq.problems.p[i].place), STR_FMT(msg_text(w->rq.problems.p[i].msg, EN)));
		for (int i = 0; i < read.ntables; i++)
			for (const struct import_line *line = report[i].lines; line; line = line->next)
				for (int k = 0; k < line->nchanges; k++)
					print_message("%s %s: %.*s -> %.*s\n", t->t->name, t->fields[line->change[k].place].name, STR_FMT(line->change[k].before), STR_FMT(line->change[k].after));
		for (int i = 0; i < read.ntables; i++)
			wrong |= report[i].count[IMPORT_NEW] + report[i].count[IMPORT_CHANGED] + report[i].count[IMPORT_PROPOSED] > 0;
		if (st != ST_OK || wrong || versions(w) != before) {
			print_message("%s: what went out as %s changes something when it comes in\n", t->t->name, f == EXPORT_CSV ? "csv" : "xlsx");
			wrong = true;
		}
		import_read_end(&read);
	}
	buf_free(&out);
	return !wrong;
}

/* Every choice of the field at once and each alone, in words of both languages, is read back as it was: labels hold commas, too. */
static void choices_come_back(struct arena *a, const struct field *f)
{
	struct str codes[2] = { S(""), S("") };

	for (const struct choice *c = f->choices; c->code; c++) {
		struct buf all = buf_in(a, 0);
		buf_add(&all, codes[0]);
		buf_fmt(&all, "%s%s", codes[0].n ? " " : "", c->code);
		codes[0] = buf_take(&all);
		codes[1] = str_z(c->code);
		for (int lang = 0; lang < LANG_MAX; lang++)
			for (int i = 0; i < 2; i++) {
				struct value was = value_of_text(codes[i]), back;
				struct buf words = buf_in(a, 0);
				struct problems ps = { .a = a };
				value_print(&words, f, &was, (enum lang)lang);
				struct str text = buf_take(&words);
				enum status st = value_parse(a, f, text, S("x"), &ps, &back);
				if (st != ST_OK || !value_eq(f, &was, &back))
					fail_msg("%s: \"%.*s\" comes back as \"%.*s\"", f->name, STR_FMT(text), STR_FMT(back.text));
			}
	}
}

static void every_choice(void **state)
{
	struct arena a = arena_make(0);
	int n = 0;

	(void)state;
	for (int i = 0; i < domain_ntypes; i++)
		for (int k = 0; k < domain_types[i]->nfields; k++)
			if (domain_types[i]->fields[k].kind == FK_CHOICES) {
				choices_come_back(&a, &domain_types[i]->fields[k]);
				n++;
			}
	assert_true(n > 0);
	arena_free(&a);
}

/* ---- read, listed, found ---- */

static void is_there(struct world *w, const struct type *t, int64_t id)
{
	struct list_query q = { .type = t, .sort = LIST_SORT_CHANGED, .step = S("*"), .limit = 50 };
	struct list_page page;
	struct record *r;
	bool listed = false, searchable = false, found = false;

	act_as(w, 0);
	assert_int_equal(load(w, id, &r), ST_OK);
	for (int i = 0; i < t->nfields; i++)
		searchable |= (t->fields[i].flags & SEARCHABLE) && str_find(r->v[i].text, str_z(word)) >= 0;
	for (int search = 0; search <= searchable; search++) {
		q.words = search ? str_z(word) : S("");
		assert_int_equal(db_begin(w->rq.db, DB_READ), ST_OK);
		assert_int_equal(record_list(&w->rq, &q, &page), ST_OK);
		assert_int_equal(db_commit(w->rq.db), ST_OK);
		for (int i = 0; i < page.n; i++)
			if (page.rows[i]->id == id)
				*(search ? &found : &listed) = true;
	}
	if (!listed || (searchable && !found))
		fail_msg("%s: %s", t->t->name, listed ? "not found by its word" : "not listed");
}

static void every_type(const char *where)
{
	struct world w;
	int n, wrong = 0, people = 0;

	world_open(&w, where);
	struct dice d = { .state = 20261126, .a = &w.a };
	struct filling f = { .value = random_value, .arg = &d, .department = w.sales, .staff = w.ken };
	const struct type *all = store_types(w.store, &n);
	assert_int_equal(fill_all(&w.rq, &f), 0);
	for (int k = 1; k < EACH; k++) {
		f.staff = k == 1 ? w.mika : w.taro;              /* a person has one place in the contact tree */
		for (int i = 0; i < n; i++)
			assert_true(fill_one(&w.rq, &f, &all[i]) > 0);
	}
	for (int i = 0; i < n; i++) {
		people += made_by_people(&all[i]);
		is_there(&w, &all[i], f.made[i]);
		wrong += !comes_back_unchanged(&w, &all[i]);
	}
	assert_int_equal(wrong, 0);
	assert_true(people > 25);
	world_close(&w);
}
BOTH(every_type)

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH_TESTS(every_type), cmocka_unit_test(every_choice) };

	return cmocka_run_group_tests_name("property", tests, NULL, NULL);
}
