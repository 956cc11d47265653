import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Secret } from "../../src/domain/secret.ts";
import { budgetDaysInMemory } from "../../src/gate/budget-days.ts";
import type { DataSource } from "../../src/prometheus/data-source.ts";
import { measurerOf } from "../../src/prometheus/measurer.ts";
import { makeAuthority } from "../world/certificate.ts";
import { askedAt, type HostileServer, startHostileServer } from "./hostile-server.ts";
import { measureAt, ofRatio, ratio, sourceAt } from "./one-question.ts";

let server: HostileServer;
afterEach(() => server.stop());

describe("a Prometheus behind a private authority that lets in only whom it knows", () => {
  const authority = makeAuthority("acme");
  const stranger = makeAuthority("acme");
  const client = authority.issue("burngate");
  const tls = { ca: authority.cert, cert: client.cert, key: new Secret(() => client.key) };

  beforeEach(async () => {
    const identity = authority.issue("prometheus", "127.0.0.1");
    server = await startHostileServer({ ...identity, ca: authority.cert, requestCert: true });
  });

  const measure = (changes: Partial<DataSource>) => measureAt(server, ofRatio("0.25"), ratio, changes);

  it("is measured with the authority, the certificate and the key that the operator gave", async () => {
    expect(await measure({ tls })).toMatchObject({ kind: "measured", errorRatio: 0.25 });
    expect(server.received).toHaveLength(1);
  });

  it.each<[string, DataSource["tls"], RegExp]>([
    ["an authority that nobody told us of", { cert: tls.cert, key: tls.key }, /: SELF_SIGNED_CERT_IN_CHAIN$/],
    ["another authority of the same name", { ...tls, ca: stranger.cert }, /: CERT_SIGNATURE_FAILURE$/],
    ["no certificate of our own", { ca: tls.ca }, /: (ERR_SSL_\w*CERTIFICATE_REQUIRED|ECONNRESET|EPIPE)$/],
  ])("is not measured, and told no credential, with %s", async (_, given, detail) => {
    expect(await measure({ tls: given })).toMatchObject({
      kind: "unmeasured",
      why: "unreachable",
      detail: expect.stringMatching(detail) as unknown,
    });
    expect(server.received).toEqual([]);
  });

  it("is not measured, and told no credential, under a name that its certificate does not have", async () => {
    const url = new URL(server.url.replace("127.0.0.1", "localhost"));
    expect(await measure({ tls, url })).toMatchObject({
      kind: "unmeasured",
      why: "unreachable",
      detail: "cannot be reached: ERR_TLS_CERT_ALTNAME_INVALID",
    });
    expect(server.received).toEqual([]);
  });
});

describe("a Prometheus that is asked again and again", () => {
  it("is asked over one connection", async () => {
    server = await startHostileServer();
    server.behave(ofRatio("0"));
    const measurer = measurerOf([sourceAt(server)], budgetDaysInMemory());
    const questions = [{ objective: ratio, windowsMs: [300_000] }];
    for (let asked = 1; asked <= 5; asked += 1) {
      const [measurement] = await measurer.measure({ dataSource: "main", questions, at: askedAt });
      expect(measurement).toMatchObject({ kind: "measured" });
      expect(server.received).toHaveLength(asked);
    }
    measurer.close();
    expect(server.connections).toBe(1);
  });
});
