/* routes.c - finding a page by its path, making addresses, printing the table. */
#include "web/routes.h"
#include "web/pages.h"
#include "format/json.h"
#include <assert.h>
#include <stdio.h>

const struct route routes[R_MAX] = {
#define ROUTE(i, m, p, w, t, l, b, a, h) \
	[R_##i] = { R_##i, HTTP_##m, p, WHO_##w, TX_##t, LANE_##l, b, AUDIT_##a, h, #h },
#include "web/routes.def"
#undef ROUTE
};

static bool fits(const char *pattern, const struct http_target *t, struct str arg[WEB_ARGS])
{
	struct str rest = str_z(pattern + 1), segment;
	int i = 0, nargs = 0;

	if (rest.n == 0)
		return t->n == 0;
	for (; str_cut(&rest, '/', &segment); i++) {
		if (i == t->n)
			return false;
		if (segment.p[0] == ':')
			arg[nargs++] = t->segment[i];
		else if (!str_eq(segment, t->segment[i]))
			return false;
	}
	return i == t->n;
}

const struct route *route_find(enum http_method m, const struct http_target *t, struct str arg[WEB_ARGS], int *ret_status)
{
	bool exists = false;

	for (const struct route *r = routes; r < routes + R_MAX; r++) {
		if (!fits(r->path, t, arg))
			continue;
		if (r->method == m)
			return r;
		exists = true;
	}
	*ret_status = exists ? 405 : 404;
	return NULL;
}

static struct str kept(struct arena *a, struct buf *b)
{
	struct str s = str_dup(a, buf_str(b));

	assert(!b->failed);
	buf_free(b);
	return s;
}

struct url url_of_(struct arena *a, enum route_id id, const struct str *args, int n)
{
	struct str rest = str_z(routes[id].path + 1), segment;
	struct buf b = buf_make(0);
	int used = 0;

	if (rest.n == 0)
		buf_char(&b, '/');
	while (rest.n && str_cut(&rest, '/', &segment)) {
		buf_char(&b, '/');
		if (segment.p[0] == ':') {
			assert(used < n);
			http_escape(&b, args[used++]);
		} else {
			buf_add(&b, segment);
		}
	}
	assert(used == n);
	return (struct url){ kept(a, &b) };
}

struct url url_with_(struct arena *a, struct url u, struct str name, struct str value)
{
	struct buf b = buf_make(0);

	if (value.n == 0)
		return u;
	buf_add(&b, u.s);
	buf_char(&b, str_find_char(u.s, '?') < 0 ? '?' : '&');
	http_escape(&b, name);
	buf_char(&b, '=');
	http_escape(&b, value);
	return (struct url){ kept(a, &b) };
}

struct url url_join(struct arena *a, struct url u, struct str query)
{
	struct buf b = buf_make(0);

	buf_add(&b, u.s);
	buf_add(&b, query);
	return (struct url){ kept(a, &b) };
}

struct url url_part_(struct url u, struct arena *a, struct str fragment)
{
	struct buf b = buf_make(0);

	buf_add(&b, u.s);
	buf_char(&b, '#');
	buf_add(&b, fragment);
	return (struct url){ kept(a, &b) };
}

struct url url_local(struct arena *a, struct str path, struct url otherwise)
{
	return http_local_path(path) ? (struct url){ str_dup(a, path) } : otherwise;
}

struct str text_of_int(struct arena *a, int64_t v)
{
	char t[24];

	return str_dup(a, (struct str){ t, snprintf(t, sizeof t, "%lld", (long long)v) });
}

static const char *const method_names[] = { [HTTP_GET] = "GET", [HTTP_POST] = "POST", [HTTP_OTHER] = "" };
static const char *const who_names[] = { [WHO_NOBODY] = "nobody", [WHO_ANYONE] = "anyone", [WHO_SESSION] = "session",
	[WHO_STAFF] = "staff" };
static const char *const audit_names[] = { [AUDIT_NONE] = "none", [AUDIT_LOGIN] = "login", [AUDIT_RECORD] = "record" };
static const char *const lane_names[] = { [LANE_PAGES] = "pages", [LANE_SLOW] = "slow" };

static void print_json(struct buf *b)
{
	struct js_out j = { .b = b };

	js_open(&j, '[');
	for (const struct route *r = routes; r < routes + R_MAX; r++) {
		js_open(&j, '{');
		js_key(&j, S("method"));
		js_text(&j, str_z(method_names[r->method]));
		js_key(&j, S("path"));
		js_text(&j, str_z(r->path));
		js_key(&j, S("who"));
		js_text(&j, str_z(who_names[r->who]));
		js_key(&j, S("audited"));
		js_text(&j, str_z(audit_names[r->audit]));
		js_key(&j, S("lane"));
		js_text(&j, str_z(lane_names[r->lane]));
		js_key(&j, S("handler"));
		js_text(&j, str_z(r->handler_name));
		js_close(&j, '}');
	}
	js_close(&j, ']');
	buf_char(b, '\n');
}

void routes_print(struct buf *b, bool json)
{
	if (json) {
		print_json(b);
		return;
	}
	for (const struct route *r = routes; r < routes + R_MAX; r++)
		buf_fmt(b, "%-5s %-32s %-8s %-7s %-6s %s\n", method_names[r->method], r->path, who_names[r->who],
			audit_names[r->audit], lane_names[r->lane], r->handler_name);
}
