/* name.h - what the two halves of finding names share. Private to scan/. */
#pragma once
#include "scan/inside.h"

bool      is_surname(const struct han *h, int from, int to);
/* An honorific in kana (さん, くん) at `at`. */
bool      kana_title(const struct scan_run *r, ptrdiff_t at, ptrdiff_t hi);
/* The end of the honorific in kana at `at`; `at` itself when there is none. */
ptrdiff_t kana_title_end(const struct scan_run *r, ptrdiff_t at, ptrdiff_t hi);
/* A given name in kana at `at`, of at least that many characters, ending where a name may: its end, or -1. */
ptrdiff_t kana_given(const struct scan_run *r, ptrdiff_t at, ptrdiff_t hi, int least);
/* One space, then a given name: its end, or -1. */
ptrdiff_t given_behind_space(const struct scan_run *r, ptrdiff_t at, ptrdiff_t hi, int surname_chars);
/* Characters of the run without the titles at its end. */
int       untitled(const struct han *h);
/* Words that make it the name of a firm, a section or a thing. */
bool      is_body(const struct han *h);
bool      text_starts(const struct scan_run *r, ptrdiff_t at, ptrdiff_t hi, const char *z);
