/* token.c - making pseudonyms. */
#include "anon/token.h"
#include "base/utf8.h"
#include <assert.h>

static const char symbols[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";      /* without I L O U, which are misread */

struct anon_tokens anon_tokens_make(struct str column, enum anon_token kind)
{
	struct anon_tokens t = { .kind = kind, .value = anon_dict_make(), .token = anon_dict_make() };

	t.column = str_dup(&t.value.text, column);
	return t;
}

void anon_tokens_free(struct anon_tokens *t)
{
	anon_dict_free(&t->value);
	anon_dict_free(&t->token);
}

enum status anon_tokens_restore(struct anon_tokens *t, struct str value, struct str token)
{
	uint32_t known;

	if (anon_dict_find(&t->value, value, &known) || anon_dict_find(&t->token, token, &known))
		return ST_CONFLICT;
	anon_dict_add(&t->value, value);
	anon_dict_add(&t->token, token);
	return ST_OK;
}

static void random_token(const struct anon_token_source *s, struct buf *b)
{
	unsigned char r[16];

	s->random(r, (ptrdiff_t)sizeof r);
	for (int i = 0; i < (int)sizeof r; i++)
		buf_char(b, symbols[r[i] & 31]);
}

static void keyed_token(const struct anon_tokens *t, struct str value, const struct anon_token_source *s, struct buf *b)
{
	unsigned char r[16];
	unsigned bits = 0, have = 0;

	s->keyed(s->context, t->column, value, r);
	for (int i = 0; i < (int)sizeof r; i++) {
		bits = (bits << 8 | r[i]) & 0xFFFF;
		for (have += 8; have >= 5; have -= 5)
			buf_char(b, symbols[bits >> (have - 5) & 31]);
	}
	buf_char(b, symbols[bits << (5 - have) & 31]);
}

static uint32_t one_of(const struct anon_token_source *s, uint32_t n)
{
	unsigned char r;

	do
		s->random(&r, 1);
	while (r >= 256 / n * n);
	return r % n;
}

static void format_token(struct str value, const struct anon_token_source *s, struct buf *b)
{
	static const struct { uint32_t first, n; } kinds[] = { { '0', 10 }, { 'A', 26 }, { 'a', 26 }, { 0xFF10, 10 }, { 0xFF21, 26 }, { 0xFF41, 26 } };

	for (ptrdiff_t at = 0; at < value.n; ) {
		uint32_t c = utf8_next(value, &at), made = c < 0x80 ? c : 'x';
		for (int i = 0; i < (int)COUNT(kinds); i++)
			if (c >= kinds[i].first && c < kinds[i].first + kinds[i].n)
				made = kinds[i].first + one_of(s, kinds[i].n);
		utf8_add(b, made);
	}
}

enum status anon_token_of(struct anon_tokens *t, struct str value, const struct anon_dict *originals,
	const struct anon_token_source *s, uint32_t *ret)
{
	enum { TRIES = 200 };
	uint32_t known;

	assert(t->kind != ANON_TOKEN_NONE);
	if (anon_dict_find(&t->value, value, ret))
		return ST_OK;
	for (int i = 0; i < TRIES; i++) {
		struct buf b = buf_make(1 << 24);
		if (value.n == 0)
			;
		else if (t->kind == ANON_TOKEN_RANDOM)
			random_token(s, &b);
		else if (t->kind == ANON_TOKEN_KEYED)
			keyed_token(t, value, s, &b);
		else
			format_token(value, s, &b);
		struct str token = buf_str(&b);
		bool taken = b.failed || anon_dict_find(&t->token, token, &known) ||
			(value.n && originals && anon_dict_find(originals, token, &known));
		if (!taken) {
			anon_dict_add(&t->value, value);
			*ret = anon_dict_add(&t->token, token);
		}
		buf_free(&b);
		if (!taken)
			return ST_OK;
	}
	return ST_NO;
}
