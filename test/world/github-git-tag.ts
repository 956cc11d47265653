import { createHash } from "node:crypto";
import { objectSha } from "./github-git.ts";

/** Who signs for an annotated tag, as git writes it. */
export type Tagger = { name: string; email: string };

/** What GitHub finds when it looks at a tag's signature; `bad`: there is one, and it does not hold. */
export type Signature = "verified" | "unsigned" | "bad";

/** What a tag object is made of; `target` is the object that it names, `at` in milliseconds. */
export type TagObjectDraft = {
  name: string;
  target: { sha: string; type: "commit" | "tag" };
  tagger: Tagger;
  at: number;
  message: string;
  signature: Signature;
};

/** An annotated tag; `payload` is what is signed, `armour` the signature in ASCII, undefined if there is none. */
export type TagObject = TagObjectDraft & { sha: string; payload: string; armour: string | undefined };

/** Makes a tag object as git does; the signature, which is no more than its looks, belongs to the object and so to its name. */
export function tagObject(draft: TagObjectDraft): TagObject {
  const { name, target, tagger, message, signature } = draft;
  const at = Math.floor(draft.at / 1000) * 1000;
  const head = `object ${target.sha}\ntype ${target.type}\ntag ${name}\n`;
  const payload = `${head}tagger ${tagger.name} <${tagger.email}> ${at / 1000} +0000\n\n${message}\n`;
  const armour = signature === "unsigned" ? undefined : armoured(`${signature} ${payload}`);
  return { ...draft, at, sha: objectSha("tag", Buffer.from(payload + (armour ?? ""))), payload, armour };
}

function armoured(text: string): string {
  const body = createHash("sha512").update(text).digest("base64").slice(0, 64);
  return `-----BEGIN PGP SIGNATURE-----\n\n${body}\n-----END PGP SIGNATURE-----\n`;
}
