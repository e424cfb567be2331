/* recognise_fuzz.c - any table as a ledger: a mapping, then 0xFF, then lines of cells between tabs; "MrRcC" at the front of a
 * line merges a range (letters and digits one each). Every cell of the result stands where it says. */
#include "base/utf8.h"
#include "format/recognise.h"
#include "tests/fuzz/fuzz.h"
#include <assert.h>

static void add_names(struct vocabulary *v)
{
	static const struct field_name names[] = {
		{ SLIT("department"), SLIT("部門") }, { SLIT("name"), SLIT("名称") }, { SLIT("purpose"), SLIT("利用目的") }, { SLIT("place"), SLIT("保管場所") },
		{ SLIT("count"), SLIT("件数") }, { SLIT("count"), SLIT("count") }, { SLIT("manager"), SLIT("管理者") }, { SLIT("retention"), SLIT("保管期限") },
		{ SLIT("name"), SLIT("n") }, { SLIT("purpose"), SLIT("p") }, { SLIT("place"), SLIT("s") }, { SLIT("count"), SLIT("c") },
	};

	vocabulary_field(v, S("department"), FIELD_FILLS_DOWN | FIELD_SECTION);
	vocabulary_names(v, names, COUNT(names));
}

static int digit(char c)
{
	return c >= '1' && c <= '9' ? c - '0' : 1;
}

static void read_lines(struct str in, struct sheet_sink sink)
{
	struct str line, text;
	int64_t row = 0;

	assert(sink.sheet(sink.user, S("表"), false) == ST_OK);
	while (row < 2000 && str_cut(&in, '\n', &line)) {
		struct cell cell[40];
		int n = 0, column = 0;
		row++;
		if (line.n >= 5 && line.p[0] == 'M') {
			struct cell_range g = { digit(line.p[1]), digit(line.p[1]) + digit(line.p[2]) - 1, digit(line.p[3]), digit(line.p[3]) + digit(line.p[4]) - 1 };
			assert(sink.merged(sink.user, g) == ST_OK);
			line = str_sub(line, 5, line.n);
		}
		while (++column <= 40 && str_cut(&line, '\t', &text))
			if (text.n)
				cell[n++] = (struct cell){ .text = text, .column = (uint16_t)column, .kind = CELL_TEXT };
		if (n)
			assert(sink.row(sink.user, &(struct sheet_row){ .row = row, .cell = cell, .n = n }) == ST_OK);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str in = { (const char *)data, (ptrdiff_t)MIN(size, 20000u) }, json = { NULL, 0 };
	struct arena a = arena_make(0);
	struct problems ps = { .a = &a };
	struct workbook w = { .a = &a };
	struct recognise_options o = { .blanks_fill = size % 2, .min_fields = size % 3 ? 0 : 2 };
	struct vocabulary *v = vocabulary_make(&a);
	struct mapping *m;
	struct recognised r;

	add_names(v);
	if (str_find_char(in, (char)0xFF) >= 0)
		str_cut(&in, (char)0xFF, &json);
	read_lines(in, workbook_sink(&w));
	if (json.n && mapping_parse(&a, json, v, &ps, &m) == ST_OK)
		o.mapping = m;
	if (recognise(&a, &w, v, &o, &ps, &r) == ST_OK) {
		assert(r.ntables == 1 && r.npassed == 0);
		const struct table *t = &r.table[0];
		uint64_t seen = 0;
		for (int i = 0; i < t->ncolumns; i++) {
			int f = t->column[i].field;
			assert(f < vocabulary_count(v) && f >= COLUMN_LEFT_OUT);
			assert(f < 0 || !(seen >> f & 1));               /* no field twice */
			seen |= f >= 0 ? (uint64_t)1 << f : 0;
		}
		for (ptrdiff_t k = 0; k < t->nrows; k++)
			for (int i = 0; i < t->ncolumns; i++) {
				struct table_cell cell = table_cell_at(t, &t->row[k], i), *c = &cell;
				if (c->kind == CELL_EMPTY || t->form || c->row == 0)
					continue;
				ptrdiff_t at = 0;
				while (w.sheet[0].row[at].row != c->row)
					at++;
				struct cell there = sheet_cell(&w.sheet[0].row[at], c->column);
				assert(t->column[i].column == 0 || str_eq(str_trim(there.text), c->text));
			}
		if (utf8_valid(in) && str_find_char(in, 0) < 0) {         /* as every reader sees to */
			struct str memory = mapping_of_table(&a, v, NULL, t);
			assert(mapping_parse(&a, memory, v, &ps, &m) == ST_OK);
		}
	} else {
		assert(ps.n > 0);
	}
	arena_free(&a);
	return 0;
}
