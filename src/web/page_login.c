/* page_login.c - log-in, log-out, unlocking, one's own password, language. */
#include "crypto/password.h"
#include "record/account.h"
#include "record/trail.h"
#include "web/page.h"
#include "web/pages.h"
#include "web/queries.h"
#include "web/session.h"
#include "web/site.h"

enum { LOGIN_MAX = 200 };

/* ---- forms ---- */

struct login_form { struct problems *ps; struct str login; };

static struct url next_url(struct web *w, struct url otherwise)
{
	struct str to = w->method == HTTP_POST ? http_get(&w->form, S("to")) : http_get(&w->query, S("to"));

	return url_local(&w->a, to, otherwise);
}

static void keep_next(struct html *h, struct web *w)
{
	struct url to = next_url(w, (struct url){ S("") });

	if (to.s.n)
		h_hidden(h, S("to"), to.s);
}

static void login_body(struct html *h, struct web *w, void *arg)
{
	struct login_form *f = arg;

	EL(h, "div", " class=\"narrow login\"") {
		h_el_msg(h, "h1", MSG_WEB_LOGIN);
		h_problem_summary(h, f->ps);
		FORM(h, w, url_of(&w->a, R_login_do)) {
			keep_next(h, w);
			h_input(h, f->ps, &(struct input){ .name = S("login"), .value = f->login, .label = MSG_WEB_LOGIN_ID,
				.autocomplete = S("username"), .required = true });
			h_input(h, f->ps, &(struct input){ .name = S("password"), .type = S("password"), .label = MSG_WEB_PASSWORD,
				.autocomplete = S("current-password"), .required = true });
			h_button(h, MSG_WEB_LOGIN);
		}
	}
}

static void show_login(struct web *w, struct login_form *f, int status)
{
	page_send(w, &(struct page){ .title = msg_text(MSG_WEB_LOGIN, w->lang), .wide = true, .no_heading = true,
		.status = status, .body = login_body, .arg = f });
}

enum status page_login(struct web *w)
{
	struct login_form f = { 0 };

	if (w->session && !w->session->locked)
		reply_redirect(w, next_url(w, url_of(&w->a, R_home)));
	else
		show_login(w, &f, 200);
	return ST_OK;
}

/* ---- checking a password ---- */

struct candidate {
	struct web *w;
	struct str  login, password;          /* as given */
	int64_t     by_id;                    /* instead of the login name */
	int64_t     id;                       /* 0: no such account */
	struct str  stored, former;
	bool        barred;                   /* closed, or locked out */
	bool        ok, again;
};

static enum status read_account(struct request *rq, void *arg)
{
	struct candidate *c = arg;
	struct db_q *q = db_query(rq->db, c->by_id ? &q_login_account_id : &q_login_account);

	if (c->by_id)
		db_int(q, 1, c->by_id);
	else
		db_text(q, 1, account_login(rq->a, c->login));
	if (db_row(q)) {
		c->id = db_col_int(q, 0);
		c->stored = str_dup(rq->a, db_col_text(q, 1));
		c->former = str_dup(rq->a, db_col_text(q, 2));
		c->barred = db_col_int(q, 5) != 0 || db_col_int(q, 4) > rq->now.us;
	}
	return db_end(q);
}

static enum status note_failure(struct request *rq, void *arg)
{
	struct candidate *c = arg;
	struct db_q *q;

	trail_add(rq, TRAIL_LOG_IN_FAILED, 0, 0, 0, c->barred ? S("barred") : c->id ? S("password") : S("unknown"));
	if (!c->id || c->barred)
		return ST_OK;
	q = db_query(rq->db, &q_login_failed);
	db_int(q, 1, c->id);
	db_int(q, 2, rq->now.us + LOGIN_LOCK_S * (int64_t)1000000);
	db_int(q, 3, LOGIN_TRIES);
	return db_run(q);
}

/* Reads the account and compares, outside any transaction: hashing takes a tenth of a second. ST_OK with c->ok. */
static enum status try_password(struct candidate *c)
{
	struct web *w = c->w;

	TRY(request_run(&w->rq, DB_READ, read_account, c));
	if (!c->id)
		password_check_nobody(c->password);
	else
		c->ok = password_check(c->password, c->stored, &c->again) == ST_OK && !c->barred;
	if (c->ok)
		return ST_OK;
	site_failed(w);
	return request_run(&w->rq, DB_WRITE, note_failure, c);
}

static enum status reset_failures(struct request *rq, const struct candidate *c)
{
	struct db_q *q = db_query(rq->db, &q_login_succeeded);
	char stored[PASSWORD_HASH_MAX];

	db_int(q, 1, c->id);
	TRY(db_run(q));
	if (!c->again)
		return ST_OK;
	password_hash(c->password, stored);
	q = db_query(rq->db, &q_login_rehash);
	db_int(q, 1, c->id);
	db_text(q, 2, str_z(stored));
	return db_run(q);
}

static enum status log_in(struct request *rq, void *arg)
{
	struct candidate *c = arg;

	c->w->reply = (struct reply){ 0 };
	TRY(reset_failures(rq, c));
	if (c->w->session) {                                    /* whoever was logged in here is no longer */
		struct db_q *q = db_query(rq->db, &q_session_end);
		db_int(q, 1, c->w->session->id);
		TRY(db_run(q));
	}
	rq->actor.account = c->id;
	trail_add(rq, TRAIL_LOG_IN, 0, 0, 0, S(""));
	return session_start(c->w, c->id);
}

/* REQ: SYS-17 - log-in with lock-out, throttled by address; the id is new (APP-02, session handling). */
enum status page_login_do(struct web *w)
{
	struct problems ps = { .a = &w->a };
	struct login_form f = { &ps, str_trim(http_get(&w->form, S("login"))) };
	struct candidate c = { .w = w, .login = f.login, .password = http_get(&w->form, S("password")) };

	if (!site_may_try(w))
		problem(&ps, S(""), MSG_WEB_LOGIN_SLOWLY);
	else if (c.login.n == 0 || c.login.n > LOGIN_MAX || c.password.n == 0 || c.password.n > PASSWORD_MAX)
		problem(&ps, S("login"), MSG_WEB_LOGIN_FAILED);
	else
		TRY(try_password(&c));
	if (!c.ok) {
		if (!ps.n)
			problem(&ps, S("login"), MSG_WEB_LOGIN_FAILED);
		show_login(w, &f, ps.p[0].msg == MSG_WEB_LOGIN_SLOWLY ? 429 : 403);
		return ST_OK;
	}
	TRY(request_run(&w->rq, DB_WRITE, log_in, &c));
	reply_redirect(w, next_url(w, url_of(&w->a, R_home)));
	return ST_OK;
}

enum status page_logout(struct web *w)
{
	TRY(session_stop(w));
	reply_redirect(w, url_with(&w->a, url_of(&w->a, R_home), "done", S("out")));
	return ST_OK;
}

/* ---- locked after ten idle minutes ---- */

static void unlock_body(struct html *h, struct web *w, void *arg)
{
	struct problems *ps = arg;

	EL(h, "div", " class=\"narrow login\"") {
		h_el_msg(h, "h1", MSG_WEB_LOCKED);
		h_problem_summary(h, ps);
		EL(h, "p")
			h_msg(h, w->session->kept ? MSG_WEB_LOCKED_KEPT : MSG_WEB_LOCKED_TEXT);
		FORM(h, w, url_of(&w->a, R_unlock_do)) {
			keep_next(h, w);
			EL(h, "p") {
				h_msg(h, MSG_WEB_LOGIN_ID);
				h_lit(h, ": ");
				h_el_text(h, "b", w->session->login);
			}
			h_input(h, ps, &(struct input){ .name = S("password"), .type = S("password"), .label = MSG_WEB_PASSWORD,
				.autocomplete = S("current-password"), .required = true });
			h_button(h, MSG_WEB_UNLOCK);
		}
		FORM(h, w, url_of(&w->a, R_logout))
			EL(h, "p")
				EL(h, "button", " class=\"link-button\"")
					h_msg(h, MSG_WEB_OTHER_PERSON);
	}
}

static void show_unlock(struct web *w, struct problems *ps, int status)
{
	page_send(w, &(struct page){ .title = msg_text(MSG_WEB_LOCKED, w->lang), .wide = true, .no_heading = true,
		.status = status, .body = unlock_body, .arg = ps });
}

static struct url unlocked_url(struct web *w)
{
	return w->session->kept ? url_of(&w->a, R_kept) : next_url(w, url_of(&w->a, R_home));
}

enum status page_unlock(struct web *w)
{
	if (w->session->locked)
		show_unlock(w, NULL, 200);
	else
		reply_redirect(w, unlocked_url(w));
	return ST_OK;
}

static enum status unlock(struct request *rq, void *arg)
{
	struct candidate *c = arg;

	TRY(reset_failures(rq, c));
	return session_unlock(c->w);
}

enum status page_unlock_do(struct web *w)
{
	struct problems ps = { .a = &w->a };
	struct candidate c = { .w = w, .by_id = w->session->account, .password = http_get(&w->form, S("password")) };

	if (!site_may_try(w))
		problem(&ps, S(""), MSG_WEB_LOGIN_SLOWLY);
	else if (c.password.n == 0 || c.password.n > PASSWORD_MAX)
		problem(&ps, S("password"), MSG_WEB_UNLOCK_FAILED);
	else
		TRY(try_password(&c));
	if (!c.ok) {
		if (!ps.n)
			problem(&ps, S("password"), MSG_WEB_UNLOCK_FAILED);
		show_unlock(w, &ps, ps.p[0].msg == MSG_WEB_LOGIN_SLOWLY ? 429 : 403);
		return ST_OK;
	}
	TRY(request_run(&w->rq, DB_WRITE, unlock, &c));
	reply_redirect(w, unlocked_url(w));
	return ST_OK;
}

/* ---- one's own password ---- */

static void password_body(struct html *h, struct web *w, void *arg)
{
	struct problems *ps = arg;

	if (w->session->must_change)
		NOTICE(h, "warn")
			h_el_msg(h, "p", MSG_WEB_PASSWORD_MUST);
	h_problem_summary(h, ps);
	FORM(h, w, url_of(&w->a, R_password_do)) {
		h_input(h, ps, &(struct input){ .name = S("password"), .type = S("password"), .label = MSG_WEB_PASSWORD_NOW,
			.autocomplete = S("current-password"), .required = true });
		h_input(h, ps, &(struct input){ .name = S("password_new"), .type = S("password"), .label = MSG_WEB_PASSWORD_NEW,
			.hint = MSG_WEB_PASSWORD_HINT, .autocomplete = S("new-password"), .required = true });
		h_input(h, ps, &(struct input){ .name = S("password_again"), .type = S("password"), .label = MSG_WEB_PASSWORD_AGAIN,
			.autocomplete = S("new-password"), .required = true });
		EL(h, "div", " class=\"buttons\"")
			h_button(h, MSG_WEB_PASSWORD_CHANGE);
	}
}

static void show_password(struct web *w, struct problems *ps, int status)
{
	page_send(w, &(struct page){ .title = msg_text(MSG_WEB_PASSWORD_TITLE, w->lang), .area = "settings", .status = status,
		.body = password_body, .arg = ps });
}

enum status page_password(struct web *w)
{
	show_password(w, NULL, 200);
	return ST_OK;
}

struct new_password { struct web *w; struct candidate *c; struct str stored, former; };

static enum status store_password(struct request *rq, void *arg)
{
	struct new_password *n = arg;
	struct db_q *q = db_query(rq->db, &q_login_password);

	db_int(q, 1, n->c->id);
	db_text(q, 2, n->stored);
	db_text(q, 3, n->former);
	TRY(db_run(q));
	q = db_query(rq->db, &q_session_end_all);               /* REQ: PWD-08 - every other session ends */
	db_int(q, 1, n->c->id);
	db_int(q, 2, n->w->session->id);
	TRY(db_run(q));
	trail_add(rq, TRAIL_ACCOUNT, 0, 0, 0, S("password"));
	return ST_OK;
}

/* The hashes of the present and the former passwords, newest first; returns how many. */
static int former_hashes(const struct candidate *c, struct str ret[PASSWORD_FORMER])
{
	struct str rest = c->former, line;
	int n = 0;

	ret[n++] = c->stored;
	while (n < PASSWORD_FORMER && rest.n && str_cut(&rest, '\n', &line))
		if (line.n)
			ret[n++] = line;
	return n;
}

static struct str joined(struct arena *a, const struct str *line, int n)
{
	struct buf b = buf_make(PASSWORD_FORMER * (PASSWORD_HASH_MAX + 1));

	for (int i = 0; i < n; i++) {
		buf_add(&b, line[i]);
		buf_char(&b, '\n');
	}
	struct str s = str_dup(a, buf_str(&b));
	buf_free(&b);
	return s;
}

static void check_new(struct web *w, struct str fresh, const struct str *former, int nformer,
	struct problems *ps)
{
	enum msg_id wrong = password_problem(fresh, w->session->login, former, nformer);

	if (wrong)
		problem(ps, S("password_new"), wrong);
	else if (!str_eq(fresh, http_get(&w->form, S("password_again"))))
		problem(ps, S("password_again"), MSG_WEB_PASSWORD_DIFFERS);
}

enum status page_password_do(struct web *w)
{
	struct problems ps = { .a = &w->a };
	struct candidate c = { .w = w, .by_id = w->session->account, .password = http_get(&w->form, S("password")) };
	struct str fresh = http_get(&w->form, S("password_new")), former[PASSWORD_FORMER];
	char stored[PASSWORD_HASH_MAX];

	if (!site_may_try(w))
		problem(&ps, S(""), MSG_WEB_LOGIN_SLOWLY);
	else if (c.password.n == 0 || c.password.n > PASSWORD_MAX)
		problem(&ps, S("password"), MSG_WEB_UNLOCK_FAILED);
	else
		TRY(try_password(&c));
	if (!c.ok && !ps.n)
		problem(&ps, S("password"), MSG_WEB_UNLOCK_FAILED);
	int n = c.ok ? former_hashes(&c, former) : 0;
	if (c.ok)
		check_new(w, fresh, former, n, &ps);
	if (ps.n) {
		show_password(w, &ps, 422);
		return ST_OK;
	}
	password_hash(fresh, stored);
	struct new_password np = { w, &c, str_z(stored), joined(&w->a, former, n) };
	TRY(request_run(&w->rq, DB_WRITE, store_password, &np));
	reply_redirect(w, url_with(&w->a, url_of(&w->a, R_home), "done", S("password")));
	return ST_OK;
}

/* ---- language ---- */

enum status page_lang(struct web *w)
{
	struct str code = w->arg[0];

	if (!str_eq(code, S("ja")) && !str_eq(code, S("en")))
		return ST_NOT_FOUND;
	reply_cookie(w, "lang", code, 365 * 86400);
	reply_redirect(w, next_url(w, url_of(&w->a, R_home)));
	return ST_OK;
}
