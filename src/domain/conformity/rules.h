/* rules.h - what the rules of conformity share: giving a verdict, citing what it rests on. */
#pragma once
#include "domain/conformity/conformity.h"

/* {0} in reason and remedy is `n`. */
void conformity_decide(struct request *rq, struct judgement *j, enum verdict v, enum msg_id reason, int64_t n, enum msg_id remedy);
/* One record, or with record 0 how many of the type. */
void conformity_cite(struct request *rq, struct judgement *j, const char *type, int64_t record, int64_t count);
/* The day that is judged. */
struct date conformity_day(const struct request *rq);

/* emergencies.c */
NODISCARD enum status conformity_communication(struct request *rq, struct judgement *j);      /* J.4.4.1 */
NODISCARD enum status conformity_emergencies(struct request *rq, struct judgement *j);        /* J.4.4.2 */
NODISCARD enum status conformity_corrective_action(struct request *rq, struct judgement *j);  /* J.7.1 */
NODISCARD enum status conformity_contractors(struct request *rq, struct judgement *j);        /* J.9.4 */
