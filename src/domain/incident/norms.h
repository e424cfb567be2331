/* norms.h - the norms for incidents as versioned data (norms.def). */
#pragma once
#include "base/date.h"
#include "base/msg.h"

enum norm_id {
#define NORM(id, ...) NORM_##id,
#include "domain/incident/norms.def"
#undef NORM
	NORM_MAX
};

struct norm {
	const char  *id;
	struct civil from, to;          /* both days included; a zero year is an open end */
	const char  *cite;              /* as it is quoted: 規則7条1号 */
	const char  *text[LANG_MAX];    /* what it says, in our words */
	const char  *source;
};

const struct norm *norm_of(enum norm_id id);
bool norm_in_force(enum norm_id id, struct date d);
