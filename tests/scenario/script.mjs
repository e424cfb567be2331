// script.mjs - reads a scenario: steps of words, with the lines of text that belong to them.
/** [{ line, source, words: [..], text }] */
export function read(source) {
	const steps = []
	source.split('\n').forEach((raw, i) => {
		if (/^\|/.test(raw)) {
			if (!steps.length) throw new Error(`line ${i + 1}: text without a step`)
			const step = steps[steps.length - 1]
			step.text = (step.text ?? '') + raw.replace(/^\| ?/, '') + '\n'
			return
		}
		const words = split(raw, i + 1)
		if (words.length) steps.push({ line: i + 1, source: raw.trim(), words })
	})
	return steps
}

function split(line, number) {
	const words = []
	let word = null
	for (let i = 0; i < line.length; i++) {
		const c = line[i]
		if (c === '"') {
			word ??= ''
			for (i++; line[i] !== '"'; i++) {
				if (i >= line.length) throw new Error(`line ${number}: a quote is never closed`)
				if (line[i] === '\\' && i + 1 < line.length) word += { n: '\n', t: '\t' }[line[++i]] ?? line[i]
				else word += line[i]
			}
		} else if (c === '#' && word === null) break
		else if (/\s/.test(c)) { if (word !== null) words.push(word); word = null }
		else word = (word ?? '') + c
	}
	if (word !== null) words.push(word)
	return words
}

/** The value at a path like .a[0].b of parsed JSON, or undefined. */
export function at(value, path) {
	if (path !== '.' && !/^(\.[^.[\]]+|\[-?\d+\])+$/.test(path)) throw new Error(`no path: ${path}`)
	for (const m of path.matchAll(/\.([^.[\]]+)|\[(-?\d+)\]/g)) {
		if (value === null || value === undefined) return undefined
		value = m[1] !== undefined ? value[m[1]] : value.at?.(Number(m[2]))
	}
	return value
}
