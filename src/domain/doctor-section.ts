/**
 * A diagnosis as a section of a check run's Markdown.
 *
 * Keeps: at most 4000 characters for any input; holes first; names that users chose cannot become markup,
 * mentions or links.
 */
import { type Diagnosis, countWords } from "./diagnosis.ts";
import { code, inert } from "./markdown.ts";
import { cut, oneLine } from "./sentence.ts";

const maxLength = 4000;
/** For the line that says how much was left out. */
const reserve = 120;

const title = "## Does the gate hold?";

/** The section where everybody can read it: ways around a gate are for those who can shut them. */
export function publicDoctorSection(slug: string): string {
  return `${title}\n\n${code(`burngate doctor --repo ${slug}`)} tells. On a public repository it is not told here.`;
}

/** The section for members of a private repository. */
export function doctorSection(diagnoses: readonly Diagnosis[]): string {
  const open = [
    ...diagnoses.filter(({ standing }) => standing === "hole"),
    ...diagnoses.filter(({ standing }) => standing === "unknown"),
  ];
  const head = `${title}\n\n${countWords(diagnoses)}.\n`;
  let section = head;
  let shown = 0;
  for (const diagnosis of open) {
    const line = `\n${lineOf(diagnosis)}`;
    if (section.length + line.length > maxLength - reserve) break;
    section += line;
    shown += 1;
  }
  const rest = open.length - shown;
  return rest === 0 ? section : `${section}\n- …and ${rest} more: \`burngate doctor\` tells all.`;
}

function lineOf(diagnosis: Diagnosis): string {
  const [mark, what] =
    diagnosis.standing === "hole" ? ["Hole", diagnosis.seen] : ["Unknown", whyOf(diagnosis)];
  const cure = diagnosis.standing === "sound" ? undefined : diagnosis.cure;
  const page = cure?.page === undefined ? "" : ` ([open](${addressOf(cure.page)}))`;
  const mend = cure === undefined ? "" : ` To mend: ${plain(cure.text)}${page}.`;
  return `- **${mark}: ${plain(diagnosis.title)}.** ${sentence(plain(what))}.${mend}`;
}

function whyOf(diagnosis: Diagnosis): string {
  return diagnosis.standing === "unknown" ? diagnosis.why : diagnosis.seen;
}

/** What begins with a small letter after a title begins with a great one as a sentence. */
function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Text that stays text: no markup, nobody is pinged, nothing is linked. [T11] */
function plain(text: string): string {
  return inert(cut(oneLine(text), 300)).replaceAll(/[\\`*_{}[\]()<>#+!|~&$^-]/g, "\\$&");
}

/** An address without a character that ends a Markdown link. */
function addressOf(page: string): string {
  return page.replaceAll(
    /[\s()<>[\]\\]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}
