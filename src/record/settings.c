/* settings.c - reading and changing settings. */
#include "record/settings.h"
#include "base/num.h"
#include "record/queries.h"
#include "record/trail.h"
#include <stdio.h>

const struct setting_row setting_rows[SETTING_MAX] = {
#define SETTING(nm, le, mo, ot, ja, en) [SETTING_##nm] = { SLIT(#nm), le, mo, ot, { SLIT(ja), SLIT(en) } },
#include "record/settings.def"
#undef SETTING
};

enum setting setting_of_name(struct str name)
{
	int s = 0;

	while (s < SETTING_MAX && !str_eq(name, setting_rows[s].name))
		s++;
	return (enum setting)s;
}

bool setting_is_switch(enum setting s)
{
	return setting_rows[s].least == 0 && setting_rows[s].most == 1;
}

int64_t setting_get(struct request *rq, enum setting s)
{
	const struct setting_row *row = &setting_rows[s];
	int64_t v = row->otherwise;
	struct db_q *q = db_query_apart(rq->db, &q_setting_get);

	db_text(q, 1, row->name);
	if (db_row(q) && num_parse(db_col_text(q, 0), row->least, row->most, &v) != ST_OK)
		v = row->otherwise;
	return db_end(q) == ST_OK ? v : row->otherwise;
}

enum status setting_put(struct request *rq, enum setting s, struct str text)
{
	const struct setting_row *row = &setting_rows[s];
	int64_t v;

	if (num_parse(text, row->least, row->most, &v) != ST_OK) {
		problem(&rq->problems, row->name, MSG_CLI_NOT_A_NUMBER, .arg = { text_of_int(rq->a, row->least), text_of_int(rq->a, row->most) });
		return ST_BAD_INPUT;
	}
	struct db_q *q = db_query(rq->db, &q_setting_set);
	db_text(q, 1, row->name);
	db_text(q, 2, text_of_int(rq->a, v));
	TRY(db_run(q));
	trail_add(rq, TRAIL_SETTING, NULL, 0, 0, row->name);
	return ST_OK;
}
