/* together.c - those who wait to write share one transaction on one connection.
 *
 * A database of one writer makes everybody else wait, so what counts is how long each has it. A connection that wrote last
 * still knows the pages it read, any other has to read them again; and requests of one moment change the same pages, which
 * one commit writes once. So whoever has the turn leaves the transaction open when others wait, and the next one goes on in it;
 * the last one commits for all. They run one after the other, which is as serial as can be. When one of them fails,
 * none of it has happened, and each is tried again alone. */
#include "record/store_impl.h"
#include <stdlib.h>

enum { MEMBERS_MAX = 16 };

/* Who has done its work in the open transaction, on the stack of its thread, until it is told how that ended. */
struct member { struct member *next; enum status st; bool ended; };

struct together {
	pthread_mutex_t lock;
	pthread_cond_t  free, ended;
	struct conn    *conn;                 /* opened when it is first needed; used by whoever is `busy` */
	struct member  *members;
	int             n, waiting;
	bool            busy;
};

struct together *together_make(void)
{
	struct together *t = calloc(1, sizeof *t);

	if (!t || pthread_mutex_init(&t->lock, NULL) || pthread_cond_init(&t->free, NULL) || pthread_cond_init(&t->ended, NULL))
		abort();
	return t;
}

void together_free(struct together *t)
{
	if (!t)
		return;
	conn_close(t->conn);
	pthread_cond_destroy(&t->free);
	pthread_cond_destroy(&t->ended);
	pthread_mutex_destroy(&t->lock);
	free(t);
}

static enum status begin(struct together *t, struct store *s)
{
	if (!t->conn)
		TRY(conn_open(s, &t->conn));
	conn_pin(t->conn);
	return db_begin(t->conn->db, DB_WRITE);
}

static enum status take_part(struct together *t, struct request *rq, bool first, together_work *work, void *arg)
{
	struct conn *own = rq->conn;

	if (first)
		TRY(begin(t, own->origin));
	rq->conn = t->conn;
	rq->db = t->conn->db;
	enum status st = work(rq, first, arg);
	rq->conn = own;
	rq->db = own->db;
	return st;
}

static enum status end(struct together *t, enum status st)
{
	bool settled;

	if (st == ST_OK)
		st = db_commit_early(t->conn->db, &settled);
	else if (t->conn)
		db_rollback(t->conn->db);
	if (st != ST_OK && t->conn)
		t->conn->ids = t->conn->subjects = (struct id_block){ 0 };       /* taken in what was rolled back */
	return st;
}

/* With the lock held. What failed for more than one is nobody's answer. */
static void tell(struct together *t, enum status st)
{
	enum status told = st != ST_OK && t->n > 1 ? ST_RETRY : st;

	for (struct member *m = t->members; m; m = m->next) {
		m->st = told;
		m->ended = true;
	}
	t->members = NULL;
	t->n = 0;
	pthread_cond_broadcast(&t->ended);
}

enum status together_run(struct request *rq, together_work *work, void *arg)
{
	struct together *t = rq->conn->origin->together;
	struct member me = { .ended = false };

	pthread_mutex_lock(&t->lock);
	t->waiting++;
	while (t->busy)
		pthread_cond_wait(&t->free, &t->lock);
	t->waiting--;
	t->busy = true;
	me.next = t->members;
	t->members = &me;
	bool first = ++t->n == 1;
	pthread_mutex_unlock(&t->lock);

	enum status st = take_part(t, rq, first, work, arg);

	pthread_mutex_lock(&t->lock);
	bool last = st != ST_OK || !t->waiting || t->n == MEMBERS_MAX || rq->fields_changed;
	if (last) {
		pthread_mutex_unlock(&t->lock);
		st = end(t, st);
		pthread_mutex_lock(&t->lock);
		tell(t, st);
	}
	t->busy = false;
	pthread_cond_signal(&t->free);
	while (!me.ended)
		pthread_cond_wait(&t->ended, &t->lock);
	pthread_mutex_unlock(&t->lock);
	return me.st;
}
