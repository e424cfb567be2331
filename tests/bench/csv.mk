LDLIBS_tests/bench/csv_bench := -lcsv
