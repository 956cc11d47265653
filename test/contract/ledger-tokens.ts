import { describe, expect } from "vitest";
import type { GateToken } from "../../src/gate/tokens.ts";
import type { Law } from "./ledger-contract.ts";
import { noon } from "./ledger-samples.ts";

const hour = 3_600_000;
const token: Omit<GateToken, "revokedAt" | "lastUsedAt"> = {
  id: "3f1c2f6e1b7c8000",
  name: "argo",
  repositories: ["acme/*"],
  environments: ["production"],
  createdAt: noon,
  expiresAt: noon + hour,
};

/** What is promised of callers' tokens. */
export function tokenLaws(law: Law): void {
  describe("tokens", () => {
    law("are kept as they were made, with a hash and without a secret", async ({ tokens }) => {
      await tokens.add(token, "ab");
      const kept = { ...token, revokedAt: undefined, lastUsedAt: undefined };
      expect(await tokens.find(token.id)).toEqual({ token: kept, hash: "ab" });
      expect(await tokens.find("none")).toBeUndefined();
      await tokens.add(
        { ...token, id: "b", environments: undefined, expiresAt: undefined, createdAt: noon + 1 },
        "cd",
      );
      expect((await tokens.list()).map(({ id, environments }) => [id, environments])).toEqual([
        ["b", undefined],
        [token.id, ["production"]],
      ]);
    });

    law("are revoked once and for good", async ({ tokens }) => {
      await tokens.add(token, "ab");
      expect(await tokens.revoke(token.id, noon)).toBe(true);
      expect(await tokens.revoke(token.id, noon + 1)).toBe(false);
      expect(await tokens.revoke("none", noon)).toBe(false);
      expect((await tokens.find(token.id))?.token.revokedAt).toBe(noon);
    });

    law("tell to the hour when they were last used", async ({ tokens }) => {
      await tokens.add(token, "ab");
      const usedAt = async (now: number): Promise<number | undefined> => {
        await tokens.used(token.id, now);
        return (await tokens.find(token.id))?.token.lastUsedAt;
      };
      expect(await usedAt(noon)).toBe(noon);
      expect(await usedAt(noon + hour)).toBe(noon);
      expect(await usedAt(noon + hour + 1)).toBe(noon + hour + 1);
    });

    law("of issuers are new once, whoever looks, until they could be shown no more", async ({ tokens }) => {
      const looks = await Promise.all(
        Array.from({ length: 8 }, async () => tokens.see("mark", noon + hour, noon)),
      );
      expect(looks.filter(Boolean)).toHaveLength(1);
      expect(await tokens.see("mark", noon + hour, noon + hour)).toBe(false);
      expect(await tokens.see("mark", noon + 2 * hour, noon + hour + 1)).toBe(true);
      expect(await tokens.see("other", noon + hour, noon)).toBe(true);
    });
  });
}
