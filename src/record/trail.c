/* trail.c - the audit entries of a request, from the act to the chain. */
#include "record/trail.h"
#include "record/store_impl.h"

struct trail { struct audit_entry *e; bool *keep; ptrdiff_t n, cap; };

void trail_reset(struct request *rq)
{
	rq->trail = NULL;
}

static struct audit_entry *add(struct request *rq, bool keep, struct str action, const struct type *t, int64_t record,
	int64_t version, struct str detail)
{
	struct trail *x = rq->trail ? rq->trail : (rq->trail = new(rq->a, struct trail));

	if (x->n == x->cap) {
		ptrdiff_t cap = MAX(8, x->cap * 2);
		struct audit_entry *e = new_n(rq->a, struct audit_entry, cap);
		bool *k = new_n(rq->a, bool, cap);
		if (x->n) {
			memcpy(e, x->e, (size_t)x->n * sizeof *e);
			memcpy(k, x->keep, (size_t)x->n * sizeof *k);
		}
		*x = (struct trail){ e, k, x->n, cap };
	}
	x->keep[x->n] = keep;
	x->e[x->n] = (struct audit_entry){
		.at = rq->now, .actor = rq->actor.account, .staff = rq->actor.staff, .session = rq->actor.session,
		.address = rq->address, .action = action, .type = t ? str_z(t->t->name) : S(""), .record = record,
		.version = version, .detail = detail,
	};
	return &x->e[x->n++];
}

struct audit_entry *trail_add(struct request *rq, struct str action, const struct type *t, int64_t record, int64_t version,
	struct str detail)
{
	return add(rq, false, action, t, record, version, detail);
}

struct audit_entry *trail_refuse(struct request *rq, struct str action, const struct type *t, int64_t record, struct str detail)
{
	return add(rq, true, action, t, record, 0, detail);
}

enum status trail_write(struct request *rq)
{
	for (ptrdiff_t i = 0; rq->trail && i < rq->trail->n; i++)
		TRY(audit_append(rq->conn->lane, &rq->trail->e[i]));
	return ST_OK;
}

ptrdiff_t trail_after(struct request *rq, bool only_refusals, const struct audit_entry **ret)
{
	struct trail *x = rq->trail;
	ptrdiff_t n = 0;

	for (ptrdiff_t i = 0; x && i < x->n; i++)
		if (x->keep[i] || !only_refusals)
			x->e[n++] = x->e[i];
	*ret = x ? x->e : NULL;
	return n;
}
