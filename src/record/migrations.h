/* migrations.h - the revisions of a store's schema. */
#pragma once
#include "db/migrate.h"

/* Those of the data; the key store has its own. */
extern const struct migration store_migrations[];
