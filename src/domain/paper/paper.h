/* paper.h - what papers have in common, whatever they are about: their words and days, matters with numbers, the head of a letter. */
#pragma once
#include "base/msg.h"
#include "format/pdf.h"

/* What every paper needs at hand; `p` is the document that is being set. */
struct pen { struct arena *a; enum lang lang; struct pdf *p; };

struct str paper_kept(struct arena *a, struct buf *b);                  /* the text, in the arena; the buf is freed */
struct str paper_word(const struct pen *w, enum msg_id id);
struct str paper_words(const struct pen *w, enum msg_id id, struct str x);
struct str paper_words2(const struct pen *w, enum msg_id id, struct str x, struct str y);
struct str paper_or(const struct pen *w, struct str s, enum msg_id otherwise);      /* these words where s is empty */
struct str paper_day(const struct pen *w, struct date when);          /* DATE_NEVER: "being looked into" */
struct str paper_number(const struct pen *w, int64_t n);              /* 12,345 */
void       paper_line(struct buf *b, struct str s);                     /* on a line of its own; nothing where s is empty */

/* ---- letters ---- */
/* Day, addressee, sender (lines that begin together), title. */
void paper_letter_head(const struct pen *w, struct date made, struct str addressee, struct str signature, struct str title);
/* A numbered matter: its name as the item, its text below. The same in plain text. */
void paper_matter(const struct pen *w, int no, enum msg_id title, struct str text);
void paper_text_matter(const struct pen *w, struct buf *b, int no, enum msg_id title, struct str text);
void paper_text_paragraph(struct buf *b, struct str s);

/* ---- forms ---- */
void paper_pairs_begin(const struct pen *w);                          /* a table of names and values; pdf_table_end ends it */
void paper_pair(const struct pen *w, enum msg_id label, struct str value);          /* nothing where the value is empty */
