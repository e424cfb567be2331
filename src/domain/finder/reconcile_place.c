/* reconcile_place.c - reads the paths in a place of storage and compares them with those of files. */
#include "domain/finder/reconcile_place.h"
#include "base/utf8.h"
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { PLACES_MAX = 16 };

/* What ends a path within a sentence. */
static const struct str MARKS[] = { SLIT("\n"), SLIT("、"), SLIT("。"), SLIT("（"), SLIT("("), SLIT("，"), SLIT(","), SLIT(";"), SLIT("；") };

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Does a second path of the text begin here? A folder's name may hold any sign, so that only a gap parts them. */
static bool behind_gap(struct str s, ptrdiff_t at)
{
	struct str before = str_sub(s, 0, at);

	if (at == 0 || str_ends(before, S(" ")) || str_ends(before, S("\u3000")) || str_ends(before, S("・")))
		return true;
	for (ptrdiff_t i = 0; i < COUNT(MARKS); i++)
		if (str_ends(before, MARKS[i]))
			return true;
	return false;
}

/* Offset where a path begins: "/x", "\\x", "D:\x"; -1. */
static ptrdiff_t path_start(struct str s, ptrdiff_t from)
{
	for (ptrdiff_t i = from; i + 1 < s.n; i++) {
		char c = s.p[i], d = s.p[i + 1];
		bool slash = c == '/' && d != '/' && (i == 0 || !(is_letter(s.p[i - 1]) || s.p[i - 1] == '/' || s.p[i - 1] == ':'));
		bool drive = is_letter(c) && d == ':' && s.n - i > 2 && (s.p[i + 2] == '\\' || s.p[i + 2] == '/');
		if ((slash || drive || (c == '\\' && d == '\\')) && (from == 0 || behind_gap(s, i)))
			return i;
	}
	return -1;
}

static struct str until_mark(struct str s)
{
	for (ptrdiff_t i = 0; i < COUNT(MARKS); i++) {
		ptrdiff_t at = str_find(s, MARKS[i]);
		if (at >= 0)
			s = str_sub(s, 0, at);
	}
	return str_trim(s);
}

static struct str without_end(struct str s)
{
	while (str_ends(s, S("/")))
		s.n--;
	return s;
}

static struct str with_slashes(struct arena *a, struct str s)
{
	char *p = str_to_z(a, s);

	for (ptrdiff_t i = 0; i < s.n; i++)
		if (p[i] == '\\')
			p[i] = '/';
	return (struct str){ p, s.n };
}

struct str reconcile_fold(struct arena *a, struct str path)
{
	return without_end(with_slashes(a, utf8_fold(a, path)));
}

struct str reconcile_real(struct arena *a, struct str path)
{
	char whole[PATH_MAX];
	bool ok = path.n < PATH_MAX && realpath(str_to_z(a, path), whole);
	struct str s = ok ? str_z(whole) : path;
	struct buf b CLEANUP(buf_free) = buf_make(1 << 20);

	if (utf8_valid(s))
		return str_dup(a, s);
	for (ptrdiff_t at = 0; at < s.n; )
		utf8_add(&b, utf8_next(s, &at));
	return str_dup(a, buf_str(&b));
}

bool reconcile_below(struct str path, struct str folder)
{
	return str_starts(path, folder) && (path.n == folder.n || path.p[folder.n] == '/');
}

static bool names_file(struct str path)
{
	while (path.n && path.p[path.n - 1] != '/')
		if (path.p[--path.n] == '.')
			return true;
	return false;
}

static void add_place(struct arena *a, struct reconcile_place **list, struct str written)
{
	struct str s = without_end(with_slashes(a, written));
	bool anchored = str_starts(s, S("/")) && !str_starts(s, S("//"));

	if (str_starts(s, S("//"))) {                     /* the server's name is not part of the path here */
		ptrdiff_t share = str_find_char(str_sub(s, 2, s.n), '/');
		s = share < 0 ? S("") : str_sub(s, 2 + share, s.n);
	} else if (s.n > 2 && s.p[1] == ':') {
		s = str_sub(s, 2, s.n);
	}
	if (s.n < 2)
		return;
	struct reconcile_place *p = new(a, struct reconcile_place);
	*p = (struct reconcile_place){ .raw = s, .anchored = anchored, .next = *list };
	p->path = reconcile_fold(a, anchored ? reconcile_real(a, s) : s);
	p->file = names_file(p->path);
	*list = p;
}

/* Wide signs, and the yen sign that stands for '\' on Japanese keyboards. */
static struct str narrow(struct arena *a, struct str text)
{
	struct buf b CLEANUP(buf_free) = buf_make(1 << 20);
	struct str s = utf8_nfkc(a, text);

	for (ptrdiff_t i = 0; i < s.n; i++) {
		bool yen = str_starts(str_sub(s, i, s.n), S("¥"));
		buf_char(&b, yen ? '\\' : s.p[i]);
		i += yen;
	}
	return str_dup(a, buf_str(&b));
}

struct reconcile_place *reconcile_places(struct arena *a, struct str text)
{
	struct reconcile_place *list = NULL;
	struct str first;
	ptrdiff_t at = path_start(text, 0), next;

	if (at < 0)
		at = path_start(text = narrow(a, text), 0);
	for (int n = 0; at >= 0 && n < PLACES_MAX; at = next, n++) {
		next = path_start(text, at + 2);
		add_place(a, &list, until_mark(str_sub(text, at, next < 0 ? text.n : next)));
	}
	/* a folder's own name may hold a comma or a bracket */
	if (str_starts(text, S("/")) && str_cut(&text, '\n', &first))
		add_place(a, &list, first);
	return list;
}

static ptrdiff_t holds(const struct reconcile_place *p, struct str path)
{
	if (p->anchored)
		return reconcile_below(path, p->path) ? p->path.n : 0;
	for (ptrdiff_t i = path.n - p->path.n; i >= 0; i--)
		if (path.p[i] == '/' && reconcile_below(str_sub(path, i, path.n), p->path))
			return i + p->path.n;
	return 0;
}

ptrdiff_t reconcile_holds(const struct reconcile_place *places, struct str path)
{
	ptrdiff_t deepest = 0;

	for (const struct reconcile_place *p = places; p; p = p->next)
		deepest = MAX(deepest, holds(p, path));
	return deepest;
}

void reconcile_locate(struct arena *a, struct reconcile_place *p, struct str root)
{
	struct str folded = reconcile_fold(a, root), above = without_end(root);

	if (p->anchored) {
		p->here = reconcile_below(p->path, folded) ? p->path : S("");
		return;
	}
	for (;;) {                                        /* "/人事" of \\fs01\人事, mounted at /mnt/fs01 */
		struct buf b CLEANUP(buf_free) = buf_make(1 << 20);
		struct stat st;
		buf_add(&b, above);
		buf_add(&b, p->raw);
		struct str there = reconcile_fold(a, buf_str(&b));
		if (stat(str_to_z(a, buf_str(&b)), &st) == 0 && reconcile_below(there, folded))
			p->here = there;
		if (p->here.n || above.n == 0)
			return;
		while (above.n && above.p[above.n - 1] != '/')
			above.n--;
		above = without_end(above);
	}
}
