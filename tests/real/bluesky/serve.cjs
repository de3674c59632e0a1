// A real Bluesky server (@atproto/pds) and the directory it needs (@did-plc/server, in memory), on
// loopback only and with its rate limits on. Prints one line of JSON when both answer; SIGTERM ends
// them.
// usage: node serve.cjs <folder with node_modules> <data folder>
const fs = require('node:fs')
const http = require('node:http')
const net = require('node:net')
const path = require('node:path')
const { createRequire } = require('node:module')

const [packages, data] = process.argv.slice(2)
const load = createRequire(path.join(packages, 'package.json'))

// Both packages listen on every interface by themselves.
const listen = http.Server.prototype.listen
http.Server.prototype.listen = function (port, ...rest) {
  return typeof port === 'number' && typeof rest[0] !== 'string'
    ? listen.call(this, port, '127.0.0.1', ...rest)
    : listen.call(this, port, ...rest)
}

const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = net.createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })

async function main() {
  const { PlcServer, Database } = load('@did-plc/server')
  const { PDS, envToCfg, envToSecrets } = load('@atproto/pds')
  const { Secp256k1Keypair } = createRequire(load.resolve('@atproto/pds'))('@atproto/crypto')

  const plcPort = await freePort()
  const plc = PlcServer.create({ db: Database.mock(), port: plcPort })
  await plc.start()

  const rotationKey = await Secp256k1Keypair.create({ exportable: true })
  const recoveryKey = await Secp256k1Keypair.create()
  const jwtSecret = 'the secret of a test'
  const port = await freePort()
  fs.mkdirSync(data, { recursive: true })
  const environment = {
    devMode: true,
    port,
    hostname: 'localhost',
    dataDirectory: data,
    blobstoreDiskLocation: path.join(data, 'blobs'),
    didPlcUrl: `http://127.0.0.1:${plcPort}`,
    recoveryDidKey: recoveryKey.did(),
    plcRotationKeyK256PrivateKeyHex: Buffer.from(await rotationKey.export()).toString('hex'),
    adminPassword: 'admin of a test',
    jwtSecret,
    serviceHandleDomains: ['.test'],
    inviteRequired: false,
    disableSsrfProtection: true,
    rateLimitsEnabled: true,
    // Never asked by this test, but the configuration wants them.
    bskyAppViewUrl: 'https://appview.invalid',
    bskyAppViewDid: 'did:example:invalid',
    bskyAppViewCdnUrlPattern: 'http://cdn.invalid/%s/%s/%s',
    modServiceUrl: 'https://moderation.invalid',
    modServiceDid: 'did:example:invalid',
  }
  const pds = await PDS.create(envToCfg(environment), envToSecrets(environment))
  await pds.start()

  const stop = async () => {
    await pds.destroy()
    await plc.destroy()
    process.exit(0)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  console.log(JSON.stringify({ pds: `http://127.0.0.1:${port}`, jwtSecret }))
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})
