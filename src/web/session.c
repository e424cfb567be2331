/* session.c - sessions in the store. */
#include "web/session.h"
#include "crypto/crypto.h"
#include "record/access.h"
#include "record/trail.h"
#include "web/queries.h"

enum { SECRET_BYTES = 32 };
static const int64_t SECOND = 1000000;

/* The cookie's 64 digits; empty when there is none of that form. */
static struct str secret_of(struct web *w)
{
	struct str s = web_cookie(w, "tobari");
	unsigned char b[SECRET_BYTES];

	return hex_parse(s, b, SECRET_BYTES) == ST_OK ? s : S("");
}

static struct str stored_form(struct web *w, struct str secret)
{
	unsigned char h[HASH_BYTES];
	struct buf b = buf_make(256);

	buf_lit(&b, "session:");
	buf_add(&b, secret);
	hash(buf_str(&b), h);
	buf_free(&b);
	return str_dup(&w->a, (struct str){ (char *)h, HASH_BYTES });
}

static bool find(struct web *w, struct str secret, struct session *s)
{
	struct db_q *q = db_query(w->rq.db, &q_session_by_token);
	bool open = false;

	db_blob(q, 1, stored_form(w, secret));
	if (db_row(q)) {
		*s = (struct session){ .id = db_col_int(q, 0), .account = db_col_int(q, 1), .created = { db_col_int(q, 2) },
			.seen = { db_col_int(q, 3) }, .locked = db_col_int(q, 4) != 0, .kept = db_col_text(q, 5).n > 0,
			.login = str_dup(&w->a, db_col_text(q, 6)), .must_change = db_col_int(q, 8) != 0 };
		open = db_col_int(q, 7) == 0 && w->now.us - s->created.us < SESSION_LIFE_S * SECOND;
	}
	return db_end(q) == ST_OK && open;
}

enum status session_load(struct web *w)
{
	struct str secret = secret_of(w);

	w->session = NULL;
	w->rq.actor = (struct actor){ 0 };
	if (!secret.n)
		return ST_OK;
	struct session *s = new(&w->a, struct session);
	if (!find(w, secret, s))
		return ST_OK;
	/* REQ: SYS-11 - ten idle minutes lock the session on the server. */
	if (!s->locked && w->now.us - s->seen.us > SESSION_IDLE_S * SECOND)
		s->locked = s->idle = true;
	w->session = s;
	w->rq.actor.session = s->id;
	if (s->locked)
		return ST_OK;
	enum status st = access_load(&w->rq, s->account);
	if (st == ST_NOT_FOUND) {                        /* the account was closed meanwhile */
		w->session = NULL;
		return ST_OK;
	}
	return st;
}

enum status session_start(struct web *w, int64_t account)
{
	unsigned char b[SECRET_BYTES];
	char hex[2 * SECRET_BYTES + 1];

	crypto_random(b, SECRET_BYTES);
	hex_of((struct str){ (char *)b, SECRET_BYTES }, hex);
	struct db_q *q = db_query(w->rq.db, &q_session_sweep);
	db_int(q, 1, w->now.us - SESSION_LIFE_S * SECOND);
	TRY(db_run(q));
	q = db_query(w->rq.db, &q_session_add);
	db_blob(q, 1, stored_form(w, str_z(hex)));
	db_int(q, 2, account);
	db_int(q, 3, w->now.us);
	db_blob(q, 4, S(""));
	TRY(db_run(q));
	reply_cookie(w, "tobari", str_dup(&w->a, str_z(hex)), -1);
	wipe(b, (ptrdiff_t)sizeof b);
	wipe(hex, (ptrdiff_t)sizeof hex);
	return ST_OK;
}

enum status session_stop(struct web *w)
{
	struct db_q *q = db_query(w->rq.db, &q_session_end);

	db_int(q, 1, w->session->id);
	TRY(db_run(q));
	trail_add(&w->rq, TRAIL_LOG_OUT, 0, 0, 0, S(""));
	reply_cookie(w, "tobari", S("out"), 0);
	return ST_OK;
}

enum status session_lock(struct web *w)
{
	struct db_q *q = db_query(w->rq.db, &q_session_lock);

	trail_add(&w->rq, TRAIL_LOCK, 0, 0, 0, S(""));
	db_int(q, 1, w->session->id);
	return db_run(q);
}

enum status session_unlock(struct web *w)
{
	struct db_q *q = db_query(w->rq.db, &q_session_unlock);

	db_int(q, 1, w->session->id);
	db_int(q, 2, w->now.us);
	trail_add(&w->rq, TRAIL_UNLOCK, 0, 0, 0, S(""));
	return db_run(q);
}

static enum status touch(struct request *rq, void *arg)
{
	struct web *w = arg;
	struct db_q *q = db_query(rq->db, &q_session_seen);

	db_int(q, 1, w->session->id);
	db_int(q, 2, w->now.us);
	return db_run(q);
}

enum status session_touch(struct web *w)
{
	if (!w->session || w->session->locked || w->now.us - w->session->seen.us < SESSION_TOUCH_S * SECOND)
		return ST_OK;
	return request_run(&w->rq, DB_WRITE, touch, w);
}
