/* moves.c - steps, approvals, and whose turn it is. */
#include "record/access.h"
#include "record/queries.h"
#include "record/seal.h"
#include "record/store_impl.h"
#include "record/trail.h"
#include <assert.h>
#include <stdio.h>

enum { NEEDS_MAX = 32, HOLDERS_MAX = 64 };

/* One approval that the step asks for. */
struct need { enum role role; int order; bool given; };

/* The least approvals of the type, then those of the organisation's own route on this day. */
static enum status needs_of(struct request *rq, const struct type *t, struct str step, struct need *n, int *ret_n)
{
	int count = 0;

	for (int i = 0; i < t->t->napprovals; i++) {
		const struct approval *a = &t->t->approvals[i];
		if (str_eq(step, str_z(a->step)) && count < NEEDS_MAX) {
			n[count++] = (struct need){ a->role, a->order * 100, false };
		}
	}
	if (count) {
		struct db_q *q = db_query(rq->db, &q_routes_of);
		db_text(q, 1, str_z(t->t->name));
		db_int(q, 2, rq->today.days);
		while (db_row(q) && count < NEEDS_MAX) {
			if (!str_eq(step, db_col_text(q, 0)))
				continue;
			enum role role = role_of_bit(db_col_int(q, 1));
			if (role != ROLE_none)
				n[count++] = (struct need){ role, (int)db_col_int(q, 2), false };
		}
		TRY(db_end(q));
	}
	*ret_n = count;
	return ST_OK;
}

/* Marks those given since the record came to this step, and returns the order that is open now; INT32_MAX when none. */
static enum status mark_given(struct request *rq, const struct record *r, int64_t since, struct need *n, int count, int *ret_open)
{
	struct db_q *q = db_query(rq->db, &q_approvals_since);

	db_int(q, 1, r->id);
	db_int(q, 2, since);
	db_text(q, 3, r->step);
	while (db_row(q)) {
		for (int i = 0; i < count; i++) {
			if (!n[i].given && db_col_int(q, 0) == (int64_t)1 << n[i].role) {
				n[i].given = true;
				break;
			}
		}
	}
	TRY(db_end(q));
	*ret_open = INT32_MAX;
	for (int i = 0; i < count; i++)
		if (!n[i].given)
			*ret_open = MIN(*ret_open, n[i].order);
	return ST_OK;
}

/* Who applies: whoever made the record, and whoever sent it on its way to approval. Neither decides (domain.md b, rule 4). */
struct applicants { int64_t creator, sender; };

static bool applies(const struct applicants *a, int64_t staff)
{
	return staff && (staff == a->creator || staff == a->sender);
}

static bool is_sending(const struct record_type *t, struct str code, struct str to)
{
	for (int i = 0; i < t->nmoves; i++) {
		const struct step *from = type_step(t, str_z(t->moves[i].from));
		if (str_eq(code, str_z(t->moves[i].code)) && str_eq(to, str_z(t->moves[i].to)) && from && from->kind == STEP_DRAFT)
			return true;
	}
	return false;
}

static enum status applicants_of(struct request *rq, const struct record *r, struct applicants *ret)
{
	struct db_q *q = db_query(rq->db, &q_version_movers);

	*ret = (struct applicants){ r->type->t->turn_field ? 0 : r->creator, 0 };     /* who asks others to do something applies for nothing */
	db_int(q, 1, r->id);
	db_int(q, 2, r->version);
	while (db_row(q)) {
		if (is_sending(r->type->t, db_col_text(q, 3), db_col_text(q, 2))) {
			ret->sender = db_col_int(q, 1);
			break;
		}
	}
	return db_end(q);
}

/* Who decides for a role: those who hold it, or where only applicants do, those who hold the next higher one. */
static enum role deciding_role(struct request *rq, const struct record *r, const struct applicants *a, enum role role)
{
	int64_t who[HOLDERS_MAX];

	for (; role != ROLE_none; role = role_higher(role)) {
		int n = access_holders(rq, role, r->department, who, HOLDERS_MAX);
		for (int i = 0; i < n; i++)
			if (!applies(a, who[i]))
				return role;
	}
	return ROLE_none;
}

/* Where a record stands at its step: the approvals it asks for, the order that is open now, who applies. */
struct standing { struct need n[NEEDS_MAX]; int count, open; struct applicants a; };

static enum status standing_of(struct request *rq, const struct record *r, int64_t since, struct standing *ret)
{
	ret->a = (struct applicants){ 0, 0 };
	ret->open = INT32_MAX;
	TRY(needs_of(rq, r->type, r->step, ret->n, &ret->count));
	if (!ret->count)
		return ST_OK;
	TRY(applicants_of(rq, r, &ret->a));
	return mark_given(rq, r, since, ret->n, ret->count, &ret->open);
}

/* ---- the organisation's own routes ---- */

enum status route_of(struct request *rq, const struct type *t, struct str step, struct route_line *ret, int max, int *ret_n)
{
	struct need n[NEEDS_MAX];
	int count, least = 0;

	for (int i = 0; i < t->t->napprovals; i++)
		least += str_eq(step, str_z(t->t->approvals[i].step));
	TRY(needs_of(rq, t, step, n, &count));
	*ret_n = MIN(count, max);
	for (int i = 0; i < *ret_n; i++)
		ret[i] = (struct route_line){ n[i].role, n[i].order, i >= least };
	return ST_OK;
}

enum status route_set(struct request *rq, int64_t record, struct str type, struct str step, enum role role, int order,
	struct date from, struct date to)
{
	TRY(route_drop(rq, record));
	struct db_q *q = db_query(rq->db, &q_route_add);
	db_text(q, 1, type);
	db_text(q, 2, step);
	db_int(q, 3, (int64_t)1 << role);
	db_int(q, 4, order);
	db_int(q, 5, from.days);
	db_int(q, 6, to.days);
	db_int(q, 7, record);
	int64_t rows;
	return db_run_counted(q, &rows);
}

enum status route_drop(struct request *rq, int64_t record)
{
	struct db_q *q = db_query(rq->db, &q_route_drop);

	db_int(q, 1, record);
	return db_run(q);
}

/* ---- whose turn ---- */

static enum status add_turn(struct request *rq, const struct record *r, unsigned role, int64_t staff, struct date until)
{
	struct db_value row[] = { db_v_int(r->id), db_v_int(role), db_v_int(r->department), db_v_int(staff), db_v_int(until.days) };

	return db_add(rq->db, &q_turn_add, row, COUNT(row));
}

/* The roles that carry the record on from a step without approvals. */
static unsigned carriers(const struct record_type *t, struct str step)
{
	unsigned by = 0;

	for (int i = 0; i < t->nmoves; i++) {
		const struct move *m = &t->moves[i];
		if (str_eq(step, str_z(m->from)) && !(m->flags & (MOVE_RETURN | MOVE_REJECT | MOVE_WITHDRAW | MOVE_SYSTEM)))
			by |= m->by;
	}
	return by;
}

/* Of these, those who carry a draft further than to its end. */
static unsigned onward(const struct record_type *t, struct str step)
{
	unsigned by = 0;

	for (int i = 0; i < t->nmoves; i++) {
		const struct move *m = &t->moves[i];
		const struct step *to = type_step(t, str_z(m->to));
		if (str_eq(step, str_z(m->from)) && to && to->kind != STEP_END && !(m->flags & MOVE_SYSTEM))
			by |= m->by;
	}
	return by;
}

static bool may_carry(struct request *rq, const struct record *r, unsigned by, int64_t staff)
{
	int64_t who[HOLDERS_MAX];

	if (by == 0 || by == BY_ANYONE)
		return true;
	for (int role = ROLE_none + 1; role < ROLE_MAX; role++) {
		if (by & 1u << role && staff == rq->actor.staff && actor_has_for(rq, (enum role)role, r->department))
			return true;
		int n = by & 1u << role && staff != rq->actor.staff ? access_holders(rq, (enum role)role, r->department, who, HOLDERS_MAX) : 0;
		for (int i = 0; i < n; i++)
			if (who[i] == staff)
				return true;
	}
	return false;
}

/* The role that the record itself names; ROLE_none when it names none. */
static enum role named_role(const struct record *r)
{
	int at = r->type->t->turn_field ? type_place(r->type, str_z(r->type->t->turn_field)) : -1;

	return at >= 0 ? role_of_code(r->v[at].text) : ROLE_none;
}

static struct date due_of(const struct record *r, const struct step *step)
{
	int at = r->type->t->due_field ? type_place(r->type, str_z(r->type->t->due_field)) : -1;

	if (at >= 0 && r->v[at].set && !(step && step->kind == STEP_REVIEW && step->days))
		return value_day(&r->v[at]);     /* an approval has its own days: what it approves may come on the last one */
	return step && step->days ? date_add_days(instant_date_tokyo(r->changed), step->days) : DATE_NEVER;
}

enum status turns_write(struct request *rq, const struct record *r, int64_t since, bool fresh)
{
	const struct step *step = type_step(r->type->t, r->step);
	struct date until = due_of(r, step);
	struct need n[NEEDS_MAX];
	int count, open;

	if (!fresh) {
		struct db_q *q = db_query(rq->db, &q_turn_clear);
		db_int(q, 1, r->id);
		TRY(db_run(q));
	}
	if (!step || step->kind == STEP_END || (step->kind == STEP_FORCE && !step->days))
		return ST_OK;
	TRY(needs_of(rq, r->type, r->step, n, &count));
	if (count) {
		struct applicants a;
		TRY(mark_given(rq, r, since, n, count, &open));
		TRY(applicants_of(rq, r, &a));
		for (int i = 0; i < count; i++) {
			if (n[i].given || n[i].order != open)
				continue;
			enum role role = deciding_role(rq, r, &a, n[i].role);
			TRY(add_turn(rq, r, 1u << (role ? role : n[i].role), 0, until));
		}
		return ST_OK;
	}
	if (step->kind == STEP_DRAFT && named_role(r) != ROLE_none)
		return add_turn(rq, r, 1u << named_role(r), 0, until);
	unsigned by = carriers(r->type->t, r->step);
	if (step->kind == STEP_DRAFT && r->creator) {
		TRY(add_turn(rq, r, 0, r->creator, until));
		by = onward(r->type->t, r->step);
		if (may_carry(rq, r, by, r->creator))
			return ST_OK;                    /* else those who can, too: one fills it in, the other sends it on */
	}
	for (int role = ROLE_none + 1; role < ROLE_MAX; role++)
		if (by & 1u << role && by != BY_ANYONE)
			TRY(add_turn(rq, r, 1u << role, 0, until));
	return ST_OK;
}

enum status record_turns(struct request *rq, const struct record *r, struct turn **ret)
{
	struct turn **end = ret;
	struct db_q *q = db_query(rq->db, &q_turns_of);

	*ret = NULL;
	db_int(q, 1, r->id);
	while (db_row(q)) {
		struct turn *t = new(rq->a, struct turn);
		t->role = role_of_bit(db_col_int(q, 0));
		t->department = db_col_int(q, 1);
		t->staff = db_col_int(q, 2);
		t->until.days = (int32_t)db_col_int(q, 3);
		*end = t;
		end = &t->next;
	}
	TRY(db_end(q));
	struct applicants a;
	struct need n[NEEDS_MAX];
	int count;
	TRY(needs_of(rq, r->type, r->step, n, &count));
	TRY(applicants_of(rq, r, &a));
	for (struct turn *t = *ret; t; t = t->next)
		t->mine = rq->actor.staff && (t->staff == rq->actor.staff
			|| (t->role && !(count && applies(&a, rq->actor.staff)) && actor_has_for(rq, t->role, t->department)));
	return ST_OK;
}

/* What binds a note to its approval: what it is, and the role that was asked for. */
/* Who approved, with the notes still sealed. */
struct sealed_approval { struct approved a; int64_t version, role, type; struct sealed_approval *next; };

static enum status open_approval(struct request *rq, int64_t id, struct sealed_approval *s)
{
	const struct type *t = store_type_by_code(conn_store(rq->conn), s->type);

	if (!t)
		return ST_BROKEN;
	TRY(note_open(rq, t, id, s->version, note_name(rq, "comment", s->role), s->a.comment, &s->a.comment));
	return note_open(rq, t, id, s->version, note_name(rq, "signer", s->role), s->a.signer, &s->a.signer);
}

enum status record_approvals(struct request *rq, int64_t id, struct approved **ret)
{
	struct sealed_approval *all = NULL, **last = &all;
	struct approved **end = ret;
	struct db_q *q = db_query(rq->db, &q_approvals_of);

	*ret = NULL;
	db_int(q, 1, id);
	while (db_row(q)) {
		struct sealed_approval *sealed = new(rq->a, struct sealed_approval);
		struct approved *a = &sealed->a;
		a->role = role_of_bit(db_col_int(q, 0));
		a->staff = db_col_int(q, 1);
		a->at.us = db_col_int(q, 2);
		a->step = str_dup(rq->a, db_col_text(q, 3));
		a->comment = str_dup(rq->a, db_col_text(q, 4));
		a->signer = str_dup(rq->a, db_col_text(q, 5));
		a->paper_on.days = (int32_t)db_col_int(q, 6);
		sealed->version = db_col_int(q, 7);
		sealed->role = db_col_int(q, 8);
		sealed->type = db_col_int(q, 9);
		a->paper = db_col_int(q, 10);
		*last = sealed;
		last = &sealed->next;
	}
	TRY(db_end(q));
	for (; all; all = all->next) {
		TRY(open_approval(rq, id, all));
		*end = &all->a;
		end = &all->a.next;
	}
	return ST_OK;
}

/* ---- moving ---- */

static enum status refuse(struct request *rq, const struct record *r, enum status st, enum msg_id why, const struct move *m)
{
	problem(&rq->problems, S(""), why);
	trail_refuse(rq, TRAIL_REFUSE, r->type, r->id, m ? str_z(m->code) : S(""));
	return st;
}

/* Which open approval may the actor give? -1 and the reason when none. */
static int open_need(struct request *rq, const struct record *r, const struct standing *s, enum role *ret_as, enum msg_id *ret_why)
{
	bool nobody = false, own = applies(&s->a, rq->actor.staff);

	*ret_why = MSG_REC_NOT_YOURS;
	for (int i = 0; i < s->count; i++) {
		if (s->n[i].given || s->n[i].order != s->open)
			continue;
		enum role role = deciding_role(rq, r, &s->a, s->n[i].role);
		nobody |= role == ROLE_none;
		if (own && actor_has_for(rq, s->n[i].role, r->department))
			*ret_why = MSG_REC_OWN_CASE;
		if (role != ROLE_none && rq->actor.staff && !own && actor_has_for(rq, role, r->department)) {
			*ret_as = role;
			return i;
		}
	}
	if (nobody)
		*ret_why = MSG_REC_NOBODY;
	return -1;
}

/* May the actor make this move, apart from approvals and what the fields lack? */
static bool may_make(struct request *rq, const struct record *r, const struct standing *s, const struct move *m)
{
	enum role as;
	enum msg_id why;

	/* Whoever decides may say no, too: also the next higher role, and one that the organisation added. Who applies does not. */
	if (s->count && m->flags & (MOVE_RETURN | MOVE_REJECT)) {
		if (open_need(rq, r, s, &as, &why) >= 0)
			return true;
		if (applies(&s->a, rq->actor.staff))
			return false;
	}
	if (m->flags & MOVE_SYSTEM)
		return rq->actor.system;
	if (m->flags & MOVE_WITHDRAW && rq->actor.staff && rq->actor.staff == r->creator)
		return true;
	if (m->by == BY_ANYONE)
		return access_may(rq, r, MAY_EDIT);
	for (int role = ROLE_none + 1; role < ROLE_MAX; role++)
		if (m->by & 1u << role && actor_has_for(rq, (enum role)role, r->department))
			return true;
	return false;
}

/* A decision on paper is entered by whoever may edit the record or make the move. */
static bool may_enter_paper(struct request *rq, const struct record *r, const struct standing *s, const struct move *m)
{
	return m->flags & MOVE_PAPER && (access_may(rq, r, MAY_EDIT) || may_make(rq, r, s, m));
}

static enum status check_paper(struct request *rq, const struct record *r, const struct standing *s, const struct move *m,
	const struct paper *paper)
{
	if (!(m->flags & MOVE_PAPER))
		return refuse(rq, r, ST_NO, MSG_REC_NO_PAPER, m);
	if (!may_enter_paper(rq, r, s, m))
		return refuse(rq, r, ST_DENIED, MSG_REC_NOT_YOURS, m);
	if (!paper->signer.n || paper->on.days == DATE_NEVER.days)
		problem(&rq->problems, S("paper_signer"), MSG_REC_PAPER_SIGNER);
	else if (date_cmp(paper->on, rq->today) > 0)
		problem(&rq->problems, S("paper_on"), MSG_REC_PAPER_FUTURE);
	if (!paper->file)
		problem(&rq->problems, S("paper_file"), MSG_REC_PAPER_FILE);
	return rq->problems.n ? ST_BAD_INPUT : ST_OK;
}

static enum status add_approval(struct request *rq, const struct record *r, enum role asked, enum role as, struct str comment,
	const struct paper *paper)
{
	struct str note, signer;

	TRY(note_seal(rq, r, note_name(rq, "comment", (int64_t)1 << asked), comment, &note));
	TRY(note_seal(rq, r, note_name(rq, "signer", (int64_t)1 << asked), paper ? paper->signer : S(""), &signer));
	struct db_q *q = db_query(rq->db, &q_approval_add);
	db_int(q, 1, r->id);
	db_int(q, 2, r->version);
	db_text(q, 3, r->step);
	db_int(q, 4, (int64_t)1 << asked);
	db_int(q, 5, (int64_t)1 << as);
	db_int(q, 6, rq->actor.staff);
	db_int(q, 7, rq->now.us);
	db_text(q, 8, note);
	db_text(q, 9, signer);
	db_int(q, 10, paper ? paper->on.days : DATE_NEVER.days);
	db_int(q, 11, paper ? paper->file : 0);
	int64_t rows;
	return db_run_counted(q, &rows);
}

/* A move that is no approval of several leaves its paper beside the record all the same, under the (highest)
 * role that may make it. */
static enum status keep_paper(struct request *rq, const struct record *r, const struct move *m, struct str comment, const struct paper *paper)
{
	enum role by = ROLE_none;

	for (int role = ROLE_none + 1; role < ROLE_MAX && m->by != BY_ANYONE; role++)
		if (m->by & 1u << role && (by == ROLE_none || role_higher(by) == (enum role)role))
			by = (enum role)role;
	return add_approval(rq, r, by, by, comment, paper);
}

/* Gives one approval; *ret_done when the step's approvals are complete. */
static enum status approve(struct request *rq, const struct record *r, struct standing *s, const struct move *m, struct str comment,
	const struct paper *paper, bool *ret_done)
{
	enum role as = ROLE_none;
	enum msg_id why;
	int at = -1;

	if (s->open == INT32_MAX)
		return refuse(rq, r, ST_NO, MSG_REC_ALREADY, m);
	if (paper) {
		for (int i = s->count - 1; i >= 0; i--)
			if (!s->n[i].given && s->n[i].order == s->open)
				at = i;
		as = s->n[at].role;
	} else {
		at = open_need(rq, r, s, &as, &why);
		if (at < 0)
			return refuse(rq, r, why == MSG_REC_NOT_YOURS ? ST_DENIED : ST_NO, why, m);
	}
	enum status st = add_approval(rq, r, s->n[at].role, as, comment, paper);
	if (st == ST_CONFLICT)
		return refuse(rq, r, ST_NO, MSG_REC_ALREADY, m);
	TRY(st);
	trail_add(rq, TRAIL_APPROVE, r->type, r->id, r->version, str_z(role_code(as)));
	s->n[at].given = true;
	*ret_done = true;
	for (int i = 0; i < s->count; i++)
		*ret_done &= s->n[i].given;
	return ST_OK;
}

static const struct move *find_move(const struct record *r, struct str code)
{
	return type_move(r->type->t, code, r->step);
}

enum status record_move(struct request *rq, struct record *r, struct str code, struct str comment, const struct paper *paper)
{
	const struct move *m;
	struct record *before;
	struct standing stands;
	int64_t since = 1;
	int missing[256];

	TRY(record_fetch(rq, r->id, &before, &since));
	if (before->version != r->version) {
		problem(&rq->problems, S(""), MSG_REC_STALE);
		return ST_CONFLICT;
	}
	m = find_move(before, code);
	if (!m)
		return refuse(rq, before, ST_NO, MSG_REC_NOT_HERE, NULL);
	TRY(standing_of(rq, before, since, &stands));
	if (paper)
		TRY(check_paper(rq, before, &stands, m, paper));
	else if (!(m->flags & MOVE_APPROVE) && !may_make(rq, before, &stands, m))
		return refuse(rq, before, ST_DENIED, MSG_REC_NOT_YOURS, m);
	if (m->flags & (MOVE_RETURN | MOVE_REJECT | MOVE_REASON) && !str_trim(comment).n) {
		problem(&rq->problems, S("comment"), MSG_REC_REASON);
		return ST_BAD_INPUT;
	}
	assert(r->type->nfields <= (int)COUNT(missing));
	int n = m->demands ? record_missing(before, m->demands, missing) : 0;
	for (int i = 0; i < n; i++)
		problem(&rq->problems, str_z(r->type->fields[missing[i]].name), MSG_REC_REQUIRED);
	if (n)
		return ST_BAD_INPUT;
	if (r->type->t->hooks.may_move)
		TRY(r->type->t->hooks.may_move(rq, before, m, comment));
	bool done = true;
	if (m->flags & MOVE_APPROVE)
		TRY(approve(rq, before, &stands, m, comment, paper, &done));
	else if (paper)
		TRY(keep_paper(rq, before, m, comment, paper));
	if (!done) {
		TRY(turns_write(rq, before, since, false));
		*r = *before;
		return ST_OK;
	}
	struct record *next = new(rq->a, struct record);
	*next = *before;
	next->v = new_n(rq->a, struct value, before->type->nfields);
	memcpy(next->v, before->v, (size_t)before->type->nfields * sizeof *next->v);
	next->step = str_z(m->to);
	int stamp = m->stamps ? type_place(r->type, str_z(m->stamps)) : -1;
	if (stamp >= 0)
		next->v[stamp] = value_of_date(rq->today);
	TRY(record_put(rq, next, before, m, comment, true));
	*r = *next;
	return ST_OK;
}

static enum status standing_now(struct request *rq, const struct record *r, struct standing *ret)
{
	struct record *now;
	int64_t since = 1;

	TRY(record_fetch(rq, r->id, &now, &since));
	return standing_of(rq, r, since, ret);
}

int record_paper_moves(struct request *rq, const struct record *r, const struct move **ret, int max)
{
	struct standing s;
	bool any = false;
	int n = 0;

	for (int i = 0; i < r->type->t->nmoves; i++)
		any |= r->type->t->moves[i].flags & MOVE_PAPER && str_eq(r->step, str_z(r->type->t->moves[i].from));
	if (!any || standing_now(rq, r, &s) != ST_OK)
		return 0;
	for (int i = 0; i < r->type->t->nmoves && n < max; i++) {
		const struct move *m = &r->type->t->moves[i];
		if (str_eq(r->step, str_z(m->from)) && may_enter_paper(rq, r, &s, m))
			ret[n++] = m;
	}
	return n;
}

int record_moves(struct request *rq, const struct record *r, const struct move **ret, int max)
{
	struct standing s;
	enum role as;
	enum msg_id why;
	int n = 0;

	if (standing_now(rq, r, &s) != ST_OK)
		return 0;
	for (int i = 0; i < r->type->t->nmoves && n < max; i++) {
		const struct move *m = &r->type->t->moves[i];
		if (!str_eq(r->step, str_z(m->from)))
			continue;
		if (m->flags & MOVE_APPROVE ? open_need(rq, r, &s, &as, &why) >= 0 : may_make(rq, r, &s, m))
			ret[n++] = m;
	}
	return n;
}
