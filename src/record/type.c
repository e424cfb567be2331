/* type.c - look-ups in the tables of record types and roles. */
#include "record/type.h"
#include <assert.h>

static const struct { const char *code; struct str label[LANG_MAX]; enum role higher; bool company; } roles[ROLE_MAX] = {
#define DEPARTMENT false
#define COMPANY    true
#define ROLE(cd, ja, en, hi, sc) [ROLE_##cd] = { #cd, { SLIT(ja), SLIT(en) }, ROLE_##hi, sc },
#include "record/roles.def"
#undef ROLE
#undef DEPARTMENT
#undef COMPANY
};

enum role role_of_code(struct str code)
{
	for (int r = ROLE_none + 1; r < ROLE_MAX; r++)
		if (str_eq(code, str_z(roles[r].code)))
			return (enum role)r;
	return ROLE_none;
}

enum role role_of_bit(int64_t bit)
{
	int r = ROLE_none + 1;

	while (r < ROLE_MAX && bit != (int64_t)1 << r)
		r++;
	return r < ROLE_MAX ? (enum role)r : ROLE_none;
}

const char *role_code(enum role r)
{
	assert(r > ROLE_none && r < ROLE_MAX);
	return roles[r].code;
}

struct str role_label(enum role r, enum lang lang)
{
	return r > ROLE_none && r < ROLE_MAX ? roles[r].label[lang] : S("");
}

enum role role_higher(enum role r)
{
	return roles[r].higher;
}

bool role_company_wide(enum role r)
{
	return roles[r].company;
}

const struct field *type_field(const struct record_type *t, struct str name)
{
	for (int i = 0; i < t->nfields; i++)
		if (str_eq(name, str_z(t->fields[i].name)))
			return &t->fields[i];
	return NULL;
}

const struct step *type_step(const struct record_type *t, struct str code)
{
	for (int i = 0; i < t->nsteps; i++)
		if (str_eq(code, str_z(t->steps[i].code)))
			return &t->steps[i];
	return NULL;
}

const struct move *type_move(const struct record_type *t, struct str code, struct str from)
{
	for (int i = 0; i < t->nmoves; i++)
		if (str_eq(code, str_z(t->moves[i].code)) && str_eq(from, str_z(t->moves[i].from)))
			return &t->moves[i];
	return NULL;
}

bool field_links(const struct field *f)
{
	return f->kind == FK_LINK || f->kind == FK_STAFF || f->kind == FK_DEPARTMENT;
}

const struct choice *field_choice(const struct field *f, struct str code)
{
	for (const struct choice *c = f->choices; c && c->code; c++)
		if (str_eq(code, str_z(c->code)))
			return c;
	return NULL;
}
