# Embedded files are not seen by the compiler's list of what a file depends on.
$(OUT)/src/web/assets.o: $(wildcard src/web/static/*)
