/* db_pg.c - the PostgreSQL driver. The connection is always in pipeline mode: statements without rows are only sent,
 * and their answers are read together with those of the next statement that returns rows, or of the commit. */
#include "db/db_driver.h"
#include "base/num.h"
#include "sys/fault.h"
#include <assert.h>
#include <endian.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PENDING_MAX = 512, SCHEMA_MAX = 63 };
enum { OID_BOOL = 16, OID_BYTEA = 17, OID_NAME = 19, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23, OID_TEXT = 25, OID_OID = 26,
       OID_VARCHAR = 1043, OID_NUMERIC = 1700 };

struct pg {
	struct db db;
	PGconn   *c;
	char     *url;               /* where it leads, without the schema */
	pid_t     opener;
	char      schema[SCHEMA_MAX + 1];
	unsigned  generation;        /* counts connections: prepared statements end with theirs */
	unsigned  names;
	int       pending;           /* commands sent whose answers are not read yet */
};

struct pg_q {
	struct db_q  q;
	unsigned     generation;
	bool         prepared, sent;
	char         name[16];
	int          params;
	Oid         *types, *wanted;
	const char **values;
	int         *lengths, *formats;
	int64_t     *ints;
	PGresult    *r;
	int          row, rows;
};

static struct pg *pg(struct db *db)
{
	return (struct pg *)db;
}

static struct pg_q *pg_q(struct db_q *q)
{
	return (struct pg_q *)q;
}

static void *zeroed(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size);

	if (!p)
		abort();
	return p;
}

/* ---- failures ---- */

static enum status status_of(const char *state)
{
	static const struct { const char *prefix; enum status st; } table[] = {
		{ "40001", ST_RETRY }, { "40P01", ST_RETRY }, { "55P03", ST_RETRY },
		{ "23505", ST_CONFLICT },
		{ "08", ST_UNAVAILABLE }, { "53", ST_UNAVAILABLE }, { "57P", ST_UNAVAILABLE }, { "57014", ST_UNAVAILABLE },
		{ "28", ST_UNAVAILABLE }, { "3D000", ST_UNAVAILABLE },
		{ "25P03", ST_UNAVAILABLE }, { "54000", ST_TOO_BIG },
	};

	for (ptrdiff_t i = 0; state && i < COUNT(table); i++)
		if (strncmp(state, table[i].prefix, strlen(table[i].prefix)) == 0)
			return table[i].st;
	return ST_BROKEN;
}

static enum status lost(struct db *db)
{
	return db_fail(db, ST_UNAVAILABLE, "%s", PQerrorMessage(pg(db)->c));
}

static enum status result_failure(struct db *db, const PGresult *r)
{
	const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);

	if (PQstatus(pg(db)->c) == CONNECTION_BAD && !state)
		return lost(db);
	return db_fail(db, status_of(state), "%s %s", state ? state : "", PQresultErrorMessage(r));
}

/* ---- the pipeline ---- */

/* Reads every answer that is due. The last command's result goes to *ret_last, if wanted and successful. */
static enum status drain(struct db *db, PGresult **ret_last)
{
	struct pg *p = pg(db);
	enum status st = ST_OK;

	if (!PQpipelineSync(p->c)) {
		p->pending = 0;
		return lost(db);
	}
	for (; p->pending > 0; p->pending--) {
		PGresult *r = PQgetResult(p->c);
		ExecStatusType s = PQresultStatus(r);
		if (!r || (s == PGRES_FATAL_ERROR && st == ST_OK))
			st = r ? result_failure(db, r) : st == ST_OK ? lost(db) : st;
		if (st == ST_OK && p->pending == 1 && ret_last)
			*ret_last = r;
		else
			PQclear(r);
		if (!r)
			break;
		while ((r = PQgetResult(p->c)))
			PQclear(r);
		if (PQstatus(p->c) == CONNECTION_BAD)
			break;
	}
	p->pending = 0;
	for (PGresult *r; PQstatus(p->c) == CONNECTION_OK && (r = PQgetResult(p->c));) {       /* up to the mark of the sync */
		bool mark = PQresultStatus(r) == PGRES_PIPELINE_SYNC;
		PQclear(r);
		if (mark)
			break;
	}
	if (st == ST_OK && PQstatus(p->c) == CONNECTION_BAD)
		st = lost(db);
	if (st != ST_OK && ret_last && *ret_last) {
		PQclear(*ret_last);
		*ret_last = NULL;
	}
	return st;
}

static enum status send_text(struct db *db, const char *sql)
{
	if (!PQsendQueryParams(pg(db)->c, sql, 0, NULL, NULL, NULL, NULL, 1))
		return lost(db);
	pg(db)->pending++;
	return ST_OK;
}

/* ---- connection ---- */

static void ignore_notice(void *arg, const char *text)
{
	(void)arg;
	(void)text;
}

/* The schema is named in our own parameter; libpq must not see it. */
static enum status split_where(struct str where, struct buf *url, char *schema)
{
	ptrdiff_t question = str_find_char(where, '?');
	struct str rest, part;
	bool first = true;

	buf_add(url, question < 0 ? where : str_sub(where, 0, question));
	rest = question < 0 ? S("") : str_sub(where, question + 1, where.n);
	while (str_cut(&rest, '&', &part)) {
		if (str_starts(part, S("schema="))) {
			part = str_sub(part, 7, part.n);
			if (part.n < 1 || part.n > SCHEMA_MAX || (part.p[0] >= '0' && part.p[0] <= '9'))
				return ST_BAD_INPUT;
			for (ptrdiff_t i = 0; i < part.n; i++)
				if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789_", part.p[i]))
					return ST_BAD_INPUT;
			memcpy(schema, part.p, (size_t)part.n);
			schema[part.n] = 0;
			continue;
		}
		buf_char(url, first ? '?' : '&');
		buf_add(url, part);
		first = false;
	}
	buf_char(url, 0);
	return url->failed ? ST_BAD_INPUT : ST_OK;
}

static enum status exec_text(struct db *db, const char *sql, int64_t *ret)
{
	PGresult *r = NULL;

	TRY(send_text(db, sql));
	TRY(drain(db, &r));
	if (ret)
		*ret = PQntuples(r) > 0 && !PQgetisnull(r, 0, 0);
	PQclear(r);
	return ST_OK;
}

/* Like the missing file of SQLite, a missing schema is made by who may write. */
static enum status find_schema(struct pg *p)
{
	char sql[128];
	int64_t there = 0;

	snprintf(sql, sizeof sql, "SET search_path = %s", p->schema);
	TRY(send_text(&p->db, sql));
	TRY(exec_text(&p->db, "SELECT current_schema()", &there));
	if (there)
		return ST_OK;
	if (p->db.open_mode == DB_READ)
		return db_fail(&p->db, ST_UNAVAILABLE, "no schema %s", p->schema);
	snprintf(sql, sizeof sql, "CREATE SCHEMA IF NOT EXISTS %s", p->schema);
	IGNORE(exec_text(&p->db, sql, NULL));                 /* two nodes at once: one of them fails */
	TRY(exec_text(&p->db, "SELECT current_schema()", &there));
	return there ? ST_OK : ST_UNAVAILABLE;
}

static enum status connected(struct pg *p)
{
	p->pending = 0;
	p->generation++;
	if (PQstatus(p->c) != CONNECTION_OK)
		return lost(&p->db);
	PQsetNoticeProcessor(p->c, ignore_notice, NULL);
	if (!PQenterPipelineMode(p->c))
		return lost(&p->db);
	return find_schema(p);
}

/* Outside a transaction a lost connection is made again. */
static enum status be_connected(struct pg *p)
{
	if (PQstatus(p->c) == CONNECTION_OK && PQconsumeInput(p->c) && PQstatus(p->c) == CONNECTION_OK)
		return ST_OK;
	PQreset(p->c);
	return connected(p);
}

/* ---- spare connections ----
 * A connection is a process of the server, made in tens of milliseconds, and opening a store or running one command takes several after
 * one another: a few that were closed are kept for the next opening of the same place. A process that forked has none. */

enum { SPARES = 4 };
static struct { pthread_mutex_t lock; pid_t owner; struct spare { PGconn *c; char *url; } s[SPARES]; } spares = { .lock = PTHREAD_MUTEX_INITIALIZER };

static PGconn *spare_take(const char *url)
{
	PGconn *c = NULL;

	pthread_mutex_lock(&spares.lock);
	for (int i = 0; i < SPARES && !c && spares.owner == getpid(); i++)
		if (spares.s[i].c && strcmp(spares.s[i].url, url) == 0) {
			c = spares.s[i].c;
			free(spares.s[i].url);
			spares.s[i] = (struct spare){ 0 };
		}
	pthread_mutex_unlock(&spares.lock);
	return c;
}

/* Takes the connection of *p over if there is room for it and nothing of its session is left. */
static bool spare_keep(struct pg *p)
{
	bool kept = false;

	if (!p->c || p->opener != getpid() || p->pending || PQstatus(p->c) != CONNECTION_OK || PQtransactionStatus(p->c) != PQTRANS_IDLE ||
	    exec_text(&p->db, "DISCARD ALL", NULL) != ST_OK)
		return false;
	pthread_mutex_lock(&spares.lock);
	if (spares.owner != p->opener)
		memset(spares.s, 0, sizeof spares.s);
	spares.owner = p->opener;
	for (int i = 0; i < SPARES && !kept; i++)
		if (!spares.s[i].c) {
			spares.s[i] = (struct spare){ p->c, p->url };
			kept = true;
		}
	pthread_mutex_unlock(&spares.lock);
	return kept;
}

static void pg_close(struct db *db)
{
	struct pg *p = pg(db);

	if (!spare_keep(p)) {
		PQfinish(p->c);
		free(p->url);
	}
	free(db);
}

static const struct db_driver driver;

enum status db_pg_open(struct str where, enum db_mode mode, struct db **ret)
{
	struct pg *p = zeroed(1, sizeof *p);
	struct buf url = buf_make(4096);
	enum status st;

	p->db.driver = &driver;
	p->db.open_mode = mode;
	memcpy(p->schema, "public", sizeof "public");
	st = split_where(where, &url, p->schema);
	if (st == ST_OK) {
		const char *const keys[] = { "dbname", "options", "fallback_application_name", "connect_timeout", "client_encoding", NULL };
		const char *const values[] = { url.p, "-c default_transaction_isolation=serializable -c lock_timeout=10000 "
			"-c standard_conforming_strings=on -c idle_in_transaction_session_timeout=120000", "tobari", "10", "UTF8", NULL };
		p->opener = getpid();
		p->url = strdup(url.p);
		p->c = p->url ? spare_take(p->url) : NULL;
		st = p->c ? connected(p) : ST_UNAVAILABLE;
		if (st != ST_OK && p->url) {                          /* no spare, or one that died */
			PQfinish(p->c);
			p->c = PQconnectdbParams(keys, values, 1);
			st = p->c ? connected(p) : ST_UNAVAILABLE;
		}
	}
	buf_free(&url);
	if (st != ST_OK) {
		pg_close(&p->db);
		return st;
	}
	*ret = &p->db;
	return ST_OK;
}

/* ---- transactions ---- */

static enum status pg_begin(struct db *db, enum db_mode mode)
{
	if (FAULT("db.step"))
		return db_fail(db, ST_UNAVAILABLE, "fault");
	TRY(be_connected(pg(db)));
	return send_text(db, mode == DB_READ ? "BEGIN READ ONLY" : "BEGIN READ WRITE");
}

static void pg_rollback(struct db *db)
{
	struct pg *p = pg(db);

	if (p->pending)
		IGNORE(drain(db, NULL));
	if (PQstatus(p->c) == CONNECTION_OK && PQtransactionStatus(p->c) != PQTRANS_IDLE)
		IGNORE(exec_text(db, "ROLLBACK", NULL));
}

static enum status pg_commit(struct db *db)
{
	PGresult *r = NULL;
	enum status st = FAULT("db.step") ? db_fail(db, ST_UNAVAILABLE, "fault") : send_text(db, "COMMIT");

	if (st == ST_OK)
		st = drain(db, &r);
	if (st == ST_OK && strcmp(PQcmdStatus(r), "COMMIT") != 0)
		st = db_fail(db, ST_BROKEN, "commit answered %s", PQcmdStatus(r));
	PQclear(r);
	if (st != ST_OK)
		pg_rollback(db);
	return st;
}

static enum status pg_script(struct db *db, const char *sql)
{
	struct pg *p = pg(db);

	if (FAULT("db.step"))
		return db_fail(db, ST_UNAVAILABLE, "fault");
	if (!db->in_tx)
		TRY(be_connected(p));
	if (p->pending)
		TRY(drain(db, NULL));
	if (!PQexitPipelineMode(p->c))
		return lost(db);
	PGresult *r = PQexec(p->c, sql);
	ExecStatusType s = PQresultStatus(r);
	enum status st = s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK || s == PGRES_EMPTY_QUERY ? ST_OK : result_failure(db, r);
	PQclear(r);
	if (!PQenterPipelineMode(p->c) && st == ST_OK)
		st = lost(db);
	return st;
}

static enum status pg_scrub(struct db *db)
{
	(void)db;
	return ST_OK;
}

/* ---- statements ---- */

static int count_params(const char *sql)
{
	int most = 0;

	for (const char *s = sql; (s = strchr(s, '$')); s++) {
		most = MAX(most, db_param_number(s + 1));
	}
	assert(most <= DB_PARAMS_MAX);
	return most;
}

static struct db_q *pg_make(struct db *db, const struct db_statement *s)
{
	struct pg_q *q = zeroed(1, sizeof *q);
	size_t n;

	q->params = count_params(s->pg ? s->pg : s->sql);
	n = (size_t)q->params;
	q->types = zeroed(n, sizeof *q->types);
	q->wanted = zeroed(n, sizeof *q->wanted);
	q->values = zeroed(n, sizeof *q->values);
	q->lengths = zeroed(n, sizeof *q->lengths);
	q->formats = zeroed(n, sizeof *q->formats);
	q->ints = zeroed(n, sizeof *q->ints);
	for (size_t i = 0; i < n; i++)
		q->formats[i] = 1;
	(void)db;
	return &q->q;
}

static void pg_free(struct db_q *base)
{
	struct pg_q *q = pg_q(base);

	PQclear(q->r);
	free(q->types);
	free(q->wanted);
	free(q->values);
	free(q->lengths);
	free(q->formats);
	free(q->ints);
	free(q);
}

static void bind(struct db_q *base, int n, const void *p, ptrdiff_t length, Oid type)
{
	struct pg_q *q = pg_q(base);

	assert(n <= q->params);
	assert(length <= INT32_MAX);
	q->values[n - 1] = p;
	q->lengths[n - 1] = (int)length;
	q->wanted[n - 1] = type;
}

static void pg_bind_int(struct db_q *q, int n, int64_t v)
{
	assert(n <= pg_q(q)->params);
	pg_q(q)->ints[n - 1] = (int64_t)htobe64((uint64_t)v);
	bind(q, n, &pg_q(q)->ints[n - 1], 8, OID_INT8);
}

static void pg_bind_bytes(struct db_q *q, int n, struct str s, bool text)
{
	bind(q, n, s.p ? s.p : "", s.n, text ? OID_TEXT : OID_BYTEA);
}

static void pg_bind_null(struct db_q *q, int n)
{
	bind(q, n, NULL, 0, 0);
}

/* Types are those of the first values bound; a parameter that was null then and is not now asks for another round. */
static enum status be_prepared(struct pg_q *q)
{
	struct pg *p = pg(q->q.db);
	bool same = q->prepared && q->generation == p->generation;

	for (int i = 0; i < q->params && same; i++)
		same = q->wanted[i] == 0 || q->wanted[i] == q->types[i];
	if (same)
		return ST_OK;
	for (int i = 0; i < q->params; i++)
		if (q->wanted[i])
			q->types[i] = q->wanted[i];
	q->prepared = false;
	snprintf(q->name, sizeof q->name, "s%u", p->names++);
	const struct db_statement *s = q->q.statement;
	if (!PQsendPrepare(p->c, q->name, s->pg ? s->pg : s->sql, q->params, q->types))
		return lost(q->q.db);
	p->pending++;
	TRY(drain(q->q.db, NULL));
	q->prepared = true;
	q->generation = p->generation;
	return ST_OK;
}

static enum status send(struct pg_q *q)
{
	struct db *db = q->q.db;

	if (FAULT("db.step"))
		return db_fail(db, ST_UNAVAILABLE, "fault");
	if (!db->in_tx)
		TRY(be_connected(pg(db)));
	TRY(be_prepared(q));
	if (!PQsendQueryPrepared(pg(db)->c, q->name, q->params, q->values, q->lengths, q->formats, 1))
		return lost(db);
	pg(db)->pending++;
	return ST_OK;
}

static enum status fetch(struct pg_q *q)
{
	q->sent = true;
	TRY(send(q));
	TRY(drain(q->q.db, &q->r));
	q->rows = PQntuples(q->r);
	q->row = -1;
	return ST_OK;
}

static bool pg_row(struct db_q *base)
{
	struct pg_q *q = pg_q(base);

	if (!q->sent)
		db_q_fail(base, fetch(q));
	if (base->status != ST_OK || q->row + 1 >= q->rows)
		return false;
	q->row++;
	return true;
}

static int64_t of_numeric(const unsigned char *p)
{
	int digits = p[0] << 8 | p[1], weight = (int16_t)(p[2] << 8 | p[3]), negative = p[4] << 8 | p[5];
	int64_t v = 0;

	for (int i = 0; i <= weight; i++) {
		int64_t d = i < digits ? p[8 + 2 * i] << 8 | p[9 + 2 * i] : 0;
		if (__builtin_mul_overflow(v, 10000, &v) || (negative ? __builtin_sub_overflow(v, d, &v) : __builtin_add_overflow(v, d, &v)))
			return negative ? INT64_MIN : INT64_MAX;
	}
	return v;
}

static int64_t pg_col_int(struct db_q *base, int col)
{
	struct pg_q *q = pg_q(base);

	if (PQgetisnull(q->r, q->row, col))
		return 0;
	const unsigned char *p = (const unsigned char *)PQgetvalue(q->r, q->row, col);
	switch (PQftype(q->r, col)) {
	case OID_BOOL: return p[0];
	case OID_INT2: return (int16_t)(p[0] << 8 | p[1]);
	case OID_OID:
	case OID_INT4: {
		int32_t v;
		memcpy(&v, p, 4);
		return (int32_t)be32toh((uint32_t)v);
	}
	case OID_INT8: {
		int64_t v;
		memcpy(&v, p, 8);
		return (int64_t)be64toh((uint64_t)v);
	}
	case OID_NUMERIC: return of_numeric(p);
	default: break;
	}
	assert(PQftype(q->r, col) == OID_INT8);
	return 0;
}

static struct str pg_col_bytes(struct db_q *base, int col)
{
	struct pg_q *q = pg_q(base);
	Oid type = PQftype(q->r, col);

	assert(type == OID_TEXT || type == OID_BYTEA || type == OID_VARCHAR || type == OID_NAME);
	if (PQgetisnull(q->r, q->row, col))
		return (struct str){ NULL, 0 };
	return (struct str){ PQgetvalue(q->r, q->row, col), PQgetlength(q->r, q->row, col) };
}

static bool pg_col_null(struct db_q *base, int col)
{
	return PQgetisnull(pg_q(base)->r, pg_q(base)->row, col);
}

static int pg_columns(struct db_q *base)
{
	return PQnfields(pg_q(base)->r);
}

static bool pg_end(struct db_q *base)
{
	struct pg_q *q = pg_q(base);

	PQclear(q->r);
	q->r = NULL;
	q->sent = false;
	for (int i = 0; i < q->params; i++) {
		q->values[i] = NULL;
		q->wanted[i] = 0;
	}
	return true;
}

static enum status pg_run(struct db_q *base, int64_t *ret_rows)
{
	struct pg_q *q = pg_q(base);

	if (base->db->in_tx && !ret_rows && !q->sent) {
		TRY(send(q));
		return pg(base->db)->pending < PENDING_MAX ? ST_OK : drain(base->db, NULL);
	}
	if (!q->sent)
		TRY(fetch(q));
	if (ret_rows)
		IGNORE(num_parse(str_z(PQcmdTuples(q->r)), 0, INT64_MAX, ret_rows));
	return ST_OK;
}

static const struct db_driver driver = {
	.kind = DB_PG, .close = pg_close, .begin = pg_begin, .commit = pg_commit, .settle = NULL, .rollback = pg_rollback,
	.make = pg_make, .free = pg_free, .bind_int = pg_bind_int, .bind_bytes = pg_bind_bytes,
	.bind_null = pg_bind_null, .row = pg_row, .col_int = pg_col_int, .col_bytes = pg_col_bytes,
	.col_null = pg_col_null, .columns = pg_columns, .end = pg_end, .run = pg_run, .script = pg_script,
	.scrub = pg_scrub, .tend = NULL, .log_grown = NULL, .tidy = NULL,
};
