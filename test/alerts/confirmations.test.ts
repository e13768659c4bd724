/** No button opens twice, late, elsewhere, for others or after a restart, whatever is tapped in whatever order. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemChance } from '../../src/alerts/chance.ts';
import {
  type Action,
  buttonData,
  type Confirmation,
  livesOf,
  type Refusal,
  readButtonData,
  refusalOf,
  type Tap,
} from '../../src/alerts/confirmation.ts';
import { Confirmations } from '../../src/alerts/confirmations.ts';
import { refusalSentence } from '../../src/alerts/wording.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { CollectedLog, MemoryState } from './home.ts';

const now = Date.UTC(2026, 10, 22, 7, 2);
const nonce = 'n'.repeat(22);
const sent: Confirmation = {
  nonce,
  action: 'unlock',
  chatId: 7,
  subject: 'event:12',
  eventId: 12,
  lockId: 'front',
  sentAt: now,
  lifeMs: 30_000,
  boot: 'this run',
  expired: false,
  closed: null,
};
const tap: Tap = { nonce, action: 'unlock', chatId: 7, userId: 7, allowed: true, boot: 'this run', now: now + 1000 };

describe('a tap', () => {
  it('of one who may, in time, in its chat, for the first time, counts', () => {
    expect(refusalOf(sent, tap)).toBeNull();
  });

  const table: [string, Partial<Confirmation>, Partial<Tap>, Refusal | null][] = [
    ['by somebody else', {}, { userId: 9, allowed: false }, 'not-allowed'],
    ['by somebody else, after a restart', { boot: 'last run' }, { userId: 9, allowed: false }, 'not-allowed'],
    ['with another nonce', {}, { nonce: 'm'.repeat(22) }, 'unknown'],
    ['with the letter of another action', { action: 'ignore' }, {}, 'unknown'],
    ['in another chat', {}, { chatId: 8 }, 'unknown'],
    ['on a message Telegram no longer knows', {}, { chatId: null }, 'unknown'],
    ['on a button that was used', { closed: { how: 'used', by: 'Anna', at: now } }, {}, 'closed'],
    ['after a restart', { boot: 'last run' }, {}, 'restarted'],
    ['at 30 s', {}, { now: now + 30_000 }, null],
    ['after 30 s', {}, { now: now + 30_001 }, 'expired'],
    ['before it was sent, by a clock set back', {}, { now: now - 1 }, 'expired'],
    ['at no time at all', {}, { now: Number.NaN }, 'expired'],
    ['after its timer, whatever the clock says', { expired: true }, {}, 'expired'],
  ];
  it.each(table)('%s', (_title, confirmation, tapped, refusal) => {
    expect(refusalOf({ ...sent, ...confirmation }, { ...tap, ...tapped })).toBe(refusal);
  });

  it('on Who is this? and Ignore counts for a day', () => {
    for (const action of ['who', 'ignore'] as const) {
      const day = 24 * 3600_000;
      expect(
        refusalOf({ ...sent, action, lifeMs: livesOf(30_000)[action] }, { ...tap, action, now: now + day }),
      ).toBeNull();
      expect(
        refusalOf({ ...sent, action, lifeMs: livesOf(30_000)[action] }, { ...tap, action, now: now + day + 1 }),
      ).toBe('expired');
    }
  });

  it('that does nothing is told why, within what Telegram shows', () => {
    const told = (refusal: Refusal, confirmation: Confirmation | undefined, at = now + 31_000) =>
      refusalSentence(refusal, confirmation, { action: 'unlock', userId: 99 }, at, 'Europe/Berlin');
    const used: Confirmation = { ...sent, closed: { how: 'used', by: 'A'.repeat(64), at: now } };
    expect(told('expired', sent)).toBe(
      'This button counts for 30 seconds and was sent 31 seconds ago, so nothing was opened. Send /unlock to be asked again.',
    );
    expect(told('closed', { ...used, closed: { how: 'used', by: 'Anna', at: now } })).toBe(
      'Anna used this button already, Sunday 08:02: nothing was opened again.',
    );
    expect(told('not-allowed', sent)).toContain('Your user id is 99.');
    for (const refusal of ['unknown', 'not-allowed', 'restarted', 'closed', 'expired'] as const) {
      for (const confirmation of [undefined, used]) {
        expect(told(refusal, confirmation).length).toBeLessThanOrEqual(200);
        expect(told(refusal, confirmation)).toContain('nothing was opened');
      }
    }
  });
});

describe('what a button carries', () => {
  it('is read back, and fits into 64 bytes', () => {
    for (const action of ['unlock', 'ignore', 'who'] as const) {
      const data = buttonData({ action, nonce: systemChance.nonce() });
      expect(Buffer.byteLength(data)).toBeLessThanOrEqual(64);
      expect(readButtonData(data)).toMatchObject({ action });
    }
  });

  it('is nothing where anything else stands there', () => {
    fc.assert(fc.property(fc.string(), (data) => readButtonData(data) === null || /^[uiw]:[\w-]{22}$/.test(data)));
    expect(readButtonData(undefined)).toBeNull();
  });
});

type Step =
  | { do: 'send'; chat: number; event: number; action: Action }
  /** As it should be, or astray: by another user, in another chat, with the letter of another action. */
  | { do: 'tap'; button: number; astray: { user: number; chat: number; action: Action } | null }
  | { do: 'wait'; ms: number }
  | { do: 'set clock'; ms: number }
  | { do: 'restart' };

const actions = fc.constantFrom<Action>('unlock', 'ignore', 'who');
const astray = fc.record({
  user: fc.integer({ min: 1, max: 3 }),
  chat: fc.integer({ min: 1, max: 2 }),
  action: actions,
});
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('send' as const),
        chat: fc.integer({ min: 1, max: 2 }),
        event: fc.integer({ min: 1, max: 4 }),
        action: actions,
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('tap' as const),
        button: fc.nat(9),
        astray: fc.option(astray, { freq: 1 }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('wait' as const),
        ms: fc.constantFrom(1, 1000, 14_000, 29_000, 30_000, 31_000),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('set clock' as const),
        ms: fc.constantFrom(-3600_000, -30_000, -1000, 20_000, 3600_000),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  ),
  { minLength: 20, maxLength: 60, size: 'max' },
);

/** Users 1 and 2 may tap in the chat of their number; user 3 nowhere. */
const mayTap = (user: number, chat: number) => user === chat;

interface Button {
  nonce: string;
  action: Action;
  chat: number;
  event: number;
  /** By a clock nobody sets. */
  sentAt: number;
  run: number;
}

/** Plays the steps; returns what opened, and the buttons. */
async function play(script: readonly Step[]) {
  const clock = new VirtualClock();
  const state = new MemoryState();
  const make = async () => {
    const made = new Confirmations(livesOf(30_000), state, clock, systemChance, new CollectedLog());
    await made.start();
    return made;
  };
  let confirmations = await make();
  let [elapsed, run] = [0, 0];
  const buttons: Button[] = [];
  const opened: { button: Button; at: number; run: number; user: number; chat: number; action: Action }[] = [];
  for (const step of script) {
    if (step.do === 'send') {
      const { chat, event, action } = step;
      const offered = { action, chatId: chat, subject: `event:${event}`, eventId: event, lockId: 'front' };
      buttons.push({ nonce: confirmations.issue(offered).nonce, action, chat, event, sentAt: elapsed, run });
    } else if (step.do === 'tap') {
      const button = buttons[step.button % Math.max(1, buttons.length)];
      if (!button) continue;
      const { user, chat, action } = step.astray ?? { ...button, user: button.chat };
      const tapped = { nonce: button.nonce, action, chatId: chat, userId: user, allowed: mayTap(user, chat) };
      // Two copies of each tap at once, as a duplicate update would be.
      const both = await Promise.all([confirmations.take(tapped, 'a'), confirmations.take(tapped, 'a')]);
      for (const { refusal } of both) if (!refusal) opened.push({ button, at: elapsed, run, user, chat, action });
    } else if (step.do === 'wait') {
      elapsed += step.ms;
      await clock.advance(step.ms);
    } else if (step.do === 'set clock') {
      clock.jump(step.ms);
    } else {
      confirmations.stop();
      run++;
      confirmations = await make();
    }
  }
  confirmations.stop();
  return { buttons, opened };
}

describe('whatever is sent, tapped, replayed, restarted and set', () => {
  it('a button counts at most once, in time, where it was sent, for those who may, in the run that sent it', async () => {
    let counted = 0;
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        const { opened } = await play(script);
        counted += opened.length;
        const unlocks = opened.filter(({ action }) => action === 'unlock');
        expect(new Set(opened.map(({ button }) => button.nonce)).size).toBe(opened.length);
        for (const { button, at, run, user, chat, action } of opened) {
          expect(action).toBe(button.action);
          expect(chat).toBe(button.chat);
          expect(mayTap(user, chat)).toBe(true);
          expect(run).toBe(button.run);
          if (action === 'unlock') expect(at - button.sentAt).toBeLessThanOrEqual(30_000);
        }
        // Buttons in two chats about one visit are one, even those sent later.
        expect(new Set(unlocks.map(({ button }) => button.event)).size).toBe(unlocks.length);
      }),
      { numRuns: 500 },
    );
    // The property would hold of a house that never opens, too.
    expect(counted).toBeGreaterThan(300);
  });
});

describe('where the button cannot be stored', () => {
  it('the tap is rejected, and the button stays closed', async () => {
    const state = new MemoryState();
    const confirmations = new Confirmations(
      livesOf(30_000),
      state,
      new VirtualClock(),
      systemChance,
      new CollectedLog(),
    );
    await confirmations.start();
    const { nonce } = confirmations.issue({ action: 'unlock', chatId: 7, subject: 's', eventId: 1, lockId: 'front' });
    state.broken = true;
    const tapped = { nonce, action: 'unlock', chatId: 7, userId: 7, allowed: true } as const;
    await expect(confirmations.take(tapped, 'Anna')).rejects.toThrow();
    state.broken = false;
    expect(await confirmations.take(tapped, 'Anna')).toMatchObject({ refusal: 'closed' });
    confirmations.stop();
  });
});

describe('a button of a message that was not sent', () => {
  const offered = { action: 'unlock', chatId: 7, subject: 'event:1', eventId: 1, lockId: 'front' } as const;
  const tapped = (nonce: string) => ({ nonce, action: 'unlock', chatId: 7, userId: 7, allowed: true }) as const;
  const make = () =>
    new Confirmations(livesOf(30_000), new MemoryState(), new VirtualClock(), systemChance, new CollectedLog());

  it('counts no more', async () => {
    const confirmations = make();
    const { nonce } = confirmations.issue(offered);
    confirmations.withdraw([nonce]);
    expect(await confirmations.take(tapped(nonce), 'Anna')).toMatchObject({ refusal: 'unknown' });
    confirmations.stop();
  });

  it('that was tapped all the same closes the one in the next message', async () => {
    const confirmations = make();
    const { nonce } = confirmations.issue(offered);
    expect(await confirmations.take(tapped(nonce), 'Anna')).toMatchObject({ refusal: null });
    confirmations.withdraw([nonce]);
    expect(confirmations.issue(offered).closed).toMatchObject({ how: 'used', by: 'Anna' });
    confirmations.stop();
  });
});
