/* anon_record.c - the method record of a run, with the checklist of the rules and a draft of what must be published. */
#include "cli/anon_run.h"
#include "sys/sys.h"
#include <unistd.h>

/* ---- the checklist ---- */

static void item(struct js_out *j, const char *rule, enum msg_id what, const char *done, enum msg_id done_text, enum msg_id judge)
{
	js_open(j, '{');
	js_key(j, S("rule"));
	js_text(j, str_z(rule));
	anon_report_text(j, "duty", what);
	js_key(j, S("program"));
	js_text(j, str_z(done));
	anon_report_text(j, "program", done_text);
	anon_report_text(j, "person", judge);
	js_key(j, S("confirmed"));
	js_bool(j, false);
	js_close(j, '}');
}

#define DONE(flag) (flag) ? "done" : "not_done", (flag) ? MSG_ANON_C_DONE : MSG_ANON_C_NOT_DONE

/* REQ: ANO-03 PSE-02 - what the program did, and what a person must judge; nothing counts as confirmed before that. */
void anon_record_checklist(struct js_out *j, bool pseudonyms, const struct anon_facts *f)
{
	js_open(j, '[');
	if (pseudonyms) {
		item(j, "31-1", MSG_ANON_C_31_1, DONE(f->identifiers), MSG_ANON_C_31_1_PERSON);
		item(j, "31-2", MSG_ANON_C_31_2, DONE(f->codes), MSG_ANON_C_31_2_PERSON);
		item(j, "31-3", MSG_ANON_C_31_3, DONE(f->financial), MSG_ANON_C_31_3_PERSON);
		item(j, "32", MSG_ANON_C_32, "person", MSG_ANON_C_PERSON, MSG_ANON_C_32_PERSON);
	} else {
		item(j, "34-1", MSG_ANON_C_34_1, DONE(f->identifiers || f->quasi), MSG_ANON_C_34_1_PERSON);
		item(j, "34-2", MSG_ANON_C_34_2, DONE(f->codes), MSG_ANON_C_34_2_PERSON);
		item(j, "34-3", MSG_ANON_C_34_3, DONE(f->links), MSG_ANON_C_34_3_PERSON);
		item(j, "34-4", MSG_ANON_C_34_4, f->peculiar ? "proposed" : "none_found", f->peculiar ? MSG_ANON_C_PROPOSED : MSG_ANON_C_NONE_FOUND,
			MSG_ANON_C_34_4_PERSON);
		item(j, "34-5", MSG_ANON_C_34_5, DONE(f->quasi), MSG_ANON_C_34_5_PERSON);
		item(j, "35", MSG_ANON_C_35, "person", MSG_ANON_C_PERSON, MSG_ANON_C_35_PERSON);
		item(j, "36", MSG_ANON_C_36, "drafted", MSG_ANON_C_DRAFTED, MSG_ANON_C_36_PERSON);
		item(j, "37-38", MSG_ANON_C_37, "person", MSG_ANON_C_PERSON, MSG_ANON_C_37_PERSON);
	}
	js_close(j, ']');
}

/* ---- what was done ---- */

static void key_text(struct js_out *j, const char *key, struct str v)
{
	js_key(j, str_z(key));
	js_text(j, v);
}

static void key_int(struct js_out *j, const char *key, int64_t v)
{
	js_key(j, str_z(key));
	js_int(j, v);
}

static void key_real(struct js_out *j, const char *key, double v)
{
	js_key(j, str_z(key));
	js_real(j, v);
}

static void write_op(struct js_out *j, const struct anon_op *op)
{
	static const char *const names[ANON_OP_MAX] = { "top", "bottom", "round", "micro-aggregate", "noise", "swap", "delete" };

	js_open(j, '{');
	key_text(j, "op", str_z(names[op->kind]));
	if (op->kind == ANON_TOP || op->kind == ANON_BOTTOM)
		key_real(j, "at", op->at);
	else if (op->kind == ANON_ROUND)
		key_real(j, "to", op->to);
	else if (op->kind == ANON_MICRO)
		key_int(j, "k", op->k);
	else if (op->kind == ANON_NOISE)
		key_real(j, "sd", op->sd);
	else if (op->kind == ANON_SWAP)
		key_real(j, "share", op->share);
	js_close(j, '}');
}

static int quasi_of(const struct anon_run *r, int in_table)
{
	for (int i = 0; i < r->nquasi; i++)
		if (in_table >= 0 && r->quasi[i] == in_table)
			return i;
	return -1;
}

/* Proposals name only the bound that would cover enough rows, never the values that stand out. */
static void write_peculiar(struct js_out *j, const struct anon_peculiar *p)
{
	js_key(j, S("proposals"));
	js_open(j, '[');
	for (int end = 0; end < 2; end++) {
		if (end ? !p->bottom : !p->top)
			continue;
		js_open(j, '{');
		key_text(j, "op", end ? S("bottom") : S("top"));
		key_real(j, "at", end ? p->bottom_at : p->top_at);
		key_int(j, "rows_standing_out", end ? p->bottom_rows : p->top_rows);
		anon_report_text(j, "reason", MSG_ANON_PECULIAR);
		js_close(j, '}');
	}
	js_close(j, ']');
	key_int(j, "rare_values", p->rare_values);
	key_int(j, "rare_rows", p->rare_rows);
}

static void write_column(struct js_out *j, const struct anon_run *r, int i)
{
	const struct anon_spec_column *s = r->of[i];
	int q = quasi_of(r, r->in_table[i]);
	bool goes = s && anon_role_goes(s->role);

	js_open(j, '{');
	key_text(j, "name", r->name[i]);
	js_key(j, S("role"));
	if (s)
		js_text(j, str_z(anon_role_name(s->role)));
	else
		js_null(j);
	key_text(j, "treatment", goes ? S("deleted") : q >= 0 ? S("generalised") : s && s->nops ? S("changed") : S("kept"));
	if (s && s->nops && !goes) {
		js_key(j, S("operations"));
		js_open(j, '[');
		for (int o = 0; o < s->nops; o++)
			write_op(j, &s->op[o]);
		js_close(j, ']');
	}
	if (q >= 0 && r->searched) {
		key_int(j, "levels", r->levels[q].levels);
		if (!r->spec.multidimensional)
			key_int(j, "level", r->solution.level[q]);
	}
	if (r->in_table[i] >= 0)
		write_peculiar(j, &r->peculiar[r->in_table[i]]);
	if (!s)
		anon_report_text(j, "warning", MSG_ANON_NO_ROLE);
	js_close(j, '}');
}

static void write_models(struct js_out *j, const struct anon_run *r)
{
	static const char *const names[ANON_MODEL_MAX] = { "k-anonymity", "distinct-l-diversity", "entropy-l-diversity",
		"recursive-cl-diversity", "t-closeness", "delta-presence" };
	static const char *const distances[] = { "equal", "ordered", "hierarchical" };

	js_key(j, S("models"));
	js_open(j, '[');
	for (int i = 0; i < r->task.nmodels; i++) {
		const struct anon_model *m = &r->task.model[i];
		js_open(j, '{');
		key_text(j, "model", str_z(names[m->kind]));
		if (m->kind == ANON_K)
			key_int(j, "k", m->k);
		else if (m->kind == ANON_DELTA_PRESENCE)
			key_real(j, "min", m->min);
		else
			key_text(j, "column", r->table.column[r->sensitive[m->sensitive]].name);
		if (m->kind == ANON_DELTA_PRESENCE)
			key_real(j, "max", m->max);
		if (m->kind == ANON_RECURSIVE_CL)
			key_real(j, "c", m->c);
		if (m->kind == ANON_DISTINCT_L || m->kind == ANON_ENTROPY_L || m->kind == ANON_RECURSIVE_CL)
			key_real(j, "l", m->l);
		if (m->kind == ANON_T) {
			key_real(j, "t", m->t);
			key_text(j, "distance", str_z(distances[m->distance]));
		}
		js_close(j, '}');
	}
	js_close(j, ']');
}

static void write_solution(struct js_out *j, const struct anon_run *r)
{
	static const char *const losses[ANON_LOSS_MAX] = { "ncp", "discernibility", "average-class", "entropy" };

	key_text(j, "method", r->spec.multidimensional ? S("multidimensional") : S("full-domain"));
	key_text(j, "loss_measure", str_z(losses[r->spec.loss]));
	key_real(j, "loss", anon_loss_real(&r->task, r->loss));
	js_key(j, S("optimal"));
	js_bool(j, !r->spec.multidimensional);
	if (!r->spec.multidimensional) {
		js_key(j, S("levels"));
		js_open(j, '{');
		for (int q = 0; q < r->nquasi; q++) {
			js_key(j, r->table.column[r->quasi[q]].name);
			js_int(j, r->solution.level[q]);
		}
		js_close(j, '}');
		key_int(j, "nodes", r->solution.nodes);
	} else {
		key_int(j, "groups", r->recoding.ngroups);
		key_int(j, "tuples_moved", r->recoding.moved);
	}
	key_int(j, "nodes_visited", r->visited);
	key_int(j, "tuples", r->task.ntuples);
	key_real(j, "search_ms", (double)r->search_us / 1000);
}

static void write_suppression(struct js_out *j, const struct anon_run *r)
{
	js_key(j, S("suppression"));
	js_open(j, '{');
	key_int(j, "limit", r->task.limit);
	key_int(j, "rows", r->nsuppressed);
	key_text(j, "shown_as", r->spec.drop ? S("dropped") : S("*"));
	int64_t k = 0;
	for (int i = 0; i < r->task.nmodels; i++)
		k = r->task.model[i].kind == ANON_K ? MAX(k, r->task.model[i].k) : k;
	if (!r->spec.drop && r->nsuppressed > 0 && r->nsuppressed < k)
		anon_report_text(j, "warning", MSG_ANON_FEW_SUPPRESSED);
	js_close(j, '}');
}

static void write_measures(struct js_out *j, const struct anon_run *r, const char *key, const struct anon_measures *m)
{
	js_key(j, str_z(key));
	js_open(j, '[');
	for (int s = 0; m && s < MAX(r->nsensitive, 1); s++) {
		js_open(j, '{');
		if (r->nsensitive)
			key_text(j, "sensitive", r->table.column[r->sensitive[s]].name);
		anon_report_measures(j, &m[s]);
		js_close(j, '}');
	}
	js_close(j, ']');
}

static struct anon_facts facts_of(const struct anon_run *r)
{
	struct anon_facts f = { .quasi = r->searched };

	for (int i = 0; i < r->ncolumns; i++) {
		const struct anon_spec_column *s = r->of[i];
		f.unnamed += s == NULL;
		f.identifiers = f.identifiers || (s && s->role == ANON_ROLE_IDENTIFIER);
		f.codes = f.codes || (s && s->role == ANON_ROLE_CODE);
		f.links = f.links || (s && s->role == ANON_ROLE_LINK);
		f.financial = f.financial || (s && s->role == ANON_ROLE_FINANCIAL);
	}
	for (int i = 0; i < r->table.ncolumns; i++)
		f.peculiar = f.peculiar || r->peculiar[i].top || r->peculiar[i].bottom || r->peculiar[i].rare_values;
	return f;
}

/* The items that must be published without delay (Rule 36), as a draft: the columns that still say something. */
static void write_publication(struct js_out *j, const struct anon_run *r)
{
	js_key(j, S("publication_draft"));
	js_open(j, '{');
	js_key(j, S("items"));
	js_open(j, '[');
	for (int i = 0; i < r->ncolumns; i++)
		if (!r->of[i] || !anon_role_goes(r->of[i]->role))
			js_text(j, r->name[i]);
	js_close(j, ']');
	anon_report_text(j, "note", MSG_ANON_PUBLISH);
	js_close(j, '}');
}

enum status anon_record_write(const struct anon_run *r, struct str path)
{
	struct buf b = buf_make(64 << 20);
	struct js_out j = { .b = &b };
	struct anon_facts f = facts_of(r);

	js_open(&j, '{');
	key_text(&j, "record", S("anonymise"));
	js_key(&j, S("made"));
	struct buf when = buf_make(64);
	instant_add_iso(&when, sys_now());
	js_text(&j, buf_str(&when));
	buf_free(&when);
	key_int(&j, "rows", r->table.rows);
	if (r->searched) {
		write_solution(&j, r);
		write_suppression(&j, r);
		write_models(&j, r);
	}
	key_real(&j, "total_ms", (double)r->all_us / 1000);
	js_key(&j, S("columns"));
	js_open(&j, '[');
	for (int i = 0; i < r->ncolumns; i++)
		write_column(&j, r, i);
	js_close(&j, ']');
	write_measures(&j, r, "before", r->before);
	write_measures(&j, r, "after", r->after);
	js_key(&j, S("checklist"));
	anon_record_checklist(&j, false, &f);
	write_publication(&j, r);
	anon_report_text(&j, "note", MSG_ANON_INDICATOR);
	js_close(&j, '}');
	buf_char(&b, '\n');
	enum status st = b.failed ? ST_TOO_BIG : sys_write_file(path, buf_str(&b), 0600);
	buf_free(&b);
	if (st == ST_OK)
		return ST_OK;
	problem(&r->c->problems, path, MSG_FILE_NOT_WRITTEN);
	return ST_BAD_INPUT;
}
