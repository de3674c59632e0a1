// Every request that caas makes of Stripe fits Stripe's own types of the pinned version.
// usage: forms.cjs <caas_stripe_server>
const { execFileSync } = require("node:child_process");
const path = require("node:path");
const { check } = require(path.join(process.env.CAAS_SHARED, "tools", "stripe-form-check.cjs"));

// Calls without a schema in the set: they take no parameters of note, or are GETs whose few
// parameters Stripe's library was seen to send (wire/captures/stripe-sdk-requests.json).
const without = new Set([
    "GET /v1/prices",
    "GET /v1/prices/{price}",
    "GET /v1/customers/{customer}",
    "GET /v1/charges/{charge}",
    "GET /v1/checkout/sessions/{session}",
    "GET /v1/invoices",
    "GET /v1/invoices/{invoice}",
    "GET /v1/invoices/{invoice}/lines",
    "GET /v1/subscriptions/{subscription}",
    "POST /v1/checkout/sessions/{session}/expire",
]);

const lines = execFileSync(process.argv[2], ["calls"], { encoding: "utf8" }).trim().split("\n");
let failed = 0;
let checked = 0;
const seen = new Set();
for (const line of lines) {
    const { operation, form } = JSON.parse(line);
    seen.add(operation);
    const verdict = check(operation, form);
    if (verdict.ok === null ? without.has(operation) : verdict.ok) {
        checked += verdict.ok ? 1 : 0;
        continue;
    }
    failed += 1;
    console.log(`FAILED: ${operation} ${form}: ${verdict.why}`);
}
// The checker itself must be able to say no.
for (const [operation, form] of [
    ["POST /v1/checkout/sessions", "mode=subscription&payment_method_types[0]=card"],
    ["POST /v1/subscriptions/{subscription}", "billing_cycle_anchor=now"],
    ["POST /v1/customers", "nmae=Ann"],
]) {
    if (check(operation, form).ok) {
        failed += 1;
        console.log(`FAILED: the checker takes ${operation} ${form}`);
    }
}
for (const operation of without) {
    if (!seen.has(operation)) {
        failed += 1;
        console.log(`FAILED: ${operation} is never called`);
    }
}
console.log(`forms: ${checked} requests fit, ${failed} failed, ${seen.size} operations`);
process.exit(failed === 0 ? 0 : 1);
