// Reads the mails that caasd wrote into outbox/mail, since it has no mail server.
import fs from 'node:fs';
import path from 'node:path';

const read = new Set();

// The token in the next mail to `address` that has a link to `page`.
export async function tokenFor(home, address, page) {
    const folder = path.join(home, 'outbox', 'mail');
    for (let tries = 0; tries < 200; ++tries) {
        for (const name of fs.existsSync(folder) ? fs.readdirSync(folder).sort() : []) {
            if (!name.endsWith('.eml') || read.has(name)) continue;
            const text = fs.readFileSync(path.join(folder, name), 'utf8');
            const found = text.match(new RegExp(`${page}\\S*#token=([A-Za-z0-9_-]+)`));
            if (!text.includes(`To: ${address}`) || !found) continue;
            read.add(name);
            return found[1];
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`no mail to ${address} with a link to ${page}`);
}
