/* serial.h - 採番: numbers without gaps, for each form and year of the PMS. */
#pragma once
#include "db/db.h"

/* The next number, from 1. Inside the transaction of the record that gets it: if that rolls back, so does the number.
 * Two nodes at once: one of them gets ST_RETRY, here or at its commit. */
NODISCARD enum status serial_take(struct db *db, struct str form, int64_t year, int64_t *ret);
