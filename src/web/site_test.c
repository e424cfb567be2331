/* site_test.c - pages from log-in to approval, and everything that must be refused on the way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sys/sys.h"
#include "tests/unit/visit.h"
#include "web/session.h"
#include <stdio.h>
#include <stdlib.h>

static struct people *people;
static struct site *site;

static int begin(void **state)
{
	(void)state;
	people = people_make();
	return site_make(people->store, &site) == ST_OK ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	site_free(site);
	people_free(people);
	return 0;
}

static struct visitor visitor(void)
{
	return (struct visitor){ .p = people, .site = site };
}

static bool shows(const struct visitor *v, const char *text)
{
	return v->page && strstr(v->page, text);
}

static void later(int seconds)
{
	struct instant t = sys_now();

	t.us += seconds * (int64_t)1000000;
	sys_set_now(t);
}

/* ---- who may ---- */

static void everybody_sees_the_start_in_both_languages(void **state)
{
	struct visitor v = visitor();

	(void)state;
	assert_int_equal(visit_get(&v, "/"), 200);
	assert_true(shows(&v, "lang=\"ja\"") && shows(&v, "個人情報"));
	v.language = "en-US,en;q=0.9";
	assert_int_equal(visit_get(&v, "/"), 200);
	assert_true(shows(&v, "<html lang=\"en\">"));
	assert_int_equal(visit_get(&v, "/lang/ja?to=%2Flogin"), 303);
	assert_string_equal(v.location, "/login");
	assert_int_equal(visit_get(&v, "/login"), 200);
	assert_true(shows(&v, "<html lang=\"ja\">"));
	assert_int_equal(visit_get(&v, "/lang/ja?to=%2F%2Fevil.example"), 303);
	assert_string_equal(v.location, "/");
	assert_int_equal(visit_get(&v, "/lang/xx"), 404);
	assert_int_equal(visit_get(&v, "/nothing"), 404);
	visit_end(&v);
}

/* Who is logged in stays so on a page that says no. */
static void refusals_keep_the_frame(void **state)
{
	struct visitor v = visitor();

	(void)state;
	visit_login(&v, "staff");
	assert_int_equal(visit_get(&v, "/logout"), 405);         /* a known path: by which methods it goes, in the language of the user */
	assert_string_equal(v.allow, "POST");
	assert_true(shows(&v, msg_text(MSG_WEB_405, JA).p));
	v.language = "en";
	assert_int_equal(visit_post(&v, "/r/ledger", "x=1"), 405);
	assert_string_equal(v.allow, "GET, HEAD");
	assert_true(shows(&v, msg_text(MSG_WEB_405, EN).p));
	v.language = NULL;
	assert_true(shows(&v, "一般 次郎") && shows(&v, "class=\"side\""));
	assert_int_equal(visit_get(&v, "/nothing"), 404);
	assert_true(shows(&v, "一般 次郎"));
	assert_int_equal(visit_get(&v, "/r/ledger/999999"), 404);
	assert_true(shows(&v, "一般 次郎"));
	visit_end(&v);
}

/* A new form begins with the department where one works, also for somebody who holds no role in it. */
static void a_form_begins_with_ones_department(void **state)
{
	struct visitor v = visitor();
	char want[80];

	(void)state;
	snprintf(want, sizeof want, "<option value=\"%lld\" selected>", (long long)people->sales);
	visit_login(&v, "staff");
	assert_int_equal(visit_get(&v, "/r/acquisition/new"), 200);
	assert_true(shows(&v, want));
	visit_end(&v);
}

/* A path of the route with something in each variable place. */
static void example_path(const struct route *r, char *ret, size_t n)
{
	size_t at = 0;

	for (const char *p = r->path; *p && at + 20 < n;) {
		if (*p != ':') {
			ret[at++] = *p++;
			continue;
		}
		at += (size_t)snprintf(ret + at, n - at, "%s", strncmp(p, ":type", 5) == 0 ? "ledger" : strncmp(p, ":area", 5) == 0 ? "ledger" : "1");
		while (*p && *p != '/')
			p++;
	}
	ret[at] = 0;
}

/* REQ: APP-02 - missing authorisation: without a session every page of staff leads to the log-in and shows nothing. */
static void without_a_session_every_staff_page_leads_to_the_log_in(void **state)
{
	struct visitor v = visitor();
	char path[200];
	int staff = 0;

	(void)state;
	assert_int_equal(visit_get(&v, "/login"), 200);
	for (const struct route *r = routes; r < routes + R_MAX; r++) {
		assert_int_not_equal(r->who, WHO_NOBODY);
		if (r->who == WHO_ANYONE)
			continue;
		example_path(r, path, sizeof path);
		int status = r->method == HTTP_GET ? visit_get(&v, path) : visit_post(&v, path, "x=1");
		assert_int_equal(status, 303);
		assert_true(strncmp(v.location, "/login", 6) == 0);
		staff++;
	}
	assert_true(staff > 10);
	visit_end(&v);
}

static void a_cookie_nobody_gave_is_nobody(void **state)
{
	struct visitor v = visitor();

	(void)state;
	snprintf(v.cookie, sizeof v.cookie, "__Host-tobari=%064d", 1);
	assert_int_equal(visit_get(&v, "/r/ledger"), 303);
	snprintf(v.cookie, sizeof v.cookie, "__Host-tobari=' OR 1=1 --");
	assert_int_equal(visit_get(&v, "/r/ledger"), 303);
	visit_end(&v);
}

/* ---- log-in ---- */

/* REQ: APP-02 - session handling: a new, long id at each log-in; the old one ends. */
static void log_in_and_out(void **state)
{
	struct visitor v = visitor();
	char old[2000];

	(void)state;
	visit_login(&v, "manager");
	assert_true(shows(&v, "個人 守"));
	assert_non_null(strstr(v.cookie, "__Host-tobari="));
	memcpy(old, v.cookie, sizeof old);
	assert_int_equal(visit_post(&v, "/logout", ""), 303);
	assert_null(strstr(v.cookie, "__Host-tobari="));
	memcpy(v.cookie, old, sizeof old);
	assert_int_equal(visit_get(&v, "/r/ledger"), 303);
	visit_login(&v, "manager");
	assert_string_not_equal(v.cookie, old);
	visit_end(&v);
}

static void wrong_passwords_lock_the_account(void **state)
{
	struct visitor v = visitor();

	(void)state;
	assert_int_equal(visit_get(&v, "/login"), 200);
	for (int i = 0; i < LOGIN_TRIES; i++) {
		assert_int_equal(visit_post(&v, "/login", "login=audit&password=wrong-wrong-1"), 403);
		assert_null(strstr(v.cookie, "__Host-tobari="));
		assert_false(shows(&v, "wrong-wrong-1"));
	}
	assert_int_equal(visit_post(&v, "/login", "login=audit&password=" PEOPLE_PASSWORD), 403);
	later(LOGIN_LOCK_S + 1);
	assert_int_equal(visit_post(&v, "/login", "login=audit&password=" PEOPLE_PASSWORD), 303);
	sys_set_now(SYS_RUNNING);
	visit_end(&v);
}

static void many_failures_from_one_address_are_slowed_down(void **state)
{
	struct visitor v = visitor();
	int status = 403, n = 0;

	(void)state;
	assert_int_equal(visit_get(&v, "/login"), 200);
	sys_set_now(sys_now());
	for (; n < 60 && status == 403; n++) {
		char form[80];
		snprintf(form, sizeof form, "login=nobody%d&password=wrong-wrong-1", n);
		status = visit_post(&v, "/login", form);
	}
	assert_int_equal(status, 429);
	assert_true(n <= 25);
	later(600);
	assert_int_equal(visit_post(&v, "/login", "login=nobody&password=wrong-wrong-1"), 403);
	later(600);
	sys_set_now(SYS_RUNNING);
	visit_end(&v);
}

/* REQ: APP-02 - requests with a forged token are refused. */
static void forged_requests_are_refused(void **state)
{
	struct visitor v = visitor(), other = visitor();

	(void)state;
	visit_login(&v, "manager");
	visit_login(&other, "head");
	assert_int_equal(visit_post_forged(&v, "/r/ledger/new", "name=x"), 403);
	assert_int_equal(visit_post_forged(&v, "/r/ledger/new", "_csrf=0000&name=x"), 403);
	memcpy(v.token, other.token, sizeof v.token);
	assert_int_equal(visit_post(&v, "/r/ledger/new", "name=x"), 403);
	assert_int_equal(visit_get(&v, "/"), 200);
	v.origin = "https://evil.example";
	assert_int_equal(visit_post(&v, "/r/ledger/new", "name=x"), 403);
	v.origin = "null";
	assert_int_equal(visit_post(&v, "/logout", ""), 403);
	visit_end(&v);
	visit_end(&other);
}

/* ---- ten idle minutes ---- */

/* REQ: SYS-11 - idle 10 minutes: the next request gets the lock page and no data; what was entered is kept. */
static void ten_idle_minutes_lock_and_keep_the_form(void **state)
{
	struct visitor v = visitor();

	(void)state;
	visit_login(&v, "manager");
	sys_set_now(sys_now());
	later(SESSION_IDLE_S + 1);
	assert_int_equal(visit_get(&v, "/r/ledger"), 303);
	assert_true(strncmp(v.location, "/unlock?to=", 11) == 0);
	assert_int_equal(visit_post(&v, "/r/ledger/new", "_version=0&name=%E9%A0%90%E3%81%8B%E3%82%8A&items=a%26b"), 303);
	assert_string_equal(v.location, "/unlock");
	assert_int_equal(visit_get(&v, "/unlock"), 200);
	assert_true(shows(&v, "manager"));
	assert_false(shows(&v, "預かり\""));
	assert_int_equal(visit_post(&v, "/unlock", "password=wrong-wrong-1"), 403);
	assert_int_equal(visit_get(&v, "/r/ledger"), 303);
	assert_int_equal(visit_get(&v, "/unlock"), 200);
	assert_int_equal(visit_post(&v, "/unlock", "password=" PEOPLE_PASSWORD), 303);
	assert_string_equal(v.location, "/kept");
	assert_int_equal(visit_get(&v, "/kept"), 200);
	assert_true(shows(&v, "action=\"/r/ledger/new\"") && shows(&v, "預かり") && shows(&v, "a&amp;b"));
	assert_int_equal(visit_get(&v, "/kept"), 200);
	assert_int_equal(visit_post(&v, "/kept", "number=1"), 303);
	assert_int_equal(visit_get(&v, "/kept"), 303);
	assert_int_equal(visit_get(&v, "/r/ledger"), 200);
	later(SESSION_IDLE_S - 30);
	assert_int_equal(visit_get(&v, "/r/ledger"), 200);
	later(SESSION_IDLE_S - 30);
	assert_int_equal(visit_get(&v, "/r/ledger"), 200);
	sys_set_now(SYS_RUNNING);
	visit_end(&v);
}

/* REQ: SYS-11 - what each tab sends while the session is locked is kept, with the file that was chosen, until it is sent on or dropped; a
 * press that comes twice keeps one. */
static void each_tab_keeps_its_form_and_file(void **state)
{
	const struct str scan = S("%PDF-1.4\n\0\377 a scan\n");
	struct visitor v = visitor();
	char made[200];

	(void)state;
	visit_login(&v, "manager");
	sys_set_now(sys_now());
	later(SESSION_IDLE_S + 1);
	for (int i = 0; i < 2; i++)
		assert_int_equal(visit_post(&v, "/r/ledger/new", "_version=0&name=%E9%A0%90%E3%81%8B%E3%82%8A"), 303);
	assert_int_equal(visit_upload(&v, "/r/acquisition/new", "_version=0&name=%E7%94%B3%E8%BE%BC", "notice_file", "scan.pdf", scan), 303);
	assert_int_equal(visit_get(&v, "/unlock"), 200);
	assert_int_equal(visit_post(&v, "/unlock", "password=" PEOPLE_PASSWORD), 303);
	assert_string_equal(v.location, "/kept");
	assert_int_equal(visit_get(&v, "/unlock"), 303);                 /* the other tab, which still shows the lock */
	assert_string_equal(v.location, "/kept");
	assert_int_equal(visit_get(&v, "/r/ledger"), 200);
	assert_true(shows(&v, "href=\"/kept\""));
	assert_int_equal(visit_get(&v, "/kept"), 200);
	assert_true(shows(&v, "預かり") && shows(&v, "申込") && shows(&v, "scan.pdf") && !shows(&v, "value=\"3\""));
	assert_int_equal(visit_post(&v, "/r/acquisition/new", "_kept=1"), 303);  /* it was to go elsewhere */
	assert_string_equal(v.location, "/kept");
	assert_int_equal(visit_post(&v, "/r/ledger/new", "_kept=1"), 303);
	assert_non_null(strstr(v.location, "done=created"));
	assert_int_equal(visit_post(&v, "/r/ledger/new", "_kept=1"), 303);       /* it is sent once */
	assert_string_equal(v.location, "/kept");
	later(SESSION_IDLE_S + 1);                                       /* locked once more on the way */
	assert_int_equal(visit_post(&v, "/r/acquisition/new", "_kept=2"), 303);
	assert_string_equal(v.location, "/unlock");
	assert_int_equal(visit_post(&v, "/unlock", "password=" PEOPLE_PASSWORD), 303);
	assert_int_equal(visit_post(&v, "/r/acquisition/new", "_kept=2"), 303);
	snprintf(made, sizeof made, "%.*s", (int)strcspn(v.location, "?"), v.location);
	assert_int_equal(visit_get(&v, made), 200);
	assert_true(shows(&v, "scan.pdf") && shows(&v, "申込"));
	assert_int_equal(visit_get(&v, "/kept"), 303);
	assert_string_equal(v.location, "/");
	sys_set_now(SYS_RUNNING);
	visit_end(&v);
}

/* A form that comes back with its mistakes does not pretend to hold the file. */
static void a_refused_form_asks_for_its_file_again(void **state)
{
	struct visitor v = visitor();

	(void)state;
	visit_login(&v, "manager");
	assert_int_equal(visit_upload(&v, "/r/acquisition/new", "_version=0&name=x&_move=submit", "notice_file", "scan.pdf", S("%PDF")), 422);
	assert_true(shows(&v, "「scan.pdf」はまだ保存されていません"));
	visit_end(&v);
}

/* A second press or a reload of a public form makes no second record and shows the same receipt; its mistakes are named by field. */
static void a_public_form_counts_once(void **state)
{
	struct visitor v = visitor();
	char once[64], form[300], number[40];

	(void)state;
	assert_int_equal(visit_get(&v, "/form/enquiry"), 200);
	snprintf(once, sizeof once, "%s", visit_between(&v, "name=\"_once\" value=\"", "\""));
	snprintf(form, sizeof form, "_once=%s&kind=question&consent=yes", once);
	assert_int_equal(visit_post(&v, "/form/enquiry", form), 422);
	assert_true(shows(&v, "お問い合わせ内容</b>") && shows(&v, once));
	snprintf(form, sizeof form, "_once=%s&kind=question&consent=yes&text=hello", once);
	assert_int_equal(visit_post(&v, "/form/enquiry", form), 200);
	snprintf(number, sizeof number, "%s", visit_between(&v, "<dd>Q", "</dd>"));
	assert_int_equal(visit_post(&v, "/form/enquiry", form), 200);
	assert_string_equal(visit_between(&v, "<dd>Q", "</dd>"), number);
	assert_int_equal(visit_post(&v, "/form/enquiry", "kind=question&consent=yes&text=hello"), 200);
	assert_string_not_equal(visit_between(&v, "<dd>Q", "</dd>"), number);
	visit_end(&v);
}

static void a_new_password_ends_other_sessions(void **state)
{
	struct visitor v = visitor(), other = visitor();

	(void)state;
	visit_login(&v, "ism");
	visit_login(&other, "ism");
	assert_int_equal(visit_get(&v, "/password"), 200);
	assert_int_equal(visit_post(&v, "/password", "password=" PEOPLE_PASSWORD "&password_new=short1&password_again=short1"), 422);
	assert_int_equal(visit_post(&v, "/password", "password=" PEOPLE_PASSWORD "&password_new=" PEOPLE_PASSWORD "&password_again=" PEOPLE_PASSWORD), 422);
	assert_int_equal(visit_post(&v, "/password", "password=wrong-wrong-1&password_new=another2026pass&password_again=another2026pass"), 422);
	assert_int_equal(visit_post(&v, "/password", "password=" PEOPLE_PASSWORD "&password_new=another2026pass&password_again=different2026pass"), 422);
	assert_int_equal(visit_post(&v, "/password", "password=" PEOPLE_PASSWORD "&password_new=another2026pass&password_again=another2026pass"), 303);
	assert_int_equal(visit_get(&v, "/r/ledger"), 200);
	assert_int_equal(visit_get(&other, "/r/ledger"), 303);
	visit_end(&v);
	visit_end(&other);
}

/* ---- records ---- */

#define LEDGER_FORM "_version=0&department=%d&name=%s&items=%%E6%%B0%%8F%%E5%%90%%8D&purpose=p&storage_place=s&storage_method=m" \
	"&access=a&use_period=5%%E5%%B9%%B4&retention=7%%E5%%B9%%B4&count=300&media=paper&media=cloud"

static void from_a_draft_to_approval(void **state)
{
	struct visitor head = visitor(), manager = visitor();
	char form[1000], path[300], record[200];

	(void)state;
	visit_login(&head, "head");
	visit_login(&manager, "manager");
	assert_int_equal(visit_get(&head, "/r/ledger/new"), 200);
	snprintf(form, sizeof form, LEDGER_FORM "&_move=submit", (int)people->sales, "flow");
	assert_int_equal(visit_post(&head, "/r/ledger/new", form), 303);
	snprintf(record, sizeof record, "%.*s", (int)strcspn(head.location, "?"), head.location);
	assert_int_equal(visit_get(&head, record), 200);
	assert_true(shows(&head, "flow") && shows(&head, "紙、クラウドサービス") && shows(&head, "営業部"));
	assert_false(shows(&head, "name=\"_move\" class=\"button\" value=\"approve\""));                /* the applicant does not approve */
	assert_int_equal(visit_get(&manager, "/"), 200);
	assert_true(shows(&manager, record));
	assert_int_equal(visit_get(&manager, record), 200);
	assert_true(shows(&manager, "name=\"_move\" class=\"button\" value=\"approve\"") && shows(&manager, "value=\"return\""));
	snprintf(path, sizeof path, "%s/move", record);
	assert_int_equal(visit_post(&manager, path, "_version=99&_move=approve"), 409);
	assert_int_equal(visit_post(&manager, path, "_version=2&_move=return&comment="), 422);     /* a reason is demanded */
	assert_int_equal(visit_post(&manager, path, "_version=2&_move=approve&comment=ok"), 303);
	assert_int_equal(visit_get(&manager, record), 200);
	assert_true(shows(&manager, "運用中"));
	snprintf(path, sizeof path, "%s/v/1", record);
	assert_int_equal(visit_get(&manager, path), 200);
	snprintf(path, sizeof path, "%s?as_of=2020-01-01", record);
	assert_int_equal(visit_get(&manager, path), 404);
	visit_end(&head);
	visit_end(&manager);
}

/* Two decide or write at once: the second is told in a sentence of their language, and what they wrote is still there. */
static void who_comes_second_loses_nothing(void **state)
{
	struct visitor head = visitor(), manager = visitor(), other = visitor();
	char form[1000], path[300], record[200];

	(void)state;
	visit_login(&head, "head");
	visit_login(&manager, "manager");
	other.language = "en";
	visit_login(&other, "manager");
	snprintf(form, sizeof form, LEDGER_FORM, (int)people->sales, "second");
	assert_int_equal(visit_post(&head, "/r/ledger/new", form), 303);
	snprintf(record, sizeof record, "%.*s", (int)strcspn(head.location, "?"), head.location);
	snprintf(path, sizeof path, "%s/edit", record);
	assert_int_equal(visit_post(&head, path, "_version=1&name=first%20one"), 303);
	assert_int_equal(visit_post(&head, path, "_version=1&name=typed%20second"), 409);
	assert_true(shows(&head, msg_text(MSG_REC_STALE, JA).p) && shows(&head, "value=\"typed second\""));
	assert_int_equal(visit_get(&head, record), 200);
	assert_true(shows(&head, "first one"));
	snprintf(form, sizeof form, LEDGER_FORM "&_move=submit", (int)people->sales, "second");
	memcpy(form, "_version=2", 10);
	assert_int_equal(visit_post(&head, path, form), 303);
	/* two approvals of the same paper */
	assert_int_equal(visit_get(&manager, record), 200);
	const char *at = strstr(manager.page, "name=\"_version\" value=\"");
	assert_non_null(at);
	snprintf(form, sizeof form, "_version=%.*s&_move=approve&comment=I%%20looked", (int)strcspn(at + 23, "\""), at + 23);
	snprintf(path, sizeof path, "%s/move", record);
	assert_int_equal(visit_get(&other, record), 200);
	assert_int_equal(visit_post(&manager, path, form), 303);
	assert_int_equal(visit_post(&other, path, form), 409);
	assert_true(shows(&other, msg_text(MSG_REC_STALE, EN).p) && shows(&other, "In force"));
	visit_end(&head);
	visit_end(&manager);
	visit_end(&other);
}

static void nothing_is_lost_when_something_is_wrong(void **state)
{
	struct visitor v = visitor();
	char form[200];

	(void)state;
	visit_login(&v, "head");
	assert_int_equal(visit_post(&v, "/r/ledger/new", "_version=0&name=keep%20me&count=many&media=cloud&my_number=yes"), 422);
	assert_true(shows(&v, "value=\"keep me\"") && shows(&v, "value=\"many\""));
	assert_true(shows(&v, "value=\"cloud\" checked") && shows(&v, "value=\"yes\" id=\"f-my_number\" checked"));
	assert_true(shows(&v, "href=\"#f-count\"") && shows(&v, "id=\"e-count\"") && shows(&v, "aria-invalid=\"true\""));
	assert_int_equal(visit_post(&v, "/r/ledger/new", "_version=0&name=keep%20me&_move=submit"), 422);
	assert_true(shows(&v, "value=\"keep me\"") && shows(&v, "href=\"#f-department\""));
	snprintf(form, sizeof form, "_version=0&department=%d&name=keep%%20me&_move=submit", (int)people->sales);
	assert_int_equal(visit_post(&v, "/r/ledger/new", form), 422);
	assert_true(shows(&v, "value=\"keep me\"") && shows(&v, "href=\"#f-purpose\""));
	assert_int_equal(visit_get(&v, "/r/ledger?q=keep%20me"), 200);
	assert_false(shows(&v, ">keep me<"));                            /* nor was anything stored */
	visit_end(&v);
}

static void lists_narrow_sort_and_page(void **state)
{
	struct visitor v = visitor();
	char form[1000];
	const char *next;

	(void)state;
	visit_login(&v, "head");
	for (int i = 0; i < 60; i++) {
		char name[32];
		snprintf(name, sizeof name, "list%03d", i);
		snprintf(form, sizeof form, LEDGER_FORM, (int)people->sales, name);
		assert_int_equal(visit_post(&v, "/r/ledger/new", form), 303);
	}
	assert_int_equal(visit_get(&v, "/r/ledger?sort=name&dir=asc&q=list"), 200);
	assert_true(shows(&v, "list000") && shows(&v, "list049") && !shows(&v, "list050"));
	assert_true(shows(&v, "aria-sort=\"ascending\""));
	assert_true(strstr(v.page, ">状態</th>") < strstr(v.page, "aria-sort=\"none\""));      /* beside the name, never beyond the edge */
	next = strstr(v.page, "after=");
	assert_non_null(next);
	char path[1000] = "/r/ledger?sort=name&dir=asc&q=list&";
	size_t n = strlen(path), len = strcspn(next, "\"&");
	memcpy(path + n, next, len);
	path[n + len] = 0;
	assert_int_equal(visit_get(&v, path), 200);
	assert_true(shows(&v, "list050") && shows(&v, "list059") && !shows(&v, "list049"));
	assert_int_equal(visit_get(&v, "/r/ledger?q=list007"), 200);
	assert_true(shows(&v, "list007") && !shows(&v, "list008"));
	assert_int_equal(visit_get(&v, "/r/ledger?q=%27%22%3B%20DROP"), 200);
	assert_int_equal(visit_get(&v, "/r/ledger?sort=%27&f.class=%27&step=%27&after=%27zz"), 200);
	assert_int_equal(visit_get(&v, "/r/ledger?step=active&f.class=retained"), 200);
	visit_end(&v);
}

static void many_at_once(void **state)
{
	struct visitor head = visitor(), manager = visitor();
	char form[1000], pick[400] = "_move=submit";

	(void)state;
	visit_login(&head, "head");
	visit_login(&manager, "manager");
	for (int i = 0; i < 3; i++) {
		snprintf(form, sizeof form, LEDGER_FORM, (int)people->sales, i == 2 ? "" : "bulk");
		assert_int_equal(visit_post(&head, "/r/ledger/new", form), 303);
		snprintf(pick + strlen(pick), sizeof pick - strlen(pick), "&pick=%.*s",
			(int)strcspn(head.location + strlen("/r/ledger/"), "?"), head.location + strlen("/r/ledger/"));
	}
	assert_int_equal(visit_post(&head, "/r/ledger/bulk", pick), 200);      /* two moved, the one without a name told */
	assert_true(shows(&head, "2件を処理しました"));
	memcpy(pick, "_move=reject", 12);
	assert_int_equal(visit_post(&head, "/r/ledger/bulk", pick), 200);
	assert_false(shows(&head, "3件を処理しました"));
	visit_end(&head);
	visit_end(&manager);
}

/* REQ: ORG-02 - an employee sees only what the permits give. */
static void other_peoples_records_do_not_exist(void **state)
{
	struct visitor head = visitor(), staff = visitor();
	char form[1000], record[200];

	(void)state;
	visit_login(&head, "head");
	visit_login(&staff, "staff");
	snprintf(form, sizeof form, LEDGER_FORM, (int)people->sales, "secret");
	assert_int_equal(visit_post(&head, "/r/ledger/new", form), 303);
	snprintf(record, sizeof record, "%.*s", (int)strcspn(head.location, "?"), head.location);
	assert_int_equal(visit_get(&staff, record), 404);
	assert_int_equal(visit_get(&staff, "/r/ledger/999999"), 404);
	assert_int_equal(visit_get(&staff, "/r/no_such_type"), 404);
	assert_int_equal(visit_get(&staff, "/r/ledger/-1"), 404);
	snprintf(form, sizeof form, "%s/edit", record);
	assert_int_equal(visit_get(&staff, form), 404);
	assert_int_equal(visit_post(&staff, form, "_version=1&name=mine"), 404);
	snprintf(form, sizeof form, "%s/move", record);
	assert_int_equal(visit_post(&staff, form, "_version=1&_move=submit"), 404);
	visit_end(&head);
	visit_end(&staff);
}

#define HOSTILE "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E%27%26lt%3B%7B0%7D"

/* REQ: APP-02 - hostile text in every field of every type comes back as text, in lists, details, forms and versions. */
static void hostile_text_stays_text(void **state)
{
	struct visitor v = visitor();
	char form[20000], path[300];
	int n, types = 0;
	const struct type *all = store_types(people->store, &n);

	(void)state;
	visit_login(&v, "manager");
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof path, "/r/%s/new", all[i].t->name);
		if (visit_get(&v, path) != 200)
			continue;
		size_t at = (size_t)snprintf(form, sizeof form, "_version=0");
		for (int k = 0; k < all[i].nfields; k++)
			at += (size_t)snprintf(form + at, sizeof form - at, "&%s=%s", all[i].fields[k].name, HOSTILE);
		visit_post(&v, path, form);
		assert_false(shows(&v, "<script>alert"));
		at = (size_t)snprintf(form, sizeof form, "_version=0");
		for (int k = 0; k < all[i].nfields; k++)
			if (all[i].fields[k].kind == FK_TEXT || all[i].fields[k].kind == FK_LONG_TEXT || all[i].fields[k].kind == FK_PERSON)
				at += (size_t)snprintf(form + at, sizeof form - at, "&%s=%s", all[i].fields[k].name, HOSTILE);
		if (visit_post(&v, path, form) != 303)
			continue;
		types++;
		snprintf(path, sizeof path, "%.*s", (int)strcspn(v.location, "?"), v.location);
		assert_int_equal(visit_get(&v, path), 200);
		assert_false(shows(&v, "<script>alert"));
		assert_true(shows(&v, "&lt;script&gt;alert(1)"));
		snprintf(path + strlen(path), 20, "/v/1");
		assert_int_equal(visit_get(&v, path), 200);
		assert_false(shows(&v, "<script>alert"));
		snprintf(path, sizeof path, "/r/%s?step=*", all[i].t->name);
		assert_int_equal(visit_get(&v, path), 200);
		assert_false(shows(&v, "<script>alert"));
	}
	assert_true(types >= 4);
	visit_end(&v);
}

/* Each page of each type in both languages is whole (visit_get checks the HTML). */
static void every_list_and_form_is_whole(void **state)
{
	static const char *const logins[] = { "top", "manager", "staff", "audit" };
	char path[200];
	int n;
	const struct type *all = store_types(people->store, &n);

	(void)state;
	sys_set_now(SYS_RUNNING);
	for (ptrdiff_t l = 0; l < COUNT(logins); l++) {
		struct visitor v = visitor();
		v.language = l % 2 ? "en" : "ja";
		visit_login(&v, logins[l]);
		for (int i = 0; i < n; i++) {
			snprintf(path, sizeof path, "/r/%s", all[i].t->name);
			int status = visit_get(&v, path);
			assert_true(status == 200 || status == 404);
			snprintf(path, sizeof path, "/r/%s/new", all[i].t->name);
			status = visit_get(&v, path);
			assert_true(status == 200 || status == 403 || status == 404);
		}
		visit_end(&v);
	}
}

/* A setting that is yes or no is chosen, the others are numbers with their bounds; a chapter of the guideline bears its title. */
static void settings_and_chapters_in_words(void **state)
{
	struct visitor v = visitor();

	(void)state;
	v.language = "en";
	visit_login(&v, "top");
	assert_int_equal(visit_get(&v, "/settings"), 200);
	assert_true(shows(&v, "<select class=\"short\" id=\"f-anonymous_reports\""));
	assert_true(shows(&v, "<option value=\"0\" selected>No</option>") && shows(&v, "Incidents may be reported without a name"));
	assert_true(shows(&v, "inputmode=\"numeric\"") && shows(&v, "Month of the ledger review"));
	assert_int_equal(visit_post(&v, "/settings", "anonymous_reports=2"), 422);
	assert_int_equal(visit_post(&v, "/settings", "anonymous_reports=1"), 303);
	assert_int_equal(visit_get(&v, "/settings"), 200);
	assert_true(shows(&v, "<option value=\"1\" selected>Yes</option>"));
	assert_int_equal(visit_post(&v, "/settings", "anonymous_reports=0"), 303);
	assert_int_equal(visit_get(&v, "/conformity/J.3"), 200);
	assert_true(shows(&v, "<h1>J.3 Planning</h1>"));
	assert_int_equal(visit_get(&v, "/conformity/J.3.1.1"), 404);
	v.language = "ja";
	assert_int_equal(visit_get(&v, "/conformity/J.1"), 200);                  /* from what is to be done to where it is done */
	assert_true(shows(&v, "<a href=\"/r/norm\">「個人情報保護に関する法令規範一覧」を開く</a>"));
	assert_int_equal(visit_get(&v, "/conformity/J.8"), 200);
	assert_true(shows(&v, "<h1>J.8 取得、利用及び提供に関する原則</h1>"));
	visit_end(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everybody_sees_the_start_in_both_languages),
		cmocka_unit_test(refusals_keep_the_frame),
		cmocka_unit_test(a_form_begins_with_ones_department),
		cmocka_unit_test(without_a_session_every_staff_page_leads_to_the_log_in),
		cmocka_unit_test(a_cookie_nobody_gave_is_nobody), cmocka_unit_test(log_in_and_out),
		cmocka_unit_test(forged_requests_are_refused), cmocka_unit_test(ten_idle_minutes_lock_and_keep_the_form), cmocka_unit_test(each_tab_keeps_its_form_and_file),
		cmocka_unit_test(a_refused_form_asks_for_its_file_again), cmocka_unit_test(a_public_form_counts_once),
		cmocka_unit_test(from_a_draft_to_approval), cmocka_unit_test(who_comes_second_loses_nothing), cmocka_unit_test(nothing_is_lost_when_something_is_wrong),
		cmocka_unit_test(lists_narrow_sort_and_page), cmocka_unit_test(many_at_once),
		cmocka_unit_test(other_peoples_records_do_not_exist), cmocka_unit_test(hostile_text_stays_text),
		cmocka_unit_test(every_list_and_form_is_whole), cmocka_unit_test(settings_and_chapters_in_words), cmocka_unit_test(a_new_password_ends_other_sessions),
		cmocka_unit_test(wrong_passwords_lock_the_account), cmocka_unit_test(many_failures_from_one_address_are_slowed_down),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
