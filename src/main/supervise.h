/* supervise.h - a small parent process that holds no keys and starts the server again when it falls. */
#pragma once
#include "base/base.h"

/* In the child: returns true, with *ret_ready a descriptor to tell on that it serves, and *ret_again when it follows one
 * that fell. In the parent: false, when the child has ended by itself or because SIGTERM or SIGINT came (they and SIGHUP
 * are handed on); *ret_code is its exit code. A child that falls before it ever served is not started again. Call it with
 * one thread and those three signals blocked. */
bool supervise(int *ret_ready, bool *ret_again, int *ret_code);
/* The child says that it serves. */
void supervise_ready(int ready);
