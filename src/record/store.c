/* store.c - opening a store, its types with the organisation's own fields, running requests, files. */
#include "record/store.h"
#include "base/num.h"
#include "record/index.h"
#include "record/own_field.h"
#include "record/queries.h"
#include "record/store_impl.h"
#include "record/trail.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* A race that is lost is run again at least so often and so long: on a busy machine each attempt takes its time. */
enum { RETRIES = 10, PATIENCE_US = 10000000 };

/* ---- types ---- */

const struct type *store_type(const struct store *s, struct str name)
{
	for (int i = 0; i < s->ntypes; i++)
		if (str_eq(name, str_z(s->types[i].t->name)))
			return &s->types[i];
	return NULL;
}

const struct type *store_types(const struct store *s, int *ret_n)
{
	*ret_n = s->ntypes;
	return s->types;
}

const struct type *store_type_marked(const struct store *s, enum type_mark mark)
{
	for (int i = 0; i < s->ntypes; i++)
		if (s->types[i].t->marks & (unsigned)mark)
			return &s->types[i];
	return NULL;
}

const struct type *store_type_by_code(const struct store *s, int64_t code)
{
	for (int i = 0; i < s->ntypes; i++)
		if (s->types[i].code == code)
			return &s->types[i];
	return NULL;
}

int type_place(const struct type *t, struct str field)
{
	for (int i = 0; i < t->nfields; i++)
		if (str_eq(field, str_z(t->fields[i].name)))
			return i;
	return -1;
}

static enum status count_own(struct db *db, const struct record_type *t, int *ret)
{
	struct db_q *q = db_query(db, &q_own_fields);
	int n = 0;

	while (db_row(q))
		n += str_eq(db_col_text(q, 0), str_z(t->name));
	*ret = n;
	return db_end(q);
}

/* The table's fields and behind them the organisation's own. */
static enum status load_fields(struct store *s, struct db *db, struct type *t)
{
	int own, n = t->t->nfields;

	TRY(count_own(db, t->t, &own));
	struct field *all = new_n(&s->a, struct field, n + own);
	memcpy(all, t->t->fields, (size_t)n * sizeof *all);
	struct db_q *q = db_query(db, &q_own_fields);
	while (db_row(q)) {
		if (!str_eq(db_col_text(q, 0), str_z(t->t->name)) || n == t->t->nfields + own)
			continue;
		all[n++] = (struct field){
			.name = str_to_z(&s->a, db_col_text(q, 1)), .kind = own_field_kind(db_col_text(q, 2)), .own = true,
			.label = { str_dup(&s->a, db_col_text(q, 3)), str_dup(&s->a, db_col_text(q, 4)) }, .retired = db_col_int(q, 5) != 0,
		};
	}
	t->fields = all;
	t->nfields = n;
	return db_end(q);
}

/* The numbers of names: all that there are, read at once. */
struct name_code { struct str type, field; int64_t code; };
struct name_codes { struct arena *a; struct name_code *c; int n, cap; int64_t last; };

static void keep_code(struct name_codes *x, struct str type, struct str field, int64_t code)
{
	if (x->n == x->cap) {
		struct name_code *old = x->c;
		x->c = new_n(x->a, struct name_code, x->cap = MAX(512, x->cap * 2));
		if (x->n)
			memcpy(x->c, old, (size_t)x->n * sizeof *old);
	}
	x->c[x->n++] = (struct name_code){ str_dup(x->a, type), str_dup(x->a, field), code };
	x->last = MAX(x->last, code);
}

static enum status read_codes(struct db *db, struct name_codes *ret)
{
	struct db_q *q = db_query(db, &q_name_codes);

	while (db_row(q))
		keep_code(ret, db_col_text(q, 1), db_col_text(q, 2), db_col_int(q, 0));
	return db_end(q);
}

/* A name that is new gets the next number. */
static enum status name_code(struct db *db, struct name_codes *x, struct str type, struct str field, int64_t *ret)
{
	for (int i = 0; i < x->n; i++)
		if (str_eq(x->c[i].field, field) && str_eq(x->c[i].type, type)) {
			*ret = x->c[i].code;
			return ST_OK;
		}
	struct db_value row[] = { db_v_int(x->last + 1), db_v_text(type), db_v_text(field) };
	keep_code(x, type, field, x->last + 1);
	*ret = x->last;
	return db_add(db, &q_name_code_add, row, COUNT(row));
}

static enum status number_names(struct store *s, struct db *db, struct name_codes *known, struct type *t)
{
	struct str name = str_z(t->t->name);

	TRY(name_code(db, known, name, S(""), &t->code));
	int64_t *codes = new_n(&s->a, int64_t, t->nfields + 2);
	for (int i = 0; i < t->nfields; i++)
		if (index_has_key(&t->fields[i]) || t->fields[i].kind == FK_LINK || t->fields[i].kind == FK_STAFF
		    || t->fields[i].kind == FK_DEPARTMENT)
			TRY(name_code(db, known, name, str_z(t->fields[i].name), &codes[i]));
	TRY(name_code(db, known, name, S(INDEX_CHANGED), &codes[t->nfields]));
	TRY(name_code(db, known, name, S(INDEX_SERIAL), &codes[t->nfields + 1]));
	t->field_code = codes;
	return ST_OK;
}

static void nap(int attempt)
{
	uint8_t dice;

	sys_random(&dice, 1);
	struct timespec t = { .tv_nsec = (1 + dice % 8) * 1000000L << MIN(attempt, 5) };

	nanosleep(&t, NULL);
}

/* How often the organisation's own fields have changed. */
static enum status read_generation(struct db *db, int64_t *ret)
{
	struct db_q *q = db_query(db, &q_setting_get);

	*ret = 0;
	db_text(q, 1, S(OWN_GENERATION));
	if (db_row(q))
		TRY(num_parse(db_col_text(q, 0), 0, INT64_MAX, ret));
	return db_end(q);
}

/* Under the lock. What was loaded before stays where it is: requests under way still look at it. */
static enum status load_types(struct store *s)
{
	struct type *types = new_n(&s->a, struct type, s->ntypes);
	struct arena names;
	int64_t generation = 0;
	struct db *db;
	enum status st = db_open(s->where, DB_WRITE, &db);

	if (st != ST_OK)
		return st;
	names = arena_make(0);
	for (int attempt = 0; attempt < RETRIES; attempt++) {
		st = db_begin(db, DB_WRITE);
		if (st == ST_OK)
			st = read_generation(db, &generation);
		struct name_codes known = { .a = &names };
		if (st == ST_OK)
			st = read_codes(db, &known);
		for (int i = 0; i < s->ntypes && st == ST_OK; i++) {
			types[i] = (struct type){ .t = s->given[i] };
			st = load_fields(s, db, &types[i]);
		}
		for (int i = 0; i < s->ntypes && st == ST_OK; i++)
			st = number_names(s, db, &known, &types[i]);
		if (st == ST_OK)
			st = db_commit(db);
		else
			db_rollback(db);
		if (st != ST_RETRY && st != ST_CONFLICT)         /* another node numbered a name at the same time */
			break;
		nap(attempt);
	}
	db_close(db);
	arena_free(&names);
	if (st == ST_OK) {
		s->types = types;
		s->generation = generation;
	}
	return st;
}

/* ---- opening ---- */

enum status store_open(struct str where, struct keyring *keys, const struct record_type *const *types, int ntypes, struct store **ret)
{
	struct store *s = calloc(1, sizeof *s);

	if (!s)
		abort();
	s->a = arena_make(0);
	s->where = str_dup(&s->a, where);
	s->keys = keys;
	s->ntypes = ntypes;
	pthread_mutex_init(&s->lock, NULL);
	const struct record_type **given = new_n(&s->a, const struct record_type *, ntypes);
	memcpy(given, types, (size_t)ntypes * sizeof(struct record_type *));
	s->given = given;
	enum status st = load_types(s);
	if (st == ST_OK)
		st = audit_group_open(s->where, &s->group);
	s->together = together_make();
	if (st == ST_OK)
		*ret = s;
	else
		store_close(s);
	return st;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	together_free(s->together);
	audit_group_close(s->group);
	arena_free(&s->a);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

void store_confine(struct store *s, struct sandbox *sandbox)
{
	s->sandbox = sandbox;
}

struct sandbox *conn_sandbox(const struct conn *c)
{
	return c->origin->sandbox;
}

enum status conn_reload_types(struct conn *c)
{
	pthread_mutex_lock(&c->origin->lock);
	enum status st = load_types(c->origin);
	pthread_mutex_unlock(&c->origin->lock);
	conn_pin(c);
	return st;
}

void conn_pin(struct conn *c)
{
	pthread_mutex_lock(&c->origin->lock);
	c->view.types = c->origin->types;
	c->view.generation = c->origin->generation;
	pthread_mutex_unlock(&c->origin->lock);
}

enum status conn_open(struct store *s, struct conn **ret)
{
	struct conn *c = calloc(1, sizeof *c);

	if (!c)
		abort();
	c->origin = s;
	c->store = &c->view;
	c->view = (struct store){ .where = s->where, .keys = s->keys, .group = s->group, .given = s->given, .ntypes = s->ntypes };
	conn_pin(c);
	enum status st = db_open(s->where, DB_WRITE, &c->db);
	if (st == ST_OK)
		st = keystore_open(s->keys, &c->keys);
	if (st == ST_OK) {
		keystore_attach(c->keys, c->db);
		st = audit_lane_open(c->db, &c->lane);
	}
	if (st == ST_OK)
		*ret = c;
	else
		conn_close(c);
	return st;
}

void conn_close(struct conn *c)
{
	if (!c)
		return;
	audit_lane_close(c->lane);
	keystore_close(c->keys);
	db_close(c->db);
	free(c);
}

struct store *conn_store(const struct conn *c)
{
	return c->store;
}

struct db *conn_db(struct conn *c)
{
	return c->db;
}

struct keystore *conn_keys(struct conn *c)
{
	return c->keys;
}

struct keyring *store_keys(const struct store *s)
{
	return s->keys;
}

/* ---- requests ---- */

void request_init(struct request *rq, struct arena *a, struct conn *conn, enum lang lang)
{
	*rq = (struct request){ .a = a, .conn = conn, .db = conn->db, .lang = lang, .now = sys_now(), .as_of = DATE_NEVER, .holds_on = DATE_NEVER,
		.problems = { .a = a }, .actor = { .system = true, .name = S("") }, .address = S("") };
	rq->today = instant_date_tokyo(rq->now);
	conn_pin(conn);
}

struct memo { const void *key; void *value; struct memo *next; };

void **request_memo(struct request *rq, const void *key)
{
	struct memo *m = rq->memos;

	while (m && m->key != key)
		m = m->next;
	if (!m) {
		m = new(rq->a, struct memo);
		*m = (struct memo){ .key = key, .next = rq->memos };
		rq->memos = m;
	}
	return &m->value;
}

struct undo { struct record *r, was; struct value *v; struct undo *next; };

void record_remember(struct request *rq, struct record *r)
{
	struct undo *u = new(rq->a, struct undo);

	*u = (struct undo){ r, *r, new_n(rq->a, struct value, r->type->nfields), rq->undo };
	memcpy(u->v, r->v, (size_t)r->type->nfields * sizeof *u->v);
	rq->undo = u;
}

static void take_back(struct request *rq)
{
	for (struct undo *u = rq->undo; u; u = u->next) {
		*u->r = u->was;
		memcpy(u->r->v, u->v, (size_t)u->was.type->nfields * sizeof *u->v);
	}
	rq->undo = NULL;
}

/* Another process may have changed the organisation's own fields: nothing is written by an older table of them. */
static enum status same_fields(struct request *rq)
{
	int64_t generation;

	TRY(read_generation(rq->db, &generation));
	if (generation == rq->conn->view.generation)
		return ST_OK;
	db_rollback(rq->db);
	TRY(conn_reload_types(rq->conn));
	return db_begin(rq->db, DB_WRITE);
}

struct owed { struct audit_wait wait; struct audit_group *group; };

/* What request_settle shall wait for: n entries, and with them whatever was committed early. */
static void owe(struct request *rq, const struct audit_entry *e, ptrdiff_t n)
{
	rq->owed = new(rq->a, struct owed);
	*rq->owed = (struct owed){ { .e = e, .n = n }, rq->conn->store->group };
}

bool request_settle(struct request *rq, void (*done)(void *arg, enum status st), void *arg)
{
	struct owed *o = rq->owed;

	if (!o)
		return false;
	rq->owed = NULL;
	o->wait.done = done;
	o->wait.arg = arg;
	audit_group_later(o->group, &o->wait);
	return true;
}

static enum status commit(struct request *rq)
{
	bool settled;

	if (!rq->settles_later)
		return db_commit(rq->db);
	TRY(db_commit_early(rq->db, &settled));
	if (!settled)
		owe(rq, NULL, 0);
	return ST_OK;
}

struct writing { request_work *work; void *arg; };

static enum status write_all(struct request *rq, bool first, void *arg)
{
	struct writing *w = arg;

	if (first)
		TRY(same_fields(rq));
	TRY(w->work(rq, w->arg));
	TRY(index_flush(rq));
	TRY(trail_write(rq));
	return db_add_now(rq->db);
}

static enum status attempt_together(struct request *rq, request_work *work, void *arg)
{
	struct writing w = { work, arg };
	enum status st = together_run(rq, write_all, &w);

	if (st == ST_OK)
		owe(rq, NULL, 0);
	return st;
}

static enum status attempt_once(struct request *rq, enum db_mode mode, request_work *work, void *arg)
{
	struct writing w = { work, arg };

	TRY(db_begin(rq->db, mode));
	enum status st = mode == DB_WRITE ? write_all(rq, true, &w) : work(rq, arg);
	if (st == ST_OK)
		st = commit(rq);
	if (st != ST_OK)
		db_rollback(rq->db);
	return st;
}

static enum status write_trail_after(struct request *rq, enum db_mode mode, enum status st)
{
	const struct audit_entry *e;
	ptrdiff_t n = trail_after(rq, st != ST_OK && mode == DB_WRITE, &e);

	if (n && st == ST_OK && rq->settles_later)
		owe(rq, e, n);
	else if (n)
		return audit_group_add(rq->conn->store->group, e, n);
	return ST_OK;
}

enum status request_flush(struct request *rq)
{
	TRY(index_flush(rq));
	TRY(trail_write(rq));
	TRY(db_add_now(rq->db));
	index_reset(rq);
	trail_reset(rq);
	rq->titles = NULL;
	rq->memos = NULL;
	rq->undo = NULL;
	return ST_OK;
}

enum status request_run(struct request *rq, enum db_mode mode, request_work *work, void *arg)
{
	bool shares = rq->shares && mode == DB_WRITE && db_kind(rq->db) == DB_SQLITE;
	int64_t until = sys_monotonic_us() + PATIENCE_US;
	enum status st = ST_RETRY;

	for (int i = shares ? -1 : 0; st == ST_RETRY && (i < RETRIES || sys_monotonic_us() < until); i++) {
		if (i > 0)
			nap(i);
		rq->problems.n = 0;
		rq->titles = NULL;
		rq->memos = NULL;
		index_reset(rq);
		trail_reset(rq);
		st = i < 0 ? attempt_together(rq, work, arg) : attempt_once(rq, mode, work, arg);
		if (st != ST_OK) {                           /* ids taken in a block that was rolled back are not ours */
			rq->conn->ids = rq->conn->subjects = (struct id_block){ 0 };
			take_back(rq);
		}
		rq->undo = NULL;
	}
	if (st == ST_OK && rq->fields_changed) {
		rq->fields_changed = false;
		st = conn_reload_types(rq->conn);
	}
	if (mode == DB_READ || st != ST_OK) {
		enum status written = write_trail_after(rq, mode, st);
		if (st == ST_OK)
			st = written;
	}
	return st;
}

/* ---- files ---- */

static struct str file_ad(struct request *rq, const char *part, int64_t id)
{
	char t[64];
	int n = snprintf(t, sizeof t, "file/%s/%lld", part, (long long)id);

	return str_dup(rq->a, (struct str){ t, n });
}

static enum status seal_file(struct request *rq, int64_t id, const char *part, struct str plain, struct str *ret)
{
	struct key_ref ref = { KEY_RECORD, id, 0 };
	char *p = new_n(rq->a, char, plain.n + KEYSTORE_EXTRA);

	*ret = (struct str){ p, plain.n + KEYSTORE_EXTRA };
	return keystore_seal(rq->conn->keys, &ref, file_ad(rq, part, id), plain, p);
}

enum status file_save(struct request *rq, struct str name, struct str bytes, int64_t *ret_id)
{
	struct str sealed_name, sealed;
	int64_t id;

	TRY(conn_take_id(rq->conn, &id));
	TRY(seal_file(rq, id, "name", name, &sealed_name));
	TRY(seal_file(rq, id, "bytes", bytes, &sealed));
	struct db_q *q = db_query(rq->db, &q_file_add);
	db_int(q, 1, id);
	db_blob(q, 2, sealed_name);
	db_blob(q, 3, sealed);
	db_int(q, 4, bytes.n);
	db_int(q, 5, rq->now.us);
	db_int(q, 6, rq->actor.staff);
	TRY(db_run(q));
	*ret_id = id;
	return ST_OK;
}

static enum status unseal_file(struct request *rq, int64_t id, const char *part, struct str sealed, struct str *ret)
{
	struct key_ref ref = { KEY_RECORD, id, 0 };

	if (sealed.n < KEYSTORE_EXTRA)
		return ST_BROKEN;
	char *p = new_n(rq->a, char, sealed.n);
	*ret = (struct str){ p, sealed.n - KEYSTORE_EXTRA };
	return keystore_unseal(rq->conn->keys, &ref, file_ad(rq, part, id), sealed, p);
}

enum status file_load(struct request *rq, int64_t id, struct str *ret_name, struct str *ret_bytes)
{
	struct db_q *q = db_query(rq->db, &q_file_get);
	struct str name = { NULL, 0 }, bytes = S("");

	db_int(q, 1, id);
	if (db_row(q)) {
		name = str_dup(rq->a, db_col_blob(q, 0));
		bytes = str_dup(rq->a, db_col_blob(q, 1));
	}
	TRY(db_end(q));
	if (!name.p)
		return ST_NOT_FOUND;
	TRY(unseal_file(rq, id, "name", name, ret_name));
	return unseal_file(rq, id, "bytes", bytes, ret_bytes);
}

/* ---- files that wait for a second step ---- */

enum status file_keep(struct request *rq, struct str name, struct str bytes, struct instant until, int64_t *ret_id)
{
	TRY(file_save(rq, name, bytes, ret_id));
	struct db_q *q = db_query(rq->db, &q_kept_add);
	db_int(q, 1, *ret_id);
	db_int(q, 2, until.us);
	return db_run(q);
}

enum status file_drop_kept(struct request *rq, int64_t id)
{
	struct db_q *q = db_query(rq->db, &q_kept_drop);
	int64_t rows;

	db_int(q, 1, id);
	TRY(db_run_counted(q, &rows));
	if (!rows)
		return ST_NOT_FOUND;             /* only what was kept is taken away: a record's file is not */
	q = db_query(rq->db, &q_file_drop);
	db_int(q, 1, id);
	return db_run(q);
}

enum status file_drop_over(struct request *rq)
{
	enum { AT_ONCE = 1000 };
	int64_t *id = new_n(rq->a, int64_t, AT_ONCE);
	struct db_q *q = db_query(rq->db, &q_kept_over);
	int n = 0;

	db_int(q, 1, rq->now.us);
	while (n < AT_ONCE && db_row(q))
		id[n++] = db_col_int(q, 0);
	TRY(db_end(q));
	for (int i = 0; i < n; i++)
		TRY(file_drop_kept(rq, id[i]));
	return ST_OK;
}
