import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Replay, readScenario } from './replay.ts';

/**
 * The recordings of a live Evolution API 2.3.7, played against the simulator in their order: status, keys and
 * types of every answer and webhook must agree, and the values where they mean something.
 *
 * Left out of `recordings/`, by number, and why:
 * - 009, 016, 161, 206: an instance with an empty name cannot be addressed and would only clutter the lists.
 * - 067: the order of two messages of the same second.
 * - 077, 196: labels. 109, 112, 115-120, 187, 246: templates, business and status routes. 162: metrics.
 * - 169-171, 198, 251, 253-257, 260, 277-282: groups, profiles, archive, calls: Ulak does not use them.
 * - 091-093, 095-101, 121-135: what Meta's Graph API or Meta's webhook says.
 * - 136-143, 145, 147, 328-330: retries, byEvents and the JWT are in emit-webhook.test.ts.
 * - 203, 204: a new instance while WhatsApp is unreachable for the whole process.
 * - 223: 463 arrived before the row was stored; the simulator's …0463 is the late refusal of 283.
 * - 229: mentions in groups.
 * - 290, 291 apart from its webhooks: receipts that Evolution itself drops.
 * - 295-297, 300-302: the same webhooks as 294, or 60 s of silence (see faults.test.ts).
 * - 316-320: restarts of the process are in persistence.test.ts, the QR limit in connection.test.ts.
 */
const scenarios = ['evolution-channel', 'business-channel', 'unreachable-whatsapp', 'paired-phone', 'unlinked-phone'];

for (const scenario of scenarios) {
  describe(`${scenario} as recorded`, () => {
    let replay: Replay;
    beforeAll(async () => {
      replay = await Replay.start();
    });
    afterAll(async () => {
      await replay[Symbol.asyncDispose]();
    });
    for (const [index, step] of readScenario(scenario).entries()) {
      it(step.recording ?? `step ${index}: ${step.act?.path ?? 'wait'}`, async () => {
        expect(await replay.play(step)).toEqual([]);
      });
    }
  });
}
