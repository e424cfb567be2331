/* flush_test.c - the disk refuses the flush of a commit, or of the log of what was read, while the server answers: nobody is told that
 * it was done, the process ends; started again, the store opens, the log verifies and pages come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "record/audit.h"
#include "record/keystore.h"
#include "record/version_verify.h"
#include "sys/fault.h"
#include "sys/sys.h"
#include "tests/unit/visit.h"
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static struct visitor of_own_process(struct people *p)
{
	struct site *site;

	assert_int_equal(conn_open(p->store, &p->conn), ST_OK);
	assert_int_equal(site_make(p->store, &site), ST_OK);
	return (struct visitor){ .p = p, .site = site };
}

/* In a child: logs in, then asks once more with the flush failing; says through `told` that it got an answer. */
static void ask_and_fall(struct people *p, const char *form, int told)
{
	struct visitor v = of_own_process(p);

	visit_login(&v, "head");
	fault_arm(1, "!db.flush");
	if (form)
		visit_post(&v, "/r/ledger/new", form);
	else
		visit_get(&v, "/r/ledger");
	IGNORE(sys_write_all(told, S("x")));
	_exit(fault_fired() ? 0 : 1);
}

static void falls(struct people *p, const char *form)
{
	unsigned char public[SIGN_PUBLIC_BYTES];
	struct audit_summary sum;
	int64_t versions, faults;
	int told[2], how;
	char got;

	conn_close(p->conn);
	assert_int_equal(pipe(told), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (!child)
		ask_and_fall(p, form, told[1]);
	close(told[1]);
	assert_int_equal(read(told[0], &got, 1), 0);                   /* no answer, so no "done" */
	close(told[0]);
	assert_int_equal(waitpid(child, &how, 0), child);
	assert_true(WIFSIGNALED(how) && WTERMSIG(how) == SIGABRT);
	/* the next one */
	struct visitor v = of_own_process(p);
	keyring_public(p->keys, public);
	assert_int_equal(audit_verify(conn_db(p->conn), public, (struct str){ NULL, 0 }, NULL, NULL, &sum), ST_OK);
	assert_int_equal(version_verify(conn_db(p->conn), NULL, NULL, &versions, &faults), ST_OK);
	assert_int_equal(faults, 0);
	visit_login(&v, "head");
	assert_int_equal(visit_get(&v, "/r/ledger"), 200);
	visit_end(&v);
	site_free(v.site);
}

static void told_nothing(void **state)
{
	struct people *p = people_make();

	(void)state;
	falls(p, "_version=0&name=flush");
	falls(p, NULL);
	people_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(told_nothing) };

	return cmocka_run_group_tests_name("flush", tests, NULL, NULL);
}
