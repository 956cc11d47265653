/**
 * Whether tags that open the gate can be made and moved by those only who may. [T12]
 *
 * A pattern is covered when active rulesets restrict both the making and the moving of every tag that it
 * matches. What cannot be shown to be covered is not.
 */
import { type Diagnosis, cureFor, listed } from "./diagnosis.ts";
import type { RepositoryFacts, TagRuleset } from "./enforcement.ts";
import { matchesGlob } from "./subject.ts";

const wanted = ["creation", "update"] as const;

/** What there is to say of each pattern of hotfix tags. */
export function diagnoseTags(tags: RepositoryFacts["tags"], page: string): readonly Diagnosis[] {
  if (tags === undefined) return [];
  const { patterns, rulesets } = tags;
  return patterns.map((pattern): Diagnosis => {
    const about = "tag";
    if (!rulesets.told)
      return {
        standing: "unknown",
        about,
        title: `Who may set the tag "${pattern}"`,
        why: `the rulesets for tags were not told: ${rulesets.why}`,
        cure: cureFor(rulesets.needs),
      };
    const covering = rulesets.value.filter((ruleset) => covers(ruleset, pattern));
    const open = wanted.filter((rule) => !covering.some(({ rules }) => rules.includes(rule)));
    if (open.length === 0)
      return {
        standing: "sound",
        about,
        title: `The tag "${pattern}" is protected`,
        seen: `by ${listed(covering.map(({ name }) => name))}`,
      };
    const verbs = open.map((rule) => (rule === "creation" ? "make" : "move"));
    return {
      standing: "hole",
      about,
      title: `Whoever may push can ${verbs.join(" and ")} the tag "${pattern}"`,
      seen: `no active ruleset for tags restricts ${open.map((rule) => `${rule}s`).join(" and ")} of all that it matches`,
      cure: {
        text: "make a tag ruleset for it, without exceptions, that restricts creations and updates",
        page: `${page}/settings/rules/new?target=tag`,
      },
    };
  });
}

/** Whether a ruleset is about every tag that a pattern matches. One with exceptions is not taken to be. */
function covers({ include, exclude }: TagRuleset, pattern: string): boolean {
  if (exclude.length > 0) return false;
  return include.some((each) => {
    if (each === "~ALL") return true;
    // GitHub's patterns know more signs than ours; what those match is not worked out.
    if (/[?[\]{}\\]/.test(each)) return false;
    const glob = globOf(each);
    return samples(`refs/tags/${pattern}`).every((sample) => matchesGlob(sample, glob));
  });
}

/**
 * A pattern of GitHub's as one of our globs. Theirs are Ruby's `fnmatch` with FNM_PATHNAME: only `**` before a
 * slash crosses slashes.
 */
function globOf(pattern: string): string {
  return pattern
    .split("**/*")
    .map((part) => part.replaceAll(/\*\*(?!\/)/g, "*"))
    .join("**");
}

/**
 * Names that a pattern matches, such that a glob that matches both matches whatever the pattern does: each run is
 * of a character that no pattern holds, so only a star can take it, and `**` is once without a slash, once with.
 */
function samples(pattern: string): readonly string[] {
  const filled = (shallow: string, deep: string): string =>
    pattern.replaceAll(/\*\*|\*/g, (stars) => (stars === "**" ? deep : shallow));
  return [filled("\u0000", "\u0000"), filled("\u0000", "\u0000/\u0000")];
}
