/* measure.c - `tobari measure`: how well a table hides its people. */
#include "anon/measure.h"
#include "cli/anon_file.h"
#include "cli/anon_report.h"
#include "format/json.h"

static const struct cli_option options[] = {
	{ "quasi",            "A,B",            MSG_ANON_OPT_QUASI },
	{ "sensitive",        "S",              MSG_ANON_OPT_SENSITIVE },
	{ "ordered",          NULL,             MSG_ANON_OPT_ORDERED },
	{ "delimiter",        "auto|,|;|tab",   MSG_ANON_OPT_DELIMITER },
	{ "population",       "FILE",           MSG_ANON_OPT_POPULATION },
	{ "threshold",        "RISK",           MSG_ANON_OPT_THRESHOLD },
	{ "count-suppressed", NULL,             MSG_ANON_OPT_COUNT_SUPPRESSED },
	{ "format",           "text|json",      MSG_CLI_FORMAT },
	{ NULL, NULL, MSG_NONE },
};

static enum status separator_of(struct cli *c, char *ret)
{
	static const char separators[] = { 0, ',', ';', '\t' };
	int i;

	TRY(cli_choice(c, "delimiter", "auto|,|;|tab", &i));
	*ret = separators[i];
	return ST_OK;
}

/* The column as the n-th of those chosen; none is chosen twice. */
static enum status choose_column(struct cli *c, const struct anon_file *f, const char *option, struct str name, int *columns, int n)
{
	int column = anon_file_column(f, name);
	bool twice = n == f->ncolumns;

	if (column < 0) {
		problem(&c->problems, f->path, MSG_ANON_NO_COLUMN, .arg = { name });
		return ST_BAD_INPUT;
	}
	for (int i = 0; i < n; i++)
		twice |= columns[i] == column;
	if (twice) {
		problem(&c->problems, str_z(option), MSG_ANON_TWICE, .arg = { name });
		return ST_BAD_INPUT;
	}
	columns[n] = column;
	return ST_OK;
}

/* The columns of the quasi-identifiers, then the sensitive one. */
static enum status choose_columns(struct cli *c, const struct anon_file *f, bool sensitive, int *columns, int *ret_quasi)
{
	struct str rest = cli_value(c, "quasi"), name;
	int n = 0;

	while (rest.p && str_cut(&rest, ',', &name))
		TRY(choose_column(c, f, "--quasi", name, columns, n++));
	if (n == 0) {
		problem(&c->problems, S("--quasi"), MSG_ANON_NO_QUASI);
		return ST_BAD_INPUT;
	}
	*ret_quasi = n;
	return sensitive ? choose_column(c, f, "--sensitive", cli_value(c, "sensitive"), columns, n) : ST_OK;
}

static enum status load(struct cli *c, struct str path, char separator, bool sensitive, struct anon_table *ret, int *ret_quasi)
{
	struct anon_file f;
	int columns[ANON_COLUMNS_MAX + 1];
	enum status st = anon_file_open(c, path, separator, &f);

	if (st == ST_OK)
		st = choose_columns(c, &f, sensitive, columns, ret_quasi);
	if (st == ST_OK)
		st = anon_file_load(c, &f, columns, *ret_quasi + sensitive, anon_threads(), ret);
	anon_file_close(&f);
	return st;
}

static enum status print(struct cli *c, const struct anon_measures *m, bool as_json)
{
	struct buf b = buf_make(1 << 20);

	if (as_json) {
		struct js_out j = { .b = &b };
		js_open(&j, '{');
		anon_report_measures(&j, m);
		js_close(&j, '}');
		buf_char(&b, '\n');
	} else {
		anon_report_measures_text(&b, c->lang, m);
	}
	enum status st = cli_print(buf_str(&b));
	buf_free(&b);
	return st;
}

static enum status run(struct cli *c)
{
	bool sensitive = cli_value(c, "sensitive").p != NULL;
	struct anon_table t = { 0 }, population = { 0 };
	int nquasi, npopulation, quasi[ANON_COLUMNS_MAX], format;
	double threshold = 0.2;
	char separator;

	TRY(separator_of(c, &separator));
	TRY(cli_choice(c, "format", "text|json", &format));
	TRY(anon_real_option(c, "threshold", 0, 1, &threshold));
	if (cli_flag(c, "ordered") && !sensitive) {
		problem(&c->problems, S("--ordered"), MSG_ANON_ORDERED_ALONE);
		return ST_BAD_INPUT;
	}
	enum status st = load(c, c->args[0], separator, sensitive, &t, &nquasi);
	if (st == ST_OK && cli_value(c, "population").p)
		st = load(c, cli_value(c, "population"), separator, false, &population, &npopulation);
	if (st == ST_OK) {
		for (int i = 0; i < nquasi; i++)
			quasi[i] = i;
		struct anon_measure_plan plan = { .threads = anon_threads(), .quasi = quasi, .nquasi = nquasi, .sensitive = sensitive ? nquasi : -1,
			.ordered = cli_flag(c, "ordered"), .threshold = threshold, .count_suppressed = cli_flag(c, "count-suppressed"),
			.population = population.column ? &population : NULL, .population_quasi = quasi };
		struct anon_measures m;
		anon_measure(&t, &plan, &m);
		st = print(c, &m, format == 1);
	}
	anon_table_free(&t);
	anon_table_free(&population);
	return st;
}

const struct cli_command cmd_measure = {
	.name = "measure", .synopsis = "--quasi A,B [--sensitive S [--ordered]] [OPTION...] FILE", .summary = MSG_ANON_CMD_MEASURE,
	.options = options, .min_args = 1, .max_args = 1, .run = run,
};
