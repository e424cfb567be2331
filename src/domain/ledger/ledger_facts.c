/* ledger_facts.c - how complete the ledger is, counted from the indexes for today, from the versions for another day. */
#include "domain/ledger/ledger.h"
#include "record/list.h"

static const struct type *ledger(struct request *rq)
{
	return store_type(conn_store(rq->conn), S("ledger"));
}

static struct str day_key(struct request *rq, struct date d)
{
	struct value v = value_of_number(d.days);
	struct str key;

	value_sort_key(rq->a, type_field(ledger(rq)->t, S("reviewed_on")), &v, &key);
	return key;
}

static enum status active_with(struct request *rq, int place, struct str code, int64_t *ret)
{
	return record_count_between(rq, ledger(rq), place, code, code, S("active"), ret);
}

static enum status count_today(struct request *rq, struct date reviewed_since, struct ledger_facts *f)
{
	const struct type *t = ledger(rq);
	int64_t reviewed = 0;

	TRY(record_count(rq, t, S("active"), &f->active));
	TRY(record_count(rq, t, S("adopted"), &f->adopted));
	TRY(record_count(rq, t, S("draft"), &f->drafts));
	TRY(record_count(rq, t, S("review"), &f->in_review));
	TRY(record_count_incomplete(rq, t, S("active"), &f->incomplete));
	TRY(record_count_between(rq, t, ledger_f_reviewed_on, day_key(rq, reviewed_since), day_key(rq, DATE_NEVER), S("active"), &reviewed));
	f->unreviewed = f->active - reviewed;
	TRY(active_with(rq, ledger_f_notice_state, S("missing"), &f->no_notice));
	TRY(active_with(rq, ledger_f_notice_state, S("there"), &f->with_notice));
	TRY(active_with(rq, ledger_f_sensitive, S("yes"), &f->sensitive));
	TRY(active_with(rq, ledger_f_sensitive, S("no"), &f->not_sensitive));
	return active_with(rq, ledger_f_my_number, S("yes"), &f->my_number);
}

struct scan { struct ledger_facts *f; struct date since; };

static enum status count_row(struct request *rq, struct record *r, void *arg)
{
	struct scan *s = arg;
	struct ledger_facts *f = s->f;

	(void)rq;
	f->adopted += str_eq(r->step, S("adopted"));
	f->drafts += str_eq(r->step, S("draft"));
	f->in_review += str_eq(r->step, S("review"));
	if (!str_eq(r->step, S("active")))
		return ST_OK;
	f->active++;
	f->incomplete += record_missing(r, AT_SUBMIT, NULL) > 0;
	f->unreviewed += !r->v[ledger_f_reviewed_on].set || date_cmp(ledger_reviewed_on(r), s->since) < 0;
	f->no_notice += str_eq(ledger_notice_state(r), S("missing"));
	f->with_notice += str_eq(ledger_notice_state(r), S("there"));
	f->sensitive += str_eq(ledger_sensitive(r), S("yes"));
	f->not_sensitive += str_eq(ledger_sensitive(r), S("no"));
	f->my_number += str_eq(ledger_my_number(r), S("yes"));
	return ST_OK;
}

/* Several rules ask for the same tally. */
struct tallied { struct ledger_facts f; struct date since, as_of; };

enum status ledger_tally(struct request *rq, struct date reviewed_since, struct ledger_facts *ret)
{
	static const char key;
	struct list_query q = { .type = ledger(rq), .sort = LIST_SORT_SERIAL };
	struct tallied *t = *request_memo(rq, &key);

	if (!t || t->since.days != reviewed_since.days || t->as_of.days != rq->as_of.days) {
		t = new(rq->a, struct tallied);
		*t = (struct tallied){ .since = reviewed_since, .as_of = rq->as_of };
		struct scan s = { &t->f, reviewed_since };
		TRY(rq->as_of.days == DATE_NEVER.days ? count_today(rq, reviewed_since, &t->f) : record_each(rq, &q, count_row, &s));
		*request_memo(rq, &key) = t;
	}
	*ret = t->f;
	return ST_OK;
}
