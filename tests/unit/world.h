/* world.h - a store for tests, on either database: the product's types and gadgets, a few departments and people. */
#pragma once
#include "tests/unit/both.h"
#include "tests/unit/gadget.h"
#include "domain/appointment/appointment.h"
#include "domain/department/department.h"
#include "domain/staff/staff.h"
#include "domain/types.h"
#include "record/access.h"
#include "record/audit.h"
#include "record/keystore.h"
#include "record/list.h"
#include "record/migrations.h"
#include "record/queries.h"
#include "record/version_verify.h"
#include "sys/sandbox.h"

struct world {
	struct arena    a;
	char           *keys_where;
	const char     *where;
	struct sandbox *sandbox;
	struct key     *root;
	struct keyring *keys;
	struct store   *store;
	struct conn    *conn;
	const struct record_type *types[64];
	struct request  rq;
	/* sales lies below head office; support beside it */
	int64_t         office, sales, support;
	/* the boss is top management, the manager privacy manager; ken manages sales, mika works there, taro in support */
	int64_t         boss, manager, ken, mika, taro, system, desk;
};

/* As whom the next requests act: a staff record, or 0 for the system. */
static inline void act_as(struct world *w, int64_t staff)
{
	struct request *rq = &w->rq;

	request_init(rq, &w->a, w->conn, JA);
	if (!staff)
		return;
	rq->actor = (struct actor){ .account = staff, .staff = staff, .name = S("") };
	rq->actor.held = new_n(&w->a, struct held_role, 16);
	rq->actor.held[rq->actor.nheld++] = (struct held_role){ ROLE_employee, 0 };
	assert_int_equal(db_begin(rq->db, DB_READ), ST_OK);
	struct db_q *q = db_query(rq->db, &q_roles_of_staff);
	db_int(q, 1, staff);
	db_int(q, 2, rq->today.days);
	while (db_row(q))
		for (int r = ROLE_none + 1; r < ROLE_MAX; r++)
			if (db_col_int(q, 0) == (int64_t)1 << r)
				rq->actor.held[rq->actor.nheld++] = (struct held_role){ (enum role)r, db_col_int(q, 1) };
	assert_int_equal(db_end(q), ST_OK);
	assert_int_equal(db_commit(rq->db), ST_OK);
}

static inline enum status work_save(struct request *rq, void *r) { return record_save(rq, r); }
static inline enum status work_write(struct request *rq, void *r) { return record_write(rq, r, S("test")); }
static inline enum status save(struct world *w, struct record *r) { return request_run(&w->rq, DB_WRITE, work_save, r); }
static inline enum status write_free(struct world *w, struct record *r) { return request_run(&w->rq, DB_WRITE, work_write, r); }

struct moving { struct record *r; const char *move; struct str comment; const struct paper *paper; };
static inline enum status work_move(struct request *rq, void *arg)
{
	struct moving *m = arg;
	struct record r = *m->r;
	enum status st = record_move(rq, &r, str_z(m->move), m->comment, m->paper);

	if (st == ST_OK)
		*m->r = r;
	return st;
}
static inline enum status move(struct world *w, struct record *r, const char *name, struct str comment)
{
	struct moving m = { r, name, comment, NULL };

	return request_run(&w->rq, DB_WRITE, work_move, &m);
}

struct loading { int64_t id; struct record *r; };
static inline enum status work_load(struct request *rq, void *arg)
{
	struct loading *l = arg;

	return record_load(rq, l->id, &l->r);
}
static inline enum status load(struct world *w, int64_t id, struct record **ret)
{
	struct loading l = { id, NULL };
	enum status st = request_run(&w->rq, DB_READ, work_load, &l);

	*ret = l.r;
	return st;
}

static inline struct record *blank(struct world *w, const char *type)
{
	return record_new(&w->rq, store_type(w->store, str_z(type)));
}

static inline bool has_problem(const struct world *w, const char *place, enum msg_id msg)
{
	for (ptrdiff_t i = 0; i < w->rq.problems.n; i++)
		if (str_eq(w->rq.problems.p[i].place, str_z(place)) && w->rq.problems.p[i].msg == msg)
			return true;
	return false;
}

static inline int64_t add_department(struct world *w, const char *name, int64_t parent)
{
	struct record *r = blank(w, "department");

	r->v[department_f_name] = value_of_text(str_z(name));
	r->v[department_f_parent] = value_of_link(parent);
	assert_int_equal(save(w, r), ST_OK);
	return r->id;
}

static inline int64_t add_person(struct world *w, const char *name, int64_t department, const char *role)
{
	struct record *r = blank(w, "staff"), *a = blank(w, "appointment");

	r->v[staff_f_name] = value_of_text(str_z(name));
	r->v[staff_f_number] = value_of_text(str_z(name));
	r->v[staff_f_employment] = value_of_text(S("regular"));
	r->v[staff_f_department] = value_of_link(department);
	assert_int_equal(save(w, r), ST_OK);
	if (!role)
		return r->id;
	a->v[appointment_f_role] = value_of_text(str_z(role));
	a->v[appointment_f_staff] = value_of_link(r->id);
	a->v[appointment_f_department] = value_of_link(department);
	a->v[appointment_f_valid_from] = value_of_date(date_make(2020, 1, 1));
	assert_int_equal(save(w, a), ST_OK);
	assert_int_equal(move(w, a, "console", S("")), ST_OK);
	return r->id;
}

static inline void world_open(struct world *w, const char *where)
{
	struct db *db;

	*w = (struct world){ .a = arena_make(0), .where = where };
	assert_int_equal(sandbox_start(&w->sandbox), ST_OK);
	db = open_both(where);
	assert_int_equal(db_migrate(db, store_migrations), ST_OK);
	w->keys_where = both_where(db_kind(db));
	db_close(db);
	w->root = keys_alloc(1);
	key_random(w->root);
	assert_int_equal(keyring_create(str_z(w->keys_where), w->root, &w->keys), ST_OK);
	memcpy(w->types, domain_types, (size_t)domain_ntypes * sizeof *w->types);
	w->types[domain_ntypes] = &gadget_type;
	assert_int_equal(store_open(str_z(where), w->keys, w->types, domain_ntypes + 1, &w->store), ST_OK);
	store_confine(w->store, w->sandbox);
	assert_int_equal(conn_open(w->store, &w->conn), ST_OK);
	act_as(w, 0);
	w->office = add_department(w, "本社", 0);
	w->sales = add_department(w, "営業部", w->office);
	w->support = add_department(w, "サポート部", w->office);
	w->boss = add_person(w, "社長", w->office, "top_management");
	w->manager = add_person(w, "管理者", w->office, "privacy_manager");
	w->ken = add_person(w, "健", w->sales, "department_manager");
	w->mika = add_person(w, "美香", w->sales, NULL);
	w->taro = add_person(w, "太郎", w->support, "department_manager");
	w->system = add_person(w, "情シス", w->office, "system_manager");
	w->desk = add_person(w, "窓口", w->office, "desk_chief");
}

/* The audit log and every version of every record verify. */
static inline void world_is_whole(struct world *w)
{
	unsigned char public[SIGN_PUBLIC_BYTES];
	struct audit_summary sum;
	int64_t versions, faults;

	keyring_public(w->keys, public);
	assert_int_equal(audit_verify(conn_db(w->conn), public, (struct str){ NULL, 0 }, NULL, NULL, &sum), ST_OK);
	assert_int_equal(version_verify(conn_db(w->conn), NULL, NULL, &versions, &faults), ST_OK);
	assert_int_equal(faults, 0);
}

static inline void world_close(struct world *w)
{
	conn_close(w->conn);
	store_close(w->store);
	keyring_close(w->keys);
	keys_free(w->root);
	both_drop(w->keys_where);
	sandbox_stop(w->sandbox);
	arena_free(&w->a);
	sys_set_now(SYS_RUNNING);
}
