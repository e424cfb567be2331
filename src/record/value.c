/* value.c - values: their packed form, their keys, equality. Text forms are in value_text.c. */
#include "record/value.h"
#include "base/utf8.h"
#include <assert.h>

struct date value_day(const struct value *v)
{
	struct date d = { (int32_t)v->num };

	return v->set && v->num2 != VALUE_RAW ? d : DATE_NEVER;
}

struct value value_of_text(struct str s)
{
	return (struct value){ .set = s.n > 0, .text = s };
}

struct value value_of_number(int64_t n)
{
	return (struct value){ .set = true, .num = n };
}

struct value value_of_date(struct date d)
{
	return (struct value){ .set = d.days != DATE_NEVER.days, .num = d.days };
}

struct value value_of_count(int64_t n, enum count_basis b)
{
	return (struct value){ .set = true, .num = n, .num2 = b };
}

bool value_has_code(struct str codes, struct str code)
{
	struct str one;

	while (str_cut(&codes, ' ', &one))
		if (str_eq(one, code))
			return true;
	return false;
}

struct value value_of_link(int64_t record)
{
	return (struct value){ .set = record != 0, .num = record };
}

struct value value_of_raw(struct str s)
{
	return (struct value){ .set = s.n > 0, .text = s, .num2 = VALUE_RAW };
}

bool value_is_raw(const struct value *v)
{
	return v->set && v->num2 == VALUE_RAW;
}

static int columns(const struct field *rows)
{
	int n = 0;

	while (rows && rows[n].name)
		n++;
	return n;
}

static bool rows_eq(const struct field *f, const struct row *a, const struct row *b)
{
	int n = columns(f->rows);

	for (; a && b; a = a->next, b = b->next) {
		if (a->id != b->id)
			return false;
		for (int i = 0; i < n; i++)
			if (!value_eq(&f->rows[i], &a->v[i], &b->v[i]))
				return false;
	}
	return !a && !b;
}

bool value_eq(const struct field *f, const struct value *a, const struct value *b)
{
	if (!a->set || !b->set)
		return a->set == b->set;
	if (a->num != b->num || a->num2 != b->num2)
		return false;
	if (f->kind == FK_ROWS)
		return rows_eq(f, a->rows, b->rows);
	/* what somebody typed beside a value that was understood is no difference */
	if (!value_is_raw(a) && (f->kind == FK_COUNT || f->kind == FK_DATE || (field_links(f) && a->num)))
		return true;
	return str_eq(a->text, b->text);
}

/* ---- packed form: for each set field  name-length name  flags  [num] [num2] [text-length text] [rows] ---- */

enum { HAS_NUM = 1, HAS_NUM2 = 2, HAS_TEXT = 4, HAS_ROWS = 8, PACK_DEPTH = 2 };

static void put_number(struct buf *b, uint64_t u)
{
	while (u >= 0x80) {
		buf_char(b, (char)(u | 0x80));
		u >>= 7;
	}
	buf_char(b, (char)u);
}

static uint64_t zigzag(int64_t v)
{
	return v < 0 ? ((uint64_t)~v << 1) | 1 : (uint64_t)v << 1;
}

static void put_text(struct buf *b, struct str s)
{
	put_number(b, (uint64_t)s.n);
	buf_add(b, s);
}

static void put_value(struct buf *b, const struct field *f, const struct value *v);

static void put_rows(struct buf *b, const struct field *f, const struct value *v)
{
	int n = columns(f->rows);

	for (const struct row *r = v->rows; r; r = r->next) {
		int set = 0;
		for (int i = 0; i < n; i++)
			set += r->v[i].set;
		put_number(b, (uint64_t)r->id);
		put_number(b, (uint64_t)set);
		for (int i = 0; i < n; i++)
			if (r->v[i].set)
				put_value(b, &f->rows[i], &r->v[i]);
	}
}

static void put_value(struct buf *b, const struct field *f, const struct value *v)
{
	int has = (v->num ? HAS_NUM : 0) | (v->num2 ? HAS_NUM2 : 0) | (v->text.n ? HAS_TEXT : 0)
		| (f->kind == FK_ROWS ? HAS_ROWS | HAS_NUM : 0);

	put_text(b, str_z(f->name));
	put_number(b, (uint64_t)has);
	if (has & HAS_NUM)
		put_number(b, zigzag(v->num));
	if (has & HAS_NUM2)
		put_number(b, zigzag(v->num2));
	if (has & HAS_TEXT)
		put_text(b, v->text);
	if (has & HAS_ROWS)
		put_rows(b, f, v);
}

void value_pack(struct buf *b, const struct field *fields, int n, const struct value *v, enum pack_part part)
{
	for (int i = 0; i < n; i++)
		if (v[i].set && ((fields[i].flags & SEALED_ANY) != 0) == (part == PACK_SEALED))
			put_value(b, &fields[i], &v[i]);
}

struct reader { struct str in; ptrdiff_t at; bool bad; };

static uint64_t get_number(struct reader *r)
{
	uint64_t u = 0;

	for (int shift = 0; shift < 64; shift += 7) {
		if (r->at >= r->in.n)
			break;
		unsigned char c = (unsigned char)r->in.p[r->at++];
		u |= (uint64_t)(c & 0x7F) << shift;
		if (c < 0x80)
			return u;
	}
	r->bad = true;
	return 0;
}

static int64_t unzigzag(uint64_t u)
{
	return u & 1 ? ~(int64_t)(u >> 1) : (int64_t)(u >> 1);
}

static struct str get_text(struct reader *r)
{
	uint64_t n = get_number(r);

	if (r->bad || n > (uint64_t)(r->in.n - r->at)) {
		r->bad = true;
		return S("");
	}
	struct str s = { r->in.p + r->at, (ptrdiff_t)n };
	r->at += (ptrdiff_t)n;
	return s;
}

/* Fields come in the order of the table that packed them, so the next one is nearly always the next one. */
static int find_field(const struct field *fields, int n, struct str name, int from)
{
	assert(fields || n == 0);
	for (int k = 0; k < n; k++) {
		int i = (from + k) % n;
		if (str_eq(name, str_z(fields[i].name)))
			return i;
	}
	for (int i = 0; i < n; i++)
		if (fields[i].was && str_eq(name, str_z(fields[i].was)))
			return i;
	return -1;
}

static int get_value(struct arena *a, struct reader *r, const struct field *fields, int n, int from, int depth, struct value *out);

static struct row *get_rows(struct arena *a, struct reader *r, const struct field *cols, int64_t count, int depth)
{
	struct row *first = NULL, **end = &first;
	int n = columns(cols);

	for (int64_t k = 0; k < count && !r->bad; k++) {
		struct row *row = new(a, struct row);
		row->v = new_n(a, struct value, n);
		row->id = (int64_t)get_number(r);
		uint64_t set = get_number(r);
		for (uint64_t i = 0; i < set && !r->bad; i++)
			get_value(a, r, cols, n, (int)MIN(i, (uint64_t)MAX(n - 1, 0)), depth + 1, row->v);
		*end = row;
		end = &row->next;
	}
	return first;
}

static int get_value(struct arena *a, struct reader *r, const struct field *fields, int n, int from, int depth, struct value *out)
{
	struct str name = get_text(r);
	uint64_t has = get_number(r);
	int at = find_field(fields, n, name, from);
	struct value v = { .set = true };

	if (has & HAS_NUM)
		v.num = unzigzag(get_number(r));
	if (has & HAS_NUM2)
		v.num2 = unzigzag(get_number(r));
	if (has & HAS_TEXT)
		v.text = get_text(r);
	if (has & HAS_ROWS && (depth >= PACK_DEPTH || v.num < 0))
		r->bad = true;
	if (has & HAS_ROWS && !r->bad)
		v.rows = get_rows(a, r, at >= 0 && fields ? fields[at].rows : NULL, v.num, depth);
	if (at >= 0 && !r->bad)
		out[at] = v;
	return at;
}

enum status value_unpack(struct arena *a, struct str packed, const struct field *fields, int n, struct value *v)
{
	struct reader r = { .in = packed };
	int next = 0;

	while (r.at < r.in.n && !r.bad) {
		int at = get_value(a, &r, fields, n, next, 0, v);
		next = at >= 0 && n ? (at + 1) % n : next;
	}
	return r.bad ? ST_BROKEN : ST_OK;
}

/* ---- keys of lists ---- */

enum { KEY_MAX = 120 };

/* Eight bytes whose order as bytes is the order of the numbers. */
static struct str number_key(struct arena *a, int64_t v)
{
	char *p = new_n(a, char, 8);
	uint64_t u = (uint64_t)v ^ (UINT64_C(1) << 63);

	for (int i = 0; i < 8; i++)
		p[i] = (char)(u >> (56 - 8 * i));
	return (struct str){ p, 8 };
}

bool value_key_number(struct str key, int64_t *ret)
{
	uint64_t u = 0;

	if (key.n != 8)
		return false;
	for (int i = 0; i < 8; i++)
		u = u << 8 | (unsigned char)key.p[i];
	*ret = (int64_t)(u ^ (UINT64_C(1) << 63));
	return true;
}

void value_sort_key(struct arena *a, const struct field *f, const struct value *v, struct str *ret)
{
	*ret = S("");
	if (!v->set)
		return;
	if (value_is_raw(v)) {
		*ret = utf8_clip(utf8_fold(a, v->text), KEY_MAX);
		return;
	}
	switch (f->kind) {
	case FK_TEXT: case FK_LONG_TEXT: case FK_PERSON: case FK_FILE:
		*ret = utf8_clip(utf8_fold(a, v->text), KEY_MAX);
		break;
	case FK_CHOICE: case FK_CHOICES: case FK_YES_NO:
		*ret = utf8_clip(v->text, KEY_MAX);
		break;
	case FK_NUMBER: case FK_COUNT: case FK_MONEY: case FK_DATE: case FK_INSTANT: case FK_SERIAL: case FK_ROWS:
		*ret = number_key(a, v->num);
		break;
	case FK_PERIOD:
		*ret = number_key(a, v->num < 0 ? INT64_MAX : v->num);
		break;
	case FK_LINK: case FK_STAFF: case FK_DEPARTMENT:
		*ret = v->num ? number_key(a, v->num) : utf8_clip(utf8_fold(a, v->text), KEY_MAX);
		break;
	case FK_MAX:
	default:
		assert(false && "a kind of field");
	}
}
