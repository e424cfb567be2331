/* aliases.h - the names that offices give the columns of a ledger. */
#pragma once
#include "format/recognise.h"

extern const struct field_name ledger_aliases[];
extern const ptrdiff_t         ledger_aliases_count;
/* Everything recognise() needs for a ledger; the labels of the type itself are among the names. */
struct vocabulary *ledger_vocabulary(struct arena *a);
