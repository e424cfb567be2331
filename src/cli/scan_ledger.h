/* scan_ledger.h - what `tobari scan --data` tells of the ledger, behind the findings. */
#pragma once
#include "cli/cli.h"
#include "domain/finder/reconcile.h"

/* Reads the ledger of the store and closes it again: no key is in memory while files are read. */
NODISCARD enum status scan_ledger_load(struct cli *c, struct arena *a, struct reconcile **ret);
/* `whole`: the scan ran to its end; else nothing is said of places where nothing was found. */
void scan_ledger_json(struct buf *b, const struct reconcile *r, bool whole);
void scan_ledger_text(struct buf *b, const struct reconcile *r, bool whole, enum lang lang);
