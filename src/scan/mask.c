/* mask.c - what may be shown of a found value, and whether a single value is valid. */
#include "scan/inside.h"
#include "base/utf8.h"

enum { VALUE_MAX = 512 };

/* How many signs stay readable at the front and at the end. Number Act 19, 20: of a My Number two digits at most. */
struct shown { int front, back; };
enum { ALL_SIGNS = INT16_MAX };

static ALWAYS struct shown shown_of(enum scan_kind kind, int signs)
{
	static const struct { int16_t front, back; } shown[SCAN_KIND_MAX] = {
		[SCAN_my_number] = { 0, 2 }, [SCAN_bank_account] = { 0, 2 }, [SCAN_pension_number] = { 0, 2 }, [SCAN_resident_code] = { 0, 2 },
		[SCAN_insurer_number] = { 0, 2 }, [SCAN_driver_licence] = { 0, 2 }, [SCAN_employment_insurance] = { 0, 2 }, [SCAN_passport] = { 0, 2 },
		[SCAN_residence_card] = { 0, 2 }, [SCAN_credit_card] = { 0, 4 }, [SCAN_corporate_number] = { ALL_SIGNS, 0 },
		[SCAN_sensitive_hint] = { ALL_SIGNS, 0 }, [SCAN_phone] = { 3, 2 }, [SCAN_postal] = { 3, 0 }, [SCAN_date_of_birth] = { 0, 0 },
		[SCAN_person_name] = { 1, 0 }, [SCAN_email] = { 1, 0 }, [SCAN_address] = { 4, 0 },
	};
	struct shown s = { shown[kind].front, shown[kind].back };

	if (kind == SCAN_address)
		s.front = MIN(s.front, signs / 2);
	if (s.back == 2 && s.front == 0 && signs <= 5)
		s.back = 0;
	return s;
}

static bool is_sign(uint32_t c)
{
	c = char_ascii(c);
	return c >= 0x80 ? c != 0x3000 && c != 0x2212 && !(c >= 0x2010 && c <= 0x2015) : (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

static struct shown limits_of(enum scan_kind kind, int signs)
{
	struct shown s = shown_of(kind, signs);

	if (s.front + s.back > signs && kind != SCAN_corporate_number && kind != SCAN_sensitive_hint)
		return (struct shown){ 0, 0 };
	return s;
}

/* ---- plain ASCII, as nearly all numbers are: eight signs in a word ---- */

#define EVERY(byte) (UINT64_C(0x0101010101010101) * (byte))

/* The top bit of each byte that is a letter or digit; the bytes are ASCII. */
static uint64_t WRAPS signs_of(uint64_t x)
{
	uint64_t small = x | EVERY(0x20);
	uint64_t letter = (small + EVERY(0x80 - 'a')) & ~(small + EVERY(0x80 - 'z' - 1)), digit = (x + EVERY(0x80 - '0')) & ~(x + EVERY(0x80 - '9' - 1));

	return (letter | digit) & EVERY(0x80);
}

/* '*' for the bytes whose bit is set. */
static uint64_t WRAPS starred(uint64_t x, uint64_t bits)
{
	uint64_t own = EVERY(bits & 255) & UINT64_C(0x8040201008040201), hit = ((own + EVERY(0x7F)) | own) >> 7 & EVERY(1), all = (hit << 8) - hit;

	return (x & ~all) | (EVERY('*') & all);
}

/* The signs that are hidden, one bit each. */
static ALWAYS uint64_t WRAPS hidden(enum scan_kind kind, struct str value, uint64_t signs)
{
	struct shown s = limits_of(kind, (int)mark_ones(signs));

	if (kind == SCAN_email) {                               /* the domain is shown */
		const char *domain = memchr(value.p, '@', (size_t)value.n);

		signs &= domain ? (UINT64_C(1) << (domain - value.p)) - 1 : UINT64_MAX;
	}
	for (int k = 0; k < s.front && signs; k++)
		signs &= signs - 1;
	for (int k = 0; k < s.back && signs; k++)
		signs ^= UINT64_C(1) << (63 - __builtin_clzll(signs));
	return signs;
}

/* Masks the value in as many words; false when it is something else. */
static ALWAYS bool WRAPS mask_words(uint64_t *word, int words, enum scan_kind kind, struct str value)
{
	uint64_t signs = 0, odd = 0;

	for (int i = 0; i < words; i++) {
		odd |= word[i] | ((word[i] - EVERY(' ')) & ~word[i]);
		signs |= ((signs_of(word[i]) >> 7) * UINT64_C(0x0102040810204080) >> 56) << (8 * i);
	}
	if (odd & EVERY(0x80))
		return false;
	signs = hidden(kind, value, signs);
	for (int i = 0; i < words; i++)
		word[i] = starred(word[i], signs >> (8 * i));
	return true;
}

/* Nine to fifteen bytes: two words that overlap in the text, but not here. */
static bool WRAPS mask_two(struct buf *b, enum scan_kind kind, struct str value)
{
	UNINIT uint64_t word[2];
	int more = (int)value.n - 8;
	char *to;

	memcpy(&word[0], value.p, 8);
	memcpy(&word[1], value.p + more, 8);
	word[1] = word[1] >> (64 - 8 * more) | EVERY(' ') << 8 * more;
	if (!mask_words(word, 2, kind, value))
		return false;
	to = buf_room(b, value.n);
	if (!to)
		return true;
	word[1] = word[0] >> 8 * more | word[1] << (64 - 8 * more);
	memcpy(to, &word[0], 8);
	memcpy(to + more, &word[1], 8);
	return true;
}

/* False when the value is something else. */
static bool WRAPS mask_plain(struct buf *b, enum scan_kind kind, struct str value)
{
	UNINIT uint64_t word[8];
	int words = (int)((value.n + 7) / 8);

	if (value.n < 1 || value.n > (ptrdiff_t)sizeof word)
		return false;
	if (value.n >= 9 && value.n <= 15)
		return mask_two(b, kind, value);
	word[words - 1] = EVERY(' ');
	memcpy(word, value.p, (size_t)value.n);
	if (!mask_words(word, words, kind, value))
		return false;
	buf_add(b, (struct str){ (const char *)word, value.n });
	return true;
}

void scan_mask(struct buf *b, enum scan_kind kind, struct str value)
{
	const uint8_t *t = (const uint8_t *)value.p;
	int signs = 0, at = 0, len;
	bool domain = false;
	struct shown s;

	if (mask_plain(b, kind, value))
		return;
	for (ptrdiff_t i = 0; i < value.n; i += len)
		signs += is_sign(char_at(t, i, value.n, &len));
	s = limits_of(kind, signs);
	for (ptrdiff_t i = 0; i < value.n; i += len) {
		uint32_t c = char_at(t, i, value.n, &len);

		domain |= kind == SCAN_email && (c == '@' || c == 0xFF20);
		if (!is_sign(c) || domain) {
			utf8_add(b, c == '\n' || c == '\r' ? ' ' : c);
			continue;
		}
		at++;
		utf8_add(b, at <= s.front || at > signs - s.back ? c : '*');
	}
}

/* ---- single values ---- */

struct digits { uint8_t d[24]; int n, groups, lens[8]; bool bad; };

/* Digits with separators between them; anything else makes the value bad. */
static struct digits digits_of(const uint8_t *t, ptrdiff_t n)
{
	struct digits v = { 0 };
	bool in = false;
	int len;

	for (ptrdiff_t i = 0; i < n; i += len) {
		int s = sign_at(t, i, n, true, &len);

		if (s <= 9) {
			if (v.n == COUNT(v.d))
				v.bad = true;
			else
				v.d[v.n++] = (uint8_t)s;
			if (!in && v.groups < COUNT(v.lens))
				v.groups++;
			v.lens[MAX(v.groups - 1, 0)]++;
			in = true;
			continue;
		}
		v.bad |= s == SIGN_NONE || s == SIGN_SLASH;
		in = false;
	}
	return v;
}

static struct str clean(struct str s)
{
	s = str_trim(s);
	if (str_starts(s, S("〒")))
		s = str_trim(str_sub(s, 3, s.n));
	return s;
}

/* Letters and digits of an identity paper, e.g. "AADDDDDDDDAA"; full-width and separators accepted. */
static bool has_form(const uint8_t *t, ptrdiff_t n, const char *form)
{
	int len;

	for (ptrdiff_t i = 0; i < n; i += len) {
		uint32_t c = char_ascii(char_at(t, i, n, &len)) & ~0u;
		int s = sign_at(t, i, n, false, &len);

		if (s == SIGN_SPACE || s == SIGN_HYPHEN)
			continue;
		if (c >= 'a' && c <= 'z')
			c -= 32;
		if (*form == 'A' ? c >= 'A' && c <= 'Z' : *form == 'D' ? s <= 9 : false)
			form++;
		else
			return false;
	}
	return *form == 0;
}

static bool valid_phone(const uint8_t *t, ptrdiff_t n)
{
	struct digits v;
	int len;

	if (n > 1 && char_ascii(char_at(t, 0, n, &len)) == '+') {
		v = digits_of(t + len, n - len);
		if (v.bad || v.n < 11 || v.d[0] != 8 || v.d[1] != 1)
			return false;
		memmove(v.d + 1, v.d + 2, (size_t)v.n - 2);
		v.n--;
		if (v.d[1] == 0) {                              /* +81 (0)3 */
			memmove(v.d, v.d + 1, (size_t)v.n - 1);
			v.n--;
		}
		v.d[0] = 0;
		return phone_area(v.d, v.n) > 0;
	}
	v = digits_of(t, n);
	return !v.bad && phone_area(v.d, v.n) > 0;
}

struct only { ptrdiff_t end; enum scan_kind kind; bool hit; };

static void note(void *user, const struct scan_finding *f, struct str value)
{
	struct only *o = user;

	(void)value;
	o->hit |= f->start == 0 && f->end == o->end && f->kind == o->kind;
}

/* Is the whole value found as that kind? */
static bool found_whole(enum scan_kind kind, struct str s)
{
	struct scanner *sc = scanner_make(&(struct scan_options){ .kinds = SCAN_BIT(kind), .min_score = -1, .path = SCAN_PATH_PORTABLE });
	struct only o = { s.n, kind, false };
	struct scan_run *r = scan_run_make(sc, note, &o);

	scan_text(r, s);
	scan_run_free(r);
	scanner_free(sc);
	return o.hit;
}

bool scan_valid(enum scan_kind kind, struct str value)
{
	struct str s = clean(value);
	const uint8_t *t = (const uint8_t *)s.p;
	struct digits v;
	bool plain8;

	if (s.n == 0 || s.n > VALUE_MAX)
		return false;
	v = digits_of(t, s.n);
	switch (kind) {
	case SCAN_my_number:
		return !v.bad && v.n == 12 && check_my_number(v.d);
	case SCAN_corporate_number:
		if (s.n > 1 && s.p[0] == 'T')
			v = digits_of(t + 1, s.n - 1);
		else if (str_starts(s, S("Ｔ")))
			v = digits_of(t + 3, s.n - 3);
		return !v.bad && v.n == 13 && check_corporate(v.d);
	case SCAN_driver_licence:
		return !v.bad && v.n == 12 && check_licence(v.d);
	case SCAN_insurer_number:
		return !v.bad && check_insurer(v.d, v.n);
	case SCAN_pension_number:
		return !v.bad && v.n == 10;
	case SCAN_employment_insurance:
	case SCAN_resident_code:
		return !v.bad && v.n == 11;
	case SCAN_passport:
		return has_form(t, s.n, "AADDDDDDD");
	case SCAN_residence_card:
		return has_form(t, s.n, "AADDDDDDDDAA");
	case SCAN_credit_card:
		return !v.bad && check_card(v.d, v.n);
	case SCAN_bank_account:
		return !v.bad && (v.n == 7 || v.n == 14 || v.n == 8 || (v.n == 13 && v.d[0] == 1));
	case SCAN_phone:
		return valid_phone(t, s.n);
	case SCAN_postal:
		return !v.bad && v.n == 7 && (v.groups == 1 || (v.groups == 2 && v.lens[0] == 3));
	case SCAN_date_of_birth:
		return date_at(t, 0, s.n, &plain8) == s.n;
	case SCAN_email: case SCAN_person_name: case SCAN_address: case SCAN_sensitive_hint:
		return found_whole(kind, s);
	case SCAN_KIND_MAX:
		break;
	}
	return false;
}
