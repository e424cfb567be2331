/* pages.h - what concepts add to the pages of their records, for web/. */
#pragma once

struct type_pages;
extern const struct type_pages *const domain_pages[];     /* ends with NULL */
