// ledger_import.mjs - the ledger that lives in Excel today, brought in through the pages: wrong files, several sheets, columns
// corrected by hand, and the batch that the privacy manager approves with the statement that nothing is missing.
import { workbook } from '../workbook.mjs'

const press = (page, text) => Promise.all([page.waitForNavigation(), page.click(`main button:has-text("${text}")`)])
const said = page => page.locator('main').innerText()

const book = workbook({
	表紙: { rows: [['個人情報管理台帳'], ['作成：総務部']] },
	総務課: {
		rows: [
			['個人情報管理台帳', '', '', '', '', '', '', ''],
			['※年1回見直すこと', '', '', '', '', '', '', ''],
			['No.', '所管部署', '個人情報の名称', '利用目的', '件数', '保管', '', '鍵の担当'],
			['', '', '', '', '', '場所', '期間', ''],
			['S-1', '総務課', '従業員名簿', '労務管理のため', '約１２０', '書庫A', '退職後3年', '佐藤'],
			['S-2', '総務課', '来訪者カード', '入退室の管理のため', '', '受付', '1年', '田中'],
		],
		merged: ['A1:H1', 'F3:G3'],
	},
	営業課: { rows: [['管理番号', '部門', '個人情報の名称', '利用目的', '件数', '保管場所'], ['E-1', '営業課', '取引先名簿', '連絡のため', '約300', '共有フォルダ']] },
})

/** The old binary format, as far as a program looks at it; `stream` names what it holds. */
const compound = stream => Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(504), Buffer.from(stream, 'utf16le'), Buffer.alloc(512)])

async function choose(page, name, bytes) {
	await page.goto('/r/ledger/import')
	await page.setInputFiles('#f-file', { name, mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) })
	await press(page, '違いを確認する')
	return said(page)
}

// REQ: LED-02
export const ledgerImport = {
	async 'a ledger of several sheets comes in through the pages'({ open, logIn, look }) {
		const wrong = []
		const must = (text, ...words) => { for (const word of words) if (!text.includes(word)) wrong.push(`missing: ${word}`) }
		const { page, context, complaints } = await open({ width: 1280 }), phone = await open({ width: 390 })
		const refused = () => complaints.splice(0, complaints.length, ...complaints.filter(c => !/status of 4\d\d/.test(c)))
		await logIn(page, 'privacy_manager')
		await logIn(phone.page, 'privacy_manager')

		// Files that are no table are refused with what to do, and nothing is lost.
		for (const [name, bytes, words] of [
			['台帳.xls', compound('Workbook'), ['.xlsx']],
			['台帳.xlsx', compound('EncryptedPackage'), ['パスワード']],
			['台帳.csv', '管理番号,部門,個人情報の名称\nA-1,総務課,"従業員名簿\n', ['2行目']],
			['写真.xlsx', Buffer.from('ffd8ffe000104a464946', 'hex'), ['Excel']],
			['空.csv', '', ['表']],
		]) {
			must(await choose(page, name, bytes), ...words)
			refused()
			await look(page, `import refuses ${words[0]} 1280`, 'ja', complaints)
		}

		// Every sheet that holds a table, with what was made of it.
		const seen = await choose(page, '台帳.xlsx', book)
		must(seen, '総務課!5', '営業課!2', '表紙', '説明や記入例', '新規', '従業員名簿', '約１２０', '退職後3年')
		await page.evaluate(() => { for (const d of document.querySelectorAll('main details')) d.open = true })
		must(await said(page), '鍵の担当', '独自の項目として追加する')
		await look(page, 'import difference 1280', 'ja', complaints)
		await choose(phone.page, '台帳.xlsx', book)
		await look(phone.page, 'import difference 390', 'ja', phone.complaints)

		// One sheet alone, and a column that is no field of ours.
		await page.selectOption('#f-other', '営業課')
		await press(page, 'このシートで違いを確認し直す')
		const one = await said(page)
		must(one, '取引先名簿')
		if (one.includes('従業員名簿')) wrong.push('the other sheet is still there')
		await page.selectOption('#f-other', '')
		await press(page, 'このシートで違いを確認し直す')
		await page.evaluate(() => { for (const d of document.querySelectorAll('main details')) d.open = true })
		await page.selectOption('main .field:has(label:text-is("鍵の担当")) select', '-')
		await press(page, 'この対応で違いを確認し直す')
		await press(page, 'この内容を反映する')
		await page.goto('/r/ledger?step=*')
		must(await said(page), '従業員名簿', '来訪者カード', '取引先名簿', '取込・承認待ち')

		// The same file again changes nothing, and its correction is remembered.
		const again = await choose(page, '台帳.xlsx', book)
		if (!/新規\s*0.*変更なし\s*2.*新規\s*0.*変更なし\s*1/s.test(again)) wrong.push(`not unchanged: ${again.replace(/\s+/g, ' ').slice(0, 300)}`)
		await page.evaluate(() => { for (const d of document.querySelectorAll('main details')) d.open = true })
		if (await page.inputValue('main .field:has(label:text-is("鍵の担当")) select') !== '-') wrong.push('the correction of a column is forgotten')
		await press(page, '取り込まずにファイルを破棄する')

		// The batch: without the statement it is refused, with it all rows are in force.
		await page.goto('/r/ledger/import')
		await Promise.all([page.waitForNavigation(), page.click('main a:has-text("取り込んだ行を確認して承認する")')])
		await look(page, 'adoption 1280', 'ja', complaints)
		must(await said(page), '漏れがないことの確認')
		await press(page, 'すべての行')
		refused()
		must(await said(page), '理由')
		await page.goBack()
		await page.fill('#comment', '各部門の棚卸しの結果と照合し、漏れのないことを確認した。')
		await press(page, 'すべての行')
		await page.goto('/r/ledger?step=active')
		must(await said(page), '従業員名簿', '来訪者カード', '取引先名簿')
		await look(page, 'ledger adopted 1280', 'ja', complaints)
		await context.close()
		await phone.context.close()
		return wrong
	},
}
