/* msg.c - messages by id and language. */
#include "base/msg.h"
#include <assert.h>

static const struct str texts[MSG_MAX][LANG_MAX] = {
#define MSG(id, ja, en) [MSG_##id] = { SLIT(ja), SLIT(en) },
#include "i18n/messages.def"
#undef MSG
};

struct str msg_text(enum msg_id id, enum lang lang)
{
	assert(id >= 0 && id < MSG_MAX && lang >= 0 && lang < LANG_MAX);
	return texts[id][lang].p ? texts[id][lang] : S("");
}

void msg_add(struct buf *b, enum lang lang, enum msg_id id, const struct str *args, int nargs)
{
	struct str t = msg_text(id, lang);

	for (ptrdiff_t i = 0; i < t.n; i++) {
		int k = i + 2 < t.n && t.p[i] == '{' && t.p[i + 2] == '}' ? t.p[i + 1] - '0' : -1;
		if (k >= 0 && k < nargs) {
			buf_add(b, args[k]);
			i += 2;
		} else {
			buf_char(b, t.p[i]);
		}
	}
}

void problem_add_(struct problems *ps, struct str place, struct problem p)
{
	if (ps->n < PROBLEMS_MAX) {
		if (ps->n == ps->cap) {
			ptrdiff_t cap = ps->cap ? ps->cap * 2 : 8;
			struct problem *bigger = new_n(ps->a, struct problem, cap);
			if (ps->n)
				memcpy(bigger, ps->p, (size_t)ps->n * sizeof *bigger);
			ps->p = bigger;
			ps->cap = cap;
		}
		p.place = place;
		ps->p[ps->n] = p;
	}
	if (ps->n < PROBLEMS_MAX)
		ps->n++;
}

void problem_print(struct buf *b, enum lang lang, const struct problem *p)
{
	if (p->place.n) {
		buf_add(b, p->place);
		buf_lit(b, ": ");
	}
	msg_add(b, lang, p->msg, p->arg, (int)COUNT(p->arg));
}
