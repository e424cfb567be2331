/* value.h - the value of a field in memory, its packed form in the store, its text form for people. */
#pragma once
#include "record/type.h"

/* One shape serves every kind; `set` tells "not answered" from zero and from the empty text.
 *
 *   kind          text                              num                    num2
 *   TEXT LONG     the text
 *   NUMBER MONEY                                    the number (yen)
 *   COUNT         as entered, when not a plain one  how many               enum count_basis
 *   DATE          as entered, when not ISO          days since 1970-01-01
 *   INSTANT                                         microseconds UTC
 *   PERIOD        as entered                        months, -1 permanent   enum period_start
 *   CHOICE        the code
 *   CHOICES       codes, one space between
 *   YES_NO        yes, no, unknown
 *   SERIAL        as shown: "台帳-2026-0012"        the number
 *   LINK STAFF DEPARTMENT   what was written, while nothing fits it   record id, 0 = text only   pinned version, 0 follows
 *   PERSON        the name                          subject id
 *   FILE          the name                          file id
 *   ROWS          -                                 how many rows; `rows` holds them
 */
enum count_basis { COUNT_EXACT, COUNT_ABOUT, COUNT_UNKNOWN };
enum period_start { PERIOD_PLAIN, PERIOD_FROM_ACQUIRED, PERIOD_FROM_CONTRACT_END, PERIOD_FROM_LEAVING,
	PERIOD_FROM_COMPLETION, PERIOD_FROM_OTHER };

struct row;
struct value {
	bool        set;
	struct str  text;
	int64_t     num, num2;
	struct row *rows;
};
struct row { int64_t id; struct value *v; struct row *next; };   /* ids stay with a row through all versions */

struct type;      /* a record type as this store has it: with the organisation's own fields, see store.h */

/* Keys (index.h) that are known of values; empty where not. */
struct record_keys { const struct value *v; const struct str *key; };
struct record {
	const struct type *type;
	int64_t            id;             /* 0 = not stored yet */
	int64_t            version;        /* counts from 1; 0 = not stored yet */
	struct str         step;
	struct str         serial;
	int64_t            department;     /* record id; 0 = none */
	int64_t            creator;        /* staff record id; 0 = the system or the public */
	struct instant     created, changed;
	struct date        holds_from, holds_to;   /* from when until when it holds; DATE_FIRST, DATE_NEVER = open */
	struct value      *v;              /* one for each field of the type */
	const struct record_keys *keys;    /* of values that it was made from; NULL = none */
};

struct date value_day(const struct value *v);                  /* DATE_NEVER when not set */
bool        value_eq(const struct field *f, const struct value *a, const struct value *b);
struct value value_of_text(struct str s);
struct value value_of_number(int64_t n);
struct value value_of_date(struct date d);
struct value value_of_count(int64_t n, enum count_basis b);
struct value value_of_link(int64_t record);
#define PIN_NEWEST (-1)                                        /* num2 of a PINS link: saving pins the version that is the newest then */
bool         value_has_code(struct str codes, struct str code);  /* one of those of a FK_CHOICES */
/* A text that is no value of its kind, kept as somebody wrote it: it shows and goes out again, but the field still
 * counts as not filled in. */
#define VALUE_RAW INT64_MIN
struct value value_of_raw(struct str s);
bool         value_is_raw(const struct value *v);

/* ---- packed: what the store and the audit chain hold. Fields go by name, so that a version of any age is
 * read by any later program. `which` chooses the fields by their flags: those in clear, or those sealed. ---- */
enum pack_part { PACK_OPEN, PACK_SEALED };
void value_pack(struct buf *b, const struct field *fields, int n, const struct value *v, enum pack_part part);
/* Sets what it finds; unknown names are passed over. Texts point into `packed`. ST_OK, ST_BROKEN. */
NODISCARD enum status value_unpack(struct arena *a, struct str packed, const struct field *fields, int n, struct value *v);

/* ---- text: what a form, a csv or an Excel sheet shows and takes ---- */
/* Reads what a person wrote. The empty text is "not answered". ST_OK; ST_BAD_INPUT with a problem at `place`.
 * A link, staff or department is left as text with num 0: links.h resolves names. */
NODISCARD enum status value_parse(struct arena *a, const struct field *f, struct str text, struct str place,
	struct problems *ps, struct value *ret);
/* The form people read in `lang`: labels of choices, 約300, dates. Links show value.text. */
void value_print(struct buf *b, const struct field *f, const struct value *v, enum lang lang);
/* The form a program reads back, and that forms carry: codes, ISO dates. */
void value_print_plain(struct buf *b, const struct field *f, const struct value *v);
/* Does the text say that a value is to be taken away, （削除） or (delete)? A blank never does. */
bool value_clears(struct str text);
/* The bytes that sort as the values do, at most 120; empty when not set. For keys of lists and filters. */
void value_sort_key(struct arena *a, const struct field *f, const struct value *v, struct str *ret);
/* The number that such a key stands for (a day, a record); false when it is none. */
bool value_key_number(struct str key, int64_t *ret);
