/** Draws what the demo printed as a picture for the README: `npm run -s demo -- --once | node tools/demo/picture.ts FILE.svg`. */
import { writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';

const [letter, line, margin] = [7.25, 18, 16] as const;
const columns = 118;
/** The beginning of the story, and how it ended. */
const [head, tail] = [22, 4] as const;

const escaped = (from: string) =>
  from.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] ?? '');

function colour(row: string): string {
  if (row.includes('The door opened')) return '#7ee787';
  if (row.startsWith('!')) return '#ff7b72';
  return row.startsWith('      ms') ? '#8b949e' : '#e6edf3';
}

function draw(rows: readonly string[]): string {
  const [width, height] = [columns * letter + 2 * margin, rows.length * line + 2 * margin];
  const drawn = rows.map((row, index) => {
    const y = margin + (index + 0.8) * line;
    return `<text x="${margin}" y="${y.toFixed(1)}" fill="${colour(row)}" xml:space="preserve">${escaped(row)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="What the demo prints" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="12">
<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>
${drawn.join('\n')}
</svg>
`;
}

const file = process.argv[2];
if (!file) throw new Error('Name the file to draw into.');
const rows = (await text(process.stdin))
  .split('\n')
  .filter((row) => row !== '' && !row.startsWith('{'))
  .map((row) => (row.length > columns ? `${row.slice(0, columns - 1)}…` : row));
await writeFile(file, draw([...rows.slice(0, head), '  …', ...rows.slice(-tail)]));
