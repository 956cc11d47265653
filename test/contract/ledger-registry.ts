import { describe, expect } from "vitest";
import type { Law } from "./ledger-contract.ts";
import { noon, shop } from "./ledger-samples.ts";

/** What is promised of installations and repositories. */
export function registryLaws(law: Law): void {
  describe("registry", () => {
    law("a repository is as it was last described, and can be forgotten", async ({ registry }) => {
      expect(await registry.repository(shop.id)).toBeUndefined();
      await registry.remember(shop);
      expect(await registry.repository(shop.id)).toEqual(shop);
      const renamed = { ...shop, name: "store", isPublic: true, owner: "umbrella", installationId: 71 };
      await registry.remember(renamed);
      expect(await registry.repository(shop.id)).toEqual(renamed);
      await registry.forgetRepository(shop.id);
      await registry.forgetRepository(shop.id);
      expect(await registry.repository(shop.id)).toBeUndefined();
    });

    law("repositories are found by their name without case, the newest first", async ({ registry }) => {
      const older = { ...shop, installationId: 70 };
      const newer = { ...shop, id: shop.id + 1, installationId: 71 };
      const other = { ...shop, id: shop.id + 2, name: "shop2" };
      for (const repository of [newer, older, other]) await registry.remember(repository);
      expect(await registry.named("ACME", "Shop")).toEqual([newer, older]);
      await registry.setInstallation(71, "suspended", noon);
      expect(await registry.named("acme", "shop")).toEqual([older]);
      await registry.remember({ ...older, name: "store" });
      expect(await registry.named("acme", "shop")).toEqual([]);
      expect(await registry.named("acme", "sh%")).toEqual([]);
    });

    law("an installation is active until we are told that it is not", async ({ registry }) => {
      expect(await registry.isActive(70)).toBe(true);
      for (const standing of ["suspended", "active", "deleted"] as const) {
        await registry.setInstallation(70, standing, noon);
        expect(await registry.isActive(70)).toBe(standing === "active");
        expect(await registry.isActive(71)).toBe(true);
      }
    });

    law("active repositories are those of active installations", async ({ registry }) => {
      const described = [70, 71, 72, 73].map((installationId) => ({
        ...shop,
        id: installationId,
        installationId,
      }));
      for (const repository of described) await registry.remember(repository);
      await registry.setInstallation(71, "suspended", noon);
      await registry.setInstallation(72, "deleted", noon);
      await registry.setInstallation(73, "active", noon);
      expect(await registry.repositoriesOf(72)).toEqual([described[2]]);
      const active = await registry.activeRepositories();
      expect(active.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual([70, 73]);
      expect(active[0]).toEqual(described[0]);
      await registry.setInstallation(74, "active", noon);
      expect(await registry.activeInstallations()).toEqual([70, 73, 74]);
    });

    law("what was accepted for an installation is what was told last", async ({ registry }) => {
      expect(await registry.permissions(70)).toBeUndefined();
      const first = { permissions: { statuses: "write" }, events: ["push"], page: "https://github.test/1" };
      const second = { permissions: { checks: "write" }, events: [], page: undefined };
      await registry.accept(70, first, noon);
      expect(await registry.permissions(70)).toEqual(first);
      await registry.accept(70, second, noon + 1);
      expect(await registry.permissions(70)).toEqual(second);
      expect(await registry.permissions(71)).toBeUndefined();
    });
  });
}
