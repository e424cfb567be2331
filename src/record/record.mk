# Embedded texts are not seen by the compiler's list of what a file depends on.
$(OUT)/src/record/migrations.o: $(wildcard migrations/*.sql migrations/*/*.sql)
