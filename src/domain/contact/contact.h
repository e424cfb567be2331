/* contact.h - emergency contacts (緊急時連絡先): whom an emergency calls for, where reports are filed.
 * REQ: INC-01, INC-06, INC-35, INC-36 */
#pragma once
#define RECORD     contact
#define RECORD_DEF "domain/contact/contact.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
#include "record/request.h"

/* Where a report is filed: the address for My Number where that is asked for and given, else the usual one; then the phone. */
struct str contact_address(const struct record *contact, bool my_number);
/* Before an incident is classified: is the directory complete? ST_OK; ST_NO with a problem for each that is missing. */
NODISCARD enum status contact_complete(struct request *rq, bool holder);
