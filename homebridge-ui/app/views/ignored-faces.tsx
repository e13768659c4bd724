/** The faces the owner wants to hear nothing of, and an end to that. */
import type { IgnoredFace } from '../../../src/dashboard/api-types.ts';
import { useAnswer, useCommand, useHome } from '../house.ts';
import { Picture } from '../parts/picture.tsx';
import { linkTo } from '../route.ts';
import { momentOf } from '../words.ts';

/** Nothing where nobody is ignored. */
export function IgnoredFaces() {
  const [asked, again] = useAnswer('ignored');
  if (!asked.answer || asked.answer.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="ignored">
      <h2 id="ignored">Ignored faces</h2>
      <p class="hint">
        Visits that show only these are kept, and nobody is told of them, unless they ring. They open no door.
      </p>
      <ul class="people">
        {asked.answer.map((face) => (
          <IgnoredCard key={face.id} face={face} onChange={again} />
        ))}
      </ul>
    </section>
  );
}

function IgnoredCard({ face, onChange }: { face: IgnoredFace; onChange(): void }) {
  const { door, status, timeZone } = useHome();
  const run = useCommand();
  const stop = async () => {
    if (await run(() => door.command('stop-ignoring', { ignored: face.id }), 'The face is not ignored any more.'))
      onChange();
  };
  return (
    <li class="ignored-face">
      <Picture
        event={{ thumbnail: face.thumbnail, frame: null, sentence: '', detections: [], faces: [] }}
        boxes="hover"
      />
      <div class="person-words">
        <p>
          {face.event === null ? 'Ignored' : <a href={linkTo('event', {}, face.event)}>Ignored</a>} since{' '}
          {momentOf(face.since, timeZone)}
        </p>
        {face.like !== null && (
          <p class="banner">
            It is like <span dir="auto">{face.like}</span>, who is enrolled, so it mutes nothing.
          </p>
        )}
        <button type="button" disabled={!status.running} onClick={stop}>
          Stop ignoring
        </button>
      </div>
    </li>
  );
}
