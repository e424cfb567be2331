/* page_list.c - the list of a type: columns, filters, words, sorting, pages, bulk moves. */
#include "base/num.h"
#include "record/index.h"
#include "web/pages.h"
#include "web/type_pages.h"

struct column { const struct field *f; int place; struct html_start cell; };
struct list_view {
	const struct type *t;
	struct column     *column;                     /* those beside the title */
	int                ncolumns, title;            /* its place; -1: the type has none */
	struct html_start  title_cell, step_cell;
	struct url         same, same_unordered;       /* this list with what is asked for now, with and without its order */
	struct list_query  q;
	struct list_page   page;
	const struct move *bulk[8];
	int                nbulk;
	bool               may_create, may_export, may_import, pick;
	struct str         sort;
	bool               filtered;
};

static struct str given(struct web *w, const char *name)
{
	return str_trim(http_get(&w->query, str_z(name)));
}

static struct str filter_name(struct web *w, const struct field *f)
{
	return field_input_name(w, "f.", f);
}

static bool can_filter(const struct field *f)
{
	return (f->flags & (LISTED | KEYED)) && index_has_key(f) && (f->kind == FK_CHOICE || f->kind == FK_YES_NO || f->kind == FK_LINK);
}

/* What the address says of a field: a code, or the number of a linked record. */
static bool filter_value(struct web *w, const struct field *f, struct str s, struct value *ret)
{
	struct problems ignored = { .a = &w->a };
	int64_t id;

	if (f->kind != FK_LINK)
		return value_parse(&w->a, f, s, S(""), &ignored, ret) == ST_OK;
	if (num_parse(s, 1, INT64_MAX, &id) != ST_OK)
		return false;
	*ret = value_of_link(id);
	return true;
}

/* ---- the query out of the address ---- */

static void read_filters(struct web *w, struct list_view *v)
{
	for (int i = 0; i < v->t->nfields && v->q.nfilters < LIST_FILTERS; i++) {
		const struct field *f = &v->t->fields[i];
		struct str s = can_filter(f) ? http_get(&w->query, filter_name(w, f)) : S("");
		struct value value;
		if (!s.n || !filter_value(w, f, s, &value))
			continue;
		v->q.filter[v->q.nfilters++] = (struct list_filter){ .place = i,
			.equal = index_key(&w->rq, v->t, i, &value) };
	}
}

static void read_sort(struct web *w, struct list_view *v)
{
	int place = type_place(v->t, given(w, "sort"));

	v->sort = given(w, "sort");
	v->q.descending = str_eq(given(w, "dir"), S("desc"));
	v->q.sort = LIST_SORT_CHANGED;
	if (str_eq(v->sort, S("serial")))
		v->q.sort = LIST_SORT_SERIAL;
	else if (place >= 0 && (v->t->fields[place].flags & (LISTED | KEYED)) && index_has_key(&v->t->fields[place]))
		v->q.sort = place;
	else
		v->q.descending = !str_eq(given(w, "dir"), S("asc"));
}

static void read_query(struct web *w, struct list_view *v)
{
	v->t = v->q.type;
	v->q.words = str_sub(given(w, "q"), 0, 200);
	v->q.step = given(w, "step");
	if (v->q.step.n && !str_eq(v->q.step, S("*")) && !type_step(v->t->t, v->q.step))
		v->q.step = S("");
	v->q.incomplete = str_eq(given(w, "incomplete"), S("1"));
	v->q.mine = str_eq(given(w, "mine"), S("1"));
	v->q.after = given(w, "after");
	if (v->t->t->department_field && num_parse(given(w, "department"), 1, INT64_MAX, &v->q.department) != ST_OK)
		v->q.department = 0;
	path_days(w);
	read_filters(w, v);
	read_sort(w, v);
	v->filtered = v->q.words.n || v->q.step.n || v->q.incomplete || v->q.mine || v->q.nfilters || v->q.department || request_dated(&w->rq);
}

void list_query_of(struct web *w, struct list_query *q)
{
	struct list_view v = { .q = { .type = q->type } };

	read_query(w, &v);
	*q = v.q;
	q->after = S("");
}

static struct url same_list(struct web *w, const struct list_view *v, bool with_order)
{
	static const char *const kept[] = { "q", "step", "incomplete", "mine", "department", "as_of", "on", "sort", "dir" };
	struct url u = list_url(w, v->t);

	for (ptrdiff_t i = 0; i < COUNT(kept) - (with_order ? 0 : 2); i++)
		u = url_with_(&w->a, u, str_z(kept[i]), given(w, kept[i]));
	for (int i = 0; i < v->t->nfields; i++)
		if (can_filter(&v->t->fields[i]))
			u = url_with_(&w->a, u, filter_name(w, &v->t->fields[i]), http_get(&w->query, filter_name(w, &v->t->fields[i])));
	return u;
}

/* ---- tools above the table ---- */

static void option(struct html *h, struct str value, struct str label, bool chosen)
{
	EL(h, "option") {
		h_attr(h, "value", value);
		if (chosen)
			h_flag(h, "selected");
		h_text(h, label);
	}
}

static void step_filter(struct html *h, struct web *w, const struct list_view *v)
{
	EL(h, "div") {
		h_el_msg(h, "label", MSG_WEB_STATE, " class=\"label\" for=\"step\"");
		EL(h, "select", " class=\"middle\" id=\"step\" name=\"step\"") {
			option(h, S(""), msg_text(MSG_WEB_STATE_OPEN, w->lang), !v->q.step.n);
			for (int i = 0; i < v->t->t->nsteps; i++) {
				const struct step *s = &v->t->t->steps[i];
				option(h, str_z(s->code), s->label[w->lang], str_eq(v->q.step, str_z(s->code)));
			}
			option(h, S("*"), msg_text(MSG_WEB_STATE_ALL, w->lang), str_eq(v->q.step, S("*")));
		}
	}
}

static void field_filter(struct html *h, struct web *w, const struct field *f)
{
	struct str name = filter_name(w, f), now = http_get(&w->query, name);
	struct value linked;

	if (f->kind == FK_LINK) {                                /* chosen by the page that led here; it stays */
		if (!now.n || !filter_value(w, f, now, &linked))
			return;
		h_hidden(h, name, now);
		EL(h, "p") {
			h_text(h, field_label(f, w->lang));
			h_lit(h, ": ");
			h_text(h, record_title_of(&w->rq, linked.num));
		}
		return;
	}
	EL(h, "div") {
		EL(h, "label", " class=\"label\"") {
			h_attr(h, "for", name);
			h_text(h, field_label(f, w->lang));
		}
		EL(h, "select", " class=\"middle\"") {
			h_attr(h, "id", name);
			h_attr(h, "name", name);
			option(h, S(""), msg_text(MSG_WEB_ANY, w->lang), !now.n);
			if (f->kind == FK_YES_NO) {
				option(h, S("yes"), msg_text(MSG_REC_YES, w->lang), str_eq(now, S("yes")));
				option(h, S("no"), msg_text(MSG_REC_NO, w->lang), str_eq(now, S("no")));
				option(h, S("unknown"), msg_text(MSG_REC_UNKNOWN, w->lang), str_eq(now, S("unknown")));
			}
			for (const struct choice *c = f->kind == FK_CHOICE ? f->choices : NULL; c && c->code; c++)
				option(h, str_z(c->code), c->label[w->lang], str_eq(now, str_z(c->code)));
		}
	}
}

/* All departments are read only when somebody wants to choose one: a list is asked for far more often than that. */
static void department_filter(struct html *h, struct web *w, const struct list_view *v)
{
	int place = type_place(v->t, str_z(v->t->t->department_field ? v->t->t->department_field : ""));
	bool wanted = v->q.department || given(w, "more").n;
	const struct type *departments = store_type_marked(conn_store(w->rq.conn), TYPE_DEPARTMENT);

	if (place < 0 || !access_may_any(&w->rq, departments, MAY_READ))
		return;
	if (!wanted) {
		EL(h, "p")
			h_link(h, url_with(&w->a, v->same, "more", S("1")), MSG_WEB_BY_DEPARTMENT);
		return;
	}
	const struct option_list *o = link_options(w, departments);
	if (!o)
		return;
	EL(h, "div") {
		EL(h, "label", " class=\"label\" for=\"department\"")
			h_text(h, field_label(&v->t->fields[place], w->lang));
		EL(h, "select", " class=\"middle\" id=\"department\" name=\"department\"") {
			option(h, S(""), msg_text(MSG_WEB_ANY, w->lang), !v->q.department);
			for (int i = 0; i < o->n; i++)
				option(h, o->o[i].value, o->o[i].label, o->o[i].id == v->q.department);
		}
	}
}

static void more_filters(struct html *h, struct web *w, const struct list_view *v)
{
	EL(h, "details", " class=\"more\"") {
		if (v->q.nfilters || v->q.department || given(w, "more").n)
			h_flag(h, "open");
		h_el_msg(h, "summary", MSG_WEB_MORE_FILTERS);
		EL(h, "div", " class=\"tools-row\"") {
			department_filter(h, w, v);
			for (int i = 0; i < v->t->nfields; i++)
				if (can_filter(&v->t->fields[i]))
					field_filter(h, w, &v->t->fields[i]);
		}
	}
	EL(h, "details", " class=\"more\"") {
		if (request_dated(&w->rq) || w->rq.problems.n)
			h_flag(h, "open");
		h_el_msg(h, "summary", MSG_WEB_PAST_SEE);
		EL(h, "div", " class=\"tools-row days\"")
			h_days_inputs(h, w);
	}
}

static void filters(struct html *h, struct web *w, const struct list_view *v)
{
	EL(h, "form", " class=\"tools-row\" role=\"search\" method=\"get\"") {
		h_url(h, "action", list_url(w, v->t));
		EL(h, "div", " class=\"grow\"") {
			h_el_msg(h, "label", MSG_WEB_WORDS, " class=\"label\" for=\"q\"");
			VOID(h, "input", " type=\"search\" id=\"q\" name=\"q\"")
				h_attr(h, "value", v->q.words);
		}
		step_filter(h, w, v);
		if (v->sort.n) {
			h_hidden(h, S("sort"), v->sort);
			h_hidden(h, S("dir"), v->q.descending ? S("desc") : S("asc"));
		}
		EL(h, "button", " class=\"button second\" type=\"submit\"")
			h_msg(h, MSG_WEB_NARROW);
		if (v->filtered)
			h_link(h, list_url(w, v->t), MSG_WEB_CLEAR);
		more_filters(h, w, v);
	}
}

/* ---- the table ---- */

static bool is_column(const struct field *f)
{
	return (f->flags & LISTED) && f->kind != FK_LONG_TEXT && f->kind != FK_ROWS;
}

static bool is_number(const struct field *f)
{
	return f->kind == FK_NUMBER || f->kind == FK_COUNT || f->kind == FK_MONEY;
}

static void head_cell(struct html *h, struct web *w, const struct list_view *v, int place)
{
	const struct field *f = &v->t->fields[place];
	bool here = v->q.sort == place;

	EL(h, "th", " scope=\"col\"") {
		if (is_number(f))
			h_attr(h, "class", S("num"));
		if (!index_has_key(f)) {
			h_text(h, field_label(f, w->lang));
		} else {
			struct url u = v->same_unordered;
			u = url_with(&w->a, u, "sort", str_z(f->name));
			u = url_with(&w->a, u, "dir", here && !v->q.descending ? S("desc") : S("asc"));
			h_attr(h, "aria-sort", !here ? S("none") : v->q.descending ? S("descending") : S("ascending"));
			EL(h, "a") {
				h_url(h, "href", u);
				h_text(h, field_label(f, w->lang));
			}
		}
	}
}

/* The start of a cell: the same in all rows, so it is written once. */
static void make_cell(struct web *w, struct str class, struct str label, struct html_start *ret)
{
	struct buf b = buf_in(&w->a, 0);
	struct html one = { .out = &b, .lang = w->lang }, *h = &one;

	EL(h, "td") {
		if (class.n)
			h_attr(h, "class", class);
		h_attr(h, "data-label", label);
		h_keep(h, &w->a, ret);
	}
}

static void make_columns(struct web *w, struct list_view *v)
{
	v->title = v->t->t->title_field ? type_place(v->t, str_z(v->t->t->title_field)) : -1;
	v->column = new_n(&w->a, struct column, v->t->nfields);
	for (int i = 0; i < v->t->nfields; i++) {
		const struct field *f = &v->t->fields[i];
		if (!is_column(f) || i == v->title)
			continue;
		struct column *c = &v->column[v->ncolumns++];
		*c = (struct column){ .f = f, .place = i };
		make_cell(w, is_number(f) ? S("num") : f->kind == FK_SERIAL || f->kind == FK_DATE ? S("nowrap") : S(""),
			field_label(f, w->lang), &c->cell);
	}
	make_cell(w, S("main"), v->title >= 0 ? field_label(&v->t->fields[v->title], w->lang) : S(""), &v->title_cell);
	make_cell(w, S("state"), msg_text(MSG_WEB_STATE, w->lang), &v->step_cell);
}

/* The links in the cells, all together before the first is shown. */
static void read_titles(struct web *w, const struct list_view *v)
{
	int64_t *ids = new_n(&w->a, int64_t, (ptrdiff_t)v->page.n * v->ncolumns);
	ptrdiff_t n = 0;

	for (int i = 0; i < v->page.n; i++)
		for (const struct column *c = v->column; c < v->column + v->ncolumns; c++)
			if (field_links(c->f) && v->page.rows[i]->v[c->place].num > 0)
				ids[n++] = v->page.rows[i]->v[c->place].num;
	record_titles_ahead(&w->rq, ids, n);
}

static void row(struct html *h, struct web *w, const struct list_view *v, const struct record *r)
{
	struct str title = record_title(&w->rq, r);

	EL(h, "tr") {
		if (v->pick)
			EL(h, "td", " class=\"pick\"")
				EL(h, "label") {
					VOID(h, "input", " type=\"checkbox\" name=\"pick\" form=\"bulk\"")
						h_attr_int(h, "value", r->id);
					EL(h, "span", " class=\"hide\"")
						h_msg(h, MSG_WEB_PICK, title);
				}
		AGAIN(h, "td", v->title_cell)
			EL(h, "a") {
				h_url(h, "href", url_dated(w, record_url(w, r)));
				h_text(h, title);
			}
		AGAIN(h, "td", v->step_cell)                         /* beside the name, so that it never lies beyond the edge */
			h_step_mark(h, v->t->t, r->step);
		for (const struct column *c = v->column; c < v->column + v->ncolumns; c++)
			AGAIN(h, "td", c->cell)
				h_value_short(h, w, c->f, &r->v[c->place]);
	}
}

static void table(struct html *h, struct web *w, const struct list_view *v)
{
	EL(h, "div", " class=\"scroll stacked\" tabindex=\"0\" role=\"region\"") {
		h_attr(h, "aria-label", type_title(v->t, w->lang));
		EL(h, "table", " class=\"stack\"") {
			EL(h, "thead")
				EL(h, "tr") {
					if (v->pick)
						EL(h, "th", " scope=\"col\" class=\"pick\"")
							EL(h, "label") {
								VOID(h, "input", " type=\"checkbox\" data-pick-all") { }
								EL(h, "span", " class=\"hide\"")
									h_msg(h, MSG_WEB_PICK_ALL);
							}
					if (v->title >= 0)
						head_cell(h, w, v, v->title);
					else
						h_el_text(h, "th", type_title(v->t, w->lang), " scope=\"col\"");
					h_el_msg(h, "th", MSG_WEB_STATE, " scope=\"col\" class=\"state\"");
					for (int i = 0; i < v->ncolumns; i++)
						head_cell(h, w, v, v->column[i].place);
				}
			EL(h, "tbody")
				for (int i = 0; i < v->page.n; i++)
					row(h, w, v, v->page.rows[i]);
		}
	}
}

static void bulk_bar(struct html *h, struct web *w, const struct list_view *v)
{
	EL(h, "details", " class=\"bulk\" id=\"bulk-bar\"") {
		h_el_msg(h, "summary", MSG_WEB_BULK_SHORT);
		FORM_NAMED(h, w, url_of(&w->a, R_bulk, str_z(v->t->t->name)), "bulk") {
			h_el_msg(h, "p", MSG_WEB_BULK);
			EL(h, "div", " class=\"tools-row\"") {
				EL(h, "div", " class=\"grow\"") {
					h_el_msg(h, "label", MSG_WEB_COMMENT, " class=\"label\" for=\"comment\"");
					VOID(h, "input", " type=\"text\" id=\"comment\" name=\"comment\" maxlength=\"2000\"") { }
				}
				for (int i = 0; i < v->nbulk; i++)
					EL(h, "button", " class=\"button second\" type=\"submit\" name=\"_move\"") {
						h_attr(h, "value", str_z(v->bulk[i]->code));
						h_text(h, v->bulk[i]->label[w->lang]);
					}
				if (may_copy_year(w, v->t))
					EL(h, "button", " class=\"button second\" type=\"submit\" name=\"_copy\" value=\"1\"")
						h_msg(h, MSG_WEB_COPY_YEAR_PICKED);
			}
			h_assign_inputs(h, w, v->t);
		}
	}
}

static void pages(struct html *h, struct web *w, const struct list_view *v)
{
	EL(h, "nav", " class=\"pages\"") {
		h_attr_msg(h, "aria-label", MSG_WEB_PAGES);
		EL(h, "p", " class=\"sum\"") {
			if (v->page.total >= 0)
				h_msg(h, MSG_WEB_TOTAL, text_of_int(&w->a, v->page.total));
			else
				h_msg(h, MSG_WEB_TOTAL_MANY);
		}
		if (v->q.after.n)
			h_link_button(h, v->same, MSG_WEB_FIRST_PAGE, false);
		if (v->page.next.n)
			h_link_button(h, url_with(&w->a, v->same, "after", v->page.next), MSG_WEB_NEXT_PAGE, false);
	}
}

static struct url export_url(struct web *w, const struct list_view *v, struct str format)
{
	struct url u = v->same, to = url_of(&w->a, R_export, str_z(v->t->t->name), format);
	ptrdiff_t mark = str_find_char(u.s, '?');

	return mark < 0 ? to : url_join(&w->a, to, str_sub(u.s, mark, u.s.n));
}

static void exports(struct html *h, struct web *w, const struct list_view *v)
{
	if (!v->may_export)
		return;
	EL(h, "p", " class=\"note exports\"") {
		h_msg(h, MSG_WEB_EXPORT);
		h_lit(h, " ");
		h_link(h, export_url(w, v, S("xlsx")), MSG_WEB_EXPORT_XLSX);
		h_lit(h, " ");
		h_link(h, export_url(w, v, S("csv")), MSG_WEB_EXPORT_CSV);
		h_lit(h, " ");
		h_link(h, export_url(w, v, S("pdf")), MSG_WEB_EXPORT_PDF);
		h_lit(h, " ");
		h_link(h, export_url(w, v, S("json")), MSG_WEB_EXPORT_JSON);
	}
}

static void empty(struct html *h, struct web *w, const struct list_view *v)
{
	EL(h, "div", " class=\"empty\"") {
		EL(h, "h2")
			h_msg(h, v->filtered ? MSG_WEB_NO_MATCH : MSG_WEB_EMPTY, type_title(v->t, w->lang));
		h_el_msg(h, "p", request_dated(&w->rq) ? MSG_WEB_PAST_NONE : v->filtered ? MSG_WEB_NO_MATCH_TEXT
			: !v->may_create ? MSG_WEB_EMPTY_TEXT : v->may_import ? MSG_WEB_EMPTY_CREATE : MSG_WEB_EMPTY_FIRST);
		if (v->filtered)
			h_link_button(h, list_url(w, v->t), MSG_WEB_CLEAR, false);
		else if (v->may_create)
			h_link_button(h, url_of(&w->a, R_new, str_z(v->t->t->name)), MSG_WEB_NEW, true);
	}
}

static void body(struct html *h, struct web *w, void *arg)
{
	const struct list_view *v = arg;

	h_problem_summary(h, &w->rq.problems);
	h_days_notice(h, w, list_url(w, v->t), MSG_WEB_TO_PRESENT_LIST);
	if (v->page.n || v->filtered)
		filters(h, w, v);
	if (!v->page.n) {
		empty(h, w, v);
		return;
	}
	if (v->pick)
		bulk_bar(h, w, v);
	table(h, w, v);
	pages(h, w, v);
	exports(h, w, v);
}

static void actions(struct html *h, struct web *w, void *arg)
{
	const struct list_view *v = arg;
	struct str name = str_z(v->t->t->name);

	if (request_dated(&w->rq)) {                             /* what was is only read */
		h_print_button(h);
		return;
	}
	if (v->may_create)
		h_link_button(h, url_of(&w->a, R_new, name), MSG_WEB_NEW, true);
	h_type_links(h, w, v->t, NULL, ON_LIST);
	if (v->may_import)
		h_link_button(h, url_of(&w->a, R_import, name), MSG_WEB_IMPORT, false);
	if (may_set(w) && !(v->t->t->marks & TYPE_NO_MENU))
		EL(h, "a", " class=\"button plain\"") {
			h_url(h, "href", url_of(&w->a, R_columns, name));
			h_msg(h, MSG_WEB_OWN_FIELDS);
		}
	h_print_button(h);
}

/* Moves offered for many at once: those that some role of the actor may make. */
static void find_bulk(struct web *w, struct list_view *v)
{
	for (int i = 0; i < v->t->t->nmoves && v->nbulk < (int)COUNT(v->bulk); i++) {
		const struct move *m = &v->t->t->moves[i];
		bool by_role = false;
		for (int k = 0; k < w->rq.actor.nheld; k++)
			by_role = by_role || (m->by & (1u << w->rq.actor.held[k].role)) || (m->flags & MOVE_APPROVE);
		if ((m->flags & MOVE_BULK) && !(m->flags & MOVE_SYSTEM) && by_role &&
		    (!v->q.step.n || str_eq(v->q.step, S("*")) || str_eq(v->q.step, str_z(m->from))))
			v->bulk[v->nbulk++] = m;
	}
}

enum status page_list(struct web *w)
{
	struct list_view v = { 0 };

	TRY(path_type(w, &v.q.type));
	read_query(w, &v);
	enum status st = record_list(&w->rq, &v.q, &v.page);
	if (st == ST_BAD_INPUT && v.q.after.n) {                 /* a cursor that is none of ours: the first page */
		v.q.after = S("");
		st = record_list(&w->rq, &v.q, &v.page);
	}
	TRY(st);
	v.same = same_list(w, &v, true);
	v.same_unordered = same_list(w, &v, false);
	make_columns(w, &v);
	read_titles(w, &v);
	find_bulk(w, &v);
	v.pick = !request_dated(&w->rq) && (v.nbulk || may_assign(w, v.t) || may_copy_year(w, v.t));
	v.may_create = access_may_any(&w->rq, v.t, MAY_CREATE);
	v.may_export = access_may_any(&w->rq, v.t, MAY_EXPORT);
	v.may_import = access_may_any(&w->rq, v.t, MAY_IMPORT);
	page_send(w, &(struct page){ .title = type_title(v.t, w->lang), .area = v.t->t->area, .actions = actions,
		.body = body, .arg = &v });
	return ST_OK;
}

enum status page_bulk(struct web *w)
{
	const struct type *t;

	TRY(path_type(w, &t));
	return many_at_once(w, t, list_url(w, t));
}
