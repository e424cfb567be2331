/* clauses_test.c - the tables of clauses and lists are whole, and every article they cite exists. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/num.h"
#include "base/test_shared.h"
#include "domain/conformity/clauses.h"

static void test_clauses(void **state)
{
	(void)state;
	assert_int_equal(nclauses, 59);
	assert_true(str_eq(clauses[0].id, S("J.1.1")) && str_eq(clauses[nclauses - 1].id, S("J.11.1")));
	for (int i = 0; i < nclauses; i++) {
		const struct clause *c = &clauses[i];
		assert_ptr_equal(clause_of(c->id), c);
		assert_true(c->title[JA].n > 0 && c->title[EN].n > 0);
		const struct chapter *in = chapter_of(c->id);
		assert_non_null(in);
		assert_true(str_starts(c->id, in->id) && c->id.p[in->id.n] == '.' && in->title[JA].n > 0 && in->title[EN].n > 0);
		assert_ptr_equal(chapter_of(in->id), in);
		assert_true(c->levels & LEVEL_MARK);
		assert_int_equal((c->levels & LEVEL_JIS) != 0, c->jis.n > 0);
		if (c->levels & LEVEL_LAW)
			assert_true(c->appi.n > 0);
		if (c->levels & LEVEL_EFFORT)
			assert_true(c->levels & LEVEL_LAW);
	}
	assert_null(clause_of(S("J.12.1")));
	assert_null(chapter_of(S("J.12.1")));
}

static void test_lists(void **state)
{
	static const int sizes[LIST_MAX] = { 8, 8, 5, 15, 11, 8, 8, 6, 9 };
	int n[LIST_MAX] = { 0 };

	(void)state;
	for (int i = 0; i < nlist_members; i++) {
		n[list_members[i].list]++;
		assert_non_null(clause_of(list_members[i].clause));
	}
	for (int i = 0; i < LIST_MAX; i++)
		assert_int_equal(n[i], sizes[i]);
}

/* "32(2), 36" or "43-46": the number of each article, in turn. */
static void check_articles(struct str cited, struct str law)
{
	struct str part;

	while (str_cut(&cited, ',', &part)) {
		struct str from = str_trim(part), to;
		char heading[40];
		int64_t a, b;
		if (from.n == 0)
			continue;
		IGNORE(str_cut(&from, '(', &to));
		from = to;
		IGNORE(str_cut(&from, '-', &to));
		assert_int_equal(num_parse(to, 1, 185, &a), ST_OK);
		b = a;
		if (from.p && from.n)
			assert_int_equal(num_parse(from, 1, 185, &b), ST_OK);
		for (; a <= b; a++) {
			snprintf(heading, sizeof heading, "### 第%d条", (int)a);
			assert_true(str_find(law, str_z(heading)) >= 0);
		}
	}
}

static void test_shared_articles(void **state)
{
	struct arena a = arena_make(0);
	struct str law = shared_data(&a, "law-text/appi-2025-09.txt");

	(void)state;
	if (!law.p)
		skip();
	for (int i = 0; i < nclauses; i++)
		check_articles(clauses[i].appi, law);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_clauses), cmocka_unit_test(test_lists), cmocka_unit_test(test_shared_articles) };

	return cmocka_run_group_tests_name("clauses", tests, NULL, NULL);
}
