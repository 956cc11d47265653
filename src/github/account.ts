import type { Actor } from "../domain/subject.ts";

/** GitHub's stand-in for deleted accounts. */
export const ghost: Actor = { id: 10_137, login: "ghost", isBot: false };

/** An account in an answer of GitHub's as ours; `undefined` where it names none. */
export function accountOf(
  user: { readonly id: number; readonly login: string; readonly type?: string } | null | undefined,
): Actor | undefined {
  return user ? { id: user.id, login: user.login, isBot: user.type !== "User" } : undefined;
}
