/* inside.h - what the readers of extract/ share. A part (a file, a member, an attachment) is pushed in pieces; its first
 * bytes choose the reader. */
#pragma once
#include "format/extract/extract.h"

struct extract {                     /* the reading of one file */
	const struct extract_events *ev;
	void          *user;
	struct extract_limits l;
	enum status    st;               /* once not ST_OK, everything stops */
	int            depth;
	int64_t        members, unpacked;
	struct buf     path;             /* of the part being read */
	struct buf     out;              /* text on its way */
	bool           open;             /* between begin and end */
};

struct part;
/* A member of the part being read: its name is added to the path until the end. NULL when a limit was passed (told). */
struct part *part_open(struct extract *x, struct str name);
void part_push(struct part *p, struct str piece);
void part_close(struct part *p);     /* takes NULL */
void part_drop(struct part *p, enum extract_why why);                    /* its bytes end too early, for this reason */
void part_bytes(struct extract *x, struct str name, struct str bytes);   /* all three */

/* Counts bytes that came out of `packed` bytes; false (and told) when a limit is passed. */
bool extract_count(struct extract *x, int64_t bytes, int64_t all, int64_t packed);
void extract_unread(struct extract *x, enum extract_why why);            /* the part being read */
void extract_program(struct extract *x, enum extract_program p, struct str bytes);

/* Text of the part being read. */
void text_begin(struct extract *x);
void text_add(struct extract *x, struct str utf8);
void text_end(struct extract *x);

/* A text under another name below the part: a sheet, a table. */
ptrdiff_t path_enter(struct extract *x, struct str name);
void      path_leave(struct extract *x, ptrdiff_t mark);

/* ---- readers in pieces: made with the part's kind and name, pushed, closed (which frees them) ---- */
struct reader {
	void *(*open)(struct extract *x, struct extract_kind k);
	void  (*push)(void *r, struct str piece);
	void  (*close)(void *r);
};
extern const struct reader text_reader, gzip_reader, tar_reader, mbox_reader;

/* ---- readers of whole parts ---- */
void read_zip(struct extract *x, struct str bytes, int fd);        /* fd >= 0: from there instead */
void read_mail(struct extract *x, struct str bytes);
void read_ole(struct extract *x, struct str bytes);
void read_rtf(struct extract *x, struct str bytes);
struct bytes_at { struct str bytes; int fd; int64_t size; };       /* random access to either */
bool bytes_get(const struct bytes_at *b, int64_t at, void *p, ptrdiff_t n);    /* false beyond the end */
void read_sqlite(struct extract *x, const struct bytes_at *b);
struct zip_reader;
struct zip_member;
void read_zip_member(struct extract *x, struct zip_reader *z, struct zip_member m);
/* `bytes` or `fd`: what `z` reads. False: not an office document. */
bool read_document(struct extract *x, struct arena *a, struct zip_reader *z, struct str bytes, int fd);

/* ---- markup ---- */
struct markup;
struct markup *markup_make(struct extract *x, bool html);
void markup_push(struct markup *m, struct str utf8, bool last);
void markup_free(struct markup *m);
/* Adds the text of an entity such as "&amp;" at the front of `s`; its length, 0 when it is none. */
ptrdiff_t markup_entity(struct str s, struct buf *out);
