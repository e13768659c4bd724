/** Over real sockets: whatever is rung, tapped, handed over again, waited and restarted, a button opens once, in time, for its owner. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { FakeMessage } from '../fakes/telegram-chats.ts';
import { anna, annasChat, ben, Home, mallory, stranger } from './home.ts';

type Step =
  | { do: 'ring' }
  | { do: 'tap'; bell: number; who: 'anna' | 'ben' | 'mallory'; elsewhere: boolean }
  | { do: 'hand over again'; tap: number }
  | { do: 'wait'; seconds: number }
  | { do: 'restart'; loses: 'nothing' | 'the offset' | 'everything' };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: fc.record({ do: fc.constant('ring' as const) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('tap' as const),
        bell: fc.nat(5),
        who: fc.constantFrom('anna' as const, 'anna' as const, 'ben' as const, 'mallory' as const),
        elsewhere: fc.constantFrom(false, false, false, true),
      }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('hand over again' as const), tap: fc.nat(9) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), seconds: fc.constantFrom(1, 15, 31) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('restart' as const),
        loses: fc.constantFrom('nothing' as const, 'the offset' as const, 'everything' as const),
      }),
    },
  ),
  { minLength: 8, maxLength: 20, size: 'max' },
);

interface Bell {
  message: FakeMessage;
  data: string;
  sentAt: number;
  run: number;
}

/** Plays the steps; rejects where something opened that should not, or stayed shut that should have opened. */
async function play(script: readonly Step[]): Promise<number> {
  const home = await Home.open({ chats: [{ id: annasChat, name: 'Anna', role: 'owner', userIds: [anna.id] }] });
  const bells: Bell[] = [];
  const taps: number[] = [];
  const users = { anna, ben, mallory };
  let run = 0;
  try {
    for (const step of script) {
      const before = home.house.orders.length;
      let mayOpen = false;
      if (step.do === 'ring') {
        await home.clock.advance(1000);
        const told = home.fake.nextMessage(annasChat);
        home.telegram.tell(stranger(home, bells.length));
        const message = await told;
        const data = message.buttons.flat()[0]?.data ?? '';
        bells.push({ message, data, sentAt: home.clock.now(), run });
      } else if (step.do === 'tap' && bells.length > 0) {
        const eventId = step.bell % bells.length;
        const bell = bells[eventId] as Bell;
        const chatId = step.elsewhere ? 999 : annasChat;
        const { updateId } = await home.fake.tap(bell.message, bell, users[step.who], chatId);
        taps.push(updateId);
        const young = home.clock.now() - bell.sentAt <= 30_000;
        const opened = home.house.orders.slice(0, before).some((order) => order.eventId === eventId);
        mayOpen = step.who === 'anna' && !step.elsewhere && young && bell.run === run && !opened;
      } else if (step.do === 'hand over again' && taps.length > 0) {
        home.fake.redeliver(taps[step.tap % taps.length] as number);
      } else if (step.do === 'wait') {
        await home.clock.advance(step.seconds * 1000);
      } else if (step.do === 'restart') {
        await home.telegram.stop();
        if (step.loses === 'the offset') home.state.values.delete('telegram.offset');
        if (step.loses === 'everything') home.state.values.clear();
        const again = taps.at(-1);
        if (again !== undefined) home.fake.redeliver(again);
        await home.startUp();
        run++;
      }
      // An answer to this proves that everything before it was heard.
      await home.fake.say(annasChat, '/who', anna);
      expect(home.house.orders.length - before).toBe(mayOpen ? 1 : 0);
    }
    return home.house.orders.length;
  } finally {
    await home.close();
  }
}

it('opens exactly for the first tap of the owner, in time, in the run and chat of the button', async () => {
  let opened = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (script) => {
      opened += await play(script);
    }),
    { numRuns: 30 },
  );
  expect(opened).toBeGreaterThan(0);
});
