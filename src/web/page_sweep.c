/* page_sweep.c - many records at once: a move or an assignment for those picked, and the page on which hundreds of rows are worked
 * through one by one or together. */
#include "base/num.h"
#include "web/pages.h"
#include "web/record_page.h"

enum { ROWS_SHOWN = 500, ALL_MAX = 20000 };

/* ---- doing it ---- */

struct failure { struct str title; struct problem why; };
struct many { const struct type *t; struct url back; int done, failed; struct failure *f; int place; struct value value; bool copies; };

static void told_body(struct html *h, struct web *w, void *arg)
{
	const struct many *b = arg;

	NOTICE(h, "warn") {
		h_attr(h, "role", S("status"));
		EL(h, "h2")
			h_msg(h, MSG_WEB_BULK_PARTLY, text_of_int(&w->a, b->done), text_of_int(&w->a, b->failed));
	}
	EL(h, "ul")
		for (int i = 0; i < b->failed; i++)
			EL(h, "li") {
				if (b->f[i].title.n) {
					h_el_text(h, "b", b->f[i].title);
					h_lit(h, ": ");
				}
				h_msg_args(h, b->f[i].why.msg, b->f[i].why.arg, (int)COUNT(b->f[i].why.arg));
			}
	EL(h, "p")
		h_link(h, b->back, MSG_WEB_BACK_TO_LIST);
}

/* One record of many. Expected refusals are collected, anything else ends the whole. */
static enum status do_one(struct web *w, struct many *b, int64_t id)
{
	struct problems before = w->rq.problems;
	struct record *r;
	enum status st = record_load(&w->rq, id, &r);

	if (st == ST_OK && r->type != b->t)
		st = ST_NOT_FOUND;
	if (st == ST_OK && b->copies)
		st = record_save(&w->rq, record_copy(&w->rq, r, 1));
	else if (st == ST_OK)
		st = b->place >= 0 ? record_assign(&w->rq, r, b->place, &b->value)
			: record_move(&w->rq, r, http_get(&w->form, S("_move")), str_trim(http_get(&w->form, S("comment"))), NULL);
	if (st == ST_OK) {
		b->done++;
		return ST_OK;
	}
	if (st != ST_BAD_INPUT && st != ST_NO && st != ST_DENIED && st != ST_NOT_FOUND)
		return st;
	struct failure *f = &b->f[b->failed++];
	f->title = st == ST_NOT_FOUND ? text_of_int(&w->a, id) : record_title(&w->rq, r);
	f->why = w->rq.problems.n > before.n ? w->rq.problems.p[before.n]
		: (struct problem){ .msg = st == ST_DENIED ? MSG_REC_NOT_YOURS : MSG_REC_NOT_HERE };
	w->rq.problems.n = before.n;
	return ST_OK;
}

static void told(struct web *w, struct many *b)
{
	if (!b->done && !b->failed)
		b->f[b->failed++].why = (struct problem){ .msg = MSG_WEB_NOTHING_PICKED };
	if (!b->failed)
		reply_redirect(w, url_with(&w->a, b->back, "done", S("bulk")));
	else
		page_send(w, &(struct page){ .title = type_title(b->t, w->lang), .area = b->t->t->area, .body = told_body, .arg = b });
}

static struct str assign_name(struct web *w, const struct field *f)
{
	return field_input_name(w, "a.", f);
}

/* What the button says: which field is given which value; place -1 for a move. */
static enum status read_assignment(struct web *w, struct many *b)
{
	struct str name = http_get(&w->form, S("_assign"));

	b->place = -1;
	if (!name.n)
		return ST_OK;
	b->place = type_place(b->t, name);
	if (b->place < 0 || !(b->t->fields[b->place].flags & ASSIGN))
		return ST_DENIED;
	const struct field *f = &b->t->fields[b->place];
	TRY(field_input_take(w, f, assign_name(w, f), &b->value));
	bool link = f->kind == FK_DEPARTMENT || f->kind == FK_STAFF || f->kind == FK_LINK;
	if (b->value.set && !(link && !b->value.num))
		return ST_OK;
	problem(&w->rq.problems, assign_name(w, f), MSG_REC_REQUIRED);
	return ST_BAD_INPUT;
}

bool may_copy_year(struct web *w, const struct type *t)
{
	return t->t->year_field && access_may_any(&w->rq, t, MAY_CREATE);
}

enum status many_at_once(struct web *w, const struct type *t, struct url to)
{
	struct many b = { .t = t, .back = to, .f = new_n(&w->a, struct failure, PICK_MAX + 1) };
	enum status st = read_assignment(w, &b);
	int64_t id;

	if (st != ST_OK && st != ST_BAD_INPUT)
		return st;
	b.copies = http_get(&w->form, S("_copy")).n > 0;
	if (b.copies && !may_copy_year(w, t))
		return ST_DENIED;
	if (st == ST_BAD_INPUT)
		b.f[b.failed++].why = w->rq.problems.p[0];
	for (ptrdiff_t i = 0; st == ST_OK && i < w->form.n && b.done + b.failed < PICK_MAX; i++)
		if (str_eq(w->form.p[i].name, S("pick")) && num_parse(w->form.p[i].value, 1, INT64_MAX, &id) == ST_OK)
			TRY(do_one(w, &b, id));
	told(w, &b);
	return ST_OK;
}

/* ---- giving a field to many ---- */

bool may_assign(struct web *w, const struct type *t)
{
	bool any = false;

	for (int i = 0; i < t->nfields; i++)
		any |= (t->fields[i].flags & ASSIGN) != 0;
	return any && access_may_any(&w->rq, t, MAY_ASSIGN);
}

void h_assign_inputs(struct html *h, struct web *w, const struct type *t)
{
	if (!may_assign(w, t))
		return;
	h_el_msg(h, "h3", MSG_WEB_ASSIGN);
	EL(h, "div", " class=\"tools-row\"")
		for (int i = 0; i < t->nfields; i++) {
			const struct field *f = &t->fields[i];
			if (!(f->flags & ASSIGN))
				continue;
			EL(h, "div") {
				EL(h, "label", " class=\"label\"") {
					h_attr_id(h, "for", "f-", assign_name(w, f));
					h_text(h, field_label(f, w->lang));
				}
				h_field_input(h, w, f, assign_name(w, f), S(""));
			}
			EL(h, "button", " class=\"button second\" type=\"submit\" name=\"_assign\"") {
				h_attr(h, "value", str_z(f->name));
				h_msg(h, MSG_WEB_ASSIGN_DO, field_label(f, w->lang));
			}
		}
}

/* ---- hundreds of rows ---- */

struct sweep {
	const struct type *t;
	const struct move *m;
	int                stamp;            /* the place of the date that the move stamps; -1 */
	struct date        since;
	int64_t            department;
	struct record    **row;
	int                n;                /* rows that want it and are shown */
	int64_t           *id;               /* of all rows that want it, up to ALL_MAX */
	int64_t            left, all;
};

struct url sweep_url(struct web *w, const struct work_place *p)
{
	struct url u = url_of(&w->a, R_sweep, str_z(p->type), str_z(p->move));
	struct buf b = buf_make(32);

	date_add_iso(&b, p->since);
	u = url_with(&w->a, u, "since", str_dup(&w->a, buf_str(&b)));
	buf_free(&b);
	return p->department ? url_with(&w->a, u, "department", text_of_int(&w->a, p->department)) : u;
}

static struct url here(struct web *w, const struct sweep *s)
{
	return sweep_url(w, &(struct work_place){ s->t->t->name, s->m->code, s->since, s->department });
}

static enum status read_sweep(struct web *w, struct sweep *s)
{
	TRY(path_type(w, &s->t));
	for (int i = 0; i < s->t->t->nmoves && !s->m; i++)
		if (str_eq(w->arg[1], str_z(s->t->t->moves[i].code)) && (s->t->t->moves[i].flags & MOVE_BULK))
			s->m = &s->t->t->moves[i];
	if (!s->m)
		return ST_NOT_FOUND;
	s->stamp = s->m->stamps ? type_place(s->t, str_z(s->m->stamps)) : -1;
	if (date_parse_iso(http_get(&w->query, S("since")), &s->since) != ST_OK)
		s->since = w->rq.today;
	if (num_parse(http_get(&w->query, S("department")), 1, INT64_MAX, &s->department) != ST_OK)
		s->department = 0;
	return ST_OK;
}

static enum status take_row(struct request *rq, struct record *r, void *arg)
{
	struct sweep *s = arg;

	(void)rq;
	if (s->department && r->department != s->department)
		return ST_OK;
	s->all++;
	if (s->stamp >= 0 && r->v[s->stamp].set && date_cmp(value_day(&r->v[s->stamp]), s->since) >= 0)
		return ST_OK;
	if (s->left < ALL_MAX)
		s->id[s->left] = r->id;
	if (s->left++ < ROWS_SHOWN)
		s->row[s->n++] = r;
	return ST_OK;
}

/* Rows are read here and not through record_each, which gives their memory back. */
static enum status gather(struct web *w, struct sweep *s)
{
	struct list_query q = { .type = s->t, .sort = LIST_SORT_SERIAL, .step = str_z(s->m->from), .department = s->department,
		.limit = LIST_PAGE_MAX };
	struct list_page page;

	s->row = new_n(&w->a, struct record *, ROWS_SHOWN);
	s->id = new_n(&w->a, int64_t, ALL_MAX);
	do {
		TRY(record_list(&w->rq, &q, &page));
		for (int i = 0; i < page.n; i++)
			TRY(take_row(&w->rq, page.rows[i], s));
		q.after = page.next;
	} while (page.next.n);
	return ST_OK;
}

static bool shown(const struct sweep *s, int place)
{
	const struct field *f = &s->t->fields[place];

	return (f->flags & (LISTED | AT_SUBMIT)) && f->kind != FK_ROWS && f->kind != FK_SERIAL
		&& !(f->kind == FK_DEPARTMENT && s->department) && !(f->flags & DERIVED)
		&& !(s->t->t->title_field && strcmp(f->name, s->t->t->title_field) == 0);
}

/* Ticked in the form that comes back with its mistake. */
static bool picked(struct web *w, int64_t id)
{
	int64_t one;

	for (ptrdiff_t i = 0; i < w->form.n; i++)
		if (str_eq(w->form.p[i].name, S("pick")) && num_parse(w->form.p[i].value, 1, INT64_MAX, &one) == ST_OK && one == id)
			return true;
	return false;
}

static void row(struct html *h, struct web *w, const struct sweep *s, const struct record *r)
{
	EL(h, "tr") {
		EL(h, "td", " class=\"pick\"")
			EL(h, "label") {
				VOID(h, "input", " type=\"checkbox\" name=\"pick\"") {
					h_attr_int(h, "value", r->id);
					if (picked(w, r->id))
						h_flag(h, "checked");
				}
				EL(h, "span", " class=\"hide\"")
					h_msg(h, MSG_WEB_PICK, record_title(&w->rq, r));
			}
		EL(h, "td", " class=\"main\"") {
			h_attr_msg(h, "data-label", MSG_WEB_PICK_NAME);
			EL(h, "a") {
				h_url(h, "href", record_url(w, r));
				h_text(h, record_title(&w->rq, r));
			}
			if (r->serial.n)
				h_el_text(h, "div", r->serial, " class=\"note\"");
		}
		for (int i = 0; i < s->t->nfields; i++)
			if (shown(s, i))
				EL(h, "td") {
					h_attr(h, "data-label", field_label(&s->t->fields[i], w->lang));
					h_value_short(h, w, &s->t->fields[i], &r->v[i]);
				}
		if (s->stamp >= 0)
			EL(h, "td") {
				h_attr_msg(h, "data-label", MSG_WEB_SWEEP_LAST);
				h_value_short(h, w, &s->t->fields[s->stamp], &r->v[s->stamp]);
			}
		EL(h, "td", " class=\"act\"")
			EL(h, "button", " class=\"button second small\" type=\"submit\" name=\"_one\"") {
				h_attr_int(h, "value", r->id);
				h_text(h, s->m->label[w->lang]);
				EL(h, "span", " class=\"hide\"")
					h_text(h, record_title(&w->rq, r));
			}
	}
}

static void table(struct html *h, struct web *w, const struct sweep *s)
{
	EL(h, "div", " class=\"scroll stacked\" tabindex=\"0\" role=\"region\"") {
		h_attr(h, "aria-label", type_title(s->t, w->lang));
		EL(h, "table", " class=\"stack sweep\"") {
			EL(h, "thead")
				EL(h, "tr") {
					EL(h, "th", " scope=\"col\" class=\"pick\"")
						EL(h, "label") {
							VOID(h, "input", " type=\"checkbox\" data-pick-all") { }
							EL(h, "span", " class=\"hide\"")
								h_msg(h, MSG_WEB_PICK_ALL);
						}
					h_el_msg(h, "th", MSG_WEB_PICK_NAME, " scope=\"col\"");
					for (int i = 0; i < s->t->nfields; i++)
						if (shown(s, i))
							h_el_text(h, "th", field_label(&s->t->fields[i], w->lang), " scope=\"col\"");
					if (s->stamp >= 0)
						h_el_msg(h, "th", MSG_WEB_SWEEP_LAST, " scope=\"col\"");
					h_el_text(h, "th", s->m->label[w->lang], " scope=\"col\"");
				}
			EL(h, "tbody")
				for (int i = 0; i < s->n; i++)
					row(h, w, s, s->row[i]);
		}
	}
}

static void body(struct html *h, struct web *w, void *arg)
{
	const struct sweep *s = arg;

	if (s->department)
		EL(h, "p")
			h_el_text(h, "b", record_title_of(&w->rq, s->department));
	h_el_msg(h, "p", MSG_WEB_SWEEP_INTRO, " class=\"note\"");
	EL(h, "p", " class=\"sum\"") {
		h_attr(h, "role", S("status"));
		if (s->left)
			h_msg(h, MSG_WEB_SWEEP_LEFT, text_of_int(&w->a, s->left), text_of_int(&w->a, s->all));
		else
			h_msg(h, MSG_WEB_SWEEP_DONE);
	}
	if (!s->n) {
		EL(h, "p")
			h_link(h, url_of(&w->a, R_home), MSG_WEB_TO_HOME);
		return;
	}
	FORM(h, w, url_join(&w->a, url_of(&w->a, R_sweep_do, w->arg[0], w->arg[1]), str_sub(w->raw_target,
		str_find_char(w->raw_target, '?') < 0 ? w->raw_target.n : str_find_char(w->raw_target, '?'), w->raw_target.n))) {
		h_hidden(h, S("_move"), str_z(s->m->code));
		EL(h, "div", " class=\"tools-row sticky-top\"") {
			EL(h, "div", " class=\"grow\"") {
				h_el_text(h, "label", s->m->asks[w->lang].n ? s->m->asks[w->lang] : msg_text(MSG_WEB_COMMENT, w->lang), " class=\"label\" for=\"comment\"");
				h_problem(h, &w->rq.problems, S("comment"));
				VOID(h, "input", " type=\"text\" id=\"comment\" name=\"comment\" maxlength=\"2000\"")
					if (problem_at(&w->rq.problems, S("comment"))) {
						h_attr(h, "aria-invalid", S("true"));
						h_attr(h, "aria-describedby", S("e-comment"));
					}
			}
			EL(h, "button", " class=\"button\" type=\"submit\"")
				h_msg(h, MSG_WEB_SWEEP_PICKED, s->m->label[w->lang]);
			if (s->left > 1 && s->left <= ALL_MAX)
				EL(h, "button", " class=\"button second\" type=\"submit\" name=\"_all\" value=\"1\"")
					h_msg(h, MSG_WEB_SWEEP_ALL, text_of_int(&w->a, s->left), s->m->label[w->lang]);
		}
		table(h, w, s);
	}
}

static void show(struct web *w, struct sweep *s, int status)
{
	struct buf b = buf_make(1024);
	struct str args[] = { type_title(s->t, w->lang), s->m->label[w->lang] };

	msg_add(&b, w->lang, MSG_WEB_SWEEP_TITLE, args, 2);
	struct str title = str_dup(&w->a, buf_str(&b));
	buf_free(&b);
	page_send(w, &(struct page){ .title = title, .area = s->t->t->area, .ncrumbs = 1, .status = status,
		.crumb = { { type_title(s->t, w->lang), list_url(w, s->t) } }, .body = body, .arg = s });
}

enum status page_sweep(struct web *w)
{
	struct sweep s = { 0 };

	TRY(read_sweep(w, &s));
	TRY(gather(w, &s));
	show(w, &s, 200);
	return ST_OK;
}

/* A whole batch, as an import brought it: every row that wants the move, whether it is shown or not. */
static enum status all_of_them(struct web *w, struct sweep *s)
{
	struct many b = { .t = s->t, .back = here(w, s), .f = new_n(&w->a, struct failure, PICK_MAX + 1), .place = -1 };

	TRY(gather(w, s));
	for (int64_t i = 0; i < MIN(s->left, ALL_MAX) && b.failed < PICK_MAX; i++)
		TRY(do_one(w, &b, s->id[i]));
	told(w, &b);
	return ST_OK;
}

enum status page_sweep_do(struct web *w)
{
	struct sweep s = { 0 };
	struct str one = http_get(&w->form, S("_one"));

	TRY(read_sweep(w, &s));
	if (s.m->flags & (MOVE_RETURN | MOVE_REJECT | MOVE_REASON) && !str_trim(http_get(&w->form, S("comment"))).n) {
		TRY(gather(w, &s));                      /* asked for once, not once for each row */
		problem(&w->rq.problems, S("comment"), MSG_REC_REASON);
		show(w, &s, 422);
		return ST_BAD_INPUT;
	}
	if (http_get(&w->form, S("_all")).n)
		return all_of_them(w, &s);
	if (one.n) {                                     /* the button of a row: this one alone, whatever is ticked */
		for (ptrdiff_t i = 0; i < w->form.n; i++)
			if (str_eq(w->form.p[i].name, S("pick")))
				w->form.p[i].name = S("_unpicked");
			else if (str_eq(w->form.p[i].name, S("_one")))
				w->form.p[i].name = S("pick");
	}
	return many_at_once(w, s.t, here(w, &s));
}
