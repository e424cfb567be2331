/* pages.h - the handlers that routes.def names. */
#pragma once
#include "base/status.h"

struct web;
#define ROUTE(id, method, path, who, tx, lane, body, audit, handler) enum status handler(struct web *w);
#include "web/routes.def"
#undef ROUTE
