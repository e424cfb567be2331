/* label.c - "生年月日：昭和55年5月12日": what stands behind the sign after a label. */
#include "scan/inside.h"

enum { LABEL_MAX = 40, VALUE_MAX = 400 };

static bool is_digit(uint8_t b)
{
	return (uint8_t)(b - '0') < 10;
}

/* Told by a few bytes: could a date begin at i? Of plain digits there must be one, two, four or eight, and behind them what
 * a date has. */
static bool may_be_date(const uint8_t *t, ptrdiff_t i, ptrdiff_t hi)
{
	ptrdiff_t n = 0;
	uint8_t b;

	if (!date_may_begin(t, i, hi))
		return false;
	if (!is_digit(t[i]))
		return true;
	while (n < 9 && i + n < hi && is_digit(t[i + n]))
		n++;
	b = i + n < hi ? t[i + n] : 0;
	if (b >= 0x80 || n == 8)
		return true;
	return n == 4 ? b == '-' || b == '/' || b == '.' || b == ' ' : n <= 2 && b && b != ':' && b != '.' && b != '\n' && b != ')';
}

/* `at` is the colon (or the last byte of a wide one). */
void label_at(struct scan_run *r, ptrdiff_t at)
{
	ptrdiff_t colon = r->t[at] == ':' ? at : at - 2, lo, hi = view_hi(r, at), i = at + 1, end;
	bool other, plain;
	uint32_t kinds;
	int len;

	while (i < hi && (r->t[i] == ' ' || r->t[i] == '"' || r->t[i] == '\'' || (r->t[i] == 0xE3 && sign_at(r->t, i, hi, false, &len) == SIGN_SPACE)))
		i += r->t[i] == 0xE3 ? 3 : 1;
	/* names and addresses begin beyond ASCII or with a capital */
	if (i >= hi || (!(r->s->words && (r->t[i] >= 0x80 || (r->t[i] >= 'A' && r->t[i] <= 'Z'))) && (!may_be_date(r->t, i, hi) || date_at(r->t, i, hi, &plain) < 0)))
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
