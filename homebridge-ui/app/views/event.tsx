/** One visit: the picture, who it was, and gate by gate why the door did what it did. */
import { useEffect, useState } from 'preact/hooks';
import type { EventDetail, ExplainedGate, FaceDetail } from '../../../src/dashboard/api-types.ts';
import { useAnswer, useCommand, useHome } from '../house.ts';
import { Notice } from '../parts/notice.tsx';
import { Picture } from '../parts/picture.tsx';
import { go, linkTo } from '../route.ts';
import { capital, decisionWords, momentOf, percent, seconds, triggerWords, whoCame } from '../words.ts';

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

function Faces({ event, again }: { event: EventDetail; again(): void }) {
  return (
    <section aria-labelledby="faces">
      <h3 id="faces">{event.faces.length === 1 ? 'The face' : `${event.faces.length} faces`}</h3>
      <ul class="faces">
        {event.faces.map((face) => (
          <FaceItem key={face.id} event={event} face={face} again={again} />
        ))}
      </ul>
    </section>
  );
}

function FaceItem({ event, face, again }: { event: EventDetail; face: FaceDetail; again(): void }) {
  const { choices, door, status, refreshChoices } = useHome();
  const run = useCommand();
  const [name, setName] = useState('');
  const called = choices.people.find(({ person }) => person === face.person)?.personName ?? face.person;
  const identify = (person: string | null, done: string) =>
    run(() => door.command('identify', { event: event.id, face: face.id, person }), done).then(
      (well) => well && again(),
    );
  const enrol = async (submit: Event) => {
    submit.preventDefault();
    const person = name.trim();
    const source = { event: event.id, face: face.id };
    if (!(await run(() => door.command('enrol', { person, source }), `${person} is enrolled from this visit.`))) return;
    setName('');
    refreshChoices();
    again();
  };
  return (
    <li class="face">
      <p>
        <strong dir="auto">{called ?? 'Not known'}</strong>
        {face.similarity !== null && `, ${percent(face.similarity)} alike`}
      </p>
      <dl class="figures">
        <Figure name="Size" value={face.size} digits={0} unit=" px" />
        <Figure name="Sharpness" value={face.sharpness} digits={0} />
        <Figure name="Turned" value={face.yaw} digits={0} unit="°" />
        <Figure name="Live, not a print" value={face.antispoof} digits={2} />
      </dl>
      {face.person && (
        <p class="actions">
          <button
            type="button"
            disabled={!status.running}
            onClick={() => identify(null, `Noted: this is not ${called}.`)}
          >
            This is not {called}
          </button>
        </p>
      )}
      {!face.person && face.enrollable && (
        <form class="enrol" onSubmit={enrol}>
          <label>
            This is
            <input
              required
              maxLength={64}
              list="people"
              placeholder="a name"
              value={name}
              dir="auto"
              onInput={(input) => setName(input.currentTarget.value)}
            />
          </label>
          <datalist id="people">
            {choices.people.map(({ person }) => (
              <option key={person} value={person} />
            ))}
          </datalist>
          <button type="submit" class="strong" disabled={!status.running || name.trim() === ''}>
            Enrol
          </button>
        </form>
      )}
      {!status.running && <p class="hint">Faces can be named while the plugin runs. {status.sentence}</p>}
    </li>
  );
}

function Figure({
  name,
  value,
  digits,
  unit = '',
}: {
  name: string;
  value: number | null;
  digits: number;
  unit?: string;
}) {
  if (value === null) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {value.toFixed(digits)}
        {unit}
      </dd>
    </div>
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
