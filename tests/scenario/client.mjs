// client.mjs - one person's browser: cookies, the page at hand, forms filled and sent. One connection, kept alive.
import https from 'node:https'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { parse, textOf, controls, button, forms } from './page.mjs'

export class Client {
	constructor(base, language) {
		this.base = base
		this.language = language
		this.cookies = new Map()
		this.filled = []
		this.agent = new https.Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false })
	}

	close() { this.agent.destroy() }

	request(method, path, body, type, extra = {}) {
		const url = new URL(path, this.base)
		if (url.origin !== new URL(this.base).origin) throw new Error(`${path} leads away from the server`)
		const headers = { 'Accept-Language': this.language, Accept: 'text/html,*/*;q=0.5', ...extra }
		if (this.cookies.size) headers.Cookie = [...this.cookies].map(([k, v]) => `${k}=${v}`).join('; ')
		if (body !== undefined) Object.assign(headers, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body), Origin: url.origin })
		if (body !== undefined && this.path) headers.Referer = new URL(this.path, this.base).href
		return new Promise((resolve, reject) => {
			const rq = https.request(url, { method, headers, agent: this.agent, timeout: 30000 }, res => {
				const chunks = []
				res.on('data', c => chunks.push(c))
				res.on('end', () => {
					const bytes = Buffer.concat(chunks)
					for (const c of res.headers['set-cookie'] ?? []) {
						const [, name, value] = /^([^=]+)=([^;]*)/.exec(c)
						if (value === '' || /;\s*Max-Age=0/i.test(c)) this.cookies.delete(name)
						else this.cookies.set(name, value)
					}
					resolve({ status: res.statusCode, headers: res.headers, bytes, path: url.pathname + url.search, method })
				})
				res.on('error', reject)
			})
			rq.on('timeout', () => rq.destroy(new Error(`no answer within 30 s: ${method} ${path}`)))
			rq.on('error', reject)
			rq.end(body)
		})
	}

	/** Takes an answer as the page at hand. */
	take(answer) {
		answer.html = /^text\/html/.test(answer.headers['content-type'] ?? '')
		answer.raw = answer.bytes.toString('utf8')
		answer.tree = answer.html ? parse(answer.raw) : undefined
		answer.text = answer.html ? textOf(answer.tree) : answer.raw
		if (answer.html) { this.page = answer; this.path = answer.path }
		this.filled = []
		this.last = answer
		return answer
	}

	async open(path) { return this.take(await this.request('GET', path)) }

	async follow() {
		const to = this.last?.headers.location
		if (!to) throw new Error(`the last answer (${this.last?.status}) points nowhere`)
		return this.open(new URL(to, new URL(this.last.path, this.base)).href)
	}

	fill(name, value, file) {
		const known = this.page && forms(this.page.tree).some(f => controls(this.page.tree, f).some(c => c.name === name))
		if (!known) throw new Error(`this page has no field "${name}"`)
		this.filled.push({ name, value, file })
	}

	/** What the form sends: every control as it stands or as it was filled, and the button. */
	data(form, pressed) {
		const sent = []
		const list = controls(this.page.tree, form)
		const given = new Map()
		for (const f of this.filled) given.set(f.name, [...(given.get(f.name) ?? []), f])
		for (const c of list) {
			const own = given.get(c.name)
			if (!own) {
				if (c.sent && c.type !== 'file') sent.push({ name: c.name, value: c.value })
				continue
			}
			if (c.type === 'radio' || c.type === 'checkbox') {
				if (own.some(o => o.value === c.value || (c.type === 'checkbox' && o.value === 'on'))) sent.push({ name: c.name, value: c.value })
			} else if (own.length) {
				const f = own.shift()
				let value = f.value
				if (c.options) {
					const o = c.options.find(x => x.value === value) ?? c.options.find(x => x.text === value)
					if (!o) throw new Error(`"${c.name}" offers no "${value}"; it offers ${c.options.map(x => `"${x.text}"`).join(', ')}`)
					value = o.value
				}
				sent.push({ name: c.name, value, file: f.file })
			}
		}
		if (pressed?.name) sent.push({ name: pressed.name, value: pressed.el.at.value ?? '' })
		return sent
	}

	async press(text) {
		if (!this.page) throw new Error('no page is open')
		const { form, control } = button(this.page.tree, text)
		const sent = this.data(form, control)
		const action = new URL(control.el.at.formaction ?? form.at.action ?? this.page.path, new URL(this.page.path, this.base))
		if ((form.at.method ?? 'get').toLowerCase() === 'get') {
			action.search = new URLSearchParams(sent.map(s => [s.name, s.value])).toString()
			return this.open(action.href)
		}
		const multipart = form.at.enctype === 'multipart/form-data'
		return this.take(await this.request('POST', action.href, ...(multipart ? multi(sent) : [plain(sent), 'application/x-www-form-urlencoded'])))
	}

	/** A form that no page offered. The token of the page at hand goes along unless `forged`. */
	async post(path, pairs, forged) {
		const hidden = this.page ? forms(this.page.tree).flatMap(f => controls(this.page.tree, f)).find(c => c.type === 'hidden' && /csrf|token/.test(c.name ?? '')) : undefined
		const sent = pairs.map(([name, value]) => ({ name, value }))
		if (hidden && !forged) sent.unshift({ name: hidden.name, value: hidden.value })
		return this.take(await this.request('POST', path, plain(sent), 'application/x-www-form-urlencoded'))
	}
}

const plain = sent => new URLSearchParams(sent.map(s => [s.name, s.value.replace(/\r?\n/g, '\r\n')])).toString()

function multi(sent) {
	const boundary = 'scenario-' + Math.random().toString(36).slice(2)
	const parts = sent.flatMap(s => [
		`--${boundary}\r\nContent-Disposition: form-data; name="${s.name}"${s.file ? `; filename="${basename(s.file)}"\r\nContent-Type: application/octet-stream` : ''}\r\n\r\n`,
		s.file ? readFileSync(s.file) : s.value, '\r\n'])
	return [Buffer.concat([...parts, `--${boundary}--\r\n`].map(p => Buffer.from(p))), `multipart/form-data; boundary=${boundary}`]
}
