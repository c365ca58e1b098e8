import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createNetgsm } from '#src/channels/sms/create-netgsm.ts';
import { fromNetgsmPhone, toNetgsmPhone } from '#src/channels/sms/netgsm-phone.ts';
import { fromNetgsmTime, toNetgsmTime } from '#src/channels/sms/netgsm-time.ts';
import type { OutgoingSms, SmsCarrier } from '#src/channels/sms/sms-carrier.ts';
import { type HttpAnswer, type HttpCall, startHttpStandIn } from './http-stand-in.ts';

/** What Netgsm answers is taken from its documentation and its own clients: nobody has recorded it here. */
const sms: OutgoingSms = {
  id: '0199b3c0-0000-7000-8000-000000000001',
  phone: '+905321234567',
  text: 'Görüşmek üzere',
  encoding: 'gsm7-turkish',
  ttlSeconds: 3600,
};
const login = { user: '8503020000', password: 'şifre', sender: 'ULAK' };

async function at(
  answer: (call: HttpCall) => HttpAnswer,
  use: (carrier: SmsCarrier, calls: HttpCall[]) => Promise<void>,
) {
  await using netgsm = await startHttpStandIn(answer);
  const carrier = createNetgsm({ ...login, url: netgsm.url, timeoutMs: 300 });
  await use(carrier, netgsm.calls);
  await carrier.close();
}
const sent = async (answer: HttpAnswer) => {
  let outcome = {};
  await at(
    () => answer,
    async (carrier, calls) => {
      outcome = await carrier.send(sms);
      expect(calls).toHaveLength(1);
    },
  );
  return outcome;
};

it('sends one SMS to one phone, with its login, its sender, and the encoding only where Turkish letters need it', () =>
  at(
    () => ({ body: { code: '00', jobid: '17377215342605050417149344', description: 'queued' } }),
    async (carrier, calls) => {
      expect(await carrier.send(sms)).toEqual({ kind: 'accepted', providerMessageId: '17377215342605050417149344' });
      await carrier.send({ ...sms, phone: '+4915112345678', text: 'Hi', encoding: 'gsm7' });
      const [first, second] = calls;
      expect(`${first!.method} ${first!.path}`).toBe('POST /sms/rest/v2/send');
      expect(first!.headers.authorization).toBe(`Basic ${Buffer.from('8503020000:şifre').toString('base64')}`);
      expect(first!.body).toEqual({
        msgheader: 'ULAK',
        messages: [{ msg: 'Görüşmek üzere', no: '5321234567' }],
        encoding: 'TR',
        iysfilter: '0',
      });
      expect(second!.body).toEqual({
        msgheader: 'ULAK',
        messages: [{ msg: 'Hi', no: '004915112345678' }],
        iysfilter: '0',
      });
    },
  ));

describe('an answer', () => {
  it.each([
    [
      { status: 406, body: { code: '20', description: 'text' } },
      { kind: 'rejected', reason: 'invalid-content' },
    ],
    [
      { status: 406, body: { code: '70', description: 'param' } },
      { kind: 'rejected', reason: 'invalid-phone' },
    ],
    [
      { status: 406, body: { code: '30', description: 'login' } },
      { kind: 'unavailable', reason: 'carrier' },
    ],
    [
      { status: 200, body: { code: 40, description: 'header' } },
      { kind: 'unavailable', reason: 'carrier' },
    ],
    [
      { status: 406, body: { code: '80' } },
      { kind: 'unavailable', reason: 'throttled' },
    ],
    [
      { status: 406, body: { code: '85' } },
      { kind: 'unavailable', reason: 'throttled' },
    ],
    [
      { status: 406, body: { code: '100', description: 'system' } },
      { kind: 'unknown', reason: 'server-error' },
    ],
    [
      { status: 406, body: { code: '5000' } },
      { kind: 'unknown', reason: 'server-error' },
    ],
    [
      { status: 200, body: { code: '00' } },
      { kind: 'unknown', reason: 'server-error' },
    ],
    [
      { status: 401, raw: 'no' },
      { kind: 'unavailable', reason: 'carrier' },
    ],
    [
      { status: 429, raw: 'slow down' },
      { kind: 'unavailable', reason: 'throttled' },
    ],
    [
      { status: 502, raw: '<html>Bad Gateway</html>' },
      { kind: 'unknown', reason: 'server-error' },
    ],
    [
      { status: 302, raw: '' },
      { kind: 'unknown', reason: 'server-error' },
    ],
    ['hang', { kind: 'unknown', reason: 'timeout' }],
    ['cut', { kind: 'unknown', reason: 'connection-lost' }],
  ] as [HttpAnswer, object][])('%j is %j, and is asked for once', async (answer, expected) => {
    expect(await sent(answer)).toMatchObject(expected);
  });

  it('nobody there: certainly not sent', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    const { port } = await new Promise<{ port: number }>((resolve) =>
      free.once('listening', () => resolve(free.address() as { port: number })),
    );
    await new Promise((resolve) => free.close(resolve));
    const carrier = createNetgsm({ ...login, url: `http://127.0.0.1:${port}` });
    expect(await carrier.send(sms)).toMatchObject({ kind: 'unavailable', reason: 'carrier' });
    expect(await carrier.reports!([{ providerMessageId: '1', sentAt: new Date(0) }], new Date(0))).toBe('unavailable');
    await carrier.close();
  });
});

describe('reports', () => {
  const now = new Date('2026-03-02T12:00:00Z');
  const asked = [{ providerMessageId: '1', sentAt: new Date('2026-03-02T11:30:00Z') }];
  const job = (status: number, more: object = {}) => ({
    jobid: '1',
    number: '905321234567',
    status,
    operator: 30,
    msglen: 1,
    deliveredDate: '02.03.2026 14:31:05',
    errorCode: 0,
    ...more,
  });

  it('are asked for by job id, in Turkey’s time, and read in our words', () =>
    at(
      () => ({ body: { code: '00', jobs: [job(1)] } }),
      async (carrier, calls) => {
        const report = {
          providerMessageId: '1',
          status: 'delivered',
          reason: null,
          at: new Date('2026-03-02T11:31:05Z'),
        };
        expect(await carrier.reports!(asked, now)).toEqual([report]);
        expect(calls[0]!.path).toBe('/sms/rest/v2/report');
        expect(calls[0]!.body).toEqual({
          jobids: ['1'],
          startdate: '02.03.2026 13:30:00',
          stopdate: '02.03.2026 16:00:00',
          pagenumber: 0,
          pagesize: 100,
        });
      },
    ));

  it.each([
    [0, null],
    [2, 'expired'],
    [3, 'invalid-phone'],
    [4, 'carrier'],
    [11, 'refused'],
    [12, 'unreachable'],
    [13, 'not-delivered'],
    [14, 'carrier'],
    [15, 'refused'],
    [16, 'refused'],
    [17, 'refused'],
    [22, 'expired'],
    [100, null],
  ])('status %i: %s', (status, reason) =>
    at(
      () => ({ body: { code: '00', jobs: [job(status, { deliveredDate: '' })] } }),
      async (carrier) => {
        const expected = reason ? [{ providerMessageId: '1', status: 'failed', reason, at: now }] : [];
        expect(await carrier.reports!(asked, now)).toEqual(expected);
      },
    ),
  );

  it('none yet is none; a limit, a system error and nonsense are no answer', () =>
    Promise.all(
      (
        [
          [{ status: 406, body: { code: '60', description: 'no records' } }, []],
          [{ status: 406, body: { code: '80' } }, 'unavailable'],
          [{ status: 406, body: { code: '100' } }, 'unavailable'],
          [{ raw: 'oops' }, 'unavailable'],
          [{ body: { code: '00', jobs: [{ jobid: {} }] } }, 'unavailable'],
          ['cut', 'unavailable'],
        ] as [HttpAnswer, unknown][]
      ).map(([answer, expected]) =>
        at(
          () => answer,
          async (carrier) => expect(await carrier.reports!(asked, now)).toEqual(expected),
        ),
      ),
    ));

  it('all that was taken in a time comes page by page; more pages than may be asked for are no answer', async () => {
    const page = (from: number) => Array.from({ length: 100 }, (_, i) => job(0, { jobid: from + i }));
    const pages = (count: number) => (call: HttpCall) => {
      const { pagenumber } = call.body;
      return { body: { code: '00', jobs: pagenumber < count ? page(pagenumber * 100) : [job(1, { jobid: 'last' })] } };
    };
    await at(pages(2), async (carrier) => {
      const taken = await carrier.taken!(asked[0]!.sentAt, now);
      expect(taken).toHaveLength(201);
      expect(taken.at(-1)).toMatchObject({
        providerMessageId: 'last',
        phone: '+905321234567',
        report: { status: 'delivered' },
      });
    });
    await at(pages(9), async (carrier, calls) => {
      expect(await carrier.taken!(asked[0]!.sentAt, now)).toBe('unavailable');
      expect(calls).toHaveLength(4);
    });
  });
});

it('phones and times, there and back', () => {
  expect(
    ['5321234567', '05321234567', '905321234567', '+90 532 123 45 67', '004915112345678'].map(fromNetgsmPhone),
  ).toEqual(['+905321234567', '+905321234567', '+905321234567', '+905321234567', '+4915112345678']);
  expect(toNetgsmPhone('+491511234567')).toBe('00491511234567');
  const at = new Date('2026-07-01T00:30:00Z');
  expect(fromNetgsmTime(toNetgsmTime(at))).toEqual(at);
  expect(fromNetgsmTime('2026-07-01 03:30:00')).toEqual(at);
  expect([null, '', 'yesterday', 5].map(fromNetgsmTime)).toEqual([null, null, null, null]);
});
