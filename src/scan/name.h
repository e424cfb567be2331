/* name.h - what the two halves of finding names share. Private to scan/. */
#pragma once
#include "scan/inside.h"

/* [from, to) has the shape of an old given name: 三郎, 之助, 右衛門 with something before. */
bool      given_old_shape(const struct han *h, int from, int to);
/* Do the n parts to the end of the run read as a surname and a given name about as well? */
bool      shape_full(const struct han *h, const struct han_part *p, int n, enum dict_class before, enum dict_class after);
/* The score of a run that is a given name by itself, or behind a word for a relative (三女悦子, 父・種次郎); from where. */
int       shape_given(const struct scan_run *r, const struct han *h, ptrdiff_t lo, ptrdiff_t hi, int *ret_from, int *ret_to);
/* 金大中: a family of China or Korea and two characters that are no word. */
bool      shape_continental(const struct scan_run *r, const struct han *h, ptrdiff_t hi);
/* A run at the beginning of a sentence that says who that is, by what the person does. */
bool      shape_introduced(const struct scan_run *r, const struct han *h, ptrdiff_t lo, ptrdiff_t hi);
/* Does what stands around the run tell that it may be one of those, whatever it is made of? */
bool      shape_around(const struct scan_run *r, const struct han *h, ptrdiff_t lo, ptrdiff_t hi);
/* Quick: could a run that begins with these three (0: something else) be one? Does a word for a relative end with c? */
bool      shape_may_begin(uint32_t a, uint32_t b, uint32_t c);
bool      shape_may_start(uint32_t a);       /* ...by its first one alone; told before main, behind the tables of shapes */
bool      shape_kin_ends(uint32_t c);
bool      is_surname(const struct han *h, int from, int to);
/* An honorific in kana (さん, くん) at `at`. */
bool      kana_title(const struct scan_run *r, ptrdiff_t at, ptrdiff_t hi);
/* The end of the honorific in kana at `at`; `at` itself when there is none. */
ptrdiff_t kana_title_end(const struct scan_run *r, ptrdiff_t at, ptrdiff_t hi);
/* A given name in kana at `at`, of at least that many characters, ending where a name may: its end, or -1. */
ptrdiff_t kana_given(const struct scan_run *r, ptrdiff_t at, ptrdiff_t hi, int least);
/* A space at `at`, in a cell also the end of a line within it: its length, or 0. */
int       name_gap(const struct scan_run *r, ptrdiff_t at, ptrdiff_t hi, bool cell);
/* Such a gap, then a given name: its end, or -1. */
ptrdiff_t given_behind_space(const struct scan_run *r, ptrdiff_t at, ptrdiff_t hi, int surname_chars, bool cell);
/* Characters of the run without the titles at its end. */
int       untitled(const struct han *h);
/* Words that make it the name of a firm, a section or a thing. */
bool      is_body(const struct han *h);
bool      text_starts(const struct scan_run *r, ptrdiff_t at, ptrdiff_t hi, const char *z);
/* A sign stands before, as behind a label. */
bool      sign_stands_before(const uint8_t *t, ptrdiff_t at);
/* Reads the run of kanji at `at` and reports what it holds. */
void      han_run(struct scan_run *r, ptrdiff_t at);
/* Could an address or a sensitive word begin with character k? What follows the last one is not known here. */
bool      han_may_lead(const struct han *h, int k);
bool      han_has_city(const struct han *h);
