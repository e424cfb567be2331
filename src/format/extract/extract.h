/* extract.h - the text of files: what it says, in UTF-8, member by member; and what could not be read, and why.
 *
 * Read are plain text in Japanese encodings, json (escapes), xml, html, docx, pptx, xlsx, xls, OpenDocument, eml, mbox, rtf,
 * SQLite files, zip, tar and gz inside each other; pdf, doc and ppt through programs. Everything but plain
 * text is read in a sandboxed child. */
#pragma once
#include "base/msg.h"
#include "format/charset.h"
#include "sys/sandbox.h"

enum extract_why {
#define WHY(name, ja, en) EXTRACT_##name,
#include "format/extract/why.def"
#undef WHY
	EXTRACT_WHY_MAX
};
const char *extract_why_code(enum extract_why w);                    /* "too_deep" */
struct str  extract_why_text(enum extract_why w, enum lang lang);

enum extract_program { EXTRACT_PDF, EXTRACT_DOC, EXTRACT_PPT, EXTRACT_PROGRAM_MAX };

/* What a reader tells. Texts never overlap: begin, text..., end. A member is the path inside the file ("a.zip/b.txt", a
 * sheet, a table, an attachment); p is NULL for the file itself. `unread` may also come inside a text. A status
 * other than ST_OK ends the reading; it must not be ST_BAD_INPUT or ST_TOO_BIG. */
struct extract_events {
	enum status (*begin)(void *user, struct str member);
	enum status (*text)(void *user, struct str utf8);
	enum status (*end)(void *user);
	enum status (*unread)(void *user, struct str member, enum extract_why why);
	enum status (*program)(void *user, struct str member, enum extract_program p, struct str bytes);
};

struct extract_limits {              /* 0 = the default */
	int     depth;                   /* archives inside archives; 8 */
	int64_t members;                 /* of the whole file; 100000 */
	int64_t member_bytes;            /* of what must be held whole (a zip in a zip, a mail); 128 MiB */
	int64_t total_bytes;             /* unpacked, of the whole file; 4 GiB */
	int64_t ratio;                   /* unpacked to packed, judged above 1 MiB; 500 */
};

enum extract_format {
	EXTRACT_IS_TEXT, EXTRACT_IS_JSON, EXTRACT_IS_HTML, EXTRACT_IS_XML, EXTRACT_IS_RTF, EXTRACT_IS_MAIL, EXTRACT_IS_MBOX,
	EXTRACT_IS_ZIP, EXTRACT_IS_GZIP, EXTRACT_IS_TAR, EXTRACT_IS_PDF, EXTRACT_IS_OLE, EXTRACT_IS_SQLITE,
	EXTRACT_IS_IMAGE, EXTRACT_IS_ARCHIVE, EXTRACT_IS_BINARY
};
struct extract_kind { enum extract_format format; enum charset charset; ptrdiff_t bom; };
enum { EXTRACT_HEAD = 64 << 10 };
/* Judges from the first EXTRACT_HEAD bytes (`whole`: they are all) and the name. */
struct extract_kind extract_sniff(struct str head, bool whole, struct str name);

/* Reads in this process: for the sandboxed child, tests and fuzzing. The descriptor must be seekable for a zip or a
 * database. ST_OK, or what an event returned. */
NODISCARD enum status extract_fd(int fd, struct str name, const struct extract_limits *l, const struct extract_events *ev, void *user);
NODISCARD enum status extract_bytes(struct str bytes, struct str name, const struct extract_limits *l,
                                    const struct extract_events *ev, void *user);

/* The same in a sandboxed child, and with programs for what only they read; ev->program may be NULL. Whatever happens to
 * the child is told by ev->unread for the file itself. ST_OK, or what an event returned. */
NODISCARD enum status extract_sandboxed(struct sandbox *s, int fd, struct str name, const struct extract_limits *l,
                                        const struct extract_events *ev, void *user);

/* Turns \uXXXX of JSON strings into the characters they stand for, in place and in pieces; the rest stays as it is. */
struct json_unescape { char rest[12]; ptrdiff_t nrest; };
void json_unescape(struct json_unescape *j, struct str in, bool last, struct buf *out);
