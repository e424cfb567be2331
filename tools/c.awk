# c.awk - for the checkers: separates C source into code, comments and string literals, line by line.
# Call c_line() once for each line; then CODE is the line without comments and with every literal emptied,
# COMMENT the text of comments, STR[1..NSTR] the contents of string literals. Works in mawk, gawk, busybox.
function c_line(   rest, c, at, end) {
	if (FNR == 1) C_IN = 0
	CODE = ""; COMMENT = ""; NSTR = 0
	rest = $0
	while (rest != "") {
		if (C_IN) {
			at = index(rest, "*/")
			if (!at) { COMMENT = COMMENT rest; return }
			COMMENT = COMMENT substr(rest, 1, at - 1) " "
			rest = substr(rest, at + 2); C_IN = 0
			continue
		}
		if (!match(rest, /["'\/]/)) { CODE = CODE rest; return }
		CODE = CODE substr(rest, 1, RSTART - 1)
		c = substr(rest, RSTART, 1)
		rest = substr(rest, RSTART + 1)
		if (c == "/") {
			if (substr(rest, 1, 1) == "*") { C_IN = 1; rest = substr(rest, 2); CODE = CODE " " }
			else if (substr(rest, 1, 1) == "/") { COMMENT = COMMENT substr(rest, 2); return }
			else CODE = CODE c
			continue
		}
		end = c_closing(rest, c)
		if (c == "\"") STR[++NSTR] = substr(rest, 1, end - 1)
		CODE = CODE c c
		rest = substr(rest, end + 1)
	}
}

# Where the literal ends: the place of its closing quote in `text`, past escapes.
function c_closing(text, quote,   i, n, c) {
	n = length(text)
	for (i = 1; i <= n; i++) {
		c = substr(text, i, 1)
		if (c == "\\") i++
		else if (c == quote) return i
	}
	return n + 1
}

# Prints one finding and remembers that there was one; `END { exit bad }` ends a checker.
function refuse(what) {
	print FILENAME ":" FNR ": " what
	bad = 1
}
