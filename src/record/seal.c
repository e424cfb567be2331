/* seal.c - one sealed part for each person a version speaks of:  kind  owner (8 bytes)  length (4 bytes)  sealed bytes. */
#include "record/seal.h"
#include "base/utf8.h"
#include "record/keystore.h"
#include "record/store_impl.h"
#include <stdio.h>

enum { PART_HEAD = 1 + 8 + 4, PARTS_MAX = 32 };

/* Whose key seals this field: the person's whom it names, or the record's own. */
static struct key_ref owner_of(const struct record *r, const struct field *f)
{
	int at = f->kind == FK_PERSON ? (int)(f - r->type->fields) : f->subject ? type_place(r->type, str_z(f->subject)) : -1;

	if (at >= 0 && r->v[at].num)
		return (struct key_ref){ KEY_SUBJECT, r->v[at].num, r->type->code };
	return (struct key_ref){ KEY_RECORD, r->id, r->type->code };
}

static bool same_owner(const struct key_ref *a, const struct key_ref *b)
{
	return a->kind == b->kind && a->owner == b->owner;
}

static struct str associated(struct request *rq, const struct record *r)
{
	char t[128];
	int n = snprintf(t, sizeof t, "%s/%lld/%lld", r->type->t->name, (long long)r->id, (long long)r->version);

	return str_dup(rq->a, (struct str){ t, n });
}

static void put_big(char *p, uint64_t v, int bytes)
{
	for (int i = 0; i < bytes; i++)
		p[i] = (char)(v >> 8 * (bytes - 1 - i));
}

static uint64_t get_big(const char *p, int bytes)
{
	uint64_t v = 0;

	for (int i = 0; i < bytes; i++)
		v = v << 8 | (unsigned char)p[i];
	return v;
}

static enum status seal_part(struct request *rq, const struct record *r, const struct key_ref *ref, struct buf *out)
{
	struct buf plain = buf_make(8 << 20);

	for (int i = 0; i < r->type->nfields; i++) {
		const struct field *f = &r->type->fields[i];
		struct key_ref of = owner_of(r, f);
		if (r->v[i].set && f->flags & SEALED_ANY && same_owner(&of, ref))
			value_pack(&plain, f, 1, &r->v[i], PACK_SEALED);
	}
	enum status st = plain.failed ? ST_TOO_BIG : ST_OK;
	ptrdiff_t n = plain.n + KEYSTORE_EXTRA;
	char *p = st == ST_OK ? buf_room(out, PART_HEAD + n) : NULL;
	if (p) {
		p[0] = (char)ref->kind;
		put_big(p + 1, (uint64_t)ref->owner, 8);
		put_big(p + 9, (uint64_t)n, 4);
		st = keystore_seal(rq->conn->keys, ref, associated(rq, r), buf_str(&plain), p + PART_HEAD);
	} else if (st == ST_OK) {
		st = ST_TOO_BIG;
	}
	buf_free(&plain);
	return st;
}

enum status seal_record(struct request *rq, const struct record *r, struct str *ret)
{
	struct key_ref done[PARTS_MAX];
	struct buf out = buf_make(16 << 20);
	enum status st = ST_OK;
	int n = 0;

	for (int i = 0; i < r->type->nfields && st == ST_OK; i++) {
		const struct field *f = &r->type->fields[i];
		struct key_ref of = owner_of(r, f);
		bool sealed = !(f->flags & SEALED_ANY) || !r->v[i].set;
		for (int k = 0; k < n && !sealed; k++)
			sealed = same_owner(&done[k], &of);
		if (sealed)
			continue;
		if (n == PARTS_MAX) {
			st = ST_TOO_BIG;
			break;
		}
		done[n++] = of;
		st = seal_part(rq, r, &of, &out);
	}
	if (st == ST_OK && out.failed)
		st = ST_TOO_BIG;
	if (st == ST_OK)
		*ret = str_dup(rq->a, buf_str(&out));
	buf_free(&out);
	return st;
}

enum status seal_open(struct request *rq, struct str sealed, struct record *r, bool *ret_erased)
{
	*ret_erased = false;
	while (sealed.n) {
		if (sealed.n < PART_HEAD + KEYSTORE_EXTRA)
			return ST_BROKEN;
		struct key_ref ref = { (enum key_owner)sealed.p[0], (int64_t)get_big(sealed.p + 1, 8), r->type->code };
		ptrdiff_t n = (ptrdiff_t)get_big(sealed.p + 9, 4);
		if (n < KEYSTORE_EXTRA || n > sealed.n - PART_HEAD)
			return ST_BROKEN;
		char *plain = new_n(rq->a, char, n);
		enum status st = keystore_unseal(rq->conn->keys, &ref, associated(rq, r),
		                                 (struct str){ sealed.p + PART_HEAD, n }, plain);
		if (st == ST_NOT_FOUND)
			*ret_erased = true;
		else if (st != ST_OK)
			return st;
		else
			TRY(value_unpack(rq->a, (struct str){ plain, n - KEYSTORE_EXTRA }, r->type->fields, r->type->nfields, r->v));
		sealed = str_sub(sealed, PART_HEAD + n, sealed.n);
	}
	return ST_OK;
}

/* A number of telephone or account is the same with and without its dashes and brackets. */
static struct str bare_number(struct request *rq, struct str s)
{
	char *p = new_n(rq->a, char, s.n);
	ptrdiff_t n = 0;

	for (ptrdiff_t i = 0; i < s.n; i++) {
		if (s.p[i] >= '0' && s.p[i] <= '9')
			p[n++] = s.p[i];
		else if (!strchr("-()+", s.p[i]))
			return s;
	}
	return n ? (struct str){ p, n } : s;
}

struct str seal_blind(struct request *rq, const struct type *t, const struct field *f, const struct value *v)
{
	char name[128];
	struct str key;
	unsigned char *blind = new_n(rq->a, unsigned char, BLIND_BYTES);

	value_sort_key(rq->a, f, v, &key);
	if (f->kind == FK_TEXT || f->kind == FK_PERSON)
		key = bare_number(rq, utf8_fold(rq->a, v->text));
	int n = snprintf(name, sizeof name, "%s.%s", t->t->name, f->name);
	keyring_blind(rq->conn->store->keys, (struct str){ name, n }, key, blind);
	return (struct str){ (const char *)blind, BLIND_BYTES };
}

/* ---- notes: a mark, then the sealed bytes in hexadecimal digits ---- */

static const char NOTE_MARK = '~';

static struct str note_ad(struct request *rq, const struct type *t, int64_t record, int64_t version, const char *what)
{
	char s[160];
	int n = snprintf(s, sizeof s, "note/%s/%lld/%lld/%s", t->t->name, (long long)record, (long long)version, what);

	return str_dup(rq->a, (struct str){ s, n });
}

const char *note_name(struct request *rq, const char *what, int64_t role)
{
	char t[64];
	int n = snprintf(t, sizeof t, "%s of approval %lld", what, (long long)role);

	return str_to_z(rq->a, (struct str){ t, n });
}

enum status note_seal(struct request *rq, const struct record *r, const char *what, struct str text, struct str *ret)
{
	struct key_ref ref = { KEY_RECORD, r->id, r->type->code };
	ptrdiff_t n = text.n + KEYSTORE_EXTRA;

	*ret = S("");
	if (!text.n)
		return ST_OK;
	char *sealed = new_n(rq->a, char, n), *digits = new_n(rq->a, char, 2 * n + 2);
	TRY(keystore_seal(rq->conn->keys, &ref, note_ad(rq, r->type, r->id, r->version, what), text, sealed));
	digits[0] = NOTE_MARK;
	hex_of((struct str){ sealed, n }, digits + 1);
	*ret = (struct str){ digits, 2 * n + 1 };
	return ST_OK;
}

enum status note_open(struct request *rq, const struct type *t, int64_t record, int64_t version, const char *what,
	struct str stored, struct str *ret)
{
	struct key_ref ref = { KEY_RECORD, record, t->code };
	ptrdiff_t n = stored.n / 2;
	char *sealed = new_n(rq->a, char, n), *plain = new_n(rq->a, char, n);

	*ret = stored;
	if (stored.n <= 2 * KEYSTORE_EXTRA || stored.p[0] != NOTE_MARK || hex_parse(str_sub(stored, 1, stored.n), sealed, n) != ST_OK)
		return ST_OK;
	enum status st = keystore_unseal(rq->conn->keys, &ref, note_ad(rq, t, record, version, what), (struct str){ sealed, n }, plain);
	if (st != ST_OK && st != ST_NOT_FOUND)
		return st;
	*ret = st == ST_OK ? (struct str){ plain, n - KEYSTORE_EXTRA } : S("");
	return ST_OK;
}
