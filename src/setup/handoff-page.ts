/** The second page: what is about to be asked of GitHub, behind one button that asks it. */
import { isLoopback } from "../domain/loopback.ts";
import type { Page } from "./document.ts";
import type { Wish } from "./form.ts";
import { html } from "./html.ts";
import type { Manifest } from "./manifest.ts";

/** The page whose button posts the manifest to GitHub, which is how GitHub wants to be asked. */
export function handoffPage(
  { organization }: Wish,
  manifest: Manifest,
  state: string,
  gitHubUrl: string,
): Page {
  const account =
    organization === undefined ? "settings" : `organizations/${encodeURIComponent(organization)}/settings`;
  const action = `${gitHubUrl}/${account}/apps/new?state=${encodeURIComponent(state)}`;
  const webhookUrl = manifest.hook_attributes.url;
  const body = html`
    <h1>Ask GitHub</h1>
    <p>GitHub will show the name once more and ask you to create the App. Then it sends you back here.</p>
    <dl>
      <dt>Owner</dt>
      <dd>${organization ?? "your personal account"}</dd>
      <dt>Name</dt>
      <dd>${manifest.name}</dd>
      <dt>Events go to</dt>
      <dd><code>${webhookUrl}</code></dd>
    </dl>
    ${
      isLoopback(new URL(webhookUrl).hostname)
        ? html`<p class="notice">
            GitHub cannot reach this address, and may refuse it: it is this machine as only this machine sees
            it.
          </p>`
        : html``
    }
    <form method="post" action="${action}">
      <input type="hidden" name="manifest" value="${JSON.stringify(manifest)}" />
      <button type="submit">Continue to GitHub</button>
    </form>
    <p>To change something, go back in your browser.</p>
  `;
  return { status: 200, title: "Ask GitHub", body };
}
