// Runs core/text (the probe) and npm's twitter-text over the same texts. They must agree on the
// weighted length, on refused characters, on entities and on NFC. The one difference allowed is an
// emoji newer than the package's table: see newer_emoji.mjs.
//
// usage: node compare.mjs <probe> <folder that has node_modules>
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

import { newerIn } from './newer_emoji.mjs';
import { texts } from './texts.mjs';

const [probe, folder] = process.argv.slice(2);
const twitter = createRequire(resolve(folder, 'package.json'))('twitter-text');

const all = texts();
const run = spawnSync(resolve(probe), {
    input: all.map((text) => JSON.stringify(text) + '\n').join(''),
    encoding: 'utf8',
    maxBuffer: 1 << 30,
});
if (run.status !== 0) {
    console.error(`the probe ended with ${run.status ?? run.signal}: ${run.error ?? run.stderr}`);
    process.exit(1);
}
const answers = run.stdout.trimEnd().split('\n').map((line) => JSON.parse(line));

function entityOf(entity) {
    if (entity.url !== undefined) return { kind: 'url', indices: entity.indices };
    if (entity.hashtag !== undefined) return { kind: 'hashtag', text: entity.hashtag, indices: entity.indices };
    if (entity.cashtag !== undefined) return { kind: 'cashtag', text: entity.cashtag, indices: entity.indices };
    const kind = entity.listSlug ? 'list' : 'mention';
    return { kind, text: entity.screenName + entity.listSlug, indices: entity.indices };
}

const failures = [];
const named = new Map();

function check(text, what, ours, theirs) {
    if (JSON.stringify(ours) !== JSON.stringify(theirs)) {
        failures.push({ text, what, ours, theirs });
    }
}

// What the package would say if it took each newer emoji as one, apart from those inside a URL.
function corrected(text, length) {
    const normal = text.normalize();
    const urls = twitter.extractUrlsWithIndices(normal).map((url) => url.indices);
    const found = newerIn(normal).filter(({ at }) => !urls.some(([begin, end]) => at >= begin && at < end));
    const excess = found.map((one) => twitter.parseTweet(one.emoji).weightedLength - one.length);
    return { length: length - excess.reduce((sum, more) => sum + more, 0), found };
}

function compareLength(text, answer) {
    const theirs = twitter.parseTweet(text);
    let length = theirs.weightedLength;
    if (length !== answer.length) {
        const mended = corrected(text, length);
        length = mended.length;
        for (const name of new Set(mended.found.map((one) => one.name))) {
            named.set(name, (named.get(name) ?? 0) + 1);
        }
    }
    check(text, 'length', answer.length, length);
    check(text, 'refused characters', answer.refused, twitter.hasInvalidCharacters(text));
}

function compareEntities(text, answer) {
    const theirs = twitter.extractEntitiesWithIndices(text).map(entityOf);
    const ours = answer.entities.map(({ kind, text: word, indices }) =>
        kind === 'url' ? { kind, indices } : { kind, text: word, indices });
    check(text, 'entities', ours, theirs);
    const bytes = Buffer.from(text, 'utf8');
    for (const entity of answer.entities) {
        const byUnits = text.slice(...entity.indices);
        check(text, 'byte offsets', bytes.subarray(...entity.bytes).toString('utf8'), byUnits);
    }
}

if (answers.length !== all.length) {
    console.error(`${all.length} texts, but ${answers.length} answers`);
    process.exit(1);
}
all.forEach((text, i) => {
    compareLength(text, answers[i]);
    compareEntities(text, answers[i]);
    check(text, 'NFC', answers[i].nfc, text.normalize());
});

console.log(`${all.length} texts compared with twitter-text`);
for (const [name, count] of [...named].sort()) {
    console.log(`  counted 2 by X's rule, more by the package of 2018: ${name}, ${count} texts`);
}
for (const failure of failures.slice(0, 20)) {
    console.log(`DIFFERENT ${failure.what}: ${JSON.stringify(failure.text)}`);
    console.log(`  ours   ${JSON.stringify(failure.ours)}`);
    console.log(`  theirs ${JSON.stringify(failure.theirs)}`);
}
console.log(`${failures.length} differences`);
process.exit(failures.length === 0 ? 0 : 1);
