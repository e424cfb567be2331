// run.mjs - opens the pages in a real browser: run.mjs PROGRAM [WORD]. With a word only the journeys whose name has it; with PICTURES=DIR
// a picture of each page that is looked at. Every page that a role reaches is looked at wide and narrow, in
// both languages: errors, content policy, accessibility (axe), overflow, language. Then what only a browser shows (journeys.mjs).
import { chromium } from 'playwright-core'
import axe from 'axe-core'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { mkdirSync } from 'node:fs'
import { World } from '../scenario/world.mjs'
import { journeys } from './journeys.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const [program, only] = process.argv.slice(2)
const pictures = join(here, '../../build/check/pages')
export const PASSWORD = 'Scenario-7-Password'
const SAMPLE_PASSWORD = 'Minato-demo-2026'
const PAGES_MAX = 50
const WIDE = 1280, NARROW = 390

let passed = 0, failed = 0
function result(what, wrong) {
	if (!wrong || wrong.length === 0) passed++
	else { failed++; console.log(`FAILED ${what}\n  ${[].concat(wrong).join('\n  ')}`) }
}

/** Runs in the page: what a person or a screen reader would stumble over and axe does not see. */
function lookAround(language) {
	const wrong = []
	const root = document.documentElement
	if (root.lang !== language) wrong.push(`the page says it is in "${root.lang}", not "${language}"`)
	if (!document.title.trim()) wrong.push('no title')
	if (document.querySelectorAll('h1').length !== 1) wrong.push(`${document.querySelectorAll('h1').length} main headings`)
	if (root.scrollWidth > window.innerWidth + 1) {
		const wide = [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > window.innerWidth + 1).slice(0, 3)
		wrong.push(`wider than the window (${root.scrollWidth} > ${window.innerWidth}): ${wide.map(e => e.tagName + (e.className ? '.' + e.className : '')).join(' ')}`)
	}
	for (const e of document.querySelectorAll('[style]')) wrong.push(`inline style on ${e.tagName}`)
	for (const e of document.querySelectorAll('a[href^="javascript:"], [onclick], [onload], script:not([src])')) wrong.push(`inline script in ${e.tagName}`)
	const missing = document.body.innerText.match(/\{\d\}|\(null\)|undefined|NaN|MSG_[A-Z_]+/)
	if (missing) wrong.push(`a text with a hole: "${missing[0]}"`)
	return wrong
}

async function look(page, what, language, complaints) {
	const wrong = [...await page.evaluate(lookAround, language), ...complaints.splice(0)]
	await page.evaluate(axe.source)
	const found = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }))
	for (const v of found.violations) wrong.push(`${v.id} (${v.impact}): ${v.help}: ${v.nodes.slice(0, 2).map(n => n.target.join(' ')).join(', ')}`)
	if (process.env.PICTURES) {
		mkdirSync(process.env.PICTURES, { recursive: true })
		await page.screenshot({ path: join(process.env.PICTURES, what.replace(/[^a-z0-9]+/gi, '_') + '.png'), fullPage: true })
	}
	if (wrong.length) {
		mkdirSync(pictures, { recursive: true })
		const file = join(pictures, what.replace(/[^a-z0-9]+/gi, '_') + '.png')
		await page.screenshot({ path: file, fullPage: true }).catch(() => {})
		wrong.push(`picture: ${file}`)
	}
	result(what, wrong)
}

/** A page with an ear for everything that goes wrong in it. */
export async function open(browser, world, { width = 1280, language = 'ja', script = true } = {}) {
	const context = await browser.newContext({ ignoreHTTPSErrors: true, javaScriptEnabled: script, locale: language === 'ja' ? 'ja-JP' : 'en-GB', viewport: { width, height: 900 }, baseURL: world.base, isMobile: width < 600, hasTouch: width < 600 })
	const page = await context.newPage()
	page.setDefaultTimeout(15000)
	const complaints = []
	page.on('pageerror', e => complaints.push(`script error: ${e.message}`))
	page.on('console', m => { if (m.type() === 'error' || /Content Security Policy/.test(m.text())) complaints.push(`console: ${m.text()} ${m.location().url ?? ''}`) })
	page.on('request', r => { if (!r.url().startsWith(world.base) && !/^(data|blob|about):/.test(r.url())) complaints.push(`asks elsewhere: ${r.url()}`) })
	return { page, context, complaints }
}

export async function logIn(page, login, password = PASSWORD) {
	await page.goto('/login')
	await page.fill('input[name=login]', login)
	await page.fill('input[name=password]', password)
	await Promise.all([page.waitForNavigation(), page.click('main button[type=submit], form button:not([type=button])')])
}

async function crawl(browser, world, role, language, width, password) {
	const { page, context, complaints } = await open(browser, world, { width, language })
	if (role !== 'nobody') await logIn(page, role, password)
	const seen = new Set(), queue = ['/']
	while (queue.length && seen.size < PAGES_MAX) {
		const path = queue.shift()
		const shape = path.replace(/\d+/g, 'N').replace(/=[^&]*/g, '=')
		if (seen.has(shape)) continue
		seen.add(shape)
		const what = `${role} ${language} ${width} ${path}`
		if (/\/(export|file|download)\b/.test(path)) {            /* goes to a file, not to the screen */
			const file = await context.request.get(path)
			result(what, file.status() !== 200 ? `status ${file.status()}` : /attachment/.test(file.headers()['content-disposition'] ?? '') ? [] : 'a file that would be shown')
			continue
		}
		const answer = await page.goto(path).catch(e => { result(what, e.message.split('\n')[0]); return null })
		if (!answer) continue
		if (!/text\/html/.test(answer.headers()['content-type'] ?? '')) { result(what, answer.status() === 200 ? [] : `status ${answer.status()}`); continue }
		if (answer.status() !== 200) { result(what, `status ${answer.status()} from a link of a page`); complaints.splice(0); continue }
		await look(page, what, language, complaints)
		for (const href of await page.$$eval('a[href]:not([download])', as => as.map(a => a.href))) {
			const url = new URL(href)
			if (url.origin + '/' === world.base && !url.pathname.startsWith('/lang/') && !url.pathname.startsWith('/static/')) queue.push(url.pathname + url.search)
		}
	}
	await context.close()
}

const world = new World(program, 'sqlite', 0), sample = new World(program, 'sqlite', 1)
let browser
try {
	if (!only) {
		await sample.must(['demo', sample.saved.DATA, '--once'])
		await sample.do_serve()
	}
	await world.do_store()
	for (const role of ['privacy_manager', 'employee']) await world.do_user([role, role])
	await world.do_serve()
	browser = await chromium.launch({ executablePath: join(here, 'chromium.sh'), chromiumSandbox: false })
	if (!only) for (const [role, language, width] of [['nobody', 'ja', WIDE], ['nobody', 'en', NARROW], ['admin', 'ja', NARROW], ['admin', 'en', WIDE], ['employee', 'ja', NARROW]])
		await crawl(browser, world, role, language, width)
	// The sample organisation has everything that an empty one lacks.
	if (!only) for (const [role, language, width] of [['kanri', 'ja', WIDE], ['kanri', 'en', NARROW], ['shacho', 'ja', NARROW], ['kansa', 'en', WIDE], ['nobody', 'ja', NARROW]])
		await crawl(browser, sample, role, language, width, SAMPLE_PASSWORD)
	for (const [name, journey] of Object.entries(journeys).filter(([name]) => name.includes(only ?? ''))) {
		try { result(name, await journey({ browser, world, open: options => open(browser, world, options), logIn, look })) }
		catch (e) { result(name, e.message.split('\n').slice(0, 8)) }
	}
} catch (e) {
	if (world.log || sample.log) console.log(world.log, sample.log)
	result('the browser tests themselves', e.stack.split('\n').slice(0, 12))
} finally {
	await browser?.close()
	await world.end()
	await sample.end()
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed || !passed ? 1 : 0)
