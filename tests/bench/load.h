/* load.h - many browsers: a process of its own that keeps TLS connections and asks for one page over and over. */
#pragma once
#include "base/base.h"

struct load_task { int port, connections, requests, pause_ms; char path[200], cookie[200], body[1000]; };     /* body empty: GET */
struct load_result { double seconds, p50_ms, p99_ms; int64_t bytes, wrong; char first_wrong[64]; };

/* Forks the process; call it before there are threads. */
void load_begin(void);
/* Connections to a port are made once and used again. `wrong` counts everything that was not answered with 200 or 303. */
struct load_result load(const struct load_task *t);
/* Begins without waiting for the end; load_wait gives the result. */
void               load_send(const struct load_task *t);
struct load_result load_wait(void);
void load_end(void);
