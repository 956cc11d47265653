/** The form of the setup page: what was typed, and what it means. */
import { z } from "zod";
import { isLoopback } from "../domain/loopback.ts";

/** What the fields hold, right or wrong. */
export interface Form {
  readonly owner: string;
  readonly organization: string;
  readonly name: string;
  readonly webhookUrl: string;
}

/** What somebody wants registered. */
export interface Wish {
  /** The organisation's login; nothing for a personal account. */
  readonly organization: string | undefined;
  readonly name: string;
  readonly webhookUrl: string;
}

/** What is wrong with a field, as a sentence for whoever filled it in. */
export type FormFaults = Readonly<Partial<Record<keyof Form, string>>>;

/** GitHub's limit for the name of an App. */
export const maxNameLength = 34;

/** The fields of a form as a browser posts it; a field that is missing is empty. */
export function readForm(body: string): Form {
  const fields = new URLSearchParams(body);
  const field = (name: string): string => (fields.get(name) ?? "").trim();
  return {
    owner: field("owner"),
    organization: field("organization"),
    name: field("name"),
    webhookUrl: field("webhookUrl"),
  };
}

/** What the form means, or what is wrong with it; webhooks must arrive at `webhookPath`. */
export function wishOf(
  form: Form,
  webhookPath: string,
): { readonly wish: Wish } | { readonly faults: FormFaults } {
  const faults: Partial<Record<keyof Form, string>> = {};
  if (form.owner !== "organization" && form.owner !== "personal")
    faults.owner = "Choose an organisation or your personal account.";
  if (form.owner === "organization" && !/^[a-z\d](?:[a-z\d-]{0,38})$/i.test(form.organization))
    faults.organization =
      "Give the organisation's login as in its address: for https://github.com/acme it is acme.";
  if (form.name === "" || form.name.length > maxNameLength)
    faults.name = `Give a name of 1 to ${maxNameLength} characters.`;
  const webhookUrl = webhookUrlOf(form.webhookUrl, webhookPath);
  if ("fault" in webhookUrl) faults.webhookUrl = webhookUrl.fault;
  if ("fault" in webhookUrl || Object.keys(faults).length > 0) return { faults };
  const organization = form.owner === "organization" ? form.organization : undefined;
  return { wish: { organization, name: form.name, webhookUrl: webhookUrl.url } };
}

/** An address without a path is completed, since only one path can be right. */
function webhookUrlOf(
  text: string,
  webhookPath: string,
): { readonly url: string } | { readonly fault: string } {
  const example = `for example https://burngate.example.com${webhookPath}`;
  if (!z.url({ protocol: /^https?$/ }).safeParse(text).success)
    return { fault: `Give a whole web address, ${example}.` };
  const url = new URL(text);
  if (url.protocol === "http:" && !isLoopback(url.hostname))
    return { fault: `Use https: over plain http anybody on the way can read and replay events; ${example}.` };
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    return { fault: `Leave out passwords, queries and fragments; ${example}.` };
  if (url.pathname === "/") url.pathname = webhookPath;
  if (!url.pathname.endsWith(webhookPath))
    return { fault: `Webhooks are taken at ${webhookPath} only; ${example}.` };
  return { url: url.href };
}
