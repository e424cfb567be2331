// run.mjs - runs scenarios against a program on both databases and compares what they answered: run.mjs PROGRAM [WORD] [-v]
import { readFileSync, readdirSync, existsSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { read } from './script.mjs'
import { World } from './world.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const top = join(here, '..', '..')
const verbose = process.argv.includes('-v')
const [program, only = ''] = process.argv.slice(2).filter(a => a !== '-v')

function* scenarios() {
	for (const dir of [here, ...readdirSync(join(top, 'src/domain'), { withFileTypes: true }).filter(d => d.isDirectory()).map(d => join(top, 'src/domain', d.name))])
		for (const f of readdirSync(dir).sort()) if (f.endsWith('.txt')) yield join(dir, f)
}

/** What differs from run to run by nature: ids of sessions and records, times of day, ports, folders. */
const normal = text => text
	.replace(/tobari-scenario-\w+/g, 'DIR').replace(/127\.0\.0\.1:\d+/g, 'ADDRESS').replace(/scenario_\d+_\d+/g, 'SCHEMA').replace(/(\/r\/\w+)\/\d+/g, '$1/ID').replace(/"(id|record)":\d+/g, '"$1":ID')
	.replace(/[0-9a-f]{16,}/gi, 'HEX').replace(/[A-Za-z0-9_-]{22,}/g, 'TOKEN').replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?/g, 'TIME').replace(/\d\d:\d\d(:\d\d)?/g, 'TIME')

let number = 0
async function play(file, steps, database) {
	const world = new World(program, database, number++)
	let now
	try {
		for (now of steps) {
			if (verbose) console.log(`    ${database} ${now.line}: ${now.source}`)
			await world.step(now)
		}
		world.settle()
		await world.stopWell()
		return { transcript: world.transcript.map(normal) }
	} catch (e) {
		const log = world.server || world.log ? `\n  server: ${(world.log ?? '').trim().split('\n').slice(-5).join('\n  server: ')}` : ''
		return { failure: `${relative(top, file)}:${now?.line ?? 0}: (${database}) ${now?.source ?? ''}\n  ${e.message.split('\n').join('\n  ')}${process.env.DEBUG ? e.stack : ''}${log}` }
	} finally {
		await world.end()
	}
}

async function one(file) {
	const steps = read(readFileSync(file, 'utf8'))
	if (!steps.some(s => s.words[0] === 'expect')) return `${relative(top, file)}: expects nothing`
	const stored = steps.some(s => s.words[0] === 'store')
	const first = await play(file, steps, 'sqlite')
	if (first.failure || !stored) return first.failure
	if (!process.env.TOBARI_TEST_PG) return { skipped: true }
	const second = await play(file, steps, 'pg')
	if (second.failure) return second.failure
	const n = first.transcript.findIndex((t, i) => t !== second.transcript[i])
	if (n >= 0 || first.transcript.length !== second.transcript.length)
		return `${relative(top, file)}: the databases answer differently\n  sqlite: ${first.transcript[n]}\n  pg:     ${second.transcript[n]}`
}

/** The files of must_fail/ show that the runner sees what is wrong: each names in its first line what it is refused for. */
async function refused(file) {
	const wanted = /^# fails: (.*)/.exec(readFileSync(file, 'utf8'))?.[1]
	const said = await one(file)
	return wanted && typeof said === 'string' && said.includes(wanted) ? undefined : `${relative(top, file)}: not refused with "${wanted}" but ${said}`
}

if (!program || !existsSync(program)) { console.log(`no program: ${program}`); process.exit(1) }
const sorry = join(here, 'must_fail')
const waiting = [...scenarios(), ...readdirSync(sorry).map(f => join(sorry, f))].filter(f => relative(top, f).includes(only))
let passed = 0, failed = 0, skipped = 0
async function worker() {
	for (let file; (file = waiting.shift());) {
		const begin = Date.now()
		const wrong = await (file.startsWith(sorry) ? refused : one)(file)
		if (wrong?.skipped) { skipped++; passed++; console.log(`half  ${relative(top, file)}: without PostgreSQL`) }
		else if (wrong) { failed++; console.log(`FAILED ${wrong}`) }
		else { passed++; if (verbose) console.log(`ok    ${relative(top, file)} ${Date.now() - begin} ms`) }
	}
}
await Promise.all([worker(), worker()])
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
process.exit(failed || !passed ? 1 : 0)
