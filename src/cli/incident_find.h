/* incident_find.h - the incident that a command names by its number. */
#pragma once
#include "record/store.h"

/* ST_OK; ST_NOT_FOUND with the problem at the number. */
NODISCARD enum status cli_find_incident(struct request *rq, struct str serial, struct record **ret);
