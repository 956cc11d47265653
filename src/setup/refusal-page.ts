import type { Page } from "./document.ts";
import { html } from "./html.ts";

/** A page that says why something was not done, and what to do instead. */
export interface Refusal {
  readonly status: number;
  readonly title: string;
  /** What happened and how to mend it: a paragraph each. */
  readonly paragraphs: readonly string[];
  /** Where to go on. */
  readonly link?: { readonly href: string; readonly text: string };
}

/** The page of a refusal. */
export function refusalPage({ status, title, paragraphs, link }: Refusal): Page {
  const body = html`
    <h1>${title}</h1>
    ${paragraphs.map((text) => html`<p>${text}</p>`)}
    ${link === undefined ? html`` : html`<p><a class="button" href="${link.href}">${link.text}</a></p>`}
  `;
  return { status, title, body };
}
