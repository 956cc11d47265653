/**
 * The files that a policy points at, by path or by glob, all at one commit.
 *
 * Keeps: a glob is looked for folder by folder from its literal beginning, so a huge repository costs what its matching
 * folders cost; what cannot be listed whole is said, never read in part. [T33]
 */
import { matchesGlob, type Repository } from "../domain/subject.ts";
import type { Pointed, PointedFile } from "../policy/pointed.ts";
import { maxSloBytes } from "../slo/reading.ts";
import { ok, type Result } from "./failure.ts";
import type { FileAnswer, GitHubReader } from "./ports.ts";

const maxFiles = 50;
const maxFolders = 20;

/** What was found: what each pattern points at, and every file that was read. */
export interface PointedFiles {
  readonly byPattern: ReadonlyMap<string, Pointed>;
  readonly answers: readonly FileAnswer[];
}

type Reader = Pick<GitHubReader, "file" | "folder">;

/** Reads what a policy's patterns point at. */
export async function readPointed(
  github: Reader,
  repository: Repository,
  commitSha: string,
  patterns: readonly string[],
): Promise<Result<PointedFiles>> {
  const byPattern = new Map<string, Pointed>();
  const answers = new Map<string, FileAnswer>();
  const room = { folders: maxFolders };
  for (const pattern of patterns) {
    const found = pattern.includes("*")
      ? await pathsLike(github, repository, commitSha, pattern, room)
      : ok([pattern]);
    if (!found.ok) return found;
    if (typeof found.value === "string") {
      byPattern.set(pattern, { kind: "unread", code: "too_many", why: found.value });
      continue;
    }
    const files: { path: string; file: PointedFile }[] = [];
    for (const path of found.value) {
      if (!answers.has(path) && answers.size >= maxFiles) {
        files.push({
          path,
          file: { kind: "unread", code: "too_many", why: `is one file more than ${maxFiles}` },
        });
        break;
      }
      const answer = answers.get(path) ?? (await github.file(repository, path, commitSha, maxSloBytes));
      if ("ok" in answer && !answer.ok) return answer;
      const file = "ok" in answer ? answer.value : answer;
      answers.set(path, file);
      files.push({ path, file: pointedFile(file) });
    }
    byPattern.set(
      pattern,
      files.length === 0
        ? { kind: "unread", code: "file_missing", why: "matches no file at this commit" }
        : { kind: "files", files },
    );
  }
  return ok({ byPattern, answers: [...answers.values()] });
}

/** Paths that a glob matches, sorted; or why they cannot be told, as the end of a sentence. */
async function pathsLike(
  github: Reader,
  repository: Repository,
  commitSha: string,
  pattern: string,
  room: { folders: number },
): Promise<Result<readonly string[] | string>> {
  const literal = pattern.slice(0, pattern.lastIndexOf("/", pattern.indexOf("*")) + 1).replace(/\/$/, "");
  const waiting = [literal];
  const paths: string[] = [];
  for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
    if (room.folders === 0) return ok(`looks into more than ${maxFolders} folders; name them`);
    room.folders -= 1;
    const listed = await github.folder(repository, folder, commitSha);
    if (!listed.ok) return listed;
    if (listed.value.kind === "absent") continue;
    if (!listed.value.isWhole) return ok(`looks into a folder too large to list, ${folder}; name its files`);
    for (const { name, kind } of listed.value.entries) {
      const path = folder === "" ? name : `${folder}/${name}`;
      if (kind === "file" && matchesGlob(path, pattern)) paths.push(path);
      if (kind === "folder" && mayHold(path, pattern)) waiting.push(path);
    }
  }
  return ok(paths.toSorted());
}

/** Whether a folder may hold what a glob matches: below `**` every folder may. */
function mayHold(folder: string, pattern: string): boolean {
  const deep = pattern.indexOf("**");
  const parts = folder.split("/");
  const beginning = pattern.split("/").slice(0, parts.length).join("/");
  if (deep >= 0 && deep < beginning.length) return true;
  return pattern.split("/").length > parts.length && matchesGlob(folder, beginning);
}

/** What a repository answered about a file, as the policy's reader takes it. */
export function pointedFile(file: FileAnswer | undefined): PointedFile {
  switch (file?.kind) {
    case "file":
      return { kind: "text", text: file.text };
    case "too_large": {
      const why = `is larger than ${maxSloBytes / 1024} KB; split it`;
      return { kind: "unread", code: "too_large", why };
    }
    case "not_a_file":
      return { kind: "unread", code: "not_a_file", why: "is not a file" };
    case "absent":
    case undefined:
      return { kind: "unread", code: "file_missing", why: "is not a file at this commit" };
  }
}
