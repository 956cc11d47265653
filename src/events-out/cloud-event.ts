/**
 * CloudEvents 1.0 over HTTP (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md): the few
 * lines that sending takes. The package `cloudevents` brings ajv and more for what is only needed to receive.
 */

/** An event with what it tells. */
export interface CloudEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  /** ISO 8601. */
  readonly time: string;
  readonly extensions?: Readonly<Record<string, string>>;
  readonly data: object;
}

/** A request's headers and body. */
export interface HttpMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The whole event as one JSON object. */
export function structured({ data, extensions = {}, ...attributes }: CloudEvent): HttpMessage {
  const body = {
    specversion: "1.0",
    ...attributes,
    ...extensions,
    datacontenttype: "application/json",
    data,
  };
  return {
    headers: { "content-type": "application/cloudevents+json; charset=utf-8" },
    body: JSON.stringify(body),
  };
}

/** The attributes as headers, and what it tells as the body. */
export function binary({ data, extensions = {}, ...attributes }: CloudEvent): HttpMessage {
  const headers = Object.entries({ specversion: "1.0", ...attributes, ...extensions }).map(
    ([name, value]) => [`ce-${name}`, percentEncoded(value)] as const,
  );
  return {
    headers: { "content-type": "application/json", ...Object.fromEntries(headers) },
    body: JSON.stringify(data),
  };
}

/** What a header may not hold is percent-encoded, as the binding says. */
function percentEncoded(text: string): string {
  return text.replaceAll(/[^!#-$&-~]/gu, (char) =>
    [...Buffer.from(char)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join(""),
  );
}
