/* finder_test.c - walks, states, stops and long lines, over files made here. */
#include "domain/finder/finder.h"
#include "base/test_dir.h"
#include "sys/sys.h"
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

static struct sandbox *box;
static char root[TEST_DIR_MAX];

/* ---- files ---- */

static void path_to(char *p, const char *name)
{
	snprintf(p, 4096, "%s/%s", root, name);
}

static void put(const char *name, struct str bytes)
{
	char p[4096];
	path_to(p, name);
	int fd = open(p, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(sys_write_all(fd, bytes), ST_OK);
	close(fd);
}

/* Times long enough ago that the state trusts them; the time of change cannot be set, so the clock is moved on. */
static void settle(void)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	sys_set_now((struct instant){ ((int64_t)t.tv_sec + 10) * 1000000 });
}

static int make_root(void **state)
{
	(void)state;
	return test_dir(root, "finder") ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *at)
{
	(void)st, (void)flag, (void)at;
	return remove(path);
}

static int drop_root(void **state)
{
	(void)state;
	sys_set_now(SYS_RUNNING);
	return nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* ---- runs: the output is "name>member:line:kind masked" and "name!why" ---- */

struct seen { struct buf out; int64_t stop_after; _Atomic bool stop; int64_t writes; };

static void on_finding(void *user, struct buf *out, const struct finding *f)
{
	(void)user;
	const char *name = memrchr(f->path.p, '/', (size_t)f->path.n);
	struct str last = { name + 1, f->path.p + f->path.n - name - 1 };
	buf_fmt(out, "%.*s>%.*s:%lld:%s %.*s[%lld-%lld]%.*s\n", STR_FMT(last), STR_FMT(f->member), (long long)f->line, scan_kinds[f->kind].name,
	        STR_FMT(f->masked), (long long)f->start, (long long)f->end, STR_FMT(f->value));
}

static void on_unread(void *user, struct buf *out, struct str path, struct str member, enum extract_why why)
{
	(void)user;
	const char *name = memrchr(path.p, '/', (size_t)path.n);
	buf_fmt(out, "%.*s>%.*s!%s\n", (int)(path.p + path.n - name - 1), name + 1, STR_FMT(member), extract_why_code(why));
}

static enum status on_write(void *user, struct str bytes)
{
	struct seen *s = user;
	buf_add(&s->out, bytes);
	if (++s->writes == s->stop_after)
		atomic_store(&s->stop, true);
	return ST_OK;
}

static struct finder_summary run(struct seen *s, struct finder_options o, enum status want)
{
	struct finder_output out = { .finding = on_finding, .unread = on_unread, .write = on_write, .user = s };
	struct finder_summary sum = { .files = -1 };
	struct arena a = arena_make(0);
	struct problems ps = { .a = &a };
	struct str path = str_z(root);
	if (!o.npaths) {
		o.paths = &path;
		o.npaths = 1;
	}
	o.sandbox = box;
	o.stop = &s->stop;
	if (!o.threads)
		o.threads = 1;
	s->out = buf_make(0);
	enum status st = finder_run(&o, &out, &ps, &sum);
	assert_int_equal(st, want);
	assert_int_equal(ps.n > 0, want != ST_OK);
	arena_free(&a);
	return sum;
}

#define EXPECT(s, text) do { \
		if (!str_eq(buf_str(&(s).out), S(text))) \
			fail_msg("got:\n%.*s\nwant:\n%s", STR_FMT(buf_str(&(s).out)), (text)); \
		buf_free(&(s).out); \
	} while (0)

static const struct scan_options PHONES = { .kinds = SCAN_BIT(SCAN_phone) };

static void walks(void **state)
{
	(void)state;
	char from[4096], to[4096];
	struct seen s = { .stop_after = -1 };

	path_to(from, "sub");
	assert_int_equal(mkdir(from, 0700), 0);
	put("b.txt", S("x\n電話 090-1234-5678\n"));
	put("sub/a.json", S("{\"電話\":\"\\u0030\\u0039\\u0030-1234-5678\"}"));
	put("sub/.hidden", S("電話 080-1111-2222"));
	put("sub/bom.csv", S("\xEF\xBB\xBF" "電話\n070-1234-5678\n"));
	put("sub/page.html", S("<html><p>電話 090<b>-</b>3333-4444</p>"));
	put("sub/pic.png", S("\x89PNG\r\n\x1A\n"));
	put("sub/skip.log", S("電話 090-9999-9999"));
	path_to(to, "sub/link.txt");
	path_to(from, "b.txt");
	assert_int_equal(symlink(from, to), 0);
	path_to(to, "sub/loop");
	assert_int_equal(symlink(root, to), 0);
	path_to(to, "sub/pipe");
	assert_int_equal(mkfifo(to, 0600), 0);

	struct str excludes[] = { S("*.log") };
	struct finder_summary sum = run(&s, (struct finder_options){ .scan = PHONES, .excludes = excludes, .nexcludes = 1 }, ST_OK);
	EXPECT(s, "b.txt>:2:phone 090-****-**78[9-22]\n"
	          ".hidden>:1:phone 080-****-**22[7-20]\na.json>:1:phone 090-****-**78[11-24]\nbom.csv>:2:phone 070-****-**78[10-23]\n"
	          "page.html>:1:phone 090-****-**44[7-20]\npic.png>!image\n");
	assert_int_equal(sum.files, 6);
	assert_int_equal(sum.findings, 5);
	assert_int_equal(sum.kinds[SCAN_phone], 5);
	assert_int_equal(sum.unread, 1);
	assert_int_equal(sum.skipped, 4);
	assert_true(sum.complete);

	struct str named[] = { str_z(to) }, missing[] = { S("/nowhere/at/all") };
	run(&s, (struct finder_options){ .paths = named, .npaths = 1 }, ST_OK);
	EXPECT(s, "pipe>!special\n");
	run(&s, (struct finder_options){ .paths = missing, .npaths = 1 }, ST_NOT_FOUND);
	buf_free(&s.out);
}

static void masks(void **state)
{
	(void)state;
	struct seen s = { .stop_after = -1 };
	put("a.txt", S("個人番号 621498320257\n電話 090-1234-5678\n"));
	struct finder_options o = { .values = true, .scan = { .kinds = SCAN_BIT(SCAN_phone) | SCAN_BIT(SCAN_my_number) } };
	run(&s, o, ST_OK);
	EXPECT(s, "a.txt>:1:my_number **********57[13-25]\na.txt>:2:phone 090-****-**78[33-46]090-1234-5678\n");
	o.values = false;
	run(&s, o, ST_OK);
	assert_true(str_find(buf_str(&s.out), S("090-1234-5678")) < 0);
	buf_free(&s.out);
}

/* ---- the state ---- */

static struct str state_path(char *p)
{
	path_to(p, "state");
	return str_z(p);
}

static void remembers(void **state)
{
	(void)state;
	char p[4096], zip[4096];
	struct seen s = { .stop_after = -1 };
	struct finder_options o = { .scan = PHONES, .state = state_path(p) };

	put("a.txt", S("電話 090-1234-5678"));
	put("b.png", S("\x89PNG\r\n\x1A\n"));
	settle();
	const char *first = "a.txt>:1:phone 090-****-**78[7-20]\nb.png>!image\n";
	struct finder_summary sum = run(&s, o, ST_OK);
	assert_string_equal(first, (buf_char(&s.out, 0), s.out.p));
	assert_int_equal(sum.unchanged, 0);
	buf_free(&s.out);
	struct stat st;
	assert_int_equal(stat(p, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);

	sum = run(&s, o, ST_OK);
	assert_string_equal(first, (buf_char(&s.out, 0), s.out.p));
	assert_int_equal(sum.unchanged, 2);
	assert_int_equal(sum.findings, 1);
	assert_int_equal(sum.unread, 1);
	buf_free(&s.out);

	put("a.txt", S("電話 080-1234-5678"));           /* same size; the times tell */
	settle();
	sum = run(&s, o, ST_OK);
	EXPECT(s, "a.txt>:1:phone 080-****-**78[7-20]\nb.png>!image\n");
	assert_int_equal(sum.unchanged, 1);

	o.scan.min_score = 101;                           /* another question: nothing is unchanged */
	sum = run(&s, o, ST_OK);
	EXPECT(s, "b.png>!image\n");
	assert_int_equal(sum.unchanged, 0);

	path_to(zip, "b.png");
	assert_int_equal(unlink(zip), 0);
	sum = run(&s, o, ST_OK);
	EXPECT(s, "");
	struct arena a = arena_make(0);
	struct str all;
	assert_int_equal(sys_read_file(&a, str_z(p), 1 << 20, &all), ST_OK);
	assert_true(str_find(all, S("b.png")) < 0);       /* what is gone is forgotten */
	assert_true(str_find(all, S("1234")) < 0);        /* and no value is kept */
	arena_free(&a);
}

/* More findings than one part of the state holds: remembered whole, or read again. */
static void remembers_much(void **state)
{
	(void)state;
	enum { LINES = 60000 };
	char p[4096];
	struct seen s = { .stop_after = -1 };
	struct finder_options o = { .scan = PHONES, .state = state_path(p) };
	struct buf text CLEANUP(buf_free) = buf_make(0), first CLEANUP(buf_free) = buf_make(0);
	struct arena a = arena_make(0);
	struct str all;

	for (int i = 0; i < LINES; i++)
		buf_fmt(&text, "電話 090-%04d-%04d\n", i / 100, i % 10000);
	put("a.txt", buf_str(&text));
	settle();
	assert_int_equal(run(&s, o, ST_OK).findings, LINES);
	buf_add(&first, buf_str(&s.out));
	buf_free(&s.out);
	assert_int_equal(sys_read_file(&a, str_z(p), 1 << 26, &all), ST_OK);
	assert_true(all.n > 4 << 20);

	struct finder_summary sum = run(&s, o, ST_OK);
	assert_int_equal(sum.unchanged, 1);
	assert_int_equal(sum.findings, LINES);
	assert_true(str_eq(buf_str(&s.out), buf_str(&first)));
	buf_free(&s.out);

	assert_int_equal(sys_read_file(&a, str_z(p), 1 << 26, &all), ST_OK);
	ptrdiff_t at = str_find(all, S("\"part\":1,"));         /* one part is gone: its place says something else */
	assert_true(at > 0);
	int fd = open(p, O_WRONLY);
	assert_int_equal(pwrite(fd, "q", 1, at + 1), 1);
	close(fd);
	sum = run(&s, o, ST_OK);
	assert_int_equal(sum.unchanged, 0);
	assert_true(str_eq(buf_str(&s.out), buf_str(&first)));
	buf_free(&s.out);
	arena_free(&a);
}

static void survives_cuts(void **state)
{
	(void)state;
	char p[4096];
	struct seen s = { .stop_after = -1 };
	struct finder_options o = { .scan = PHONES, .state = state_path(p) };
	struct arena a = arena_make(0);
	struct str all;

	put("a.txt", S("電話 090-1234-5678"));
	put("b.txt", S("電話 070-1234-5678"));
	settle();
	run(&s, o, ST_OK);
	buf_free(&s.out);
	assert_int_equal(sys_read_file(&a, str_z(p), 1 << 20, &all), ST_OK);
	for (ptrdiff_t n = 0; n <= all.n; n += n < 100 ? 25 : 7) {
		put("state", str_sub(all, 0, n));
		ptrdiff_t line = str_find_char(all, '\n') + 1;
		if (n && n < line) {                      /* not even the first line: this is something else */
			run(&s, o, ST_BAD_INPUT);
			buf_free(&s.out);
			continue;
		}
		run(&s, o, ST_OK);
		EXPECT(s, "a.txt>:1:phone 090-****-**78[7-20]\nb.txt>:1:phone 070-****-**78[7-20]\n");
	}
	put("state", S("not a state\n"));
	run(&s, o, ST_BAD_INPUT);
	buf_free(&s.out);
	assert_int_equal(sys_read_file(&a, str_z(p), 1 << 20, &all), ST_OK);
	assert_true(str_eq(all, S("not a state\n")));     /* and stays as it was */
	arena_free(&a);
}

static void stops_and_goes_on(void **state)
{
	(void)state;
	char p[4096], name[40];
	struct seen s = { .stop_after = 30 };
	struct finder_options o = { .scan = PHONES, .state = state_path(p) };

	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof name, "f%03d.txt", i);
		put(name, S("電話 090-1234-5678"));
	}
	settle();
	struct finder_summary sum = run(&s, o, ST_OK);
	assert_false(sum.complete);
	assert_in_range(sum.files, 30, 99);
	buf_free(&s.out);
	int64_t done = sum.files;
	atomic_store(&s.stop, false);
	s.stop_after = -1;
	sum = run(&s, o, ST_OK);
	assert_true(sum.complete);
	assert_int_equal(sum.files, 100);
	assert_int_equal(sum.findings, 100);
	assert_in_range(sum.unchanged, done - 1, done);   /* the file being read when it stopped may be read again */
	buf_free(&s.out);
}

static void threads_find_the_same(void **state)
{
	(void)state;
	char name[40];
	struct seen s = { .stop_after = -1 };

	for (int i = 0; i < 60; i++) {
		snprintf(name, sizeof name, i % 3 ? "f%03d.txt" : "f%03d.html", i);
		put(name, i % 3 ? S("電話 090-1234-5678") : S("<html>電話 090-1234-5678"));
	}
	struct buf first = buf_make(0);
	for (int threads = 1; threads <= 4; threads++) {
		struct finder_summary sum = run(&s, (struct finder_options){ .scan = PHONES, .threads = threads }, ST_OK);
		assert_int_equal(sum.findings, 60);
		assert_int_equal(sum.files, 60);
		if (threads == 1)
			buf_add(&first, buf_str(&s.out));
		assert_true(str_eq(buf_str(&first), buf_str(&s.out)));      /* in the same order, too */
		buf_free(&s.out);
	}
	buf_free(&first);
}

/* ---- one file, several threads ---- */

/* The whole output of a run; the caller frees. */
static struct buf output_of(const char *name, int threads, bool values)
{
	char p[4096];
	struct seen s = { .stop_after = -1 };

	path_to(p, name);
	struct str one = str_z(p);
	run(&s, (struct finder_options){ .paths = &one, .npaths = 1, .scan = { .min_score = 1 }, .threads = threads, .values = values, .part_bytes = 8192 }, ST_OK);
	return s.out;
}

static void same_with_threads(const char *name, struct str text, int least)
{
	put(name, text);
	struct buf one = output_of(name, 1, true);
	int n = 0;

	for (ptrdiff_t i = 0; i < one.n; i++)
		n += one.p[i] == '\n';
	if (n < least)
		fail_msg("%s: %d findings", name, n);
	for (int threads = 2; threads <= 4; threads++) {
		struct buf more = output_of(name, threads, true);
		if (!str_eq(buf_str(&one), buf_str(&more)))
			fail_msg("%s with %d threads:\n%.*s\nand with one:\n%.*s", name, threads, STR_FMT(buf_str(&more)), STR_FMT(buf_str(&one)));
		buf_free(&more);
	}
	buf_free(&one);
}

/* Parts of 8 KiB end in the middle of rows, cells, numbers and letters: shifted by a byte or more they end elsewhere. */
static void parts_find_the_same(void **state)
{
	static const char fill[] = "そのほかのことは、次の会議で話し合います。\n";
	(void)state;

	for (int shift = 0; shift < 12; shift++) {
		struct buf b = buf_make(0);
		for (int i = 0; i < shift * 7; i++)
			buf_char(&b, 'x');
		buf_lit(&b, "\n\n氏名,住所,生年月日,電話,備考\n");
		for (int i = 0; b.n < 90000; i++)                  /* one table from above all parts, with cells of several lines */
			buf_fmt(&b, "山田 太郎,東京都港区芝公園2-2-%d,1980-05-%02d,03-1234-%04d,%s\n", i % 30 + 1, i % 28 + 1, i % 10000,
			        i % 5 ? "6214-9832-0257" : "\"一行目\n二行目 090-1234-5678\"");
		same_with_threads("table", buf_str(&b), 1000);
		b.n = 0;
		for (int i = 0; i < shift; i++)
			buf_char(&b, 'x');
		for (int i = 0; b.n < 80000; i++) {                /* prose: tables begin and end, labels stand above */
			buf_add(&b, i % 3 ? str_z(fill) : S("担当の高橋健太様（03-5555-0142）まで。"));
			if (i % 17 == 0)
				buf_lit(&b, "\n\n氏名\t電話\n佐藤花子\t03-1234-5678\n");
			if (i % 40 == 0)
				buf_lit(&b, "\n");
			if (i % 41 == 0)
				buf_lit(&b, "個人番号\n6214-9832-0257\n");
		}
		same_with_threads("prose", buf_str(&b), 200);
		b.n = 0;
		for (int i = 0; b.n < 60000; i++)                  /* one line */
			buf_add(&b, i % 50 ? S("そのまま続く文字列、") : S("電話 03-1234-5678 "));
		same_with_threads("line", buf_str(&b), 20);
		b.n = 0;
		for (int i = 0; b.n < 30000 + shift * 1500; i++)   /* ASCII for long, then not UTF-8 */
			buf_fmt(&b, "plain ascii 03-1234-%04d\n", i % 10000);
		buf_lit(&b, "\x93\x64\x98\x62 090-1234-5678\n");
		for (int i = 0; i < 1000; i++)
			buf_fmt(&b, "\x93\x64\x98\x62 03-1234-%04d\n", i % 10000);
		same_with_threads("late", buf_str(&b), 2000);
		buf_free(&b);
	}
}

/* ---- encodings and long lines ---- */

static void other_encodings(void **state)
{
	(void)state;
	struct seen s = { .stop_after = -1 };
	struct buf late = buf_make(0);

	put("cp932", S("\x93\x64\x98\x62 090-1234-5678"));
	put("utf16", S("\xff\xfe\xfb\x96\x71\x8a\x20\0" "0\0" "9\0" "0\0-\0" "1\0" "2\0" "3\0" "4\0-\0" "5\0" "6\0" "7\0" "8\0"));
	for (int i = 0; i < 30000; i++)
		buf_lit(&late, "plain ascii\n");
	buf_lit(&late, "\x93\x64\x98\x62 090-1234-5678");
	put("late", buf_str(&late));
	buf_free(&late);
	run(&s, (struct finder_options){ .scan = PHONES }, ST_OK);
	EXPECT(s, "cp932>:1:phone 090-****-**78[7-20]\nlate>:30001:phone 090-****-**78[360007-360020]\nutf16>:1:phone 090-****-**78[7-20]\n");
}

static long peak_kb(void)
{
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	return u.ru_maxrss;
}

/* One line of `size` bytes with a number at its beginning, middle and end: all are found, in bounded memory. */
static void long_line(int64_t size)
{
	struct seen s = { .stop_after = -1 };
	char p[4096];
	path_to(p, "long");
	FILE *f = fopen(p, "w");
	assert_non_null(f);
	static char fill[1 << 16];
	memset(fill, 'x', sizeof fill);
	int64_t half = size / 2 / (int64_t)sizeof fill;
	fputs("電話 090-1234-5678 ", f);
	for (int i = 0; i < 2; i++) {
		for (int64_t k = 0; k < half; k++)
			assert_int_equal(fwrite(fill, 1, sizeof fill, f), sizeof fill);
		fputs(" 電話 080-1234-5678 ", f);
	}
	fclose(f);
	long before = peak_kb();
	struct finder_summary sum = run(&s, (struct finder_options){ .scan = PHONES }, ST_OK);
	assert_int_equal(sum.findings, 3);
	assert_int_equal(sum.bytes, 21 + 2 * (half * (int64_t)sizeof fill + 22));
	assert_true(peak_kb() - before < 100 * 1024);
	buf_free(&s.out);
}

static void long_lines(void **state)
{
	(void)state;
	long_line(5 << 20);
	if (getenv("TOBARI_LONG"))
		long_line(200 << 20);
}

static int start(void **state)
{
	(void)state;
	charset_prepare();
	return sandbox_start(&box) != ST_OK;
}

static int stop(void **state)
{
	(void)state;
	sandbox_stop(box);
	return 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_root, drop_root)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(walks), TEST(masks), TEST(remembers), TEST(remembers_much), TEST(survives_cuts), TEST(stops_and_goes_on), TEST(threads_find_the_same), TEST(parts_find_the_same),
		TEST(other_encodings), TEST(long_lines),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
