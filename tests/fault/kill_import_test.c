/* kill_import_test.c - a long list of persons is brought in portion by portion and killed at a random moment, again and again;
 * run once more it ends whole: every row is there once, with its own column, nothing is doubled, and the log verifies. The same for the
 * job that a page starts: another node goes on when the lease has ended, and what it tells at the end is right. */
#include "tests/fault/kill.h"
#include "domain/affected_person/affected_person.h"
#include "domain/incident/incident.h"
#include "record/import_task.h"
#include "tests/unit/people.h"

enum { ROWS = 600, PORTION = 25, NAMESAKES = 90, KILLS_MAX = 40 };

/* Most rows have a number; the last ones are namesakes of whom nothing else is known. */
static struct str list_of(struct arena *a)
{
	struct buf b = buf_make(1 << 20);

	buf_lit(&b, "会員番号,氏名,住所,棚番号\r\n");
	for (int i = 0; i < ROWS - NAMESAKES; i++)
		buf_fmt(&b, "M%04d,潮風 %d,みなと市%d,T%d\r\n", i, i % 50, i, i);
	for (int i = 0; i < NAMESAKES; i++)
		buf_fmt(&b, ",浜辺 渚,みなと市%d,T%d\r\n", i % 7, i);
	struct str s = str_dup(a, buf_str(&b));
	buf_free(&b);
	return s;
}

struct bringing {
	struct world        *w;
	struct import_source source;
	struct import_read   read;
	struct import_report report;
	int                  told;               /* a pipe; -1 = nobody waits */
};

static enum status work_read(struct request *rq, void *arg)
{
	struct bringing *b = arg;
	const struct type *t = store_type(conn_store(rq->conn), S("affected_person"));

	return import_read_file(&b->w->a, rq, t, &b->source, &rq->problems, &b->read);
}

static enum status portion_done(const struct import_progress *p, void *user)
{
	struct bringing *b = user;
	char mark = 'p';

	(void)p;
	if (b->told >= 0 && write(b->told, &mark, 1) != 1)
		_exit(4);
	return ST_OK;
}

static enum status bring(struct world *w, int64_t incident, int told, struct import_report *ret)
{
	struct import_given given = { affected_person_f_incident, value_of_link(incident) };
	struct bringing b = { .w = w, .told = told, .source = { .name = S("list.csv"), .bytes = list_of(&w->a), .portion = PORTION,
		.given = &given, .ngiven = 1 } };
	enum status st;

	act_as(w, 0);
	st = request_run(&w->rq, DB_READ, work_read, &b);
	if (st == ST_OK)
		st = import_own_fields(w->conn, &b.read.table[0]);
	if (st == ST_OK)
		st = import_run(&w->rq, &w->a, &b.read, true, &w->rq.problems, &(struct import_watch){ .told = portion_done, .user = &b }, &b.report);
	import_read_end(&b.read);
	*ret = b.report;
	return st;
}

/* ---- a node of its own that is killed ---- */

typedef int node_work(struct world *w, int64_t id, int told);

static int bring_once(struct world *w, int64_t incident, int told)
{
	struct import_report report;

	return bring(w, incident, told, &report) == ST_OK ? 0 : 2;
}

static const struct job_kind kinds[] = { { IMPORT_JOB, NULL, import_task_job } };

static int do_jobs(struct world *w, int64_t task, int told)
{
	(void)task;
	(void)told;
	jobs_run(w->conn, kinds, (int)COUNT(kinds), JOB_SLOW, 1);
	return 0;
}

static void node(struct world *w, node_work *work, int64_t id, int told)
{
	struct world mine = kill_reopened(w);

	store_confine(mine.store, w->sandbox);
	if (conn_open(mine.store, &mine.conn) != ST_OK)
		_exit(1);
	_exit(work(&mine, id, told));
}

/* Ends the node after some portions and some time; true when it had come to its end before. */
static bool kill_once(struct world *w, node_work *work, int64_t id, int most_ms)
{
	int fd[2], code;
	uint16_t dice;
	char mark;

	assert_int_equal(pipe(fd), 0);
	pid_t pid = fork();
	if (pid == 0) {
		close(fd[0]);
		node(w, work, id, fd[1]);
	}
	close(fd[1]);
	sys_random(&dice, 2);
	for (int i = dice % 4; work == bring_once && i >= 0 && read(fd[0], &mark, 1) == 1; i--)
		continue;
	poll(NULL, 0, dice % most_ms);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &code, 0), pid);
	close(fd[0]);
	assert_true(WIFSIGNALED(code) || WEXITSTATUS(code) == 0);
	return WIFEXITED(code);
}

/* ---- afterwards ---- */

struct seen { int number[ROWS], namesakes, own; };

static enum status look_at(struct request *rq, struct record *r, void *arg)
{
	struct seen *s = arg;
	struct str number = affected_person_reference(r);
	int own = import_own_place(r->type, S("棚番号")), n = 0;

	(void)rq;
	assert_true(own >= 0);
	s->own += r->v[own].set;
	if (!number.n)
		s->namesakes++;
	for (ptrdiff_t i = 1; i < number.n; i++)
		n = n * 10 + (number.p[i] - '0');
	if (number.n)
		s->number[n]++;
	return ST_OK;
}

static enum status walk(struct request *rq, void *arg)
{
	struct list_query q = { .type = store_type(conn_store(rq->conn), S("affected_person")), .sort = LIST_SORT_CHANGED, .step = S("*") };

	return record_each(rq, &q, look_at, arg);
}

static void check(struct world *w, bool whole)
{
	struct seen s = { .namesakes = 0 };
	int there = 0;

	act_as(w, 0);
	assert_int_equal(conn_reload_types(w->conn), ST_OK);
	assert_int_equal(request_run(&w->rq, DB_READ, walk, &s), ST_OK);
	for (int i = 0; i < ROWS; i++) {
		assert_in_range(s.number[i], 0, 1);
		there += s.number[i];
	}
	assert_true(s.namesakes <= NAMESAKES);
	assert_int_equal(s.own, there + s.namesakes);
	if (whole) {
		assert_int_equal(there, ROWS - NAMESAKES);
		assert_int_equal(s.namesakes, NAMESAKES);
	}
	world_is_whole(w);
}

static struct record *incident(struct world *w)
{
	struct record *i = blank(w, "incident");

	i->v[incident_f_title] = value_of_text(S("案内状の誤送付"));
	i->v[incident_f_summary] = value_of_text(S("宛名と中身を取り違えて発送した。"));
	assert_int_equal(write_free(w, i), ST_OK);
	return i;
}

static void kills(const char *where)
{
	struct world w;
	struct import_report r;
	int killed = 0;

	world_open(&w, where);
	struct record *i = incident(&w);
	while (killed < KILLS_MAX && !kill_once(&w, bring_once, i->id, 17)) {
		check(&w, false);
		killed++;
	}
	assert_int_equal(bring(&w, i->id, -1, &r), ST_OK);
	check(&w, true);
	assert_int_equal(bring(&w, i->id, -1, &r), ST_OK);      /* all of it is there: nothing is new, nothing differs */
	assert_int_equal(r.count[IMPORT_SAME], ROWS);
	assert_int_equal(r.count[IMPORT_NEW] + r.count[IMPORT_CHANGED] + r.keyless, 0);
	print_message("# killed %d times in %d portions\n", killed, ROWS / PORTION);
	assert_true(killed > 0);
	world_close(&w);
}
BOTH(kills)

/* ---- the job ---- */

struct starting { struct import_task t; struct str bytes; };

static enum status work_start(struct request *rq, void *arg)
{
	struct starting *s = arg;
	const struct instant until = { rq->now.us + INT64_C(3600) * 1000000 };

	TRY(file_keep(rq, S("list.csv"), s->bytes, until, &s->t.file));
	return import_task_start(rq, &s->t);
}

static enum status work_task(struct request *rq, void *arg)
{
	struct import_task *t = arg;

	return import_task_load(rq, t->file, t);
}

/* The clock goes on by more than a lease, as if nobody came for a while. */
static struct import_task later(struct world *w, int64_t task)
{
	struct import_task t = { .file = task };

	sys_set_now((struct instant){ w->rq.now.us + (JOB_LEASE_SLOW_S + 1) * INT64_C(1000000) });
	act_as(w, w->manager);
	assert_int_equal(request_run(&w->rq, DB_READ, work_task, &t), ST_OK);
	return t;
}

static void kills_of_job(const char *where)
{
	struct world w;
	struct starting s = { .t = { .type = S("affected_person"), .apply = true, .portion = PORTION } };
	struct import_given given = { affected_person_f_incident, { 0 } };
	int64_t rows = 0;
	int killed = 0;

	world_open(&w, where);
	given.v = value_of_link(incident(&w)->id);
	act_as(&w, 0);
	people_account(&w.rq, "keeper", w.manager, w.manager);
	sys_set_now((struct instant){ w.rq.now.us });
	act_as(&w, w.manager);
	s.t.given = &given;
	s.t.ngiven = 1;
	s.bytes = list_of(&w.a);
	assert_int_equal(request_run(&w.rq, DB_WRITE, work_start, &s), ST_OK);
	for (; killed < KILLS_MAX / 4; killed++) {
		bool ended = kill_once(&w, do_jobs, s.t.file, 1 + killed * 60);
		struct import_task t = later(&w, s.t.file);
		assert_true(t.sum.rows >= rows || t.stage == IMPORT_RUNNING);
		rows = t.sum.rows;
		if (ended)
			break;
		check(&w, false);
	}
	act_as(&w, 0);
	for (int i = 0; i < 3; i++) {
		jobs_run(w.conn, kinds, (int)COUNT(kinds), JOB_SLOW, 1);
		later(&w, s.t.file);
	}
	struct import_task t = later(&w, s.t.file);
	assert_int_equal(t.stage, IMPORT_DONE);
	assert_int_equal(t.percent, 100);
	assert_int_equal(t.sum.rows, ROWS);
	assert_int_equal(t.sum.count[IMPORT_NEW], ROWS);
	assert_int_equal(t.sum.count[IMPORT_SAME], 0);
	check(&w, true);
	print_message("# killed %d times in %d portions\n", killed, ROWS / PORTION);
	assert_true(killed > 0);
	world_close(&w);
}
BOTH(kills_of_job)

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH_TESTS(kills), BOTH_TESTS(kills_of_job) };

	return cmocka_run_group_tests_name("kill_import", tests, NULL, NULL);
}
