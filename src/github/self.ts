import type { GitHubApp, OwnApp } from "../gate/app-port.ts";
import { failed, ok } from "../gate/failure.ts";
import type { Clock } from "../gate/ports.ts";
import type { AskAsApp } from "./app-client.ts";

/** Who we are, asked once and remembered. An App's bot is called after its slug, which people can change. */
export function selfOver(ask: AskAsApp, clock: Clock): Pick<GitHubApp, "self" | "knownSelf"> {
  let known: { readonly own: OwnApp; readonly at: number } | undefined;
  return {
    knownSelf: () => known?.own,
    async self(newerThan) {
      if (known !== undefined && (newerThan === undefined || known.at > newerThan)) return ok(known.own);
      const read = await ask(async ({ rest }) => {
        const { data } = await rest.apps.getAuthenticated();
        return { data: { id: data?.id, slug: data?.slug } };
      });
      if (!read.ok) return read;
      const { id, slug } = read.value;
      if (id === undefined || slug === undefined)
        return failed({ kind: "malformed", detail: "GitHub does not tell the App's name" });
      known = { own: { id, bot: `${slug}[bot]` }, at: clock.now() };
      return ok(known.own);
    },
  };
}
