/* reconcile_test.c - files and the ledger's places, as people write them. */
#include "domain/finder/reconcile.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static char root[64];
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
	snprintf(root, sizeof root, "/tmp/tobari-ledger-XXXXXX");
	if (!mkdtemp(root))
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
	reconcile_add(r, (struct reconcile_row){ .serial = str_z(serial), .place = str_z(place), .months = months });
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

	const struct reconcile_folder *f = reconcile_folders(r);
	assert_non_null(f);
	assert_null(f->next);
	assert_true(str_ends(f->path, S("/営業")));
	assert_int_equal(f->files, 1);
	assert_int_equal(f->findings, 2);
	assert_int_equal(f->kinds, SCAN_BIT(SCAN_phone) | SCAN_BIT(SCAN_email));

	const struct reconcile_overdue *o = reconcile_overdue(r);      /* five years ended the day before */
	assert_non_null(o);
	assert_null(o->next);
	assert_true(str_eq(o->row->serial, S("staff")));
	assert_int_equal(o->changed.days, date_make(2020, 6, 1).days);
	assert_int_equal(o->due.days, date_make(2025, 6, 1).days);
	reconcile_free(r);

	r = reconcile_make(&a, date_make(2025, 6, 1));                 /* on the last day it may be kept */
	add(r, "staff", anchored, 60);
	found(r, "人事/list.csv", SCAN_phone);
	assert_null(reconcile_overdue(r));
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
	add(r, "drive", "Ｄ：￥営業 または D:\\営業\\見積", 0);
	reconcile_scope(r, &scope, 1);
	found(r, "人事/list.csv", SCAN_phone);
	found(r, "営業/見積/list.csv", SCAN_phone);
	found(r, "営業/list.csv", SCAN_phone);
	assert_int_equal(row(r, "share")->files, 1);
	assert_int_equal(row(r, "drive")->files, 1);
	assert_int_equal(reconcile_folders(r)->files, 1);
	assert_false(row(r, "share")->searched);                       /* where the share lies is not known here */
	reconcile_free(r);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(compares), cmocka_unit_test(other_machines) };
	return cmocka_run_group_tests(tests, make_files, drop_files);
}
