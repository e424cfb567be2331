/* page_version.c - what a record said before: another version, the difference of two field by field, and the two days that any page of
 * records can be asked for: what was in force on a day, as it was known on a day. */
#include "base/num.h"
#include "web/pages.h"
#include "web/record_page.h"

enum { VERSIONS_CHOSEN = 300 };

/* ---- the two days ---- */

static void take_day(struct web *w, struct str name, struct date *ret)
{
	struct str s = str_trim(http_get(&w->query, name));
	struct date d;

	if (!s.n)
		return;
	if (date_parse_iso(s, &d) == ST_OK)
		*ret = d;
	else
		problem(&w->rq.problems, name, MSG_WEB_BAD_DAY);
}

void path_days(struct web *w)
{
	take_day(w, S("as_of"), &w->rq.as_of);
	take_day(w, S("on"), &w->rq.holds_on);
}

static struct str day_text(struct web *w, struct date d)
{
	struct buf b = buf_make(32);

	date_add_iso(&b, d);
	struct str s = str_dup(&w->a, buf_str(&b));
	buf_free(&b);
	return s;
}

struct url url_dated(struct web *w, struct url u)
{
	if (w->rq.as_of.days != DATE_NEVER.days)
		u = url_with(&w->a, u, "as_of", day_text(w, w->rq.as_of));
	if (w->rq.holds_on.days != DATE_NEVER.days)
		u = url_with(&w->a, u, "on", day_text(w, w->rq.holds_on));
	return u;
}

void h_days_inputs(struct html *h, struct web *w)
{
	h_input(h, &w->rq.problems, &(struct input){ .name = S("on"), .type = S("date"), .label = MSG_WEB_ON, .hint = MSG_WEB_ON_HINT,
		.value = http_get(&w->query, S("on")) });
	h_input(h, &w->rq.problems, &(struct input){ .name = S("as_of"), .type = S("date"), .label = MSG_WEB_AS_OF, .hint = MSG_WEB_AS_OF_HINT,
		.value = http_get(&w->query, S("as_of")) });
}

void h_days_notice(struct html *h, struct web *w, struct url present, enum msg_id to_present)
{
	bool known = w->rq.as_of.days != DATE_NEVER.days, held = w->rq.holds_on.days != DATE_NEVER.days;

	if (!known && !held)
		return;
	NOTICE(h, "warn")
		EL(h, "p") {
			if (known && held)
				h_msg(h, MSG_WEB_PAST_BOTH, day_text(w, w->rq.holds_on), day_text(w, w->rq.as_of));
			else
				h_msg(h, held ? MSG_WEB_PAST_HELD : MSG_WEB_PAST_KNOWN, day_text(w, held ? w->rq.holds_on : w->rq.as_of));
			h_lit(h, " ");
			h_link(h, present, to_present);
		}
}

/* ---- the difference of two versions ---- */

static void version_head(struct html *h, struct web *w, const struct record *r)
{
	EL(h, "th", " scope=\"col\"") {
		h_msg(h, MSG_WEB_VERSION_N, text_of_int(&w->a, r->version));
		EL(h, "div", " class=\"note\"")
			h_moment(h, r->changed);
	}
}

static void side(struct html *h, struct web *w, const struct field *f, const struct value *v, const struct record *r, bool newer)
{
	struct buf b = buf_make(64);
	struct str number = text_of_int(&w->a, r->version);

	msg_add(&b, w->lang, MSG_WEB_VERSION_N, &number, 1);
	EL(h, "td", " class=\"pre\"") {
		h_attr(h, "data-label", str_dup(&w->a, buf_str(&b)));
		if (!v->set)
			h_value(h, w, f, v);
		else if (newer)
			EL(h, "ins")
				h_value(h, w, f, v);
		else
			EL(h, "del")
				h_value(h, w, f, v);
	}
	buf_free(&b);
}

void h_difference(struct html *h, struct web *w, const struct record *before, const struct record *after, enum msg_id title)
{
	int *place = new_n(&w->a, int, after->type->nfields);
	int n = record_difference(before, after, place), shown = 0;
	bool moved = !str_eq(before->step, after->step);

	for (int i = 0; i < n; i++)
		if (!(after->type->fields[place[i]].flags & INTERNAL))
			place[shown++] = place[i];
	n = shown;
	EL(h, "section", " class=\"difference\"") {
		h_el_msg(h, "h2", title);
		if (!n && !moved)
			h_el_msg(h, "p", MSG_WEB_DIFFERENCE_NONE);
		else
			EL(h, "div", " class=\"scroll stacked\" tabindex=\"0\" role=\"region\"") {
				h_attr_msg(h, "aria-label", title);
				EL(h, "table", " class=\"stack diff\"") {
					EL(h, "thead")
						EL(h, "tr") {
							h_el_msg(h, "th", MSG_WEB_ITEM, " scope=\"col\"");
							version_head(h, w, before);
							version_head(h, w, after);
						}
					EL(h, "tbody") {
						if (moved)
							EL(h, "tr") {
								h_el_msg(h, "th", MSG_WEB_STATE, " scope=\"row\"");
								EL(h, "td")
									h_step_mark(h, before->type->t, before->step);
								EL(h, "td")
									h_step_mark(h, after->type->t, after->step);
							}
						for (int i = 0; i < n; i++) {
							const struct field *f = &after->type->fields[place[i]];
							EL(h, "tr") {
								h_el_text(h, "th", field_label(f, w->lang), " scope=\"row\"");
								side(h, w, f, &before->v[place[i]], before, false);
								side(h, w, f, &after->v[place[i]], after, true);
							}
						}
					}
				}
			}
	}
}

/* ---- one version ---- */

struct old_version { struct record *now, *before; int64_t newest; struct version *all; };

static void version_option(struct html *h, struct web *w, const struct record_type *t, const struct version *v, bool chosen)
{
	struct str number = text_of_int(&w->a, v->version);

	EL(h, "option") {
		h_attr(h, "value", number);
		if (chosen)
			h_flag(h, "selected");
		h_msg(h, MSG_WEB_VERSION_N, number);
		h_lit(h, "  ");
		h_text(h, day_text(w, instant_date_tokyo(v->at)));
		h_lit(h, "  ");
		h_text(h, step_label(t, v->step, w->lang));
	}
}

static void compare(struct html *h, struct web *w, const struct old_version *o)
{
	int n = 0;

	EL(h, "form", " method=\"get\" class=\"tools-row\"") {
		h_url(h, "action", url_of(&w->a, R_version, w->arg[0], w->arg[1], w->arg[2]));
		EL(h, "div") {
			h_el_msg(h, "label", MSG_WEB_COMPARE_WITH, " class=\"label\" for=\"with\"");
			EL(h, "select", " id=\"with\" name=\"with\" class=\"middle\"")
				for (const struct version *v = o->all; v && n < VERSIONS_CHOSEN; v = v->next, n++)
					if (v->version != o->now->version)
						version_option(h, w, o->now->type->t, v, o->before && o->before->version == v->version);
		}
		EL(h, "button", " class=\"button second\" type=\"submit\"")
			h_msg(h, MSG_WEB_COMPARE);
	}
}

static void version_body(struct html *h, struct web *w, void *arg)
{
	const struct old_version *o = arg;

	NOTICE(h, "warn")
		EL(h, "p") {
			h_msg(h, MSG_WEB_VERSION, text_of_int(&w->a, o->now->version));
			h_lit(h, " ");
			h_moment(h, o->now->changed);
			h_lit(h, " ");
			h_link(h, record_url(w, o->now), MSG_WEB_TO_PRESENT);
		}
	if (o->newest > 1)
		compare(h, w, o);
	if (o->before && o->before->version < o->now->version)
		h_difference(h, w, o->before, o->now, o->before->version == o->now->version - 1 ? MSG_WEB_DIFFERENCE : MSG_WEB_DIFFERENCE_TWO);
	else if (o->before)
		h_difference(h, w, o->now, o->before, MSG_WEB_DIFFERENCE_TWO);
	h_fields(h, w, o->now);
}

static void version_actions(struct html *h, struct web *w, void *arg)
{
	(void)w;
	(void)arg;
	h_print_button(h);
}

enum status page_version(struct web *w)
{
	struct old_version o = { 0 };
	struct record *present;
	int64_t version, with;

	if (num_parse(w->arg[2], 1, INT64_MAX, &version) != ST_OK)
		return ST_NOT_FOUND;
	TRY(path_record(w, &present));
	TRY(record_load_version(&w->rq, present->id, version, &o.now));
	o.newest = present->version;
	if (num_parse(http_get(&w->query, S("with")), 1, o.newest, &with) != ST_OK)
		with = version - 1;                      /* what this version itself changed */
	if (with >= 1 && with != version)
		TRY(record_load_version(&w->rq, present->id, with, &o.before));
	TRY(record_versions(&w->rq, present->id, &o.all));
	page_send(w, &(struct page){ .title = record_title(&w->rq, o.now), .area = o.now->type->t->area, .ncrumbs = 2,
		.crumb = { { type_title(o.now->type, w->lang), list_url(w, o.now->type) },
			{ record_title(&w->rq, present), record_url(w, present) } },
		.actions = version_actions, .body = version_body, .arg = &o });
	return ST_OK;
}
