import { Session } from 'node:inspector/promises';
import { writeFileSync } from 'node:fs';
export async function profiled<T>(file: string, work: () => Promise<T>): Promise<T> {
  const s = new Session(); s.connect(); await s.post('Profiler.enable'); await s.post('Profiler.setSamplingInterval', { interval: 500 }); await s.post('Profiler.start');
  const r = await work(); const { profile } = await s.post('Profiler.stop'); writeFileSync(file, JSON.stringify(profile)); return r;
}
