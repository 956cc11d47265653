import type { Problem } from "../domain/problem.ts";
import { parseQueryTemplate, type QueryTemplate } from "../domain/query-template.ts";
import type { Sli } from "../domain/sli.ts";
import { checkQuery } from "./query.ts";
import type { SlothSlo } from "./sloth-slo.ts";

/** What Sloth looks for in each query: https://github.com/slok/sloth/tree/v0.16.0/pkg/common/conventions */
const slothWindow = /\{\{ *\.window *\}\}/;

/**
 * The SLI of a Sloth SLO; what keeps it from being one is added to the problems. What we may not send, but Sloth can
 * compute, is *recorded only*.
 */
export function slothSli(slo: SlothSlo, problems: Problem[]): Sli | undefined {
  switch (slo.way) {
    case undefined: {
      const message = "must hold exactly one of `events`, `raw` and `plugin`";
      problems.push(slo.document.problem("wrong_value", [...slo.path, "sli"], message));
      return undefined;
    }
    case "plugin":
      return recordedOnly(slo, "plugin", "is Go code that only Sloth can run", problems);
    case "events":
      return eventsOf(slo, problems);
    case "raw": {
      const errorRatioQuery = queryOf(slo, "raw", "error_ratio_query", slo.errorRatioQuery, problems);
      if (errorRatioQuery === undefined) return undefined;
      if (typeof errorRatioQuery === "string") return recordedOnly(slo, "raw", errorRatioQuery, problems);
      return { kind: "ratio", errorRatioQuery };
    }
  }
}

function eventsOf(slo: SlothSlo, problems: Problem[]): Sli | undefined {
  const errorQuery = queryOf(slo, "events", "error_query", slo.errorQuery, problems);
  const totalQuery = queryOf(slo, "events", "total_query", slo.totalQuery, problems);
  if (errorQuery === undefined || totalQuery === undefined) return undefined;
  if (slo.errorQuery === slo.totalQuery) {
    const message = "hold the same query twice, so every event would be a bad one";
    problems.push(slo.document.problem("bad_query", [...slo.path, "sli", "events"], message));
    return undefined;
  }
  if (typeof errorQuery === "string") return recordedOnly(slo, "events", errorQuery, problems);
  if (typeof totalQuery === "string") return recordedOnly(slo, "events", totalQuery, problems);
  return { kind: "events", errorQuery, totalQuery };
}

/** A template; or why it may not be sent, as the end of a sentence; or `undefined` where Sloth would refuse it too. */
function queryOf(
  slo: SlothSlo,
  way: "events" | "raw",
  plainKey: string,
  text: string | undefined,
  problems: Problem[],
): QueryTemplate | string | undefined {
  const key = slo.form === "plain" ? plainKey : camel(plainKey);
  const place = [...slo.path, "sli", way];
  if (text === undefined || text === "") {
    problems.push(slo.document.problem("missing_key", place, `\`${key}\` is missing`));
    return undefined;
  }
  if (!slothWindow.test(text)) {
    const message = "has no `{{.window}}`, dot included, and Sloth refuses a query without it";
    problems.push(slo.document.problem("bad_query", [...place, key], message));
    return undefined;
  }
  const checked = checkQuery(text);
  if (typeof checked !== "string") return checked;
  const template = parseQueryTemplate(text);
  if (template === "no_window") {
    problems.push(slo.document.problem("bad_query", [...place, key], checked));
    return undefined;
  }
  return checked;
}

function recordedOnly(slo: SlothSlo, key: string, why: string, problems: Problem[]): Sli {
  const message = `${why}; it is read from the series that Sloth records`;
  problems.push(slo.document.problem("recorded_only", [...slo.path, "sli", key], message, "warning"));
  return { kind: "recorded_only", why };
}

function camel(key: string): string {
  return key.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
