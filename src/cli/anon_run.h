/* anon_run.h - one run of `tobari anonymise`: what was asked, what was found, what is written down about it. */
#pragma once
#include "anon/apply.h"
#include "cli/anon_file.h"
#include "cli/anon_report.h"
#include "cli/anon_spec.h"

struct anon_run {
	struct cli       *c;
	struct anon_spec  spec;
	struct str        in, out;
	/* columns of the file, and where each is in the table (-1: not read, it passes through) */
	int               ncolumns;
	struct str       *name;
	const struct anon_spec_column **of;          /* NULL: not named in the SPEC */
	int              *in_table;
	char              separator;
	/* the table */
	struct anon_table table;
	ptrdiff_t         population_rows;           /* behind the rows of the table while it is read */
	int               quasi[ANON_QUASI_MAX], sensitive[ANON_SENSITIVE_MAX];      /* columns of the table */
	int               nquasi, nsensitive;
	struct anon_peculiar *peculiar;              /* of each column of the table, before anything was done */
	struct anon_hierarchy hierarchy[ANON_QUASI_MAX], sensitive_hierarchy[ANON_SENSITIVE_MAX];
	struct anon_levels levels[ANON_QUASI_MAX];
	struct anon_spread spread[ANON_SENSITIVE_MAX];
	uint32_t         *ranks[ANON_SENSITIVE_MAX];
	struct anon_task  task;
	bool              searched;
	struct anon_solution solution;
	struct anon_recoding recoding;
	bool             *suppressed;                /* of each row */
	int64_t           nsuppressed, loss, visited;
	struct anon_measures *before, *after;        /* for each sensitive column, at least one */
	int64_t           search_us, all_us;
};

/* The method record: what was done, without what would undo it; the checklist of Rules 31 or 34; a draft of what must be
 * published. REQ: ANO-02 ANO-03 ANO-07 */
NODISCARD enum status anon_record_write(const struct anon_run *r, struct str path);
/* The checklist alone, an array: for pseudonymised (Rule 31) or anonymised (Rule 34) information. */
struct anon_facts { bool identifiers, codes, links, financial, peculiar, quasi, random; int64_t unnamed; };
void anon_record_checklist(struct js_out *j, bool pseudonyms, const struct anon_facts *f);
