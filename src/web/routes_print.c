/* routes_print.c - who may do what, printed from the tables by which the server decides: each page for each type of record. */
#include "web/routes.h"
#include "domain/pages.h"
#include "format/json.h"
#include "record/access.h"
#include "web/type_pages.h"

static const char *const method_names[] = { [HTTP_GET] = "GET", [HTTP_POST] = "POST", [HTTP_OTHER] = "" };
static const char *const who_names[] = { [WHO_NOBODY] = "nobody", [WHO_ANYONE] = "anyone", [WHO_SESSION] = "session",
	[WHO_STAFF] = "staff" };
static const char *const scope_names[] = { [SCOPE_OWN] = "own", [SCOPE_DEPARTMENT] = "department", [SCOPE_COMPANY] = "all" };
static const char *const audit_names[] = { [AUDIT_NONE] = "none", [AUDIT_LOGIN] = "login", [AUDIT_RECORD] = "record" };
static const char *const lane_names[] = { [LANE_PAGES] = "pages", [LANE_SLOW] = "slow" };

/* One line: a route, for one type, and in it for one page of the concept or one move. */
struct line {
	const struct route       *r;
	const struct record_type *t;         /* NULL where the path names none */
	const struct type_page   *page;
	const struct move        *move;
	bool                      assign;    /* giving a field to many */
};
struct printer { struct buf *b; struct js_out *j; };

static bool has_approval(const struct record_type *t, const struct move *m, enum role role)
{
	for (int i = 0; i < t->napprovals; i++)
		if (strcmp(t->approvals[i].step, m->from) == 0 && t->approvals[i].role == role)
			return true;
	return false;
}

/* Who may make a move: those whom its step's approvals name, those whom the move names, whoever may edit, or the applicant. */
static bool move_lets(const struct record_type *t, const struct move *m, enum role role, enum scope *ret)
{
	bool named = m->flags & MOVE_APPROVE ? has_approval(t, m, role) : (m->by & 1u << role) != 0;

	if (m->by == BY_ANYONE)
		return access_role_scope(t, role, MAY_EDIT, ret);
	if (!named && !(m->flags & MOVE_WITHDRAW))
		return false;
	*ret = !named ? SCOPE_OWN : role_company_wide(role) ? SCOPE_COMPANY : SCOPE_DEPARTMENT;
	return true;
}

static bool lets(const struct line *l, enum role role, enum scope *ret)
{
	if (!route_lets(l->r, l->t, role, ret))
		return false;
	if (l->page)
		return access_role_scope(l->t, role, l->page->act, ret) && *ret >= l->page->least;
	if (l->assign)
		return access_role_scope(l->t, role, MAY_ASSIGN, ret);
	return !l->move || move_lets(l->t, l->move, role, ret);
}

static void path_of(struct buf *b, const struct line *l)
{
	struct str rest = str_z(l->r->path + 1), segment;

	if (!rest.n)
		buf_char(b, '/');
	while (rest.n && str_cut(&rest, '/', &segment)) {
		buf_char(b, '/');
		if (l->t && str_eq(segment, S(":type")))
			segment = str_z(l->t->name);
		else if (l->page && str_eq(segment, S(":name")))
			segment = str_z(l->page->name);
		else if (l->move && str_eq(segment, S(":move")))
			segment = str_z(l->move->code);
		buf_add(b, segment);
	}
	if (l->assign || (l->move && l->r->method == HTTP_POST && !strstr(l->r->path, ":move")))
		buf_fmt(b, " %s", l->assign ? "assign" : l->move->code);     /* the button of the form */
}

/* Everybody who is logged in is at least an employee: a role is named where it reaches further than that. */
static void who_words(struct buf *b, const struct line *l)
{
	enum scope all = SCOPE_OWN, scope;
	bool everybody = lets(l, ROLE_employee, &all), any = everybody;

	if (everybody)
		buf_fmt(b, "everybody=%s", scope_names[all]);
	for (int role = ROLE_employee + 1; role < ROLE_MAX; role++)
		if (lets(l, (enum role)role, &scope) && !(everybody && scope <= all)) {
			buf_fmt(b, "%s%s=%s", any ? " " : "", role_code((enum role)role), scope_names[scope]);
			any = true;
		}
	if (!any)
		buf_fmt(b, "%s", who_names[WHO_NOBODY]);
}

static void line_text(struct buf *b, const struct line *l)
{
	struct buf path = buf_make(1000);

	path_of(&path, l);
	buf_fmt(b, "%-4s %-52.*s %-6s %-5s ", method_names[l->r->method], STR_FMT(buf_str(&path)), audit_names[l->r->audit],
		lane_names[l->r->lane]);
	buf_free(&path);
	if (l->r->who == WHO_STAFF)
		who_words(b, l);
	else
		buf_fmt(b, "%s", who_names[l->r->who]);
	buf_char(b, '\n');
}

static void member(struct js_out *j, struct str key, const char *text)
{
	js_key(j, key);
	js_text(j, str_z(text));
}

static void line_json(struct js_out *j, const struct line *l)
{
	struct buf path = buf_make(1000);
	enum scope scope;

	path_of(&path, l);
	js_open(j, '{');
	member(j, S("method"), method_names[l->r->method]);
	js_key(j, S("path"));
	js_text(j, buf_str(&path));
	member(j, S("route"), l->r->path);
	if (l->t)
		member(j, S("type"), l->t->name);
	member(j, S("who"), who_names[l->r->who]);
	js_key(j, S("may"));
	js_open(j, '[');
	for (int role = ROLE_none + 1; l->r->who == WHO_STAFF && role < ROLE_MAX; role++)
		if (lets(l, (enum role)role, &scope)) {
			js_open(j, '{');
			member(j, S("role"), role_code((enum role)role));
			member(j, S("scope"), scope_names[scope]);
			js_close(j, '}');
		}
	js_close(j, ']');
	member(j, S("audited"), audit_names[l->r->audit]);
	member(j, S("lane"), lane_names[l->r->lane]);
	member(j, S("handler"), l->r->handler_name);
	js_close(j, '}');
	buf_free(&path);
}

static void print(const struct printer *p, const struct line *l)
{
	if (p->j)
		line_json(p->j, l);
	else
		line_text(p->b, l);
}

static enum type_page_kind kind_of(const struct route *r)
{
	static const struct { enum route_id id; enum type_page_kind kind; } kinds[] = {
		{ R_type_page, TYPE_PAGE }, { R_type_page_do, TYPE_PAGE }, { R_type_file, TYPE_FILE }, { R_record_page, RECORD_PAGE },
		{ R_record_page_do, RECORD_PAGE }, { R_record_file, RECORD_FILE }, { R_open_page, OPEN_PAGE }, { R_open_page_do, OPEN_PAGE } };
	ptrdiff_t i = 0;

	while (kinds[i].id != r->id)
		i++;
	return kinds[i].kind;
}

static void print_pages(const struct printer *p, const struct route *r, const struct record_type *t)
{
	for (const struct type_pages *const *all = domain_pages; *all; all++)
		for (const struct type_page *x = (*all)->pages; x && x->name && strcmp((*all)->type, t->name) == 0; x++)
			if (x->kind == kind_of(r) && x->method == r->method)
				print(p, &(struct line){ .r = r, .t = t, .page = x });
}

/* The same button from another step, for the same people. */
static bool said_before(const struct record_type *t, int at)
{
	const struct move *m = &t->moves[at];

	for (int i = 0; i < at; i++)
		if (strcmp(t->moves[i].code, m->code) == 0 && t->moves[i].by == m->by && t->moves[i].flags == m->flags
		    && !(m->flags & MOVE_APPROVE))
			return true;
	return false;
}

static void print_moves(const struct printer *p, const struct route *r, const struct record_type *t)
{
	bool many = r->id != R_move, may_assign = false;

	for (int i = 0; i < t->nmoves; i++)
		if (!(t->moves[i].flags & MOVE_SYSTEM) && !said_before(t, i) && (!many || t->moves[i].flags & MOVE_BULK))
			print(p, &(struct line){ .r = r, .t = t, .move = &t->moves[i] });
	for (int i = 0; i < t->nfields; i++)
		may_assign |= (t->fields[i].flags & ASSIGN) != 0;
	if (r->id == R_bulk && may_assign)
		print(p, &(struct line){ .r = r, .t = t, .assign = true });
}

static void print_type(const struct printer *p, const struct route *r, const struct record_type *t)
{
	if (r->asks == ASKS_MOVE)
		print_moves(p, r, t);
	else if (r->asks == ASKS_PAGE)
		print_pages(p, r, t);
	else if ((r->asks != ASKS_PUBLIC || t->marks & TYPE_PUBLIC) && (r->asks != ASKS_SHOWN || t->shown_step))
		print(p, &(struct line){ .r = r, .t = t });
	if (r->id == R_record_file)
		print_pages(p, r, t);
}

void routes_print(struct buf *b, const struct record_type *const *types, int ntypes, bool json)
{
	struct js_out j = { .b = b };
	struct printer p = { .b = b, .j = json ? &j : NULL };

	if (json)
		js_open(&j, '[');
	for (const struct route *r = routes; r < routes + R_MAX; r++) {
		if (!strstr(r->path, ":type"))
			print(&p, &(struct line){ .r = r });
		for (int i = 0; i < ntypes && strstr(r->path, ":type"); i++)
			print_type(&p, r, types[i]);
	}
	if (!json)
		return;
	js_close(&j, ']');
	buf_char(b, '\n');
}
