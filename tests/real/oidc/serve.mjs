// A real authorization server on loopback: PKCE required, refresh tokens that rotate and whose
// reuse ends the whole grant. Prints its address once it answers.
// usage: node serve.mjs NODE_MODULES_FOLDER REDIRECT_URI
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const [folder, redirect] = process.argv.slice(2)
const require = createRequire(folder + '/')
const { default: Provider } = await import(pathToFileURL(require.resolve('oidc-provider')))

const grants = { grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'],
  redirect_uris: [redirect] }
const server = createServer()
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`
  const provider = new Provider(issuer, {
    clients: [
      { client_id: 'basic client', client_secret: 'basic:secret',
        token_endpoint_auth_method: 'client_secret_basic', ...grants },
      { client_id: 'post-client', client_secret: 'post-secret',
        token_endpoint_auth_method: 'client_secret_post', ...grants },
      { client_id: 'public-client', token_endpoint_auth_method: 'none',
        application_type: 'native', ...grants },
    ],
    pkce: { required: () => true },
    scopes: ['openid', 'offline_access', 'tweet.read', 'tweet.write'],
    findAccount: (_, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
    features: { devInteractions: { enabled: true }, revocation: { enabled: true } },
    issueRefreshToken: async (_, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    ttl: { AccessToken: 7200, RefreshToken: 86400, AuthorizationCode: 60, Grant: 86400,
      Interaction: 600, Session: 86400 },
    cookies: { keys: ['test-only'] },
  })
  server.on('request', provider.callback())
  console.log(issuer)
})
