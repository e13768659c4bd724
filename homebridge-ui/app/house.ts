/** What every view needs: the door, the home's zone, and whether the plugin runs. */
import { createContext } from 'preact';
import { useCallback, useContext, useEffect, useRef, useState } from 'preact/hooks';
import type { Choices, Health, PluginStatus } from '../../src/dashboard/api-types.ts';
import { type Answers, type Door, DoorError, type Params } from './door.ts';

export interface Home {
  door: Door;
  timeZone: string;
  choices: Choices;
  health: Health;
  status: PluginStatus;
  refreshStatus(): void;
  refreshChoices(): void;
  /** Says something in passing, to the eye and to a screen reader. */
  say(sentence: string, kind?: 'good' | 'bad'): void;
}

export const HomeContext = createContext<Home | null>(null);

export function useHome(): Home {
  const home = useContext(HomeContext);
  if (!home) throw new Error('A view was drawn outside the page.');
  return home;
}

export type Asked<Answer> =
  | { state: 'waiting'; answer?: Answer }
  | { state: 'here'; answer: Answer }
  | { state: 'failed'; error: DoorError; answer?: Answer };

/** Asks whenever `params` change; the last answer stays until the next is here. */
export function useAnswer<Name extends keyof Answers>(
  name: Name,
  params: Params = {},
): [Asked<Answers[Name]>, () => void] {
  const { door } = useHome();
  const [asked, setAsked] = useState<Asked<Answers[Name]>>({ state: 'waiting' });
  const [turn, setTurn] = useState(0);
  const key = JSON.stringify(params);
  useEffect(() => {
    let current = true;
    setAsked((before) => ({ state: 'waiting', ...(before.answer !== undefined && { answer: before.answer }) }));
    door.ask(name, JSON.parse(key)).then(
      (answer) => current && setAsked({ state: 'here', answer }),
      (error) => current && setAsked({ state: 'failed', error: asDoorError(error) }),
    );
    return () => {
      current = false;
    };
  }, [door, name, key, turn]);
  return [asked, useCallback(() => setTurn((before) => before + 1), [])];
}

/** To be called before a question; what that returns says whether it is still the newest, once the answer is here. */
export function useNewest(): () => () => boolean {
  const turn = useRef(0);
  return useCallback(() => {
    turn.current++;
    const mine = turn.current;
    return () => mine === turn.current;
  }, []);
}

/** Runs a command, and says how it went. True where it went well. */
export function useCommand(): (work: () => Promise<unknown>, done: string) => Promise<boolean> {
  const { say, refreshStatus } = useHome();
  return async (work, done) => {
    try {
      await work();
      say(done, 'good');
      return true;
    } catch (error) {
      say(asDoorError(error).message, 'bad');
      refreshStatus();
      return false;
    }
  };
}

export function asDoorError(error: unknown): DoorError {
  return error instanceof DoorError
    ? error
    : new DoorError(error instanceof Error ? error.message : String(error), 'refused');
}
