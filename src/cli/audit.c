/* audit.c - `tobari audit verify | heads | list`: the audit log for who wants to prove it, offline. */
#include "cli/data.h"
#include "format/json.h"
#include "record/audit.h"
#include "record/version_verify.h"
#include "sys/sys.h"

enum { HEADS_MAX = 4 << 20 };

/* A connection to the data of the place that --data names. */
static enum status open_both(struct cli *c, enum place_use use, struct place **ret_place, struct db **ret_db)
{
	TRY(cli_open_place(c, use, ret_place));
	enum status st = db_open(place_where(*ret_place), use == PLACE_READ ? DB_READ : DB_WRITE, ret_db);
	if (st != ST_OK)
		place_close(*ret_place);
	return st;
}

/* ---- audit verify ---- */

static const struct { const char *code; enum msg_id one, many; } faults[AUDIT_FAULT_MAX] = {
	[AUDIT_CHANGED]    = { "changed",    MSG_AUDIT_CHANGED,    MSG_AUDIT_CHANGED },
	[AUDIT_MISSING]    = { "missing",    MSG_AUDIT_MISSING,    MSG_AUDIT_MISSING_MANY },
	[AUDIT_INSERTED]   = { "inserted",   MSG_AUDIT_INSERTED,   MSG_AUDIT_INSERTED_MANY },
	[AUDIT_MOVED]      = { "moved",      MSG_AUDIT_MOVED,      MSG_AUDIT_MOVED },
	[AUDIT_UNPROVEN]   = { "unproven",   MSG_AUDIT_UNPROVEN,   MSG_AUDIT_UNPROVEN },
	[AUDIT_REWRITTEN]  = { "rewritten",  MSG_AUDIT_REWRITTEN,  MSG_AUDIT_REWRITTEN },
	[AUDIT_HEAD]       = { "head",       MSG_AUDIT_HEAD,       MSG_AUDIT_HEAD },
	[AUDIT_CHECKPOINT] = { "checkpoint", MSG_AUDIT_CHECKPOINT, MSG_AUDIT_CHECKPOINT_MANY },
};

struct verifying { struct cli *c; bool json; enum status st; };

static void print_finding(void *arg, const struct audit_finding *f)
{
	struct verifying *v = arg;
	struct arena_mark m = arena_mark(v->c->a);
	struct buf b = buf_make(4096);
	struct js_out j = { .b = &b };

	if (v->json) {
		js_open(&j, '{');
		js_key(&j, S("fault"));
		js_text(&j, str_z(faults[f->fault].code));
		js_key(&j, S("lane"));
		js_int(&j, f->lane);
		js_key(&j, S("from"));
		js_int(&j, f->from);
		js_key(&j, S("to"));
		js_int(&j, f->to);
		js_close(&j, '}');
	} else {
		struct str args[] = { text_of_int(v->c->a, f->lane), text_of_int(v->c->a, f->from), text_of_int(v->c->a, f->to) };
		msg_add(&b, v->c->lang, f->from == f->to ? faults[f->fault].one : faults[f->fault].many, args, 3);
	}
	buf_char(&b, '\n');
	if (v->st == ST_OK)
		v->st = cli_print(buf_str(&b));
	buf_free(&b);
	arena_reset(v->c->a, m);
}

static const struct { const char *code; enum msg_id msg; } version_faults[VERSION_FAULT_MAX] = {
	[VERSION_CHANGED] = { "version_changed", MSG_AUDIT_VERSION_CHANGED },
	[VERSION_MISSING] = { "version_missing", MSG_AUDIT_VERSION_MISSING },
	[VERSION_UNKNOWN] = { "version_unknown", MSG_AUDIT_VERSION_UNKNOWN },
};

static void print_version(void *arg, enum version_fault fault, int64_t record, int64_t version)
{
	struct verifying *v = arg;
	struct arena_mark m = arena_mark(v->c->a);
	struct buf b = buf_make(4096);
	struct js_out j = { .b = &b };

	if (v->json) {
		js_open(&j, '{');
		js_key(&j, S("fault"));
		js_text(&j, str_z(version_faults[fault].code));
		js_key(&j, S("record"));
		js_int(&j, record);
		js_key(&j, S("version"));
		js_int(&j, version);
		js_close(&j, '}');
	} else {
		struct str args[] = { text_of_int(v->c->a, record), text_of_int(v->c->a, version) };
		msg_add(&b, v->c->lang, version_faults[fault].msg, args, 2);
	}
	buf_char(&b, '\n');
	if (v->st == ST_OK)
		v->st = cli_print(buf_str(&b));
	buf_free(&b);
	arena_reset(v->c->a, m);
}

static enum status print_summary(struct verifying *v, const struct audit_summary *sum)
{
	struct buf b = buf_make(4096);
	struct js_out j = { .b = &b };

	if (v->json) {
		js_open(&j, '{');
		js_key(&j, S("summary"));
		js_open(&j, '{');
		js_key(&j, S("entries"));
		js_int(&j, sum->entries);
		js_key(&j, S("lanes"));
		js_int(&j, sum->lanes);
		js_key(&j, S("checkpoints"));
		js_int(&j, sum->checkpoints);
		js_key(&j, S("faults"));
		js_int(&j, sum->faults);
		js_close(&j, '}');
		js_close(&j, '}');
	} else {
		struct str args[] = { text_of_int(v->c->a, sum->entries), text_of_int(v->c->a, sum->checkpoints), text_of_int(v->c->a, sum->faults) };
		msg_add(&b, v->c->lang, sum->faults ? MSG_AUDIT_BROKEN : MSG_AUDIT_WHOLE, args, 3);
	}
	buf_char(&b, '\n');
	enum status st = cli_print(buf_str(&b));
	buf_free(&b);
	return st;
}

/* A table that was taken away is what this command is there to find, in the words of either database. */
static bool table_is_gone(const struct db *db)
{
	struct str said = db_error(db);

	return str_find(said, S("no such table")) >= 0 || str_starts(said, S("42P01"));
}

static enum status verify(struct cli *c, const struct place *p, struct db *db, struct str heads_path)
{
	struct verifying v = { .c = c };
	struct audit_summary sum = { 0 };
	struct str heads = { NULL, 0 };
	int format;

	TRY(cli_choice(c, "format", "text|jsonl", &format));
	v.json = format == 1;
	if (heads_path.p && sys_read_file(c->a, heads_path, HEADS_MAX, &heads) != ST_OK) {
		problem(&c->problems, heads_path, MSG_FILE_UNREADABLE);
		return ST_BAD_INPUT;
	}
	enum status st = audit_verify(db, place_public(p), heads, print_finding, &v, &sum);
	if (st == ST_BAD_INPUT)
		problem(&c->problems, heads_path, MSG_AUDIT_HEADS_BAD);
	if (st == ST_OK || st == ST_NO) {
		int64_t versions, changed = 0;
		enum status also = version_verify(db, print_version, &v, &versions, &changed);
		sum.faults += changed;
		st = also == ST_OK ? st : also;
	}
	if (st == ST_BROKEN && table_is_gone(db)) {
		problem(&c->problems, str_dup(c->a, place_dir(p)), MSG_AUDIT_TABLE_GONE);
		return ST_NO;
	}
	if (v.st == ST_OK && (st == ST_OK || st == ST_NO))
		v.st = print_summary(&v, &sum);
	return v.st == ST_OK ? st : v.st;
}

/* REQ: SYS-08 */
static enum status run_verify(struct cli *c)
{
	struct place *p = NULL;
	struct db *db = NULL;

	TRY(open_both(c, PLACE_READ, &p, &db));
	enum status st = verify(c, p, db, cli_value(c, "heads"));
	db_close(db);
	place_close(p);
	return st;
}

static const struct cli_option verify_options[] = {
	CLI_DATA_OPTION, { "heads", "FILE", MSG_AUDIT_OPT_HEADS }, { "format", "text|jsonl", MSG_CLI_FORMAT }, { NULL, NULL, MSG_NONE },
};

const struct cli_command cmd_audit_verify = {
	.name = "audit verify", .synopsis = "[--heads FILE] --data DIR", .summary = MSG_AUDIT_VERIFY, .options = verify_options, .run = run_verify,
};

/* ---- audit heads ---- */

/* Signs what is there now, unless it is signed already. */
static enum status sign_now(struct place *p, struct db *db)
{
	struct keystore *ks = NULL;
	enum status st = ST_RETRY;

	TRY(keystore_open(place_keyring(p), &ks));
	for (int i = 0; i < 20 && st == ST_RETRY; i++)
		st = place_minute(p, db, ks);
	keystore_close(ks);
	return st == ST_PARTIAL ? ST_OK : st;
}

static enum status write_heads(struct cli *c, struct place *p, struct db *db)
{
	struct str out = cli_value(c, "out");
	struct buf b = buf_make(HEADS_MAX);
	enum status st = sign_now(p, db);

	if (st == ST_OK)
		st = audit_heads(db, &b);
	if (st == ST_OK && !out.p) {
		st = cli_print(buf_str(&b));
	} else if (st == ST_OK && sys_write_file(out, buf_str(&b), 0600) != ST_OK) {
		problem(&c->problems, out, MSG_FILE_NOT_WRITTEN);
		st = ST_BAD_INPUT;
	}
	buf_free(&b);
	return st;
}

static enum status run_heads(struct cli *c)
{
	struct place *p = NULL;
	struct db *db = NULL;

	TRY(open_both(c, PLACE_SHARE, &p, &db));
	enum status st = write_heads(c, p, db);
	db_close(db);
	place_close(p);
	return st;
}

static const struct cli_option heads_options[] = { CLI_DATA_OPTION, { "out", "FILE", MSG_CLI_OUT }, { NULL, NULL, MSG_NONE } };

const struct cli_command cmd_audit_heads = {
	.name = "audit heads", .synopsis = "[--out FILE] --data DIR", .summary = MSG_AUDIT_HEADS, .options = heads_options, .run = run_heads,
};

/* ---- audit list ---- */

struct listing { struct buf b; bool json; };

static void add_hex(struct js_out *j, const unsigned char *p)
{
	char hex[2 * HASH_BYTES + 1];

	if (!p) {
		js_null(j);
		return;
	}
	hex_of((struct str){ (const char *)p, HASH_BYTES }, hex);
	js_text(j, str_z(hex));
}

static void add_json(struct buf *b, const struct audit_row *r)
{
	const struct audit_entry *e = &r->e;
	const struct { const char *key; int64_t v; } numbers[] = {
		{ "lane", r->lane }, { "seq", r->seq }, { "actor", e->actor }, { "staff", e->staff }, { "session", e->session },
		{ "record", e->record }, { "version", e->version }, { "count", e->count },
	};
	const struct { const char *key; struct str v; } texts[] = {
		{ "address", e->address }, { "action", e->action }, { "type", e->type }, { "detail", e->detail },
	};
	struct js_out j = { .b = b };
	struct buf at = buf_make(64);

	js_open(&j, '{');
	js_key(&j, S("at"));
	instant_add_iso(&at, e->at);
	js_text(&j, buf_str(&at));
	buf_free(&at);
	for (ptrdiff_t i = 0; i < COUNT(numbers); i++) {
		js_key(&j, str_z(numbers[i].key));
		js_int(&j, numbers[i].v);
	}
	for (ptrdiff_t i = 0; i < COUNT(texts); i++) {
		js_key(&j, str_z(texts[i].key));
		js_text(&j, texts[i].v);
	}
	js_key(&j, S("digest"));
	add_hex(&j, e->digest);
	js_key(&j, S("hash"));
	add_hex(&j, r->hash);
	js_close(&j, '}');
	buf_char(b, '\n');
}

static void add_line(struct buf *b, const struct audit_row *r)
{
	const struct audit_entry *e = &r->e;

	buf_fmt(b, "%lld/%lld\t", (long long)r->lane, (long long)r->seq);
	instant_add_tokyo(b, e->at);
	buf_fmt(b, "\t%lld\t%.*s\t%.*s\t%.*s\t%lld\t%lld\t%.*s\t%lld\n", (long long)e->actor, STR_FMT(e->address), STR_FMT(e->action),
		STR_FMT(e->type), (long long)e->record, (long long)e->version, STR_FMT(e->detail), (long long)e->count);
}

static enum status flush(struct listing *l)
{
	enum status st = l->b.failed ? ST_BROKEN : cli_print(buf_str(&l->b));

	l->b.n = 0;
	return st;
}

static enum status print_row(void *arg, const struct audit_row *r)
{
	struct listing *l = arg;

	if (l->json)
		add_json(&l->b, r);
	else
		add_line(&l->b, r);
	return l->b.n > 60000 ? flush(l) : ST_OK;
}

static enum status run_list(struct cli *c)
{
	struct place *p = NULL;
	struct db *db = NULL;
	struct listing l = { .b = buf_make(1 << 20) };
	int format;

	TRY(cli_choice(c, "format", "text|jsonl", &format));
	l.json = format == 1;
	TRY(open_both(c, PLACE_READ, &p, &db));
	enum status st = audit_list(db, print_row, &l);
	if (st == ST_OK)
		st = flush(&l);
	buf_free(&l.b);
	db_close(db);
	place_close(p);
	return st;
}

static const struct cli_option list_options[] = { CLI_DATA_OPTION, { "format", "text|jsonl", MSG_CLI_FORMAT }, { NULL, NULL, MSG_NONE } };

const struct cli_command cmd_audit_list = {
	.name = "audit list", .synopsis = "[--format text|jsonl] --data DIR", .summary = MSG_AUDIT_LIST, .options = list_options, .run = run_list,
};
