/* kept.c - forms that came while the session was locked. */
#include "web/kept.h"
#include "base/num.h"
#include "crypto/crypto.h"
#include "web/queries.h"
#include "web/session.h"
#include <assert.h>

/* ---- packed: each piece with its length before it ---- */

static void put(struct buf *b, struct str s)
{
	buf_int(b, s.n);
	buf_char(b, ':');
	buf_add(b, s);
}

static void put_int(struct buf *b, int64_t v)
{
	buf_int(b, v);
	buf_char(b, ':');
}

static enum status take_int(struct str *rest, int64_t most, int64_t *ret)
{
	struct str digits;

	return str_cut(rest, ':', &digits) && num_parse(digits, 0, most, ret) == ST_OK ? ST_OK : ST_BROKEN;
}

static enum status take(struct str *rest, struct str *ret)
{
	int64_t n;

	TRY(take_int(rest, KEPT_BYTES, &n));
	if (n > rest->n)
		return ST_BROKEN;
	*ret = str_sub(*rest, 0, n);
	*rest = str_sub(*rest, n, rest->n);
	return ST_OK;
}

static void put_form(struct buf *b, const struct kept_form *f)
{
	put_int(b, f->number);
	put_int(b, f->at.us);
	put_int(b, f->without_files);
	put(b, f->path);
	put_int(b, f->fields.n);
	for (ptrdiff_t i = 0; i < f->fields.n; i++) {
		put(b, f->fields.p[i].name);
		put(b, f->fields.p[i].value);
	}
	put_int(b, f->files.n);
	for (ptrdiff_t i = 0; i < f->files.n; i++) {
		put(b, f->files.p[i].name);
		put(b, f->files.p[i].filename);
		put(b, f->files.p[i].type);
		put(b, f->files.p[i].bytes);
	}
}

static enum status take_form(struct arena *a, struct str *rest, struct kept_form *f)
{
	int64_t without, n;

	TRY(take_int(rest, INT64_MAX, &f->number));
	TRY(take_int(rest, INT64_MAX, &f->at.us));
	TRY(take_int(rest, 1, &without));
	f->without_files = without != 0;
	TRY(take(rest, &f->path));
	TRY(take_int(rest, HTTP_MAX_PAIRS, &n));
	f->fields = (struct http_pairs){ new_n(a, struct http_pair, n), n };
	for (ptrdiff_t i = 0; i < n; i++) {
		TRY(take(rest, &f->fields.p[i].name));
		TRY(take(rest, &f->fields.p[i].value));
	}
	TRY(take_int(rest, HTTP_MAX_PARTS, &n));
	f->files = (struct http_parts){ new_n(a, struct http_part, n), n };
	for (ptrdiff_t i = 0; i < n; i++) {
		struct http_part *p = &f->files.p[i];
		p->file = true;
		TRY(take(rest, &p->name));
		TRY(take(rest, &p->filename));
		TRY(take(rest, &p->type));
		TRY(take(rest, &p->bytes));
	}
	return ST_OK;
}

/* ---- sealed ---- */

static enum status form_key(struct web *w, struct key **ret)
{
	struct key *k = keys_alloc(2);

	if (key_of_hex(web_cookie(w, "tobari"), &k[0]) != ST_OK) {
		keys_free(k);
		return ST_NOT_FOUND;
	}
	key_derive(&k[0], S("kept form"), &k[1]);
	*ret = k;
	return ST_OK;
}

/* What cannot be opened or read (kept by an earlier program) counts as nothing. */
static enum status unpack(struct web *w, struct str sealed, struct kept_forms *ret)
{
	struct kept_forms fs = { .n = 0 };
	struct str rest;
	struct key *k;
	int64_t full;

	*ret = fs;
	TRY(form_key(w, &k));
	enum status st = unseal_in(&w->a, &k[1], S("kept forms"), sealed, &rest);
	keys_free(k);
	if (st != ST_OK || take_int(&rest, 1, &full) != ST_OK)
		return ST_OK;
	fs.full = full != 0;
	while (rest.n && fs.n < KEPT_FORMS)
		if (take_form(&w->a, &rest, &fs.p[fs.n++]) != ST_OK)
			return ST_OK;
	*ret = fs;
	return ST_OK;
}

enum status kept_load(struct web *w, struct kept_forms *ret)
{
	struct db_q *q = db_query(w->rq.db, &q_session_kept);
	struct str sealed = S("");

	*ret = (struct kept_forms){ .n = 0 };
	db_int(q, 1, w->session->id);
	if (db_row(q))
		sealed = str_dup(&w->a, db_col_blob(q, 0));
	TRY(db_end(q));
	return sealed.n ? unpack(w, sealed, ret) : ST_OK;
}

static enum status store(struct web *w, const struct kept_forms *fs)
{
	struct buf b = buf_make(2 * KEPT_BYTES);
	struct str sealed = S("");
	struct key *k;

	if (fs->n) {
		TRY(form_key(w, &k));
		put_int(&b, fs->full);
		for (int i = 0; i < fs->n; i++)
			put_form(&b, &fs->p[i]);
		assert(!b.failed);
		sealed = seal_in(&w->a, &k[1], S("kept forms"), buf_str(&b));
		keys_free(k);
		buf_free(&b);
	}
	struct db_q *q = db_query(w->rq.db, &q_session_keep);
	db_int(q, 1, w->session->id);
	db_text(q, 2, fs->n ? fs->p[fs->n - 1].path : S(""));
	db_blob(q, 3, sealed);
	return db_run(q);
}

/* ---- the forms ---- */

static ptrdiff_t size_of(const struct kept_form *f)
{
	ptrdiff_t n = f->path.n + 100;

	for (ptrdiff_t i = 0; i < f->fields.n; i++)
		n += f->fields.p[i].name.n + f->fields.p[i].value.n + 20;
	for (ptrdiff_t i = 0; i < f->files.n; i++)
		n += f->files.p[i].name.n + f->files.p[i].filename.n + f->files.p[i].type.n + f->files.p[i].bytes.n + 60;
	return n;
}

static struct kept_form posted(struct web *w)
{
	struct kept_form f = { .at = w->now, .path = w->target.path };

	f.fields.p = new_n(&w->a, struct http_pair, w->form.n);
	for (ptrdiff_t i = 0; i < w->form.n; i++)
		/* REQ: PWD-08 - neither tokens nor passwords are kept. */
		if (!str_eq(w->form.p[i].name, S("_csrf")) && str_find(w->form.p[i].name, S("password")) < 0)
			f.fields.p[f.fields.n++] = w->form.p[i];
	f.files.p = new_n(&w->a, struct http_part, w->parts.n);
	for (ptrdiff_t i = 0; i < w->parts.n; i++)
		if (w->parts.p[i].file && w->parts.p[i].filename.n)
			f.files.p[f.files.n++] = w->parts.p[i];
	return f;
}

static bool same_form(const struct kept_form *a, const struct kept_form *b)
{
	bool same = str_eq(a->path, b->path) && a->fields.n == b->fields.n && a->files.n == b->files.n;

	for (ptrdiff_t i = 0; same && i < a->fields.n; i++)
		same = str_eq(a->fields.p[i].name, b->fields.p[i].name) && str_eq(a->fields.p[i].value, b->fields.p[i].value);
	for (ptrdiff_t i = 0; same && i < a->files.n; i++)
		same = str_eq(a->files.p[i].name, b->files.p[i].name) && str_eq(a->files.p[i].bytes, b->files.p[i].bytes);
	return same;
}

enum status kept_add(struct web *w)
{
	struct kept_form f = posted(w);
	struct kept_forms fs;
	ptrdiff_t size = 0;

	if (!http_local_path(f.path) || (!f.fields.n && !f.files.n) || http_get(&f.fields, S("_kept")).n)
		return ST_OK;                            /* a button alone; or what it names is kept already */
	TRY(kept_load(w, &fs));
	for (int i = 0; i < fs.n; i++) {
		if (same_form(&fs.p[i], &f))             /* sent twice */
			return ST_OK;
		size += size_of(&fs.p[i]);
	}
	if (size + size_of(&f) > KEPT_BYTES && f.files.n) {
		f.files.n = 0;
		f.without_files = true;
	}
	if (fs.n == KEPT_FORMS || size + size_of(&f) > KEPT_BYTES) {
		fs.full = true;
	} else {
		f.number = fs.n ? fs.p[fs.n - 1].number + 1 : 1;
		fs.p[fs.n++] = f;
	}
	return store(w, &fs);
}

/* The place of the number among them; -1 when it is not there. */
static int place_of(const struct kept_forms *fs, int64_t number)
{
	for (int i = 0; i < fs->n; i++)
		if (fs->p[i].number == number)
			return i;
	return -1;
}

static enum status without(struct web *w, struct kept_forms *fs, int at)
{
	memmove(&fs->p[at], &fs->p[at + 1], (size_t)(fs->n - at - 1) * sizeof fs->p[0]);
	fs->n--;
	return store(w, fs);
}

enum status kept_drop(struct web *w, int64_t number)
{
	struct kept_forms fs;

	TRY(kept_load(w, &fs));
	int at = place_of(&fs, number);
	return at < 0 ? ST_OK : without(w, &fs, at);
}

enum status kept_resume(struct web *w)
{
	struct str csrf = http_get(&w->form, S("_csrf")), said = http_get(&w->form, S("_kept"));
	struct kept_forms fs;
	int64_t number;

	if (!said.n)
		return ST_OK;
	if (num_parse(said, 1, INT64_MAX, &number) != ST_OK)
		return ST_NOT_FOUND;
	TRY(kept_load(w, &fs));
	int at = place_of(&fs, number);
	if (at < 0 || !str_eq(fs.p[at].path, w->target.path))
		return ST_NOT_FOUND;
	const struct kept_form f = fs.p[at];
	struct http_pair *all = new_n(&w->a, struct http_pair, f.fields.n + 1);
	if (f.fields.n)
		memcpy(all, f.fields.p, (size_t)f.fields.n * sizeof *all);
	all[f.fields.n] = (struct http_pair){ S("_csrf"), csrf };
	w->form = (struct http_pairs){ all, f.fields.n + 1 };
	w->parts = f.files;
	return without(w, &fs, at);
}
