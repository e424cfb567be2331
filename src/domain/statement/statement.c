/* statement.c - editions of what is told to everybody: approved by top management, announced where the purpose changes, made known
 * inside. */
#include "domain/statement/statement.h"
#include "domain/communication/communication.h"
#include "domain/task/task.h"
#include "record/list.h"
#include <stdio.h>
#define RECORD     statement
#define RECORD_DEF "domain/statement/statement.def"
#include "record/define.h"

enum { KNOWN_DAYS = 14 };

static bool is(struct str code, const char *one)
{
	return str_eq(code, str_z(one));
}

static bool publishes(const struct record *r, const struct move *m)
{
	return m && is(str_z(m->code), "approve") && is(r->step, "public");
}

/* ---- the name that is reserved ---- */

static bool has(struct str text, const struct str *words, ptrdiff_t n)
{
	for (ptrdiff_t i = 0; i < n; i++)
		if (str_find(text, words[i]) >= 0)
			return true;
	return false;
}

#define SELF(text) SLIT(text),
static const struct str self[] = {
#include "domain/statement/claims.def"
};

#define IS(text) SLIT(text),
static const struct str being[] = {
#include "domain/statement/claims.def"
};

#define OTHER(text) SLIT(text),
static const struct str others[] = {
#include "domain/statement/claims.def"
};

static bool claims(struct str sentence, struct str own)
{
	bool named = has(sentence, self, COUNT(self)) || (own.n && str_find(sentence, own) >= 0);

	return named && has(sentence, being, COUNT(being)) && !has(sentence, others, COUNT(others));
}

/* REQ: ORG-04 (Act 56) */
bool statement_claims_body(struct str text, struct str own)
{
	static const struct str full_stop = SLIT("。");
	struct str line, sentence;

	while (str_cut(&text, '\n', &line))
		for (ptrdiff_t end; line.n; line = str_sub(line, MIN(end + full_stop.n, line.n), line.n)) {
			end = str_find(line, full_stop);
			end = end < 0 ? line.n : end;
			sentence = str_sub(line, 0, end);
			if (claims(sentence, own))
				return true;
		}
	return false;
}

/* ---- an edition ---- */

/* What is said of a change belongs to one edition: the next one is asked anew. */
static enum status derive(struct request *rq, struct record *r, const struct move *m)
{
	static const enum statement_field of_one[] = { statement_f_effective, statement_f_announcement, statement_f_purpose_changed, statement_f_announced,
		statement_f_notified_on, statement_f_notified_how };

	(void)rq;
	if (publishes(r, m))
		r->v[statement_f_edition] = value_of_number(statement_edition(r) + 1);
	for (ptrdiff_t i = 0; m && is(str_z(m->code), "revise") && i < COUNT(of_one); i++)
		r->v[of_one[i]] = (struct value){ 0 };
	return ST_OK;
}

static enum status check(struct request *rq, const struct record *r, const struct move *m)
{
	(void)m;
	if (!r->version && !r->v[statement_f_title].set)
		problem(&rq->problems, S("title"), MSG_REC_REQUIRED);
	if (!r->version && !r->v[statement_f_kind].set)
		problem(&rq->problems, S("kind"), MSG_REC_REQUIRED);
	if (r->v[statement_f_notified_on].set && date_cmp(statement_notified_on(r), rq->today) > 0)
		problem(&rq->problems, S("notified_on"), MSG_COMMUNICATION_FUTURE);
	return ST_OK;
}

/* REQ: COM-03 (Act 21(3)) - a changed purpose is announced, or the persons were notified, before it holds. */
static void want_announced(struct request *rq, const struct record *r)
{
	bool notice = is(statement_announced(r), "notice");

	if (!r->v[statement_f_announced].set)
		problem(&rq->problems, S("announced"), MSG_STATEMENT_ANNOUNCE);
	if (is(statement_announced(r), "page") && !r->v[statement_f_announcement].set)
		problem(&rq->problems, S("announcement"), MSG_STATEMENT_ANNOUNCE);
	if (notice && !r->v[statement_f_notified_on].set)
		problem(&rq->problems, S("notified_on"), MSG_REC_REQUIRED);
	else if (notice && date_cmp(statement_notified_on(r), statement_effective(r)) > 0)
		problem(&rq->problems, S("notified_on"), MSG_STATEMENT_NOTIFIED_LATE);
	if (notice && !r->v[statement_f_notified_how].set)
		problem(&rq->problems, S("notified_how"), MSG_REC_REQUIRED);
}

static enum status may_move(struct request *rq, const struct record *r, const struct move *m, struct str comment)
{
	ptrdiff_t before = rq->problems.n;
	bool revision = statement_edition(r) > 0;

	(void)comment;
	if (!is(str_z(m->code), "submit") && !is(str_z(m->code), "approve"))
		return ST_OK;
	if (revision && !r->v[statement_f_announcement].set)
		problem(&rq->problems, S("announcement"), MSG_STATEMENT_CHANGE);
	if (revision && !is(statement_purpose_changed(r), "yes") && !is(statement_purpose_changed(r), "no"))
		problem(&rq->problems, S("purpose_changed"), MSG_STATEMENT_PURPOSE);
	if (is(statement_purpose_changed(r), "yes"))
		want_announced(rq, r);
	return rq->problems.n > before ? ST_NO : ST_OK;
}

/* ---- what follows ---- */

static struct str worded(struct request *rq, const struct record *r, enum msg_id id)
{
	char edition[24];
	struct str args[] = { statement_title(r), { edition, snprintf(edition, sizeof edition, "%lld", (long long)statement_edition(r)) } };
	struct buf b CLEANUP(buf_free) = buf_make(2000);

	msg_add(&b, JA, id, args, 2);
	return str_dup(rq->a, buf_str(&b));
}

static enum status tell_department(struct request *rq, struct record *department, void *arg)
{
	const struct record *r = arg;
	struct date due = date_add_days(rq->today, KNOWN_DAYS);

	if (date_cmp(statement_effective(r), due) > 0)
		due = statement_effective(r);
	return task_open(rq, &(struct new_task){ .kind = "announce", .role = "department_manager", .clause = "J.4.4.1", .title = worded(rq, r, MSG_STATEMENT_INSIDE),
		.department = department->id, .about = r->id, .due = due }, S("edition"));
}

/* REQ: COM-03 COM-02 - everybody was told, and each department makes it known to its people. */
static enum status after(struct request *rq, struct record *r, const struct record *before, const struct move *m)
{
	struct list_query departments = { .type = store_type(conn_store(rq->conn), S("department")), .sort = LIST_SORT_CHANGED, .step = S("active") };
	struct str what = worded(rq, r, MSG_STATEMENT_EDITION);

	(void)before;
	if (!publishes(r, m))
		return ST_OK;
	TRY(communication_note(rq, &(struct communication){ .outside = true, .what = what, .whom = msg_text(MSG_COMMUNICATION_PUBLIC, JA), .channel = "website", .about = r->id }));
	TRY(communication_note(rq, &(struct communication){ .what = what, .whom = msg_text(MSG_STATEMENT_STAFF, JA), .channel = "screen", .about = r->id }));
	return record_each(rq, &departments, tell_department, r);
}

const struct record_type statement_type = {
	RECORD_TABLES,
	.name = "statement", .title = { SLIT("公表文"), SLIT("Public statement") }, .area = "documents",
	.title_field = "title", .retention_years = 10, .clause = "J.10.3", .shown_step = "public",
	.hooks = { .derive = derive, .check = check, .may_move = may_move, .after = after },
};
