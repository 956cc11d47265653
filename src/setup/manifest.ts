/**
 * What we ask of GitHub, read from app.yml alone: each permission and event with the reason that its comment
 * gives.
 */
import { isMap, isSeq, type Node, parseDocument } from "yaml";
import { z } from "zod";

const shape = z.strictObject({
  name: z.string(),
  description: z.string(),
  url: z.url(),
  public: z.boolean(),
  default_permissions: z.record(z.string(), z.enum(["read", "write"])),
  default_events: z.array(z.string()),
});

/** One permission or event that is asked for. */
export interface Request {
  readonly name: string;
  /** A sentence for whoever decides. */
  readonly why: string;
}

/** The App that app.yml describes. */
export interface AppPlan {
  readonly name: string;
  readonly permissions: readonly (Request & { readonly level: "read" | "write" })[];
  readonly events: readonly Request[];
  readonly document: z.infer<typeof shape>;
}

/**
 * What GitHub is sent
 * (https://docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest#github-app-manifest-parameters).
 */
export type Manifest = z.infer<typeof shape> & {
  readonly hook_attributes: { readonly url: string; readonly active: true };
  readonly redirect_url: string;
};

/** Reads app.yml. Throws when it is not what it should be: it is part of the program. */
export function readAppPlan(text: string): AppPlan {
  const yaml = parseDocument(text);
  const document = shape.parse(yaml.toJS());
  const permissions = reasonsOf(yaml.get("default_permissions"));
  const events = reasonsOf(yaml.get("default_events"));
  return {
    name: document.name,
    permissions: Object.entries(document.default_permissions).map(([name, level], index) => ({
      name,
      level,
      why: permissions[index] ?? "",
    })),
    events: document.default_events.map((name, index) => ({ name, why: events[index] ?? "" })),
    document,
  };
}

/** The manifest of one registration; GitHub sends the browser back to `redirectUrl`. */
export function manifestOf(
  { document }: AppPlan,
  { name, webhookUrl }: { readonly name: string; readonly webhookUrl: string },
  redirectUrl: string,
): Manifest {
  return {
    ...document,
    name,
    hook_attributes: { url: webhookUrl, active: true },
    redirect_url: redirectUrl,
  };
}

/** The comment above each entry. The first one's is kept with the whole, as the parser sees it. */
function reasonsOf(entries: unknown): readonly string[] {
  const nodes: readonly unknown[] = isMap(entries)
    ? entries.items.map(({ key }) => key)
    : isSeq(entries)
      ? entries.items
      : [];
  return nodes.map((node, index) => {
    const holder = (index === 0 ? entries : node) as Node;
    return (holder.commentBefore ?? "").replaceAll(/\s+/g, " ").trim();
  });
}
