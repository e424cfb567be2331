/* canary_test.c - what is sealed is found nowhere: not in databases, their logs and journals, the key store, or any other file.
 * The test gives up writing anywhere but beside the stores, so that whoever wants a temporary file on a disk fails. */
#include "base/test_dir.h"
#include "record/import_file.h"
#include "record/import_run.h"
#include "tests/unit/fill.h"
#include "tests/unit/world.h"
#include <dirent.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

static const char canary[] = "カナリア7731", seen[] = "見本ABC";
static char base[TEST_DIR_MAX];
static bool walled;

/* ---- the wall ---- */

static void allow(int rules, const char *path, uint64_t what)
{
	struct { uint64_t allowed; int32_t fd; } __attribute__((packed)) rule = { what, open(path, O_PATH | O_CLOEXEC) };

	assert_true(rule.fd >= 0);
	assert_int_equal(syscall(SYS_landlock_add_rule, rules, 1, &rule, 0), 0);
	close(rule.fd);
}

static void build_wall(void)
{
	enum { WRITE_FILE = 1 << 1, REMOVE_DIR = 1 << 4, CHANGES = 0x1FF0, TRUNCATE = 1 << 14 };
	uint64_t what = WRITE_FILE | CHANGES | TRUNCATE;

	if (syscall(SYS_landlock_create_ruleset, NULL, 0, 1) < 3)
		return;
	int rules = (int)syscall(SYS_landlock_create_ruleset, &what, sizeof what, 0);
	assert_true(rules >= 0);
	allow(rules, base, what);
	allow(rules, "/dev/shm", what);
	allow(rules, "/dev/null", WRITE_FILE | TRUNCATE);
	allow(rules, test_tmp(), REMOVE_DIR);                                /* of the base, at the end */
	assert_int_equal(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	assert_int_equal(syscall(SYS_landlock_restrict_self, rules, 0), 0);
	close(rules);
	assert_true(open("/tmp/x", O_WRONLY | O_CREAT, 0600) < 0);               /* it stands */
	walled = true;
}

/* ---- looking through files ---- */

struct looked { int files; bool open_seen, leaked; };

static void look_at(struct looked *l, const char *path)
{
	struct arena a = arena_make((ptrdiff_t)1 << 30);
	struct str bytes;

	if (sys_read_file(&a, str_z(path), 1 << 28, &bytes) == ST_OK) {
		l->files++;
		l->open_seen |= str_find(bytes, str_z(seen)) >= 0;
		if (str_find(bytes, str_z(canary)) >= 0) {
			fprintf(stderr, "found in %s\n", path);
			l->leaked = true;
		}
	}
	arena_free(&a);
}

static void look_below(struct looked *l, const char *dir)
{
	DIR *d = opendir(dir);
	char path[4096];
	struct stat st;

	for (struct dirent *e; d && (e = readdir(d)) != NULL;) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
		if (lstat(path, &st))
			continue;
		if (S_ISDIR(st.st_mode))
			look_below(l, path);
		else if (S_ISREG(st.st_mode))
			look_at(l, path);
	}
	if (d)
		closedir(d);
}

/* The folder of the test's own cluster, with its log: beside its socket. */
static bool cluster(const char *where, char path[4096])
{
	const char *host = strstr(where, "host=");

	if (!host)
		return false;
	host += strlen("host=");
	snprintf(path, 4096, "%.*s/data", (int)strcspn(host, "&"), host);
	return access(path, R_OK) == 0;
}

/* ---- filling ---- */

static enum status file_of_canary(struct request *rq, struct value *v)
{
	int64_t id;

	TRY(file_save(rq, str_z(canary), str_z(canary), &id));
	*v = value_of_link(id);
	return ST_OK;
}

static bool is_open_text(const struct field *d)
{
	return d->kind == FK_TEXT && !(d->flags & (DERIVED | SEALED_ANY)) && (!d->max || d->max >= (ptrdiff_t)sizeof seen - 1);
}

/* The canary in whatever is sealed and in every file, the open mark in the first text that is not. */
static bool canary_value(struct request *rq, const struct type *t, int place, struct value *ret, void *arg)
{
	const struct field *d = &t->fields[place];
	bool sealed = (d->flags & SEALED_ANY) || d->kind == FK_PERSON;

	(void)arg;
	if (fill_is_text(d) && sealed && (!d->max || d->max >= (ptrdiff_t)sizeof canary - 1)) {
		*ret = value_of_text(str_z(canary));
	} else if (d->kind == FK_FILE && !(d->flags & DERIVED)) {
		return file_of_canary(rq, ret) == ST_OK;
	} else if (is_open_text(d)) {
		for (int i = 0; i < place; i++)
			if (is_open_text(&t->fields[i]))
				return false;
		*ret = value_of_text(str_z(seen));
	} else {
		return false;
	}
	return true;
}

static enum status work_keep(struct request *rq, void *arg)
{
	(void)arg;
	int64_t id;

	return file_keep(rq, str_z(canary), str_z(canary), (struct instant){ rq->now.us + 3600 * INT64_C(1000000) }, &id);
}

/* ---- out and in again ---- */

static void leave_and_return(struct world *w, const struct type *t, bool *ret_seen)
{
	struct buf out = buf_make(0);

	bool all = db_kind(conn_db(w->conn)) == DB_SQLITE;                   /* a PDF is made in memory, whatever the database */

	for (int f = EXPORT_CSV; f <= (all ? EXPORT_PDF : EXPORT_JSON); f++) {
		act_as(w, 0);
		assert_int_equal(fill_export(&w->rq, t, (enum export_format)f, &out), ST_OK);
		if (f == EXPORT_JSON)
			*ret_seen |= str_find(buf_str(&out), str_z(canary)) >= 0;
		if (f != EXPORT_XLSX)
			continue;
		struct import_source s = { .bytes = buf_str(&out) };
		struct import_read read = { 0 };
		struct problems ps = { .a = &w->a };
		struct import_report *report;
		assert_int_equal(db_begin(w->rq.db, DB_READ), ST_OK);
		enum status st = import_read_file(&w->a, &w->rq, t, &s, &ps, &read);
		assert_int_equal(db_commit(w->rq.db), ST_OK);
		if (st == ST_OK) {
			report = new_n(&w->a, struct import_report, read.ntables);
			IGNORE(import_run(&w->rq, &w->a, &read, true, &ps, NULL, report));
		}
		import_read_end(&read);
	}
	buf_free(&out);
}

/* Over every type there is. */
static void found_nowhere(const char *where)
{
	struct world w;
	struct looked l = { 0 };
	char path[4096];
	int types = 0, ntypes;
	const struct type *all;
	bool came_out = false;

	if (!walled) {
		both_skip();
		return;
	}
	world_open(&w, where);
	setenv("TMPDIR", "/nowhere", 1);
	all = store_types(w.store, &ntypes);
	struct filling f = { .value = canary_value, .department = w.sales, .staff = w.ken };
	assert_int_equal(fill_all(&w.rq, &f), 0);
	for (int i = 0; i < ntypes; i++) {
		bool out = false;
		leave_and_return(&w, &all[i], &out);
		came_out |= out;
		types += out;
	}
	act_as(&w, 0);
	assert_int_equal(request_run(&w.rq, DB_WRITE, work_keep, NULL), ST_OK);
	assert_true(types >= 5 && came_out);                             /* it was there to be found */
	look_below(&l, base);
	if (db_kind(conn_db(w.conn)) == DB_PG && cluster(where, path))
		look_below(&l, path);
	else if (db_kind(conn_db(w.conn)) == DB_PG)
		l.open_seen = true;                                          /* somebody else's cluster: its files are not ours to read */
	assert_true(l.open_seen && l.files > 0);
	assert_false(l.leaked);
	setenv("TMPDIR", base, 1);
	world_close(&w);
}
BOTH(found_nowhere)

static int make_base(void **state)
{
	(void)state;
	if (!test_dir(base, "canary"))
		return -1;
	build_wall();
	return setenv("TMPDIR", base, 1);
}

static int drop_base(void **state)
{
	(void)state;
	return rmdir(base);                                              /* nothing was left beside the stores */
}

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH_TESTS(found_nowhere) };

	return cmocka_run_group_tests_name("canary", tests, make_base, drop_base);
}
