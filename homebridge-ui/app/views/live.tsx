/** What happens now, and how the parts of the house do. */
import { useEffect, useState } from 'preact/hooks';
import type { CameraHealth, PartStatus } from '../../../src/dashboard/api-types.ts';
import { asDoorError, useAnswer, useCommand, useHome, useNewest } from '../house.ts';
import { EventCard } from '../parts/event-card.tsx';
import { useTimeline } from '../timeline.ts';
import { bytes, momentOf, plural } from '../words.ts';

const shown = 8;
const everything = {};

export function LiveView() {
  const { door, status } = useHome();
  const [asked, again] = useAnswer('health');
  const { events, done, problem } = useTimeline(everything, shown);
  useEffect(() => door.onVisit(again), [door, again]);
  const health = asked.answer;
  return (
    <>
      <section class="panel" aria-labelledby="house">
        <h2 id="house">The house</h2>
        {status.running ? (
          <Parts parts={status.parts} armed={status.armed} />
        ) : (
          <p class="banner">{status.sentence} The history below can be looked at all the same.</p>
        )}
      </section>
      <section class="day" aria-labelledby="newest" aria-live="polite">
        <h2 id="newest">Newest visits</h2>
        <div class="cards">
          {events.slice(0, shown).map((event) => (
            <EventCard key={event.id} event={event} back="#/live" />
          ))}
        </div>
        {done && !problem && events.length === 0 && (
          <p class="hint">No visit yet. The next one appears here by itself.</p>
        )}
      </section>
      <section class="panel" aria-labelledby="cameras">
        <h2 id="cameras">Cameras</h2>
        <ul class="parts">
          {health?.cameras.map((camera) => (
            <CameraItem key={camera.camera} camera={camera} />
          ))}
        </ul>
      </section>
      {health && (
        <p class="hint">
          {plural(health.visits, 'visit')} kept, {bytes(health.databaseBytes)}, {health.unseen.toLocaleString()} not
          looked at yet. Hours are those of {health.timeZone}.
        </p>
      )}
    </>
  );
}

function Parts({ parts, armed }: { parts: PartStatus[]; armed: boolean | null }) {
  const { door, refreshStatus } = useHome();
  const run = useCommand();
  const arm = (on: boolean) =>
    run(() => door.command('arm', { armed: on }), on ? 'Face unlock is on.' : 'Face unlock is off.').then(
      refreshStatus,
    );
  return (
    <>
      {armed !== null && (
        <p class="actions">
          Face unlock is {armed ? 'on' : 'off'}.{' '}
          <button type="button" onClick={() => arm(!armed)}>
            Turn it {armed ? 'off' : 'on'}
          </button>
        </p>
      )}
      <ul class="parts">
        {parts.map((part) => (
          <PartItem key={`${part.kind}/${part.id}`} part={part} />
        ))}
      </ul>
    </>
  );
}

const states = { ok: 'Fine', waiting: 'Waiting', trouble: 'Trouble' };

function PartItem({ part }: { part: PartStatus }) {
  const { door, refreshStatus, timeZone } = useHome();
  const run = useCommand();
  const lock = () => run(() => door.command('lock', { lock: part.id }), `${part.name} is locked.`).then(refreshStatus);
  return (
    <li class={`is-${part.state}`}>
      <span class="dot" aria-hidden="true" />
      <div>
        <strong dir="auto">{part.name}</strong> <span class="badge">{states[part.state]}</span>
        <p dir="auto">{part.sentence}</p>
        {part.moments.length > 0 && (
          <p class="hint">
            {part.moments
              .map(({ what, at }) => `${what}: ${at === null ? 'none since the start' : momentOf(at, timeZone)}`)
              .join('. ')}
            .
          </p>
        )}
      </div>
      {part.kind === 'lock' && (
        <button type="button" onClick={lock}>
          Lock now
        </button>
      )}
    </li>
  );
}

function CameraItem({ camera }: { camera: CameraHealth }) {
  const { door, status, timeZone } = useHome();
  const [picture, setPicture] = useState('');
  const [problem, setProblem] = useState('');
  const question = useNewest();
  const look = async () => {
    const isNewest = question();
    setProblem('');
    try {
      const { jpeg } = (await door.command('snapshot', { camera: camera.camera })) as { jpeg: string };
      if (isNewest()) setPicture(`data:image/jpeg;base64,${jpeg}`);
    } catch (error) {
      if (isNewest()) setProblem(asDoorError(error).message);
    }
  };
  return (
    <li class={camera.failure ? 'is-trouble' : 'is-ok'}>
      <span class="dot" aria-hidden="true" />
      <div>
        <strong dir="auto">{camera.cameraName}</strong>
        <p>
          {plural(camera.visitsToday, 'visit')} today
          {camera.lastVisit && `, last ${momentOf(camera.lastVisit, timeZone)}`}.
        </p>
        {camera.failure && <p class="problem">{camera.failure}</p>}
        {problem && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        {picture && <img class="snapshot" src={picture} alt={`${camera.cameraName} now`} />}
      </div>
      <button type="button" disabled={!status.running} onClick={look}>
        Look now
      </button>
    </li>
  );
}
