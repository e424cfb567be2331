# Embedded texts are not seen by the compiler's list of what a file depends on.
$(OUT)/src/record/migrations.o: $(wildcard migrations/*.sql migrations/*/*.sql)

# Tests that kill and fail things on purpose: part of `make check`, too long for `make test`.
FAULTBIN := $(patsubst %.c,$(OUT)/%,$(wildcard tests/fault/*_test.c))
.PHONY: fault
fault: $(OUT)/tobari $(FAULTBIN)
	@tools/run_tests $(FAULTBIN)
-include $(FAULTBIN:=.d)
