/* walk.c - folders in the order of names, never through a link, never into the kernel's file systems. */
#include "domain/finder/inside.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { DEPTH_MAX = 200, PATH_BYTES = 1 << 20 };

struct file_id file_id_of(const struct stat *st)
{
	return (struct file_id){
		.size = st->st_size, .mtime_ns = (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec,
		.ctime_ns = (int64_t)st->st_ctim.tv_sec * 1000000000 + st->st_ctim.tv_nsec,
		.inode = (int64_t)st->st_ino, .device = (int64_t)st->st_dev,
	};
}

static bool excluded(const struct walk *w, const char *path, const char *name)
{
	for (int i = 0; i < w->o->nexcludes; i++) {
		char glob[4096];
		struct str g = w->o->excludes[i];
		if (g.n >= (ptrdiff_t)sizeof glob)
			continue;
		memcpy(glob, g.p, (size_t)g.n);
		glob[g.n] = 0;
		if (fnmatch(glob, name, 0) == 0 || fnmatch(glob, path, 0) == 0)
			return true;
	}
	return false;
}

static bool kernel_files(int fd)
{
	struct statfs f;

	if (fstatfs(fd, &f))
		return false;
	unsigned long t = (unsigned long)f.f_type;
	return t == PROC_SUPER_MAGIC || t == SYSFS_MAGIC || t == DEBUGFS_MAGIC || t == TRACEFS_MAGIC || t == CGROUP_SUPER_MAGIC ||
	       t == CGROUP2_SUPER_MAGIC || t == BPF_FS_MAGIC || t == SECURITYFS_MAGIC || t == DEVPTS_SUPER_MAGIC || t == PSTOREFS_MAGIC;
}

/* ---- the names of a folder, sorted ---- */

struct names { char **p; ptrdiff_t n, room; };

static int by_bytes(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

static void names_free(struct names *l)
{
	for (ptrdiff_t i = 0; i < l->n; i++)
		free(l->p[i]);
	free(l->p);
}

static bool names_add(struct names *l, const char *name)
{
	if (l->n == l->room) {
		ptrdiff_t room = MAX(64, l->room * 2);
		char **p = realloc(l->p, (size_t)room * sizeof *p);
		if (!p)
			return false;
		l->p = p;
		l->room = room;
	}
	l->p[l->n] = strdup(name);
	return l->p[l->n] && ++l->n;
}

/* Takes the descriptor over. */
static bool names_read(int fd, struct names *l)
{
	DIR *d = fdopendir(fd);
	bool ok = d;

	if (!d) {
		close(fd);
		return false;
	}
	for (struct dirent *e; ok && (errno = 0, e = readdir(d)); )
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			ok = names_add(l, e->d_name);
	ok = ok && errno == 0;
	closedir(d);
	if (l->n)
		qsort(l->p, (size_t)l->n, sizeof *l->p, by_bytes);
	return ok;
}

/* ---- entries ---- */

static enum extract_why why_not(void)
{
	return errno == EACCES || errno == EPERM ? EXTRACT_denied : errno == ENOENT ? EXTRACT_vanished :
	       errno == ELOOP ? EXTRACT_link : EXTRACT_unreadable;
}

static bool tell(struct walk *w, struct buf *path, int fd, const struct stat *st, enum extract_why why)
{
	return w->file(w->user, buf_str(path), fd, st, why);
}

static void pass(struct walk *w, struct buf *path)
{
	w->skipped++;
	if (w->passed)
		w->passed(w->user, buf_str(path));
}

static bool visit(struct walk *w, int folder, const char *name, struct buf *path, int depth, bool named);

static bool enter(struct walk *w, int folder, const char *name, struct buf *path, int depth)
{
	int fd = depth < DEPTH_MAX ? openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK) : -1;
	int again = fd >= 0 ? fcntl(fd, F_DUPFD_CLOEXEC, 3) : -1;
	struct names l = { NULL, 0, 0 };
	ptrdiff_t mark = path->n;
	bool on = true;

	if (fd < 0 || again < 0) {
		enum extract_why why = depth < DEPTH_MAX ? why_not() : EXTRACT_too_deep;
		if (fd >= 0)
			close(fd);
		return w->count_only || tell(w, path, -1, NULL, why);
	}
	if (kernel_files(fd)) {
		pass(w, path);
		close(again);
	} else if (!names_read(again, &l)) {
		on = w->count_only || tell(w, path, -1, NULL, EXTRACT_unreadable);
	}
	if (path->n && path->p[path->n - 1] != '/')
		buf_char(path, '/');
	ptrdiff_t inside = path->n;
	for (ptrdiff_t i = 0; i < l.n && on; i++) {
		buf_add(path, str_z(l.p[i]));
		on = visit(w, fd, l.p[i], path, depth + 1, false);
		path->n = inside;
	}
	path->n = mark;
	names_free(&l);
	close(fd);
	return on;
}

static bool regular(struct walk *w, int folder, const char *name, struct buf *path, struct stat *st)
{
	struct file_id id = file_id_of(st);

	if (w->state.inode && id.inode == w->state.inode && id.device == w->state.device) {
		w->skipped++;
		return true;
	}
	if (w->count_only)
		return tell(w, path, -1, st, EXTRACT_WHY_MAX);
	int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return tell(w, path, -1, NULL, why_not());
	if (fstat(fd, st) || !S_ISREG(st->st_mode)) {         /* something else took its place */
		close(fd);
		return tell(w, path, -1, NULL, EXTRACT_special);
	}
	return tell(w, path, fd, st, EXTRACT_WHY_MAX);
}

/* `named`: given on the command line, so that passing it over must be told. */
static bool visit(struct walk *w, int folder, const char *name, struct buf *path, int depth, bool named)
{
	struct stat st;

	if (w->o->stop && atomic_load(w->o->stop))
		return false;
	buf_char(path, 0);
	bool skip = path->failed || excluded(w, path->p, name);
	path->n--;
	if (skip) {
		pass(w, path);
		return true;
	}
	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW))
		return w->count_only || tell(w, path, -1, NULL, why_not());
	if (S_ISDIR(st.st_mode))
		return enter(w, folder, name, path, depth);
	if (S_ISREG(st.st_mode))
		return regular(w, folder, name, path, &st);
	if (named && !w->count_only)
		return tell(w, path, -1, NULL, S_ISLNK(st.st_mode) ? EXTRACT_link : EXTRACT_special);
	pass(w, path);
	return true;
}

enum status walk_paths(struct walk *w)
{
	bool on = true;

	for (int i = 0; i < w->o->npaths && on; i++) {
		struct arena a = arena_make(1 << 20);
		struct buf path CLEANUP(buf_free) = buf_make(PATH_BYTES);
		char *z = str_to_z(&a, w->o->paths[i]);
		buf_add(&path, w->o->paths[i]);
		on = visit(w, AT_FDCWD, z, &path, 0, true);
		arena_free(&a);
	}
	return on ? ST_OK : ST_RETRY;
}
