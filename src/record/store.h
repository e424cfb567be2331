/* store.h - an open store: its types, and reading, saving and moving records. The only way to a record: it checks
 * access, seals, versions, indexes and writes the audit log, in one transaction. */
#pragma once
#include "record/request.h"
#include "sys/sys.h"

struct keyring;
struct keystore;
struct sandbox;

/* ---- types as this store has them ---- */
struct type {
	const struct record_type *t;
	int64_t              code;           /* the store's own number of the type */
	const struct field  *fields;         /* the table's, then the organisation's own */
	int                  nfields;
	const int64_t       *field_code;     /* the store's own number of each field, for keys; then of .changed and .serial */
};
const struct type  *store_type(const struct store *s, struct str name);     /* NULL when absent */
const struct type  *store_types(const struct store *s, int *ret_n);
const struct type  *store_type_marked(const struct store *s, enum type_mark mark);
const struct type  *store_type_by_code(const struct store *s, int64_t code);
int                 type_place(const struct type *t, struct str field);     /* -1 when absent */

/* ---- opening ---- */
/* The data at `where` must have the revision of this program (db_migrate). The record types come from the caller, so
 * that no engine knows one by name. One struct store serves all threads; `keys` must outlive it. ST_OK, ST_UNAVAILABLE,
 * ST_BROKEN. */
NODISCARD enum status store_open(struct str where, struct keyring *keys, const struct record_type *const *types, int ntypes,
	struct store **ret);
void                  store_close(struct store *s);
/* The helper in whose children files are read and papers are set; started before the store was opened, it outlives it. */
void                  store_confine(struct store *s, struct sandbox *sandbox);
struct sandbox       *conn_sandbox(const struct conn *c);                   /* NULL when there is none: then nothing is read or set */
/* One connection for each thread. */
NODISCARD enum status conn_open(struct store *s, struct conn **ret);
void                  conn_close(struct conn *c);
struct store         *conn_store(const struct conn *c);
struct db            *conn_db(struct conn *c);
struct keystore      *conn_keys(struct conn *c);
struct keyring       *store_keys(const struct store *s);
/* Reads the organisation's own fields anew. Requests under way on other connections go on with those they began with; this
 * connection's next look-up of a type sees the new ones. */
NODISCARD enum status conn_reload_types(struct conn *c);

/* ---- one record ---- */
struct record *record_new(struct request *rq, const struct type *t);
/* The record as of rq->as_of and rq->holds_on, if the actor may read it; notes the view. ST_OK, ST_NOT_FOUND (also when not permitted:
 * whether it exists is nobody's business), ST_BROKEN. */
NODISCARD enum status record_load(struct request *rq, int64_t id, struct record **ret);
NODISCARD enum status record_load_version(struct request *rq, int64_t id, int64_t version, struct record **ret);
/* For engines and hooks: no access check, no note. */
NODISCARD enum status record_get(struct request *rq, int64_t id, struct record **ret);
/* Creates (id 0) or writes the next version; r->version must be the one loaded. Checks permits, kinds, bounds, FIXED,
 * UNIQUE and the type's check. ST_OK; ST_BAD_INPUT with problems; ST_DENIED; ST_CONFLICT (somebody saved first). */
NODISCARD enum status record_save(struct request *rq, struct record *r);
/* The same for hooks and imports acting for the system: permits and FIXED are not asked. */
NODISCARD enum status record_write(struct request *rq, struct record *r, struct str why);
/* Gives one ASSIGN field a value, also while the record is under way; who may assign may. ST_OK; ST_DENIED, ST_NO (ended, or no such
 * field), ST_BAD_INPUT. */
NODISCARD enum status record_assign(struct request *rq, struct record *r, int place, const struct value *v);
/* A new record, not stored yet, that begins as `from` does: without what the system writes, what is sealed or about a person, files, what
 * only one record may carry, and NOT_COPIED fields. `years` later, where not 0: its year and its days move on, a 29 February to the 28th. */
struct record *record_copy(struct request *rq, const struct record *from, int years);
/* The title field, or the serial, or the type's name and number. */
struct str record_title(struct request *rq, const struct record *r);
/* The title of a record by id, for showing links, without a note; empty when there is none or it may not be read. */
struct str record_title_of(struct request *rq, int64_t id);
/* For a page that is going to show many links: reads what record_title_of will be asked for, sixteen in a statement. */
void record_titles_ahead(struct request *rq, const int64_t *ids, ptrdiff_t n);
/* The newest version of one on the days of the request, for showing pins; 0 when there is none or it may not be read. */
int64_t record_version_of(struct request *rq, int64_t id);

/* Under approval, or at its end: nobody edits it. */
bool record_settled(const struct record *r);
/* ---- versions ---- */
struct version {
	int64_t        version;
	struct instant at;
	struct date    holds_from;
	int64_t        staff;            /* who; 0 = the system or the public */
	struct str     step, move, comment;
	struct version *next;            /* newest first */
};
NODISCARD enum status record_versions(struct request *rq, int64_t id, struct version **ret);
/* Which fields differ; at most nfields places into `ret`, returns how many. */
int record_difference(const struct record *a, const struct record *b, int *ret);

/* What points to the record, type by type and by title: only what may be read, of the newest at most `max`. */
struct back_link { int64_t record; const struct type *type; const struct field *field; struct str title; struct back_link *next; };
NODISCARD enum status record_back_links(struct request *rq, int64_t id, int max, struct back_link **ret);

/* ---- moves and approvals ---- */
/* A decision made on paper: who signed it, on which day, and its scan (file_save). Whoever makes the move has entered it. */
struct paper { struct str signer; struct date on; int64_t file; };
/* Makes a move, or gives one approval of several. ST_OK; ST_BAD_INPUT (what is missing, by field); ST_NO with the
 * reason; ST_DENIED; ST_CONFLICT. r is updated. `paper` NULL for a decision made here. */
NODISCARD enum status record_move(struct request *rq, struct record *r, struct str move, struct str comment,
	const struct paper *paper);
/* The moves from here that the actor may enter as decided on paper. Returns how many, at most `max`. */
int record_paper_moves(struct request *rq, const struct record *r, const struct move **ret, int max);
/* The moves the actor may make from here, whether or not fields are still missing. Returns how many, at most `max`. */
int record_moves(struct request *rq, const struct record *r, const struct move **ret, int max);

/* What a step asks for on a day: the least approvals of the type, then those of the organisation's own route, in order. `own`: of the
 * organisation. At most `max`. */
struct route_line { enum role role; int order; bool own; };
NODISCARD enum status route_of(struct request *rq, const struct type *t, struct str step, struct route_line *ret, int max, int *ret_n);
/* For the hooks of what approves routes: this record asks for one more approval, at a place in the order (the type's own first stands
 * at 100, its second at 200), from a day to a day; or for nothing any more. */
NODISCARD enum status route_set(struct request *rq, int64_t record, struct str type, struct str step, enum role role, int order,
	struct date from, struct date to);
NODISCARD enum status route_drop(struct request *rq, int64_t record);

/* Where it stands: what is next, whose turn, until when. One entry for each pending approval, or one for the step. */
struct turn { enum role role; int64_t department, staff; struct date until; bool mine; struct turn *next; };
NODISCARD enum status record_turns(struct request *rq, const struct record *r, struct turn **ret);
/* `signer`: decided on paper, on that day, with that scan (0: none); `staff` has entered it. */
struct approved {
	enum role        role;
	int64_t          staff;
	struct instant   at;
	struct str       step, comment, signer;
	struct date      paper_on;
	int64_t          paper;
	struct approved *next;
};
NODISCARD enum status record_approvals(struct request *rq, int64_t id, struct approved **ret);

/* Fields that a demand still misses: places into `ret`, returns how many. */
int record_missing(const struct record *r, unsigned demands, int *ret);

/* ---- files ---- */
NODISCARD enum status file_save(struct request *rq, struct str name, struct str bytes, int64_t *ret_id);
NODISCARD enum status file_load(struct request *rq, int64_t id, struct str *ret_name, struct str *ret_bytes);
/* A file that waits for a second step, until then at the latest; taking it away, at once or when its time is over. */
NODISCARD enum status file_keep(struct request *rq, struct str name, struct str bytes, struct instant until, int64_t *ret_id);
NODISCARD enum status file_drop_kept(struct request *rq, int64_t id);
NODISCARD enum status file_drop_over(struct request *rq);
