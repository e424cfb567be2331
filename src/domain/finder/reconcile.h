/* reconcile.h - what was found in files against what the ledger says: places that no row names, rows whose place holds
 * nothing, files kept longer than their row allows. It reads and reports; nothing is written to the store.
 *
 * A row is tied to files by the path in its 保管場所: "/srv/share/人事", "\\fs01\share\人事" or "D:\人事" (of the last two,
 * server and drive are left out). Rows that name no path are not judged. */
#pragma once
#include "domain/finder/finder.h"
#include "record/request.h"

struct reconcile_row {
	struct str serial, name, department, manager, place, retention;
	int        months;                /* of keeping; 0 = none said, or permanent */
	struct str path;                  /* folded; empty = names no path */
	bool       anchored;              /* the path is whole, from the root */
	bool       searched;              /* the paths of this scan cover it */
	int64_t    files;                 /* with findings */
	struct reconcile_row *next;
};
struct reconcile_folder {             /* with findings, and in no row */
	struct str path;
	int64_t    files, findings;
	uint32_t   kinds;                 /* SCAN_BITs */
	struct reconcile_folder *next, *same_;
};
struct reconcile_overdue { struct str path; const struct reconcile_row *row; struct date changed, due; struct reconcile_overdue *next; };

struct reconcile;
struct reconcile *reconcile_make(struct arena *a, struct date today);
/* Adds a row: its texts live as long as the arena; path and what follows are worked out here. */
void              reconcile_add(struct reconcile *r, struct reconcile_row row);
/* Reads the rows in force and in preparation. All memory is the arena's, which must outlive it. */
NODISCARD enum status reconcile_load(struct request *rq, struct arena *a, struct reconcile **ret);
/* The files and folders that are searched, before the scan. */
void reconcile_scope(struct reconcile *r, const struct str *paths, int n);
/* For each finding; any thread. */
void reconcile_found(struct reconcile *r, const struct finding *f);
void reconcile_free(struct reconcile *r);          /* the lock; takes NULL */

/* After the scan, in the order of the ledger, and of first finding. */
const struct reconcile_row     *reconcile_rows(const struct reconcile *r);
const struct reconcile_folder  *reconcile_folders(const struct reconcile *r);
const struct reconcile_overdue *reconcile_overdue(const struct reconcile *r);
