/** Installations as GitHub describes them: whether they are active, and what was accepted for them. */
import { featuresOff } from "../domain/feature.ts";
import type { Instant } from "../domain/instant.ts";
import type { GitHubApp } from "./app-port.ts";
import type { Events } from "./events.ts";
import { ok, type Result } from "./failure.ts";
import { dropWork } from "./forget.ts";
import type { Ledger } from "./ledger.ts";
import type { Clock } from "./ports.ts";
import { queueSweeps } from "./sweep.ts";

/** What asking about installations needs. */
export interface InstallationWorld {
  readonly ledger: Ledger;
  readonly app: GitHubApp;
  readonly clock: Clock;
  readonly events: Events;
}

/** Tells of every feature that an installation does not have; nothing while we do not know. */
export async function tellFeatures(
  { ledger, events }: Pick<InstallationWorld, "ledger" | "events">,
  installationId: number,
): Promise<void> {
  const accepted = await ledger.registry.permissions(installationId);
  if (accepted === undefined) return;
  for (const off of featuresOff(accepted)) events.featureOff(installationId, off);
}

/** Tells of what is off on every active installation. */
export async function tellAllFeatures(world: Pick<InstallationWorld, "ledger" | "events">): Promise<void> {
  for (const id of await world.ledger.registry.activeInstallations()) await tellFeatures(world, id);
}

/** Asks about each active installation whose permissions we were never told. */
export async function learnPermissions(world: InstallationWorld): Promise<Result<void>> {
  for (const id of await world.ledger.registry.activeInstallations()) {
    if ((await world.ledger.registry.permissions(id)) !== undefined) continue;
    const read = await refreshInstallation(world, id);
    if (!read.ok) return read;
  }
  return ok(undefined);
}

/** Takes in an installation as GitHub describes it now, and has looked at what its return allows. */
export async function refreshInstallation(
  world: InstallationWorld,
  installationId: number,
): Promise<Result<"active" | "suspended" | "deleted">> {
  const { ledger, app, clock } = world;
  const { registry } = ledger;
  const wasActive = await registry.isActive(installationId);
  const read = await app.installation(installationId);
  if (!read.ok && read.failure.kind !== "gone") return read;
  const now: Instant = clock.now();
  const standing = read.ok ? read.value.standing : "deleted";
  await registry.setInstallation(installationId, standing, now);
  if (read.ok) {
    await registry.accept(installationId, read.value.accepted, now);
    await tellFeatures(world, installationId);
  }
  if (standing === "deleted") await dropWork(ledger, installationId, now);
  if (standing === "active" && !wasActive) await queueSweeps(world, installationId);
  return ok(standing);
}
