/* stream.h - files bit by bit: reading what is too long for memory, and writing what becomes the file only when it is whole. */
#pragma once
#include "base/base.h"
#include "base/status.h"

struct sys_file { int fd; int64_t size; };

/* A regular file for reading. ST_OK, ST_NOT_FOUND, ST_DENIED, ST_BROKEN. */
NODISCARD enum status sys_open_file(struct str path, struct sys_file *ret);
ptrdiff_t sys_read_some(void *file, char *to, ptrdiff_t room);     /* 0 at the end, -1 when reading failed */
NODISCARD enum status sys_rewind_file(struct sys_file *f);
void      sys_close_file(struct sys_file *f);                      /* may be closed twice */

/* Writes beside the target; sys_new_end flushes and renames, sys_new_drop takes it back. */
struct sys_new { int fd; char target[4096], beside[4096 + 24]; };
NODISCARD enum status sys_new_begin(struct sys_new *n, struct str path, unsigned mode);
NODISCARD enum status sys_new_put(void *n, struct str bytes);
NODISCARD enum status sys_new_end(struct sys_new *n);
void                  sys_new_drop(struct sys_new *n);             /* nothing after sys_new_end */
