/* reconcile_test.c - files and the ledger's places, as people write them. */
#include "domain/finder/reconcile.h"
#include "base/test_dir.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static char root[TEST_DIR_MAX];
static const char *const FOLDERS[] = { "人事", "営業", "営業/見積", "総務 課", "空" };

static char *at(const char *name)
{
	static char p[4][256];
	static int n;
	snprintf(p[n = (n + 1) % 4], sizeof p[0], "%s/%s", root, name);
	return p[n];
}

static int make_files(void **state)
{
	(void)state;
	if (!test_dir(root, "ledger"))
		return -1;
	for (int i = 0; i < COUNT(FOLDERS); i++) {
		char name[128];
		snprintf(name, sizeof name, "%s/list.csv", FOLDERS[i]);
		if (mkdir(at(FOLDERS[i]), 0700))
			return -1;
		int fd = open(at(name), O_CREAT | O_WRONLY, 0600);
		if (fd < 0 || close(fd))
			return -1;
	}
	/* 2020-06-01 09:00 in Tokyo */
	return utimensat(AT_FDCWD, at("人事/list.csv"), (struct timespec[]){ { 1590969600, 0 }, { 1590969600, 0 } }, 0);
}

static int drop_files(void **state)
{
	(void)state;
	for (int i = COUNT(FOLDERS) - 1; i >= 0; i--) {
		char name[128];
		snprintf(name, sizeof name, "%s/list.csv", FOLDERS[i]);
		unlink(at(name));
		rmdir(at(FOLDERS[i]));
	}
	return rmdir(root);
}

static void add(struct reconcile *r, const char *serial, const char *place, int months)
{
	reconcile_add(r, (struct reconcile_row){ .serial = str_z(serial), .place = str_z(place), .months = months, .in_use = true });
}

static void found(struct reconcile *r, const char *name, enum scan_kind k)
{
	reconcile_found(r, &(struct finding){ .path = str_z(at(name)), .kind = k });
}

static const struct reconcile_row *row(const struct reconcile *r, const char *serial)
{
	for (const struct reconcile_row *w = reconcile_rows(r); w; w = w->next)
		if (str_eq(w->serial, str_z(serial)))
			return w;
	fail_msg("no row %s", serial);
	abort();
}

static void compares(void **state)
{
	(void)state;
	struct arena a = arena_make(0);
	struct reconcile *r = reconcile_make(&a, date_make(2025, 6, 2));
	struct str scope = str_z(root);
	char anchored[200], inner[200], whole[200], elsewhere[] = "/srv/none", spaced[200];

	snprintf(anchored, sizeof anchored, "共有フォルダー %s/人事（施錠）", root);
	snprintf(inner, sizeof inner, "%s/営業/見積/", root);
	snprintf(whole, sizeof whole, "%s/空、書庫", root);
	snprintf(spaced, sizeof spaced, "%s/総務 課", root);
	add(r, "staff", anchored, 60);
	add(r, "quotes", inner, 0);
	add(r, "empty", whole, 12);
	add(r, "elsewhere", elsewhere, 12);
	add(r, "shelf", "書庫 A-3/4", 12);
	add(r, "spaced", spaced, 0);
	reconcile_scope(r, &scope, 1);
	assert_true(row(r, "staff")->searched && row(r, "empty")->searched);
	assert_false(row(r, "elsewhere")->searched || row(r, "shelf")->searched);

	found(r, "人事/list.csv", SCAN_phone);
	found(r, "人事/list.csv", SCAN_email);
	found(r, "営業/list.csv", SCAN_phone);
	found(r, "営業/見積/list.csv", SCAN_phone);
	found(r, "営業/list.csv", SCAN_email);
	found(r, "総務 課/list.csv", SCAN_phone);
	assert_int_equal(row(r, "staff")->files, 1);
	assert_int_equal(row(r, "quotes")->files, 1);
	assert_int_equal(row(r, "empty")->files, 0);
	assert_int_equal(row(r, "spaced")->files, 1);

	reconcile_finish(r, true);
	const struct reconcile_act *act = reconcile_acts(r);           /* a folder in no row */
	assert_int_equal(act->what, RECONCILE_PROPOSAL);
	assert_true(str_ends(act->path, S("/営業")));
	assert_int_equal(act->files, 1);
	assert_int_equal(act->found[SCAN_phone] + act->found[SCAN_email], 2);
	act = act->next;                                               /* a row without a finding */
	assert_int_equal(act->what, RECONCILE_QUESTION);
	assert_true(str_eq(act->row->serial, S("empty")));
	act = act->next;
	assert_int_equal(act->what, RECONCILE_DISPOSAL);               /* five years ended the day before */
	assert_true(str_eq(act->row->serial, S("staff")));
	assert_null(act->next);
	const struct reconcile_overdue *o = act->row->overdue;
	assert_null(o->next);
	assert_int_equal(o->changed.days, date_make(2020, 6, 1).days);
	assert_int_equal(o->due.days, date_make(2025, 6, 1).days);
	reconcile_free(r);

	r = reconcile_make(&a, date_make(2025, 6, 1));                 /* on the last day it may be kept */
	add(r, "staff", anchored, 60);
	found(r, "人事/list.csv", SCAN_phone);
	assert_null(row(r, "staff")->overdue);
	reconcile_free(r);
	arena_free(&a);
}

static void other_machines(void **state)
{
	(void)state;
	struct arena a = arena_make(0);
	struct reconcile *r = reconcile_make(&a, date_make(2025, 6, 1));
	struct str scope = str_z(root);

	add(r, "share", "ファイルサーバー \\\\FS01\\人事", 0);
	add(r, "drive", "Ｄ：￥営業￥見積", 0);
	add(r, "two", "\\\\FS01\\空、\\\\FS02\\どこにもない", 0);
	reconcile_scope(r, &scope, 1);
	found(r, "人事/list.csv", SCAN_phone);
	found(r, "営業/見積/list.csv", SCAN_phone);
	found(r, "営業/list.csv", SCAN_phone);
	assert_int_equal(row(r, "share")->files, 1);
	assert_int_equal(row(r, "drive")->files, 1);
	reconcile_finish(r, true);
	assert_int_equal(reconcile_acts(r)->files, 1);
	assert_null(reconcile_acts(r)->next);
	assert_true(row(r, "share")->searched);                        /* mounted here: the folder is there */
	assert_false(row(r, "two")->searched);                         /* one of its places is not */
	reconcile_free(r);
	arena_free(&a);
}

/* Nothing is called empty that was not read to its end. */
static void says_nothing_unread(void **state)
{
	(void)state;
	struct arena a = arena_make(0);
	char staff[200], empty[200];

	snprintf(staff, sizeof staff, "%s/人事", root);
	snprintf(empty, sizeof empty, "%s/空", root);
	for (int turn = 0; turn < 5; turn++) {
		struct reconcile *r = reconcile_make(&a, date_make(2025, 6, 1));
		struct str scope = str_z(turn == 3 ? at("営業") : root);
		add(r, "staff", staff, 0);
		add(r, "empty", empty, 0);
		reconcile_scope(r, &scope, 1);
		if (turn == 0)
			reconcile_unread(r, str_z(at("空/scan.png")), EXTRACT_image);
		if (turn == 1)
			reconcile_unread(r, scope, EXTRACT_denied);
		if (turn == 2)
			reconcile_passed(r, str_z(at("空")));
		reconcile_finish(r, turn != 4);
		static const int EXPECTED[] = { 1, 0, 1, 0, 0 };
		int asked = 0;
		for (const struct reconcile_act *act = reconcile_acts(r); act; act = act->next)
			asked += act->what == RECONCILE_QUESTION;
		assert_int_equal(asked, EXPECTED[turn]);
		reconcile_free(r);
	}
	arena_free(&a);
}

/* One row covers what lies below its place, so that one is proposed; the root of the scan stands for itself only. */
static void proposes_the_folder_above(void **state)
{
	(void)state;
	struct arena a = arena_make(0);
	struct reconcile *r = reconcile_make(&a, date_make(2025, 6, 1));
	struct str scope = str_z(root);

	reconcile_scope(r, &scope, 1);
	found(r, "営業/見積/list.csv", SCAN_phone);
	found(r, "stray.csv", SCAN_phone);
	found(r, "営業/list.csv", SCAN_email);
	reconcile_finish(r, true);
	const struct reconcile_act *act = reconcile_acts(r);
	assert_string_equal(str_to_z(&a, act->path), root);
	assert_int_equal(act->files, 1);
	act = act->next;
	assert_true(str_ends(act->path, S("/営業")));
	assert_int_equal(act->files, 2);
	assert_int_equal(act->found[SCAN_phone], 1);
	assert_null(act->next);
	reconcile_free(r);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compares), cmocka_unit_test(other_machines), cmocka_unit_test(says_nothing_unread),
		cmocka_unit_test(proposes_the_folder_above),
	};
	return cmocka_run_group_tests(tests, make_files, drop_files);
}
