// journeys.mjs - what only a real browser shows: keyboard alone, no script, cookies, the back button. Each returns what is wrong.
import { incidentWhole } from './journeys/incident_whole.mjs'
import { ledgerImport } from './journeys/ledger_import.mjs'

export const journeys = {
	...incidentWhole,
	...ledgerImport,

	async 'the keyboard alone logs in'({ open }) {
		const { page, context } = await open()
		await page.goto('/login')
		const way = []
		for (let i = 0; i < 25; i++) {
			await page.keyboard.press('Tab')
			const at = await page.evaluate(() => {
				const e = document.activeElement
				const style = getComputedStyle(e)
				return { name: e.getAttribute('name') ?? e.tagName.toLowerCase(), seen: style.outlineStyle !== 'none' || style.boxShadow !== 'none' }
			})
			way.push(at)
			if (at.name === 'login') await page.keyboard.type('admin')
			if (at.name === 'password') {
				await page.keyboard.type('Scenario-7-Password')
				await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')])
				break
			}
		}
		const wrong = way.filter(w => !w.seen).map(w => `nothing shows that ${w.name} has the focus`)
		if (way.length < 2 || /\/login/.test(page.url())) wrong.push(`not logged in after ${way.map(w => w.name).join(' > ')}`)
		await context.close()
		return wrong
	},

	async 'a record and its list on another day, and two versions side by side'({ open, logIn }) {
		const wrong = []
		for (const width of [1280, 390]) {
			const { page, context } = await open({ width })
			await logIn(page, 'admin')
			await page.goto('/r/appointment')
			await page.click('main tbody td.main a')
			const present = page.url()
			await page.click('details.more summary')
			await page.fill('#f-as_of', '2001-01-01')
			await Promise.all([page.waitForNavigation(), page.click('details.more button')])
			if (!/まだ登録されていない/.test(await page.locator('main').innerText())) wrong.push(`${width}: a day before it was there shows something`)
			if (await page.inputValue('#f-as_of') !== '2001-01-01') wrong.push(`${width}: the day that was asked for is lost`)
			await page.goto('/r/appointment?as_of=2099-01-01&on=2099-01-01')
			if (!/2099-01-01 の時点の登録内容により/.test(await page.locator('main').innerText())) wrong.push(`${width}: the list does not say of which day it is`)
			if (!(await page.locator('details.more[open] #f-on').count())) wrong.push(`${width}: the days that were asked for are folded away`)
			await page.goto(`${present.replace(/\?.*/, '')}/v/1`)
			if (!/第1版/.test(await page.locator('main').innerText())) wrong.push(`${width}: the first version is not named`)
			const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
			if (over > 1) wrong.push(`${width}: ${over} wider than the window`)
			await context.close()
		}
		return wrong
	},

	async 'everything works without script'({ open, logIn }) {
		const { page, context } = await open({ script: false })
		await logIn(page, 'admin')
		const wrong = /\/login/.test(page.url()) ? ['not logged in without script'] : []
		await page.goto('/')
		if (!(await page.locator('main').innerText()).trim()) wrong.push('the home page is empty without script')
		await context.close()
		return wrong
	},

	async 'the session cookie is out of reach'({ open, logIn }) {
		const { page, context } = await open()
		await logIn(page, 'admin')
		const wrong = []
		const cookies = await context.cookies()
		if (!cookies.length) wrong.push('no cookie')
		for (const c of cookies) {
			if (!c.name.startsWith('__Host-')) wrong.push(`${c.name}: not a __Host- cookie`)
			if (!c.secure || !c.httpOnly) wrong.push(`${c.name}: secure ${c.secure}, httpOnly ${c.httpOnly}`)
			if (!['Lax', 'Strict'].includes(c.sameSite)) wrong.push(`${c.name}: SameSite ${c.sameSite}`)
		}
		if (await page.evaluate(() => document.cookie)) wrong.push('a script can read cookies')
		await context.close()
		return wrong
	},

	async 'after log-out the back button shows nothing'({ open, logIn }) {
		const { page, context } = await open()
		await logIn(page, 'admin')
		await page.goto('/area/settings')
		const inside = await page.locator('main').innerText()
		await page.evaluate(() => [...document.forms].find(f => f.action.endsWith('/logout'))?.requestSubmit())
		await page.waitForURL(u => !/\/area\//.test(u.pathname))
		await page.goBack()
		const shown = await page.locator('main').innerText()
		await context.close()
		return inside && shown === inside ? ['the page of before is still there'] : []
	},

	// REQ: INC-40 - an incident on a phone: reported by an employee in a sentence, taken up by the manager, asked only what decides.
	async 'an incident on a phone'({ open, logIn, look }) {
		const employee = await open({ width: 360 }), manager = await open({ width: 360 })
		const press = (page, text) => Promise.all([page.waitForNavigation(), page.click(`main button:has-text("${text}")`)])
		const wrong = []
		await logIn(employee.page, 'employee')
		await employee.page.click('a.at-once')
		await employee.page.waitForURL(/page\/report/)
		await look(employee.page, 'report form 360', 'ja', employee.complaints)
		await employee.page.fill('#f-summary', '名簿を入れたかばんを電車に置き忘れた。')
		await employee.page.check('input[name=_kind][value=loss]')
		await press(employee.page, '報告する')
		await look(employee.page, 'after the report 360', 'ja', employee.complaints)
		if (!(await employee.page.locator('main').innerText()).includes('なくした')) wrong.push('the own report is not listed')
		await logIn(manager.page, 'privacy_manager')
		await manager.page.click('.due a:has-text("なくした")')
		await manager.page.waitForURL(/incident\/\d+/)
		await press(manager.page, '緊急事態として調査する')
		await look(manager.page, 'case with questions 360', 'ja', manager.complaints)
		await manager.page.check('input[name=kinds][value=loss]')
		await manager.page.selectOption('#f-cause_kind', 'lost')
		await manager.page.fill('#f-items', '氏名\n住所')
		await manager.page.fill('#f-persons', '1001')
		await press(manager.page, '答えを保存する')
		await look(manager.page, 'case with clocks 360', 'ja', manager.complaints)
		const said = await manager.page.locator('main').innerText()
		for (const word of ['1日目', '目安まであと', '期限まであと', '人の判断が必要', '1,000人を超える']) if (!said.includes(word)) wrong.push(`missing: ${word}`)
		if (said.includes('違法')) wrong.push('a guide is called a breach')
		await employee.context.close()
		await manager.context.close()
		return wrong
	},

	async 'no page may be framed'({ open }) {
		const { page, context } = await open()
		const answer = await page.goto('/login')
		const h = answer.headers()
		const wrong = []
		if (!/frame-ancestors 'none'/.test(h['content-security-policy'] ?? '')) wrong.push(`content-security-policy: ${h['content-security-policy']}`)
		if (/unsafe-inline|unsafe-eval/.test(h['content-security-policy'] ?? '')) wrong.push('the policy allows inline code')
		for (const [name, want] of [['x-content-type-options', /nosniff/], ['referrer-policy', /no-referrer|same-origin/], ['strict-transport-security', /max-age=\d{7,}/], ['cache-control', /no-store/]])
			if (!want.test(h[name] ?? '')) wrong.push(`${name}: ${h[name] ?? '(absent)'}`)
		await context.close()
		return wrong
	},
}
