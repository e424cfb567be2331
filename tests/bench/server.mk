# The bench of the server notes what a page asks of the database, and asks the same again without the page.
LDLIBS_tests/bench/server_bench := -Wl,--wrap=db_begin -Wl,--wrap=db_query -Wl,--wrap=db_int -Wl,--wrap=db_text -Wl,--wrap=db_blob -Wl,--wrap=db_null -Wl,--wrap=audit_group_add
$(OUT)/tests/bench/server_bench: $(OUT)/tests/bench/load.o
