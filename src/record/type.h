/* type.h - what the engines know about a record type. Pure data and a few hooks; the law is in the hooks.
 * A type is written as a table (domain/X/X.def) and becomes this through declare.h and define.h. */
#pragma once
#include "base/date.h"
#include "base/msg.h"

/* ---- roles ---- */
enum role {
	ROLE_none,
#define ROLE(code, ja, en, higher, scope) ROLE_##code,
#include "record/roles.def"
#undef ROLE
	ROLE_MAX
};
#define BY(role)  (1u << ROLE_##role)
#define BY_ANYONE (~1u)                  /* every role; each person of the staff holds at least employee */
enum role   role_of_code(struct str code);               /* ROLE_none when there is none */
enum role   role_of_bit(int64_t bit);                    /* as the store keeps it; ROLE_none when it is none */
const char *role_code(enum role r);
struct str  role_label(enum role r, enum lang lang);
enum role   role_higher(enum role r);                    /* ROLE_none above the top */
bool        role_company_wide(enum role r);

/* ---- fields ---- */
enum field_kind {
	FK_TEXT, FK_LONG_TEXT, FK_NUMBER, FK_COUNT, FK_MONEY, FK_DATE, FK_INSTANT, FK_PERIOD,
	FK_CHOICE, FK_CHOICES, FK_YES_NO, FK_SERIAL, FK_LINK, FK_STAFF, FK_PERSON, FK_DEPARTMENT,
	FK_FILE, FK_ROWS, FK_MAX
};

enum field_flag {
	LISTED     = 1 << 0,     /* a column of the list, and one it sorts and filters by */
	SEARCHABLE = 1 << 1,     /* its words are found from the search box */
	UNIQUE     = 1 << 2,     /* no two records in being carry the same value */
	FIXED      = 1 << 3,     /* once in force it changes only through another record's effect */
	/* required when a record makes a move that demands it; drafts and imported rows may lack it */
	AT_SUBMIT  = 1 << 4,
	AT_APPROVE = 1 << 5,
	AT_CLOSE   = 1 << 6,
	/* personal: about a person, in three kinds */
	PERSONAL   = 1 << 8,     /* in clear: a business name, a title */
	FINDABLE   = 1 << 9,     /* sealed, and found by its whole value through the blind index */
	SEALED     = 1 << 10,    /* sealed and opaque */
	DERIVED    = 1 << 11,    /* written by the system only; no form shows an input */
	KEYED      = 1 << 13,    /* sorted and filtered by like a listed one, without a column of its own */
	ASSIGN     = 1 << 14,    /* given to many records at once by who may assign: a department, whose turn, a manager */
	MATCH      = 1 << 12,    /* imports recognise the row by it (with the department) when it has no serial */
	NOT_COPIED = 1 << 16,    /* said anew in each record: a copy begins without it */
	INTERNAL   = 1 << 17,    /* what the program orders and counts by: no page, export or comparison shows it */
	PINS       = 1 << 18,    /* a link to the version that was the newest when it was made, not to whatever it becomes later */
	INWARD     = 1 << 18,    /* of a record that anybody may read, what stays inside */
	MANY       = 1 << 15,    /* a link that thousands of records share: what it points to does not list them */
};
#define SEALED_ANY (FINDABLE | SEALED)

/* A code is never reused; the list ends with NULL. `also`: what offices write for it in lists of their own and that says neither more
 * nor less, separated by semicolons; NULL = nothing. */
struct choice { const char *code; struct str label[LANG_MAX]; const char *also; };

struct field {
	const char          *name;
	enum field_kind      kind;
	struct str           label[LANG_MAX];
	unsigned             flags;
	ptrdiff_t            max;            /* bytes of text, or the largest number; 0 = the kind's own bound */
	const struct choice *choices;        /* FK_CHOICE, FK_CHOICES */
	const char          *link;           /* FK_LINK: the name of the type it points to */
	const struct field  *rows;           /* FK_ROWS: the columns of a row, ends with a NULL name */
	const char          *subject;        /* sealed: the FK_PERSON field whose key seals it; NULL = the record's own key */
	const char          *when, *is;      /* shown only when the field `when` has the code `is` */
	const char          *was;            /* the name it had in older versions */
	struct str           hint[LANG_MAX]; /* one line of help under the input */
	const char *const   *aliases;        /* further names under which offices know the column; ends with NULL */
	bool                 own;            /* added by the organisation */
	bool                 retired;        /* an own field no longer asked for: shown where it is filled in */
};

/* ---- steps, moves, approvals ---- */
enum step_kind { STEP_DRAFT, STEP_REVIEW, STEP_FORCE, STEP_END };
struct step {
	const char    *code;
	struct str     label[LANG_MAX];
	enum step_kind kind;
	int            days;                 /* until when its turn should be done; 0 = no date of its own */
	bool           aside;                /* beside the usual way: shown among the steps only while a record stands there */
};

/* The least approvals that a step asks for; an organisation's own route may add, never take away.
 * Those of equal order may come in any order; the next order opens when they are complete. */
struct approval { const char *step; enum role role; int order; };

enum move_flag {
	MOVE_APPROVE  = 1 << 0,   /* counts as an approval; the record moves when the step's approvals are complete */
	MOVE_RETURN   = 1 << 1,   /* 差戻し: to the previous editor, with a reason */
	MOVE_REJECT   = 1 << 2,   /* 却下: ends the case, with a reason */
	MOVE_WITHDRAW = 1 << 3,   /* 取下げ: only by the applicant */
	MOVE_REASON   = 1 << 4,   /* a comment is demanded */
	MOVE_PAPER    = 1 << 5,   /* may be recorded as decided on paper */
	MOVE_BULK     = 1 << 6,   /* offered for many records at once */
	MOVE_SYSTEM   = 1 << 7,   /* made by hooks only */
};
struct move {
	const char *code, *from, *to;
	struct str  label[LANG_MAX];
	unsigned    by;                      /* roles; for MOVE_APPROVE the step's approvals say who */
	unsigned    flags;
	unsigned    demands;                 /* AT_SUBMIT, AT_APPROVE, AT_CLOSE: fields so marked must be filled in */
	const char *stamps;                  /* the FK_DATE that takes the day of the move; NULL = none */
	struct str  asks[LANG_MAX];          /* what the comment is to say, as a label; empty = a comment */
};

/* ---- who may do what; what is not permitted is denied ---- */
enum act { MAY_READ = 1, MAY_CREATE = 2, MAY_EDIT = 4, MAY_EXPORT = 8, MAY_IMPORT = 16, MAY_ASSIGN = 32 };
enum scope { SCOPE_OWN, SCOPE_DEPARTMENT, SCOPE_COMPANY };
struct permit { unsigned roles, acts; enum scope scope; };

struct record;
struct request;
struct import_change;
struct vocabulary;

/* Rows of a type that want a move since a day, of a department (0: all). */
struct work_place { const char *type, *move; struct date since; int64_t department; };

/* The hand-written part; every hook may be NULL. Hooks run inside the transaction of the act and report
 * problems at fields with problem(&rq->problems, S("field"), MSG_...). */
struct record_hooks {
	/* Law on the values, at each save and, with the move, at each move. */
	enum status (*check)(struct request *rq, const struct record *r, const struct move *m);
	/* May this move be made now? ST_OK, or ST_NO with the reason as a problem. `comment` is what the actor wrote. */
	enum status (*may_move)(struct request *rq, const struct record *r, const struct move *m, struct str comment);
	/* Fills derived fields before a save or, with the move, at a move. */
	enum status (*derive)(struct request *rq, struct record *r, const struct move *m);
	/* The names under which offices know the fields, for recognising columns; NULL = the labels. */
	struct vocabulary *(*vocabulary)(struct arena *a);
	/* An import would change FIXED fields of a record in force: make the application by which that is asked for. */
	enum status (*import_fixed)(struct request *rq, const struct record *now, const struct import_change *c, int n);
	/* May the actor see this sealed field of a record that the actor may read? Where not, it comes back as not filled in, and
	 * what the actor saves leaves it as it is. NULL: who may read the record sees all of it. */
	bool (*shows)(struct request *rq, const struct record *r, const struct field *f);
	/* Where the work is that this record asks for: rows of a type, one by one; false when it lies nowhere. */
	bool (*work)(struct request *rq, const struct record *r, struct work_place *ret);
	/* A record in force that a list brought by an import no longer has: propose what is to become of it, never delete. */
	enum status (*import_absent)(struct request *rq, const struct record *r);
	/* What follows: other records, tasks, letters. `before` is NULL for a new record, `m` NULL for a plain save. */
	enum status (*after)(struct request *rq, struct record *r, const struct record *before, const struct move *m);
};

enum type_mark {
	TYPE_DEPARTMENT = 1 << 0,   /* what FK_DEPARTMENT points to */
	TYPE_STAFF      = 1 << 1,   /* what FK_STAFF points to */
	TYPE_PUBLIC     = 1 << 2,   /* a public form without an account may create one */
	TYPE_NO_MENU    = 1 << 3,
	TYPE_PART       = 1 << 4,   /* belongs to a record of another type and begins on its page, not from the menu of beginnings */
	TYPE_OWNER      = 1 << 6,   /* whose store it is: its title stands over the pages that anybody may read */
	TYPE_ROUTE      = 1 << 5,   /* adds approvals to the step `step` of the type `target` */
};

struct record_type {
	const char             *name;             /* never changes: it is stored */
	struct str              title[LANG_MAX];
	const char             *area;             /* where the navigation shows it: today ledger risk ... settings */
	unsigned                marks;
	const struct field     *fields;
	int                     nfields;
	const struct step      *steps;            /* the first is where a new record begins */
	int                     nsteps;
	const struct move      *moves;
	int                     nmoves;
	const struct approval  *approvals;
	int                     napprovals;
	const struct permit    *permits;
	int                     npermits;
	const char             *title_field;      /* what a link to it shows */
	const char             *number_field;     /* the MATCH field whose value alone, with the links, recognises a row; NULL = none */
	const char             *department_field; /* the FK_DEPARTMENT field that decides scope; NULL = company-wide */
	const char             *turn_field;       /* the FK_CHOICE of role codes that says whose turn it is; NULL = the moves' roles */
	const char             *year_field;       /* the FK_NUMBER of the year it is for, when it is made anew each year; NULL = it is not */
	const char             *due_field;        /* the FK_DATE until when; NULL = the step's days */
	const char             *clause;           /* what asks for it: "J.3.1.1"; NULL = nothing to cite */
	const char             *clause_field;     /* the FK_TEXT in which the record itself says so; NULL = `clause` */
	const char             *serial_prefix;    /* FK_SERIAL: "L" gives "L2026-0012", gapless in each PMS year */
	const char             *imported_step;    /* where an approved import puts new rows; NULL = the first step */
	int                     retention_years;
	const char             *shown_step;       /* records at this step are read by anybody, without an account; NULL: none */
	const char             *banner_step;      /* while a record stands at this step, `banner` stands above every page of staff */
	enum msg_id             banner;           /* {0} is its title */
	struct record_hooks     hooks;
};

const struct field *type_field(const struct record_type *t, struct str name);   /* NULL when absent */
const struct step  *type_step(const struct record_type *t, struct str code);
const struct move  *type_move(const struct record_type *t, struct str code, struct str from);
bool                field_links(const struct field *f);                         /* its value is a record: link, staff, department */
const struct choice *field_choice(const struct field *f, struct str code);
