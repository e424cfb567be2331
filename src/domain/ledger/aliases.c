/* aliases.c - the vocabulary of a ledger: aliases.def, and the labels of ledger.def. */
#include "domain/ledger/aliases.h"
#include "domain/ledger/ledger.h"

const struct field_name ledger_aliases[] = {
#define ALIAS(field, name) { SLIT(#field), SLIT(name) },
#include "domain/ledger/aliases.def"
#undef ALIAS
};
const ptrdiff_t ledger_aliases_count = COUNT(ledger_aliases);

struct vocabulary *ledger_vocabulary(struct arena *a)
{
	struct vocabulary *v = vocabulary_make(a);

	vocabulary_field(v, S("serial"), 0);
	vocabulary_field(v, S("department"), FIELD_FILLS_DOWN | FIELD_SECTION);
	vocabulary_field(v, S("business"), FIELD_FILLS_DOWN);
	vocabulary_names(v, ledger_aliases, ledger_aliases_count);
	for (int i = 0; i < ledger_type.nfields; i++)
		for (enum lang l = JA; l < LANG_MAX; l++)
			vocabulary_label(v, vocabulary_field(v, str_z(ledger_type.fields[i].name), 0), ledger_type.fields[i].label[l]);
	return v;
}
