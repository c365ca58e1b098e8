import type { World } from './world.ts';

export interface SendFigures {
  /** Messages that reached WhatsApp, repetitions of an own id included. */
  total: number;
  /** Messages that phones show. */
  shown: number;
  /** By number: how many messages the phone shows. */
  byNumber: Record<string, number>;
  /** Numbers whose phone shows more than one message. */
  doubled: string[];
  /** Numbers that were sent to more than once, shown or not. */
  doubledAtGateway: string[];
  maxInFlight: Record<string, number>;
  minGapMs: Record<string, number | null>;
  requests: Record<string, number>;
}

export function sendFigures(world: World): SendFigures {
  const figures: SendFigures = {
    total: world.sendLog.total,
    shown: 0,
    byNumber: {},
    doubled: [],
    doubledAtGateway: [],
    maxInFlight: {},
    minGapMs: {},
    requests: {},
  };
  for (const [number, { accepted, shown }] of world.sendLog.counts()) {
    figures.byNumber[number] = shown;
    figures.shown += shown;
    if (shown > 1) figures.doubled.push(number);
    if (accepted > 1) figures.doubledAtGateway.push(number);
  }
  for (const [instance, lane] of Object.entries(world.flights.report())) {
    figures.maxInFlight[instance] = lane.maxInFlight;
    figures.minGapMs[instance] = lane.minGapMs;
    figures.requests[instance] = lane.requests;
  }
  return figures;
}
