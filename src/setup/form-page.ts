/** The first page: what will be asked for, and the few things that only people know. */
import type { Page } from "./document.ts";
import { type Form, type FormFaults, maxNameLength } from "./form.ts";
import { type Html, html } from "./html.ts";
import type { AppPlan } from "./manifest.ts";
import { type Remaining, remainingList } from "./remaining.ts";

/** What the page shows. */
export interface FormPageView {
  readonly plan: AppPlan;
  readonly form: Form;
  readonly faults: FormFaults;
  readonly remaining: readonly Remaining[];
}

/** The page with the form; with faults, as it is shown again. */
export function formPage({ plan, form, faults, remaining }: FormPageView): Page {
  const isWrong = Object.keys(faults).length > 0;
  const body = html`
    <h1>Register your GitHub App</h1>
    <p>
      Burngate acts on GitHub as an App that is yours alone: you register it, you choose the repositories, its
      key stays on this machine. Fill in three things here; GitHub then asks you to confirm.
    </p>
    ${isWrong ? wrongNotice(faults) : html``} ${remaining.length > 0 ? remainingNotice(remaining) : html``}
    <form method="post" action="/register" novalidate>
      ${ownerFields(form, faults)}
      ${textField({
        name: "name",
        type: "text",
        label: "Name",
        hint: `People see it beside every status. No other App on GitHub may have it, so add your own: for example ${plan.name}-acme.`,
        value: form.name,
        more: html`maxlength="${String(maxNameLength)}" autocomplete="off"`,
        fault: faults.name,
      })}
      ${textField({
        name: "webhookUrl",
        type: "url",
        label: "Where GitHub sends events",
        hint: "The address of this machine as GitHub reaches it. It can be changed later in the App's settings.",
        value: form.webhookUrl,
        more: html`placeholder="https://burngate.example.com/api/github/webhooks" autocomplete="off"`,
        fault: faults.webhookUrl,
      })}
      <button type="submit">Continue</button>
    </form>
    <h2>What the App will ask for</h2>
    <p>
      It reads what it needs to judge and writes only its verdicts: it never changes code, and merges nothing.
    </p>
    <dl>${plan.permissions.map(permissionEntry)}</dl>
    <h2>What GitHub will tell it</h2>
    <dl>
      ${plan.events.map(
        ({ name, why }) =>
          html`<dt><code>${name}</code></dt>
            <dd>${why}</dd>`,
      )}
    </dl>
  `;
  return {
    status: isWrong ? 422 : 200,
    title: isWrong ? "Error: register your GitHub App" : "Register your GitHub App",
    body,
  };
}

function ownerFields({ owner, organization }: Form, faults: FormFaults): Html {
  const choice = (value: string, label: string): Html =>
    html`<div class="choice">
      <input
        type="radio"
        name="owner"
        id="owner-${value}"
        value="${value}"
        ${owner === value ? html`checked` : html``}
      />
      <label for="owner-${value}">${label}</label>
    </div>`;
  return html`<fieldset>
    <legend>Whose App will it be?</legend>
    <p class="hint">It can be installed on the repositories of its owner only.</p>
    ${faults.owner === undefined ? html`` : html`<p class="wrong">${faults.owner}</p>`}
    ${choice("organization", "An organisation's")}
    ${textField({
      name: "organization",
      type: "text",
      label: "Organisation's login",
      hint: "You must own the organisation, or manage its GitHub Apps.",
      value: organization,
      more: html`autocomplete="off" autocapitalize="none" spellcheck="false"`,
      fault: faults.organization,
    })}
    ${choice("personal", "My personal account's")}
  </fieldset>`;
}

interface TextField {
  readonly name: keyof Form;
  readonly type: "text" | "url";
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly more: Html;
  readonly fault: string | undefined;
}

function textField({ name, type, label, hint, value, more, fault }: TextField): Html {
  const wrong = fault === undefined ? html`` : html`<p class="wrong" id="${name}-wrong">${fault}</p>`;
  const invalid = fault === undefined ? html`` : html`aria-invalid="true"`;
  const described = fault === undefined ? `${name}-hint` : `${name}-wrong ${name}-hint`;
  return html`<div class="field">
    <label for="${name}">${label}</label>
    <p class="hint" id="${name}-hint">${hint}</p>
    ${wrong}
    <input
      type="${type}"
      id="${name}"
      name="${name}"
      value="${value}"
      aria-describedby="${described}"
      ${invalid}
      ${more}
    />
  </div>`;
}

function permissionEntry({ name, level, why }: AppPlan["permissions"][number]): Html {
  return html`<dt>
      <code>${name}</code> <span class="level">${level === "write" ? "read and write" : "read"}</span>
    </dt>
    <dd>${why}</dd>`;
}

function wrongNotice(faults: FormFaults): Html {
  const items = Object.entries(faults).map(
    ([name, fault]) =>
      html`<li><a href="#${name === "owner" ? "owner-organization" : name}">${fault}</a></li>`,
  );
  return html`<div class="notice bad" role="alert">
    <p><strong>Please mend this:</strong></p>
    <ul>
      ${items}
    </ul>
  </div>`;
}

function remainingNotice(remaining: readonly Remaining[]): Html {
  return html`<div class="notice">
    <p>You can register the App now. Before it can run, this is to be set as well:</p>
    ${remainingList(remaining)}
  </div>`;
}
