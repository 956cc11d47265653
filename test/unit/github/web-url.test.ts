import { expect, it } from "vitest";
import { webUrlOf } from "../../../src/github/web-url.ts";

it.each([
  ["https://api.github.com", "https://github.com"],
  ["https://api.acme.ghe.com", "https://acme.ghe.com"],
  ["https://github.example.com/api/v3", "https://github.example.com"],
  ["https://api.example.com:8443/api/v3", "https://api.example.com:8443"],
  ["http://127.0.0.1:4000/api/v3", "http://127.0.0.1:4000"],
])("the pages of the GitHub whose API is %s are at %s", (api, web) => {
  expect(webUrlOf(api)).toBe(web);
});
