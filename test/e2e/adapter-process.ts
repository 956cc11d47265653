/** Somebody else's adapter: Probot's own server, which loads our app function and knows nothing of ours. */
import type { AddressInfo } from "node:net";
import { pino } from "pino";
import { Probot, Server } from "probot";
import burngate from "../../src/github/app.ts";

const read = (name: string): string => process.env[name] ?? "";

const options = { appId: read("APP_ID"), privateKey: read("PRIVATE_KEY"), secret: read("WEBHOOK_SECRET") };
const log = pino({ level: "silent" });
const server = new Server({ Probot: Probot.defaults({ ...options, log }), port: 0, host: "127.0.0.1", log });
await server.load(burngate);
const http = await server.start();
const { port } = http.address() as AddressInfo;
process.stdout.write(`${JSON.stringify({ msg: "listening", port })}\n`);
