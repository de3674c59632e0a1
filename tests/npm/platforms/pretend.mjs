// The pretend platforms on loopback and what every client's check needs of them.
import { spawn } from "node:child_process";
import http from "node:http";

// Starts them; ends with this process, or when `stop` is called.
export async function start(program) {
    const server = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });
    process.on("exit", () => server.kill());
    const port = await new Promise((resolve, reject) => {
        server.stdout.once("data", (bytes) => resolve(parseInt(bytes.toString(), 10)));
        server.once("exit", () => reject(new Error("the server ended")));
    });
    const post = (path) =>
        new Promise((resolve) =>
            http
                .request({ method: "POST", host: "127.0.0.1", port, path }, (answer) => {
                    answer.resume();
                    answer.on("end", resolve);
                })
                .end(),
        );
    return {
        port,
        url: `http://127.0.0.1:${port}`,
        fail_next: (platform, fault) => post(`/sandbox/${platform}/${fault}`),
        slow: (platform) => post(`/sandbox/${platform}/slow`),
        stop: () => server.stdin.end(),
    };
}

// What `call` throws, or what it gave.
export async function thrown(call) {
    try {
        return { name: "nothing was thrown", value: await call() };
    } catch (error) {
        return error;
    }
}

// A PNG of one dot.
export const dot = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
);
