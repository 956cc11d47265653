/**
 * Whether the parts of an expression stand as the language of Argo's conditions demands (https://expr-lang.org/docs/language-definition).
 *
 * Keeps: the parser that we use forgives what that language does not: a comma too many, values side by side, semicolons. What is
 * forgiven here would be a verdict there is none for, so it is refused first.
 */

/** Why an expression is refused; `undefined`: its parts stand right. */
export function separatorFault(source: string): string | undefined {
  const open: ("call" | "list" | "index" | "group" | "predicate")[] = [];
  // Whether a value ends with the token before.
  let isValue = false;
  for (const { 0: token, groups } of source.matchAll(tokens)) {
    if (groups?.["blank"] !== undefined) continue;
    if (groups?.["field"] !== undefined) isValue = true;
    else if (groups?.["value"] !== undefined || (groups?.["word"] !== undefined && !operators.has(token))) {
      if (isValue) return `\`${token}\` stands where an operator should`;
      isValue = true;
    } else if (token === "(") {
      open.push(isValue ? "call" : "group");
      isValue = false;
    } else if (token === "[") {
      open.push(isValue ? "index" : "list");
      isValue = false;
    } else if (token === "{") {
      if (isValue) return "`{` stands where an operator should";
      open.push("predicate");
      isValue = false;
    } else if (")]}".includes(token)) {
      open.pop();
      isValue = true;
    } else if (token === ",") {
      if (!isValue || (open.at(-1) !== "call" && open.at(-1) !== "list")) return "a comma separates nothing";
      isValue = false;
    } else if (groups?.["word"] !== undefined || /^[!=<>&|+\-*/%?:]+$/.test(token)) isValue = false;
    else return `\`${token}\` is not supported`;
  }
  return undefined;
}

const operators: ReadonlySet<string> = new Set(["and", "or", "not", "in"]);

/** Whatever is none of these is a single character. A field is one of the value before it, or of what a predicate looks at. */
const tokens =
  /(?<blank>\s+)|(?<value>"[^"\\]*"|'[^'\\]*'|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|#)|(?<field>\.\s*[A-Za-z_]\w*)|(?<word>[A-Za-z_]\w*)|&&|\|\||[=!<>]=|[^]/g;
