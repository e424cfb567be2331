/* routes.c - finding a page by its path, what it asks of people, making addresses. */
#include "web/routes.h"
#include "web/pages.h"
#include "record/access.h"
#include <assert.h>
#include <stdio.h>

const struct route routes[R_MAX] = {
#define ROUTE(i, m, p, w, q, t, l, b, a, h) \
	[R_##i] = { R_##i, HTTP_##m, p, WHO_##w, ASKS_##q, TX_##t, LANE_##l, b, AUDIT_##a, h, #h },
#include "web/routes.def"
#undef ROUTE
};

static const struct { unsigned roles; enum act act; } asked[] = {
	[ASKS_NOTHING] = { BY_ANYONE, 0 },
	[ASKS_JUDGE]   = { BY(privacy_manager) | BY(top_management) | BY(audit_chief) | BY(auditor) | BY(department_head), 0 },
	[ASKS_SETTER]  = { BY(privacy_manager) | BY(top_management), MAY_READ },
	[ASKS_READ]    = { BY_ANYONE, MAY_READ },
	[ASKS_CREATE]  = { BY_ANYONE, MAY_CREATE },
	[ASKS_EDIT]    = { BY_ANYONE, MAY_EDIT },
	[ASKS_IMPORT]  = { BY_ANYONE, MAY_IMPORT },
	[ASKS_EXPORT]  = { BY_ANYONE, MAY_EXPORT },
	[ASKS_MOVE]    = { BY_ANYONE, MAY_READ },
	[ASKS_PAGE]    = { BY_ANYONE, 0 },
	[ASKS_PUBLIC]  = { BY_ANYONE, 0 },
	[ASKS_SHOWN]   = { BY_ANYONE, 0 },
};

unsigned route_roles(enum asks asks)
{
	return asked[asks].roles;
}

enum act route_act(enum asks asks)
{
	return asked[asks].act;
}

bool route_lets(const struct route *r, const struct record_type *t, enum role role, enum scope *ret)
{
	if (!(asked[r->asks].roles & 1u << role))
		return false;
	*ret = SCOPE_COMPANY;
	return !t || !asked[r->asks].act || access_role_scope(t, role, asked[r->asks].act, ret);
}

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

static struct str kept(struct buf *b)
{
	assert(!b->failed);
	return buf_take(b);
}

struct str route_allowed(struct arena *a, const struct http_target *t)
{
	static const struct { enum http_method method; const char *name; } methods[] = { { HTTP_GET, "GET, HEAD" }, { HTTP_POST, "POST" } };
	struct buf b = buf_in(a, 40);
	struct str arg[WEB_ARGS];
	int status;

	for (ptrdiff_t i = 0; i < COUNT(methods); i++)
		if (route_find(methods[i].method, t, arg, &status))
			buf_fmt(&b, "%s%s", b.n ? ", " : "", methods[i].name);
	return kept(&b);
}

struct url url_of_(struct arena *a, enum route_id id, const struct str *args, int n)
{
	struct str rest = str_z(routes[id].path + 1), segment;
	struct buf b = buf_in(a, 0);
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
	return (struct url){ kept(&b) };
}

struct url url_with_(struct arena *a, struct url u, struct str name, struct str value)
{
	struct buf b = buf_in(a, 0);

	if (value.n == 0)
		return u;
	buf_add(&b, u.s);
	buf_char(&b, str_find_char(u.s, '?') < 0 ? '?' : '&');
	http_escape(&b, name);
	buf_char(&b, '=');
	http_escape(&b, value);
	return (struct url){ kept(&b) };
}

struct url url_join(struct arena *a, struct url u, struct str query)
{
	struct buf b = buf_in(a, 0);

	buf_add(&b, u.s);
	buf_add(&b, query);
	return (struct url){ kept(&b) };
}

struct url url_part_(struct url u, struct arena *a, struct str fragment)
{
	struct buf b = buf_in(a, 0);

	buf_add(&b, u.s);
	buf_char(&b, '#');
	buf_add(&b, fragment);
	return (struct url){ kept(&b) };
}

struct url url_local(struct arena *a, struct str path, struct url otherwise)
{
	if (http_local_path(path))
		otherwise.s = str_dup(a, path);
	return otherwise;
}
