/**
 * What an alert is about. It is a hint, never the truth: it only says where to look.
 *
 * The law: an alert names an objective by the labels that the rules of SLO tools put on their alerts, `sloth_id`,
 * `sloth_service` with `sloth_slo`, or `slo`, and by `sloth_slo`, `slo_name` and `objective` alone. It is about every objective of
 * exactly that name, in every repository, or in the one that its label `repository` names as `owner/name`.
 * Leaves out: labels that name only a service. They are everybody's, and would make every alert a look at everything.
 *
 * Sources: https://github.com/slok/sloth/tree/v0.16.0/internal/plugin/slo/core,
 * https://github.com/pyrra-dev/pyrra/blob/v0.10.1/slo/rules.go.
 */
import type { Objective } from "./objective.ts";
import type { Repository } from "./subject.ts";

/** An alert as Alertmanager tells of it, whether it fires or is resolved. */
export interface Alert {
  readonly labels: Readonly<Record<string, string>>;
}

/** Where objectives of a name are meant: everywhere, or in these repositories, as `owner/name` in small letters. */
type Places = "everywhere" | ReadonlySet<string>;

/** The objectives that alerts are about, by name. */
export type Alerted = ReadonlyMap<string, Places>;

const nameLabels = ["sloth_id", "sloth_slo", "slo", "slo_name", "objective"] as const;

/** Gathers what alerts are about; a thousand that name the same come to one. */
export function alertedBy(alerts: readonly Alert[]): Alerted {
  const alerted = new Map<string, Places>();
  for (const { labels } of alerts) {
    const place = labels["repository"]?.toLowerCase();
    for (const name of namesIn(labels)) {
      const places = alerted.get(name) ?? new Set<string>();
      if (places === "everywhere") continue;
      alerted.set(name, place === undefined ? "everywhere" : new Set([...places, place]));
    }
  }
  return alerted;
}

function namesIn(labels: Alert["labels"]): ReadonlySet<string> {
  const names = nameLabels.map((label) => labels[label]);
  const { sloth_service: service, sloth_slo: slo } = labels;
  const id = service !== undefined && slo !== undefined ? `${service}-${slo}` : undefined;
  return new Set([...names, id].filter((name) => name !== undefined));
}

/** Whether alerts are about one of a repository's objectives. */
export function isAlerted(
  alerted: Alerted,
  objectives: readonly Pick<Objective, "name">[],
  { owner, name }: Pick<Repository, "owner" | "name">,
): boolean {
  const repository = `${owner}/${name}`.toLowerCase();
  return objectives.some((objective) => {
    const places = alerted.get(objective.name);
    return places !== undefined && (places === "everywhere" || places.has(repository));
  });
}
