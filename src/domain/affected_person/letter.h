/* letter.h - the notice to one person as a letter and as a mail (本人への通知), from plain facts.
 * REQ: INC-03 (Act 26(2), Rule 10: matters 1, 2, 4, 5 and 9 of Rule 8(1)) */
#pragma once
#include "domain/paper/paper.h"

/* What a notice says; the same for everybody who is told with it. Empty texts are told as "being looked into". */
struct notice_letter {
	struct date made;
	struct str  sender, signature;      /* name of the house; its lines in the head: address, name, representative */
	struct str  title, mark;            /* mark: small, at the top of each page and in the subject, as 見本; may be empty */
	struct str  facts, items, cause, damage, measures, advice, other, desk;
};
struct addressee {
	struct str postal_code, address;    /* may be empty */
	struct str name;
	struct str items;                   /* of this person; empty: those of the notice */
};

struct pdf *notice_letter_pdf(struct arena *a, const struct notice_letter *l, const struct addressee *to, enum lang lang);
void notice_letter_mail(struct arena *a, struct buf *b, const struct notice_letter *l, const struct addressee *to, enum lang lang);   /* subject first */
