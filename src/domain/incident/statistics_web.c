/* statistics_web.c - incidents and near misses by year, kind, medium, department and cause, as pictures and as a workbook.
 * It costs one row of an index for each incident and field; no record is opened. Who may read part of the company's incidents
 * counts that part. */
#include "base/num.h"
#include "domain/incident/incident.h"
#include "domain/incident/incident_web.h"
#include "format/table_out.h"
#include "record/index.h"
#include "web/chart.h"

enum { ROWS_MAX_SHOWN = 60, PARTS = 2, AXES_MAX = 6 };

/* One incident as the statistics see it. */
struct seen { int64_t record; struct date known; bool near_miss, left_out; struct str by[AXES_MAX]; };

/* What is counted by: a field of the record, or the year and month of the day of knowing. */
struct axis { const char *field; enum msg_id title; };
static const struct axis axes[] = {
	{ "kinds", MSG_STAT_BY_KIND }, { "cause_kind", MSG_STAT_BY_CAUSE }, { "medium", MSG_STAT_BY_MEDIUM }, { "department", MSG_STAT_BY_DEPARTMENT },
};
_Static_assert(COUNT(axes) <= AXES_MAX, "room for each axis");

struct line { struct str key, label; int64_t value[PARTS]; };
struct table { struct str title, what; struct line line[ROWS_MAX_SHOWN]; int n; };
struct statistics {
	const struct type *t;
	struct seen       *all;
	int                n, nshown;
	int                year;                  /* 0 = all */
	struct str         chosen[AXES_MAX];      /* a key of an axis, empty = all */
	int                year_from, year_to;    /* of what there is */
	struct table       table[AXES_MAX + 1];
	int                ntables;
};

/* ---- reading ---- */

static enum status keys_of(struct web *w, const struct statistics *s, int place, struct str step, struct list_key **ret, int *ret_n)
{
	struct list_query q = { .type = s->t, .sort = place, .step = step };

	return record_keys(&w->rq, &q, ret, ret_n);
}

/* The field of an axis; -1 where it has no index. */
static int place_of(const struct statistics *s, int x)
{
	int place = type_place(s->t, str_z(axes[x].field));

	return place >= 0 && index_has_key(&s->t->fields[place]) ? place : -1;
}

/* Both are ordered by record. */
static void merge(struct seen *all, int n, const struct list_key *k, int nk, int axis)
{
	for (int i = 0, at = 0; i < n; i++) {
		while (at < nk && k[at].record < all[i].record)
			at++;
		if (at < nk && k[at].record == all[i].record)
			all[i].by[axis] = k[at].key;
	}
}

static enum status read_all(struct web *w, struct statistics *s)
{
	struct list_key *known, *k;
	int nk;

	TRY(keys_of(w, s, incident_f_known, S("*"), &known, &s->n));
	s->all = new_n(&w->a, struct seen, s->n);
	for (int i = 0; i < s->n; i++) {
		int64_t day;
		s->all[i] = (struct seen){ .record = known[i].record, .known = DATE_NEVER };
		if (value_key_number(known[i].key, &day))
			s->all[i].known.days = (int32_t)day;
	}
	for (int x = 0; x < (int)COUNT(axes); x++) {
		if (place_of(s, x) < 0)
			continue;
		TRY(keys_of(w, s, place_of(s, x), S("*"), &k, &nk));
		merge(s->all, s->n, k, nk, x);
	}
	TRY(keys_of(w, s, incident_f_known, S("near_miss"), &k, &nk));
	for (int i = 0, at = 0; i < s->n; i++) {
		while (at < nk && k[at].record < s->all[i].record)
			at++;
		s->all[i].near_miss = at < nk && k[at].record == s->all[i].record;
	}
	return ST_OK;
}

/* ---- narrowing ---- */

static int year_of(const struct seen *x)
{
	return x->known.days == DATE_NEVER.days ? 0 : date_civil(x->known).year;
}

/* Is the code one of those in the key? Several kinds stand in one key, with a space between. */
static bool among(struct str key, struct str code)
{
	struct str one;

	if (!key.n || !code.n)
		return key.n == code.n;
	while (key.n && str_cut(&key, ' ', &one))
		if (str_eq(one, code))
			return true;
	return false;
}

static void narrow(struct web *w, struct statistics *s)
{
	int64_t year;

	if (num_parse(http_get(&w->query, S("year")), 1, 9999, &year) == ST_OK)
		s->year = (int)year;
	for (int i = 0; i < s->n; i++) {
		int y = year_of(&s->all[i]);
		if (y && (!s->year_from || y < s->year_from))
			s->year_from = y;
		s->year_to = MAX(s->year_to, y);
	}
	for (int x = 0; x < (int)COUNT(axes); x++)
		s->chosen[x] = http_get(&w->query, str_z(axes[x].field));
	for (int i = 0; i < s->n; i++) {
		struct seen *e = &s->all[i];
		e->left_out = s->year && year_of(e) != s->year;
		for (int x = 0; x < (int)COUNT(axes) && !e->left_out; x++) {
			int64_t id;
			struct str chosen = s->chosen[x], key = e->by[x];
			if (chosen.n && value_key_number(key, &id))
				e->left_out = !str_eq(text_of_int(&w->a, id), chosen);
			else if (chosen.n)
				e->left_out = !among(key, chosen);
		}
		s->nshown += !e->left_out;
	}
}

/* ---- counting ---- */

static struct line *line_of(struct table *t, struct str key)
{
	for (int i = 0; i < t->n; i++)
		if (str_eq(t->line[i].key, key))
			return &t->line[i];
	if (t->n == ROWS_MAX_SHOWN)
		return &t->line[ROWS_MAX_SHOWN - 1];
	t->line[t->n] = (struct line){ .key = key };
	return &t->line[t->n++];
}

static void count(struct table *t, const struct seen *e, struct str key)
{
	line_of(t, key)->value[e->near_miss]++;
}

static void label_lines(struct web *w, struct table *t, const struct field *f)
{
	for (int i = 0; i < t->n; i++) {
		struct line *l = &t->line[i];
		const struct choice *c = f->choices ? field_choice(f, l->key) : NULL;
		int64_t id;
		l->label = c ? c->label[w->lang] : value_key_number(l->key, &id) ? record_title_of(&w->rq, id) : l->key;
		if (!l->label.n)
			l->label = msg_text(MSG_STAT_UNKNOWN, w->lang);
	}
}

/* Most first; what is not known stands last. */
static void order_lines(struct table *t)
{
	for (int i = 1; i < t->n; i++) {
		struct line l = t->line[i];
		int k = i;
		for (; k > 0; k--) {
			struct line *before = &t->line[k - 1];
			int64_t sum = l.value[0] + l.value[1], sum_before = before->value[0] + before->value[1];
			if (before->key.n && (!l.key.n || sum_before >= sum))
				break;
			t->line[k] = *before;
		}
		t->line[k] = l;
	}
}

static void by_field(struct web *w, struct statistics *s, int x)
{
	struct table *t = &s->table[s->ntables++];
	const struct field *f = &s->t->fields[place_of(s, x)];

	t->title = msg_text(axes[x].title, w->lang);
	t->what = field_label(f, w->lang);
	for (int i = 0; i < s->n; i++) {
		struct str key = s->all[i].by[x], one;
		if (s->all[i].left_out)
			continue;
		if (f->kind != FK_CHOICES || !key.n)
			count(t, &s->all[i], key);
		else
			while (key.n && str_cut(&key, ' ', &one))
				count(t, &s->all[i], one);
	}
	label_lines(w, t, f);
	order_lines(t);
}

/* By year; within one year by month. Years and months without an incident are shown too. */
static void by_time(struct web *w, struct statistics *s)
{
	struct table *t = &s->table[s->ntables++];
	int from = s->year ? 1 : MAX(s->year_from, s->year_to - ROWS_MAX_SHOWN + 1), to = s->year ? 12 : s->year_to;

	t->title = msg_text(s->year ? MSG_STAT_BY_MONTH : MSG_STAT_BY_YEAR, w->lang);
	t->what = msg_text(s->year ? MSG_STAT_MONTH : MSG_STAT_YEAR, w->lang);
	for (int y = from; y <= to && to; y++)
		t->line[t->n++] = (struct line){ .key = text_of_int(&w->a, y), .label = text_of_int(&w->a, y) };
	for (int i = 0; i < s->n; i++) {
		const struct seen *e = &s->all[i];
		int at = s->year ? (year_of(e) ? date_civil(e->known).month : 0) : year_of(e);
		if (!e->left_out && t->n && at >= from && at <= to)
			t->line[at - from].value[e->near_miss]++;
	}
}

static enum status gather(struct web *w, const struct type *t, struct statistics **ret)
{
	struct statistics *s = new(&w->a, struct statistics);

	s->t = t;
	TRY(read_all(w, s));
	narrow(w, s);
	by_time(w, s);
	for (int x = 0; x < (int)COUNT(axes); x++)
		if (place_of(s, x) >= 0)
			by_field(w, s, x);
	*ret = s;
	return ST_OK;
}

/* ---- the page ---- */

static void option(struct html *h, struct str value, struct str label, struct str now)
{
	EL(h, "option") {
		h_attr(h, "value", value);
		if (str_eq(value, now))
			h_flag(h, "selected");
		h_text(h, label);
	}
}

static void choose_year(struct html *h, struct web *w, const struct statistics *s)
{
	EL(h, "div") {
		h_el_msg(h, "label", MSG_STAT_YEAR, " class=\"label\" for=\"year\"");
		EL(h, "select", " id=\"year\" name=\"year\"") {
			option(h, S(""), msg_text(MSG_WEB_ANY, w->lang), S(""));
			for (int y = s->year_to; y >= s->year_from && y; y--)
				option(h, text_of_int(&w->a, y), text_of_int(&w->a, y), s->year ? text_of_int(&w->a, s->year) : S(""));
		}
	}
}

static void choose(struct html *h, struct web *w, const struct statistics *s, int x)
{
	const struct field *f = &s->t->fields[place_of(s, x)];
	struct str name = str_z(axes[x].field);

	EL(h, "div") {
		EL(h, "label", " class=\"label\"") {
			h_attr(h, "for", name);
			h_text(h, field_label(f, w->lang));
		}
		EL(h, "select") {
			h_attr(h, "id", name);
			h_attr(h, "name", name);
			option(h, S(""), msg_text(MSG_WEB_ANY, w->lang), S(""));
			for (const struct choice *c = f->choices; c && c->code; c++)
				option(h, str_z(c->code), c->label[w->lang], s->chosen[x]);
			struct option_list *o = f->kind == FK_DEPARTMENT ? link_options(w, store_type_marked(conn_store(w->rq.conn), TYPE_DEPARTMENT)) : NULL;
			for (int i = 0; o && i < o->n; i++)
				option(h, o->o[i].value, o->o[i].label, s->chosen[x]);
		}
	}
}

static void draw(struct html *h, struct web *w, const struct table *t)
{
	struct str label[ROWS_MAX_SHOWN];
	int64_t value[ROWS_MAX_SHOWN * PARTS];
	const struct str part[PARTS] = { msg_text(MSG_STAT_INCIDENTS, w->lang), msg_text(MSG_STAT_NEAR, w->lang) };
	struct bars b = { .title = t->title, .what = t->what, .part = part, .nparts = PARTS, .label = label, .n = t->n, .value = value };

	for (int i = 0; i < t->n; i++) {
		label[i] = t->line[i].label;
		for (int p = 0; p < PARTS; p++)
			value[i * PARTS + p] = t->line[i].value[p];
	}
	EL(h, "section") {
		h_el_text(h, "h2", t->title);
		h_bars(h, &w->a, &b);
	}
}

static void body(struct html *h, struct web *w, void *arg)
{
	const struct statistics *s = arg;

	EL(h, "form", " method=\"get\" class=\"tools-row\"") {
		h_url(h, "action", type_page_url(w, s->t, NULL, "statistics"));
		choose_year(h, w, s);
		for (int x = 0; x < (int)COUNT(axes); x++)
			if (place_of(s, x) >= 0)
				choose(h, w, s, x);
		EL(h, "button", " class=\"button second\" type=\"submit\"")
			h_msg(h, MSG_WEB_NARROW);
		h_link(h, type_page_url(w, s->t, NULL, "statistics"), MSG_WEB_CLEAR);
	}
	EL(h, "p", " class=\"sum\"")
		h_msg(h, MSG_STAT_SHOWN, text_of_int(&w->a, s->nshown), text_of_int(&w->a, s->n));
	if (!s->nshown)
		EL(h, "div", " class=\"empty\"")
			h_el_msg(h, "p", s->n ? MSG_WEB_NO_MATCH_TEXT : MSG_STAT_NONE);
	else
		for (int i = 0; i < s->ntables; i++)
			draw(h, w, &s->table[i]);
	h_el_msg(h, "p", MSG_STAT_NOTE, " class=\"note\"");
}

static void actions(struct html *h, struct web *w, void *arg)
{
	const struct statistics *s = arg;

	h_link_button(h, url_join(&w->a, type_page_url(w, s->t, NULL, "statistics.xlsx"),
		w->target.query.n ? str_sub(w->raw_target, str_find_char(w->raw_target, '?'), w->raw_target.n) : S("")), MSG_WEB_EXPORT_XLSX, false);
	h_print_button(h);
}

enum status incident_statistics(struct web *w, const struct type *t, struct record *none)
{
	struct statistics *s;

	(void)none;
	TRY(gather(w, t, &s));
	page_send(w, &(struct page){ .title = msg_text(MSG_STAT_TITLE, w->lang), .area = "incidents", .ncrumbs = 1,
		.crumb = { { type_title(t, w->lang), list_url(w, t) } }, .actions = actions, .body = body, .arg = s });
	return ST_OK;
}

/* ---- the workbook ---- */

static enum status put(void *user, struct str bytes)
{
	struct web *w = user;

	buf_add(&w->reply.body, bytes);
	return w->reply.body.failed ? ST_TOO_BIG : ST_OK;
}

static enum status put_lines(struct web *w, const struct statistics *s, struct table_out *out)
{
	for (int i = 0; i < s->ntables; i++)
		for (int k = 0; k < s->table[i].n; k++) {
			const struct line *l = &s->table[i].line[k];
			struct cell c[] = {
				{ .text = s->table[i].title, .kind = CELL_TEXT, .column = 1 }, { .text = l->label, .kind = CELL_TEXT, .column = 2 },
				{ .text = text_of_int(&w->a, l->value[0]), .number = (double)l->value[0], .kind = CELL_NUMBER, .column = 3 },
				{ .text = text_of_int(&w->a, l->value[1]), .number = (double)l->value[1], .kind = CELL_NUMBER, .column = 4 },
				{ .text = text_of_int(&w->a, l->value[0] + l->value[1]), .number = (double)(l->value[0] + l->value[1]), .kind = CELL_NUMBER, .column = 5 },
			};
			TRY(table_out_row(out, c));
		}
	return ST_OK;
}

enum status incident_statistics_file(struct web *w, const struct type *t, struct record *none)
{
	const struct table_out_column column[] = {
		{ S("table"), msg_text(MSG_STAT_TABLE, w->lang), 18 }, { S("label"), msg_text(MSG_STAT_LABEL, w->lang), 36 },
		{ S("incidents"), msg_text(MSG_STAT_INCIDENTS, w->lang), 10 }, { S("near_misses"), msg_text(MSG_STAT_NEAR, w->lang), 14 },
		{ S("sum"), msg_text(MSG_WEB_CHART_SUM, w->lang), 10 },
	};
	struct table_out_options o = { .format = TABLE_XLSX, .sheet = msg_text(MSG_STAT_TITLE, w->lang), .charset = CHARSET_UTF8 };
	struct statistics *s;
	struct table_out *out = NULL;

	(void)none;
	TRY(gather(w, t, &s));
	reply_start(w, 200, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
	enum status st = table_out_open(&w->a, &o, column, COUNT(column), put, w, &out);
	if (st == ST_OK)
		st = put_lines(w, s, out);
	if (st == ST_OK)
		st = table_out_close(out, NULL);
	else
		table_out_drop(out);
	if (st != ST_OK) {
		w->reply.status = 0;
		return st;
	}
	reply_attachment_named(w, msg_text(MSG_STAT_TITLE, w->lang), S("xlsx"));
	return ST_OK;
}
