/* fuzz.h - what every fuzz target defines: one input, no expectations but those it asserts. Returns 0. */
#pragma once
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
