/* ledger_bench.c - a ledger of 100,000 rows comes in as a workbook: read, recognised and compared with what the store holds, against
 * unpacking and parsing the same workbook alone; then applied. */
#include "domain/types.h"
#include "record/import_run.h"
#include "record/place.h"
#include "record/store_impl.h"
#include "sys/sandbox.h"
#include "sys/sys.h"
#include "tests/bench/bench.h"
#include "tests/bench/workbook.h"
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

static void must(enum status st, const char *what)
{
	if (st == ST_OK)
		return;
	fprintf(stderr, "ledger_bench: %s: %s\n", what, status_name(st));
	exit(1);
}

static struct bed {
	char            dir[64];
	struct arena    a;
	struct sandbox *sandbox;
	struct place   *place;
	struct store   *store;
	struct conn    *conn;
	struct request  rq;
	struct buf      file;
} bed;

struct bringing { struct arena keep; struct import_source source; struct import_read read; };

static enum status work_read(struct request *rq, void *arg)
{
	struct bringing *x = arg;

	return import_read_file(&x->keep, rq, store_type(bed.store, S("ledger")), &x->source, &rq->problems, &x->read);
}

/* As `tobari import ledger` does it; without `apply` the difference is only told. */
static struct import_report bring(bool apply)
{
	struct bringing x = { .keep = arena_make(INT64_C(8) << 30), .source = { .name = S("ledger.xlsx"), .bytes = buf_str(&bed.file) } };
	struct import_report report;

	request_init(&bed.rq, &bed.a, bed.conn, JA);
	must(request_run(&bed.rq, DB_READ, work_read, &x), "read");
	must(import_run(&bed.rq, &x.keep, &x.read, apply, &bed.rq.problems, NULL, &report), "import");
	import_read_end(&x.read);
	arena_free(&x.keep);
	return report;
}

static double compare(void *user)
{
	struct import_report r = bring(false);

	(void)user;
	must(r.count[IMPORT_SAME] + r.count[IMPORT_NEW] == ROWS && !r.count[IMPORT_CHANGED] ? ST_OK : ST_BROKEN, "the difference");
	return ROWS;
}

static double parse(void *user)
{
	(void)user;
	return read_floor(&bed.file);
}

static void make_bed(void)
{
	snprintf(bed.dir, sizeof bed.dir, "/tmp/tobari-bench-XXXXXX");
	if (!mkdtemp(bed.dir))
		exit(1);
	bed.a = arena_make(INT64_C(8) << 30);
	must(sandbox_start(&bed.sandbox), "sandbox");
	must(place_create(str_z(bed.dir), &(struct place_plan){ 0 }, &bed.place), "place");
	must(store_open(place_where(bed.place), place_keyring(bed.place), domain_types, domain_ntypes, &bed.store), "store");
	store_confine(bed.store, bed.sandbox);
	must(conn_open(bed.store, &bed.conn), "connection");
	write_ours(&bed.file);
}

/* BENCH_ONLY="new" or "again": of the two comparisons this one alone. */
int main(void)
{
	enum { RUNS = 5 };
	static const char conditions[] = "100,000 rows of 10 cells, in a confined child, matched by number; SQLite";
	struct rusage usage;

	make_bed();
	if (bench_wanted("new"))
		bench_compare(&(struct bench){ .name = "ledger import: reading and difference of new rows, against unzip and parse", .unit = "rows",
			.conditions = conditions, .ours = compare, .baseline = parse, .runs = RUNS, .must = 2, .ratio_is_time = true });
	int64_t begin = sys_monotonic_us();
	struct import_report r = bring(true);
	must(r.count[IMPORT_NEW] == ROWS ? ST_OK : ST_BROKEN, "not every row is new");
	bench_figure("ledger import of 100,000 rows, applied", "s", "versioned, indexed, audited; SQLite WAL FULL", (double)(sys_monotonic_us() - begin) / 1e6, 0, 0, true);
	if (bench_wanted("again"))
		bench_compare(&(struct bench){ .name = "ledger import: the same file again, nothing changed, against unzip and parse", .unit = "rows",
			.conditions = conditions, .ours = compare, .baseline = parse, .runs = RUNS, .must = 2, .ratio_is_time = true });
	getrusage(RUSAGE_SELF, &usage);
	bench_figure("ledger import of 100,000 rows, memory at most", "MB", "the process, with the workbook itself in memory", (double)usage.ru_maxrss / 1024, 0, 0, true);
	conn_close(bed.conn);
	store_close(bed.store);
	place_close(bed.place);
	sandbox_stop(bed.sandbox);
	buf_free(&bed.file);
	arena_free(&bed.a);
	execl("/bin/rm", "rm", "-rf", bed.dir, (char *)NULL);
	return 1;
}
