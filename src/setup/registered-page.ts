/** The last page: the App is there; what comes next. */
import type { Page } from "./document.ts";
import { type Html, html } from "./html.ts";
import { type Remaining, remainingList } from "./remaining.ts";

/** The page that follows a registration. It holds no secret. */
export function registeredPage(
  appUrl: string,
  credentialsPath: string,
  remaining: readonly Remaining[],
): Page {
  const body = html`
    <h1>Your GitHub App is registered</h1>
    <p>
      Its private key and webhook secret are in <code>${credentialsPath}</code>, which only the user that runs
      Burngate may read. Keep a copy where you keep secrets; GitHub does not show them again.
    </p>
    ${remaining.length === 0 ? runningNotice() : startAgainNotice(remaining)}
    <h2>What to do next</h2>
    <ol>
      <li>
        <a href="${appUrl}/installations/new">Install the App</a> on a repository, or on all of them: it holds
        nothing until a repository has a policy.
      </li>
      <li>
        Merge a policy with <code>mode: observe</code> as <code>.github/slo-policy.yml</code>. Burngate then
        tells its verdicts and holds nobody.
      </li>
      <li>Read a week of them. Then remove that line.</li>
      <li>
        Require the status in a ruleset, with this App as its <strong>expected source</strong>: without that,
        anybody who may write statuses can post a green one.
      </li>
    </ol>
  `;
  return { status: 200, title: "Your GitHub App is registered", body };
}

function runningNotice(): Html {
  return html`<p class="notice">Burngate goes on as this App by itself: there is nothing to restart.</p>`;
}

function startAgainNotice(remaining: readonly Remaining[]): Html {
  return html`<div class="notice bad">
    <p>
      Burngate has stopped, since something else is still to be set. Set it and start Burngate again; it finds
      the App's credentials by itself.
    </p>
    ${remainingList(remaining)}
  </div>`;
}
