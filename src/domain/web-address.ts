import type { Repository } from "./subject.ts";

/** Where GitHub's pages lie whose REST API is at this address. */
export function webUrlOf(apiUrl: string): string {
  return apiUrl === "https://api.github.com" ? "https://github.com" : apiUrl.replace(/\/api\/v3$/, "");
}

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
