# scan.mk - the scanner's dictionary, and the program that measures its quality. Included by the Makefile.
IPADIC ?= /usr/share/mecab/dic/ipadic

CFLAGS_src/scan/dict := -DSCAN_DICT_FILE='"$(OUT)/scan.dict"'
$(OUT)/src/scan/dict.o: $(OUT)/scan.dict
$(OUT)/scan.dict: $(OUT)/tools/scan_dict
	$(Q)$< $(IPADIC) $@
$(OUT)/tools/scan_dict: tools/scan_dict.c src/scan/dict.h
	@mkdir -p $(@D)
	$(Q)cc -O1 -std=gnu17 -Wall -Wextra -D_GNU_SOURCE -o $@ $<

# The program behind `make accuracy` (tools/accuracy).
$(OUT)/tests/accuracy/accuracy: $(OUT)/tests/accuracy/accuracy.o $(OUT)/tests/accuracy/corpus.o $(OUT)/libtobari.a
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)
-include $(OUT)/tests/accuracy/accuracy.d $(OUT)/tests/accuracy/corpus.d
