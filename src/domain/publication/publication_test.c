/* publication_test.c - telling the public, the desk that speaks, plan and log, on both databases. */
#include "tests/unit/emergency.h"
#include "domain/communication/communication.h"
#include "domain/communication/communication_log.h"
#include "domain/press_desk/press_desk.h"
#include "domain/publication/publication.h"
#include "record/linked.h"

static int64_t count(struct world *w, const char *type)
{
	int64_t n = 0;

	assert_int_equal(db_begin(w->rq.db, DB_READ), ST_OK);
	assert_int_equal(record_count(&w->rq, store_type(w->store, str_z(type)), S(""), &n), ST_OK);
	assert_int_equal(db_commit(w->rq.db), ST_OK);
	return n;
}

/* REQ: INC-05 INC-14 INC-22 COM-02 - no desk, no decision, no instruction: no publication; published, it is in the log. */
static void publishing(const char *where)
{
	struct world w;
	struct record *r;

	world_open(&w, where);
	int64_t incident = emergency(&w, "yes");
	act_as(&w, w.manager);
	r = draft_publication(&w, incident);
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "publish", S("")), ST_BAD_INPUT);
	assert_true(has_problem(&w, "desk_name", MSG_REC_REQUIRED));
	assert_true(has_problem(&w, "desk_phone", MSG_REC_REQUIRED));
	fill(r, "desk_name", "お客様窓口");
	fill(r, "desk_phone", "0120-000-000");
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "publish", S("")), ST_NO);
	assert_true(has_problem(&w, "", MSG_INC_NEEDS_DECISION));
	council_decides(&w, incident, "publication");
	act_as(&w, w.manager);
	assert_int_equal(move(&w, r, "publish", S("")), ST_NO);
	assert_true(has_problem(&w, "", MSG_INC_NEEDS_INSTRUCTION));
	client_instructs(&w, incident);
	act_as(&w, w.manager);
	assert_int_equal(count(&w, "communication_log"), 0);
	assert_int_equal(move(&w, r, "publish", S("")), ST_OK);
	assert_int_equal(publication_published(r).days, w.rq.today.days);
	assert_int_equal(count(&w, "communication_log"), 1);
	world_close(&w);
}
BOTH(publishing)

static struct record *answer_to_press(struct world *w, int64_t incident)
{
	struct record *r = blank(w, "communication_log");

	fill(r, "side", "outside");
	fill(r, "what", "取材への回答");
	fill(r, "whom", "新聞社");
	fill(r, "channel", "phone");
	r->v[communication_log_f_incident] = value_of_link(incident);
	return r;
}

/* REQ: INC-16 - once the desk is open nobody else speaks to the outside, nor logs that they did. */
static void desk(const char *where)
{
	struct world w;
	struct record *r;
	struct row *row;

	world_open(&w, where);
	int64_t incident = emergency(&w, "no");
	act_as(&w, w.mika);
	assert_int_equal(save(&w, answer_to_press(&w, incident)), ST_OK);
	act_as(&w, w.manager);
	r = blank(&w, "press_desk");
	r->v[press_desk_f_incident] = value_of_link(incident);
	fill(r, "name", "広報室（内線100）");
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "open", S("")), ST_BAD_INPUT);
	row = new(&w.a, struct row);
	row->v = new_n(&w.a, struct value, 1);
	row->v[0] = value_of_link(w.desk);
	r->v[press_desk_f_members] = (struct value){ .set = true, .num = 1, .rows = row };
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "open", S("")), ST_NO);
	council_decides(&w, incident, "desk");
	act_as(&w, w.manager);
	assert_int_equal(move(&w, r, "open", S("")), ST_OK);
	act_as(&w, w.mika);
	assert_int_equal(save(&w, answer_to_press(&w, incident)), ST_BAD_INPUT);
	assert_true(has_problem(&w, "incident", MSG_PRESS_DESK_ONLY));
	act_as(&w, w.desk);
	assert_int_equal(save(&w, answer_to_press(&w, incident)), ST_OK);
	act_as(&w, w.manager);
	assert_int_equal(move(&w, r, "close", S("")), ST_OK);
	act_as(&w, w.mika);
	assert_int_equal(save(&w, answer_to_press(&w, incident)), ST_OK);
	world_close(&w);
}
BOTH(desk)

/* REQ: COM-01 - a line lacks none of its six items. */
static void plan(const char *where)
{
	struct world w;
	struct record *r;

	world_open(&w, where);
	act_as(&w, w.manager);
	r = blank(&w, "communication");
	fill(r, "side", "outside");
	fill(r, "time", "normal");
	fill(r, "what", "個人情報保護方針");
	fill(r, "when", "制定・改正のとき");
	fill(r, "whom", "一般");
	fill(r, "procedure", "トップマネジメントの承認後に掲載する");
	fill(r, "method", "ウェブサイト");
	assert_int_equal(save(&w, r), ST_BAD_INPUT);
	assert_true(has_problem(&w, "performer", MSG_REC_REQUIRED));
	fill(r, "performer", "個人情報保護管理者");
	assert_int_equal(save(&w, r), ST_OK);
	world_close(&w);
}
BOTH(plan)

enum { NOTES = 230 };

static enum status work_notes(struct request *rq, void *incident)
{
	for (int i = 0; i < NOTES; i++)
		TRY(communication_note(rq, &(struct communication){ .what = S("連絡"), .whom = S("関係者"), .channel = "phone",
			.incident = *(int64_t *)incident, .about = *(int64_t *)incident }));
	return ST_OK;
}

struct entries { int64_t incident; struct linked p; };

static enum status work_entries(struct request *rq, void *arg)
{
	struct entries *e = arg;

	return communication_of(rq, e->incident, &e->p);
}

/* REQ: COM-02 - a long case leaves no entry of its log out. */
static void long_log(const char *where)
{
	struct world w;

	world_open(&w, where);
	struct entries e = { .incident = emergency(&w, "no") };
	act_as(&w, w.manager);
	assert_int_equal(request_run(&w.rq, DB_WRITE, work_notes, &e.incident), ST_OK);
	assert_int_equal(request_run(&w.rq, DB_READ, work_entries, &e), ST_OK);
	assert_int_equal(e.p.n, NOTES);
	world_close(&w);
}
BOTH(long_log)

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH_TESTS(publishing), BOTH_TESTS(desk), BOTH_TESTS(plan), BOTH_TESTS(long_log) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
