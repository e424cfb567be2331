/* public_notices_test.c - incidents as organisations made them public, each entered as a record: no duty is missed, and where the text
 * leaves doubt the record asks a person. Skipped where the shared data are missing. */
#include "tests/unit/incident_case.h"
#include "base/num.h"
#include "base/test_shared.h"
#include "format/csv.h"

enum { ID, FOUND = 4, EVENT = 6, MEDIUM = 7, PERSONS = 8, ITEMS = 9, SENSITIVE = 10, CAUSE = 11, EXPECTED = 15, COLUMNS = 18 };

static struct str lines_of(struct arena *a, struct str list)
{
	struct buf b = buf_make(4000);
	struct str one;

	while (list.n && str_cut(&list, ';', &one)) {
		buf_add(&b, str_trim(one));
		buf_char(&b, '\n');
	}
	struct str s = str_dup(a, buf_str(&b));
	buf_free(&b);
	return s;
}

static void set_words(struct record *r, int field, struct str text)
{
	if (str_trim(text).n)
		r->v[field] = value_of_text(str_trim(text));
}

static bool is_one_of(struct str s, const char *const *codes)
{
	while (*codes && !str_eq(s, str_z(*codes)))
		codes++;
	return *codes != NULL;
}

/* Entered by the manager as far as the notice tells; what it does not tell stays open. */
static struct record *entered(struct world *w, const struct str *cell)
{
	static const char *const facts[] = { "yes", "no", "uncertain", NULL }, *const media[] = { "paper", "electronic", "media", "oral", NULL };
	struct record *r = blank(w, "incident");
	struct date known;
	int64_t n;

	act_as(w, w->manager);
	if (date_parse_iso(str_sub(cell[FOUND], 0, 10), &known) != ST_OK || known.days < date_make(2022, 4, 1).days)
		known = date_make(2026, 3, 2);                   /* judged by the rule of today */
	r->v[incident_f_known] = value_of_date(known);
	set_words(r, incident_f_title, cell[EVENT]);
	set_words(r, incident_f_summary, cell[EVENT]);
	assert_int_equal(save(w, r), ST_OK);
	assert_int_equal(move(w, r, "accept", S("")), ST_OK);
	r = seen_by(w, w->manager, r->id);
	set_text(r, incident_f_kinds, "leak");
	set_words(r, incident_f_items, lines_of(&w->a, cell[ITEMS]));
	set_words(r, incident_f_cause, cell[CAUSE]);
	if (is_one_of(cell[SENSITIVE], facts))
		set_words(r, incident_f_sensitive, cell[SENSITIVE]);
	if (is_one_of(cell[MEDIUM], media))
		set_words(r, incident_f_medium, cell[MEDIUM]);
	if (num_parse(cell[PERSONS], 0, INT64_MAX, &n) == ST_OK)
		r->v[incident_f_persons] = value_of_count(n, COUNT_EXACT);
	set_text(r, incident_f_my_number, "no");
	assert_int_equal(save(w, r), ST_OK);
	return seen_by(w, w->manager, r->id);
}

static bool has_digit(struct str numbers, int digit)
{
	return str_find_char(numbers, (char)('0' + digit)) >= 0;
}

/* REQ: INC-25, INC-26, INC-27, INC-28 */
static void check_notice(struct world *w, const struct str *cell)
{
	struct str expected = cell[EXPECTED];
	struct record *r = entered(w, cell);
	bool by_number = str_find(expected, S("my-number")) >= 0, doubt = str_find_char(expected, '?') >= 0, met = false;

	for (int i = 1; i <= 4; i++) {
		bool wanted = !by_number && has_digit(expected, i);
		met |= has_digit(incident_ppc(r), i);
		if (wanted && !has_digit(incident_ppc(r), i) && !has_digit(incident_ppc_open(r), i))
			fail_msg("%.*s: number %d is missed", STR_FMT(cell[ID]), i);
		if (!wanted && has_digit(incident_ppc(r), i))
			fail_msg("%.*s: number %d is wrong", STR_FMT(cell[ID]), i);
	}
	struct record *c = classification(w, r->id);
	if (doubt || str_eq(expected, S("depends"))) {           /* the program asks, and nobody can pass the question by */
		assert_true(!doubt || !met);
		assert_true(incident_ppc_open(r).n > 0 && classification_open(c).n > 0);
		assert_int_equal(move(w, c, "classify", S("")), ST_NO);
		assert_true(has_problem(w, "reasons", MSG_CLASS_OPEN));
	}
	assert_true(!met || (filing_to_of(w, r->id, "ppc", "preliminary") && filing_to_of(w, r->id, "ppc", "final")));
}

static void notices(const char *where)
{
	struct world w;
	struct csv_options o = { .keep = true };
	struct csv_row row;
	struct csv *csv;
	int rows = 0;

	on(3, 2);
	world_open(&w, where);
	struct str text = shared_data(&w.a, "incidents/jp-public-notices.csv");
	struct problems ps = { .a = &w.a };
	if (text.p) {
		add_organisation(&w, "no", "");
		add_directory(&w);
		assert_int_equal(csv_open(&w.a, text, &o, &ps, &csv), ST_OK);
		while (csv_next(csv, &row) == ST_OK) {
			if (row.n < COLUMNS || row.row == 1)
				continue;
			struct str cell[COLUMNS];
			for (int i = 0; i < COLUMNS; i++)
				cell[i] = str_dup(&w.a, row.field[i]);
			check_notice(&w, cell);
			rows++;
		}
		csv_close(csv);
		assert_true(rows >= 20);
	}
	world_close(&w);
	if (!text.p)
		both_skip();
}
BOTH(notices)

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH_TESTS(notices) };

	return cmocka_run_group_tests_name("public_notices", tests, NULL, NULL);
}
