/* ledger_web.c - what the ledger does not cover, by department, and the same beside a row that waits for approval. */
#include "domain/ledger/ledger.h"
#include "base/num.h"
#include "web/type_pages.h"

static const struct { enum msg_id title, about; const char *type; } gaps[] = {
	[GAP_FORM]   = { MSG_COVER_FORM,   MSG_COVER_FORM_ABOUT,   "process" },
	[GAP_RISK]   = { MSG_COVER_RISK,   MSG_COVER_RISK_ABOUT,   "ledger" },
	[GAP_NOTICE] = { MSG_COVER_NOTICE, MSG_COVER_NOTICE_ABOUT, "ledger" },
	[GAP_REVIEW] = { MSG_COVER_REVIEW, MSG_COVER_REVIEW_ABOUT, "ledger" },
};

static struct str department_name(struct web *w, int64_t department)
{
	struct str name = record_title_of(&w->rq, department);

	return name.n ? name : msg_text(MSG_COVER_NO_DEPARTMENT, w->lang);
}

static struct url of_department(struct web *w, int64_t department)
{
	const struct type *t = store_type(conn_store(w->rq.conn), S("ledger"));

	return url_with(&w->a, type_page_url(w, t, NULL, "coverage"), "department", text_of_int(&w->a, department));
}

static void numbers(struct html *h, struct web *w, const struct coverage *c)
{
	EL(h, "td", " class=\"num\"") {
		h_attr_msg(h, "data-label", MSG_COVER_ROWS);
		h_count(h, c->rows);
	}
	for (int g = 0; g < GAP_MAX; g++)
		EL(h, "td") {
			h_attr(h, "class", c->gap[g] ? S("num lacking") : S("num"));
			h_attr_msg(h, "data-label", gaps[g].title);
			h_count(h, c->gap[g]);
		}
	(void)w;
}

static void by_department(struct html *h, struct web *w, const struct coverages *all)
{
	EL(h, "div", " class=\"scroll stacked\" tabindex=\"0\" role=\"region\"") {
		h_attr_msg(h, "aria-label", MSG_COVER);
		EL(h, "table", " class=\"stack\"") {
			EL(h, "thead")
				EL(h, "tr") {
					h_el_msg(h, "th", MSG_COVER_DEPARTMENT, " scope=\"col\"");
					h_el_msg(h, "th", MSG_COVER_ROWS, " scope=\"col\" class=\"num\"");
					for (int g = 0; g < GAP_MAX; g++)
						h_el_msg(h, "th", gaps[g].title, " scope=\"col\" class=\"num\"");
				}
			EL(h, "tbody") {
				for (int i = 0; i < all->n; i++)
					EL(h, "tr") {
						EL(h, "td", " class=\"main\"") {
							h_attr_msg(h, "data-label", MSG_COVER_DEPARTMENT);
							EL(h, "a") {
								h_url(h, "href", of_department(w, all->c[i].department));
								h_text(h, department_name(w, all->c[i].department));
							}
						}
						numbers(h, w, &all->c[i]);
					}
				EL(h, "tr", " class=\"total\"") {
					EL(h, "td", " class=\"main\"") {
						h_attr_msg(h, "data-label", MSG_COVER_DEPARTMENT);
						h_msg(h, MSG_COVER_SUM);
					}
					numbers(h, w, &all->sum);
				}
			}
		}
	}
}

static void named(struct html *h, struct web *w, const struct coverages *all, enum ledger_gap g)
{
	int64_t count = 0;

	for (int i = 0; i < all->n; i++)
		if (all->c[i].department == all->named)
			count = all->c[i].gap[g];
	if (!count)
		return;
	EL(h, "section") {
		h_el_msg(h, "h2", gaps[g].title);
		h_el_msg(h, "p", gaps[g].about, " class=\"note\"");
		EL(h, "ul")
			for (int i = 0; i < all->nnamed[g]; i++)
				EL(h, "li")
					EL(h, "a") {
						h_url(h, "href", url_of(&w->a, R_record, str_z(gaps[g].type), text_of_int(&w->a, all->name[g][i])));
						h_text(h, record_title_of(&w->rq, all->name[g][i]));
					}
		if (all->nnamed[g] == GAPS_NAMED)
			h_el_msg(h, "p", MSG_COVER_MORE, " class=\"note\"");
	}
}

static void body(struct html *h, struct web *w, void *arg)
{
	const struct coverages *all = arg;
	bool lacks = false;

	for (int g = 0; g < GAP_MAX; g++)
		lacks |= all->sum.gap[g] > 0;
	h_el_msg(h, "p", MSG_COVER_INTRO, " class=\"note\"");
	if (!all->n) {
		h_el_msg(h, "p", MSG_COVER_EMPTY);
		return;
	}
	if (!lacks)
		NOTICE(h, "ok")
			h_el_msg(h, "p", MSG_COVER_WHOLE);
	by_department(h, w, all);
	if (all->named < 0)
		return;
	h_el_text(h, "p", department_name(w, all->named), " class=\"sum\"");
	for (int g = 0; g < GAP_MAX; g++)
		named(h, w, all, (enum ledger_gap)g);
}

static void actions(struct html *h, struct web *w, void *arg)
{
	(void)w;
	(void)arg;
	h_print_button(h);
}

/* REQ: LED-08 - processes without rows, rows without risk analysis or notice, rows whose review is over. */
static enum status page_coverage(struct web *w, const struct type *t, struct record *r)
{
	struct coverages *all;
	int64_t named;

	(void)r;
	if (num_parse(http_get(&w->query, S("department")), 0, INT64_MAX, &named) != ST_OK)
		named = -1;
	TRY(ledger_coverage(&w->rq, named, &all));
	page_send(w, &(struct page){ .title = msg_text(MSG_COVER, w->lang), .area = t->t->area, .ncrumbs = 1,
		.crumb = { { type_title(t, w->lang), list_url(w, t) } }, .actions = actions, .body = body, .arg = all });
	return ST_OK;
}

/* ---- beside a row that waits for approval ---- */

/* REQ: LED-05 - whoever approves sees what the ledger of the department does not cover. */
static enum status gather(struct web *w, const struct record *r, void **ret)
{
	int *forms = new(&w->a, int);

	if (str_eq(r->step, S("review")))
		TRY(ledger_open_forms(&w->rq, r->department, forms));
	*ret = forms;
	return ST_OK;
}

static void above(struct html *h, struct web *w, const struct record *r, void *found)
{
	const int *forms = found;

	if (*forms)
		NOTICE(h, "warn")
			EL(h, "p") {
				h_msg(h, MSG_COVER_AT_APPROVAL, text_of_int(&w->a, *forms));
				h_lit(h, " ");
				h_link(h, of_department(w, r->department), MSG_COVER);
			}
}

static const struct type_page pages[] = {
	{ .name = "coverage", .kind = TYPE_PAGE, .method = HTTP_GET, .act = MAY_READ, .shown = ON_LIST, .link = MSG_COVER, .handler = page_coverage },
	{ 0 },
};
const struct type_pages ledger_pages = { .type = "ledger", .pages = pages, .gather = gather, .above = above };
