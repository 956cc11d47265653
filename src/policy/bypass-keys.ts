/** The keys below `bypass` in the policy file: who may open a held gate, and how. */
import { z } from "zod";
import { quotaPeriods } from "../domain/bypass-quota.ts";
import { repositoryRoles } from "../domain/bypass-terms.ts";
import { duration, email, hour, label, tagGlob, team, ticketGlob, user } from "./value.ts";

const quota = z.strictObject({
  max: z.int().min(1).max(1000).meta({ description: "So many bypasses in each period." }),
  per: z
    .enum(quotaPeriods)
    .meta({ description: "The calendar period in UTC over which they are counted; weeks begin on Monday." }),
});

/** The terms of a bypass as they are written. */
export const bypassKeys = z.strictObject({
  labels: z.array(label).max(10).optional().meta({
    description: "Labels that ask for a bypass. Default: hotfix. An empty list: no bypass by label.",
  }),
  permission: z
    .enum(repositoryRoles)
    .optional()
    .meta({ description: "Everybody with this repository role or a stronger one." }),
  teams: z.array(team).max(20).optional().meta({ description: "Active members of these teams." }),
  users: z
    .array(user)
    .max(50)
    .optional()
    .meta({ description: "These logins. A bot must be listed by its numeric id." }),
  people: z
    .union([z.literal(1), z.literal(2)])
    .optional()
    .meta({ description: "How many different people it takes: 1 or 2. Default: 1." }),
  expires: duration(
    60_000,
    14 * 24 * hour,
    "between `1m` and `14d`",
    "How long a bypass lasts. Default: 4h.",
  ).optional(),
  reason: z
    .enum(["required", "optional"])
    .optional()
    .meta({ description: "Whether a reason is demanded, such as a line `Hotfix: why` beside a label." }),
  ticket: ticketGlob.optional(),
  quota: quota.optional().meta({ description: "How many bypasses the repository has. Default: no end." }),
  self: z
    .enum(["refused", "allowed"])
    .optional()
    .meta({ description: "Whether the author or last pusher may open the gate for their own change." }),
  tags: z
    .array(tagGlob)
    .max(10)
    .optional()
    .meta({ description: "Tags that open the gate of a deployment. Default: none does." }),
  signers: z
    .array(email)
    .max(50)
    .optional()
    .meta({ description: "Mail addresses of taggers whose verified signature is enough for such a tag." }),
});
