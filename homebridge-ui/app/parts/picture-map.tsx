/** Where things were, laid over the camera's newest picture. */
import { useEffect, useRef } from 'preact/hooks';
import type { PictureHeatmap } from '../../../src/dashboard/api-types.ts';
import { useAnswer, useHome } from '../house.ts';
import { linkTo } from '../route.ts';
import { capital, plural } from '../words.ts';
import { usePicture } from './picture.tsx';

interface PictureMapProps {
  camera: string;
  label: string | undefined;
  range: Record<string, string>;
}

export function PictureMap({ camera, label, range }: PictureMapProps) {
  const { choices } = useHome();
  const [asked] = useAnswer('picture', { camera, ...range, ...(label && { label }) });
  const name = choices.cameras.find((one) => one.camera === camera)?.cameraName ?? camera;
  const heat = asked.answer;
  return (
    <section class="panel" aria-labelledby="where">
      <h2 id="where">
        Where at {name} <small>{heat && plural(heat.boxes, label ? label : 'thing')}</small>
      </h2>
      {heat && heat.boxes > 0 ? (
        <Laid heat={heat} name={name} />
      ) : (
        <p class="hint">Nothing was seen there in this time.</p>
      )}
    </section>
  );
}

function Laid({ heat, name }: { heat: PictureHeatmap; name: string }) {
  const { url, frame } = usePicture(heat.latest?.thumbnail ?? null);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current) drawHeat(canvas.current, heat);
  }, [heat]);
  const what = heat.label ? capital(heat.label) : 'Anything';
  return (
    <>
      <div class="picture laid" ref={frame}>
        {url && <img src={url} alt="" />}
        <canvas
          ref={canvas}
          role="img"
          aria-label={`${what} at ${name}: most in the ${busiest(heat)} of the picture.`}
        />
      </div>
      {heat.latest && (
        <p class="hint">
          Over <a href={linkTo('event', {}, heat.latest.event)}>the newest picture</a>. {what} was most often in the{' '}
          {busiest(heat)}.
        </p>
      )}
    </>
  );
}

/** One pixel a cell: the browser's own smoothing makes hills of them. */
function drawHeat(canvas: HTMLCanvasElement, { cells, columns, rows }: PictureHeatmap): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  [canvas.width, canvas.height] = [columns, rows];
  const image = context.createImageData(columns, rows);
  const most = Math.max(1, ...cells);
  for (const [at, count] of cells.entries()) {
    const share = Math.sqrt(count / most);
    // From violet over red to yellow.
    image.data.set(
      [90 + 165 * share, 40 + 190 * share ** 2.2, 200 - 160 * share, 215 * Math.min(1, share * 1.15)],
      at * 4,
    );
  }
  context.putImageData(image, 0, 0);
}

function busiest({ cells, columns, rows }: PictureHeatmap): string {
  const at = cells.indexOf(Math.max(...cells));
  const column = ['left', 'middle', 'right'][Math.floor(((at % columns) / columns) * 3)];
  const row = ['top', 'middle', 'bottom'][Math.floor((Math.floor(at / columns) / rows) * 3)];
  if (row === column) return 'middle';
  return `${row} ${column}`;
}
