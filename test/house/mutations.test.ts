import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mutations } from '#test/mutations/mutations.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe.each(mutations)('mutations: $about', ({ mutations }) => {
  it.each(mutations)('$guarantee: is in the code once, and its test is there', ({ file, from, test, title }) => {
    expect(read(file).split(from)).toHaveLength(2);
    expect(read(`test/${test}`)).toContain(title ?? 'it');
  });
});
