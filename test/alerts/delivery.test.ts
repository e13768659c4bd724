/** Messages over a Telegram that fails in every way it can: what waits, what is tried again, what is dropped, what is said. */
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Alert, healthAlert, jammedAlert, leftOpenAlert } from '../../src/alerts/alert.ts';
import { fakeToken } from '../fakes/telegram.ts';
import { anna, annasChat, familyGroup, Home, type HomeOptions, ownersGroup, stranger } from './home.ts';

const justAnna = [{ id: annasChat, name: 'Anna', role: 'owner' }];
const frontLock = { id: 'front-lock', name: 'Front lock' };

let home: Home;
afterEach(() => home.close());

async function open(options: HomeOptions = {}): Promise<void> {
  home = await Home.open({ chats: justAnna, ...options });
}

function health(text: string): Alert {
  return healthAlert(text, false, home.clock.now());
}

/** What a chat is told next, with time moved on over every pause until then. */
async function untilTold(chatId = annasChat): Promise<string> {
  const told = home.fake.nextMessage(chatId);
  let arrived = false;
  const arrival = told.then(() => {
    arrived = true;
  });
  while (!arrived) {
    const timer = await Promise.race([home.clock.pause(), arrival]);
    if (timer) await home.clock.advance(timer.at - home.clock.now());
  }
  return (await told).text;
}

describe('a message', () => {
  it('that Telegram wants later is sent when Telegram said, and not before', async () => {
    await open();
    home.fake.fail('sendMessage', { code: 429, description: 'Too Many Requests', parameters: { retry_after: 17 } });
    home.telegram.tell(health('Ring is silent.'));
    expect((await home.clock.pause()).ms).toBe(17_000);
    await home.clock.advance(16_999);
    expect(home.fake.messages).toEqual([]);
    const told = home.fake.nextMessage(annasChat);
    await home.clock.advance(1);
    expect((await told).text).toBe('Needs attention: Ring is silent.');
  });

  it.each([
    ['a server error', { code: 502 }],
    ['a server error that is no JSON', { code: 500, description: 'Internal' }],
    ['a connection that breaks', 'drop'],
    ['a reader of the same bot', { code: 409 }],
  ] as const)('is tried again after %s', async (_title, fault) => {
    await open();
    home.fake.fail('sendMessage', fault, 3);
    home.telegram.tell(health('Ring is silent.'));
    expect(await untilTold()).toBe('Needs attention: Ring is silent.');
    expect(home.fake.messages).toHaveLength(1);
    expect(home.log.lines.filter((line) => line.includes('messages for Anna wait'))).toHaveLength(1);
  });

  it('is tried again where Telegram never answers', async () => {
    await open();
    const hung = home.fake.next('sendMessage', ({ outcome }) => outcome === 'hung');
    home.fake.fail('sendMessage', 'hang');
    home.telegram.tell(health('Ring is silent.'));
    await hung;
    await home.clock.advance(30_000);
    expect(await untilTold()).toBe('Needs attention: Ring is silent.');
  });

  it('waits longer after each failure, up to a minute', async () => {
    await open();
    home.fake.fail('sendMessage', { code: 500 }, 9);
    home.telegram.tell(health('Ring is silent.'));
    const told = home.fake.nextMessage(annasChat);
    const waits: number[] = [];
    while (waits.length < 9) waits.push(await home.clock.passPause());
    await told;
    for (const [i, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(Math.min(60_000, 1000 * 2 ** i) / 2);
      expect(wait).toBeLessThanOrEqual(Math.min(60_000, 1000 * 2 ** i));
    }
  });

  it('may come twice where the answer was lost, and only the second can open', async () => {
    await open();
    home.fake.fail('sendPhoto', 'lose-answer');
    home.telegram.tell(stranger(home));
    await untilTold();
    await untilTold();
    const [first, second] = home.fake.messages;
    if (!first || !second) throw new Error('There should be two.');
    expect((await home.fake.tap(first, { data: first.buttons.flat()[0]?.data ?? '' }, anna)).text).toContain(
      'nothing was opened',
    );
    await home.fake.tap(second, 'Unlock Front lock', anna);
    expect(home.house.orders).toHaveLength(1);
  });

  it('for a chat that blocked the bot is left out, said once in the log, and told of when the chat is back', async () => {
    await open();
    home.fake.blocked.add(annasChat);
    home.telegram.tell(health('one'));
    home.telegram.tell(health('two'));
    await home.fake.next('sendMessage');
    await home.clock.passPause();
    await home.clock.pause();
    home.fake.blocked.clear();
    home.telegram.tell(health('three'));
    expect(await untilTold()).toBe(
      'Needs attention: three\n\n2 messages were left out before this one: Telegram could not be reached for too long.',
    );
    expect(home.log.lines.filter((line) => line.includes('does not let the bot write'))).toHaveLength(1);
  });

  it('follows a group that became a supergroup, and so do its buttons', async () => {
    await open({ chats: [{ id: ownersGroup, name: 'Owners', role: 'owner', userIds: [anna.id] }] });
    const supergroup = -1001557912345;
    home.fake.migrated.set(ownersGroup, supergroup);
    home.fake.chats.add(supergroup);
    home.telegram.tell(stranger(home));
    await untilTold(supergroup);
    await home.fake.tap(home.fake.last(supergroup), 'Unlock Front lock', anna);
    expect(home.house.orders).toHaveLength(1);
    expect(home.log.text).toContain(`put ${supergroup} in place of ${ownersGroup} as its chat id in the settings`);
    await home.restart();
    home.telegram.tell(jammedAlert(frontLock, home.clock.now()));
    expect(await untilTold(supergroup)).toBe('Front lock is jammed: look at the door.');
  });

  it('that Telegram does not take is dropped and said, and the next one goes out', async () => {
    await open();
    home.fake.fail('sendMessage', { code: 400, description: 'Bad Request: message is odd' });
    home.telegram.tell(health('one'));
    home.telegram.tell(health('two'));
    expect(await untilTold()).toContain('two');
    expect(home.log.text).toContain('Telegram answered 400: Bad Request: message is odd');
  });

  it('longer than Telegram takes is cut short under a picture, and what became of it is still said', async () => {
    await open();
    const told = home.fake.nextMessage(annasChat);
    home.telegram.tell({ ...stranger(home), text: '👋'.repeat(2000) });
    const message = await told;
    const edited = home.fake.next('editMessageCaption');
    await home.fake.tap(message, 'Ignore', anna);
    await edited;
    expect(message.text).toMatch(/…\n\nSet aside by Anna\.$/);
    expect(message.text).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/);
  });

  it('in quiet hours makes no sound, but a lock that jams does', async () => {
    await open({ chats: [{ ...justAnna[0], quietHours: { from: '08:00', to: '10:00' } }] });
    const first = home.fake.nextMessage(annasChat);
    home.telegram.tell(stranger(home));
    expect((await first).silent).toBe(true);
    home.telegram.tell(leftOpenAlert(frontLock, 10, home.clock.now()));
    expect(await untilTold()).toBe('Front lock has been open for 10 minutes.');
    expect(home.fake.last(annasChat).silent).toBe(false);
  });

  it('goes to the chats that want it', async () => {
    await open({
      chats: [
        { id: annasChat, name: 'Anna', role: 'owner', cameras: ['Garden'] },
        { id: familyGroup, name: 'Family', kinds: ['stranger'] },
      ],
    });
    const told = Promise.all([home.fake.nextMessage(familyGroup), home.fake.nextMessage(annasChat)]);
    home.telegram.tell(stranger(home));
    home.telegram.tell(health('Ring is silent.'));
    await told;
    expect(home.fake.messages.map(({ chatId, text }) => `${chatId} ${text.slice(0, 8)}`).sort()).toEqual([
      `${familyGroup} A strang`,
      `${annasChat} Needs at`,
    ]);
  });

  it('told before the start is sent after it', async () => {
    await open({ started: false });
    const told = home.fake.nextMessage(annasChat);
    const starting = home.startUp();
    home.telegram.tell(health('Ring is silent.'));
    await starting;
    expect((await told).text).toBe('Needs attention: Ring is silent.');
  });

  it('is told at once and never throws, even to a Telegram that was stopped', async () => {
    await open();
    await home.telegram.stop();
    expect(() => home.telegram.tell(health('late'))).not.toThrow();
  });
});

describe('what waits', () => {
  /** Leaves messages waiting on disk, as a machine does that is switched off while Telegram is out of reach. */
  async function switchedOff(alerts: (home: Home) => Alert[]): Promise<void> {
    home.fake.fail('sendMessage', 'drop', 1000);
    home.fake.fail('sendPhoto', 'drop', 1000);
    const tried = home.fake.next(/^send/);
    for (const alert of alerts(home)) home.telegram.tell(alert);
    await tried;
    await home.telegram.stop();
    home.fake.heal();
  }

  it('survives a restart with its picture, as old news without an Unlock button', async () => {
    await open();
    await switchedOff((home) => [stranger(home)]);
    await home.clock.advance(3 * 3600_000);
    const told = home.fake.nextMessage(annasChat);
    await home.startUp();
    const message = await told;
    expect(message.text).toMatch(/^Old news from Sunday 09:00, 3 hours ago: A stranger rang/);
    expect(message.buttons.flat().map(({ text }) => text)).toEqual(['Ignore', 'Who is this?']);
    expect(Buffer.from(message.photo ?? []).toString('latin1')).toMatch(/boxed$/);
    await home.clock.pause();
    await home.telegram.stop();
    expect(await readdir(join(home.directory, 'queue'))).toHaveLength(0);
  });

  it('is for the owner of the files only', async () => {
    await open();
    await switchedOff((home) => [stranger(home)]);
    const queue = join(home.directory, 'queue');
    expect((await stat(queue)).mode & 0o777).toBe(0o700);
    for (const name of await readdir(queue)) expect((await stat(join(queue, name))).mode & 0o777).toBe(0o600);
  });

  it('goes out with the most important first', async () => {
    await open();
    await switchedOff((home) => [health('one'), health('two'), jammedAlert(frontLock, home.clock.now())]);
    const first = home.fake.nextMessage(annasChat);
    await home.startUp();
    expect((await first).text).toBe('Front lock is jammed: look at the door.');
    expect(await untilTold()).toContain('one');
  });

  it('is bounded: strangers, jams and openings are the last to be dropped, and the next message says how many were', async () => {
    await open({ mostWaiting: 3 });
    await switchedOff((home) => [
      stranger(home),
      ...['a', 'b', 'c', 'd'].map((text) => health(text)),
      jammedAlert(frontLock, home.clock.now()),
      health('e'),
    ]);
    const first = home.fake.nextMessage(annasChat);
    await home.startUp();
    expect((await first).text).toMatch(/^A stranger rang.*\n\n4 messages were left out before this one/);
    expect(await untilTold()).toBe('Front lock is jammed: look at the door.');
    expect(await untilTold()).toBe('Needs attention: e');
  });

  it('for more than a day is not told any more, but that it was left out is', async () => {
    await open();
    await switchedOff((_home) => [health('one')]);
    await home.clock.advance(25 * 3600_000);
    const told = home.fake.nextMessage(annasChat);
    await home.startUp();
    home.telegram.tell(health('two'));
    expect((await told).text).toMatch(/^Needs attention: two\n\n1 message was left out/);
  });

  it('is passed over where its file is damaged, and half a file of a run cut short is removed', async () => {
    await open();
    await switchedOff((_home) => [health('one'), health('two')]);
    const queue = join(home.directory, 'queue');
    const [first] = await readdir(queue);
    await writeFile(join(queue, first ?? ''), '{"id":1,');
    await writeFile(join(queue, '0000000099.jpg'), 'a picture without its message');
    await writeFile(join(queue, '0000000098.json.new'), '{');
    const told = home.fake.nextMessage(annasChat);
    await home.startUp();
    expect((await told).text).toBe('Needs attention: two');
    expect(home.log.text).toContain('1 Telegram messages on disk could not be read');
    await home.clock.pause();
    await home.telegram.stop();
    expect(await readdir(queue)).toEqual([]);
  });

  it('is sent all the same where the disk fails', async () => {
    await open({ started: false });
    await writeFile(join(home.directory, 'queue'), 'a file where the folder should be');
    await home.startUp();
    const told = home.fake.nextMessage(annasChat);
    home.telegram.tell(stranger(home));
    expect((await told).photo).not.toBeNull();
    expect(home.log.lines.filter((line) => line.includes('cannot be kept on disk'))).toHaveLength(1);
  });
});

describe('listening', () => {
  it('stops for good where the token is refused, says so once, and keeps the messages', async () => {
    await open({ started: false });
    const wrong = fakeToken.replace('AA', 'BB');
    await home.startUp(wrong);
    await home.log.said('Telegram refused the bot token');
    home.telegram.tell(health('Ring is silent.'));
    await home.telegram.stop();
    expect(home.telegram.condition).toMatchObject({ well: false });
    expect(home.telegram.condition.sentence).toContain('Telegram refused the bot token');
    expect(home.log.lines.filter((line) => line.startsWith('error'))).toHaveLength(1);
    expect(await readdir(join(home.directory, 'queue'))).toHaveLength(1);
    const told = home.fake.nextMessage(annasChat);
    await home.startUp();
    expect((await told).text).toContain('Ring is silent.');
  });

  it('backs off from another reader of the bot for 3 to 60 s, says why, and says when it is over', async () => {
    await open({ started: false });
    home.fake.fail('getUpdates', { code: 409, description: 'Conflict' }, 7);
    await home.startUp();
    const waits: number[] = [];
    while (waits.length < 7) {
      await home.clock.pause();
      expect(home.telegram.condition.sentence).toContain('Another program reads the messages');
      waits.push(await home.clock.passPause());
    }
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(3000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(60_000);
    expect(waits.at(-1)).toBeGreaterThanOrEqual(30_000);
    await home.fake.say(annasChat, '/help', anna);
    expect(home.telegram.condition).toEqual({ well: true, sentence: 'Telegram is connected.' });
    expect(home.log.lines.filter((line) => line.includes('Another program'))).toHaveLength(1);
    expect(home.log.text).toContain('Telegram can be reached again.');
  });

  it('takes up where it was after a connection that broke, and hears nothing twice', async () => {
    await open();
    await home.fake.say(annasChat, '/lock', anna);
    home.fake.hangUp();
    await home.clock.pause();
    home.fake.write(annasChat, '/arm', anna);
    const said = home.fake.nextMessage(annasChat);
    await home.clock.passPause();
    await said;
    expect(home.house.done).toEqual(['Anna locks front-lock', 'Anna arms']);
  });

  it('does not miss updates that Telegram numbers anew after a quiet week', async () => {
    await open();
    await home.fake.say(annasChat, '/help', anna);
    await home.telegram.stop();
    home.fake.renumber(3);
    await home.clock.advance(8 * 24 * 3600_000);
    await home.startUp();
    expect((await home.fake.say(annasChat, '/status', anna)).text).toContain('Front lock is locked.');
  });
});

describe('the token', () => {
  it('is in no line of the log, no file, no state and no sentence, whatever fails', async () => {
    await open();
    for (const method of ['sendMessage', 'sendPhoto', 'answerCallbackQuery', 'getUpdates']) {
      home.fake.fail(method, { code: 400, description: `Bad Request: no such path /bot${fakeToken}/x` });
    }
    home.telegram.tell(stranger(home));
    home.telegram.tell(health('Ring is silent.'));
    await untilTold();
    await home.fake.stop();
    home.telegram.tell(stranger(home));
    await home.log.said('could not be reached');
    await home.telegram.stop();
    const secret = fakeToken.split(':')[1] ?? '';
    expect(home.log.text).not.toContain(secret);
    expect(JSON.stringify([...home.state.values])).not.toContain(secret);
    expect(home.telegram.condition.sentence).not.toContain(secret);
    await home.fake.start();
  });
});
