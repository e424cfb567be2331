/* page_import_task.c - how far a long import is. The page comes anew by itself, may be left, and is found again from the page of the
 * import; coming anew by itself is no sign of somebody at the desk (site.c). */
#include "base/num.h"
#include "web/chart.h"
#include "web/page_import.h"
#include "web/pages.h"

struct shown { const struct type *t; struct import_task task; struct str notes; bool still; };

struct url import_task_url(struct web *w, const struct type *t, int64_t task)
{
	return url_of(&w->a, R_import_task, str_z(t->t->name), text_of_int(&w->a, task));
}

static bool goes_on(const struct import_task *t)
{
	return t->stage == IMPORT_WAITING || t->stage == IMPORT_RUNNING;
}

static enum msg_id stage_words(const struct import_task *t)
{
	switch (t->stage) {
	case IMPORT_WAITING: return MSG_WEB_TASK_WAITING;
	case IMPORT_RUNNING: return t->apply ? MSG_WEB_TASK_APPLYING : MSG_WEB_TASK_COMPARING;
	case IMPORT_DONE:    return t->apply ? MSG_WEB_TASK_APPLIED : MSG_WEB_TASK_COMPARED;
	case IMPORT_FAILED: case IMPORT_STAGES: break;
	}
	return MSG_WEB_TASK_FAILED;
}

void h_import_tasks(struct html *h, struct web *w, const struct import_task *t, int n)
{
	if (!n)
		return;
	EL(h, "section") {
		h_el_msg(h, "h2", MSG_WEB_TASKS);
		EL(h, "ul", " class=\"parts\"")
			for (int i = 0; i < n; i++)
				EL(h, "li") {
					EL(h, "span", " class=\"what\"")
						EL(h, "a") {
							h_url(h, "href", import_task_url(w, store_type(conn_store(w->rq.conn), t[i].type), t[i].file));
							h_moment(h, t[i].begun);
						}
					EL(h, "span") {
						h_msg(h, stage_words(&t[i]));
						if (t[i].stage == IMPORT_RUNNING) {
							h_lit(h, " ");
							h_int(h, t[i].percent);
							h_lit(h, "%");
						}
					}
				}
	}
}

/* Once more with the kept file: to apply what was compared, or to go on with what failed. */
static void apply_form(struct html *h, struct web *w, const struct shown *s)
{
	FORM(h, w, url_of(&w->a, R_import_do, str_z(s->t->t->name))) {
		h_hidden(h, S("_file"), text_of_int(&w->a, s->task.file));
		h_hidden(h, S("_file_token"), import_file_token(w, s->task.file));
		h_hidden(h, S("_task"), S("1"));
		EL(h, "div", " class=\"buttons\"") {
			EL(h, "button", " class=\"button\" type=\"submit\" name=\"_do\" value=\"apply\"")
				h_msg(h, s->task.stage == IMPORT_FAILED ? MSG_WEB_TASK_AGAIN : MSG_WEB_IMPORT_APPLY);
			EL(h, "button", " class=\"button second\" type=\"submit\" name=\"_do\" value=\"abandon\"")
				h_msg(h, MSG_WEB_IMPORT_ABANDON);
		}
	}
}

static void refreshing(struct html *h, struct web *w, const struct shown *s)
{
	struct url here = import_task_url(w, s->t, s->task.file);

	h_el_msg(h, "p", MSG_WEB_TASK_LEAVE);
	EL(h, "p", " class=\"note\"") {
		h_msg(h, s->still ? MSG_WEB_TASK_STILL : MSG_WEB_TASK_REFRESHES);
		h_lit(h, " ");
		h_link(h, s->still ? here : url_with(&w->a, here, "still", S("1")), s->still ? MSG_WEB_TASK_REFRESH : MSG_WEB_TASK_STOP);
	}
}

static void lines(struct html *h, struct str text)
{
	struct str line;

	EL(h, "ul")
		while (text.n && str_cut(&text, '\n', &line))
			if (line.n)
				h_el_text(h, "li", line);
}

static void failed(struct html *h, struct web *w, const struct shown *s)
{
	NOTICE(h, "error") {
		h_el_msg(h, "h2", MSG_WEB_TASK_FAILED);
		lines(h, s->notes);
		h_el_msg(h, "p", s->task.apply ? MSG_WEB_TASK_FAILED_TEXT : MSG_WEB_TASK_FAILED_COMPARE);
	}
	if (s->task.apply)
		apply_form(h, w, s);
}

static void body(struct html *h, struct web *w, void *arg)
{
	const struct shown *s = arg;
	const struct import_task *t = &s->task;

	if (t->stage == IMPORT_FAILED) {
		failed(h, w, s);
	} else if (t->stage == IMPORT_DONE) {
		NOTICE(h, "ok")
			h_el_msg(h, "p", stage_words(t));
	} else {
		EL(h, "p", " class=\"lead\"") {
			h_msg(h, stage_words(t));
			h_lit(h, " ");
			h_int(h, t->percent);
			h_lit(h, "%");
		}
		h_progress(h, &w->a, t->percent, 100);
		refreshing(h, w, s);
	}
	EL(h, "p") {
		h_msg(h, MSG_WEB_TASK_ROWS);
		h_lit(h, " ");
		h_count(h, t->sum.rows);
		h_lit(h, " ");
		h_msg(h, MSG_WEB_TASK_BEGUN);
		h_lit(h, " ");
		h_moment(h, t->begun);
		h_lit(h, " ");
		h_msg(h, MSG_WEB_TASK_LATEST);
		h_lit(h, " ");
		h_moment(h, t->changed);
	}
	h_import_numbers(h, t->sum.count);
	if (t->sum.keyless)
		EL(h, "p")
			h_msg(h, MSG_WEB_IMPORT_KEYLESS_TEXT, text_of_int(&w->a, t->sum.keyless), import_key_labels(&w->a, s->t, w->lang));
	if (t->stage == IMPORT_DONE && !t->apply)
		apply_form(h, w, s);
	EL(h, "p", " class=\"buttons\"") {
		if (t->stage == IMPORT_DONE && t->apply)
			h_link_button(h, list_url(w, s->t), MSG_WEB_TASK_LIST, true);
		h_link(h, url_of(&w->a, R_import, str_z(s->t->t->name)), MSG_WEB_BACK);
	}
}

enum status page_import_task(struct web *w)
{
	struct shown s = { .still = http_get(&w->query, S("still")).n > 0 };
	int64_t id;

	TRY(path_type(w, &s.t));
	if (num_parse(w->arg[1], 1, INT64_MAX, &id) != ST_OK)
		return ST_NOT_FOUND;
	TRY(import_task_load(&w->rq, id, &s.task));
	if (!str_eq(s.task.type, str_z(s.t->t->name)))
		return ST_NOT_FOUND;
	TRY(import_task_notes(&w->rq, &s.task, &s.notes));
	page_send(w, &(struct page){ .title = msg_text(MSG_WEB_TASK_TITLE, w->lang), .area = s.t->t->area, .ncrumbs = 2,
		.crumb = { { type_title(s.t, w->lang), list_url(w, s.t) }, { msg_text(MSG_WEB_IMPORT, w->lang), url_of(&w->a, R_import, str_z(s.t->t->name)) } },
		.body = body, .arg = &s });
	if (goes_on(&s.task) && !s.still) {
		struct buf b = buf_make(1000);
		buf_lit(&b, "3; url=");
		buf_add(&b, url_with(&w->a, import_task_url(w, s.t, id), "tick", S("1")).s);
		reply_header(w, "Refresh", str_dup(&w->a, buf_str(&b)));
		buf_free(&b);
	}
	return ST_OK;
}
