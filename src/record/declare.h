/* declare.h - turns RECORD_DEF into an enum of field places and typed readers, so that a rule of law which reads a
 * date as a count does not compile. Include it from the type's own header after defining RECORD and RECORD_DEF. */
#include "record/value.h"

#define CHOICES(set)
#define CHOICE(set, code, ja, en, ...)
#define END_CHOICES(set)
#define ROWS(set)
#define COLUMN(nm, kind, ja, en, fl, ...)
#define END_ROWS(set)
#define STEP(code, ja, en, kind, ...)
#define APPROVAL(step, role, order)
#define MOVE(code, from, to, ja, en, by, flags, demands, ...)
#define PERMIT(roles, acts, scope)

#define FIELD(nm, kind, ja, en, fl, ...) CAT(CAT(RECORD, _f_), nm),
enum CAT(RECORD, _field) {
#include RECORD_DEF
	CAT(RECORD, _nfields)
};
#undef FIELD

#define READER_text(nm)    static inline struct str  CAT(CAT(RECORD, _), nm)(const struct record *r) \
	{ return r->v[CAT(CAT(RECORD, _f_), nm)].text; }
#define READER_number(nm)  static inline int64_t     CAT(CAT(RECORD, _), nm)(const struct record *r) \
	{ return r->v[CAT(CAT(RECORD, _f_), nm)].num; }
#define READER_date(nm)    static inline struct date CAT(CAT(RECORD, _), nm)(const struct record *r) \
	{ return value_day(&r->v[CAT(CAT(RECORD, _f_), nm)]); }
#define READER_instant(nm) static inline struct instant CAT(CAT(RECORD, _), nm)(const struct record *r) \
	{ return (struct instant){ r->v[CAT(CAT(RECORD, _f_), nm)].num }; }
#define READER_value(nm)   static inline const struct value *CAT(CAT(RECORD, _), nm)(const struct record *r) \
	{ return &r->v[CAT(CAT(RECORD, _f_), nm)]; }
#define READER_TEXT        READER_text
#define READER_LONG_TEXT   READER_text
#define READER_NUMBER      READER_number
#define READER_COUNT       READER_value
#define READER_MONEY       READER_number
#define READER_DATE        READER_date
#define READER_INSTANT     READER_instant
#define READER_PERIOD      READER_value
#define READER_CHOICE      READER_text
#define READER_CHOICES     READER_text
#define READER_YES_NO      READER_text
#define READER_SERIAL      READER_text
#define READER_LINK        READER_number
#define READER_STAFF       READER_number
#define READER_PERSON      READER_value
#define READER_DEPARTMENT  READER_number
#define READER_FILE        READER_value
#define READER_ROWS        READER_value
#define FIELD(nm, kind, ja, en, fl, ...) READER_##kind(nm)
#include RECORD_DEF
#undef FIELD
#undef READER_text
#undef READER_number
#undef READER_date
#undef READER_instant
#undef READER_value
#undef READER_TEXT
#undef READER_LONG_TEXT
#undef READER_NUMBER
#undef READER_COUNT
#undef READER_MONEY
#undef READER_DATE
#undef READER_INSTANT
#undef READER_PERIOD
#undef READER_CHOICE
#undef READER_CHOICES
#undef READER_YES_NO
#undef READER_SERIAL
#undef READER_LINK
#undef READER_STAFF
#undef READER_PERSON
#undef READER_DEPARTMENT
#undef READER_FILE
#undef READER_ROWS
#undef CHOICES
#undef CHOICE
#undef END_CHOICES
#undef ROWS
#undef COLUMN
#undef END_ROWS
#undef STEP
#undef APPROVAL
#undef MOVE
#undef PERMIT

extern const struct record_type CAT(RECORD, _type);
