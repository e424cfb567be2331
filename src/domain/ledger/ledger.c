/* ledger.c - the ledger: its approval, its yearly review, and what is missing in it. */
#include "domain/ledger/ledger.h"
#include "domain/ledger/aliases.h"
#include "domain/change_application/change_application.h"
#include "record/import.h"
#include "record/store.h"
#define RECORD     ledger
#define RECORD_DEF "domain/ledger/ledger.def"
#include "record/define.h"

static enum status derive(struct request *rq, struct record *r, const struct move *m)
{
	struct str move = m ? str_z(m->code) : S("");

	/* what is taken directly in writing needs the text that is shown to the person (J.8.5) */
	r->v[ledger_f_notice_state] = value_of_text(!str_eq(ledger_route(r), S("direct_written")) ? S("not_needed")
		: r->v[ledger_f_notice].set ? S("there") : S("missing"));

	if (str_eq(move, S("approve")) || str_eq(move, S("adopt")))
		r->v[ledger_f_reviewed_on] = value_of_date(rq->today);
	return ST_OK;
}

/* REQ: LED-05 (J.3.1.1 b): approving in spite of a gap needs a written reason, which stays in the history. */
static enum status may_move(struct request *rq, const struct record *r, const struct move *m, struct str comment)
{
	int forms;

	if (!str_eq(str_z(m->code), S("approve")) || str_trim(comment).n)
		return ST_OK;
	TRY(ledger_open_forms(rq, r->department, &forms));
	if (!forms)
		return ST_OK;
	problem(&rq->problems, S("comment"), MSG_LEDGER_GAP_REASON);
	return ST_NO;
}

static enum status check(struct request *rq, const struct record *r, const struct move *m)
{
	(void)m;
	/* REQ: SPI-02 - what holds My Numbers is never information entrusted for joint use */
	if (str_eq(ledger_my_number(r), S("yes")) && r->v[ledger_f_joint_use].set)
		problem(&rq->problems, S("joint_use"), MSG_LEDGER_SPI_JOINT);
	return ST_OK;
}

/* An import that would change purpose or handling becomes a draft of the application for it.
 * REQ: LED-07 (J.8.6) */
static enum status import_fixed(struct request *rq, const struct record *now, const struct import_change *c, int n)
{
	struct record *a = record_new(rq, store_type(conn_store(rq->conn), S("change_application")));
	struct row *first = NULL, **end = &first;
	bool purpose = false;
	int rows = 0;

	for (int i = 0; i < n; i++) {
		const struct field *f = &now->type->fields[c[i].place];
		if (!(f->flags & FIXED))
			continue;
		struct row *row = new(rq->a, struct row);
		row->v = new_n(rq->a, struct value, 3);
		row->id = ++rows;
		row->v[0] = value_of_text(str_z(f->name));
		row->v[1] = value_of_text(c[i].before);
		row->v[2] = value_of_text(c[i].after.n ? c[i].after : msg_text(MSG_CHANGE_CLEARS, JA));
		*end = row;
		end = &row->next;
		purpose |= c[i].place == ledger_f_purpose;
	}
	a->v[change_application_f_department] = now->v[ledger_f_department];
	a->v[change_application_f_ledger] = value_of_link(now->id);
	a->v[change_application_f_kind] = value_of_text(purpose ? S("purpose") : S("handling"));
	a->v[change_application_f_changes] = (struct value){ .set = true, .num = rows, .rows = first };
	a->v[change_application_f_imported] = value_of_text(S("yes"));
	return record_write(rq, a, S("import"));
}

const struct record_type ledger_type = {
	RECORD_TABLES,
	.name = "ledger", .title = { SLIT("個人情報管理台帳"), SLIT("Ledger of personal information") }, .area = "ledger",
	.title_field = "name", .department_field = "department", .serial_prefix = "L", .imported_step = "adopted", .retention_years = 10, .clause = "J.3.1.1",
	.hooks = { .check = check, .derive = derive, .may_move = may_move, .import_fixed = import_fixed,
		.vocabulary = ledger_vocabulary },
};
