import { ok } from "../gate/failure.ts";
import type { GitHubReader } from "../gate/ports.ts";
import type { GitHubClient } from "./client.ts";

/**
 * GitHub lists no more of a folder:
 * https://docs.github.com/rest/repos/contents#get-repository-content
 */
const maxListed = 1000;

/** A link may lead to a file, which reading it will tell. */
function kindOf(type: string): "file" | "folder" | "other" {
  if (type === "dir") return "folder";
  return type === "file" || type === "symlink" ? "file" : "other";
}

/** Branches, files and folders. */
export function filesOver(client: GitHubClient): Pick<GitHubReader, "branchHead" | "file" | "folder"> {
  return {
    async branchHead({ owner, name: repo, installationId }, branch) {
      const ref = await client.call(installationId, ({ rest }) =>
        rest.git.getRef({ owner, repo, ref: `heads/${branch}` }),
      );
      if (!ref.ok) return ref.failure.kind === "gone" ? ok(undefined) : ref;
      return ok(ref.value.object.sha);
    },

    /** Links inside the repository are followed by GitHub; what is not a file then is none. */
    async file({ owner, name: repo, installationId }, path, commitSha, maxBytes) {
      const read = await client.call(installationId, ({ rest }) =>
        rest.repos.getContent({ owner, repo, path, ref: commitSha }),
      );
      if (!read.ok) return read.failure.kind === "gone" ? ok({ kind: "absent" }) : read;
      const content = read.value;
      if (Array.isArray(content) || content.type !== "file" || !("content" in content))
        return ok({ kind: "not_a_file" });
      if (content.size > maxBytes || content.encoding !== "base64") return ok({ kind: "too_large" });
      const text = Buffer.from(content.content, "base64").toString("utf8");
      return ok({ kind: "file", text, blobSha: content.sha });
    },

    async folder({ owner, name: repo, installationId }, path, commitSha) {
      const read = await client.call(installationId, ({ rest }) =>
        rest.repos.getContent({ owner, repo, path, ref: commitSha }),
      );
      if (!read.ok) return read.failure.kind === "gone" ? ok({ kind: "absent" }) : read;
      const content = read.value;
      if (!Array.isArray(content)) return ok({ kind: "absent" });
      const entries = content.map(({ name, type }) => ({ name, kind: kindOf(type) }));
      return ok({ kind: "folder", entries, isWhole: content.length < maxListed });
    },
  };
}
