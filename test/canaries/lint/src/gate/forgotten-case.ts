/** What happens next; nothing is said of the third case. */
export function next(decision: "allow" | "warn" | "block"): string {
  let words = "";
  switch (decision) {
    case "allow":
    case "warn":
      words = "merge";
      break;
  }
  return words;
}
