/* msg.h - every word a person may read, in Japanese and English, and the problems told to people. */
#pragma once
#include "base/base.h"

enum lang { JA, EN, LANG_MAX };

enum msg_id {
	MSG_NONE,
#define MSG(id, ja, en) MSG_##id,
#include "i18n/messages.def"
#undef MSG
	MSG_MAX
};

struct str msg_text(enum msg_id id, enum lang lang);
/* The next piece of a text: words of its own, an argument for {0} {1} {2}, or for {0|day|days} the word that fits the number: the
 * first for "1", the second for all others. False at the end of the text. */
bool       msg_next(struct str *rest, const struct str *args, int nargs, struct str *ret);
void       msg_add(struct buf *b, enum lang lang, enum msg_id id, const struct str *args, int nargs);

/* A problem with what somebody gave us: where (a field, "C8", "line 3"), what, and with which words.
 * Texts must outlive the list; use the arena. */
struct problem { struct str place; enum msg_id msg; struct str arg[3]; };
struct problems { struct arena *a; struct problem *p; ptrdiff_t n, cap; };

enum { PROBLEMS_MAX = 1000 };                                   /* further ones are counted, not kept */
#define problem(ps, place, ...) problem_add_((ps), (place), (struct problem){ .msg = __VA_ARGS__ })
void problem_add_(struct problems *ps, struct str place, struct problem p);
/* One line, "place: text". */
void problem_print(struct buf *b, enum lang lang, const struct problem *p);
