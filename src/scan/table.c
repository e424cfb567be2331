/* table.c - rows and columns: finds the header line of a table and keeps what its columns promise. */
#include "scan/inside.h"

enum { HEAD_LINES = 5, HEAD_CELL = 60, CELL_MAX = 400 };

/* The sign that divides the line most often; commas win over semicolons. */
static char common_delimiter(struct str line)
{
	static const char signs[] = "\t,|;";
	int most = 0;
	char best = 0;

	for (const char *s = signs; *s; s++) {
		int n = 0;
		struct str rest = line;
		ptrdiff_t at;

		while ((at = str_find_char(rest, *s)) >= 0) {
			n++;
			rest = str_sub(rest, at + 1, rest.n);
		}
		if (n > most)
			most = n, best = *s;
	}
	return best;
}

/* Is one of the dividing signs among the first n bytes? */
static bool divided_within(const char *p, ptrdiff_t n)
{
	bool found = false;

	for (ptrdiff_t i = 0; i < n; i++)
		found |= p[i] == '\t' || p[i] == ',' || p[i] == '|' || p[i] == ';';
	return found;
}

static struct str bare(struct str s)
{
	s = str_trim(s);
	while (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"')
		s = str_trim(str_sub(s, 1, s.n - 1));
	return s;
}

/* A header cell is short and holds no data. */
static bool looks_like_label(struct str s)
{
	int digits = 0;

	if (s.n > HEAD_CELL)
		return false;
	for (ptrdiff_t i = 0; i < s.n; i++) {
		digits += s.p[i] >= '0' && s.p[i] <= '9';
		if (s.p[i] == '@' || digits > 2)
			return false;
	}
	return str_find(s, S("。")) < 0 && str_find(s, S("：")) < 0 && str_find(s, S("様")) < 0 && str_find_char(s, ':') < 0;
}

/* 姓 and 名 in columns of their own. */
static bool is_name_part(struct str s)
{
	static const struct str parts[] = { SLIT("姓"), SLIT("名"), SLIT("氏"), SLIT("セイ"), SLIT("メイ"), SLIT("せい"), SLIT("めい"), SLIT("カナ"), SLIT("かな") };

	for (ptrdiff_t i = 0; i < COUNT(parts); i++)
		if (str_eq(s, parts[i]))
			return true;
	return false;
}

struct heads { int cells, empty, known; uint32_t kinds[SCAN_COLUMNS]; };

/* Reads the cells; false as soon as one holds data. */
static bool read_heads(struct heads *h, struct str line, char delimiter)
{
	struct str rest = line, cell;

	while (h->cells < SCAN_COLUMNS && (delimiter ? str_cut(&rest, delimiter, &cell) : h->cells == 0 && (cell = rest, true))) {
		bool other;
		uint32_t kinds;

		cell = bare(cell);
		if (cell.n > 0 && !looks_like_label(cell))
			return false;
		kinds = context_words(cell, &other);
		if (is_name_part(cell))
			kinds |= SCAN_BIT(SCAN_person_name);
		h->empty += cell.n == 0;
		h->known += kinds || other;
		h->kinds[h->cells++] = kinds | (other && !kinds ? HEADER_OTHER : 0);
	}
	return true;
}

/* A header: at least two labels of which one in three is known, or one line that is nothing but a label. */
static bool is_header(const struct heads *h)
{
	int labels = h->cells - h->empty;

	if (h->cells == 1)
		return h->known == 1 && h->kinds[0] != HEADER_OTHER;
	return labels >= 2 && h->known * 3 >= labels && h->known >= 1;
}

void table_line(struct scan_run *r, ptrdiff_t at)
{
	UNINIT struct heads h;
	ptrdiff_t hi = view_hi(r, at);
	const uint8_t *nl;
	struct str line;

	if (at >= hi)
		return;
	nl = memchr(r->t + at, '\n', (size_t)(hi - at));
	line = (struct str){ (const char *)r->t + at, (nl ? nl - r->t : hi) - at };
	if (r->head_lines++ >= HEAD_LINES) {
		r->table = TABLE_NONE;
		return;
	}
	if (str_starts(line, S("\xEF\xBB\xBF")))
		line = str_sub(line, 3, line.n);
	if (line.n > HEAD_CELL + 8 && !divided_within(line.p, HEAD_CELL + 8))
		return;                                         /* no first cell as short as a label */
	r->delimiter = common_delimiter(line);
	if (!r->delimiter && (r->head_lines > 1 || line.n > HEAD_CELL / 2))
		return;
	h.cells = h.empty = h.known = 0;
	if (!read_heads(&h, line, r->delimiter) || !is_header(&h))
		return;
	r->table = TABLE_BODY;
	r->ncols = h.cells;
	memcpy(r->col_kinds, h.kinds, sizeof *h.kinds * (size_t)h.cells);
	/* The header's own cells are passed over: its data begins on the next line. */
	r->col = SCAN_COLUMNS - 1;
	r->quoted = false;
	r->cell_at = at + line.n;
}

static ptrdiff_t cell_end(const struct scan_run *r, ptrdiff_t at, ptrdiff_t hi)
{
	bool quoted = at < hi && r->t[at] == '"' && (r->delimiter == ',' || r->delimiter == ';');
	ptrdiff_t i = at + quoted;

	while (i < hi && i - at < CELL_MAX && (quoted ? r->t[i] != '"' : r->t[i] != '\n' && r->t[i] != '\r' && r->t[i] != (uint8_t)r->delimiter))
		i++;
	return i;
}

void cell_begins(struct scan_run *r, ptrdiff_t at, uint32_t kinds)
{
	ptrdiff_t hi = cell_end(r, at, view_hi(r, at)), end;
	bool plain;

	while (at < hi && (r->t[at] == ' ' || r->t[at] == '"' || r->t[at] == '\''))
		at++;
	if (at >= hi)
		return;
	if (kinds & SCAN_BIT(SCAN_date_of_birth)) {
		end = date_at(r->t, at, hi, &plain);
		if (end > at)
			emit(r, SCAN_date_of_birth, at, end, 90);
	}
	if (!r->s->words)
		return;
	if (kinds & SCAN_BIT(SCAN_person_name))
		name_cell(r, at, hi, true);
	else if (kinds & SCAN_BIT(SCAN_address))
		address_cell(r, at, hi);
}
