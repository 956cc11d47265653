import type { RepositoryCall, Routes } from "./github-route.ts";

/** `repository_dispatch`: what the repository's own workflows are told. */
export const DISPATCH_ROUTES: Routes = {
  "repos/create-dispatch-event": {
    for: "repository",
    needs: ["contents"],
    level: "write",
    publicly: false,
    handle(call: RepositoryCall) {
      const { event_type, client_payload } = call.body as { event_type: string; client_payload?: object };
      call.repository.dispatches.push({ eventType: event_type, payload: client_payload ?? {} });
      return { status: 204 };
    },
  },
};
