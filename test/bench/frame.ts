/** One 640 by 360 frame through the vision process, from its bytes to the answer, split by stage. */
import { VisionClient } from '../../src/vision/client.ts';
import { humanStory } from '../../tools/demo/scenes.ts';
import { median, table } from './measure.ts';

const stages = ['decode', 'objects', 'faces', 'embeddings'] as const;

export async function benchFrame(rounds: number): Promise<string> {
  const story = await humanStory(1);
  const bytes = story.scenes[0]?.pictures[0];
  if (!bytes) throw new Error('the demo has no picture');
  const vision = new VisionClient({ threads: 2 });
  const samples: { stage: Record<(typeof stages)[number], number>; models: number; messages: number; total: number }[] =
    [];
  try {
    await vision.start();
    for (let round = -3; round < rounds; round++) {
      const began = performance.now();
      const { ms } = await vision.analyze({ kind: 'encoded', bytes });
      const total = performance.now() - began;
      if (round >= 0) samples.push({ stage: ms, models: ms.models, messages: total - ms.total, total });
    }
  } finally {
    await vision.stop();
  }
  const of = (pick: (sample: (typeof samples)[number]) => number) => median(samples.map(pick));
  const around = of(({ models, total }) => (total - models) / total);
  const rows = [
    ['stage', 'ms'],
    ...stages.map((stage) => [stage, of((sample) => sample.stage[stage]).toFixed(1)]),
    ['messages', of(({ messages }) => messages).toFixed(1)],
    ['total', of(({ total }) => total).toFixed(1)],
    ['of that in session.run', of(({ models }) => models).toFixed(1)],
    ['around session.run', `${(around * 100).toFixed(0)} %`],
  ];
  return table(rows);
}
