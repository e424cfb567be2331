// workbook.mjs - small xlsx files made from rows, for the tests of pages that take one.

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006/relationships'
const escaped = text => String(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;')

/** The checksum of zip archives (the polynomial of IEEE 802.3, bits reversed). */
function crc32(bytes) {
	let sum = ~0
	for (const byte of bytes) {
		sum ^= byte
		for (let bit = 0; bit < 8; bit++) sum = sum >>> 1 ^ (sum & 1 ? 0xedb88320 : 0)
	}
	return ~sum >>> 0
}

/** A zip archive whose members are stored as they are. */
function zip(members) {
	const parts = [], directory = []
	let at = 0
	for (const [name, text] of Object.entries(members)) {
		const bytes = Buffer.from(text), path = Buffer.from(name), common = Buffer.alloc(26)
		common.writeUInt16LE(20, 0)                       // version needed; no flags, stored, no time
		common.writeUInt32LE(crc32(bytes), 10)
		common.writeUInt32LE(bytes.length, 14)
		common.writeUInt32LE(bytes.length, 18)
		common.writeUInt16LE(path.length, 22)
		parts.push(Buffer.from('PK\x03\x04', 'latin1'), common, path, bytes)
		const rest = Buffer.alloc(14)
		rest.writeUInt32LE(at, 10)
		directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, rest, path)
		at += 30 + path.length + bytes.length
	}
	const list = Buffer.concat(directory), end = Buffer.alloc(18), n = Object.keys(members).length
	end.writeUInt16LE(n, 4)
	end.writeUInt16LE(n, 6)
	end.writeUInt32LE(list.length, 8)
	end.writeUInt32LE(at, 12)
	return Buffer.concat([...parts, list, Buffer.from('PK\x05\x06', 'latin1'), end])
}

function sheet({ rows, merged = [] }) {
	const cell = (value, r, c) => value === '' ? '' : `<c r="${String.fromCharCode(65 + c)}${r + 1}" t="inlineStr"><is><t>${escaped(value)}</t></is></c>`
	return `${HEAD}<worksheet xmlns="${MAIN}"><sheetData>`
		+ rows.map((row, r) => `<row r="${r + 1}">${row.map((value, c) => cell(value, r, c)).join('')}</row>`).join('')
		+ `</sheetData>${merged.length ? `<mergeCells count="${merged.length}">${merged.map(m => `<mergeCell ref="${m}"/>`).join('')}</mergeCells>` : ''}</worksheet>`
}

/** The bytes of a workbook: { name: { rows: [[text]], merged: ['A1:C1'] } }. */
export function workbook(sheets) {
	const names = Object.keys(sheets)
	return zip({
		'[Content_Types].xml': `${HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>`,
		'_rels/.rels': `${HEAD}<Relationships xmlns="${PACKAGE}"><Relationship Id="r1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		'xl/workbook.xml': `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${names.map((n, i) => `<sheet name="${escaped(n)}" sheetId="${i + 1}" r:id="r${i + 1}"/>`).join('')}</sheets></workbook>`,
		'xl/_rels/workbook.xml.rels': `${HEAD}<Relationships xmlns="${PACKAGE}">${names.map((_, i) => `<Relationship Id="r${i + 1}" Type="${OFFICE}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`).join('')}</Relationships>`,
		...Object.fromEntries(names.map((n, i) => [`xl/worksheets/sheet${i + 1}.xml`, sheet(sheets[n])])),
	})
}
