/* record_page.c - what the pages of records share: finding the record, showing values. */
#include "web/record_page.h"
#include "base/num.h"
#include "base/utf8.h"
#include "record/trail.h"

enum { SHORT_BYTES = 120, OPTIONS_MAX = 400 };

/* What the route asks of records; whoever may use it may at least read some. */
static enum act act_of(struct web *w)
{
	enum act act = route_act(w->route->asks);

	return act ? act : MAY_READ;
}

enum status path_type(struct web *w, const struct type **ret)
{
	const struct type *t = store_type(conn_store(w->rq.conn), w->arg[0]);
	enum act act = act_of(w);

	if (!t || !(access_may_any(&w->rq, t, act) || access_may_any(&w->rq, t, MAY_READ)))
		return ST_NOT_FOUND;
	if (!access_may_any(&w->rq, t, act)) {
		trail_refuse(&w->rq, TRAIL_REFUSE, t, 0, S("permit"));
		return ST_DENIED;
	}
	*ret = t;
	return ST_OK;
}

enum status path_record(struct web *w, struct record **ret)
{
	const struct type *t;
	int64_t id;

	path_days(w);
	TRY(path_type(w, &t));
	if (num_parse(w->arg[1], 1, INT64_MAX, &id) != ST_OK)
		return ST_NOT_FOUND;
	TRY(record_load(&w->rq, id, ret));
	if ((*ret)->type != t)
		return ST_NOT_FOUND;
	return act_of(w) == MAY_READ || access_may(&w->rq, *ret, act_of(w)) ? ST_OK : ST_DENIED;
}

struct str type_title(const struct type *t, enum lang lang)
{
	return t->t->title[lang];
}

struct url list_url(struct web *w, const struct type *t)
{
	return url_of(&w->a, R_list, str_z(t->t->name));
}

struct url record_url(struct web *w, const struct record *r)
{
	return url_of(&w->a, R_record, str_z(r->type->t->name), text_of_int(&w->a, r->id));
}

struct str step_label(const struct record_type *t, struct str code, enum lang lang)
{
	const struct step *s = type_step(t, code);

	return s ? s->label[lang] : code;
}

struct str field_label(const struct field *f, enum lang lang)
{
	return f->label[lang].n ? f->label[lang] : str_z(f->name);
}

bool field_applies(const struct type *t, const struct value *v, const struct field *f)
{
	int place = f->when ? type_place(t, str_z(f->when)) : -1;

	return place < 0 || str_eq(v[place].text, str_z(f->is));
}

struct str value_words(struct arena *a, const struct field *f, const struct value *v, enum lang lang)
{
	struct buf b = buf_in(a, 0);

	value_print(&b, f, v, lang);
	return buf_take(&b);
}

void h_step_mark(struct html *h, const struct record_type *t, struct str step)
{
	static const struct str looks[] = { [STEP_DRAFT] = SLIT("mark"), [STEP_REVIEW] = SLIT("mark warn"),
		[STEP_FORCE] = SLIT("mark ok"), [STEP_END] = SLIT("mark") };
	const struct step *s = type_step(t, step);

	EL(h, "span") {
		h_attr(h, "class", s ? looks[s->kind] : S("mark"));
		h_text(h, s ? s->label[h->lang] : step);
	}
}

/* ---- values ---- */

const struct type *linked_type(struct web *w, const struct field *f)
{
	struct store *s = conn_store(w->rq.conn);

	return f->kind == FK_STAFF ? store_type_marked(s, TYPE_STAFF)
		: f->kind == FK_DEPARTMENT ? store_type_marked(s, TYPE_DEPARTMENT) : f->link ? store_type(s, str_z(f->link)) : NULL;
}

void h_pin(struct html *h, struct web *w, const struct field *f, const struct value *v)
{
	const struct type *t = linked_type(w, f);
	int64_t newest = v->num2 > 0 && t ? record_version_of(&w->rq, v->num) : 0;

	if (!newest)
		return;
	h_lit(h, " ");
	EL(h, "a") {
		h_url(h, "href", url_of(&w->a, R_version, str_z(t->t->name), text_of_int(&w->a, v->num), text_of_int(&w->a, v->num2)));
		h_msg(h, MSG_WEB_VERSION_N, text_of_int(&w->a, v->num2));
	}
	if (newest <= v->num2)
		return;
	h_lit(h, " ");
	EL(h, "span", " class=\"mark warn\"")
		h_msg(h, MSG_WEB_PIN_NEWER, text_of_int(&w->a, newest));
}

static void link_to(struct html *h, struct web *w, const struct field *f, const struct value *v, bool plain)
{
	const struct type *t = linked_type(w, f);
	struct str title = v->num ? record_title_of(&w->rq, v->num) : v->text;

	if (!title.n)
		title = v->text;
	if (!v->num || plain || !t || !access_may_any(&w->rq, t, MAY_READ)) {
		h_text(h, title);
		return;
	}
	EL(h, "a") {
		h_url(h, "href", url_of(&w->a, R_record, str_z(t->t->name), text_of_int(&w->a, v->num)));
		h_text(h, title.n ? title : text_of_int(&w->a, v->num));
	}
}

static void value_of_kind(struct html *h, struct web *w, const struct field *f, const struct value *v, bool brief);

static void row_cell(struct html *h, struct web *w, const struct field *c, const struct value *v)
{
	EL(h, "td") {
		h_attr(h, "data-label", field_label(c, w->lang));
		if (c->kind == FK_LONG_TEXT)
			h_attr(h, "class", S("pre"));
		if (v->set)
			value_of_kind(h, w, c, v, false);
	}
}

/* A column that no row fills is left out: most are for the one case they were made for. */
static const struct field **columns_used(struct arena *a, const struct field *f, const struct value *v)
{
	int all = 0, n = 0;

	while (f->rows[all].name)
		all++;
	const struct field **used = new_n(a, const struct field *, all + 1);
	for (int i = 0; i < all; i++) {
		const struct row *row = v->rows;
		while (row && !row->v[i].set)
			row = row->next;
		if (row)
			used[n++] = &f->rows[i];
	}
	return used;                                     /* ends with NULL */
}

static void rows_table(struct html *h, struct web *w, const struct field *f, const struct value *v)
{
	const struct field *const *used = columns_used(&w->a, f, v);

	EL(h, "div", " class=\"scroll stacked\" tabindex=\"0\" role=\"group\"") {
		h_attr(h, "aria-label", field_label(f, w->lang));
		EL(h, "table", " class=\"stack\"") {
			EL(h, "thead")
				EL(h, "tr")
					for (const struct field *const *c = used; *c; c++)
						h_el_text(h, "th", field_label(*c, w->lang), " scope=\"col\"");
			EL(h, "tbody")
				for (const struct row *row = v->rows; row; row = row->next)
					EL(h, "tr")
						for (const struct field *const *c = used; *c; c++)
							row_cell(h, w, *c, &row->v[*c - f->rows]);
		}
	}
}

static void choices_list(struct html *h, const struct field *f, const struct value *v)
{
	struct str rest = v->text, code;
	int n = 0;

	while (rest.n && str_cut(&rest, ' ', &code)) {
		const struct choice *c = field_choice(f, code);
		if (n++)
			h_lit(h, "、");
		h_text(h, c ? c->label[h->lang] : code);
	}
}

static void file_link(struct html *h, struct web *w, const struct field *f, const struct value *v)
{
	bool known = w->route && str_starts(str_z(w->route->path), S("/r/:type/:id")) && v->num;

	if (!known) {
		h_text(h, v->text);
		return;
	}
	EL(h, "a") {
		h_url(h, "href", url_of(&w->a, R_record_file, w->arg[0], w->arg[1], str_z(f->name)));
		h_text(h, v->text);
	}
}

static void value_of_kind(struct html *h, struct web *w, const struct field *f, const struct value *v, bool brief)
{
	struct str s;

	switch (f->kind) {
	case FK_LINK:
	case FK_STAFF:
	case FK_DEPARTMENT:
		link_to(h, w, f, v, false);
		if (!brief)
			h_pin(h, w, f, v);
		return;
	case FK_CHOICES:
		choices_list(h, f, v);
		return;
	case FK_ROWS:
		if (brief)
			h_msg(h, MSG_WEB_ROWS, text_of_int(&w->a, v->num));
		else
			rows_table(h, w, f, v);
		return;
	case FK_FILE:
		file_link(h, w, f, v);
		return;
	case FK_DATE:
		if (value_is_raw(v))
			break;
		h_day(h, value_day(v));
		return;
	case FK_TEXT: case FK_LONG_TEXT: case FK_NUMBER: case FK_COUNT: case FK_MONEY: case FK_INSTANT:
	case FK_PERIOD: case FK_CHOICE: case FK_YES_NO: case FK_SERIAL: case FK_PERSON: case FK_MAX:
		break;
	}
	s = value_words(&w->a, f, v, w->lang);
	if (brief && s.n > SHORT_BYTES) {
		h_text(h, utf8_clip(s, SHORT_BYTES));
		h_lit(h, "…");
	} else {
		h_text(h, s);
	}
}

static void nothing(struct html *h)
{
	EL(h, "span", " class=\"none\"") {
		EL(h, "span", " aria-hidden=\"true\"")
			h_lit(h, "—");
		EL(h, "span", " class=\"hide\"")
			h_msg(h, MSG_WEB_NOT_FILLED);
	}
}

void h_value(struct html *h, struct web *w, const struct field *f, const struct value *v)
{
	if (v->set)
		value_of_kind(h, w, f, v, false);
	else
		nothing(h);
}

void h_value_short(struct html *h, struct web *w, const struct field *f, const struct value *v)
{
	if (v->set)
		value_of_kind(h, w, f, v, true);
}

void h_comment(struct html *h, struct web *w)
{
	EL(h, "div", " class=\"field\"") {
		h_el_msg(h, "label", MSG_WEB_COMMENT, " for=\"f-comment\"");
		h_problem(h, &w->rq.problems, S("comment"));
		EL(h, "textarea", " id=\"f-comment\" name=\"comment\" rows=\"2\" maxlength=\"2000\"") {
			if (problem_at(&w->rq.problems, S("comment")))
				h_attr(h, "aria-describedby", S("e-comment"));
			h_text(h, http_get(&w->form, S("comment")));
		}
	}
}

/* ---- what a link may point to ---- */

/* Choosing a department is nobody's business; a list of people is told as such, once for a page. */
static void note_choices(struct web *w, const struct type *t, int n)
{
	bool personal = false;

	for (int i = 0; i < t->nfields; i++)
		personal = personal || t->fields[i].flags & (PERSONAL | SEALED_ANY);
	if (personal)
		trail_add(&w->rq, TRAIL_LIST, t, 0, 0, S("choices"))->count = n;
}

struct option_list *link_options(struct web *w, const struct type *t)
{
	struct list_query q = { .type = t, .sort = LIST_SORT_SERIAL, .limit = OPTIONS_MAX, .part = true };
	struct list_page page;

	if (!t || !access_may_any(&w->rq, t, MAY_READ))
		return NULL;
	for (struct option_list *o = w->options; o; o = o->next)
		if (o->t == t)
			return o;
	int place = t->t->title_field ? type_place(t, str_z(t->t->title_field)) : -1;
	if (place >= 0)
		q.sort = place;
	if (record_list(&w->rq, &q, &page) != ST_OK)
		return NULL;
	note_choices(w, t, page.n);
	struct option_list *o = new(&w->a, struct option_list);
	o->t = t;
	o->many = page.next.n > 0;
	o->n = page.n;
	o->o = arena_alloc(&w->a, (ptrdiff_t)sizeof *o->o, (ptrdiff_t)_Alignof(int64_t), page.n);
	for (int i = 0; i < page.n; i++) {
		o->o[i].id = page.rows[i]->id;
		o->o[i].value = text_of_int(&w->a, page.rows[i]->id);
		o->o[i].label = record_title(&w->rq, page.rows[i]);
	}
	o->next = w->options;
	return w->options = o;
}
