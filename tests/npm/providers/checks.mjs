// Counts what holds and what does not, and prints only the latter.
import { createRequire } from "node:module";
import path from "node:path";

let passed = 0;
const failures = [];

export function check(what, holds, seen) {
    if (holds) {
        passed += 1;
        return;
    }
    failures.push(what);
    console.log(`FAILED: ${what}` + (seen === undefined ? "" : `: ${JSON.stringify(seen)}`));
}

export function finish(name) {
    console.log(`${name}: ${passed} passed, ${failures.length} failed`);
    process.exit(failures.length === 0 ? 0 : 1);
}

// Packages live in the folder that run.sh filled, not beside this file.
export function packages(folder) {
    return createRequire(path.join(folder, "package.json"));
}
