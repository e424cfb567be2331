/* reconcile.h - what was found in files against what the ledger says, and what follows from it: a folder that no row
 * names becomes a draft of a row, a row whose place holds nothing a question to the department, files kept longer than
 * their row allows a task to dispose of them. Kinds and counts go into records, never what was found.
 *
 *	reconcile_load (before) ... reconcile_found for each finding ... reconcile_finish, reconcile_record
 *
 * A row is tied to files by the paths in its 保管場所, see reconcile_place.h; rows that name none are not judged. */
#pragma once
#include "domain/finder/finder.h"
#include "domain/finder/reconcile_place.h"
#include "record/request.h"

struct reconcile_overdue { struct str path; struct date changed, due; struct reconcile_overdue *next; };
struct reconcile_row {
	int64_t    record, department;
	struct str serial, name, department_name, manager, place, retention;
	bool       in_use;                /* in force or imported; otherwise in preparation, and nothing is asked about it */
	bool       proposed;              /* a draft that an earlier scan made */
	int        months;                /* of keeping; 0 = none said, or permanent */
	struct reconcile_place *places;
	bool       searched;              /* the paths of this scan cover all its places */
	int64_t    files, unread;         /* with findings; files and folders of it that could not be read */
	int64_t    found[SCAN_KIND_MAX];
	struct reconcile_overdue *overdue, **last_overdue;
	int64_t    noverdue;
	struct reconcile_row *next;
};

enum reconcile_what { RECONCILE_PROPOSAL, RECONCILE_QUESTION, RECONCILE_DISPOSAL, RECONCILE_WHATS };
enum reconcile_outcome {
	RECONCILE_NEW,                    /* recorded now, or would be */
	RECONCILE_WAITS,                  /* recorded earlier, and open */
	RECONCILE_SETTLED,                /* dealt with, and nothing has changed since */
	RECONCILE_OUTCOMES
};
/* One thing that follows. */
struct reconcile_act {
	enum reconcile_what         what;
	enum reconcile_outcome      outcome;
	int64_t                     record;      /* the draft or the task; 0 = none */
	struct str                  serial;      /* of the draft */
	const struct reconcile_row *row;         /* NULL: a folder in no row */
	struct str                  path;        /* of a proposal: the folder */
	int64_t                     files;       /* with findings */
	const int64_t              *found;       /* findings of each kind */
	struct reconcile_act       *next;
};

struct reconcile;
struct reconcile *reconcile_make(struct arena *a, struct date today);
/* Adds a row: its texts live as long as the arena; the places are worked out here. */
void              reconcile_add(struct reconcile *r, struct reconcile_row row);
/* Reads the rows in force and in preparation. All memory is the arena's, which must outlive it
 * and be another than the request's. */
NODISCARD enum status reconcile_load(struct request *rq, struct arena *a, struct reconcile **ret);
/* The files and folders that are searched, before the scan. */
void reconcile_scope(struct reconcile *r, const struct str *paths, int n);
/* For each finding, each thing not read, each thing left out; any thread. */
void reconcile_found(struct reconcile *r, const struct finding *f);
void reconcile_unread(struct reconcile *r, struct str path, enum extract_why why);
void reconcile_passed(struct reconcile *r, struct str path);
/* After the scan. `whole`: everything was looked for, everywhere; otherwise no row's place is called empty. */
void reconcile_finish(struct reconcile *r, bool whole);
/* Proposals by path, then questions and disposals in the order of the ledger. */
struct reconcile_act       *reconcile_acts(const struct reconcile *r);
const struct reconcile_row *reconcile_rows(const struct reconcile *r);
struct str reconcile_keep(struct reconcile *r, struct str s);      /* a copy that lives as long as the arena */
void reconcile_free(struct reconcile *r);          /* the lock; takes NULL */

/* Sets the outcomes and, with `write`, makes the records, in the caller's transaction. May be run again. */
NODISCARD enum status reconcile_record(struct request *rq, struct reconcile *r, bool write);
/* "氏名 12件、電話番号 3件" */
void reconcile_kinds(struct buf *b, const int64_t *found, enum lang lang);
