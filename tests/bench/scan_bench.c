/* scan_bench.c - the scanner on generated text and on dense lists, against reading alone, ripgrep and Vectorscan.
 *
 * Everything reads the same file from the page cache. TOBARI_BENCH_MB sets its size (1024), TOBARI_BENCH_RUNS the
 * pairs (5). ripgrep runs with one thread, ASCII word boundaries and prints every match with its offset to a file
 * that is thrown away; Vectorscan reports spans (HS_FLAG_SOM_LEFTMOST) block by block. */
#include "base/num.h"
#include "scan/inside.h"
#include "tests/bench/bench.h"
#include <assert.h>
#include <fcntl.h>
#include <hs.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BLOCK = 1 << 20 };
extern char **environ;

/* The number kinds as one alternation: what a careful user of grep would write. */
static const char *const patterns[] = {
	"(?-u:\\b)[0-9]{4}[- ]?[0-9]{4}[- ]?[0-9]{4}(?:[- ]?[0-9]{4})?(?-u:\\b)", "(?-u:\\b)0[0-9]{1,4}-[0-9]{1,4}-[0-9]{3,4}(?-u:\\b)",
	"(?-u:\\b)0[5-9]0[0-9]{8}(?-u:\\b)", "(?-u:\\b)[0-9]{3}-[0-9]{4}(?-u:\\b)", "(?-u:\\b)[A-Z]{2}[0-9]{7}(?-u:\\b)",
	"(?-u:\\b)[A-Z]{2}[0-9]{8}[A-Z]{2}(?-u:\\b)", "(?-u:\\b)[0-9]{4}-[0-9]{6}(?:-[0-9])?(?-u:\\b)", "(?-u:\\b)[0-9]{7,8}(?-u:\\b)",
	"(?-u:\\b)[0-9]{10,16}(?-u:\\b)", "[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}",
};
/* Names with their honorific and addresses with a number: far less than the scanner looks for. */
static const char *const word_patterns[] = {
	"[\\x{4E00}-\\x{9FFF}]{2,6}(?:様|さん|氏|部長|課長|先生)", "(?:東京都|北海道|(?:京都|大阪)府|[\\x{4E00}-\\x{9FFF}]{2,3}県)[\\x{3041}-\\x{9FFF}]{2,20}[0-9０-９]+",
	"(?:病歴|既往歴|障害者手帳|前科|健康診断結果|宗教)",
};

struct work {
	char            path[64];
	ptrdiff_t       size;
	struct scanner *numbers, *all;
	const struct scanner *scanner;                      /* of the two */
	int             threads;
	bool            words;
	hs_database_t  *db;
	long            found;
};

/* ---- ours ---- */

static void on_found(void *user, const struct scan_finding *f, struct str value)
{
	long *n = user;
	char place[64];
	struct buf b = { .p = place, .cap = sizeof place, .max = sizeof place };

	(void)f;
	scan_mask(&b, f->kind, str_sub(value, 0, 40));
	*n += 1;
}

/* Each in cache lines of its own: the counters are written at every finding. */
struct part { const struct work *w; ptrdiff_t from, to; long found; } __attribute__((aligned(128)));

static void *scan_part(void *user)
{
	struct part *p = user;
	struct scan_run *r = scan_run_make(p->w->scanner, on_found, &p->found);
	int fd = open(p->w->path, O_RDONLY | O_CLOEXEC);
	ptrdiff_t at = p->from, room;

	assert(fd >= 0);
	while (at < p->to) {
		char *to = scan_room(r, &room);
		ssize_t n = pread(fd, to, (size_t)MIN(room, p->to - at), at);

		assert(n > 0);
		scan_took(r, n);
		at += n;
	}
	scan_end(r);
	scan_run_free(r);
	close(fd);
	return NULL;
}

static double ours(void *user)
{
	struct work *w = user;
	struct part p[2] = { { w, 0, w->size / w->threads, 0 }, { w, w->size / 2, w->size, 0 } };
	pthread_t other;

	if (w->threads == 2)
		assert(pthread_create(&other, NULL, scan_part, &p[1]) == 0);
	scan_part(&p[0]);
	if (w->threads == 2)
		pthread_join(other, NULL);
	w->found = p[0].found + p[1].found;
	return (double)w->size / 1e6;
}

static double one_thread(void *user)
{
	struct work *w = user;
	int threads = w->threads;
	double d;

	w->threads = 1;
	d = ours(w);
	w->threads = threads;
	return d;
}

/* What two threads give on this machine for plain arithmetic: where two processors are threads of one core, less than two. */
static void *arithmetic(void *user)
{
	volatile uint64_t *sum = user;
	uint64_t a = 1, b = 2, c = 3, d = 4;

	for (int i = 0; i < 100000000; i++) {
		a += 1, b += 3, c += 5, d += 7;
		__asm__ volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d));
	}
	*sum = a + b + c + d;
	return NULL;
}

static double arithmetic_one(void *user)
{
	struct { uint64_t sum[16]; } x;

	(void)user;
	arithmetic(x.sum);
	return 1;
}

static double arithmetic_two(void *user)
{
	struct { uint64_t sum[32]; } x;
	pthread_t other;

	(void)user;
	assert(pthread_create(&other, NULL, arithmetic, &x.sum[16]) == 0);
	arithmetic(x.sum);
	pthread_join(other, NULL);
	return 2;
}

/* ---- floors and peers ---- */

static double plain_loop(void *user)
{
	struct work *w = user;
	static uint8_t block[BLOCK];
	int fd = open(w->path, O_RDONLY | O_CLOEXEC);
	volatile uint64_t total = 0;
	ssize_t n;

	while ((n = read(fd, block, BLOCK)) > 0) {
		uint64_t sum = 0;

		for (ssize_t i = 0; i < n; i++)
			sum += block[i];
		total += sum;
	}
	close(fd);
	return (double)w->size / 1e6;
}

/* What no finding comes without: the file read into a window, its digits, signs and ends of lines marked. */
static double first_pass(void *user)
{
	struct work *w = user;
	enum { WINDOW = 1 << 18 };
	static uint8_t window[WINDOW + 64];
	static struct marks m;
	int fd = open(w->path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	while ((n = read(fd, window, WINDOW)) > 0)
		for (ptrdiff_t at = 0; at < n; at += SCAN_CHUNK)
			w->scanner->classify->places(window, at, MIN(n - at, (ptrdiff_t)SCAN_CHUNK), n, w->words, &m);
	close(fd);
	return (double)w->size / 1e6;
}

static double ripgrep(void *user)
{
	struct work *w = user;
	char alternation[4096] = "";
	char *const argv[] = { (char []){ "rg" }, (char []){ "--no-config" }, (char []){ "-j1" }, (char []){ "-a" }, (char []){ "-o" }, (char []){ "-b" },
		(char []){ "-N" }, (char []){ "--no-filename" }, (char []){ "-e" }, alternation, w->path, NULL };
	posix_spawn_file_actions_t to;
	pid_t pid;
	int status;

	for (ptrdiff_t i = 0; i < COUNT(patterns) + (w->words ? COUNT(word_patterns) : 0); i++) {
		size_t n = strlen(alternation);
		snprintf(alternation + n, sizeof alternation - n, "%s%s", i ? "|" : "",
			i < COUNT(patterns) ? patterns[i] : word_patterns[i - COUNT(patterns)]);
	}
	posix_spawn_file_actions_init(&to);
	posix_spawn_file_actions_addopen(&to, 1, "/dev/null", O_WRONLY, 0);
	assert(posix_spawnp(&pid, "rg", &to, NULL, argv, environ) == 0);
	assert(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
	posix_spawn_file_actions_destroy(&to);
	return (double)w->size / 1e6;
}

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *user)
{
	(void)id, (void)from, (void)to, (void)flags;
	*(long *)user += 1;
	return 0;
}

static double vectorscan(void *user)
{
	struct work *w = user;
	static char block[BLOCK];
	hs_scratch_t *scratch = NULL;
	long found = 0;
	int fd = open(w->path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	assert(hs_alloc_scratch(w->db, &scratch) == HS_SUCCESS);
	while ((n = read(fd, block, BLOCK)) > 0)
		assert(hs_scan(w->db, block, (unsigned)n, 0, scratch, on_match, &found) == HS_SUCCESS);
	close(fd);
	hs_free_scratch(scratch);
	return (double)w->size / 1e6;
}

static hs_database_t *compile(void)
{
	static char plain[COUNT(patterns)][256];
	const char *p[COUNT(patterns)];
	unsigned flags[COUNT(patterns)], ids[COUNT(patterns)];
	hs_database_t *db = NULL;
	hs_compile_error_t *error = NULL;

	for (ptrdiff_t i = 0; i < COUNT(patterns); i++) {
		/* its \b is ASCII without being told */
		const char *s = patterns[i];
		char *to = plain[i];

		while (*s) {
			if (strncmp(s, "(?-u:\\b)", 8) == 0) {
				*to++ = '\\';
				*to++ = 'b';
				s += 8;
			} else {
				*to++ = *s++;
			}
		}
		*to = 0;
		p[i] = plain[i];
		flags[i] = HS_FLAG_SOM_LEFTMOST;
		ids[i] = (unsigned)i;
	}
	if (hs_compile_multi(p, flags, ids, (unsigned)COUNT(patterns), HS_MODE_BLOCK, NULL, &db, &error) != HS_SUCCESS) {
		fprintf(stderr, "vectorscan: %s\n", error->message);
		hs_free_compile_error(error);
		return NULL;
	}
	return db;
}

/* ---- the texts ---- */

static uint64_t seed = 88172645463325252u;
static uint64_t WRAPS draw(uint64_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % n;
}

static const char *const sentences[] = {
	"いつもお世話になっております。先日ご相談した件について、社内で検討した結果をお知らせいたします。", "来週の定例会議は木曜日の午後三時から、本社の会議室で行います。",
	"見積書の有効期限は発行日から一か月です。ご不明な点がありましたら営業部までお問い合わせください。", "売上は前年の同じ月と比べて3.2パーセント増え、1,250万円となりました。",
	"The quarterly report covers the period from April to June 2026 and was approved by the board without changes.",
	"2026-11-20 10:15:32 INFO worker[2211] finished job 4821 in 153 ms, 20 rows written", "static int count_rows(struct table *t) { return t->rows < 0 ? 0 : t->rows; }",
	"<tr><td class=\"name\">item</td><td class=\"price\">12,800</td><td>in stock</td></tr>", "資料の改訂版を共有フォルダに置きました。変更点は三ページ目の表と注記です。",
	"新しい規程は四月一日から適用されます。研修は全従業員が対象で、期日までに受講してください。", "warning: unused variable 'n' at src/main.c:120", "\n",
};
static const char *const personal[] = {
	"担当の高橋健太様（03-5555-0142）までご連絡ください。", "送付先は東京都渋谷区道玄坂2丁目11番1号です。", "連絡先: hanako.suzuki@example.co.jp", "個人番号：621498320257",
	"カード番号 4111 1111 1111 1111", "健康診断結果は施錠した棚に保管します。",
};

static void text_block(struct buf *b)
{
	while (b->n < BLOCK) {
		buf_add(b, str_z(draw(24) ? sentences[draw((uint64_t)COUNT(sentences))] : personal[draw((uint64_t)COUNT(personal))]));
		buf_char(b, '\n');
	}
}

static void dense_block(struct buf *b)
{
	while (b->n < BLOCK)
		buf_fmt(b, "%06d,%04d-%02d-%02d,03-%04d-%04d,%03d-%04d,%012llu,%d,item-%05d,%08d\n", (int)draw(1000000), 2000 + (int)draw(27), 1 + (int)draw(12),
			1 + (int)draw(28), (int)draw(10000), (int)draw(10000), (int)draw(1000), (int)draw(10000), (unsigned long long)draw(1000000000000u), (int)draw(1000000),
			(int)draw(100000), (int)draw(100000000));
}

static void make_text(struct work *w, const char *name, void (*fill)(struct buf *), ptrdiff_t mb)
{
	FILE *f;

	snprintf(w->path, sizeof w->path, "/tmp/tobari-bench-%d-%s", (int)getpid(), name);
	f = fopen(w->path, "wb");
	assert(f);
	w->size = 0;
	for (ptrdiff_t i = 0; i < mb; i++) {
		struct buf b = buf_make(2 * BLOCK);

		fill(&b);
		assert(fwrite(b.p, 1, (size_t)b.n, f) == (size_t)b.n);
		w->size += b.n;
		buf_free(&b);
	}
	assert(fclose(f) == 0);
}

static int setting(const char *name, int otherwise)
{
	int64_t v;

	return num_parse(str_z(getenv(name)), 1, INT32_MAX, &v) == ST_OK ? (int)v : otherwise;
}

static void compare(struct work *w, const char *name, const char *what, bench_run *a, bench_run *b, double must, double moonshot)
{
	char title[128], conditions[200];

	snprintf(title, sizeof title, "scan %s, %s", name, what);
	snprintf(conditions, sizeof conditions, "%d MB file in the page cache, %d thread(s), %s, offsets, lines, masks", (int)(w->size >> 20), w->threads,
		scanner_path(w->scanner));
	bench_compare(&(struct bench){ .name = title, .unit = "MB", .conditions = conditions, .ours = a, .baseline = b, .user = w,
		.runs = setting("TOBARI_BENCH_RUNS", 5), .must = must, .moonshot = moonshot });
}

static void measure(struct work *w, const char *name, double must, double moonshot)
{
	char title[80];

	w->scanner = w->numbers;
	w->threads = 1;
	w->words = false;
	snprintf(title, sizeof title, "numbers in %s", name);
	compare(w, title, "against ripgrep", ours, ripgrep, must, moonshot);
	compare(w, title, "against reading and adding bytes", ours, plain_loop, 0, 0);
	compare(w, title, "the first pass alone against ripgrep", first_pass, ripgrep, 0, 0);
	if (w->db)
		compare(w, title, "against Vectorscan", ours, vectorscan, 1, must);
	w->threads = 2;
	compare(w, title, "two threads against one", ours, one_thread, 1.6, 1.95);
	w->threads = 1;
	w->scanner = w->all;
	w->words = true;
	snprintf(title, sizeof title, "all kinds in %s", name);
	compare(w, title, "against ripgrep", ours, ripgrep, 1, 2);
}

int main(void)
{
	struct work w = { .threads = 1 };
	struct rusage u;
	int mb = setting("TOBARI_BENCH_MB", 1024);

	w.numbers = scanner_make(&(struct scan_options){ .kinds = SCAN_NUMBERS });
	w.all = scanner_make(&(struct scan_options){ 0 });
	w.db = compile();
	bench_compare(&(struct bench){ .name = "plain arithmetic, two threads against one", .unit = "rounds", .conditions = "what this machine gives",
		.ours = arithmetic_two, .baseline = arithmetic_one, .user = &w, .runs = setting("TOBARI_BENCH_RUNS", 5) });
	make_text(&w, "text", text_block, mb);
	measure(&w, "text", 4, 8);
	unlink(w.path);
	make_text(&w, "list", dense_block, mb);
	measure(&w, "dense lists", 3, 6);
	unlink(w.path);
	getrusage(RUSAGE_SELF, &u);
	bench_figure("scan, memory at its highest", "MB", "any file size", (double)u.ru_maxrss / 1024, 100, 50, true);
	hs_free_database(w.db);
	scanner_free(w.numbers);
	scanner_free(w.all);
	return 0;
}
