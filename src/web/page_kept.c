/* page_kept.c - what came while the session was locked: each form with what was typed in it, sent on or dropped with one press. */
#include "base/num.h"
#include "base/utf8.h"
#include "web/kept.h"
#include "web/page.h"
#include "web/pages.h"
#include "web/record_page.h"
#include "web/session.h"

enum { SHOWN_BYTES = 600 };

/* The type of record that the form speaks of; NULL when it is of none. */
static const struct type *type_of(struct web *w, const struct kept_form *f)
{
	struct http_target to;
	struct str arg[WEB_ARGS] = { { NULL, 0 } };
	int refused;

	if (http_target(&w->a, f->path, &to) != ST_OK || !route_find(HTTP_POST, &to, arg, &refused) || !arg[0].n)
		return NULL;
	return store_type(conn_store(w->rq.conn), arg[0]);
}

static void typed(struct html *h, struct web *w, const struct type *t, const struct kept_form *f)
{
	EL(h, "dl", " class=\"facts\"") {
		for (int i = 0; t && i < t->nfields; i++) {
			const struct field *fd = &t->fields[i];
			struct str v = http_get(&f->fields, str_z(fd->name));
			if (!v.n || (fd->kind != FK_TEXT && fd->kind != FK_LONG_TEXT && fd->kind != FK_DATE && fd->kind != FK_COUNT))
				continue;
			h_el_text(h, "dt", field_label(fd, w->lang));
			EL(h, "dd") {
				struct str start = utf8_clip(v, SHOWN_BYTES);
				h_text(h, start);
				if (start.n < v.n)
					h_lit(h, "…");
			}
		}
		for (ptrdiff_t i = 0; i < f->files.n; i++) {
			h_el_msg(h, "dt", MSG_WEB_KEPT_FILE);
			h_el_text(h, "dd", f->files.p[i].filename);
		}
	}
}

static void one(struct html *h, struct web *w, const struct kept_form *f)
{
	const struct type *t = type_of(w, f);

	EL(h, "section") {
		EL(h, "h2") {
			if (t)
				h_text(h, t->t->title[w->lang]);
			else
				h_msg(h, MSG_WEB_KEPT_OTHER);
		}
		EL(h, "p", " class=\"hint\"")
			h_moment(h, f->at);
		typed(h, w, t, f);
		if (f->without_files)
			NOTICE(h, "warn")
				h_el_msg(h, "p", MSG_WEB_KEPT_NO_FILE);
		struct str number = text_of_int(&w->a, f->number);
		EL(h, "div", " class=\"buttons\"") {
			FORM(h, w, url_local(&w->a, f->path, url_of(&w->a, R_home))) {
				h_hidden(h, S("_kept"), number);
				h_button(h, MSG_WEB_KEPT_SEND);
			}
			FORM(h, w, url_of(&w->a, R_kept_drop)) {
				h_hidden(h, S("number"), number);
				EL(h, "button", " class=\"link-button\"")
					h_msg(h, MSG_WEB_KEPT_DROP);
			}
		}
	}
}

static void body(struct html *h, struct web *w, void *arg)
{
	const struct kept_forms *fs = arg;

	h_el_msg(h, "p", MSG_WEB_KEPT_TEXT);
	if (fs->full)
		NOTICE(h, "warn")
			h_el_msg(h, "p", MSG_WEB_KEPT_FULL);
	for (int i = 0; i < fs->n; i++)
		one(h, w, &fs->p[i]);
}

enum status page_kept(struct web *w)
{
	struct kept_forms *fs = new(&w->a, struct kept_forms);

	TRY(kept_load(w, fs));
	if (fs->n)
		page_send(w, &(struct page){ .title = msg_text(MSG_WEB_KEPT, w->lang), .body = body, .arg = fs });
	else
		reply_redirect(w, url_of(&w->a, R_home));
	return ST_OK;
}

enum status page_kept_drop(struct web *w)
{
	int64_t number;

	TRY(num_parse(http_get(&w->form, S("number")), 1, INT64_MAX, &number));
	TRY(kept_drop(w, number));
	reply_redirect(w, url_of(&w->a, R_kept));
	return ST_OK;
}
