/* affected_person_test.c - persons told one by one, on both databases. */
#include "tests/unit/emergency.h"
#include "tests/unit/incident_case.h"
#include "domain/communication/communication_log.h"
#include "domain/council/agenda_item.h"
#include "domain/affected_person/affected_person.h"
#include "domain/affected_person/incident_notice.h"
#include "domain/affected_person/notice_papers.h"
#include "domain/publication/publication.h"

static struct record *add_person_to(struct world *w, int64_t incident, const char *name, const char *group)
{
	struct record *r = blank(w, "affected_person");

	r->v[affected_person_f_incident] = value_of_link(incident);
	r->v[affected_person_f_person] = value_of_text(str_z(name));
	r->v[affected_person_f_group] = value_of_text(str_z(group));
	assert_int_equal(save(w, r), ST_OK);
	return r;
}

static struct record *write_notice(struct world *w, int64_t incident, const char *group)
{
	struct record *r = blank(w, "incident_notice");

	r->v[incident_notice_f_incident] = value_of_link(incident);
	fill(r, "title", "お詫びとお知らせ");
	fill(r, "group", group);
	fill(r, "channel", "letter");
	fill(r, "items", "氏名、住所");
	fill(r, "desk", "お客様窓口 0120-000-000");
	assert_int_equal(save(w, r), ST_OK);
	return r;
}

static struct affected_tally tally(struct world *w, int64_t incident)
{
	struct affected_tally t;

	assert_int_equal(db_begin(w->rq.db, DB_READ), ST_OK);
	assert_int_equal(affected_persons_count(&w->rq, incident, &t), ST_OK);
	assert_int_equal(db_commit(w->rq.db), ST_OK);
	return t;
}

static enum status settled(struct world *w, int64_t incident)
{
	w->rq.problems.n = 0;
	assert_int_equal(db_begin(w->rq.db, DB_READ), ST_OK);
	enum status st = affected_persons_settled(&w->rq, incident);
	assert_int_equal(db_commit(w->rq.db), ST_OK);
	return st;
}

/* REQ: INC-03 INC-14 - no notice without facts, measures and the council's decision; then each person has status and date. */
static void told(const char *where)
{
	struct world w;
	struct record *n, *who[3];

	world_open(&w, where);
	int64_t incident = emergency(&w, "no");
	act_as(&w, w.manager);
	for (int i = 0; i < 3; i++)
		who[i] = add_person_to(&w, incident, i == 0 ? "甲" : i == 1 ? "乙" : "丙", "");
	assert_int_equal(move(&w, who[0], "notify", S("")), ST_NO);
	assert_true(has_problem(&w, "", MSG_INC_NEEDS_DECISION));
	n = write_notice(&w, incident, "");
	assert_int_equal(move(&w, n, "decide", S("")), ST_BAD_INPUT);
	assert_true(has_problem(&w, "facts", MSG_REC_REQUIRED));
	assert_true(has_problem(&w, "measures", MSG_REC_REQUIRED));
	fill(n, "facts", "宛先を取り違えた。");
	fill(n, "measures", "回収した。");
	assert_int_equal(save(&w, n), ST_OK);
	assert_int_equal(move(&w, n, "decide", S("")), ST_NO);
	assert_true(has_problem(&w, "", MSG_INC_NEEDS_DECISION));
	council_decides(&w, incident, "notice");
	act_as(&w, w.manager);
	assert_int_equal(move(&w, who[0], "notify", S("")), ST_NO);
	assert_true(has_problem(&w, "", MSG_AFFECTED_NO_NOTICE));
	assert_int_equal(move(&w, n, "decide", S("")), ST_OK);
	assert_int_equal(move(&w, n, "send_all", S("")), ST_OK);
	assert_int_equal(tally(&w, incident).by[AFFECTED_SENT], 3);
	/* REQ: COM-02 - one entry of the common log for all who were told at once, and one more for each told alone */
	struct linked log = parts(&w, "communication_log", communication_log_f_incident, incident);
	assert_int_equal(log.n, 1);
	assert_true(str_eq(communication_log_whom(log.r[0]), S("本人（3人）")) && str_eq(communication_log_channel(log.r[0]), S("letter")));
	assert_int_equal(communication_log_about(log.r[0]), n->id);
	assert_int_equal(communication_log_staff(log.r[0]), w.manager);
	act_as(&w, w.manager);
	assert_int_equal(move(&w, add_person_to(&w, incident, "丁", ""), "notify", S("")), ST_OK);
	assert_int_equal(parts(&w, "communication_log", communication_log_f_incident, incident).n, 2);
	act_as(&w, w.manager);
	assert_int_equal(load(&w, who[1]->id, &who[1]), ST_OK);
	assert_int_equal(affected_person_sent(who[1]).days, w.rq.today.days);
	assert_int_equal(affected_person_notice(who[1]), n->id);
	assert_int_equal(affected_person_staff(who[1]), w.manager);
	assert_true(str_eq(affected_person_channel(who[1]), S("letter")));
	assert_int_equal(move(&w, n, "send_all", S("")), ST_NO);      /* nobody waits */
	world_close(&w);
}
BOTH(told)

/* The next meeting, which may not end without a decision about the person; it is not recorded by itself. */
static void about_person(struct world *w, int64_t incident, const struct record *person, const char *what)
{
	struct record *m, *sits = council(w, incident, w->boss), *item;

	assert_int_equal(move(w, sits, "convene", S("")), ST_OK);
	m = meeting(w, incident);
	struct linked open = parts(w, "agenda_item", agenda_item_f_incident, incident);
	assert_int_equal(open.n, 1);
	item = open.r[0];
	assert_int_equal(agenda_item_person(item), person->id);
	assert_int_equal(agenda_item_notice(item), affected_person_notice(person));
	assert_true(str_find(agenda_item_title(item), S("お詫びとお知らせ")) >= 0 && str_find(agenda_item_title(item), affected_person_person(person)->text) < 0);
	act_as(w, w->manager);
	add_decision(w, m, "other", "別の件。");
	assert_int_equal(save(w, m), ST_OK);
	assert_int_equal(council_meeting_decisions(m)->rows->next->v[2].num, item->id);      /* it stands on the agenda */
	assert_int_not_equal(move(w, m, "record", S("")), ST_OK);
	assert_true(has_problem(w, "decisions", MSG_MEETING_AGENDA));
	council_meeting_decisions(m)->rows->next->v[1] = value_of_text(str_z(what));
	assert_int_equal(save(w, m), ST_OK);
	assert_int_equal(move(w, m, "record", S("")), ST_OK);
	assert_int_equal(load(w, item->id, &item), ST_OK);
	assert_true(str_eq(item->step, S("decided")) && agenda_item_meeting(item) == m->id);
}

static void decide_notice(struct world *w, int64_t incident)
{
	struct record *n = write_notice(w, incident, "");

	fill(n, "facts", "宛先を取り違えた。");
	fill(n, "measures", "回収した。");
	assert_int_equal(save(w, n), ST_OK);
	assert_int_equal(move(w, n, "decide", S("")), ST_OK);
}

/* REQ: INC-20 INC-21 INC-15 - not accepted waits for the council, unreachable for other means; those who need something are first. */
static void answers(const char *where)
{
	struct world w;
	struct record *who[4], *first[4];
	struct affected_tally t;
	int nfirst;

	world_open(&w, where);
	int64_t incident = emergency(&w, "no");
	council_decides(&w, incident, "notice");
	council_decides(&w, incident, "person");
	act_as(&w, w.manager);
	decide_notice(&w, incident);
	for (int i = 0; i < 4; i++)
		who[i] = add_person_to(&w, incident, "磯野", "");
	assert_int_equal(settled(&w, incident), ST_NO);
	assert_true(has_problem(&w, "", MSG_AFFECTED_OPEN_LISTED));
	for (int i = 0; i < 3; i++)
		assert_int_equal(move(&w, who[i], "notify", S("")), ST_OK);
	assert_int_equal(db_begin(w.rq.db, DB_READ), ST_OK);
	assert_int_equal(affected_persons_count(&w.rq, incident, &t), ST_OK);
	assert_int_equal(affected_persons_first(&w.rq, incident, &t, 4, first, &nfirst), ST_OK);
	assert_int_equal(db_commit(w.rq.db), ST_OK);
	assert_int_equal(nfirst, 1);
	assert_int_equal(first[0]->id, who[3]->id);
	assert_int_equal(move(&w, who[3], "miss", S("")), ST_OK);
	assert_int_equal(move(&w, who[0], "accept", S("")), ST_OK);
	assert_int_equal(move(&w, who[1], "decline", S("")), ST_OK);
	assert_int_equal(settled(&w, incident), ST_NO);
	assert_true(has_problem(&w, "", MSG_AFFECTED_OPEN_DECLINED));
	assert_true(has_problem(&w, "", MSG_AFFECTED_OPEN_UNREACHABLE));
	assert_int_equal(move(&w, who[1], "decide", S("")), ST_DENIED);        /* by a meeting only */
	about_person(&w, incident, who[1], "責任者が訪問して説明する。");
	act_as(&w, w.manager);
	assert_int_equal(load(&w, who[1]->id, &who[1]), ST_OK);
	assert_true(str_eq(who[1]->step, S("decided")) && str_eq(affected_person_decision(who[1]), S("責任者が訪問して説明する。")));
	assert_int_equal(affected_person_decided_on(who[1]).days, w.rq.today.days);
	assert_int_equal(settled(&w, incident), ST_NO);
	assert_true(has_problem(&w, "", MSG_AFFECTED_OPEN_DECIDED));
	fill(who[1], "recontact", "訪問して説明し、了承を得た。");
	assert_int_equal(save(&w, who[1]), ST_OK);
	assert_int_equal(move(&w, who[1], "contact", S("")), ST_OK);
	assert_int_equal(move(&w, who[3], "cover", S("")), ST_NO);
	assert_true(has_problem(&w, "means_on", MSG_AFFECTED_MEANS));
	fill(who[3], "means", "website");
	who[3]->v[affected_person_f_means_on] = value_of_date(w.rq.today);
	assert_int_equal(save(&w, who[3]), ST_OK);
	assert_int_equal(move(&w, who[3], "cover", S("")), ST_OK);
	assert_int_equal(settled(&w, incident), ST_OK);
	assert_int_equal(tally(&w, incident).all, 4);
	world_close(&w);
}
BOTH(answers)

/* REQ: INC-21 INC-04 - a publication in place of the notice (Act 26(2) proviso) says what a notice says, has the council's decision on the
 * measure, covers whoever cannot be reached, before or after, and stays until the case is closed. */
static void told_publicly(const char *where)
{
	struct world w;
	struct record *p, *who[2], *i;

	world_open(&w, where);
	int64_t incident = emergency(&w, "no");
	council_decides(&w, incident, "notice");
	council_decides(&w, incident, "publication");
	act_as(&w, w.manager);
	decide_notice(&w, incident);
	for (int k = 0; k < 2; k++)
		who[k] = add_person_to(&w, incident, k ? "乙" : "甲", "");
	assert_int_equal(move(&w, who[0], "miss", S("")), ST_OK);
	p = draft_publication(&w, incident);
	fill(p, "desk_name", "お客様窓口");
	fill(p, "desk_phone", "0120-000-000");
	fill(p, "relation", "beside");
	assert_int_equal(save(&w, p), ST_OK);
	assert_int_equal(move(&w, p, "publish", S("")), ST_OK);
	assert_int_equal(tally(&w, incident).publication, 0);         /* beside the notices it replaces none */
	assert_int_equal(move(&w, p, "revise", S("通知に代える")), ST_OK);
	fill(p, "relation", "instead");
	assert_int_equal(save(&w, p), ST_OK);
	assert_int_equal(move(&w, p, "publish", S("")), ST_NO);
	assert_true(has_problem(&w, "items", MSG_PUBLICATION_INSTEAD) && has_problem(&w, "damage", MSG_PUBLICATION_INSTEAD));
	assert_true(has_problem(&w, "relation", MSG_INC_NEEDS_DECISION));
	fill(p, "items", "氏名、住所");
	fill(p, "damage", "確認されていない。");
	assert_int_equal(save(&w, p), ST_OK);
	assert_int_equal(move(&w, p, "publish", S("")), ST_NO);       /* the council has not decided on the measure */
	council_decides(&w, incident, "alternative");
	act_as(&w, w.manager);
	assert_int_equal(move(&w, p, "publish", S("")), ST_OK);
	assert_int_equal(tally(&w, incident).publication, p->id);
	assert_int_equal(settled(&w, incident), ST_NO);
	assert_false(has_problem(&w, "", MSG_AFFECTED_OPEN_UNREACHABLE));
	assert_true(has_problem(&w, "", MSG_AFFECTED_OPEN_LISTED));   /* who was not tried is not covered */
	assert_int_equal(move(&w, who[1], "miss", S("")), ST_OK);     /* found later: covered without anybody doing anything */
	assert_int_equal(settled(&w, incident), ST_OK);
	assert_int_equal(move(&w, p, "withdraw", S("掲載期間の終了")), ST_NO);
	assert_true(has_problem(&w, "", MSG_PUBLICATION_RELIED_ON));
	assert_int_equal(move(&w, p, "revise", S("続報")), ST_OK);    /* what was said last can still be read */
	assert_int_equal(settled(&w, incident), ST_OK);
	act_as(&w, 0);
	assert_int_equal(load(&w, incident, &i), ST_OK);
	i->step = S("closed");
	assert_int_equal(write_free(&w, i), ST_OK);
	act_as(&w, w.manager);
	assert_int_equal(move(&w, p, "publish", S("")), ST_OK);
	assert_int_equal(move(&w, p, "withdraw", S("掲載期間の終了")), ST_OK);
	assert_int_equal(tally(&w, incident).publication, 0);
	world_close(&w);
}
BOTH(told_publicly)

/* REQ: INC-04 INC-22 - a waiver needs reason, measure and the council; entrusted information the client's word. */
static void waived(const char *where)
{
	struct world w;
	struct record *who, *n;

	world_open(&w, where);
	int64_t incident = emergency(&w, "yes");
	council_decides(&w, incident, "notice");
	act_as(&w, w.manager);
	n = write_notice(&w, incident, "");
	fill(n, "facts", "宛先を取り違えた。");
	fill(n, "measures", "回収した。");
	assert_int_equal(save(&w, n), ST_OK);
	assert_int_equal(move(&w, n, "decide", S("")), ST_NO);
	assert_true(has_problem(&w, "", MSG_INC_NEEDS_INSTRUCTION));
	client_instructs(&w, incident);
	act_as(&w, w.manager);
	assert_int_equal(move(&w, n, "decide", S("")), ST_OK);
	who = add_person_to(&w, incident, "本人", "");
	fill(who, "waiver", "住所が分からない。");
	assert_int_equal(save(&w, who), ST_OK);
	assert_int_equal(move(&w, who, "waive", S("")), ST_NO);
	assert_true(has_problem(&w, "measure", MSG_AFFECTED_MEASURE));
	council_decides(&w, incident, "alternative");
	act_as(&w, w.manager);
	fill(who, "measure", "ウェブサイトで公表し、専用窓口を設ける。");
	assert_int_equal(save(&w, who), ST_OK);
	assert_int_equal(move(&w, who, "waive", S("")), ST_OK);
	struct version *v;
	assert_int_equal(db_begin(w.rq.db, DB_READ), ST_OK);
	assert_int_equal(record_versions(&w.rq, who->id, &v), ST_OK);
	assert_int_equal(db_commit(w.rq.db), ST_OK);
	assert_int_equal(v->staff, w.manager);                        /* who approved it stays */
	world_close(&w);
}
BOTH(waived)

/* A notice for one group leaves the others waiting; two incidents do not mix. */
static void groups(const char *where)
{
	struct world w;
	struct record *n;

	world_open(&w, where);
	int64_t one = emergency(&w, "no"), two = emergency(&w, "no");
	council_decides(&w, one, "notice");
	act_as(&w, w.manager);
	add_person_to(&w, one, "甲", "会員");
	add_person_to(&w, one, "乙", "従業者");
	add_person_to(&w, two, "丙", "会員");
	n = write_notice(&w, one, "会員");
	fill(n, "facts", "宛先を取り違えた。");
	fill(n, "measures", "回収した。");
	assert_int_equal(save(&w, n), ST_OK);
	assert_int_equal(move(&w, n, "decide", S("")), ST_OK);
	assert_int_equal(move(&w, n, "send_all", S("")), ST_OK);
	assert_int_equal(tally(&w, one).by[AFFECTED_SENT], 1);
	assert_int_equal(tally(&w, one).by[AFFECTED_LISTED], 1);
	assert_int_equal(tally(&w, two).by[AFFECTED_LISTED], 1);
	act_as(&w, w.mika);                                           /* who concerns nobody else is seen by nobody else */
	struct record *r;
	assert_int_equal(load(&w, n->id, &r), ST_NOT_FOUND);
	world_close(&w);
}
BOTH(groups)

/* ---- letters ---- */

struct taken { struct buf b; int parts; };
static enum status take(void *user, struct str bytes)
{
	struct taken *t = user;

	buf_add(&t->b, bytes);
	t->parts++;
	return ST_OK;
}

struct lettering { struct letters l; struct taken t; };
static enum status work_letters(struct request *rq, void *arg)
{
	struct lettering *x = arg;

	return notice_letters_write(rq, &x->l, take, &x->t);
}

static enum status letters(struct world *w, struct lettering *x, int64_t incident, int64_t notice, int64_t max)
{
	*x = (struct lettering){ .l = { .incident = incident, .notice = notice, .max = max }, .t = { .b = buf_make(64 << 20) } };
	enum status st = request_run(&w->rq, DB_READ, work_letters, x);
	buf_free(&x->t.b);
	return st;
}

static enum status one_letter(struct world *w, const struct record *person, struct notice_letter *letter, struct addressee *to)
{
	w->rq.problems.n = 0;
	assert_int_equal(db_begin(w->rq.db, DB_READ), ST_OK);
	enum status st = affected_person_letter(&w->rq, person, letter, to);
	assert_int_equal(db_commit(w->rq.db), ST_OK);
	return st;
}

/* REQ: INC-03 INC-14 - letters only by a notice that was decided, to all who wait and to nobody else; later the words that were sent. */
static void by_letter(const char *where)
{
	struct world w;
	struct lettering x;
	struct notice_letter letter;
	struct addressee to;
	struct record *n, *who[4];

	world_open(&w, where);
	int64_t incident = emergency(&w, "no");
	act_as(&w, w.manager);
	for (int i = 0; i < 4; i++)
		who[i] = add_person_to(&w, incident, i == 0 ? "潮風" : "磯野", i < 3 ? "会員" : "従業者");
	n = write_notice(&w, incident, "会員");
	fill(n, "facts", "宛先を取り違えた。");
	fill(n, "measures", "回収した。");
	assert_int_equal(save(&w, n), ST_OK);
	assert_int_equal(letters(&w, &x, incident, 0, 100), ST_NO);
	assert_true(has_problem(&w, "", MSG_NOTICE_NO_LETTERS));
	assert_int_equal(one_letter(&w, who[0], &letter, &to), ST_NO);
	assert_true(has_problem(&w, "", MSG_AFFECTED_NO_NOTICE));
	council_decides(&w, incident, "notice");
	act_as(&w, w.manager);
	assert_int_equal(move(&w, n, "decide", S("")), ST_OK);
	assert_int_equal(letters(&w, &x, incident, 0, 100), ST_OK);
	assert_int_equal(x.l.written, 3);                              /* nothing is decided for the staff among them */
	assert_true(x.t.parts > 0);
	assert_int_equal(letters(&w, &x, incident, 0, 2), ST_TOO_BIG);
	assert_int_equal(one_letter(&w, who[0], &letter, &to), ST_OK);
	assert_true(str_eq(letter.facts, S("宛先を取り違えた。")) && str_eq(to.name, S("潮風")));
	assert_int_equal(move(&w, who[0], "notify", S("")), ST_OK);
	assert_int_equal(letters(&w, &x, incident, n->id, 100), ST_OK);
	assert_int_equal(x.l.written, 2);
	/* what is written anew does not change what was sent */
	assert_int_equal(move(&w, n, "revise", S("改める")), ST_OK);
	fill(n, "facts", "別の文面。");
	assert_int_equal(save(&w, n), ST_OK);
	assert_int_equal(one_letter(&w, who[0], &letter, &to), ST_OK);
	assert_true(str_eq(letter.facts, S("宛先を取り違えた。")));
	assert_int_equal(letter.made.days, affected_person_sent(who[0]).days);
	world_close(&w);
}
BOTH(by_letter)

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH_TESTS(told), BOTH_TESTS(answers), BOTH_TESTS(told_publicly), BOTH_TESTS(waived), BOTH_TESTS(groups), BOTH_TESTS(by_letter) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
