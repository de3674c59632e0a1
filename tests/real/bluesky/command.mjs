// The main job with the real programs on a real Bluesky server: connect an account, keep a thread
// and a post, publish the one and schedule the other, and compare what lies on the server with what
// was given, byte by byte.
// usage: node command.mjs <caas> <caasd>      CAAS_TEST_PDS names the server
import { strict as assert } from 'node:assert'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const [caas, caasd] = process.argv.slice(2)
const pds = process.env.CAAS_TEST_PDS
const home = mkdtempSync(path.join(tmpdir(), 'caas-real-'))

const xrpc = async (method, { token, body, query } = {}) => {
  const url = `${pds}/xrpc/${method}${query ? `?${new URLSearchParams(query)}` : ''}`
  const answer = await fetch(url, {
    method: body ? 'POST' : 'GET',
    headers: {
      ...(body && { 'Content-Type': 'application/json' }),
      ...(token && { Authorization: `Bearer ${token}` }),
    },
    body: body && JSON.stringify(body),
  })
  assert.equal(answer.status, 200, `${method}: ${answer.status}`)
  return answer.json()
}

const run = (program, args, input = '', environment = {}) =>
  execFileSync(program, args, {
    input,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, CAAS_HOME: home, TZ: 'UTC', LANG: 'C.UTF-8', ...environment },
  })
const json = (args, input, environment) =>
  JSON.parse(run(caas, [...args, '--json', '--no-input'], input, environment))

const signUp = async (name) => {
  const handle = `${name}${randomBytes(4).toString('hex')}.test`
  const session = await xrpc('com.atproto.server.createAccount', {
    body: { handle, email: `${handle}@example.com`, password: 'a password of its own' },
  })
  const { password } = await xrpc('com.atproto.server.createAppPassword', {
    token: session.accessJwt,
    body: { name: 'caas' },
  })
  return { did: session.did, handle, password }
}

const records = async (person) =>
  (
    await xrpc('com.atproto.repo.listRecords', {
      query: { repo: person.did, collection: 'app.bsky.feed.post', reverse: 'true' },
    })
  ).records

const slice = (text, { byteStart, byteEnd }) =>
  Buffer.from(text, 'utf8').subarray(byteStart, byteEnd).toString('utf8')
const meaning = ({ did, uri, tag }) => did ?? uri ?? tag
const facets = (record) =>
  (record.facets ?? []).map((facet) => [
    slice(record.text, facet.index),
    meaning(facet.features[0]),
  ])

try {
  const alice = await signUp('alice')
  const bob = await signUp('bob')
  const account = json(
    ['account', 'connect', 'bluesky', '--name', 'me', '--identifier', alice.handle, '--url', pds],
    '',
    { CAAS_BLUESKY_PASSWORD: alice.password },
  )
  assert.equal(account.remote_id, alice.did)
  assert.ok(!JSON.stringify(account).includes(alice.password))

  const first = `👩‍🚀 Größe, @${bob.handle}: https://example.com/a?b=c (example.org) #café 🇩🇪 #one`
  const parts = [first, 'Two 你好 https://example.com/ä', 'Three #end']
  const thread = json(['content', 'add', '-'], parts.join('\n---\n'))
  run(caas, ['publish', thread.id, '--account', 'me', '--no-input'])
  let lies = await records(alice)
  assert.deepEqual(
    lies.map(({ value }) => value.text.replace(/^\n|\n$/g, '')),
    parts,
  )
  assert.deepEqual(facets(lies[0].value), [
    [`@${bob.handle}`, bob.did],
    ['https://example.com/a?b=c', 'https://example.com/a?b=c'],
    ['example.org', 'https://example.org'],
    ['#café', 'café'],
    ['#one', 'one'],
  ])
  const ref = ({ uri, cid }) => ({ uri, cid })
  assert.equal(lies[0].value.reply, undefined)
  assert.deepEqual(lies[1].value.reply, { root: ref(lies[0]), parent: ref(lies[0]) })
  assert.deepEqual(lies[2].value.reply, { root: ref(lies[0]), parent: ref(lies[1]) })

  const later = json(['content', 'add', '-'], 'Scheduled 🕰️')
  const posts = json(['schedule', later.id, '--account', 'me', '--in', '1s'])
  await new Promise((resolve) => setTimeout(resolve, 1500))
  run(caasd, ['--once', '--home', home])
  const post = json(['posts', 'show', posts.items[0].id])
  assert.equal((post.post ?? post).state, 'published')
  lies = await records(alice)
  assert.equal(lies.length, 4)
  assert.equal(lies[3].value.text, 'Scheduled 🕰️')
  assert.ok((post.post ?? post).url.endsWith(lies[3].uri.split('/').at(-1)))
  console.log('the programs published a thread and a scheduled post to a real server')
} finally {
  rmSync(home, { recursive: true, force: true })
}
