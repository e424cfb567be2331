/* serve.h - serving a store until a signal ends it; `tobari serve`, and what `tobari demo` does last. */
#pragma once
#include "cli/cli.h"

/* Serves the store named by --data at the address of --listen. */
enum status serve_run(struct cli *c);
