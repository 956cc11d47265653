/**
 * The file that holds a registered App's credentials.
 *
 * Keeps: only its owner may use it from its first byte on; it is whole or not there; a file that is there is
 * never written over. [T46] GitHub gives a key once, so the place is tried before the key is asked for.
 */
import { lstatSync } from "node:fs";
import { link, mkdir, open, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { type AppCredentials, holdsPrivateKey, webhookSecretFault } from "../domain/app-credentials.ts";
import { Secret } from "../domain/secret.ts";

const shape = z.strictObject({
  app_id: z.int().positive(),
  app_url: z.url({ protocol: /^https?$/ }),
  private_key: z.string(),
  webhook_secret: z.string(),
});

/** Reads the file's text. What is wrong is said without a word of what is in it. */
export function parseCredentials(
  text: string,
): { readonly credentials: AppCredentials } | { readonly fault: string } {
  if (text.trim() === "") return { fault: "is empty" };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { fault: "is not JSON" };
  }
  const { success, data } = shape.safeParse(json);
  if (!success) return { fault: `has not the keys ${Object.keys(shape.shape).join(", ")} with their values` };
  if (!holdsPrivateKey(data.private_key)) return { fault: "holds no PEM private key in `private_key`" };
  const secretFault = webhookSecretFault(data.webhook_secret);
  if (secretFault !== undefined) return { fault: `has a \`webhook_secret\` that ${secretFault}` };
  return {
    credentials: {
      appId: data.app_id,
      appUrl: data.app_url,
      privateKey: new Secret(() => data.private_key),
      webhookSecret: new Secret(() => data.webhook_secret),
    },
  };
}

/** A place for credentials that is known to be free and writable. */
export interface Place {
  /** Puts the credentials there. Throws when somebody else's are there by now, or the disk refuses. */
  fill(credentials: AppCredentials): Promise<void>;
  /** Takes away what is not needed any more. */
  release(): Promise<void>;
}

/** Takes a place for credentials, unless a file is there. Throws an error with a code when none can be written. */
export async function takePlace(path: string, unique: string): Promise<Place | "taken"> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // Also a link that leads nowhere is in the way of ours.
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return "taken";
  const draft = `${path}.${unique}`;
  const file = await open(draft, "wx", 0o600);
  return {
    async fill({ appId, appUrl, privateKey, webhookSecret }) {
      const content: z.input<typeof shape> = {
        app_id: appId,
        app_url: appUrl,
        private_key: privateKey.reveal(),
        webhook_secret: webhookSecret.reveal(),
      };
      await file.writeFile(`${JSON.stringify(content, undefined, 2)}\n`);
      await file.sync();
      // A link, since a rename would write over a file that came meanwhile.
      await link(draft, path);
    },
    async release() {
      await file.close();
      await unlink(draft);
    },
  };
}
