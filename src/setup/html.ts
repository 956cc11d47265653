/** HTML that is safe to send. Only the template `html` makes it, and that escapes whatever is not HTML already. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A piece of a page. Texts are escaped, so that they may stand in an element or in a quoted attribute. */
export function html(
  parts: TemplateStringsArray,
  ...values: readonly (string | Html | readonly Html[])[]
): Html {
  return new Html(
    parts.map((part, index) => (index === 0 ? part : insertion(values[index - 1] ?? "") + part)).join(""),
  );
}

function insertion(value: string | Html | readonly Html[]): string {
  if (typeof value === "string") return value.replaceAll(/[&<>"']/g, (letter) => escapes[letter] ?? "");
  return value instanceof Html ? value.text : value.map(({ text }) => text).join("");
}
