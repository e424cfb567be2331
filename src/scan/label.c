/* label.c - "生年月日：昭和55年5月12日": what stands behind the sign after a label. */
#include "scan/inside.h"

enum { LABEL_MAX = 40, VALUE_MAX = 400 };

/* `at` is the colon (or the last byte of a wide one). */
void label_at(struct scan_run *r, ptrdiff_t at)
{
	ptrdiff_t colon = r->t[at] == ':' ? at : at - 2, lo, hi = view_hi(r, at), i = at + 1, end;
	bool other, plain;
	uint32_t kinds;
	int len;

	while (i < hi && (r->t[i] == ' ' || r->t[i] == '"' || r->t[i] == '\'' || (r->t[i] == 0xE3 && sign_at(r->t, i, hi, false, &len) == SIGN_SPACE)))
		i += r->t[i] == 0xE3 ? 3 : 1;
	if (i >= hi || (!r->s->words && (!date_may_begin(r->t, i, hi) || date_at(r->t, i, hi, &plain) < 0)))
		return;
	lo = MAX(line_start(r, colon), colon - LABEL_MAX);
	kinds = context_words((struct str){ (const char *)r->t + lo, colon - lo }, &other);
	if (!kinds)
		return;
	if (kinds & SCAN_BIT(SCAN_date_of_birth)) {
		end = date_at(r->t, i, hi, &plain);
		if (end > i)
			emit(r, SCAN_date_of_birth, i, end, 92);
	}
	if (!r->s->words)
		return;
	end = i;
	while (end < hi && end - i < VALUE_MAX && r->t[end] != '\n' && r->t[end] != '\r' && r->t[end] != '\t')
		end++;
	if (kinds & SCAN_BIT(SCAN_address))
		address_cell(r, i, end);
	else if (kinds & SCAN_BIT(SCAN_person_name))
		name_cell(r, i, end, false);
}
