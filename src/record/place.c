/* place.c - making and opening the directory of a store. */
#include "record/place.h"
#include "crypto/root_key.h"
#include "format/json.h"
#include "record/audit.h"
#include "record/migrations.h"
#include "sys/sys.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SETTINGS_MAX = 1 << 20, OUTSIDE_MAX = 16 };

struct place {
	struct arena    a;
	struct str      dir, database, key_database, root;      /* as in store.json */
	struct str      where, keys_where, root_source;         /* made absolute by DIR */
	struct str      keys_dir, root_file;                    /* of one that was made just now; empty when they are not ours */
	bool            made;
	struct { struct str where; bool schema; } claimed[2];   /* places of PostgreSQL that were empty, and whether they are ours, too */
	int             nclaimed;
	struct str      outside[OUTSIDE_MAX];
	int             noutside;
	unsigned char   public[SIGN_PUBLIC_BYTES];
	struct keyring *ring;
	int             lock;
};

static struct str join(struct arena *a, struct str dir, struct str name)
{
	char *p = new_n(a, char, dir.n + name.n + 2);

	if (str_starts(name, S("/")))
		return name;
	memcpy(p, dir.p, (size_t)dir.n);
	p[dir.n] = '/';
	memcpy(p + dir.n + 1, name.p, (size_t)name.n);
	return (struct str){ p, dir.n + name.n + 1 };
}

static struct str concat(struct arena *a, struct str x, struct str y)
{
	char *p = new_n(a, char, x.n + y.n + 1);

	memcpy(p, x.p, (size_t)x.n);
	memcpy(p + x.n, y.p, (size_t)y.n);
	return (struct str){ p, x.n + y.n };
}

static bool is_url(struct str s)
{
	return str_starts(s, S("postgresql://")) || str_starts(s, S("postgres://"));
}

static struct str resolve(struct place *p, struct str name)
{
	return is_url(name) ? name : join(&p->a, p->dir, name);
}

static struct str resolve_root(struct place *p, struct str source)
{
	static const struct str kinds[] = { SLIT("file:"), SLIT("passphrase:") };

	for (ptrdiff_t i = 0; i < COUNT(kinds); i++)
		if (str_starts(source, kinds[i]))
			return concat(&p->a, kinds[i], join(&p->a, p->dir, str_sub(source, kinds[i].n, source.n)));
	return source;
}

static struct place *new_place(struct str dir)
{
	struct place *p = calloc(1, sizeof *p);

	if (!p)
		abort();
	p->a = arena_make(0);
	p->lock = -1;
	while (dir.n > 1 && str_ends(dir, S("/")))
		dir.n--;
	p->dir = str_dup(&p->a, dir);
	return p;
}

void place_close(struct place *p)
{
	if (!p)
		return;
	keyring_close(p->ring);
	if (p->lock >= 0)
		close(p->lock);
	arena_free(&p->a);
	free(p);
}

static void resolve_all(struct place *p)
{
	p->where = resolve(p, p->database);
	p->keys_where = resolve(p, p->key_database);
	p->root_source = resolve_root(p, p->root);
}

/* ---- settings ---- */

static enum status write_settings(struct place *p)
{
	struct buf b = buf_make(SETTINGS_MAX);
	struct js_out j = { .b = &b };
	char hex[2 * SIGN_PUBLIC_BYTES + 1];

	hex_of((struct str){ (const char *)p->public, SIGN_PUBLIC_BYTES }, hex);
	js_open(&j, '{');
	js_key(&j, S("store"));
	js_int(&j, 1);
	js_key(&j, S("database"));
	js_text(&j, p->database);
	js_key(&j, S("keys"));
	js_text(&j, p->key_database);
	js_key(&j, S("root_key"));
	js_text(&j, p->root);
	js_key(&j, S("audit_key"));
	js_text(&j, str_z(hex));
	js_key(&j, S("heads_outside"));
	js_open(&j, '[');
	for (int i = 0; i < p->noutside; i++)
		js_text(&j, p->outside[i]);
	js_close(&j, ']');
	js_close(&j, '}');
	buf_char(&b, '\n');
	enum status st = b.failed ? ST_BROKEN : sys_write_file(join(&p->a, p->dir, S("store.json")), buf_str(&b), 0600);
	buf_free(&b);
	return st == ST_OK ? ST_OK : ST_UNAVAILABLE;
}

static enum status text_of(const struct js *object, struct str key, struct str *ret)
{
	const struct js *m = js_get(object, key);

	if (!m || m->kind != JS_TEXT || m->text.n == 0)
		return ST_BAD_INPUT;
	*ret = m->text;
	return ST_OK;
}

static enum status read_settings(struct place *p)
{
	struct problems ignored = { .a = &p->a };
	struct str text, hex;
	struct js *o;
	enum status st = sys_read_file(&p->a, join(&p->a, p->dir, S("store.json")), SETTINGS_MAX, &text);

	if (st != ST_OK)
		return st == ST_TOO_BIG ? ST_BAD_INPUT : st == ST_BROKEN ? ST_UNAVAILABLE : st;
	TRY(js_parse(&p->a, text, &ignored, &o));
	const struct js *version = js_get(o, S("store"));
	if (!version || version->kind != JS_INT)
		return ST_BAD_INPUT;
	if (version->integer != 1)
		return ST_NO;
	TRY(text_of(o, S("database"), &p->database));
	TRY(text_of(o, S("keys"), &p->key_database));
	TRY(text_of(o, S("root_key"), &p->root));
	TRY(text_of(o, S("audit_key"), &hex));
	TRY(hex_parse(hex, p->public, SIGN_PUBLIC_BYTES));
	const struct js *outside = js_get(o, S("heads_outside"));
	for (const struct js *e = outside ? outside->child : NULL; e; e = e->next) {
		if (e->kind != JS_TEXT || p->noutside == OUTSIDE_MAX)
			return ST_BAD_INPUT;
		p->outside[p->noutside++] = e->text;
	}
	resolve_all(p);
	return ST_OK;
}

/* ---- the lock: on store.json's neighbour, because a settings file is replaced when written ---- */

static enum status take_lock(struct place *p, enum place_use use)
{
	p->lock = open(str_to_z(&p->a, join(&p->a, p->dir, S("lock"))), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (p->lock < 0)
		return errno == ENOENT || errno == ENOTDIR ? ST_NOT_FOUND : ST_DENIED;
	if (flock(p->lock, (use == PLACE_MAINTAIN ? LOCK_EX : LOCK_SH) | LOCK_NB))
		return errno == EWOULDBLOCK ? ST_CONFLICT : ST_UNAVAILABLE;
	return ST_OK;
}

/* ---- making ---- */

static enum status make_dir(struct place *p, struct str path)
{
	char *z = str_to_z(&p->a, path);
	DIR *d;
	bool empty = true;

	if (mkdir(z, 0700) == 0)
		return ST_OK;
	if (errno != EEXIST)
		return errno == ENOENT ? ST_NOT_FOUND : errno == EACCES || errno == EPERM || errno == EROFS ? ST_DENIED : ST_UNAVAILABLE;
	d = opendir(z);
	if (!d)
		return errno == ENOTDIR ? ST_CONFLICT : ST_DENIED;
	for (const struct dirent *e; (e = readdir(d));)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			empty = false;
	closedir(d);
	if (!empty)
		return ST_CONFLICT;
	return chmod(z, 0700) == 0 ? ST_OK : ST_DENIED;
}

static struct str or_usual(struct str given, struct str usual)
{
	return given.n ? given : usual;
}

static struct str key_path(struct place *p, const struct place_plan *plan, struct str name)
{
	return join(&p->a, or_usual(plan->keys, S("keys")), name);
}

/* Like a folder, a place in PostgreSQL is new or empty; so what is made there can be taken back. */
static enum status claim(struct place *p, struct str where)
{
	struct db *db = NULL;
	bool there, empty = false;

	if (!is_url(where))
		return ST_OK;
	there = db_open(where, DB_READ, &db) == ST_OK;           /* which does not make it */
	if (!there)
		TRY(db_open(where, DB_WRITE, &db));
	enum status st = db_is_empty(db, &empty);
	db_close(db);
	TRY(st);
	if (!empty)
		return ST_CONFLICT;
	p->claimed[p->nclaimed].where = where;
	p->claimed[p->nclaimed++].schema = !there;
	return ST_OK;
}

static void unclaim(struct place *p)
{
	for (int i = 0; i < p->nclaimed; i++) {
		struct db *db;
		if (db_open(p->claimed[i].where, DB_WRITE, &db) != ST_OK)
			continue;
		IGNORE(db_unmake(db, p->claimed[i].schema));
		db_close(db);
	}
}

static enum status make_keys(struct place *p, const struct place_plan *plan)
{
	struct key *root = keys_alloc(1);
	enum status st = root_key_make(p->root_source, plan->passphrase, root);

	if (st == ST_OK)
		st = keyring_create(p->keys_where, root, &p->ring);
	keys_free(root);
	if (st == ST_OK)
		keyring_public(p->ring, p->public);
	return st;
}

static enum status make_data(struct place *p)
{
	struct db *db = NULL;
	int64_t revision = 0;

	TRY(db_open(p->where, DB_WRITE, &db));
	enum status st = db_revision(db, &revision);
	if (st == ST_OK)
		st = revision ? ST_CONFLICT : db_migrate(db, store_migrations);
	db_close(db);
	return st;
}

static void remove_file(struct place *p, struct str path)
{
	static const struct str tails[] = { SLIT(""), SLIT("-wal"), SLIT("-shm") };

	for (ptrdiff_t i = 0; i < COUNT(tails) && !is_url(path); i++)
		unlink(str_to_z(&p->a, concat(&p->a, path, tails[i])));
}

/* Only what place_create has made: the directories and the places in PostgreSQL were empty. */
static void take_back(struct place *p)
{
	if (!p->made)
		return;
	unclaim(p);
	remove_file(p, p->where);
	if (p->keys_dir.n) {
		remove_file(p, p->keys_where);
		if (p->root_file.n)
			remove_file(p, p->root_file);
		rmdir(str_to_z(&p->a, p->keys_dir));
	}
	remove_file(p, join(&p->a, p->dir, S("lock")));
	remove_file(p, join(&p->a, p->dir, S("store.json")));
	rmdir(str_to_z(&p->a, p->dir));
}

static enum status create(struct place *p, const struct place_plan *plan)
{
	struct str keys_dir = join(&p->a, p->dir, or_usual(plan->keys, S("keys")));

	TRY(make_dir(p, p->dir));
	p->made = true;
	TRY(make_dir(p, keys_dir));
	p->keys_dir = keys_dir;
	if (!plan->root.n)
		p->root_file = join(&p->a, p->dir, key_path(p, plan, S("root.key")));
	p->database = or_usual(plan->database, S("store.db"));
	p->key_database = or_usual(plan->key_database, key_path(p, plan, S("keys.db")));
	p->root = or_usual(plan->root, concat(&p->a, S("file:"), key_path(p, plan, S("root.key"))));
	resolve_all(p);
	TRY(take_lock(p, PLACE_SHARE));
	TRY(claim(p, p->keys_where));
	TRY(make_keys(p, plan));
	TRY(claim(p, p->where));
	TRY(make_data(p));
	return write_settings(p);              /* last: with it the store exists */
}

void place_discard(struct place *p)
{
	if (p)
		take_back(p);
	place_close(p);
}

enum status place_create(struct str dir, const struct place_plan *plan, struct place **ret)
{
	struct place *p;

	if (dir.n == 0 || dir.n > 3000 || str_find_char(dir, 0) >= 0)
		return ST_BAD_INPUT;
	p = new_place(dir);
	enum status st = create(p, plan);
	if (st == ST_OK) {
		*ret = p;
		return ST_OK;
	}
	place_discard(p);
	return st == ST_RETRY ? ST_UNAVAILABLE : st;
}

/* ---- opening ---- */

static enum status load_keys(struct place *p, struct str passphrase)
{
	struct key *root = keys_alloc(1);
	enum status st = root_key_load(p->root_source, passphrase, root);

	if (st == ST_OK)
		st = keyring_open(p->keys_where, root, &p->ring);
	else if (st == ST_NOT_FOUND || st == ST_BAD_INPUT)
		st = ST_DENIED;
	keys_free(root);
	return st;
}

/* No key store is made where one has gone: it would be empty. */
static bool has_keys(struct place *p)
{
	return is_url(p->keys_where) || access(str_to_z(&p->a, p->keys_where), F_OK) == 0;
}

static enum status check_data(struct place *p)
{
	struct db *db = NULL;

	TRY(db_open(p->where, DB_READ, &db));
	enum status st = db_revision_check(db, store_migrations);
	db_close(db);
	return st;
}

static enum status open_place(struct place *p, enum place_use use, struct str passphrase)
{
	TRY(read_settings(p));
	TRY(take_lock(p, use));
	TRY(check_data(p));
	if (use == PLACE_READ)
		return ST_OK;
	return has_keys(p) ? load_keys(p, passphrase) : ST_DENIED;
}

enum status place_open(struct str dir, enum place_use use, struct str passphrase, struct place **ret)
{
	struct place *p;

	if (dir.n == 0 || dir.n > 3000 || str_find_char(dir, 0) >= 0)
		return ST_BAD_INPUT;
	p = new_place(dir);
	enum status st = open_place(p, use, passphrase);
	if (st != ST_OK) {
		place_close(p);
		return st;
	}
	*ret = p;
	return ST_OK;
}

/* ---- bringing up to date ---- */

/* Never an empty database: what has lost its tables is no earlier revision. */
static enum status upgrade_one(struct str where, const struct migration *list)
{
	struct db *db = NULL;
	int64_t revision = 0;

	TRY(db_open(where, DB_WRITE, &db));
	enum status st = db_revision(db, &revision);
	if (st == ST_OK)
		st = revision ? db_migrate(db, list) : ST_NO;
	db_close(db);
	return st;
}

static enum status upgrade(struct place *p, struct str passphrase)
{
	TRY(read_settings(p));
	TRY(take_lock(p, PLACE_MAINTAIN));
	if (!has_keys(p))
		return ST_DENIED;
	if (!is_url(p->where) && access(str_to_z(&p->a, p->where), F_OK))
		return ST_UNAVAILABLE;
	TRY(upgrade_one(p->keys_where, keys_migrations));
	TRY(upgrade_one(p->where, store_migrations));
	return load_keys(p, passphrase);
}

enum status place_upgrade(struct str dir, struct str passphrase)
{
	if (dir.n == 0 || dir.n > 3000 || str_find_char(dir, 0) >= 0)
		return ST_BAD_INPUT;
	struct place *p = new_place(dir);
	enum status st = upgrade(p, passphrase);
	place_close(p);
	return st == ST_RETRY ? ST_UNAVAILABLE : st;
}

struct str place_dir(const struct place *p)
{
	return p->dir;
}

struct str place_where(const struct place *p)
{
	return p->where;
}

struct str place_keys_where(const struct place *p)
{
	return p->keys_where;
}

struct keyring *place_keyring(const struct place *p)
{
	return p->ring;
}

const unsigned char *place_public(const struct place *p)
{
	return p->public;
}

int place_outside(const struct place *p, const struct str **ret)
{
	*ret = p->outside;
	return p->noutside;
}

/* ---- once a minute ---- */

/* The file that says to what a number belongs is never overwritten by another: a place outside keeps them all. */
static enum status export_to(struct place *p, struct arena *a, struct str dir, struct str heads, struct str erasures)
{
	struct str rest = heads, line = S("");
	char name[64];

	str_cut(&rest, '\n', &line);
	str_cut(&rest, '\n', &line);
	int n = snprintf(name, sizeof name, "heads-%.*s.txt", STR_FMT(str_sub(line, 7, MIN(line.n, 27))));
	dir = join(a, p->dir, dir);
	TRY(sys_write_file(join(a, dir, (struct str){ name, n }), heads, 0600));
	return sys_write_file(join(a, dir, S("erasures.txt")), erasures, 0600);
}

static enum status export_all(struct place *p, struct db *data, struct keystore *keys)
{
	struct arena a = arena_make(0);
	struct buf heads = buf_make(0), erasures = buf_make(0);
	enum status st = audit_heads(data, &heads);
	bool all = true;

	if (st == ST_OK)
		st = keystore_erasures(keys, &erasures);
	for (int i = 0; i < p->noutside && st == ST_OK; i++)
		if (export_to(p, &a, p->outside[i], buf_str(&heads), buf_str(&erasures)) != ST_OK)
			all = false;
	buf_free(&heads);
	buf_free(&erasures);
	arena_free(&a);
	return st == ST_OK && !all ? ST_PARTIAL : st;
}

enum status place_minute(struct place *p, struct db *data, struct keystore *keys)
{
	unsigned char erasure_hash[HASH_BYTES];
	int64_t erasures, expired;

	TRY(keystore_expire(keys, sys_now(), KEYSTORE_HORIZON_DAYS, &expired));
	TRY(keystore_scrub(keys));
	TRY(keystore_erasure_head(keys, &erasures, erasure_hash));
	enum status st = audit_checkpoint(data, p->ring, erasures, erasure_hash);
	if (st == ST_NO)
		return ST_OK;
	if (st != ST_OK || p->noutside == 0)
		return st;
	return export_all(p, data, keys);
}
