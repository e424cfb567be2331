/* page_settings.c - what an organisation may set: numbers, its own fields, and what its approval routes ask for. */
#include "record/own_field.h"
#include "record/settings.h"
#include "web/pages.h"
#include "web/record_page.h"

bool may_set(struct web *w)
{
	return actor_has_any(&w->rq, route_roles(ASKS_SETTER));
}

static struct page settings_crumb(struct web *w, enum msg_id title)
{
	return (struct page){ .title = msg_text(title, w->lang), .area = "settings", .ncrumbs = 1,
		.crumb = { { area_label(S("settings"), w->lang), url_of(&w->a, R_area, S("settings")) } } };
}

/* ---- numbers ---- */

static struct str asked_value(struct web *w, enum setting s)
{
	struct str sent = http_get(&w->form, setting_rows[s].name);

	return sent.p ? sent : text_of_int(&w->a, setting_get(&w->rq, s));
}

static void identity(struct html *h, const struct setting_row *r, bool wrong)
{
	h_attr_id(h, "id", "f-", r->name);
	h_attr(h, "name", r->name);
	if (wrong)
		h_attr(h, "aria-invalid", S("true"));
	h_attr_id(h, "aria-describedby", "h-", r->name);
}

static void one_setting(struct html *h, struct web *w, enum setting s)
{
	const struct setting_row *r = &setting_rows[s];
	bool wrong = problem_at(&w->rq.problems, r->name) != NULL;

	EL(h, "div", " class=\"field\"") {
		EL(h, "label") {
			h_attr_id(h, "for", "f-", r->name);
			h_text(h, r->label[w->lang]);
		}
		EL(h, "p", " class=\"hint\"") {
			h_attr_id(h, "id", "h-", r->name);
			if (setting_is_switch(s))
				h_msg(h, MSG_WEB_SETTING_USUAL, msg_text(r->otherwise ? MSG_REC_YES : MSG_REC_NO, w->lang));
			else
				h_msg(h, MSG_WEB_SETTING_BOUNDS, text_of_int(&w->a, r->least), text_of_int(&w->a, r->most), text_of_int(&w->a, r->otherwise));
		}
		h_problem(h, &w->rq.problems, r->name);
		if (setting_is_switch(s)) {
			EL(h, "select", " class=\"short\"") {
				identity(h, r, wrong);
				for (int on = 1; on >= 0; on--)
					EL(h, "option") {
						h_attr(h, "value", on ? S("1") : S("0"));
						if (str_eq(asked_value(w, s), on ? S("1") : S("0")))
							h_flag(h, "selected");
						h_msg(h, on ? MSG_REC_YES : MSG_REC_NO);
					}
			}
		} else {
			VOID(h, "input", " type=\"text\" inputmode=\"numeric\" class=\"short\" autocomplete=\"off\"") {
				identity(h, r, wrong);
				h_attr(h, "value", asked_value(w, s));
			}
		}
	}
}

static void settings_body(struct html *h, struct web *w, void *arg)
{
	(void)arg;
	h_problem_summary(h, &w->rq.problems);
	h_el_msg(h, "p", MSG_WEB_SETTINGS_INTRO);
	FORM(h, w, url_of(&w->a, R_settings_do)) {
		for (int i = 0; i < SETTING_MAX; i++)
			one_setting(h, w, (enum setting)i);
		EL(h, "div", " class=\"buttons sticky\"")
			h_button(h, MSG_WEB_SAVE);
	}
}

static void show_settings(struct web *w, int status)
{
	struct page p = settings_crumb(w, MSG_WEB_SETTINGS);

	p.status = status;
	p.body = settings_body;
	page_send(w, &p);
}

enum status page_settings(struct web *w)
{
	show_settings(w, 200);
	return ST_OK;
}

/* All or none: one wrong number and nothing is kept. What did not change leaves no trace. */
enum status page_settings_do(struct web *w)
{
	for (int i = 0; i < SETTING_MAX; i++) {
		struct str sent = str_trim(http_get(&w->form, setting_rows[i].name));
		if (!sent.p || str_eq(sent, text_of_int(&w->a, setting_get(&w->rq, (enum setting)i))))
			continue;
		enum status st = setting_put(&w->rq, (enum setting)i, sent);
		if (st != ST_OK && st != ST_BAD_INPUT)
			return st;
	}
	if (w->rq.problems.n) {
		show_settings(w, 422);
		return ST_BAD_INPUT;
	}
	reply_redirect(w, url_with(&w->a, url_of(&w->a, R_settings), "done", S("saved")));
	return ST_OK;
}

/* ---- own fields of a type ---- */

static void kind_select(struct html *h, struct web *w)
{
	EL(h, "select", " class=\"middle\" id=\"f-kind\" name=\"kind\"")
		for (const struct own_kind *k = own_kinds; k->code; k++)
			EL(h, "option") {
				h_attr(h, "value", str_z(k->code));
				if (str_eq(http_get(&w->form, S("kind")), str_z(k->code)))
					h_flag(h, "selected");
				h_msg(h, k->label);
			}
}

static struct str kind_words(const struct field *f, enum lang lang)
{
	for (const struct own_kind *k = own_kinds; k->code; k++)
		if (k->kind == f->kind)
			return msg_text(k->label, lang);
	return S("");
}

static void do_button(struct html *h, const char *what, enum msg_id text, struct str about)
{
	EL(h, "button", " class=\"button second small\" type=\"submit\" name=\"_do\"") {
		h_attr(h, "value", str_z(what));
		h_msg(h, text);
		EL(h, "span", " class=\"hide\"")
			h_text(h, about);
	}
}

static void own_row(struct html *h, struct web *w, const struct type *t, const struct field *f)
{
	struct str label = field_label(f, w->lang);

	FORM(h, w, url_of(&w->a, R_columns_do, str_z(t->t->name))) {
		h_hidden(h, S("name"), str_z(f->name));
		EL(h, "div", " class=\"tools-row own\"") {
			for (int lang = 0; lang < LANG_MAX; lang++)
				EL(h, "div") {
					EL(h, "label", " class=\"label\"") {
						h_msg(h, lang == JA ? MSG_WEB_OWN_JA : MSG_WEB_OWN_EN);
						VOID(h, "input", " type=\"text\" maxlength=\"120\"") {
							h_attr(h, "name", lang == JA ? S("label_ja") : S("label_en"));
							h_attr(h, "value", f->label[lang]);
						}
					}
				}
			EL(h, "div", " class=\"note\"") {
				h_text(h, kind_words(f, w->lang));
				if (f->retired)
					h_el_msg(h, "span", MSG_WEB_OWN_RETIRED, " class=\"mark warn\"");
			}
			do_button(h, "rename", MSG_WEB_OWN_RENAME, label);
			do_button(h, "up", MSG_WEB_OWN_UP, label);
			do_button(h, "down", MSG_WEB_OWN_DOWN, label);
			do_button(h, f->retired ? "restore" : "retire", f->retired ? MSG_WEB_OWN_RESTORE : MSG_WEB_OWN_RETIRE, label);
		}
	}
}

static void columns_body(struct html *h, struct web *w, void *arg)
{
	const struct type *t = arg;
	bool adding = str_eq(http_get(&w->form, S("_do")), S("add"));

	h_problem_summary(h, &w->rq.problems);
	h_el_msg(h, "p", MSG_WEB_OWN_INTRO);
	EL(h, "section") {
		h_el_msg(h, "h2", MSG_WEB_OWN_ADD);
		FORM(h, w, url_of(&w->a, R_columns_do, str_z(t->t->name))) {
			h_input(h, &w->rq.problems, &(struct input){ .name = S("label_ja"), .label = MSG_WEB_OWN_JA, .required = true,
				.value = adding ? http_get(&w->form, S("label_ja")) : S("") });
			h_input(h, &w->rq.problems, &(struct input){ .name = S("label_en"), .label = MSG_WEB_OWN_EN, .hint = MSG_WEB_OWN_EN_HINT,
				.value = adding ? http_get(&w->form, S("label_en")) : S("") });
			EL(h, "div", " class=\"field\"") {
				h_el_msg(h, "label", MSG_WEB_OWN_KIND, " for=\"f-kind\"");
				h_problem(h, &w->rq.problems, S("kind"));
				kind_select(h, w);
			}
			EL(h, "button", " class=\"button\" type=\"submit\" name=\"_do\" value=\"add\"")
				h_msg(h, MSG_WEB_OWN_ADD);
		}
	}
	if (t->nfields > t->t->nfields)
		EL(h, "section") {
			h_el_msg(h, "h2", MSG_WEB_OWN_FIELDS);
			for (int i = t->t->nfields; i < t->nfields; i++)
				own_row(h, w, t, &t->fields[i]);
		}
}

static void show_columns(struct web *w, const struct type *t, int status)
{
	struct page p = settings_crumb(w, MSG_WEB_OWN_FIELDS);
	struct buf b = buf_make(1024);
	struct str title = type_title(t, w->lang);

	msg_add(&b, w->lang, MSG_WEB_OWN_TITLE, &title, 1);
	p.title = str_dup(&w->a, buf_str(&b));
	buf_free(&b);
	p.crumb[p.ncrumbs].text = title;
	p.crumb[p.ncrumbs++].to = list_url(w, t);
	p.status = status;
	p.body = columns_body;
	p.arg = (void *)(uintptr_t)t;
	page_send(w, &p);
}

enum status page_columns(struct web *w)
{
	const struct type *t;

	TRY(path_type(w, &t));
	show_columns(w, t, 200);
	return ST_OK;
}

static enum status change_columns(struct web *w, const struct type *t)
{
	struct str what = http_get(&w->form, S("_do")), name = http_get(&w->form, S("name"));
	struct str ja = str_trim(http_get(&w->form, S("label_ja"))), en = str_trim(http_get(&w->form, S("label_en")));
	bool add = str_eq(what, S("add"));

	if (add || str_eq(what, S("rename"))) {
		TRY(own_field_check(&w->rq, t, ja, S("label_ja"), name));
		if (en.n)
			TRY(own_field_check(&w->rq, t, en, S("label_en"), name));
		return add ? own_field_add(&w->rq, t, ja, en, http_get(&w->form, S("kind"))) : own_field_rename(&w->rq, t, name, ja, en);
	}
	if (str_eq(what, S("up")) || str_eq(what, S("down")))
		return own_field_shift(&w->rq, t, name, str_eq(what, S("up")));
	if (str_eq(what, S("retire")) || str_eq(what, S("restore")))
		return own_field_retire(&w->rq, t, name, str_eq(what, S("retire")));
	return ST_BAD_INPUT;
}

enum status page_columns_do(struct web *w)
{
	const struct type *t;

	TRY(path_type(w, &t));
	enum status st = change_columns(w, t);
	if (st == ST_BAD_INPUT && w->rq.problems.n) {
		show_columns(w, t, 422);
		return st;
	}
	TRY(st);
	reply_redirect(w, url_with(&w->a, url_of(&w->a, R_columns, w->arg[0]), "done", S("saved")));
	return ST_OK;
}

/* ---- approval routes ---- */

enum { LINES_MAX = 32 };

/* Whether anybody can decide: company-wide roles are held by somebody today; roles of departments are judged case by case. */
static void holders(struct html *h, struct web *w, enum role role)
{
	int64_t who[8];
	int n = role_company_wide(role) ? access_holders(&w->rq, role, 0, who, (int)COUNT(who)) : 0;

	if (!role_company_wide(role)) {
		h_el_msg(h, "span", MSG_WEB_ROUTE_EACH, " class=\"note\"");
		return;
	}
	for (int i = 0; i < n; i++) {
		if (i)
			h_lit(h, "、");
		h_text(h, record_title_of(&w->rq, who[i]));
	}
	if (n)
		return;
	EL(h, "span", " class=\"mark warn\"")
		h_msg(h, MSG_WEB_ROUTE_NOBODY);
}

static void route_lines(struct html *h, struct web *w, const struct type *t, const struct step *s)
{
	struct route_line line[LINES_MAX];
	int n = 0;

	if (route_of(&w->rq, t, str_z(s->code), line, LINES_MAX, &n) != ST_OK || !n)
		return;
	for (int a = 1; a < n; a++)                              /* in the order in which they approve */
		for (int b = a; b > 0 && line[b].order < line[b - 1].order; b--) {
			struct route_line swap = line[b];
			line[b] = line[b - 1];
			line[b - 1] = swap;
		}
	for (int i = 0; i < n; i++)
		EL(h, "tr") {
			EL(h, "td", " class=\"main\"") {
				h_attr_msg(h, "data-label", MSG_WEB_ROUTE_STEP);
				h_text(h, type_title(t, w->lang));
				h_el_text(h, "div", s->label[w->lang], " class=\"note\"");
			}
			EL(h, "td") {
				h_attr_msg(h, "data-label", MSG_WEB_ROUTE_WHO);
				h_text(h, role_label(line[i].role, w->lang));
			}
			EL(h, "td") {
				h_attr_msg(h, "data-label", MSG_WEB_ROUTE_WHENCE);
				h_msg(h, line[i].own ? MSG_WEB_ROUTE_OWN : MSG_WEB_ROUTE_LEAST);
			}
			EL(h, "td") {
				h_attr_msg(h, "data-label", MSG_WEB_ROUTE_HOLDERS);
				holders(h, w, line[i].role);
			}
			EL(h, "td") {
				const struct type *adds = store_type_marked(conn_store(w->rq.conn), TYPE_ROUTE);
				if (i == 0 && adds && access_may_any(&w->rq, adds, MAY_CREATE))
					h_link(h, url_with(&w->a, url_with(&w->a, url_of(&w->a, R_new, str_z(adds->t->name)), "v.target", str_z(t->t->name)),
						"v.step", str_z(s->code)), MSG_WEB_ROUTE_ADD);
			}
		}
}

static void approvals_body(struct html *h, struct web *w, void *arg)
{
	static const enum msg_id heads[] = { MSG_WEB_ROUTE_STEP, MSG_WEB_ROUTE_WHO, MSG_WEB_ROUTE_WHENCE, MSG_WEB_ROUTE_HOLDERS };
	int n;
	const struct type *all = store_types(conn_store(w->rq.conn), &n);

	(void)arg;
	h_el_msg(h, "p", MSG_WEB_ROUTE_INTRO);
	EL(h, "div", " class=\"scroll stacked\" tabindex=\"0\" role=\"region\"") {
		h_attr_msg(h, "aria-label", MSG_WEB_ROUTES);
		EL(h, "table", " class=\"stack\"") {
			EL(h, "thead")
				EL(h, "tr") {
					for (ptrdiff_t i = 0; i < COUNT(heads); i++)
						h_el_msg(h, "th", heads[i], " scope=\"col\"");
					EL(h, "th", " scope=\"col\"")
						h_el_msg(h, "span", MSG_WEB_ROUTE_ADD, " class=\"hide\"");
				}
			EL(h, "tbody")
				for (int i = 0; i < n; i++)
					for (int k = 0; k < all[i].t->nsteps; k++)
						route_lines(h, w, &all[i], &all[i].t->steps[k]);
		}
	}
}

enum status page_approvals(struct web *w)
{
	struct page p = settings_crumb(w, MSG_WEB_ROUTES);

	p.body = approvals_body;
	page_send(w, &p);
	return ST_OK;
}
