// A walk through the API with prism in between: every operation of the document is called by one of
// the files in calls/, or named here with the reason why it cannot be.
// usage: calls.mjs <address of prism> <openapi.json> <what run.sh knows, as JSON>
import fs from 'node:fs';
import { Caller } from './caller.mjs';

const [base, file, known] = process.argv.slice(2);
const subjects = ['content', 'meta', 'media', 'people', 'totp', 'teams', 'tokens', 'admin', 'device', 'sign_in', 'pages', 'billing', 'errors'];
const cannot = {};

const caller = new Caller(base, JSON.parse(fs.readFileSync(file, 'utf8')));
const world = JSON.parse(known);
world.owner = caller.as(world.token);

for (const subject of subjects) {
    const { default: walk } = await import(`./calls/${subject}.mjs`);
    const began = Date.now();
    try {
        await walk(caller, world);
    } catch (error) {
        caller.fail(`calls/${subject}.mjs: ${error.stack}`);
    }
    if (process.env.CAAS_TEST_TIMES) console.log(`${subject}: ${Date.now() - began} ms`);
}

const all = Object.values(caller.document.paths).flatMap((path) => Object.values(path).map((one) => one.operationId));
for (const id of all) {
    if (!caller.seen.has(id) && !cannot[id]) caller.fail(`${id} was not called`);
    if (caller.seen.has(id) && cannot[id]) caller.fail(`${id} can be called after all`);
}
console.log(`${caller.seen.size} of ${all.length} operations called`);
process.exit(caller.failures === 0 ? 0 : 1);
