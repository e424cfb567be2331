/* serve.c - `tobari serve`: opens the store, serves it over TLS until SIGTERM; SIGHUP reads the certificate anew. The
 * parent only listens and watches; keys, store and threads are the child's. */
#include "main/serve.h"
#include "base/num.h"
#include "cli/data.h"
#include "domain/duty/duty.h"
#include "domain/types.h"
#include "main/supervise.h"
#include "record/reseal.h"
#include "record/store.h"
#include "sys/sandbox.h"
#include "web/site.h"
#include "web/tls.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HOSTS_MAX = 16, STOP_SECONDS = 4, MINUTE_US = 60 * 1000000 };

static const struct cli_option options[] = {
	CLI_DATA_OPTION,
	{ "listen", "ADDR:PORT", MSG_SERVE_LISTEN },
	{ "cert",   "FILE",      MSG_SERVE_CERT },
	{ "key",    "FILE",      MSG_SERVE_KEY },
	{ "hosts",  "A,B",       MSG_SERVE_HOSTS },
	{ "page-workers", "N",   MSG_SERVE_WORKERS },
	{ 0 },
};

struct serving {
	struct cli          *c;
	struct sandbox      *sandbox;
	struct place        *place;
	struct store        *store;
	struct conn         *conn;           /* of the chores */
	struct conn         *slow;           /* of the work that takes minutes */
	struct site         *site;
	struct tls          *tls;
	struct server       *server;
	struct server_config config;
	struct str           hosts[HOSTS_MAX];
	pthread_t            chores, long_work;
	_Atomic bool         stop;
	int                  ready;
	bool                 again;          /* the one before fell: the address is known already */
};

static enum status wrong(struct cli *c, const char *option, enum msg_id m, struct str arg)
{
	problem(&c->problems, str_z(option), m, .arg = { arg });
	return ST_BAD_INPUT;
}

/* "127.0.0.1:8443", "[::1]:8443", ":8443", "8443". */
static enum status read_listen(struct serving *s)
{
	struct str v = cli_value(s->c, "listen");
	ptrdiff_t colon = -1;
	int64_t port;

	if (!v.p)
		return ST_OK;
	for (ptrdiff_t i = 0; i < v.n; i++)
		if (v.p[i] == ':')
			colon = i;
	if (num_parse(str_sub(v, colon + 1, v.n), 0, 65535, &port) != ST_OK)
		return wrong(s->c, "--listen", MSG_SERVE_BAD_ADDRESS, v);
	s->config.port = (int)port;
	if (colon > 0)
		s->config.address = str_sub(v, 0, colon);
	return ST_OK;
}

static enum status read_options(struct serving *s)
{
	struct str rest = cli_value(s->c, "hosts"), name;
	int64_t workers;

	server_defaults(&s->config);
	TRY(read_listen(s));
	TRY(cli_number(s->c, "page-workers", 1, 64, s->config.lane[LANE_PAGES].threads, &workers));
	s->config.lane[LANE_PAGES].threads = (int)workers;
	while (rest.p && s->config.nhosts < HOSTS_MAX && str_cut(&rest, ',', &name))
		if (str_trim(name).n)
			s->hosts[s->config.nhosts++] = str_trim(name);
	s->config.hosts = s->hosts;
	if (!cli_value(s->c, "cert").p != !cli_value(s->c, "key").p)
		return wrong(s->c, "--cert", MSG_SERVE_CERT_AND_KEY, S(""));
	return ST_OK;
}

static struct str in_place(struct serving *s, const char *name)
{
	struct buf b = buf_make(8192);

	buf_add(&b, place_dir(s->place));
	buf_char(&b, '/');
	buf_add(&b, str_z(name));
	struct str path = str_dup(s->c->a, buf_str(&b));
	buf_free(&b);
	return path;
}

/* The certificate that was named, or one of our own in DIR/tls. */
static enum status open_tls(struct serving *s)
{
	struct str cert = cli_value(s->c, "cert"), key = cli_value(s->c, "key");

	if (!cert.p) {
		struct str names[HOSTS_MAX + 1];
		int n = 0;
		cert = in_place(s, "tls/cert.pem");
		key = in_place(s, "tls/key.pem");
		if (mkdir(str_to_z(s->c->a, in_place(s, "tls")), 0700) && errno != EEXIST)
			return wrong(s->c, "tls", MSG_FILE_NOT_WRITTEN, S(""));
		for (; n < s->config.nhosts; n++)
			names[n] = s->hosts[n];
		if (!str_eq(s->config.address, S("0.0.0.0")) && !str_eq(s->config.address, S("::")))
			names[n++] = s->config.address;
		if (tls_make_own(cert, key, names, n, sys_now()) != ST_OK)
			return wrong(s->c, "tls", MSG_FILE_NOT_WRITTEN, S(""));
	}
	enum status st = tls_open(cert, key, &s->tls);
	s->config.tls = s->tls;
	if (st == ST_OK)
		return ST_OK;
	wrong(s->c, "--cert", st == ST_NOT_FOUND ? MSG_FILE_NOT_FOUND : st == ST_DENIED ? MSG_FILE_DENIED : MSG_SERVE_BAD_CERT, S(""));
	return ST_BAD_INPUT;
}

static enum status start(struct serving *s)
{
	s->config.tls = s->tls;
	struct server_app app = site_app(s->site);

	return server_start(&s->config, &app, &s->server);
}

static enum status announce(struct serving *s)
{
	struct buf b = buf_make(1024);
	bool six = str_find_char(s->config.address, ':') >= 0 && s->config.address.p[0] != '[';

	buf_lit(&b, "https://");
	buf_add(&b, six ? S("[") : S(""));
	buf_add(&b, s->config.address);
	buf_add(&b, six ? S("]") : S(""));
	buf_fmt(&b, ":%d/\n", server_port(s->server));
	enum status st = cli_print(buf_str(&b));
	buf_free(&b);
	return st;
}

/* Notes of an earlier program, batch by batch. True until all are sealed. */
static bool reseal(struct serving *s)
{
	struct arena a = arena_make(0);
	struct request rq;
	bool more = false;

	request_init(&rq, &a, s->conn, JA);
	enum status st = request_run(&rq, DB_WRITE, notes_reseal, &more);
	arena_free(&a);
	return st == ST_OK && more;
}

/* Signed heads of the audit log, and the jobs that are due. A failure is tried again the next minute. */
static void minute(struct serving *s)
{
	enum { JOBS_AT_ONCE = 20 };
	struct arena a;
	struct request rq;

	IGNORE(place_minute(s->place, conn_db(s->conn), conn_keys(s->conn)));
	a = arena_make(0);
	request_init(&rq, &a, s->conn, JA);
	IGNORE(request_run(&rq, DB_WRITE, day_schedule, NULL));
	arena_free(&a);
	jobs_run(s->conn, domain_jobs, domain_njobs, JOB_QUICK, JOBS_AT_ONCE);
}

/* A thread of its own: however long a chore takes, signals are answered. */
static void *chores(void *arg)
{
	struct serving *s = arg;
	int64_t next = sys_monotonic_us();
	bool old_notes = true;

	IGNORE(db_tidy(conn_db(s->conn)));       /* what the one before may not have brought to the disk is written once more */

	while (!s->stop) {
		if (sys_monotonic_us() >= next) {
			minute(s);
			next += MINUTE_US;
		}
		old_notes = old_notes && reseal(s);
		nanosleep(&(struct timespec){ .tv_nsec = 200000000 }, NULL);
	}
	return NULL;
}

/* Beside the chores: an import of minutes keeps nobody waiting, and begins within a second. */
static void *long_work(void *arg)
{
	struct serving *s = arg;

	while (!s->stop) {
		jobs_run(s->slow, domain_jobs, domain_njobs, JOB_SLOW, 1);
		nanosleep(&(struct timespec){ .tv_nsec = 500000000 }, NULL);
	}
	return NULL;
}

static void enough(int signal_number)
{
	(void)signal_number;
	_exit(0);                                        /* whatever still runs: databases are safe at any moment */
}

static enum status serve(struct serving *s, const sigset_t *wanted)
{
	struct timespec second = { 1, 0 };

	if (!s->again)
		TRY(announce(s));
	supervise_ready(s->ready);
	if (pthread_create(&s->chores, NULL, chores, s) || pthread_create(&s->long_work, NULL, long_work, s))
		return ST_UNAVAILABLE;
	for (;;) {
		int got = sigtimedwait(wanted, NULL, &second);
		if (got == SIGTERM || got == SIGINT)
			break;
		if (got == SIGHUP)
			IGNORE(tls_reload(s->tls));              /* the old pair stays where the new one is no good */
		server_sweep(s->server);
	}
	signal(SIGALRM, enough);
	alarm(STOP_SECONDS);
	s->stop = true;
	pthread_join(s->chores, NULL);
	pthread_join(s->long_work, NULL);
	return ST_OK;
}

static enum status open_all(struct serving *s)
{
	TRY(sandbox_start(&s->sandbox));                         /* before keys, database and threads */
	TRY(cli_open_place(s->c, PLACE_SHARE, &s->place));
	TRY(store_open(place_where(s->place), place_keyring(s->place), domain_types, domain_ntypes, &s->store));
	store_confine(s->store, s->sandbox);
	TRY(conn_open(s->store, &s->conn));
	TRY(conn_open(s->store, &s->slow));
	TRY(open_tls(s));
	TRY(site_make(s->store, &s->site));
	return start(s);
}

/* The child: everything that serves, until a signal ends it. */
static enum status serve_here(struct serving *s, const sigset_t *wanted)
{
	enum status st = open_all(s);

	if (st == ST_OK)
		st = serve(s, wanted);
	server_stop(s->server);
	site_free(s->site);
	tls_close(s->tls);
	conn_close(s->conn);
	conn_close(s->slow);
	store_close(s->store);
	place_close(s->place);
	sandbox_stop(s->sandbox);
	return st;
}

static enum status listen_first(struct serving *s)
{
	struct str named = cli_value(s->c, "listen");
	enum status st = server_listen(&s->config, &s->config.listener);

	if (st == ST_OK)
		return ST_OK;
	return wrong(s->c, "--listen", st == ST_CONFLICT ? MSG_SERVE_PORT_USED : st == ST_DENIED ? MSG_SERVE_PORT_DENIED
		: MSG_SERVE_BAD_ADDRESS, named.p ? named : S("127.0.0.1:8443"));
}

enum status serve_run(struct cli *c)
{
	struct serving s = { .c = c };
	sigset_t wanted;
	int code;

	TRY(read_options(&s));
	TRY(listen_first(&s));
	sigemptyset(&wanted);
	sigaddset(&wanted, SIGTERM);
	sigaddset(&wanted, SIGINT);
	sigaddset(&wanted, SIGHUP);
	sigprocmask(SIG_BLOCK, &wanted, NULL);               /* before any thread, so that all inherit it */
	if (!supervise(&s.ready, &s.again, &code))
		exit(code);                                  /* the child has said why */
	return serve_here(&s, &wanted);
}

const struct cli_command cmd_serve = {
	.name = "serve", .synopsis = "--data DIR [--listen ADDR:PORT]", .summary = MSG_SERVE, .options = options, .run = serve_run,
};
