// pages.mjs - looks at the pages in a real browser: desktop and phone, Japanese and English, with axe-core; screenshots go
// to build/screenshots. Usage: node tests/browser/pages.mjs [PATH-OF-TOBARI [VIEW]]. Ends with "N passed, N failed".
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const require = createRequire(import.meta.url)
const browserPath = '/usr/bin/chromium'
let chromium, axe
try {
	({ chromium } = require('playwright-core'))
	axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')
} catch {
	console.log('0 passed, 0 failed, 1 skipped (npm ci in tests/browser has not run)')
	process.exit(0)
}
if (!existsSync(browserPath)) {
	console.log('0 passed, 0 failed, 1 skipped (no Chromium)')
	process.exit(0)
}

const tobari = process.argv[2] ?? 'build/tobari'
const only = process.argv[3]
const password = 'Kaede-8147-yama'
const dir = mkdtempSync(join(tmpdir(), 'tobari_browser_'))
const data = join(dir, 'data')
const shots = 'build/screenshots'
mkdirSync(shots, { recursive: true })

const run = (...args) => {
	const r = spawnSync(tobari, args, { input: `${password}\n`, encoding: 'utf8' })
	if (r.status !== 0) throw new Error(`${args.join(' ')}: ${r.stderr}`)
}
run('init', data, '--admin', 'admin', '--password-stdin')
run('user', 'add', 'manager', '--data', data, '--role', 'privacy_manager', '--name', '個人 守', '--password-stdin')
run('user', 'add', 'head', '--data', data, '--role', 'department_head', '--name', '営業 花子', '--department', '営業部', '--password-stdin')

const server = spawn(tobari, ['serve', '--data', data, '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'inherit'] })
const base = await new Promise((resolve, reject) => {
	server.stdout.once('data', d => resolve(d.toString().trim().replace(/\/$/, '')))
	server.once('exit', code => reject(new Error(`serve ended with ${code}`)))
})

let passed = 0, failed = 0
const check = (ok, what) => {
	if (ok) passed++
	else { failed++; console.log(`not ok: ${what}`) }
}

const flags = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
if (process.getuid() === 0) flags.push('--no-sandbox')
const browser = await chromium.launch({ executablePath: browserPath, headless: true, args: flags })
const views = [
	{ name: 'desktop-ja', viewport: { width: 1280, height: 900 }, locale: 'ja-JP' },
	{ name: 'phone-ja', viewport: { width: 390, height: 844 }, locale: 'ja-JP', isMobile: true, hasTouch: true },
	{ name: 'narrow-en', viewport: { width: 320, height: 640 }, locale: 'en-US' },
	{ name: 'desktop-en', viewport: { width: 1280, height: 900 }, locale: 'en-US' },
]

/** The page is whole: no violation, no sideways scrolling, no error of the script or the policy. */
const look = async (page, view, name, errors) => {
	const height = await page.evaluate(() => document.documentElement.scrollHeight)
	await page.screenshot({ path: join(shots, `${name}-${view.name}.png`), fullPage: true,
		clip: { x: 0, y: 0, width: view.viewport.width, height: Math.min(height, 4000) } })
	await page.evaluate(axe)
	const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }))
	for (const v of found.violations)
		check(false, `${name} ${view.name}: ${v.id} at ${v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(', ')}`)
	check(found.violations.length === 0, `${name} ${view.name} has violations`)
	const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
	check(wide <= 0, `${name} ${view.name} is ${wide} px too wide`)
	check(errors.length === 0, `${name} ${view.name}: ${errors.join('; ')}`)
	errors.length = 0
}

const open = async (view, scripts) => {
	const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: view.viewport, locale: view.locale,
		isMobile: view.isMobile, hasTouch: view.hasTouch, bypassCSP: true, javaScriptEnabled: scripts, reducedMotion: 'reduce' })
	return { context, page: await context.newPage() }
}

const logIn = async (page, who) => {
	await page.goto(`${base}/login`)
	await page.fill('#f-login', who)
	await page.fill('#f-password', password)
	await page.click('main button[type=submit]')
	await page.waitForURL(`${base}/`)
}

const saveDraft = async page => {
	const draft = page.locator('main button[name=_move][value=""]')
	await (await draft.count() ? draft : page.locator('main .sticky button').first()).click()
}

process.on('exit', () => server.kill('SIGKILL'))
for (const view of views.filter(v => !only || v.name === only)) {
	const { context, page } = await open(view, true)
	const errors = []
	page.on('pageerror', e => errors.push(e.message))
	await page.goto(base)
	check(await page.getAttribute('html', 'lang') === view.locale.slice(0, 2), `${view.name}: language of the page`)
	await look(page, view, 'home', errors)
	await page.goto(`${base}/login`)
	await look(page, view, 'login', errors)
	await page.goto(`${base}/form/enquiry`)
	check(!(await page.isChecked('#f-consent')), 'the box for consent is ticked beforehand')
	await page.click('main button[type=submit]')
	await look(page, view, 'enquiry-problems', errors)
	check(await page.isVisible('#problems'), 'problems are told at the top')
	await logIn(page, 'head')
	for (const [name, path] of [['today', '/'], ['list-empty', '/r/ledger?step=retired'], ['form', '/r/ledger/new'], ['area', '/area/settings']]) {
		await page.goto(base + path)
		await look(page, view, name, errors)
	}
	await page.goto(`${base}/r/ledger/new`)
	await page.fill('#f-name', `顧客名簿 ${view.name}`)
	await saveDraft(page)
	await page.waitForURL(/\/r\/ledger\/\d+/)
	await look(page, view, 'record', errors)
	await page.goto(`${base}/r/ledger`)
	await look(page, view, 'list', errors)
	await context.clearCookies()
	await logIn(page, 'manager')
	await page.goto(`${base}/conformity`)
	await look(page, view, 'conformity', errors)
	await page.goto(`${base}/conformity/J.3`)
	await look(page, view, 'conformity-group', errors)
	await page.goto(`${base}/r/ledger/import`)
	await look(page, view, 'import', errors)
	await context.close()
}

// Everything works without a script, and with the keyboard alone.
{
	const { context, page } = await open(views[0], false)
	await logIn(page, 'head')
	await page.goto(`${base}/r/ledger/new`)
	await page.fill('#f-name', 'スクリプトなし')
	await saveDraft(page)
	check(/\/r\/ledger\/\d+/.test(page.url()), 'a record is made without a script')
	await context.close()
}
{
	const { context, page } = await open(views[0], true)
	await page.goto(base)
	await page.keyboard.press('Tab')
	check(await page.evaluate(() => document.activeElement.className) === 'skip', 'the first stop is the link to the content')
	await page.keyboard.press('Enter')
	check(await page.evaluate(() => document.activeElement.id) === 'main', 'it leads to the content')
	await page.emulateMedia({ media: 'print' })
	check(!(await page.isVisible('.tools')), 'tools are not printed')
	await context.close()
}

// The pages obey their own policy: nothing inline, nothing from elsewhere.
{
	const context = await browser.newContext({ ignoreHTTPSErrors: true })
	const page = await context.newPage()
	const broken = []
	page.on('console', m => { if (m.type() === 'error') broken.push(m.text()) })
	await logIn(page, 'manager')
	for (const path of ['/', '/r/ledger', '/r/ledger/new', '/conformity', '/password']) await page.goto(base + path)
	check(broken.length === 0, `policy: ${broken.join('; ')}`)
	await context.close()
}

await browser.close()
server.kill('SIGTERM')
const begin = Date.now()
const code = await new Promise(resolve => server.once('exit', resolve))
check(code === 0 && Date.now() - begin < 5000, 'SIGTERM ends the server with exit 0 within 5 s')
rmSync(dir, { recursive: true, force: true })
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
