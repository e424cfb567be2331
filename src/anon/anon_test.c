/* anon_test.c - measures, distances, hierarchies, operations and tokens by their definitions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "anon/hierarchy.h"
#include "anon/measure.h"
#include "anon/operate.h"
#include "anon/spread.h"
#include "anon/token.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void near(double a, double b)
{
	assert_true(fabs(a - b) <= 1e-9 * fmax(1, fabs(b)));
}

static struct anon_table table_of(int ncolumns, const struct str *names, int rows, const char *const *cells)
{
	struct anon_table t = anon_table_make(names, ncolumns);

	for (int r = 0; r < rows; r++) {
		struct str f[8];
		for (int c = 0; c < ncolumns; c++)
			f[c] = str_z(cells[r * ncolumns + c]);
		anon_table_add(&t, f);
	}
	return t;
}

/* REQ: ANO-03 - nine salaries 3 ... 11 in three classes; the figures are those of the literature on t-closeness. */
static void test_measures(void **state)
{
	static const char *const cells[] = { "a", "3", "a", "4", "a", "5", "b", "6", "b", "11", "b", "8", "c", "7", "c", "9", "c", "10" };
	struct anon_table t = table_of(2, (const struct str[]){ S("g"), S("salary") }, 9, cells);
	struct anon_measures m;

	(void)state;
	anon_measure(&t, &(struct anon_measure_plan){ .quasi = (const int[]){ 0 }, .nquasi = 1, .sensitive = 1, .ordered = true, .threshold = 0.2 }, &m);
	assert_int_equal(m.rows, 9);
	assert_int_equal(m.classes, 3);
	assert_int_equal(m.k, 3);
	assert_int_equal(m.max_ec, 3);
	assert_int_equal(m.l, 3);
	near(m.entropy_l, 3);
	near(m.alpha, 1.0 / 3);
	near(m.t, 0.375);
	near(m.basic_beta, 2);
	near(m.enh_beta, 2);
	near(m.delta, log(3));
	near(m.prosecutor_max, 1.0 / 3);
	near(m.marketer, 1.0 / 3);
	near(m.prosecutor_share_above, 1);
	anon_table_free(&t);
}

static void test_suppressed_rows(void **state)
{
	static const char *const cells[] = { "a", "x", "a", "y", "*", "x", "a", "x" };
	struct anon_table t = table_of(2, (const struct str[]){ S("g"), S("s") }, 4, cells);
	struct anon_measure_plan p = { .quasi = (const int[]){ 0 }, .nquasi = 1, .sensitive = 1, .threshold = 0.2 };
	struct anon_measures m;

	(void)state;
	anon_measure(&t, &p, &m);
	assert_int_equal(m.suppressed, 1);
	assert_int_equal(m.k, 3);
	near(m.t, fabs(2.0 / 3 - 0.75));
	p.count_suppressed = true;
	anon_measure(&t, &p, &m);
	assert_int_equal(m.k, 1);
	anon_table_free(&t);
	struct anon_table none = anon_table_make((const struct str[]){ S("g"), S("s") }, 2);
	anon_measure(&none, &p, &m);
	assert_int_equal(m.classes, 0);
	assert_int_equal(m.k, 0);
	anon_table_free(&none);
}

/* A table that was made exactly as large as its rows grows all the same, from whatever size. */
static void test_grow(void **state)
{
	const struct str name[] = { S("a") };

	(void)state;
	for (ptrdiff_t room = 0; room < 4; room++) {
		struct anon_table t = anon_table_make(name, 1);
		anon_table_room(&t, room);
		for (int i = 0; i < 3000; i++) {
			anon_table_add(&t, (const struct str[]){ i % 2 ? S("odd") : S("even") });
			assert_true(t.rows <= t.cap);
		}
		for (int i = 0; i < 3000; i++)
			assert_int_equal(t.column[0].code[i], i % 2);
		anon_table_free(&t);
	}
}

/* A hundred thousand combinations of many wide columns are told apart exactly. */
static void test_group(void **state)
{
	enum { COLUMNS = 30, ROWS = 3000 };
	uint32_t *code[COLUMNS], nvalues[COLUMNS], *class, n;

	(void)state;
	for (int c = 0; c < COLUMNS; c++) {
		code[c] = anon_take(ROWS, (ptrdiff_t)sizeof(uint32_t));
		nvalues[c] = 1000;
		for (uint32_t r = 0; r < ROWS; r++)
			code[c][r] = r % 2 ? (r / 2 * 7 + (uint32_t)c) % 1000 : (r / 4) % 1000;
	}
	anon_group((const uint32_t *const *)code, nvalues, COLUMNS, ROWS, 3, &class, &n);
	for (int a = 0; a < ROWS; a += 17) {
		for (int b = 0; b < ROWS; b += 3) {
			bool same = true;
			for (int c = 0; c < COLUMNS; c++)
				same = same && code[c][a] == code[c][b];
			assert_int_equal(same, class[a] == class[b]);
		}
	}
	for (int c = 0; c < COLUMNS; c++)
		free(code[c]);
	free(class);
}

/* The sparse formulas against sums over every value and every node. */
static void test_distances(void **state)
{
	enum { N = 12 };
	uint32_t up1[N], up2[N], *up[] = { up1, up2 };
	uint64_t seed = 5;

	(void)state;
	for (uint32_t i = 0; i < N; i++) {
		up1[i] = i / 2;
		up2[i] = i / 6;
	}
	for (int round = 0; round < 500; round++) {
		int64_t all[N] = { 0 };
		struct anon_value v[N];
		double q[N] = { 0 }, p[N], size = 0, rows = 0, equal = 0, ordered = 0, run = 0, tree = 0;
		int n = 0;
		for (int i = 0; i < N; i++) {
			seed = (seed * 25214903917u + 11);      /* cut short below, so that it never wraps */
			seed %= 0x20000000u;
			uint32_t in = (uint32_t)(seed >> 10) % 4 == 0 ? 1 + (uint32_t)(seed >> 14) % 4 : 0;
			all[i] = 1 + in + (int64_t)(seed >> 20) % 3;
			rows += (double)all[i];
			if (in)
				v[n++] = (struct anon_value){ (uint32_t)i, in };
			q[i] = in;
			size += in;
		}
		if (n == 0)
			continue;
		struct anon_spread s = anon_spread_make(all, N, up, 2);
		for (int i = 0; i < N; i++) {
			p[i] = (double)all[i] / rows;
			q[i] /= size;
			run += q[i] - p[i];
			equal += fabs(q[i] - p[i]) / 2;
			ordered += fabs(run) / (N - 1);
		}
		double extra[N], next[N];
		int width[] = { 2, 3, 2 }, count = N;
		for (int i = 0; i < N; i++)
			extra[i] = q[i] - p[i];
		for (int h = 0; h < 3; h++) {          /* 12 values, 6 pairs, 2 triples of pairs, 1 root */
			for (int i = 0; i < count / width[h]; i++) {
				double plus = 0, minus = 0;
				for (int j = 0; j < width[h]; j++) {
					plus += fmax(0, extra[i * width[h] + j]);
					minus += fmax(0, -extra[i * width[h] + j]);
				}
				tree += fmin(plus, minus) * (h + 1) / 3;
				next[i] = plus - minus;
			}
			count /= width[h];
			memcpy(extra, next, sizeof next);
		}
		near(anon_spread_distance(&s, ANON_EQUAL, v, n, size), equal);
		near(anon_spread_distance(&s, ANON_ORDERED, v, n, size), ordered);
		near(anon_spread_distance(&s, ANON_HIERARCHICAL, v, n, size), tree);
		anon_spread_free(&s);
	}
}

static void refused(const char *text, enum msg_id msg, const char *place)
{
	struct arena a = arena_make(1 << 20);
	struct problems ps = { .a = &a };
	struct anon_hierarchy h = { 0 };

	assert_int_equal(anon_hierarchy_read(&h, str_z(text), S("h"), &ps), ST_BAD_INPUT);
	assert_int_equal(ps.n, 1);
	assert_int_equal(ps.p[0].msg, msg);
	assert_true(str_eq(ps.p[0].place, str_z(place)));
	anon_hierarchy_free(&h);
	arena_free(&a);
}

static void test_bad_hierarchies(void **state)
{
	(void)state;
	refused("", MSG_ANON_HIERARCHY_EMPTY, "h");
	refused("1;a;*\n2;;*\n", MSG_ANON_LABEL_EMPTY, "h:2:2");
	refused("1;a;*\r\n2;a\r\n", MSG_ANON_LEVELS_UNEQUAL, "h:2");
	refused("1;a;*\n1;b;*\n", MSG_ANON_LEAF_TWICE, "h:2");
	refused("1;a;x\n2;a;y\n", MSG_ANON_NOT_NESTED, "h");
	refused("1;\"a;*\n", MSG_ANON_QUOTE, "h:1:2");
	refused("1;\xff;*\n", MSG_ANON_NOT_UTF8, "h:1:2");
}

static void test_rules(void **state)
{
	struct arena a = arena_make(1 << 20);
	struct problems ps = { .a = &a };
	struct anon_hierarchy h = { 0 };
	struct anon_dict d = anon_dict_make();
	struct anon_levels v;
	uint32_t missing;

	(void)state;
	anon_dict_add(&d, S("7"));
	anon_dict_add(&d, S("-3"));
	anon_dict_add(&d, S("23"));
	anon_dict_add(&d, S(""));
	assert_int_equal(anon_hierarchy_intervals(&h, &d, &(struct anon_intervals){ .width = (const double[]){ 5, 20 }, .n = 2 }, S("c"), &ps), ST_OK);
	assert_int_equal(anon_levels_make(&h, &d, &v, &missing), ST_OK);
	assert_true(str_eq(v.label[1][v.map[1][0]], S("5-9")));
	assert_true(str_eq(v.label[2][v.map[2][0]], S("0-19")));
	assert_true(str_eq(v.label[1][v.map[1][1]], S("-5--1")));
	assert_true(str_eq(v.label[1][v.map[1][3]], S("*")));
	assert_int_equal(v.nlabels[3], 1);
	anon_levels_free(&v);
	anon_hierarchy_free(&h);
	assert_int_equal(anon_hierarchy_intervals(&h, &d, &(struct anon_intervals){ .width = (const double[]){ 5, 12 }, .n = 2 }, S("c"), &ps), ST_BAD_INPUT);
	anon_dict_free(&d);
	d = anon_dict_make();
	anon_dict_add(&d, S("東京都港区"));
	assert_int_equal(anon_hierarchy_prefixes(&h, &d, &(struct anon_prefixes){ (const int[]){ 3 }, 1, S("") }, S("c"), &ps), ST_OK);
	assert_true(str_eq(h.label[1].value[0], S("東京都")));
	anon_hierarchy_free(&h);
	assert_int_equal(anon_hierarchy_intervals(&h, &d, &(struct anon_intervals){ .width = (const double[]){ 5 }, .n = 1 }, S("c"), &ps), ST_BAD_INPUT);
	anon_hierarchy_free(&h);
	anon_dict_free(&d);
	arena_free(&a);
}

static struct anon_column ages(int n)
{
	struct anon_column c = { .name = S("age"), .dict = anon_dict_make(), .code = anon_take(n, (ptrdiff_t)sizeof(uint32_t)) };

	for (int i = 0; i < n; i++) {
		char t[16];
		int age = i == 0 ? 116 : 20 + i * 37 % 65;
		c.code[i] = anon_dict_add(&c.dict, (struct str){ t, snprintf(t, sizeof t, "%d", age) });
	}
	return c;
}

static void column_free(struct anon_column *c)
{
	free(c->code);
	anon_dict_free(&c->dict);
}

/* REQ: ANO-03 - the guideline's own example: 116 years among ordinary ages. */
static void test_peculiar(void **state)
{
	struct anon_column c = ages(400);
	struct anon_peculiar p;

	(void)state;
	anon_find_peculiar(&c, 400, 5, &p);
	assert_true(p.top);
	assert_int_equal(p.top_rows, 1);
	assert_true(p.top_at <= 84 && p.top_at >= 80);
	assert_false(p.bottom);
	anon_find_peculiar(&c, 400, 1, &p);
	assert_false(p.top);
	column_free(&c);
}

static void test_operations(void **state)
{
	struct arena a = arena_make(1 << 20);
	struct anon_column c = ages(400);
	struct str bad = S("");

	(void)state;
	assert_int_equal(anon_operate(&a, &c, 400, &(struct anon_op){ .kind = ANON_TOP, .at = 80, .label = S("80以上") }, 0, &bad), ST_OK);
	assert_true(str_eq(c.dict.value[c.code[0]], S("80以上")));
	assert_int_equal(anon_operate(&a, &c, 400, &(struct anon_op){ .kind = ANON_ROUND, .to = 5 }, 0, &bad), ST_BAD_INPUT);
	assert_true(str_eq(bad, S("80以上")));
	/* what was coded stays as it is through what comes after, whichever it is */
	struct anon_op op[] = { { .kind = ANON_TOP, .at = 80, .label = S("80以上") }, { .kind = ANON_BOTTOM, .at = 20 }, { .kind = ANON_ROUND, .to = 5 },
		{ .kind = ANON_MICRO, .k = 3 }, { .kind = ANON_NOISE, .sd = 1 } };
	for (int i = 1; i < (int)COUNT(op); i++) {
		assert_int_equal(anon_operate(&a, &c, 400, &op[i], i, &bad), ST_OK);
		assert_true(str_eq(c.dict.value[c.code[0]], S("80以上")));
	}
	column_free(&c);

	c = ages(401);
	assert_int_equal(anon_operate(&a, &c, 401, &(struct anon_op){ .kind = ANON_MICRO, .k = 7 }, 0, &bad), ST_OK);
	int rows[400] = { 0 };
	for (int i = 0; i < 401; i++)
		rows[c.code[i]]++;
	for (uint32_t i = 0; i < c.dict.n; i++)
		assert_true(rows[i] == 0 || rows[i] >= 7);
	column_free(&c);

	c = ages(300);
	struct anon_column before = ages(300);
	int64_t sum = 0, moved = 0;
	assert_int_equal(anon_operate(&a, &c, 300, &(struct anon_op){ .kind = ANON_SWAP, .share = 0.5 }, 0, &bad), ST_OK);
	for (int i = 0; i < 300; i++) {
		sum += (int64_t)c.code[i] - before.code[i];
		moved += c.code[i] != before.code[i];
	}
	assert_int_equal(sum, 0);
	assert_true(moved > 100 && moved <= 150);
	column_free(&before);
	assert_int_equal(anon_operate(&a, &c, 300, &(struct anon_op){ .kind = ANON_NOISE, .sd = 3, .decimals = 1 }, 0, &bad), ST_OK);
	assert_true(anon_dict_numbers(&c.dict, false, NULL, NULL));
	assert_int_equal(anon_operate(&a, &c, 300, &(struct anon_op){ .kind = ANON_DELETE }, 0, &bad), ST_OK);
	assert_int_equal(c.dict.n, 1);
	column_free(&c);
	arena_free(&a);
}

static unsigned char turn;
static void counting(void *to, ptrdiff_t n)
{
	for (ptrdiff_t i = 0; i < n; i++)
		((unsigned char *)to)[i] = turn = (unsigned char)((turn * 5 + 3) & 0xFF);
}

static void same_for_all(void *context, struct str column, struct str value, unsigned char ret[16])
{
	(void)context;
	memset(ret, (int)(column.n * 16 + value.p[0]) & 0xFF, 16);
}

/* REQ: PSE-02 - the same value has the same token, different values different ones, and the format stays. */
static void test_tokens(void **state)
{
	const struct anon_token_source s = { counting, same_for_all, NULL };
	uint32_t one, two, three;

	(void)state;
	for (int kind = ANON_TOKEN_RANDOM; kind <= ANON_TOKEN_FORMAT; kind++) {
		struct anon_tokens t = anon_tokens_make(S("c"), (enum anon_token)kind);
		assert_int_equal(anon_token_of(&t, S("ab-12"), NULL, &s, &one), ST_OK);
		assert_int_equal(anon_token_of(&t, S("cd-34"), NULL, &s, &two), ST_OK);
		assert_int_equal(anon_token_of(&t, S("ab-12"), NULL, &s, &three), ST_OK);
		assert_int_equal(one, three);
		assert_int_not_equal(one, two);
		assert_false(str_eq(t.token.value[one], t.token.value[two]));
		assert_int_equal(t.token.value[one].n, kind == ANON_TOKEN_RANDOM ? 16 : kind == ANON_TOKEN_KEYED ? 26 : 5);
		if (kind == ANON_TOKEN_FORMAT)
			assert_int_equal(t.token.value[one].p[2], '-');
		assert_int_equal(anon_tokens_restore(&t, S("ab-12"), S("zz")), ST_CONFLICT);
		anon_tokens_free(&t);
	}
	struct anon_tokens t = anon_tokens_make(S("c"), ANON_TOKEN_FORMAT);
	enum status st = ST_OK;
	for (char d = '0'; d <= '9' && st == ST_OK; d++)
		st = anon_token_of(&t, (struct str){ &d, 1 }, NULL, &s, &one);
	char two_marks[] = "-";
	if (st == ST_OK)
		st = anon_token_of(&t, (struct str){ two_marks, 1 }, &t.value, &s, &one);
	assert_true(st == ST_OK || st == ST_NO);
	struct anon_dict originals = anon_dict_make();
	anon_dict_add(&originals, S("--"));
	assert_int_equal(anon_token_of(&t, S("--"), &originals, &s, &one), ST_NO);      /* nothing in it can be replaced */
	anon_dict_free(&originals);
	anon_tokens_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_measures), cmocka_unit_test(test_suppressed_rows), cmocka_unit_test(test_grow), cmocka_unit_test(test_group),
		cmocka_unit_test(test_distances), cmocka_unit_test(test_bad_hierarchies), cmocka_unit_test(test_rules),
		cmocka_unit_test(test_peculiar), cmocka_unit_test(test_operations), cmocka_unit_test(test_tokens),
	};

	return cmocka_run_group_tests_name("anon", tests, NULL, NULL);
}
