/** One visit: the picture, who it was, and gate by gate why the door did what it did. */
import { useEffect } from 'preact/hooks';
import type { EventDetail, ExplainedGate } from '../../../src/dashboard/api-types.ts';
import { useAnswer, useHome } from '../house.ts';
import { Notice } from '../parts/notice.tsx';
import { Picture } from '../parts/picture.tsx';
import { go, linkTo } from '../route.ts';
import { capital, decisionWords, momentOf, percent, seconds, triggerWords, whoCame } from '../words.ts';
import { Faces } from './faces.tsx';

export function EventView({ id, params }: { id: number; params: URLSearchParams }) {
  const [asked, again] = useAnswer('event', { id });
  const back = params.get('back')?.startsWith('#/') ? (params.get('back') as string) : linkTo('history');
  useSeen(asked.answer);
  useKeys(asked.answer, back);
  if (asked.state === 'failed') {
    return (
      <Notice title="This visit cannot be shown">
        <p>{asked.error.message}</p>
        <a class="button" href={back}>
          Back to the history
        </a>
      </Notice>
    );
  }
  const event = asked.answer;
  if (!event) return <p class="waiting">Looking…</p>;
  return <Visit event={event} back={back} again={again} />;
}

function Visit({ event, back, again }: { event: EventDetail; back: string; again(): void }) {
  const { timeZone } = useHome();
  const link = (id: number) => linkTo('event', { back }, id);
  return (
    <article class="visit">
      <nav class="visit-nav" aria-label="Visits">
        <a href={back}>← History</a>
        <span>
          {event.newer !== null && <a href={link(event.newer)}>Newer</a>}{' '}
          {event.older !== null && <a href={link(event.older)}>Older</a>}
        </span>
      </nav>
      <div class="visit-grid">
        <div>
          <Picture event={event} boxes="always" alt={event.sentence} />
          <p class="facts">
            <time dateTime={event.at}>{momentOf(event.at, timeZone)}</time> · <span dir="auto">{event.cameraName}</span>
            {event.trigger && ` · ${triggerWords[event.trigger]}`} · {event.frames} pictures looked at
          </p>
        </div>
        <div>
          <h2 dir="auto">{whoCame(event)}</h2>
          <p class="sentence" dir="auto">
            {event.sentence}
          </p>
          <p>
            <span class={`badge is-${event.decision}`}>{decisionWords[event.decision]}</span>{' '}
            {event.ignored && <span class="badge">Ignored</span>}{' '}
            {event.similarity !== null && <span class="badge">{percent(event.similarity)} alike</span>}
          </p>
          {event.lockError && <p class="problem">{event.lockError}</p>}
          {event.failure && <p class="problem">{event.failure}</p>}
          {event.faces.length > 0 && <Faces event={event} again={again} />}
          <Recording event={event} />
        </div>
      </div>
      {event.gates.length > 0 && <Gates event={event} />}
      <div class="visit-grid">
        <Things event={event} />
        <Times event={event} />
      </div>
    </article>
  );
}

function Gates({ event }: { event: EventDetail }) {
  const failed = event.gates.filter(({ pass }) => !pass);
  const list = (
    <ol>
      {[...failed, ...event.gates.filter(({ pass }) => pass)].map((gate) => (
        <GateItem key={gate.gate} gate={gate} />
      ))}
    </ol>
  );
  const title = event.unlockGranted ? 'Why the door was opened' : 'Why the door stayed shut';
  return (
    <section class="gates" aria-labelledby="gates">
      <h3 id="gates">{title}</h3>
      <p class="hint">{gatesWords(event, failed.length)}</p>
      {event.identity === 'nobody' ? (
        <details>
          <summary>The gates</summary>
          {list}
        </details>
      ) : (
        list
      )}
    </section>
  );
}

function gatesWords(event: EventDetail, failed: number): string {
  if (event.unlockGranted) return `All ${event.gates.length} gates passed.`;
  if (event.identity === 'nobody') return 'There was no face to open it for.';
  return `${failed} of ${event.gates.length} gates said no; one is enough.`;
}

function GateItem({ gate }: { gate: ExplainedGate }) {
  return (
    <li class={gate.pass ? 'passed' : 'failed'}>
      <span class="mark" aria-hidden="true">
        {gate.pass ? '✓' : '✕'}
      </span>
      <span>
        <strong>
          {gate.title}
          <span class="visually-hidden">: {gate.pass ? 'yes' : 'no'}</span>
        </strong>
        <br />
        <span class="why">{gate.why}</span>
      </span>
    </li>
  );
}

function Things({ event }: { event: EventDetail }) {
  if (event.detections.length === 0) return null;
  return (
    <section aria-labelledby="things">
      <h3 id="things">What was seen</h3>
      <ul class="plain-list">
        {event.detections.map(({ label, confidence }, index) => (
          <li key={index}>
            <a href={linkTo('history', { label: [label] })} dir="auto">
              {capital(label)}
            </a>{' '}
            <span class="hint">{percent(confidence)} sure</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Times({ event }: { event: EventDetail }) {
  if (!event.ms) return null;
  const rows = [
    ['From the trigger to the decision', event.ms.decision],
    ['The lock, until it confirmed', event.ms.unlock],
    ['Reading pictures', event.ms.decode],
    ['Finding things', event.ms.objects],
    ['Finding faces', event.ms.faces],
    ['Comparing faces', event.ms.embeddings],
  ] as const;
  return (
    <section aria-labelledby="times">
      <h3 id="times">How long it took</h3>
      <table class="plain-table">
        <tbody>
          {rows
            .filter(([, ms]) => ms !== null)
            .map(([words, ms]) => (
              <tr key={words}>
                <th scope="row">{words}</th>
                <td>{seconds(ms)}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  );
}

/** Only Ring's recordings have a place on the web, and one that has no addresses for single ones. */
function Recording({ event }: { event: EventDetail }) {
  if (!event.recordingId) return null;
  return (
    <p>
      {event.fromRecording && 'The picture, and who and what was seen, are from the recording; no door opens for it. '}
      Recording <code>{event.recordingId}</code>{' '}
      {/^\d+$/.test(event.recordingId) && (
        <a href="https://account.ring.com/account/activity-history" target="_blank" rel="noreferrer noopener">
          Look it up at Ring
        </a>
      )}
    </p>
  );
}

function useSeen(event: EventDetail | undefined): void {
  const { door, status } = useHome();
  useEffect(() => {
    if (event && !event.seen && status.running)
      door.command('mark-seen', { events: [event.id] }).catch(() => undefined);
  }, [door, event?.id, event?.seen, status.running]);
}

/** Escape goes back; the arrows to the visits before and after. */
function useKeys(event: EventDetail | undefined, back: string): void {
  useEffect(() => {
    const press = (key: KeyboardEvent) => {
      if ((key.target as HTMLElement).matches('input, textarea, select')) return;
      if (key.key === 'Escape') go(back);
      else if (key.key === 'ArrowLeft' && event?.newer) go(linkTo('event', { back }, event.newer));
      else if (key.key === 'ArrowRight' && event?.older) go(linkTo('event', { back }, event.older));
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [event, back]);
}
