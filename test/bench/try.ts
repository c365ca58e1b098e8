import { openGround } from './ground.ts';
import { median } from './measure.ts';
import { benchSending } from './sending.ts';

await using ground = await openGround();
const s = await benchSending(ground, {
  lanes: +(process.argv[2] ?? 100),
  recipients: +(process.argv[3] ?? 10),
  repetitions: +(process.argv[4] ?? 2),
});
console.log(s.title);
for (const f of s.figures)
  console.log(
    f.what,
    median(f.values).toFixed(2),
    f.unit,
    f.baseline
      ? `| base ${median(f.baseline.values).toFixed(2)} ratio ${(median(f.values) / median(f.baseline.values)).toFixed(2)}`
      : '',
    f.values.map((v) => v.toFixed(1)).join(' '),
  );
