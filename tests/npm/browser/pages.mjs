// Every page that caasd serves by itself, in a browser: what a person does on it with the keyboard
// alone, with nothing on the console, nothing against its policy, nothing that axe finds, and all of
// it within 360 pixels.
// usage: pages.mjs <folder of caas and caasd> <Chromium>
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { open } from './home.mjs';

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const [bin, browser_path] = process.argv.slice(2);
const shots = process.env.CAAS_TEST_SHOTS; // a folder for pictures of all pages
const password = 'correct horse battery';
const world = await open(bin, browser_path);
let passed = 0;
let failed = 0;

function check(truth, text) {
    if (truth) return ++passed;
    ++failed;
    console.log('FAILED: ' + text);
}

async function visit(name, options, walk) {
    const context = await world.browser.newContext({ viewport: { width: 360, height: 740 }, ...options });
    const page = await context.newPage();
    const faults = [];
    page.on('console', (message) => { if (['error', 'warning'].includes(message.type())) faults.push(`console: ${message.text()} ${message.location().url}`); });
    page.on('pageerror', (error) => faults.push('error: ' + error.message));
    await page.exposeFunction('violated', (text) => faults.push('policy: ' + text));
    await page.addInitScript(() => document.addEventListener('securitypolicyviolation',
        (event) => window.violated(`${event.violatedDirective} ${event.blockedURI}`)));
    try {
        await walk(page, (state) => look(page, `${name}, ${state}`));
    } catch (error) {
        check(false, `${name}: ${error.stack}`);
    }
    check(faults.length === 0, `${name}: ${faults.join('; ')}`);
    await context.close();
}

// Whatever a page shows: readable, labelled, and no wider than the screen.
async function look(page, name) {
    await page.locator('h1, h2').first().waitFor();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    check(wide <= 0, `${name}: ${wide} pixels wider than the screen`);
    await page.evaluate(axe);
    const found = await page.evaluate(() => axe.run(document,
        { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
    for (const one of found.violations)
        check(false, `${name}: ${one.id}: ${one.help}: ${one.nodes.map((node) => node.html).join(' | ').slice(0, 400)}`);
    check(found.passes.length > 5, `${name}: axe looked at nothing`);
    if (shots) await page.screenshot({ path: `${shots}/${name.replace(/\W+/g, '_')}.png`, fullPage: true });
}

// Tab by tab to the field or button of this name, as somebody without a mouse would.
async function go_to(page, name) {
    for (let steps = 0; steps < 30; ++steps) {
        const here = await page.evaluate(() => {
            const element = document.activeElement;
            const style = getComputedStyle(element);
            return {
                name: (element.labels?.[0]?.textContent ?? element.textContent ?? '').trim(),
                is_marked: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0,
                tag: element.tagName,
            };
        });
        if (here.name === name && here.tag !== 'BODY') {
            check(here.is_marked, `${name} does not show that it has the focus`);
            return;
        }
        await page.keyboard.press('Tab');
    }
    throw new Error(`the keyboard does not reach ${name}`);
}

async function type(page, name, text) {
    await go_to(page, name);
    await page.keyboard.press('Control+A');
    await page.keyboard.type(text);
}

async function press(page, name) {
    await go_to(page, name);
    await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
}

const says = async (page, text) => check((await page.textContent('main')).includes(text),
    `the page does not say "${text}": ${await page.textContent('main')}`);
const invite = async (email) => (await world.call('POST',
    `/organizations/${(await world.call('GET', '/auth/me')).organization_id}/invitations`,
    { email, role: 'member', mail: false })).token;

for (const [look_of, options] of [['light', { colorScheme: 'light' }], ['dark', { colorScheme: 'dark' }]]) {
    const is_first = look_of === 'light';

    if (is_first)
        await visit('reset-password', options, async (page, look) => {
            await page.goto(`${world.url}/app/reset-password#token=${world.reset}`);
            check(!page.url().includes(world.reset), 'the token stays in the address');
            await look('form');
            await type(page, 'New password', 'short');
            await press(page, 'Set the password');
            await look('fault');
            await says(page, 'password');
            await type(page, 'New password', password);
            await press(page, 'Set the password');
            await look('done');
            await says(page, 'Your password is set');
        });

    await visit('verify-email ' + look_of, options, async (page, look) => {
        await page.goto(`${world.url}/app/verify-email#token=caas1_nothing`);
        await look('form');
        await press(page, 'This is my address');
        await look('fault');
    });

    await visit('join ' + look_of, options, async (page, look) => {
        await page.goto(`${world.url}/app/join#token=${await invite(`${look_of}@example.org`)}`);
        await look('form');
        await press(page, 'Go on');
        await look('offer');
        await type(page, 'Your password here, or one you choose now', password);
        await type(page, 'Your name, if you are new', 'Ana');
        await press(page, 'I am new: join');
        await look('done');
        await says(page, 'Welcome');
    });

    await visit('device ' + look_of, options, async (page, look) => {
        const codes = await world.call('POST', '/auth/device', { name: 'a machine', scope: 'draft' });
        await page.goto(codes.verification_uri_complete);
        await look('form');
        await says(page, 'a machine');
        await type(page, 'E-mail address', 'owner@example.org');
        await type(page, 'Password', 'not this one');
        await press(page, 'Approve');
        await look('fault');
        await type(page, 'Password', password);
        await press(page, 'Approve');
        await look('done');
        await says(page, 'Approved');
    });

    await visit('oauth ' + look_of, options, async (page, look) => {
        const begun = await world.call('POST', '/accounts/x/connect', { name: look_of });
        await page.goto(begun.authorize_url);
        await look('form');
        await says(page, 'Connect this account?');
        await press(page, is_first ? 'Connect Ana (ana)' : 'Refuse');
        await look('done');
        await says(page, is_first ? 'is connected' : 'Refused');
    });
}

// Without scripts the token is pasted.
await visit('verify-email without scripts', { javaScriptEnabled: false }, async (page) => {
    await page.goto(`${world.url}/app/verify-email`);
    await page.fill('#token', 'caas1_nothing');
    await page.click('button');
    check((await page.textContent('.fault')).length > 0, 'nothing is said of a wrong token');
});

await visit('swagger-ui', {}, async (page) => {
    await page.goto(`${world.url}/api/schema/swagger-ui/`);
    if (await page.locator('#api').count() === 0) return console.log('Swagger UI is not built: nothing to look at');
    await page.locator('.opblock').first().waitFor({ timeout: 30000 });
    // Only those near the screen are there.
    const seen = new Set();
    for (let i = 0; i < 300 && seen.size <= 100; ++i) {
        for (const id of await page.locator('.opblock').evaluateAll((all) => all.map((one) => one.id))) seen.add(id);
        await page.mouse.wheel(0, 600);
        await page.waitForTimeout(100);
    }
    check(seen.size > 100, `Swagger UI shows ${seen.size} operations`);
    await page.evaluate(() => window.scrollTo(0, 0));
    const one = page.locator('.opblock-summary-control').first();
    await one.focus();
    await page.keyboard.press('Enter');
    await page.locator('.opblock.is-open').waitFor();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    check(wide <= 0, `Swagger UI is ${wide} pixels wider than the screen`);
    if (shots) await page.screenshot({ path: `${shots}/swagger.png` });
});

// That a fault would be seen.
await visit('a page with a fault', {}, async (page) => {
    await page.setContent('<html lang="en"><title>t</title><main><h1>t</h1><img src="data:,"></main>');
    await page.evaluate(axe);
    const found = await page.evaluate(() => axe.run(document, { runOnly: ['wcag2a'] }));
    check(found.violations.some((one) => one.id === 'image-alt'), 'axe sees no fault');
});

await world.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
