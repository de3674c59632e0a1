// Stripe's own library against the pretend Stripe: a whole life, every object it gives, every error,
// and signatures, each judged by both.
// usage: library.mjs <folder of the packages> <caas_stripe_server>
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { check, finish, packages } from "../providers/checks.mjs";

const [folder, program] = process.argv.slice(2);
const server = spawn(program, ["serve"], { stdio: ["pipe", "pipe", "inherit"] });
process.on("exit", () => server.kill());
const port = await new Promise((resolve, reject) => {
    server.stdout.once("data", (bytes) => resolve(parseInt(bytes.toString(), 10)));
    server.once("exit", () => reject(new Error("the server ended")));
});

const loaded = packages(folder)("stripe");
const Stripe = loaded.default ?? loaded;
const stripe = new Stripe("sk_test_sandbox", { host: "127.0.0.1", port, protocol: "http" });
const shapes = JSON.parse(
    readFileSync(path.join(process.env.CAAS_SHARED, "specs", "stripe-2026-08.fixtures3.json"), "utf8"),
).resources;

// What is newer than the examples of August.
const newer = {};

// Every member is one that Stripe's own example has.
function known(object, name) {
    const example = shapes[name] ?? (name === "line_item" ? shapes.line_item : undefined);
    check(`there is an example of ${name}`, example !== undefined);
    if (!example) return;
    for (const member of Object.keys(object))
        check(
            `${name}.${member} is a member that Stripe has`,
            member in example || (newer[name] ?? []).includes(member),
        );
}

const post = async (what, body = "", headers = {}) => {
    const answer = await fetch(`http://127.0.0.1:${port}/sandbox/${what}`, { method: "POST", body, headers });
    return answer.text();
};

async function thrown(call) {
    try {
        return { type: "nothing was thrown", value: await call() };
    } catch (error) {
        return error;
    }
}

const prices = await stripe.prices.list({ lookup_keys: ["caas_pro_monthly"], active: true });
known(prices.data[0], "price");
check("a price is found by its key", prices.data.length === 1 && prices.data[0].unit_amount === 2900, prices);
const pro = prices.data[0].id;
const team = (await stripe.prices.list({ lookup_keys: ["caas_team_monthly"] })).data[0].id;
check("a price is shown", (await stripe.prices.retrieve(pro)).lookup_key === "caas_pro_monthly");

const customer = await stripe.customers.create({
    email: "ann+é@example.test",
    name: "Ann",
    metadata: { caas_organization_id: "o_1" },
});
known(customer, "customer");
check("a customer keeps what it was given", customer.email === "ann+é@example.test" && customer.metadata.caas_organization_id === "o_1", customer);
check("a customer is shown", (await stripe.customers.retrieve(customer.id)).id === customer.id);

const wish = {
    mode: "subscription",
    customer: customer.id,
    client_reference_id: "o_1",
    line_items: [{ price: pro, quantity: 1 }],
    success_url: "https://caas.example.org/done?session_id={CHECKOUT_SESSION_ID}",
    cancel_url: "https://caas.example.org/left",
    subscription_data: { metadata: { caas_organization_id: "o_1" } },
};
const dropped = await stripe.checkout.sessions.create(wish);
known(dropped, "checkout.session");
check("a session is open", dropped.status === "open" && dropped.url.startsWith("https://"), dropped);
check("a session expires", (await stripe.checkout.sessions.expire(dropped.id)).status === "expired");
const same = { idempotencyKey: "one" };
const session = await stripe.checkout.sessions.create(wish, same);
check("the same key gives the same", (await stripe.checkout.sessions.create(wish, same)).id === session.id);
const other = await thrown(() => stripe.checkout.sessions.create({ ...wish, client_reference_id: "o_2" }, same));
check("the same key with other words is refused", other.type === "StripeIdempotencyError" && other.statusCode === 400, other);
check("the page is paid on", (await post(`pay/${session.id}`)) === "paid");
const paid = await stripe.checkout.sessions.retrieve(session.id);
check("the session is complete", paid.status === "complete" && paid.payment_status === "paid", paid);

const subscription = await stripe.subscriptions.retrieve(paid.subscription);
known(subscription, "subscription");
known(subscription.items.data[0], "subscription_item");
check("a subscription is active", subscription.status === "active", subscription);
check("the period is the item's", subscription.items.data[0].current_period_end > subscription.created && !("current_period_end" in subscription));
check("its metadata came along", subscription.metadata.caas_organization_id === "o_1");
const all = [];
for await (const one of stripe.subscriptions.list({ customer: customer.id, status: "all", limit: 1 })) all.push(one.id);
check("subscriptions are listed page by page", all.length === 1 && all[0] === subscription.id, all);

const invoice = await stripe.invoices.retrieve(subscription.latest_invoice);
known(invoice, "invoice");
known(invoice.lines.data[0], "line_item");
check("the first invoice is paid", invoice.status === "paid" && invoice.billing_reason === "subscription_create" && invoice.amount_paid === 2900, invoice);
check("it names its subscription", invoice.parent.subscription_details.subscription === subscription.id && invoice.parent.subscription_details.metadata.caas_organization_id === "o_1");
check("its line names the price", invoice.lines.data[0].pricing.price_details.price === pro);
check("its lines are listed", (await stripe.invoices.listLineItems(invoice.id)).data.length === 1);

await post("advance/864000");
const item = subscription.items.data[0].id;
const preview = await stripe.invoices.createPreview({
    customer: customer.id,
    subscription: subscription.id,
    subscription_details: { items: [{ id: item, price: team }], proration_behavior: "always_invoice" },
});
check("an upgrade is foretold", preview.lines.data.length === 2 && preview.lines.data[0].amount < 0 && preview.total > 0, preview);
const upgraded = await stripe.subscriptions.update(subscription.id, {
    items: [{ id: item, price: team }],
    proration_behavior: "always_invoice",
    payment_behavior: "pending_if_incomplete",
});
check("an upgrade is paid at once", upgraded.items.data[0].price.id === team && upgraded.pending_update === null, upgraded);
const difference = await stripe.invoices.retrieve(upgraded.latest_invoice);
check("it cost what was foretold", difference.amount_paid === preview.amount_due && difference.billing_reason === "subscription_update", difference);
check("paid invoices are listed", (await stripe.invoices.list({ customer: customer.id, status: "paid" })).data.length === 2);

const ending = await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true });
check("it ends with its period", ending.cancel_at_period_end && ending.cancel_at === ending.items.data[0].current_period_end, ending);
check("that is undone", (await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: false })).cancel_at === null);

const configuration = await stripe.billingPortal.configurations.create({
    features: { invoice_history: { enabled: true }, subscription_cancel: { enabled: true, mode: "at_period_end" } },
});
known(configuration, "billing_portal.configuration");
const portal = await stripe.billingPortal.sessions.create({
    customer: customer.id,
    configuration: configuration.id,
    return_url: "https://caas.example.org/",
});
known(portal, "billing_portal.session");
check("the portal has a page", portal.url.startsWith("https://"), portal);

const charges = await stripe.charges.list({ customer: customer.id });
known(charges.data[0], "charge");
check("charges are listed", charges.data.length === 2, charges);
await post(`refund/${charges.data[0].id}`);
await post(`dispute/${charges.data[0].id}`);
const charge = await stripe.charges.retrieve(charges.data[0].id);
check("a refund shows", charge.amount_refunded > 0 && charge.disputed, charge);

const gone = await stripe.subscriptions.cancel(subscription.id);
check("a subscription is canceled", gone.status === "canceled" && gone.ended_at > 0, gone);
const late = await thrown(() => stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true }));
check("what is over cannot be changed", late.code === "resource_missing" && late.statusCode === 404, late);
check("a customer is deleted", (await stripe.customers.del(customer.id)).deleted === true);

const events = [];
for await (const event of stripe.events.list({ limit: 5 })) events.push(event);
const types = new Set(events.map((event) => event.type));
check("events are listed page by page, the newest first", events.length > 12 && events[0].created >= events.at(-1).created, events.length);
for (const type of ["checkout.session.completed", "checkout.session.expired", "customer.subscription.created", "customer.subscription.updated", "customer.subscription.deleted", "invoice.paid", "charge.refunded", "charge.dispute.created", "customer.deleted"])
    check(`there is an event ${type}`, types.has(type));
for (const event of events) known(event, "event");
known(events.find((event) => event.type === "charge.dispute.created").data.object, "dispute");
check("events are listed by type", (await stripe.events.list({ types: ["invoice.paid"] })).data.every((event) => event.type === "invoice.paid"));
check("an event is shown", (await stripe.events.retrieve(events[0].id)).id === events[0].id);

const errors = [
    ["an unknown parameter", () => stripe.customers.create({ nmae: "Ann" }), "StripeInvalidRequestError", "parameter_unknown"],
    ["a parameter that was removed", () => stripe.checkout.sessions.create({ ...wish, payment_method_types: ["card"] }), "StripeInvalidRequestError", "parameter_unknown"],
    ["a missing parameter", () => stripe.checkout.sessions.create({ mode: "subscription" }), "StripeInvalidRequestError", "parameter_missing"],
    ["something that is not there", () => stripe.invoices.retrieve("in_none"), "StripeInvalidRequestError", "resource_missing"],
    ["another key", () => new Stripe("sk_test_other", { host: "127.0.0.1", port, protocol: "http" }).prices.list(), "StripeAuthenticationError", undefined],
    ["another version", () => stripe.prices.list({}, { apiVersion: "2025-03-31.basil" }), "StripeInvalidRequestError", undefined],
];
for (const [what, call, type, code] of errors) {
    const error = await thrown(call);
    check(`${what} is refused`, error.type === type && error.code === code && /^req_/.test(error.requestId), error);
}

// Signatures: both judges say the same of each.
const secret = "whsec_sandbox";
const judge = (header, payload, tolerance = 300) => {
    try {
        stripe.webhooks.constructEvent(payload, header, secret, tolerance);
        return true;
    } catch {
        return false;
    }
};
const ours = async (header, payload) =>
    (await post("verify", payload, { "x-signature": Buffer.from(header).toString("base64") })) === "genuine";
const payload = JSON.stringify({ id: "evt_1", object: "event", é: "ü" });
const now = Math.floor(Date.now() / 1000);
const good = stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: now });
const old = stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: now - 320 });
const young = stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: now - 250 });
const ahead = stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: now + 5000 });
const wrong = stripe.webhooks.generateTestHeaderString({ payload, secret: "whsec_other", timestamp: now });
const [time, v1] = good.split(",");
const cases = [
    good, old, young, ahead, wrong, "", "t=1", v1, time, `${time}, ${v1}`, ` ${good}`, `${good} `,
    `${good},v0=aa`, `${wrong},${v1}`, `t=1,${v1},${time}`, `${time},${v1},t=1`, good.toUpperCase(),
    `${time},v1=${v1.slice(3).toUpperCase()}`, `t=+${now},${v1}`, `t= ${now},${v1}`, `t=${now}x,${v1}`,
    `t=0${now},${v1}`, `t=${now}.5,${v1}`, `t=-1,${v1}`, `t=,${v1}`, `T=${now},${v1}`, `${time};${v1}`,
    `${good}=`, `${good}=x`, `${time},v1`, `${time},v1=`, `${time},${v1.slice(0, -1)}`, `${time},${v1}0`,
    `${time}==,${v1}`, "t=9999999999999999999999999,v1=00", "t=0x10,v1=00", ",".repeat(1000), "=".repeat(1000),
];
for (const header of cases) check(`both judges agree on ${JSON.stringify(header)}`, judge(header, payload) === (await ours(header, payload)));
check("the good one is taken", await ours(good, payload));
check("a changed body is refused by both", !judge(good, payload + " ") && !(await ours(good, payload + " ")));

// And ours signs as the library verifies.
const signed = JSON.parse(await post("signed"));
check("the pretend Stripe has events to deliver", signed.length === events.length, signed.length);
for (const { header, body } of signed) check("what it signs the library takes", judge(header, body, 0));

server.stdin.end();
finish("stripe");
