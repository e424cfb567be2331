# anon_check.awk - judges an anonymised table from outside: shares nothing with the program but the definitions.
# awk -v dir=HIERARCHIES -v prefix=arx-adult_hierarchy_ -v quasi=sex,age,... -f anon_check.awk IN OUT     (both separated by ";")
# Prints "rows k ncp suppressed wrong": wrong counts cells whose label does not lie above the value of the same row of IN.
function read_hierarchy(name,   file, line, part, n, l) {
	file = dir "/" prefix name ".csv"
	while ((getline line < file) > 0) {
		sub(/\r$/, "", line)
		n = split(line, part, ";")
		all[name]++
		for (l = 1; l <= n; l++) {
			if (!((name, part[1], part[l]) in above)) {
				above[name, part[1], part[l]] = 1
				leaves[name, part[l]]++
			}
		}
	}
	close(file)
}
BEGIN {
	FS = ";"
	nquasi = split(quasi, wanted, ",")
	for (i = 1; i <= nquasi; i++)
		read_hierarchy(wanted[i])
}
{ sub(/\r$/, "") }
FNR == 1 {
	for (i = 1; i <= NF; i++)
		at[$i] = i
	next
}
NR == FNR { source[FNR] = $0; next }
{
	n = split(source[FNR], old, ";")
	key = ""
	stars = 0
	for (i = 1; i <= nquasi; i++) {
		label = $at[wanted[i]]
		key = key SUBSEP label
		stars += label == "*"
	}
	rows++
	if (stars == nquasi) {
		suppressed++
		loss += nquasi
		next
	}
	size[key]++
	for (i = 1; i <= nquasi; i++) {
		label = $at[wanted[i]]
		if (!((wanted[i], old[at[wanted[i]]], label) in above))
			wrong++
		loss += (leaves[wanted[i], label] - 1) / (all[wanted[i]] - 1)
	}
}
END {
	for (key in size)
		if (!k || size[key] < k)
			k = size[key]
	printf "%d %d %.9f %d %d\n", rows, k, loss / rows / nquasi, suppressed, wrong
}
