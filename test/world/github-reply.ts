/** An answer in the making. `body` is JSON unless `contentType` says otherwise; undefined: no body. */
export type Reply = {
  status: number;
  body?: unknown;
  headers?: { [name: string]: string };
  contentType?: string;
};

const DOCS = "https://docs.github.com/rest";

/** One entry of a validation error. */
export type FieldError = { resource: string; code: string; field?: string; message?: string };

/** An error in GitHub's form; newer answers repeat the status as text in the body. */
export function refuse(status: number, message: string, headers: { [name: string]: string } = {}): Reply {
  return { status, headers, body: { message, documentation_url: DOCS, status: String(status) } };
}

/** GitHub's 404, which is also its answer to whoever may not know that a thing exists. */
export function notFound(message = "Not Found"): Reply {
  return refuse(404, message);
}

/** GitHub's 403 for an app that lacks a permission. */
export function notAccessible(): Reply {
  return refuse(403, "Resource not accessible by integration");
}

/** GitHub's 422. */
export function invalid(errors: FieldError[]): Reply {
  return {
    status: 422,
    body: { message: "Validation Failed", errors, documentation_url: DOCS, status: "422" },
  };
}

/** The answer for a commit that is not there. */
export function noCommit(sha: string): Reply {
  return refuse(422, `No commit found for SHA: ${sha}`);
}
