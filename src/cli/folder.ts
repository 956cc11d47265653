import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import type { Repository } from "../domain/subject.ts";
import { ok } from "../gate/failure.ts";
import type { FileAnswer, FolderAnswer, GitHubReader } from "../gate/ports.ts";

/** A policy file on disk, and the folder that stands for its repository. */
export interface LocalPolicy {
  readonly root: string;
  /** The file's path within the root. */
  readonly file: string;
}

/** The repository that a folder stands for. */
export const local: Repository = { id: 0, owner: "local", name: "local", isPublic: false, installationId: 0 };

/** Finds the repository's root for a policy file: above `.github`, or the file's own folder. */
export function locatePolicy(path: string, workingDirectory: string): LocalPolicy {
  const full = resolve(workingDirectory, path);
  const folder = dirname(full);
  const root = folder.endsWith("/.github") ? dirname(folder) : folder;
  return { root, file: relative(root, full) };
}

/**
 * A folder read as if it were a repository at one commit, so that local files take the same path as GitHub's.
 */
export function folderReader(root: string): Pick<GitHubReader, "branchHead" | "file" | "folder"> {
  return {
    branchHead: () => Promise.resolve(ok("0".repeat(40))),
    file: (_, path, __, maxBytes) => Promise.resolve(ok(readLocal(join(root, path), maxBytes))),
    folder: (_, path) => Promise.resolve(ok(listLocal(join(root, path)))),
  };
}

function readLocal(path: string, maxBytes: number): FileAnswer {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return { kind: "absent" };
  if (!found.isFile()) return { kind: "not_a_file" };
  if (found.size > maxBytes) return { kind: "too_large" };
  return { kind: "file", text: readFileSync(path, "utf8"), blobSha: `local-${found.mtimeMs}-${path}` };
}

function listLocal(path: string): FolderAnswer {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return { kind: "absent" };
  const entries = readdirSync(path, { withFileTypes: true }).map((entry) => ({
    name: entry.name,
    kind: entry.isDirectory() ? ("folder" as const) : ("file" as const),
  }));
  return { kind: "folder", entries, isWhole: true };
}
