import { expect, it } from "vitest";
import { html } from "../../../src/setup/html.ts";

it("html escapes what it is handed, in elements and in attributes, and nothing twice", () => {
  const nasty = `"><script>alert('&')</script>`;
  const safe = "&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;";
  expect(html`<b title="${nasty}">${nasty}</b>`.text).toBe(`<b title="${safe}">${safe}</b>`);
  const inner = ["a<", "b"].map((one) => html`<i>${one}</i>`);
  expect(html`<b>${inner}</b>`.text).toBe("<b><i>a&lt;</i><i>b</i></b>");
});
