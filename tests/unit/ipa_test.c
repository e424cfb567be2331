/* ipa_test.c - 安全なウェブサイトの作り方: the eleven kinds of weakness, each attacked through the pages of every type and, where the
 * bytes matter, over a real socket. REQ: APP-02 */
#include "tests/unit/fill.h"
#include "tests/unit/visit.h"
#include "tests/unit/wire.h"
#include "domain/affected_person/letter.h"
#include "record/value.h"
#include "sys/sys.h"
#include "web/tls.h"
#include <stdio.h>

#define MARK "\"><script>alert(7731)</script>' onx='x' OR '1'='1'; DROP TABLE record; --`touch /tmp/ipa7731`$(touch /tmp/ipa7731)|touch /tmp/ipa7731;../../etc/passwd"
static const char touched[] = "/tmp/ipa7731", hidden[] = "秘匿7731行";
static struct people *people;
static struct site *site;
static struct server *server;
static struct tls *tls;
static struct filling filled;
static const struct type *all;
static int ntypes;
static char cert[80], key[80];

/* ---- the attack that stands in the records: in every text of every type, and as the name of every file ---- */

static bool hostile(struct request *rq, const struct type *t, int place, struct value *ret, void *arg)
{
	const struct field *f = &t->fields[place];
	int64_t id;

	(void)arg;
	if (f->kind == FK_FILE && !(f->flags & DERIVED)) {
		if (file_save(rq, S("../../..\\etc/x\r\nX-Injected: 1\".pdf"), S("%PDF-1.4"), &id) != ST_OK)
			return false;
		*ret = value_of_text(S("../../..\\etc/x\r\nX-Injected: 1\".pdf"));
		ret->num = id;
		return true;
	}
	if (!fill_is_text(f) || f->flags & DERIVED)
		return false;
	*ret = value_of_text(!f->max || f->max >= (ptrdiff_t)sizeof MARK ? S(MARK) : S("\"><i>'"));
	return !f->max || f->max >= 8;
}

static int begin(void **state)
{
	struct server_config c;

	(void)state;
	unlink(touched);
	people = people_make();
	filled = (struct filling){ .value = hostile, .department = people->sales };
	all = store_types(people->store, &ntypes);
	filled.staff = people_record(people, "staff", NULL, "number", "9001", "name", "攻撃 対象", "employment", "regular", NULL);
	people_record(people, "ledger", NULL, "name", hidden, NULL);
	if (fill_all(&people->rq, &filled) || site_make(people->store, &site) != ST_OK)
		return -1;
	snprintf(cert, sizeof cert, "/tmp/tobari_ipa_%d_cert.pem", (int)getpid());
	snprintf(key, sizeof key, "/tmp/tobari_ipa_%d_key.pem", (int)getpid());
	if (tls_make_own(str_z(cert), str_z(key), NULL, 0, sys_now()) != ST_OK || tls_open(str_z(cert), str_z(key), &tls) != ST_OK)
		return -1;
	server_defaults(&c);
	c.port = 0;
	c.tls = tls;
	struct server_app app = site_app(site);
	return server_start(&c, &app, &server) == ST_OK ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	server_stop(server);
	tls_close(tls);
	site_free(site);
	people_free(people);
	unlink(cert);
	unlink(key);
	return 0;
}

static struct visitor logged_in(const char *login)
{
	struct visitor v = { .p = people, .site = site };

	visit_login(&v, login);
	return v;
}

static char *over_the_wire(const struct visitor *v, const char *method, const char *path)
{
	char request[4096];

	snprintf(request, sizeof request, "%s %s HTTP/1.1\r\nHost: localhost\r\n%s%s%s\r\n", method, path, v ? "Cookie: " : "", v ? v->cookie : "", v ? "\r\n" : "");
	return wire_ask(server_port(server), request);
}

static __attribute__((format(printf, 1, 2))) const char *at(const char *form, ...)
{
	static char path[600];
	va_list args;

	va_start(args, form);
	vsnprintf(path, sizeof path, form, args);
	va_end(args);
	return path;
}

/* A path of the route with the record of the type in its variable places. */
static const char *path_of(const struct route *r, int type)
{
	static char path[600];
	size_t n = 0;

	for (const char *p = r->path; *p && n + 100 < sizeof path;) {
		if (*p != ':') {
			path[n++] = *p++;
			continue;
		}
		n += (size_t)(strncmp(p, ":type", 5) == 0 ? snprintf(path + n, 80, "%s", all[type].t->name)
			: strncmp(p, ":id", 3) == 0 ? snprintf(path + n, 80, "%lld", (long long)filled.made[type])
			: snprintf(path + n, 80, "%s", strncmp(p, ":area", 5) == 0 ? "ledger" : strncmp(p, ":group", 6) == 0 ? "J.3" : strncmp(p, ":format", 7) == 0 ? "csv" : "1"));
		while (*p && *p != '/')
			p++;
	}
	path[n] = 0;
	return path;
}

static int ledger(void)
{
	int i = 0;

	while (i < ntypes && strcmp(all[i].t->name, "ledger") != 0)
		i++;
	return i;
}

/* ---- 1 SQL injection ---- */

static void sql_injection(void **state)
{
	static const char *const attacks[] = { "zzqx%27%20OR%20%271%27%3D%271", "zzqx%27%29%3B%20DROP%20TABLE%20record%3B--", "zzqx%27%20UNION%20SELECT%20body%20FROM%20version--",
		"zzqx%5C%27%22%60%25_%241" };
	struct visitor v = logged_in("manager"), nobody = { .p = people, .site = site };

	(void)state;
	for (int i = 0; i < ntypes; i++)
		for (ptrdiff_t k = 0; k < COUNT(attacks); k++) {
			const char *x = attacks[k], *name = all[i].t->name;
			int status = visit_get(&v, at("/r/%s?q=%s&step=*", name, x));
			assert_true(status == 200 || status == 404);
			assert_true(status == 404 || !strstr(v.page, hidden));
			status = visit_get(&v, at("/r/%s?sort=%s&dir=%s&after=%s&department=%s&f.name=%s&step=%s&as_of=%s", name, x, x, x, x, x, x, x));
			assert_true(status == 200 || status == 404);
			status = visit_get(&v, at("/r/%s/1%s", name, x));
			assert_true(status == 400 || status == 404);
		}
	assert_int_equal(visit_get(&nobody, "/login"), 200);
	assert_int_equal(visit_post(&nobody, "/login", "login=%27%20OR%20%271%27%3D%271%27%20--&password=%27%20OR%20%271%27%3D%271"), 403);
	assert_int_equal(visit_get(&v, "/r/ledger?step=*"), 200);
	assert_non_null(strstr(v.page, hidden));                          /* nothing was dropped */
	visit_end(&v);
	visit_end(&nobody);
}

/* ---- 2 OS command injection ---- */

static void os_command_injection(void **state)
{
	static const char *const formats[] = { "csv", "xlsx", "json", "pdf" };
	struct visitor v = logged_in("manager");

	(void)state;
	for (int i = 0; i < ntypes; i++)
		for (ptrdiff_t k = 0; k < COUNT(formats); k++) {
			int status = visit_get(&v, at("/r/%s/export/%s", all[i].t->name, formats[k]));
			assert_true(status == 200 || status == 403 || status == 404);
		}
	assert_int_equal(visit_get(&v, "/r/ledger/import"), 200);
	int status = visit_upload(&v, "/r/ledger/import", "", "file", "$(touch /tmp/ipa7731).csv", S("名称\r\n`touch /tmp/ipa7731`\r\n"));
	assert_true(status == 200 || status == 422);
	assert_int_equal(access(touched, F_OK), -1);
	visit_end(&v);
}

/* ---- 3 directory traversal ---- */

static void directory_traversal(void **state)
{
	static const char *const paths[] = {
		"/static/../../../../etc/passwd", "/static/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "/static/..%5c..%5cetc%5cpasswd", "/static/%2fetc%2fpasswd", "/../etc/passwd",
		"/r/ledger/export/..%2f..%2fetc%2fpasswd", "/r/ledger/file/..%2f..%2fetc%2fpasswd", "/r/..%2f..%2fetc%2fpasswd", "/static/tobari.css%00.txt", "//etc/passwd",
	};
	struct visitor v = logged_in("manager");

	(void)state;
	for (ptrdiff_t i = 0; i < COUNT(paths); i++) {
		char *answer = over_the_wire(&v, "GET", paths[i]);
		assert_true(strncmp(answer, "HTTP/1.1 40", 11) == 0);
		assert_null(strstr(answer, "root:"));
		free(answer);
	}
	visit_end(&v);
}

/* ---- 4 session management ---- */

static void session_management(void **state)
{
	struct visitor v = { .p = people, .site = site }, other = v;
	char before[sizeof v.cookie], first[sizeof v.cookie];

	(void)state;
	snprintf(v.cookie, sizeof v.cookie, "__Host-tobari=%064d; ", 7);         /* one that the attacker chose */
	memcpy(before, v.cookie, sizeof before);
	visit_login(&v, "manager");
	assert_null(strstr(v.cookie, "0000000000000007"));
	memcpy(first, v.cookie, sizeof first);
	visit_login(&other, "manager");
	const char *mine = strstr(v.cookie, "__Host-tobari="), *theirs = strstr(other.cookie, "__Host-tobari=");
	assert_true(mine && theirs && strcspn(mine, ";") >= strlen("__Host-tobari=") + 43);        /* 256 bits */
	assert_true(strncmp(mine, theirs, strcspn(mine, ";")) != 0);
	memcpy(other.cookie, before, sizeof before);
	assert_int_equal(visit_get(&other, "/r/ledger"), 303);
	assert_int_equal(visit_get(&v, "/r/ledger"), 200);
	assert_null(strstr(v.page, at("%.*s", 43, mine + 14)));               /* it stands on no page */
	assert_int_equal(visit_post(&v, "/logout", ""), 303);
	memcpy(v.cookie, first, sizeof first);
	assert_int_equal(visit_get(&v, "/r/ledger"), 303);
	visit_end(&v);
	visit_end(&other);
}

/* ---- 5 cross-site scripting ---- */

static void cross_site_scripting(void **state)
{
	static const char *const logins[] = { "manager", "top", "audit", "head" }, *const forms[] = { "/r/%s?step=*", "/r/%s/%lld", "/r/%s/%lld/edit", "/r/%s/%lld/v/1",
		"/r/%s/new", "/r/%s?q=script&step=*" };
	int seen = 0;

	(void)state;
	for (ptrdiff_t l = 0; l < COUNT(logins); l++) {
		struct visitor v = logged_in(logins[l]);
		for (int i = 0; i < ntypes; i++)
			for (ptrdiff_t k = 0; k < COUNT(forms); k++) {
				char path[200];
				snprintf(path, sizeof path, "/r/%s", all[i].t->name);
				const char *to = strstr(forms[k], "%lld") ? at("%s/%lld%s", path, (long long)filled.made[i], strstr(forms[k], "%lld") + 4) : at("%s%s", path, forms[k] + 5);
				int status = visit_get(&v, to);                  /* checks that the page is whole: no attribute, no element but ours */
				assert_true(status == 200 || status == 403 || status == 404);
				if (strstr(v.page, "<script>alert") || strstr(v.page, "onx='x'"))
					fail_msg("%s shows it to %s", to, logins[l]);
				seen += strstr(v.page, "&lt;script&gt;alert(7731)") != NULL;
			}
		assert_int_equal(visit_get(&v, "/"), 200);
		assert_null(strstr(v.page, "<script>alert"));
		visit_end(&v);
	}
	assert_true(seen > 100);
	/* in what comes back at once: addresses, forms, refusals */
	struct visitor v = { .p = people, .site = site };
	static const char *const reflected[] = { "/%22%3E%3Cscript%3Ealert(7731)%3C%2Fscript%3E", "/login?to=%22%3E%3Cscript%3Ealert(7731)%3C%2Fscript%3E",
		"/form/enquiry?x=%22%3E%3Cscript%3Ealert(7731)", "/r/%3Cscript%3Ealert(7731)" };
	for (ptrdiff_t i = 0; i < COUNT(reflected); i++) {
		visit_get(&v, reflected[i]);
		assert_null(strstr(v.page, "<script>alert"));
	}
	visit_end(&v);
}

/* ---- 6 cross-site request forgery ---- */

static void cross_site_request_forgery(void **state)
{
	struct visitor v = logged_in("manager");
	char token[sizeof v.token];
	int tried = 0;

	(void)state;
	memcpy(token, v.token, sizeof token);
	for (const struct route *r = routes; r < routes + R_MAX; r++) {
		if (r->method != HTTP_POST)
			continue;
		const char *path = path_of(r, ledger());
		assert_int_equal(visit_post_forged(&v, path, "name=forged"), 403);
		assert_int_equal(visit_post_forged(&v, path, "_csrf=0000000000000000000000000000000000000000000000000000000000000000&name=forged"), 403);
		memcpy(v.token, token, sizeof token);
		v.origin = "https://evil.example";
		assert_int_equal(visit_post(&v, path, "name=forged"), 403);
		v.origin = NULL;
		tried++;
	}
	assert_true(tried > 10);
	assert_int_equal(visit_get(&v, "/r/ledger?q=forged&step=*"), 200);
	assert_null(strstr(v.page, ">forged<"));
	visit_end(&v);
}

/* ---- 7 HTTP header injection ---- */

static void http_header_injection(void **state)
{
	static const char *const paths[] = { "/lang/ja?to=%2F%0d%0aX-Injected:%201", "/login?to=%2F%0d%0aX-Injected:%201", "/lang/ja%0d%0aX-Injected:%201", "/r/ledger?q=%0d%0aX-Injected:%201",
		"/r/ledger/export/csv?q=%0d%0aX-Injected:%201", "/static/x%0d%0aX-Injected:%201" };
	struct visitor v = logged_in("manager"), top = logged_in("top");
	int files = 0;

	(void)state;
	for (ptrdiff_t i = 0; i < COUNT(paths); i++) {
		char *answer = over_the_wire(&v, "GET", paths[i]), *head_end = strstr(answer, "\r\n\r\n");
		assert_non_null(head_end);
		*head_end = 0;
		assert_null(strstr(answer, "\nX-Injected"));
		free(answer);
	}
	/* names of files, as somebody gave them */
	for (int i = 0; i < ntypes; i++)
		for (int k = 0; k < all[i].nfields; k++) {
			if (all[i].fields[k].kind != FK_FILE)
				continue;
			const char *path = at("/r/%s/%lld/file/%s", all[i].t->name, (long long)filled.made[i], all[i].fields[k].name);
			char *answer = over_the_wire(files % 2 ? &top : &v, "GET", path), *head_end = strstr(answer, "\r\n\r\n");
			assert_true(strncmp(answer, "HTTP/1.1 500", 12) != 0 && head_end);
			*head_end = 0;
			assert_null(strstr(answer, "\nX-Injected"));
			assert_null(strstr(answer, "../"));
			files += strstr(answer, "Content-Disposition: attachment") != NULL;
			free(answer);
		}
	assert_true(files > 0);
	visit_end(&v);
	visit_end(&top);
}

/* ---- 8 mail header injection: no line of its own can begin in what may stand in a header ---- */

static void mail_header_injection(void **state)
{
	struct visitor v = logged_in("head");
	struct notice_letter letter = { .title = S("お詫び\r\nBcc: victim@example.jp"), .sender = S("港\nBcc: victim@example.jp"), .made = date_make(2026, 11, 26) };
	struct addressee to = { .name = S("佐藤\rBcc: victim@example.jp") };
	struct buf b = buf_make(1 << 16);

	(void)state;
	notice_letter_mail(&people->a, &b, &letter, &to, JA);
	assert_true(str_find(buf_str(&b), S("Bcc: victim")) > 0);
	for (struct str rest = buf_str(&b), line; str_cut(&rest, '\n', &line);) {
		assert_false(str_starts(line, S("Bcc:")));
		assert_true(str_find_char(line, '\r') < 0);
	}
	buf_free(&b);
	/* a form with a line break where there is one line stores none */
	assert_int_equal(visit_get(&v, "/r/ledger/new"), 200);
	assert_int_equal(visit_post(&v, "/r/ledger/new", "_version=0&name=subject%0d%0aBcc:%20victim@example.jp"), 303);
	assert_int_equal(visit_get(&v, "/r/ledger?q=victim&step=*"), 200);
	assert_non_null(strstr(v.page, "subject Bcc: victim@example.jp"));
	visit_end(&v);
}

/* ---- 9 clickjacking ---- */

static void clickjacking(void **state)
{
	struct visitor v = logged_in("manager");
	int pages = 0;

	(void)state;
	for (const struct route *r = routes; r < routes + R_MAX; r++) {
		char *answer = over_the_wire(r->who == WHO_ANYONE ? NULL : &v, r->method == HTTP_GET ? "GET" : "PUT", path_of(r, ledger()));
		assert_non_null(strstr(answer, "X-Frame-Options: DENY\r\n"));       /* also what refuses */
		assert_non_null(strstr(answer, "frame-ancestors 'none'"));
		assert_null(strstr(answer, "unsafe-inline"));
		pages++;
		free(answer);
	}
	assert_true(pages > 40);
	visit_end(&v);
}

/* ---- 10 buffer overflow: what is longer than its bound is refused, at the field or at the door ---- */

static char *many(const char *before, char c, size_t n, const char *behind)
{
	char *s = malloc(strlen(before) + n + strlen(behind) + 1);

	memcpy(s, before, strlen(before));
	memset(s + strlen(before), c, n);
	memcpy(s + strlen(before) + n, behind, strlen(behind) + 1);
	return s;
}

static void refused_on_the_wire(char *request)
{
	char *answer = wire_ask(server_port(server), request);

	assert_true(!answer[0] || strncmp(answer, "HTTP/1.1 4", 10) == 0);         /* a refusal, or the door shut */
	free(answer);
	free(request);
	answer = wire_ask(server_port(server), "GET /login HTTP/1.1\r\nHost: localhost\r\n\r\n");
	assert_int_equal(strncmp(answer, "HTTP/1.1 200", 12), 0);
	free(answer);
}

static void buffer_overflow(void **state)
{
	struct visitor v = logged_in("head");

	(void)state;
	for (int i = 0; i < ntypes; i++)
		for (int k = 0; k < all[i].nfields; k++) {
			const struct field *f = &all[i].fields[k];
			if (!fill_is_text(f) || !f->max)
				continue;
			for (int over = 0; over <= 1; over++) {
				struct problems ps = { .a = &people->a };
				struct value val = { 0 };
				char *text = many("", 'x', (size_t)f->max + (size_t)over, "");
				enum status st = value_parse(&people->a, f, str_z(text), S("x"), &ps, &val);
				if (over ? st != ST_BAD_INPUT || !ps.n : st != ST_OK && ps.n && ps.p[0].msg == MSG_REC_TOO_LONG)
					fail_msg("%s.%s: %d bytes", all[i].t->name, f->name, (int)f->max + over);
				free(text);
			}
		}
	char *form = many("_version=0&name=", 'x', 1 << 20, "");
	assert_int_equal(visit_get(&v, "/r/ledger/new"), 200);
	assert_int_equal(visit_post(&v, "/r/ledger/new", form), 422);
	free(form);
	form = many("_version=0", '&', 200000, "name=x");
	int status = visit_post(&v, "/r/ledger/new", form);
	assert_true(status == 303 || (status >= 400 && status < 500));
	free(form);
	visit_end(&v);
	refused_on_the_wire(many("GET /", 'x', 1 << 16, " HTTP/1.1\r\nHost: localhost\r\n\r\n"));
	refused_on_the_wire(many("GET /login HTTP/1.1\r\nHost: localhost\r\nX: ", 'x', 1 << 17, "\r\n\r\n"));
	refused_on_the_wire(many("GET /login HTTP/1.1\r\nHost: localhost\r\nCookie: __Host-tobari=", 'x', 1 << 16, "\r\n\r\n"));
	refused_on_the_wire(many("POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999999", '9', 30, "\r\n\r\n"));
	refused_on_the_wire(many("POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=", 'b', 5000, "\r\nContent-Length: 3\r\n\r\nabc"));
}

/* ---- 11 missing access control and authorisation ---- */

/* May an employee read what others made: of the whole house, or of one's department, which is that of all records here? */
static bool given_to_others(const struct record_type *t)
{
	for (int i = 0; i < t->npermits; i++)
		if (t->permits[i].roles & BY(employee) && t->permits[i].acts & MAY_READ && t->permits[i].scope != SCOPE_OWN)
			return true;
	return false;
}

static void missing_access_control(void **state)
{
	static const char *const reads[] = { "", "/edit", "/v/1" }, *const writes[] = { "/edit", "/move" };
	struct visitor staff = logged_in("staff"), nobody = { .p = people, .site = site };
	int closed = 0;

	(void)state;
	assert_int_equal(visit_get(&nobody, "/login"), 200);
	for (int i = 0; i < ntypes; i++) {
		for (ptrdiff_t k = 0; k < COUNT(reads); k++) {
			const char *path = at("/r/%s/%lld%s", all[i].t->name, (long long)filled.made[i], reads[k]);
			assert_int_equal(visit_get(&nobody, path), 303);
			int status = visit_get(&staff, path);
			if (status == 200 && !given_to_others(all[i].t))
				fail_msg("staff reads %s", path);
			closed += status != 200;
		}
		for (ptrdiff_t k = 0; k < COUNT(writes); k++) {
			const char *path = at("/r/%s/%lld%s", all[i].t->name, (long long)filled.made[i], writes[k]);
			assert_int_equal(visit_get(&nobody, "/login"), 200);
			assert_int_equal(visit_post(&nobody, path, "_version=1&name=mine"), 303);
			assert_int_equal(visit_get(&staff, "/"), 200);
			int status = visit_post(&staff, path, "_version=1&name=mine&_move=approve");
			assert_true(status == 403 || status == 404 || status == 409 || status == 422);
		}
	}
	assert_true(closed > 40);
	visit_end(&staff);
	visit_end(&nobody);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sql_injection), cmocka_unit_test(os_command_injection), cmocka_unit_test(directory_traversal), cmocka_unit_test(session_management),
		cmocka_unit_test(cross_site_scripting), cmocka_unit_test(cross_site_request_forgery), cmocka_unit_test(http_header_injection),
		cmocka_unit_test(mail_header_injection), cmocka_unit_test(clickjacking), cmocka_unit_test(buffer_overflow), cmocka_unit_test(missing_access_control),
	};

	return cmocka_run_group_tests_name("ipa", tests, begin, end);
}
