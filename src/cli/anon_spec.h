/* anon_spec.h - the SPEC file of `tobari anonymise` and `tobari pseudonymise`. */
#pragma once
#include "anon/operate.h"
#include "anon/search.h"
#include "anon/token.h"
#include "cli/cli.h"
#include "format/json.h"

enum anon_role {
	ANON_ROLE_NONE,              /* not named in the SPEC: kept, and told in the report */
	ANON_ROLE_QUASI,
	ANON_ROLE_SENSITIVE,
	ANON_ROLE_IDENTIFIER,        /* describes one person: deleted, or given a token */
	ANON_ROLE_CODE,              /* an individual identification code (Art. 2(2)) */
	ANON_ROLE_LINK,              /* a code that links this table with others */
	ANON_ROLE_FINANCIAL,         /* its misuse may cause financial damage */
	ANON_ROLE_KEEP,
	ANON_ROLE_MAX
};
const char *anon_role_name(enum anon_role r);
bool        anon_role_goes(enum anon_role r);       /* deleted when anonymising */

enum { ANON_OPS_MAX = 16 };

struct anon_spec_column {
	struct str       name;
	enum anon_role   role;
	const struct js *hierarchy;          /* text (a file) or object (a rule); NULL when none is given */
	struct anon_op   op[ANON_OPS_MAX];
	int              nops;
	enum anon_token  token;
	struct str       place;              /* for problems */
};
struct anon_spec {
	struct str  path;
	struct anon_spec_column *column;
	int         ncolumns;
	struct anon_model model[ANON_MODELS_MAX];       /* `sensitive` is an index into `column`, -1: every sensitive column */
	int         nmodels;
	struct str  population;              /* path, of delta-presence; empty when there is none */
	double      suppression;
	bool        drop;                    /* suppressed rows are left out */
	bool        multidimensional;
	enum anon_loss loss;
	int64_t     effort;                  /* of local recoding; -1: chosen by size */
	char        separator;               /* of IN, 0: found out */
	struct str  purpose;                 /* of pseudonyms */
};
/* ST_OK; ST_BAD_INPUT with problems, each at "LINE:COLUMN" or at the member, as "SPEC.json: columns.age.role". */
NODISCARD enum status anon_spec_read(struct cli *c, struct str path, bool pseudonyms, struct anon_spec *ret);

/* ST_BAD_INPUT with a problem when one of the files that are written is also another of them, or one that is read (those of the
 * SPEC too): it would be destroyed. Empty paths do not count. */
NODISCARD enum status anon_paths_differ(struct cli *c, const struct anon_spec *s, const struct str *written, int nwritten,
	const struct str *read, int nread);

/* Builds the hierarchy of a column for the values that occur in it. */
NODISCARD enum status anon_spec_hierarchy(struct cli *c, const struct anon_spec *s, const struct anon_spec_column *col,
	const struct anon_dict *values, struct anon_hierarchy *ret);
