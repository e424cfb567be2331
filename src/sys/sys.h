/* sys.h - the outside world: clock, random, files, terminal. Tests replace the clock. */
#pragma once
#include "base/date.h"

/* ---- clock ---- */
struct instant sys_now(void);                          /* wall clock, or what a test has set */
void           sys_set_now(struct instant t);          /* stops the clock at t; { INT64_MIN } lets it run again */
int64_t        sys_monotonic_us(void);                 /* for measuring only */
#define SYS_RUNNING ((struct instant){ INT64_MIN })

/* ---- random ---- */
void sys_random(void *p, ptrdiff_t n);                 /* from the kernel; aborts when there is none */

/* ---- this process ---- */
/* Its memory is never written to a core file, and no other process of the user may look into it. */
void sys_keep_private(void);
/* For a process that serves: what one answer frees is there for the next, instead of going back to the system page by page
 * and coming again; until sys_rest, called when nothing is asked, gives it back. */
void sys_keep_memory(void);
void sys_rest(void);

/* ---- files ---- */
/* Reads a whole regular file of at most `max` bytes into the arena.
 * ST_OK, ST_NOT_FOUND, ST_TOO_BIG, ST_DENIED, ST_BROKEN. */
NODISCARD enum status sys_read_file(struct arena *a, struct str path, ptrdiff_t max, struct str *ret);
/* Writes beside the target, flushes to disk, renames: the old file or the new one, never half. */
NODISCARD enum status sys_write_file(struct str path, struct str bytes, unsigned mode);
/* To standard output. When nobody reads it any more (`| head`) the rest goes nowhere, and sys_print_end, called last, ends the
 * process by SIGPIPE as every other tool ends then. ST_BAD_INPUT: it cannot be written (a full disk, a closed descriptor); the rest
 * goes nowhere, and sys_print_end gives ST_BAD_INPUT, too. */
NODISCARD enum status sys_print(struct str bytes);
NODISCARD enum status sys_print_end(void);
bool           sys_is_terminal(int fd);
/* A folder that lies in memory, for libraries that insist on temporary files; NULL when there is none. */
const char    *sys_memory_dir(void);
/* Writes everything to a descriptor, across short writes and EINTR. */
NODISCARD enum status sys_write_all(int fd, struct str bytes);
