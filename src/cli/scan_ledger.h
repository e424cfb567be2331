/* scan_ledger.h - what `tobari scan --data` makes of the findings: it reads the ledger before, records and tells behind them. */
#pragma once
#include "cli/cli.h"
#include "domain/finder/reconcile.h"
#include "format/json.h"

/* Reads the ledger of the store and closes it again: no key is in memory while files are read. */
NODISCARD enum status scan_ledger_load(struct cli *c, struct arena *a, struct reconcile **ret);
/* Compares with the store as it is now and, with `write`, records in one transaction. */
NODISCARD enum status scan_ledger_record(struct cli *c, struct reconcile *r, bool write);
/* A line for each thing that follows. */
void scan_ledger_json(struct buf *b, const struct reconcile *r);
void scan_ledger_text(struct buf *b, const struct reconcile *r, bool written, enum lang lang);
/* How many of each, as the member "ledger" of the summary. */
void scan_ledger_sums(struct js_out *j, const struct reconcile *r, bool written);
