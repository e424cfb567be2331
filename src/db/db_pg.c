/* db_pg.c - the PostgreSQL driver. */
#include "db/db_driver.h"

enum status db_pg_open(struct str where, enum db_mode mode, struct db **ret)
{
	(void)where;
	(void)mode;
	(void)ret;
	return ST_UNAVAILABLE;
}
