import { expect, it } from "vitest";
import { deliveryMemoryOf, graphqlUrlOf } from "../../../src/domain/github-address.ts";

const dayMs = 86_400_000;

it.each([
  ["https://api.github.com", "https://api.github.com/graphql", 3],
  ["https://api.acme.ghe.com", "https://api.acme.ghe.com/graphql", 3],
  ["https://github.example.com/api/v3", "https://github.example.com/api/graphql", 7],
])("%s has GraphQL at %s and remembers deliveries for %i days", (url, graphql, days) => {
  expect(graphqlUrlOf(url)).toBe(graphql);
  expect(deliveryMemoryOf(url)).toBe(days * dayMs);
});
