/* audit.h - who did what: append-only entries in chains ("lanes") whose every link covers every column.
 * Entries are written in the transaction of what they tell; the heads of all lanes are signed at most each minute. */
#pragma once
#include "base/date.h"
#include "record/keystore.h"

/* What an entry can say. Codes are our own words ([A-Za-z0-9_.:/-], at most AUDIT_CODE_MAX): no text that somebody wrote
 * can enter the log; another character is a programming error. */
enum { AUDIT_CODE_MAX = 80 };
struct audit_entry {
	struct instant at;           /* 0: now */
	int64_t        actor;        /* account; 0 = nobody, or the system */
	int64_t        staff;        /* record id of the person at that time; 0 = none */
	int64_t        session;
	struct str     address;      /* where from: an IP address; empty = the console or a job */
	struct str     action;       /* view list search export create change move approve refuse log_in ... */
	struct str     type;         /* name of the record type, or empty */
	int64_t        record, version;
	struct str     detail;       /* a code: a move, a field's name, a ground of refusal */
	int64_t        count;        /* rows of a list or an export */
	const unsigned char *digest; /* HASH_BYTES over the stored (sealed) bytes of the version or the exported file; NULL = none */
};

/* ---- writing: a lane belongs to one connection ---- */
struct audit_lane;
/* Leases a lane for this connection and ties itself to its transactions. SQLite has one writer and so one lane. */
NODISCARD enum status audit_lane_open(struct db *db, struct audit_lane **ret);
void                  audit_lane_close(struct audit_lane *lane);
/* Chains the entry inside the running transaction; it is there when, and only when, the transaction commits. A race
 * for the lane shows as ST_RETRY at the commit. */
NODISCARD enum status audit_append(struct audit_lane *lane, const struct audit_entry *e);

/* ---- reads: entries of several threads share one commit; commits of others share its flush ---- */
struct audit_group;
NODISCARD enum status audit_group_open(struct str where, struct audit_group **ret);      /* with its own connection */
void                  audit_group_close(struct audit_group *g);
/* Returns when the n entries are durable. Any thread; no transaction of the caller may hold the database. */
NODISCARD enum status audit_group_add(struct audit_group *g, const struct audit_entry *e, ptrdiff_t n);
/* The same without waiting: `done` is called once, on a thread of the group's, when the entries (n may be 0) and all
 * that was committed early before are durable. It must be quick. *w stays the caller's until then. */
struct audit_wait {
	const struct audit_entry *e;
	ptrdiff_t                 n;
	void                    (*done)(void *arg, enum status st);
	void                     *arg;
	struct audit_wait        *next;      /* the group's */
};
void                  audit_group_later(struct audit_group *g, struct audit_wait *w);

/* ---- heads ---- */
/* Signs the heads of all lanes (and of the erasure list) if they have moved since the last time. ST_OK; ST_NO: nothing new. */
NODISCARD enum status audit_checkpoint(struct db *db, const struct keyring *keys, int64_t erasures, const unsigned char erasure_hash[HASH_BYTES]);
/* The newest signed heads as text. ST_OK, ST_NOT_FOUND. */
NODISCARD enum status audit_heads(struct db *db, struct buf *ret);

/* ---- reading and verifying ---- */
struct audit_row { int64_t lane, seq; struct audit_entry e; unsigned char hash[HASH_BYTES]; };
typedef enum status audit_each(void *arg, const struct audit_row *row);
/* In the order of time written, lane by lane. */
NODISCARD enum status audit_list(struct db *db, audit_each *each, void *arg);

enum audit_fault {
	AUDIT_CHANGED,          /* the entry is not what was written */
	AUDIT_MISSING,          /* entries from..to are gone */
	AUDIT_INSERTED,         /* the entry was never written here */
	AUDIT_MOVED,            /* the entry stands where the one in `to` was written */
	AUDIT_UNPROVEN,         /* cannot be checked, because the one before it is gone */
	AUDIT_REWRITTEN,        /* entries from..to agree with each other, but not with the signed heads */
	AUDIT_HEAD,             /* the stored head of the lane was changed */
	AUDIT_CHECKPOINT,       /* signed heads number `from` are changed, missing or not signed by us */
	AUDIT_FAULT_MAX
};
struct audit_finding { enum audit_fault fault; int64_t lane, from, to; };
typedef void audit_report(void *arg, const struct audit_finding *f);
struct audit_summary { int64_t entries, lanes, checkpoints, faults; };
/* Walks every lane; `public` is the key that must have signed. `heads` (text of audit_heads, kept outside) proves that
 * nothing is missing up to them; p NULL = none. Needs no secret. ST_OK: whole; ST_NO: faults were reported;
 * ST_BAD_INPUT: `heads` cannot be read or is not signed by `public`. */
NODISCARD enum status audit_verify(struct db *db, const unsigned char public[SIGN_PUBLIC_BYTES], struct str heads,
	audit_report *report, void *arg, struct audit_summary *ret);
