/* incident_notice.h - notice to the persons concerned by an incident (本人通知文).
 * REQ: INC-03, INC-14, INC-22 */
#pragma once
#define RECORD     incident_notice
#define RECORD_DEF "domain/affected_person/incident_notice.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
#include "record/request.h"

/* May people outside be told of the incident? Only by the council's decision on the matter (a code of its minutes), and of
 * entrusted information only as the client instructs. ST_OK; ST_NO with the problem. */
NODISCARD enum status incident_notice_allowed(struct request *rq, int64_t incident, struct str matter);
/* The decided notice for a group of persons, or the one for everybody; NULL when there is none. */
NODISCARD enum status incident_notice_for(struct request *rq, int64_t incident, struct str group, struct record **ret);
