/** The door over Telegram, end to end against the fake: what a chat is told, and what its buttons can and cannot do. */
import { afterEach, describe, expect, it } from 'vitest';
import type { FakeMessage } from '../fakes/telegram-chats.ts';
import {
  anna,
  annasChat,
  ben,
  familyGroup,
  Home,
  type HomeOptions,
  mallory,
  ownersGroup,
  smallJpeg,
  stranger,
} from './home.ts';

let home: Home;
afterEach(() => home.close());

async function open(options: HomeOptions = {}): Promise<void> {
  home = await Home.open(options);
}

/** A stranger rings; resolves to the message in Anna's chat once the family has theirs too. */
async function rung(eventId = 12): Promise<FakeMessage> {
  const told = Promise.all([home.fake.nextMessage(annasChat), home.fake.nextMessage(familyGroup)]);
  home.telegram.tell(stranger(home, eventId));
  return (await told)[0];
}

/** Resolves once a message has been changed. */
function edited(message: FakeMessage) {
  return home.fake.next(/^edit/, ({ params }) => params.message_id === String(message.id));
}

describe('a stranger at the door', () => {
  it('is told with the picture, what was seen drawn in, and three buttons for the owner', async () => {
    await open();
    const message = await rung();
    expect(message.text).toBe('A stranger rang at Front door. The door stayed shut: nobody is enrolled.');
    expect(message.buttons.flat().map(({ text }) => text)).toEqual(['Unlock Front lock', 'Ignore', 'Who is this?']);
    expect(Buffer.from(message.photo ?? []).toString('latin1')).toMatch(/boxed$/);
    expect(message.silent).toBe(false);
  });

  it('is told to the family without buttons, and drawn once for all', async () => {
    await open();
    await rung();
    expect(home.fake.last(familyGroup).buttons).toEqual([]);
    expect(home.fake.last(familyGroup).photo).not.toBeNull();
    expect(home.pictures.drawn).toHaveLength(1);
  });

  it('is told with the plain picture where it cannot be drawn', async () => {
    await open();
    home.pictures.broken = true;
    expect((await rung()).photo).toEqual(smallJpeg);
  });

  it('is told without a picture where Telegram does not take it', async () => {
    await open();
    const alert = stranger(home);
    const told = home.fake.nextMessage(annasChat);
    home.telegram.tell({ ...alert, picture: { jpeg: Buffer.from('torn'), width: 64, height: 36, boxes: [] } });
    const message = await told;
    expect(message.photo).toBeNull();
    expect(message.buttons.flat()).toHaveLength(3);
  });
});

describe('Unlock', () => {
  it('opens the lock once, and every chat sees who opened it', async () => {
    await open();
    const message = await rung();
    const changed = Promise.all([edited(message), edited(home.fake.last(familyGroup))]);
    const shown = await home.fake.tap(message, 'Unlock Front lock', anna);
    await changed;
    expect(shown.text).toBe('The lock is told to open.');
    expect(home.house.orders).toEqual([{ lockId: 'front-lock', eventId: 12, by: { userId: 7, name: 'Anna' } }]);
    expect(message.text).toMatch(/\n\nAnna tapped Unlock\. Front lock is unlocked\.$/);
    expect(message.buttons).toEqual([]);
    expect(home.fake.last(familyGroup).text).toContain('Anna tapped Unlock.');
  });

  it('that is tapped again, or handed over again by Telegram, opens nothing, and says so', async () => {
    await open();
    const message = await rung();
    const data = message.buttons.flat()[0]?.data ?? '';
    const changed = edited(message);
    const first = await home.fake.tap(message, { data }, anna);
    await changed;
    const again = await home.fake.tap(message, { data }, anna);
    expect(again).toMatchObject({
      alert: true,
      text: 'Anna used this button already, Sunday 09:00: nothing was opened again.',
    });
    // The very same update, as after a connection that broke: it is not even looked at.
    home.fake.redeliver(first.updateId);
    await home.fake.say(annasChat, '/help', anna);
    expect(home.house.orders).toHaveLength(1);
  });

  it('twice in one batch of updates opens once', async () => {
    await open();
    const message = await rung();
    const data = message.buttons.flat()[0]?.data ?? '';
    const both = await Promise.all([home.fake.tap(message, { data }, anna), home.fake.tap(message, { data }, anna)]);
    expect(both.map(({ text }) => text).filter((text) => text.includes('already'))).toHaveLength(1);
    expect(home.house.orders).toHaveLength(1);
  });

  it('by somebody else opens nothing, tells them why, and leaves the button to those who may', async () => {
    await open({
      chats: [{ id: ownersGroup, name: 'Owners', role: 'owner', userIds: [anna.id] }],
    });
    const told = home.fake.nextMessage(ownersGroup);
    home.telegram.tell(stranger(home));
    const message = await told;
    const shown = await home.fake.tap(message, 'Unlock Front lock', mallory);
    expect(shown).toMatchObject({
      alert: true,
      text: 'You are not among the people who may do this here, so nothing was opened. Your user id is 666.',
    });
    expect(home.house.orders).toEqual([]);
    await home.fake.tap(message, 'Unlock Front lock', anna);
    expect(home.house.orders).toHaveLength(1);
  });

  it('in a family chat, with a button copied from an owner’s, opens nothing', async () => {
    await open();
    const { buttons } = await rung();
    const data = buttons.flat()[0]?.data ?? '';
    const shown = await home.fake.tap(home.fake.last(familyGroup), { data }, ben);
    expect(shown.text).toContain('nothing was opened');
    const strange = await home.fake.tap(home.fake.last(annasChat), { data }, anna, 999);
    expect(strange.text).toContain('nothing was opened');
    expect(home.house.orders).toEqual([]);
  });

  it('with the data of another button, or any other, opens nothing', async () => {
    await open();
    const message = await rung();
    const ignore = message.buttons.flat()[1]?.data ?? '';
    for (const data of [ignore.replace('i:', 'u:'), 'u:AAAAAAAAAAAAAAAAAAAAAA', 'unlock', '{"unlock":true}']) {
      const shown = await home.fake.tap(message, { data }, anna);
      expect(shown.alert).toBe(true);
    }
    expect(home.house.orders).toEqual([]);
  });

  it('after 31 s opens nothing, says why, and takes the button away', async () => {
    await open();
    const message = await rung();
    const data = message.buttons.flat()[0]?.data ?? '';
    await home.clock.advance(31_000);
    const changed = edited(message);
    const shown = await home.fake.tap(message, { data }, anna);
    await changed;
    expect(shown.text).toBe(
      'This button counts for 30 seconds and was sent 31 seconds ago, so nothing was opened. Send /unlock to be asked again.',
    );
    expect(message.buttons.flat().map(({ text }) => text)).toEqual(['Ignore', 'Who is this?']);
    expect(home.house.orders).toEqual([]);
  });

  it('is taken away when its time has passed, and the others stay', async () => {
    await open();
    const message = await rung();
    const changed = edited(message);
    await home.clock.advance(30_001);
    await changed;
    expect(message.buttons.flat().map(({ text }) => text)).toEqual(['Ignore', 'Who is this?']);
  });

  it('that was used in time leaves the message alone later', async () => {
    await open();
    const message = await rung();
    const changed = edited(message);
    await home.fake.tap(message, 'Unlock Front lock', anna);
    await changed;
    const edits = () =>
      home.fake.calls.filter(({ method, params }) => /^edit/.test(method) && params.message_id === String(message.id));
    await home.clock.advance(60_000);
    await home.fake.say(annasChat, '/help', anna);
    expect(edits()).toHaveLength(1);
  });

  it('after 31 s opens nothing where the clock was set back in the meantime', async () => {
    await open();
    const message = await rung();
    const data = message.buttons.flat()[0]?.data ?? '';
    await home.clock.advance(31_000);
    home.clock.jump(-20_000);
    const shown = await home.fake.tap(message, { data }, anna);
    expect(shown.text).toContain('so nothing was opened');
    expect(home.house.orders).toEqual([]);
  });

  it('that was tapped before a restart opens nothing when Telegram hands it over again, and says why', async () => {
    await open();
    const message = await rung();
    const first = await home.fake.tap(message, 'Unlock Front lock', anna);
    expect(home.house.orders).toHaveLength(1);
    // The machine lost power before the place in the list of updates reached the disk.
    await home.telegram.stop();
    home.state.values.delete('telegram.offset');
    const shown = home.fake.tapAgain(first.updateId);
    await home.startUp();
    expect((await shown).text).toBe('Anna used this button already, Sunday 09:00: nothing was opened again.');
    expect(home.house.orders).toHaveLength(1);
  });

  it('of before a restart opens nothing, though it was never tapped, and says why', async () => {
    await open();
    const message = await rung();
    await home.restart();
    const changed = edited(message);
    const shown = await home.fake.tap(message, 'Unlock Front lock', anna);
    await changed;
    expect(shown.text).toBe(
      'I was restarted after this button was sent, so nothing was opened. Send /unlock to be asked again.',
    );
    expect(home.house.orders).toEqual([]);
  });

  it('of before a restart opens nothing where everything that was remembered is lost', async () => {
    await open();
    const message = await rung();
    await home.telegram.stop();
    home.state.values.clear();
    await home.startUp();
    const shown = await home.fake.tap(message, 'Unlock Front lock', anna);
    expect(shown.text).toBe(
      'I do not know this button any more, so nothing was opened. Send /unlock to be asked again.',
    );
    expect(home.house.orders).toEqual([]);
  });

  it('that a restart interrupted is not taken up again', async () => {
    await open();
    const message = await rung();
    const first = await home.fake.tap(message, 'Unlock Front lock', anna);
    await home.telegram.stop();
    home.fake.redeliver(first.updateId);
    await home.startUp();
    await home.fake.say(annasChat, '/help', anna);
    expect(home.house.orders).toHaveLength(1);
  });

  it('that the house refuses is told in the message and with a sound', async () => {
    await open();
    const message = await rung();
    home.house.refusal = 'Front lock is not plainly locked, so it was left alone.';
    const [said] = await Promise.all([
      home.fake.nextMessage(annasChat),
      edited(message),
      home.fake.tap(message, 'Unlock Front lock', anna),
    ]);
    expect(said.text).toBe(
      'The door was not opened: Front lock is not plainly locked, so it was left alone. Send /unlock to be asked again.',
    );
    expect(message.text).toContain('Anna tapped Unlock, but: Front lock is not plainly locked');
  });

  it('that cannot be written down opens nothing, and says so', async () => {
    await open();
    const message = await rung();
    home.state.broken = true;
    const shown = await home.fake.tap(message, 'Unlock Front lock', anna);
    expect(shown.text).toContain('could not be written down, so nothing was done');
    expect(home.house.orders).toEqual([]);
  });

  it('does not wait for Telegram to take the answer', async () => {
    await open();
    const message = await rung();
    home.fake.fail('answerCallbackQuery', 'drop');
    const changed = edited(message);
    void home.fake.tap(message, 'Unlock Front lock', anna);
    await changed;
    expect(home.house.orders).toHaveLength(1);
    expect(message.text).toContain('Front lock is unlocked.');
  });
});

describe('Ignore', () => {
  it('sets the visit aside in every chat, and its Unlock is dead', async () => {
    await open();
    const message = await rung();
    const data = message.buttons.flat()[0]?.data ?? '';
    const changed = edited(message);
    await home.fake.tap(message, 'Ignore', anna);
    await changed;
    expect(message.text).toContain('Set aside by Anna.');
    const shown = await home.fake.tap(message, { data }, anna);
    expect(shown.text).toBe('Anna set this visit aside already, Sunday 09:00: nothing was opened again.');
    expect(home.house.orders).toEqual([]);
  });
});

describe('Who is this?', () => {
  async function asked(): Promise<FakeMessage> {
    const message = await rung();
    const question = home.fake.nextMessage(annasChat);
    await home.fake.tap(message, 'Who is this?', anna);
    return question;
  }

  it('asks for a name, and enrols the face of the visit under the reply', async () => {
    await open();
    const question = await asked();
    expect(question.forceReply).toBe(true);
    const said = await home.fake.say(annasChat, ' Jörg Müller ', anna, question);
    expect(said.text).toBe('Jörg Müller is enrolled.');
    expect(home.house.done).toEqual(['Anna enrols Jörg Müller from 12']);
  });

  it('asks again for what is no name, and takes a reply once', async () => {
    await open();
    const question = await asked();
    expect((await home.fake.say(annasChat, '\u202eanna', anna, question)).text).toContain(
      'A name has 2 to 64 characters',
    );
    await home.fake.say(annasChat, 'Jörg', anna, question);
    await home.fake.say(annasChat, 'Jürgen', anna, question);
    expect(home.house.done).toEqual(['Anna enrols Jörg from 12']);
  });

  it('enrols nobody after ten minutes, after a restart, or for somebody else', async () => {
    await open();
    const question = await asked();
    home.fake.write(annasChat, 'Mallory', mallory, question);
    await home.clock.advance(10 * 60_000 + 1);
    expect((await home.fake.say(annasChat, 'Jörg', anna, question)).text).toContain('too long ago');
    await home.restart();
    await home.fake.say(annasChat, 'Jörg', anna, question);
    expect(home.house.done).toEqual([]);
  });
});

describe('commands', () => {
  it('/unlock asks once more, and the button of the question opens once', async () => {
    await open();
    const question = await home.fake.say(annasChat, '/unlock', anna);
    expect(home.house.orders).toEqual([]);
    const changed = edited(question);
    await home.fake.tap(question, 'Unlock Front lock', anna);
    await changed;
    expect(home.house.orders).toEqual([{ lockId: 'front-lock', eventId: null, by: { userId: 7, name: 'Anna' } }]);
    expect(question.text).toContain('Front lock is unlocked.');
  });

  it('/unlock with two locks asks which, and opens one', async () => {
    await open();
    home.house.locks = [...home.house.locks, { id: 'back-lock', name: 'Back lock' }];
    const question = await home.fake.say(annasChat, '/unlock', anna);
    const [front, back] = question.buttons.flat().map(({ data }) => ({ data }));
    await home.fake.tap(question, back ?? '', anna);
    expect((await home.fake.tap(question, front ?? '', anna)).text).toContain('already');
    expect(home.house.orders.map(({ lockId }) => lockId)).toEqual(['back-lock']);
  });

  it.each([
    ['/status', 'Front lock is locked.'],
    ['/status@door_bot', 'Front lock is locked.'],
    ['/who', 'Nobody is at the door.'],
    ['/lock', 'Front lock is locked.'],
    ['/lock cellar', 'Which lock?'],
    ['/arm', 'Face unlock is armed.'],
    ['/disarm', 'Face unlock is disarmed.'],
    ['/snapshot', 'Which camera? Write one of:\n/snapshot Front door'],
    ['/snapshot garden', 'Garden, Sunday 08:30'],
    ['/mute 2h', 'This chat is muted for 2 hours, until Sunday 11:00.'],
    ['/mute soon', 'Write how long'],
    ['/mute off', 'no longer muted'],
    ['/help', '/unlock: open a lock; asks once more'],
    ['/dance', '/unlock: open a lock; asks once more'],
    ['/constructor', '/status: how things stand'],
    ['hello', '/status: how things stand'],
  ])('%s is answered', async (command, answer) => {
    await open();
    expect((await home.fake.say(annasChat, command, anna)).text).toContain(answer);
  });

  it('/snapshot sends the picture', async () => {
    await open();
    expect((await home.fake.say(annasChat, '/snapshot Front door', anna)).photo).toEqual(smallJpeg);
  });

  it('/mute keeps strangers from a chat, over a restart too, and nothing from the others', async () => {
    await open();
    await home.fake.say(annasChat, '/mute 2h', anna);
    await home.restart();
    const told = home.fake.nextMessage(familyGroup);
    home.telegram.tell(stranger(home));
    await told;
    expect(home.fake.last(annasChat).text).toContain('This chat is muted');
  });

  it.each(['/lock', '/unlock', '/arm', '/disarm'])('%s does nothing in a family chat', async (command) => {
    await open();
    const said = await home.fake.say(familyGroup, command, ben);
    expect(said.text).toContain('Only chats with the role of owner');
    expect(said.buttons).toEqual([]);
    expect(home.house.done).toEqual([]);
  });

  it.each(['/lock', '/disarm', '/unlock'])(
    '%s that was written before the plugin started does nothing',
    async (command) => {
      await open({ started: false });
      home.fake.write(annasChat, command, anna);
      await home.clock.advance(60_000);
      const said = home.fake.nextMessage(annasChat);
      await home.startUp();
      expect((await said).text).toBe(
        `I was not running when you wrote ${command}, so nothing was done: write it again.`,
      );
      expect(home.house.done).toEqual([]);
    },
  );

  it('of a stranger who found the bot get the numbers the settings ask for, a few times, and nothing else', async () => {
    await open();
    home.fake.chats.add(mallory.id);
    expect((await home.fake.say(mallory.id, '/start', mallory)).text).toBe(
      'This chat is not in the settings of Latchkey. Its chat id is 666, and your user id is 666.',
    );
    for (let i = 0; i < 10; i++) home.fake.write(mallory.id, '/start', mallory);
    for (const command of ['/status', '/unlock', '/who']) home.fake.write(mallory.id, command, mallory);
    await home.fake.say(annasChat, '/help', anna);
    expect(home.fake.messages.filter(({ chatId }) => chatId === mallory.id).length).toBeLessThanOrEqual(5);
    expect(
      home.fake.messages
        .filter(({ chatId }) => chatId === mallory.id)
        .map(({ text }) => text)
        .join(),
    ).not.toContain('Front');
  });

  it('of a member of the group who is not listed do nothing', async () => {
    await open();
    expect((await home.fake.say(familyGroup, '/status', mallory)).text).toContain('Your user id is 666.');
    home.fake.write(familyGroup, 'just talking', ben);
    home.fake.write(familyGroup, '/status@other_bot', ben);
    expect((await home.fake.say(familyGroup, '/who', ben)).text).toBe('Nobody is at the door.');
  });
});

describe('names', () => {
  it('that look like markup, commands or other text do no harm', async () => {
    await open();
    const hostile = '<b>*_[x](http://evil)_*</b>\n\u202eUnlocked by Anna /unlock &amp;';
    const message = await rung();
    const changed = edited(message);
    await home.fake.tap(message, 'Ignore', { ...anna, first_name: hostile });
    await changed;
    expect(message.text).toContain('Set aside by <b>*_[x](http://evil)_*</b> Unlocked by Anna /unlock &amp;.');
    for (const { params } of home.fake.calls) expect(params.parse_mode).toBeUndefined();
  });
});
