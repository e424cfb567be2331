// world.mjs - what a scenario acts in: one database, a folder, the program, the server, browsers. One function for each step.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync, existsSync, chmodSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client } from './client.mjs'
import { at, read } from './script.mjs'
import { buttons, controls, forms, link } from './page.mjs'

const PASSWORD = 'Scenario-7-Password'
const PARTS = join(dirname(fileURLToPath(import.meta.url)), 'parts')
const LOGIN = { path: '/login', name: 'login', secret: 'password' }

const fail = message => { throw new Error(message) }
const short = text => text.length > 1500 ? text.slice(0, 1500) + ' …' : text
const pair = word => {
	const i = word.indexOf('=')
	return i > 0 ? [word.slice(0, i), word.slice(i + 1)] : fail(`NAME=VALUE is meant: ${word}`)
}

function freePort() {
	return new Promise((resolve, reject) => {
		const s = createServer()
		s.on('error', reject)
		s.listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => resolve(port)) })
	})
}

export class World {
	constructor(program, database, number) {
		this.program = program
		this.database = database                     // 'sqlite' or 'pg'
		this.dir = mkdtempSync(join(tmpdir(), 'tobari-scenario-'))
		this.saved = { DIR: this.dir, DATA: join(this.dir, 'data') }
		this.schema = `scenario_${process.pid}_${number}`
		this.language = 'ja'
		this.clients = new Map()
		this.audited = new Set()             // entries seen; they are listed lane by lane
		this.transcript = []
	}

	async end() {
		for (const c of this.clients.values()) c.close()
		await this.stop('SIGKILL')
		rmSync(this.dir, { recursive: true, force: true })
	}

	/* ---- the program ---- */
	environment() {
		const env = { PATH: process.env.PATH, HOME: this.dir, TZ: 'UTC', LANG: this.language === 'ja' ? 'ja_JP.UTF-8' : 'en_US.UTF-8' }
		// The clock of a scenario is set from outside, so that the program needs no back door for it.
		if (this.day) {
			env.LD_PRELOAD = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib'].map(d => `${d}/faketime/libfaketimeMT.so.1`).find(existsSync) ?? fail('libfaketime is missing')
			Object.assign(env, { FAKETIME: `@${this.day} 00:00:00`, FAKETIME_DONT_FAKE_MONOTONIC: '1', FAKETIME_NO_CACHE: '0', NO_FAKE_STAT: '1' })
		}
		return env
	}

	run(args, input) {
		return new Promise((resolve, reject) => {
			const child = spawn(this.program, args, { env: this.environment(), cwd: this.dir })
			const out = [], err = []
			const timer = setTimeout(() => child.kill('SIGKILL'), 120000)
			child.stdout.on('data', d => out.push(d))
			child.stderr.on('data', d => err.push(d))
			child.stdin.on('error', () => {})
			child.stdin.end(input ?? '')
			child.on('error', reject)
			child.on('close', (code, signal) => {
				clearTimeout(timer)
				resolve({ code: code ?? `killed by ${signal}`, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() })
			})
		})
	}

	async must(args, input) {
		const r = await this.run(args, input)
		return r.code === 0 ? r : fail(`tobari ${args.join(' ')}: exit ${r.code}\n${r.err}${r.out}`)
	}

	async stop(signal) {
		const s = this.server
		this.server = undefined
		if (!s || s.exitCode !== null || s.signalCode !== null) return undefined
		const ended = new Promise(resolve => s.on('close', (code, sig) => resolve(code ?? sig)))
		s.kill(signal)
		const late = setTimeout(() => s.kill('SIGKILL'), 8000)
		const how = await ended
		clearTimeout(late)
		return how
	}

	async start() {
		const port = this.port ??= await freePort()
		this.server = spawn(this.program, ['serve', '--data', this.saved.DATA, '--listen', `127.0.0.1:${port}`], { env: this.environment(), stdio: ['ignore', 'pipe', 'pipe'] })
		this.log = ''
		this.server.stderr.on('data', d => { this.log = (this.log + d).slice(-8000) })
		await new Promise((resolve, reject) => {
			const timer = setTimeout(() => reject(new Error(`the server says nothing\n${this.log}`)), 20000)
			this.server.stdout.on('data', () => { clearTimeout(timer); resolve() })
			this.server.on('close', code => { clearTimeout(timer); reject(new Error(`the server ended with ${code}\n${this.log}`)) })
		})
		this.base = `https://127.0.0.1:${port}/`
		for (const c of this.clients.values()) { c.close(); c.base = this.base }
	}

	async stopWell() {
		const how = await this.stop('SIGTERM')
		if (how !== undefined && how !== 0) fail(`SIGTERM ended the server with ${how}\n${this.log}`)
	}

	get browser() {
		this.server ?? fail('the server is not running: serve')
		return this.clients.get(this.who) ?? fail('nobody has a browser: as LOGIN')
	}

	page(answer) {
		this.last = { kind: 'page', answer, stated: false }
		this.note(`${answer.method} ${answer.status} ${answer.headers.location ?? ''}`, answer.html ? answer.text : '')
	}

	note(...what) { this.transcript.push(...what) }

	/** A page nobody spoke about must be in order, a command too. */
	settle() {
		const l = this.last
		if (!l || l.stated) return
		if (l.kind === 'page' && ![200, 303].includes(l.answer.status)) fail(`status ${l.answer.status}: ${short(l.answer.text)}`)
		if (l.kind === 'run' && l.run.code !== 0) fail(`exit ${l.run.code}: ${short(l.run.err + l.run.out)}`)
		l.stated = true
	}

	/* ---- steps ---- */
	async step({ words: [verb, ...args], text }) {
		args = args.map(a => a.replace(/\$([A-Z][A-Z0-9_]*)/g, (_, name) => this.saved[name] ?? fail(`nothing is saved as ${name}`)))
		if (verb !== 'expect' && verb !== 'save') this.settle()
		const method = this[`do_${verb.replaceAll('-', '_')}`]
		if (!method) fail(`no such step: ${verb}`)
		await method.call(this, args, text)
	}

	/** What several scenarios have in common. */
	async do_play([name]) {
		for (const step of read(readFileSync(join(PARTS, `${name}.txt`), 'utf8')))
			await this.step(step).catch(e => fail(`${name}.txt:${step.line}: ${step.source}\n${e.message}`))
	}

	async do_cli(args, text) {
		const run = await this.run(args, text)
		this.last = { kind: 'run', run, stated: false }
		this.note(`exit ${run.code}`, run.out, run.err)
	}

	async do_import(args, text) { await this.do_cli(['import', args[0], args[1], '--data', this.saved.DATA, ...args.slice(2)], text) }

	async do_store() {
		const where = this.database === 'pg' ? ['--database', `${process.env.TOBARI_TEST_PG}&schema=${this.schema}`, '--key-database', `${process.env.TOBARI_TEST_PG}&schema=${this.schema}_keys`] : []
		await this.must(['init', this.saved.DATA, '--admin', 'admin', '--password-stdin', ...where], PASSWORD + '\n')
	}

	async do_user([login, role, department]) {
		const more = department ? ['--department', department] : []
		await this.must(['user', 'add', login, '--data', this.saved.DATA, '--role', role, '--name', login, ...more, '--password-stdin'], PASSWORD + '\n')
	}

	async do_day([day]) {
		if (!/^\d{4}-\d\d-\d\d$/.test(day ?? '')) fail('a day is YYYY-MM-DD')
		this.day = this.saved.TODAY = day
		if (this.server) await this.do_restart()
	}

	async do_language([language]) {
		this.language = language
		for (const c of this.clients.values()) c.language = language
	}

	async do_serve() { await this.start() }
	async do_restart() { await this.stopWell(); await this.start() }
	async do_kill() { await this.stop('SIGKILL') }

	async do_as([login]) {
		this.who = login
		if (this.clients.has(login) && this.clients.get(login).day === this.day) return
		this.clients.get(login)?.close()                        // sessions end with the day
		const c = new Client(this.base ?? fail('the server is not running: serve'), this.language)
		c.day = this.day
		this.clients.set(login, c)
		if (login === 'nobody') return
		await c.open(LOGIN.path)
		c.fill(LOGIN.name, login)
		c.fill(LOGIN.secret, PASSWORD)
		const form = forms(c.page.tree).find(f => controls(c.page.tree, f).some(x => x.name === LOGIN.secret))
		const data = c.data(form)
		const answer = await c.post(form.at.action ?? LOGIN.path, data.map(d => [d.name, d.value]), true)
		if (answer.status !== 303) fail(`${login} could not log in: ${answer.status} ${short(answer.text)}`)
		await c.follow()
	}

	async do_open([path]) { this.page(await this.browser.open(path)) }
	async do_fill(args) { for (const [name, value] of args.map(pair)) this.browser.fill(name, value) }
	async do_attach(args) { for (const [name, value] of args.map(pair)) this.browser.fill(name, value, join(this.dir, value)) }
	async do_press([text]) { this.page(await this.browser.press(text)) }
	async do_follow([text]) { this.page(text ? await this.browser.open(link(this.browser.page.tree, text)) : await this.browser.follow()) }
	async do_post([path, ...fields]) { this.page(await this.browser.post(path, fields.map(pair), false)) }
	async do_post_forged([path, ...fields]) { this.page(await this.browser.post(path, fields.map(pair), true)) }

	async do_file([name], text) {
		if (/[/\\]/.test(name)) fail('a file is named without folders')
		writeFileSync(join(this.dir, name), text ?? '')
		chmodSync(join(this.dir, name), 0o644)
	}

	async do_save([name, from, what]) {
		if (!/^[A-Z][A-Z0-9_]*$/.test(name)) fail('a saved value has a NAME of capitals')
		const value = from === 'json' ? at(this.json(), what)
			: from === 'location' ? this.last.answer.headers.location
			: from === 'text' ? new RegExp(what, 'u').exec(this.said())?.[1]
			: fail(`save NAME json|location|text: ${from}`)
		if (value === undefined) fail(`nothing found to save: ${what ?? from}`)
		this.saved[name] = String(value)
	}

	/* ---- expectations ---- */
	said() { return this.last?.kind === 'page' ? this.last.answer.text : this.last?.run.out ?? fail('nothing has been done yet') }

	json() {
		const text = this.last?.kind === 'page' ? this.last.answer.raw : this.last?.run.out
		try { return JSON.parse(text) } catch { return fail(`this is no JSON: ${short(text ?? '')}`) }
	}

	async do_expect(args) {
		const no = args[0] === 'no'
		const [what, ...rest] = no ? args.slice(1) : args
		if (/^\d{3}$/.test(what)) {
			const a = this.last?.kind === 'page' ? this.last.answer : fail('no page was asked for')
			this.last.stated = true
			return a.status === Number(what) || fail(`status ${a.status}${a.headers.location ? ` to ${a.headers.location}` : ''}: ${short(a.text)}`)
		}
		const method = this[`expect_${what}`] ?? fail(`no such expectation: ${what}`)
		if (what !== 'exit' && what !== 'error') this.settleUnlessStated()
		const complaint = await method.call(this, rest, no)
		if (complaint) fail(complaint)
	}

	settleUnlessStated() { if (this.last?.kind === 'page') this.settle() }

	expect_exit([code]) {
		this.last.stated = true
		const { run } = this.last
		return String(run.code) !== code && `exit ${run.code}: ${short(run.err + run.out)}`
	}

	holds(texts, no, where, name) {
		if (!texts.length) fail(`expect ${name} TEXT`)
		for (const t of texts) if (where.includes(t) === no) return `${no ? 'not expected' : 'missing'}: "${t}" in: ${short(where)}`
	}

	expect_text(texts, no) { return this.holds(texts, no, this.said(), 'text') }
	expect_error(texts, no) { return this.holds(texts, no, this.last.run?.err ?? fail('no command was run'), 'error') }

	expect_button(texts, no) {
		if (!texts.length) fail('expect button TEXT')
		const there = buttons(this.browser.page.tree).map(b => b.label)
		for (const t of texts) if (there.includes(t) === no) return `${no ? 'not expected' : 'missing'}: button "${t}"; there are: ${there.join(', ') || 'none'}`
	}

	expect_lines([n]) {
		const lines = this.said().split('\n').length - 1
		return lines !== Number(n) && `${lines} lines: ${short(this.said())}`
	}

	expect_header([name, text], no) {
		const value = String(this.last.answer.headers[name.toLowerCase()] ?? '')
		return value.includes(text ?? '') && value !== '' === no ? `${name}: ${value}` : no === (value !== '' && value.includes(text ?? '')) && `${name}: ${value || '(absent)'}`
	}

	expect_location([path]) {
		const to = this.last.answer.headers.location ?? ''
		const ok = path.endsWith('*') ? to.startsWith(path.slice(0, -1)) : to === path
		return !ok && `location: ${to || '(absent)'}`
	}

	expect_field([name, value]) {
		const { tree } = this.browser.page
		const found = forms(tree).flatMap(f => controls(tree, f)).filter(c => c.name === name)
		if (!found.length) return `no field "${name}"`
		const holds = found.filter(c => !['radio', 'checkbox'].includes(c.type) || c.sent).map(c => c.value)
		return value !== undefined && !holds.includes(value) && `"${name}" holds ${JSON.stringify(holds)}`
	}

	expect_json([path, ...rest], no) {
		const value = at(this.json(), path)
		if (no) return value !== undefined && value !== null && `${path} is ${JSON.stringify(value)}`
		if (rest[0] === 'length' && rest.length === 2)
			return (value?.length ?? NaN) !== Number(rest[1]) && `${path} has length ${value?.length}: ${short(JSON.stringify(value) ?? 'undefined')}`
		if (!rest.length) return (value === undefined || value === null) && `${path} is missing`
		const wanted = rest.join(' ')
		const is = typeof value === 'string' ? value : JSON.stringify(value)
		return is !== wanted && `${path} is ${is}, not ${wanted}`
	}

	async expect_audit(words) {
		const entries = (await this.must(['audit', 'list', '--data', this.saved.DATA, '--format', 'jsonl'])).out.trim().split('\n').filter(Boolean)
		const fresh = entries.filter(e => !this.audited.has(e))
		const found = fresh.find(e => words.every(w => e.includes(w)))
		if (!found) return `no new audit entry with ${words.join(' ')} among ${fresh.length}: ${short(fresh.join('\n'))}`
		this.audited = new Set(entries)
	}

	async expect_whole() {
		const r = await this.run(['audit', 'verify', '--data', this.saved.DATA])
		return r.code !== 0 && `the audit log does not verify: exit ${r.code} ${r.err}${r.out}`
	}
}
