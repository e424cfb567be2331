/* scan_ledger.c - places that no row of the ledger names, rows whose place is empty, files kept too long. */
#include "cli/scan_ledger.h"
#include "cli/store.h"
#include "format/json.h"

struct loading { struct arena *a; struct reconcile *r; };

static enum status work_load(struct request *rq, void *arg)
{
	struct loading *l = arg;

	reconcile_free(l->r);                         /* of a try that lost a race */
	l->r = NULL;
	return reconcile_load(rq, l->a, &l->r);
}

enum status scan_ledger_load(struct cli *c, struct arena *a, struct reconcile **ret)
{
	struct loading l = { a, NULL };
	struct cli_store s;

	enum status st = cli_store_open(c, &s);
	if (st == ST_OK)
		st = request_run(&s.rq, DB_READ, work_load, &l);
	cli_store_close(&s);
	if (st == ST_OK)
		*ret = l.r;
	return st;
}

static void text(struct js_out *j, const char *key, struct str value)
{
	js_key(j, str_z(key));
	js_text(j, value);
}

static void number(struct js_out *j, const char *key, int64_t v)
{
	js_key(j, str_z(key));
	js_int(j, v);
}

static void day(struct js_out *j, const char *key, struct date d)
{
	struct buf b CLEANUP(buf_free) = buf_make(32);

	date_add_iso(&b, d);
	text(j, key, buf_str(&b));
}

static void open_line(struct js_out *j, struct buf *b, const char *key)
{
	*j = (struct js_out){ .b = b };
	js_open(j, '{');
	js_key(j, str_z(key));
	js_open(j, '{');
}

static void close_line(struct js_out *j, struct buf *b)
{
	js_close(j, '}');
	js_close(j, '}');
	buf_char(b, '\n');
}

void scan_ledger_json(struct buf *b, const struct reconcile *r, bool whole)
{
	struct js_out j;

	for (const struct reconcile_folder *f = reconcile_folders(r); f; f = f->next) {
		open_line(&j, b, "proposal");
		text(&j, "storage_place", f->path);
		js_key(&j, S("kinds"));
		js_open(&j, '[');
		for (int k = 0; k < SCAN_KIND_MAX; k++)
			if (f->kinds & SCAN_BIT(k))
				js_text(&j, str_z(scan_kinds[k].name));
		js_close(&j, ']');
		number(&j, "files", f->files);
		number(&j, "findings", f->findings);
		close_line(&j, b);
	}
	for (const struct reconcile_row *row = reconcile_rows(r); row && whole; row = row->next) {
		if (!row->searched || row->files)
			continue;
		open_line(&j, b, "question");
		text(&j, "serial", row->serial);
		text(&j, "name", row->name);
		text(&j, "department", row->department);
		text(&j, "manager", row->manager);
		text(&j, "storage_place", row->place);
		close_line(&j, b);
	}
	for (const struct reconcile_overdue *o = reconcile_overdue(r); o; o = o->next) {
		open_line(&j, b, "disposal");
		text(&j, "path", o->path);
		text(&j, "serial", o->row->serial);
		text(&j, "name", o->row->name);
		text(&j, "retention", o->row->retention);
		day(&j, "changed", o->changed);
		day(&j, "due", o->due);
		close_line(&j, b);
	}
}

static void line(struct buf *b, enum lang lang, enum msg_id id, struct str x, struct str y, struct str z)
{
	msg_add(b, lang, id, (struct str[]){ x, y, z }, 3);
	buf_char(b, '\n');
}

void scan_ledger_text(struct buf *b, const struct reconcile *r, bool whole, enum lang lang)
{
	for (const struct reconcile_folder *f = reconcile_folders(r); f; f = f->next) {
		struct buf kinds CLEANUP(buf_free) = buf_make(0), n CLEANUP(buf_free) = buf_make(32);
		for (int k = 0; k < SCAN_KIND_MAX; k++)
			if (f->kinds & SCAN_BIT(k)) {
				if (kinds.n)
					buf_add(&kinds, lang == JA ? msg_text(MSG_SCAN_COMMA, JA) : S(", "));
				buf_add(&kinds, lang == JA ? scan_kinds[k].ja : scan_kinds[k].en);
			}
		buf_int(&n, f->files);
		line(b, lang, MSG_SCAN_PROPOSAL, f->path, buf_str(&n), buf_str(&kinds));
	}
	for (const struct reconcile_row *row = reconcile_rows(r); row && whole; row = row->next)
		if (row->searched && !row->files)
			line(b, lang, MSG_SCAN_QUESTION, row->serial, row->name, row->place);
	for (const struct reconcile_overdue *o = reconcile_overdue(r); o; o = o->next) {
		struct buf d CLEANUP(buf_free) = buf_make(32);
		date_add_iso(&d, o->due);
		line(b, lang, MSG_SCAN_DISPOSAL, o->path, o->row->serial, buf_str(&d));
	}
}
