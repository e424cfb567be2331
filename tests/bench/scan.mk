# What only the bench of the scanner links: Vectorscan.
LDLIBS_tests/bench/scan_bench := $(shell pkg-config --libs libhs 2>/dev/null)
CFLAGS_tests/bench/scan_bench := $(shell pkg-config --cflags libhs 2>/dev/null | sed 's/-I/-isystem /g')
