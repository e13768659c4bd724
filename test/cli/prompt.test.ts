/** Questions on a terminal, over streams that say they are one. */
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { ReadStream, WriteStream } from 'node:tty';
import { describe, expect, it } from 'vitest';
import { openPrompt } from '../../src/cli/prompt.ts';

function terminal() {
  const keyboard = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => keyboard });
  const screen = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  let shown = '';
  screen.on('data', (bytes: Buffer) => {
    shown += bytes;
  });
  const prompt = openPrompt(keyboard as unknown as ReadStream, screen as unknown as WriteStream);
  return { keyboard, screen, prompt, shown: () => shown };
}

describe('the prompt', () => {
  it('shows what is typed, but nothing of a secret', async () => {
    const { keyboard, screen, prompt, shown } = terminal();
    const name = prompt.ask('Name: ');
    keyboard.write('ada\r');
    expect(await name).toBe('ada');
    const password = prompt.ask('Password: ', true);
    for (const key of 'hunter2') keyboard.write(key);
    keyboard.write('\r');
    expect(await password).toBe('hunter2');
    prompt.close();
    screen.end();
    await once(screen, 'end');
    expect(shown()).toContain('Name: ada');
    expect(shown()).toMatch(/Password: \n$/);
  });

  it('says so when the input ends before the answer', async () => {
    const { keyboard, prompt } = terminal();
    const answer = prompt.ask('Code: ');
    keyboard.end();
    await expect(answer).rejects.toThrow('The input ended before everything was answered.');
    prompt.close();
  });
});
