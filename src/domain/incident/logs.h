/* logs.h - the logs w and x of an incident: what was written down by hand, and what the common communication log says of it.
 * REQ: INC-37, COM-02 */
#pragma once
#include "record/linked.h"

/* Rows as those of the incident's own logs, in no order. `readable`: only entries that the actor may read. */
struct incident_contacts { struct value outside, inside; };
NODISCARD enum status incident_contacts_of(struct request *rq, const struct record *incident, bool readable, struct incident_contacts *ret);
