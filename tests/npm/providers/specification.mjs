// Sends our requests to prism, which plays OpenAI by its published specification and refuses with
// 422 what does not fit. usage: specification.mjs <folder of the packages>
import { spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { check, finish } from "./checks.mjs";

const folder = process.argv[2];
const document = path.join(process.env.CAAS_SHARED, "specs", "openai.caas.json");
if (!fs.existsSync(document)) {
    console.log(`SKIPPED: OpenAI's specification is not at ${document}`);
    process.exit(0);
}
const requests = JSON.parse(fs.readFileSync(path.join(folder, "requests.json"), "utf8"));

const port = await new Promise((resolve) => {
    const probe = net.createServer().listen(0, "127.0.0.1", () => {
        const { port } = probe.address();
        probe.close(() => resolve(port));
    });
});
const prism = spawn(
    process.execPath,
    [
        path.join(folder, "node_modules", "@stoplight", "prism-cli", "dist", "index.js"),
        "mock", "-h", "127.0.0.1", "-p", String(port), "-m", "false", document,
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
);
let said = "";
prism.stdout.on("data", (bytes) => (said += bytes));
prism.stderr.on("data", (bytes) => (said += bytes));
process.on("exit", () => prism.kill());

const base = `http://127.0.0.1:${port}`;
const deadline = Date.now() + 60_000;
for (;;) {
    if (prism.exitCode !== null || Date.now() > deadline) {
        console.log(`FAILED: prism did not start\n${said.slice(-2000)}`);
        process.exit(1);
    }
    const answer = await fetch(base, { method: "GET" }).catch(() => undefined);
    if (answer !== undefined) break;
    await new Promise((resolve) => setTimeout(resolve, 250));
}

async function verdict(request, body) {
    const answer = await fetch(base + new URL(request.url).pathname.replace(/^\/v1/, ""), {
        method: request.method,
        // Prism can make no event stream; what it checks is the request.
        headers: { ...request.headers, Accept: "application/json", Prefer: "code=200" },
        body: JSON.stringify(body),
    });
    return { status: answer.status, text: (await answer.text()).slice(0, 600) };
}

const ours = requests.filter(({ driver }) => driver.startsWith("openai"));
check("four requests are checked", ours.length === 4, ours.length);
for (const request of ours) {
    const name = `${request.driver}${request.stream ? ", streamed" : ""}`;
    const good = await verdict(request, request.body);
    check(`${name} fits the specification`, good.status < 300, good);

    // A check that cannot say no is none.
    const { messages, text, ...rest } = request.body;
    const wrongs = messages
        ? [
              ["without messages", { ...rest }],
              ["with a message that is a number", { ...rest, messages: 7 }],
              ["with an unknown role", { ...rest, messages: [{ role: "boss", content: "x" }] }],
          ]
        : [
              ["with an unknown format", { ...rest, text: { format: { type: "yaml" } } }],
              ["with a limit in words", { ...request.body, max_output_tokens: "many" }],
          ];
    for (const [what, body] of wrongs) {
        const refused = await verdict(request, body);
        check(`${name} ${what} is refused`, refused.status === 422, refused);
    }
}
finish("OpenAI's specification");
