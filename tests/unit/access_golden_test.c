/* access_golden_test.c - every page as everybody: what is answered stands in tests/golden/access.txt, in both directions. A right that
 * is gained or lost shows there as a changed line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "domain/types.h"
#include "record/access.h"
#include "sys/sys.h"
#include "tests/unit/visit.h"
#include <stdio.h>
#include <stdlib.h>

static const char *const who[] = { NULL, "staff", "head", "manager", "top", "audit", "ism" };
/* One type of each way to permit: by department, own, company, everybody, nobody but few, public. */
static const char *const types[] = { "ledger", "acquisition", "task", "overdue", "norm", "staff", "appointment", "enquiry", "organisation" };
static const char GOLDEN[] = "tests/golden/access.txt";

/* A path of the route with something in each variable place; a record and a file are ones that nobody has. */
static void path_of(const struct route *r, const char *type, char *ret, size_t n)
{
	static const struct { const char *name, *value; } places[] = { { ":id", "999999" }, { ":version", "1" }, { ":field", "x" },
		{ ":format", "csv" }, { ":group", "J.1" }, { ":code", "ja" }, { ":area", "ledger" }, { ":move", "x" }, { ":name", "x" } };
	size_t at = 0;

	for (const char *p = r->path; *p && at + 40 < n; ) {
		const char *value = NULL;
		size_t length = strcspn(p + 1, "/") + 1;
		if (*p != ':') {
			ret[at++] = *p++;
			continue;
		}
		for (ptrdiff_t i = 0; i < COUNT(places); i++)
			if (strlen(places[i].name) == length && strncmp(p, places[i].name, length) == 0)
				value = places[i].value;
		at += (size_t)snprintf(ret + at, n - at, "%s", value ? value : type);
		p += length;
	}
	ret[at] = 0;
}

static bool has_type(const struct route *r)
{
	return strstr(r->path, ":type") != NULL;
}

/* What the table of `tobari routes` says of a person must be what the server answered: whom it lets in is not refused, whom it does not
 * let in gets nothing. Everybody holds employee beside the role of the appointment. */
static bool table_lets(const struct route *r, const char *type, enum role role)
{
	const struct record_type *t = NULL;
	enum scope scope;

	for (int i = 0; i < domain_ntypes && has_type(r); i++)
		if (strcmp(domain_types[i]->name, type) == 0)
			t = domain_types[i];
	return route_lets(r, t, ROLE_employee, &scope) || route_lets(r, t, role, &scope);
}

static void agrees(const struct route *r, const char *path, const char *type, ptrdiff_t i, int status)
{
	static const enum role roles[] = { ROLE_none, ROLE_employee, ROLE_department_head, ROLE_privacy_manager, ROLE_top_management,
		ROLE_audit_chief, ROLE_system_manager };
	bool lets = table_lets(r, type, roles[i]), nothing = status == 403 || status == 404;

	if (r->who == WHO_STAFF && i == 0)
		lets = false, nothing = status == 303;
	if (r->who == WHO_STAFF && (lets ? status == 403 : !nothing))
		fail_msg("%s %s: the table says %d, the server %d", path, who[i] ? who[i] : "nobody", lets, status);
}

/* Posts carry the right token and nothing else: whoever may is told what is missing, the others that they may not. */
static void line(struct buf *b, struct visitor *v, const struct route *r, const char *type)
{
	char path[300];

	path_of(r, type, path, sizeof path);
	buf_fmt(b, "%s %s", r->method == HTTP_POST ? "POST" : "GET", path);
	for (ptrdiff_t i = 0; i < COUNT(who); i++) {
		int status = r->method == HTTP_POST ? visit_post(&v[i], path, "x=1") : visit_get(&v[i], path);
		agrees(r, path, type, i, status);
		buf_fmt(b, " %s=%d", who[i] ? who[i] : "nobody", status);
	}
	buf_char(b, '\n');
}

static void compare(struct str now)
{
	const char *write = getenv("TOBARI_GOLDEN");
	struct str before = S("");
	struct arena a = arena_make(0);

	if (write && strcmp(write, "write") == 0) {
		FILE *f = fopen(GOLDEN, "w");
		assert_non_null(f);
		assert_int_equal(fwrite(now.p, 1, (size_t)now.n, f), now.n);
		fclose(f);
		return;
	}
	assert_int_equal(sys_read_file(&a, str_z(GOLDEN), 1 << 24, &before), ST_OK);
	for (struct str x = now, y = before, one, other; ; ) {
		bool more = str_cut(&x, '\n', &one), there = str_cut(&y, '\n', &other);
		if (!more && !there)
			break;
		if (!more || !there || !str_eq(one, other))
			fail_msg("now: %.*s\nwas: %.*s", more ? (int)one.n : 0, more ? one.p : "", there ? (int)other.n : 0, there ? other.p : "");
	}
	arena_free(&a);
}

static void every_page_as_everybody(void **state)
{
	struct people *p = people_make();
	struct buf b = buf_make(1 << 24);
	struct visitor v[COUNT(who)];
	struct site *site;

	(void)state;
	assert_int_equal(site_make(p->store, &site), ST_OK);
	for (ptrdiff_t i = 0; i < COUNT(who); i++) {
		v[i] = (struct visitor){ .p = p, .site = site };
		if (who[i])
			visit_login(&v[i], who[i]);
		assert_int_equal(visit_get(&v[i], who[i] ? "/password" : "/login"), 200);
	}
	for (const struct route *r = routes; r < routes + R_MAX; r++) {
		if (r->id == R_logout || r->id == R_login_do || r->id == R_unlock_do || r->id == R_password_do || r->id == R_asset || r->id == R_icon)
			continue;                        /* they say who one is; tests of their own look at them */
		for (ptrdiff_t t = 0; t < (has_type(r) ? COUNT(types) : 1); t++)
			line(&b, v, r, types[t]);
	}
	assert_false(b.failed);
	compare(buf_str(&b));
	buf_free(&b);
	for (ptrdiff_t i = 0; i < COUNT(who); i++)
		visit_end(&v[i]);
	site_free(site);
	people_free(p);
}

/* What `tobari routes` prints of it: one line a page and type, who may, and for which records. */
static void as_printed(void **state)
{
	static const struct { const char *page, *who; } lines[] = {
		{ "GET  /login ", "anyone" }, { "POST /settings ", "privacy_manager=all top_management=all" },
		{ "GET  /r/ledger/export/:format ", "department_manager=department department_head=department privacy_manager=all" },
		{ "GET  /r/ledger/new ", "everybody=own department_manager=department department_head=department privacy_manager=all" },
		{ "GET  /r/staff ", "everybody=all" }, { "GET  /r/overdue/new ", "nobody" },
		{ "POST /r/ledger/:id/move approve ", "privacy_manager=all" }, { "POST /r/ledger/:id/move withdraw ", "everybody=own" },
		{ "POST /r/staff/bulk assign ", "privacy_manager=all system_manager=all" },
		{ "GET  /r/incident/page/statistics ", "department_manager=department department_head=department privacy_manager=all "
			"top_management=all desk_chief=all system_manager=all" }, { "GET  /open/incident/report ", "anyone" } };
	struct buf b = buf_make(1 << 22);

	(void)state;
	routes_print(&b, domain_types, domain_ntypes, false);
	assert_false(b.failed);
	for (ptrdiff_t i = 0; i < COUNT(lines); i++) {
		bool found = false;
		for (struct str rest = buf_str(&b), one; str_cut(&rest, '\n', &one) && !found;)
			found = str_starts(one, str_z(lines[i].page)) && str_ends(one, str_z(lines[i].who))
				&& one.p[one.n - (ptrdiff_t)strlen(lines[i].who) - 1] == ' ';
		if (!found)
			fail_msg("no line %s ... %s", lines[i].page, lines[i].who);
	}
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_page_as_everybody), cmocka_unit_test(as_printed) };

	return cmocka_run_group_tests_name("access", tests, NULL, NULL);
}
