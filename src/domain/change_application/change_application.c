/* change_application.c - changes of the ledger, applied from approved values only (W2). */
#include "domain/change_application/change_application.h"
#include "record/access.h"
#include "record/store.h"
#define RECORD     change_application
#define RECORD_DEF "domain/change_application/change_application.def"
#include "record/define.h"

enum { FIELD_NAME, BEFORE, AFTER };

static bool has_kind(const struct record *r, struct str kind)
{
	return value_has_code(change_application_kind(r), kind);
}

/* REQ: LED-07 PUR-03 (J.8.6): a changed purpose needs the person's consent, or the reason why it does not. */
static enum status check(struct request *rq, const struct record *r, const struct move *m)
{
	const struct type *ledger = store_type(conn_store(rq->conn), S("ledger"));
	struct str consent = change_application_consent(r);

	for (const struct row *row = change_application_changes(r)->rows; row; row = row->next) {
		int at = type_place(ledger, row->v[FIELD_NAME].text);
		struct value parsed;
		if (at < 0 || ledger->fields[at].flags & DERIVED)
			problem(&rq->problems, S("changes"), MSG_CHANGE_FIELD, .arg = { row->v[FIELD_NAME].text });
		else if (!value_clears(row->v[AFTER].text))
			IGNORE(value_parse(rq->a, &ledger->fields[at], row->v[AFTER].text, S("changes"), &rq->problems, &parsed));
	}
	if (!m || !(m->demands & AT_SUBMIT))
		return ST_OK;
	if (!change_application_changes(r)->rows && !has_kind(r, S("deletion")))
		problem(&rq->problems, S("changes"), MSG_CHANGE_NOTHING);
	if ((str_eq(consent, S("exception")) || str_eq(consent, S("related"))) && !r->v[change_application_f_consent_why].set)
		problem(&rq->problems, S("consent_why"), MSG_CHANGE_CONSENT_WHY);
	if (has_kind(r, S("purpose")) && str_eq(consent, S("no_purpose")))
		problem(&rq->problems, S("consent"), MSG_CHANGE_PURPOSE_CONSENT);
	return ST_OK;
}

/* What the ledger says now stands beside what it is to say; what the applicant wrote is left as it is. */
static enum status derive(struct request *rq, struct record *r, const struct move *m)
{
	struct record *row;

	if (m || change_application_ledger(r) <= 0)
		return ST_OK;
	enum status st = record_get(rq, change_application_ledger(r), &row);
	if (st == ST_NOT_FOUND)
		return ST_OK;
	TRY(st);
	access_withhold(rq, row);
	for (struct row *c = r->v[change_application_f_changes].rows; c; c = c->next) {
		int at = type_place(row->type, c->v[FIELD_NAME].text);
		if (at < 0 || c->v[BEFORE].set || !row->v[at].set || !access_may(rq, row, MAY_READ))
			continue;
		struct buf b = buf_make(1 << 16);
		value_print(&b, &row->type->fields[at], &row->v[at], rq->lang);
		c->v[BEFORE] = value_of_text(str_dup(rq->a, buf_str(&b)));
		buf_free(&b);
	}
	return ST_OK;
}

static enum status apply(struct request *rq, const struct record *r)
{
	struct record *row;

	TRY(record_get(rq, change_application_ledger(r), &row));
	for (const struct row *c = change_application_changes(r)->rows; c; c = c->next) {
		int at = type_place(row->type, c->v[FIELD_NAME].text);
		if (at < 0)
			return ST_BROKEN;
		if (value_clears(c->v[AFTER].text))
			row->v[at] = (struct value){ .set = false };
		else
			TRY(value_parse(rq->a, &row->type->fields[at], c->v[AFTER].text, S("changes"), &rq->problems, &row->v[at]));
	}
	if (has_kind(r, S("deletion")))
		row->step = S("retired");
	row->holds_from = change_application_effective_on(r);
	return record_write(rq, row, r->serial);
}

static enum status after(struct request *rq, struct record *r, const struct record *before, const struct move *m)
{
	(void)before;
	return m && str_eq(str_z(m->code), S("approve")) ? apply(rq, r) : ST_OK;
}

const struct record_type change_application_type = {
	RECORD_TABLES,
	.name = "change_application", .title = { SLIT("個人情報取扱変更等申請書"), SLIT("Application for change") }, .area = "ledger",
	.title_field = "serial", .department_field = "department", .serial_prefix = "C", .retention_years = 10, .clause = "J.3.1.1",
	.hooks = { .check = check, .derive = derive, .after = after },
};
