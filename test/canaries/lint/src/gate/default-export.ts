/** A thing that every reader may call differently. */
export default function nameless(): void {}
