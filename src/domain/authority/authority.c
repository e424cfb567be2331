/* authority.c - authorities and the articles by which they act. */
#include "domain/authority/authority.h"
#include "domain/contact/contact.h"

struct day { int year, month, day; };
struct basis { struct str kind; bool my_number; struct day from, to; const char *text; };

#define DAY(y, m, d) { y, m, d }
#define ALWAYS       { 0, 0, 0 }
static const struct basis bases[] = {
#define BASIS(kind, my_number, ...) { SLIT(#kind), my_number, __VA_ARGS__ },
#include "domain/authority/basis.def"
#undef BASIS
};

static bool in_force(const struct basis *b, struct date d)
{
	return date_cmp(d, date_make(b->from.year, b->from.month, b->from.day)) >= 0
		&& (!b->to.year || date_cmp(d, date_make(b->to.year, b->to.month, b->to.day)) <= 0);
}

/* REQ: AUT-01 AUT-02 AUT-03 */
struct str authority_basis(struct str kind, bool my_number, struct date day)
{
	for (ptrdiff_t i = 0; i < COUNT(bases); i++)
		if (str_eq(bases[i].kind, kind) && bases[i].my_number == my_number && in_force(&bases[i], day))
			return str_z(bases[i].text);
	return S("");
}

/* REQ: AUT-04 */
enum msg_id authority_competent(bool employment, struct date day)
{
	if (date_cmp(day, date_make(2005, 4, 1)) < 0)
		return MSG_NONE;
	if (date_cmp(day, date_make(2017, 5, 30)) < 0)
		return employment ? MSG_AUTHORITY_LABOUR : MSG_AUTHORITY_BUSINESS;
	return MSG_AUTHORITY_COMMISSION;
}

/* REQ: AUT-04 INC-35 */
enum status authority_contact(struct request *rq, struct str matter, struct record **ret)
{
	struct record *r;

	*ret = NULL;
	TRY(contact_of_matter(rq, S("minister"), matter, &r));
	if (!r)
		TRY(contact_of_matter(rq, S("ppc"), S(""), &r));
	*ret = r;
	return ST_OK;
}
