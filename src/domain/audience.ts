/**
 * Whom a report is written for: that of a public repository is read by everybody, so it carries no number unless
 * the policy discloses them. What is disclosed is told as to members.
 */
export type Audience = "members" | "public";
