/* xlsx_part.h - what the parts of a workbook share while it is read; inside xlsx only. */
#pragma once
#include "format/show.h"
#include "format/xlsx.h"
#include "format/xml.h"
#include "format/zip.h"

struct xlsx {
	struct arena      *a;
	struct zip_reader *zip;
	struct problems   *ps;
	struct sheet_sink  sink;
	struct xlsx_limits limits;
	struct str        *string;          /* shared strings */
	ptrdiff_t          nstrings, cap_strings;
	int64_t            string_bytes;
	struct show       *style;           /* by number of cell format */
	ptrdiff_t          nstyles, cap_styles;
	bool               system_1904;
};

/* One part being parsed, with our checks. Handlers get names without the prefix of the main namespace;
 * elements of other namespaces keep theirs ("xm:f"), so they match nothing. */
struct part;
struct part_handlers {
	void (*start)(struct part *p, const char *name, const char **atts);
	void (*end)(struct part *p, const char *name);
};
struct part {
	struct xlsx         *x;
	struct xml          *xml;
	struct part_handlers on;
	void                *user;
	struct str           name;          /* of the member, for messages */
	enum status          st;            /* once it is not ST_OK nothing more is handled */
	int                  depth, prefix; /* prefix: length of "x:" */
	char                 prefix_text[32];
	bool                 capture;       /* text goes to `text` */
	struct buf           text;
};
/* Parses a member with the handlers. ST_NOT_FOUND when there is none; otherwise a problem has been told. */
NODISCARD enum status part_parse(struct xlsx *x, struct str member, struct part_handlers on, void *user);
/* Ends the parsing with a problem at `place`. */
void part_fail(struct part *p, enum status st, struct str place, enum msg_id msg, struct str arg);
void part_text_begin(struct part *p);
/* The value of an attribute by its local name, or NULL. */
const char *part_attribute(const char **atts, const char *name);
bool part_is_true(const char *value);
int  part_int(const char *value);             /* -1 when it is no number, 0 when it is missing */

/* Excel writes control characters as _x000D_: they become what they mean, CRLF becomes LF. In place. */
struct str part_unescape(char *p, ptrdiff_t n);

NODISCARD enum status xlsx_read_strings(struct xlsx *x, struct str member);
NODISCARD enum status xlsx_read_styles(struct xlsx *x, struct str member);
NODISCARD enum status xlsx_read_sheet(struct xlsx *x, struct str member, struct str name);
