/* page_import.h - what the two pages of an import share. */
#pragma once
#include "record/import_task.h"
#include "web/record_page.h"

enum { IMPORT_TASKS_SHOWN = 10 };

/* What became of the rows, in figures. */
void h_import_numbers(struct html *h, const int64_t count[IMPORT_OUTCOMES]);
/* The reader's imports that go on, or ended a short while ago; nothing when there are none. */
void h_import_tasks(struct html *h, struct web *w, const struct import_task *t, int n);
struct url import_task_url(struct web *w, const struct type *t, int64_t task);
/* Ties a kept file to this session. */
struct str import_file_token(struct web *w, int64_t file);
