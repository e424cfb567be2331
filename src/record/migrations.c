/* migrations.c - the revisions of a store's schema, in order; a revision that has been released never changes. */
#include "record/migrations.h"

EMBED(sql_0001_record, "migrations/0001_record.sql");
EMBED(sql_0002_audit, "migrations/0002_audit.sql");
EMBED(sql_0003_session, "migrations/0003_session.sql");
EMBED(sql_0004_duty, "migrations/0004_duty.sql");
EMBED(sql_keys_0001, "migrations/keys/0001_start.sql");

const struct migration store_migrations[] = {
	{ "record", sql_0001_record },
	{ "audit", sql_0002_audit },
	{ "session", sql_0003_session },
	{ "duty", sql_0004_duty },
	{ NULL, NULL },
};

const struct migration keys_migrations[] = {
	{ "start", sql_keys_0001 },
	{ NULL, NULL },
};
