import { matchesGlob, type Repository } from "../domain/subject.ts";
import type { DurationMs } from "../domain/duration.ts";
import type { Secret } from "../domain/secret.ts";
import type { DataSourceDirectory } from "../gate/ports.ts";

/** A Prometheus as the operator configured it. Policies know its id and nothing else. [T26] */
export interface DataSource {
  readonly id: string;
  /** Base address; `/api/v1/query` is added. */
  readonly url: URL;
  readonly auth: DataSourceAuth | undefined;
  /** PEM texts for private certificate authorities and client certificates. */
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: Secret };
  /** Sent with every question, such as a tenant's `X-Scope-OrgID`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: DurationMs;
  /** The most questions at once; absent: the default. */
  readonly maxConcurrent?: number;
  /** The most questions of one repository in any minute; absent: the default. */
  readonly maxQueriesPerMinute?: number;
  /** What SLO files call it, besides its id; absent: nothing else. */
  readonly aliases?: readonly string[];
  /** Globs of `owner/name`: the repositories that may ask it. [T27] */
  readonly repositories: readonly string[];
}

/** Limits of a data source that names none. Prometheus itself evaluates 20 queries at once (`query.max-concurrency`). */
export const defaultLimits = { maxConcurrent: 8, maxQueriesPerMinute: 600 } as const;

/** How we show who we are. */
export type DataSourceAuth =
  | { readonly kind: "basic"; readonly username: string; readonly password: Secret }
  | { readonly kind: "bearer"; readonly token: Secret };

/** The operator's data sources as the gate asks about them. */
export function directoryOf(sources: readonly DataSource[]): DataSourceDirectory {
  const isOpen = (source: DataSource, { owner, name }: Pick<Repository, "owner" | "name">): boolean =>
    source.repositories.some((glob) => matchesGlob(`${owner}/${name}`.toLowerCase(), glob.toLowerCase()));
  return {
    resolve(id, repository) {
      const open = sources.filter((source) => isOpen(source, repository));
      const known = open.map((source) => source.id);
      if (id === undefined) {
        const [only, ...others] = open;
        return only !== undefined && others.length === 0
          ? { kind: "open", id: only.id }
          : { kind: "unknown", known };
      }
      if (known.includes(id)) return { kind: "open", id };
      return sources.some((source) => source.id === id) ? { kind: "closed", id } : { kind: "unknown", known };
    },
    named: (name, repository) =>
      sources.find(
        (source) =>
          isOpen(source, repository) &&
          ([source.id, ...(source.aliases ?? [])].includes(name) ||
            addressOf(source.url.href) === addressOf(name)),
      )?.id,
  };
}

/** An address in one form, without what is told to a server in secret; `undefined`: it is none. */
function addressOf(text: string): string | undefined {
  const url = URL.parse(text);
  return url === null || !/^https?:$/.test(url.protocol)
    ? undefined
    : `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, "")}`;
}
