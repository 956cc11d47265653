/** Deliveries that need more than the ledger to be understood: who we are. */
import type { Delivery } from "../domain/delivery.ts";
import { type ForeignStatusWorld, seeStatus } from "./foreign-status.ts";
import { ok, type Result } from "./failure.ts";
import { type DeploymentWorld, seeDeployment } from "./deployment-events.ts";
import { workDelivery } from "./intake.ts";
import { tellFeatures } from "./installations.ts";
import { seeReportUse } from "./remark.ts";

/** What understanding a delivery needs. */
export interface HearWorld extends ForeignStatusWorld, DeploymentWorld {
  /** The App's id. */
  readonly appId: number;
  /** Has GitHub asked with a new token from now on. */
  renewToken(installationId: number): void;
}

/** Works a stored delivery. Safe to repeat; a failure means: come back. */
export async function hear(world: HearWorld, delivery: Delivery): Promise<Result<void>> {
  const { ledger, clock } = world;
  const { hint, id } = delivery;
  if (hint.kind === "status") return seeStatus(world, hint, id);
  if (hint.kind === "report_used") {
    // Other apps have check runs and buttons too. [T20]
    if (hint.appId === world.appId) await seeReportUse(ledger, hint, id, clock.now());
    return ok(undefined);
  }
  // A token keeps the permissions that it was made with; what is queued below may need those accepted since.
  if (hint.kind === "installation" && hint.change === "active") world.renewToken(hint.installationId);
  await workDelivery(ledger, delivery, clock.now());
  if (hint.kind === "installation" && hint.change === "active")
    await tellFeatures(world, hint.installationId);
  return seeDeployment(world, hint);
}
