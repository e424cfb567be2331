/* record.c - reading and writing one record, with access, sealing, versions, indexes and the audit trail. */
#include "record/access.h"
#include "record/index.h"
#include "record/keystore.h"
#include "record/queries.h"
#include "record/seal.h"
#include "record/settings.h"
#include "record/serial.h"
#include "record/store_impl.h"
#include "record/trail.h"
#include "record/version_verify.h"
#include <stdio.h>
#include <stdlib.h>

/* ---- reading ---- */

struct record *record_new(struct request *rq, const struct type *t)
{
	struct record *r = new(rq->a, struct record);

	r->type = t;
	r->v = new_n(rq->a, struct value, t->nfields);
	r->step = str_z(t->t->steps[0].code);
	r->serial = S("");
	r->creator = rq->actor.staff;
	r->holds_from = DATE_FIRST;
	r->holds_to = DATE_NEVER;
	return r;
}

/* ---- copying ---- */

enum { YEAR_MAX = 9999 };

static bool is_copied(const struct field *f)
{
	return !(f->flags & (DERIVED | NOT_COPIED | UNIQUE | PERSONAL | SEALED_ANY)) && !f->retired && f->kind != FK_SERIAL
		&& f->kind != FK_FILE && f->kind != FK_PERSON;
}

static struct value copied(struct request *rq, const struct field *f, const struct value *v, int years)
{
	struct value c = *v;
	struct row **end = &c.rows;
	int n = 0;

	if (f->kind == FK_DATE && v->set && !value_is_raw(v) && years) {
		if (date_civil(value_day(v)).year + years > YEAR_MAX)
			return (struct value){ 0 };
		return value_of_date(date_add_months(value_day(v), 12 * years));
	}
	if (f->flags & PINS)
		c.num2 = 0;                              /* made anew, it is to what is the newest now */
	if (f->kind != FK_ROWS)
		return c;
	while (f->rows[n].name)
		n++;
	for (const struct row *row = v->rows; row; row = row->next) {
		struct row *made = *end = new(rq->a, struct row);
		made->v = new_n(rq->a, struct value, n);
		for (int i = 0; i < n; i++)
			if (is_copied(&f->rows[i]))
				made->v[i] = copied(rq, &f->rows[i], &row->v[i], years);
		end = &made->next;
	}
	return c;
}

struct record *record_copy(struct request *rq, const struct record *from, int years)
{
	struct record *r = record_new(rq, from->type);
	int year = r->type->t->year_field ? type_place(r->type, str_z(r->type->t->year_field)) : -1;

	for (int i = 0; i < r->type->nfields; i++)
		if (is_copied(&r->type->fields[i]))
			r->v[i] = copied(rq, &r->type->fields[i], &from->v[i], years);
	if (year >= 0 && r->v[year].set && !value_is_raw(&r->v[year]))
		r->v[year].num += years;
	return r;
}

enum status record_of_row(struct request *rq, struct db_q *q, int64_t id, struct record **ret)
{
	const struct type *t = store_type_by_code(conn_store(rq->conn), db_col_int(q, 0));
	bool erased;

	if (!t)
		return ST_NOT_FOUND;
	struct record *r = record_new(rq, t);
	r->id = id;
	r->step = str_dup(rq->a, db_col_text(q, 1));
	r->serial = str_dup(rq->a, db_col_text(q, 2));
	r->department = db_col_int(q, 3);
	r->creator = db_col_int(q, 4);
	r->created.us = db_col_int(q, 6);
	r->changed.us = db_col_int(q, 7);
	r->holds_from.days = (int32_t)db_col_int(q, 8);
	r->holds_to.days = (int32_t)db_col_int(q, 9);
	r->version = db_col_int(q, 12);
	struct str sealed = str_dup(rq->a, db_col_blob(q, 11));
	TRY(value_unpack(rq->a, str_dup(rq->a, db_col_blob(q, 10)), t->fields, t->nfields, r->v));
	if (sealed.n)
		TRY(seal_open(rq, sealed, r, &erased));
	*ret = r;
	return ST_OK;
}

static enum status read_row(struct request *rq, struct db_q *q, int64_t id, struct record **ret)
{
	enum status st = db_row(q) ? record_of_row(rq, q, id, ret) : ST_NOT_FOUND;

	TRY(db_end(q));
	return st;
}

enum status record_fetch(struct request *rq, int64_t id, struct record **ret, int64_t *ret_since)
{
	struct db_q *q = db_query(rq->db, &q_record_current);

	db_int(q, 1, id);
	TRY(read_row(rq, q, id, ret));
	if (ret_since) {
		q = db_query(rq->db, &q_record_head);
		db_int(q, 1, id);
		if (db_row(q))
			*ret_since = db_col_int(q, 10);
		TRY(db_end(q));
	}
	return ST_OK;
}

enum status record_fetch_some(struct request *rq, const int64_t ids[FETCH_AT_ONCE], struct record **ret, int *ret_n)
{
	struct db_q *q = db_query(rq->db, &q_records_among);
	enum status st = ST_OK;
	int n = 0;

	for (int i = 0; i < FETCH_AT_ONCE; i++)
		db_int(q, i + 1, ids[i]);
	while (st == ST_OK && n < FETCH_AT_ONCE && db_row(q)) {
		st = record_of_row(rq, q, db_col_int(q, RECORD_COLUMNS), &ret[n]);
		n += st == ST_OK;
	}
	*ret_n = n;
	enum status ended = db_end(q);
	return st == ST_OK ? ended : st;
}

enum status record_fetch_keyed(struct request *rq, int64_t field, const struct str *key, int n, struct record_found ret[FOUND_MAX],
	int *ret_n)
{
	struct db_q *q = db_query(rq->db, &q_records_keyed);
	enum status st = ST_OK;

	for (int i = 0; i < FETCH_AT_ONCE; i++)
		db_blob(q, i + 1, key[MIN(i, n - 1)]);
	db_int(q, FETCH_AT_ONCE + 1, field);
	db_int(q, FETCH_AT_ONCE + 2, FOUND_MAX);
	for (*ret_n = 0; st == ST_OK && *ret_n < FOUND_MAX && db_row(q); *ret_n += st == ST_OK) {
		ret[*ret_n].key = str_dup(rq->a, db_col_blob(q, RECORD_COLUMNS + 1));
		st = record_of_row(rq, q, db_col_int(q, RECORD_COLUMNS), &ret[*ret_n].r);
	}
	enum status ended = db_end(q);
	return st == ST_OK ? ended : st;
}

static int64_t known_before(const struct request *rq)
{
	return rq->as_of.days == DATE_NEVER.days ? INT64_MAX : instant_of_tokyo(date_add_days(rq->as_of, 1), 0, 0, 0).us;
}

/* A version on its way to being in force holds on no day, where the type knows such steps. */
static bool in_force(const struct record *r)
{
	const struct step *here = type_step(r->type->t, r->step);
	bool knows = false;

	for (int i = 0; i < r->type->t->nsteps; i++)
		knows |= r->type->t->steps[i].kind == STEP_FORCE;
	return !knows || !here || here->kind == STEP_FORCE || here->kind == STEP_END;
}

/* The newest version known then that was in force on the day; what came after it was on its way. */
static enum status fetch_true(struct request *rq, int64_t id, struct record **ret)
{
	struct record *r;

	for (int64_t below = INT64_MAX; ; below = r->version) {
		struct db_q *q = db_query(rq->db, &q_record_true_at);
		db_int(q, 1, id);
		db_int(q, 2, known_before(rq));
		db_int(q, 3, rq->holds_on.days);
		db_int(q, 4, below);
		TRY(read_row(rq, q, id, &r));
		if (in_force(r))
			break;
	}
	*ret = r;
	return ST_OK;
}

enum status record_get(struct request *rq, int64_t id, struct record **ret)
{
	if (!request_dated(rq))
		return record_fetch(rq, id, ret, NULL);
	if (rq->holds_on.days != DATE_NEVER.days)
		return fetch_true(rq, id, ret);
	struct db_q *q = db_query(rq->db, &q_record_at);
	db_int(q, 1, id);
	db_int(q, 2, known_before(rq));
	return read_row(rq, q, id, ret);
}

static enum status permit_read(struct request *rq, struct record *r, struct record **ret)
{
	if (!access_may(rq, r, MAY_READ)) {
		trail_refuse(rq, TRAIL_VIEW, r->type, r->id, S("read"));
		return ST_NOT_FOUND;
	}
	trail_add(rq, TRAIL_VIEW, r->type, r->id, r->version, S(""));
	access_withhold(rq, r);
	*ret = r;
	return ST_OK;
}

enum status record_load(struct request *rq, int64_t id, struct record **ret)
{
	struct record *r;

	TRY(record_get(rq, id, &r));
	return permit_read(rq, r, ret);
}

enum status record_load_version(struct request *rq, int64_t id, int64_t version, struct record **ret)
{
	struct db_q *q = db_query(rq->db, &q_record_version);
	struct record *r;

	db_int(q, 1, id);
	db_int(q, 2, version);
	TRY(read_row(rq, q, id, &r));
	return permit_read(rq, r, ret);
}

struct title { int64_t record, version; struct str text; struct title *next; };

struct str record_title(struct request *rq, const struct record *r)
{
	int at = r->type->t->title_field ? type_place(r->type, str_z(r->type->t->title_field)) : -1;
	struct buf b = buf_in(rq->a, 4096);

	if (at >= 0 && r->v[at].set && field_links(&r->type->fields[at]) && r->v[at].num > 0)
		buf_add(&b, record_title_of(rq, r->v[at].num));
	else if (at >= 0 && r->v[at].set)
		value_print(&b, &r->type->fields[at], &r->v[at], rq->lang);
	if (!b.n && r->serial.n)
		buf_add(&b, r->serial);
	if (!b.n) {
		buf_add(&b, r->type->t->title[rq->lang]);
		buf_fmt(&b, " %lld", (long long)r->id);
	}
	return buf_take(&b);
}

static const struct title *known_title(const struct request *rq, int64_t id)
{
	const struct title *t = rq->titles;

	while (t && t->record != id)
		t = t->next;
	return t;
}

/* In the list before it is made: a title may lead back to its own record. */
static const struct title *note_title(struct request *rq, int64_t id, const struct record *r)
{
	struct title *t = new(rq->a, struct title);

	*t = (struct title){ .record = id, .text = S(""), .next = rq->titles };
	rq->titles = t;
	if (r && access_may(rq, r, MAY_READ)) {
		t->version = r->version;
		t->text = record_title(rq, r);
	}
	return t;
}

static const struct title *title_of(struct request *rq, int64_t id)
{
	const struct title *known = known_title(rq, id);
	struct record *r;

	return known ? known : note_title(rq, id, record_fetch(rq, id, &r, NULL) == ST_OK ? r : NULL);
}

struct str record_title_of(struct request *rq, int64_t id)
{
	return id ? title_of(rq, id)->text : S("");
}

int64_t record_version_of(struct request *rq, int64_t id)
{
	return id ? title_of(rq, id)->version : 0;
}

static void note_titles(struct request *rq, const int64_t *ids)
{
	struct record *r[FETCH_AT_ONCE];
	int n;

	if (record_fetch_some(rq, ids, r, &n) != ST_OK)
		return;                                          /* each is read when it is asked for */
	for (int i = 0; i < n; i++)
		if (!known_title(rq, r[i]->id))
			note_title(rq, r[i]->id, r[i]);
}

void record_titles_ahead(struct request *rq, const int64_t *ids, ptrdiff_t n)
{
	int64_t next[FETCH_AT_ONCE] = { 0 };
	int k = 0;

	for (ptrdiff_t i = 0; i < n; i++) {
		bool there = !ids[i] || known_title(rq, ids[i]);
		for (int m = 0; m < k; m++)
			there = there || next[m] == ids[i];
		if (!there)
			next[k++] = ids[i];
		if (k < FETCH_AT_ONCE)
			continue;
		note_titles(rq, next);
		memset(next, 0, sizeof next);
		k = 0;
	}
	if (k > 1)                                               /* one alone is as well read when it is asked for */
		note_titles(rq, next);
}

/* ---- writing ---- */

bool field_shown(const struct record *r, const struct field *f)
{
	int at = f->when ? type_place(r->type, str_z(f->when)) : -1;

	return at < 0 || value_has_code(r->v[at].text, str_z(f->is));
}

int record_missing(const struct record *r, unsigned demands, int *ret)
{
	int n = 0;

	for (int i = 0; i < r->type->nfields; i++) {
		const struct field *f = &r->type->fields[i];
		if (f->flags & demands && (!r->v[i].set || value_is_raw(&r->v[i])) && field_shown(r, f)) {
			if (ret)
				ret[n] = i;
			n++;
		}
	}
	return n;
}

int record_difference(const struct record *a, const struct record *b, int *ret)
{
	int n = 0;

	for (int i = 0; i < a->type->nfields; i++)
		if (!value_eq(&a->type->fields[i], &a->v[i], &b->v[i]))
			ret[n++] = i;
	return n;
}

enum status conn_take_id(struct conn *c, int64_t *ret)
{
	struct id_block *b = &c->ids;

	if (b->next == b->last) {
		struct db_q *q = db_query_apart(c->db, &q_counter_take);
		db_text(q, 1, S("record"));
		db_int(q, 2, ID_BLOCK);
		if (db_row(q))
			*b = (struct id_block){ db_col_int(q, 0), db_col_int(q, 0) + ID_BLOCK };
		TRY(db_end(q));
	}
	*ret = b->next++;
	return ST_OK;
}

static int pms_year(struct request *rq)
{
	struct civil c = date_civil(rq->today);

	return c.month < setting_get(rq, SETTING_pms_year_month) ? c.year - 1 : c.year;
}

/* Gapless, because the number is taken in the transaction that uses it. */
static enum status give_serial(struct request *rq, struct record *r)
{
	char text[64];
	int64_t number = 0;
	int at = -1;

	for (int i = 0; i < r->type->nfields && at < 0; i++)
		if (r->type->fields[i].kind == FK_SERIAL)
			at = i;
	if (at >= 0 && r->v[at].set)
		r->serial = r->v[at].text;           /* the number it came with */
	if (at < 0 || r->v[at].set)
		return ST_OK;
	int year = pms_year(rq);
	TRY(serial_take(rq->db, str_z(r->type->t->name), year, &number));
	int n = snprintf(text, sizeof text, "%s%d-%04lld", r->type->t->serial_prefix ? r->type->t->serial_prefix : "", year, (long long)number);
	r->serial = str_dup(rq->a, (struct str){ text, n });
	r->v[at] = (struct value){ .set = true, .text = r->serial, .num = (int64_t)year * 1000000 + number };
	return ST_OK;
}

static void check_fixed(struct request *rq, const struct record *r, const struct record *before)
{
	const struct step *step = type_step(before->type->t, before->step);

	for (int i = 0; i < r->type->nfields; i++) {
		const struct field *f = &r->type->fields[i];
		if (value_eq(f, &r->v[i], &before->v[i]))
			continue;
		if (f->flags & DERIVED)
			problem(&rq->problems, str_z(f->name), MSG_REC_DERIVED);
		else if (f->flags & FIXED && step && step->kind == STEP_FORCE)
			problem(&rq->problems, str_z(f->name), MSG_REC_FIXED);
	}
}

/* Every person concerned has a number of the subject register, and with it a key. */
static enum status give_subjects(struct request *rq, struct record *r)
{
	for (int i = 0; i < r->type->nfields; i++) {
		if (r->type->fields[i].kind != FK_PERSON || !r->v[i].set || r->v[i].num)
			continue;
		TRY(subject_new(rq->db, &rq->conn->subjects, &r->v[i].num));
		struct key_ref ref = { KEY_SUBJECT, r->v[i].num, r->type->code };
		TRY(keystore_make(rq->conn->keys, &ref));
	}
	return ST_OK;
}

/* A row keeps its number through all versions; a new one gets the next that this field has not borne. */
static void give_row_numbers(struct record *r, const struct record *before)
{
	for (int i = 0; i < r->type->nfields; i++) {
		int64_t last = 0;
		if (r->type->fields[i].kind != FK_ROWS)
			continue;
		for (const struct row *row = before ? before->v[i].rows : NULL; row; row = row->next)
			last = MAX(last, row->id);
		for (const struct row *row = r->v[i].rows; row; row = row->next)
			last = MAX(last, row->id);
		for (struct row *row = r->v[i].rows; row; row = row->next)
			if (!row->id)
				row->id = ++last;
	}
}

/* A link that pins keeps its version as long as it points to the same record; a new one takes the newest. */
static enum status pin_links(struct request *rq, struct record *r, const struct record *before)
{
	for (int i = 0; i < r->type->nfields; i++) {
		const struct value *was = before ? &before->v[i] : NULL;
		struct value *v = &r->v[i];
		if (!(r->type->fields[i].flags & PINS) || !v->set || !v->num || v->num2 > 0)
			continue;
		if (v->num2 != PIN_NEWEST && was && was->num == v->num) {
			v->num2 = was->num2;
			continue;
		}
		struct db_q *q = db_query(rq->db, &q_record_head);
		db_int(q, 1, v->num);
		v->num2 = db_row(q) ? db_col_int(q, 5) : 0;
		TRY(db_end(q));
	}
	return ST_OK;
}

static void take_department(struct record *r)
{
	int at = r->type->t->department_field ? type_place(r->type, str_z(r->type->t->department_field)) : -1;

	if (at >= 0)
		r->department = r->v[at].num;
}

/* What comes into force, or ends, does so on the day of the move; a type with days of its own says otherwise in its hook. */
static void hold_from_today(const struct request *rq, struct record *r, const struct record *before)
{
	const struct step *step = type_step(r->type->t, r->step);

	bool said = r->holds_from.days != (before ? before->holds_from : DATE_FIRST).days;

	if (step && (step->kind == STEP_FORCE || step->kind == STEP_END) && !said && !(before && str_eq(before->step, r->step)))
		r->holds_from = rq->today;
}

static enum status write_head(struct request *rq, const struct record *r, const struct record *before, int64_t since, int64_t missing)
{
	const struct step *step = type_step(r->type->t, r->step);
	bool ended = step && step->kind == STEP_END;
	int64_t rows;

	if (!before) {
		struct db_value row[] = {
			db_v_int(r->id), db_v_int(r->type->code), db_v_text(r->step), db_v_int(ended), db_v_text(r->serial),
			db_v_int(r->department), db_v_int(r->creator), db_v_int(missing), db_v_int(r->changed.us),
			db_v_int(r->holds_from.days), db_v_int(r->holds_to.days),
		};
		return db_add(rq->db, &q_record_add, row, COUNT(row));
	}
	struct db_q *q = db_query(rq->db, &q_record_step_on);
	db_int(q, 1, r->id);
	db_text(q, 2, r->step);
	db_int(q, 3, ended);
	db_text(q, 4, r->serial);
	db_int(q, 5, r->department);
	db_int(q, 6, r->version);
	db_int(q, 7, since);
	db_int(q, 8, missing);
	db_int(q, 9, r->changed.us);
	db_int(q, 10, r->holds_from.days);
	db_int(q, 11, r->holds_to.days);
	db_int(q, 12, before->version);
	TRY(db_run_counted(q, &rows));
	return rows == 1 ? ST_OK : ST_CONFLICT;
}

/* REQ: DOC-02. *ret_digest: what ties the version to its entry in the audit log. */
static enum status write_version(struct request *rq, const struct record *r, const struct move *m, struct str comment,
	unsigned char *ret_digest)
{
	struct buf body = buf_make(16 << 20);
	struct str sealed, note = comment;

	if (m)                                   /* without a move it is a code of ours */
		TRY(note_seal(rq, r, "comment", comment, &note));
	value_pack(&body, r->type->fields, r->type->nfields, r->v, PACK_OPEN);
	TRY(seal_record(rq, r, &sealed));
	struct version_row v = {
		.record = r->id, .version = r->version, .at = r->changed.us, .staff = rq->actor.staff, .step = r->step,
		.move = m ? str_z(m->code) : S(""), .comment = note, .department = r->department,
		.holds_from = r->holds_from.days, .holds_to = r->holds_to.days, .body = buf_str(&body), .sealed = sealed,
	};
	version_digest(&v, ret_digest);
	struct db_value row[] = {
		db_v_int(v.record), db_v_int(v.version), db_v_int(v.at), db_v_int(v.staff), db_v_text(v.step), db_v_text(v.move),
		db_v_text(v.comment), db_v_int(v.department), db_v_int(v.holds_from), db_v_int(v.holds_to),
		db_v_blob(v.body), db_v_blob(v.sealed),
	};
	enum status st = body.failed ? ST_TOO_BIG : db_add(rq->db, &q_version_add, row, COUNT(row));
	buf_free(&body);
	return st;
}

enum status record_put(struct request *rq, struct record *r, const struct record *before, const struct move *m,
	struct str comment, bool free_hand)
{
	const struct record_hooks *hooks = &r->type->t->hooks;
	int64_t since = 1;

	record_remember(rq, r);
	if (!before) {
		TRY(conn_take_id(rq->conn, &r->id));
		TRY(give_serial(rq, r));
		r->created = rq->now;
	} else if (!free_hand && !m) {
		check_fixed(rq, r, before);
	}
	hold_from_today(rq, r, before);
	if (hooks->derive)
		TRY(hooks->derive(rq, r, m));
	TRY(pin_links(rq, r, before));
	take_department(r);
	give_row_numbers(r, before);
	TRY(give_subjects(rq, r));
	if (hooks->check) {
		enum status st = hooks->check(rq, r, m);
		if (st != ST_OK && st != ST_BAD_INPUT)
			return st;
	}
	if (rq->problems.n)
		return ST_BAD_INPUT;
	r->version = before ? before->version + 1 : 1;
	r->changed = rq->now;
	if (before && str_eq(before->step, r->step) && !(m && !str_eq(str_z(m->from), str_z(m->to)))) {
		struct db_q *q = db_query(rq->db, &q_record_head);
		db_int(q, 1, r->id);
		if (db_row(q))
			since = db_col_int(q, 10);
		TRY(db_end(q));
	} else {
		since = r->version;
	}
	TRY(index_record(rq, before, r));
	TRY(write_head(rq, r, before, since, record_missing(r, AT_SUBMIT, NULL)));
	unsigned char *digest = new_n(rq->a, unsigned char, HASH_BYTES);
	TRY(write_version(rq, r, m, comment, digest));
	TRY(turns_write(rq, r, since, !before));
	trail_add(rq, m ? TRAIL_MOVE : before ? TRAIL_CHANGE : TRAIL_CREATE, r->type, r->id, r->version,
	          m ? str_z(m->code) : S(""))->digest = digest;
	rq->titles = NULL;
	rq->memos = NULL;
	return hooks->after ? hooks->after(rq, r, before, m) : ST_OK;
}

bool record_settled(const struct record *r)
{
	const struct step *step = type_step(r->type->t, r->step);

	return step && (step->kind == STEP_REVIEW || step->kind == STEP_END);
}

static enum status save(struct request *rq, struct record *r, struct str why, bool free_hand)
{
	struct record *before = NULL;

	if (r->id) {
		TRY(record_fetch(rq, r->id, &before, NULL));
		if (before->version != r->version) {
			problem(&rq->problems, S(""), MSG_REC_STALE);
			return ST_CONFLICT;
		}
	} else {
		take_department(r);
	}
	if (!free_hand && (!access_may(rq, before ? before : r, before ? MAY_EDIT : MAY_CREATE)
	                   /* into another department only by who might have made it there */
	                   || (before && !access_may(rq, r, r->department == before->department ? MAY_EDIT : MAY_CREATE)))) {
		trail_refuse(rq, TRAIL_CHANGE, r->type, r->id, before ? S("edit") : S("create"));
		problem(&rq->problems, S(""), MSG_REC_NOT_YOURS);
		return ST_DENIED;
	}
	if (!free_hand && before && record_settled(before)) {
		problem(&rq->problems, S(""), MSG_REC_NOT_HERE);
		return ST_NO;
	}
	for (int i = 0; before && i < r->type->nfields; i++)
		if (!access_shows(rq, before, &r->type->fields[i]))
			r->v[i] = before->v[i];
	return record_put(rq, r, before, NULL, why, free_hand);
}

enum status record_save(struct request *rq, struct record *r)
{
	return save(rq, r, S(""), false);
}

enum status record_write(struct request *rq, struct record *r, struct str why)
{
	return save(rq, r, why, true);
}

enum status record_assign(struct request *rq, struct record *r, int place, const struct value *v)
{
	struct record *before;

	TRY(record_fetch(rq, r->id, &before, NULL));
	const struct field *f = &r->type->fields[place];
	const struct step *step = type_step(r->type->t, before->step);
	if (!(f->flags & ASSIGN) || (step && step->kind == STEP_END)) {
		problem(&rq->problems, S(""), MSG_REC_NOT_HERE);
		return ST_NO;
	}
	struct record *next = new(rq->a, struct record);
	*next = *before;
	next->v = new_n(rq->a, struct value, r->type->nfields);
	memcpy(next->v, before->v, (size_t)r->type->nfields * sizeof *next->v);
	next->v[place] = *v;
	take_department(next);
	if (!access_may(rq, before, MAY_ASSIGN) || !access_may(rq, next, MAY_ASSIGN)) {
		trail_refuse(rq, TRAIL_CHANGE, r->type, r->id, S("assign"));
		problem(&rq->problems, S(""), MSG_REC_NOT_YOURS);
		return ST_DENIED;
	}
	if (value_eq(f, &before->v[place], v))
		return ST_OK;
	TRY(record_put(rq, next, before, NULL, S("assign"), true));
	*r = *next;
	return ST_OK;
}

/* ---- history ---- */

/* The type of a record; NULL when there is none. */
static enum status type_of(struct request *rq, int64_t id, const struct type **ret)
{
	struct db_q *q = db_query(rq->db, &q_record_head);

	db_int(q, 1, id);
	*ret = db_row(q) ? store_type_by_code(conn_store(rq->conn), db_col_int(q, 0)) : NULL;
	return db_end(q);
}

enum status record_versions(struct request *rq, int64_t id, struct version **ret)
{
	struct version **end = ret;
	const struct type *t;

	*ret = NULL;
	TRY(type_of(rq, id, &t));
	if (!t)
		return ST_OK;
	struct db_q *q = db_query(rq->db, &q_version_list);
	db_int(q, 1, id);
	while (db_row(q)) {
		struct version *v = new(rq->a, struct version);
		v->version = db_col_int(q, 0);
		v->at.us = db_col_int(q, 1);
		v->staff = db_col_int(q, 2);
		v->step = str_dup(rq->a, db_col_text(q, 3));
		v->move = str_dup(rq->a, db_col_text(q, 4));
		v->comment = str_dup(rq->a, db_col_text(q, 5));
		v->holds_from.days = (int32_t)db_col_int(q, 6);
		*end = v;
		end = &v->next;
	}
	TRY(db_end(q));
	for (struct version *v = *ret; v; v = v->next)
		TRY(note_open(rq, t, id, v->version, "comment", v->comment, &v->comment));
	return ST_OK;
}

/* The type and the field that a number of a key stands for. */
static const struct type *of_field_code(struct store *s, int64_t code, const struct field **ret)
{
	for (int i = 0; i < s->ntypes; i++) {
		for (int k = 0; k < s->types[i].nfields; k++) {
			if (s->types[i].field_code[k] == code) {
				*ret = &s->types[i].fields[k];
				return &s->types[i];
			}
		}
	}
	return NULL;
}

/* Type by type as the navigation has them, each by title. */
static int by_type_and_title(const void *a, const void *b)
{
	const struct back_link *x = *(struct back_link *const *)a, *y = *(struct back_link *const *)b;
	int c = x->type != y->type ? (x->type > y->type ? 1 : -1) : str_cmp(x->title, y->title);

	return c ? c : (x->record > y->record) - (x->record < y->record);
}

enum status record_back_links(struct request *rq, int64_t id, int max, struct back_link **ret)
{
	struct back_link **found = new_n(rq->a, struct back_link *, max), *all = NULL, **all_end = &all;
	int n = 0;
	struct db_q *q = db_query(rq->db, &q_links_to);

	*ret = NULL;
	db_int(q, 1, id);
	db_int(q, 2, (int64_t)max * 4);
	while (db_row(q)) {
		struct back_link *b = new(rq->a, struct back_link);
		b->record = db_col_int(q, 0);
		b->type = of_field_code(conn_store(rq->conn), db_col_int(q, 1), &b->field);
		*all_end = b;
		all_end = &b->next;
	}
	TRY(db_end(q));
	for (struct back_link *b = all; b && n < max; b = b->next) {
		b->title = b->type ? record_title_of(rq, b->record) : S("");
		if (b->title.n)
			found[n++] = b;
	}
	if (n)
		qsort(found, (size_t)n, sizeof(struct back_link *), by_type_and_title);
	for (int i = n - 1; i >= 0; i--) {
		found[i]->next = *ret;
		*ret = found[i];
	}
	return ST_OK;
}
