/* duty.h - the duties of the year, the tasks they open by themselves, reminders, and what happens when a day has passed. */
#pragma once
#include "record/duty.h"
#include "record/job.h"

extern const struct duty domain_duties[];
extern const int         domain_nduties;
const struct duty *duty_of_code(struct str code);        /* NULL when there is none */

/* What the system does by itself each day: opens tasks, reminds, tells who must know what is overdue. May run as often as
 * one likes. */
NODISCARD enum status day_run(struct request *rq);

/* Jobs of the product, for jobs_run, and the one of the day: added once for each day, on whichever node comes first. */
extern const struct job_kind domain_jobs[];
extern const int             domain_njobs;
NODISCARD enum status day_schedule(struct request *rq, void *unused);
