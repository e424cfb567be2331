/* keystore_backup.c - backups that die with their epoch, and restoring without bringing back what was erased. The backup
 * is a text, one row a line, every key in it still wrapped by the store key; sealed under the epoch key on its way out. */
#include "record/keystore_impl.h"
#include "record/migrations.h"
#include "base/num.h"
#include "sys/sys.h"
#include <stdlib.h>

enum { FILE_MAX = 1 << 28, LINE_MAX_BYTES = 1024, EPOCHS_MAX = 4096 };
static const struct str backup_ad = SLIT("tobari-key-store-backup-1"), epochs_title = SLIT("tobari epochs 1"), erasures_title = SLIT("tobari erasures 1");

static void add_hex(struct buf *b, struct str bytes)
{
	char hex[2 * WRAP_BYTES + 1];

	hex_of(str_sub(bytes, 0, WRAP_BYTES), hex);
	buf_char(b, ' ');
	buf_add(b, str_z(hex));
	buf_char(b, '\n');
}

/* ---- epoch keys ---- */

static enum status add_epochs(struct keystore *ks, struct buf *b)
{
	unsigned char bytes[WRAP_BYTES];
	char t[128];
	enum status st = ST_OK;

	buf_add(b, epochs_title);
	buf_char(b, '\n');
	struct db_q *q = db_query(ks->db, &kq_epoch_list);
	while (st == ST_OK && db_row(q)) {
		struct str ad = number_ad(t, "epoch", db_col_int(q, 0));
		st = ring_unwrap(ks->ring, db_col_int(q, 1), ad, db_col_blob(q, 2), ks->spare);
		if (st != ST_OK)
			break;
		key_wrap(&ks->ring->keys[RING_ROOT], ad, ks->spare, bytes);
		buf_fmt(b, "%lld", (long long)db_col_int(q, 0));
		add_hex(b, (struct str){ (const char *)bytes, WRAP_BYTES });
	}
	key_wipe(ks->spare);
	TRY(db_end(q));
	return st == ST_OK && b->failed ? ST_TOO_BIG : st;
}

enum status keystore_epochs(struct keystore *ks, struct str to)
{
	struct buf b = buf_make(FILE_MAX);
	enum status st = add_epochs(ks, &b);

	if (st == ST_OK && sys_write_file(to, buf_str(&b), 0600) != ST_OK)
		st = ST_UNAVAILABLE;
	buf_free(&b);
	return st;
}

/* ---- backing up ---- */

enum section { SEC_HEAD, SEC_STORE_KEYS, SEC_SECRETS, SEC_KEYS, SEC_END, SEC_DONE };
struct dump { struct keystore *ks; struct buf b; enum section at; struct key_ref last; int64_t lines; };

static enum status dump_head(struct dump *d)
{
	unsigned char h[HASH_BYTES];
	int64_t n;

	TRY(keystore_erasure_head(d->ks, &n, h));
	buf_fmt(&d->b, "erasures %lld", (long long)n);
	add_hex(&d->b, (struct str){ (const char *)h, HASH_BYTES });
	d->at = SEC_STORE_KEYS;
	return ST_OK;
}

static enum status dump_store_keys(struct dump *d)
{
	struct db_q *q = db_query(d->ks->db, &kq_store_key_all);

	for (; db_row(q); d->lines++) {
		buf_fmt(&d->b, "store_key %lld %lld", (long long)db_col_int(q, 0), (long long)db_col_int(q, 1));
		add_hex(&d->b, db_col_blob(q, 2));
	}
	d->at = SEC_SECRETS;
	return db_end(q);
}

static enum status dump_secrets(struct dump *d)
{
	struct db_q *q = db_query(d->ks->db, &kq_secret_list);

	for (; db_row(q); d->lines++) {
		buf_fmt(&d->b, "secret %.*s %lld", STR_FMT(db_col_text(q, 0)), (long long)db_col_int(q, 1));
		add_hex(&d->b, db_col_blob(q, 2));
	}
	d->at = SEC_KEYS;
	return db_end(q);
}

static enum status dump_keys(struct dump *d)
{
	int64_t before = d->lines;
	struct db_q *q = db_query(d->ks->db, &kq_key_page);

	db_int(q, 1, d->last.kind);
	db_int(q, 2, d->last.owner);
	db_int(q, 3, d->last.set);
	for (; db_row(q); d->lines++) {
		d->last = (struct key_ref){ (enum key_owner)db_col_int(q, 0), db_col_int(q, 1), db_col_int(q, 2) };
		buf_fmt(&d->b, "key %d %lld %lld %lld %lld", (int)d->last.kind, (long long)d->last.owner, (long long)d->last.set,
			(long long)db_col_int(q, 3), (long long)db_col_int(q, 4));
		add_hex(&d->b, db_col_blob(q, 5));
	}
	TRY(db_end(q));
	if (d->lines == before)
		d->at = SEC_END;
	return ST_OK;
}

static enum status dump_end(struct dump *d)
{
	buf_fmt(&d->b, "end %lld\n", (long long)d->lines);
	d->at = SEC_DONE;
	return ST_OK;
}

static enum status dump_more(void *arg, struct str *ret)
{
	static enum status (*const sections[])(struct dump *) = { dump_head, dump_store_keys, dump_secrets, dump_keys, dump_end };
	struct dump *d = arg;

	d->b.n = 0;
	while (d->b.n == 0 && d->at != SEC_DONE)
		TRY(sections[d->at](d));
	*ret = buf_str(&d->b);
	return d->b.failed ? ST_TOO_BIG : ST_OK;
}

static enum status running_epoch_key(struct keystore *ks, struct key *ret)
{
	enum status st = ST_BROKEN;
	char t[128];
	struct db_q *q = db_query(ks->db, &kq_epoch_now);

	if (db_row(q))
		st = ring_unwrap(ks->ring, db_col_int(q, 1), number_ad(t, "epoch", db_col_int(q, 0)), db_col_blob(q, 2), ret);
	TRY(db_end(q));
	return st;
}

enum status keystore_backup(struct keystore *ks, struct str to)
{
	struct dump d = { .ks = ks, .b = buf_make(FILE_MAX), .last = { 0, INT64_MIN, INT64_MIN } };
	struct key *k = keys_alloc(1);
	enum status st = db_begin(ks->db, DB_READ);        /* keys and epoch of one moment */

	if (st == ST_OK)
		st = running_epoch_key(ks, k);
	if (st == ST_OK)
		st = file_seal_from(k, backup_ad, dump_more, &d, to);
	db_rollback(ks->db);
	keys_free(k);
	buf_free(&d.b);
	return st;
}

/* ---- restoring: the rows ---- */

struct load {
	struct db    *db;
	struct buf    line;              /* what of a line came with the piece before */
	int64_t       lines, erasures;
	unsigned char erasure_hash[HASH_BYTES];
	bool          head, end;
	int64_t       newest_epoch;
};

static enum status cut_int(struct str *line, int64_t *ret)
{
	struct str word;

	return str_cut(line, ' ', &word) ? num_parse(word, INT64_MIN, INT64_MAX, ret) : ST_BAD_INPUT;
}

static enum status cut_bytes(struct str *line, unsigned char *ret, ptrdiff_t n)
{
	struct str word;

	return str_cut(line, ' ', &word) && line->n == 0 ? hex_parse(word, ret, n) : ST_BAD_INPUT;
}

static enum status load_store_key(struct load *l, struct str line)
{
	unsigned char bytes[WRAP_BYTES];
	int64_t number, made;

	TRY(cut_int(&line, &number));
	TRY(cut_int(&line, &made));
	TRY(cut_bytes(&line, bytes, WRAP_BYTES));
	struct db_q *q = db_query(l->db, &kq_store_key_add);
	db_int(q, 1, number);
	db_int(q, 2, made);
	db_blob(q, 3, (struct str){ (const char *)bytes, WRAP_BYTES });
	return db_run(q);
}

static enum status load_secret(struct load *l, struct str line)
{
	unsigned char bytes[WRAP_BYTES];
	int64_t number;
	struct str name;

	if (!str_cut(&line, ' ', &name))
		return ST_BAD_INPUT;
	TRY(cut_int(&line, &number));
	TRY(cut_bytes(&line, bytes, WRAP_BYTES));
	struct db_q *q = db_query(l->db, &kq_secret_put);
	db_text(q, 1, name);
	db_int(q, 2, number);
	db_blob(q, 3, (struct str){ (const char *)bytes, WRAP_BYTES });
	return db_run(q);
}

static enum status load_key(struct load *l, struct str line)
{
	unsigned char bytes[WRAP_BYTES];
	int64_t v[5];

	for (int i = 0; i < 5; i++)
		TRY(cut_int(&line, &v[i]));
	TRY(cut_bytes(&line, bytes, WRAP_BYTES));
	struct db_q *q = db_query(l->db, &kq_key_add);
	for (int i = 0; i < 5; i++)
		db_int(q, i + 1, v[i]);
	db_blob(q, 6, (struct str){ (const char *)bytes, WRAP_BYTES });
	return db_run(q);
}

static enum status load_head(struct load *l, struct str line)
{
	l->head = true;
	TRY(cut_int(&line, &l->erasures));
	return cut_bytes(&line, l->erasure_hash, HASH_BYTES);
}

static enum status load_end(struct load *l, struct str line)
{
	int64_t n;

	TRY(cut_int(&line, &n));
	l->end = true;
	return l->head && n == l->lines ? ST_OK : ST_BAD_INPUT;
}

static enum status load_line(struct load *l, struct str line)
{
	static const struct { struct str word; enum status (*load)(struct load *, struct str); bool counts; } kinds[] = {
		{ SLIT("key"), load_key, true }, { SLIT("secret"), load_secret, true }, { SLIT("store_key"), load_store_key, true },
		{ SLIT("erasures"), load_head, false }, { SLIT("end"), load_end, false },
	};
	struct str word;

	if (l->end || !str_cut(&line, ' ', &word))
		return ST_BAD_INPUT;
	for (ptrdiff_t i = 0; i < COUNT(kinds); i++) {
		if (str_eq(word, kinds[i].word)) {
			l->lines += kinds[i].counts;
			return kinds[i].load(l, line);
		}
	}
	return ST_BAD_INPUT;
}

static enum status load_piece(void *arg, struct str bytes)
{
	struct load *l = arg;

	while (bytes.n) {
		ptrdiff_t end = str_find_char(bytes, '\n');
		buf_add(&l->line, str_sub(bytes, 0, end < 0 ? bytes.n : end));
		if (end < 0 || l->line.failed)
			break;
		TRY(load_line(l, buf_str(&l->line)));
		l->line.n = 0;
		bytes = str_sub(bytes, end + 1, bytes.n);
	}
	return l->line.failed ? ST_BAD_INPUT : ST_OK;
}

/* Which epoch sealed it is found by trying those that still have a key. */
static enum status load_backup(struct load *l, struct str backup, struct str epochs, const struct key *root)
{
	unsigned char bytes[WRAP_BYTES];
	char t[128];
	struct str line, rest = epochs;
	struct key *k = keys_alloc(1);
	enum status st = ST_NO;

	if (!str_cut(&rest, '\n', &line) || !str_eq(line, epochs_title))
		st = ST_BAD_INPUT;
	while (st == ST_NO && rest.n && str_cut(&rest, '\n', &line)) {
		int64_t number;
		st = cut_int(&line, &number);
		if (st == ST_OK)
			st = cut_bytes(&line, bytes, WRAP_BYTES);
		if (st != ST_OK)
			break;
		l->newest_epoch = MAX(l->newest_epoch, number);
		if (key_unwrap(root, number_ad(t, "epoch", number), (struct str){ (const char *)bytes, WRAP_BYTES }, k) != ST_OK) {
			st = ST_DENIED;
			break;
		}
		st = file_unseal_to(k, backup_ad, backup, load_piece, l);
		if (st == ST_BROKEN && l->lines == 0 && !l->head)      /* sealed in another epoch */
			st = ST_NO;
	}
	keys_free(k);
	return st == ST_OK && !l->end ? ST_BAD_INPUT : st;
}

/* ---- restoring: what was erased since ---- */

static enum status add_erasure(struct db *db, const struct erasure *e, const unsigned char *h, const unsigned char *sig)
{
	struct db_q *q = db_query(db, &kq_erasure_add);

	db_int(q, 1, e->number);
	db_int(q, 2, e->at);
	db_int(q, 3, e->ref.kind);
	db_int(q, 4, e->ref.owner);
	db_int(q, 5, e->ref.set);
	db_int(q, 6, e->epoch);
	db_int(q, 7, e->disposal);
	db_blob(q, 8, (struct str){ (const char *)h, HASH_BYTES });
	db_blob(q, 9, (struct str){ (const char *)sig, SIGN_BYTES });
	return db_run(q);
}

struct replay { struct keystore *ks; const struct load *l; int64_t last; unsigned char hash[HASH_BYTES]; bool agrees; int64_t epoch; };

static enum status replay_line(struct replay *r, struct str line)
{
	unsigned char h[HASH_BYTES], given[HASH_BYTES], sig[SIGN_BYTES];
	struct erasure e;
	struct str hex;
	int64_t kind, gone;

	TRY(cut_int(&line, &e.number));
	TRY(cut_int(&line, &e.at));
	TRY(cut_int(&line, &kind));
	TRY(cut_int(&line, &e.ref.owner));
	TRY(cut_int(&line, &e.ref.set));
	TRY(cut_int(&line, &e.epoch));
	TRY(cut_int(&line, &e.disposal));
	e.ref.kind = (enum key_owner)kind;
	if (!str_cut(&line, ' ', &hex))
		return ST_BAD_INPUT;
	TRY(hex_parse(hex, given, HASH_BYTES));
	TRY(cut_bytes(&line, sig, SIGN_BYTES));
	erasure_hash(&e, r->hash, h);
	if (e.number != r->last + 1 || memcmp(h, given, HASH_BYTES) != 0 ||
		!sign_ok(r->ks->ring->public, (struct str){ (const char *)h, HASH_BYTES }, sig))
		return ST_DENIED;
	memcpy(r->hash, h, HASH_BYTES);
	r->last = e.number;
	r->epoch = MAX(r->epoch, e.epoch);
	if (e.number == r->l->erasures)
		r->agrees = memcmp(h, r->l->erasure_hash, HASH_BYTES) == 0;
	if (e.number > r->l->erasures)
		TRY(keys_drop(r->ks, &e.ref, &gone));
	return add_erasure(r->ks->db, &e, h, sig);
}

static enum status replay(struct keystore *ks, const struct load *l, struct str list, int64_t known, int64_t *ret_epoch)
{
	struct replay r = { .ks = ks, .l = l, .agrees = l->erasures == 0 };
	struct str line;

	if (!str_cut(&list, '\n', &line) || !str_eq(line, erasures_title))
		return ST_DENIED;
	while (list.n && str_cut(&list, '\n', &line))
		TRY(replay_line(&r, line));
	*ret_epoch = r.epoch;
	return r.agrees && r.last >= l->erasures && r.last >= known ? ST_OK : ST_DENIED;
}

/* ---- restoring: all of it, in one transaction ---- */

static enum status first_epoch(struct keystore *ks, int64_t number)
{
	unsigned char bytes[WRAP_BYTES];
	char t[128];

	key_random(ks->spare);
	int64_t store_key = ring_wrap(ks->ring, number_ad(t, "epoch", number), ks->spare, bytes);
	key_wipe(ks->spare);
	struct db_q *q = db_query(ks->db, &kq_epoch_add);
	db_int(q, 1, number);
	db_int(q, 2, sys_now().us);
	db_int(q, 3, store_key);
	db_blob(q, 4, (struct str){ (const char *)bytes, WRAP_BYTES });
	return db_run(q);
}

static enum status restore(struct db *db, struct load *l, struct str backup, struct str epochs, struct str erasures, int64_t known,
	const struct key *root, struct keyring *ring)
{
	struct keystore ks = { .ring = ring, .db = db, .spare = keys_alloc(1) };
	int64_t epoch = 0;

	enum status st = load_backup(l, backup, epochs, root);
	if (st == ST_OK)
		st = ring_load(ring, db);
	if (st == ST_OK)
		st = replay(&ks, l, erasures, known, &epoch);
	if (st == ST_OK)
		st = first_epoch(&ks, MAX(epoch, l->newest_epoch) + 1);
	keys_free(ks.spare);
	return st;
}

static enum status be_empty(struct db *db)
{
	struct db_q *q = db_query(db, &kq_store_keys);
	bool there = db_row(q);

	TRY(db_end(q));
	return there ? ST_CONFLICT : ST_OK;
}

enum status keystore_restore(struct str backup, struct str epochs, struct str erasures, int64_t known, const struct key *root, struct str where)
{
	struct arena a = arena_make(0);
	struct db *db = NULL;
	struct keyring *ring = ring_new(where, root);
	struct load l = { .line = buf_make(LINE_MAX_BYTES) };
	struct str epoch_text = S(""), erasure_text = S("");

	enum status st = sys_read_file(&a, epochs, FILE_MAX, &epoch_text);
	if (st == ST_OK && sys_read_file(&a, erasures, FILE_MAX, &erasure_text) != ST_OK)
		st = ST_DENIED;
	if (st == ST_OK)
		st = db_open(where, DB_WRITE, &db);
	if (st == ST_OK)
		st = db_migrate(db, keys_migrations);
	if (st == ST_OK)
		st = db_begin(db, DB_WRITE);
	if (st == ST_OK)
		st = be_empty(db);
	if (st == ST_OK) {
		l.db = db;
		st = restore(db, &l, backup, epoch_text, erasure_text, known, root, ring);
		if (st == ST_OK)
			st = db_commit(db);
	}
	db_close(db);                                  /* and rolls back, if it did not come to the commit */
	keyring_close(ring);
	buf_free(&l.line);
	arena_free(&a);
	return st == ST_BAD_INPUT || st == ST_BROKEN ? ST_NO : st;
}
