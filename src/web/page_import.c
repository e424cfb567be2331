/* page_import.c - a file from outside against the records there are: upload, what was recognised, the difference, the act.
 * The file is parsed in a confined child and kept sealed between the two steps; nothing is written before "apply". */
#include "base/num.h"
#include "crypto/crypto.h"
#include "record/import_run.h"
#include "web/csrf.h"
#include "web/pages.h"
#include "web/record_page.h"
#include "web/site.h"

enum { LINES_SHOWN = 200 };

struct upload {
	struct web           *w;
	const struct type    *t;
	struct import_source  source;
	struct import_read    read;
	struct import_report *report;        /* one for each table */
	struct problems       problems;      /* of the file */
	struct arena          keep;          /* tables and report: the import gives the request's own arena back in portions */
	int64_t               file;
	bool                  apply;
};

/* Ties the kept file to this session: nobody applies, or looks at, what another person brought. */
static struct str file_token(struct web *w, int64_t file)
{
	unsigned char h[HASH_BYTES];
	char hex[2 * HASH_BYTES + 1];
	struct buf b = buf_make(1000);

	buf_lit(&b, "import:");
	buf_add(&b, csrf_token(w));
	buf_fmt(&b, ":%lld", (long long)file);
	hash(buf_str(&b), h);
	buf_free(&b);
	hex_of((struct str){ (char *)h, HASH_BYTES }, hex);
	return str_dup(&w->a, str_z(hex));
}

/* ---- pages ---- */

static void upload_form(struct html *h, struct web *w, const struct type *t)
{
	FORM_FILES(h, w, url_of(&w->a, R_import_do, str_z(t->t->name))) {
		EL(h, "div", " class=\"field\"") {
			EL(h, "label", " for=\"f-file\"") {
				h_msg(h, MSG_WEB_IMPORT_FILE);
				h_el_msg(h, "span", MSG_WEB_MUST, " class=\"must\"");
			}
			h_el_msg(h, "p", MSG_WEB_IMPORT_HINT, " class=\"hint\" id=\"h-file\"");
			VOID(h, "input", " type=\"file\" id=\"f-file\" name=\"file\" required aria-describedby=\"h-file\" accept=\".xlsx,.csv,.tsv,.txt\"") { }
		}
		h_input(h, NULL, &(struct input){ .name = S("sheet"), .label = MSG_WEB_IMPORT_SHEET, .hint = MSG_WEB_IMPORT_SHEET_HINT });
		EL(h, "div", " class=\"buttons\"")
			h_button(h, MSG_WEB_IMPORT_COMPARE);
	}
}

static void numbers(struct html *h, const struct import_report *r)
{
	static const enum msg_id words[IMPORT_OUTCOMES] = { [IMPORT_NEW] = MSG_WEB_IMPORT_NEW,
		[IMPORT_CHANGED] = MSG_WEB_IMPORT_CHANGED, [IMPORT_PROPOSED] = MSG_WEB_IMPORT_PROPOSED, [IMPORT_SAME] = MSG_WEB_IMPORT_SAME };

	EL(h, "div", " class=\"cards\"")
		for (int i = 0; i < IMPORT_OUTCOMES; i++)
			EL(h, "div", " class=\"card\"") {
				h_el_msg(h, "h3", words[i]);
				EL(h, "p", " class=\"figure\"") {
					h_count(h, r->count[i]);
					EL(h, "small")
						h_msg(h, MSG_WEB_RECORDS);
				}
			}
}

static void columns(struct html *h, struct web *w, const struct import_table *t)
{
	EL(h, "details") {
		h_el_msg(h, "summary", MSG_WEB_IMPORT_COLUMNS);
		EL(h, "dl", " class=\"facts\"")
			for (int i = 0; i < t->ncolumns; i++) {
				h_el_text(h, "dt", t->column[i].header);
				EL(h, "dd") {
					if (t->column[i].place >= 0)
						h_text(h, field_label(&t->type->fields[t->column[i].place], w->lang));
					else
						h_el_msg(h, "span", MSG_WEB_IMPORT_LEFT_OUT, " class=\"none\"");
				}
			}
	}
}

static void changes(struct html *h, struct web *w, const struct import_table *t, const struct import_line *l)
{
	EL(h, "li") {
		h_el_text(h, "b", t->row[l->row].where);
		h_lit(h, " ");
		EL(h, "span", " class=\"mark key\"")
			h_msg(h, l->outcome == IMPORT_NEW ? MSG_WEB_IMPORT_NEW : l->outcome == IMPORT_CHANGED ? MSG_WEB_IMPORT_CHANGED
				: MSG_WEB_IMPORT_PROPOSED);
		EL(h, "div", " class=\"note diff\"")
			for (int i = 0; i < l->nchanges && i < 12; i++) {
				h_text(h, field_label(&t->type->fields[l->change[i].place], w->lang));
				h_lit(h, ": ");
				if (l->change[i].before.n) {
					EL(h, "del")
						h_text(h, l->change[i].before);
					h_lit(h, " &rarr; ");
				}
				EL(h, "ins")
					h_text(h, l->change[i].after);
				h_lit(h, " ");
			}
	}
}

static void doubts(struct html *h, struct web *w, const struct import_report *r)
{
	int n = 0;

	if (r->doubts) {
		h_el_msg(h, "h3", MSG_WEB_IMPORT_DOUBTS);
		EL(h, "ul")
			for (const struct import_doubt *d = r->doubts; d && n < LINES_SHOWN; d = d->next, n++)
				EL(h, "li") {
					h_text(h, d->where);
					h_lit(h, ": ");
					h_text(h, d->text);
				}
	}
	if (r->names) {
		h_el_msg(h, "h3", MSG_WEB_IMPORT_NAMES);
		EL(h, "ul")
			for (const struct import_name *m = r->names; m; m = m->next)
				EL(h, "li") {
					h_text(h, field_label(m->field, w->lang));
					h_lit(h, ": ");
					h_text(h, m->name);
				}
	}
}

static void one_table(struct html *h, struct web *w, const struct import_table *t, const struct import_report *r)
{
	int n = 0;

	EL(h, "section") {
		h_el_msg(h, "h2", MSG_WEB_IMPORT_DIFFERENCE);
		numbers(h, r);
		columns(h, w, t);
		EL(h, "ul")
			for (const struct import_line *l = r->lines; l && n < LINES_SHOWN; l = l->next)
				if (l->outcome != IMPORT_SAME) {
					changes(h, w, t, l);
					n++;
				}
		doubts(h, w, r);
	}
}

static void apply_form(struct html *h, struct web *w, const struct upload *u)
{
	FORM(h, w, url_of(&w->a, R_import_do, str_z(u->t->t->name))) {
		h_hidden(h, S("_file"), text_of_int(&w->a, u->file));
		h_hidden(h, S("_file_token"), file_token(w, u->file));
		h_hidden(h, S("sheet"), u->source.sheet);
		EL(h, "div", " class=\"buttons\"") {
			h_button(h, MSG_WEB_IMPORT_APPLY);
			h_link(h, url_of(&w->a, R_import, str_z(u->t->t->name)), MSG_WEB_CANCEL);
		}
	}
}

static void body(struct html *h, struct web *w, void *arg)
{
	const struct upload *u = arg;

	h_problem_summary(h, &u->problems);
	if (!u->report) {
		h_el_msg(h, "p", MSG_WEB_IMPORT_INTRO);
		upload_form(h, w, u->t);
		return;
	}
	for (ptrdiff_t i = 0; i < u->read.ntables; i++)
		one_table(h, w, &u->read.table[i], &u->report[i]);
	apply_form(h, w, u);
}

static void show(struct web *w, struct upload *u, int status)
{
	page_send(w, &(struct page){ .title = msg_text(MSG_WEB_IMPORT, w->lang), .area = u->t->t->area, .status = status,
		.ncrumbs = 1, .crumb = { { type_title(u->t, w->lang), list_url(w, u->t) } }, .body = body, .arg = u });
}

enum status page_import(struct web *w)
{
	struct upload u = { .w = w, .problems = { .a = &w->a } };

	TRY(path_type(w, MAY_IMPORT, &u.t));
	show(w, &u, 200);
	return ST_OK;
}

/* ---- the work ---- */

static enum status keep_file(struct request *rq, void *arg)
{
	struct upload *u = arg;

	return file_save(rq, u->source.name, u->source.bytes, &u->file);
}

static enum status load_file(struct request *rq, void *arg)
{
	struct upload *u = arg;

	return file_load(rq, u->file, &u->source.name, &u->source.bytes);
}

static enum status read_file(struct request *rq, void *arg)
{
	struct upload *u = arg;

	return import_read_file(&u->keep, rq, u->t, &u->source, &u->problems, &u->read);
}

/* The file that came now, or the one kept since the comparison. */
static enum status take_file(struct upload *u)
{
	struct web *w = u->w;
	struct str kept = http_get(&w->form, S("_file"));

	u->source.sheet = str_trim(http_get(&w->form, S("sheet")));
	if (!u->source.sheet.n)
		u->source.sheet.p = NULL;
	u->source.sandbox = site_sandbox(w);
	if (kept.n) {
		u->apply = true;
		if (num_parse(kept, 1, INT64_MAX, &u->file) != ST_OK ||
		    !secret_eq(http_get(&w->form, S("_file_token")), file_token(w, u->file)))
			return ST_DENIED;
		return request_run(&w->rq, DB_READ, load_file, u);
	}
	for (ptrdiff_t i = 0; i < w->parts.n; i++)
		if (w->parts.p[i].file && str_eq(w->parts.p[i].name, S("file")) && w->parts.p[i].bytes.n) {
			u->source.name = w->parts.p[i].filename;
			u->source.bytes = w->parts.p[i].bytes;
			return request_run(&w->rq, DB_WRITE, keep_file, u);
		}
	problem(&u->problems, S("file"), MSG_REC_REQUIRED);
	return ST_BAD_INPUT;
}

static enum status import_step(struct upload *u)
{
	struct web *w = u->w;
	enum status st = take_file(u);

	if (st == ST_OK)
		st = request_run(&w->rq, DB_READ, read_file, u);
	if (st == ST_OK) {
		u->report = new_n(&u->keep, struct import_report, u->read.ntables);
		st = import_run(&w->rq, &u->keep, &u->read, u->apply, &u->problems, NULL, NULL, u->report);
	}
	if (st == ST_OK && u->apply) {
		reply_redirect(w, url_with(&w->a, list_url(w, u->t), "done", S("imported")));
		return ST_OK;
	}
	if (st != ST_OK && st != ST_BAD_INPUT && st != ST_TOO_BIG)
		return st;
	if (st != ST_OK) {
		u->report = NULL;
		if (!u->problems.n)
			problem(&u->problems, S("file"), st == ST_TOO_BIG ? MSG_WEB_413_TEXT : MSG_FILE_UNREADABLE);
	}
	show(w, u, st == ST_OK ? 200 : 422);
	return ST_OK;
}

enum status page_import_do(struct web *w)
{
	struct upload u = { .w = w, .problems = { .a = &w->a }, .keep = arena_make((ptrdiff_t)1 << 30) };

	TRY(path_type(w, MAY_IMPORT, &u.t));
	enum status st = import_step(&u);
	import_read_end(&u.read);
	arena_free(&u.keep);
	return st;
}
