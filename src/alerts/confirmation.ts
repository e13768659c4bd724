/** May this tap on a button count? Each button counts once, in its chat, for a while, for people who may. Pure. */

/** `unlock` opens a lock, `ignore` puts a visit aside, `who` asks for a name and enrols. */
export type Action = 'unlock' | 'ignore' | 'who';

/** How long a button counts after it was sent, milliseconds. */
export type Lives = Readonly<Record<Action, number>>;

/** `unlockMs` is how long an Unlock button counts; the others open nothing. */
export function livesOf(unlockMs: number): Lives {
  return { unlock: unlockMs, ignore: 24 * 3600_000, who: 24 * 3600_000 };
}

/** A button that was sent. */
export interface Confirmation {
  nonce: string;
  action: Action;
  /** The chat as it is called in the settings, whatever it has migrated to. */
  chatId: number;
  /** What the button is about: buttons in several chats about one thing share it, and one tap closes them all. */
  subject: string;
  eventId: number | null;
  /** Null where it opens nothing. */
  lockId: string | null;
  /** By our own clock, milliseconds since the epoch. */
  sentAt: number;
  /** How long it counts, milliseconds. */
  lifeMs: number;
  /** The run of the plugin that sent it. */
  boot: string;
  /** Its time has passed, measured without the wall clock, which may be set back. */
  expired: boolean;
  closed: Closed | null;
}

export interface Closed {
  how: 'used' | 'ignored';
  /** The name of the person who did; one line. */
  by: string;
  at: number;
}

export interface Tap {
  nonce: string;
  action: Action;
  /** Null where Telegram no longer says which. */
  chatId: number | null;
  userId: number;
  /** This user may do this in this chat. */
  allowed: boolean;
  boot: string;
  now: number;
}

export type Refusal = 'unknown' | 'not-allowed' | 'restarted' | 'closed' | 'expired';

/** Null where the tap counts. The reasons a foreigner may not learn come after the one they may. */
export function refusalOf(confirmation: Confirmation | undefined, tap: Tap): Refusal | null {
  if (!tap.allowed) return 'not-allowed';
  if (!confirmation || confirmation.nonce !== tap.nonce) return 'unknown';
  if (confirmation.action !== tap.action || confirmation.chatId !== tap.chatId) return 'unknown';
  if (confirmation.closed) return 'closed';
  if (confirmation.boot !== tap.boot) return 'restarted';
  const age = tap.now - confirmation.sentAt;
  // A button from the future is a clock that was set back: its age is unknown, so it is too old.
  if (confirmation.expired || !(age >= 0) || !(age <= confirmation.lifeMs)) return 'expired';
  return null;
}

const letters: Readonly<Record<Action, string>> = { unlock: 'u', ignore: 'i', who: 'w' };

/** What the button carries: 24 bytes of the 64 that Telegram allows. */
export function buttonData({ action, nonce }: Pick<Confirmation, 'action' | 'nonce'>): string {
  return `${letters[action]}:${nonce}`;
}

/** Null for anything that no button of ours carries. */
export function readButtonData(data: string | undefined): { action: Action; nonce: string } | null {
  const [, letter, nonce] = /^([uiw]):([\w-]{22})$/.exec(data ?? '') ?? [];
  const action = (Object.keys(letters) as Action[]).find((candidate) => letters[candidate] === letter);
  return action && nonce ? { action, nonce } : null;
}
