/* recognise_label.c - the names of fields, and how a label of a column is compared with them. */
#include "format/recognise_label.h"
#include "base/utf8.h"
#include "format/office_words.h"

#define WORDS(name, ...)
#define SHEET_WORDS(name, ...)
#define LABEL_WORDS WORD_LIST
#include "format/recognise.def"

struct name { struct str key; int field; bool ours; };
struct vocabulary {
	struct arena *a;
	struct { struct str code; int flags; } *field;
	int           nfields, cap_fields;
	struct name  *name;
	ptrdiff_t     nnames, cap_names;
};

struct vocabulary *vocabulary_make(struct arena *a)
{
	struct vocabulary *v = new(a, struct vocabulary);

	v->a = a;
	return v;
}

static void *wider(struct arena *a, const void *list, ptrdiff_t n, ptrdiff_t size, ptrdiff_t cap)
{
	void *bigger = arena_alloc(a, size, 16, cap);

	if (n)
		memcpy(bigger, list, (size_t)(n * size));
	return bigger;
}

int vocabulary_find(const struct vocabulary *v, struct str code)
{
	for (int i = 0; i < v->nfields; i++)
		if (str_eq(v->field[i].code, code))
			return i;
	return -1;
}

int vocabulary_field(struct vocabulary *v, struct str code, int flags)
{
	int i = vocabulary_find(v, code);

	if (i < 0) {
		if (v->nfields == v->cap_fields) {
			v->cap_fields = v->cap_fields ? 2 * v->cap_fields : 64;
			v->field = wider(v->a, v->field, v->nfields, (ptrdiff_t)sizeof *v->field, v->cap_fields);
		}
		i = v->nfields++;
		v->field[i].code = code;
	}
	v->field[i].flags |= flags;
	return i;
}

static void add_name(struct vocabulary *v, int field, struct str name, bool ours)
{
	struct str key = label_key(v->a, name).full;

	if (key.n == 0)
		return;
	for (ptrdiff_t i = 0; i < v->nnames; i++)
		if (v->name[i].field == field && str_eq(v->name[i].key, key)) {
			v->name[i].ours |= ours;
			return;
		}
	if (v->nnames == v->cap_names) {
		v->cap_names = v->cap_names ? 2 * v->cap_names : 512;
		v->name = wider(v->a, v->name, v->nnames, (ptrdiff_t)sizeof *v->name, v->cap_names);
	}
	v->name[v->nnames++] = (struct name){ key, field, ours };
}

void vocabulary_name(struct vocabulary *v, int field, struct str name)
{
	add_name(v, field, name, false);
}

void vocabulary_label(struct vocabulary *v, int field, struct str label)
{
	add_name(v, field, label, true);
}

void vocabulary_names(struct vocabulary *v, const struct field_name *list, ptrdiff_t n)
{
	for (ptrdiff_t i = 0; i < n; i++)
		vocabulary_name(v, vocabulary_field(v, list[i].field, 0), list[i].name);
}

struct str vocabulary_code(const struct vocabulary *v, int field)
{
	return v->field[field].code;
}

int vocabulary_flags(const struct vocabulary *v, int field)
{
	return v->field[field].flags;
}

int vocabulary_count(const struct vocabulary *v)
{
	return v->nfields;
}

/* ---- labels ---- */

/* ① ⑴ ⒈ ㈠ ❶ and the like: numbering, whatever stands behind it. */
static bool is_circled(uint32_t c)
{
	return (c >= 0x2460 && c <= 0x24FF) || (c >= 0x2776 && c <= 0x2793) || (c >= 0x3220 && c <= 0x3229) || (c >= 0x3280 && c <= 0x3289);
}

static bool is_opening(uint32_t c)
{
	return c == '(' || c == '[' || c == '<' || c == '{' || c == 0x3010 || c == 0x3014 || c == 0x3008 || c == 0x300A;
}

static bool is_closing(uint32_t c)
{
	return c == ')' || c == ']' || c == '>' || c == '}' || c == 0x3011 || c == 0x3015 || c == 0x3009 || c == 0x300B;
}

/* Marks that tell two names apart for nobody. */
static bool is_punctuation(uint32_t c)
{
	return (c < 0x80 && strchr("-_.,:;/\\|'\"*!?#&+~=", (int)c)) || c == 0x3001 || c == 0x3002 || c == 0x30FB || c == 0x300C || c == 0x300D ||
	       c == 0x300E || c == 0x300F || c == 0x2605 || c == 0x2606 || c == 0x25CF || c == 0x25CB || c == 0x25A0 || c == 0x25A1 ||
	       c == 0x25C6 || c == 0x25C7 || c == 0x25BC || c == 0x25BD || c == 0x2026 || c == 0xFEFF || c == 0x200B;
}

/* Numbering at the front: circled digits, "1.", "(3)", "4)", "5:". */
static struct str skip_number(struct arena *a, struct str label)
{
	ptrdiff_t at = 0, i = 0;

	label = str_trim(label);
	while (at < label.n) {
		ptrdiff_t before = at;
		if (!is_circled(utf8_next(label, &at))) {
			at = before;
			break;
		}
	}
	struct str s = utf8_fold(a, str_sub(label, at, label.n));
	int open = s.n > 0 && s.p[0] == '(';
	for (i = open; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
		;
	if (i > open && i < s.n - 1 && (s.p[i] == '.' || s.p[i] == ')' || s.p[i] == ':') && i <= 3)
		return str_sub(s, i + 1, s.n);
	return s;
}

static struct str without_required(struct str s)
{
	s = str_sub(s, begins(s, required_words), s.n);
	s.n -= ends(s, required_words);
	return s;
}

struct label_key label_key(struct arena *a, struct str label)
{
	struct str s = skip_number(a, str_sub(label, 0, 400));
	char *full = new_n(a, char, s.n + 1), *bare = new_n(a, char, s.n + 1);
	ptrdiff_t nfull = 0, nbare = 0, depth = 0;

	for (ptrdiff_t at = 0; at < s.n; ) {
		ptrdiff_t from = at;
		uint32_t c = utf8_next(s, &at);
		if (c == 0x203B)                         /* ※: a remark to the end */
			break;
		if (is_opening(c)) {
			depth++;
		} else if (is_closing(c)) {
			depth -= depth > 0;
		} else if (!is_punctuation(c)) {
			memcpy(full + nfull, s.p + from, (size_t)(at - from));
			nfull += at - from;
			if (depth == 0) {
				memcpy(bare + nbare, s.p + from, (size_t)(at - from));
				nbare += at - from;
			}
		}
	}
	return (struct label_key){ without_required((struct str){ full, nfull }), without_required((struct str){ bare, nbare }) };
}

/* ---- the best field ---- */

/* Part of a label: more when the name makes up more of it, and more at its end, where Japanese has what it is about.
 * A name within a much longer label says little, a short one ("区分", "item") less: such a column stays an own field. */
static int score_part(struct str key, struct str name)
{
	enum { SHORT = 9, SHORTEST = 5 };

	if (name.n < SHORTEST || name.n * 3 < key.n || (name.n < SHORT && name.n * 2 <= key.n) ||
	    str_find(key, name) < 0)
		return 0;
	return (int)(30 + 30 * name.n / key.n + (str_ends(key, name) ? 20 : 0));
}

static int score_of(struct label_key k, struct str name)
{
	if (str_eq(k.full, name))
		return 100;
	if (k.bare.n && str_eq(k.bare, name))
		return SCORE_EXACT + 5;
	return k.bare.n ? score_part(k.bare, name) : score_part(k.full, name);
}

struct fit vocabulary_fit(struct arena *a, const struct vocabulary *v, struct str label)
{
	struct label_key k = label_key(a, label);
	struct fit f = { .field = COLUMN_OWN };

	for (ptrdiff_t i = 0; k.full.n && i < v->nnames; i++) {
		int score = score_of(k, v->name[i].key), field = v->name[i].field;
		score += v->name[i].ours && score >= SCORE_EXACT;
		if (score == 0 || score < f.score)
			continue;
		if (score > f.score) {
			f = (struct fit){ .field = field, .score = score, .nrivals = 1, .rival = { field } };
			continue;
		}
		bool known = false;
		for (int j = 0; j < f.nrivals; j++)
			known |= f.rival[j] == field;
		if (!known && f.nrivals < RIVALS_MAX)
			f.rival[f.nrivals++] = field;
	}
	return f;
}
