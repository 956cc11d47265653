/** One answer to the question whether the gate really holds. */
export type Diagnosis =
  | {
      readonly standing: "sound";
      readonly about: Concern;
      readonly title: string;
      readonly seen: string;
    }
  /** The gate can be walked around, or nothing gets through it any more. */
  | {
      readonly standing: "hole";
      readonly about: Concern;
      readonly title: string;
      readonly seen: string;
      readonly cure: Cure;
    }
  | {
      readonly standing: "unknown";
      readonly about: Concern;
      readonly title: string;
      readonly why: string;
      readonly cure: Cure;
    };

/** What is looked at. */
export type Concern =
  | "installation"
  | "permission"
  | "policy"
  | "required_check"
  | "check_source"
  | "merge_queue"
  | "namesake"
  | "environment"
  | "tag"
  | "repository";

/** What somebody can do, and on which page. */
export interface Cure {
  readonly text: string;
  readonly page: string | undefined;
}

/** An answer without its place. */
export type Standing = Diagnosis["standing"];

const severity: readonly Standing[] = ["sound", "unknown", "hole"];

/** What all answers together come to: a hole outweighs not knowing, and not knowing outweighs soundness. */
export function standingOfAll(standings: readonly Standing[]): Standing {
  return severity[Math.max(0, ...standings.map((one) => severity.indexOf(one)))] ?? "unknown";
}

/** `1 hole, 2 unknown, 5 sound`; what there is none of is left out. */
export function countWords(diagnoses: readonly Diagnosis[]): string {
  const count = (standing: Standing): number => diagnoses.filter((one) => one.standing === standing).length;
  const [hole, unknown, sound] = [count("hole"), count("unknown"), count("sound")];
  const words = [
    hole === 0 ? "" : `${hole} ${hole === 1 ? "hole" : "holes"}`,
    unknown === 0 ? "" : `${unknown} unknown`,
    sound === 0 ? "" : `${sound} sound`,
  ];
  return words.filter((word) => word !== "").join(", ") || "nothing to look at";
}

/** What would tell what GitHub did not. */
export function cureFor(needs: string | undefined): Cure {
  const text = needs === undefined ? "look again later" : `give ${needs}, and look again`;
  return { text, page: undefined };
}

/** Names for people: the first few, and how many more. */
export function listed(names: readonly string[], most = 5): string {
  const shown = names.slice(0, most).map((name) => `"${name}"`);
  const rest = names.length - shown.length;
  const all = rest > 0 ? [...shown, `${rest} more`] : shown;
  return all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`;
}
