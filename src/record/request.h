/* request.h - what every function that acts for somebody carries: memory, database, who, language, time. */
#pragma once
#include "db/db.h"
#include "record/value.h"

struct store;
struct conn;

/* Who acts. Roles are those held on the day of the request, with the department of the appointment. */
struct held_role { enum role role; int64_t department; };       /* department 0 = the whole company */
struct actor {
	int64_t          account;        /* 0 = nobody (the public), or the system */
	int64_t          staff;          /* record id of the person; 0 = none */
	struct str       name;           /* for pages of the actor's own; never for logs */
	struct held_role *held;
	int              nheld;
	int64_t          session;        /* for the audit log; 0 = none */
	bool             system;         /* the console and jobs: may do all that no person's right is needed for */
};

struct trail;
struct index;
struct title;
struct undo;

struct request {
	struct arena   *a;               /* wiped when the request ends */
	struct conn    *conn;
	struct db      *db;              /* conn's, inside a transaction */
	enum lang       lang;
	struct instant  now;
	struct date     today;           /* in Asia/Tokyo */
	struct date     as_of;           /* DATE_NEVER = now; reads then see what was known at the end of that day */
	struct date     holds_on;        /* DATE_NEVER = what is known last; reads then see what was in force on that day, as known as_of */
	struct actor    actor;
	struct str      address;         /* where from: an IP address; empty = the console or a job */
	struct problems problems;        /* place = the name of a field, or empty */
	struct trail   *trail;           /* audit entries that wait for the end of the transaction, see trail.h */
	struct index   *index;           /* rows of indexes that wait for it, see index.h */
	struct undo    *undo;            /* records as they were, for when the transaction fails */
	bool            fields_changed;  /* the organisation's own fields are read anew after the commit */
	struct title   *titles;          /* of records met already, for showing links */
	struct memo    *memos;           /* see request_memo */
	bool            settles_later;   /* whoever answers calls request_settle first: request_run does not wait for the disk */
	bool            shares;          /* it settles later, is short, and may share a transaction with others that wait to write */
	struct owed    *owed;            /* what request_settle waits for */
};

/* A place for what costs much and is asked for again in the same request: NULL until somebody puts something there, and
 * again after each write. `key` is any address of the asker's own. */
void **request_memo(struct request *rq, const void *key);

/* Runs `work` in one serializable transaction and again, with clean problems, when it lost a race. Anything but ST_OK
 * rolls back. For DB_READ the views it noted are in the audit log before this returns. `work` has no side effects
 * outside the database. */
typedef enum status request_work(struct request *rq, void *arg);
NODISCARD enum status request_run(struct request *rq, enum db_mode mode, request_work *work, void *arg);

/* After a request_run that `settles_later`: calls `done` once, now or later on another thread, when what it changed and
 * the views it noted are durable; only then may anything of it be told. Until then the arena and the store must live,
 * the connection need not. False: nothing is owed, and `done` is not called. */
bool request_settle(struct request *rq, void (*done)(void *arg, enum status st), void *arg);

/* Inside a long WRITE: writes the index rows and audit entries gathered so far, so that memory can be given back. */
NODISCARD enum status request_flush(struct request *rq);

/* Do reads ask for another day than now, on either axis? */
static inline bool request_dated(const struct request *rq)
{
	return rq->as_of.days != DATE_NEVER.days || rq->holds_on.days != DATE_NEVER.days;
}

/* A request of the console or a job: the system acts, in the connection's arena-long lifetime. */
void request_init(struct request *rq, struct arena *a, struct conn *conn, enum lang lang);
