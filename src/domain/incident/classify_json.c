/* classify_json.c - facts and verdict of an incident as JSON. */
#include "domain/incident/classify_json.h"
#include "base/calendar.h"

struct reading { struct arena *a; struct str at; struct problems *ps; enum status status; };

static void wrong(struct reading *r, const char *member, enum msg_id msg, struct str arg)
{
	struct buf b = buf_make(4096);

	buf_add(&b, r->at);
	buf_add(&b, str_z(member));
	problem(r->ps, str_dup(r->a, buf_str(&b)), msg, .arg = { arg });
	buf_free(&b);
	r->status = ST_BAD_INPUT;
}

/* The member, or NULL when it is absent or null. */
static const struct js *given(const struct js *o, const char *member)
{
	const struct js *m = js_get(o, str_z(member));

	return m && m->kind != JS_NULL ? m : NULL;
}

static void read_day(struct reading *r, const struct js *o, const char *member, struct date *ret)
{
	const struct js *m = given(o, member);
	struct written_date w;

	if (!m)
		return;
	if (m->kind != JS_TEXT)
		wrong(r, member, MSG_INC_NOT_TEXT, S(""));
	else if (calendar_parse(r->a, m->text, &w) != ST_OK || w.precision != PRECISION_DAY)
		wrong(r, member, MSG_INC_NO_DAY, m->text);
	else
		*ret = w.first;
}

static void read_count(struct reading *r, const struct js *o, const char *member, int64_t *ret)
{
	const struct js *m = given(o, member);

	if (!m)
		return;
	if (m->kind != JS_INT || m->integer < 0 || m->integer > INT64_C(100000000000))
		wrong(r, member, MSG_INC_NOT_A_COUNT, S(""));
	else
		*ret = m->integer;
}

static void read_bool(struct reading *r, const struct js *o, const char *member, enum fact *ret)
{
	const struct js *m = given(o, member);

	if (!m)
		return;
	if (m->kind != JS_BOOL)
		wrong(r, member, MSG_INC_NOT_A_BOOL, S(""));
	else
		*ret = m->boolean ? FACT_YES : FACT_NO;
}

/* One of the words "a|b|c": its index is added to *ret's first value. */
static void read_word(struct reading *r, const struct js *o, const char *member, const char *words, int *ret)
{
	const struct js *m = given(o, member);
	struct str rest = str_z(words), part;

	if (!m)
		return;
	for (int i = 0; m->kind == JS_TEXT && str_cut(&rest, '|', &part); i++) {
		if (str_eq(m->text, part)) {
			*ret = i;
			return;
		}
	}
	wrong(r, member, MSG_INC_NOT_A_WORD, str_z(words));
}

static void read_fact(struct reading *r, const struct js *o, const char *member, enum fact *ret)
{
	static const enum fact facts[] = { FACT_YES, FACT_NO, FACT_UNCERTAIN };
	int i = -1;

	read_word(r, o, member, "yes|no|uncertain", &i);
	if (i >= 0 && i < (int)COUNT(facts))
		*ret = facts[i];
}

static void read_text(struct reading *r, const struct js *o, const char *member, struct str *ret)
{
	const struct js *m = given(o, member);

	if (!m)
		return;
	if (m->kind != JS_TEXT)
		wrong(r, member, MSG_INC_NOT_TEXT, S(""));
	else
		*ret = m->text;
}

static void read_items(struct reading *r, const struct js *o, struct incident_facts *f)
{
	const struct js *m = given(o, "items");
	struct str *items;

	if (!m)
		return;
	if (m->kind != JS_ARRAY) {
		wrong(r, "items", MSG_INC_NOT_A_LIST, S(""));
		return;
	}
	f->items = items = new_n(r->a, struct str, m->n + 1);
	for (const struct js *i = m->child; i; i = i->next) {
		if (i->kind != JS_TEXT)
			wrong(r, "items", MSG_INC_NOT_A_LIST, S(""));
		else if (str_trim(i->text).n > 0)
			items[f->nitems++] = str_trim(i->text);
	}
}

static const char *const MEMBERS[] = {
	"occurred", "known", "sector", "persons_max", "items", "sensitive", "financial", "improper_purpose", "medium", "event", "cause", "description",
	"my_number", "my_number_persons_max", "readable_by_unspecified_many", "number_system", "entrusted", "encrypted", "recovered_unseen", "copy_exists",
};

static void list_unknown(const struct js *o, struct unknown_members *ret)
{
	ret->n = 0;
	for (const struct js *m = o->child; m; m = m->next) {
		bool known = false;
		for (ptrdiff_t i = 0; i < COUNT(MEMBERS); i++)
			known = known || str_eq(m->key, str_z(MEMBERS[i]));
		if (!known && ret->n < COUNT(ret->names))
			ret->names[ret->n++] = m->key;
	}
}

enum status incident_facts_read(struct arena *a, const struct js *object, struct str at, struct problems *ps,
	struct incident_facts *ret, struct unknown_members *ret_unknown)
{
	static const enum encryption encryptions[] = { ENCRYPTION_HIGH_GRADE, ENCRYPTION_WEAK, ENCRYPTION_NO, ENCRYPTION_UNKNOWN };
	struct reading r = { a, at, ps, ST_OK };
	struct incident_facts f = incident_facts_none();
	enum fact entrusted = FACT_UNKNOWN, recovered = FACT_UNKNOWN, copy = FACT_UNKNOWN;
	int sector = SECTOR_PRIVATE, medium = -1, encryption = -1;

	if (object->kind != JS_OBJECT) {
		wrong(&r, "", MSG_INC_NOT_AN_OBJECT, S(""));
		return r.status;
	}
	read_day(&r, object, "occurred", &f.occurred);
	read_day(&r, object, "known", &f.known);
	read_word(&r, object, "sector", "private|public", &sector);
	read_count(&r, object, "persons_max", &f.persons_max);
	read_items(&r, object, &f);
	read_fact(&r, object, "sensitive", &f.sensitive);
	read_fact(&r, object, "financial", &f.financial);
	read_fact(&r, object, "improper_purpose", &f.improper_purpose);
	read_word(&r, object, "medium", "paper|electronic|media|oral|other", &medium);
	read_text(&r, object, "event", &f.event);
	read_text(&r, object, "cause", &f.cause);
	read_text(&r, object, "description", &f.description);
	read_bool(&r, object, "my_number", &f.my_number);
	read_count(&r, object, "my_number_persons_max", &f.my_number_persons_max);
	read_bool(&r, object, "readable_by_unspecified_many", &f.readable_by_unspecified_many);
	read_bool(&r, object, "number_system", &f.number_system);
	read_bool(&r, object, "entrusted", &entrusted);
	read_word(&r, object, "encrypted", "high_grade|weak|no|unknown", &encryption);
	read_bool(&r, object, "recovered_unseen", &recovered);
	read_bool(&r, object, "copy_exists", &copy);
	list_unknown(object, ret_unknown);
	f.sector = (enum sector)sector;
	f.medium = (enum incident_medium)(medium + 1);
	f.encrypted = encryption >= 0 ? encryptions[encryption] : ENCRYPTION_UNKNOWN;
	f.entrusted = entrusted == FACT_YES;
	f.recovered_unseen = recovered == FACT_YES;
	f.copy_exists = copy == FACT_YES;
	if (r.status == ST_OK)
		*ret = f;
	return r.status;
}

/* ---- the verdict ---- */

static void write_ppc(struct js_out *j, const char *key, const enum answer a[4], enum answer wanted)
{
	js_key(j, str_z(key));
	js_open(j, '[');
	for (int i = 0; i < 4; i++)
		if (a[i] == wanted)
			js_int(j, i + 1);
	js_close(j, ']');
}

static void write_my_number(struct js_out *j, const char *key, const enum answer a[4], enum answer wanted)
{
	static const char *const names[] = { "i", "ii", "iii", "iv" };

	js_key(j, str_z(key));
	js_open(j, '[');
	for (int i = 0; i < 4; i++)
		if (a[i] == wanted)
			js_text(j, str_z(names[i]));
	js_close(j, ']');
}

static void write_answer(struct js_out *j, const char *key, enum answer a)
{
	js_key(j, str_z(key));
	js_text(j, a == ANSWER_YES ? S("yes") : a == ANSWER_NO ? S("no") : S("undecided"));
}

static void write_reason(struct js_out *j, const struct incident_reason *r)
{
	static const char *const keys[] = { [JA] = "text_ja", [EN] = "text_en" };

	js_open(j, '{');
	js_key(j, S("code"));
	js_text(j, str_z(incident_reason_code(r->id)));
	for (enum lang l = JA; l < LANG_MAX; l++) {
		struct buf b = buf_make(1 << 16);
		msg_add(&b, l, incident_reason_text(r->id), &r->arg, 1);
		js_key(j, str_z(keys[l]));
		js_text(j, buf_str(&b));
		buf_free(&b);
	}
	js_key(j, S("norm"));
	js_text(j, str_z(norm_of(incident_reason_norm(r->id))->cite));
	js_close(j, '}');
}

void incident_verdict_write(struct js_out *j, const struct incident_verdict *v)
{
	js_open(j, '{');
	write_ppc(j, "ppc_triggers", v->ppc, ANSWER_YES);
	write_ppc(j, "undecided", v->ppc, ANSWER_UNDECIDED);
	write_my_number(j, "mynumber_triggers", v->my_number, ANSWER_YES);
	write_my_number(j, "mynumber_undecided", v->my_number, ANSWER_UNDECIDED);
	js_key(j, S("pmark"));
	js_open(j, '{');
	write_answer(j, "preliminary", v->mark_preliminary);
	write_answer(j, "final", v->mark_final);
	js_close(j, '}');
	js_key(j, S("final_days"));
	if (v->final_days)
		js_int(j, v->final_days);
	else
		js_null(j);
	js_key(j, S("reasons"));
	js_open(j, '[');
	for (int i = 0; i < v->nreasons; i++)
		write_reason(j, &v->reasons[i]);
	js_close(j, ']');
	js_close(j, '}');
}
