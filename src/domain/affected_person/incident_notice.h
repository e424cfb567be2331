/* incident_notice.h - notice to the persons concerned by an incident (本人通知文).
 * REQ: INC-03, INC-14, INC-22 */
#pragma once
#define RECORD     incident_notice
#define RECORD_DEF "domain/affected_person/incident_notice.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
#include "record/request.h"

/* The decided notice for a group of persons, or the one for everybody; NULL when there is none. */
NODISCARD enum status incident_notice_for(struct request *rq, int64_t incident, struct str group, struct record **ret);
