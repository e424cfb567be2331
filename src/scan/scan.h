/* scan.h - finds personal information in UTF-8 text: a const scanner shared by threads, one run per thread and text.
 *
 *	struct scanner *s = scanner_make(&(struct scan_options){ 0 });      once; then only read, by any number of threads
 *	struct scan_run *r = scan_run_make(s, on_found, user);              one per thread; reused from text to text
 *	scan_text(r, text);                                                 a whole text
 *	...or, for a text that need not fit into memory, with the same findings:
 *	while ((n = read(fd, p = scan_room(r, &room), room)) > 0) scan_took(r, n);
 *	scan_end(r);
 *
 * A run keeps a window of a quarter of a mebibyte, whatever the length of the text or of its lines. Only the text of a file
 * goes in; its container, encoding and line breaks inside cells are the caller's business: rows of a table come as
 * lines with cells separated by tabs (or commas, semicolons, bars as they stood), so that headers give their context. */
#pragma once
#include "base/base.h"

enum scan_kind {
#define KIND(name, ja, en, code) SCAN_##name,
#include "scan/kinds.def"
#undef KIND
	SCAN_KIND_MAX
};

struct scan_kind_info { const char *name; struct str ja, en; bool code; };
extern const struct scan_kind_info scan_kinds[SCAN_KIND_MAX];

/* The kind of that name. ST_OK, ST_BAD_INPUT (there is none). */
NODISCARD enum status scan_kind_named(struct str name, enum scan_kind *ret);

#define SCAN_BIT(kind)   (1u << (kind))
#define SCAN_ALL         ((1u << SCAN_KIND_MAX) - 1)
/* What is looked for when nothing is asked: corporate numbers are public, and only recognised so as not to be
 * mistaken for something else. */
#define SCAN_DEFAULT     (SCAN_ALL & ~SCAN_BIT(SCAN_corporate_number))
/* The kinds made of digits and signs; without names, addresses and hints the scanner is several times as fast. */
#define SCAN_NUMBERS     (SCAN_DEFAULT & ~(SCAN_BIT(SCAN_person_name) | SCAN_BIT(SCAN_address) | SCAN_BIT(SCAN_sensitive_hint)))

enum { SCAN_SCORE_DEFAULT = 50 };

/* One finding. Offsets are bytes from the start of the text, `end` exclusive. `line` and `column` count from 1,
 * columns in characters; both are 0 unless places were asked for. */
struct scan_finding {
	enum scan_kind kind;
	ptrdiff_t      start, end;
	int            score;              /* 0-100: how sure; SCAN_SCORE_DEFAULT is the usual threshold */
	int64_t        line, column;
};

/* Called for each finding, in order of `start`, never overlapping. `value` is the found text; it lives only
 * during the call, and must not be kept or shown whole (Number Act 19, 20): show scan_mask of it. */
typedef void scan_found_fn(void *user, const struct scan_finding *f, struct str value);

/* REFERENCE is the portable width without any short way: what all others must find, too. */
enum scan_path { SCAN_PATH_BEST, SCAN_PATH_PORTABLE, SCAN_PATH_AVX2, SCAN_PATH_AVX512, SCAN_PATH_REFERENCE };

struct scan_options {
	uint32_t       kinds;              /* SCAN_BITs; 0 = SCAN_DEFAULT */
	int            min_score;          /* 0 = SCAN_SCORE_DEFAULT; negative = everything recognised */
	bool           no_places;          /* true leaves line and column 0 */
	enum scan_path path;               /* for tests; one the processor lacks falls back to portable */
};

struct scanner;
struct scanner *scanner_make(const struct scan_options *o);       /* never NULL; aborts without memory */
void            scanner_free(struct scanner *s);                  /* accepts NULL; wipes */
const char     *scanner_path(const struct scanner *s);            /* "avx512", "avx2", "portable" */

struct scan_run;
struct scan_run *scan_run_make(const struct scanner *s, scan_found_fn *found, void *user);
void             scan_run_free(struct scan_run *r);               /* accepts NULL; wipes */

/* Scans a whole text. A text begun with scan_took and not ended is dropped first. */
void      scan_text(struct scan_run *r, struct str text);
/* Writable room of at least 64 KB for the next bytes of the text; scan_took(n) says how many were put there. */
char     *scan_room(struct scan_run *r, ptrdiff_t *ret_room);
void      scan_took(struct scan_run *r, ptrdiff_t n);
void      scan_feed(struct scan_run *r, struct str block);        /* the same with a copy */
void      scan_end(struct scan_run *r);                           /* the text ends here; the run is ready for the next */

/* ---- a text in parts, each read by a run of its own ----
 *
 * A run begins in the middle with a lead of text before its part, so that it knows the neighbourhood; what it finds in the
 * lead is another's. Whether it has guessed right what stood far above (a table, a line of many kilobytes) is known when the
 * run before it has come to the same place: both then know the same, and find the same from there on; or they do not, and the
 * run before goes on instead. */
enum { SCAN_GRAIN = 64, SCAN_AHEAD_OF_PART = 2624 };               /* a run has judged all up to `at` when it was fed as much more */
struct scan_state;                                                 /* what a run knows at a place */
struct scan_state *scan_state_make(void);
void      scan_state_free(struct scan_state *s);                   /* accepts NULL; wipes */
void      scan_state_of(const struct scan_run *r, struct scan_state *ret);
void      scan_state_copy(const struct scan_state *from, struct scan_state *to);
/* Begins a text at the byte `at` of a longer one, a multiple of SCAN_GRAIN; offsets are those of the longer one, lines are
 * counted from 1. `guess` (may be NULL) tells the table it may stand in. */
void      scan_begin_at(struct scan_run *r, ptrdiff_t at, const struct scan_state *guess);
/* Do two runs that came to the same place find the same from there on? Then *ret_lines is to be added to the lines of `b`
 * for those of `a`. */
bool      scan_states_meet(const struct scan_state *a, const struct scan_state *b, int64_t *ret_lines);

/* ---- single values ---- */
/* Is `value` a valid number or address of that kind by form and check digit? Separators and full-width forms are
 * accepted. Names, addresses and hints are judged by the dictionaries. */
bool      scan_valid(enum scan_kind kind, struct str value);
/* What may be shown of a found value: as many signs as the value has, most of them '*'. Of a My Number the last
 * two digits at most, of names the first sign, of addresses what stands before the town. */
void      scan_mask(struct buf *b, enum scan_kind kind, struct str value);
/* Line and column (both from 1, columns in characters) of a byte offset; walks the text. */
void      scan_place(struct str text, ptrdiff_t offset, int64_t *ret_line, int64_t *ret_column);
