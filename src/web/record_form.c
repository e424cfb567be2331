/* record_form.c - a form out of a table of fields: one small input function for each kind, and reading it back. */
#include "web/record_page.h"
#include "base/utf8.h"
#include <assert.h>
#include <stdio.h>

enum { ROWS_SPARE = 2, ROWS_MAX = 200, NAME_MAX_BYTES = 200 };

/* Inputs are named as their field, those of rows FIELD.NUMBER.COLUMN; ids are f- and the name. What is not a field
 * begins with an underscore. */
static struct str joined(struct arena *a, const struct str *part, int n)
{
	struct buf b = buf_make(4 * NAME_MAX_BYTES);

	for (int i = 0; i < n; i++)
		buf_add(&b, part[i]);
	struct str s = str_dup(a, buf_str(&b));
	buf_free(&b);
	return s;
}
#define JOIN(a, ...) joined((a), (const struct str[]){ __VA_ARGS__ }, (int)COUNT(((const struct str[]){ __VA_ARGS__ })))

static struct str row_prefix(struct arena *a, const struct field *f, int row)
{
	return JOIN(a, str_z(f->name), S("."), text_of_int(a, row), S("."));
}

/* ---- one input ---- */

/* What is shown and where: name and id of the input, the text in it, whether something is wrong with it. */
struct slot {
	struct html        *h;
	struct web         *w;
	const struct field *f;
	const struct value *v;
	struct str          name, id, text;      /* text: as sent, or the stored value in its plain form */
	struct str          describedby;
	bool                wrong, posted, in_row, public;
	const struct http_pairs *form;
};

static void identity(struct slot *s)
{
	h_attr(s->h, "name", s->name);
	h_attr_id(s->h, "id", "f-", s->id);
	if (s->wrong)
		h_attr(s->h, "aria-invalid", S("true"));
	if (s->describedby.n)
		h_attr(s->h, "aria-describedby", s->describedby);
}

static void line_input(struct slot *s, struct str type, struct str mode, struct str look)
{
	VOID(s->h, "input") {
		h_attr(s->h, "type", type);
		identity(s);
		if (mode.n)
			h_attr(s->h, "inputmode", mode);
		if (look.n)
			h_attr(s->h, "class", look);
		if (s->text.n)
			h_attr(s->h, "value", s->text);
		h_attr(s->h, "autocomplete", S("off"));
	}
}

static void in_text(struct slot *s)
{
	line_input(s, S("text"), S(""), S(""));
}

static void in_long_text(struct slot *s)
{
	EL(s->h, "textarea", " rows=\"4\"") {
		identity(s);
		if (s->text.n && s->text.p[0] == '\n')
			h_lit(s->h, "\n");
		h_text(s->h, s->text);
	}
}

static void in_number(struct slot *s)
{
	line_input(s, S("text"), S("numeric"), S("short"));
}

static void in_count(struct slot *s)
{
	line_input(s, S("text"), S(""), S("short"));
}

static bool is_iso(struct str s)
{
	struct date d;

	return s.n == 0 || date_parse_iso(s, &d) == ST_OK;
}

static void in_date(struct slot *s)
{
	line_input(s, is_iso(s->text) ? S("date") : S("text"), S(""), S("short"));
}

static void in_instant(struct slot *s)
{
	line_input(s, S("text"), S(""), S("middle"));
}

static void option(struct slot *s, struct str value, struct str label)
{
	EL(s->h, "option") {
		h_attr(s->h, "value", value);
		if (str_eq(value, s->text))
			h_flag(s->h, "selected");
		h_text(s->h, label);
	}
}

static void in_choice(struct slot *s)
{
	EL(s->h, "select", " class=\"middle\"") {
		identity(s);
		option(s, S(""), msg_text(MSG_WEB_CHOOSE, s->w->lang));
		for (const struct choice *c = s->f->choices; c && c->code; c++)
			option(s, str_z(c->code), c->label[s->w->lang]);
	}
}

static bool has_word(struct str words, struct str word)
{
	struct str w;

	for (struct str rest = words; rest.n && str_cut(&rest, ' ', &w);)
		if (str_eq(w, word))
			return true;
	return false;
}

static void choice_label(struct slot *s, struct str type, struct str value, struct str label, bool on, bool first)
{
	EL(s->h, "label", " class=\"choice\"") {
		VOID(s->h, "input") {
			h_attr(s->h, "type", type);
			h_attr(s->h, "name", s->name);
			h_attr(s->h, "value", value);
			if (first)
				h_attr_id(s->h, "id", "f-", s->id);
			if (on)
				h_flag(s->h, "checked");
		}
		h_el_text(s->h, "span", label);
	}
}

static void in_choices(struct slot *s)
{
	EL(s->h, "div", " class=\"choices two\"")
		for (const struct choice *c = s->f->choices; c && c->code; c++)
			choice_label(s, S("checkbox"), str_z(c->code), c->label[s->w->lang], has_word(s->text, str_z(c->code)),
				c == s->f->choices);
}

static void in_yes_no(struct slot *s)
{
	static const struct { const char *code; enum msg_id label; } answers[] = {
		{ "yes", MSG_REC_YES }, { "no", MSG_REC_NO }, { "unknown", MSG_REC_UNKNOWN },
	};

	if (s->in_row) {
		EL(s->h, "select") {
			identity(s);
			option(s, S(""), S(""));
			for (ptrdiff_t i = 0; i < COUNT(answers); i++)
				option(s, str_z(answers[i].code), msg_text(answers[i].label, s->w->lang));
		}
		return;
	}
	/* outside people tick a box, which is never ticked beforehand (J.8.5 j) */
	if (s->public && (s->f->flags & AT_SUBMIT)) {
		choice_label(s, S("checkbox"), S("yes"), msg_text(MSG_REC_YES, s->w->lang), str_eq(s->text, S("yes")), true);
		return;
	}
	EL(s->h, "div", " class=\"choices two\"")
		for (ptrdiff_t i = 0; i < COUNT(answers); i++)
			choice_label(s, S("radio"), str_z(answers[i].code), msg_text(answers[i].label, s->w->lang),
				str_eq(s->text, str_z(answers[i].code)), i == 0);
}

#define NEWEST(s) JOIN(&(s)->w->a, (s)->name, S(".newest"))

/* Of a link that pins: the version meant, and a box for meaning the newest. Another choice means its newest version anyway. */
static void in_pin(struct slot *s)
{
	bool renewed = s->v->num2 == PIN_NEWEST;

	if (!(s->f->flags & PINS) || !s->v->num || (s->v->num2 <= 0 && !renewed))
		return;
	EL(s->h, "div", " class=\"note\"") {
		if (!renewed) {
			h_msg(s->h, MSG_WEB_PIN_MEANT);
			h_pin(s->h, s->w, s->f, s->v);
		}
		if (renewed || record_version_of(&s->w->rq, s->v->num) > s->v->num2)
			EL(s->h, "label", " class=\"choice\"") {
				VOID(s->h, "input", " type=\"checkbox\" value=\"1\"") {
					h_attr(s->h, "name", NEWEST(s));
					if (renewed)
						h_flag(s->h, "checked");
				}
				h_el_msg(s->h, "span", MSG_WEB_PIN_RENEW);
			}
	}
}

/* What a link may point to: names to choose from. More than OPTIONS_MAX are typed in. */
static void choose_link(struct slot *s)
{
	struct option_list *o = link_options(s->w, linked_type(s->w, s->f));
	bool listed = false;

	if (!o || o->many) {
		in_text(s);
		return;
	}
	for (int i = 0; i < o->n; i++)
		listed = listed || str_eq(o->o[i].value, s->text);
	EL(s->h, "select", " class=\"middle\"") {
		identity(s);
		option(s, S(""), msg_text(MSG_WEB_CHOOSE, s->w->lang));
		if (s->text.n && !listed)
			option(s, s->text, s->v->num ? record_title_of(&s->w->rq, s->v->num) : s->text);
		for (int i = 0; i < o->n; i++)
			option(s, o->o[i].value, o->o[i].label);
	}
}

static void in_link(struct slot *s)
{
	choose_link(s);
	in_pin(s);
}

static void in_file(struct slot *s)
{
	const struct http_part *lost = posted_file(s->w, s->name);

	/* The form comes back, so nothing was stored, and no browser lets a page choose a file. */
	if (lost)
		EL(s->h, "p", " class=\"wrong\"")
			h_msg(s->h, MSG_WEB_FILE_AGAIN, lost->filename);
	else if (s->v->set)
		EL(s->h, "p")
			h_text(s->h, s->v->text);
	VOID(s->h, "input", " type=\"file\"")
		identity(s);
}

static void one_input(struct slot *s);

static struct str sent(const struct slot *s, struct str name)
{
	return http_get(s->form, name);
}

static void row_inputs(struct slot *s, int i, const struct row *row)
{
	struct str prefix = row_prefix(&s->w->a, s->f, i);

	EL(s->h, "div", " class=\"row-inputs\" role=\"group\"") {
		h_attr(s->h, "aria-label", JOIN(&s->w->a, field_label(s->f, s->w->lang), S(" "), text_of_int(&s->w->a, i + 1)));
		h_hidden(s->h, JOIN(&s->w->a, prefix, S("_id")), text_of_int(&s->w->a, row ? row->id : 0));
		for (const struct field *c = s->f->rows; c->name; c++) {
			static const struct value none;
			struct str name = JOIN(&s->w->a, prefix, str_z(c->name));
			struct slot in = { .h = s->h, .w = s->w, .f = c, .v = row ? &row->v[c - s->f->rows] : &none, .name = name,
				.id = name, .posted = s->posted, .form = s->form, .in_row = true };
			in.wrong = problem_at(&s->w->rq.problems, in.id) != NULL;
			in.text = s->posted ? sent(s, name) : plain_text(&s->w->a, c, in.v);
			EL(s->h, "div") {
				EL(s->h, "label") {
					h_attr_id(s->h, "for", "f-", in.id);
					h_text(s->h, field_label(c, s->w->lang));
				}
				h_problem(s->h, &s->w->rq.problems, in.id);
				one_input(&in);
			}
		}
	}
}

static int rows_sent(const struct slot *s)
{
	int n = 0;

	while (n < ROWS_MAX && sent(s, JOIN(&s->w->a, row_prefix(&s->w->a, s->f, n), S("_id"))).p)
		n++;
	return n;
}

static void in_rows(struct slot *s)
{
	const struct row *row = s->v->rows;
	bool more = str_eq(sent(s, S("_more")), str_z(s->f->name));
	int n = s->posted ? rows_sent(s) + (more ? ROWS_SPARE : 0) : ROWS_SPARE;

	if (!s->posted)
		for (const struct row *r = row; r; r = r->next)
			n++;
	for (int i = 0; i < MIN(n, ROWS_MAX); i++) {
		row_inputs(s, i, row);
		row = row ? row->next : NULL;
	}
	EL(s->h, "p")
		EL(s->h, "button", " class=\"button second small\" type=\"submit\" name=\"_more\" formnovalidate") {
			h_attr(s->h, "value", str_z(s->f->name));
			h_msg(s->h, MSG_WEB_MORE_ROWS);
			EL(s->h, "span", " class=\"hide\"") {
				h_lit(s->h, " ");
				h_text(s->h, field_label(s->f, s->w->lang));
			}
		}
}

static void (*const inputs[FK_MAX])(struct slot *s) = {
	[FK_TEXT] = in_text, [FK_LONG_TEXT] = in_long_text, [FK_NUMBER] = in_number, [FK_COUNT] = in_count,
	[FK_MONEY] = in_number, [FK_DATE] = in_date, [FK_INSTANT] = in_instant, [FK_PERIOD] = in_text,
	[FK_CHOICE] = in_choice, [FK_CHOICES] = in_choices, [FK_YES_NO] = in_yes_no, [FK_SERIAL] = in_text,
	[FK_LINK] = in_link, [FK_STAFF] = in_link, [FK_PERSON] = in_text, [FK_DEPARTMENT] = in_link,
	[FK_FILE] = in_file, [FK_ROWS] = in_rows,
};

static void one_input(struct slot *s)
{
	assert(s->f->kind < FK_MAX && inputs[s->f->kind]);
	inputs[s->f->kind](s);
}

/* ---- a whole form ---- */

struct str plain_text(struct arena *a, const struct field *f, const struct value *v)
{
	struct buf b = buf_make(0);

	if (!v->set)
		return S("");
	if (f->kind == FK_LINK || f->kind == FK_STAFF || f->kind == FK_DEPARTMENT)
		return v->num ? text_of_int(a, v->num) : v->text;
	value_print_plain(&b, f, v);
	struct str s = str_dup(a, buf_str(&b));
	buf_free(&b);
	return s;
}

/* Values of CHOICES come as several fields of one name. */
static struct str sent_words(struct web *w, struct str name)
{
	struct buf b = buf_make(0);

	for (ptrdiff_t i = 0; i < w->form.n; i++)
		if (str_eq(w->form.p[i].name, name)) {
			if (b.n)
				buf_char(&b, ' ');
			buf_add(&b, w->form.p[i].value);
		}
	struct str s = str_dup(&w->a, buf_str(&b));
	buf_free(&b);
	return s;
}

struct value own_department(struct web *w)
{
	const struct actor *who = &w->rq.actor;
	struct record *me;

	for (int i = 0; i < who->nheld; i++)
		if (who->held[i].department)
			return value_of_link(who->held[i].department);
	if (who->staff && record_get(&w->rq, who->staff, &me) == ST_OK && me->department)
		return value_of_link(me->department);
	return (struct value){ .set = false };
}

static bool named(const char *const *names, const char *name)
{
	while (*names && strcmp(*names, name) != 0)
		names++;
	return *names != NULL;
}

static struct str input_name(const struct field *f)
{
	return str_z(f->name);
}

bool record_form_has(const struct record_form *form, const struct field *f)
{
	const struct record *r = form->r;
	const struct step *s = type_step(r->type->t, r->step);

	if ((f->flags & DERIVED) || f->kind == FK_SERIAL || (form->only && !named(form->only, f->name)))
		return false;
	if (form->public && (f->flags & (AT_CLOSE | AT_APPROVE) || f->kind == FK_STAFF || f->kind == FK_DEPARTMENT || f->kind == FK_LINK))
		return false;
	return !((f->flags & FIXED) && r->id && s && s->kind == STEP_FORCE);
}

static enum msg_id kind_hint(const struct field *f)
{
	switch (f->kind) {
	case FK_COUNT:   return MSG_WEB_HINT_COUNT;
	case FK_PERIOD:  return MSG_WEB_HINT_PERIOD;
	case FK_INSTANT: return MSG_WEB_HINT_INSTANT;
	case FK_TEXT: case FK_LONG_TEXT: case FK_NUMBER: case FK_MONEY: case FK_DATE: case FK_CHOICE: case FK_CHOICES:
	case FK_YES_NO: case FK_SERIAL: case FK_LINK: case FK_STAFF: case FK_PERSON: case FK_DEPARTMENT: case FK_FILE:
	case FK_ROWS: case FK_MAX:
		break;
	}
	return MSG_NONE;
}

static void label_and_hint(struct slot *s, bool group)
{
	const struct field *f = s->f;
	enum msg_id hint = kind_hint(f);

	if (group)
		EL(s->h, "legend") {
			h_text(s->h, field_label(f, s->w->lang));
			if (f->flags & AT_SUBMIT)
				h_el_msg(s->h, "span", MSG_WEB_MUST, " class=\"must\"");
		}
	else
		EL(s->h, "label") {
			h_attr_id(s->h, "for", "f-", s->id);
			h_text(s->h, field_label(f, s->w->lang));
			if (f->flags & AT_SUBMIT)
				h_el_msg(s->h, "span", MSG_WEB_MUST, " class=\"must\"");
		}
	if (f->hint[s->w->lang].n || hint)
		EL(s->h, "p", " class=\"hint\"") {
			h_attr_id(s->h, "id", "h-", s->id);
			if (f->hint[s->w->lang].n)
				h_text(s->h, f->hint[s->w->lang]);
			else
				h_msg(s->h, hint);
		}
	if (s->wrong)
		s->describedby = JOIN(&s->w->a, S("e-"), s->id);
	else if (f->hint[s->w->lang].n || hint)
		s->describedby = JOIN(&s->w->a, S("h-"), s->id);
	h_problem(s->h, &s->w->rq.problems, s->id);
}

static void field_of_form(struct html *h, struct web *w, struct record_form *form, const struct field *f, int place)
{
	struct slot s = { .h = h, .w = w, .f = f, .v = &form->r->v[place], .name = input_name(f), .id = str_z(f->name),
		.posted = form->posted, .public = form->public, .form = &w->form };
	bool group = f->kind == FK_CHOICES || f->kind == FK_YES_NO || f->kind == FK_ROWS;

	s.wrong = problem_at(&w->rq.problems, s.id) != NULL;
	s.text = !form->posted ? plain_text(&w->a, f, s.v) : f->kind == FK_CHOICES ? sent_words(w, s.name) : http_get(&w->form, s.name);
	if (group)
		EL(h, "fieldset") {
			h_attr(h, "class", f->kind == FK_ROWS ? S("group") : S("field"));
			if (f->kind == FK_ROWS)
				h_attr_id(h, "id", "f-", s.id);
			if (f->when) {
				h_attr(h, "data-when", str_z(f->when));
				h_attr(h, "data-is", str_z(f->is));
			}
			label_and_hint(&s, true);
			one_input(&s);
		}
	else
		EL(h, "div", " class=\"field\"") {
			if (f->when) {
				h_attr(h, "data-when", str_z(f->when));
				h_attr(h, "data-is", str_z(f->is));
			}
			label_and_hint(&s, false);
			one_input(&s);
		}
}

void record_form_inputs(struct html *h, struct web *w, struct record_form *f)
{
	const struct type *t = f->r->type;

	for (int i = 0; i < t->nfields; i++)
		if (record_form_has(f, &t->fields[i]))
			field_of_form(h, w, f, &t->fields[i], i);
}

void h_field_input(struct html *h, struct web *w, const struct field *f, struct str name, struct str text)
{
	static const struct value none;
	struct slot s = { .h = h, .w = w, .f = f, .v = &none, .name = name, .id = name, .text = text, .form = &w->form, .in_row = true };

	s.wrong = problem_at(&w->rq.problems, name) != NULL;
	one_input(&s);
}

/* ---- reading it back ---- */

const struct http_part *posted_file(struct web *w, struct str name)
{
	for (ptrdiff_t i = 0; i < w->parts.n; i++)
		if (w->parts.p[i].file && str_eq(w->parts.p[i].name, name) && w->parts.p[i].filename.n)
			return &w->parts.p[i];
	return NULL;
}

static enum status read_file(struct web *w, const struct field *f, struct value *v)
{
	const struct http_part *p = posted_file(w, input_name(f));
	int64_t id;

	if (!p)
		return ST_OK;                                    /* what was there stays */
	TRY(file_save(&w->rq, p->filename, p->bytes, &id));
	*v = (struct value){ .set = true, .text = p->filename, .num = id };
	return ST_OK;
}

/* A link comes as the number that was chosen, or as the name that was typed. */
static enum status read_link(struct web *w, const struct field *f, struct str text, struct str place, struct value *v)
{
	struct option_list *o = link_options(w, linked_type(w, f));

	if (v->set && v->num && str_eq(text, text_of_int(&w->a, v->num))) {
		if (f->flags & PINS && http_get(&w->form, JOIN(&w->a, place, S(".newest"))).n)
			v->num2 = PIN_NEWEST;
		return ST_OK;
	}
	for (int i = 0; o && i < o->n; i++)
		if (str_eq(o->o[i].value, text) || str_eq(o->o[i].label, text)) {
			*v = value_of_link(o->o[i].id);
			return ST_OK;
		}
	return value_parse(&w->a, f, text, place, &w->rq.problems, v);
}

static enum status read_one(struct web *w, const struct field *f, struct str name, struct str place, struct value *v)
{
	struct str text = f->kind == FK_CHOICES ? sent_words(w, name) : http_get(&w->form, name);
	struct value fresh = { 0 };
	int64_t subject = f->kind == FK_PERSON && v->set && str_eq(v->text, text) ? v->num : 0;

	if (f->kind == FK_TEXT || f->kind == FK_PERSON)                /* an input of one line sends one line; what sends more is no browser */
		text = utf8_one_line(&w->a, text);
	if (f->kind == FK_INSTANT && str_find_char(text, 'T') > 0) {
		struct str day = str_sub(text, 0, str_find_char(text, 'T'));
		text = JOIN(&w->a, day, S(" "), str_sub(text, day.n + 1, text.n));
	}
	if (!str_trim(text).n) {
		*v = fresh;
		return ST_OK;
	}
	if (f->kind == FK_LINK || f->kind == FK_STAFF || f->kind == FK_DEPARTMENT)
		return read_link(w, f, text, place, v);
	TRY(value_parse(&w->a, f, text, place, &w->rq.problems, &fresh));
	if (subject)
		fresh.num = subject;
	*v = fresh;
	return ST_OK;
}

struct str field_input_name(struct web *w, const char *prefix, const struct field *f)
{
	struct buf b = buf_in(&w->a, 256);

	buf_add(&b, str_z(prefix));
	buf_add(&b, str_z(f->name));
	return buf_take(&b);
}

enum status field_input_take(struct web *w, const struct field *f, struct str name, struct value *ret)
{
	*ret = (struct value){ .set = false };
	return read_one(w, f, name, name, ret);
}

static const struct row *row_by_id(const struct value *v, int64_t id)
{
	for (const struct row *r = v->rows; r; r = r->next)
		if (r->id == id && id)
			return r;
	return NULL;
}

static enum status read_row(struct web *w, const struct field *f, struct str prefix, const struct value *before,
	struct row **ret)
{
	int64_t id = 0;
	int ncols = 0;
	bool any = false;
	enum status st = ST_OK;

	while (f->rows[ncols].name)
		ncols++;
	struct str id_text = http_get(&w->form, JOIN(&w->a, prefix, S("_id")));
	for (ptrdiff_t i = 0; i < id_text.n && id < INT64_MAX / 20; i++)
		id = id * 10 + (id_text.p[i] >= '0' && id_text.p[i] <= '9' ? id_text.p[i] - '0' : 0);
	const struct row *old = row_by_id(before, id);
	struct row *row = new(&w->a, struct row);
	row->id = old ? old->id : 0;
	row->v = new_n(&w->a, struct value, ncols);
	for (int c = 0; c < ncols; c++) {
		struct str name = JOIN(&w->a, prefix, str_z(f->rows[c].name));
		if (old)
			row->v[c] = old->v[c];
		enum status one = read_one(w, &f->rows[c], name, name, &row->v[c]);
		st = one != ST_OK ? one : st;
		any = any || row->v[c].set || one != ST_OK;
	}
	*ret = any ? row : NULL;
	return st;
}

static enum status read_rows(struct web *w, const struct field *f, struct value *v)
{
	struct row *first = NULL, **end = &first, *row;
	enum status st = ST_OK;
	int n = 0;

	for (int i = 0; i < ROWS_MAX; i++) {
		struct str prefix = row_prefix(&w->a, f, i);
		if (!http_get(&w->form, JOIN(&w->a, prefix, S("_id"))).p)
			break;
		enum status one = read_row(w, f, prefix, v, &row);
		st = one != ST_OK ? one : st;
		if (row) {
			*end = row;
			end = &row->next;
			n++;
		}
	}
	*v = (struct value){ .set = n > 0, .num = n, .rows = first };
	return st;
}

enum status record_form_take(struct web *w, struct record_form *form)
{
	const struct type *t = form->r->type;
	enum status st = ST_OK;

	form->posted = true;
	form->again = http_get(&w->form, S("_more")).n > 0;
	if (form->again)
		return ST_OK;
	for (int i = 0; i < t->nfields; i++) {
		const struct field *f = &t->fields[i];
		enum status one;
		if (!record_form_has(form, f))
			continue;
		if (f->kind == FK_FILE)
			one = read_file(w, f, &form->r->v[i]);
		else if (f->kind == FK_ROWS)
			one = read_rows(w, f, &form->r->v[i]);
		else
			one = read_one(w, f, input_name(f), str_z(f->name), &form->r->v[i]);
		if (one != ST_OK && one != ST_BAD_INPUT)
			return one;
		st = one != ST_OK ? one : st;
	}
	return st;
}
