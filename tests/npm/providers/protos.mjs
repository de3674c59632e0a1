// Checks our Gemini requests against Google's published protobuf definitions.
// usage: protos.mjs <folder of the packages>
import fs from "node:fs";
import { Module } from "node:module";
import path from "node:path";
import { check, finish } from "./checks.mjs";

const folder = process.argv[2];
const tool = path.join(process.env.CAAS_SHARED, "tools", "gemini-proto-check.cjs");
if (!fs.existsSync(tool)) {
    console.log(`SKIPPED: Google's definitions are not at ${tool}`);
    process.exit(0);
}
// The tool stands outside of any package folder and asks for protobufjs by name.
process.env.NODE_PATH = path.join(folder, "node_modules");
Module._initPaths();
const { check: faults } = Module.createRequire(tool)(tool);

const requests = JSON.parse(fs.readFileSync(path.join(folder, "requests.json"), "utf8"));
const ours = requests.filter(({ driver }) => driver === "gemini");
check("two requests are checked", ours.length === 2, ours.length);
for (const { body, stream } of ours) {
    const name = `gemini${stream ? ", streamed" : ""}`;
    check(`${name} asks to think little`, body.generationConfig.thinkingConfig.thinkingLevel === "LOW");

    // The published definitions end before thinkingLevel came.
    const known = structuredClone(body);
    delete known.generationConfig.thinkingConfig;
    const found = faults("GenerateContentRequest", known);
    check(`${name} fits the definitions`, found.length === 0, found);

    for (const [what, wrong] of [
        ["with an unknown member", { ...known, messages: [] }],
        ["with a limit in words", { ...known, generationConfig: { maxOutputTokens: "many" } }],
        ["with contents that are no list", { ...known, contents: "text" }],
    ])
        check(`${name} ${what} is refused`, faults("GenerateContentRequest", wrong).length > 0);
}
finish("Google's definitions");
