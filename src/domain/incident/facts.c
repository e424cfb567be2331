/* facts.c - from the record of an incident, its ledger rows and its exclusions to the facts that are judged. */
#include "domain/incident/exclusion.h"
#include "domain/incident/incident.h"
#include "domain/ledger/ledger.h"
#include "domain/organisation/organisation.h"
#include "record/list.h"
#include "record/store.h"

static enum fact fact_of(struct str code)
{
	return str_eq(code, S("yes")) ? FACT_YES : str_eq(code, S("no")) ? FACT_NO : str_eq(code, S("uncertain")) ? FACT_UNCERTAIN : FACT_UNKNOWN;
}

static bool yes(struct str code)
{
	return str_eq(code, S("yes"));
}

bool incident_has_code(struct str codes, const char *code)
{
	return value_has_code(codes, str_z(code));
}

/* An upper bound: a count that is about so many, or unknown, gives none. */
static int64_t count_of(const struct value *v)
{
	return v->set && v->num2 == COUNT_EXACT ? v->num : -1;
}

static int place_in(struct str code, const char *const *codes, int n)
{
	for (int i = 0; i < n; i++)
		if (str_eq(code, str_z(codes[i])))
			return i + 1;
	return 0;
}

static enum incident_medium medium_of(struct str code)
{
	static const char *const codes[] = { "paper", "electronic", "media", "oral", "other" };

	return (enum incident_medium)place_in(code, codes, COUNT(codes));
}

static enum encryption encryption_of(struct str code)
{
	static const char *const codes[] = { "no", "weak", "high_grade" };

	return (enum encryption)place_in(code, codes, COUNT(codes));
}

/* REQ: INC-27, INC-29 - attack, malware, theft and insiders have a wrongful purpose until somebody shows otherwise. */
static enum incident_wrong wrong_of(struct str cause)
{
	static const char *const acts[] = { "theft", "attack", "malware", "insider" };

	if (place_in(cause, acts, COUNT(acts)))
		return WRONG_ACT;
	if (str_eq(cause, S("wrongful_use")))
		return WRONG_USE;
	return cause.n == 0 || str_eq(cause, S("unknown")) ? WRONG_UNKNOWN : WRONG_NONE;
}

/* ---- the ledger rows ---- */

struct gathered { struct str *items; ptrdiff_t n, cap; };

static void add_items(struct request *rq, struct gathered *g, struct str lines)
{
	struct str name;

	while (lines.n && str_cut(&lines, '\n', &name)) {
		if (!str_trim(name).n)
			continue;
		if (g->n == g->cap) {
			struct str *bigger = new_n(rq->a, struct str, g->cap = MAX(32, g->cap * 2));
			if (g->n)
				memcpy(bigger, g->items, (size_t)g->n * sizeof *bigger);
			g->items = bigger;
		}
		g->items[g->n++] = str_trim(name);
	}
}

static void keep_first(struct str *ret, bool so, struct str name)
{
	if (so && !ret->n)
		*ret = name;
}

/* REQ: INC-25, INC-26, INC-32 - what the ledger says of a row counts, whatever the reporter left out. */
static enum status add_ledger(struct request *rq, const struct record *r, struct incident_facts *f, struct gathered *g)
{
	for (const struct row *row = incident_affected(r)->rows; row; row = row->next) {
		struct record *l;
		if (!row->v[0].num)
			continue;
		TRY(record_get(rq, row->v[0].num, &l));
		if (!str_eq(str_z(l->type->t->name), S("ledger")))
			continue;
		add_items(rq, g, ledger_items(l));
		keep_first(&f->sensitive_row, yes(ledger_sensitive(l)), ledger_name(l));
		keep_first(&f->like_row, yes(ledger_sensitive_like(l)), ledger_name(l));
		keep_first(&f->my_number_row, yes(ledger_my_number(l)), ledger_name(l));
		if (yes(ledger_number_system(l)))
			f->number_system = FACT_YES;
		if (yes(ledger_entrusted(l)))
			f->entrusted = true;
	}
	return ST_OK;
}

enum status incident_facts_of(struct request *rq, const struct record *r, enum sector sector, struct incident_facts *ret)
{
	struct incident_facts f = incident_facts_none();
	struct gathered g = { 0 };

	f.occurred = incident_occurred(r);
	f.known = incident_known(r);
	f.sector = sector;
	f.persons_max = count_of(incident_persons(r));
	f.my_number_persons_max = count_of(incident_my_number_persons(r));
	f.sensitive = fact_of(incident_sensitive(r));
	f.financial = fact_of(incident_financial(r));
	f.improper_purpose = fact_of(incident_improper(r));
	f.my_number = fact_of(incident_my_number(r));
	f.readable_by_unspecified_many = fact_of(incident_readable(r));
	f.number_system = fact_of(incident_number_system(r));
	f.medium = medium_of(incident_medium(r));
	f.encrypted = encryption_of(incident_encrypted(r));
	f.wrong = wrong_of(incident_cause_kind(r));
	f.entrusted = yes(incident_entrusted(r));
	f.recovered_unseen = yes(incident_recovered(r));
	f.copy_exists = yes(incident_copy_exists(r));
	f.leaked = incident_has_code(incident_kinds(r), "leak");
	f.event = incident_title(r);
	f.cause = incident_cause(r);
	f.description = incident_summary(r);
	add_items(rq, &g, incident_items(r));
	TRY(add_ledger(rq, r, &f, &g));
	if (r->version)
		TRY(exclusions_approved(rq, r->id, &f.approved));
	f.items = g.items;
	f.nitems = g.n;
	*ret = f;
	return ST_OK;
}

/* ---- the organisation ---- */

/* REQ: INC-35 - a minister with delegated authority takes the place of the Commission. */
enum status incident_profile_of(struct request *rq, struct incident_profile *ret)
{
	struct record *r;

	*ret = (struct incident_profile){ SECTOR_PRIVATE, false, msg_text(MSG_INC_PPC, JA), msg_text(MSG_INC_REVIEWING_BODY, JA) };
	TRY(organisation_find(rq, &r));
	if (!r)
		return ST_OK;
	ret->sector = str_eq(organisation_sector(r), S("public")) ? SECTOR_PUBLIC : SECTOR_PRIVATE;
	ret->holder = yes(organisation_pmark_holder(r));
	if (organisation_minister(r).n)
		ret->authority = organisation_minister(r);
	if (organisation_reviewing_body(r).n)
		ret->reviewing_body = organisation_reviewing_body(r);
	return ST_OK;
}
