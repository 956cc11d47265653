/**
 * Numbers as Go reads and prints them, since Keptn is written in Go and its files and messages hold what Go makes of them.
 * Sources: strconv.ParseFloat (https://pkg.go.dev/strconv#ParseFloat), fmt's verb %v (https://pkg.go.dev/fmt).
 */

const decimal = /^[+-]?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:e[+-]?\d[\d_]*)?$/i;
const hexadecimal = /^([+-]?)0x([\da-f_]*)(?:\.([\da-f_]*))?p([+-]?\d[\d_]*)$/i;

/** A number of 64 bits as Go's ParseFloat reads it, `Inf` and `NaN` among them; `undefined` where that is an error. */
export function parseGoFloat(text: string): number | undefined {
  if (/^[+-]?inf(?:inity)?$/i.test(text))
    return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^nan$/i.test(text)) return Number.NaN;
  if (!areUnderscoresBetweenDigits(text)) return undefined;
  const plain = text.replaceAll("_", "");
  const value = decimal.test(text) ? Number(plain) : parseHexadecimal(plain);
  // What is too large is an error in Go, what is too small is zero.
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

/** Of `0x_1`, too: the prefix counts as a digit. */
function areUnderscoresBetweenDigits(text: string): boolean {
  return !/(?<![\da-f]|0x)_|_(?![\da-f])/i.test(text);
}

function parseHexadecimal(text: string): number | undefined {
  const [, sign, whole = "", fraction = "", exponent = ""] = hexadecimal.exec(text) ?? [];
  const digits = whole + fraction;
  if (digits === "") return undefined;
  const value = Number(BigInt(`0x${digits}`)) * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === "-" ? -value : value;
}

/** A number as Go's `%v` prints it: the shortest text that reads back, with an exponent below 1e-4 and from 1e21 on. */
export function formatGoFloat(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  if (Object.is(value, -0)) return "-0";
  if (value === 0 || (Math.abs(value) >= 1e-4 && Math.abs(value) < 1e21)) return String(value);
  const [mantissa = "", exponent = ""] = value.toExponential().split("e");
  return `${mantissa}e${exponent.slice(0, 1)}${exponent.slice(1).padStart(2, "0")}`;
}
