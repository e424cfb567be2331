#!/bin/sh
# The local recoding of Adult as the command line writes it, judged by anon_check.awk; nothing where the data is not at hand.
set -e
data=${TOBARI_SHARED:-../shared}/data/anonymization
[ -r "$data/arx-adult.csv" ] || exit 0
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
columns=sex,age,race,marital-status,education,native-country,workclass,occupation,salary-class
awk -v data="$data" -v columns="$columns" 'BEGIN {
	n = split(columns, c, ",")
	printf "{\"columns\":{"
	for (i = 1; i <= n; i++)
		printf "%s\"%s\":{\"role\":\"quasi\",\"hierarchy\":\"%s/arx-adult_hierarchy_%s.csv\"}", (i > 1 ? "," : ""), c[i], data, c[i]
	print "},\"models\":[{\"model\":\"k-anonymity\",\"k\":5}],\"method\":\"multidimensional\"}"
}' >"$dir/spec.json"
case $data in /*) ;; *) sed -i "s|$data|$PWD/$data|g" "$dir/spec.json" ;; esac
"${TOBARI:-build/tobari}" anonymise --spec "$dir/spec.json" "$data/arx-adult.csv" "$dir/out.csv"
awk -v dir="$data" -v prefix=arx-adult_hierarchy_ -v quasi=$columns -f tests/bench/anon_check.awk "$data/arx-adult.csv" "$dir/out.csv" |
while read -r rows k ncp suppressed wrong; do
	[ "$rows" = 30162 ] && [ "$k" -ge 5 ] && [ "$wrong" = 0 ] || { echo "anon_check: rows $rows, k $k, wrong $wrong" >&2; exit 1; }
	verdict=$(awk -v x="$ncp" 'BEGIN { print x <= 0.052 ? "moonshot" : x <= 0.0591 ? "met" : "missed" }')
	echo "{\"name\":\"Adult local recoding, loss as judged from outside\",\"unit\":\"ncp\",\"conditions\":\"k $k, $suppressed suppressed\",\"figure\":$ncp,\"must\":0.0591,\"moonshot\":0.052,\"verdict\":\"$verdict\"}"
done
