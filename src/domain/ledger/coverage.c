/* coverage.c - what the ledger does not cover, department by department: the aim is to know all personal information and how it is
 * handled, the ledger is only the means (J.3.1.1, note). It reads each process and each row in force once. */
#include "domain/ledger/ledger.h"
#include "domain/process/process.h"
#include "record/list.h"
#include "record/settings.h"

struct date ledger_review_since(struct request *rq)
{
	struct civil c = date_civil(rq->as_of.days == DATE_NEVER.days ? rq->today : rq->as_of);
	int month = (int)setting_get(rq, SETTING_review_month);

	return date_make(c.month > month ? c.year : c.year - 1, month, 1);
}

/* Memory taken while rows are walked is given back: what is found stands in what was made before. */
static struct coverage *of_department(struct coverages *all, int64_t department)
{
	for (int i = 0; i < all->n; i++)
		if (all->c[i].department == department)
			return &all->c[i];
	if (all->n == COVERAGES_MAX) {
		all->c[COVERAGES_MAX - 1].department = 0;        /* the rest together */
		return &all->c[COVERAGES_MAX - 1];
	}
	all->c[all->n] = (struct coverage){ .department = department };
	return &all->c[all->n++];
}

static void note(struct coverages *all, struct coverage *c, enum ledger_gap gap, int64_t record, int count)
{
	c->gap[gap] += count;
	all->sum.gap[gap] += count;
	if (c->department == all->named && all->nnamed[gap] < GAPS_NAMED)
		all->name[gap][all->nnamed[gap]++] = record;
}

/* Forms that hold personal information, or may, and that no row of the ledger covers. */
static int open_forms(const struct record *process)
{
	enum { FORM, HOLDS, LEDGER };
	int n = 0;

	for (const struct row *row = process_forms(process)->rows; row; row = row->next)
		n += !str_eq(row->v[HOLDS].text, S("no")) && !row->v[LEDGER].num;
	return n;
}

static enum status look_at_process(struct request *rq, struct record *r, void *arg)
{
	int n = open_forms(r);

	(void)rq;
	if (n)
		note(arg, of_department(arg, r->department), GAP_FORM, r->id, n);
	return ST_OK;
}

static enum status look_at_row(struct request *rq, struct record *r, void *arg)
{
	struct coverages *all = arg;
	struct coverage *c = of_department(all, r->department);

	(void)rq;
	c->rows++;
	all->sum.rows++;
	if (!r->v[ledger_f_risk_analysed].set)
		note(all, c, GAP_RISK, r->id, 1);
	if (str_eq(ledger_notice_state(r), S("missing")))
		note(all, c, GAP_NOTICE, r->id, 1);
	if (!r->v[ledger_f_reviewed_on].set || date_cmp(ledger_reviewed_on(r), all->since) < 0)
		note(all, c, GAP_REVIEW, r->id, 1);
	return ST_OK;
}

/* REQ: LED-08 */
enum status ledger_coverage(struct request *rq, int64_t named, struct coverages **ret)
{
	struct coverages *all = new(rq->a, struct coverages);
	struct list_query processes = { .type = store_type(conn_store(rq->conn), S("process")), .sort = LIST_SORT_CHANGED };
	struct list_query rows = { .type = store_type(conn_store(rq->conn), S("ledger")), .sort = LIST_SORT_SERIAL, .step = S("active") };

	all->named = named;
	all->since = ledger_review_since(rq);
	enum status st = record_each(rq, &processes, look_at_process, all);
	if (st == ST_OK || st == ST_DENIED)                      /* who may not read processes sees the rows all the same */
		st = record_each(rq, &rows, look_at_row, all);
	TRY(st);
	*ret = all;
	return ST_OK;
}

struct forms { int64_t department; int n; };

static enum status count_forms(struct request *rq, struct record *r, void *arg)
{
	struct forms *f = arg;

	(void)rq;
	if (!f->department || r->department == f->department)
		f->n += open_forms(r);
	return ST_OK;
}

/* REQ: LED-04 */
enum status ledger_open_forms(struct request *rq, int64_t department, int *ret)
{
	struct forms f = { .department = department };
	struct list_query q = { .type = store_type(conn_store(rq->conn), S("process")), .sort = LIST_SORT_CHANGED };
	struct actor actor = rq->actor;

	rq->actor = (struct actor){ .system = true, .name = S("") };    /* a gap counts whoever may read the form */
	enum status st = record_each(rq, &q, count_forms, &f);
	rq->actor = actor;
	*ret = f.n;
	return st;
}
