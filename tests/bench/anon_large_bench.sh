#!/bin/sh
# The whole command (read, recode, write) on synthetic tables of 1 and ANON_ROWS (10) million rows with 8 quasi-identifiers, both
# methods; wall time, processor time and peak memory. Needs 2 GB of room in TMPDIR.
set -e
bench=$(dirname "${TOBARI:-build/tobari}")/tests/bench/anon_bench
[ -x "$bench" ] || exit 0
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
for rows in 1000000 ${ANON_ROWS:-10000000}; do
	ANON_EXPORT=$dir ANON_ROWS=$rows "$bench"
	for method in full-domain multidimensional; do
		awk -v method=$method 'BEGIN {
			n = split("age sex prefecture household education occupation nationality joined", c, " ")
			printf "{\"columns\":{"
			for (i = 1; i <= n; i++)
				printf "\"%s\":{\"role\":\"quasi\",\"hierarchy\":\"hierarchy_%s.csv\"},", c[i], c[i]
			print "\"diagnosis\":{\"role\":\"sensitive\"}},\"models\":[{\"model\":\"k-anonymity\",\"k\":5}],\"suppression\":0.02,\"method\":\"" method "\"}"
		}' >"$dir/spec.json"
		/usr/bin/time -f '%e %U %S %M' -o "$dir/took" "${TOBARI:-build/tobari}" anonymise --spec "$dir/spec.json" --report "$dir/report.json" "$dir/table.csv" "$dir/out.csv"
		loss=$(sed -n 's/.*"loss": *\([0-9.e-]*\).*/\1/p' "$dir/report.json" | head -n 1)
		awk -v rows=$rows -v method=$method -v loss="$loss" '{
			big = rows >= 10000000
			printf "{\"name\":\"anonymise, whole command, %d rows, %s\",\"unit\":\"s\",\"conditions\":\"%.1f s CPU, peak %d MB, %d processors, k=5, suppression 2 %%, loss %s\",",
				rows, method, $2 + $3, $4 / 1024, cpus, loss
			printf "\"figure\":%s,\"must\":%d,\"moonshot\":0,\"verdict\":\"%s\"}\n", $1, big ? 15 : 0, !big ? "no goal" : $1 <= 15 && $4 <= 2097152 ? "met" : "missed"
		}' cpus="$(nproc)" "$dir/took"
	done
done
