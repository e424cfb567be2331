/* migrations.c - the revisions of a store's schema, in order; a revision that has been released never changes. */
#include "record/migrations.h"

EMBED(sql_0001_record, "migrations/0001_record.sql");

const struct migration store_migrations[] = {
	{ "record", sql_0001_record },
	{ NULL, NULL },
};
