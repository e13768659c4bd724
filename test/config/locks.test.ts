/** The settings of locks: what is taken, and what is said of the rest. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config.ts';

const account = { token: 'token', secret: 'secret' };
const switchbot = { type: 'switchbot', name: 'Front lock', deviceId: 'D708C25A1C21' };
const request = { url: 'http://192.168.1.20/state' };
const http = {
  type: 'http',
  name: 'Shed',
  lockRequest: request,
  unlockRequest: request,
  statusRequest: request,
  state: { path: 'lock.state', locked: ['1'], unlocked: ['0'] },
};
const turn = { program: '/usr/local/bin/turn' };
const program = {
  type: 'program',
  name: 'Gate',
  lockProgram: turn,
  unlockProgram: turn,
  statusProgram: turn,
  state: { locked: ['locked'], unlocked: ['unlocked'] },
};

function problems(...locks: unknown[]): string[] {
  const parsed = parseConfig({ locks, switchbot: account });
  return parsed.ok ? [] : parsed.problems;
}

describe('the settings of a lock', () => {
  it('are taken for every kind, with their defaults', () => {
    const parsed = parseConfig({ locks: [switchbot, http, program], switchbot: account });
    expect(parsed).toMatchObject({ ok: true, warnings: [] });
    if (!parsed.ok) return;
    expect(parsed.config.switchbot).toEqual(account);
    expect(parsed.config.locks[0]).toEqual({
      ...switchbot,
      id: 'front-lock',
      relockSeconds: 0,
      relockOnceClosed: false,
    });
    expect(parsed.config.locks[1]).toMatchObject({
      lockRequest: { method: 'GET', headers: [] },
      state: { jammed: [] },
      door: { path: '', open: [], closed: [] },
      batteryPath: '',
      timeLimitSeconds: 10,
      pollSeconds: 10,
    });
    expect(parsed.config.locks[2]).toMatchObject({ lockProgram: { arguments: [] }, answer: 'output', environment: [] });
  });

  it('may hold what the form fills in for other kinds', () => {
    const parsed = parseConfig({
      locks: [{ ...switchbot, pollSeconds: 10, lockRequest: {}, colour: 1 }],
      switchbot: account,
    });
    expect(parsed.ok).toBe(true);
    expect(parsed.warnings).toEqual([
      'locks[0].colour is not a setting of Latchkey and is ignored: check how it is spelt, or remove it.',
    ]);
  });

  it.each<[unknown, string]>([
    [
      { ...switchbot, deviceId: '../x' },
      'locks[0].deviceId must be a SwitchBot device id, as "latchkey devices" lists them.',
    ],
    [
      { ...http, lockRequest: { url: 'file:///etc/passwd' } },
      'locks[0].lockRequest.url must be an address that begins with http:// or https://.',
    ],
    [
      { ...http, unlockRequest: { url: 'http://' } },
      'locks[0].unlockRequest.url must be an address that begins with http:// or https://.',
    ],
    [
      { ...http, statusRequest: { ...request, headers: [{ name: 'A', value: 'b\nC: d' }] } },
      'locks[0].statusRequest.headers[0].value must be one line of plain letters, digits and signs.',
    ],
    [
      { ...http, statusRequest: { ...request, headers: [{ name: 'A: b', value: '' }] } },
      'locks[0].statusRequest.headers[0].name must be the name of a header, such as Authorization.',
    ],
    [{ ...http, state: { locked: [], unlocked: ['0'] } }, 'locks[0].state.locked must name one value at least.'],
    [
      { ...http, state: { locked: ['On'], unlocked: ['on'] } },
      'locks[0].state.unlocked must not hold a value of another list.',
    ],
    [
      { ...http, state: undefined },
      'locks[0].state is missing: it must be a block of settings, written { "setting": value }.',
    ],
    [
      { ...program, lockProgram: { program: '' } },
      'locks[0].lockProgram.program must be the path or the name of a program, but it is empty.',
    ],
    [
      { ...program, lockProgram: { ...turn, arguments: ['a\0b'] } },
      'locks[0].lockProgram.arguments[0] must be one line of text, at most 4096 characters.',
    ],
    [
      { ...program, environment: [{ name: 'A=B', value: '' }] },
      'locks[0].environment[0].name must be the name of a variable.',
    ],
    [{ ...program, answer: 'both' }, 'locks[0].answer must be "output" or "exit code".'],
    [{ type: 'magic' }, 'locks[0].type must be "virtual", "switchbot", "http" or "program".'],
  ])('%j', (lock, sentence) => {
    expect(problems(lock)).toEqual([sentence]);
  });

  it('name each SwitchBot device once', () => {
    expect(problems(switchbot, { ...switchbot, name: 'Back', deviceId: 'd708c25a1c21' })).toEqual([
      'locks[1].deviceId is that of locks[0]: each lock needs a device of its own.',
    ]);
  });
});

describe('the SwitchBot account', () => {
  const sentences = (block: unknown, locks: unknown[] = [switchbot]) => {
    const parsed = parseConfig({ locks, switchbot: block });
    return parsed.ok ? [] : parsed.problems;
  };

  it('is needed for its locks alone', () => {
    expect(sentences(undefined, [])).toEqual([]);
    expect(sentences(undefined)).toEqual([
      'switchbot.token is missing: copy it from the SwitchBot app, for your SwitchBot locks.',
      'switchbot.secret is missing: copy it from the SwitchBot app, for your SwitchBot locks.',
    ]);
    expect(sentences({ token: 'x' }, [])).toEqual([
      'switchbot.secret is missing: copy both the token and the secret key from the SwitchBot app, or neither.',
    ]);
  });

  it('may be pasted with white space around it, and is never repeated in a sentence', () => {
    const parsed = parseConfig({ switchbot: { token: ' abc \n', secret: 'def' } });
    expect(parsed.ok && parsed.config.switchbot).toEqual({ token: 'abc', secret: 'def' });
    expect(sentences({ token: 'hunter2 hunter2', secret: 'hunter2\u00e9' })).toEqual([
      'switchbot.token must be copied whole from the SwitchBot app, without spaces.',
      'switchbot.secret must be copied whole from the SwitchBot app, without spaces.',
    ]);
  });
});
