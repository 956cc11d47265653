import { Probot } from "probot";
import type { Secret } from "../domain/secret.ts";
import type { RegistrationReader } from "../gate/enforcement-port.ts";
import type { Clock } from "../gate/ports.ts";
import { type GitHubClient, installationClient, tokenClient } from "./client.ts";
import { PlainOctokit } from "./plain-octokit.ts";
import { lanesInMemory } from "../gate/lanes.ts";
import { paceOf } from "./pace.ts";
import { registrationOver } from "./registration.ts";

/** Clients of an App at a terminal: in the name of its installations, and in its own. */
export async function appClients(
  { appId, privateKey }: { readonly appId: number; readonly privateKey: Secret },
  baseUrl: string,
  clock: Pick<Clock, "now">,
): Promise<{ readonly client: GitHubClient; readonly registration: RegistrationReader }> {
  const probot = new Probot({
    appId,
    privateKey: privateKey.reveal(),
    baseUrl,
    Octokit: PlainOctokit,
    logLevel: "fatal",
  });
  await probot.ready();
  const client = installationClient(probot, paceOf(1, lanesInMemory()), clock);
  return { client, registration: registrationOver(tokenClient(await probot.auth(), clock), client) };
}
