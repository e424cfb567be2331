// page.mjs - reads a page of ours as a browser would: its text, links, forms. Our pages are well-formed; this is no general parser.
const VOID = new Set(['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'track', 'wbr'])
const INLINE = new Set(['a', 'abbr', 'b', 'bdi', 'code', 'em', 'i', 'mark', 'ruby', 'rt', 'rp', 'small', 'span', 'strong', 'sub', 'sup', 'time', 'wbr'])
const ENTITY = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' }

export function decode(text) {
	return text.replace(/&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([a-zA-Z]+));/g, (all, hex, dec, name) =>
		hex ? String.fromCodePoint(parseInt(hex, 16)) : dec ? String.fromCodePoint(Number(dec)) : ENTITY[name] ?? all)
}

const squeeze = text => text.replace(/\s+/g, ' ').trim()

function attributes(source) {
	const found = {}
	for (const m of source.matchAll(/([^\s=>"'/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/g))
		found[m[1].toLowerCase()] = decode(m[2] ?? m[3] ?? m[4] ?? '')
	return found
}

/** A tree of { tag, at, kids } and texts; throws where elements do not close, which is a defect of the page. */
export function parse(html) {
	const root = { tag: '#root', at: {}, kids: [] }
	const open = [root]
	const token = /<!--[\s\S]*?-->|<!doctype[^>]*>|<(\/?)([a-zA-Z][a-zA-Z0-9-]*)((?:"[^"]*"|'[^']*'|[^>"'])*)>|[^<]+/gi
	let m, end = 0
	while ((m = token.exec(html))) {
		if (m.index !== end) throw new Error(`malformed markup: ${html.slice(end, end + 60)}`)
		end = token.lastIndex
		const top = open[open.length - 1]
		if (m[2] === undefined) {
			if (!m[0].startsWith('<!')) top.kids.push(decode(m[0]))
			continue
		}
		const tag = m[2].toLowerCase()
		if (m[1]) {
			if (top.tag !== tag) throw new Error(`</${tag}> closes <${top.tag}>`)
			open.pop()
			continue
		}
		const el = { tag, at: attributes(m[3]), kids: [], up: top }
		top.kids.push(el)
		if (tag === 'script' || tag === 'style') {
			const close = html.indexOf(`</${tag}>`, end)
			if (close < 0) throw new Error(`<${tag}> is never closed`)
			token.lastIndex = end = close + tag.length + 3
		} else if (!VOID.has(tag) && !/\/\s*$/.test(m[3])) open.push(el)
	}
	if (end !== html.length) throw new Error(`malformed markup: ${html.slice(end, end + 60)}`)
	if (open.length !== 1) throw new Error(`<${open[open.length - 1].tag}> is never closed`)
	return root
}

export function* all(el, test) {
	for (const k of el.kids)
		if (typeof k !== 'string') {
			if (test(k)) yield k
			yield* all(k, test)
		}
}

/** What a person reads: no head, no hidden elements; blocks are apart by a space. */
export function textOf(el) {
	const out = []
	const walk = e => {
		if (typeof e === 'string') return out.push(e)
		if (['head', 'script', 'style', 'template'].includes(e.tag) || 'hidden' in e.at) return
		if (!INLINE.has(e.tag)) out.push(' ')
		if (e.tag === 'img' || e.tag === 'svg') out.push(e.at.alt ?? e.at['aria-label'] ?? '')
		e.kids.forEach(walk)
		if (!INLINE.has(e.tag)) out.push(' ')
	}
	walk(el)
	return squeeze(out.join(''))
}

export const forms = page => [...all(page, e => e.tag === 'form')]
const inForm = (page, form) => [...all(page, e => {
	if (!['input', 'select', 'textarea', 'button'].includes(e.tag)) return false
	if (e.at.form !== undefined) return e.at.form === form.at.id
	for (let u = e.up; u; u = u.up) if (u === form) return true
	return false
})]

/** The controls of a form with what each would send: [{ name, value, type, el }]; sent: whether it goes along as it stands. */
export function controls(page, form) {
	return inForm(page, form).map(el => {
		const type = el.tag === 'input' ? (el.at.type || 'text').toLowerCase() : el.tag
		let value = el.at.value ?? ''
		let sent = !('disabled' in el.at) && !!el.at.name && !['submit', 'button', 'image', 'reset'].includes(type)
		if (type === 'checkbox' || type === 'radio') { value = el.at.value ?? 'on'; sent &&= 'checked' in el.at }
		if (type === 'textarea') value = el.kids.join('').replace(/^\n/, '')
		let options
		if (type === 'select') {
			options = [...all(el, o => o.tag === 'option')].map(o => ({ value: o.at.value ?? textOf(o), text: textOf(o), selected: 'selected' in o.at }))
			value = (options.find(o => o.selected) ?? options[0])?.value ?? ''
		}
		return { name: el.at.name, value, type, sent, el, options }
	})
}

const isButton = c => c.type === 'button' ? (c.el.at.type ?? 'submit') === 'submit' : c.type === 'submit'

/** Every button by its text (or aria-label), and its form. */
export const buttons = page => forms(page).flatMap(form => controls(page, form).filter(isButton).map(control => {
	const { at, tag } = control.el
	return { label: at['aria-label'] ?? (tag === 'input' ? at.value : textOf(control.el)), form, control }
}))

export function button(page, text) {
	const there = buttons(page), found = there.find(b => b.label === text)
	if (!found) throw new Error(`no button "${text}"; there are: ${there.map(b => `"${b.label}"`).join(', ') || 'none'}`)
	return found
}

export function link(page, text) {
	const links = [...all(page, e => e.tag === 'a' && e.at.href !== undefined)]
	const found = links.find(a => textOf(a) === text) ?? links.find(a => textOf(a).includes(text))
	if (!found) throw new Error(`no link "${text}"`)
	return found.at.href
}
