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

bool msg_next(struct str *rest, const struct str *args, int nargs, struct str *ret)
{
	struct str t = *rest;
	ptrdiff_t open = str_find_char(t, '{'), end = open;

	if (open == 0) {
		int k = t.n > 2 ? t.p[1] - '0' : -1;
		ptrdiff_t close = str_find_char(t, '}');
		if (k >= 0 && k < nargs && close >= 2 && (close == 2 || t.p[2] == '|')) {
			struct str many = str_sub(t, 3, close), one;
			*ret = args[k];
			if (close > 2 && str_cut(&many, '|', &one))
				*ret = str_eq(args[k], S("1")) ? one : many;
			*rest = str_sub(t, close + 1, t.n);
			return true;
		}
		end = 1;
	}
	*ret = str_sub(t, 0, end < 0 ? t.n : end);
	*rest = str_sub(t, ret->n, t.n);
	return t.n > 0;
}

void msg_add(struct buf *b, enum lang lang, enum msg_id id, const struct str *args, int nargs)
{
	struct str rest = msg_text(id, lang), piece;

	while (msg_next(&rest, args, nargs, &piece))
		buf_add(b, piece);
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
