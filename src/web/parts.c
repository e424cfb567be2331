/* parts.c - the small parts that pages share: forms, inputs, problems, dates. */
#include "web/csrf.h"
#include "web/page.h"
#include "web/record_page.h"

struct html_scope form_open_(struct html *h, struct web *w, struct url action, unsigned flags, struct str id)
{
	struct html_scope s = html_open_(h, S("<form method=\"post\""), S("</form>"));

	h_url(h, "action", action);
	if (id.n)
		h_attr(h, "id", id);
	if (flags & FORM_WITH_FILES)
		h_attr(h, "enctype", S("multipart/form-data"));
	if (flags & FORM_GUARD)
		h_flag(h, "data-guard");
	h_hidden(h, S("_csrf"), csrf_token(w));
	return s;
}

void h_hidden(struct html *h, struct str name, struct str value)
{
	VOID(h, "input", " type=\"hidden\"") {
		h_attr(h, "name", name);
		h_attr(h, "value", value);
	}
}

void h_button(struct html *h, enum msg_id text)
{
	EL(h, "button", " class=\"button\" type=\"submit\"")
		h_msg(h, text);
}

void h_print_button(struct html *h)
{
	EL(h, "button", " class=\"button plain\" type=\"button\" data-print hidden")
		h_msg(h, MSG_WEB_PRINT);
}

void h_link(struct html *h, struct url to, enum msg_id text)
{
	EL(h, "a") {
		h_url(h, "href", to);
		h_msg(h, text);
	}
}

void h_link_button(struct html *h, struct url to, enum msg_id text, bool main)
{
	EL(h, "a") {
		h_attr(h, "class", main ? S("button") : S("button second"));
		h_url(h, "href", to);
		h_msg(h, text);
	}
}

const struct problem *problem_at(const struct problems *ps, struct str place)
{
	for (ptrdiff_t i = 0; ps && i < ps->n; i++)
		if (str_eq(ps->p[i].place, place))
			return &ps->p[i];
	return NULL;
}

void h_problem(struct html *h, const struct problems *ps, struct str place)
{
	for (ptrdiff_t i = 0; ps && i < ps->n; i++)
		if (str_eq(ps->p[i].place, place))
			EL(h, "p", " class=\"wrong\"") {
				if (problem_at(ps, place) == &ps->p[i])
					h_attr_id(h, "id", "e-", place);
				h_msg_args(h, ps->p[i].msg, ps->p[i].arg, (int)COUNT(ps->p[i].arg));
			}
}

void h_problem_summary(struct html *h, const struct problems *ps)
{
	h_problems_named(h, ps, NULL, (struct url){ S("") });
}

/* The label of the field that is meant, also of a line in its table: "decisions.0.what". */
static struct str named(const struct type *t, struct str place, enum lang lang)
{
	struct str name = place;
	int at = -1;

	if (t && place.n && str_cut(&place, '.', &name))
		at = type_place(t, name);
	return at < 0 ? S("") : field_label(&t->fields[at], lang);
}

static struct url field_url(struct arena *a, struct url form, struct str place)
{
	struct buf b = buf_make(4096);

	buf_add(&b, form.s);
	buf_lit(&b, "#f-");
	buf_add(&b, place);
	struct str s = str_dup(a, buf_str(&b));
	buf_free(&b);
	return (struct url){ s };
}

static void one_problem(struct html *h, const struct problem *p, struct str label)
{
	if (label.n) {
		EL(h, "b")
			h_text(h, label);
		if (h->lang == JA)
			h_lit(h, "：");
		else
			h_lit(h, ": ");
	}
	h_msg_args(h, p->msg, p->arg, (int)COUNT(p->arg));
}

/* C8, or 台帳!C8: a place in a file that was brought; no field bears such a name. */
static bool is_cell(struct str place)
{
	return str_find_char(place, '!') >= 0 || (place.n > 1 && place.p[0] >= 'A' && place.p[0] <= 'Z' && place.p[place.n - 1] >= '0' && place.p[place.n - 1] <= '9');
}

void h_problems_named(struct html *h, const struct problems *ps, const struct type *t, struct url form)
{
	struct html *out = h;

	if (!ps || !ps->n)
		return;
	NOTICE(out, "error") {
		h_attr(h, "id", S("problems"));
		h_attr(h, "role", S("alert"));
		h_attr(h, "tabindex", S("-1"));
		EL(h, "h2")
			h_msg(h, MSG_WEB_PROBLEMS, text_of_int(ps->a, ps->n));
		EL(h, "ul")
			for (ptrdiff_t i = 0; i < MIN(ps->n, 50); i++)
				EL(h, "li") {
					const struct problem *p = &ps->p[i];
					struct str label = named(t, p->place, h->lang);
					if (is_cell(p->place))
						one_problem(h, p, p->place);
					else if (p->place.n)
						EL(h, "a") {
							h_url(h, "href", field_url(ps->a, label.n ? form : (struct url){ S("") }, p->place));
							one_problem(h, p, label);
						}
					else
						one_problem(h, p, label);
				}
	}
}

static void input_attributes(struct html *h, const struct problems *ps, const struct input *in)
{
	h_attr_id(h, "id", "f-", in->name);
	h_attr(h, "name", in->name);
	if (in->required)
		h_flag(h, "required");
	if (problem_at(ps, in->name)) {
		h_attr(h, "aria-invalid", S("true"));
		h_attr_id(h, "aria-describedby", "e-", in->name);
	} else if (in->hint) {
		h_attr_id(h, "aria-describedby", "h-", in->name);
	}
}

static void line_or_lines(struct html *h, const struct problems *ps, const struct input *in)
{
	if (in->rows) {
		EL(h, "textarea") {
			input_attributes(h, ps, in);
			h_attr_int(h, "rows", in->rows);
			h_text(h, in->value);
		}
		return;
	}
	VOID(h, "input") {
		h_attr(h, "type", in->type.n ? in->type : S("text"));
		input_attributes(h, ps, in);
		if (in->value.n)
			h_attr(h, "value", in->value);
		if (in->autocomplete.n)
			h_attr(h, "autocomplete", in->autocomplete);
	}
}

void h_input(struct html *h, const struct problems *ps, const struct input *in)
{
	EL(h, "div", " class=\"field\"") {
		EL(h, "label") {
			h_attr_id(h, "for", "f-", in->name);
			h_msg(h, in->label);
			if (in->required)
				EL(h, "span", " class=\"must\"")
					h_msg(h, MSG_WEB_MUST);
		}
		if (in->hint)
			EL(h, "p", " class=\"hint\"") {
				h_attr_id(h, "id", "h-", in->name);
				h_msg(h, in->hint);
			}
		h_problem(h, ps, in->name);
		line_or_lines(h, ps, in);
	}
}

/* ---- dates ---- */

static void time_element(struct html *h, struct buf *b)
{
	EL(h, "time", " class=\"nowrap\"")
		h_text(h, buf_str(b));
	buf_free(b);
}

void h_day(struct html *h, struct date d)
{
	struct buf b = buf_make(64);

	if (d.days == DATE_NEVER.days)
		return;
	date_add_iso(&b, d);
	time_element(h, &b);
}

void h_moment(struct html *h, struct instant t)
{
	struct buf b = buf_make(64);

	instant_add_tokyo(&b, t);
	time_element(h, &b);
}

void h_records(struct html *h, int64_t n)
{
	h_count(h, n);
	EL(h, "small")
		h_msg(h, MSG_WEB_RECORDS, n == 1 ? S("1") : S(""));
}

void h_days_left(struct html *h, struct date due, struct date today, bool *ret_late)
{
	int64_t left = (int64_t)due.days - today.days;
	char t[24];
	struct buf b = buf_make((ptrdiff_t)sizeof t);

	*ret_late = left < 0;
	buf_int(&b, left < 0 ? -left : left);
	h_msg(h, left < 0 ? MSG_WEB_DAYS_LATE : left == 0 ? MSG_WEB_DUE_TODAY : MSG_WEB_DAYS_LEFT, buf_str(&b));
	buf_free(&b);
}
