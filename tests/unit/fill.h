/* fill.h - a record of any type there is, for tests over all of them: the test says what stands in the fields it cares about, and
 * whatever the type then asks for is given. */
#pragma once
#include "record/export_file.h"

enum { FILL_TYPES = 64 };

/* Gives the value of a field; false: none of the test's. */
typedef bool fill_value(struct request *rq, const struct type *t, int place, struct value *ret, void *arg);
struct filling {
	fill_value *value;
	void       *arg;
	int64_t     department, staff;           /* for what points to one */
	int64_t     made[FILL_TYPES];            /* one record of each type, by its place in store_types */
};
/* A record of the type, written by the system; 0 when its checks are never content: what they said last is on standard error. */
int64_t fill_one(struct request *rq, struct filling *f, const struct type *t);
/* One of each type into f->made; what links to types further down is made last. Returns how many could not be made. */
int     fill_all(struct request *rq, struct filling *f);
bool    fill_is_text(const struct field *f);
/* All records of a type at any step, as a file, by number. */
NODISCARD enum status fill_export(struct request *rq, const struct type *t, enum export_format format, struct buf *ret);
