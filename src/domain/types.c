/* types.c - the list of types.def. */
#include "domain/types.h"

#define TYPE(name) extern const struct record_type name##_type;
#include "domain/types.def"
#undef TYPE

const struct record_type *const domain_types[] = {
#define TYPE(name) &name##_type,
#include "domain/types.def"
#undef TYPE
};
const int domain_ntypes = (int)COUNT(domain_types);
