// The second factor from its beginning to its end.
import crypto from 'node:crypto';
import { login, password } from './people.mjs';

// RFC 6238 of a secret in base 32, `steps` of 30 s from now.
function code(secret, steps = 0) {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
    const bits = [...secret.replace(/=+$/, '')].map((c) => letters.indexOf(c).toString(2).padStart(5, '0')).join('');
    const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + steps));
    const digest = crypto.createHmac('sha1', key).update(counter).digest();
    const number = digest.readUInt32BE(digest[19] & 15) & 0x7fffffff;
    return String(number % 1e6).padStart(6, '0');
}

export default async function totp(caller, { boss, ana }) {
    const open = caller.as();
    await ana.post('/auth/totp/confirm', { code: '000000' }, 409);
    await ana.post('/auth/totp', { password: 'not this one' }, 403);
    const { secret } = (await ana.post('/auth/totp', { password }, 201)).json;
    await ana.post('/auth/totp/confirm', { code: '12345' }, 403);
    const { recovery_codes: spare } = (await ana.post('/auth/totp/confirm', { code: code(secret) })).json;
    await ana.post('/auth/totp', { password }, 409);

    await open.post('/auth/login', { email: 'anna@example.org', password }, 401);
    await login(caller, 'anna@example.org', { code: code(secret, 1) });
    await open.post('/auth/login', { email: 'anna@example.org', password, code: code(secret, 1) }, 401);
    await login(caller, 'anna@example.org', { code: spare[0] });
    await open.post('/auth/login', { email: 'anna@example.org', password, code: spare[0] }, 401);
    await ana.get('/auth/me');
    await ana.post('/auth/totp/disable', { password }, 204);
    await boss.post('/admin/users/anna@example.org/end-factor', {}, 409);
    const { secret: lost } = (await ana.post('/auth/totp', { password }, 201)).json;
    await ana.post('/auth/totp/confirm', { code: code(lost) });
    await boss.post('/admin/users/anna@example.org/end-factor', {});
    await login(caller, 'anna@example.org');
}
