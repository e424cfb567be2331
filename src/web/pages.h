/* pages.h - the handlers that routes.def names. */
#pragma once
#include "base/status.h"

struct web;
#define ROUTE(id, method, path, who, asks, tx, lane, body, audit, handler) enum status handler(struct web *w);
#include "web/routes.def"
#undef ROUTE
enum status page_file(struct web *w);      /* the file in a field of a record */
