/* access_golden_test.c - every page as everybody: what is answered stands in tests/golden/access.txt, in both directions. A right that
 * is gained or lost shows there as a changed line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

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

/* Posts carry the right token and nothing else: whoever may is told what is missing, the others that they may not. */
static void line(struct buf *b, struct visitor *v, const struct route *r, const char *type)
{
	char path[300];

	path_of(r, type, path, sizeof path);
	buf_fmt(b, "%s %s", r->method == HTTP_POST ? "POST" : "GET", path);
	for (ptrdiff_t i = 0; i < COUNT(who); i++) {
		int status = r->method == HTTP_POST ? visit_post(&v[i], path, "x=1") : visit_get(&v[i], path);
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

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_page_as_everybody) };

	return cmocka_run_group_tests_name("access", tests, NULL, NULL);
}
