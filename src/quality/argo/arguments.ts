/**
 * Arguments of a template, filled in as text (https://argo-rollouts.readthedocs.io/en/stable/features/analysis/#analysis-template-arguments).
 *
 * Keeps: what has no value is a problem where it is used, and never an empty text. A value that lies in a secret or in the rollout is
 * not ours to read; a policy may give it.
 */
import { isThere, itemsOfList, missing, type Place, refuse, textAt, under, warn } from "../../slo/place.ts";

/** What an argument is. */
export type Argument =
  | { readonly kind: "value"; readonly value: string }
  /** Whoever uses the template must say it. */
  | { readonly kind: "unset" }
  | { readonly kind: "elsewhere"; readonly where: string };

/** What fills in texts. */
export type FillIn = (place: Place, text: string) => string | undefined;

/** Values that a policy gives; `any`: nobody gives any yet, and whatever is declared has one. */
export type GivenArgs = Readonly<Record<string, string>> | "any";

/** Reads what a template's `spec.args` declares, the values of the policy over its own. */
export function argumentsOf(spec: Place, given: GivenArgs): ReadonlyMap<string, Argument> {
  const found = new Map<string, Argument>();
  for (const place of itemsOfList(under(spec, "args"))) {
    const name = textAt(under(place, "name")) ?? missing(under(place, "name"));
    if (name === undefined) continue;
    if (found.has(name))
      refuse(under(place, "name"), "duplicate_name", `\`${name}\` is declared twice; keep one`);
    found.set(name, argumentOf(place, name, given));
  }
  if (given !== "any")
    for (const name of Object.keys(given))
      if (!found.has(name))
        warn(under(spec, "args"), "unknown_key", `declare no \`${name}\`, which the policy gives`);
  return found;
}

function argumentOf(place: Place, name: string, given: GivenArgs): Argument {
  if (given !== "any" && Object.hasOwn(given, name)) return { kind: "value", value: given[name] ?? "" };
  const value = textAt(under(place, "value"));
  if (value !== undefined) return { kind: "value", value };
  if (isThere(under(place, "valueFrom", "secretKeyRef"))) return { kind: "elsewhere", where: "a secret" };
  if (isThere(under(place, "valueFrom"))) return { kind: "elsewhere", where: "the rollout" };
  return { kind: "unset" };
}

const placeholder = /\{\{([^{}]{0,200})\}\}/g;

/** What fills in `{{ args.name }}`. Where something cannot be filled in it tells why, once, and gives nothing. */
export function fillInWith(args: ReadonlyMap<string, Argument>, given: GivenArgs): FillIn {
  return (place, text) => {
    const faults: string[] = [];
    const filled = text.replaceAll(placeholder, (whole, inner: string) => {
      const name = /^\s*args\.([^\s]+)\s*$/.exec(inner)?.[1];
      const argument = name === undefined ? undefined : args.get(name);
      if (argument?.kind === "value") return argument.value;
      // Any word does as well: who lints a template does not know what a rollout will say.
      if (argument !== undefined && given === "any") return "1";
      faults.push(faultOf(whole, name, argument));
      return "";
    });
    if (filled.includes("{{") && faults.length === 0) faults.push("holds a `{{` that nothing closes");
    const [fault] = faults;
    return fault === undefined ? filled : refuse(place, "missing_reference", fault);
  };
}

function faultOf(whole: string, name: string | undefined, argument: Argument | undefined): string {
  if (name === undefined)
    return `holds \`${whole}\`, which is no argument; only \`{{args.name}}\` is filled in`;
  if (argument === undefined) return `names the argument \`${name}\`, which the template does not declare`;
  if (argument.kind === "elsewhere")
    return `needs the argument \`${name}\`, whose value lies in ${argument.where} and is not read; give it under \`args\``;
  return `needs the argument \`${name}\`, which has no value; give it under \`args\``;
}
