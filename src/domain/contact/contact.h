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
/* The first entry in use of a kind, with this matter of a record of an authority among its own (empty: any); NULL when there is none. */
NODISCARD enum status contact_of_matter(struct request *rq, struct str kind, struct str matter, struct record **ret);
/* Before an incident is classified: is the directory complete? ST_OK; ST_NO with a problem for each that is missing. */
NODISCARD enum status contact_complete(struct request *rq, bool holder);
