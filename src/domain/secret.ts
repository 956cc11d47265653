/**
 * A value that must not be printed. However it is logged, serialised or joined into text, it says `[secret]`.
 */
export class Secret {
  readonly #read: () => string;

  /** `read` gives the value at the moment of use, so that a rotated file is noticed. It may throw. */
  constructor(read: () => string) {
    this.#read = read;
  }

  /** The value itself. */
  reveal(): string {
    return this.#read();
  }

  /** For text. */
  toString(): string {
    return "[secret]";
  }

  /** For JSON and loggers. */
  toJSON(): string {
    return "[secret]";
  }

  /** For `console.log` and assertion messages. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "[secret]";
  }
}
