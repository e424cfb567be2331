/* kill_import_test.c - a long list of persons is brought in portion by portion and killed at a random moment, again and again;
 * run once more it ends whole: every row is there once, with its own column, nothing is doubled, and the log verifies. */
#include "tests/unit/world.h"
#include "domain/affected_person/affected_person.h"
#include "domain/incident/incident.h"
#include "record/audit.h"
#include "record/import_run.h"
#include "record/version_verify.h"
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

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

static void portion_done(void *user, int64_t rows, int64_t bytes)
{
	struct bringing *b = user;
	char mark = 'p';

	(void)rows;
	(void)bytes;
	if (b->told >= 0 && write(b->told, &mark, 1) != 1)
		_exit(4);
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
		st = import_run(&w->rq, &w->a, &b.read, true, &w->rq.problems, portion_done, &b, &b.report);
	import_read_end(&b.read);
	*ret = b.report;
	return st;
}

static void node(struct world *w, int64_t incident, int told)
{
	struct world mine = *w;
	struct import_report report;

	mine.a = arena_make(0);
	if (keyring_open(str_z(w->keys_where), w->root, &mine.keys) != ST_OK ||
	    store_open(str_z(w->where), mine.keys, w->types, domain_ntypes + 1, &mine.store) != ST_OK ||
	    conn_open(mine.store, &mine.conn) != ST_OK)
		_exit(1);
	_exit(bring(&mine, incident, told, &report) == ST_OK ? 0 : 2);
}

/* Ends the node after some portions; true when it had come to its end before. */
static bool kill_once(struct world *w, int64_t incident)
{
	int fd[2], code;
	uint16_t dice;
	char mark;

	assert_int_equal(pipe(fd), 0);
	pid_t pid = fork();
	if (pid == 0) {
		close(fd[0]);
		node(w, incident, fd[1]);
	}
	close(fd[1]);
	sys_random(&dice, 2);
	for (int i = dice % 4; i >= 0 && read(fd[0], &mark, 1) == 1; i--)
		continue;
	poll(NULL, 0, dice % 17);
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
	unsigned char public[SIGN_PUBLIC_BYTES];
	struct audit_summary sum;
	struct seen s = { .namesakes = 0 };
	int64_t versions, faults;
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
	keyring_public(w->keys, public);
	assert_int_equal(audit_verify(conn_db(w->conn), public, (struct str){ NULL, 0 }, NULL, NULL, &sum), ST_OK);
	assert_int_equal(version_verify(conn_db(w->conn), NULL, NULL, &versions, &faults), ST_OK);
}

static void kills(const char *where)
{
	struct world w;
	struct import_report r;
	int killed = 0;

	world_open(&w, where);
	struct record *i = blank(&w, "incident");
	i->v[incident_f_title] = value_of_text(S("案内状の誤送付"));
	i->v[incident_f_summary] = value_of_text(S("宛名と中身を取り違えて発送した。"));
	assert_int_equal(write_free(&w, i), ST_OK);
	while (killed < KILLS_MAX && !kill_once(&w, i->id)) {
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

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH_TESTS(kills) };

	return cmocka_run_group_tests_name("kill_import", tests, NULL, NULL);
}
