/** Whether anybody else posts in our name: a job that is called like our check, or a person. [T20] */
import { type Diagnosis, cureFor, listed } from "./diagnosis.ts";
import type { Poster, RepositoryFacts } from "./enforcement.ts";

/** What there is to say of who posts our context on the default branch's head. */
export function diagnoseNamesakes(
  { checkRuns, statuses }: RepositoryFacts["posters"],
  context: string,
  page: string,
): readonly Diagnosis[] {
  const about = "namesake";
  const posters: readonly Poster[] = [
    ...(checkRuns.told ? checkRuns.value : []),
    ...(statuses.told ? statuses.value : []),
  ];
  const foreign = namesOf(posters.filter(({ isOurs }) => isOurs === false));
  const doubtful = namesOf(posters.filter(({ isOurs }) => isOurs === undefined));
  const title = `Whether others post "${context}"`;
  if (foreign.length > 0)
    return [
      {
        standing: "hole",
        about,
        title: `Others post "${context}" too`,
        seen: `on the default branch's head there is a ${foreign.slice(0, 5).join(", a ")}${foreign.length > 5 ? " and more" : ""}`,
        cure: {
          text: "give the workflow job or the other tool another name, and take the check from this App alone",
          page: `${page}/actions`,
        },
      },
    ];
  if (!checkRuns.told)
    return [
      {
        standing: "unknown",
        about,
        title,
        why: `the check runs were not told: ${checkRuns.why}`,
        cure: cureFor(checkRuns.needs),
      },
    ];
  if (!statuses.told)
    return [
      {
        standing: "unknown",
        about,
        title,
        why: `the statuses were not told: ${statuses.why}`,
        cure: cureFor(statuses.needs),
      },
    ];
  if (doubtful.length > 0)
    return [
      {
        standing: "unknown",
        about,
        title,
        why: `there is a ${doubtful.slice(0, 5).join(", a ")}, and whether that is us is not known`,
        cure: { text: "run as the App with APP_ID and PRIVATE_KEY_PATH", page: undefined },
      },
    ];
  return [
    {
      standing: "sound",
      about,
      title: `Nobody else posted "${context}" on the default branch's head`,
      seen: "other commits were not looked at",
    },
  ];
}

function namesOf(posters: readonly Poster[]): readonly string[] {
  return [...new Set(posters.map(({ as, name }) => `${as} by ${listed([name])}`))];
}
