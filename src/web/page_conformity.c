/* page_conformity.c - what conforms, what does not, why, on which records, and what would mend it. */
#include "record/access.h"
#include "web/conformity_map.h"
#include "web/pages.h"
#include "web/site.h"

/* From worst to best: a group shows its worst. */
static const enum verdict gravity[VERDICT_MAX] = { VERDICT_NONCONFORMITY, VERDICT_NOT_RECORDED, VERDICT_PARTIAL,
	VERDICT_UNDECIDED, VERDICT_CONFORMS };

static int rank_of(enum verdict v)
{
	int i = 0;

	while (i < VERDICT_MAX - 1 && gravity[i] != v)
		i++;
	return i;
}

/* The judgement of a clause that weighs most, over its levels. */
static const struct judgement *gravest(const struct judgement *first, const struct judgement **ret_next)
{
	const struct judgement *worst = first, *j = first;

	for (; j && j->clause == first->clause; j = j->next)
		if (rank_of(j->verdict) < rank_of(worst->verdict))
			worst = j;
	*ret_next = j;
	return worst;
}

int conformity_groups(struct arena *a, const struct judgement *all, struct conformity_group ret[GROUPS_MAX])
{
	int n = 0;

	(void)a;
	for (const struct judgement *j = all, *next; j; j = next) {
		const struct judgement *worst = gravest(j, &next);
		const struct chapter *in = chapter_of(j->clause->id);
		if (!n || ret[n - 1].chapter != in) {
			if (n == GROUPS_MAX)
				break;
			ret[n++] = (struct conformity_group){ .chapter = in, .worst = VERDICT_CONFORMS };
		}
		struct conformity_group *g = &ret[n - 1];
		g->count[worst->verdict]++;
		g->n++;
		if (rank_of(worst->verdict) < rank_of(g->worst))
			g->worst = worst->verdict;
	}
	return n;
}

void h_verdict(struct html *h, enum verdict v)
{
	static const struct str looks[VERDICT_MAX] = { [VERDICT_CONFORMS] = SLIT("mark ok"), [VERDICT_PARTIAL] = SLIT("mark warn"),
		[VERDICT_NONCONFORMITY] = SLIT("mark error"), [VERDICT_UNDECIDED] = SLIT("mark key"), [VERDICT_NOT_RECORDED] = SLIT("mark") };

	EL(h, "span") {
		h_attr(h, "class", looks[v]);
		h_text(h, verdict_label(v, h->lang));
	}
}

/* How the clauses of a group are spread over the verdicts, as a bar; the words stand beside it. */
static void bar(struct html *h, struct arena *a, const struct conformity_group *g)
{
	int at = 0;

	EL(h, "svg", " class=\"bar\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\" focusable=\"false\"")
		for (int i = 0; i < VERDICT_MAX; i++) {
			enum verdict v = gravity[VERDICT_MAX - 1 - i];
			int width = g->n ? g->count[v] * 100 / g->n : 0;
			if (!g->count[v])
				continue;
			EL(h, "rect", " y=\"0\" height=\"8\"") {
				h_attr(h, "class", str_z(verdict_code(v)));
				h_attr(h, "x", text_of_int(a, at));
				h_attr(h, "width", text_of_int(a, MAX(width, 2)));
			}
			at += width;
		}
}

static void chapter_name(struct html *h, const struct chapter *c)
{
	h_text(h, c->id);
	h_el_text(h, "small", c->title[h->lang]);
}

void h_conformity_map(struct html *h, struct web *w, const struct conformity_group *g, int n)
{
	EL(h, "ul", " class=\"map\"")
		for (int i = 0; i < n; i++)
			EL(h, "li")
				EL(h, "a") {
					h_attr(h, "class", str_z(verdict_code(g[i].worst)));
					h_url(h, "href", url_of(&w->a, R_conformity_group, g[i].chapter->id));
					EL(h, "b")
						chapter_name(h, g[i].chapter);
					EL(h, "span")
						h_msg(h, MSG_WEB_CONFORM_OF, text_of_int(&w->a, g[i].count[VERDICT_CONFORMS]), text_of_int(&w->a, g[i].n));
					bar(h, &w->a, &g[i]);
					EL(h, "span")
						h_text(h, verdict_label(g[i].worst, w->lang));
				}
}

/* ---- the pages ---- */

struct conformity_page { struct judgement *all; struct conformity_group group[GROUPS_MAX]; int ngroups; const struct chapter *only; };

static void evidence(struct html *h, struct web *w, const struct evidence *e)
{
	const struct type *t = e->type ? store_type(conn_store(w->rq.conn), str_z(e->type)) : NULL;

	EL(h, "li") {
		if (!t || !access_may_any(&w->rq, t, MAY_READ)) {
			h_text(h, e->text);
		} else {
			EL(h, "a") {
				h_url(h, "href", e->record ? url_of(&w->a, R_record, str_z(e->type), text_of_int(&w->a, e->record))
					: url_of(&w->a, R_list, str_z(e->type)));
				h_text(h, e->text.n ? e->text : t->t->title[w->lang]);
			}
			if (!e->record) {
				h_lit(h, " ");
				h_records(h, e->count);
			}
		}
	}
}

/* Where it is mended: the list that shows what is concerned. */
static void where(struct html *h, struct web *w, const struct judgement *j)
{
	const struct type *t = j->where ? store_type(conn_store(w->rq.conn), str_z(j->where)) : NULL;

	if (!t || !access_may_any(&w->rq, t, MAY_READ))
		return;
	h_lit(h, " ");
	EL(h, "a") {
		h_url(h, "href", url_join(&w->a, url_of(&w->a, R_list, str_z(j->where)), j->look));
		h_msg(h, MSG_WEB_REMEDY_GO, t->t->title[w->lang]);
	}
}

static struct str level_words(enum level l, enum lang lang)
{
	return msg_text(l == LEVEL_LAW ? MSG_WEB_LEVEL_LAW : l == LEVEL_JIS ? MSG_WEB_LEVEL_JIS : MSG_WEB_LEVEL_MARK, lang);
}

static bool says_the_same(const struct judgement *a, const struct judgement *b)
{
	return a->clause == b->clause && a->verdict == b->verdict && str_eq(a->reason, b->reason) && str_eq(a->remedy, b->remedy);
}

/* The judgements of one clause from j on that say the same, as one; *ret_next: what follows them. */
static void clause(struct html *h, struct web *w, const struct judgement *j, const struct judgement **ret_next)
{
	const struct judgement *last = j;

	while (last->next && says_the_same(j, last->next))
		last = last->next;
	*ret_next = last->next;
	EL(h, "section", " class=\"box\"") {
		EL(h, "h2") {
			h_text(h, j->clause->id);
			h_lit(h, " ");
			h_text(h, j->clause->title[w->lang]);
		}
		EL(h, "p") {
			h_verdict(h, j->verdict);
			for (const struct judgement *k = j; k != last->next; k = k->next) {
				h_lit(h, " ");
				EL(h, "span", " class=\"mark\"")
					h_text(h, level_words(k->level, w->lang));
			}
		}
		h_el_text(h, "p", j->reason);
		if (j->remedy.n)
			EL(h, "p") {
				h_el_msg(h, "b", MSG_WEB_REMEDY);
				h_lit(h, " ");
				h_text(h, j->remedy);
				where(h, w, j);
			}
		if (j->evidence)
			EL(h, "ul")
				for (const struct evidence *e = j->evidence; e; e = e->next)
					evidence(h, w, e);
		EL(h, "p", " class=\"note\"") {
			if (j->clause->jis.n)
				h_msg(h, MSG_WEB_CLAUSE_JIS, j->clause->jis);
			if (j->clause->appi.n) {
				h_lit(h, " ");
				h_msg(h, MSG_WEB_CLAUSE_APPI, j->clause->appi);
			}
		}
	}
}

static void clause_row(struct html *h, struct web *w, const struct judgement *j)
{
	EL(h, "tr") {
		EL(h, "td", " class=\"main\"") {
			h_attr_msg(h, "data-label", MSG_WEB_CLAUSE);
			EL(h, "a") {
				h_url(h, "href", url_of(&w->a, R_conformity_group, chapter_of(j->clause->id)->id));
				h_text(h, j->clause->id);
				h_lit(h, " ");
				h_text(h, j->clause->title[w->lang]);
			}
		}
		EL(h, "td") {
			h_attr_msg(h, "data-label", MSG_WEB_VERDICT);
			h_verdict(h, j->verdict);
		}
		EL(h, "td") {
			h_attr_msg(h, "data-label", MSG_WEB_REASON);
			h_text(h, j->reason);
		}
		EL(h, "td") {
			h_attr_msg(h, "data-label", MSG_WEB_REMEDY);
			h_text(h, j->remedy);
		}
	}
}

static void as_of_form(struct html *h, struct web *w)
{
	EL(h, "form", " method=\"get\" class=\"tools-row\"") {
		h_url(h, "action", url_of(&w->a, R_conformity));
		EL(h, "div") {
			h_el_msg(h, "label", MSG_WEB_AS_OF_DAY, " class=\"label\" for=\"as_of\"");
			VOID(h, "input", " type=\"date\" id=\"as_of\" name=\"as_of\" class=\"short\"")
				h_attr(h, "value", http_get(&w->query, S("as_of")));
		}
		EL(h, "button", " class=\"button second\" type=\"submit\"")
			h_msg(h, MSG_WEB_SHOW);
	}
}

static void body(struct html *h, struct web *w, void *arg)
{
	const struct conformity_page *p = arg;

	as_of_form(h, w);
	h_conformity_map(h, w, p->group, p->ngroups);
	EL(h, "div", " class=\"scroll stacked\" tabindex=\"0\" role=\"region\"") {
		h_attr_msg(h, "aria-label", MSG_WEB_CONFORMITY);
		EL(h, "table", " class=\"stack\"") {
			EL(h, "thead")
				EL(h, "tr") {
					h_el_msg(h, "th", MSG_WEB_CLAUSE, " scope=\"col\"");
					h_el_msg(h, "th", MSG_WEB_VERDICT, " scope=\"col\"");
					h_el_msg(h, "th", MSG_WEB_REASON, " scope=\"col\"");
					h_el_msg(h, "th", MSG_WEB_REMEDY, " scope=\"col\"");
				}
			EL(h, "tbody")
				for (const struct judgement *j = p->all, *next; j; j = next)
					clause_row(h, w, gravest(j, &next));
		}
	}
}

static void group_body(struct html *h, struct web *w, void *arg)
{
	const struct conformity_page *p = arg;

	for (const struct judgement *j = p->all, *next; j; j = next) {
		next = j->next;
		if (chapter_of(j->clause->id) == p->only)
			clause(h, w, j, &next);
	}
}

static void actions(struct html *h, struct web *w, void *arg)
{
	(void)w, (void)arg;
	h_print_button(h);
}

static enum status judge(struct web *w, struct conformity_page *p)
{
	struct str as_of = http_get(&w->query, S("as_of"));

	if (!site_may_see_conformity(&w->rq))
		return ST_DENIED;
	if (as_of.n && date_parse_iso(as_of, &w->rq.as_of) != ST_OK)
		return ST_BAD_INPUT;
	TRY(conformity_judge(&w->rq, &p->all));
	p->ngroups = conformity_groups(&w->a, p->all, p->group);
	return ST_OK;
}

enum status page_conformity(struct web *w)
{
	struct conformity_page p = { 0 };

	TRY(judge(w, &p));
	page_send(w, &(struct page){ .title = msg_text(MSG_WEB_CONFORMITY, w->lang), .area = "conformity", .actions = actions, .body = body, .arg = &p });
	return ST_OK;
}

enum status page_conformity_group(struct web *w)
{
	struct conformity_page p = { .only = chapter_of(w->arg[0]) };

	TRY(judge(w, &p));
	if (!p.only || !str_eq(p.only->id, w->arg[0]))
		return ST_NOT_FOUND;
	struct buf title = buf_in(&w->a, 400);
	buf_fmt(&title, "%.*s %.*s", STR_FMT(p.only->id), STR_FMT(p.only->title[w->lang]));
	page_send(w, &(struct page){ .title = buf_take(&title), .area = "conformity", .ncrumbs = 1,
		.crumb = { { msg_text(MSG_WEB_CONFORMITY, w->lang), url_of(&w->a, R_conformity) } }, .body = group_body, .arg = &p });
	return ST_OK;
}
