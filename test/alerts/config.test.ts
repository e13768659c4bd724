/** The settings of the Telegram alerts. */
import { describe, expect, it } from 'vitest';
import { telegramSettings, unknownCameras } from '../../src/alerts/config.ts';
import { fakeToken } from '../fakes/telegram.ts';

describe('the telegram block', () => {
  it('says without a token that there are no alerts', () => {
    expect(telegramSettings.parse({}).token).toBe('');
  });

  it('needs a token only', () => {
    expect(telegramSettings.parse({ token: fakeToken })).toEqual({
      token: fakeToken,
      chats: [],
      digest: { day: 'sunday', hour: 18 },
      confirmSeconds: 30,
      leftOpenMinutes: 10,
    });
  });

  it('tells family only, unless a chat is an owner’s', () => {
    expect(telegramSettings.parse({ token: fakeToken, chats: [{ id: 7, name: 'Anna' }] }).chats).toEqual([
      { id: 7, name: 'Anna', role: 'family', userIds: [], kinds: [], cameras: [], quietHours: { from: '', to: '' } },
    ]);
  });

  it.each([
    [{ token: 'secret' }, 'token'],
    [{ token: fakeToken, chats: [{ id: 0, name: 'Anna' }] }, 'chats.0.id'],
    [{ token: fakeToken, chats: [{ id: 7.5, name: 'Anna' }] }, 'chats.0.id'],
    [{ token: fakeToken, chats: [{ id: 7, name: 'Anna', userIds: [-1] }] }, 'chats.0.userIds.0'],
    [{ token: fakeToken, chats: [{ id: 7, name: 'Anna', kinds: ['gossip'] }] }, 'chats.0.kinds.0'],
    [
      { token: fakeToken, chats: [{ id: 7, name: 'Anna', quietHours: { from: '24:00', to: '7' } }] },
      'chats.0.quietHours.from',
    ],
    [{ token: fakeToken, chats: [1, 2].map((at) => ({ id: 7, name: `Anna ${at}` })) }, 'chats'],
    [{ token: fakeToken, chats: [{ id: 7, name: 'Anna', quietHours: { from: '22:00' } }] }, 'chats.0.quietHours'],
    [{ token: fakeToken, digest: { day: 'someday' } }, 'digest.day'],
    [{ token: fakeToken, apiRoot: 'ftp://here' }, 'apiRoot'],
  ])('%j is wrong at %s', (block, path) => {
    const parsed = telegramSettings.safeParse(block);
    expect(parsed.error?.issues.map((issue) => issue.path.join('.'))).toContain(path);
    expect(JSON.stringify(parsed.error?.issues.map(({ message }) => message))).not.toContain('secret');
  });

  it('names cameras that there are', () => {
    const chats = [{ id: 7, name: 'Anna', cameras: ['front DOOR', 'Cellar'] }];
    const cameras = [{ id: 'front-door', name: 'Front door' }];
    expect(unknownCameras(telegramSettings.parse({ chats }), cameras)).toEqual([
      'telegram.chats[0].cameras[1] names a camera that is not among cameras: write the name of one of them ("Front door").',
    ]);
  });
});
