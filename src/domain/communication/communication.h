/* communication.h - the communication plan (コミュニケーション計画) and the log of what was in fact said.
 * REQ: COM-01, COM-02 */
#pragma once
#define RECORD     communication
#define RECORD_DEF "domain/communication/communication.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
#include "record/request.h"

/* What a workflow told somebody. Texts name no person but in `whom`, which is sealed. */
struct communication {
	bool        outside;
	struct str  what, whom;
	const char *channel;          /* a code of communication_log_channel */
	int64_t     incident, about;  /* record ids, 0 = none */
};
struct linked;
/* What the log says of an incident, oldest first. */
NODISCARD enum status communication_of(struct request *rq, int64_t incident, struct linked *ret);
/* Writes it into the log, in the transaction of the act that said it. */
NODISCARD enum status communication_note(struct request *rq, const struct communication *c);
