/** Whether the App is there, awake, and allowed what it asks for. [T22] */
import { type AppNeed, appNeeds, isMet, needWords } from "./app-need.ts";
import { type Diagnosis, cureFor, listed } from "./diagnosis.ts";
import type { AppFacts, EnforcementFacts, InstallationFacts } from "./enforcement.ts";

/** What there is to say of the App on a repository, or on a whole account (`on`, for people). */
export function diagnoseInstallation(
  { installation, app }: Pick<EnforcementFacts, "installation" | "app">,
  on: string,
): readonly Diagnosis[] {
  const about = "installation";
  const registration = app.told ? app.value : undefined;
  if (!installation.told)
    return [
      {
        standing: "unknown",
        about,
        title: `Whether the App is installed on "${on}", and with which permissions`,
        why: installation.why,
        cure: cureFor(installation.needs),
      },
    ];
  switch (installation.value.kind) {
    case "absent":
      return [
        {
          standing: "hole",
          about,
          title: `The App is not installed on "${on}"`,
          seen: "nothing is judged there, and a required check of ours waits for ever",
          cure: {
            text: "install the App and give it this repository, or stop requiring its check",
            page: registration?.installPage,
          },
        },
      ];
    case "suspended":
      return [
        {
          standing: "hole",
          about,
          title: `The App is suspended on "${on}"`,
          seen: "what was green stays green, and new pull requests wait for ever",
          cure: { text: "unsuspend it", page: installation.value.page },
        },
      ];
    case "active":
      return diagnoseAccepted(installation.value, registration, on);
  }
}

function diagnoseAccepted(
  installation: Extract<InstallationFacts, { kind: "active" }>,
  registration: AppFacts | undefined,
  on: string,
): readonly Diagnosis[] {
  const missing = appNeeds.filter((need) => !isMet(need, installation));
  // An App may be registered to ask for less; then only what no gate can do without is missed.
  const isAsked = (need: AppNeed): boolean => registration === undefined || isMet(need, registration);
  const missed = missing.filter((need) => need.isCore || isAsked(need));
  const declined = missing.filter((need) => !missed.includes(need));
  const about = "permission";
  const holes = missed.map((need): Diagnosis => ({
    standing: "hole",
    about,
    title: `The installation on "${on}" lacks ${needWords(need)}`,
    seen: need.without,
    cure: isAsked(need)
      ? { text: "accept what the App asks for", page: installation.page }
      : {
          text: "let the App ask for it, then accept it on the installation",
          page: registration?.permissionsPage,
        },
  }));
  if (holes.length > 0) return holes;
  const seen =
    declined.length === 0
      ? "every permission and event that the gate uses"
      : `all that the App asks for; it does not ask for ${listed(
          declined.map((need) => needWords(need).replace(/^the /, "")),
          declined.length,
        )}`;
  return [{ standing: "sound", about, title: `The App is installed on "${on}" and may do its work`, seen }];
}
