import { GraphQLError, Kind, type GraphQLResolveInfo } from "graphql";

/** GitHub gives no more of a connection at once. */
const LARGEST_PAGE = 100;

/** What part of a connection is asked for. */
export type PageArguments = { first?: number | null; after?: string | null };

/** An item and where it stands; the smaller place, compared number by number, comes first. */
export type Placed<T> = { place: readonly [number, number]; item: T };

/** A connection as it is answered. */
export type Page<T> = {
  totalCount: number;
  nodes: T[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
};

/** An error in GitHub's form: `type` in capitals beside the message. */
export function graphqlError(type: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } });
}

const PREFIX = "cursor:v2:";

function cursorOf(place: readonly [number, number]): string {
  return Buffer.from(PREFIX + JSON.stringify(place)).toString("base64");
}

function placeOf(cursor: string): [number, number] {
  const text = Buffer.from(cursor, "base64").toString("utf8");
  const [, first, second] = /^cursor:v2:\[(-?\d+),(-?\d+)\]$/.exec(text) ?? [];
  if (first === undefined || second === undefined) {
    throw graphqlError("INVALID_CURSOR_ARGUMENTS", `\`${cursor}\` does not appear to be a valid cursor.`);
  }
  return [Number(first), Number(second)];
}

/** Whether no more is asked than how many there are, for which GitHub wants no `first`. */
function countsOnly({ fieldNodes }: GraphQLResolveInfo): boolean {
  return fieldNodes
    .flatMap(({ selectionSet }) => selectionSet?.selections ?? [])
    .every((each) => each.kind === Kind.FIELD && /^(totalCount|__typename)$/.test(each.name.value));
}

/**
 * One page of a connection, forwards only. A cursor is a place and not an item, so that the next page is right even if the
 * item is gone by then.
 *
 * @throws GraphQLError as GitHub's if `first` is missing or above 100, or the cursor is none
 */
export function pageOf<T>(
  items: readonly Placed<T>[],
  { first, after }: PageArguments,
  info: GraphQLResolveInfo,
): Page<T> {
  const { fieldName } = info;
  if (typeof first !== "number" && !countsOnly(info)) {
    const message = `You must provide a \`first\` or \`last\` value to properly paginate the \`${fieldName}\` connection.`;
    throw graphqlError("MISSING_PAGINATION_BOUNDARIES", message);
  }
  const size = first ?? 0;
  if (size < 0 || size > LARGEST_PAGE) {
    const limit = `exceeds the \`first\` limit of ${LARGEST_PAGE} records.`;
    const message = `Requesting ${size} records on the \`${fieldName}\` connection ${limit}`;
    throw graphqlError("EXCESSIVE_PAGINATION", message);
  }
  const from = typeof after === "string" ? placeOf(after) : undefined;
  const rest = items
    .toSorted((a, b) => a.place[0] - b.place[0] || a.place[1] - b.place[1])
    .filter(
      ({ place }) => from === undefined || place[0] > from[0] || (place[0] === from[0] && place[1] > from[1]),
    );
  const page = rest.slice(0, size);
  const last = page.at(-1);
  return {
    totalCount: items.length,
    nodes: page.map(({ item }) => item),
    pageInfo: {
      hasNextPage: rest.length > size,
      endCursor: last === undefined ? null : cursorOf(last.place),
    },
  };
}
