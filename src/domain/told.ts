/** What GitHub told us, or why it did not. Not being told is never taken for an answer. */
export type Told<T> =
  | { readonly told: true; readonly value: T }
  | {
      readonly told: false;
      /** One clause for people. */
      readonly why: string;
      /** What has to be given for it to be told, such as a permission; `undefined`: asking again may be enough. */
      readonly needs: string | undefined;
    };

/** Something that was told. */
export function told<T>(value: T): Told<T> {
  return { told: true, value };
}
