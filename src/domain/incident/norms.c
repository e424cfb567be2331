/* norms.c - the table of norms.def. */
#include "domain/incident/norms.h"
#include <assert.h>

#define DAY(y, m, d) { y, m, d }
#define ALWAYS       { 0, 0, 0 }
#define TEXT(ja, en) { ja, en }
static const struct norm norms[NORM_MAX] = {
#define NORM(id, ...) [NORM_##id] = { #id, __VA_ARGS__ },
#include "domain/incident/norms.def"
#undef NORM
};

const struct norm *norm_of(enum norm_id id)
{
	assert(id < NORM_MAX);
	return &norms[id];
}

bool norm_in_force(enum norm_id id, struct date d)
{
	const struct norm *n = norm_of(id);

	return date_cmp(d, date_make(n->from.year, n->from.month, n->from.day)) >= 0
		&& (n->to.year == 0 || date_cmp(d, date_make(n->to.year, n->to.month, n->to.day)) <= 0);
}
