import { type Html, html } from "./html.ts";

/** Something that is still to be set: a variable, what is wrong with it, and an example. */
export interface Remaining {
  readonly variable: string;
  readonly message: string;
  readonly example: string;
}

/** A list of what is still to be set. */
export function remainingList(remaining: readonly Remaining[]): Html {
  const items = remaining.map(
    ({ variable, message, example }) =>
      html`<li><code>${variable}</code> ${message}. For example <code>${example}</code></li>`,
  );
  return html`<ul>
    ${items}
  </ul>`;
}
