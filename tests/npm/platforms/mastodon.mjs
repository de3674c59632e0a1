// Lets masto use our pretend Mastodon: posts, threads, pictures, deletions, limits and errors.
// usage: mastodon.mjs <folder of the packages> <caas_platform_server>
import { check, finish, packages } from "../providers/checks.mjs";
import { dot, start, thrown } from "./pretend.mjs";

const [folder, program] = process.argv.slice(2);
const platforms = await start(program);
const { createRestAPIClient, createOAuthAPIClient, MastoHttpError } = packages(folder)("masto");
const client = createRestAPIClient({ url: platforms.url, accessToken: "sandbox-token" });

const me = await client.v1.accounts.verifyCredentials();
check("who it is", me.username === "sandbox" && me.acct === "sandbox", me);
const instance = await client.v2.instance.fetch();
check("the instance tells its limits", instance.configuration.statuses.maxCharacters === 500, instance);
check("a time-out of media is told", instance.configuration.mediaAttachments.imageSizeLimit > 1e6, instance);

const one = await client.v1.statuses.create({ status: "Hello <you> & https://example.com/a?b=1" });
check("a status is made", /^[0-9]+$/.test(one.id) && one.visibility === "public", one);
check("its text is HTML", one.content.startsWith("<p>Hello &lt;you&gt; &amp; <a href="), one.content);
check("its moment is one", !Number.isNaN(Date.parse(one.createdAt)), one.createdAt);
check("it has an author", one.account?.acct === "sandbox", one.account);
check("it is not a reply", one.inReplyToId === null, one);

const two = await client.v1.statuses.create({
    status: "Second",
    inReplyToId: one.id,
    visibility: "unlisted",
    spoilerText: "Careful",
    sensitive: true,
    language: "en",
});
check("a reply is made", two.inReplyToId === one.id && two.visibility === "unlisted", two);
check("its warning is kept", two.spoilerText === "Careful" && two.sensitive === true, two);
check("its language is kept", two.language === "en", two.language);
const three = await client.v1.statuses.create({ status: "Third", inReplyToId: two.id });
check("a thread is a chain", three.inReplyToId === two.id, three);
const context = await client.v1.statuses.$select(three.id).context.fetch();
check("ancestors are told in their order", context.ancestors.map((s) => s.id).join() === [one.id, two.id].join(), context);

const media = await client.v2.media.create({ file: new Blob([dot], { type: "image/png" }), description: "A dot" });
check("a picture goes up", media.type === "image" && media.description === "A dot" && media.url, media);
const pictured = await client.v1.statuses.create({ status: "With a picture", mediaIds: [media.id] });
check("a picture is posted", pictured.mediaAttachments.length === 1 && pictured.mediaAttachments[0].id === media.id, pictured);
await platforms.slow("mastodon");
const slow = await client.v2.media.create({ file: new Blob([dot], { type: "image/png" }) });
check("media in the making are waited for", slow.url, slow);
const late = await client.v1.statuses.create({ status: "", mediaIds: [slow.id] });
check("a picture alone is a status", late.mediaAttachments.length === 1, late);

const source = await client.v1.statuses.$select(two.id).source.fetch();
check("the source is plain", source.text === "Second" && source.spoilerText === "Careful", source);
const listed = await client.v1.accounts.$select(me.id).statuses.list({ limit: 40, excludeReblogs: true });
check("five are listed, the newest first", listed.length === 5 && listed[0].id === late.id, listed.map((s) => s.id));
const page = await client.v1.accounts.$select(me.id).statuses.list({ limit: 2 });
check("a page has as many as are asked for", page.length === 2, page.length);
const since = await client.v1.accounts.$select(me.id).statuses.list({ sinceId: two.id });
check("older ones are left out", since.length === 3 && since.every((s) => BigInt(s.id) > BigInt(two.id)), since.map((s) => s.id));
const shown = await client.v1.statuses.$select(one.id).fetch();
check("a status is counted", shown.favouritesCount === 1 && shown.repliesCount === 1, shown);

const key = { requestInit: { headers: { "Idempotency-Key": "key-1" } } };
const first = await client.v1.statuses.create({ status: "Only once" }, key);
const again = await client.v1.statuses.create({ status: "Only once" }, key);
check("an idempotency key gives the same status", first.id === again.id, [first.id, again.id]);

const blank = await thrown(() => client.v1.statuses.create({ status: " " }));
check("a blank text is refused", blank instanceof MastoHttpError && blank.statusCode === 422, blank.message);
check("the words are Mastodon's", /Text can't be blank/.test(blank.message), blank.message);
const long = await thrown(() => client.v1.statuses.create({ status: "a".repeat(501) }));
check("a long text is refused", long.statusCode === 422, long.message);
const orphan = await thrown(() => client.v1.statuses.create({ status: "Nobody", inReplyToId: "12" }));
check("a reply to nobody is refused", orphan.statusCode === 404, orphan.message);
const strange = await thrown(() => client.v1.statuses.create({ status: "?", mediaIds: ["5"] }));
check("media that are not there are refused", strange.statusCode === 422, strange.message);
const seen = await thrown(() => client.v1.statuses.create({ status: "Again", mediaIds: [media.id] }));
check("media are attached once", seen.statusCode === 422, seen.message);
const stranger = createRestAPIClient({ url: platforms.url, accessToken: "another" });
const unknown = await thrown(() => stranger.v1.accounts.verifyCredentials());
check("an unknown token is refused", unknown.statusCode === 401, unknown.message);
await platforms.fail_next("mastodon", "rate_limit");
const limited = await thrown(() => client.v1.statuses.create({ status: "Too much" }));
check("a rate limit is one", limited.statusCode === 429 && /Too many/.test(limited.message), limited.message);

const gone = await client.v1.statuses.$select(two.id).remove();
check("a status is taken back with its text", gone.id === two.id && gone.text === "Second", gone);
const twice = await thrown(() => client.v1.statuses.$select(two.id).remove());
check("it is taken back once", twice.statusCode === 404, twice.message);

// An application registers itself, and its sign-in is good for publishing.
const redirect = "http://127.0.0.1:8765/callback";
const application = await createRestAPIClient({ url: platforms.url }).v1.apps.create({
    clientName: "masto",
    redirectUris: redirect,
    scopes: "read write",
});
check("an application registers", application.clientId && application.clientSecret, application);
const link = `${platforms.url}/oauth/authorize?${new URLSearchParams({
    response_type: "code",
    client_id: application.clientId,
    redirect_uri: redirect,
    scope: "read write",
    state: "s",
})}`;
const back = await fetch(link, { redirect: "manual" });
const code = new URL(back.headers.get("location")).searchParams.get("code");
const oauth = createOAuthAPIClient({ url: platforms.url });
const trade = {
    grantType: "authorization_code",
    code,
    clientId: application.clientId,
    clientSecret: application.clientSecret,
    redirectUri: redirect,
    scope: "read write",
};
const token = await oauth.token.create(trade);
check("a code is traded for a token", token.accessToken && token.tokenType === "Bearer" && token.createdAt, token);
const signed = createRestAPIClient({ url: platforms.url, accessToken: token.accessToken });
const own = await signed.v1.statuses.create({ status: "By the token of a sign-in" });
check("the token publishes", own.id, own);
const reused = await thrown(() => oauth.token.create(trade));
check("a code works once", reused.statusCode === 400, reused.message);
await oauth.revoke({ clientId: application.clientId, clientSecret: application.clientSecret, token: token.accessToken });
const revoked = await thrown(() => signed.v1.statuses.create({ status: "Too late" }));
check("a revoked token publishes nothing", revoked.statusCode === 401, revoked.message);

platforms.stop();
finish("masto");
