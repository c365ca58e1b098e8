interface Lane {
  inFlight: number;
  maxInFlight: number;
  lastArrival: number | null;
  minGapMs: number | null;
  requests: number;
}

/** How many send calls an instance had open at once, and how close together they came. */
export class FlightRecorder {
  #lanes = new Map<string, Lane>();

  /** Counts a send call as open until the returned function is called (more calls do nothing). */
  begin(instance: string, now: number): () => void {
    const lane = this.#lane(instance);
    lane.requests += 1;
    lane.inFlight += 1;
    lane.maxInFlight = Math.max(lane.maxInFlight, lane.inFlight);
    if (lane.lastArrival !== null)
      lane.minGapMs = Math.min(lane.minGapMs ?? Number.POSITIVE_INFINITY, now - lane.lastArrival);
    lane.lastArrival = now;
    let open = true;
    return () => {
      if (open) lane.inFlight -= 1;
      open = false;
    };
  }

  maxInFlight(instance: string): number {
    return this.#lanes.get(instance)?.maxInFlight ?? 0;
  }

  report(): Record<string, { requests: number; maxInFlight: number; minGapMs: number | null }> {
    return Object.fromEntries(
      [...this.#lanes].map(([instance, { requests, maxInFlight, minGapMs }]) => [
        instance,
        { requests, maxInFlight, minGapMs: minGapMs === null ? null : Math.round(minGapMs) },
      ]),
    );
  }

  clear(): void {
    this.#lanes.clear();
  }

  #lane(instance: string): Lane {
    const known = this.#lanes.get(instance);
    if (known) return known;
    const lane: Lane = { inFlight: 0, maxInFlight: 0, lastArrival: null, minGapMs: null, requests: 0 };
    this.#lanes.set(instance, lane);
    return lane;
  }
}
