/* anonymise_test.c - measure, anonymise, pseudonymise as a person runs them: files in, files and exit codes out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "cli/cli.h"
#include "base/test_dir.h"
#include "format/json.h"
#include "sys/sys.h"
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char dir[TEST_DIR_MAX];
static struct arena arena;

static char *path(const char *name)
{
	char *p = new_n(&arena, char, 256);

	snprintf(p, 256, "%s/%s", dir, name);
	return p;
}

static char *put(const char *name, const char *text)
{
	char *p = path(name);

	assert_int_equal(sys_write_file(str_z(p), str_z(text), 0600), ST_OK);
	return p;
}

static struct str get(const char *p)
{
	struct str s = S("");

	IGNORE(sys_read_file(&arena, str_z(p), 1 << 28, &s));
	return s;
}

/* Runs a command with both outputs in files "out" and "err". */
static int tobari(int argc, ...)
{
	char *argv[16] = { str_to_z(&arena, S("tobari")) };
	int keep[2] = { dup(1), dup(2) };
	va_list va;

	va_start(va, argc);
	for (int i = 1; i <= argc; i++)
		argv[i] = va_arg(va, char *);
	va_end(va);
	fflush(stdout);
	for (int fd = 1; fd <= 2; fd++) {
		int to = open(path(fd == 1 ? "out" : "err"), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		assert_true(to >= 0 && dup2(to, fd) == fd);
		close(to);
	}
	int code = cli_main(argc + 1, argv);
	for (int fd = 1; fd <= 2; fd++) {
		dup2(keep[fd - 1], fd);
		close(keep[fd - 1]);
	}
	return code;
}

static const struct js *json(const char *p)
{
	struct problems ps = { .a = &arena };
	struct js *j = NULL;

	assert_int_equal(js_parse(&arena, get(p), &ps, &j), ST_OK);
	return j;
}

static bool told(const char *text)
{
	return str_find(get(path("err")), str_z(text)) >= 0;
}

static void sweep(const char *pattern)
{
	glob_t g;

	if (glob(path(pattern), 0, NULL, &g) == 0)
		for (size_t i = 0; i < g.gl_pathc; i++)
			unlink(g.gl_pathv[i]);
	globfree(&g);
}

static bool half_written(void)
{
	glob_t g;
	bool any = glob(path("*~"), 0, NULL, &g) == 0;

	globfree(&g);
	return any;
}

static const char *table(void)
{
	char text[4096];
	int n = snprintf(text, sizeof text, "\xef\xbb\xbfname,age,city,ill\r\n");

	for (int i = 0; i < 60; i++)
		n += snprintf(text + n, sizeof text - (size_t)n, "P%02d,%d,%s,%s\r\n", i, i == 7 ? 116 : 20 + i * 7 % 60, i % 3 ? "東京" : "\"大,阪\"",
			i % 4 ? "flu" : "cold");
	return put("t.csv", text);
}

static const char spec_ok[] = "{\"columns\":{\"name\":{\"role\":\"identifier\"},\"age\":{\"role\":\"quasi\",\"hierarchy\":{\"intervals\":[10,20,40]}},"
	"\"city\":{\"role\":\"quasi\"},\"ill\":{\"role\":\"sensitive\"}},\"models\":[{\"model\":\"k-anonymity\",\"k\":3},"
	"{\"model\":\"distinct-l-diversity\",\"l\":2}],\"suppression\":0.1,\"method\":\"%s\"%s}";

static char *spec(const char *name, const char *method, const char *more)
{
	char text[2048];

	snprintf(text, sizeof text, spec_ok, method, more);
	return put(name, text);
}

/* REQ: ANO-02 ANO-03 ANO-07 - measuring what came out confirms the models; the record holds checklist and draft. */
static void test_anonymise(void **state)
{
	(void)state;
	for (int method = 0; method < 2; method++) {
		const char *s = spec("s.json", method ? "multidimensional" : "full-domain", "");
		assert_int_equal(tobari(7, "anonymise", "--spec", s, "--report", path("r.json"), table(), path("o.csv")), 0);
		struct str o = get(path("o.csv"));
		assert_true(str_starts(o, S("name,age,city,ill\n*,")));
		assert_int_equal(str_find(o, S("P01")), -1);
		assert_int_equal(tobari(8, "measure", "--quasi", "age,city", "--sensitive", "ill", "--format", "json", path("o.csv")), 0);
		const struct js *m = json(path("out"));
		assert_int_equal(js_get(m, S("rows"))->integer, 60);
		assert_true(js_get(m, S("k"))->integer >= 3 && js_get(m, S("l"))->integer >= 2);
		assert_true(js_get(m, S("suppressed"))->integer <= 6);
		const struct js *r = json(path("r.json"));
		assert_int_equal(js_get(js_get(r, S("suppression")), S("rows"))->integer, js_get(m, S("suppressed"))->integer);
		assert_int_equal(js_get(r, S("optimal"))->boolean, !method);
		assert_int_equal(js_get(r, S("checklist"))->n, 8);
		assert_int_equal(js_get(js_get(r, S("publication_draft")), S("items"))->n, 3);
		struct str said = get(path("r.json"));
		said = str_sub(said, str_find(said, S("\"columns\"")), said.n);      /* before that stand times, which are any number */
		assert_true(said.n > 0);
		assert_int_equal(str_find(said, S("116")), -1);                     /* what stands out is not repeated */
		assert_true(str_find(get(path("r.json")), S("\"op\":\"top\"")) > 0);
	}
	assert_int_equal(tobari(5, "anonymise", "--spec", spec("s.json", "full-domain", ",\"suppressed\":\"drop\""), table(), path("d.csv")), 0);
	assert_true(get(path("d.csv")).n <= get(path("o.csv")).n);
	assert_false(half_written());
}

static void refused(const char *spec_text, const char *table_text, const char *said)
{
	unlink(path("x.csv"));
	assert_int_equal(tobari(5, "anonymise", "--spec", put("bad.json", spec_text), put("bad.csv", table_text), path("x.csv")), 2);
	if (!told(said))
		fail_msg("expected \"%s\", told \"%.*s\"", said, STR_FMT(get(path("err"))));
	assert_int_not_equal(access(path("x.csv"), F_OK), 0);
	assert_false(half_written());
}

#define MODELS "\"models\":[{\"model\":\"k-anonymity\",\"k\":2}]"
#define AGE "{\"columns\":{\"age\":{\"role\":\"quasi\",\"hierarchy\":{\"intervals\":[10]}}}," MODELS "}"

static void test_bad_input(void **state)
{
	(void)state;
	put("hole.csv", "34;30-39;*\n35;30-39;*\n");
	refused("", "age\n1\n", "bad.json:1:1: There is nothing in it");
	refused("{\"columns\":{}," MODELS "}", "age\n1\n", "columns: This must be a JSON object that is not empty");
	refused("{\"columns\":{\n \"age\":{,}}}", "age\n1\n", "bad.json:2:");
	refused(AGE, "name\nx\n", "There is no column \"age\"");
	refused(AGE, "age,b\n34,x\n4e,y\n", "bad.csv:A3: \"4e\" is not a number");
	refused(AGE, "age,b\n34,x\n35\n", "bad.csv:B3: Row 3 has 1 column;");
	refused(AGE, "", "bad.csv");
	refused(AGE, "age,age\n1,2\n", "bad.csv:B1:");
	refused(AGE, "age,b\n34,\"x\n", "bad.csv:B2: ");
	refused("{\"columns\":{\"age\":{\"role\":\"quasi\",\"hierarchy\":\"hole.csv\"}}," MODELS "}", "age\n34\n35\n36\n", "bad.csv:A4: The value \"36\"");
	refused("{\"columns\":{\"age\":{\"role\":\"quasi\",\"hierarchy\":\"none.csv\"}}," MODELS "}", "age\n34\n35\n", "none.csv");
	refused("{\"columns\":{\"age\":{\"role\":\"secret\"}}," MODELS "}", "age\n34\n", "columns.age.role");
	refused("{\"columns\":{\"age\":{\"role\":\"quasi\"}},\"models\":[{\"model\":\"m-anonymity\"}]}", "age\n34\n", "models.1.model");
	refused("{\"columns\":{\"age\":{\"role\":\"quasi\"}},\"models\":[{\"model\":\"k-anonymity\",\"k\":2,\"z\":1}]}", "age\n34\n", "models.1.z");
	refused("{\"columns\":{\"age\":{\"role\":\"quasi\"}},\"models\":[{\"model\":\"t-closeness\",\"t\":0.1}]}", "age\n34\n", "sensitive");
	refused("{\"columns\":{\"age\":{\"role\":\"quasi\"}},\"models\":[{\"model\":\"k-anonymity\",\"k\":9}]}", "age\n34\n", "exceeds the number of rows");
	refused("{\"columns\":{\"age\":{\"role\":\"quasi\"}}}", "age\n34\n", "models");
	refused(AGE, "age\n\xff\xfe\xff\n", "bad.csv:A2: ");
	assert_int_equal(tobari(5, "anonymise", "--spec", put("bad.json", AGE), path("bad.csv"), path("bad.csv")), 2);
	assert_int_equal(tobari(4, "measure", "--quasi", "nothing", table()), 2);
	assert_true(told("nothing"));
	assert_int_equal(tobari(6, "measure", "--quasi", "age,city", "--sensitive", "age", table()), 2);
	assert_true(told("--sensitive: \"age\" is named twice"));
	/* no solution: three rows, none alike, values of two kinds that have no common label, nothing may be suppressed */
	put("h2.csv", "1;a\n2;b\n3;c\n");
	assert_int_equal(tobari(5, "anonymise", "--spec", put("n.json", "{\"columns\":{\"age\":{\"role\":\"quasi\",\"hierarchy\":\"h2.csv\"}}," MODELS "}"),
		put("n.csv", "age\n1\n2\n3\n"), path("n.out")), 1);
	assert_int_not_equal(access(path("n.out"), F_OK), 0);
}

/* Top and bottom coding before intervals: a label stays what it is until "*". */
static void test_coded(void **state)
{
	(void)state;
	put("age.csv", "age,sex\n116,f\n94,f\n91,m\n34,m\n36,m\n17,f\n12,f\n");
	assert_int_equal(tobari(5, "anonymise", "--spec", put("coded.json", "{\"columns\":{\"age\":{\"role\":\"quasi\",\"hierarchy\":"
		"{\"intervals\":[10,20]},\"operations\":[{\"op\":\"top\",\"at\":90,\"label\":\"90以上\"},{\"op\":\"bottom\",\"at\":18}]}},"
		"\"models\":[{\"model\":\"k-anonymity\",\"k\":2}]}"), path("age.csv"), path("age.out")), 0);
	assert_true(str_eq(get(path("age.out")), S("age,sex\n90以上,f\n90以上,f\n90以上,m\n30-39,m\n30-39,m\n<= 18,f\n<= 18,f\n")));
}

/* A report, an output or secrets under the name of another file would destroy it. */
static void test_same_file(void **state)
{
	(void)state;
	put("same.csv", "age\n1\n2\n1\n2\n");
	put("same_h.csv", "1;*\n2;*\n");
	const char *spec = put("same.json", "{\"columns\":{\"age\":{\"role\":\"quasi\",\"hierarchy\":\"same_h.csv\"}}," MODELS "}");
	static const char *const name[] = { "same.csv", "same.json", "same_h.csv" };
	for (int i = 0; i < (int)COUNT(name); i++) {
		struct str before = get(path(name[i]));
		assert_int_equal(tobari(7, "anonymise", "--spec", spec, "--report", path(name[i]), path("same.csv"), path("same.out")), 2);
		assert_int_equal(tobari(5, "anonymise", "--spec", spec, path("same.csv"), path(name[i])), 2);
		assert_true(str_eq(get(path(name[i])), before));
	}
	assert_int_equal(tobari(7, "anonymise", "--spec", spec, "--report", path("same.out"), path("same.csv"), path("same.out")), 2);
	assert_int_not_equal(access(path("same.out"), F_OK), 0);
	/* a device stays a device, and what it refuses is told */
	struct stat device;
	assert_int_equal(tobari(5, "anonymise", "--spec", spec, path("same.csv"), "/dev/full"), 2);
	assert_int_equal(stat("/dev/full", &device), 0);
	assert_true(S_ISCHR(device.st_mode));
	const char *pseudo = put("same_p.json", "{\"purpose\":\"x\",\"columns\":{\"age\":{\"role\":\"identifier\"}}}");
	assert_int_equal(tobari(7, "pseudonymise", "--spec", pseudo, "--secrets", path("same.sec"), path("same.csv"), path("same.out")), 0);
	struct str secrets = get(path("same.sec"));
	static const char *const kept[] = { "same.sec", "same.sec.key", "same.csv" };
	for (int i = 0; i < (int)COUNT(kept); i++)
		assert_int_equal(tobari(9, "pseudonymise", "--spec", pseudo, "--secrets", path("same.sec"), "--report", path(kept[i]), path("same.csv"),
			path("same2.out")), 2);
	assert_true(str_eq(get(path("same.sec")), secrets));
}

/* A table of several pieces: `rows` rows, the last with a quotation mark where asked, which sends the whole through the other reader. */
static const char *large(const char *name, int rows, bool marks)
{
	struct buf b = buf_make(1 << 26);

	buf_lit(&b, "no,age,city,note\n");
	for (int i = 0; i < rows; i++)
		buf_fmt(&b, "%d,%d,c%d,%s\n", i, 20 + i * 7 % 61, i % 13, i + 1 < rows ? "kept as it is" : marks ? "\"kept as it is\"" : "kept as it is");
	char *p = path(name);
	assert_int_equal(sys_write_file(str_z(p), buf_str(&b), 0600), ST_OK);
	buf_free(&b);
	return p;
}

#define LARGE "{\"columns\":{\"age\":{\"role\":\"quasi\",\"hierarchy\":{\"intervals\":[10,20]}},\"city\":{\"role\":\"quasi\"}}," \
	"\"models\":[{\"model\":\"k-anonymity\",\"k\":3}],\"suppression\":0.01%s}"

/* Every row differs: for local recoding this is a large table. */
#define MANY_TUPLES "{\"columns\":{\"age\":{\"role\":\"quasi\",\"hierarchy\":{\"intervals\":[10,20]}},\"city\":{\"role\":\"quasi\"}," \
	"\"no\":{\"role\":\"quasi\",\"hierarchy\":{\"intervals\":[4,100,1000,100000]}}}," \
	"\"models\":[{\"model\":\"k-anonymity\",\"k\":3}],\"suppression\":0.01%s}"

/* In pieces by any number of threads or row by row, the answer is the same bytes, for both methods. */
static void test_pieces(void **state)
{
	const char *plain = large("big.csv", 300000, false), *marked = large("marked.csv", 300000, true);
	static const char *const method[] = { "", ",\"method\":\"multidimensional\"", ",\"suppressed\":\"drop\"",
		",\"method\":\"multidimensional\",\"loss\":\"discernibility\"" };

	(void)state;
	for (int i = 0; i < (int)COUNT(method); i++) {
		char text[512];
		snprintf(text, sizeof text, i == 3 ? MANY_TUPLES : LARGE, method[i]);
		const char *spec = put("big.json", text);
		assert_int_equal(tobari(7, "anonymise", "--spec", spec, "--threads", "1", plain, path("big1")), 0);
		assert_int_equal(tobari(7, "anonymise", "--spec", spec, "--threads", "3", plain, path("big3")), 0);
		assert_int_equal(tobari(7, "anonymise", "--spec", spec, "--threads", "2", marked, path("bigm")), 0);
		struct str one = get(path("big1"));
		assert_true(one.n > 1000000);
		assert_true(str_eq(one, get(path("big3"))));
		assert_true(str_eq(one, get(path("bigm"))));
	}
	/* a mistake far inside is told at its place all the same */
	struct str all = get(plain);
	char *broken = path("broken.csv");
	struct buf b = buf_make(1 << 26);
	buf_add(&b, all);
	buf_lit(&b, "300000,40\n");
	assert_int_equal(sys_write_file(str_z(broken), buf_str(&b), 0600), ST_OK);
	buf_free(&b);
	assert_int_equal(tobari(5, "anonymise", "--spec", path("big.json"), broken, path("big4")), 2);
	assert_true(told("C300002"));
	assert_int_not_equal(access(path("big4"), F_OK), 0);
	assert_false(half_written());
}

/* Killed at any moment, OUT is whole or not there. */
static void test_killed(void **state)
{
	char text[512];
	const char *in = large("kill.csv", 60000, false), *out = path("killed");
	struct str whole;
	int died = 0;

	(void)state;
	snprintf(text, sizeof text, LARGE, "");
	const char *spec = put("kill.json", text);
	assert_int_equal(tobari(5, "anonymise", "--spec", spec, in, out), 0);
	whole = get(out);
	for (int i = 0; i < 24; i++) {
		int status;
		unlink(out);
		pid_t child = fork();
		assert_true(child >= 0);
		if (child == 0)
			_exit(tobari(5, "anonymise", "--spec", spec, in, out));
		nanosleep(&(struct timespec){ .tv_nsec = (long)i * i * 400000L }, NULL);
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, &status, 0), child);
		died += WIFSIGNALED(status);
		if (access(out, F_OK) == 0)
			assert_true(str_eq(get(out), whole));
	}
	assert_true(died > 0);
	sweep("killed*~");                         /* what the dead were writing */
}

/* Presence: the table is half of the population; with at most 0.6 of any class, city must go. */
static void test_presence(void **state)
{
	(void)state;
	put("pop.csv", "city\nA\nA\nB\nB\nB\nB\n");
	assert_int_equal(tobari(7, "anonymise", "--spec", put("p.json", "{\"columns\":{\"city\":{\"role\":\"quasi\"}},\"models\":[{\"model\":\"delta-presence\","
		"\"min\":0.1,\"max\":0.6,\"population\":\"pop.csv\"}]}"), "--report", path("p.rep"), put("p.csv", "city\nA\nA\nB\n"), path("p.out")), 0);
	assert_true(str_eq(get(path("p.out")), S("city\n*\n*\n*\n")));
}

/* REQ: PSE-02 PSE-03 - tokens hold within a purpose; the secrets are sealed, 600, and bound to purpose and key. */
static void test_pseudonymise(void **state)
{
	const char *s = put("ps.json", "{\"purpose\":\"research\",\"columns\":{\"name\":{\"role\":\"identifier\",\"token\":\"random\"},"
		"\"no\":{\"role\":\"code\",\"token\":\"format\"},\"mail\":{\"role\":\"identifier\",\"token\":\"keyed\"},\"card\":{\"role\":\"financial\"}}}");
	const char *in = put("ps.csv", "name,no,mail,card,age\nTaro,AB-12,t@x,4111,30\nHana,CD-34,h@x,4222,40\nTaro,AB-12,t@x,4111,31\n");
	struct stat st;

	(void)state;
	assert_int_equal(tobari(9, "pseudonymise", "--spec", s, "--secrets", path("sec"), "--report", path("ps.rep"), in, path("ps1")), 0);
	assert_int_equal(tobari(7, "pseudonymise", "--spec", s, "--secrets", path("sec"), in, path("ps2")), 0);
	struct str one = get(path("ps1"));
	assert_true(one.n > 0 && str_eq(one, get(path("ps2"))));
	assert_int_equal(str_find(one, S("Taro")), -1);
	assert_int_equal(str_find(one, S("4111")), -1);
	assert_int_equal(str_find(get(path("sec")), S("Taro")), -1);
	assert_int_equal(stat(path("sec"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat(path("sec.key"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(js_get(json(path("ps.rep")), S("checklist"))->n, 4);
	/* another purpose needs another file, and gives other tokens under the same key */
	const char *other = put("ps2.json", "{\"purpose\":\"billing\",\"columns\":{\"mail\":{\"role\":\"identifier\",\"token\":\"keyed\"}}}");
	assert_int_equal(tobari(7, "pseudonymise", "--spec", other, "--secrets", path("sec"), in, path("ps3")), 2);
	assert_true(told("research"));
	assert_int_equal(tobari(9, "pseudonymise", "--spec", other, "--secrets", path("sec2"), "--key", path("sec.key"), in, path("ps3")), 0);
	assert_false(str_eq(get(path("ps3")), one));
	/* a damaged file, a lost key */
	put("sec2", "not sealed at all, by anybody, under any key whatsoever");
	assert_int_equal(tobari(9, "pseudonymise", "--spec", other, "--secrets", path("sec2"), "--key", path("sec.key"), in, path("ps4")), 2);
	unlink(path("sec.key"));
	assert_int_equal(tobari(7, "pseudonymise", "--spec", s, "--secrets", path("sec"), in, path("ps4")), 2);
	assert_int_not_equal(access(path("ps4"), F_OK), 0);
	assert_false(half_written());
}

/* Known optima of Adult (UCI; hierarchies of the ARX project), where the data is at hand. */
static void test_adult(void **state)
{
	static const char *const columns[] = { "sex", "age", "race", "marital-status", "education", "native-country", "workclass", "occupation",
		"salary-class" };
	static const struct { const char *method; double share, loss, most; } known[] = { { "full-domain", 0, 0.635543847, 0 },
		{ "full-domain", 0.02, 0.357482490, 0 }, { "full-domain", 1, 0.227700323, 0 }, { "multidimensional", 0, 0, 0.0535 } };
	const char *shared = getenv("TOBARI_SHARED");
	char near[512], data[PATH_MAX], *in = path("");

	(void)state;
	snprintf(near, sizeof near, "%s/data/anonymization", shared ? shared : "../shared");
	if (!realpath(near, data))              /* absolute: a path in SPEC is relative to SPEC */
		skip();
	snprintf(in, 256, "%.200s/arx-adult.csv", data);
	for (int i = 0; i < (int)COUNT(known); i++) {
		struct buf b = buf_make(1 << 20);
		buf_lit(&b, "{\"columns\":{");
		for (int c = 0; c < (int)COUNT(columns); c++)
			buf_fmt(&b, "%s\"%s\":{\"role\":\"quasi\",\"hierarchy\":\"%s/arx-adult_hierarchy_%s.csv\"}", c ? "," : "", columns[c], data, columns[c]);
		buf_fmt(&b, "},\"models\":[{\"model\":\"k-anonymity\",\"k\":5}],\"suppression\":%g,\"method\":\"%s\",\"effort\":1000000}", known[i].share,
			known[i].method);
		buf_char(&b, 0);
		assert_int_equal(tobari(7, "anonymise", "--spec", put("adult.json", b.p), "--report", path("adult.rep"), in, path("adult.out")), 0);
		buf_free(&b);
		double loss = js_get(json(path("adult.rep")), S("loss"))->real;
		assert_true(known[i].most > 0 ? loss <= known[i].most : fabs(loss - known[i].loss) < 1e-8);
		assert_int_equal(tobari(6, "measure", "--quasi", "sex,age,race,marital-status,education,native-country,workclass,occupation,salary-class",
			"--format", "json", path("adult.out")), 0);
		assert_true(js_get(json(path("out")), S("k"))->integer >= 5);
	}
}

static int clean(void **state)
{
	(void)state;
	sweep("*");
	rmdir(dir);
	arena_free(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_anonymise), cmocka_unit_test(test_bad_input), cmocka_unit_test(test_coded), cmocka_unit_test(test_same_file),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_killed), cmocka_unit_test(test_presence),
		cmocka_unit_test(test_pseudonymise), cmocka_unit_test(test_adult) };

	setenv("LC_ALL", "C", 1);
	arena = arena_make(0);
	if (!test_dir(dir, "anon"))
		return 1;
	return cmocka_run_group_tests_name("anonymise", tests, NULL, clean);
}
