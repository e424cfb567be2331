/* audit_verify.c - walks the chains and names what is not as it was written. Two passes: a quick one that only asks
 * whether a lane is whole, and for a lane that is not, one that finds out what was done to it. */
#include "record/audit_impl.h"
#include <assert.h>
#include <stdlib.h>

enum { SUSPECTS_MAX = 200, FINDINGS_MAX = 100000 };

/* A row that does not fit where it stands. `at`: its true place as far as gaps and insertions tell. */
struct suspect { struct row r; int64_t at; unsigned char prev[HASH_BYTES]; bool solved; int64_t belongs; };

struct lane {
	int64_t        lane;
	bool           has_head;
	struct head    head;
	int64_t        last;             /* true number of the last entry met */
	unsigned char  last_hash[HASH_BYTES];
	int64_t        agreed;           /* newest number a signed head has confirmed */
	bool           broken;
};

struct walk {
	struct db             *db;
	const unsigned char   *public;
	audit_report          *report;
	void                  *arg;
	struct audit_summary  *sum;
	struct arena           a;
	struct lane           *lanes;
	int                    nlanes, cap;
	struct audit_finding  *found;    /* what was reported, so that one deed is told once */
	ptrdiff_t              nfound, found_cap;
};

static void tell(struct walk *w, enum audit_fault fault, int64_t lane, int64_t from, int64_t to)
{
	struct audit_finding f = { fault, lane, from, to };

	w->sum->faults++;
	if (w->report)
		w->report(w->arg, &f);
	if (w->nfound == w->found_cap && w->found_cap < FINDINGS_MAX) {
		struct audit_finding *more = new_n(&w->a, struct audit_finding, MAX(64, w->found_cap * 2));
		if (w->nfound)
			memcpy(more, w->found, (size_t)w->nfound * sizeof *more);
		w->found = more;
		w->found_cap = MAX(64, w->found_cap * 2);
	}
	if (w->nfound < w->found_cap)
		w->found[w->nfound++] = f;
}

static bool already_told(const struct walk *w, int64_t lane, int64_t from, int64_t to)
{
	for (ptrdiff_t i = 0; i < w->nfound; i++)
		if (w->found[i].lane == lane && w->found[i].from <= to && w->found[i].to >= from)
			return true;
	return false;
}

static struct lane *lane_of(struct walk *w, int64_t number)
{
	for (int i = 0; i < w->nlanes; i++)
		if (w->lanes[i].lane == number)
			return &w->lanes[i];
	if (w->nlanes == w->cap) {
		int cap = MAX(16, w->cap * 2);
		struct lane *more = new_n(&w->a, struct lane, cap);
		if (w->nlanes)
			memcpy(more, w->lanes, (size_t)w->nlanes * sizeof *more);
		w->lanes = more;
		w->cap = cap;
	}
	w->lanes[w->nlanes] = (struct lane){ .lane = number };
	return &w->lanes[w->nlanes++];
}

/* ---- rows ---- */

static bool fits(const struct row *r, const unsigned char prev[HASH_BYTES], int64_t lane, int64_t seq)
{
	unsigned char h[HASH_BYTES];
	struct form *f = (struct form *)(uintptr_t)&r->f;      /* its place for prev and id is scratch */

	if (!r->readable)
		return false;
	form_hash(f, prev, entry_id(lane, seq), h);
	return memcmp(h, r->hash, HASH_BYTES) == 0;
}

/* Pages of rows, so that memory stays bounded on both databases. */
struct reader { struct db *db; struct row *page; int n, at; int64_t last, until; };
enum { PAGE = 2000 };

static enum status fill(struct reader *rd)
{
	struct db_q *q = db_query(rd->db, &aq_entry_page);

	rd->n = rd->at = 0;
	db_int(q, 1, rd->last);
	while (rd->n < PAGE && db_row(q)) {
		int64_t id;
		row_read(q, &id, &rd->page[rd->n]);
		if (id > rd->until)
			break;
		rd->last = id;
		rd->n++;
	}
	return db_end(q);
}

/* *ret_there false at the end. */
static enum status next_row(struct reader *rd, struct row *ret, bool *ret_there)
{
	if (rd->at == rd->n)
		TRY(fill(rd));
	*ret_there = rd->at < rd->n;
	if (*ret_there)
		*ret = rd->page[rd->at++];
	return ST_OK;
}

/* ---- the quick pass ---- */

/* Rows in lanes that cannot be: every one of them was put there by somebody else. */
static enum status tell_odd(struct walk *w)
{
	int64_t last = INT64_MIN;
	struct row r;

	for (int rows = 1; rows > 0;) {
		rows = 0;
		struct db_q *q = db_query(w->db, &aq_entry_page);
		db_int(q, 1, last);
		while (db_row(q)) {
			row_read(q, &last, &r);
			rows++;
			if (last >> LANE_SHIFT < 1 || last >> LANE_SHIFT > LANE_MAX)
				tell(w, AUDIT_INSERTED, last >> LANE_SHIFT, r.seq, r.seq);
		}
		TRY(db_end(q));
	}
	return ST_OK;
}

static enum status quick_pass(struct walk *w)
{
	struct stretch *s = NULL;
	bool odd = false;
	int n = 0;

	TRY(audit_stretches(w->db, &w->a, &s, &n, &odd));
	if (odd)
		TRY(tell_odd(w));
	TRY(audit_scan(w->db, s, n));
	for (int i = 0; i < n; i++) {
		struct lane *l = lane_of(w, s[i].lane);
		l->broken |= s[i].broken;
		l->last = s[i].to;
		memcpy(l->last_hash, s[i].last_hash, HASH_BYTES);
		w->sum->entries += s[i].entries;
	}
	return ST_OK;
}

/* ---- the searching pass, for one lane ---- */

struct search {
	struct walk    *w;
	struct lane    *l;
	int64_t         next;                      /* true number expected */
	int64_t         shift;                     /* number in the table minus true number */
	bool            known;                     /* is the hash before known? */
	unsigned char   prev[HASH_BYTES], other[HASH_BYTES];      /* as stored; as computed, if that differs */
	struct suspect *suspects;
	int             n;
};

static void accept(struct search *s, const struct row *r, int64_t seq)
{
	memcpy(s->prev, r->hash, HASH_BYTES);
	memcpy(s->other, r->hash, HASH_BYTES);
	s->known = true;
	s->next = seq + 1;
	s->l->last = seq;
	memcpy(s->l->last_hash, r->hash, HASH_BYTES);
}

static void suspect(struct search *s, const struct row *r, const struct row *after, int64_t seq)
{
	unsigned char computed[HASH_BYTES];
	struct row copy = *r;

	if (s->n < SUSPECTS_MAX) {
		struct suspect *x = &s->suspects[s->n++];
		*x = (struct suspect){ .r = *r, .at = seq };
		memcpy(x->prev, s->prev, HASH_BYTES);
	} else {
		tell(s->w, AUDIT_CHANGED, s->l->lane, r->seq, r->seq);
	}
	if (copy.f.n > 0)
		form_hash(&copy.f, s->prev, entry_id(s->l->lane, seq), computed);
	accept(s, r, seq);
	if (after && copy.f.n > 0 && fits(after, computed, s->l->lane, seq + 1))
		memcpy(s->other, computed, HASH_BYTES);            /* only its hash was changed */
}

/* The entry before is gone: this one can only be confirmed by the one after it. */
static void unproven(struct search *s, const struct row *r, int64_t seq)
{
	tell(s->w, AUDIT_UNPROVEN, s->l->lane, r->seq, r->seq);
	accept(s, r, seq);
}

static void look_at(struct search *s, const struct row *r, const struct row *after)
{
	int64_t lane = s->l->lane, seq = r->seq - s->shift;

	if (s->l->has_head && s->shift == 0 && seq > s->next && seq > s->l->head.seq) {
		tell(s->w, AUDIT_INSERTED, lane, r->seq, r->seq);
	} else if (seq > s->next) {
		tell(s->w, AUDIT_MISSING, lane, s->next, seq - 1);
		unproven(s, r, seq);
	} else if (seq < s->next) {
		tell(s->w, AUDIT_INSERTED, lane, r->seq, r->seq);
	} else if (fits(r, s->prev, lane, seq) || fits(r, s->other, lane, seq)) {
		accept(s, r, seq);
	} else if (s->l->has_head && s->shift == 0 && seq > s->l->head.seq) {
		tell(s->w, AUDIT_INSERTED, lane, r->seq, r->seq);
	} else if (after && after->seq == r->seq + 1 && (fits(after, s->prev, lane, seq) || fits(after, s->other, lane, seq)) &&
		!fits(r, after->hash, lane, seq + 1)) {                /* else the two were only exchanged */
		tell(s->w, AUDIT_INSERTED, lane, r->seq, r->seq);      /* and those behind it were given new numbers */
		s->shift++;
	} else if (after && !fits(after, r->hash, lane, seq + 1) && fits(after, r->hash, lane, seq + 2)) {
		tell(s->w, AUDIT_MISSING, lane, seq, seq);             /* likewise */
		s->shift--;
		unproven(s, r, seq + 1);
	} else {
		suspect(s, r, after, seq);
	}
}

/* ---- were suspects exchanged? ---- */

static const struct suspect *solved_at(const struct search *s, int64_t place)
{
	for (int i = 0; i < s->n; i++)
		if (s->suspects[i].solved && s->suspects[i].belongs == place)
			return &s->suspects[i];
	return NULL;
}

/* Does the row x belong at the place of y? */
static bool belongs(const struct search *s, const struct suspect *x, const struct suspect *y)
{
	const struct suspect *before = solved_at(s, y->at - 1);
	const unsigned char *prev = before ? before->r.hash : y->prev;
	struct row r = x->r;

	if (fits(&r, prev, s->l->lane, y->at))
		return true;
	if (x == y || !x->r.readable)
		return false;
	memcpy(r.hash, y->r.hash, HASH_BYTES);                     /* all but the hashes exchanged */
	return fits(&r, prev, s->l->lane, y->at);
}

static bool solve_one(struct search *s)
{
	for (int y = 0; y < s->n; y++) {
		if (solved_at(s, s->suspects[y].at))
			continue;
		for (int x = 0; x < s->n; x++) {
			if (s->suspects[x].solved || !belongs(s, &s->suspects[x], &s->suspects[y]))
				continue;
			s->suspects[x].solved = true;
			s->suspects[x].belongs = s->suspects[y].at;
			return true;
		}
	}
	return false;
}

static void judge(struct search *s)
{
	while (solve_one(s))
		continue;
	for (int i = 0; i < s->n; i++) {
		struct suspect *x = &s->suspects[i];
		if (!x->solved)
			tell(s->w, AUDIT_CHANGED, s->l->lane, x->r.seq, x->r.seq);
		else if (x->belongs != x->at)
			tell(s->w, AUDIT_MOVED, s->l->lane, x->r.seq, x->belongs);
	}
}

static enum status search_lane(struct walk *w, struct lane *l)
{
	struct row r, after;
	bool there, more = false;
	int64_t number = l->lane;
	struct reader rd = { .db = w->db, .last = entry_id(number, 0) - 1, .until = entry_id(number, SEQ_MAX) };
	struct search s = { .w = w, .l = l, .next = 1, .known = true };

	rd.page = calloc(PAGE, sizeof *rd.page);
	s.suspects = calloc(SUSPECTS_MAX, sizeof *s.suspects);
	if (!rd.page || !s.suspects)
		abort();
	l->last = 0;
	memset(l->last_hash, 0, HASH_BYTES);
	enum status st = next_row(&rd, &r, &there);
	while (st == ST_OK && there) {
		st = next_row(&rd, &after, &more);
		if (st != ST_OK)
			break;
		look_at(&s, &r, more ? &after : NULL);
		r = after;
		there = more;
	}
	if (st == ST_OK)
		judge(&s);
	free(rd.page);
	free(s.suspects);
	return st;
}

/* ---- heads ---- */

static enum status load_heads(struct walk *w)
{
	struct db_q *q = db_query(w->db, &aq_lane_list);

	while (db_row(q)) {
		int64_t number = db_col_int(q, 0);
		if (number < 1 || number > LANE_MAX) {
			tell(w, AUDIT_HEAD, number, 0, 0);
			continue;
		}
		struct lane *l = lane_of(w, number);
		struct str h = db_col_blob(q, 2);
		l->has_head = true;
		l->head = (struct head){ .lane = l->lane, .seq = db_col_int(q, 1) };
		if (h.n == HASH_BYTES)
			memcpy(l->head.hash, h.p, HASH_BYTES);
	}
	return db_end(q);
}

static void check_lane_end(struct walk *w, struct lane *l)
{
	if (!l->has_head) {
		tell(w, AUDIT_HEAD, l->lane, l->last, l->last);
	} else if (l->last < l->head.seq) {
		tell(w, AUDIT_MISSING, l->lane, l->last + 1, l->head.seq);
	} else if (l->last > l->head.seq) {
		if (!already_told(w, l->lane, l->head.seq + 1, l->last))
			tell(w, AUDIT_INSERTED, l->lane, l->head.seq + 1, l->last);
	} else if (memcmp(l->head.hash, l->last_hash, HASH_BYTES) != 0 && !already_told(w, l->lane, l->last, l->last)) {
		tell(w, AUDIT_HEAD, l->lane, l->last, l->last);
	}
}

static enum status hash_at(struct walk *w, int64_t id, unsigned char ret[HASH_BYTES], bool *ret_there)
{
	struct db_q *q = db_query(w->db, &aq_entry_hash);

	db_int(q, 1, id);
	*ret_there = false;
	if (db_row(q)) {
		struct str h = db_col_blob(q, 0);
		memset(ret, 0, HASH_BYTES);
		memcpy(ret, h.p ? h.p : "", (size_t)MIN(h.n, HASH_BYTES));
		*ret_there = true;
	}
	return db_end(q);
}

/* One lane of signed heads against the table. */
static enum status check_head(struct walk *w, const struct head *h)
{
	struct lane *l = lane_of(w, h->lane);
	unsigned char stored[HASH_BYTES];
	bool there;

	if (h->seq == 0)
		return ST_OK;
	TRY(hash_at(w, entry_id(h->lane, h->seq), stored, &there));
	if (there && memcmp(stored, h->hash, HASH_BYTES) == 0) {
		l->agreed = MAX(l->agreed, h->seq);
		return ST_OK;
	}
	int64_t from = l->agreed + 1;
	if (!there && l->last < h->seq)
		from = MAX(from, l->last + 1);
	if (!already_told(w, h->lane, from, h->seq))
		tell(w, there ? AUDIT_REWRITTEN : AUDIT_MISSING, h->lane, from, h->seq);
	return ST_OK;
}

static enum status check_heads(struct walk *w, const struct heads *h)
{
	for (int i = 0; i < h->n; i++)
		TRY(check_head(w, &h->head[i]));
	return ST_OK;
}

struct chain { int64_t next; unsigned char previous[HASH_BYTES]; };

struct kept { int64_t number; struct str text, sig; };

static enum status check_checkpoint(struct walk *w, struct chain *c, int64_t number, struct str text, struct str sig)
{
	struct arena a = arena_make(16 << 20);
	struct heads h;
	bool sound = sig.n == SIGN_BYTES && sign_ok(w->public, text, (const unsigned char *)sig.p) && heads_parse(&a, text, &h) == ST_OK &&
		h.number == number;
	enum status st = ST_OK;

	if (number > c->next)
		tell(w, AUDIT_CHECKPOINT, 0, c->next, number - 1);
	if (!sound || (number == c->next && memcmp(h.previous, c->previous, HASH_BYTES) != 0))
		tell(w, AUDIT_CHECKPOINT, 0, number, number);
	if (sound)
		st = check_heads(w, &h);
	c->next = number + 1;
	hash(text, c->previous);
	w->sum->checkpoints++;
	arena_free(&a);
	return st;
}

/* Rows are copied out, because what they say is looked up on the same connection. */
static enum status checkpoint_page(struct walk *w, struct chain *c, int64_t *last, int *ret_rows)
{
	struct arena a = arena_make(0);
	struct kept *rows = new_n(&a, struct kept, 1000);
	int n = 0;
	struct db_q *q = db_query(w->db, &aq_checkpoint_page);

	db_int(q, 1, *last);
	while (n < 1000 && db_row(q)) {
		rows[n].number = db_col_int(q, 0);
		rows[n].text = str_dup(&a, db_col_text(q, 1));
		rows[n++].sig = str_dup(&a, db_col_blob(q, 2));
	}
	enum status st = db_end(q);
	for (int i = 0; i < n && st == ST_OK; i++)
		st = check_checkpoint(w, c, rows[i].number, rows[i].text, rows[i].sig);
	if (n)
		*last = rows[n - 1].number;
	*ret_rows = n;
	arena_free(&a);
	return st;
}

static enum status check_checkpoints(struct walk *w, struct chain *c)
{
	int64_t last = INT64_MIN;

	for (int rows = 1; rows > 0;)
		TRY(checkpoint_page(w, c, &last, &rows));
	return ST_OK;
}

/* Heads that were kept outside. */
static enum status check_outside(struct walk *w, const struct chain *c, struct str file)
{
	struct heads h;
	struct str text;
	unsigned char sig[SIGN_BYTES];
	bool same = false;

	TRY(heads_split(file, &text, sig));
	TRY(heads_parse(&w->a, text, &h));
	if (memcmp(h.key, w->public, SIGN_PUBLIC_BYTES) != 0 || !sign_ok(w->public, text, sig))
		return ST_BAD_INPUT;
	struct db_q *q = db_query(w->db, &aq_checkpoint_get);
	db_int(q, 1, h.number);
	if (db_row(q))
		same = str_eq(db_col_text(q, 1), text);
	TRY(db_end(q));
	if (!same && !already_told(w, 0, h.number, h.number))
		tell(w, AUDIT_CHECKPOINT, 0, MIN(c->next, h.number), h.number);
	return check_heads(w, &h);
}

/* ---- all of it ---- */

static enum status verify(struct walk *w, struct str heads)
{
	struct chain c = { .next = 1 };

	TRY(load_heads(w));
	TRY(quick_pass(w));
	for (int i = 0; i < w->nlanes; i++) {
		w->sum->lanes++;
		if (w->lanes[i].broken)
			TRY(search_lane(w, &w->lanes[i]));
		check_lane_end(w, &w->lanes[i]);
	}
	TRY(check_checkpoints(w, &c));
	if (heads.p)
		TRY(check_outside(w, &c, heads));
	return w->sum->faults ? ST_NO : ST_OK;
}

enum status audit_verify(struct db *db, const unsigned char public[SIGN_PUBLIC_BYTES], struct str heads,
	audit_report *report, void *arg, struct audit_summary *ret)
{
	struct audit_summary sum = { 0 };
	struct walk w = { .db = db, .public = public, .report = report, .arg = arg, .sum = &sum, .a = arena_make(0) };
	bool own = !db_in_transaction(db);
	enum status st = own ? db_begin(db, DB_READ) : ST_OK;      /* one moment of the log, while others write on */

	if (st == ST_OK)
		st = verify(&w, heads);
	if (own)
		db_rollback(db);
	arena_free(&w.a);
	*ret = sum;
	return st;
}
