/* fault.h - places that a test makes fail on purpose. Nothing outside tests arms them. */
#pragma once
#include "base/base.h"
#include <stdatomic.h>

extern _Atomic int64_t fault_left;         /* 0: not armed */

/* The n-th place reached from now on fails, once; n = 0 disarms. Only places whose name starts with `only`, if given. A place named !x
 * ends the process: it fails only when it is asked for by its name. */
void fault_arm(int64_t n, const char *only);
bool fault_fired(void);                    /* since fault_arm */
bool fault_hit(const char *place);         /* called through FAULT */

#define FAULT(place) (__builtin_expect(atomic_load_explicit(&fault_left, memory_order_relaxed) > 0, 0) && fault_hit(place))
