/* accuracy.c - precision and recall of the scanner on labelled sets; fails when an aim is missed.
 *
 * Sets: the synthetic office (corpus.c), prose written by hand (prose.txt), and where the shared data are: addresses,
 * Japanese sentences with names (both spans must agree exactly), English sentences for false alarms. */
#include "tests/accuracy/accuracy.h"
#include "base/utf8.h"
#include "format/json.h"
#include "sys/sys.h"
#include <stdio.h>
#include <stdlib.h>
#include <uchar.h>
#include <unistd.h>

enum { FOUND_MAX = 4096, DOCUMENTS = 1600, FILE_MAX = 64 << 20 };

struct found { struct scan_finding f[FOUND_MAX]; int n; };
struct score { long right, wrong, missed; };
static int missed_aims;
static bool verbose;

static void on_found(void *user, const struct scan_finding *f, struct str value)
{
	struct found *o = user;

	(void)value;
	if (o->n < FOUND_MAX)
		o->f[o->n++] = *f;
}

static void find(const struct scanner *s, struct str text, struct found *o)
{
	struct scan_run *r = scan_run_make(s, on_found, o);

	o->n = 0;
	scan_text(r, text);
	scan_run_free(r);
}

static void tell(const char *what, enum scan_kind kind, struct str text, ptrdiff_t from, ptrdiff_t to)
{
	ptrdiff_t a = from, b = to;

	if (!verbose)
		return;
	while (a > 0 && text.p[a - 1] != '\n' && from - a < 60)
		a--;
	while (b < text.n && text.p[b] != '\n' && b - to < 60)
		b++;
	printf("%s %s: %.*s[%.*s]%.*s\n", what, scan_kinds[kind].name, (int)(from - a), text.p + a, (int)(to - from), text.p + from, (int)(b - to), text.p + to);
}

/* Exactly the same span and kind is right; everything else is wrong or missed. */
static void judge(struct score *score, struct str text, const struct truth *t, int n, const struct found *o)
{
	for (int i = 0; i < n; i++) {
		bool hit = false;

		for (int k = 0; k < o->n; k++)
			hit |= o->f[k].kind == t[i].kind && o->f[k].start == t[i].start && o->f[k].end == t[i].end;
		if (hit)
			score[t[i].kind].right++;
		else
			score[t[i].kind].missed++, tell("missed", t[i].kind, text, t[i].start, t[i].end);
	}
	for (int k = 0; k < o->n; k++) {
		bool hit = false;

		for (int i = 0; i < n; i++)
			hit |= o->f[k].kind == t[i].kind && o->f[k].start == t[i].start && o->f[k].end == t[i].end;
		if (!hit)
			score[o->f[k].kind].wrong++, tell("wrong", o->f[k].kind, text, o->f[k].start, o->f[k].end);
	}
}

static double share(long part, long rest)
{
	return part + rest ? 100.0 * (double)part / (double)(part + rest) : 100.0;
}

static void line_of(const char *name, struct score s, double precision, double recall)
{
	double p = share(s.right, s.wrong), r = share(s.right, s.missed);
	bool ok = p >= precision && r >= recall;

	if (s.right + s.wrong + s.missed == 0)
		return;
	printf("  %-24s %6ld right %5ld wrong %5ld missed   precision %6.2f %%  recall %6.2f %%", name, s.right, s.wrong, s.missed, p, r);
	if (precision > 0 || recall > 0) {
		printf("   aim %g / %g %s", precision, recall, ok ? "met" : "MISSED");
		missed_aims += !ok;
	}
	putchar('\n');
}

static bool is_words(int k)
{
	return k == SCAN_person_name || k == SCAN_address || k == SCAN_sensitive_hint;
}

/* Kind by kind, then all identifiers (everything but words) together. */
static void table(const char *title, const struct score *s, double name_precision, double name_recall)
{
	struct score identifiers = { 0 };

	printf("%s\n", title);
	for (int k = 0; k < SCAN_KIND_MAX; k++) {
		if (!is_words(k)) {
			identifiers.right += s[k].right;
			identifiers.wrong += s[k].wrong;
			identifiers.missed += s[k].missed;
		}
		line_of(scan_kinds[k].name, s[k], k == SCAN_person_name ? name_precision : 0, k == SCAN_person_name ? name_recall : 0);
	}
	line_of("identifiers together", identifiers, 97, 99);
}

/* ---- the synthetic office ---- */

static void office(const struct scanner *s)
{
	static struct labelled l;
	static struct found o;
	struct score score[SCAN_KIND_MAX] = { 0 };

	for (uint64_t seed = 1; seed <= DOCUMENTS; seed++) {
		corpus_document(&l, seed);
		find(s, buf_str(&l.text), &o);
		judge(score, buf_str(&l.text), l.t, l.n, &o);
		buf_free(&l.text);
	}
	table("synthetic office", score, 85, 90);
}

/* ---- prose ---- */

static enum scan_kind kind_of(char c)
{
	static const struct { char c; enum scan_kind kind; } codes[] = { { 'n', SCAN_person_name }, { 'a', SCAN_address }, { 't', SCAN_phone }, { 'm', SCAN_email },
		{ 'p', SCAN_postal }, { 'b', SCAN_date_of_birth }, { 's', SCAN_sensitive_hint }, { 'y', SCAN_my_number }, { 'c', SCAN_credit_card }, { 'k', SCAN_bank_account },
		{ 'l', SCAN_driver_licence }, { 'w', SCAN_passport }, { 'r', SCAN_residence_card }, { 'e', SCAN_pension_number }, { 'j', SCAN_resident_code },
		{ 'i', SCAN_insurer_number }, { 'u', SCAN_employment_insurance } };

	for (ptrdiff_t i = 0; i < COUNT(codes); i++)
		if (codes[i].c == c)
			return codes[i].kind;
	return SCAN_KIND_MAX;
}

/* "{n:...}" and "\n" of a line of prose.txt. */
static void read_labels(struct labelled *l, struct str line)
{
	l->text = buf_make(1 << 16);
	l->n = 0;
	for (ptrdiff_t i = 0; i < line.n; i++) {
		ptrdiff_t end;

		if (line.p[i] == '\\' && i + 1 < line.n && line.p[i + 1] == 'n') {
			buf_char(&l->text, '\n');
			i++;
		} else if (line.p[i] == '{' && i + 2 < line.n && line.p[i + 2] == ':' && (end = str_find_char(str_sub(line, i, line.n), '}')) > 0) {
			ptrdiff_t at = l->text.n;

			buf_add(&l->text, str_sub(line, i + 3, i + end));
			l->t[l->n++] = (struct truth){ kind_of(line.p[i + 1]), at, l->text.n };
			i += end;
		} else {
			buf_char(&l->text, line.p[i]);
		}
	}
}

static struct str file(struct arena *a, const char *folder, const char *name)
{
	struct buf path = buf_make(4096);
	struct str text = { 0 };

	buf_fmt(&path, "%s/%s", folder, name);
	if (sys_read_file(a, buf_str(&path), FILE_MAX, &text) != ST_OK)
		text = (struct str){ NULL, 0 };
	buf_free(&path);
	return text;
}

static void prose(const struct scanner *s, struct str rest)
{
	static struct labelled l;
	static struct found o;
	struct score score[SCAN_KIND_MAX] = { 0 };
	struct str line;

	while (str_cut(&rest, '\n', &line)) {
		if (line.n == 0 || line.p[0] == '#')
			continue;
		read_labels(&l, line);
		find(s, buf_str(&l.text), &o);
		judge(score, buf_str(&l.text), l.t, l.n, &o);
		buf_free(&l.text);
	}
	table("prose by hand", score, 80, 75);
}

/* ---- shared data ---- */

static void addresses(const struct scanner *s, struct str rest)
{
	static struct found o;
	struct score whole = { 0 };
	struct str line, text;
	bool head = true;

	while (str_cut(&rest, '\n', &line)) {
		bool hit = false;

		if (head || line.n < 10 || line.p[0] == '"') {
			head = false;
			continue;
		}
		IGNORE(str_cut(&line, ',', &text));
		find(s, text, &o);
		for (int k = 0; k < o.n; k++)
			hit |= o.f[k].kind == SCAN_address && o.f[k].start == 0 && o.f[k].end == text.n;
		whole.right += hit;
		whole.missed += !hit;
		if (!hit)
			tell("missed", SCAN_address, text, o.n ? o.f[0].start : 0, o.n ? o.f[0].end : text.n);
	}
	printf("addresses, each line by itself\n");
	line_of("found whole", whole, 0, 95);
}

/* Offsets of the shared sentences count characters. */
static ptrdiff_t byte_of(struct str s, int64_t chars)
{
	ptrdiff_t i = 0;

	while (chars-- > 0 && i < s.n)
		IGNORE(utf8_next(s, &i));
	return i;
}

/* Family names of China and Korea that no Japanese family bears, before one or two characters. */
static bool is_continental(uint32_t c)
{
	static const char32_t names[] = U"袁李朴王張楊盧蔣蒋崔陳胡毛習周趙孫曹劉鄭姜尹宋馬黄郭董魏徐馮何唐韓彭曾蕭程沈葉鄧謝";

	for (int i = 0; names[i]; i++)
		if (names[i] == c)
			return true;
	return false;
}

/* Names of Japanese persons: an entity 人名 that begins with a kanji. A finding inside any other 人名 is neither
 * right nor wrong: foreign and artists' names are nobody's 氏名, and yet no false alarm. */
static void sentences(const struct scanner *s, const struct js *all)
{
	static struct found o;
	struct score names = { 0 };

	for (const struct js *one = all->child; one; one = one->next) {
		struct str text = js_get(one, S("text"))->text;

		find(s, text, &o);
		for (const struct js *e = js_get(one, S("entities"))->child; e; e = e->next) {
			const struct js *span = js_get(e, S("span"));
			ptrdiff_t from = byte_of(text, span->child->integer), to = byte_of(text, span->child->next->integer), at = from;
			bool hit = false, japanese;
			uint32_t c;

			if (!str_eq(js_get(e, S("type"))->text, S("人名")))
				continue;
			c = utf8_next(text, &at);
			japanese = c >= 0x4E00 && c <= 0x9FFF && !(is_continental(c) && to - from <= 9);
			for (int k = 0; k < o.n; k++) {
				if (o.f[k].kind != SCAN_person_name || o.f[k].start >= to || o.f[k].end <= from)
					continue;
				if (o.f[k].start == from && o.f[k].end == to)
					hit = true;
				if (hit || !japanese)
					o.f[k].kind = SCAN_KIND_MAX;
			}
			if (japanese) {
				names.right += hit;
				names.missed += !hit;
				if (!hit)
					tell("missed", SCAN_person_name, text, from, to);
			}
		}
		for (int k = 0; k < o.n; k++) {
			if (o.f[k].kind != SCAN_person_name)
				continue;
			names.wrong++;
			tell("wrong", SCAN_person_name, text, o.f[k].start, o.f[k].end);
		}
	}
	printf("encyclopaedia sentences (names of Japanese persons)\n");
	line_of("person_name", names, 80, 75);
}

/* English text holds next to nothing of ours: every finding outside a labelled span is a false alarm. */
static void english(const struct scanner *s, const struct js *all)
{
	static struct found o;
	long texts = 0, alarms = 0;

	for (const struct js *one = all->child; one; one = one->next) {
		struct str text = js_get(one, S("full_text"))->text;

		texts++;
		find(s, text, &o);
		for (int k = 0; k < o.n; k++) {
			bool labelled = false;

			for (const struct js *e = js_get(one, S("spans"))->child; e; e = e->next) {
				ptrdiff_t from = byte_of(text, js_get(e, S("start_position"))->integer), to = byte_of(text, js_get(e, S("end_position"))->integer);

				labelled |= o.f[k].start < to && o.f[k].end > from;
			}
			if (!labelled)
				alarms++, tell("alarm", o.f[k].kind, text, o.f[k].start, o.f[k].end);
		}
	}
	printf("English sentences\n  false alarms %ld in %ld texts   aim 2 %% %s\n", alarms, texts, alarms * 50 <= texts ? "met" : "MISSED");
	missed_aims += alarms * 50 > texts;
}

/* Values that are valid or not by their check digit alone, as the published ones say. */
static void identifiers(struct str rest)
{
	struct score s = { 0 };
	struct str line, field[3];
	enum scan_kind kind;
	bool head = true;

	while (str_cut(&rest, '\n', &line)) {
		struct str whole = line;

		if (head || !str_cut(&whole, ',', &field[0]) || !str_cut(&whole, ',', &field[1]) || !str_cut(&whole, ',', &field[2])) {
			head = false;
			continue;
		}
		if (scan_kind_named(field[0], &kind) != ST_OK || scan_valid(kind, field[1]) != str_eq(field[2], S("valid")))
			s.missed++, printf("  wrong verdict: %.*s %.*s\n", STR_FMT(field[0]), STR_FMT(field[1]));
		else
			s.right++;
	}
	printf("identifiers, one by one\n");
	line_of("verdict", s, 0, 100);
}

static const struct js *json(struct arena *a, struct str text)
{
	struct problems ps = { .a = a };
	struct js *js = NULL;

	return text.n && js_parse(a, text, &ps, &js) == ST_OK ? js : NULL;
}

static const char *shared(void)
{
	static const char *const places[] = { "../shared" };
	const char *v = getenv("TOBARI_SHARED");

	if (v)
		return v;
	for (ptrdiff_t i = 0; i < COUNT(places); i++)
		if (access(places[i], R_OK) == 0)
			return places[i];
	return NULL;
}

int main(int argc, char **argv)
{
	struct arena a = arena_make(0);
	struct scanner *s = scanner_make(&(struct scan_options){ 0 });
	struct str text = file(&a, argc > 1 ? argv[1] : "tests/accuracy", "prose.txt");
	const char *folder = shared();
	const struct js *js;

	verbose = getenv("V") != NULL;
	if (!text.n) {
		fprintf(stderr, "accuracy: no prose.txt in %s\n", argc > 1 ? argv[1] : "tests/accuracy");
		return 2;
	}
	office(s);
	prose(s, text);
	if (folder) {
		text = file(&a, folder, "data/vectors/identifiers.csv");
		if (text.n)
			identifiers(text);
		text = file(&a, folder, "data/addresses/addresses.csv");
		if (text.n)
			addresses(s, text);
		if ((js = json(&a, file(&a, folder, "data/pii-detection/stockmark-ner.json"))))
			sentences(s, js);
		if ((js = json(&a, file(&a, folder, "data/pii-detection/presidio-generated_small.json"))))
			english(s, js);
	} else {
		printf("shared data: skipped, no folder named by TOBARI_SHARED\n");
	}
	scanner_free(s);
	arena_free(&a);
	printf("%d aims missed\n", missed_aims);
	return missed_aims ? 1 : 0;
}
