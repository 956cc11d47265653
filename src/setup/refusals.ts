/** Every way in which the setup page says no: what happened, where, and how to mend it. */
import type { AppCredentials } from "../domain/app-credentials.ts";
import type { Failure } from "../gate/failure.ts";
import type { Refusal } from "./refusal-page.ts";

const again = { href: "/", text: "Begin again" };

const loadAgain =
  "GitHub has not been asked for the key yet: when this is mended, load this page again within the hour.";

/** The refusals; those that depend on something are functions of it. */
export const refusals = {
  noLink: {
    status: 403,
    title: "Open the link from the log",
    paragraphs: [
      "Only whoever started Burngate may register its App. When it starts it prints a link with a token; open that one.",
    ],
  },
  usedLink: {
    status: 403,
    title: "This link was opened before",
    paragraphs: [
      "It opens once, in one browser. If that was yours, go on there.",
      "If not, stop Burngate and start it again: it prints a new link, and the old browser is shut out.",
    ],
  },
  foreignForm: {
    status: 403,
    title: "The form came from another site",
    paragraphs: [
      "Burngate takes the form only from its own page. Behind a proxy, let the proxy pass on the Host header, or set PUBLIC_URL to the address in your browser and start again.",
    ],
    link: again,
  },
  tooLarge: {
    status: 413,
    title: "That was too much text",
    paragraphs: ["The form may have 16 KB. Nothing was registered."],
    link: again,
  },
  otherBrowser: {
    status: 403,
    title: "This browser did not begin the registration",
    paragraphs: [
      "Go on in the browser in which you opened the link from the log: GitHub's answer counts only there. Use the same address too: localhost and 127.0.0.1 are two places to a browser.",
    ],
  },
  unknownState: {
    status: 400,
    title: "This registration is not under way",
    paragraphs: [
      "Burngate did not begin it, or it is over: each can be completed once. Nothing was changed.",
    ],
    link: again,
  },
  expired: {
    status: 410,
    title: "The hour is over",
    paragraphs: [
      "GitHub gives one hour for a registration. If it made an App, delete that one on GitHub: its key can no longer be fetched.",
    ],
    link: again,
  },
  noCode: {
    status: 400,
    title: "GitHub sent no usable code",
    paragraphs: ["The address has no code as GitHub makes them. Nothing was asked of GitHub."],
    link: again,
  },
  busy: {
    status: 409,
    title: "One moment",
    paragraphs: ["GitHub is being asked already, perhaps from another tab. Look there."],
  },
  placeTaken(path: string): Refusal {
    return {
      status: 500,
      title: "There is no place for the App's key",
      paragraphs: [
        `There is a file at ${path} already, and Burngate never writes over credentials. Move it away.`,
        loadAgain,
      ],
    };
  },
  noPlace(path: string, error: unknown): Refusal {
    return {
      status: 500,
      title: "There is no place for the App's key",
      paragraphs: [
        `Nothing can be written at ${path} (${codeOf(error)}). Let the user that runs Burngate write there, or set CREDENTIALS_PATH to another place and start again.`,
        loadAgain,
      ],
    };
  },
  keyLost({ appUrl }: AppCredentials, path: string, error: unknown): Refusal {
    return {
      status: 500,
      title: "The App's key could not be stored",
      paragraphs: [
        `GitHub gave it, and writing ${path} failed (${codeOf(error)}). GitHub does not give it a second time.`,
        `Delete the App (${appUrl}, then App settings, then Advanced), mend the disk, and begin again.`,
      ],
      link: again,
    };
  },
  unreachable({ detail }: Failure): Refusal {
    return {
      status: 502,
      title: "GitHub could not be asked",
      paragraphs: [`${detail}. Nothing is lost: load this page again, within the hour.`],
    };
  },
  badCode({ detail }: Failure): Refusal {
    return {
      status: 502,
      title: "GitHub does not take the code",
      paragraphs: [
        `${detail}: it is good for one hour and one use. If GitHub made an App, delete that one there: its key can no longer be fetched.`,
      ],
      link: again,
    };
  },
  badAnswer({ detail }: Failure): Refusal {
    return {
      status: 502,
      title: "GitHub's answer cannot be used",
      paragraphs: [
        `${detail}. The App exists on GitHub. Give it a private key and a webhook secret of 32 bytes or more in its settings there, and set APP_ID, PRIVATE_KEY_PATH and WEBHOOK_SECRET here; or delete it and begin again.`,
      ],
      link: again,
    };
  },
} as const satisfies Readonly<Record<string, Refusal | ((...given: never[]) => Refusal)>>;

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "an unknown fault";
}
