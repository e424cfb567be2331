/* words.c - recognises item names and hints; the tables are items.def and hints.def. */
#include "domain/incident/words.h"
#include "base/utf8.h"
#include <stdlib.h>

struct item_row { unsigned meaning; const char *const *names; };
struct hint_row { enum hint_kind kind; const char *const *words; };

#define PLAIN              ITEM_PLAIN
#define SENSITIVE          ITEM_SENSITIVE
#define MAY_BE_SENSITIVE   ITEM_MAY_BE_SENSITIVE
#define FINANCIAL          ITEM_FINANCIAL
#define MAY_BE_FINANCIAL   ITEM_MAY_BE_FINANCIAL
#define LOGIN              ITEM_LOGIN
#define SECRET             ITEM_SECRET
#define MY_NUMBER          ITEM_MY_NUMBER
#define MAY_HAVE_MY_NUMBER ITEM_MAY_HAVE_MY_NUMBER
#define TREATED_SO         ITEM_TREATED_SO
#define NO_PERSON          ITEM_NO_PERSON
#define MAY_BE_ANYTHING    (ITEM_MAY_BE_SENSITIVE | ITEM_MAY_BE_FINANCIAL | ITEM_MAY_HAVE_MY_NUMBER)

static const struct item_row item_rows[] = {
#define ITEMS(meaning, ...) { meaning, (const char *const[]){ __VA_ARGS__, NULL } },
#include "domain/incident/items.def"
#undef ITEMS
};

static const struct hint_row hint_rows[] = {
#define HINTS(kind, ...) { kind, (const char *const[]){ __VA_ARGS__, NULL } },
#include "domain/incident/hints.def"
#undef HINTS
};

struct known_item { struct str folded; unsigned meaning; };
struct known_hint { struct str folded, shown; };
struct incident_words {
	struct known_item *items;
	ptrdiff_t          nitems;
	struct known_hint *hints[HINT_MAX];
	ptrdiff_t          nhints[HINT_MAX];
};

static int by_name(const void *a, const void *b)
{
	return str_cmp(((const struct known_item *)a)->folded, ((const struct known_item *)b)->folded);
}

static ptrdiff_t count(const char *const *names)
{
	ptrdiff_t n = 0;

	while (names[n])
		n++;
	return n;
}

static void make_items(struct incident_words *w, struct arena *a)
{
	ptrdiff_t n = 0;

	for (ptrdiff_t i = 0; i < COUNT(item_rows); i++)
		n += count(item_rows[i].names);
	w->items = new_n(a, struct known_item, n);
	for (ptrdiff_t i = 0; i < COUNT(item_rows); i++)
		for (const char *const *name = item_rows[i].names; *name; name++)
			w->items[w->nitems++] = (struct known_item){ utf8_fold(a, str_z(*name)), item_rows[i].meaning };
	qsort(w->items, (size_t)w->nitems, sizeof *w->items, by_name);
}

const struct incident_words *incident_words_make(struct arena *a)
{
	struct incident_words *w = new(a, struct incident_words);

	make_items(w, a);
	for (ptrdiff_t i = 0; i < COUNT(hint_rows); i++) {
		enum hint_kind k = hint_rows[i].kind;
		w->hints[k] = new_n(a, struct known_hint, count(hint_rows[i].words));
		for (const char *const *word = hint_rows[i].words; *word; word++)
			w->hints[k][w->nhints[k]++] = (struct known_hint){ utf8_fold(a, str_z(*word)), str_z(*word) };
	}
	return w;
}

/* ---- items ---- */

static bool known(const struct incident_words *w, struct str folded, unsigned *ret)
{
	struct known_item key = { folded, 0 };
	const struct known_item *found = bsearch(&key, w->items, (size_t)w->nitems, sizeof key, by_name);

	if (found)
		*ret = found->meaning;
	return found != NULL;
}

static struct str without_start(struct str s, struct str start)
{
	return s.n > start.n && str_starts(s, start) ? str_sub(s, start.n, s.n) : s;
}

static struct str without_end(struct str s, struct str end)
{
	return s.n > end.n && str_ends(s, end) ? str_sub(s, 0, s.n - end.n) : s;
}

/* "顧客の氏名" is a name: words of whom it is about that say nothing more. A patient does say more. */
static struct str without_owner(const struct incident_words *w, struct str s)
{
	for (ptrdiff_t i = 0; i < w->nhints[OWNER]; i++) {
		struct str cut = without_start(s, w->hints[OWNER][i].folded);
		if (cut.n != s.n)
			return cut;
	}
	return s;
}

static bool known_in_some_form(const struct incident_words *w, struct str s, unsigned *ret)
{
	if (known(w, s, ret) || known(w, without_owner(w, s), ret) || known(w, without_end(s, S("s")), ret))
		return true;
	while (s.n > 0 && ((s.p[s.n - 1] >= '0' && s.p[s.n - 1] <= '9') || s.p[s.n - 1] == ',' || s.p[s.n - 1] == '.'))
		s.n--;                                       /* "cards 18,746" */
	return known(w, s, ret);
}

/* Where the next separator of a list begins in folded text, and how long it is; -1 when there is none. */
static ptrdiff_t separator(const struct incident_words *w, struct str s, ptrdiff_t *ret_n)
{
	ptrdiff_t first = -1;

	for (ptrdiff_t i = 0; i < w->nhints[SEPARATOR]; i++) {
		ptrdiff_t at = str_find(s, w->hints[SEPARATOR][i].folded);
		if (at >= 0 && (first < 0 || at < first)) {
			first = at;
			*ret_n = w->hints[SEPARATOR][i].folded.n;
		}
	}
	return first;
}

/* "住所等" says that there is more than was named. */
static struct str without_others(const struct incident_words *w, struct str s, unsigned *meaning)
{
	for (ptrdiff_t i = 0; i < w->nhints[AND_OTHERS]; i++) {
		struct str cut = without_end(s, w->hints[AND_OTHERS][i].folded);
		if (cut.n != s.n) {
			*meaning |= ITEM_UNKNOWN;
			return cut;
		}
	}
	return s;
}

/* One name without separators; a remark in brackets counts where it is a name itself. */
static unsigned one_item(const struct incident_words *w, struct str s)
{
	unsigned meaning = 0, extra = 0;
	ptrdiff_t open = str_find_char(s, '(');

	if (s.n == 0)
		return 0;
	if (known_in_some_form(w, s, &meaning))
		return meaning;
	if (open > 0 && str_ends(s, S(")"))) {
		if (known(w, str_sub(s, open + 1, s.n - 1), &extra))
			meaning = extra;
		s = str_sub(s, 0, open);
		if (known_in_some_form(w, s, &extra))
			return meaning | extra;
	}
	struct str cut = without_others(w, s, &meaning);
	if (cut.n != s.n && known_in_some_form(w, cut, &extra))
		return meaning | extra;
	return meaning | ITEM_UNKNOWN;
}

unsigned incident_item(const struct incident_words *w, struct arena *a, struct str name)
{
	struct str rest = utf8_fold(a, name);
	unsigned meaning = 0;
	ptrdiff_t n = 0;

	if (rest.n == 0)
		return ITEM_UNKNOWN;
	if (known_in_some_form(w, rest, &meaning))
		return meaning;
	for (ptrdiff_t at; (at = separator(w, rest, &n)) >= 0; rest = str_sub(rest, at + n, rest.n))
		meaning |= one_item(w, str_sub(rest, 0, at));
	return meaning | one_item(w, rest);
}

/* ---- hints ---- */

static ptrdiff_t clause_end(const struct incident_words *w, struct str s, ptrdiff_t from)
{
	ptrdiff_t end = s.n;

	for (ptrdiff_t i = 0; i < w->nhints[CLAUSE_END]; i++) {
		ptrdiff_t at = str_find(str_sub(s, from, s.n), w->hints[CLAUSE_END][i].folded);
		if (at >= 0 && from + at < end)
			end = from + at;
	}
	return end;
}

static bool has(const struct incident_words *w, struct str s, enum hint_kind kind)
{
	for (ptrdiff_t i = 0; i < w->nhints[kind]; i++)
		if (str_find(s, w->hints[kind][i].folded) >= 0)
			return true;
	return false;
}

/* The clause that goes on behind the word says no, and says it without reserve. */
static bool denied(const struct incident_words *w, struct str s, ptrdiff_t behind)
{
	struct str clause = str_sub(s, behind, clause_end(w, s, behind));

	return has(w, clause, SAYS_NOT) && !has(w, clause, SAYS_UNSURE);
}

struct str incident_hint(const struct incident_words *w, struct arena *a, struct str text, enum hint_kind kind)
{
	struct str s = utf8_fold(a, text);

	for (ptrdiff_t i = 0; i < w->nhints[kind]; i++) {
		struct str word = w->hints[kind][i].folded;
		ptrdiff_t at = 0, found;
		while ((found = str_find(str_sub(s, at, s.n), word)) >= 0) {
			at += found + word.n;
			if (!denied(w, s, at))
				return w->hints[kind][i].shown;
		}
	}
	return (struct str){ "", 0 };
}
