import type { Repository } from "./subject.ts";

/** The page of a repository's file at a commit. */
export function filePage(
  webUrl: string,
  { owner, name }: Pick<Repository, "owner" | "name">,
  commitSha: string,
  path: string,
): string {
  const parts = [owner, name, "blob", commitSha, ...path.split("/")];
  return `${webUrl}/${parts.map(encodeURIComponent).join("/")}`;
}
