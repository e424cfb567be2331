/* conformity.c - walks the clauses; each rule is a plain function over records. A clause without a rule is not recorded. */
#include "domain/conformity/conformity.h"
#include "domain/conformity/rules.h"
#include "domain/appointment/appointment.h"
#include "domain/authorised_organisation/authorised_organisation.h"
#include "domain/ledger/ledger.h"
#include "domain/norm/norm.h"
#include "domain/organisation/organisation.h"
#include "record/list.h"
#include <stdio.h>

static const struct { const char *code; enum msg_id label; } verdicts[VERDICT_MAX] = {
	[VERDICT_CONFORMS]      = { "conforms",      MSG_VERDICT_CONFORMS },
	[VERDICT_PARTIAL]       = { "partial",       MSG_VERDICT_PARTIAL },
	[VERDICT_NONCONFORMITY] = { "nonconformity", MSG_VERDICT_NONCONFORMITY },
	[VERDICT_UNDECIDED]     = { "undecided",     MSG_VERDICT_UNDECIDED },
	[VERDICT_NOT_RECORDED]  = { "not_recorded",  MSG_VERDICT_NOT_RECORDED },
};

const char *verdict_code(enum verdict v)
{
	return verdicts[v].code;
}

struct str verdict_label(enum verdict v, enum lang lang)
{
	return msg_text(verdicts[v].label, lang);
}

const char *level_code(enum level l)
{
	return l == LEVEL_LAW ? "LAW" : l == LEVEL_JIS ? "JIS" : "PrivacyMark";
}

/* ---- saying it ---- */

static struct str say(struct request *rq, enum msg_id id, int64_t a, int64_t b)
{
	char ta[24], tb[24];
	struct str args[] = { { ta, snprintf(ta, sizeof ta, "%lld", (long long)a) }, { tb, snprintf(tb, sizeof tb, "%lld", (long long)b) } };
	struct buf out = buf_make(4096);

	msg_add(&out, rq->lang, id, args, 2);
	struct str s = str_dup(rq->a, buf_str(&out));
	buf_free(&out);
	return s;
}

void conformity_decide(struct request *rq, struct judgement *j, enum verdict v, enum msg_id reason, int64_t n, enum msg_id remedy)
{
	j->verdict = v;
	j->reason = say(rq, reason, n, 0);
	j->remedy = remedy ? say(rq, remedy, n, 0) : S("");
}

void conformity_cite(struct request *rq, struct judgement *j, const char *type, int64_t record, int64_t count)
{
	struct evidence *e = new(rq->a, struct evidence), **end = &j->evidence;
	const struct type *t = store_type(conn_store(rq->conn), str_z(type));

	while (*end)
		end = &(*end)->next;
	*e = (struct evidence){ .type = type, .record = record, .count = count,
		.text = record ? record_title_of(rq, record) : t ? t->t->title[rq->lang] : S("") };
	*end = e;
}

/* ---- facts ---- */

struct date conformity_day(const struct request *rq)
{
	return rq->as_of.days == DATE_NEVER.days ? rq->today : rq->as_of;
}

enum { HOLDERS = 16 };
struct holders { struct date on; int64_t staff[ROLE_MAX][HOLDERS], record[ROLE_MAX][HOLDERS]; int n[ROLE_MAX]; };

static enum status collect_holder(struct request *rq, struct record *r, void *arg)
{
	struct holders *h = arg;
	enum role role = role_of_code(appointment_role(r));

	(void)rq;
	if (!str_eq(r->step, S("active")) || date_cmp(r->holds_from, h->on) > 0 || date_cmp(r->holds_to, h->on) < 0 || h->n[role] == HOLDERS)
		return ST_OK;
	h->record[role][h->n[role]] = r->id;
	h->staff[role][h->n[role]++] = appointment_staff(r);
	return ST_OK;
}

static enum status holders_of(struct request *rq, struct holders *ret)
{
	struct list_query q = { .type = store_type(conn_store(rq->conn), S("appointment")), .sort = LIST_SORT_CHANGED, .step = S("*") };

	*ret = (struct holders){ .on = conformity_day(rq) };
	return record_each(rq, &q, collect_holder, ret);
}

/* ---- rules ---- */

struct norms { int64_t all, checked; struct date since; struct linked bodies; uint64_t covered; };

static enum status count_norm(struct request *rq, struct record *r, void *arg)
{
	struct norms *n = arg;

	(void)rq;
	n->all++;
	n->checked += r->v[norm_f_checked_on].set && date_cmp(norm_checked_on(r), n->since) >= 0;
	for (int i = 0; i < n->bodies.n; i++)
		if (norm_body(r) == n->bodies.r[i]->id)
			n->covered |= UINT64_C(1) << i;
	return ST_OK;
}

/* REQ: CTX-05 CTX-07 ORG-03 (J.1.3): a list of norms, each checked since the last July, the guidelines of authorised organisations among them. */
static enum status judge_norms(struct request *rq, struct judgement *j)
{
	struct list_query q = { .type = store_type(conn_store(rq->conn), S("norm")), .sort = LIST_SORT_CHANGED };
	struct norms n = { .since = ledger_review_since(rq) };

	TRY(authorised_organisations_on(rq, conformity_day(rq), &n.bodies));
	TRY(record_each(rq, &q, count_norm, &n));
	int lacking = n.bodies.n - __builtin_popcountll(n.covered);
	j->where = "norm";
	if (!n.all)
		return conformity_decide(rq, j, VERDICT_NOT_RECORDED, MSG_CONF_NO_NORMS, 0, MSG_CONF_DO_NORMS), ST_OK;
	conformity_cite(rq, j, "norm", 0, n.all);
	if (n.checked < n.all)
		conformity_decide(rq, j, VERDICT_PARTIAL, MSG_CONF_NORMS_UNCHECKED, n.all - n.checked, MSG_CONF_DO_NORMS_CHECK);
	else if (lacking)
		conformity_decide(rq, j, VERDICT_PARTIAL, MSG_CONF_NORMS_BODY, lacking, MSG_CONF_DO_NORMS_BODY);
	else
		conformity_decide(rq, j, VERDICT_CONFORMS, MSG_CONF_NORMS_OK, n.all, MSG_NONE);
	return ST_OK;
}

/* REQ: CTX-08 (J.1.4): the scope is written down; for the mark it is the whole organisation. */
static enum status judge_scope(struct request *rq, struct judgement *j)
{
	struct record *o;

	TRY(organisation_find(rq, &o));
	j->where = "organisation";
	if (!o || !o->v[organisation_f_scope].set)
		return conformity_decide(rq, j, VERDICT_NOT_RECORDED, MSG_CONF_NO_SCOPE, 0, MSG_CONF_DO_SCOPE), ST_OK;
	conformity_cite(rq, j, "organisation", o->id, 0);
	conformity_decide(rq, j, VERDICT_CONFORMS, MSG_CONF_SCOPE_OK, 0, MSG_NONE);
	return ST_OK;
}

/* REQ: LDR-08 (J.2.2): whether the text says all eight points is for a person to judge; that it is there, dated, is not. */
static enum status judge_policy(struct request *rq, struct judgement *j)
{
	struct record *o;

	TRY(organisation_find(rq, &o));
	j->where = "organisation";
	if (!o || !o->v[organisation_f_policy].set)
		return conformity_decide(rq, j, VERDICT_NOT_RECORDED, MSG_CONF_NO_POLICY, 0, MSG_CONF_DO_POLICY), ST_OK;
	conformity_cite(rq, j, "organisation", o->id, 0);
	if (!o->v[organisation_f_policy_made].set || !o->v[organisation_f_representative].set || !o->v[organisation_f_desk].set)
		conformity_decide(rq, j, VERDICT_PARTIAL, MSG_CONF_POLICY_PARTS, 0, MSG_CONF_DO_POLICY);
	else
		conformity_decide(rq, j, VERDICT_UNDECIDED, MSG_CONF_POLICY_READ, 0, MSG_NONE);
	return ST_OK;
}

/* REQ: LDR-10 LDR-12 (J.2.3.1): the fixed roles are held by somebody on the day. */
static enum status judge_roles(struct request *rq, struct judgement *j)
{
	static const enum role needed[] = { ROLE_top_management, ROLE_privacy_manager, ROLE_audit_chief, ROLE_desk_chief, ROLE_system_manager };
	struct holders h;
	int missing = 0;

	TRY(holders_of(rq, &h));
	j->where = "appointment";
	for (ptrdiff_t i = 0; i < COUNT(needed); i++) {
		missing += !h.n[needed[i]];
		for (int k = 0; k < h.n[needed[i]]; k++)
			conformity_cite(rq, j, "appointment", h.record[needed[i]][k], 0);
	}
	if (missing == (int)COUNT(needed))
		conformity_decide(rq, j, VERDICT_NOT_RECORDED, MSG_CONF_NO_ROLES, 0, MSG_CONF_DO_ROLES);
	else if (missing)
		conformity_decide(rq, j, VERDICT_PARTIAL, MSG_CONF_ROLES_MISSING, missing, MSG_CONF_DO_ROLES);
	else
		conformity_decide(rq, j, VERDICT_CONFORMS, MSG_CONF_ROLES_OK, COUNT(needed), MSG_NONE);
	return ST_OK;
}

/* REQ: LDR-13 LDR-15 LDR-16 (J.2.3.2): manager and audit chief, two different people of the organisation. */
static enum status judge_two_people(struct request *rq, struct judgement *j)
{
	struct holders h;
	int m = ROLE_privacy_manager, a = ROLE_audit_chief;
	bool same = false;

	TRY(holders_of(rq, &h));
	j->where = "appointment";
	for (int i = 0; i < h.n[m]; i++) {
		conformity_cite(rq, j, "appointment", h.record[m][i], 0);
		for (int k = 0; k < h.n[a]; k++)
			same |= h.staff[m][i] == h.staff[a][k];
	}
	for (int k = 0; k < h.n[a]; k++)
		conformity_cite(rq, j, "appointment", h.record[a][k], 0);
	if (!h.n[m] && !h.n[a])
		conformity_decide(rq, j, VERDICT_NOT_RECORDED, MSG_CONF_NO_TWO, 0, MSG_CONF_DO_TWO);
	else if (same)
		conformity_decide(rq, j, VERDICT_NONCONFORMITY, MSG_CONF_TWO_SAME, 0, MSG_CONF_DO_TWO);
	else if (!h.n[m] || !h.n[a])
		conformity_decide(rq, j, VERDICT_PARTIAL, MSG_CONF_TWO_ONE, 0, MSG_CONF_DO_TWO);
	else
		conformity_decide(rq, j, VERDICT_CONFORMS, MSG_CONF_TWO_OK, 0, MSG_NONE);
	return ST_OK;
}

/* REQ: LED-02 LED-03 LED-05 LED-08 (J.3.1.1): the ledger is there, complete, approved and reviewed each year. */
static enum status judge_ledger(struct request *rq, struct judgement *j)
{
	struct ledger_facts f;

	TRY(ledger_tally(rq, ledger_review_since(rq), &f));
	j->where = "ledger";
	if (!f.active && !f.adopted && !f.drafts && !f.in_review)
		return conformity_decide(rq, j, VERDICT_NOT_RECORDED, MSG_CONF_NO_LEDGER, 0, MSG_CONF_DO_LEDGER), ST_OK;
	conformity_cite(rq, j, "ledger", 0, f.active + f.adopted + f.drafts + f.in_review);
	if (!f.active) {
		conformity_decide(rq, j, VERDICT_PARTIAL, MSG_CONF_LEDGER_UNAPPROVED, f.adopted + f.drafts + f.in_review, MSG_CONF_DO_LEDGER_APPROVE);
	} else if (f.incomplete) {
		j->look = S("?step=active&incomplete=1");
		conformity_decide(rq, j, VERDICT_PARTIAL, MSG_CONF_LEDGER_INCOMPLETE, f.incomplete, MSG_CONF_DO_LEDGER_COMPLETE);
	} else if (f.adopted) {
		j->look = S("?step=adopted");
		conformity_decide(rq, j, VERDICT_PARTIAL, MSG_CONF_LEDGER_ADOPTED, f.adopted, MSG_CONF_DO_LEDGER_APPROVE);
	} else if (f.unreviewed) {
		j->look = S("?step=active&sort=reviewed_on&dir=asc");
		conformity_decide(rq, j, VERDICT_PARTIAL, MSG_CONF_LEDGER_UNREVIEWED, f.unreviewed, MSG_CONF_DO_LEDGER_REVIEW);
	} else {
		conformity_decide(rq, j, VERDICT_CONFORMS, MSG_CONF_LEDGER_OK, f.active, MSG_NONE);
	}
	return ST_OK;
}

/* What the rules on the rows in force begin with: their tally, cited; without any row the verdict is given already. */
static enum status rows_in_force(struct request *rq, struct judgement *j, struct ledger_facts *f)
{
	TRY(ledger_tally(rq, ledger_review_since(rq), f));
	j->where = "ledger";
	if (f->active)
		conformity_cite(rq, j, "ledger", 0, f->active);
	else
		conformity_decide(rq, j, VERDICT_NOT_RECORDED, MSG_CONF_NO_LEDGER, 0, MSG_CONF_DO_LEDGER);
	return ST_OK;
}

/* REQ: PUR-01 REC-03 (J.8.1): each row in force states its purpose. Whether it is exact enough, a person judges. */
static enum status judge_purpose(struct request *rq, struct judgement *j)
{
	struct ledger_facts f;

	TRY(rows_in_force(rq, j, &f));
	if (!f.active)
		return ST_OK;
	if (f.incomplete) {
		j->look = S("?step=active&incomplete=1");
		conformity_decide(rq, j, VERDICT_PARTIAL, MSG_CONF_LEDGER_INCOMPLETE, f.incomplete, MSG_CONF_DO_LEDGER_COMPLETE);
	} else {
		conformity_decide(rq, j, VERDICT_UNDECIDED, MSG_CONF_PURPOSE_READ, f.active, MSG_NONE);
	}
	return ST_OK;
}

/* REQ: SEN-01 (J.8.3): which rows are sensitive is known; the consents themselves come with the consent records. */
static enum status judge_sensitive(struct request *rq, struct judgement *j)
{
	struct ledger_facts f;

	TRY(rows_in_force(rq, j, &f));
	if (!f.active)
		return ST_OK;
	if (f.sensitive + f.not_sensitive < f.active)
		conformity_decide(rq, j, VERDICT_PARTIAL, MSG_CONF_SENSITIVE_OPEN, f.active - f.sensitive - f.not_sensitive, MSG_CONF_DO_SENSITIVE);
	else if (f.sensitive)
		conformity_decide(rq, j, VERDICT_UNDECIDED, MSG_CONF_SENSITIVE_CONSENT, f.sensitive, MSG_NONE);
	else
		conformity_decide(rq, j, VERDICT_CONFORMS, MSG_CONF_SENSITIVE_NONE, f.active, MSG_NONE);
	return ST_OK;
}

/* REQ: CNS-01 (J.8.5): what is taken directly in writing has the text that is shown to the person. */
static enum status judge_notice(struct request *rq, struct judgement *j)
{
	struct ledger_facts f;

	TRY(rows_in_force(rq, j, &f));
	if (!f.active)
		return ST_OK;
	if (f.no_notice) {
		j->look = S("?step=active&f.notice_state=missing");
		conformity_decide(rq, j, f.with_notice ? VERDICT_PARTIAL : VERDICT_NONCONFORMITY, MSG_CONF_NOTICE_MISSING, f.no_notice, MSG_CONF_DO_NOTICE);
	} else if (f.with_notice) {
		conformity_decide(rq, j, VERDICT_UNDECIDED, MSG_CONF_NOTICE_READ, f.with_notice, MSG_NONE);
	} else {
		conformity_decide(rq, j, VERDICT_CONFORMS, MSG_CONF_NOTICE_NONE, f.active, MSG_NONE);
	}
	return ST_OK;
}

static const struct rule { struct str clause; enum status (*judge)(struct request *rq, struct judgement *j); } rules[] = {
	{ SLIT("J.1.3"),   judge_norms },
	{ SLIT("J.1.4"),   judge_scope },
	{ SLIT("J.2.2"),   judge_policy },
	{ SLIT("J.2.3.1"), judge_roles },
	{ SLIT("J.2.3.2"), judge_two_people },
	{ SLIT("J.3.1.1"), judge_ledger },
	{ SLIT("J.4.4.1"), conformity_communication },
	{ SLIT("J.4.4.2"), conformity_emergencies },
	{ SLIT("J.7.1"),   conformity_corrective_action },
	{ SLIT("J.8.1"),   judge_purpose },
	{ SLIT("J.8.3"),   judge_sensitive },
	{ SLIT("J.8.5"),   judge_notice },
	{ SLIT("J.9.4"),   conformity_contractors },
};

/* ---- all of them ---- */

static enum status judge_clause(struct request *rq, const struct clause *c, struct judgement *j)
{
	j->clause = c;
	for (ptrdiff_t i = 0; i < COUNT(rules); i++)
		if (str_eq(rules[i].clause, c->id))
			return rules[i].judge(rq, j);
	conformity_decide(rq, j, VERDICT_NOT_RECORDED, MSG_CONF_NOTHING, 0, MSG_CONF_DO_RECORD);
	return ST_OK;
}

enum status conformity_judge(struct request *rq, struct judgement **ret)
{
	static const enum level levels[] = { LEVEL_LAW, LEVEL_JIS, LEVEL_MARK };
	struct judgement **end = ret;
	struct actor actor = rq->actor;
	enum status st = ST_OK;

	*ret = NULL;
	rq->actor = (struct actor){ .system = true, .name = S("") };     /* the state is what it is, whoever looks */
	for (int i = 0; i < nclauses && st == ST_OK; i++) {
		struct judgement j = { 0 };
		st = judge_clause(rq, &clauses[i], &j);
		for (ptrdiff_t k = 0; k < COUNT(levels) && st == ST_OK; k++) {
			if (!(clauses[i].levels & (unsigned)levels[k]))
				continue;
			struct judgement *one = new(rq->a, struct judgement);
			*one = j;
			one->level = levels[k];
			*end = one;
			end = &one->next;
		}
	}
	rq->actor = actor;
	return st;
}
