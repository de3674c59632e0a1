// Lets twitter-api-v2 use our pretend X: posts, threads, pictures, videos, listings and errors.
// usage: x.mjs <folder of the packages> <caas_platform_server>
import http from "node:http";
import { createRequire } from "node:module";
import { check, finish, packages } from "../providers/checks.mjs";
import { start, thrown } from "./pretend.mjs";

const [folder, program] = process.argv.slice(2);
const platforms = await start(program);
const { port } = platforms;

// The client knows X's own address only; its requests are led here, to loopback, as they are.
const https = createRequire(import.meta.url)("node:https");
const asked = [];
https.request = (options, ...more) => {
    asked.push(`${options.method} ${options.hostname ?? options.host}${options.pathname ?? options.path}`);
    return http.request(
        {
            method: options.method,
            headers: { ...options.headers, host: "api.x.com" },
            path: options.path ?? `${options.pathname}${options.search ?? ""}`,
            host: "127.0.0.1",
            port,
        },
        ...more,
    );
};

const { TwitterApi, ApiResponseError } = packages(folder)("twitter-api-v2");
const client = new TwitterApi("x-sandbox-token");

const me = await client.v2.me({ "user.fields": ["verified", "verified_type"] });
check("who it is", me.data.username === "sandbox" && me.data.verified_type === "none", me);

const one = await client.v2.tweet("Hello <you> & https://example.com/a?b=1");
check("a post is made", /^[0-9]+$/.test(one.data.id), one);
const thread = await client.v2.tweetThread(["First of three", "Second", "Third"]);
check("a thread is made", thread.length === 3, thread);

const picture = await client.v2.uploadMedia(Buffer.alloc(2_500_000, 7), { media_type: "image/png" });
await client.v2.createMediaMetadata(picture, { alt_text: { text: "Sevens" } });
const pictured = await client.v2.tweet("With a picture", { media: { media_ids: [picture] } });
check("a picture goes up in pieces and is posted", pictured.data.id, pictured);
const video = await client.v2.uploadMedia(Buffer.alloc(1000, 8), { media_type: "video/mp4" });
const filmed = await client.v2.tweet("With a video", { media: { media_ids: [video] } });
check("a video is waited for and posted", filmed.data.id, filmed);

const timeline = await client.v2.userTimeline(me.data.id, {
    max_results: 10,
    exclude: "retweets",
    "tweet.fields": ["created_at", "entities", "referenced_tweets", "attachments"],
});
const listed = timeline.tweets;
check("the newest is listed first", listed[0].id === filmed.data.id, listed[0]);
check("six posts are listed", listed.length === 6, listed.length);
const shown = listed.find((tweet) => tweet.id === one.data.id);
check("texts are escaped and links shortened", shown.text.startsWith("Hello &lt;you&gt; &amp; https://t.co/"), shown);
check("links are explained", shown.entities.urls[0].expanded_url === "https://example.com/a?b=1", shown.entities);
const third = listed.find((tweet) => tweet.id === thread[2].data.id);
check(
    "a thread is a chain",
    third.referenced_tweets[0].type === "replied_to" && third.referenced_tweets[0].id === thread[1].data.id,
    third,
);
check("media are attached", listed[1].attachments.media_keys.length === 1, listed[1]);

const counted = await client.v2.tweets([one.data.id], { "tweet.fields": ["public_metrics"] });
check("posts are counted", counted.data[0].public_metrics.like_count === 3, counted.data);

const duplicate = await thrown(() => client.v2.tweet("First of three"));
check(
    "a duplicate is refused",
    duplicate instanceof ApiResponseError && duplicate.code === 403 && /duplicate/.test(duplicate.data.detail),
    duplicate.data,
);
const long = await thrown(() => client.v2.tweet("a".repeat(281)));
check("a long text is refused", long.code === 400, long.data);
const unknown = await thrown(() => client.v2.tweet("Unknown", { colour: "red" }));
check("an unknown member is refused", unknown.code === 400, unknown.data);
const orphan = await thrown(() => client.v2.reply("Nobody", "123"));
check("a reply to nobody is refused", orphan.code === 404, orphan.data);
const unready = await thrown(() => client.v2.tweet("Nothing", { media: { media_ids: ["5"] } }));
check("media that are not there are refused", unready.code === 400, unready.data);
const stranger = await thrown(() => new TwitterApi("another").v2.me());
check("an unknown token is refused", stranger.isAuthError === true || stranger.code === 401, stranger.data);

await platforms.fail_next("x", "rate_limit");
const limited = await thrown(() => client.v2.tweet("Too much"));
check(
    "a rate limit is read with its day",
    limited.rateLimitError === true && limited.rateLimit.userDay?.remaining === 0,
    limited.rateLimit,
);

const gone = await client.v2.deleteTweet(one.data.id);
check("a post is taken back", gone.data.deleted === true, gone);
const again = await thrown(() => client.v2.deleteTweet(one.data.id));
check("a post is taken back once", again.code === 404, again.data);
check("the client spoke to X", asked.length > 20 && asked.every((line) => line.includes("api.x.com")), asked[0]);

platforms.stop();
finish("twitter-api-v2");
