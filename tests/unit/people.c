/* people.c - makes the organisation of people.h. */
#include "tests/unit/people.h"
#include "base/num.h"
#include "crypto/password.h"
#include "domain/types.h"
#include "record/keystore.h"
#include "record/migrations.h"
#include "record/queries.h"
#include "sys/sandbox.h"
#include <assert.h>
#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct wanted { struct people *p; const char *type, *move; const char *pair[40]; int64_t id; };

static struct str in_dir(struct people *p, const char *name)
{
	char t[TEST_DIR_MAX + 32];

	return str_dup(&p->a, (struct str){ t, snprintf(t, sizeof t, "%s/%s", p->dir, name) });
}

static enum status put(struct request *rq, void *arg)
{
	struct wanted *want = arg;
	const struct type *t = store_type(conn_store(rq->conn), str_z(want->type));
	struct record *r = record_new(rq, t);

	for (int i = 0; want->pair[i]; i += 2) {
		int place = type_place(t, str_z(want->pair[i]));
		assert(place >= 0);
		const struct field *f = &t->fields[place];
		struct str text = str_z(want->pair[i + 1]);
		if (text.n && text.p[0] == '#') {
			int64_t id;
			TRY(num_parse(str_sub(text, 1, text.n), 1, INT64_MAX, &id));
			r->v[place] = value_of_link(id);
		} else
			TRY(value_parse(rq->a, f, text, str_z(f->name), &rq->problems, &r->v[place]));
	}
	TRY(record_write(rq, r, S("")));
	if (want->move)
		TRY(record_move(rq, r, str_z(want->move), S(""), NULL));
	want->id = r->id;
	return ST_OK;
}

int64_t people_record(struct people *p, const char *type, const char *move, ...)
{
	struct wanted want = { .p = p, .type = type, .move = move };
	va_list args;
	int n = 0;

	va_start(args, move);
	do {
		want.pair[n] = va_arg(args, const char *);
	} while (want.pair[n] && ++n < (int)COUNT(want.pair) - 1);
	va_end(args);
	enum status st = request_run(&p->rq, DB_WRITE, put, &want);
	for (ptrdiff_t i = 0; i < p->rq.problems.n; i++)
		fprintf(stderr, "%s: %.*s: %.*s\n", type, STR_FMT(p->rq.problems.p[i].place),
			STR_FMT(msg_text(p->rq.problems.p[i].msg, EN)));
	if (st != ST_OK)
		fprintf(stderr, "%s: %s %.*s\n", type, status_name(st), STR_FMT(db_error(conn_db(p->conn))));
	assert(st == ST_OK);
	return want.id;
}

struct account { const char *login; int64_t staff, id; char hash[PASSWORD_HASH_MAX]; };

static enum status add_account(struct request *rq, void *arg)
{
	struct account *a = arg;
	struct db_q *q = db_query(rq->db, &q_account_add);

	db_int(q, 1, a->id);
	db_text(q, 2, str_z(a->login));
	db_int(q, 3, a->staff);
	db_text(q, 4, str_z(a->hash));
	db_int(q, 5, 0);
	db_text(q, 6, S("ja"));
	db_int(q, 7, rq->now.us);
	return db_run(q);
}

void people_account(struct request *rq, const char *login, int64_t id, int64_t staff)
{
	struct account a = { .login = login, .id = id, .staff = staff };

	password_hash(S(PEOPLE_PASSWORD), a.hash);
	enum status st = request_run(rq, DB_WRITE, add_account, &a);
	assert(st == ST_OK);
}

static const char *number(struct people *p, int64_t id)
{
	char t[32];

	return str_to_z(&p->a, (struct str){ t, snprintf(t, sizeof t, "#%lld", (long long)id) });
}

static void person(struct people *p, const char *login, const char *name, const char *role, int64_t department, int no)
{
	char code[16];

	snprintf(code, sizeof code, "%04d", no);
	int64_t staff = people_record(p, "staff", NULL, "number", code, "name", name, "employment", "regular", "department",
		number(p, department), NULL);
	people_record(p, "appointment", "console", "role", role, "staff", number(p, staff), "department",
		number(p, department), "valid_from", "2020-04-01", NULL);
	people_account(&p->rq, login, 1000 + no, staff);
}

struct people *people_make(void)
{
	struct people *p = calloc(1, sizeof *p);
	struct key *root;
	struct db *db;

	assert(p && sandbox_start(&p->sandbox) == ST_OK);
	root = keys_alloc(1);
	p->a = arena_make(0);
	assert(test_dir(p->dir, "people"));
	IGNORE(password_setup(8 << 10, 1, 2));
	key_random(root);
	assert(keyring_create(in_dir(p, "keys.db"), root, &p->keys) == ST_OK);
	keys_free(root);
	assert(db_open(in_dir(p, "data.db"), DB_WRITE, &db) == ST_OK);
	assert(db_migrate(db, store_migrations) == ST_OK);
	db_close(db);
	assert(store_open(in_dir(p, "data.db"), p->keys, domain_types, domain_ntypes, &p->store) == ST_OK);
	store_confine(p->store, p->sandbox);
	assert(conn_open(p->store, &p->conn) == ST_OK);
	request_init(&p->rq, &p->a, p->conn, JA);
	p->sales = people_record(p, "department", NULL, "name", "営業部", "code", "S", NULL);
	p->system = people_record(p, "department", NULL, "name", "情報システム部", "code", "I", NULL);
	person(p, "top", "帳 太郎", "top_management", p->system, 1);
	person(p, "manager", "個人 守", "privacy_manager", p->system, 2);
	person(p, "head", "営業 花子", "department_head", p->sales, 3);
	person(p, "staff", "一般 次郎", "employee", p->sales, 4);
	person(p, "audit", "監査 良子", "audit_chief", p->system, 5);
	person(p, "ism", "情報 学", "system_manager", p->system, 6);
	return p;
}

static void remove_dir(const char *dir)
{
	DIR *d = opendir(dir);
	char path[400];

	for (struct dirent *e; d && (e = readdir(d)) != NULL;) {
		snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
		IGNORE(unlink(path));                            /* "." and ".." stay */
	}
	if (d)
		closedir(d);
	IGNORE(rmdir(dir));
}

void people_free(struct people *p)
{
	conn_close(p->conn);
	store_close(p->store);
	keyring_close(p->keys);
	remove_dir(p->dir);
	sandbox_stop(p->sandbox);
	arena_free(&p->a);
	free(p);
}
