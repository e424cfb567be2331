/* schema.c - `tobari schema`: every record type as its table says it: fields, steps, moves, who may do what. */
#include "cli/cli.h"
#include "domain/types.h"
#include "format/json.h"

static const char *const kinds[FK_MAX] = {
	[FK_TEXT] = "text", [FK_LONG_TEXT] = "long_text", [FK_NUMBER] = "number", [FK_COUNT] = "count", [FK_MONEY] = "money",
	[FK_DATE] = "date", [FK_INSTANT] = "instant", [FK_PERIOD] = "period", [FK_CHOICE] = "choice", [FK_CHOICES] = "choices",
	[FK_YES_NO] = "yes_no", [FK_SERIAL] = "serial", [FK_LINK] = "link", [FK_STAFF] = "staff", [FK_PERSON] = "person",
	[FK_DEPARTMENT] = "department", [FK_FILE] = "file", [FK_ROWS] = "rows",
};
static const struct { unsigned flag; const char *name; } marks[] = {
	{ LISTED, "listed" }, { SEARCHABLE, "searchable" }, { UNIQUE, "unique" }, { FIXED, "fixed" }, { AT_SUBMIT, "at_submit" },
	{ AT_APPROVE, "at_approve" }, { AT_CLOSE, "at_close" }, { PERSONAL, "personal" }, { FINDABLE, "findable" },
	{ SEALED, "sealed" }, { DERIVED, "derived" }, { KEYED, "keyed" }, { MATCH, "match" }, { INTERNAL, "internal" }, { INWARD, "inward" }, { PINS, "pins" },
};
static const struct { unsigned act; const char *name; } acts[] = {
	{ MAY_READ, "read" }, { MAY_CREATE, "create" }, { MAY_EDIT, "edit" }, { MAY_EXPORT, "export" }, { MAY_IMPORT, "import" },
	{ MAY_ASSIGN, "assign" },
};
static const char *const step_kinds[] = { "draft", "review", "force", "end" };
static const char *const scopes[] = { "own", "department", "company" };

static void text(struct js_out *j, struct str key, struct str v)
{
	js_key(j, key);
	js_text(j, v);
}

static void both(struct js_out *j, const struct str label[LANG_MAX])
{
	text(j, S("ja"), label[JA]);
	text(j, S("en"), label[EN]);
}

static void roles(struct js_out *j, unsigned by)
{
	js_key(j, S("roles"));
	js_open(j, '[');
	for (int r = ROLE_none + 1; r < ROLE_MAX; r++)
		if (by & 1u << r)
			js_text(j, str_z(role_code((enum role)r)));
	js_close(j, ']');
}

static void put_fields(struct js_out *j, const struct field *f, int n)
{
	js_open(j, '[');
	for (int i = 0; n < 0 ? f[i].name != NULL : i < n; i++) {
		js_open(j, '{');
		text(j, S("name"), str_z(f[i].name));
		text(j, S("kind"), str_z(kinds[f[i].kind]));
		both(j, f[i].label);
		js_key(j, S("marks"));
		js_open(j, '[');
		for (ptrdiff_t k = 0; k < COUNT(marks); k++)
			if (f[i].flags & marks[k].flag)
				js_text(j, str_z(marks[k].name));
		js_close(j, ']');
		if (f[i].choices) {
			js_key(j, S("choices"));
			js_open(j, '[');
			for (const struct choice *c = f[i].choices; c->code; c++) {
				js_open(j, '{');
				text(j, S("code"), str_z(c->code));
				both(j, c->label);
				js_close(j, '}');
			}
			js_close(j, ']');
		}
		if (f[i].link)
			text(j, S("link"), str_z(f[i].link));
		if (f[i].rows) {
			js_key(j, S("columns"));
			put_fields(j, f[i].rows, -1);
		}
		js_close(j, '}');
	}
	js_close(j, ']');
}

static void put_flow(struct js_out *j, const struct record_type *t)
{
	js_key(j, S("steps"));
	js_open(j, '[');
	for (int i = 0; i < t->nsteps; i++) {
		js_open(j, '{');
		text(j, S("code"), str_z(t->steps[i].code));
		text(j, S("kind"), str_z(step_kinds[t->steps[i].kind]));
		both(j, t->steps[i].label);
		js_close(j, '}');
	}
	js_close(j, ']');
	js_key(j, S("approvals"));
	js_open(j, '[');
	for (int i = 0; i < t->napprovals; i++) {
		js_open(j, '{');
		text(j, S("step"), str_z(t->approvals[i].step));
		text(j, S("role"), str_z(role_code(t->approvals[i].role)));
		js_key(j, S("order"));
		js_int(j, t->approvals[i].order);
		js_close(j, '}');
	}
	js_close(j, ']');
	js_key(j, S("moves"));
	js_open(j, '[');
	for (int i = 0; i < t->nmoves; i++) {
		js_open(j, '{');
		text(j, S("code"), str_z(t->moves[i].code));
		text(j, S("from"), str_z(t->moves[i].from));
		text(j, S("to"), str_z(t->moves[i].to));
		both(j, t->moves[i].label);
		roles(j, t->moves[i].by);
		js_close(j, '}');
	}
	js_close(j, ']');
}

static void put_permits(struct js_out *j, const struct record_type *t)
{
	js_key(j, S("permits"));
	js_open(j, '[');
	for (int i = 0; i < t->npermits; i++) {
		js_open(j, '{');
		roles(j, t->permits[i].roles);
		js_key(j, S("acts"));
		js_open(j, '[');
		for (ptrdiff_t k = 0; k < COUNT(acts); k++)
			if (t->permits[i].acts & acts[k].act)
				js_text(j, str_z(acts[k].name));
		js_close(j, ']');
		text(j, S("scope"), str_z(scopes[t->permits[i].scope]));
		js_close(j, '}');
	}
	js_close(j, ']');
}

static void as_json(struct buf *b)
{
	struct js_out j = { .b = b };

	js_open(&j, '[');
	for (int i = 0; i < domain_ntypes; i++) {
		const struct record_type *t = domain_types[i];
		js_open(&j, '{');
		text(&j, S("type"), str_z(t->name));
		both(&j, t->title);
		text(&j, S("area"), str_z(t->area));
		js_key(&j, S("fields"));
		put_fields(&j, t->fields, t->nfields);
		put_flow(&j, t);
		put_permits(&j, t);
		js_close(&j, '}');
	}
	js_close(&j, ']');
	buf_char(b, '\n');
}

static void as_text(struct buf *b, enum lang lang)
{
	for (int i = 0; i < domain_ntypes; i++) {
		const struct record_type *t = domain_types[i];
		buf_fmt(b, "%s\t%.*s\n", t->name, STR_FMT(t->title[lang]));
		for (int k = 0; k < t->nfields; k++)
			buf_fmt(b, "  %s\t%s\t%.*s\n", t->fields[k].name, kinds[t->fields[k].kind], STR_FMT(t->fields[k].label[lang]));
	}
}

static enum status run(struct cli *c)
{
	struct buf b = buf_make(16 << 20);
	int format;

	TRY(cli_choice(c, "format", "text|json", &format));
	if (format)
		as_json(&b);
	else
		as_text(&b, c->lang);
	enum status st = cli_print(buf_str(&b));
	buf_free(&b);
	return st;
}

static const struct cli_option options[] = { { "format", "text|json", MSG_CLI_FORMAT }, { 0 } };
const struct cli_command cmd_schema = {
	.name = "schema", .synopsis = "[--format text|json]", .summary = MSG_CLI_SCHEMA, .options = options, .run = run,
};
