/* migrations.h - the revisions of a store's schema. */
#pragma once
#include "db/migrate.h"

/* Those of the data, and those of the key store. */
extern const struct migration store_migrations[];
extern const struct migration keys_migrations[];
