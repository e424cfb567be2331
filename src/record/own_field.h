/* own_field.h - fields that the organisation adds to a type: added, renamed, moved, retired; never taken away, for what stands in
 * them stays readable. Each change is audited; types are read anew after the commit. */
#pragma once
#include "record/store.h"

#define OWN_GENERATION "own_fields"          /* the setting that counts their changes */
enum { OWN_FIELDS_MAX = 60 };

/* The kinds an own field may have, as stored: "text", ... ; the label is the message. Ends with a NULL code. */
struct own_kind { const char *code; enum field_kind kind; enum msg_id label; };
extern const struct own_kind own_kinds[];
enum field_kind own_field_kind(struct str code);      /* FK_TEXT when it is none */

/* Is the label short enough, and unlike those of other fields (but for the one of the name `except`)? */
NODISCARD enum status own_field_check(struct request *rq, const struct type *t, struct str label, struct str place, struct str except);
/* Inside a WRITE transaction. ST_OK; ST_BAD_INPUT with a problem at label_ja or kind. An empty English label takes the Japanese one. */
NODISCARD enum status own_field_add(struct request *rq, const struct type *t, struct str label_ja, struct str label_en, struct str kind);
NODISCARD enum status own_field_rename(struct request *rq, const struct type *t, struct str name, struct str label_ja, struct str label_en);
NODISCARD enum status own_field_retire(struct request *rq, const struct type *t, struct str name, bool retired);
/* One place up or down among the type's own fields. */
NODISCARD enum status own_field_shift(struct request *rq, const struct type *t, struct str name, bool up);
