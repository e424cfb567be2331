/* node.h - one node of the lattice: which classes it makes, which of them break a model, what it costs.
 *
 * Two kinds of violation are kept apart, because only one of them may guide the search. A class that is too small, or
 * has too few different sensitive values, breaks its model at every less general node, too: each of its rows does
 * (`must`). Entropy, recursive diversity, closeness and presence have no such property once rows may be suppressed:
 * joining a good class with a bad one can give a bad one. They decide whether a node is a solution, never more. */
#pragma once
#include "anon/set.h"

struct anon_eval {
	int64_t   suppressed;      /* rows in classes that break a model */
	int64_t   must;            /* rows in classes that break a model at every less general node, too */
	bool      hopeless;        /* members of the population would be known to be absent: no suppression mends that */
	int64_t   base;            /* loss without suppression; never falls towards more general nodes */
	int64_t   add;             /* what suppression adds */
	int64_t   must_add;        /* what suppressing the `must` rows adds; never rises towards more general nodes */
	ptrdiff_t classes;
};

/* Evaluates the node `to` from items at levels `at`. With ret_bad (room for from->n) each item learns whether its class
 * is suppressed. */
void anon_node_eval(const struct anon_task *t, const struct anon_set *from, const uint8_t *at, const uint8_t *to,
	struct anon_scratch *s, struct anon_eval *ret, bool *ret_bad);
/* Loss of every row of the separable measures at a node; 0 for the others. */
int64_t anon_node_base(const struct anon_task *t, const uint8_t *levels);
bool    anon_loss_is_separable(enum anon_loss loss);
/* The loss as people read it: ncp and entropy between 0 and 1, discernibility a sum, average-class rows for each class. */
double  anon_loss_real(const struct anon_task *t, int64_t fixed);

/* Does a class satisfy every model? value[s] (n[s] of them) are its sensitive values, sorted by rank.
 * *ret_must: it breaks a model at every less general node, too. */
struct anon_class { int64_t count, population; const struct anon_value *value[ANON_SENSITIVE_MAX]; int n[ANON_SENSITIVE_MAX]; };
bool    anon_class_ok(const struct anon_task *t, const struct anon_class *c, bool *ret_must);
int64_t anon_least_k(const struct anon_task *t);      /* what is smaller needs no look at its values */
bool    anon_models_need_values(const struct anon_task *t);
