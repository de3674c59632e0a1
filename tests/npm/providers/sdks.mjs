// Lets the official SDKs ask our pretend providers and read answers, streams and errors.
// usage: sdks.mjs <folder of the packages> <caas_sandbox_server>
import { spawn } from "node:child_process";
import { check, finish, packages } from "./checks.mjs";

const [folder, program] = process.argv.slice(2);
const load = packages(folder);
const OpenAI = load("openai");
const Anthropic = load("@anthropic-ai/sdk");
const { GoogleGenAI } = load("@google/genai");

const server = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });
process.on("exit", () => server.kill());
const port = await new Promise((resolve, reject) => {
    server.stdout.once("data", (bytes) => resolve(parseInt(bytes.toString(), 10)));
    server.once("exit", () => reject(new Error("the server ended")));
});
const base = `http://127.0.0.1:${port}`;

const schema = {
    type: "object",
    properties: {
        x: {
            type: "object",
            properties: { text: { type: "string" } },
            required: ["text"],
            additionalProperties: false,
        },
    },
    required: ["x"],
    additionalProperties: false,
};
const post = "A pretend post for x: Our app works offline";
const isPost = (text) => {
    try {
        return JSON.parse(text).x.text === post;
    } catch {
        return false;
    }
};
const prompt = (fault) => "Our app works offline" + (fault ? ` fault:${fault}` : "");

async function thrown(call) {
    try {
        const value = await call();
        return { name: "nothing was thrown", value };
    } catch (error) {
        return error;
    }
}

// ---- OpenAI, both APIs

const openai = new OpenAI({ apiKey: "sk-good", baseURL: `${base}/v1`, maxRetries: 0 });
const response = (fault, more = {}) => ({
    model: "gpt-5.4-mini",
    instructions: "You write posts.",
    input: prompt(fault),
    store: false,
    text: { format: { type: "json_schema", name: "posts", strict: true, schema } },
    ...more,
});
const chat = (fault, more = {}) => ({
    model: "gpt-5.4-mini",
    messages: [
        { role: "system", content: "You write posts." },
        { role: "user", content: prompt(fault) },
    ],
    response_format: { type: "json_schema", json_schema: { name: "posts", strict: true, schema } },
    ...more,
});

{
    const whole = await openai.responses.create(response());
    check("openai reads a response", isPost(whole.output_text), whole.output_text);
    check("openai reads its usage", whole.usage.input_tokens > 0 && whole.usage.output_tokens > 0);
    check("openai reads its request id", whole._request_id === "req_sandbox", whole._request_id);

    let text = "";
    const kinds = [];
    for await (const event of await openai.responses.create(response("", { stream: true }))) {
        kinds.push(event.type);
        if (event.type === "response.output_text.delta") text += event.delta;
        if (event.type === "response.completed")
            check("openai reads a stream's usage", event.response.usage.output_tokens > 0);
    }
    check("openai reads a stream of a response", isPost(text), text);
    check("openai sees the end", kinds.at(-1) === "response.completed", kinds);

    const stream = openai.responses.stream(response());
    const final = await stream.finalResponse();
    check("openai gathers a stream by itself", isPost(final.output_text), final.output_text);

    const cut = await openai.responses.create(response("cut_off"));
    check("openai sees an answer cut off", cut.incomplete_details?.reason === "max_output_tokens");
    const refused = await openai.responses.create(response("refusal"));
    const message = refused.output.find(({ type }) => type === "message");
    check("openai sees a refusal", message?.content[0]?.type === "refusal", refused.output);

    const broken = await thrown(async () => {
        let last;
        for await (const event of await openai.responses.create(
            response("stream_error", { stream: true }),
        ))
            last = event;
        return last.type;
    });
    // 6.49 hands the event on, newer ones throw it.
    check(
        "openai sees an error in a stream",
        broken.value === "error" || broken instanceof OpenAI.APIError,
        broken,
    );

    const models = await openai.models.list();
    check("openai lists models", models.data[0].id === "gpt-5.4-mini", models.data);
}
{
    const whole = await openai.chat.completions.create(chat());
    check("openai reads a completion", isPost(whole.choices[0].message.content), whole.choices);
    check("openai reads a completion's usage", whole.usage.total_tokens > 0);

    let text = "";
    let usage;
    for await (const chunk of await openai.chat.completions.create(
        chat("", { stream: true, stream_options: { include_usage: true } }),
    )) {
        text += chunk.choices[0]?.delta.content ?? "";
        usage = chunk.usage ?? usage;
    }
    check("openai reads a stream of a completion", isPost(text), text);
    check("openai reads that stream's usage", usage?.completion_tokens > 0, usage);

    const failed = await thrown(async () => {
        for await (const chunk of await openai.chat.completions.create(
            chat("stream_error", { stream: true }),
        ))
            void chunk;
    });
    check("openai throws an error in a completion's stream", failed instanceof OpenAI.APIError, failed);

    const refused = await openai.chat.completions.create(chat("refusal"));
    check("openai reads a refusal", refused.choices[0].message.refusal !== null);
    const cut = await openai.chat.completions.create(chat("cut_off"));
    check("openai reads length", cut.choices[0].finish_reason === "length");
}
for (const [fault, kind, status, code] of [
    ["bad_key", OpenAI.AuthenticationError, 401, "invalid_api_key"],
    ["quota", OpenAI.RateLimitError, 429, "credit_balance_exhausted"],
    ["rate_limit", OpenAI.RateLimitError, 429, "rate_limit_exceeded"],
    ["forbidden", OpenAI.PermissionDeniedError, 403, "unsupported_country_region_territory"],
    ["no_model", OpenAI.NotFoundError, 404, "model_not_found"],
    ["too_long", OpenAI.BadRequestError, 400, "context_length_exceeded"],
    ["server_error", OpenAI.InternalServerError, 500, null],
    ["overloaded", OpenAI.InternalServerError, 503, "server_is_overloaded"],
    ["html", OpenAI.InternalServerError, 502, undefined],
]) {
    const error = await thrown(() => openai.responses.create(response(fault)));
    check(
        `openai reads ${fault}`,
        error instanceof kind && error.status === status && error.code === code,
        { name: error.name, status: error.status, code: error.code },
    );
}
{
    const error = await thrown(() => openai.chat.completions.create(chat("overloaded")));
    check("openai reads llama.cpp's loading", error.status === 503 && error.code === 503, error);
    const retrying = new OpenAI({ apiKey: "sk-good", baseURL: `${base}/v1`, maxRetries: 2 });
    const waited = Date.now();
    const whole = await retrying.responses.create(response("rate_limit:1"));
    check("openai waits as the header says", isPost(whole.output_text) && Date.now() - waited >= 1900);
    const hanging = new OpenAI({
        apiKey: "sk-good", baseURL: `${base}/v1`, maxRetries: 0, timeout: 300,
    });
    const late = await thrown(() => hanging.chat.completions.create(chat("hang")));
    check("openai sees a time-out", late instanceof OpenAI.APIConnectionTimeoutError, late);
    const cut = await thrown(() => openai.chat.completions.create(chat("broken")));
    check("openai sees a connection that dies", cut instanceof Error, cut);
}

// ---- Anthropic

const anthropic = new Anthropic({ apiKey: "sk-ant-good", baseURL: base, maxRetries: 0 });
const messages = (fault, more = {}) => ({
    model: "claude-haiku-5-5",
    max_tokens: 400,
    system: "You write posts.",
    messages: [{ role: "user", content: prompt(fault) }],
    output_config: { format: { type: "json_schema", schema } },
    ...more,
});
{
    const textOf = ({ content }) =>
        content.filter(({ type }) => type === "text").map(({ text }) => text).join("");
    const whole = await anthropic.messages.create(messages());
    check("anthropic reads a message", isPost(textOf(whole)), whole);
    check("anthropic reads its request id", whole._request_id === "req_sandbox", whole._request_id);
    check("anthropic reads its usage", whole.usage.output_tokens > 0);

    const stream = anthropic.messages.stream(messages());
    let text = "";
    stream.on("text", (piece) => (text += piece));
    const final = await stream.finalMessage();
    check("anthropic reads a stream", isPost(text) && isPost(textOf(final)), final);
    check("anthropic counts a stream", final.usage.output_tokens === whole.usage.output_tokens);
    check("anthropic reads a stop reason", final.stop_reason === "end_turn", final.stop_reason);

    const refused = await anthropic.messages.create(messages("refusal"));
    check("anthropic reads a refusal", refused.stop_reason === "refusal", refused);
    const cut = await anthropic.messages.create(messages("cut_off"));
    check("anthropic reads max_tokens", cut.stop_reason === "max_tokens", cut);

    const failed = await thrown(() => anthropic.messages.stream(messages("stream_error")).finalMessage());
    check(
        "anthropic throws an error in a stream",
        failed instanceof Anthropic.APIError && failed.type === "overloaded_error",
        failed,
    );
    const models = await anthropic.models.list();
    check("anthropic lists models", models.data[0].id === "claude-haiku-5-5", models.data);
}
for (const [fault, kind, status, type] of [
    ["bad_key", Anthropic.AuthenticationError, 401, "authentication_error"],
    ["forbidden", Anthropic.PermissionDeniedError, 403, "permission_error"],
    ["quota", Anthropic.RateLimitError, 429, "rate_limit_error"],
    ["rate_limit", Anthropic.RateLimitError, 429, "rate_limit_error"],
    ["no_model", Anthropic.NotFoundError, 404, "not_found_error"],
    ["too_long", Anthropic.BadRequestError, 400, "invalid_request_error"],
    ["server_error", Anthropic.InternalServerError, 500, "api_error"],
    ["overloaded", Anthropic.InternalServerError, 529, "overloaded_error"],
]) {
    const error = await thrown(() => anthropic.messages.create(messages(fault)));
    check(
        `anthropic reads ${fault}`,
        error instanceof kind && error.status === status && error.type === type,
        { name: error.name, status: error.status, type: error.type },
    );
}

// ---- Gemini

const gemini = new GoogleGenAI({ apiKey: "AIza-good", httpOptions: { baseUrl: base } });
const content = (fault) => ({
    model: "gemini-3.5-flash-lite",
    contents: prompt(fault),
    config: {
        systemInstruction: "You write posts.",
        maxOutputTokens: 400,
        responseMimeType: "application/json",
        responseJsonSchema: schema,
    },
});
{
    const whole = await gemini.models.generateContent(content());
    check("gemini reads an answer", isPost(whole.text), whole.text);
    check("gemini reads its usage", whole.usageMetadata.candidatesTokenCount > 0);

    let text = "";
    let last;
    for await (const chunk of await gemini.models.generateContentStream(content())) {
        text += chunk.text ?? "";
        last = chunk;
    }
    check("gemini reads a stream", isPost(text), text);
    check("gemini sees the end", last.candidates[0].finishReason === "STOP", last);
    check("gemini counts a stream", last.usageMetadata.candidatesTokenCount > 0);

    const blocked = await gemini.models.generateContent(content("blocked"));
    check(
        "gemini reads a blocked prompt",
        blocked.promptFeedback?.blockReason === "PROHIBITED_CONTENT" && !blocked.candidates,
        blocked,
    );
    const refused = await gemini.models.generateContent(content("refusal"));
    check("gemini reads a refusal", refused.candidates[0].finishReason === "SAFETY");
    const cut = await gemini.models.generateContent(content("cut_off"));
    check("gemini reads MAX_TOKENS", cut.candidates[0].finishReason === "MAX_TOKENS");
}
for (const [fault, status, word] of [
    ["bad_key", 400, "API_KEY_INVALID"],
    ["forbidden", 403, "PERMISSION_DENIED"],
    ["quota", 429, "PerDay"],
    ["rate_limit", 429, "RetryInfo"],
    ["no_model", 404, "NOT_FOUND"],
    ["too_long", 400, "exceeds the maximum number of tokens"],
    ["server_error", 500, "INTERNAL"],
    ["overloaded", 503, "UNAVAILABLE"],
]) {
    const error = await thrown(() => gemini.models.generateContent(content(fault)));
    check(
        `gemini reads ${fault}`,
        error.name === "ApiError" && error.status === status && error.message.includes(word),
        { name: error.name, status: error.status, message: error.message },
    );
}

server.stdin.end();
finish("The official SDKs");
