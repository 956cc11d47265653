/** What the doctor found, for people, programs and workflow logs. */
import { countWords, type Diagnosis } from "../domain/diagnosis.ts";
import type { Examination } from "../gate/doctor.ts";
import { standingOf } from "./doctor.ts";
import type { Format } from "./output.ts";
import { printable } from "../domain/printable.ts";
import { workflowCommand } from "../domain/workflow-command.ts";

/** What is printed for examinations. */
export function doctorOutput(examinations: readonly Examination[], format: Format): string {
  switch (format) {
    case "text":
      return printable(examinations.map(textOf).join("\n\n"));
    case "json":
      return JSON.stringify(
        {
          standing: standingOf(examinations),
          examined: examinations.map(({ of, diagnoses }) => ({
            of,
            standing: standingOf([{ of, diagnoses }]),
            diagnoses,
          })),
        },
        null,
        2,
      );
    case "github":
      return examinations.flatMap(annotationsOf).join("\n");
  }
}

function textOf({ of, diagnoses }: Examination): string {
  return [`${of}: ${countWords(diagnoses)}`, ...diagnoses.map(paragraphOf)].join("\n");
}

function paragraphOf(diagnosis: Diagnosis): string {
  switch (diagnosis.standing) {
    case "sound":
      return paragraph("sound", diagnosis.title, diagnosis.seen);
    case "hole":
      return paragraph("HOLE", diagnosis.title, diagnosis.seen, mendWords(diagnosis));
    case "unknown":
      return paragraph("unknown", diagnosis.title, diagnosis.why, mendWords(diagnosis));
  }
}

function paragraph(word: string, ...lines: readonly string[]): string {
  // What GitHub tells may hold line breaks; nothing in it may look like an answer of ours.
  const [title = "", ...more] = lines.map((line) => line.replaceAll(/\s*\n\s*/g, " "));
  return [`  ${word.padEnd(9)}${title}`, ...more.map((line) => `${" ".repeat(11)}${line}`)].join("\n");
}

function mendWords({ cure }: Exclude<Diagnosis, { standing: "sound" }>): string {
  return cure.page === undefined ? `to mend: ${cure.text}` : `to mend: ${cure.text}: ${cure.page}`;
}

function annotationsOf({ of, diagnoses }: Examination): readonly string[] {
  const title = { title: `Does the gate hold in ${of}?` };
  const open = diagnoses.flatMap((one) => {
    if (one.standing === "sound") return [];
    const [level, what] =
      one.standing === "hole" ? (["error", one.seen] as const) : (["warning", one.why] as const);
    return [workflowCommand(level, title, `${one.title}: ${what}; ${mendWords(one)}`)];
  });
  return open.length > 0 ? open : [workflowCommand("notice", title, countWords(diagnoses))];
}
