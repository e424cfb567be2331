/* anon_report.h - figures and method records of the anonymising commands, for programs and for people. */
#pragma once
#include "anon/measure.h"
#include "cli/cli.h"
#include "format/json.h"

/* Members of an open object: rows, classes, singletons, max_ec, k, l, entropy_l, alpha, t, ... and the risks. */
void anon_report_measures(struct js_out *j, const struct anon_measures *m);
void anon_report_measures_text(struct buf *b, enum lang lang, const struct anon_measures *m);
/* A member with the text in both languages: "KEY_ja", "KEY_en". */
void anon_report_text(struct js_out *j, const char *key, enum msg_id id);
/* A real option within bounds; *ret stays when it was not given. A bad one is a problem at "--name". */
NODISCARD enum status anon_real_option(struct cli *c, const char *name, double min, double max, double *ret);
