/** Every answer of the SwitchBot cloud that is not a success, as a LockFailure that says what to do. Pure. */
import type { HttpAnswer } from '../exchange.ts';
import { LockFailure } from '../failure.ts';

/** What the sentences need to know of the call. */
export interface Call {
  /** The lock as the owner calls it, or `The device list`. */
  about: string;
  /** This machine's time when the call was made, milliseconds since the epoch. */
  at: number;
  /** The same token and secret have worked before. */
  workedBefore: boolean;
}

export const ACCEPTED = 100;
const LIMIT = 'SwitchBot allows 10,000 calls a day and they are used up; it is asked again every quarter of an hour.';
const CLOUD = 'Check in the SwitchBot app that its cloud service is on and that it is paired with a hub.';

/** What an answer other than HTTP 200 means. */
export function httpFailure(answer: HttpAnswer, call: Call): LockFailure {
  switch (answer.status) {
    case 401:
      return unauthorised(answer.date, call);
    case 403:
      return new LockFailure(
        'refused',
        `${call.about}: SwitchBot knows no such path (HTTP 403). Check its deviceId.`,
        true,
      );
    case 429:
      return new LockFailure('limit', LIMIT, true);
    default:
      return new LockFailure('unexplained', `${call.about}: SwitchBot answered HTTP ${answer.status}.`);
  }
}

/** What a status code other than 100 in the answer means; `message` is the answer's own. */
export function codeFailure(code: unknown, message: unknown, call: Call, secrets: readonly string[]): LockFailure {
  const { about } = call;
  const told = quote(message, secrets);
  switch (Number(code)) {
    case 151:
      return new LockFailure('no-such-lock', `${about} is no lock, says SwitchBot (151). Check its deviceId.`, true);
    case 152:
      return unknownDevice(about, 152);
    case 160:
      return new LockFailure('refused', `${about} does not know this command, says SwitchBot (160${told}).`, true);
    case 161:
      return new LockFailure('offline', `${about} is offline, says SwitchBot (161). Check its battery and its hub.`);
    case 171:
      return new LockFailure(
        'offline',
        `The hub of ${about} is offline, says SwitchBot (171). Check its power and Wi-Fi.`,
      );
    case 190:
      return internal(message, told, about);
    case 401:
      return unauthorised(null, call);
    case 429:
      return new LockFailure('limit', LIMIT, true);
    default:
      return new LockFailure('unexplained', `${about}: SwitchBot answered with error ${number(code)}${told}.`);
  }
}

/** A success that says nothing. */
export function silence(about: string): LockFailure {
  return new LockFailure('no-such-lock', `SwitchBot says nothing of ${about}. ${CLOUD}`);
}

export function gibberish(about: string): LockFailure {
  return new LockFailure('unexplained', `${about}: SwitchBot's answer makes no sense.`);
}

/** 190 stands for three things, told apart by their message alone. */
function internal(message: unknown, told: string, about: string): LockFailure {
  const text = String(message);
  if (/daily limit|too many request/i.test(text)) return new LockFailure('limit', LIMIT, true);
  if (/wrong deviceid/i.test(text)) return unknownDevice(about, 190);
  return new LockFailure('unexplained', `${about}: SwitchBot failed inside (190${told}).`);
}

function unknownDevice(about: string, code: number): LockFailure {
  const sentence = `SwitchBot knows no such device as ${about} (${code}). Check its deviceId with \`latchkey devices\`.`;
  return new LockFailure('no-such-lock', sentence, true);
}

/** Past the daily limit the cloud may answer so too, and a wrong clock spoils the signature. */
function unauthorised(theirTime: number | null, call: Call): LockFailure {
  const minutes = theirTime === null ? 0 : Math.round((call.at - theirTime) / 60_000);
  if (Math.abs(minutes) >= 2) {
    const off = `${Math.abs(minutes)} minutes ${minutes > 0 ? 'ahead' : 'behind'}`;
    return new LockFailure(
      'unauthorised',
      `SwitchBot refused the signature (401): this machine's clock is ${off}.`,
      true,
    );
  }
  if (call.workedBefore) {
    const sentence = 'SwitchBot refuses a token that worked before (401): the 10,000 calls of the day are used up';
    return new LockFailure('limit', `${sentence}, or the token was renewed in the app.`, true);
  }
  const sentence = 'SwitchBot refuses the token or the secret (401): copy both again from the app';
  return new LockFailure('unauthorised', `${sentence} (Profile, Preferences, About, Developer Options).`, true);
}

function number(code: unknown): string {
  return Number.isFinite(Number(code)) ? String(Number(code)) : 'unknown';
}

/** A piece of the cloud's own text, without control characters, secrets, or anything long enough to be one. */
function quote(message: unknown, secrets: readonly string[]): string {
  if (typeof message !== 'string') return '';
  let text = message;
  for (const secret of secrets) if (secret) text = text.replaceAll(secret, '…');
  text = text
    .replace(/[^\x20-\x7e…]/g, ' ')
    .replace(/[A-Za-z0-9+/=_%.-]{16,}/g, '…')
    .trim();
  return text ? `: ${text.slice(0, 80)}` : '';
}
