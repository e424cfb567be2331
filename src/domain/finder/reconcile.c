/* reconcile.c - gathers, while files are searched, what belongs to which row of the ledger and what to none. */
#include "domain/finder/reconcile.h"
#include "base/utf8.h"
#include "domain/ledger/ledger.h"
#include "record/list.h"
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { BUCKETS = 4096, SEEN_FIRST = 4096, STORAGE_PLACE_MAX = 500 };

/* A folder in which something was found or not read; its row, if one holds it. */
struct folder {
	struct str     path, folded;      /* real */
	struct reconcile_row *row;
	bool           taken;             /* counted with a folder above */
	int64_t        files, findings, found[SCAN_KIND_MAX];
	struct folder *next, *same;
};
/* The names under which folders were met. */
struct alias { struct str given; struct folder *folder; struct alias *same; };

struct reconcile {
	struct arena         *a;
	struct date           today;
	struct reconcile_row *rows, **last_row;
	bool                  places_are_files;   /* some row names a file */
	struct str           *roots;
	int                   nroots;
	struct folder        *folders, *bucket[BUCKETS];
	ptrdiff_t             nfolders;
	struct alias         *alias[BUCKETS];
	struct reconcile_act *acts, **last_act;
	uint64_t             *seen;               /* hashes of files met already; open addressing, 0 = empty */
	ptrdiff_t             nseen, room;
	struct buf            path;               /* of the last finding, with what it belongs to */
	struct reconcile_row *row;
	struct folder        *folder;
	pthread_mutex_t       lock;
};

/* ---- the ledger ---- */

static struct str field(struct request *rq, struct arena *a, const struct record *r, int place)
{
	struct buf b CLEANUP(buf_free) = buf_make(64 << 10);

	if (!r->v[place].set)
		return S("");
	if (r->type->fields[place].kind == FK_DEPARTMENT && r->v[place].num)
		return str_dup(a, record_title_of(rq, r->v[place].num));
	value_print(&b, &r->type->fields[place], &r->v[place], rq->lang);
	return str_dup(a, buf_str(&b));
}

static enum status take_row(struct request *rq, struct record *rec, void *arg)
{
	struct reconcile *r = arg;
	const struct value *keep = &rec->v[ledger_f_retention];
	bool draft = str_eq(rec->step, S("draft"));
	struct reconcile_row row = {
		.record = rec->id, .department = rec->department, .serial = str_dup(r->a, rec->serial),
		.name = field(rq, r->a, rec, ledger_f_name), .department_name = field(rq, r->a, rec, ledger_f_department),
		.manager = field(rq, r->a, rec, ledger_f_manager), .place = field(rq, r->a, rec, ledger_f_storage_place),
		.retention = field(rq, r->a, rec, ledger_f_retention),
		.in_use = !draft && !str_eq(rec->step, S("review")), .proposed = draft && rec->v[ledger_f_found_on].set,
	};

	if (keep->set && !value_is_raw(keep) && keep->num > 0)
		row.months = (int)MIN(keep->num, 12000);
	reconcile_add(r, row);
	return ST_OK;
}

struct reconcile *reconcile_make(struct arena *a, struct date today)
{
	struct reconcile *r = new(a, struct reconcile);

	*r = (struct reconcile){ .a = a, .today = today, .path = buf_make(1 << 20) };
	r->last_row = &r->rows;
	r->last_act = &r->acts;
	pthread_mutex_init(&r->lock, NULL);
	return r;
}

void reconcile_add(struct reconcile *r, struct reconcile_row given)
{
	struct reconcile_row *row = new(r->a, struct reconcile_row);

	*row = given;
	row->next = NULL;
	row->last_overdue = &row->overdue;
	row->places = reconcile_places(r->a, row->place);
	for (const struct reconcile_place *p = row->places; p; p = p->next)
		r->places_are_files |= p->file;
	*r->last_row = row;
	r->last_row = &row->next;
}

enum status reconcile_load(struct request *rq, struct arena *a, struct reconcile **ret)
{
	struct list_query q = { .type = store_type(conn_store(rq->conn), S("ledger")), .sort = LIST_SORT_SERIAL };
	struct reconcile *r = reconcile_make(a, rq->today);
	enum status st = q.type ? record_each(rq, &q, take_row, r) : ST_BROKEN;

	if (st != ST_OK) {
		reconcile_free(r);
		return st;
	}
	*ret = r;
	return ST_OK;
}

struct str reconcile_keep(struct reconcile *r, struct str s)
{
	return str_dup(r->a, s);
}

void reconcile_free(struct reconcile *r)
{
	if (!r)
		return;
	free(r->seen);
	r->seen = NULL;
	buf_free(&r->path);
	pthread_mutex_destroy(&r->lock);
}

/* ---- the scan ---- */

/* A row is searched when each of its places lies within the scan. */
static bool covered(struct reconcile *r, struct reconcile_row *row)
{
	for (struct reconcile_place *p = row->places; p; p = p->next) {
		for (int i = 0; i < r->nroots && !p->here.n; i++)
			reconcile_locate(r->a, p, r->roots[i]);
		if (!p->here.n)
			return false;
	}
	return row->places;
}

void reconcile_scope(struct reconcile *r, const struct str *paths, int n)
{
	r->roots = new_n(r->a, struct str, n);
	r->nroots = n;
	for (int i = 0; i < n; i++)
		r->roots[i] = reconcile_real(r->a, paths[i]);
	for (struct reconcile_row *row = r->rows; row; row = row->next)
		row->searched = covered(r, row);
}

/* True the first time. */
static bool first_time(struct reconcile *r, uint64_t hash)
{
	hash |= 1;
	if (r->nseen * 2 >= r->room) {
		ptrdiff_t room = MAX(SEEN_FIRST, r->room * 2);
		uint64_t *more = calloc((size_t)room, sizeof *more);
		if (!more)
			abort();
		for (ptrdiff_t i = 0; i < r->room; i++) {
			ptrdiff_t k = (ptrdiff_t)(r->seen[i] & (uint64_t)(room - 1));
			while (r->seen[i] && more[k])
				k = (k + 1) & (room - 1);
			if (r->seen[i])
				more[k] = r->seen[i];
		}
		free(r->seen);
		r->seen = more;
		r->room = room;
	}
	ptrdiff_t k = (ptrdiff_t)(hash & (uint64_t)(r->room - 1));
	while (r->seen[k] && r->seen[k] != hash)
		k = (k + 1) & (r->room - 1);
	if (r->seen[k])
		return false;
	r->seen[k] = hash;
	r->nseen++;
	return true;
}

/* The row whose place holds the path; of several, the one that says it most closely. Costs rows. */
static struct reconcile_row *row_of(struct reconcile *r, struct str folded)
{
	struct reconcile_row *best = NULL;
	ptrdiff_t deepest = 0;

	for (struct reconcile_row *row = r->rows; row; row = row->next) {
		ptrdiff_t n = reconcile_holds(row->places, folded);
		if (n > deepest) {
			deepest = n;
			best = row;
		}
	}
	return best;
}

static struct folder *folder_at(struct reconcile *r, struct str real)
{
	struct folder **b = &r->bucket[str_hash(real) % BUCKETS];

	for (struct folder *f = *b; f; f = f->same)
		if (str_eq(f->path, real))
			return f;
	return NULL;
}

static struct str parent_of(struct str path)
{
	while (path.n > 1 && path.p[path.n - 1] != '/')
		path.n--;
	path.n -= path.n > 1 && path.p[path.n - 1] == '/';
	return path;
}

static struct folder *folder_make(struct reconcile *r, struct str real)
{
	struct folder *f = folder_at(r, real), **b = &r->bucket[str_hash(real) % BUCKETS];

	if (f)
		return f;
	f = new(r->a, struct folder);
	*f = (struct folder){ .path = real, .folded = reconcile_fold(r->a, real), .same = *b, .next = r->folders };
	f->row = row_of(r, f->folded);
	*b = r->folders = f;
	r->nfolders++;
	return f;
}

/* The folder of a file, under the name by which it was met: looked up in the file system once. */
static struct folder *folder_of(struct reconcile *r, struct str path)
{
	struct str given = str_find_char(path, '/') < 0 ? S(".") : parent_of(path);
	struct alias **b = &r->alias[str_hash(given) % BUCKETS];

	for (struct alias *x = *b; x; x = x->same)
		if (str_eq(x->given, given))
			return x->folder;
	struct alias *x = new(r->a, struct alias);
	*x = (struct alias){ str_dup(r->a, given), folder_make(r, reconcile_real(r->a, given)), *b };
	*b = x;
	return x->folder;
}

static void check_age(struct reconcile *r, struct reconcile_row *row, struct str path)
{
	struct arena_mark mark = arena_mark(r->a);
	struct stat st;
	bool there = stat(str_to_z(r->a, path), &st) == 0;

	arena_reset(r->a, mark);
	if (!there || !row->months || !row->in_use)
		return;
	struct date changed = instant_date_tokyo((struct instant){ (int64_t)st.st_mtim.tv_sec * 1000000 });
	struct date due = date_add_months(changed, row->months);
	if (date_cmp(due, r->today) >= 0)
		return;
	struct reconcile_overdue *o = new(r->a, struct reconcile_overdue);
	*o = (struct reconcile_overdue){ .path = reconcile_real(r->a, path), .changed = changed, .due = due };
	*row->last_overdue = o;
	row->last_overdue = &o->next;
	row->noverdue++;
}

static struct reconcile_row *row_of_file(struct reconcile *r, const struct folder *f, struct str path)
{
	struct arena_mark mark = arena_mark(r->a);
	struct reconcile_row *row = f->row;

	if (r->places_are_files)
		row = row_of(r, reconcile_fold(r->a, reconcile_real(r->a, path)));
	arena_reset(r->a, mark);
	return row;
}

/* Looks up what the file belongs to; findings of one file come one after the other. */
static void turn_to(struct reconcile *r, struct str path)
{
	bool first = first_time(r, str_hash(path));

	r->path.n = 0;
	buf_add(&r->path, path);
	r->folder = folder_of(r, path);
	r->row = row_of_file(r, r->folder, path);
	if (!first)
		return;
	if (r->row) {
		r->row->files++;
		check_age(r, r->row, path);
	} else {
		r->folder->files++;
	}
}

void reconcile_found(struct reconcile *r, const struct finding *found)
{
	pthread_mutex_lock(&r->lock);
	if (!str_eq(buf_str(&r->path), found->path))
		turn_to(r, found->path);
	if (r->row) {
		r->row->found[found->kind]++;
	} else {
		r->folder->findings++;
		r->folder->found[found->kind]++;
	}
	pthread_mutex_unlock(&r->lock);
}

/* Everything below a folder that was not entered is unknown. */
static void rows_below(struct reconcile *r, struct str path)
{
	struct arena_mark mark = arena_mark(r->a);
	struct str folded = reconcile_fold(r->a, reconcile_real(r->a, path));

	for (struct reconcile_row *row = r->rows; row; row = row->next)
		for (const struct reconcile_place *p = row->places; p && row->searched; p = p->next)
			row->unread += reconcile_below(p->here, folded);
	arena_reset(r->a, mark);
}

void reconcile_unread(struct reconcile *r, struct str path, enum extract_why why)
{
	bool may_be_folder = why == EXTRACT_denied || why == EXTRACT_unreadable || why == EXTRACT_too_deep || why == EXTRACT_vanished ||
	                     why == EXTRACT_link;

	pthread_mutex_lock(&r->lock);
	struct reconcile_row *row = row_of_file(r, folder_of(r, path), path);
	if (row)
		row->unread++;
	if (may_be_folder)
		rows_below(r, path);
	pthread_mutex_unlock(&r->lock);
}

void reconcile_passed(struct reconcile *r, struct str path)
{
	pthread_mutex_lock(&r->lock);
	rows_below(r, path);
	pthread_mutex_unlock(&r->lock);
}

/* ---- what follows ---- */

static bool is_root(const struct reconcile *r, struct str path)
{
	for (int i = 0; i < r->nroots; i++)
		if (str_eq(r->roots[i], path))
			return true;
	return false;
}

/* The folder under which it is proposed: the highest above it that holds findings itself, below what was asked to be
 * searched; a row of the ledger covers what lies below its place. And one whose path fits into the ledger. */
static struct folder *proposed_under(struct reconcile *r, struct folder *f)
{
	struct folder *best = f;

	for (struct str p = f->path; p.n > 1 && !is_root(r, p); ) {
		p = parent_of(p);
		struct folder *above = folder_at(r, p);
		if (above && above->findings && !above->row && !is_root(r, p))
			best = above;
	}
	while (best->path.n > STORAGE_PLACE_MAX)
		best = folder_make(r, parent_of(best->path));
	return best;
}

static struct reconcile_act *add_act(struct reconcile *r, enum reconcile_what what, const struct reconcile_row *row)
{
	struct reconcile_act *act = new(r->a, struct reconcile_act);

	*act = (struct reconcile_act){ .what = what, .row = row, .serial = S(""), .path = row ? row->place : S("") };
	*r->last_act = act;
	r->last_act = &act->next;
	return act;
}

static int by_path(const void *a, const void *b)
{
	const struct folder *const *x = a, *const *y = b;

	return str_cmp((*x)->path, (*y)->path);
}

static void count_under(struct folder *top, struct folder *f)
{
	top->files += f->files;
	top->findings += f->findings;
	for (int k = 0; k < SCAN_KIND_MAX; k++)
		top->found[k] += f->found[k];
	f->taken = true;
}

static void add_proposals(struct reconcile *r)
{
	ptrdiff_t n = 0;

	for (struct folder *f = r->folders; f; f = f->next) {
		struct folder *top = f->findings && !f->taken ? proposed_under(r, f) : f;
		if (top != f)
			count_under(top, f);
	}
	struct folder **all = new_n(r->a, struct folder *, r->nfolders);
	for (struct folder *f = r->folders; f; f = f->next)
		if (f->findings && !f->taken)
			all[n++] = f;
	qsort(all, (size_t)n, sizeof(struct folder *), by_path);
	for (ptrdiff_t i = 0; i < n; i++) {
		struct reconcile_act *act = add_act(r, RECONCILE_PROPOSAL, NULL);
		act->path = all[i]->path;
		act->files = all[i]->files;
		act->found = all[i]->found;
	}
}

static int by_overdue_path(const void *a, const void *b)
{
	const struct reconcile_overdue *const *x = a, *const *y = b;

	return str_cmp((*x)->path, (*y)->path);
}

/* The threads found them in any order. */
static void sort_overdue(struct reconcile *r, struct reconcile_row *row)
{
	struct reconcile_overdue **all = new_n(r->a, struct reconcile_overdue *, row->noverdue);
	ptrdiff_t n = 0;

	for (struct reconcile_overdue *o = row->overdue; o; o = o->next)
		all[n++] = o;
	qsort(all, (size_t)n, sizeof(struct reconcile_overdue *), by_overdue_path);
	row->last_overdue = &row->overdue;
	for (ptrdiff_t i = 0; i < n; i++) {
		*row->last_overdue = all[i];
		row->last_overdue = &all[i]->next;
	}
	*row->last_overdue = NULL;
}

void reconcile_finish(struct reconcile *r, bool whole)
{
	add_proposals(r);
	for (struct reconcile_row *row = r->rows; row; row = row->next)
		if (row->proposed && row->files) {
			struct reconcile_act *act = add_act(r, RECONCILE_PROPOSAL, row);
			act->files = row->files;
			act->found = row->found;
		}
	for (struct reconcile_row *row = r->rows; row; row = row->next)
		if (whole && row->in_use && row->searched && !row->files && !row->unread)
			add_act(r, RECONCILE_QUESTION, row);
	for (struct reconcile_row *row = r->rows; row; row = row->next)
		if (row->noverdue) {
			sort_overdue(r, row);
			add_act(r, RECONCILE_DISPOSAL, row)->files = row->noverdue;
		}
}

struct reconcile_act *reconcile_acts(const struct reconcile *r)
{
	return r->acts;
}

const struct reconcile_row *reconcile_rows(const struct reconcile *r)
{
	return r->rows;
}
