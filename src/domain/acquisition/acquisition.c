/* acquisition.c - the application before a new kind of personal information is acquired (W1). */
#include "domain/acquisition/acquisition.h"
#include "domain/ledger/ledger.h"
#include "domain/task/task.h"
#include "record/store.h"
#define RECORD     acquisition
#define RECORD_DEF "domain/acquisition/acquisition.def"
#include "record/define.h"

static bool yes(struct str s)
{
	return str_eq(s, S("yes"));
}

/* REQ: LED-06 (J.8.5): what is asked for in writing needs the text shown to the person, unless an exception is claimed
 * with its facts; the means must be lawful and fair (J.8.2). */
static enum status check(struct request *rq, const struct record *r, const struct move *m)
{
	if (!m || !(m->demands & AT_SUBMIT))
		return ST_OK;
	bool exception = r->v[acquisition_f_exception].set;
	if (exception && !r->v[acquisition_f_exception_facts].set)
		problem(&rq->problems, S("exception_facts"), MSG_ACQUISITION_FACTS);
	if (str_eq(acquisition_route(r), S("direct_written")) && !exception && !r->v[acquisition_f_notice].set
	    && !r->v[acquisition_f_notice_file].set)
		problem(&rq->problems, S("notice"), MSG_ACQUISITION_NOTICE);
	if (!yes(acquisition_lawful(r)))
		problem(&rq->problems, S("lawful"), MSG_ACQUISITION_LAWFUL);
	/* what must not have begun before the approval */
	if (r->v[acquisition_f_start_on].set && date_cmp(acquisition_start_on(r), rq->today) < 0)
		problem(&rq->problems, S("start_on"), MSG_ACQUISITION_STARTED);
	return ST_OK;
}

static void copy(const struct record *from, int a, struct record *to, int b)
{
	to->v[b] = from->v[a];
}

static enum status make_row(struct request *rq, const struct record *r, int64_t *ret)
{
	struct record *row = record_new(rq, store_type(conn_store(rq->conn), S("ledger")));

	copy(r, acquisition_f_department, row, ledger_f_department);
	copy(r, acquisition_f_business, row, ledger_f_business);
	copy(r, acquisition_f_name, row, ledger_f_name);
	copy(r, acquisition_f_items, row, ledger_f_items);
	copy(r, acquisition_f_purpose, row, ledger_f_purpose);
	copy(r, acquisition_f_route, row, ledger_f_route);
	copy(r, acquisition_f_storage_place, row, ledger_f_storage_place);
	copy(r, acquisition_f_storage_method, row, ledger_f_storage_method);
	copy(r, acquisition_f_access, row, ledger_f_access);
	copy(r, acquisition_f_use_period, row, ledger_f_use_period);
	copy(r, acquisition_f_retention, row, ledger_f_retention);
	copy(r, acquisition_f_count, row, ledger_f_count);
	copy(r, acquisition_f_sensitive, row, ledger_f_sensitive);
	copy(r, acquisition_f_my_number, row, ledger_f_my_number);
	copy(r, acquisition_f_provision, row, ledger_f_recipients);
	copy(r, acquisition_f_contracting, row, ledger_f_contractors);
	copy(r, acquisition_f_notice, row, ledger_f_notice);
	row->v[ledger_f_entrusted] = value_of_text(str_eq(acquisition_route(r), S("entrusted")) ? S("yes") : S("no"));
	row->v[ledger_f_application] = value_of_link(r->id);
	row->creator = r->creator;
	TRY(record_write(rq, row, r->serial));
	*ret = row->id;
	return ST_OK;
}

/* REQ: LED-06 - on approval the ledger row appears the same day, and the risk analysis is asked for. */
static enum status after(struct request *rq, struct record *r, const struct record *before, const struct move *m)
{
	int64_t row;

	(void)before;
	if (!m || !str_eq(str_z(m->code), S("approve")))
		return ST_OK;
	TRY(make_row(rq, r, &row));
	return task_open(rq, &(struct new_task){ .kind = "risk_analysis", .role = "department_head", .clause = "J.3.1.3", .about = row,
		.title = acquisition_name(r).n ? acquisition_name(r) : r->serial, .department = acquisition_department(r), .due = acquisition_start_on(r) }, r->serial);
}

const struct record_type acquisition_type = {
	RECORD_TABLES,
	.name = "acquisition", .title = { SLIT("新規個人情報取得申請書"), SLIT("Application for new acquisition") }, .area = "ledger",
	.title_field = "name", .department_field = "department", .serial_prefix = "A", .retention_years = 10, .clause = "J.3.1.1",
	.hooks = { .check = check, .after = after },
};
