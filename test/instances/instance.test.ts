import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterNews, type Connection, type ConnectionNews, currentQr, phoneOfJid } from '#src/instances/instance.ts';

const at = new Date('2026-03-02T09:00:00Z');
const later = new Date('2026-03-02T09:00:45Z');

const fresh: Connection = {
  status: 'connecting',
  statusReason: null,
  disconnectCode: null,
  phone: null,
  profileName: null,
  qrCode: null,
  qrImage: null,
  qrExpiresAt: null,
  pairingCode: null,
  statusChangedAt: new Date('2026-03-01T00:00:00Z'),
  connectedAt: null,
  numberSinceAt: null,
};
const open: Connection = {
  ...fresh,
  status: 'open',
  phone: '+905321112233',
  profileName: 'Mağaza',
  connectedAt: new Date(0),
};
const offline: Connection = { ...open, status: 'closed', statusReason: 'offline' };
const loggedOut: Connection = { ...open, status: 'logged-out', statusReason: 'logged-out', disconnectCode: 401 };
const blocked: Connection = { ...open, status: 'blocked', statusReason: 'banned', disconnectCode: 403 };
const scanning: Connection = { ...fresh, statusReason: 'scan-qr', qrCode: '2@a', qrImage: 'data:', qrExpiresAt: later };

const qr: ConnectionNews = { type: 'qr', code: '2@b', image: 'data:b', pairingCode: null };
const opened: ConnectionNews = { type: 'open', phone: '+905321112233', profileName: 'Mağaza' };

/** from, news, then status and reason; null when nothing changes. */
const table: [string, Connection, ConnectionNews, [string, string | null] | null][] = [
  ['a fresh one gets its QR code', fresh, qr, ['connecting', 'scan-qr']],
  ['a new QR code replaces the last', scanning, qr, ['connecting', 'scan-qr']],
  ['the scan opens it', scanning, opened, ['open', null]],
  ['a lost network shows only connecting', open, { type: 'connecting' }, ['connecting', null]],
  ['and comes back by itself', { ...open, status: 'connecting' }, opened, ['open', null]],
  ['a storm of connecting changes nothing', { ...open, status: 'connecting' }, { type: 'connecting' }, null],
  ['a storm does not bring an offline one back', offline, { type: 'connecting' }, null],
  ['nor does it close its QR code', scanning, { type: 'connecting' }, null],
  ['only success brings an offline one back', offline, opened, ['open', null]],
  ['the owner does', offline, { type: 'asked' }, ['connecting', null]],
  ['asking changes nothing about an open one', open, { type: 'asked' }, null],
  ['no scan in time', scanning, { type: 'refused' }, ['closed', 'qr-expired']],
  ['401 is a log-out', open, { type: 'closed', code: 401 }, ['logged-out', 'logged-out']],
  ['402 is a ban for a time', open, { type: 'closed', code: 402 }, ['blocked', 'temporarily-banned']],
  ['403 is a ban', open, { type: 'closed', code: 403 }, ['blocked', 'banned']],
  ['406 is a refusal', open, { type: 'closed', code: 406 }, ['blocked', 'refused']],
  ['a log-out without a reason', open, { type: 'closed', code: null }, ['logged-out', 'logged-out']],
  [
    'the reason that follows it',
    { ...open, status: 'logged-out', statusReason: 'logged-out' },
    { type: 'closed', code: 403 },
    ['blocked', 'banned'],
  ],
  ['a ban stays a ban when told without reason', blocked, { type: 'closed', code: null }, null],
  ['and when told as 401', blocked, { type: 'closed', code: 401 }, null],
  ['a ban told twice', blocked, { type: 'closed', code: 403 }, null],
  ['a logged-out one tries again', loggedOut, { type: 'connecting' }, ['connecting', null]],
  ['a banned one gets a QR code', blocked, qr, ['connecting', 'scan-qr']],
  ['silence makes it offline', open, { type: 'offline' }, ['closed', 'offline']],
  ['but not what is over', loggedOut, { type: 'offline' }, null],
  ['removed at Evolution', open, { type: 'removed' }, ['closed', 'removed']],
  ['removed after a log-out', loggedOut, { type: 'removed' }, null],
  ['opened twice', open, opened, null],
];

describe('what becomes of a connection', () => {
  it.each(table)('%s', (_title, before, news, expected) => {
    const change = afterNews(before, news, at);
    if (expected === null) return expect(change).toBeNull();
    const after = { ...before, ...change };
    expect([after.status, after.statusReason]).toEqual(expected);
    expect(after.statusChangedAt).toEqual(after.status === before.status ? before.statusChangedAt : at);
  });

  it('open: knows the phone, forgets the QR code and the last reason', () => {
    const change = afterNews({ ...scanning, disconnectCode: 401 }, opened, at);
    expect(change).toMatchObject({
      phone: '+905321112233',
      profileName: 'Mağaza',
      connectedAt: at,
      disconnectCode: null,
      qrCode: null,
      qrImage: null,
      qrExpiresAt: null,
    });
  });

  it('open without a phone keeps the one that was known', () => {
    expect({
      ...open,
      ...afterNews({ ...open, status: 'connecting' }, { ...opened, phone: null, profileName: null }, at),
    }).toMatchObject({
      phone: '+905321112233',
      profileName: 'Mağaza',
    });
  });

  it('a number is as old as its first connection, until another takes its place', () => {
    const first = { ...fresh, ...afterNews(fresh, opened, at) };
    expect(first.numberSinceAt).toEqual(at);
    const again = { ...first, ...afterNews({ ...first, status: 'closed' }, opened, later) };
    expect(again).toMatchObject({ numberSinceAt: at, connectedAt: later });
    const other = afterNews({ ...again, status: 'closed' }, { ...opened, phone: '+905330000000' }, later);
    expect(other).toMatchObject({ numberSinceAt: later });
  });

  it('a QR code can be scanned for 45 s after it came, and while connecting only', () => {
    const after = { ...fresh, ...afterNews(fresh, qr, at) };
    expect(currentQr(after, new Date('2026-03-02T09:00:44.999Z'))).toMatchObject({ code: '2@b', expiresAt: later });
    expect(currentQr(after, later)).toBeNull();
    expect(currentQr({ ...after, status: 'closed' }, at)).toBeNull();
  });

  const news = fc.oneof(
    fc.constantFrom<ConnectionNews>(
      { type: 'connecting' },
      { type: 'asked' },
      { type: 'refused' },
      { type: 'offline' },
      { type: 'removed' },
      qr,
      opened,
    ),
    fc.constantFrom(401, 402, 403, 406, null).map((code): ConnectionNews => ({ type: 'closed', code })),
  );

  it('the same news twice changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.array(news, { maxLength: 12 }), news, (past, last) => {
        let state = fresh;
        for (const item of [...past, last]) state = { ...state, ...afterNews(state, item, at) };
        expect(afterNews(state, last, at)).toBeNull();
      }),
    );
  });

  it('shows no QR code unless it is connecting, and no reason when it is open', () => {
    fc.assert(
      fc.property(fc.array(news, { maxLength: 20 }), (past) => {
        let state = fresh;
        for (const item of past) state = { ...state, ...afterNews(state, item, at) };
        if (state.status !== 'connecting') expect(state.qrCode).toBeNull();
        if (state.status === 'open') expect([state.statusReason, state.disconnectCode]).toEqual([null, null]);
      }),
    );
  });
});

it.each([
  ['905321112233@s.whatsapp.net', '+905321112233'],
  ['905321112233:17@s.whatsapp.net', '+905321112233'],
  ['123456789012345@lid', null],
  ['120363020202020202@g.us', null],
  ['status@broadcast', null],
  ['', null],
  [undefined, null],
  [{ user: '1' }, null],
])('the phone of the jid %j is %j', (jid, phone) => {
  expect(phoneOfJid(jid)).toBe(phone);
});
