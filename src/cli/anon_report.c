/* anon_report.c - figures and texts of the anonymising commands. */
#include "cli/anon_report.h"
#include "base/num.h"
#include <math.h>
#include <stdio.h>

static const struct figure { const char *key; enum msg_id label; bool sensitive, whole; size_t at; } figures[] = {
#define WHOLE(m, id)     { #m, id, false, true, offsetof(struct anon_measures, m) }
#define REAL(m, id)      { #m, id, false, false, offsetof(struct anon_measures, m) }
#define SENSITIVE(m, id) { #m, id, true, false, offsetof(struct anon_measures, m) }
	WHOLE(rows, MSG_ANON_M_ROWS), WHOLE(suppressed, MSG_ANON_M_SUPPRESSED), WHOLE(classes, MSG_ANON_M_CLASSES),
	WHOLE(singletons, MSG_ANON_M_SINGLETONS), WHOLE(max_ec, MSG_ANON_M_MAX_EC), WHOLE(k, MSG_ANON_M_K),
	{ "l", MSG_ANON_M_L, true, true, offsetof(struct anon_measures, l) },
	SENSITIVE(entropy_l, MSG_ANON_M_ENTROPY_L), SENSITIVE(alpha, MSG_ANON_M_ALPHA), SENSITIVE(t, MSG_ANON_M_T),
	SENSITIVE(basic_beta, MSG_ANON_M_BASIC_BETA), SENSITIVE(enh_beta, MSG_ANON_M_ENH_BETA), SENSITIVE(delta, MSG_ANON_M_DELTA),
	REAL(prosecutor_max, MSG_ANON_M_PROSECUTOR_MAX), REAL(prosecutor_mean, MSG_ANON_M_PROSECUTOR_MEAN),
	REAL(prosecutor_share_above, MSG_ANON_M_PROSECUTOR_ABOVE), REAL(journalist_max, MSG_ANON_M_JOURNALIST_MAX),
	REAL(journalist_mean, MSG_ANON_M_JOURNALIST_MEAN), REAL(journalist_share_above, MSG_ANON_M_JOURNALIST_ABOVE),
	REAL(marketer, MSG_ANON_M_MARKETER), REAL(unique_share, MSG_ANON_M_UNIQUE),
	REAL(unique_share_population, MSG_ANON_M_UNIQUE_POPULATION),
};

static int64_t whole_of(const struct anon_measures *m, const struct figure *f)
{
	int64_t v;

	memcpy(&v, (const char *)m + f->at, sizeof v);
	return v;
}

static double real_of(const struct anon_measures *m, const struct figure *f)
{
	double v;

	memcpy(&v, (const char *)m + f->at, sizeof v);
	return v;
}

void anon_report_measures(struct js_out *j, const struct anon_measures *m)
{
	for (ptrdiff_t i = 0; i < COUNT(figures); i++) {
		if (figures[i].sensitive && !m->sensitive)
			continue;
		js_key(j, str_z(figures[i].key));
		if (figures[i].whole)
			js_int(j, whole_of(m, &figures[i]));
		else
			js_real(j, real_of(m, &figures[i]));
	}
	anon_report_text(j, "note", MSG_ANON_INDICATOR);
}

void anon_report_measures_text(struct buf *b, enum lang lang, const struct anon_measures *m)
{
	for (ptrdiff_t i = 0; i < COUNT(figures); i++) {
		if (figures[i].sensitive && !m->sensitive)
			continue;
		buf_add(b, msg_text(figures[i].label, lang));
		buf_char(b, '\t');
		if (figures[i].whole)
			buf_int(b, whole_of(m, &figures[i]));
		else
			buf_fmt(b, "%.12g", real_of(m, &figures[i]));
		buf_char(b, '\n');
	}
	buf_add(b, msg_text(MSG_ANON_INDICATOR, lang));
	buf_char(b, '\n');
}

void anon_report_text(struct js_out *j, const char *key, enum msg_id id)
{
	char name[64];

	snprintf(name, sizeof name, "%s_ja", key);
	js_key(j, str_z(name));
	js_text(j, msg_text(id, JA));
	snprintf(name, sizeof name, "%s_en", key);
	js_key(j, str_z(name));
	js_text(j, msg_text(id, EN));
}

enum status anon_real_option(struct cli *c, const char *name, double min, double max, double *ret)
{
	struct str v = cli_value(c, name);
	char text[96];
	double r;

	if (!v.p)
		return ST_OK;
	if (num_parse_real(v, &r) == ST_OK && r >= min && r <= max) {
		*ret = r;
		return ST_OK;
	}
	struct str place = str_dup(c->a, (struct str){ text, snprintf(text, sizeof text, "--%s", name) });
	struct str low = str_dup(c->a, (struct str){ text, snprintf(text, sizeof text, "%g", min) });
	struct str high = str_dup(c->a, (struct str){ text, snprintf(text, sizeof text, "%g", max) });
	problem(&c->problems, place, MSG_ANON_NOT_BETWEEN, .arg = { low, high });
	return ST_BAD_INPUT;
}
