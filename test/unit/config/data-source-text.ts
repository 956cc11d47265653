import { type CredentialStore, readDataSources } from "../../../src/prometheus/data-source-file.ts";

/** One data source in YAML; `more` are further lines of it. */
export function source(more: readonly string[] = [], url = "https://prometheus.example.com"): string {
  return [
    "- id: main",
    `  url: ${url}`,
    '  repositories: ["acme/*"]',
    ...more.map((line) => `  ${line}`),
  ].join("\n  ");
}

/** A file of data sources. */
export const fileOf = (...sources: readonly string[]): string => `data_sources:\n  ${sources.join("\n  ")}\n`;

/** Where credentials are looked up. */
export function storeOf(
  files: Record<string, string>,
  variables: Record<string, string> = {},
): CredentialStore {
  return {
    variables,
    readFile(path) {
      const text = files[path];
      if (text === undefined) throw new Error("ENOENT");
      return text;
    },
  };
}

/** A store with a token in a file and in a variable. */
export const store = storeOf(
  { "/run/token": "from-file\n", "/run/ca": "CA", "/run/cert": "CERT", "/run/key": "KEY" },
  { TOKEN: "from-env" },
);

/** What is wrong with a file that holds one data source. */
export function faultsOf(
  more: readonly string[],
  url?: string,
  from: CredentialStore = store,
): readonly string[] {
  return readDataSources("sources.yml", fileOf(source(more, url)), from).faults;
}
