/* statement.h - public statement (公表文) and its editions. REQ: COM-03 */
#pragma once
#define RECORD     statement
#define RECORD_DEF "domain/statement/statement.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF

/* Does the text call the organisation itself an authorised organisation? Nobody else may use that name (Act 56). A hint, for a person
 * to judge. `own` is the organisation's name, or empty. */
bool statement_claims_body(struct str text, struct str own);
