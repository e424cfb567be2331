/* status.h - what a function that can fail reports. */
#pragma once

enum status {
#define STATUS(name, http, code) ST_##name,
#include "base/status.def"
#undef STATUS
	ST_MAX
};

int         status_http(enum status s);
int         status_exit(enum status s);   /* exit code, as CLI.md of the manual lists them */
const char *status_name(enum status s);
