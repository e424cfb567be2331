/* audit_heads.c - the heads of all lanes as a signed text, which is kept outside the reach of who could change the log. */
#include "record/audit_impl.h"
#include "base/num.h"
#include "sys/sys.h"

enum { HEADS_MAX = 4 << 20, LANES_MAX = 4096 };
static const struct str title = SLIT("tobari audit heads 1");

static void add_hex(struct buf *b, const void *p, ptrdiff_t n)
{
	char hex[2 * SIGN_BYTES + 1];

	hex_of((struct str){ p, n }, hex);
	buf_add(b, str_z(hex));
}

/* ---- reading ---- */

static enum status cut_word(struct str *line, struct str expect)
{
	struct str word;

	return str_cut(line, ' ', &word) && str_eq(word, expect) ? ST_OK : ST_BAD_INPUT;
}

static enum status cut_int(struct str *line, int64_t max, int64_t *ret)
{
	struct str word;

	if (!str_cut(line, ' ', &word))
		return ST_BAD_INPUT;
	return num_parse(word, 0, max, ret);
}

static enum status cut_hex(struct str *line, unsigned char *ret, ptrdiff_t n)
{
	struct str word;

	if (!str_cut(line, ' ', &word))
		return ST_BAD_INPUT;
	return hex_parse(word, ret, n);
}

static enum status next_line(struct str *text, struct str word, struct str *ret)
{
	if (!str_cut(text, '\n', ret))
		return ST_BAD_INPUT;
	return cut_word(ret, word);
}

enum status heads_parse(struct arena *a, struct str text, struct heads *ret)
{
	unsigned char ignored[HASH_BYTES];
	struct heads h = { .n = 0 };
	struct str line;

	if (text.n > HEADS_MAX || !str_cut(&text, '\n', &line) || !str_eq(line, title))
		return ST_BAD_INPUT;
	TRY(next_line(&text, S("number"), &line));
	TRY(cut_int(&line, INT64_MAX, &h.number));
	TRY(next_line(&text, S("at"), &line));
	TRY(next_line(&text, S("previous"), &line));
	TRY(cut_hex(&line, h.previous, HASH_BYTES));
	TRY(next_line(&text, S("key"), &line));
	TRY(cut_hex(&line, h.key, SIGN_PUBLIC_BYTES));
	TRY(next_line(&text, S("erasures"), &line));
	TRY(cut_int(&line, INT64_MAX, &h.erasures));
	TRY(cut_hex(&line, ignored, HASH_BYTES));
	h.head = new_n(a, struct head, LANES_MAX);
	while (text.n) {
		struct head *e = &h.head[h.n];
		if (h.n == LANES_MAX)
			return ST_TOO_BIG;
		TRY(next_line(&text, S("lane"), &line));
		TRY(cut_int(&line, LANE_MAX, &e->lane));
		TRY(cut_int(&line, SEQ_MAX, &e->seq));
		TRY(cut_hex(&line, e->hash, HASH_BYTES));
		h.n++;
	}
	*ret = h;
	return ST_OK;
}

enum status heads_split(struct str file, struct str *ret_text, unsigned char ret_sig[SIGN_BYTES])
{
	ptrdiff_t at = -1;

	for (ptrdiff_t from = 0, i; (i = str_find(str_sub(file, from, file.n), S("\nsignature "))) >= 0; from += i + 1)
		at = from + i;
	if (at < 0)
		return ST_BAD_INPUT;
	TRY(hex_parse(str_trim(str_sub(file, at + 11, file.n)), ret_sig, SIGN_BYTES));
	*ret_text = str_sub(file, 0, at + 1);
	return ST_OK;
}

/* ---- making ---- */

/* What a checkpoint is about: from the line of the erasures on. */
static struct str body_of(struct str heads)
{
	ptrdiff_t at = str_find(heads, S("\nerasures "));

	return at < 0 ? S("") : str_sub(heads, at, heads.n);
}

static enum status add_body(struct db *db, int64_t erasures, const unsigned char erasure_hash[HASH_BYTES], struct buf *b)
{
	buf_fmt(b, "erasures %lld ", (long long)erasures);
	add_hex(b, erasure_hash, HASH_BYTES);
	buf_char(b, '\n');
	struct db_q *q = db_query(db, &aq_lane_list);
	while (db_row(q)) {
		struct str h = db_col_blob(q, 2);
		buf_fmt(b, "lane %lld %lld ", (long long)db_col_int(q, 0), (long long)db_col_int(q, 1));
		add_hex(b, h.p, MIN(h.n, HASH_BYTES));
		buf_char(b, '\n');
	}
	return db_end(q);
}

static enum status last_checkpoint(struct db *db, int64_t *ret_number, unsigned char ret_hash[HASH_BYTES], struct buf *ret_body)
{
	struct db_q *q = db_query(db, &aq_checkpoint_last);

	*ret_number = 0;
	memset(ret_hash, 0, HASH_BYTES);
	if (db_row(q)) {
		struct str heads = db_col_text(q, 1);
		*ret_number = db_col_int(q, 0);
		hash(heads, ret_hash);
		buf_add(ret_body, body_of(heads));
	}
	return db_end(q);
}

static enum status add_checkpoint(struct db *db, const struct keyring *keys, int64_t number, struct instant now, struct str heads)
{
	unsigned char sig[SIGN_BYTES];

	keyring_sign(keys, heads, sig);
	struct db_q *q = db_query(db, &aq_checkpoint_add);
	db_int(q, 1, number);
	db_int(q, 2, now.us);
	db_text(q, 3, heads);
	db_blob(q, 4, (struct str){ (const char *)sig, SIGN_BYTES });
	return db_run(q);
}

static enum status checkpoint(struct db *db, const struct keyring *keys, int64_t erasures, const unsigned char erasure_hash[HASH_BYTES],
	struct buf *b, struct buf *before)
{
	unsigned char previous[HASH_BYTES], public[SIGN_PUBLIC_BYTES];
	struct instant now = sys_now();
	int64_t number;

	TRY(last_checkpoint(db, &number, previous, before));
	buf_add(b, title);
	buf_fmt(b, "\nnumber %lld\nat ", (long long)number + 1);
	instant_add_iso(b, now);
	buf_lit(b, "\nprevious ");
	add_hex(b, previous, HASH_BYTES);
	buf_lit(b, "\nkey ");
	keyring_public(keys, public);
	add_hex(b, public, SIGN_PUBLIC_BYTES);
	buf_char(b, '\n');
	TRY(add_body(db, erasures, erasure_hash, b));
	if (b->failed)
		return ST_TOO_BIG;
	if (number > 0 && str_eq(body_of(buf_str(b)), buf_str(before)))
		return ST_NO;
	return add_checkpoint(db, keys, number + 1, now, buf_str(b));
}

enum status audit_checkpoint(struct db *db, const struct keyring *keys, int64_t erasures, const unsigned char erasure_hash[HASH_BYTES])
{
	struct buf b = buf_make(HEADS_MAX), before = buf_make(HEADS_MAX);
	enum status st = db_begin(db, DB_WRITE);

	if (st == ST_OK)
		st = checkpoint(db, keys, erasures, erasure_hash, &b, &before);
	if (st == ST_OK)
		st = db_commit(db);
	else
		db_rollback(db);
	buf_free(&b);
	buf_free(&before);
	return st == ST_CONFLICT ? ST_RETRY : st;      /* another node made the same number */
}

enum status audit_heads(struct db *db, struct buf *ret)
{
	enum status st = ST_NOT_FOUND;
	struct db_q *q = db_query(db, &aq_checkpoint_last);

	if (db_row(q)) {
		struct str sig = db_col_blob(q, 2);
		buf_add(ret, db_col_text(q, 1));
		buf_lit(ret, "signature ");
		add_hex(ret, sig.p, MIN(sig.n, SIGN_BYTES));
		buf_char(ret, '\n');
		st = ret->failed ? ST_TOO_BIG : ST_OK;
	}
	TRY(db_end(q));
	return st;
}
