/** An issuer of OIDC tokens, for real: keys behind HTTP, and whatever token a test wants signed. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";

/** A running issuer. */
export interface OidcIssuer {
  readonly url: string;
  /** Where its keys are. */
  readonly jwks: string;
  /** The public keys as they are served. */
  readonly keys: readonly JWK[];
  /** Signs claims; `key` and `header` make it a forgery. */
  sign(
    claims: object,
    how?: { readonly key?: CryptoKey | Uint8Array; readonly header?: object },
  ): Promise<string>;
  /** How it answers from now on. */
  answer(how: "keys" | "nothing" | "redirect" | "html" | "too_much"): void;
  /** How often its keys were asked for. */
  readonly asked: () => number;
  stop(): Promise<void>;
}

/** Starts an issuer. */
export async function startIssuer(): Promise<OidcIssuer> {
  const { publicKey, privateKey } = await generateKeyPair("RS256", { extractable: true });
  const keys = [{ ...(await exportJWK(publicKey)), kid: "first", alg: "RS256", use: "sig" }];
  let how: Parameters<OidcIssuer["answer"]>[0] = "keys";
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    switch (how) {
      case "keys":
        return response.end(request.url === "/stolen" ? "{}" : JSON.stringify({ keys }));
      case "nothing":
        return request.socket.destroy();
      case "redirect":
        return response.writeHead(302, { location: "/keys" }).end();
      case "html":
        return response.writeHead(200, { "content-type": "text/html" }).end("<html>");
      case "too_much":
        return response.end(JSON.stringify({ keys, more: "x".repeat(1_000_000) }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    jwks: `${url}/keys`,
    keys,
    sign: (claims, { key = privateKey, header = {} } = {}) =>
      new SignJWT({ ...claims }).setProtectedHeader({ alg: "RS256", kid: "first", ...header }).sign(key),
    answer(next) {
      how = next;
    },
    asked: () => asked,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
