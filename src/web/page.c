/* page.c - the frame of every page. */
#include "web/page.h"
#include "record/access.h"
#include "web/assets.h"
#include "web/csrf.h"
#include "web/session.h"
#include "web/shown.h"
#include "web/site.h"
#include "web/status.h"
#include <stdio.h>

static const struct area { const char *code; struct str label[LANG_MAX]; } areas[] = {
#define AREA(code, ja, en) { #code, { SLIT(ja), SLIT(en) } },
#include "web/areas.def"
#undef AREA
};

struct str area_label(struct str code, enum lang lang)
{
	for (ptrdiff_t i = 0; i < COUNT(areas); i++)
		if (str_eq(str_z(areas[i].code), code))
			return areas[i].label[lang];
	return S("");
}

/* ---- navigation ---- */

static bool in_area(const struct type *t, const char *area)
{
	return t->t->area && strcmp(t->t->area, area) == 0 && !(t->t->marks & TYPE_NO_MENU);
}

static void nav_types(struct html *h, struct web *w, const char *area, struct str current)
{
	int n;
	const struct type *all = store_types(conn_store(w->rq.conn), &n);

	EL(h, "ul")
		for (int i = 0; i < n; i++)
			if (in_area(&all[i], area) && access_may_any(&w->rq, &all[i], MAY_READ))
				EL(h, "li")
					EL(h, "a") {
						h_url(h, "href", url_of(&w->a, R_list, str_z(all[i].t->name)));
						if (str_eq(str_z(all[i].t->name), current))
							h_attr(h, "aria-current", S("page"));
						h_text(h, all[i].t->title[w->lang]);
					}
}

/* Does this area hold anything that this person may see? */
static bool nav_shows(struct web *w, const char *area)
{
	int n;
	const struct type *all = store_types(conn_store(w->rq.conn), &n);

	if (strcmp(area, "today") == 0 || strcmp(area, "settings") == 0)
		return true;
	if (strcmp(area, "conformity") == 0)
		return site_may_see_conformity(&w->rq);
	for (int i = 0; i < n; i++)
		if (in_area(&all[i], area) && access_may_any(&w->rq, &all[i], MAY_READ))
			return true;
	return false;
}

static struct url nav_url(struct web *w, const char *area)
{
	if (strcmp(area, "today") == 0)
		return url_of(&w->a, R_home);
	if (strcmp(area, "conformity") == 0)
		return url_of(&w->a, R_conformity);
	return url_of(&w->a, R_area, str_z(area));
}

static void nav_list(struct html *h, struct web *w, const struct page *p)
{
	struct str current = w->route && str_starts(str_z(w->route->path), S("/r/:type")) ? w->arg[0] : S("");

	EL(h, "ul")
		for (ptrdiff_t i = 0; i < COUNT(areas); i++)
			if (nav_shows(w, areas[i].code))
				EL(h, "li") {
					bool here = p->area && strcmp(p->area, areas[i].code) == 0;
					EL(h, "a") {
						h_url(h, "href", nav_url(w, areas[i].code));
						if (here)
							h_attr(h, "aria-current", current.n ? S("true") : S("page"));
						h_text(h, areas[i].label[w->lang]);
					}
					if (here && strcmp(areas[i].code, "today") != 0)
						nav_types(h, w, areas[i].code, current);
				}
}

/* Beside the page on a desk, folded above it on a phone: the style sheet shows one of the two. */
static void nav(struct html *h, struct web *w, const struct page *p)
{
	EL(h, "nav", " class=\"side\"") {
		h_attr_msg(h, "aria-label", MSG_WEB_NAV);
		nav_list(h, w, p);
	}
}

static void folded_nav(struct html *h, struct web *w, const struct page *p)
{
	EL(h, "nav", " class=\"folded\"") {
		h_attr_msg(h, "aria-label", MSG_WEB_NAV);
		EL(h, "details") {
			h_el_msg(h, "summary", MSG_WEB_MENU);
			nav_list(h, w, p);
		}
	}
}

/* ---- frame ---- */

static void language_link(struct html *h, struct web *w)
{
	enum lang other = w->lang == JA ? EN : JA;
	struct str code = other == JA ? S("ja") : S("en");

	EL(h, "a") {
		h_url(h, "href", url_with(&w->a, url_of(&w->a, R_lang, code), "to",
			w->method == HTTP_GET ? w->raw_target : S("/")));
		h_attr(h, "lang", code);
		h_attr(h, "hreflang", code);
		h_lit(h, "");
		h_text(h, other == JA ? msg_text(MSG_WEB_LANGUAGE, JA) : msg_text(MSG_WEB_LANGUAGE, EN));
	}
}

static void tools(struct html *h, struct web *w)
{
	EL(h, "div", " class=\"tools\"") {
		language_link(h, w);
		if (w->session && !w->session->locked) {
			EL(h, "a") {
				h_url(h, "href", url_of(&w->a, R_password));
				h_text(h, w->rq.actor.name.n ? w->rq.actor.name : w->session->login);
			}
			FORM(h, w, url_of(&w->a, R_logout))
				EL(h, "button", " class=\"link-button\"")
					h_msg(h, MSG_WEB_LOGOUT);
		} else if (!w->session && (!w->route || w->route->id != R_login)) {
			h_link(h, url_of(&w->a, R_login), MSG_WEB_LOGIN);
		}
	}
}

static void top(struct html *h, struct web *w)
{
	EL(h, "header", " class=\"top\"") {
		EL(h, "a", " class=\"brand\"") {
			h_url(h, "href", url_of(&w->a, R_home));
			VOID(h, "img", " alt=\"\" width=\"36\" height=\"36\"")
				h_url(h, "src", asset_url(ASSET_ICON));
			EL(h, "span")
				h_msg(h, MSG_WEB_BRAND);
		}
		struct str name = shown_owner(w);
		if (name.n)
			EL(h, "span", " class=\"where\"")
				h_text(h, name);
		tools(h, w);
	}
}

static void crumbs(struct html *h, const struct page *p)
{
	if (!p->ncrumbs)
		return;
	EL(h, "nav", " class=\"crumbs\"") {
		h_attr_msg(h, "aria-label", MSG_WEB_CRUMBS);
		EL(h, "ol")
			for (int i = 0; i < p->ncrumbs; i++)
				EL(h, "li")
					EL(h, "a") {
						h_url(h, "href", p->crumb[i].to);
						h_text(h, p->crumb[i].text);
					}
	}
}

/* What has just been done, told once after a redirect: a code, never a text. */
static const struct { const char *code; enum msg_id text; } done_notes[] = {
	{ "saved", MSG_WEB_DONE_SAVED }, { "created", MSG_WEB_DONE_CREATED }, { "moved", MSG_WEB_DONE_MOVED },
	{ "bulk", MSG_WEB_DONE_BULK }, { "imported", MSG_WEB_DONE_IMPORTED }, { "password", MSG_WEB_DONE_PASSWORD },
	{ "out", MSG_WEB_DONE_OUT }, { "sent", MSG_WEB_DONE_SENT }, { "unlocked", MSG_WEB_DONE_UNLOCKED },
	{ "abandoned", MSG_WEB_DONE_ABANDONED },
};

static void done_note(struct html *h, struct web *w)
{
	struct str done = http_get(&w->query, S("done"));

	for (ptrdiff_t i = 0; done.n && i < COUNT(done_notes); i++)
		if (str_eq(done, str_z(done_notes[i].code)))
			NOTICE(h, "ok") {
				h_attr(h, "role", S("status"));
				EL(h, "p")
					h_msg(h, done_notes[i].text);
			}
}

/* REQ: SYS-11 - what came while the session was locked is not forgotten until it is sent or dropped. */
static void kept_note(struct html *h, struct web *w)
{
	if (w->session && w->session->kept && !w->session->locked && (!w->route || w->route->id != R_kept))
		NOTICE(h, "warn")
			EL(h, "p") {
				h_msg(h, MSG_WEB_KEPT_WAITS);
				h_lit(h, " ");
				h_link(h, url_of(&w->a, R_kept), MSG_WEB_KEPT);
			}
}

static void main_part(struct html *h, struct web *w, const struct page *p)
{
	EL(h, "main", " id=\"main\" tabindex=\"-1\"") {
		if (!p->wide && w->session && !w->session->locked && w->rq.conn)
			h_banners(h, w);
		crumbs(h, p);
		done_note(h, w);
		kept_note(h, w);
		if (!p->no_heading)
			EL(h, "div", " class=\"head\"") {
				h_el_text(h, "h1", p->title);
				if (p->actions)
					EL(h, "div", " class=\"actions\"")
						p->actions(h, w, p->arg);
			}
		p->body(h, w, p->arg);
	}
}

static void head(struct html *h, struct web *w, const struct page *p)
{
	EL(h, "head") {
		h_lit(h, "<meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
		EL(h, "title") {
			h_text(h, p->title);
			h_lit(h, " - ");
			h_msg(h, MSG_WEB_BRAND);
		}
		VOID(h, "link", " rel=\"stylesheet\"")
			h_url(h, "href", asset_url(ASSET_CSS));
		VOID(h, "link", " rel=\"icon\" type=\"image/svg+xml\"")
			h_url(h, "href", asset_url(ASSET_ICON));
		EL(h, "script", " defer")
			h_url(h, "src", asset_url(ASSET_JS));
	}
	(void)w;
}

static void foot(struct html *h)
{
	EL(h, "footer", " class=\"foot\"")
		EL(h, "span")
			h_msg(h, MSG_WEB_FOOT);
}

void page_send(struct web *w, const struct page *p)
{
	reply_start(w, p->status ? p->status : 200, "text/html; charset=utf-8");
	struct html writer = { .out = &w->reply.body, .lang = w->lang }, *h = &writer;
	bool side = !p->wide && w->session && !w->session->locked && w->rq.conn;

	h_lit(h, "<!DOCTYPE html>");
	EL(h, "html") {
		h_attr(h, "lang", w->lang == JA ? S("ja") : S("en"));
		head(h, w, p);
		EL(h, "body") {
			EL(h, "a", " class=\"skip\" href=\"#main\"")
				h_msg(h, MSG_WEB_SKIP);
			top(h, w);
			if (side)
				folded_nav(h, w, p);
			if (side)
				EL(h, "div", " class=\"frame\"") {
					nav(h, w, p);
					main_part(h, w, p);
				}
			else
				EL(h, "div", " class=\"frame wide\"")
					main_part(h, w, p);
			foot(h);
		}
	}
	if (!html_whole(h)) {
		fprintf(stderr, "page not whole: %.*s\n", w->route ? (int)strlen(w->route->path) : 0, w->route ? w->route->path : "");
		w->reply.failed = true;
	}
}

/* ---- the page of a status ---- */

static void status_body(struct html *h, struct web *w, void *arg)
{
	const enum msg_id *text = arg;

	h_el_msg(h, "p", *text);
	EL(h, "p")
		h_link(h, url_of(&w->a, R_home), MSG_WEB_TO_HOME);
}

void page_status(struct web *w, int status)
{
	struct status_message m = status_message(status);

	page_send(w, &(struct page){ .title = msg_text(m.title, w->lang), .status = status, .wide = !w->session, .body = status_body,
		.arg = &m.text });
	if (status == 405)
		reply_header(w, "Allow", route_allowed(&w->a, &w->target));      /* RFC 9110, 15.5.6 */
	if (status == 503 || status == 429)
		reply_header(w, "Retry-After", S("2"));
}
