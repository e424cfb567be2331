/* pseudonymise.c - `tobari pseudonymise`: tokens for what names people, the deleted information sealed apart. */
#include "cli/anon_run.h"
#include "crypto/crypto.h"
#include "sys/sys.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct cli_option options[] = {
	{ "spec",    "SPEC.json", MSG_ANON_OPT_SPEC },
	{ "secrets", "FILE",      MSG_ANON_OPT_SECRETS },
	{ "key",     "FILE",      MSG_ANON_OPT_KEY },
	{ "report",  "FILE",      MSG_ANON_OPT_REPORT },
	{ NULL, NULL, MSG_NONE },
};

enum { SECRETS_MAX = 1 << 30 };
#define SECRETS_AD S("tobari pseudonym secrets 1")

struct job {
	struct cli       *c;
	struct anon_spec  spec;
	struct str        in, out, secrets, key_path;
	struct anon_file  file;
	const struct anon_spec_column **of;         /* of each column of the file */
	int              *in_table;                 /* -1: passes through */
	char              separator;
	struct anon_table table;
	struct anon_tokens *tokens;                 /* of each column of the table; kind NONE where it has none */
	struct key       *keys;                     /* [0] as in the file, [1] of the purpose */
	const struct js  *earlier;                  /* contents of the secrets file, NULL when there was none */
};

/* ---- keys ---- */

static void keyed(void *context, struct str column, struct str value, unsigned char ret[16])
{
	struct buf b = buf_make(0);

	buf_int(&b, column.n);          /* the length first, so that no two pairs make the same text */
	buf_char(&b, ':');
	buf_add(&b, column);
	buf_add(&b, value);
	prf(context, buf_str(&b), ret, 16);
	buf_free(&b);
}

/* Reads the key, or makes one where there is neither a key nor anything sealed under one. */
static enum status load_key(struct job *j)
{
	struct cli *c = j->c;
	struct str hex;
	bool exists = access(str_to_z(c->a, j->key_path), F_OK) == 0, sealed = access(str_to_z(c->a, j->secrets), F_OK) == 0;

	if (!exists && sealed) {
		problem(&c->problems, j->key_path, MSG_ANON_KEY_MISSING, .arg = { j->secrets });
		return ST_BAD_INPUT;
	}
	if (!exists) {
		unsigned char raw[KEY_BYTES];
		char text[2 * KEY_BYTES + 2];
		key_random(&j->keys[0]);
		key_export(&j->keys[0], raw);
		hex_of((struct str){ (const char *)raw, KEY_BYTES }, text);
		text[2 * KEY_BYTES] = '\n';
		enum status st = sys_write_file(j->key_path, (struct str){ text, 2 * KEY_BYTES + 1 }, 0600);
		wipe(raw, (ptrdiff_t)sizeof raw);
		wipe(text, (ptrdiff_t)sizeof text);
		if (st != ST_OK) {
			problem(&c->problems, j->key_path, MSG_FILE_NOT_WRITTEN);
			return ST_BAD_INPUT;
		}
	} else {
		TRY(anon_read_whole(c, j->key_path, 4096, &hex));
		if (key_of_hex(hex, &j->keys[0]) != ST_OK) {
			problem(&c->problems, j->key_path, MSG_ANON_KEY_BAD);
			return ST_BAD_INPUT;
		}
	}
	struct buf b = buf_make(0);
	buf_lit(&b, "tobari pseudonyms, purpose: ");
	buf_add(&b, j->spec.purpose);
	key_derive(&j->keys[0], buf_str(&b), &j->keys[1]);
	buf_free(&b);
	return ST_OK;
}

/* ---- what earlier runs left ---- */

static enum status load_secrets(struct job *j)
{
	struct cli *c = j->c;
	struct str sealed, plain;
	struct js *root;

	if (access(str_to_z(c->a, j->secrets), F_OK) != 0)
		return ST_OK;
	TRY(anon_read_whole(c, j->secrets, SECRETS_MAX, &sealed));
	if (sealed.n < SEAL_EXTRA || unseal_in(c->a, &j->keys[0], SECRETS_AD, sealed, &plain) != ST_OK ||
		js_parse(c->a, plain, &c->problems, &root) != ST_OK) {
		problem(&c->problems, j->secrets, MSG_ANON_SECRETS_BAD);
		return ST_BAD_INPUT;
	}
	const struct js *purpose = js_get(root, S("purpose"));
	if (!purpose || !str_eq(purpose->text, j->spec.purpose)) {
		problem(&c->problems, j->secrets, MSG_ANON_PURPOSE, .arg = { purpose ? purpose->text : S("") });
		return ST_BAD_INPUT;
	}
	j->earlier = root;
	return ST_OK;
}

/* Tokens given in earlier runs stay; a column that had another kind of token may not change it. */
static enum status restore(struct job *j, struct anon_tokens *t)
{
	static const char *const kinds[] = { "delete", "random", "keyed", "format" };
	const struct js *map = js_get(js_get(j->earlier, S("tokens")), t->column), *kind = js_get(map, S("kind"));

	if (!map)
		return ST_OK;
	if (!kind || !str_eq(kind->text, str_z(kinds[t->kind]))) {
		problem(&j->c->problems, j->secrets, MSG_ANON_TOKEN_KIND, .arg = { t->column });
		return ST_BAD_INPUT;
	}
	const struct js *pairs = js_get(map, S("pairs"));
	for (const struct js *p = pairs ? pairs->child : NULL; p; p = p->next) {
		if (p->kind == JS_ARRAY && p->n == 2 && anon_tokens_restore(t, p->child->text, p->child->next->text) == ST_OK)
			continue;
		problem(&j->c->problems, j->secrets, MSG_ANON_SECRETS_BAD);
		return ST_BAD_INPUT;
	}
	return ST_OK;
}

/* ---- the table ---- */

static enum status read_table(struct job *j)
{
	int column[ANON_COLUMNS_MAX], n = 0;
	struct cli *c = j->c;

	TRY(anon_file_open(c, j->in, j->spec.separator, &j->file));
	j->separator = csv_separator(j->file.csv);
	j->of = new_n(c->a, const struct anon_spec_column *, j->file.ncolumns);
	j->in_table = new_n(c->a, int, j->file.ncolumns);
	for (int i = 0; i < j->spec.ncolumns; i++) {
		int at = anon_file_column(&j->file, j->spec.column[i].name);
		if (at < 0) {
			problem(&c->problems, j->in, MSG_ANON_NO_COLUMN, .arg = { j->spec.column[i].name });
			return ST_BAD_INPUT;
		}
		j->of[at] = &j->spec.column[i];
	}
	for (int i = 0; i < j->file.ncolumns; i++) {
		bool wanted = j->of[i] && (anon_role_goes(j->of[i]->role) || j->of[i]->nops);
		j->in_table[i] = wanted ? n : -1;
		if (wanted)
			column[n++] = i;
	}
	return anon_file_load(c, &j->file, column, n, anon_threads(), &j->table);
}

static int column_of(const struct job *j, int in_table)
{
	int i = 0;

	while (j->in_table[i] != in_table)
		i++;
	return i;
}

/* Gives every value of a column its token. The table keeps the original; the tokens are written instead. */
static enum status make_tokens(struct job *j, struct anon_column *col, struct anon_tokens *t, const struct anon_spec_column *s)
{
	const struct anon_token_source source = { crypto_random, keyed, &j->keys[1] };
	uint32_t at;

	*t = anon_tokens_make(col->name, s->token);
	TRY(restore(j, t));
	for (uint32_t i = 0; i < col->dict.n; i++) {
		if (anon_token_of(t, col->dict.value[i], &col->dict, &source, &at) == ST_OK)
			continue;
		problem(&j->c->problems, col->name, MSG_ANON_TOKEN_ROOM);
		return ST_BAD_INPUT;
	}
	return ST_OK;
}

static enum status treat(struct job *j)
{
	j->tokens = new_n(j->c->a, struct anon_tokens, j->table.ncolumns + 1);
	for (int i = 0; i < j->table.ncolumns; i++) {
		int at = column_of(j, i);
		const struct anon_spec_column *s = j->of[at];
		if (anon_role_goes(s->role)) {
			if (s->token)
				TRY(make_tokens(j, &j->table.column[i], &j->tokens[i], s));
			continue;
		}
		for (int o = 0; o < s->nops; o++) {
			struct str bad = S("");
			if (anon_operate(j->c->a, &j->table.column[i], j->table.rows, &s->op[o], o, &bad) == ST_OK)
				continue;
			problem(&j->c->problems, anon_file_find(j->c, j->in, j->separator, at, bad), MSG_ANON_NOT_NUMBER, .arg = { bad });
			return ST_BAD_INPUT;
		}
	}
	return ST_OK;
}

/* ---- writing ---- */

static struct str token_text(const struct job *j, int in_table, uint32_t code)
{
	const struct anon_tokens *t = &j->tokens[in_table];
	uint32_t at;

	return anon_dict_find(&t->value, j->table.column[in_table].dict.value[code], &at) ? t->token.value[at] : S("*");
}

static enum status write_rows(struct job *j, struct anon_out *o)
{
	struct anon_file f;
	struct csv_row row;
	ptrdiff_t at = 0;
	enum status st = anon_file_open(j->c, j->in, j->separator, &f);

	for (int i = 0; st == ST_OK && i < f.ncolumns; i++)
		csv_put(anon_out_writer(o), f.name[i]);
	if (st == ST_OK)
		anon_out_row(o);
	while (st == ST_OK && (st = anon_file_next(j->c, &f, &row)) == ST_OK && at < j->table.rows) {
		for (int i = 0; i < f.ncolumns; i++) {
			int in = j->in_table[i];
			bool goes = j->of[i] && anon_role_goes(j->of[i]->role);
			csv_put(anon_out_writer(o), in < 0 ? row.field[i] : goes && !j->of[i]->token ? S("*") : goes ? token_text(j, in, j->table.column[in].code[at])
				: j->table.column[in].dict.value[j->table.column[in].code[at]]);
		}
		anon_out_row(o);
		at++;
	}
	bool changed = (st == ST_OK || st == ST_NO) && (st == ST_OK || at != j->table.rows || f.size != j->file.size || f.changed != j->file.changed);
	anon_file_close(&f);
	if (!changed)
		return st == ST_NO ? ST_OK : st;
	problem(&j->c->problems, j->in, MSG_ANON_CHANGED);
	return ST_BAD_INPUT;
}

static void copy_json(struct js_out *o, const struct js *v)
{
	if (v->kind == JS_TEXT)
		js_text(o, v->text);
	else if (v->kind == JS_INT)
		js_int(o, v->integer);
	if (v->kind != JS_ARRAY && v->kind != JS_OBJECT)
		return;
	js_open(o, v->kind == JS_ARRAY ? '[' : '{');
	for (const struct js *m = v->child; m; m = m->next) {
		if (v->kind == JS_OBJECT)
			js_key(o, m->key);
		copy_json(o, m);
	}
	js_close(o, v->kind == JS_ARRAY ? ']' : '}');
}

static void write_tokens(const struct job *j, struct js_out *o)
{
	static const char *const kinds[] = { "delete", "random", "keyed", "format" };
	const struct js *before = js_get(j->earlier, S("tokens"));

	js_key(o, S("tokens"));
	js_open(o, '{');
	for (int i = 0; i < j->table.ncolumns; i++) {
		const struct anon_tokens *t = &j->tokens[i];
		if (!t->kind)
			continue;
		js_key(o, t->column);
		js_open(o, '{');
		js_key(o, S("kind"));
		js_text(o, str_z(kinds[t->kind]));
		js_key(o, S("pairs"));
		js_open(o, '[');
		for (uint32_t v = 0; v < t->value.n; v++) {
			js_open(o, '[');
			js_text(o, t->value.value[v]);
			js_text(o, t->token.value[v]);
			js_close(o, ']');
		}
		js_close(o, ']');
		js_close(o, '}');
	}
	for (const struct js *m = before ? before->child : NULL; m; m = m->next) {      /* of columns that this table lacks */
		int at = anon_table_find(&j->table, m->key);
		if (at >= 0 && j->tokens[at].kind)
			continue;
		js_key(o, m->key);
		copy_json(o, m);
	}
	js_close(o, '}');
}

/* What was taken out and has no token: the values row by row, in the order of the table. */
static void write_deleted(const struct job *j, struct js_out *o)
{
	js_open(o, '{');
	js_key(o, S("rows"));
	js_int(o, j->table.rows);
	js_key(o, S("deleted"));
	js_open(o, '{');
	for (int i = 0; i < j->table.ncolumns; i++) {
		const struct anon_spec_column *s = j->of[column_of(j, i)];
		if (!anon_role_goes(s->role) || s->token)
			continue;
		js_key(o, s->name);
		js_open(o, '[');
		for (ptrdiff_t r = 0; r < j->table.rows; r++)
			js_text(o, j->table.column[i].dict.value[j->table.column[i].code[r]]);
		js_close(o, ']');
	}
	js_close(o, '}');
	js_close(o, '}');
}

/* REQ: PSE-03 - the deleted information, sealed, readable by its owner only. */
static enum status write_secrets(const struct job *j)
{
	struct buf b = buf_make(SECRETS_MAX);
	struct js_out o = { .b = &b };
	const struct js *runs = js_get(j->earlier, S("runs"));

	js_open(&o, '{');
	js_key(&o, S("version"));
	js_int(&o, 1);
	js_key(&o, S("purpose"));
	js_text(&o, j->spec.purpose);
	write_tokens(j, &o);
	js_key(&o, S("runs"));
	js_open(&o, '[');
	for (const struct js *r = runs ? runs->child : NULL; r; r = r->next)
		copy_json(&o, r);
	write_deleted(j, &o);
	js_close(&o, ']');
	js_close(&o, '}');
	char *sealed = b.failed ? NULL : malloc((size_t)(b.n + SEAL_EXTRA));
	enum status st = ST_TOO_BIG;
	if (sealed) {
		seal(&j->keys[0], SECRETS_AD, buf_str(&b), sealed);
		st = sys_write_file(j->secrets, (struct str){ sealed, b.n + SEAL_EXTRA }, 0600);
	}
	free(sealed);
	buf_free(&b);
	if (st == ST_OK)
		return st;
	problem(&j->c->problems, j->secrets, st == ST_TOO_BIG ? MSG_ANON_SECRETS_BIG : MSG_FILE_NOT_WRITTEN);
	return ST_BAD_INPUT;
}

static struct str treatment(const struct anon_spec_column *s)
{
	static const char *const kinds[] = { "deleted", "random token", "keyed token", "format-preserving token" };

	if (anon_role_goes(s->role))
		return str_z(kinds[s->token]);
	return s->nops ? S("changed") : S("kept");
}

static enum status write_report(const struct job *j, struct str path)
{
	struct buf b = buf_make(64 << 20), when = buf_make(64);
	struct js_out o = { .b = &b };
	struct anon_facts f = { 0 };

	js_open(&o, '{');
	js_key(&o, S("record"));
	js_text(&o, S("pseudonymise"));
	js_key(&o, S("made"));
	instant_add_iso(&when, sys_now());
	js_text(&o, buf_str(&when));
	js_key(&o, S("purpose"));
	js_text(&o, j->spec.purpose);
	js_key(&o, S("rows"));
	js_int(&o, j->table.rows);
	js_key(&o, S("columns"));
	js_open(&o, '[');
	for (int i = 0; i < j->file.ncolumns; i++) {
		const struct anon_spec_column *s = j->of[i];
		f.identifiers = f.identifiers || (s && (s->role == ANON_ROLE_IDENTIFIER || s->role == ANON_ROLE_LINK));
		f.codes = f.codes || (s && s->role == ANON_ROLE_CODE);
		f.financial = f.financial || (s && s->role == ANON_ROLE_FINANCIAL);
		js_open(&o, '{');
		js_key(&o, S("name"));
		js_text(&o, j->file.name[i]);
		js_key(&o, S("role"));
		if (s)
			js_text(&o, str_z(anon_role_name(s->role)));
		else
			js_null(&o);
		js_key(&o, S("treatment"));
		js_text(&o, s ? treatment(s) : S("kept"));
		if (!s)
			anon_report_text(&o, "warning", MSG_ANON_NO_ROLE);
		js_close(&o, '}');
	}
	js_close(&o, ']');
	js_key(&o, S("checklist"));
	anon_record_checklist(&o, true, &f);
	anon_report_text(&o, "note", MSG_ANON_PSEUDONYM_NOTE);
	js_close(&o, '}');
	buf_char(&b, '\n');
	enum status st = sys_write_file(path, buf_str(&b), 0600);
	buf_free(&b);
	buf_free(&when);
	if (st == ST_OK)
		return st;
	problem(&j->c->problems, path, MSG_FILE_NOT_WRITTEN);
	return ST_BAD_INPUT;
}

static enum status work(struct job *j)
{
	struct str report = cli_value(j->c, "report");
	struct anon_out o = { 0 };
	enum status st;

	TRY(read_table(j));
	TRY(load_key(j));
	TRY(load_secrets(j));
	TRY(treat(j));
	if ((st = anon_out_open(j->c, j->out, j->separator, 0600, &o)) == ST_OK)
		st = write_rows(j, &o);
	if (st == ST_OK)
		st = write_secrets(j);
	if (st == ST_OK && report.p)
		st = write_report(j, report);
	if (st == ST_OK)
		st = anon_out_commit(j->c, &o);
	anon_out_drop(&o);
	return st;
}

static enum status needs(struct cli *c, const char *name, const char *shown)
{
	if (cli_value(c, name).p)
		return ST_OK;
	problem(&c->problems, str_z(shown), MSG_CLI_NEEDS_VALUE, .arg = { str_z(shown) });
	return ST_BAD_INPUT;
}

static enum status run(struct cli *c)
{
	struct job j = { .c = c, .in = c->args[0], .out = c->args[1], .secrets = cli_value(c, "secrets"), .key_path = cli_value(c, "key"),
		.file = { .fd = -1 } };

	TRY(needs(c, "spec", "--spec"));
	TRY(needs(c, "secrets", "--secrets"));
	if (!j.key_path.p) {
		struct buf b = buf_make(0);
		buf_add(&b, j.secrets);
		buf_lit(&b, ".key");
		j.key_path = str_dup(c->a, buf_str(&b));
		buf_free(&b);
	}
	TRY(anon_spec_read(c, cli_value(c, "spec"), true, &j.spec));
	TRY(anon_paths_differ(c, &j.spec, (const struct str[]){ cli_value(c, "report"), j.out, j.secrets, j.key_path }, 4,
		(const struct str[]){ j.in, j.spec.path }, 2));
	j.keys = keys_alloc(2);
	enum status st = work(&j);
	for (int i = 0; j.tokens && i < j.table.ncolumns; i++)
		anon_tokens_free(&j.tokens[i]);
	keys_free(j.keys);
	anon_file_close(&j.file);
	anon_table_free(&j.table);
	return st;
}

const struct cli_command cmd_pseudonymise = {
	.name = "pseudonymise", .synopsis = "--spec SPEC.json --secrets FILE [OPTION...] IN OUT", .summary = MSG_ANON_CMD_PSEUDONYMISE,
	.options = options, .min_args = 2, .max_args = 2, .run = run,
};
