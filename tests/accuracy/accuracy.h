/* accuracy.h - labelled texts, and the counts of what was found, missed and wrongly reported in them. */
#pragma once
#include "scan/scan.h"

enum { TRUTH_MAX = 512 };
struct truth { enum scan_kind kind; ptrdiff_t start, end; };
struct labelled { struct buf text; struct truth t[TRUTH_MAX]; int n; };

/* Adds `value` to the text as a thing of that kind. */
void label_value(struct labelled *l, enum scan_kind kind, const char *value);
/* One document of the synthetic office; the same seed gives the same document. */
void corpus_document(struct labelled *l, uint64_t seed);
