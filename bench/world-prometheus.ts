import type { Answer } from "./world-answer.ts";

/** How the one service of the bench does. */
export type Budget = "calm" | "burning";

const eventsPerSecond = 100;
const badShare: Readonly<Record<Budget, number>> = { calm: 0.0001, burning: 0.5 };

/** Each expression of a joined question, with the name that Burngate gives it. */
const named = /label_replace\(\(\n([\s\S]*?)\n\), "(\w+)", "(e\d+)", "", ""\)/g;

/** Answers an instant query as Prometheus does. */
export function answerPrometheus(question: URLSearchParams, budget: Budget): Answer {
  const query = question.get("query") ?? "";
  const time = Number(question.get("time") ?? Date.now() / 1000);
  const series = [...query.matchAll(named)].map(([, text = "", label = "", id = ""]) => ({
    metric: { [label]: id },
    value: [time, String(valueOf(text, budget))],
  }));
  const result = series.length > 0 ? series : [{ metric: {}, value: [time, String(badShare[budget])] }];
  return { status: 200, json: { status: "success", data: { resultType: "vector", result } } };
}

function valueOf(text: string, budget: Budget): number {
  // How long ago the oldest sample of a series was, and the newest.
  if (text.startsWith("time() - min(")) return 90 * 86_400;
  if (text.startsWith("time() - ")) return 5;
  return text.includes("code=~") ? eventsPerSecond * badShare[budget] : eventsPerSecond;
}
