// The same three routes as a Node programmer would write them: Fastify and better-sqlite3 on a copy
// of our own database, same pragmas, same SQL, token looked up at every request, prepared statements.
//   node peer.js DATABASE PORT
'use strict';
const crypto = require('node:crypto');
const Database = require('better-sqlite3');
const fastify = require('fastify')({ logger: false });

const db = new Database(process.argv[2]);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.pragma('foreign_keys = ON');
db.pragma('busy_timeout = 5000');

const byToken = db.prepare(`
  SELECT t.id, t.organization_id, t.person_id, t.scope, t.expires_at, t.revoked_at, m.role,
    COALESCE(t.workspace_id, (SELECT w.id FROM workspace w WHERE w.organization_id = t.organization_id ORDER BY w.id LIMIT 1)) AS workspace_id
  FROM token t JOIN member m ON m.organization_id = t.organization_id AND m.person_id = t.person_id
  WHERE t.digest = ?`);
const list = db.prepare(`
  SELECT c.id, c.workspace_id, c.title, c.latest, c.created_at, c.updated_at, v.id AS version_id,
    v.number, v.origin, v.body, v.digest, v.restored_from, v.provider, v.model, v.brief, v.template,
    v.template_digest, v.input_tokens, v.output_tokens, v.latency_ms, v.cost_microdollars,
    v.created_at AS version_created_at
  FROM content c JOIN version v ON v.content_id = c.id AND v.number = c.latest
  WHERE c.workspace_id = ? AND c.deleted_at IS NULL
  ORDER BY c.id DESC LIMIT ?`);
const addContent = db.prepare(`
  INSERT INTO content (id, workspace_id, title, latest, created_at, updated_at) VALUES (?, ?, ?, 1, ?, ?)`);
const addVersion = db.prepare(`
  INSERT INTO version (id, content_id, workspace_id, number, origin, body, digest, created_at) VALUES (?, ?, ?, 1, 'written', ?, ?, ?)`);

const add = db.transaction((workspace, id, version, body, title, digest, now) => {
  addContent.run(id, workspace, title, now, now);
  addVersion.run(version, id, workspace, body, digest, now);
});

function uuid7() {
  const bytes = crypto.randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function shape(row) {
  const body = JSON.parse(row.body);
  return {
    id: row.id,
    workspace_id: row.workspace_id,
    title: row.title,
    latest: row.latest,
    text: body.parts[0].text,
    created_at: new Date(row.created_at).toISOString(),
    updated_at: new Date(row.updated_at).toISOString(),
    version: {
      id: row.version_id,
      content_id: row.id,
      number: row.number,
      origin: row.origin,
      parts: body.parts,
      overrides: body.overrides ?? {},
      language: body.language ?? '',
      marks: body.marks ?? [],
      digest: row.digest,
      restored_from: row.restored_from,
      provider: row.provider,
      model: row.model,
      brief: row.brief === null ? null : JSON.parse(row.brief),
      template: row.template,
      template_digest: row.template_digest,
      input_tokens: row.input_tokens,
      output_tokens: row.output_tokens,
      latency_ms: row.latency_ms,
      cost_usd: row.cost_microdollars === null ? null : row.cost_microdollars / 1e6,
      created_at: new Date(row.version_created_at).toISOString(),
    },
  };
}

fastify.decorateRequest('principal', null);
async function signIn(request, reply) {
  const header = request.headers.authorization ?? '';
  const token = header.startsWith('Bearer ') ? header.slice(7) : '';
  const row = byToken.get(crypto.createHash('sha256').update(token).digest('hex'));
  if (!row || row.revoked_at !== null || (row.expires_at !== null && row.expires_at <= Date.now()))
    return reply.code(401).send({ code: 'unauthenticated' });
  request.principal = row;
}

fastify.get('/healthz', async () => ({ status: 'ok' }));
fastify.get(
  '/api/v1/content',
  {
    preHandler: signIn,
    schema: { querystring: { type: 'object', properties: { limit: { type: 'integer', minimum: 1, maximum: 200, default: 50 } } } },
  },
  async (request) => {
    const rows = list.all(request.principal.workspace_id, request.query.limit + 1);
    const items = rows.slice(0, request.query.limit).map(shape);
    const next = rows.length > items.length ? Buffer.from(items.at(-1).id).toString('base64url') : null;
    return { items, next_cursor: next };
  },
);
fastify.post(
  '/api/v1/content',
  {
    preHandler: signIn,
    schema: { body: { type: 'object', required: ['text'], additionalProperties: false, properties: { text: { type: 'string' }, title: { type: 'string' } } } },
  },
  async (request, reply) => {
    const now = Date.now();
    const id = uuid7();
    const version = uuid7();
    const body = JSON.stringify({ parts: [{ text: request.body.text, media: [] }] });
    const digest = crypto.createHash('sha256').update(body).digest('hex');
    const title = request.body.title ?? request.body.text.slice(0, 60);
    add(request.principal.workspace_id, id, version, body, title, digest, now);
    reply.code(201);
    return shape({
      id, workspace_id: request.principal.workspace_id, title, latest: 1, created_at: now, updated_at: now,
      version_id: version, number: 1, origin: 'written', body, digest, restored_from: null, provider: null,
      model: null, brief: null, template: null, template_digest: null, input_tokens: null, output_tokens: null,
      latency_ms: null, cost_microdollars: null, version_created_at: now,
    });
  },
);
fastify.listen({ host: '127.0.0.1', port: Number(process.argv[3]) }).then((where) => console.log(`ready ${where}`));
