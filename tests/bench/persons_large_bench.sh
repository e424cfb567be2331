#!/bin/sh
# The whole commands on an incident with PERSONS (1,000,000) persons concerned: the list comes in from csv into a store with its keys,
# indexes, versions and audit entries, comes again unchanged, and goes out for the printing house as csv and xlsx; wall time,
# processor time and peak memory. Needs 4 GB of room in TMPDIR.
set -e
tobari=${TOBARI:-build/tobari}
persons=${PERSONS:-1000000}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$tobari" demo "$dir/store" --once >"$dir/log" 2>&1
awk -v n="$persons" 'BEGIN {
	print "管理番号,氏名,郵便番号,住所,メールアドレス,電話番号"
	for (i = 1; i <= n; i++)
		printf "B%07d,潮風 %d郎,000-%04d,みなと県しおかぜ市岬町%d丁目%d番%d号,person%d@minato.example,070-%04d-%04d\n",
			i, i, i % 10000, i % 9 + 1, i % 97 + 1, i % 31 + 1, i, i / 10000, i % 10000
}' >"$dir/list.csv"

# measured NAME COMMAND...: one line of the table; more than 300 MB at any number of rows is a fault.
measured() {
	name=$1
	shift
	/usr/bin/time -f '%e %U %S %M' -o "$dir/took" "$tobari" "$@" --data "$dir/store" --progress >"$dir/out" 2>"$dir/progress"
	awk -v name="$name" -v rows="$persons" -v told="$(tr '\r' '\n' <"$dir/progress" | grep -c .)" -v cpus="$(nproc)" '{
		printf "{\"name\":\"%s, whole command, %d persons\",\"unit\":\"s\",\"conditions\":\"%.1f s CPU, %d rows/s, peak %d MB, %d lines of progress, %d processors, SQLite\",",
			name, rows, $2 + $3, rows / $1, $4 / 1024, told, cpus
		printf "\"figure\":%s,\"must\":0,\"moonshot\":0,\"verdict\":\"no goal\"}\n", $1
		printf "{\"name\":\"%s, %d persons, memory at most\",\"unit\":\"MB\",\"figure\":%d,\"must\":300,\"moonshot\":100,\"verdict\":\"%s\"}\n",
			name, rows, $4 / 1024, $4 <= 307200 ? "met" : "missed"
	}' "$dir/took"
}

measured "persons import" import affected_person "$dir/list.csv" --set incident=INC2026-0002 --apply
measured "persons import again, all unchanged" import affected_person "$dir/list.csv" --set incident=INC2026-0002
measured "persons export as csv" export affected_person --where incident=INC2026-0002 --format csv --out "$dir/persons.csv"
measured "persons export as xlsx" export affected_person --where incident=INC2026-0002 --format xlsx --out "$dir/persons.xlsx"
[ "$(wc -l <"$dir/persons.csv")" -gt "$persons" ] || { echo "the export lacks persons" >&2; exit 1; }
