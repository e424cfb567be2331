/* pages_web.c - the list of pages.def. */
#include "domain/pages.h"
#include "web/type_pages.h"

#define PAGES(name) extern const struct type_pages name##_pages;
#include "domain/pages.def"
#undef PAGES

const struct type_pages *const domain_pages[] = {
#define PAGES(name) &name##_pages,
#include "domain/pages.def"
#undef PAGES
	NULL
};
