/* page_shown.c - records that anybody reads without an account, with their earlier versions and dates; and banners for staff.
 * Only what stands, or stood, at the step that the type names is shown, and of it only what is not personal. */
#include "base/num.h"
#include "web/pages.h"
#include "web/record_page.h"
#include "web/shown.h"

enum { NEWEST = 5, BANNERS_MAX = 3, OLDER_MAX = 50 };

/* ---- reading for everybody: the step decides, not who asks ---- */

static struct actor as_house(struct web *w)
{
	struct actor who = w->rq.actor;

	w->rq.actor = (struct actor){ .system = true, .name = S("") };
	return who;
}

static bool is_shown(const struct type *t, struct str step)
{
	return t && t->t->shown_step && str_eq(step, str_z(t->t->shown_step));
}

/* Nothing sealed, nothing personal, nothing that leads into the house. */
static bool is_open(const struct field *f)
{
	return !(f->flags & (SEALED_ANY | PERSONAL | INTERNAL | INWARD)) && f->kind != FK_LINK && f->kind != FK_STAFF && f->kind != FK_DEPARTMENT && f->kind != FK_FILE
		&& f->kind != FK_PERSON && f->kind != FK_ROWS;
}

static bool is_told(const struct record *r, int place)
{
	const struct field *f = &r->type->fields[place];

	return r->v[place].set && is_open(f) && !(f->flags & DERIVED && f->kind == FK_TEXT);
}

struct shown { struct record *r; struct version *older[OLDER_MAX]; int nolder; bool old; };

static enum status find_older(struct web *w, struct shown *s)
{
	struct version *v;

	TRY(record_versions(&w->rq, s->r->id, &v));
	for (; v && s->nolder < OLDER_MAX; v = v->next)
		if (is_shown(s->r->type, v->step))
			s->older[s->nolder++] = v;
	return ST_OK;
}

/* REQ: INC-05 - the record of the path, in the version of the path or the newest. */
static enum status find(struct web *w, struct shown *s)
{
	const struct type *t = store_type(conn_store(w->rq.conn), w->arg[0]);
	int64_t id, version = 0;

	if (!t || !t->t->shown_step || num_parse(w->arg[1], 1, INT64_MAX, &id) != ST_OK ||
	    (s->old && num_parse(w->arg[2], 1, INT64_MAX, &version) != ST_OK))
		return ST_NOT_FOUND;
	TRY(record_get(&w->rq, id, &s->r));
	const struct step *now = type_step(t->t, s->r->step);
	if (s->r->type != t || !now || now->kind == STEP_END)
		return ST_NOT_FOUND;                     /* what is taken down is gone, its old versions too */
	TRY(find_older(w, s));
	if (!s->nolder)
		return ST_NOT_FOUND;
	if (s->old)
		TRY(record_load_version(&w->rq, id, version, &s->r));
	else if (!is_shown(t, s->r->step))               /* while it is revised, what was said last stands */
		TRY(record_load_version(&w->rq, id, s->older[0]->version, &s->r));
	return is_shown(t, s->r->step) ? ST_OK : ST_NOT_FOUND;
}

/* ---- the page ---- */

/* REQ: COM-03 - what was said before stays readable, with its day. */
static void older(struct html *h, struct web *w, const struct shown *s)
{
	if (s->nolder < 2)
		return;
	EL(h, "section") {
		h_el_msg(h, "h2", MSG_WEB_SHOWN_VERSIONS);
		EL(h, "ul")
			for (int i = 0; i < s->nolder; i++)
				EL(h, "li") {
					struct str type = str_z(s->r->type->t->name), id = text_of_int(&w->a, s->r->id);
					EL(h, "a") {
						h_url(h, "href", i ? url_of(&w->a, R_shown_version, type, id, text_of_int(&w->a, s->older[i]->version))
							: url_of(&w->a, R_shown, type, id));
						if (s->older[i]->version == s->r->version)
							h_attr(h, "aria-current", S("page"));
						h_day(h, instant_date_tokyo(s->older[i]->at));
					}
				}
	}
}

static void body(struct html *h, struct web *w, void *arg)
{
	const struct shown *s = arg;
	const struct record *r = s->r;
	int title = r->type->t->title_field ? type_place(r->type, str_z(r->type->t->title_field)) : -1;

	EL(h, "article", " class=\"narrow shown\"") {
		h_el_text(h, "h1", record_title(&w->rq, r));
		if (s->old && s->older[0]->version != r->version)
			NOTICE(h, "warn")
				h_el_msg(h, "p", MSG_WEB_SHOWN_OLD);
		for (int i = 0; i < r->type->nfields; i++)
			if (i != title && is_told(r, i) && r->type->fields[i].kind == FK_LONG_TEXT) {
				h_el_text(h, "h2", field_label(&r->type->fields[i], w->lang));
				EL(h, "div", " class=\"pre\"")
					h_value(h, w, &r->type->fields[i], &r->v[i]);
			}
		EL(h, "dl", " class=\"facts\"")
			for (int i = 0; i < r->type->nfields; i++)
				if (i != title && is_told(r, i) && r->type->fields[i].kind != FK_LONG_TEXT) {
					h_el_text(h, "dt", field_label(&r->type->fields[i], w->lang));
					EL(h, "dd")
						h_value(h, w, &r->type->fields[i], &r->v[i]);
				}
		older(h, w, s);
		EL(h, "p")
			h_link(h, url_of(&w->a, R_home), MSG_WEB_TO_HOME);
	}
}

static enum status show(struct web *w, bool old)
{
	struct shown s = { .old = old };
	struct actor who = as_house(w);
	enum status st = find(w, &s);

	if (st == ST_OK)
		page_send(w, &(struct page){ .title = record_title(&w->rq, s.r), .wide = true, .no_heading = true, .body = body, .arg = &s });
	w->rq.actor = who;
	return st;
}

enum status page_shown(struct web *w)
{
	return show(w, false);
}

enum status page_shown_version(struct web *w)
{
	return show(w, true);
}

/* ---- on other pages ---- */

struct telling { struct html *h; struct web *w; int n, max; };
struct listing { struct web *w; int64_t id[NEWEST]; int n; };

/* While a record is revised, the list goes on naming what was said last. What is read here lives only while it is given. */
static enum status note_shown(struct request *rq, struct record *r, void *arg)
{
	struct listing *l = arg;
	struct shown s = { .r = r };

	(void)rq;
	TRY(find_older(l->w, &s));
	if (s.nolder)
		l->id[l->n++] = r->id;
	return l->n < NEWEST ? ST_OK : ST_NO;
}

static enum status tell_banner(struct request *rq, struct record *r, void *arg)
{
	struct telling *t = arg;

	NOTICE(t->h, "warn") {
		h_attr(t->h, "role", S("note"));
		EL(t->h, "p")
			h_msg(t->h, r->type->t->banner, record_title(rq, r));
	}
	return ++t->n < t->max ? ST_OK : ST_NO;
}

static void tell(struct web *w, const struct type *t, const char *step, list_each *each, struct telling *to)
{
	struct list_query q = { .type = t, .sort = LIST_SORT_CHANGED, .descending = true, .step = str_z(step) };

	IGNORE(record_each(&w->rq, &q, each, to));
}

static enum status shown_link(struct html *h, struct web *w, int64_t id)
{
	struct shown s = { 0 };

	TRY(record_get(&w->rq, id, &s.r));
	TRY(find_older(w, &s));
	if (!is_shown(s.r->type, s.r->step))
		TRY(record_load_version(&w->rq, id, s.older[0]->version, &s.r));
	EL(h, "li") {
		h_day(h, instant_date_tokyo(s.older[0]->at));
		h_lit(h, " ");
		EL(h, "a") {
			h_url(h, "href", url_of(&w->a, R_shown, str_z(s.r->type->t->name), text_of_int(&w->a, id)));
			h_text(h, record_title(&w->rq, s.r));
		}
	}
	return ST_OK;
}

static void list_shown(struct html *h, struct web *w, const struct type *t)
{
	struct list_query q = { .type = t, .sort = LIST_SORT_CHANGED, .descending = true };
	struct listing l = { .w = w };

	IGNORE(record_each(&w->rq, &q, note_shown, &l));
	if (!l.n)
		return;
	EL(h, "section") {
		h_el_text(h, "h2", type_title(t, w->lang));
		EL(h, "ul", " class=\"bare\"")
			for (int i = 0; i < l.n; i++)
				IGNORE(shown_link(h, w, l.id[i]));
	}
}

void h_shown(struct html *h, struct web *w)
{
	int n;
	const struct type *all = store_types(conn_store(w->rq.conn), &n);
	struct actor who = as_house(w);

	for (int i = 0; i < n; i++)
		if (all[i].t->shown_step)
			list_shown(h, w, &all[i]);
	w->rq.actor = who;
}

struct str shown_owner(struct web *w)
{
	const struct type *t = w->rq.conn ? store_type_marked(conn_store(w->rq.conn), TYPE_OWNER) : NULL;
	int64_t owner;

	if (!t || w->session || !w->route || w->route->tx == TX_NONE)
		return S("");
	if (record_first(&w->rq, t, &owner) != ST_OK)
		return S("");
	struct actor who = as_house(w);
	struct str name = record_title_of(&w->rq, owner);
	w->rq.actor = who;
	return name;
}

/* REQ: INC-16 */
void h_banners(struct html *h, struct web *w)
{
	int n;
	const struct type *all = store_types(conn_store(w->rq.conn), &n);
	struct actor who;

	if (!w->route || w->route->tx == TX_NONE)
		return;
	who = as_house(w);
	for (int i = 0; i < n; i++)
		if (all[i].t->banner_step)
			tell(w, &all[i], all[i].t->banner_step, tell_banner, &(struct telling){ h, w, 0, BANNERS_MAX });
	w->rq.actor = who;
}
