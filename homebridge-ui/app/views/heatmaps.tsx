/** When and where: by hour and weekday, by date, and over the camera's picture. */
import { useEffect } from 'preact/hooks';
import type { Subject } from '../../../src/dashboard/api-types.ts';
import { useAnswer, useHome } from '../house.ts';
import { CalendarMap } from '../parts/calendar-map.tsx';
import { HourMap } from '../parts/hour-map.tsx';
import { PictureMap } from '../parts/picture-map.tsx';
import { RangePicker, rangeOf } from '../parts/range-picker.tsx';
import { go, linkTo } from '../route.ts';
import { capital } from '../words.ts';

export function HeatmapsView({ params }: { params: URLSearchParams }) {
  const { choices, door } = useHome();
  const subject = (params.get('subject') ?? 'all') as Subject;
  const camera = params.get('camera') ?? undefined;
  const range = rangeOf(params, 90);
  const asked = { ...range, subject, ...(camera && { camera }) };
  const [hours, countHours] = useAnswer('heatmap', asked);
  const [calendar, countDays] = useAnswer('calendar', { ...asked, ...('days' in range && { days: 365 }) });
  // A visit that arrives is counted at once.
  useEffect(
    () =>
      door.onVisit(() => {
        countHours();
        countDays();
      }),
    [door, countHours, countDays],
  );
  const filter = filterOf(subject, camera);
  const change = (name: string, value: string) =>
    go(linkTo('heatmaps', { ...Object.fromEntries(params), [name]: value || undefined }));
  const pictured = camera ?? choices.cameras[0]?.camera;
  return (
    <>
      <section class="filters" aria-label="What is counted">
        <RangePicker view="heatmaps" params={params} byDefault={90} />
        <div class="selects">
          <label>
            Visits of{' '}
            <select value={subject} onChange={(event) => change('subject', event.currentTarget.value)}>
              <Subjects />
            </select>
          </label>
          <label>
            at{' '}
            <select value={camera ?? ''} onChange={(event) => change('camera', event.currentTarget.value)}>
              <option value="">every camera</option>
              {choices.cameras.map((one) => (
                <option key={one.camera} value={one.camera}>
                  {one.cameraName}
                </option>
              ))}
            </select>
          </label>
        </div>
      </section>
      {hours.answer && <HourMap heatmap={hours.answer} filter={filter} />}
      {calendar.answer && <CalendarMap calendar={calendar.answer} filter={filter} />}
      {pictured && (
        <PictureMap
          camera={pictured}
          label={subject.startsWith('label:') ? subject.slice(6) : undefined}
          range={range}
        />
      )}
    </>
  );
}

function Subjects() {
  const { choices } = useHome();
  return (
    <>
      <option value="all">everybody and everything</option>
      <option value="identity:stranger">strangers</option>
      <option value="identity:person">people you know</option>
      <option value="trigger:ding">whoever rang</option>
      <option value="decision:opened">whoever was let in</option>
      {choices.people.map(({ person, personName }) => (
        <option key={person} value={`person:${person}`}>
          {personName}
        </option>
      ))}
      {choices.labels.map((label) => (
        <option key={label} value={`label:${label}`}>
          {capital(label)}
        </option>
      ))}
    </>
  );
}

/** The history behind what is counted. */
function filterOf(subject: Subject, camera: string | undefined): Record<string, string[]> {
  const [kind = '', ...rest] = subject.split(':');
  return { ...(subject !== 'all' && { [kind]: [rest.join(':')] }), ...(camera && { camera: [camera] }) };
}
