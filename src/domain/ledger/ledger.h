/* ledger.h - ledger of personal information (個人情報管理台帳). */
#pragma once
#define RECORD     ledger
#define RECORD_DEF "domain/ledger/ledger.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF

#include "record/request.h"

/* What the ledger does not cover: forms in use that may hold personal information and have no row, and rows in force
 * without a risk analysis; of one department, or of all (0). */
NODISCARD enum status ledger_gaps(struct request *rq, int64_t department, int *ret_forms, int *ret_unanalysed);
