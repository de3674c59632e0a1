// Lets @atproto/api use our pretend Bluesky: sessions, posts, threads, pictures, deletions, errors.
// Its client checks every answer against the lexicons.
// usage: bluesky.mjs <folder of the packages> <caas_platform_server>
import { check, finish, packages } from "../providers/checks.mjs";
import { dot, start, thrown } from "./pretend.mjs";

const [folder, program] = process.argv.slice(2);
const platforms = await start(program);
const { AtpAgent, RichText, XRPCError } = packages(folder)("@atproto/api");

const events = [];
const agent = new AtpAgent({ service: platforms.url, persistSession: (event) => events.push(event) });
const wrong = await thrown(() => agent.login({ identifier: "ana.test", password: "no" }));
check("a wrong password is refused", wrong instanceof XRPCError && wrong.status === 401, wrong.message);
await agent.login({ identifier: "ana.test", password: "app-password" });
check("one signs in", agent.session?.handle === "ana.test" && agent.did.startsWith("did:plc:"), agent.session);
const session = await agent.com.atproto.server.getSession();
check("the session is told", session.data.did === agent.did, session.data);
const resolved = await agent.resolveHandle({ handle: "ana.test" });
check("a handle is resolved", resolved.data.did === agent.did, resolved.data);
const nobody = await thrown(() => agent.resolveHandle({ handle: "nobody.test" }));
check("an unknown handle is not", nobody.status === 400, nobody.message);

const rich = new RichText({ text: "Hello @ana.test, see https://example.com/a #tag" });
await rich.detectFacets(agent);
check("facets are found", rich.facets?.length === 3, rich.facets);
const one = await agent.post({ text: rich.text, facets: rich.facets, langs: ["en"] });
check("a post is made", one.uri.startsWith(`at://${agent.did}/app.bsky.feed.post/`), one);
const two = await agent.post({ text: "Second", reply: { root: one, parent: one } });
const three = await agent.post({ text: "Third", reply: { root: one, parent: two } });
check("a thread is made", three.uri !== two.uri, three);

const uploaded = await agent.uploadBlob(dot, { encoding: "image/png" });
check("a picture goes up", uploaded.data.blob.mimeType === "image/png" && uploaded.data.blob.size === dot.length, uploaded.data);
const pictured = await agent.post({
    text: "With a picture",
    embed: {
        $type: "app.bsky.embed.images",
        images: [{ image: uploaded.data.blob, alt: "A dot", aspectRatio: { width: 1, height: 1 } }],
    },
});
check("a picture is posted", pictured.cid, pictured);
const card = await agent.post({
    text: "With a card",
    embed: {
        $type: "app.bsky.embed.external",
        external: { uri: "https://example.com/", title: "Example", description: "A page", thumb: uploaded.data.blob },
    },
});
check("a link card is posted", card.cid, card);

const read = await agent.getPost({ repo: agent.did, rkey: pictured.uri.split("/").pop() });
check("a record is read as it was written", read.value.embed.images[0].alt === "A dot" && read.cid === pictured.cid, read);
const listed = await agent.com.atproto.repo.listRecords({ repo: agent.did, collection: "app.bsky.feed.post", limit: 10 });
check("records are listed, the newest first", listed.data.records.length === 5 && listed.data.records[0].uri === card.uri, listed.data);
const missing = await thrown(() => agent.getPost({ repo: agent.did, rkey: "3aaaaaaaaaaaa" }));
check("a record that is not there is named", missing.error === "RecordNotFound", missing.message);
const counted = await agent.getPosts({ uris: [one.uri, two.uri] });
check("posts are counted", counted.data.posts.length === 2 && counted.data.posts[0].likeCount === 1, counted.data);

const rkey = "3l2z3h7xk2s2a";
const record = { $type: "app.bsky.feed.post", text: "By its key", createdAt: new Date().toISOString() };
const put = () =>
    agent.com.atproto.repo.putRecord({ repo: agent.did, collection: "app.bsky.feed.post", rkey, record, swapRecord: null });
const put_once = await put();
check("a record is put by its key", put_once.data.uri.endsWith(rkey), put_once.data);
const put_twice = await put();
check("the same record again is no other", put_twice.data.cid === put_once.data.cid, put_twice.data);
record.text = "Another under the same key";
const clash = await thrown(put);
check("another under the same key is refused", clash.error === "InvalidSwap", clash.message);

const long = await thrown(() => agent.post({ text: "a".repeat(3001) }));
check("a long text is refused", long.status === 400, long.message);
const foreign = await thrown(() =>
    agent.com.atproto.repo.createRecord({ repo: "did:plc:somebodyelse", collection: "app.bsky.feed.post", record }),
);
check("nobody writes into another's repository", foreign.status === 403 || foreign.status === 400, foreign.message);
const lost = await thrown(() =>
    agent.post({
        text: "Lost",
        embed: {
            $type: "app.bsky.embed.images",
            images: [
                {
                    alt: "",
                    image: {
                        $type: "blob",
                        ref: { $link: "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku" },
                        mimeType: "image/png",
                        size: 5,
                    },
                },
            ],
        },
    }),
);
check("a picture that never went up is refused", lost.error === "BlobNotFound", lost.message);
await platforms.fail_next("bluesky", "rate_limit");
const limited = await thrown(() => agent.post({ text: "Too much" }));
check("a rate limit is one", limited.status === 429 && limited.error === "RateLimitExceeded", limited.message);
check("its reset is told", Number(limited.headers?.["ratelimit-reset"]) > 0, limited.headers);

await platforms.fail_next("bluesky", "expired_token");
const renewed = await agent.post({ text: "After a renewal" });
check("an expired token is renewed by the client", renewed.uri && events.includes("update"), events);

await agent.deletePost(two.uri);
const gone = await thrown(() => agent.getPost({ repo: agent.did, rkey: two.uri.split("/").pop() }));
check("a post is taken back", gone.error === "RecordNotFound", gone.message);
await agent.deletePost(two.uri);
check("and again is no error", true);
const stranger = new AtpAgent({ service: platforms.url });
const unsigned = await thrown(() =>
    stranger.com.atproto.repo.createRecord({ repo: agent.did, collection: "app.bsky.feed.post", record }),
);
check("nobody writes unsigned", unsigned.status === 401 && unsigned.error === "AuthMissing", unsigned.message);
await agent.logout();

platforms.stop();
finish("@atproto/api");
