// incident_whole.mjs - W10 on a phone, from the first word of an employee to the close by top management; each page is looked at.
const WIDTH = 390

/** Presses the button of a form in the main part and waits for the page that follows. */
const press = (page, text) => Promise.all([page.waitForNavigation(), page.click(`main button:has-text("${text}")`)])
const follow = (page, text) => Promise.all([page.waitForNavigation(), page.click(`main a:has-text("${text}")`)])
const said = page => page.locator('main').innerText()

async function fill(page, fields) {
	for (const [name, value] of Object.entries(fields)) {
		const e = page.locator(`main [name="${name}"]`)
		const kind = await e.first().evaluate(x => x.tagName === 'SELECT' ? 'select' : x.type)
		if (kind === 'select') await e.selectOption(value)
		else if (kind === 'radio' || kind === 'checkbox') await page.check(`main [name="${name}"][value="${value}"]`)
		else await e.fill(value)
	}
}

/** Opens a new record's form, fills it and presses. */
async function enter(page, path, fields, button) {
	await page.goto(path)
	await fill(page, fields)
	await press(page, button)
}

// REQ: INC-07, INC-40, INC-41 - the whole way on a phone-sized screen.
export const incidentWhole = {
	async 'an incident from report to close on a phone'({ open, logIn, look }) {
		const people = {}
		const wrong = []
		const seen = async (who, what) => look(people[who].page, `W10 ${what} ${WIDTH}`, 'ja', people[who].complaints)
		for (const who of ['employee', 'privacy_manager', 'admin']) {
			people[who] = await open({ width: WIDTH })
			await logIn(people[who].page, who)
		}
		const { page: employee } = people.employee, { page: manager } = people.privacy_manager, { page: top } = people.admin

		const today = await manager.evaluate(() => new Date(Date.now() + 9 * 3600e3).toISOString().slice(0, 10))
		await enter(manager, '/r/contact/new', { kind: 'ppc', name: '個人情報保護委員会', url: 'https://ppc.example/', conditions: '漏えい等のとき' }, '登録する')

		// A minute is enough: one sentence and one tap. A shaken thumb finds everything without scrolling sideways.
		const begun = Date.now()
		await employee.goto('/')
		await Promise.all([employee.waitForNavigation(), employee.click('a.at-once')])
		await seen('employee', 'report')
		const must = await employee.locator('main [required]').count()
		if (must > 2) wrong.push(`${must} fields are demanded of somebody who is shaken`)
		await fill(employee, { summary: '健診結果のメールを別の方に送ってしまった。', _kind: 'misdelivery' })
		await press(employee, '報告する')
		if (Date.now() - begun > 60000) wrong.push('the report took more than a minute')
		await seen('employee', 'reported')

		// The manager: triage, then only the questions that decide.
		await manager.goto('/')
		await follow(manager, '間違えて送った')
		const at = new URL(manager.url()).pathname
		await seen('privacy_manager', 'triage')
		await press(manager, '緊急事態として調査する')
		await seen('privacy_manager', 'questions')
		await fill(manager, { kinds: 'leak', cause_kind: 'mis_sent', items: '健康診断の結果', persons: '1', sensitive: 'yes', financial: 'no', improper: 'no', my_number: 'no', medium: 'electronic', encrypted: 'no', recovered: 'no', entrusted: 'no' })
		await press(manager, '答えを保存する')
		await seen('privacy_manager', 'clocks')
		for (const word of ['1日目', '目安まであと4日', '該当', 'いま必要なこと']) if (!(await said(manager)).includes(word)) wrong.push(`after the answers: ${word} is missing`)

		// Top management acknowledges and sets up the council; the manager writes the minutes.
		await top.goto(at)
		await press(top, '当局への報告を了承する')
		await follow(top, '緊急事態対策会議')
		await seen('admin', 'council')
		await press(top, '対策会議を設置する')
		await manager.goto(at)
		await follow(manager, '議事録を作成する')
		await fill(manager, { held_on: today, facts: '健診結果1名分を別の方に送った。', 'attendees.0.outsider': '顧問', 'decisions.0.kind': 'notice', 'decisions.0.what': '電話と書面で通知する。', 'decisions.1.kind': 'report', 'decisions.1.what': '委員会に報告する。' })
		await seen('privacy_manager', 'minutes')
		await press(manager, '保存して議事録を確定する')
		await manager.goto(at)
		await press(manager, '対策会議のもとで対応を始める')
		await follow(manager, '対象の個人情報と被害の大きさ')
		await follow(manager, '編集する')
		await fill(manager, { result: '1名分と確認した。' })
		await seen('privacy_manager', 'first step')
		await press(manager, '保存して完了にする')
		await manager.goto(at)
		await follow(manager, '判定の記録を開く')
		await seen('privacy_manager', 'verdict')
		await press(manager, '判定する')

		// The report to the Commission, with its number: one for both stages, for everything is known.
		await manager.goto(at)
		await manager.goto(at + '/edit')
		await fill(manager, { cause: '宛先の候補を選び誤った。', secondary: '確認されていない。', done: '送信の保留を設定した。', notices: 'done', notices_how: '電話と書面で通知した。', announced: 'waived', announced_how: '対象の方に直接通知したため。' })
		await seen('privacy_manager', 'edit')
		await press(manager, '保存する')
		await manager.goto(at)
		await follow(manager, 'への速報')
		await seen('privacy_manager', 'filing')
		await follow(manager, '編集する')
		await fill(manager, { stage: 'both', filed_on: today, receipt: 'R-1' })
		await press(manager, '保存して提出済みにする')
		if (/edit/.test(manager.url())) wrong.push((await manager.locator('#problems').innerText()))

		// The person is told.
		const incident = at.split('/').pop()
		await enter(manager, `/r/affected_person/new?incident=${incident}`, { person: '潮風 一郎', address: 'みなと市1-1' }, '下書きとして保存')
		await enter(manager, `/r/incident_notice/new?incident=${incident}`, { title: 'お詫びとお知らせ', channel: 'letter', facts: 'メールを誤って送りました。', items: '健康診断の結果', measures: '削除を確かめました。', desk: '総務部 03-0000-0000' }, '保存して対策会議の決定として確定する')
		await seen('privacy_manager', 'notice')
		await press(manager, '未通知の全員を通知済みにする')

		// Settled, the rest of the record, and closed; too early it names what is missing.
		await top.goto(at)
		await press(top, '初動対応の終息を判断する')
		await top.goto(at)
		await press(top, '終結し対策会議を解散する')
		people.admin.complaints.splice(0)                  // a refusal is an answer of 422, of which the browser complains
		await seen('admin', 'closing refused')
		if (!(await said(top)).includes('根本原因の調査結果（恒久対応）：入力してください。')) wrong.push('closing too early does not name what is missing')
		await manager.goto(at + '/edit')
		await fill(manager, { analysis: '送信前の確認が一人だった。', nonconformity: 'no', no_corrective: '保留の設定の効果を確かめたため。', no_inquiries: 'yes', no_outside: 'yes', no_inside: 'yes' })
		await press(manager, '保存する')
		await top.goto(at)
		await seen('admin', 'settled')
		await press(top, '終結し対策会議を解散する')
		await seen('admin', 'closed')
		if (!/終結/.test(await said(top))) wrong.push('the case is not closed')
		for (const p of Object.values(people)) await p.context.close()
		return wrong
	},
}
