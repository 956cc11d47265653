import type { ServerResponse } from "node:http";

/** Answers with a short text that no cache keeps. */
export function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  type = "text/plain; charset=utf-8",
): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, headersOf(type));
  response.end(text);
}

/** Sends the whole of a connection's last answer; the caller ends the response when the other side is done. */
export function sendLast(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    ...headersOf("text/plain; charset=utf-8"),
    "content-length": Buffer.byteLength(text),
    connection: "close",
  });
  response.write(text);
}

function headersOf(type: string): Record<string, string> {
  return { "content-type": type, "cache-control": "no-store", "x-content-type-options": "nosniff" };
}
