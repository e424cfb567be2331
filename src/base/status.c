/* status.c - the columns of status.def. */
#include "base/status.h"
#include <assert.h>

static const struct { const char *name; int http, code; } table[ST_MAX] = {
#define STATUS(name, http, code) [ST_##name] = { #name, http, code },
#include "base/status.def"
#undef STATUS
};

int status_http(enum status s)
{
	assert(s >= 0 && s < ST_MAX);
	return table[s].http;
}

int status_exit(enum status s)
{
	assert(s >= 0 && s < ST_MAX);
	return table[s].code;
}

const char *status_name(enum status s)
{
	assert(s >= 0 && s < ST_MAX);
	return table[s].name;
}
