/* server_bench.c - pages over HTTPS against two floors in one run: a handler in the same server that asks the database the
 * same statements with the same values, writes the same audit entries and sends the same bytes; and a bare libmicrohttpd
 * that only sends them. Nothing is kept between requests. Then: creating, judging, starting, memory, stopping. */
#include "base/num.h"
#include "crypto/password.h"
#include "domain/account/bootstrap.h"
#include "domain/conformity/conformity.h"
#include "domain/department/department.h"
#include "domain/ledger/ledger.h"
#include "domain/types.h"
#include "record/place.h"
#include "record/queries.h"
#include "record/store_impl.h"
#include "sys/sys.h"
#include "tests/bench/bench.h"
#include "tests/bench/load.h"
#include "web/session.h"
#include "web/site.h"
#include "web/tls.h"
#include <microhttpd.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROWS = 10000, BATCH = 1000, CONNECTIONS = 64, REQUESTS = 320, NOTES_MAX = 2000, PARAMS = 32, PAGES = 2, IDLE = 1000 };

static void must(bool ok, const char *what)
{
	if (!ok) {
		fprintf(stderr, "server_bench: %s\n", what);
		exit(1);
	}
}

static void must_answer(const struct load_result *r)
{
	if (r->wrong)
		fprintf(stderr, "server_bench: %lld answers like: %s\n", (long long)r->wrong, r->first_wrong);
	must(r->wrong == 0, "a page was refused");
}

static struct str copy(struct str s)
{
	char *p = malloc((size_t)s.n + 1);

	must(p != NULL, "memory");
	if (s.n)
		memcpy(p, s.p, (size_t)s.n);
	return (struct str){ p, s.n };
}

/* ---- what a page asks: noted once, asked again by the floor ---- */

struct bound { enum { B_NONE, B_INT, B_TEXT, B_BLOB, B_NULL } kind; int64_t v; struct str s; };
struct note { const struct db_statement *s; struct bound b[PARAMS + 1]; };
struct page {
	const char        *name, *path;
	struct note       *notes;
	int                n;
	struct audit_entry entry[16];
	int                nentries;
	struct str         bytes;
};
static _Atomic(struct page *) noting;
static struct db *noted_db;
static struct db_q *noted_q;

enum status __real_db_begin(struct db *db, enum db_mode mode);
enum status __wrap_db_begin(struct db *db, enum db_mode mode);
struct db_q *__real_db_query(struct db *db, const struct db_statement *s);
struct db_q *__wrap_db_query(struct db *db, const struct db_statement *s);
void __real_db_int(struct db_q *q, int n, int64_t v);
void __wrap_db_int(struct db_q *q, int n, int64_t v);
void __real_db_text(struct db_q *q, int n, struct str s);
void __wrap_db_text(struct db_q *q, int n, struct str s);
void __real_db_blob(struct db_q *q, int n, struct str s);
void __wrap_db_blob(struct db_q *q, int n, struct str s);
void __real_db_null(struct db_q *q, int n);
void __wrap_db_null(struct db_q *q, int n);
enum status __real_audit_group_add(struct audit_group *g, const struct audit_entry *e, ptrdiff_t n);
enum status __wrap_audit_group_add(struct audit_group *g, const struct audit_entry *e, ptrdiff_t n);

enum status __wrap_db_begin(struct db *db, enum db_mode mode)
{
	if (atomic_load(&noting) && mode == DB_READ)
		noted_db = db;
	return __real_db_begin(db, mode);
}

struct db_q *__wrap_db_query(struct db *db, const struct db_statement *s)
{
	struct db_q *q = __real_db_query(db, s);
	struct page *p = atomic_load(&noting);

	if (p && db == noted_db) {
		must(p->n < NOTES_MAX, "too many statements");
		p->notes[p->n++] = (struct note){ .s = s };
		noted_q = q;
	}
	return q;
}

static void bind_note(struct db_q *q, int n, struct bound b)
{
	struct page *p = atomic_load(&noting);

	if (p && q == noted_q && n <= PARAMS)
		p->notes[p->n - 1].b[n] = b;
}

void __wrap_db_int(struct db_q *q, int n, int64_t v)
{
	if (atomic_load(&noting))
		bind_note(q, n, (struct bound){ .kind = B_INT, .v = v });
	__real_db_int(q, n, v);
}

void __wrap_db_text(struct db_q *q, int n, struct str s)
{
	if (atomic_load(&noting))
		bind_note(q, n, (struct bound){ .kind = B_TEXT, .s = copy(s) });
	__real_db_text(q, n, s);
}

void __wrap_db_blob(struct db_q *q, int n, struct str s)
{
	if (atomic_load(&noting))
		bind_note(q, n, (struct bound){ .kind = B_BLOB, .s = copy(s) });
	__real_db_blob(q, n, s);
}

void __wrap_db_null(struct db_q *q, int n)
{
	if (atomic_load(&noting))
		bind_note(q, n, (struct bound){ .kind = B_NULL });
	__real_db_null(q, n);
}

enum status __wrap_audit_group_add(struct audit_group *g, const struct audit_entry *e, ptrdiff_t n)
{
	struct page *p = atomic_load(&noting);

	for (ptrdiff_t i = 0; p && i < n && p->nentries < (int)COUNT(p->entry); i++) {
		p->entry[p->nentries] = e[i];
		p->entry[p->nentries].address = copy(e[i].address);
		p->entry[p->nentries].action = copy(e[i].action);
		p->entry[p->nentries].type = copy(e[i].type);
		p->entry[p->nentries].detail = copy(e[i].detail);
		p->entry[p->nentries++].digest = NULL;
	}
	return __real_audit_group_add(g, e, n);
}

static void ask_again(struct db *db, const struct note *n)
{
	struct db_q *q = __real_db_query(db, n->s);

	for (int i = 1; i <= PARAMS; i++) {
		const struct bound *b = &n->b[i];
		if (b->kind == B_INT)
			__real_db_int(q, i, b->v);
		else if (b->kind == B_TEXT)
			__real_db_text(q, i, b->s);
		else if (b->kind == B_BLOB)
			__real_db_blob(q, i, b->s);
		else if (b->kind == B_NULL)
			__real_db_null(q, i);
	}
	while (db_row(q))
		continue;
	must(db_end(q) == ST_OK, "a statement of the floor");
}

/* ---- the two servers and the bare one ---- */

static struct bed {
	char            dir[64];
	struct arena    a;
	struct place   *place;
	struct store   *store;
	struct conn    *conn;
	struct request  rq;
	struct tls     *tls;
	struct site    *site;
	struct server_app app;
	struct server  *real, *floor;
	struct MHD_Daemon *bare;
	char            cookie[200], csrf[200];
	int64_t         department, record;
	struct page     page[PAGES];
	struct page    *sending;                       /* by the floors */
	struct MHD_Response *response;
} bed;

static struct server_admission floor_admit(void *app, struct web *w)
{
	(void)app, (void)w;
	return (struct server_admission){ .lane = LANE_PAGES };
}

static void floor_done(void *arg, enum status st)
{
	must(st == ST_OK, "audit");
	server_answer(arg);
}

static bool floor_run(void *app, void *worker, struct web *w)
{
	const struct page *p = bed.sending;
	struct conn *c = worker;

	(void)app;
	must(web_cookie(w, "tobari").n == 64, "no session");
	must(__real_db_begin(conn_db(c), DB_READ) == ST_OK, "begin");
	for (int i = 0; i < p->n; i++)
		ask_again(conn_db(c), &p->notes[i]);
	must(db_commit(conn_db(c)) == ST_OK, "commit");
	reply_start(w, 200, "text/html; charset=utf-8");
	w->reply.fixed = p->bytes;
	struct audit_wait *wait = new(&w->a, struct audit_wait);
	*wait = (struct audit_wait){ .e = p->entry, .n = p->nentries, .done = floor_done, .arg = w };
	audit_group_later(bed.store->group, wait);
	return false;
}

/* The site, with its bytes kept when they are to be. */
static bool site_run_noted(void *app, void *worker, struct web *w)
{
	struct page *p = atomic_load(&noting);

	w->may_wait = w->may_wait && !p;
	if (!p)
		return bed.app.run(app, worker, w);
	must(bed.app.run(app, worker, w), "the page is not there");
	p->bytes = copy(buf_str(&w->reply.body));
	must(w->reply.status == 200, "a page was refused");
	return true;
}

static enum MHD_Result bare_answer(void *cls, struct MHD_Connection *c, const char *url, const char *method, const char *version,
	const char *data, size_t *size, void **con_cls)
{
	static int seen;

	(void)cls, (void)url, (void)method, (void)version, (void)data;
	if (!*con_cls) {
		*con_cls = &seen;
		return MHD_YES;
	}
	*size = 0;
	return MHD_queue_response(c, 200, bed.response);
}

static int bare_port(void)
{
	return MHD_get_daemon_info(bed.bare, MHD_DAEMON_INFO_BIND_PORT)->port;
}

static void send_page(struct page *p)
{
	union { const char *in; char *out; } door = { .in = p->bytes.p };

	bed.sending = p;
	bed.response = MHD_create_response_from_buffer((size_t)p->bytes.n, door.out, MHD_RESPMEM_PERSISTENT);
	must(bed.response != NULL, "response");
}

/* ---- the store ---- */

static enum status add_rows(struct request *rq, void *arg)
{
	int from = *(int *)arg;
	char text[200];

	for (int i = from; i < from + BATCH; i++) {
		struct record *r = record_new(rq, store_type(bed.store, S("ledger")));
		r->step = S("active");
		r->v[ledger_f_name] = value_of_text(str_dup(rq->a, (struct str){ text, snprintf(text, sizeof text, "顧客名簿 %05d", i) }));
		r->v[ledger_f_department] = value_of_link(bed.department);
		r->v[ledger_f_items] = value_of_text(S("氏名、住所、電話番号、メールアドレス"));
		r->v[ledger_f_purpose] = value_of_text(str_dup(rq->a, (struct str){ text, snprintf(text, sizeof text, "商品の発送と請求、問い合わせへの回答 %d", i % 300) }));
		r->v[ledger_f_storage_place] = value_of_text(S("本社書庫"));
		r->v[ledger_f_count] = value_of_count(i, COUNT_ABOUT);
		TRY(record_write(rq, r, S("bench")));
		bed.record = r->id;
	}
	return ST_OK;
}

static enum status add_department(struct request *rq, void *arg)
{
	struct record *r = record_new(rq, store_type(bed.store, S("department")));

	(void)arg;
	r->v[department_f_name] = value_of_text(S("本社"));
	TRY(record_write(rq, r, S("bench")));
	bed.department = r->id;
	return ST_OK;
}

static enum status add_manager(struct request *rq, void *arg)
{
	struct account_plan p = { .login = S("manager"), .name = S("個人 守"), .department = S("本社"), .password = S("Correct-horse-9"),
		.role = ROLE_privacy_manager };

	(void)arg;
	return account_bootstrap(rq, &p);
}

static enum status open_session(struct request *rq, void *arg)
{
	struct db_q *q = db_query(rq->db, &q_account_by_login);

	db_text(q, 1, S("manager"));
	int64_t id = db_row(q) ? db_col_int(q, 0) : 0;

	TRY(db_end(q));
	return session_start(arg, id);
}

static void log_in(void)
{
	struct web w = { .a = arena_make(0), .now = sys_now() };

	request_init(&w.rq, &w.a, bed.conn, JA);
	must(request_run(&w.rq, DB_WRITE, open_session, &w) == ST_OK, "session");
	for (int i = 0; i < w.reply.nfields; i++)
		if (str_eq(w.reply.field[i].name, S("Set-Cookie")))
			snprintf(bed.cookie, sizeof bed.cookie, "%.*s", (int)str_find_char(w.reply.field[i].value, ';'), w.reply.field[i].value.p);
	must(bed.cookie[0] != 0, "cookie");
	arena_free(&w.a);
}

static void make_store(void)
{
	bed.a = arena_make(0);
	snprintf(bed.dir, sizeof bed.dir, "/tmp/tobari_bench_XXXXXX");
	must(mkdtemp(bed.dir) != NULL, "directory");
	must(place_create(str_z(bed.dir), &(struct place_plan){ 0 }, &bed.place) == ST_OK, "store");
	must(store_open(place_where(bed.place), place_keyring(bed.place), domain_types, domain_ntypes, &bed.store) == ST_OK, "open");
	must(conn_open(bed.store, &bed.conn) == ST_OK, "connection");
	request_init(&bed.rq, &bed.a, bed.conn, JA);
	must(request_run(&bed.rq, DB_WRITE, add_department, NULL) == ST_OK, "department");
	must(request_run(&bed.rq, DB_WRITE, add_manager, NULL) == ST_OK, "account");
	for (int i = 0; i < ROWS; i += BATCH)
		must(request_run(&bed.rq, DB_WRITE, add_rows, &i) == ST_OK, "rows");
	log_in();
}

static void start_servers(void)
{
	struct server_config c;
	struct str cert, key;
	char path[2][100];

	snprintf(path[0], sizeof path[0], "%s/cert.pem", bed.dir);
	snprintf(path[1], sizeof path[1], "%s/key.pem", bed.dir);
	cert = str_z(path[0]);
	key = str_z(path[1]);
	must(tls_make_own(cert, key, NULL, 0, sys_now()) == ST_OK && tls_open(cert, key, &bed.tls) == ST_OK, "certificate");
	must(site_make(bed.store, &bed.site) == ST_OK, "site");
	bed.app = site_app(bed.site);
	server_defaults(&c);
	c.port = 0;
	c.patience_us = 60 * INT64_C(1000000);             /* a slow machine is slow, not refused */
	c.tls = bed.tls;
	struct server_app real = bed.app, floor = bed.app;
	real.run = site_run_noted;
	floor.admit = floor_admit;
	floor.run = floor_run;
	must(server_start(&c, &real, &bed.real) == ST_OK && server_start(&c, &floor, &bed.floor) == ST_OK, "server");
	bed.bare = MHD_start_daemon(MHD_USE_TLS | MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TURBO, 0, NULL, NULL, bare_answer, NULL,
		MHD_OPTION_THREAD_POOL_SIZE, 2u, MHD_OPTION_HTTPS_PRIORITIES, tls_priorities, MHD_OPTION_HTTPS_CERT_CALLBACK, tls_retrieve, MHD_OPTION_END);
	must(bed.bare != NULL, "bare server");
}

/* ---- pages ---- */

static struct load_task task_of(int port, const char *path, int connections, int requests)
{
	struct load_task t = { .port = port, .connections = connections, .requests = requests };

	snprintf(t.path, sizeof t.path, "%s", path);
	snprintf(t.cookie, sizeof t.cookie, "%s", bed.cookie);
	return t;
}

static void note_page(struct page *p)
{
	struct load_task t = task_of(server_port(bed.real), p->path, 1, 1);

	p->notes = calloc(NOTES_MAX, sizeof *p->notes);
	must(p->notes != NULL, "memory");
	load(&t);                                              /* warm: the session's last use is noted */
	atomic_store(&noting, p);
	load(&t);
	atomic_store(&noting, NULL);
	for (int i = 0; i < p->n && getenv("BENCH_STATEMENTS"); i++)
		fprintf(stderr, "%s: %s\n", p->name, p->notes[i].s->name);
	must(p->n > 3 && p->nentries > 0 && p->bytes.n > 1000, "the page was not noted");
}

static double run_at(int port)
{
	struct load_task t = task_of(port, bed.sending->path, CONNECTIONS, REQUESTS);
	struct load_result r = load(&t);

	must_answer(&r);
	return REQUESTS;
}

static double run_real(void *user) { (void)user; return run_at(server_port(bed.real)); }
static double run_floor(void *user) { (void)user; return run_at(server_port(bed.floor)); }
static double run_bare(void *user) { (void)user; return run_at(bare_port()); }

static void compare_page(struct page *p)
{
	char name[100], conditions[200];

	send_page(p);
	snprintf(conditions, sizeof conditions, "HTTPS, %d connections, %d ledger rows, %d statements, %d audit entries, %lld bytes, SQLite FULL, nothing cached",
		CONNECTIONS, ROWS, p->n, p->nentries, (long long)p->bytes.n);
	snprintf(name, sizeof name, "%s, against the same statements and bytes", p->name);
	bench_compare(&(struct bench){ .name = name, .unit = "pages", .conditions = conditions, .ours = run_real, .baseline = run_floor, .runs = 5, .must = 0.667 });
	snprintf(name, sizeof name, "%s, against a bare HTTPS handler", p->name);
	bench_compare(&(struct bench){ .name = name, .unit = "pages", .conditions = conditions, .ours = run_real, .baseline = run_bare, .runs = 5, .must = 0.333 });
	MHD_destroy_response(bed.response);
}

static double p99(int port, int connections, int requests, int pause_ms)
{
	struct load_task t = task_of(port, bed.page[0].path, connections, requests);

	t.pause_ms = pause_ms;
	return load(&t).p99_ms;
}

/* 64 people who look at a page each second; and as many who ask without a pause, so that each page waits for all the others. */
static void waiting_times(void)
{
	int real = server_port(bed.real), floor = server_port(bed.floor);

	send_page(&bed.page[0]);
	bench_figure("list page, p99 at 64 connections", "ms", "HTTPS, each asks once a second, 1280 requests", p99(real, CONNECTIONS, 1280, 1000), 10, 0, true);
	bench_figure("the same of the handler with the same statements", "ms", "the floor, in the same run", p99(floor, CONNECTIONS, 1280, 1000), 0, 0, true);
	bench_figure("list page, p99 at 64 connections without a pause", "ms", "saturated: 64 pages wait for the cores", p99(real, CONNECTIONS, 1500, 0), 0, 0, true);
	bench_figure("the same of a bare HTTPS handler", "ms", "saturated, in the same run", p99(bare_port(), CONNECTIONS, 6000, 0), 0, 0, true);
	MHD_destroy_response(bed.response);
}

/* ---- while passwords are hashed ---- */

static atomic_bool hashing;

static void *hash_on(void *arg)
{
	char h[PASSWORD_HASH_MAX];

	(void)arg;
	for (int i = 0; atomic_load(&hashing); i++) {
		password_hash(S("Correct-horse-9"), h);
		poll(NULL, 0, 1000);                           /* with the hash itself about 50 a minute */
	}
	return NULL;
}

static void while_hashing(void)
{
	int port = server_port(bed.real);
	pthread_t t;
	double ratio[3];

	for (int i = 0; i < 3; i++) {
		double idle = p99(port, 8, 800, 20);
		atomic_store(&hashing, true);
		must(pthread_create(&t, NULL, hash_on, NULL) == 0, "thread");
		ratio[i] = p99(port, 8, 800, 20) / idle;
		atomic_store(&hashing, false);
		pthread_join(t, NULL);
	}
	double middle = MAX(MIN(ratio[0], ratio[1]), MIN(MAX(ratio[0], ratio[1]), ratio[2]));
	bench_figure("list page, p99 while log-ins hash, against idle", "time/idle", "8 connections, 800 requests with 20 ms between, about 50 hashes a minute", middle, 2, 1.2, true);
}

/* ---- creating ---- */

enum { CREATORS = 16, CREATES = 640 };

static void find_token(void)
{
	struct page form = { .name = "form", .path = "/r/ledger/new" };
	struct load_task t = task_of(server_port(bed.real), form.path, 1, 1);

	form.notes = calloc(NOTES_MAX, sizeof *form.notes);
	atomic_store(&noting, &form);
	load(&t);
	atomic_store(&noting, NULL);
	const char *at = strstr(form.bytes.p, "name=\"_csrf\" value=\"");
	must(at != NULL, "no token");
	snprintf(bed.csrf, sizeof bed.csrf, "%.*s", (int)strcspn(at + 20, "\""), at + 20);
}

static double create_real(void *user)
{
	struct load_task t = task_of(server_port(bed.real), "/r/ledger/new", CREATORS, CREATES);

	(void)user;
	snprintf(t.body, sizeof t.body, "_csrf=%s&_version=0&name=%%E5%%90%%8D%%E7%%B0%%BF&department=%lld&purpose=%%E7%%99%%BA%%E9%%80%%81", bed.csrf, (long long)bed.department);
	struct load_result r = load(&t);
	must_answer(&r);
	return CREATES;
}

static double create_bare(void *user)
{
	struct load_task t = task_of(bare_port(), "/", CREATORS, CREATES * 10);

	(void)user;
	load(&t);
	return CREATES * 10;
}

static void creates(void)
{
	static struct page small = { .bytes = SLIT("303: the record was created") };

	find_token();
	send_page(&small);
	bench_compare(&(struct bench){ .name = "create a ledger row over HTTPS, against a bare HTTPS handler", .unit = "records",
		.conditions = "16 connections, durable before the answer, versions, indexes, audit", .ours = create_real, .baseline = create_bare,
		.runs = 5, .must = 0.07, .moonshot = 0.12 });
	struct load_task t = task_of(server_port(bed.real), "/r/ledger/new", CREATORS, 2 * CREATES);
	snprintf(t.body, sizeof t.body, "_csrf=%s&_version=0&name=%%E5%%90%%8D%%E7%%B0%%BF&department=%lld", bed.csrf, (long long)bed.department);
	bench_figure("create a ledger row over HTTPS, p99", "ms", "16 connections, durable before the answer", load(&t).p99_ms, 10, 0, true);
	MHD_destroy_response(bed.response);
}

/* ---- judging ---- */

static enum status judge(struct request *rq, void *arg)
{
	struct judgement *all;

	(void)arg;
	return conformity_judge(rq, &all);
}

static double judged_ms(bool another_day)
{
	double best = 1e9;

	for (int i = 0; i < 5; i++) {
		struct arena a = arena_make(0);
		struct request rq;
		request_init(&rq, &a, bed.conn, JA);
		if (another_day)
			rq.as_of = rq.today;                       /* as known at the end of this day: read from the versions */
		int64_t begin = sys_monotonic_us();
		must(request_run(&rq, DB_READ, judge, NULL) == ST_OK, "judge");
		best = MIN(best, (double)(sys_monotonic_us() - begin) / 1000);
		arena_free(&a);
	}
	return best;
}

/* ---- paging in a large list ---- */

enum { LARGE = 100000 };

/* The address that the page names for the rows after it; empty at the end. */
static void next_page(struct str page, char *ret, size_t size)
{
	const char *end = page.p + page.n, *at = page.p;

	*ret = 0;
	while ((at = memmem(at, (size_t)(end - at), "href=\"/r/ledger?", 16)) != NULL) {
		const char *from = at + 6, *to = memchr(from, '"', (size_t)(end - from));
		at = from;
		if (to && memmem(from, (size_t)(to - from), "after=", 6) && (size_t)(to - from) < size) {
			memcpy(ret, from, (size_t)(to - from));
			ret[to - from] = 0;
			for (char *amp; (amp = strstr(ret, "&amp;")) != NULL;)
				memmove(amp + 1, amp + 5, strlen(amp + 5) + 1);
		}
	}
}

/* Walks to the page number `wanted`, or to the last. */
static int walk(int wanted, char *path, size_t size)
{
	struct page p = { .path = path };
	int number = 1;

	for (char to[200]; number < wanted; number++) {
		struct load_task t = task_of(server_port(bed.real), path, 1, 1);
		p.notes = calloc(NOTES_MAX, sizeof *p.notes);
		must(p.notes != NULL, "memory");
		p.n = p.nentries = 0;
		atomic_store(&noting, &p);
		load(&t);
		atomic_store(&noting, NULL);
		free(p.notes);
		next_page(p.bytes, to, sizeof to);
		if (!to[0])
			break;
		snprintf(path, size, "%s", to);
	}
	return number;
}

static void page_time(const char *what, const char *path, int64_t rows)
{
	char name[100], conditions[200];
	struct load_task t = task_of(server_port(bed.real), path, 1, 100);
	struct load_result r;

	load(&t);
	r = load(&t);
	must_answer(&r);
	snprintf(name, sizeof name, "list of %lld rows, %s, p50", (long long)rows, what);
	snprintf(conditions, sizeof conditions, "HTTPS, one connection, 100 requests, audited; p99 %.1f ms", r.p99_ms);
	bench_figure(name, "ms", conditions, r.p50_ms, 20, 0, true);
}

static void page_times(int64_t rows)
{
	char path[200] = "/r/ledger";
	int middle = (int)(rows / 50 / 2);

	page_time("first page", path, rows);
	must(walk(middle, path, sizeof path) == middle, "the middle");
	page_time("a page in the middle", path, rows);
	snprintf(path, sizeof path, "/r/ledger?sort=changed&dir=asc");
	page_time("from the other end", path, rows);
	page_time("sorted by name", "/r/ledger?sort=name&dir=asc", rows);
	page_time("sorted by count, descending", "/r/ledger?sort=count&dir=desc", rows);
	page_time("one step of the life", "/r/ledger?step=active", rows);
	page_time("search that finds one", "/r/ledger?q=%E5%90%8D%E7%B0%BF+09876", rows);
	page_time("search that finds all", "/r/ledger?q=%E9%A1%A7%E5%AE%A2%E5%90%8D%E7%B0%BF", rows);
	page_time("search that finds nothing", "/r/ledger?q=%E7%8B%AC%E6%A8%B9%E9%8D%B5", rows);
}

static void paging(void)
{
	page_times(ROWS);
	for (int i = ROWS; i < LARGE; i += BATCH) {
		struct arena a = arena_make(0);
		struct request rq;
		request_init(&rq, &a, bed.conn, JA);
		must(request_run(&rq, DB_WRITE, add_rows, &i) == ST_OK, "rows");
		arena_free(&a);
	}
	page_times(LARGE);
}

/* ---- a server of its own ---- */

static int64_t status_kb(pid_t pid, const char *what)
{
	char path[64], line[200];
	int64_t kb = 0;

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	FILE *f = fopen(path, "r");
	while (f && fgets(line, sizeof line, f))
		if (strncmp(line, what, strlen(what)) == 0) {
			struct str figure = str_trim(str_z(line + strlen(what)));
			IGNORE(num_parse(str_sub(figure, 0, str_find_char(figure, ' ')), 0, INT64_MAX, &kb));
		}
	if (f)
		fclose(f);
	return kb;
}

/* Resident memory of one process and those below it: a server may have helpers. What is read from files is shared, and
 * counts once, with the process that has most of it in use. */
static int64_t anonymous_kb(pid_t pid, int64_t *files)
{
	char path[64], line[4096] = "";
	int64_t kb = status_kb(pid, "RssAnon:") + status_kb(pid, "RssShmem:");

	*files = MAX(*files, status_kb(pid, "RssFile:"));

	snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
	FILE *f = fopen(path, "r");
	if (f && !fgets(line, sizeof line, f))
		line[0] = 0;
	if (f)
		fclose(f);
	struct str rest = str_z(line), number;
	int64_t child;
	while (str_cut(&rest, ' ', &number))
		if (num_parse(number, 1, INT32_MAX, &child) == ST_OK)
			kb += anonymous_kb((pid_t)child, files);
	return kb;
}

static int64_t resident_kb(pid_t pid)
{
	int64_t files = 0, anonymous = anonymous_kb(pid, &files);

	return anonymous + files;
}

/* When nobody has asked for a while, and the server has given back what answers used. */
static int64_t rested_kb(pid_t pid)
{
	poll(NULL, 0, 3000);
	return resident_kb(pid);
}

static void own_process(void)
{
	const char *program = getenv("TOBARI");
	int out[2], code;
	int64_t port = 0;
	char line[200] = "";

	must(pipe(out) == 0, "pipe");
	int64_t begin = sys_monotonic_us();
	pid_t pid = fork();
	if (pid == 0) {
		dup2(out[1], 1);
		close(out[0]);
		execl(program ? program : "build/tobari", "tobari", "serve", "--data", bed.dir, "--listen", "127.0.0.1:0", (char *)NULL);
		_exit(127);
	}
	close(out[1]);
	must(read(out[0], line, sizeof line - 1) > 0 && strrchr(line, ':') != NULL, "the server did not start");
	struct str digits = str_z(strrchr(line, ':') + 1);
	must(num_parse(str_sub(digits, 0, str_find_char(digits, '/')), 1, 65535, &port) == ST_OK, "no port");
	struct load_task one = task_of((int)port, "/", 1, 1), many = task_of((int)port, "/login", IDLE, IDLE),
		some = task_of((int)port, "/login", CONNECTIONS, 10 * CONNECTIONS);
	struct load_result first = load(&one);
	must_answer(&first);
	bench_figure("start to first answer", "s", "process start to the first page over HTTPS, 10,000 ledger rows", (double)(sys_monotonic_us() - begin) / 1e6, 0.3, 0, true);
	int64_t before = resident_kb(pid);
	bench_figure("memory, idle after the first page", "MB", "resident, all processes of the server, shared files once", (double)before / 1024, 30, 0, true);
	load(&some);                                           /* these start the workers, which are no connection's */
	int64_t working = rested_kb(pid);
	load(&many);
	int64_t after = rested_kb(pid);
	bench_figure("memory with 64 connections", "MB", "resident, all processes of the server, shared files once, all workers started", (double)working / 1024, 0, 0, true);
	bench_figure("memory of an idle HTTPS connection", "KB", "from 64 to 1000 connections that each asked once, two seconds idle",
		(double)(after - working) / (IDLE - CONNECTIONS), 16, 8, true);
	bench_figure("memory with 1000 connections", "MB", "resident, all processes of the server, shared files once", (double)after / 1024, 0, 0, true);
	begin = sys_monotonic_us();
	kill(pid, SIGTERM);
	waitpid(pid, &code, 0);
	must(WIFEXITED(code) && WEXITSTATUS(code) == 0, "the server did not end well");
	bench_figure("SIGTERM to the end", "s", "1000 open connections", (double)(sys_monotonic_us() - begin) / 1e6, 5, 0, true);
	close(out[0]);
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	load_begin();
	make_store();
	start_servers();
	char detail[64];
	snprintf(detail, sizeof detail, "/r/ledger/%lld", (long long)bed.record);
	bed.page[0] = (struct page){ .name = "list page of 10,000 ledger rows", .path = "/r/ledger" };
	bed.page[1] = (struct page){ .name = "detail page of a ledger row", .path = detail };
	for (int i = 0; i < PAGES; i++) {
		note_page(&bed.page[i]);
		if (bench_wanted(i == 0 ? "list" : "detail"))
			compare_page(&bed.page[i]);
	}
	if (bench_wanted("waiting"))
		waiting_times();
	if (bench_wanted("hashing"))
		while_hashing();
	if (bench_wanted("conformity")) {
		bench_figure("conformity for today, 10,000 ledger rows", "ms", "best of 5", judged_ms(false), 50, 0, true);
		bench_figure("conformity for another day, 10,000 ledger rows", "ms", "best of 5, read from the versions", judged_ms(true), 2000, 0, true);
	}
	if (bench_wanted("creates"))
		creates();
	if (bench_wanted("paging"))
		paging();
	server_stop(bed.real);
	server_stop(bed.floor);
	MHD_stop_daemon(bed.bare);
	site_free(bed.site);
	tls_close(bed.tls);
	conn_close(bed.conn);
	store_close(bed.store);
	place_close(bed.place);
	if (bench_wanted("process"))
		own_process();
	load_end();
	execl("/bin/rm", "rm", "-rf", bed.dir, (char *)NULL);
	return 1;
}
