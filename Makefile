# Makefile - `make demo` installs, builds and starts a sample organisation; `make check` runs every test.
# MODE=release|dev|asan|tsan|fuzz|cov chooses a build; each has its folder under build/. CC chooses the compiler,
# V=1 shows the commands, ONLY=word limits tests to paths with that word.
MODE    ?= release
CC      := $(if $(filter default,$(origin CC)),$(if $(filter asan tsan fuzz,$(MODE)),clang,gcc),$(CC))
OUT     := build$(if $(filter release,$(MODE)),,/$(MODE))
PKGS    := libmicrohttpd gnutls sqlite3 libpq libsodium libutf8proc jansson xlsxwriter libzip zlib expat pangocairo fontconfig libseccomp
WERROR  ?= -Werror
Q       := $(if $(V),,@)
# What every sub-make starts with: no jobserver is handed on to scripts that outlive it.
# As many jobs as there are processors, unless somebody says otherwise.
ifeq ($(MAKELEVEL)$(filter -j%,$(MAKEFLAGS)),0)
MAKEFLAGS += -j$(shell nproc)
endif
AGAIN   := $(MAKE) --no-print-directory

SRC     := $(filter-out %_test.c src/main.c,$(wildcard src/*/*.c src/*/*/*.c))
TESTS   := $(wildcard src/*/*_test.c src/*/*/*_test.c tests/unit/*_test.c)
FAULTS  := $(wildcard tests/fault/*_test.c)
FUZZ    := $(wildcard tests/fuzz/*_fuzz.c)
BENCH   := $(wildcard tests/bench/*_bench.c)
HELPERS := $(filter-out $(TESTS),$(wildcard tests/unit/*.c))
OBJ     := $(SRC:%.c=$(OUT)/%.o)
TESTBIN := $(TESTS:%.c=$(OUT)/%)
FAULTBIN := $(FAULTS:%.c=$(OUT)/%)
FUZZBIN := $(FUZZ:%.c=$(OUT)/%)
REPLAY  := $(FUZZ:%_fuzz.c=$(OUT)/%_replay)
BENCHBIN := $(BENCH:%.c=$(OUT)/%)
chosen   = $(if $(ONLY),$(foreach t,$1,$(if $(findstring $(ONLY),$t),$t)),$1)

.PHONY: all tests test fault replay fuzz benches headers print-flags demo check check-long bench accuracy golden deps clean
all: $(OUT)/tobari

# A folder may add what only its own files need: CFLAGS_src/x/y, LDLIBS_tests/bench/y_bench.
-include $(wildcard src/*/*.mk tests/*/*.mk)

# Nothing is asked of the packages until they are there, so that a bare system can run `make demo`.
READY   := $(if $(filter clean,$(MAKECMDGOALS)),,$(shell command -v $(CC) >/dev/null && pkg-config --exists $(PKGS) 2>/dev/null && echo yes))
ifeq ($(READY),)
$(OUT)/tobari tests test fault replay fuzz benches headers print-flags:
	@tools/deps --check build $(if $(filter gcc,$(CC)),,test); echo "$(CC) or a library it needs is missing."; false
else
FLAGS   := $(shell mkdir -p $(OUT); f=$(OUT)/flags.$(notdir $(CC)); [ $$f -nt tools/flags.list ] || tools/flags $(CC) < tools/flags.list > $$f; cat $$f)
SAN     := address,undefined,integer -fno-sanitize=unsigned-shift-base,implicit-conversion -fno-sanitize-recover=all -fno-omit-frame-pointer
CFLAGS_release := -O2 -D_FORTIFY_SOURCE=3
CFLAGS_dev     := -O0
CFLAGS_asan    := -O1 -fsanitize=$(SAN)
CFLAGS_fuzz    := -O1 -fsanitize=fuzzer-no-link,$(SAN)
CFLAGS_tsan    := -O1 -fsanitize=thread
CFLAGS_cov     := -O0 --coverage
CFLAGS  := -std=gnu17 -g $(CFLAGS_$(MODE)) $(FLAGS) $(WERROR) -fPIE -pthread -D_GNU_SOURCE
CPPFLAGS:= -Isrc -I. -I$(OUT) $(shell pkg-config --cflags $(PKGS) 2>/dev/null | sed 's/-I/-isystem /g')
LDFLAGS := -pie -Wl,-z,relro,-z,now,--as-needed -pthread $(filter -fsanitize% -fno-sanitize% --coverage,$(CFLAGS_$(MODE)))
LDLIBS  := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lm

ifeq ($(shell pkg-config --exists cmocka && echo yes),)
$(TESTBIN:=.o) $(FAULTBIN:=.o): | no-cmocka
no-cmocka: ; @tools/deps --check build test; false
endif

$(OUT)/%.o: %.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(CFLAGS_$*) -MMD -MP -c -o $@ $<

$(OUT)/libtobari.a: $(OBJ)
	@rm -f $@
	@ar rcs $@ $^

$(OUT)/tobari: $(OUT)/src/main.o $(OUT)/libtobari.a
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# tests/unit/*.c without a main of their own are at hand for every test.
$(OUT)/%_test: $(OUT)/%_test.o $(HELPERS:%.c=$(OUT)/%.o) $(OUT)/libtobari.a
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(LDLIBS_$*_test) -lcmocka

$(OUT)/%_fuzz: $(OUT)/%_fuzz.o $(OUT)/libtobari.a
	$(Q)$(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LDLIBS)

$(OUT)/%_replay: $(OUT)/%_fuzz.o $(OUT)/tests/fuzz/replay.o $(OUT)/libtobari.a
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(OUT)/%_bench: $(OUT)/%_bench.o $(OUT)/tests/bench/bench.o $(OUT)/libtobari.a
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(LDLIBS_$*_bench)

-include $(patsubst %.o,%.d,$(OBJ) $(HELPERS:%.c=$(OUT)/%.o)) $(foreach b,$(TESTBIN) $(FAULTBIN) $(FUZZBIN) $(BENCHBIN),$(b).d) $(OUT)/src/main.d

.SECONDARY:
tests: $(TESTBIN)
replay: $(REPLAY)
fuzz: $(FUZZBIN)
benches: $(BENCHBIN)

# Each header alone; and for the analyzers, what the compiler is given.
headers:
	@tools/headers $(CC) $(CPPFLAGS) $(CFLAGS)
print-flags:
	@echo $(CPPFLAGS) $(CFLAGS)

# The quick part: unit tests, in under a minute. ONLY=scan runs the tests whose path contains the word.
test: $(OUT)/tobari $(call chosen,$(TESTBIN))
	@TOBARI=$(OUT)/tobari tools/run_tests $(filter %_test,$^)
# Tests that kill and fail things on purpose, over and over: too long for the quick part.
fault: $(OUT)/tobari $(call chosen,$(FAULTBIN))
	@TOBARI=$(OUT)/tobari TEST_JOBS=1 TEST_ON_DISK=1 tools/run_tests $(filter %_test,$^)
endif

# ---- what installs first what it needs, then runs make again ----
deps:
	@tools/deps build run test bench && tools/deps npm

# A fictitious organisation in build/demo, served on this machine only. Run again, it goes on where it was; ONCE=1 stops before serving.
demo:
	@tools/deps build run
	@$(AGAIN) all
	@exec $(OUT)/tobari demo build/demo --listen 127.0.0.1:8443 $(if $(ONCE),--once)

check:
	@tools/deps build run test
	@tools/deps npm || echo "Without these packages the browser tests fail; everything else runs."
	@exec tools/check $(ONLY)

# Long fuzzing (FUZZ_SECONDS for each target), the thread sanitizer over every test, the analyzers.
check-long:
	@tools/deps build run test
	@exec nice tools/long $(ONLY)

# Every bench against its floor in one run: a table, and build/bench.json.
bench:
	@tools/deps build run bench
	@$(AGAIN) all benches
	@exec tools/bench $(OUT) $(call chosen,$(BENCHBIN))

# Recall and precision of what guesses (tests/accuracy), and the golden files written anew for review.
accuracy golden: all
	@tools/deps --check build run test
	@exec tools/$@ $(OUT)

clean:
	rm -rf build
