/* settings.h - what an organisation may set, one row each in settings.def. */
#pragma once
#include "record/request.h"

enum setting {
#define SETTING(name, least, most, otherwise, ja, en) SETTING_##name,
#include "record/settings.def"
#undef SETTING
	SETTING_MAX
};
struct setting_row { struct str name; int64_t least, most, otherwise; struct str label[LANG_MAX]; };
extern const struct setting_row setting_rows[SETTING_MAX];

int64_t setting_get(struct request *rq, enum setting s);
bool    setting_is_switch(enum setting s);           /* 0 or 1, which people read as no or yes */
/* ST_OK; ST_BAD_INPUT with a problem at the setting's name. Audited. */
NODISCARD enum status setting_put(struct request *rq, enum setting s, struct str text);
enum setting setting_of_name(struct str name);      /* SETTING_MAX when there is none */
