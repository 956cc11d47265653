/**
 * The frame of every page: no script, no picture, no font, nothing from elsewhere. The Content Security
 * Policy allows exactly the one style sheet below, and forms to ourselves and to GitHub.
 */
import { createHash } from "node:crypto";
import { Html, html } from "./html.ts";

/** A page as it is sent. */
export interface Page {
  readonly status: number;
  readonly title: string;
  readonly body: Html;
}

const style = `
:root{color-scheme:light dark;--ink:#1f2328;--soft:#59636e;--paper:#fff;--line:#d1d9e0;--key:#0a53be;--bad:#b3261e;--tint:#f6f8fa}
@media (prefers-color-scheme:dark){:root{--ink:#f0f6fc;--soft:#9aa4af;--paper:#0d1117;--line:#3d444d;--key:#6cb0ff;--bad:#ff8b82;--tint:#151b23}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,sans-serif;overflow-wrap:anywhere}
main{max-width:42rem;margin:0 auto;padding:2rem 1rem 4rem}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 1rem}
h2{font-size:1.15rem;margin:2.25rem 0 .5rem}
p,ol,ul,dl{margin:.5rem 0 1rem}
ol,ul{padding-left:1.5rem}
li+li{margin-top:.4rem}
a{color:var(--key)}
code{font:.9em ui-monospace,monospace;overflow-wrap:anywhere;background:var(--tint);border-radius:.25rem;padding:.1em .3em}
fieldset{border:1px solid var(--line);border-radius:.5rem;margin:1.25rem 0;padding:.5rem 1rem 1rem}
legend,label{font-weight:600}
.choice{display:flex;gap:.5rem;align-items:baseline;margin:.4rem 0}
.choice label{font-weight:400}
.field{margin:1.25rem 0}
.field>label{display:block}
.hint{color:var(--soft);margin:.1rem 0 .35rem;font-size:.925rem}
.wrong{color:var(--bad);margin:.1rem 0 .35rem;font-weight:600}
input[type=text],input[type=url]{width:100%;font:inherit;color:inherit;background:var(--paper);border:1px solid var(--soft);border-radius:.375rem;padding:.5rem .6rem}
input[aria-invalid]{border-color:var(--bad)}
button,.button{display:inline-block;font:inherit;font-weight:600;color:var(--paper);background:var(--key);border:0;border-radius:.375rem;padding:.65rem 1.2rem;cursor:pointer;text-decoration:none}
:focus-visible{outline:3px solid var(--key);outline-offset:2px}
.notice{border:1px solid var(--line);border-left:.3rem solid var(--key);border-radius:.375rem;background:var(--tint);padding:.25rem 1rem;margin:1rem 0}
.notice.bad{border-left-color:var(--bad)}
dt{margin-top:.8rem;font-weight:600}
dd{margin:.1rem 0 0;color:var(--soft)}
.level{color:var(--soft);font-size:.9rem;font-weight:400}
`;

const styleHash = createHash("sha256").update(style).digest("base64");

/** The headers of a page; its forms may lead to `gitHubUrl`. */
export function pageHeaders(gitHubUrl: string): Readonly<Record<string, string>> {
  return {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    // Browsers tell where a form comes from only if they may name us to ourselves.
    "referrer-policy": "same-origin",
    "content-security-policy": [
      "default-src 'none'",
      `style-src 'sha256-${styleHash}'`,
      `form-action 'self' ${gitHubUrl}`,
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join("; "),
  };
}

/** The whole text of a page. */
export function documentOf({ title, body }: Page): string {
  // Put in as it is, since escaping would change what the policy's hash is of.
  const sheet = new Html(`<style>${style}</style>`);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Burngate</title>
        ${sheet}
      </head>
      <body>
        <main>${body}</main>
      </body>
    </html> `.text;
}
