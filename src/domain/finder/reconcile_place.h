/* reconcile_place.h - places of storage as people write them, tied to paths of files: "/srv/share/人事",
 * "\\fs01\share\人事", "D:\人事" (of the last two, server and drive are left out), several in one field. */
#pragma once
#include "base/base.h"

struct reconcile_place {
	struct str path;                  /* folded, from the first '/'; the real one where it exists here */
	struct str raw;                   /* as written, with '/' between its parts */
	bool       anchored;              /* whole, from the root of this machine */
	bool       file;                  /* may name a file rather than a folder */
	struct str here;                  /* folded: where in the scan it lies; empty = not known */
	struct reconcile_place *next;
};

/* The paths in a text; NULL when it names none. */
struct reconcile_place *reconcile_places(struct arena *a, struct str text);
/* The form in which paths are compared: folded, '/' between the parts, none behind the last. */
struct str reconcile_fold(struct arena *a, struct str path);
/* The real path of a file or folder, in UTF-8; the path itself when it is gone. */
struct str reconcile_real(struct arena *a, struct str path);
/* Does the folded `path` lie at or below the folded `folder`? */
bool reconcile_below(struct str path, struct str folder);
/* Up to where in the folded path the place reaches that holds it most closely; 0 when none does. */
ptrdiff_t reconcile_holds(const struct reconcile_place *places, struct str path);
/* Sets where the place lies, if that is at or below `root`, a real path that is searched. */
void reconcile_locate(struct arena *a, struct reconcile_place *p, struct str root);
