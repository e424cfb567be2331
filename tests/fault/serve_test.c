/* serve_test.c - the server as a process: killed, it is back at once behind the same socket; it leaves no core and speaks of
 * nobody in its log; told to end, it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/num.h"
#include "sys/sys.h"
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KILLS = 5, NOBODY = 65534 };
static const char canary[] = "canary7731kanaria";
struct served { char dir[64]; pid_t parent; int out; int64_t port; };

static void run(const char *const *argv, const char *input)
{
	int in[2], status;

	assert_int_equal(pipe(in), 0);
	pid_t pid = fork();
	if (pid == 0) {
		dup2(in[0], 0);
		close(in[1]);
		union { const char *const *in; char *const *out; } door = { .in = argv };
		execv(argv[0], door.out);
		_exit(127);
	}
	close(in[0]);
	assert_int_equal(write(in[1], input, strlen(input)), strlen(input));
	close(in[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static const char *program(void)
{
	static char path[4096];
	const char *t = getenv("TOBARI");

	assert_non_null(realpath(t ? t : "build/tobari", path));      /* it is started from another folder */
	return path;
}

/* The server lives in a folder of its own, with its log there; as nobody where this test is root, so that files tell whose it is. */
static void start(struct served *s)
{
	const char *binary = program();
	struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };
	char line[200] = "", store[100];
	int out[2];

	snprintf(s->dir, sizeof s->dir, "/tmp/tobari_serve_XXXXXX");
	assert_non_null(mkdtemp(s->dir));
	snprintf(store, sizeof store, "%s/store", s->dir);
	run((const char *const[]){ program(), "init", store, "--password-stdin", NULL }, "Correct-horse-battery-9\n");
	if (geteuid() == 0)
		run((const char *const[]){ "/bin/chown", "-R", "65534:65534", s->dir, NULL }, "");
	assert_int_equal(pipe(out), 0);
	s->parent = fork();
	if (s->parent == 0) {
		IGNORE(setrlimit(RLIMIT_CORE, &all));
		dup2(out[1], 1);
		close(out[0]);
		if (chdir(s->dir) || (geteuid() == 0 && (setresgid(NOBODY, NOBODY, NOBODY) || setresuid(NOBODY, NOBODY, NOBODY))))
			_exit(127);
		dup2(open("log", O_WRONLY | O_CREAT | O_APPEND, 0600), 2);
		execl(binary, "tobari", "serve", "--data", store, "--listen", "127.0.0.1:0", (char *)NULL);
		_exit(127);
	}
	close(out[1]);
	s->out = out[0];
	assert_true(read(s->out, line, sizeof line - 1) > 0);
	struct str digits = str_z(strrchr(line, ':') + 1);
	assert_int_equal(num_parse(str_sub(digits, 0, str_find_char(digits, '/')), 1, 65535, &s->port), ST_OK);
}

/* The one child of the parent, which serves. */
static pid_t child_of(pid_t parent)
{
	char path[64], line[64] = "";
	int64_t child = 0;

	snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)parent, (int)parent);
	FILE *f = fopen(path, "r");
	if (f && fgets(line, sizeof line, f))
		IGNORE(num_parse(str_sub(str_z(line), 0, str_find_char(str_z(line), ' ')), 1, INT32_MAX, &child));
	if (f)
		fclose(f);
	return (pid_t)child;
}

/* Sends one request; the status of the answer, 0 when there is none. */
static int ask(const struct served *s, const char *request)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)s->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	gnutls_certificate_credentials_t cred;
	gnutls_session_t t;
	char answer[64] = "";
	int fd = socket(AF_INET, SOCK_STREAM, 0), n;

	gnutls_certificate_allocate_credentials(&cred);
	gnutls_init(&t, GNUTLS_CLIENT);
	gnutls_set_default_priority(t);
	gnutls_credentials_set(t, GNUTLS_CRD_CERTIFICATE, cred);
	bool ok = connect(fd, (struct sockaddr *)&to, sizeof to) == 0;         /* the socket outlives the child */
	gnutls_transport_set_int(t, fd);
	gnutls_handshake_set_timeout(t, 20000);
	do
		n = ok ? gnutls_handshake(t) : -1;
	while (ok && n < 0 && !gnutls_error_is_fatal(n));
	ok = ok && n >= 0 && gnutls_record_send(t, request, strlen(request)) > 0;
	do
		n = ok ? (int)gnutls_record_recv(t, answer, sizeof answer - 1) : -1;
	while (ok && (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED));
	close(fd);
	gnutls_deinit(t);
	gnutls_certificate_free_credentials(cred);
	return ok && n > 12 && strncmp(answer, "HTTP/1.1 ", 9) == 0 ? (answer[9] - '0') * 100 + (answer[10] - '0') * 10 + answer[11] - '0' : 0;
}

static bool answers(const struct served *s)
{
	return ask(s, "GET /login HTTP/1.1\r\nHost: localhost\r\n\r\n") == 200;
}

static void end_keeping(struct served *s)
{
	int status;

	kill(s->parent, SIGTERM);
	int64_t begin = sys_monotonic_us();
	assert_int_equal(waitpid(s->parent, &status, 0), s->parent);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_true(sys_monotonic_us() - begin < 5000000);
	close(s->out);
}

static void end(struct served *s)
{
	end_keeping(s);
	run((const char *const[]){ "/bin/rm", "-rf", s->dir, NULL }, "");
}

static void killed_it_is_back(void **state)
{
	struct served s;

	(void)state;
	start(&s);
	assert_true(answers(&s));
	for (int i = 0; i < KILLS; i++) {
		pid_t child = child_of(s.parent);
		assert_true(child > 0);
		kill(child, i % 2 ? SIGKILL : SIGABRT);
		for (int k = 0; k < 500 && kill(child, 0) == 0; k++)
			poll(NULL, 0, 10);
		assert_true(answers(&s));                              /* whoever asks before the next one is ready only waits */
		assert_int_not_equal(child_of(s.parent), child);
	}
	end(&s);
}

static bool no_core_allowed(pid_t pid)
{
	char path[64], line[200];
	bool none = false;

	snprintf(path, sizeof path, "/proc/%d/limits", (int)pid);
	FILE *f = fopen(path, "r");
	while (f && fgets(line, sizeof line, f))
		none |= strncmp(line, "Max core file size        0                    0 ", 49) == 0;
	if (f)
		fclose(f);
	return none;
}

static bool is_core(const char *name)
{
	return strstr(name, "core") != NULL;
}

/* What was in memory is not on the disk afterwards, though the shell would allow a core; and nobody else looks into it. */
static void no_core_is_written(void **state)
{
	struct served s;
	struct stat st;
	char path[64];

	(void)state;
	start(&s);
	pid_t who[] = { s.parent, child_of(s.parent) };
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "/proc/%d/environ", (int)who[i]);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_uid, 0);                           /* the kernel gives what may not be dumped to root */
		assert_true(no_core_allowed(who[i]));
	}
	assert_true(answers(&s));                                        /* one that fell before it served is not started again */
	kill(who[1], SIGSEGV);
	for (int k = 0; k < 500 && kill(who[1], 0) == 0; k++)
		poll(NULL, 0, 10);
	assert_true(answers(&s));
	DIR *d = opendir(s.dir);
	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d)) != NULL;)
		assert_false(is_core(e->d_name));
	closedir(d);
	end(&s);
}

/* Whatever a stranger sends, the log repeats none of it. */
static void the_log_names_nobody(void **state)
{
	static const char *const requests[] = {
		"GET /%s HTTP/1.1\r\nHost: localhost\r\n\r\n",
		"GET /login?q=%s HTTP/1.1\r\nHost: localhost\r\n\r\n",
		"GET /login HTTP/1.1\r\nHost: %s\r\n\r\n",
		"GET /login HTTP/1.1\r\nHost: localhost\r\nCookie: __Host-session=%s\r\nUser-Agent: %s\r\n\r\n",
		"%s /login HTTP/1.1\r\nHost: localhost\r\n\r\n",
		"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 40\r\n\r\n"
			"login=%s&password=123456\r\n\r\n",
		"GET /login HTTP/1.1\r\n%s\r\n\r\n",
	};
	struct served s;
	struct arena a = arena_make(0);
	char request[1000], path[100];
	struct str log;

	(void)state;
	start(&s);
	for (int i = 0; i < COUNT(requests); i++) {
		ptrdiff_t n = 0;
		for (const char *p = requests[i]; *p; p++) {
			if (p[0] == '%' && p[1] == 's') {
				memcpy(request + n, canary, sizeof canary - 1);
				n += (ptrdiff_t)sizeof canary - 1;
				p++;
			} else {
				request[n++] = *p;
			}
		}
		request[n] = 0;
		int status = ask(&s, request);
		assert_true(status != 500 && status != 503);
	}
	kill(child_of(s.parent), SIGABRT);                          /* that, the log does tell */
	while (!answers(&s))
		poll(NULL, 0, 10);
	end_keeping(&s);
	snprintf(path, sizeof path, "%s/log", s.dir);
	assert_int_equal(sys_read_file(&a, str_z(path), 1 << 20, &log), ST_OK);
	assert_true(log.n > 0);
	assert_int_equal(str_find(log, str_z(canary)), -1);
	arena_free(&a);
	run((const char *const[]){ "/bin/rm", "-rf", s.dir, NULL }, "");
}

/* Nobody is left to serve when the parent is gone. */
static void an_orphan_ends(void **state)
{
	struct served s;
	bool gone = false;

	(void)state;
	start(&s);
	pid_t child = child_of(s.parent);
	kill(s.parent, SIGKILL);
	waitpid(s.parent, NULL, 0);
	for (int i = 0; i < 600 && !gone; i++) {
		poll(NULL, 0, 10);
		gone = kill(child, 0) != 0;
	}
	assert_true(gone);
	close(s.out);
	run((const char *const[]){ "/bin/rm", "-rf", s.dir, NULL }, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(killed_it_is_back), cmocka_unit_test(no_core_is_written), cmocka_unit_test(the_log_names_nobody), cmocka_unit_test(an_orphan_ends),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests_name("serve", tests, NULL, NULL);
}
