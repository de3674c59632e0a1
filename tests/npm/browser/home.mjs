// A caasd with a home of its own, at pretend platforms, and a browser that reaches nothing else.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';

const here = path.dirname(new URL(import.meta.url).pathname);

function free_port() {
    return new Promise((resolve) => {
        const server = net.createServer().listen(0, '127.0.0.1', () => {
            const { port } = server.address();
            server.close(() => resolve(port));
        });
    });
}

// What the pattern's group catches in what the process says.
function said(stream, pattern) {
    return new Promise((resolve, reject) => {
        let text = '';
        stream.on('data', (piece) => {
            text += piece;
            const found = text.match(pattern);
            if (found) resolve(found[1]);
        });
        stream.on('end', () => reject(new Error(`it ended without ${pattern}: ${text}`)));
    });
}

export async function open(bin, browser_path) {
    const home = fs.mkdtempSync(path.join(os.tmpdir(), 'caas-browser-'));
    const children = [];
    const start = (program, args, env) => {
        const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
        children.push(child);
        return child;
    };
    const close = async () => {
        for (const child of children) child.kill();
        fs.rmSync(home, { recursive: true, force: true });
    };
    try {
        const pretend = await said(start('node', [path.join(here, 'pretend.mjs')], {}).stdout, /platforms at (\S+)/);
        const url = `http://127.0.0.1:${await free_port()}`;
        const env = {
            CAAS_HOME: home,
            CAAS_HTTP_PUBLIC_URL: url,
            CAAS_AUTH_REGISTRATION: 'open',
            CAAS_AUTH_ARGON2_MEMORY_KIB: '64',
            CAAS_AUTH_ARGON2_PASSES: '1',
            CAAS_PLATFORMS_X_CLIENT_ID: 'an-x-client',
            CAAS_PLATFORMS_X_CLIENT_SECRET: 'an-x-secret',
            CAAS_PLATFORMS_X_BASE_URL: pretend,
            CAAS_PLATFORMS_X_AUTHORIZE_URL: pretend + '/i/oauth2/authorize',
            CAAS_PLATFORMS_X_TOKEN_URL: pretend + '/2/oauth2/token',
        };
        const caas = (...args) => JSON.parse(execFileSync(path.join(bin, 'caas'), [...args, '--json'], { env: { ...process.env, ...env } }));
        const reset = caas('user', 'create', '--email', 'owner@example.org').token;
        const token = caas('token', 'create', '--scope', 'admin', '--name', 'browser').token;
        await said(start(path.join(bin, 'caasd'), ['--listen', url.slice('http://'.length)], env).stderr, /"(daemon\.ready)"/);
        const call = async (method, route, body) => {
            const answer = await fetch(`${url}/api/v1${route}`, {
                method,
                headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
                body: body && JSON.stringify(body),
            });
            if (!answer.ok) throw new Error(`${method} ${route}: ${answer.status} ${await answer.text()}`);
            return answer.status === 204 ? undefined : answer.json();
        };
        const browser = await chromium.launch({
            executablePath: browser_path,
            headless: true,
            args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
                '--disable-component-update', '--disable-sync',
                '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost'],
        });
        return { home, url, reset, call, browser, close: async () => { await browser.close(); await close(); } };
    } catch (error) {
        await close();
        throw error;
    }
}
