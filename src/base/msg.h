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
/* Adds the text with {0} {1} {2} replaced by the arguments. */
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
