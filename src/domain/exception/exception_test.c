/* exception_test.c - the lists are whole and claims are weighed by them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "domain/exception/exception.h"

static void test_lists(void **state)
{
	/* how many codes each list of the guideline has; the ones behind EXEMPT are of the rule book */
	static const int sizes[] = { 7, 5, 11, 6, 9, 12, 10, 10, 7, 1, 7, 4, 4, 4, 4, 3, 4, 2, 1, 4, 2, 1, 1 };

	(void)state;
	assert_int_equal(COUNT(sizes), EX_LIST_MAX);
	for (enum exception_list_id l = 0; l < EX_LIST_MAX; l++) {
		int n = 0;
		assert_true(exception_list_of(l)->clause.n > 0 && exception_list_of(l)->excuses[JA].n > 0);
		for (int i = 0; i < nexceptions; i++) {
			if (exceptions[i].list != l)
				continue;
			assert_ptr_equal(exception_of(l, exceptions[i].code), &exceptions[i]);      /* no code twice */
			assert_true(exceptions[i].facts != 0);                                     /* nothing is excused for nothing */
			n++;
		}
		assert_int_equal(n, sizes[l]);
	}
}

static void test_claims(void **state)
{
	struct arena a = arena_make(0);
	struct problems ps = { .a = &a };

	(void)state;
	assert_int_equal(exception_check(EX_PROVISION, S("f"), FACT_LAW, 0, S("x"), &ps), ST_OK);
	assert_int_equal(ps.n, 0);
	assert_int_equal(exception_check(EX_PROVISION, S("f"), FACT_OF_THE_CASE, 0, S("x"), &ps), ST_NO);
	assert_int_equal(ps.p[0].msg, MSG_EX_NEEDS_LAW);
	ps.n = 0;
	assert_int_equal(exception_check(EX_PROVISION, S("because we want to"), ~0u, 0, S("x"), &ps), ST_NO);
	assert_int_equal(ps.p[0].msg, MSG_EX_NOT_IN_LIST);
	ps.n = 0;
	/* opt-out is barred for sensitive, unlawful and opt-out data (Act 27(2) proviso), entrusting does not reach abroad (28) */
	assert_int_equal(exception_check(EX_PROVISION, S("b"), FACT_FILING | FACT_PUBLICATION, 0, S("x"), &ps), ST_OK);
	assert_int_equal(exception_check(EX_PROVISION, S("b"), FACT_FILING | FACT_PUBLICATION, BAR_SENSITIVE | BAR_BY_OPT_OUT | BAR_UNLAWFUL, S("x"), &ps), ST_NO);
	assert_int_equal(ps.n, 3);
	ps.n = 0;
	assert_int_equal(exception_check(EX_PROVISION, S("c"), FACT_CONTRACT | FACT_WITHIN_PURPOSE, BAR_ABROAD, S("x"), &ps), ST_NO);
	assert_int_equal(exception_check(EX_PROVISION, S("e"), FACT_CONTRACT | FACT_PUBLICATION, BAR_MY_NUMBER, S("x"), &ps), ST_NO);
	assert_int_equal(exception_check(EX_FOREIGN, S("c"), ~0u, 0, S("x"), &ps), ST_NO);
	ps.n = 0;
	assert_int_equal(exception_check(EX_STOP, S("a"), FACT_COST, 0, S("x"), &ps), ST_NO);
	assert_int_equal(ps.p[0].msg, MSG_EX_NEEDS_ALTERNATIVE);
	assert_int_equal(exception_check(EX_INCIDENT_NOTICE, S("a"), FACT_OF_THE_CASE | FACT_DIFFICULT, 0, S("x"), &ps), ST_NO);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_lists), cmocka_unit_test(test_claims) };

	return cmocka_run_group_tests_name("exception", tests, NULL, NULL);
}
