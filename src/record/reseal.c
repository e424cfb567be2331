/* reseal.c - seals what people wrote beside records in stores of earlier versions of the program, which kept it in clear. */
#include "record/reseal.h"
#include "base/num.h"
#include "record/queries.h"
#include "record/seal.h"
#include "record/store_impl.h"
#include "record/trail.h"
#include "record/version_verify.h"
#include <stdio.h>

enum { RECORDS_AT_ONCE = 500 };
#define CURSOR S("resealed")           /* the setting that holds the last record looked at */
#define DONE   S("all")

struct clear_version { struct version_row v; int64_t type; struct clear_version *next; };
struct clear_note { int64_t record, version, role, type; struct str step, comment, signer; struct clear_note *next; };

static enum status read_cursor(struct request *rq, int64_t *ret, bool *ret_done)
{
	struct db_q *q = db_query(rq->db, &q_setting_get);

	*ret = 0;
	*ret_done = false;
	db_text(q, 1, CURSOR);
	if (db_row(q)) {
		*ret_done = str_eq(db_col_text(q, 0), DONE);
		if (!*ret_done)
			TRY(num_parse(db_col_text(q, 0), 0, INT64_MAX, ret));
	}
	return db_end(q);
}

static enum status write_cursor(struct request *rq, struct str text)
{
	struct db_q *q = db_query(rq->db, &q_setting_set);

	db_text(q, 1, CURSOR);
	db_text(q, 2, text);
	return db_run(q);
}

static enum status end_of_batch(struct request *rq, int64_t from, int64_t *ret)
{
	struct db_q *q = db_query(rq->db, &q_reseal_to);

	*ret = 0;
	db_int(q, 1, from);
	db_int(q, 2, RECORDS_AT_ONCE);
	if (db_row(q))
		*ret = db_col_int(q, 0);
	return db_end(q);
}

static struct str kept(struct request *rq, struct str s)
{
	return str_dup(rq->a, s);
}

/* A note that somebody wrote while notes were sealed already begins with our mark and opens; all else is in clear. */
static enum status reseal_text(struct request *rq, const struct record *r, const char *what, struct str text, struct str *ret)
{
	struct str opened;

	*ret = text;
	if (!text.n)
		return ST_OK;
	TRY(note_open(rq, r->type, r->id, r->version, what, text, &opened));
	if (!str_eq(opened, text))
		return ST_OK;
	enum status st = note_seal(rq, r, what, text, ret);
	if (st == ST_NOT_FOUND) {              /* its key was destroyed: so is the note */
		*ret = S("");
		return ST_OK;
	}
	return st;
}

static struct record *stand_in(struct request *rq, int64_t type, int64_t record, int64_t version)
{
	const struct type *t = store_type_by_code(conn_store(rq->conn), type);
	struct record *r = new(rq->a, struct record);

	*r = (struct record){ .type = t, .id = record, .version = version };
	return t ? r : NULL;
}

/* ---- versions: their log entry covers the note, so a new entry tells what the row is now ---- */

/* Only rows that are still what the log says: one that was changed behind our back is left for the verification to name. */
static enum status read_versions(struct request *rq, int64_t from, int64_t to, struct clear_version **ret)
{
	struct db_q *q = db_query(rq->db, &q_reseal_versions);
	unsigned char digest[HASH_BYTES];

	*ret = NULL;
	db_int(q, 1, from);
	db_int(q, 2, to);
	while (db_row(q)) {
		struct version_row v = {
			db_col_int(q, 0), db_col_int(q, 1), db_col_int(q, 2), db_col_int(q, 3), db_col_text(q, 4), db_col_text(q, 5),
			db_col_text(q, 6), db_col_int(q, 7), db_col_int(q, 8), db_col_int(q, 9), db_col_blob(q, 10), db_col_blob(q, 11),
		};
		version_digest(&v, digest);
		struct str logged = db_col_blob(q, 13);
		if (logged.n != HASH_BYTES || memcmp(logged.p, digest, HASH_BYTES) != 0)
			continue;
		struct clear_version *c = new(rq->a, struct clear_version);
		v.step = kept(rq, v.step);
		v.move = kept(rq, v.move);
		v.comment = kept(rq, v.comment);
		v.body = kept(rq, v.body);
		v.sealed = kept(rq, v.sealed);
		*c = (struct clear_version){ v, db_col_int(q, 12), *ret };
		*ret = c;
	}
	return db_end(q);
}

static enum status reseal_version(struct request *rq, struct clear_version *c)
{
	struct record *r = stand_in(rq, c->type, c->v.record, c->v.version);
	unsigned char *digest = new_n(rq->a, unsigned char, HASH_BYTES);
	struct str note;

	if (!r)
		return ST_OK;
	TRY(reseal_text(rq, r, "comment", c->v.comment, &note));
	if (str_eq(note, c->v.comment))
		return ST_OK;
	c->v.comment = note;
	version_digest(&c->v, digest);
	struct db_q *q = db_query(rq->db, &q_reseal_version);
	db_int(q, 1, c->v.record);
	db_int(q, 2, c->v.version);
	db_text(q, 3, note);
	TRY(db_run(q));
	trail_add(rq, TRAIL_RESEAL, r->type, r->id, r->version, S("comment"))->digest = digest;
	return ST_OK;
}

/* ---- approvals ---- */

static enum status read_notes(struct request *rq, int64_t from, int64_t to, struct clear_note **ret)
{
	struct db_q *q = db_query(rq->db, &q_reseal_notes);

	*ret = NULL;
	db_int(q, 1, from);
	db_int(q, 2, to);
	while (db_row(q)) {
		struct clear_note *n = new(rq->a, struct clear_note);
		*n = (struct clear_note){ db_col_int(q, 0), db_col_int(q, 1), db_col_int(q, 2), db_col_int(q, 6), kept(rq, db_col_text(q, 3)),
			kept(rq, db_col_text(q, 4)), kept(rq, db_col_text(q, 5)), *ret };
		*ret = n;
	}
	return db_end(q);
}

static enum status reseal_note(struct request *rq, struct clear_note *n)
{
	struct record *r = stand_in(rq, n->type, n->record, n->version);
	struct str comment, signer;

	if (!r)
		return ST_OK;
	TRY(reseal_text(rq, r, note_name(rq, "comment", n->role), n->comment, &comment));
	TRY(reseal_text(rq, r, note_name(rq, "signer", n->role), n->signer, &signer));
	struct db_q *q = db_query(rq->db, &q_reseal_note);
	db_int(q, 1, n->record);
	db_int(q, 2, n->version);
	db_int(q, 3, n->role);
	db_text(q, 4, n->step);
	db_text(q, 5, comment);
	db_text(q, 6, signer);
	return db_run(q);
}

/* ---- one batch ---- */

enum status notes_reseal(struct request *rq, void *ret_more)
{
	struct clear_version *versions;
	struct clear_note *notes;
	bool *more = ret_more, done;
	int64_t from, to;

	TRY(read_cursor(rq, &from, &done));
	*more = !done;
	if (done)
		return ST_OK;
	TRY(end_of_batch(rq, from, &to));
	if (!to) {
		*more = false;
		return write_cursor(rq, DONE);
	}
	TRY(read_versions(rq, from, to, &versions));
	for (; versions; versions = versions->next)
		TRY(reseal_version(rq, versions));
	TRY(read_notes(rq, from, to, &notes));
	for (; notes; notes = notes->next)
		TRY(reseal_note(rq, notes));
	return write_cursor(rq, text_of_int(rq->a, to));
}
