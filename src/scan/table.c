/* table.c - rows and columns: finds the header line of a table and keeps what its columns promise. */
#include "scan/table.h"

enum { CELL_MAX = 400 };

/* The sign that divides the line most often: of as many, the first of tab , | ; */
static char common_delimiter(const struct scan_run *r, ptrdiff_t at, ptrdiff_t end)
{
	int tabs = 0, commas = 0, bars = 0, semicolons = 0, most;
	bool marked = is_marked(r, at, end);

	for (ptrdiff_t i = at; i < end; i++) {
		if (marked && (i = mark_next(r->marks.cell, i, end)) == end)
			break;
		tabs += r->t[i] == '\t';
		commas += r->t[i] == ',';
		bars += r->t[i] == '|';
		semicolons += r->t[i] == ';';
	}
	most = MAX(MAX(tabs, commas), MAX(bars, semicolons));
	return most == 0 ? 0 : tabs == most ? '\t' : commas == most ? ',' : bars == most ? '|' : ';';
}

/* Is one of the dividing signs in [at, end)? */
static bool divided_within(const struct scan_run *r, ptrdiff_t at, ptrdiff_t end)
{
	if (is_marked(r, at, end) && mark_next(r->marks.cell, at, end) == end)
		return false;
	return common_delimiter(r, at, end) != 0;
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
	uint8_t high = 0;

	if (s.n > HEAD_CELL)
		return false;
	for (ptrdiff_t i = 0; i < s.n; i++) {
		high |= (uint8_t)s.p[i] & 0x80;
		digits += s.p[i] >= '0' && s.p[i] <= '9';
		if (s.p[i] == '@' || s.p[i] == ':' || digits > HEAD_DIGITS)
			return false;
	}
	return !high || (str_find(s, S("。")) < 0 && str_find(s, S("：")) < 0 && str_find(s, S("様")) < 0);
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

/* Reads the cells; false when one holds data. */
static bool read_heads(struct heads *h, struct str line, char delimiter)
{
	struct str rest = line, cell;

	for (int k = 0; delimiter && k < SCAN_COLUMNS && str_cut(&rest, delimiter, &cell); k++)
		if (!looks_like_label(bare(cell)))
			return false;
	rest = line;
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

/* Where the line ends, `hi` at most. */
static ptrdiff_t line_end(const struct scan_run *r, ptrdiff_t at, ptrdiff_t hi)
{
	ptrdiff_t near = MIN(MIN(at + 2 * HEAD_CELL, r->chunk_end), hi), end = is_marked(r, at, near) ? mark_next(r->marks.line, at, near) : near;
	const uint8_t *nl = end < near ? r->t + end : memchr(r->t + at, '\n', (size_t)(hi - at));

	return nl ? nl - r->t : hi;
}

/* Is the line [at, end), the nth from an empty one, a header? Fills h and *ret_delimiter if so. */
static bool head_line(struct scan_run *r, ptrdiff_t at, ptrdiff_t end, int nth, struct heads *h, char *ret_delimiter)
{
	struct str line = { (const char *)r->t + at, end - at };

	if (str_starts(line, S("\xEF\xBB\xBF")))
		line = str_sub(line, 3, line.n);
	at = end - line.n;
	if (line.n == 0 || (line.n > HEAD_CELL + 8 ? !divided_within(r, at, at + HEAD_CELL + 8) : line.n > HEAD_CELL / 2 && !divided_within(r, at, end)))
		return false;                                   /* no first cell as short as a label */
	*ret_delimiter = common_delimiter(r, at, end);
	if (!*ret_delimiter && (nth > 1 || line.n > HEAD_CELL / 2))
		return false;
	h->cells = h->empty = h->known = 0;
	return read_heads(h, line, *ret_delimiter) && is_header(h);
}

void table_line(struct scan_run *r, ptrdiff_t at)
{
	UNINIT struct heads h;
	ptrdiff_t hi = view_hi(r, at), end;

	if (at >= hi)
		return;
	if (r->head_lines++ >= HEAD_LINES) {
		r->table = TABLE_NONE;
		return;
	}
	end = line_end(r, at, hi);
	if (!head_line(r, at, end, r->head_lines, &h, &r->delimiter))
		return;
	r->table = TABLE_BODY;
	r->ncols = h.cells;
	memcpy(r->col_kinds, h.kinds, sizeof *h.kinds * (size_t)h.cells);
	/* The header's own cells are passed over: its data begins on the next line. */
	r->col = SCAN_COLUMNS - 1;
	r->quoted = false;
	r->cell_at = end;
}

bool table_label(struct scan_run *r, ptrdiff_t at, ptrdiff_t end)
{
	UNINIT struct heads h;
	char delimiter;

	return head_line(r, at, end, 1, &h, &delimiter);
}

/* No, if the first cell is longer than a label or has more digits, or if they stand behind the only sign. */
bool table_head(struct scan_run *r, ptrdiff_t at, ptrdiff_t end)
{
	UNINIT struct heads h;
	ptrdiff_t before = mark_last(r->marks.line, at, end), to, cell;
	char delimiter;

	at = before < 0 ? at : before + 1;
	to = MIN(end, at + HEAD_CELL + 11);
	cell = mark_next(r->marks.cell, at, to);
	if (cell == to || mark_count(r->marks.digit, at, cell) > HEAD_DIGITS)
		return false;
	return (mark_count(r->marks.digit, cell, end) <= HEAD_DIGITS || mark_next(r->marks.cell, cell + 1, end) < end)
		&& head_line(r, at, end, HEAD_LINES, &h, &delimiter);
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
