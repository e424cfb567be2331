/* account.c - new accounts. Log-ins and changes of password are the business of the faces. */
#include "record/account.h"
#include "base/utf8.h"
#include "crypto/password.h"
#include "record/queries.h"
#include "record/store_impl.h"
#include "record/trail.h"

/* Letters, digits, dot, dash, underscore, at sign, plus; at most 100. */
struct str account_login(struct arena *a, struct str login)
{
	struct str s = utf8_nfkc(a, str_trim(login));
	char *p = new_n(a, char, s.n);

	for (ptrdiff_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		p[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
		if (!((p[i] >= 'a' && p[i] <= 'z') || (p[i] >= '0' && p[i] <= '9') || (p[i] && strchr("._-@+", p[i]))))
			return S("");
	}
	return s.n <= 100 ? (struct str){ p, s.n } : S("");
}

static enum status taken(struct request *rq, struct str login, bool *ret)
{
	struct db_q *q = db_query(rq->db, &q_account_by_login);

	db_text(q, 1, login);
	*ret = db_row(q);
	return db_end(q);
}

static struct str hash_of(struct request *rq, struct str password)
{
	char h[PASSWORD_HASH_MAX];

	password_hash(password, h);
	return str_dup(rq->a, str_z(h));
}

enum status account_add(struct request *rq, struct str login, int64_t staff, struct str password, bool must_change, int64_t *ret_id)
{
	struct str folded = account_login(rq->a, login);
	enum msg_id wrong = password_problem(password, folded, NULL, 0);
	int64_t id, rows;
	bool exists;

	TRY(taken(rq, folded, &exists));
	if (!folded.n)
		problem(&rq->problems, S("login"), MSG_ACCOUNT_LOGIN);
	else if (exists)
		problem(&rq->problems, S("login"), MSG_ACCOUNT_TAKEN);
	if (wrong)
		problem(&rq->problems, S("password"), wrong);
	if (rq->problems.n)
		return ST_BAD_INPUT;
	TRY(conn_take_id(rq->conn, &id));
	struct db_q *q = db_query(rq->db, &q_account_add);
	db_int(q, 1, id);
	db_text(q, 2, folded);
	db_int(q, 3, staff);
	db_text(q, 4, hash_of(rq, password));
	db_int(q, 5, must_change);
	db_text(q, 6, S(""));
	db_int(q, 7, rq->now.us);
	enum status st = db_run_counted(q, &rows);
	if (st == ST_CONFLICT)
		return ST_RETRY;
	TRY(st);
	trail_add(rq, TRAIL_ACCOUNT, NULL, staff, 0, S("add"));
	*ret_id = id;
	return ST_OK;
}
