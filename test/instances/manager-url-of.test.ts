import { expect, it } from 'vitest';
import type { AppContext } from '#src/context.ts';
import { managerUrlOf } from '#src/instances/manager-url-of.ts';

const INSIDE = 'http://evolution:8080';
const PANEL = 'https://wa.example.com/manager';
const ask = (url: string, managerUrl: string | null, own: string | null = INSIDE) => {
  const evolution = own && { url: own, apiKey: 'k', managerUrl };
  return managerUrlOf({ config: { evolution } } as AppContext, { url });
};

it('is the published panel of the configured server, and below their own address that of all others', () => {
  expect(ask(INSIDE, PANEL)).toBe(PANEL);
  expect(ask(INSIDE, null)).toBe('http://evolution:8080/manager');
  expect(ask('https://second.example.com', PANEL)).toBe('https://second.example.com/manager');
  expect(ask('http://127.0.0.1:4000', PANEL, null)).toBe('http://127.0.0.1:4000/manager');
});
