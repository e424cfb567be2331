/* visit.c - the browser of visit.h, with a strict reader of the HTML we write. */
#include "tests/unit/visit.h"
#include "sys/sys.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

enum { DEPTH_MAX = 100, IDS_MAX = 2000 };

/* ---- reading HTML ---- */

struct checker { struct str stack[DEPTH_MAX], id[IDS_MAX]; int depth, nids, headings; bool title, lang; };

static bool is_void(struct str tag)
{
	static const char *const names[] = { "meta", "link", "input", "img", "br", "hr" };

	for (ptrdiff_t i = 0; i < COUNT(names); i++)
		if (str_eq(tag, str_z(names[i])))
			return true;
	return false;
}

static bool name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

static void see_attribute(struct checker *c, struct str tag, struct str name, struct str value)
{
	assert_true(str_find_char(value, '<') < 0);
	assert_true(!str_starts(name, S("on")) && !str_eq(name, S("style")));      /* the policy forbids them */
	if (str_eq(name, S("href")) || str_eq(name, S("src")) || str_eq(name, S("action")))
		assert_true(value.n && (value.p[0] == '/' || value.p[0] == '#'));
	if (str_eq(name, S("id"))) {
		for (int i = 0; i < c->nids; i++)
			if (str_eq(c->id[i], value))
				fail_msg("id twice: %.*s", STR_FMT(value));
		assert_true(c->nids < IDS_MAX);
		c->id[c->nids++] = value;
	}
	if (str_eq(tag, S("html")) && str_eq(name, S("lang")))
		c->lang = true;
}

/* s begins behind "<"; returns what is left behind ">". */
static struct str see_tag(struct checker *c, struct str s)
{
	bool end = s.n && s.p[0] == '/';
	ptrdiff_t i = end, from = end;

	while (i < s.n && name_char(s.p[i]))
		i++;
	struct str tag = str_sub(s, from, i);
	assert_true(tag.n > 0);
	while (i < s.n && s.p[i] == ' ') {
		from = ++i;
		while (i < s.n && name_char(s.p[i]))
			i++;
		struct str name = str_sub(s, from, i), value = S("");
		assert_true(name.n > 0);
		if (i < s.n && s.p[i] == '=') {
			assert_true(s.p[i + 1] == '"');
			ptrdiff_t to = str_find_char(str_sub(s, i + 2, s.n), '"');
			assert_true(to >= 0);
			value = str_sub(s, i + 2, i + 2 + to);
			i += to + 3;
		}
		see_attribute(c, tag, name, value);
	}
	if (i >= s.n || s.p[i] != '>')
		fail_msg("bad tag: %.*s", (int)MIN(s.n, 80), s.p);
	if (end) {
		if (!c->depth || !str_eq(c->stack[c->depth - 1], tag))
			fail_msg("</%.*s> closes <%.*s>", STR_FMT(tag), c->depth ? (int)c->stack[c->depth - 1].n : 0,
				c->depth ? c->stack[c->depth - 1].p : "");
		c->depth--;
	} else if (!is_void(tag)) {
		assert_true(c->depth < DEPTH_MAX);
		c->stack[c->depth++] = tag;
	}
	c->headings += !end && str_eq(tag, S("h1"));
	c->title = c->title || str_eq(tag, S("title"));
	return str_sub(s, i + 1, s.n);
}

static void check_html(const char *page)
{
	static struct checker c;
	struct str s = str_z(page), doctype = S("<!DOCTYPE html>");

	c = (struct checker){ 0 };
	assert_true(str_starts(s, doctype));
	s = str_sub(s, doctype.n, s.n);
	for (ptrdiff_t at; (at = str_find_char(s, '<')) >= 0;) {
		assert_true(str_find_char(str_sub(s, 0, at), '>') < 0);
		s = see_tag(&c, str_sub(s, at + 1, s.n));
	}
	assert_int_equal(c.depth, 0);
	assert_int_equal(c.headings, 1);
	assert_true(c.title && c.lang);
}

/* ---- one request ---- */

static void take_cookie(struct visitor *v, struct str set)
{
	struct str pair = str_sub(set, 0, MAX(str_find_char(set, ';'), 0)), name = str_sub(pair, 0, str_find_char(pair, '=') + 1);
	char fresh[sizeof v->cookie] = "";
	size_t n = 0;

	assert_true(str_starts(set, S("__Host-")));
	assert_true(str_find(set, S("; Path=/; Secure; HttpOnly; SameSite=Lax")) > 0);
	for (struct str rest = str_z(v->cookie), one; rest.n && str_cut(&rest, ';', &one);)
		if (str_trim(one).n && !str_starts(str_trim(one), name))
			n += (size_t)snprintf(fresh + n, sizeof fresh - n, "%.*s; ", STR_FMT(str_trim(one)));
	if (str_find(set, S("Max-Age=0")) < 0)
		n += (size_t)snprintf(fresh + n, sizeof fresh - n, "%.*s; ", STR_FMT(pair));
	memcpy(v->cookie, fresh, sizeof fresh);
}

static void take_token(struct visitor *v)
{
	const char *mark = "name=\"_csrf\" value=\"", *at = strstr(v->page, mark);

	if (at)
		snprintf(v->token, sizeof v->token, "%.64s", at + strlen(mark));
}

static void take(struct visitor *v, struct web *w)
{
	struct reply *r = &w->reply;

	assert_false(r->failed);
	v->status = r->status;
	v->location[0] = v->allow[0] = 0;
	for (int i = 0; i < r->nfields; i++) {
		if (str_eq(r->field[i].name, S("Location")))
			snprintf(v->location, sizeof v->location, "%.*s", STR_FMT(r->field[i].value));
		if (str_eq(r->field[i].name, S("Allow")))
			snprintf(v->allow, sizeof v->allow, "%.*s", STR_FMT(r->field[i].value));
		if (str_eq(r->field[i].name, S("Set-Cookie")))
			take_cookie(v, r->field[i].value);
	}
	free(v->page);
	v->page = calloc(1, (size_t)r->body.n + 1);
	if (r->body.n)
		memcpy(v->page, r->body.p, (size_t)r->body.n);
	if (str_starts(r->type, S("text/html"))) {
		check_html(v->page);
		take_token(v);
	}
}

#define URLENCODED S("application/x-www-form-urlencoded")

static int send(struct visitor *v, enum http_method m, const char *path, struct str body, struct str type)
{
	struct web w = { .a = arena_make(0), .method = m, .raw_target = str_z(path), .peer = S("192.0.2.1"),
		.accept_language = str_z(v->language ? v->language : "ja"), .host = S("localhost"), .now = sys_now(),
		.origin = m == HTTP_POST ? str_z(v->origin ? v->origin : "https://localhost") : S(""),
		.content_type = type, .body = body, .app = v->site };
	struct server_app app = site_app(v->site);

	if (http_target(&w.a, w.raw_target, &w.target) != ST_OK || http_form(&w.a, w.target.query, &w.query) != ST_OK) {
		free(v->page);                                       /* the server refuses it before the site sees it */
		v->page = calloc(1, 1);
		arena_free(&w.a);
		return v->status = 400;
	}
	assert_int_equal(http_cookies(&w.a, str_z(v->cookie), &w.cookies), ST_OK);
	struct server_admission ad = app.admit(v->site, &w);
	if (w.body.n > ad.max_body) {
		v->status = 413;
	} else {
		assert_true(app.run(v->site, ad.at_once ? NULL : v->p->conn, &w));
		take(v, &w);
	}
	buf_free(&w.reply.body);
	arena_free(&w.a);
	return v->status;
}

int visit_get(struct visitor *v, const char *path)
{
	return send(v, HTTP_GET, path, S(""), URLENCODED);
}

int visit_post_forged(struct visitor *v, const char *path, const char *form)
{
	return send(v, HTTP_POST, path, str_z(form), URLENCODED);
}

int visit_post(struct visitor *v, const char *path, const char *form)
{
	char *body = malloc(strlen(form) + 100);

	snprintf(body, strlen(form) + 100, "_csrf=%s&%s", v->token, form);
	send(v, HTTP_POST, path, str_z(body), URLENCODED);
	free(body);
	return v->status;
}

static void part(struct buf *b, struct str name, const char *file_name, struct str bytes)
{
	buf_fmt(b, "--x7x\r\nContent-Disposition: form-data; name=\"%.*s\"", STR_FMT(name));
	if (file_name)
		buf_fmt(b, "; filename=\"%s\"\r\nContent-Type: application/octet-stream", file_name);
	buf_lit(b, "\r\n\r\n");
	buf_add(b, bytes);
	buf_lit(b, "\r\n");
}

int visit_upload(struct visitor *v, const char *path, const char *form, const char *input, const char *file_name, struct str bytes)
{
	struct buf b = buf_make(64 << 20);
	struct arena a = arena_make(0);
	struct http_pairs pairs;

	part(&b, S("_csrf"), NULL, str_z(v->token));
	assert_int_equal(http_form(&a, str_z(form), &pairs), ST_OK);
	for (ptrdiff_t i = 0; i < pairs.n; i++)
		part(&b, pairs.p[i].name, NULL, pairs.p[i].value);
	if (input)
		part(&b, str_z(input), file_name, bytes);
	buf_lit(&b, "--x7x--\r\n");
	assert_false(b.failed);
	send(v, HTTP_POST, path, buf_str(&b), S("multipart/form-data; boundary=x7x"));
	buf_free(&b);
	arena_free(&a);
	return v->status;
}

const char *visit_between(const struct visitor *v, const char *before, const char *behind)
{
	static char found[400];
	const char *at = strstr(v->page, before), *end = at ? strstr(at + strlen(before), behind) : NULL;

	if (!end)
		fail_msg("no %s ... %s in the page", before, behind);
	snprintf(found, sizeof found, "%.*s", (int)(end - at - (ptrdiff_t)strlen(before)), at + strlen(before));
	return found;
}

void visit_login(struct visitor *v, const char *login)
{
	char form[200];

	assert_int_equal(visit_get(v, "/login"), 200);
	snprintf(form, sizeof form, "login=%s&password=%s", login, PEOPLE_PASSWORD);
	assert_int_equal(visit_post(v, "/login", form), 303);
	assert_int_equal(visit_get(v, "/"), 200);
}

void visit_end(struct visitor *v)
{
	free(v->page);
	v->page = NULL;
}
