/* reconcile.c - ties files to rows of the ledger by the paths that people wrote. */
#include "domain/finder/reconcile.h"
#include "base/utf8.h"
#include "record/list.h"
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { BUCKETS = 4096, SEEN_FIRST = 4096 };

struct reconcile {
	struct arena             *a;
	struct date               today;
	struct reconcile_row     *rows, **last_row;
	struct reconcile_folder  *folders, **last_folder, *bucket[BUCKETS];
	struct reconcile_overdue *overdue, **last_overdue;
	uint64_t                 *seen;           /* hashes of files met already; open addressing, 0 = empty */
	ptrdiff_t                 nseen, room;
	struct buf                path;           /* of the last finding, with what it belongs to */
	struct reconcile_row     *row;
	struct reconcile_folder  *folder;
	pthread_mutex_t           lock;
};

/* ---- paths as people write them ---- */

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Offset where a path begins, or -1: "/x", "\\x", "D:\x". */
static ptrdiff_t path_start(struct str s)
{
	for (ptrdiff_t i = 0; i + 1 < s.n; i++) {
		char c = s.p[i], d = s.p[i + 1];
		bool slash = c == '/' && d != '/' && (i == 0 || !(is_letter(s.p[i - 1]) || s.p[i - 1] == '/' || s.p[i - 1] == ':'));
		bool drive = is_letter(c) && d == ':' && s.n - i > 2 && (s.p[i + 2] == '\\' || s.p[i + 2] == '/');
		if (slash || drive || (c == '\\' && d == '\\'))
			return i;
	}
	return -1;
}

static struct str until_mark(struct str s)
{
	static const struct str MARKS[] = { SLIT("\n"), SLIT("、"), SLIT("。"), SLIT("（"), SLIT("("), SLIT("，"), SLIT(","), SLIT(";") };

	for (ptrdiff_t i = 0; i < COUNT(MARKS); i++) {
		ptrdiff_t at = str_find(s, MARKS[i]);
		if (at >= 0)
			s = str_sub(s, 0, at);
	}
	return str_trim(s);
}

/* Folded, with '/' between its parts and before the first, none behind the last. */
static struct str fold_path(struct arena *a, struct str s)
{
	struct str f = str_dup(a, utf8_fold(a, s));
	char *p = str_to_z(a, f);

	for (ptrdiff_t i = 0; i < f.n; i++)
		if (p[i] == '\\')
			p[i] = '/';
	f = (struct str){ p, f.n };
	while (str_ends(f, S("/")))
		f.n--;
	return f;
}

static void set_path(struct arena *a, struct reconcile_row *row)
{
	ptrdiff_t at = path_start(row->place);
	struct str s = at < 0 ? S("") : fold_path(a, until_mark(str_sub(row->place, at, row->place.n)));

	row->anchored = str_starts(s, S("/")) && !str_starts(s, S("//"));
	if (str_starts(s, S("//"))) {                     /* the server's name is not part of the path here */
		ptrdiff_t share = str_find_char(str_sub(s, 2, s.n), '/');
		s = share < 0 ? S("") : str_sub(s, 2 + share, s.n);
	} else if (s.n > 2 && s.p[1] == ':') {
		s = str_sub(s, 2, s.n);
	}
	row->path = s.n > 1 ? s : S("");
}

/* Does `path` lie at or below `folder`? */
static bool below(struct str path, struct str folder)
{
	return str_starts(path, folder) && (path.n == folder.n || path.p[folder.n] == '/');
}

static bool holds(const struct reconcile_row *row, struct str path)
{
	if (row->path.n == 0)
		return false;
	if (row->anchored)
		return below(path, row->path);
	for (ptrdiff_t i = 0; i + row->path.n <= path.n; i++)
		if (path.p[i] == '/' && below(str_sub(path, i, path.n), row->path))
			return true;
	return false;
}

/* ---- the ledger ---- */

static struct str field(struct request *rq, struct arena *a, const struct record *r, const char *name)
{
	int i = type_place(r->type, str_z(name));
	struct buf b CLEANUP(buf_free) = buf_make(64 << 10);

	if (i < 0 || !r->v[i].set)
		return S("");
	if (r->type->fields[i].kind == FK_DEPARTMENT && r->v[i].num)
		return str_dup(a, record_title_of(rq, r->v[i].num));
	value_print(&b, &r->type->fields[i], &r->v[i], rq->lang);
	return str_dup(a, buf_str(&b));
}

static enum status take_row(struct request *rq, struct record *rec, void *arg)
{
	struct reconcile *r = arg;
	int period = type_place(rec->type, S("retention"));
	struct reconcile_row row = {
		.serial = str_dup(r->a, rec->serial), .name = field(rq, r->a, rec, "name"), .department = field(rq, r->a, rec, "department"),
		.manager = field(rq, r->a, rec, "manager"), .place = field(rq, r->a, rec, "storage_place"),
		.retention = field(rq, r->a, rec, "retention"),
	};

	if (period >= 0 && rec->v[period].set && !value_is_raw(&rec->v[period]) && rec->v[period].num > 0)
		row.months = (int)MIN(rec->v[period].num, 12000);
	reconcile_add(r, row);
	return ST_OK;
}

struct reconcile *reconcile_make(struct arena *a, struct date today)
{
	struct reconcile *r = new(a, struct reconcile);

	*r = (struct reconcile){ .a = a, .today = today, .path = buf_make(1 << 20) };
	r->last_row = &r->rows;
	r->last_folder = &r->folders;
	r->last_overdue = &r->overdue;
	pthread_mutex_init(&r->lock, NULL);
	return r;
}

void reconcile_add(struct reconcile *r, struct reconcile_row given)
{
	struct reconcile_row *row = new(r->a, struct reconcile_row);

	*row = given;
	row->next = NULL;
	row->files = 0;
	set_path(r->a, row);
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

static struct str whole_path(struct arena *a, struct str path)
{
	char whole[PATH_MAX];
	struct arena_mark mark = arena_mark(a);
	bool ok = path.n < PATH_MAX && realpath(str_to_z(a, path), whole);

	arena_reset(a, mark);
	return str_dup(a, ok ? str_z(whole) : path);
}

void reconcile_scope(struct reconcile *r, const struct str *paths, int n)
{
	for (int i = 0; i < n; i++) {
		struct str root = fold_path(r->a, whole_path(r->a, paths[i]));
		for (struct reconcile_row *row = r->rows; row; row = row->next)
			row->searched |= row->path.n && (row->anchored ? below(row->path, root) || below(root, row->path) : holds(row, root));
	}
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

static struct reconcile_row *row_of(struct reconcile *r, struct str folded)
{
	struct reconcile_row *best = NULL;            /* the deepest folder that holds it */

	for (struct reconcile_row *row = r->rows; row; row = row->next)
		if (holds(row, folded) && (!best || row->path.n > best->path.n))
			best = row;
	return best;
}

static void check_age(struct reconcile *r, const struct reconcile_row *row, struct str path)
{
	struct arena_mark mark = arena_mark(r->a);
	struct stat st;
	bool there = stat(str_to_z(r->a, path), &st) == 0;

	arena_reset(r->a, mark);
	if (!there || !row->months)
		return;
	struct date changed = instant_date_tokyo((struct instant){ (int64_t)st.st_mtim.tv_sec * 1000000 });
	struct date due = date_add_months(changed, row->months);
	if (date_cmp(due, r->today) >= 0)
		return;
	struct reconcile_overdue *o = new(r->a, struct reconcile_overdue);
	*o = (struct reconcile_overdue){ .path = str_dup(r->a, path), .row = row, .changed = changed, .due = due };
	*r->last_overdue = o;
	r->last_overdue = &o->next;
}

static struct reconcile_folder *folder_of(struct reconcile *r, struct str path)
{
	struct str whole = whole_path(r->a, path);

	while (whole.n > 1 && whole.p[whole.n - 1] != '/')
		whole.n--;
	whole.n -= whole.n > 1;
	struct reconcile_folder **b = &r->bucket[str_hash(whole) % BUCKETS];
	for (struct reconcile_folder *f = *b; f; f = f->same_)
		if (str_eq(f->path, whole))
			return f;
	struct reconcile_folder *f = new(r->a, struct reconcile_folder);
	*f = (struct reconcile_folder){ .path = whole, .same_ = *b };
	*b = f;
	*r->last_folder = f;
	r->last_folder = &f->next;
	return f;
}

/* Looks up what the file belongs to; findings of one file come one after the other. */
static void turn_to(struct reconcile *r, struct str path)
{
	bool first = first_time(r, str_hash(path));
	struct arena_mark mark = arena_mark(r->a);

	r->path.n = 0;
	buf_add(&r->path, path);
	r->row = row_of(r, fold_path(r->a, whole_path(r->a, path)));
	arena_reset(r->a, mark);
	r->folder = r->row ? NULL : folder_of(r, path);
	if (!first)
		return;
	if (r->folder) {
		r->folder->files++;
	} else {
		r->row->files++;
		check_age(r, r->row, path);
	}
}

void reconcile_found(struct reconcile *r, const struct finding *found)
{
	pthread_mutex_lock(&r->lock);
	if (!str_eq(buf_str(&r->path), found->path))
		turn_to(r, found->path);
	if (r->folder) {
		r->folder->findings++;
		r->folder->kinds |= SCAN_BIT(found->kind);
	}
	pthread_mutex_unlock(&r->lock);
}

const struct reconcile_row *reconcile_rows(const struct reconcile *r)
{
	return r->rows;
}

const struct reconcile_folder *reconcile_folders(const struct reconcile *r)
{
	return r->folders;
}

const struct reconcile_overdue *reconcile_overdue(const struct reconcile *r)
{
	return r->overdue;
}
