/* publication.h - publication of an incident (事故の公表), read by anybody.
 * REQ: INC-05 */
#pragma once
#define RECORD     publication
#define RECORD_DEF "domain/publication/publication.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
