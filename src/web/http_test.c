/* http_test.c - hostile and ordinary input for the readers of HTTP. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "web/http.h"

static struct arena a;

static int fresh(void **state) { (void)state; a = arena_make(0); return 0; }
static int gone(void **state) { (void)state; arena_free(&a); return 0; }

#define IS(s, lit) assert_true(str_eq((s), S(lit)))

static void forms(void **state)
{
	struct http_pairs ps;

	(void)state;
	assert_int_equal(http_form(&a, S("a=1&b=%E5%B8%B3+x%0D%0Ay&&c&a=2&d=%2B"), &ps), ST_OK);
	assert_int_equal(ps.n, 5);
	IS(http_get(&ps, S("a")), "1");
	IS(http_get(&ps, S("b")), "帳 x\ny");
	IS(http_get(&ps, S("c")), "");
	IS(http_get(&ps, S("d")), "+");
	assert_null(http_get(&ps, S("e")).p);
	assert_int_equal(http_form(&a, S(""), &ps), ST_OK);
	assert_int_equal(ps.n, 0);
	assert_int_equal(http_form(&a, S("a=%"), &ps), ST_BAD_INPUT);
	assert_int_equal(http_form(&a, S("a=%4"), &ps), ST_BAD_INPUT);
	assert_int_equal(http_form(&a, S("a=%zz"), &ps), ST_BAD_INPUT);
	assert_int_equal(http_form(&a, S("a=%00"), &ps), ST_BAD_INPUT);
	assert_int_equal(http_form(&a, S("a=%1B"), &ps), ST_BAD_INPUT);
	assert_int_equal(http_form(&a, S("a=%C0%AF"), &ps), ST_BAD_INPUT);
	assert_int_equal(http_form(&a, S("a=%ED%A0%80"), &ps), ST_BAD_INPUT);
	char *many = new_n(&a, char, 3 * HTTP_MAX_PAIRS);
	memset(many, '&', 3 * HTTP_MAX_PAIRS);
	assert_int_equal(http_form(&a, (struct str){ many, 3 * HTTP_MAX_PAIRS }, &ps), ST_TOO_BIG);
}

/* REQ: APP-02 - no path leads outside. */
static void targets(void **state)
{
	static const char *const bad[] = { "", "a", "/../x", "/a/%2e%2e/b", "/a/..", "/./a", "//", "//a", "/a//b", "/a%2Fb",
		"/a%00", "/%5c", "/a%0ab", "/%ff", "http://x/" };
	struct http_target t;

	(void)state;
	assert_int_equal(http_target(&a, S("/r/%E5%8F%B0/12/?q=a%20b&p=2"), &t), ST_OK);
	assert_int_equal(t.n, 3);
	IS(t.segment[1], "台");
	IS(t.query, "q=a%20b&p=2");
	assert_int_equal(http_target(&a, S("/"), &t), ST_OK);
	assert_int_equal(t.n, 0);
	for (ptrdiff_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(http_target(&a, str_z(bad[i]), &t), ST_BAD_INPUT);
	assert_int_equal(http_target(&a, S("/1/2/3/4/5/6/7/8/9/10/11/12/13"), &t), ST_TOO_BIG);
}

static void cookies(void **state)
{
	struct http_pairs ps;

	(void)state;
	assert_int_equal(http_cookies(&a, S("__Host-a=1; b = 2 ;; =3; c; d=x=y"), &ps), ST_OK);
	assert_int_equal(ps.n, 3);
	IS(http_get(&ps, S("__Host-a")), "1");
	IS(http_get(&ps, S("b")), "2");
	IS(http_get(&ps, S("d")), "x=y");
}

static void multipart(void **state)
{
	struct http_parts ps;
	struct str b;

	(void)state;
	assert_int_equal(http_boundary(S("multipart/form-data; boundary=\"x y\""), &b), ST_OK);
	IS(b, "x y");
	assert_int_equal(http_boundary(S("Multipart/Form-Data;charset=utf-8; Boundary=abc"), &b), ST_OK);
	IS(b, "abc");
	assert_int_equal(http_boundary(S("multipart/form-data"), &b), ST_BAD_INPUT);
	assert_int_equal(http_boundary(S("text/plain; boundary=a"), &b), ST_BAD_INPUT);
	assert_int_equal(http_multipart(&a, S("b"), S(
		"--b\r\nContent-Disposition: form-data; name=\"t\"\r\n\r\nline\r\none\r\n"
		"--b\r\ncontent-disposition: form-data; name=\"f\"; filename=\"C:\\x\\..\\台帳\\\"1\\\".xlsx\"\r\nContent-Type: a/b\r\n\r\n\0\xFF\r\n\r\n"
		"--b--\r\n"), &ps), ST_OK);
	assert_int_equal(ps.n, 2);
	IS(ps.p[0].bytes, "line\none");
	assert_false(ps.p[0].file);
	IS(ps.p[1].filename, "台帳\"1\".xlsx");
	IS(ps.p[1].type, "a/b");
	IS(ps.p[1].bytes, "\0\xFF\r\n");
}

static void broken_multipart_is_refused(void **state)
{
	static const char *const bad[] = {
		"", "--b", "--b\r\n", "--b\r\n\r\nx\r\n--b--", "--c\r\n\r\n",
		"--b\r\nContent-Disposition: form-data; name=\"t\"\r\n\r\nx",
		"--b\r\nContent-Disposition: form-data; name=\"t\r\n\r\nx\r\n--b--",
		"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--",
		"--b\r\nContent-Disposition: attachment; name=\"t\"\r\n\r\nx\r\n--b--",
		"--b\r\nContent-Disposition: form-data; name=\"t\"\r\n\r\nx\r\n--bX",
		"--b\r\nContent-Disposition: form-data; name=\"t\"\r\n\r\n\x01\r\n--b--",
	};
	struct http_parts ps;

	(void)state;
	for (ptrdiff_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(http_multipart(&a, S("b"), str_z(bad[i]), &ps), ST_BAD_INPUT);
}

static void languages(void **state)
{
	(void)state;
	assert_int_equal(http_language(S("")), JA);
	assert_int_equal(http_language(S("en-US,en;q=0.9,ja;q=0.8")), EN);
	assert_int_equal(http_language(S("ja,en-US;q=0.9")), JA);
	assert_int_equal(http_language(S("fr, en;q=0.5")), EN);
	assert_int_equal(http_language(S("eng")), JA);
	assert_int_equal(http_language(S("en;q=0, ja;q=0.1")), JA);
	assert_int_equal(http_language(S("en;q=nan")), JA);
}

static void hosts(void **state)
{
	struct str h;

	(void)state;
	assert_int_equal(http_host(S("127.0.0.1:8443"), &h), ST_OK);
	IS(h, "127.0.0.1");
	assert_int_equal(http_host(S("[::1]:8443"), &h), ST_OK);
	IS(h, "::1");
	assert_int_equal(http_host(S("localhost"), &h), ST_OK);
	assert_int_equal(http_host(S(""), &h), ST_BAD_INPUT);
	assert_int_equal(http_host(S("a b"), &h), ST_BAD_INPUT);
	assert_int_equal(http_host(S("a:99999"), &h), ST_BAD_INPUT);
	assert_int_equal(http_host(S("a@b"), &h), ST_BAD_INPUT);
	assert_int_equal(http_host(S("[::1"), &h), ST_BAD_INPUT);
}

/* REQ: APP-02 - a redirect stays on this site, a header value stays one line. */
static void local_paths_and_header_values(void **state)
{
	(void)state;
	assert_true(http_local_path(S("/r/ledger?q=%E5")));
	assert_false(http_local_path(S("//evil.example")));
	assert_false(http_local_path(S("/\\evil.example")));
	assert_false(http_local_path(S("https://evil.example")));
	assert_false(http_local_path(S("/a\r\nSet-Cookie: x")));
	assert_true(http_header_safe(S("attachment; filename=\"a.csv\"")));
	assert_false(http_header_safe(S("a\r\nb")));
	assert_false(http_header_safe(S("a\nb")));
	struct buf b = buf_make(0);
	http_escape(&b, S("a b/帳"));
	IS(buf_str(&b), "a%20b%2F%E5%B8%B3");
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(forms, fresh, gone), cmocka_unit_test_setup_teardown(targets, fresh, gone),
		cmocka_unit_test_setup_teardown(cookies, fresh, gone), cmocka_unit_test_setup_teardown(multipart, fresh, gone),
		cmocka_unit_test_setup_teardown(broken_multipart_is_refused, fresh, gone), cmocka_unit_test(languages),
		cmocka_unit_test(hosts), cmocka_unit_test(local_paths_and_header_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
