import { expect, it } from 'vitest';
import { compileHtml, compileMjml, refusals } from './content.ts';

/** How often others had a turn while it was made: the loop is free, however slow the machine. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let done = false;
  const turn = () => {
    turns++;
    if (!done) setImmediate(turn);
  };
  setImmediate(turn);
  await work().finally(() => {
    done = true;
  });
  return turns;
}

const section = '<mj-section><mj-column><mj-text>Merhaba</mj-text></mj-column></mj-section>';

it('compiling MJML leaves the event loop to others: they have hundreds of turns meanwhile', async () => {
  // what loads is loaded before
  await compileMjml(section);
  const turns = await turnsDuring(async () => {
    const { plain } = await compileMjml(section.repeat(60));
    expect(plain).toContain('Merhaba');
  });
  expect(turns).toBeGreaterThan(200);
});

it('so does checking long HTML, and what is refused says why as ever', async () => {
  const turns = await turnsDuring(async () => {
    expect(await refusals(compileHtml(`${'<b>a</b>'.repeat(12_000)}\n<p>{{ nam }}</p>`))).toEqual([
      expect.stringMatching(/^html: Line 2: there is no variable "nam"/),
    ]);
  });
  expect(turns).toBeGreaterThan(20);
});
