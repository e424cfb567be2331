# Makefile - `make demo` installs, builds and starts a sample organisation; `make check` runs every test.
# MODE=dev|asan|tsan|cov chooses a build; each has its folder under build/. CC chooses the compiler.
MODE    ?= release
CC      := $(if $(filter default,$(origin CC)),$(if $(filter asan tsan fuzz,$(MODE)),clang,gcc),$(CC))
OUT     := build$(if $(filter release,$(MODE)),,/$(MODE))
PKGS    := libmicrohttpd gnutls sqlite3 libpq libsodium libutf8proc jansson xlsxwriter libzip expat pangocairo libseccomp
WERROR  ?= -Werror
Q       := $(if $(V),,@)# V=1 shows the commands

SRC     := $(filter-out %_test.c src/main.c,$(wildcard src/*/*.c src/*/*/*.c))
TESTS   := $(wildcard src/*/*_test.c src/*/*/*_test.c tests/unit/*_test.c)
OBJ     := $(SRC:%.c=$(OUT)/%.o)
TESTBIN := $(TESTS:%.c=$(OUT)/%)

.PHONY: all demo check test check-long bench deps clean
all: $(OUT)/tobari

# Nothing below is evaluated until the packages are there, so that a bare system can run `make demo`.
ifneq ($(shell command -v $(CC) pkg-config),)
ifneq ($(MAKECMDGOALS),clean)
FLAGS   := $(shell mkdir -p $(OUT); f=$(OUT)/flags.$(notdir $(CC)); [ $$f -nt tools/flags.list ] || tools/flags $(CC) < tools/flags.list > $$f; cat $$f)
CFLAGS_release := -O2 -D_FORTIFY_SOURCE=3
CFLAGS_dev     := -O0
CFLAGS_asan    := -O1 -fsanitize=address,undefined,integer -fno-sanitize=unsigned-shift-base,implicit-conversion -fno-sanitize-recover=all -fno-omit-frame-pointer
CFLAGS_tsan    := -O1 -fsanitize=thread
CFLAGS_cov     := -O0 --coverage
CFLAGS  := -std=gnu17 -g $(CFLAGS_$(MODE)) $(FLAGS) $(WERROR) -fPIE -pthread -D_GNU_SOURCE
CPPFLAGS:= -Isrc -I$(OUT) $(shell pkg-config --cflags $(PKGS) 2>/dev/null | sed 's/-I/-isystem /g')
LDFLAGS := -pie -Wl,-z,relro,-z,now,--as-needed -pthread $(filter -fsanitize% --coverage,$(CFLAGS_$(MODE)))
LDLIBS  := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lm
endif
endif

$(OUT)/%.o: %.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(CFLAGS_$*) -MMD -MP -c -o $@ $<

$(OUT)/libtobari.a: $(OBJ)
	@rm -f $@
	@ar rcs $@ $^

$(OUT)/tobari: $(OUT)/src/main.o $(OUT)/libtobari.a
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(OUT)/%_test: $(OUT)/%_test.o $(OUT)/libtobari.a
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

-include $(OBJ:.o=.d) $(TESTBIN:=.d) $(OUT)/src/main.d

.SECONDARY:
tests: $(TESTBIN)
# The quick part: unit tests, in under a minute. ONLY=scan runs the tests whose path contains the word.
test: $(OUT)/tobari $(if $(ONLY),$(foreach t,$(TESTBIN),$(if $(findstring $(ONLY),$(t)),$(t))),$(TESTBIN))
	@tools/run_tests $(filter %_test,$^)

clean:
	rm -rf build
