/* contact.h - emergency contacts (緊急時連絡先): whom an emergency calls for, where reports are filed.
 * REQ: INC-01, INC-06, INC-35, INC-36 */
#pragma once
#define RECORD     contact
#define RECORD_DEF "domain/contact/contact.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
#include "record/request.h"

/* Why somebody must be told. */
enum contact_duty {
	CONTACT_AT_ONCE,          /* police, client: first response */
	CONTACT_REPORTS,          /* a preliminary and a final report */
	CONTACT_FINAL,            /* a final report only */
};
/* What an incident is, as far as it decides whom to tell. */
struct contact_case {
	bool       reportable;    /* a condition of the Act or of the My Number rule is met */
	bool       my_number;     /* one of the My Number rule: its own filing address */
	bool       holder;        /* the organisation holds the PrivacyMark */
	bool       grave;         /* condition 9 */
	bool       accident;      /* a kind of the mark's list of accidents */
	bool       theft, entrusted;
	struct str client;        /* as the incident names it */
};
struct contact_call { int64_t contact; struct str name, address; enum contact_duty duty; };     /* address: URL, else phone */
enum { CONTACT_CALLS_MAX = 32 };

/* Everybody in the directory whom the case calls for, authorities first. A minister with delegated authority takes the
 * place of the Commission. Returns how many through ret_n. */
NODISCARD enum status contact_calls(struct request *rq, const struct contact_case *c, struct contact_call ret[CONTACT_CALLS_MAX], int *ret_n);
/* The authority that takes reports under Article 26: minister or Commission; NULL when the directory has none. */
NODISCARD enum status contact_authority(struct request *rq, struct record **ret);
/* Where a report is filed: the address for My Number where that is asked for and given, else the usual one; then the phone. */
struct str contact_address(const struct record *contact, bool my_number);
/* Before an incident is classified: is the directory complete? ST_OK; ST_NO with a problem for each that is missing. */
NODISCARD enum status contact_complete(struct request *rq, bool holder);
