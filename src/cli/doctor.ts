import { type Diagnosis, type Standing, standingOfAll } from "../domain/diagnosis.ts";
import { type DoctorWorld, examine, examineAccount, type Examination } from "../gate/doctor.ts";
import type { InstalledApp, RegistrationReader, RepositoryName } from "../gate/enforcement-port.ts";
import type { Result } from "../gate/failure.ts";
import { exit, type ExitCode } from "./exit.ts";

/** Repositories that one call looks at. Each costs some ten requests. */
const maxRepositories = 500;

/** After so many repositories a person is told how far we are. */
const progressEvery = 10;

/** Examines repositories by name, one after the other. */
export async function examineNamed(
  world: DoctorWorld,
  names: readonly RepositoryName[],
  progress: (text: string) => void,
): Promise<readonly Examination[]> {
  const found: Examination[] = [];
  for (const name of names) {
    found.push(await examine(world, name));
    if (found.length % progressEvery === 0)
      progress(`burngate: ${found.length} of ${names.length} repositories`);
  }
  return found;
}

/** Examines every repository of every installation. */
export async function examineEverything(
  world: DoctorWorld & { readonly registration: RegistrationReader },
  progress: (text: string) => void,
): Promise<readonly Examination[]> {
  const { registration } = world;
  const installations = await registration.installations();
  if (!installations.ok) return [unread("the App", installations)];
  const accounts: Examination[] = [];
  const names: RepositoryName[] = [];
  for (const installation of installations.value) {
    const repositories = await seenBy(registration, installation);
    if (repositories === undefined) accounts.push(await examineAccount(registration, installation));
    else if (repositories.ok) names.push(...repositories.value);
    else accounts.push(unread(installation.account, repositories));
  }
  const examined = await examineNamed(world, names.slice(0, maxRepositories), progress);
  const rest = names.length - examined.length;
  const all = [...accounts, ...examined];
  if (all.length === 0) return [unknown("the App", "it is installed nowhere", "install it")];
  const why = `only ${maxRepositories} repositories are looked at in one call`;
  return rest === 0 ? all : [...all, unknown(`${rest} more repositories`, why, "name them with --repo")];
}

/** The exit code of what was found. */
export function exitOfExaminations(examinations: readonly Examination[]): ExitCode {
  switch (standingOf(examinations)) {
    case "sound":
      return exit.open;
    case "hole":
      return exit.held;
    case "unknown":
      return exit.inconclusive;
  }
}

/** What all that was found comes to. */
export function standingOf(examinations: readonly Examination[]): Standing {
  return standingOfAll(examinations.flatMap(({ diagnoses }) => diagnoses.map(({ standing }) => standing)));
}

/** What an installation sees; `undefined` where it sleeps. */
async function seenBy(
  registration: RegistrationReader,
  { id, facts }: InstalledApp,
): Promise<Result<readonly RepositoryName[]> | undefined> {
  return facts.kind === "active" ? registration.repositoriesOf(id) : undefined;
}

function unread(of: string, { failure }: Result<never> & { readonly ok: false }): Examination {
  return unknown(of, failure.detail, "check APP_ID and the private key, and look again");
}

function unknown(of: string, why: string, text: string): Examination {
  const diagnosis: Diagnosis = {
    standing: "unknown",
    about: "repository",
    title: `How ${of} is protected`,
    why,
    cure: { text, page: undefined },
  };
  return { of, diagnoses: [diagnosis] };
}
